use crate::{advance, found, golden, nowhere, of_snapshot, refuses, snapshot, start, start_real, volume};
use serde_json::json;

#[test]
fn the_life_of_a_snapshot() {
    let (_server, ec2) = start();
    let mut golden = golden("snapshot");
    let of = volume(&ec2, &json!({ "Size": 8 }));
    let tags = json!([{ "ResourceType": "snapshot", "Tag": [{ "Key": "Name", "Value": "daily" }] }]);
    let wish = json!({ "VolumeId": of, "Description": "of today", "TagSpecification": tags });
    let id = golden.note("CreateSnapshot", ec2.call("CreateSnapshot", &wish)).ok().text("snapshotId");
    let own = json!({ "SnapshotId": [id] });
    golden.note("DescribeSnapshots", ec2.call("DescribeSnapshots", &own)).ok();
    golden.note("DescribeSnapshotTierStatus", ec2.call("DescribeSnapshotTierStatus", &json!({}))).ok();
    let copy = json!({ "SourceRegion": "us-east-1", "SourceSnapshotId": id, "TagSpecification": tags });
    let copied = golden.note("CopySnapshot", ec2.call("CopySnapshot", &copy)).ok().text("snapshotId");
    let its = json!({ "SnapshotId": [copied] });
    golden.note("the copy", ec2.call("DescribeSnapshots", &its)).ok();
    // A volume may go before its snapshots, and a snapshot before its copies.
    ec2.call("DeleteVolume", &json!({ "VolumeId": of })).ok();
    golden.note("DeleteSnapshot", ec2.call("DeleteSnapshot", &json!({ "SnapshotId": id }))).ok();
    let sentence = format!("The snapshot '{id}' does not exist.");
    golden.note("gone", ec2.call("DescribeSnapshots", &own)).refused(
        400,
        "InvalidSnapshot.NotFound",
        &sentence,
    );
    ec2.call("DescribeSnapshots", &its).ok();
    golden.check();
}

#[test]
fn a_snapshot_is_pending_then_completed() {
    let (server, ec2) = start_real();
    let of = volume(&ec2, &json!({}));
    advance(&server, "3s");
    let id = snapshot(&ec2, &of);
    assert_eq!(of_snapshot(&ec2, &id, "status"), ["pending"]);
    assert_eq!(of_snapshot(&ec2, &id, "progress"), ["0%"]);
    let pending = "Snapshot is in invalid state - pending";
    let from = json!({ "AvailabilityZone": "us-east-1a", "SnapshotId": id });
    let copy = json!({ "SourceRegion": "us-east-1", "SourceSnapshotId": id });
    refuses(
        &ec2,
        &[
            ("CreateVolume", from, "IncorrectState", pending),
            ("CopySnapshot", copy, "IncorrectState", pending),
        ],
    );
    advance(&server, "31s");
    assert_eq!(of_snapshot(&ec2, &id, "status"), ["completed"]);
    assert_eq!(of_snapshot(&ec2, &id, "progress"), ["100%"]);
    assert_eq!(of_snapshot(&ec2, &id, "fullSnapshotSizeInBytes"), ["0"]);
}

#[test]
fn copies_cross_regions_and_become_encrypted() {
    let (server, ec2) = start();
    let id = snapshot(&ec2, &volume(&ec2, &json!({ "Size": 7 })));
    let west = server.client("ec2").region("eu-west-1");
    let copy = json!({
        "SourceRegion": "us-east-1", "SourceSnapshotId": id, "Encrypted": true, "Description": "away",
        "CompletionDurationMinutes": 30,
    });
    let copied = west.call("CopySnapshot", &copy).ok().text("snapshotId");
    for (path, want) in [
        ("volumeSize", "7"),
        ("volumeId", "vol-ffffffff"),
        ("encrypted", "true"),
        ("description", "away"),
        ("transferType", "time-based"),
        ("completionDurationMinutes", "30"),
    ] {
        assert_eq!(of_snapshot(&west, &copied, path), [want], "{path}");
    }
    let key = of_snapshot(&west, &copied, "kmsKeyId").concat();
    assert!(key.starts_with("arn:aws:kms:eu-west-1:000000000000:key/"), "{key}");
    // What is encrypted stays so, by the key that is named.
    let named = "arn:aws:kms:eu-west-1:000000000000:key/0d990263-018e-4e65-a703-eff731de951e";
    let again = json!({
        "SourceRegion": "eu-west-1", "SourceSnapshotId": copied, "Encrypted": true, "KmsKeyId": named,
    });
    let again = west.call("CopySnapshot", &again).ok().text("snapshotId");
    assert_eq!(of_snapshot(&west, &again, "kmsKeyId"), [named]);
    let missing = format!("The snapshot '{id}' does not exist.");
    refuses(
        &west,
        &[("DescribeSnapshots", json!({ "SnapshotId": [id] }), "InvalidSnapshot.NotFound", &missing)],
    );
}

