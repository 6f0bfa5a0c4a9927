//! Accounts and Regions are apart: what is of one is not found in another, by any operation and under any name.

use crate::{file_system, mount_target, refuses, start, subnets};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::with;

/// An operation, and what it is given beside the name of something.
type Call = (&'static str, Value);

/// Those that name a file system, and by which member.
fn of_file_systems(name: &str) -> Vec<Call> {
    let own = |more: Value| with(&json!({ "FileSystemId": name }), &more);
    let source = |more: Value| with(&json!({ "SourceFileSystemId": name }), &more);
    let resource = |more: Value| with(&json!({ "ResourceId": name }), &more);
    let tags = json!({ "Tags": [{ "Key": "k", "Value": "v" }] });
    let keys = json!({ "TagKeys": ["k"] });
    let policy = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*"}}"#;
    vec![
        ("CreateAccessPoint", own(json!({ "ClientToken": "t" }))),
        ("CreateMountTarget", own(json!({ "SubnetId": "subnet-0123456789abcdef0" }))),
        ("CreateReplicationConfiguration", source(json!({ "Destinations": [{ "Region": "us-west-2" }] }))),
        ("CreateTags", own(tags.clone())),
        ("DeleteFileSystem", own(json!({}))),
        ("DeleteFileSystemPolicy", own(json!({}))),
        ("DeleteReplicationConfiguration", source(json!({}))),
        ("DeleteTags", own(keys.clone())),
        ("DescribeAccessPoints", own(json!({}))),
        ("DescribeBackupPolicy", own(json!({}))),
        ("DescribeFileSystemPolicy", own(json!({}))),
        ("DescribeFileSystems", own(json!({}))),
        ("DescribeLifecycleConfiguration", own(json!({}))),
        ("DescribeMountTargets", own(json!({}))),
        ("DescribeReplicationConfigurations", own(json!({}))),
        ("DescribeTags", own(json!({}))),
        ("ListTagsForResource", resource(json!({}))),
        ("PutBackupPolicy", own(json!({ "BackupPolicy": { "Status": "ENABLED" } }))),
        ("PutFileSystemPolicy", own(json!({ "Policy": policy }))),
        (
            "PutLifecycleConfiguration",
            own(json!({ "LifecyclePolicies": [{ "TransitionToIA": "AFTER_7_DAYS" }] })),
        ),
        ("TagResource", resource(tags)),
        ("UntagResource", resource(keys)),
        ("UpdateFileSystem", own(json!({ "ThroughputMode": "elastic" }))),
        ("UpdateFileSystemProtection", own(json!({ "ReplicationOverwriteProtection": "DISABLED" }))),
    ]
}

fn of_access_points(name: &str) -> Vec<Call> {
    vec![
        ("DeleteAccessPoint", json!({ "AccessPointId": name })),
        ("DescribeAccessPoints", json!({ "AccessPointId": name })),
        ("DescribeMountTargets", json!({ "AccessPointId": name })),
        ("ListTagsForResource", json!({ "ResourceId": name })),
        ("TagResource", json!({ "ResourceId": name, "Tags": [{ "Key": "k", "Value": "v" }] })),
        ("UntagResource", json!({ "ResourceId": name, "TagKeys": ["k"] })),
    ]
}

fn of_mount_targets(id: &str) -> Vec<Call> {
    vec![
        ("DeleteMountTarget", json!({ "MountTargetId": id })),
        ("DescribeMountTargets", json!({ "MountTargetId": id })),
        ("DescribeMountTargetSecurityGroups", json!({ "MountTargetId": id })),
        (
            "ModifyMountTargetSecurityGroups",
            json!({ "MountTargetId": id, "SecurityGroups": ["sg-01234567"] }),
        ),
    ]
}

#[track_caller]
fn absent(client: &Client, calls: Vec<Call>, code: &str, sentence: &str) {
    let cases: Vec<_> = calls.into_iter().map(|(call, wish)| (call, wish, 404, code, sentence)).collect();
    refuses(client, &cases);
}

#[test]
fn nothing_is_found_from_another_account_or_region() {
    let (server, efs) = start();
    let id = file_system(&efs, "one");
    let made = efs.call("CreateAccessPoint", &json!({ "FileSystemId": id, "ClientToken": "p" })).ok();
    let (point, point_arn) = (made.text("AccessPointId"), made.text("AccessPointArn"));
    let target = mount_target(&efs, &id, &subnets(&server.client("ec2"))[0].1).text("MountTargetId");
    let all = |efs: &Client| {
        let of = json!({ "FileSystemId": id });
        let lists = [
            ("DescribeFileSystems", &json!({})),
            ("DescribeAccessPoints", &json!({})),
            ("DescribeMountTargets", &of),
            ("DescribeLifecycleConfiguration", &of),
            ("DescribeTags", &of),
        ];
        lists.map(|(call, wish)| efs.call(call, wish).ok().tree())
    };
    let before = all(&efs);
    let arn = format!("arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/{id}");
    let others = [
        server.client("efs").key("111111111111", "of nobody", None),
        server.client("efs").region("eu-west-1"),
    ];
    for other in &others {
        for (call, list) in [
            ("DescribeFileSystems", "FileSystems"),
            ("DescribeAccessPoints", "AccessPoints"),
            ("DescribeReplicationConfigurations", "Replications"),
        ] {
            assert_eq!(other.call(call, &json!({})).ok().tree()[list], json!([]), "{call}");
        }
        for name in [&id, &arn] {
            let sentence = format!("File system '{name}' does not exist.");
            absent(other, of_file_systems(name), "FileSystemNotFound", &sentence);
        }
        for name in [&point, &point_arn] {
            let sentence = format!("Access Point {name} does not exist.");
            absent(other, of_access_points(name), "AccessPointNotFound", &sentence);
        }
        let sentence = format!("Mount target '{target}' does not exist.");
        absent(other, of_mount_targets(&target), "MountTargetNotFound", &sentence);
        // The same tokens are free there, and preferences are each account's own.
        let own = file_system(other, "one");
        other.call("CreateAccessPoint", &json!({ "FileSystemId": own, "ClientToken": "p" })).ok();
        other.call("PutAccountPreferences", &json!({ "ResourceIdType": "LONG_ID" })).ok();
        let told = other.call("DescribeAccountPreferences", &json!({})).ok();
        assert_eq!(told.text("ResourceIdPreference.ResourceIdType"), "LONG_ID");
    }
    assert_eq!(all(&efs), before);
}

/// Every operation that names something says so where it is not there: `fs-01234567` was never made.
#[test]
fn what_was_never_made_is_not_found() {
    let (_server, efs) = start();
    let sentence = "File system 'fs-01234567' does not exist.";
    absent(&efs, of_file_systems("fs-01234567"), "FileSystemNotFound", sentence);
    let sentence = "Access Point fsap-01234567 does not exist.";
    absent(&efs, of_access_points("fsap-01234567"), "AccessPointNotFound", sentence);
    let sentence = "Mount target 'fsmt-01234567' does not exist.";
    absent(&efs, of_mount_targets("fsmt-01234567"), "MountTargetNotFound", sentence);
}

/// What the model rules out is told by the paths of the members, as recorded of access points. Of many operations it is
/// all that can be wrong with a request.
#[test]
fn names_that_are_none_are_refused_by_their_paths() {
    let (_server, efs) = start();
    for (calls, value) in [
        (of_file_systems("fs-none"), "fs-none"),
        (of_file_systems("arn:aws:s3:::bucket"), "arn:aws:s3:::bucket"),
        (of_access_points("fsap-1"), "fsap-1"),
        (of_mount_targets("fsmt-0123456x"), "fsmt-0123456x"),
    ] {
        for (call, wish) in calls {
            let refusal = efs.call(call, &wish).refusal();
            let found = (refusal.status, refusal.code.as_str());
            assert_eq!(found, (400, "ValidationException"), "{call} {wish}");
            let start = format!("1 validation error detected: Value '{value}' at '");
            assert!(refusal.message.starts_with(&start), "{call}: {}", refusal.message);
        }
    }
}
