//! What file systems bring to decisions about calls: their policies and tags, by whatever name they are called.

use crate::{file_system, mount_target, subnets};
use serde_json::{Value, json};
use testkit::{Client, Server, allow};

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
    let server = Server::enforcing();
    let efs = server.root("efs");
    let (one, two) = (file_system(&efs, "one"), file_system(&efs, "two"));
    let anna = server.user("anna", &[allow(&["s3:ListAllMyBuckets"], "*")]).client("efs");
    let bert = server.user("bert", &[allow(&["elasticfilesystem:*"], "*")]).client("efs");
    let describe = |id: &str| json!({ "FileSystemId": id });
    let message = denied(&anna, "DescribeLifecycleConfiguration", &describe(&one));
    assert_eq!(
        message,
        "User: arn:aws:iam::000000000000:user/anna is not authorized to perform: elasticfilesystem:DescribeLifecycleConfiguration on the specified resource"
    );
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
    let server = Server::enforcing();
    let efs = server.root("efs");
    let (red, blue) = (file_system(&efs, "red"), file_system(&efs, "blue"));
    let tag = json!({ "ResourceId": red, "Tags": [{ "Key": "team", "Value": "red" }] });
    efs.call("TagResource", &tag).ok();
    let zones = subnets(&server.root("ec2"));
    let (in_red, in_blue) = (mount_target(&efs, &red, &zones[0].1), mount_target(&efs, &blue, &zones[0].1));
    let mut of_red = allow(&["elasticfilesystem:*"], "*");
    of_red["Condition"] = json!({ "StringEquals": { "aws:ResourceTag/team": "red" } });
    let team =
        server.user("team", &[of_red, allow(&["ec2:DescribeNetworkInterfaceAttribute"], "*")]).client("efs");
    let target = |made: &testkit::Answer| json!({ "MountTargetId": made.text("MountTargetId") });
    team.call("DescribeBackupPolicy", &json!({ "FileSystemId": red })).refused(404, "PolicyNotFound", "null");
    denied(&team, "DescribeBackupPolicy", &json!({ "FileSystemId": blue }));
    team.call("DescribeMountTargetSecurityGroups", &target(&in_red)).ok();
    let message = denied(&team, "DescribeMountTargetSecurityGroups", &target(&in_blue));
    assert_eq!(
        message,
        "User: arn:aws:iam::000000000000:user/team is not authorized to perform: elasticfilesystem:DescribeMountTargetSecurityGroups on the specified resource"
    );
    let point = efs
        .call(
            "CreateAccessPoint",
            &json!({
        "FileSystemId": blue, "ClientToken": "t", "Tags": [{ "Key": "team", "Value": "red" }] }),
        )
        .ok();
    team.call("DeleteAccessPoint", &json!({ "AccessPointId": point.text("AccessPointArn") })).ok();
}
