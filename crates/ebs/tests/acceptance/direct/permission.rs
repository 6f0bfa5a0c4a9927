//! Who may go on from a snapshot, where policies are enforced.

use super::{block, refused, written};
use serde_json::{Value, json};
use testkit::{Client, Options, Server};

const ROOT: (&str, &str) = ("000000000000", "root of the default account");

fn root(server: &Server, service: &str) -> Client {
    server.client(service).key(ROOT.0, ROOT.1, None)
}

/// A user with a policy of these statements.
fn user(server: &Server, name: &str, statements: &[Value]) -> Client {
    let iam = root(server, "iam");
    iam.call("CreateUser", &json!({ "UserName": name })).ok();
    let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    let put = json!({ "UserName": name, "PolicyName": "own", "PolicyDocument": document });
    iam.call("PutUserPolicy", &put).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": name })).ok();
    let text = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    server.client("ebs").key(&text("AccessKeyId"), &text("SecretAccessKey"), None)
}

fn begin(parent: Option<&str>) -> Value {
    json!({ "VolumeSize": 1, "ParentSnapshotId": parent })
}

#[track_caller]
fn denied(ebs: &Client, parent: Option<&str>, name: &str, resource: &str, why: &str) {
    let sentence = format!(
        "User: arn:aws:iam::000000000000:user/{name} is not authorized to perform: ebs:StartSnapshot on resource: {resource} {why}"
    );
    refused(&ebs.call("StartSnapshot", &begin(parent)), 403, "AccessDeniedException", "", &sentence);
}

const IMPLICIT: &str = "because no identity-based policy allows the ebs:StartSnapshot action";
const EXPLICIT: &str = "with an explicit deny in an identity-based policy";

/// Who could not read a snapshot would read it through a child of it.
/// Source: EBS user guide, "Control access to EBS direct APIs using IAM"; the key is one of ARNs there.
#[test]
fn a_snapshot_goes_on_from_a_parent_that_its_maker_may_use() {
    let key = format!("{}:{}", ROOT.0, ROOT.1);
    let server = Server::start_with(Options::default().flags(&["--iam", "enforce", "--bootstrap-key", &key]));
    let ebs = root(&server, "ebs");
    let (secret, open) = (written(&ebs, &json!({}), &[(0, block(1))]), written(&ebs, &json!({}), &[]));
    let arn = |id: &str| format!("arn:aws:ec2:us-east-1::snapshot/{id}");
    let all = json!({ "Effect": "Allow", "Action": "ebs:*", "Resource": "*" });
    let not = json!({ "Effect": "Deny", "Action": "ebs:*", "Resource": arn(&secret) });
    let anna = user(&server, "anna", &[all, not]);
    denied(&anna, Some(&secret), "anna", &arn(&secret), EXPLICIT);
    anna.call("StartSnapshot", &begin(Some(&open))).ok();
    anna.call("StartSnapshot", &begin(None)).ok();
    let from_open = json!({ "Effect": "Allow", "Action": "ebs:StartSnapshot", "Resource": "*",
        "Condition": { "ArnEquals": { "ebs:ParentSnapshot": arn(&open) } } });
    let bert = user(&server, "bert", &[from_open]);
    bert.call("StartSnapshot", &begin(Some(&open))).ok();
    denied(&bert, Some(&secret), "bert", &arn(&secret), IMPLICIT);
    denied(&bert, None, "bert", &arn("*"), IMPLICIT);
}
