//! Equal seeds, a stepped clock and equal requests give equal bytes.
//!
//! Everything of every answer is compared, headers and their order too, but for `Date`: that header is the machine's
//! time in a stepped world as well, because clients correct their clocks by it, and sign by the result.

use crate::content;
use serde_json::{Value, json};
use testkit::{Answer, Client, Options, Server};

/// Requests of the script at the least.
const REQUESTS: usize = 500;
/// A name that does not carry the port.
const HOST: &str = "localhost:4566";

/// The clients of one server, and everything it answered.
struct Script {
    server: Server,
    answers: Vec<(String, Answer)>,
}

impl Script {
    fn run(seed: u64) -> Self {
        let mut script =
            Self { server: Server::start_with(Options::default().seed(seed)), answers: Vec::new() };
        script.identities();
        script.networks();
        script.objects();
        script.uploads();
        script.worlds();
        script
    }

    fn client(&self, service: &str) -> Client {
        self.server.client(service).host(HOST)
    }

    fn note(&mut self, what: &str, mut answer: Answer) -> Answer {
        answer.headers.retain(|(name, _)| name != "date");
        self.answers.push((what.to_owned(), answer.clone()));
        answer
    }

    fn call(&mut self, client: &Client, operation: &str, parameters: &Value) -> Answer {
        self.note(operation, client.call(operation, parameters))
    }

    fn send(&mut self, client: &Client, method: &str, target: &str, body: &[u8]) -> Answer {
        self.note(&format!("{method} {target}"), client.request(method, target).body(body).send())
    }

    fn identities(&mut self) {
        let (iam, sts) = (self.client("iam"), self.client("sts"));
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#;
        for n in 0..15 {
            self.call(&sts, "GetCallerIdentity", &json!({}));
            self.call(&iam, "CreateUser", &json!({ "UserName": format!("u{n}") }));
            self.call(&iam, "CreateAccessKey", &json!({ "UserName": format!("u{n}") }));
            self.call(&iam, "CreateUser", &json!({ "UserName": format!("U{n}") }));
            let role = json!({ "RoleName": format!("r{n}"), "AssumeRolePolicyDocument": trust });
            let role = self.call(&iam, "CreateRole", &role).text("CreateRoleResult.Role.Arn");
            self.call(&sts, "AssumeRole", &json!({ "RoleArn": role, "RoleSessionName": "session" }));
            self.call(&sts, "GetSessionToken", &json!({}));
            self.call(&iam, "DeleteRole", &json!({ "RoleName": "nobody" }));
            self.call(&iam, "ListUsers", &json!({ "MaxItems": 2 }));
            self.server.page("POST", "/_angae/clock", &json!({ "advance": "1s" }));
        }
    }

    fn networks(&mut self) {
        let ec2 = self.client("ec2");
        for n in 0..25 {
            let vpc = self.call(&ec2, "CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).text("vpc.vpcId");
            let block = format!("10.0.{n}.0/24");
            let subnet = self.call(&ec2, "CreateSubnet", &json!({ "VpcId": vpc, "CidrBlock": block }));
            let subnet = subnet.text("subnet.subnetId");
            self.call(&ec2, "CreateSubnet", &json!({ "VpcId": vpc, "CidrBlock": block }));
            let tags = json!({ "ResourceId": [vpc, subnet], "Tag": [{ "Key": "n", "Value": n }] });
            self.call(&ec2, "CreateTags", &tags);
            let group = json!({ "VpcId": vpc, "GroupName": "g", "GroupDescription": "g" });
            self.call(&ec2, "CreateSecurityGroup", &group);
            self.call(&ec2, "DescribeVpcs", &json!({ "MaxResults": 5 }));
            self.call(&ec2, "DeleteVpc", &json!({ "VpcId": vpc }));
            self.call(&ec2, "RunInstances", &json!({ "ImageId": "ami-1", "MinCount": 1, "MaxCount": 1 }));
        }
    }

    fn objects(&mut self) {
        let s3 = self.client("s3");
        self.send(&s3, "PUT", "/photos", b"");
        let on = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        self.send(&s3, "PUT", "/photos?versioning", on);
        for n in 0..20 {
            let key = format!("/photos/{}", n % 7);
            self.send(&s3, "PUT", &key, &content(n, 1000));
            self.send(&s3, "GET", &key, b"");
            self.send(&s3, "HEAD", &key, b"");
            self.send(&s3, "GET", "/photos/none", b"");
            self.send(&s3, "DELETE", &format!("/photos/{}", n % 5), b"");
            self.send(&s3, "GET", "/photos?list-type=2&max-keys=2", b"");
            self.send(&s3, "GET", "/photos?versions&max-keys=3", b"");
        }
    }

    fn uploads(&mut self) {
        let s3 = self.client("s3");
        for n in 0..5 {
            let begun = self.send(&s3, "POST", "/photos/big?uploads", b"");
            let upload = begun.text("UploadId");
            let part = format!("/photos/big?partNumber=1&uploadId={upload}");
            let part = self.send(&s3, "PUT", &part, &content(n, 300_000));
            let e_tag = part.header("etag").unwrap_or_default();
            let document = format!(
                "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{e_tag}</ETag></Part></CompleteMultipartUpload>"
            );
            self.send(&s3, "GET", &format!("/photos/big?uploadId={upload}"), b"");
            self.send(&s3, "POST", &format!("/photos/big?uploadId={upload}"), document.as_bytes());
            self.send(&s3, "POST", &format!("/photos/big?uploadId={upload}"), document.as_bytes());
        }
    }

    fn worlds(&mut self) {
        for name in ["one", "two"] {
            self.server.fork(name);
            let ec2 = self.client("ec2").world(name);
            let s3 = self.client("s3").world(name);
            self.call(&ec2, "CreateVpc", &json!({ "CidrBlock": "10.1.0.0/16" }));
            self.call(&ec2, "DescribeVpcs", &json!({}));
            self.send(&s3, "PUT", "/photos/own", name.as_bytes());
            self.send(&s3, "GET", "/photos?list-type=2", b"");
        }
    }
}

#[test]
fn equal_seeds_and_requests_give_equal_bytes() {
    let (one, two) = std::thread::scope(|threads| {
        let one = threads.spawn(|| Script::run(7));
        let two = threads.spawn(|| Script::run(7));
        (one.join().expect("the script runs"), two.join().expect("the script runs"))
    });
    assert!(one.answers.len() >= REQUESTS, "{} requests", one.answers.len());
    assert_eq!(one.answers.len(), two.answers.len());
    for (position, (left, right)) in one.answers.iter().zip(&two.answers).enumerate() {
        let show =
            |answer: &Answer| format!("{} {:?}\n{}", answer.status, answer.headers, answer.body_text());
        assert!(left == right, "{position}: {}\n{}\n\n{}", left.0, show(&left.1), show(&right.1));
    }
    assert!(one.server.export() == two.server.export(), "the exports differ");
}

#[test]
fn another_seed_gives_other_ids() {
    let id = |seed| {
        let server = Server::start_with(Options::default().seed(seed));
        server.client("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).text("vpc.vpcId")
    };
    assert_ne!(id(1), id(2));
}
