//! Replications to file systems of other accounts: by a role, and as the policies at both ends have it.
//! Source: Amazon EFS User Guide, "Replicating EFS file systems across AWS accounts".

use crate::permission::forbidden;
use crate::{file_system, refuses, said};
use serde_json::{Value, json};
use testkit::{Client, Options, Server};

const SOURCE: &str = "000000000000";
const OTHER: &str = "111122223333";
const DELETE: &str = "elasticfilesystem:DeleteReplicationConfiguration";
/// What the guide's policy of the destination allows the source's account.
const THERE: [&str; 5] = [
    "elasticfilesystem:DescribeFileSystems",
    "elasticfilesystem:CreateReplicationConfiguration",
    "elasticfilesystem:DescribeReplicationConfigurations",
    DELETE,
    "elasticfilesystem:ReplicationWrite",
];
const CREATE: &str = "CreateReplicationConfiguration";

/// A source, a destination of another account that gave its protection up, and a role.
struct Pair {
    server: Server,
    here: Client,
    there: Client,
    source: String,
    destination: String,
    role: String,
}

impl Pair {
    fn new() -> Self {
        Self::on(Server::start())
    }

    fn on(server: Server) -> Self {
        let (here, there) = (server.client("efs").key(SOURCE, "s", None), of_other(&server, "efs"));
        let (source, destination) = (file_system(&here, "one"), file_system(&there, "one"));
        let lift = json!({ "FileSystemId": destination, "ReplicationOverwriteProtection": "DISABLED" });
        there.call("UpdateFileSystemProtection", &lift).ok();
        let iam = server.client("iam").key(SOURCE, "s", None);
        let role = role(&iam, "copier", "elasticfilesystem.amazonaws.com");
        Self { server, here, there, source, destination, role }
    }

    fn arn_there(&self) -> String {
        arn(OTHER, &self.destination)
    }

    fn wish(&self, role: Option<&str>) -> Value {
        let mut destination = json!({ "FileSystemId": self.arn_there(), "Region": "us-east-1" });
        if let Some(role) = role {
            destination["RoleArn"] = json!(role);
        }
        json!({ "SourceFileSystemId": self.source, "Destinations": [destination] })
    }

    fn replicate(&self) -> Value {
        self.here.call(CREATE, &self.wish(Some(&self.role))).ok().tree()
    }

    /// The destination lets the source's account do these.
    fn admit(&self, actions: &[&str]) {
        let policy = allows(SOURCE, actions, &self.arn_there());
        self.there
            .call("PutFileSystemPolicy", &json!({ "FileSystemId": self.destination, "Policy": policy }))
            .ok();
    }

    fn denied(&self, client: &Client, (call, wish): (&str, &Value), who: &str, action: &str) {
        let sentence =
            format!("User: {who} is not authorized to perform: {action} on the specified resource");
        client.call(call, wish).refused(403, "AccessDeniedException", &sentence);
    }

    fn copier(&self) -> String {
        format!("arn:aws:sts::{SOURCE}:assumed-role/copier/efs-replication")
    }

    /// What is known of replications at both ends.
    fn known(&self) -> [Vec<String>; 2] {
        [&self.here, &self.there].map(|efs| {
            let found = efs.call("DescribeReplicationConfigurations", &json!({})).ok();
            found.texts("Replications.SourceFileSystemId")
        })
    }

    fn end(&self, mode: Option<&str>) -> Value {
        let mut wish = json!({ "SourceFileSystemId": self.source });
        if let Some(mode) = mode {
            wish["DeletionMode"] = json!(mode);
        }
        wish
    }
}

const END: &str = "DeleteReplicationConfiguration";
const LOCAL: Option<&str> = Some("LOCAL_CONFIGURATION_ONLY");

fn of_other(server: &Server, service: &str) -> Client {
    server.client(service).key(OTHER, "s", None)
}

fn arn(account: &str, id: &str) -> String {
    format!("arn:aws:elasticfilesystem:us-east-1:{account}:file-system/{id}")
}

