//! Whom snapshots are given to.

use crate::{found, of_snapshot, refuses, snapshot, start, volume};
use serde_json::{Value, json};
use testkit::Client;

const OTHER: &str = "111111111111";

/// The snapshots that a client lists with those parameters.
#[track_caller]
fn listed(ec2: &Client, parameters: &Value) -> Vec<String> {
    ec2.call("DescribeSnapshots", parameters).ok().texts("snapshotSet.item.snapshotId")
}

#[track_caller]
fn permissions(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let own = json!({ "SnapshotId": id, "Attribute": "createVolumePermission" });
    let answer = ec2.call("DescribeSnapshotAttribute", &own).ok();
    answer.texts(&format!("createVolumePermission.item.{path}"))
}

#[test]
fn a_snapshot_is_given_to_accounts_and_taken_back() {
    let (server, ec2) = start();
    let id = snapshot(&ec2, &volume(&ec2, &json!({ "Size": 3 })));
    ec2.call("CreateTags", &json!({ "ResourceId": [id], "Tag": [{ "Key": "k", "Value": "v" }] })).ok();
    let other = server.client("ec2").key(OTHER, "test", None);
    assert_eq!(listed(&other, &json!({})), [""; 0]);
    let give = json!({ "SnapshotId": id, "CreateVolumePermission": { "Add": [{ "UserId": OTHER }] } });
    ec2.call("ModifySnapshotAttribute", &give).ok();
    assert_eq!(permissions(&ec2, &id, "userId"), [OTHER]);
    assert_eq!(listed(&other, &json!({})), [id.as_str()]);
    assert_eq!(listed(&other, &json!({ "Owner": ["self"] })), [""; 0]);
    assert_eq!(listed(&other, &json!({ "Owner": ["000000000000"] })), [id.as_str()]);
    assert_eq!(listed(&other, &json!({ "RestorableBy": ["self"] })), [id.as_str()]);
    assert_eq!(listed(&other, &json!({ "RestorableBy": ["all"] })), [""; 0]);
    assert_eq!(listed(&ec2, &json!({ "RestorableBy": [OTHER] })), [id.as_str()]);
    // Tags are their owner's, and what others do with the snapshot is theirs.
    assert_eq!(of_snapshot(&other, &id, "tagSet.item.key"), [""; 0]);
    assert_eq!(found(&other, "DescribeSnapshots", ("tag-key", "k"), "snapshotSet.item.snapshotId"), [""; 0]);
    let from = json!({ "AvailabilityZone": "us-east-1a", "SnapshotId": id });
    assert_eq!(other.call("CreateVolume", &from).ok().text("size"), "3");
    let copy = json!({ "SourceRegion": "us-east-1", "SourceSnapshotId": id });
    other.call("CopySnapshot", &copy).ok();
    let missing = format!("The snapshot '{id}' does not exist.");
    let delete = json!({ "SnapshotId": id });
    refuses(&other, &[("DeleteSnapshot", delete, "InvalidSnapshot.NotFound", &missing)]);
    let take = json!({
        "SnapshotId": id, "Attribute": "createVolumePermission", "OperationType": "remove", "UserId": [OTHER],
    });
    ec2.call("ModifySnapshotAttribute", &take).ok();
    refuses(&other, &[("CreateVolume", from, "InvalidSnapshot.NotFound", "Snapshot does not exist")]);
}

