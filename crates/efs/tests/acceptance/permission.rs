//! What EFS asks of EC2 and IAM in its caller's stead, where policies are enforced.
//! Source: Amazon EFS API reference, CreateMountTarget, DeleteMountTarget, DescribeMountTargetSecurityGroups and
//! ModifyMountTargetSecurityGroups.

use crate::{file_system, mount_target, start, subnets};
use serde_json::{Value, json};
use testkit::{Client, Server, allow};

const ROLE: &str = "AWSServiceRoleForAmazonElasticFileSystem";

/// Recorded: terraform-provider-aws issue 1727, aws-parallelcluster issue 1139, eks-workshop-v2 issue 1106.
#[track_caller]
pub(crate) fn forbidden(efs: &Client, operation: &str, wish: &Value) {
    let sentence = "User is not authorized to perform that action on the specified resource";
    efs.call(operation, wish).refused(403, "AccessDeniedException", sentence);
}

fn efs() -> Value {
    allow(&["elasticfilesystem:*"], "*")
}

/// The path of EFS's own role, if it is there.
fn role(iam: &Client) -> Option<String> {
    let answer = iam.call("GetRole", &json!({ "RoleName": ROLE }));
    (answer.status == 200).then(|| answer.text("GetRoleResult.Role.Path"))
}

#[test]
fn a_mount_target_is_made_by_whom_ec2_lets_make_its_interface() {
    let server = Server::enforcing();
    let one = file_system(&server.root("efs"), "one");
    let zones = subnets(&server.root("ec2"));
    let wish = json!({ "FileSystemId": one, "SubnetId": zones[0].1 });
    let needed = [
        "ec2:DescribeSubnets",
        "ec2:DescribeNetworkInterfaces",
        "ec2:CreateNetworkInterface",
        "iam:CreateServiceLinkedRole",
    ];
    for (number, left_out) in needed.iter().enumerate() {
        let others: Vec<&str> = needed.into_iter().filter(|action| action != left_out).collect();
        let own = server.user(&format!("without-{number}"), &[efs(), allow(&others, "*")]).client("efs");
        forbidden(&own, "CreateMountTarget", &wish);
    }
    assert_eq!(role(&server.root("iam")), None);
    server.user("anna", &[efs(), allow(&needed, "*")]).client("efs").call("CreateMountTarget", &wish).ok();
    // The role is there now, and is not asked for again; the interface has to be one in this subnet.
    let arn = |kind: &str, id: &str| format!("arn:aws:ec2:us-east-1:000000000000:{kind}/{id}");
    let bert = [
        efs(),
        allow(&needed[..2], "*"),
        allow(&needed[2..3], &arn("network-interface", "*")),
        allow(&needed[2..3], &arn("subnet", &zones[1].1)),
    ];
    let bert = server.user("bert", &bert).client("efs");
    forbidden(&bert, "CreateMountTarget", &json!({ "FileSystemId": one, "SubnetId": zones[2].1 }));
    let wish = json!({ "FileSystemId": one, "SubnetId": zones[1].1, "SecurityGroups": ["sg-01234567"] });
    forbidden(&bert, "CreateMountTarget", &wish);
    bert.call("CreateMountTarget", &json!({ "FileSystemId": one, "SubnetId": zones[1].1 })).ok();
}

#[test]
fn its_interface_is_asked_changed_and_deleted_by_whom_ec2_lets() {
    let server = Server::enforcing();
    let own = server.root("efs");
    let made = mount_target(&own, &file_system(&own, "one"), &subnets(&server.root("ec2"))[0].1);
    let of = json!({ "MountTargetId": made.text("MountTargetId") });
    let groups = own.call("DescribeMountTargetSecurityGroups", &of).ok().texts("SecurityGroups");
    let regroup = json!({ "MountTargetId": made.text("MountTargetId"), "SecurityGroups": groups });
    for (operation, wish, action) in [
        ("DescribeMountTargetSecurityGroups", &of, "ec2:DescribeNetworkInterfaceAttribute"),
        ("ModifyMountTargetSecurityGroups", &regroup, "ec2:ModifyNetworkInterfaceAttribute"),
        ("DeleteMountTarget", &of, "ec2:DeleteNetworkInterface"),
    ] {
        let without = server.user(&format!("no-{operation}"), &[efs()]).client("efs");
        forbidden(&without, operation, wish);
        server.user(operation, &[efs(), allow(&[action], "*")]).client("efs").call(operation, wish).ok();
    }
}

/// Source: Amazon EFS User Guide, "Using service-linked roles for Amazon EFS".
#[test]
fn the_first_mount_target_or_replication_makes_the_role_of_efs() {
    let path = Some("/aws-service-role/elasticfilesystem.amazonaws.com/".to_owned());
    for is_replicated in [false, true] {
        let (server, efs) = start();
        let iam = server.client("iam");
        let id = file_system(&efs, "one");
        assert_eq!(role(&iam), None);
        if is_replicated {
            let wish = json!({ "SourceFileSystemId": id, "Destinations": [{ "Region": "us-west-2" }] });
            efs.call("CreateReplicationConfiguration", &wish).ok();
        } else {
            mount_target(&efs, &id, &subnets(&server.client("ec2"))[0].1);
        }
        assert_eq!(role(&iam), path);
    }
}
