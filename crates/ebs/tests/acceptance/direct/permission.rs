//! Who may go on from a snapshot, where policies are enforced.

use super::{block, refused, written};
use serde_json::{Value, json};
use testkit::{Client, Server};

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
    let server = Server::enforcing();
    let ebs = server.root("ebs");
    let (secret, open) = (written(&ebs, &json!({}), &[(0, block(1))]), written(&ebs, &json!({}), &[]));
    let arn = |id: &str| format!("arn:aws:ec2:us-east-1::snapshot/{id}");
    let all = json!({ "Effect": "Allow", "Action": "ebs:*", "Resource": "*" });
    let not = json!({ "Effect": "Deny", "Action": "ebs:*", "Resource": arn(&secret) });
    let anna = server.user("anna", &[all, not]).client("ebs");
    denied(&anna, Some(&secret), "anna", &arn(&secret), EXPLICIT);
    anna.call("StartSnapshot", &begin(Some(&open))).ok();
    anna.call("StartSnapshot", &begin(None)).ok();
    let from_open = json!({ "Effect": "Allow", "Action": "ebs:StartSnapshot", "Resource": "*",
        "Condition": { "ArnEquals": { "ebs:ParentSnapshot": arn(&open) } } });
    let bert = server.user("bert", &[from_open]).client("ebs");
    bert.call("StartSnapshot", &begin(Some(&open))).ok();
    denied(&bert, Some(&secret), "bert", &arn(&secret), IMPLICIT);
    denied(&bert, None, "bert", &arn("*"), IMPLICIT);
}
