//! Who may do what to buckets and objects, where policies are enforced. Everything is made while they are not; then the
//! server starts again.

mod copy;
mod delete;
mod list;
mod page;
mod policy;

use serde_json::{Value, json};
use testkit::{Answer, Client, Server};

/// The account of the buckets.
const OWN: &str = "000000000000";
/// Another one.
const OTHER: &str = "111111111111";

/// A server that enforces nothing yet.
struct Scene {
    server: Server,
    s3: Client,
}

impl Scene {
    /// With the bucket `photos` of the own account, open to public access, and the object `k` in it.
    fn new() -> Self {
        let server = Server::start();
        let s3 = server.client("s3");
        let scene = Self { server, s3 };
        scene.put("/photos", "");
        scene.lift("photos");
        scene.put("/photos/k", "hello");
        scene
    }

    #[track_caller]
    fn put(&self, target: &str, body: &str) {
        self.s3.request("PUT", target).body(body).send().ok();
    }

    /// Takes the public access block of a bucket away.
    #[track_caller]
    fn lift(&self, bucket: &str) {
        self.s3.request("DELETE", &format!("/{bucket}?publicAccessBlock")).send().ok();
    }

    /// Lets ACLs count in a bucket.
    #[track_caller]
    fn with_acls(&self, bucket: &str) {
        self.put(
            &format!("/{bucket}?ownershipControls"),
            "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>",
        );
    }

    /// Gives a bucket a policy of these statements.
    #[track_caller]
    fn policy(&self, bucket: &str, statements: &Value) {
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        self.put(&format!("/{bucket}?policy"), &policy.to_string());
    }

    /// Makes a user with an access key, and gives it a policy of these statements unless there are none.
    #[track_caller]
    fn user(&self, account: &str, name: &str, statements: &Value) -> Key {
        let iam = self.server.client("iam").key(account, "secret", None);
        iam.call("CreateUser", &json!({ "UserName": name })).ok();
        if !statements.is_null() {
            let policy = json!({ "Version": "2012-10-17", "Statement": statements });
            let asked =
                json!({ "UserName": name, "PolicyName": "own", "PolicyDocument": policy.to_string() });
            iam.call("PutUserPolicy", &asked).ok();
        }
        let made = iam.call("CreateAccessKey", &json!({ "UserName": name })).ok();
        let of = |member: &str| made.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
        Key { id: of("AccessKeyId"), secret: of("SecretAccessKey") }
    }

    /// From here on policies decide.
    fn enforce(&mut self) {
        self.server.restart_with(&["--iam", "enforce"]);
    }

    /// S3 as a user sees it.
    fn of(&self, key: &Key) -> Client {
        self.server.client("s3").key(&key.id, &key.secret, None)
    }

    /// S3 as whoever did not sign sees it.
    fn anonymous(&self) -> Client {
        self.server.client("s3").anonymous()
    }
}

/// A user's access key.
struct Key {
    id: String,
    secret: String,
}

fn allow(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn get(client: &Client, target: &str) -> Answer {
    client.request("GET", target).send()
}

/// The sentence for a user of the own account that nothing allows it.
fn not_allowed(user: &str, action: &str, arn: &str, kind: &str) -> String {
    format!(
        "User: arn:aws:iam::{OWN}:user/{user} is not authorized to perform: {action} on resource: \"{arn}\" \
         because no {kind} policy allows the {action} action"
    )
}

/// It is denied with the whole sentence, and can be explained.
#[track_caller]
fn denied(answer: &Answer, sentence: &str) {
    answer.refused(403, "AccessDenied", sentence);
    assert!(answer.header("x-angae-deny-id").is_some_and(|id| !id.is_empty()), "it has a decision's id");
}

/// It is denied, and nothing is explained.
#[track_caller]
fn shut(answer: &Answer) {
    denied(answer, "Access Denied");
}