#[test]
fn every_filter_finds_one_snapshot_and_not_the_other() {
    let (_server, ec2) = start();
    let (one, two) = (volume(&ec2, &json!({ "Size": 5, "Encrypted": true })), volume(&ec2, &json!({})));
    let tags = json!([{ "ResourceType": "snapshot", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let wish = json!({ "VolumeId": one, "Description": "first", "TagSpecification": tags });
    let made = ec2.call("CreateSnapshot", &wish).ok();
    let id = made.text("snapshotId");
    let other = snapshot(&ec2, &two);
    ec2.call("ModifySnapshotTier", &json!({ "SnapshotId": other, "StorageTier": "archive" })).ok();
    let of = |name: &str, value: &str| {
        found(&ec2, "DescribeSnapshots", (name, value), "snapshotSet.item.snapshotId")
    };
    for (name, value) in [
        ("description", "first"),
        ("encrypted", "true"),
        ("snapshot-id", id.as_str()),
        ("storage-tier", "standard"),
        ("volume-id", &one),
        ("volume-size", "5"),
        ("tag:team", "red"),
        ("tag-key", "team"),
    ] {
        assert_eq!(of(name, value), [id.as_str()], "{name}");
    }
    for (name, value, count) in [
        ("owner-id", "000000000000", 2),
        ("owner-id", "111111111111", 0),
        ("owner-alias", "*", 0),
        ("progress", "100%", 2),
        ("start-time", "20*", 2),
        ("status", "completed", 2),
        ("status", "pending", 0),
        ("transfer-type", "*", 0),
    ] {
        assert_eq!(of(name, value).len(), count, "{name} {value}");
    }
    ec2.call("CopySnapshot", &json!({ "SourceRegion": "us-east-1", "SourceSnapshotId": id })).ok();
    assert_eq!(of("transfer-type", "standard").len(), 1);
}

#[test]
fn what_snapshots_refuse() {
    let (_server, ec2) = start();
    let of = volume(&ec2, &json!({}));
    let none = nowhere("snap");
    let missing = format!("The snapshot '{none}' does not exist.");
    let not_found = "InvalidSnapshot.NotFound";
    let own = json!({ "SnapshotId": none });
    let value = "InvalidParameterValue";
    let copy = |from: &str, id: &str| json!({ "SourceRegion": from, "SourceSnapshotId": id });
    let instance = nowhere("i");
    let no_instance = format!("The instance ID '{instance}' does not exist");
    refuses(
        &ec2,
        &[
            ("DeleteSnapshot", own.clone(), not_found, &missing),
            ("ModifySnapshotTier", own.clone(), not_found, &missing),
            (
                "RestoreSnapshotTier",
                json!({ "SnapshotId": none, "PermanentRestore": true }),
                not_found,
                &missing,
            ),
            ("UnlockSnapshot", own.clone(), not_found, &missing),
            ("RestoreSnapshotFromRecycleBin", own, not_found, &missing),
            ("ListSnapshotsInRecycleBin", json!({ "SnapshotId": [none] }), not_found, &missing),
            ("DescribeSnapshots", json!({ "SnapshotId": [none] }), not_found, &missing),
            ("DescribeLockedSnapshots", json!({ "SnapshotId": [none] }), not_found, &missing),
            ("CopySnapshot", copy("us-east-1", &none), not_found, "Snapshot does not exist"),
            (
                "CopySnapshot",
                copy("moon-1", &none),
                value,
                "Value (moon-1) for parameter sourceRegion is invalid. It is no Region.",
            ),
            (
                "DescribeSnapshots",
                json!({ "SnapshotId": ["disk"] }),
                "InvalidSnapshotID.Malformed",
                "Invalid id: \"disk\" (expecting \"snap-...\")",
            ),
            (
                "DeleteSnapshot",
                json!({ "SnapshotId": "disk" }),
                value,
                "Value (disk) for parameter snapshotId is invalid. Expected: 'snap-...'.",
            ),
            (
                "CreateSnapshot",
                json!({ "VolumeId": of, "Description": "größer" }),
                value,
                "Value (größer) for parameter description is invalid. Character sets beyond ASCII are not supported.",
            ),
            (
                "CreateSnapshots",
                json!({ "InstanceSpecification": { "InstanceId": instance } }),
                "InvalidInstanceID.NotFound",
                &no_instance,
            ),
            (
                "CreateSnapshot",
                json!({ "VolumeId": of, "Location": "local" }),
                "UnsupportedOperation",
                "Snapshots outside of the Region are not built",
            ),
        ],
    );
    assert_eq!(ec2.call("ListSnapshotsInRecycleBin", &json!({})).ok().texts("snapshotSet.item"), [""; 0]);
}

/// Recorded, of the five that there were: aws-samples/copy-encrypted-ami issue 3.
/// Source of the figure: EBS user guide, "Quotas for Amazon EBS".
#[test]
fn twenty_copies_are_under_way_in_a_region_at_once() {
    let (server, ec2) = start_real();
    let of = volume(&ec2, &json!({}));
    advance(&server, "3s");
    let id = snapshot(&ec2, &of);
    advance(&server, "31s");
    let copy = json!({ "SourceRegion": "us-east-1", "SourceSnapshotId": id });
    for _ in 0..20 {
        ec2.call("CopySnapshot", &copy).ok();
    }
    // What is no copy does not count, and another Region has its own.
    snapshot(&ec2, &of);
    server.client("ec2").region("eu-west-1").call("CopySnapshot", &copy).ok();
    let many = "Too many snapshot copies in progress. The limit is 20 for this destination region.";
    refuses(&ec2, &[("CopySnapshot", copy.clone(), "ResourceLimitExceeded", many)]);
    advance(&server, "31s");
    ec2.call("CopySnapshot", &copy).ok();
}
