//! What file systems bring to decisions about calls: their policies and tags, by whatever name they are called.

use crate::{file_system, mount_target, subnets};
use serde_json::{Value, json};
use testkit::{Client, Options, Server};

const ROOT: (&str, &str) = ("000000000000", "root of the default account");

fn server() -> Server {
    let key = format!("{}:{}", ROOT.0, ROOT.1);
    Server::start_with(Options::default().flags(&["--iam", "enforce", "--bootstrap-key", &key]))
}

fn root(server: &Server, service: &str) -> Client {
    server.client(service).key(ROOT.0, ROOT.1, None)
}

/// A user with a policy of one statement.
fn user(server: &Server, name: &str, statement: &Value) -> Client {
    let iam = root(server, "iam");
    iam.call("CreateUser", &json!({ "UserName": name })).ok();
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let put = json!({ "UserName": name, "PolicyName": "own", "PolicyDocument": document });
    iam.call("PutUserPolicy", &put).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": name })).ok();
    let text = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    server.client("efs").key(&text("AccessKeyId"), &text("SecretAccessKey"), None)
}

#[track_caller]
fn denied(efs: &Client, operation: &str, wish: &Value) -> String {
    let refusal = efs.call(operation, wish).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDeniedException"), "{operation} {wish}");
    refusal.message
}

fn arn(id: &str) -> String {
    format!("arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/{id}")
}

#[test]
fn a_file_systems_policy_allows_and_denies() {
    let server = server();
    let efs = root(&server, "efs");
    let (one, two) = (file_system(&efs, "one"), file_system(&efs, "two"));
    let nothing = json!({ "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" });
    let anna = user(&server, "anna", &nothing);
    let bert = user(
        &server,
        "bert",
        &json!({ "Effect": "Allow", "Action": "elasticfilesystem:*", "Resource": "*" }),
    );
    let describe = |id: &str| json!({ "FileSystemId": id });
    let message = denied(&anna, "DescribeLifecycleConfiguration", &describe(&one));
    let want = format!(
        "User: arn:aws:iam::000000000000:user/anna is not authorized to perform: elasticfilesystem:DescribeLifecycleConfiguration on resource: {}",
        arn(&one)
    );
    assert!(message.starts_with(&want), "{message}");
    let principal = |name: &str| json!({ "AWS": format!("arn:aws:iam::000000000000:user/{name}") });
    let read = "elasticfilesystem:DescribeLifecycleConfiguration";
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": principal("anna"), "Action": read, "Resource": arn(&one) },
        { "Effect": "Deny", "Principal": principal("bert"), "Action": read, "Resource": "*" },
    ] });
    efs.call("PutFileSystemPolicy", &json!({ "FileSystemId": one, "Policy": policy.to_string() })).ok();
    for name in [one.clone(), arn(&one)] {
        anna.call("DescribeLifecycleConfiguration", &describe(&name)).ok();
        denied(&bert, "DescribeLifecycleConfiguration", &describe(&name));
    }
    denied(&anna, "DescribeLifecycleConfiguration", &describe(&two));
    bert.call("DescribeLifecycleConfiguration", &describe(&two)).ok();
    efs.call("DeleteFileSystemPolicy", &describe(&one)).ok();
    denied(&anna, "DescribeLifecycleConfiguration", &describe(&one));
}

#[test]
fn tags_decide_about_file_systems_and_their_mount_targets() {
    let server = server();
    let efs = root(&server, "efs");
    let (red, blue) = (file_system(&efs, "red"), file_system(&efs, "blue"));
    let tag = json!({ "ResourceId": red, "Tags": [{ "Key": "team", "Value": "red" }] });
    efs.call("TagResource", &tag).ok();
    let zones = subnets(&root(&server, "ec2"));
    let (of_red, of_blue) = (mount_target(&efs, &red, &zones[0].1), mount_target(&efs, &blue, &zones[0].1));
    let team = user(
        &server,
        "team",
        &json!({
            "Effect": "Allow", "Action": "elasticfilesystem:*", "Resource": "*",
            "Condition": { "StringEquals": { "aws:ResourceTag/team": "red" } },
        }),
    );
    let target = |made: &testkit::Answer| json!({ "MountTargetId": made.text("MountTargetId") });
    team.call("DescribeBackupPolicy", &json!({ "FileSystemId": red })).refused(404, "PolicyNotFound", "");
    denied(&team, "DescribeBackupPolicy", &json!({ "FileSystemId": blue }));
    team.call("DescribeMountTargetSecurityGroups", &target(&of_red)).ok();
    let message = denied(&team, "DescribeMountTargetSecurityGroups", &target(&of_blue));
    assert!(message.contains(&arn(&blue)), "{message}");
    let point = efs
        .call(
            "CreateAccessPoint",
            &json!({
        "FileSystemId": blue, "ClientToken": "t", "Tags": [{ "Key": "team", "Value": "red" }] }),
        )
        .ok();
    team.call("DeleteAccessPoint", &json!({ "AccessPointId": point.text("AccessPointArn") })).ok();
}