#[test]
fn a_public_snapshot_is_everybodys_until_that_is_blocked() {
    let (server, ec2) = start();
    let id = snapshot(&ec2, &volume(&ec2, &json!({})));
    let other = server.client("ec2").key(OTHER, "test", None);
    let public = json!({
        "SnapshotId": id, "Attribute": "createVolumePermission", "OperationType": "add", "UserGroup": ["all"],
    });
    ec2.call("ModifySnapshotAttribute", &public).ok();
    assert_eq!(permissions(&ec2, &id, "group"), ["all"]);
    assert_eq!(listed(&other, &json!({ "RestorableBy": ["all"] })), [id.as_str()]);
    assert_eq!(listed(&ec2, &json!({})), [id.as_str()]);
    let state =
        |client: &Client| client.call("GetSnapshotBlockPublicAccessState", &json!({})).ok().text("state");
    assert_eq!(state(&ec2), "unblocked");
    ec2.call("EnableSnapshotBlockPublicAccess", &json!({ "State": "block-new-sharing" })).ok();
    assert_eq!(listed(&other, &json!({})), [id.as_str()]);
    ec2.call("EnableSnapshotBlockPublicAccess", &json!({ "State": "block-all-sharing" })).ok();
    assert_eq!((state(&ec2), state(&other)), ("block-all-sharing".to_owned(), "unblocked".to_owned()));
    assert_eq!(listed(&other, &json!({})), [""; 0]);
    let sentence = "Public sharing of snapshots is blocked for this account.";
    refuses(&ec2, &[("ModifySnapshotAttribute", public, "OperationNotPermitted", sentence)]);
    ec2.call("DisableSnapshotBlockPublicAccess", &json!({})).ok();
    assert_eq!(listed(&other, &json!({})), [id.as_str()]);
    let reset = json!({ "SnapshotId": id, "Attribute": "createVolumePermission" });
    ec2.call("ResetSnapshotAttribute", &reset).ok();
    assert_eq!(listed(&other, &json!({})), [""; 0]);
}

#[test]
fn what_sharing_refuses() {
    let (_server, ec2) = start();
    let key = "arn:aws:kms:us-east-1:000000000000:key/0d990263-018e-4e65-a703-eff731de951e";
    let plain = snapshot(&ec2, &volume(&ec2, &json!({})));
    let default = snapshot(&ec2, &volume(&ec2, &json!({ "Encrypted": true })));
    let own = snapshot(&ec2, &volume(&ec2, &json!({ "Encrypted": true, "KmsKeyId": key })));
    let user = json!([{ "UserId": OTHER }]);
    let all = json!([{ "Group": "all" }]);
    let add =
        |id: &str, items: &Value| json!({ "SnapshotId": id, "CreateVolumePermission": { "Add": items } });
    ec2.call("ModifySnapshotAttribute", &add(&own, &user)).ok();
    let both = json!({ "SnapshotId": plain, "CreateVolumePermission": { "Add": user, "Remove": user } });
    let (modify, combination) = ("ModifySnapshotAttribute", "InvalidParameterCombination");
    refuses(
        &ec2,
        &[
            (
                modify,
                add(&default, &user),
                "OperationNotPermitted",
                "Encrypted snapshots with EBS default key cannot be shared",
            ),
            (
                modify,
                add(&own, &all),
                "OperationNotPermitted",
                "Encrypted snapshots cannot be shared publicly.",
            ),
            (
                modify,
                add(&plain, &json!([{ "Group": "some" }])),
                "InvalidAMIAttributeItemValue",
                "Invalid attribute item value \"some\" for UserGroup item type.",
            ),
            (
                modify,
                add(&plain, &json!([{ "UserId": "somebody" }])),
                "InvalidAMIAttributeItemValue",
                "Invalid attribute item value \"somebody\" for userId item type.",
            ),
            (
                modify,
                both,
                combination,
                "One and only one operation type may be specified for createVolumePermissions",
            ),
            (modify, json!({ "SnapshotId": plain }), combination, "No attributes specified."),
            (
                modify,
                json!({ "SnapshotId": plain, "Attribute": "createVolumePermission" }),
                combination,
                "No operation specified for createVolumePermission attribute.",
            ),
            (
                modify,
                json!({ "SnapshotId": plain, "Attribute": "productCodes", "OperationType": "add" }),
                "InvalidParameterValue",
                "Unrecognized attribute.",
            ),
            (
                "ResetSnapshotAttribute",
                json!({ "SnapshotId": plain, "Attribute": "productCodes" }),
                "InvalidRequest",
                "The request received was invalid.",
            ),
            (
                "DescribeSnapshotAttribute",
                json!({ "SnapshotId": plain, "Attribute": "colour" }),
                "InvalidRequest",
                "The request received was invalid.",
            ),
            (
                "EnableSnapshotBlockPublicAccess",
                json!({ "State": "unblocked" }),
                "InvalidParameterValue",
                "Value (unblocked) for parameter state is invalid. Valid values are block-all-sharing and block-new-sharing.",
            ),
        ],
    );
}