fn allows(account: &str, actions: &[&str], resource: &str) -> String {
    let principal = json!({ "AWS": format!("arn:aws:iam::{account}:root") });
    let statement =
        json!({ "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": resource });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// A role that trusts a service.
fn role(iam: &Client, name: &str, service: &str) -> String {
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" } ] });
    let wish = json!({ "RoleName": name, "Path": "/efs/", "AssumeRolePolicyDocument": trust.to_string() });
    iam.call("CreateRole", &wish).ok().text("CreateRoleResult.Role.Arn")
}

#[test]
fn a_file_system_is_copied_to_another_account() {
    let pair = Pair::new();
    pair.admit(&THERE);
    let mut own = pair.replicate();
    let here = arn(SOURCE, &pair.source);
    let want = json!({
        "SourceFileSystemId": pair.source, "SourceFileSystemRegion": "us-east-1", "SourceFileSystemArn": here,
        "OriginalSourceFileSystemArn": here, "CreationTime": own["CreationTime"], "SourceFileSystemOwnerId": SOURCE,
        "Destinations": [{
            "Status": "ENABLING", "FileSystemId": pair.destination, "Region": "us-east-1", "OwnerId": OTHER,
            "RoleArn": pair.role,
        }],
    });
    assert_eq!(own, want);
    own["Destinations"][0]["Status"] = json!("ENABLED");
    for (efs, id) in [(&pair.here, &pair.source), (&pair.there, &pair.destination)] {
        let of = json!({ "FileSystemId": id });
        let found = efs.call("DescribeReplicationConfigurations", &of).ok().tree();
        assert_eq!(found["Replications"], json!([own]));
        let in_use = efs.call("DeleteFileSystem", &of).refusal();
        assert_eq!((in_use.status, in_use.code.as_str()), (409, "FileSystemInUse"));
    }
    let protection = || said(&pair.there, &pair.destination)["FileSystemProtection"].clone();
    assert_eq!(protection(), json!({ "ReplicationOverwriteProtection": "REPLICATING" }));
    pair.here.call(END, &pair.end(None)).ok();
    assert_eq!(pair.known(), [Vec::<String>::new(), Vec::new()]);
    assert_eq!(protection(), json!({ "ReplicationOverwriteProtection": "ENABLED" }));
    pair.there.call("DeleteFileSystem", &json!({ "FileSystemId": pair.destination })).ok();
}

/// Recorded: terraform-provider-aws issue 42814, with two spaces.
#[test]
fn another_account_is_reached_by_a_role_of_ones_own() {
    let pair = Pair::new();
    pair.admit(&THERE);
    let none = "No RoleArn provided.  RoleArn is required for cross-account replication.";
    refuses(&pair.here, &[(CREATE, pair.wish(None), 400, "BadRequest", none)]);
    let iam = pair.server.client("iam").key(SOURCE, "s", None);
    let of_backup = role(&iam, "backup", "backup.amazonaws.com");
    let foreign = role(&of_other(&pair.server, "iam"), "copier", "elasticfilesystem.amazonaws.com");
    let sentence = "Amazon EFS cannot assume the IAM role that was specified by RoleArn.";
    let absent = format!("arn:aws:iam::{SOURCE}:role/nobody");
    for role in [&of_backup, &foreign, &absent] {
        refuses(&pair.here, &[(CREATE, pair.wish(Some(role)), 400, "BadRequest", sentence)]);
    }
    pair.replicate();
}

#[test]
fn the_destinations_policy_lets_the_source_in() {
    let pair = Pair::new();
    let wish = pair.wish(Some(&pair.role));
    let denied = |action: &str| {
        pair.denied(&pair.here, (CREATE, &wish), &pair.copier(), &format!("elasticfilesystem:{action}"));
    };
    denied("ReplicationWrite");
    for left_out in THERE {
        let others: Vec<&str> = THERE.into_iter().filter(|action| *action != left_out).collect();
        pair.admit(&others);
        denied(left_out.trim_start_matches("elasticfilesystem:"));
    }
    // What is not there lets nobody in.
    let mut nowhere = wish.clone();
    nowhere["Destinations"][0]["FileSystemId"] = json!(arn(OTHER, "fs-01234567"));
    pair.denied(&pair.here, (CREATE, &nowhere), &pair.copier(), "elasticfilesystem:ReplicationWrite");
    assert_eq!(pair.known(), [Vec::<String>::new(), Vec::new()]);
    pair.admit(&THERE);
    let protect = json!({ "FileSystemId": pair.destination, "ReplicationOverwriteProtection": "ENABLED" });
    pair.there.call("UpdateFileSystemProtection", &protect).ok();
    let protected = "The replication overwrite protection of the destination file system must be disabled.";
    refuses(&pair.here, &[(CREATE, wish, 400, "BadRequest", protected)]);
}

#[test]
fn each_account_ends_it_as_far_as_the_other_lets_it() {
    let pair = Pair::new();
    pair.admit(&THERE);
    pair.replicate();
    let both = [vec![pair.source.clone()], vec![pair.source.clone()]];
    // The destination's account needs the source's policy.
    let root = format!("arn:aws:iam::{OTHER}:root");
    for name in [pair.source.clone(), arn(SOURCE, &pair.source)] {
        pair.denied(&pair.there, (END, &json!({ "SourceFileSystemId": name })), &root, DELETE);
    }
    // The source's account needs the destination's policy, and what it cannot end there it forgets alone.
    pair.admit(&THERE[..3]);
    pair.denied(&pair.here, (END, &pair.end(None)), &pair.copier(), DELETE);
    assert_eq!(pair.known(), both);
    pair.here.call(END, &pair.end(LOCAL)).ok();
    assert_eq!(pair.known(), [Vec::new(), vec![pair.source.clone()]]);
    pair.there.call(END, &pair.end(LOCAL)).ok();
    assert_eq!(pair.known(), [Vec::<String>::new(), Vec::new()]);
    // Once more, and the source's policy lets the destination's account end it.
    let lift = json!({ "FileSystemId": pair.destination, "ReplicationOverwriteProtection": "DISABLED" });
    pair.there.call("UpdateFileSystemProtection", &lift).ok();
    pair.admit(&THERE);
    pair.replicate();
    let policy = allows(OTHER, &[DELETE], &arn(SOURCE, &pair.source));
    pair.here.call("PutFileSystemPolicy", &json!({ "FileSystemId": pair.source, "Policy": policy })).ok();
    pair.there.call(END, &pair.end(None)).ok();
    assert_eq!(pair.known(), [Vec::<String>::new(), Vec::new()]);
}

/// Where policies are enforced the role needs its own, and who names it has to be allowed to pass it.
#[test]
fn the_role_may_what_its_policies_allow() {
    let key = format!("{SOURCE}:s");
    let server = Server::start_with(Options::default().flags(&["--bootstrap-key", &key]));
    let pair = Pair::on(server);
    pair.admit(&THERE);
    let iam = pair.server.client("iam").key(SOURCE, "s", None);
    iam.call("CreateUser", &json!({ "UserName": "anna" })).ok();
    let statement = |action: &[&str], resource: &str| json!({ "Effect": "Allow", "Action": action, "Resource": resource });
    let document =
        |statements: &[Value]| json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    let of_user = |statements: &[Value]| {
        let wish = json!({ "UserName": "anna", "PolicyName": "own", "PolicyDocument": document(statements) });
        iam.call("PutUserPolicy", &wish).ok();
    };
    let of_role = |statements: &[Value]| {
        let wish =
            json!({ "RoleName": "copier", "PolicyName": "own", "PolicyDocument": document(statements) });
        iam.call("PutRolePolicy", &wish).ok();
    };
    let issued = iam.call("CreateAccessKey", &json!({ "UserName": "anna" })).ok();
    let text = |member: &str| issued.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    let anna = pair.server.client("efs").key(&text("AccessKeyId"), &text("SecretAccessKey"), None);
    pair.server.page("PUT", "/_angae/iam/mode", &json!({ "mode": "enforce" }));
    let wish = pair.wish(Some(&pair.role));
    let efs = statement(&["elasticfilesystem:*"], "*");
    of_user(std::slice::from_ref(&efs));
    let refusal = anna.call(CREATE, &wish).refusal();
    assert!(refusal.message.contains("iam:PassRole on resource: "), "{}", refusal.message);
    let pass = statement(&["iam:PassRole"], &pair.role);
    of_user(&[efs.clone(), pass.clone()]);
    let read = ["elasticfilesystem:ReplicationRead", "elasticfilesystem:DescribeFileSystems"];
    pair.denied(&anna, (CREATE, &wish), &pair.copier(), read[0]);
    of_role(&[statement(&read, &arn(SOURCE, &pair.source))]);
    pair.denied(&anna, (CREATE, &wish), &pair.copier(), "elasticfilesystem:ReplicationWrite");
    of_role(&[statement(&read, &arn(SOURCE, &pair.source)), statement(&THERE, &pair.arn_there())]);
    // It is the first thing that needs EFS's own role.
    forbidden(&anna, CREATE, &wish);
    of_user(&[efs, pass, statement(&["iam:CreateServiceLinkedRole"], "*")]);
    anna.call(CREATE, &wish).ok();
}
