use crate::{advance, found, of_snapshot, refuses, snapshot, start, start_real, volume};
use serde_json::json;

#[test]
fn a_snapshot_goes_to_the_archive_and_comes_back() {
    let (server, ec2) = start_real();
    let of = volume(&ec2, &json!({}));
    advance(&server, "3s");
    let id = snapshot(&ec2, &of);
    let own = json!({ "SnapshotId": id });
    let archive = json!({ "SnapshotId": id, "StorageTier": "archive" });
    let early = format!("The snapshot {id} is not 'completed' in the standard tier.");
    refuses(&ec2, &[("ModifySnapshotTier", archive.clone(), "IncorrectState", &early)]);
    advance(&server, "31s");
    let status = |path: &str| {
        let answer = ec2.call("DescribeSnapshotTierStatus", &json!({})).ok();
        answer.texts(&format!("snapshotTierStatusSet.item.{path}"))
    };
    assert_eq!(status("lastTieringOperationStatus"), [""; 0]);
    ec2.call("ModifySnapshotTier", &archive).ok();
    assert_eq!(status("lastTieringOperationStatus"), ["archival-in-progress"]);
    assert_eq!(status("storageTier"), ["standard"]);
    refuses(&ec2, &[("ModifySnapshotTier", archive, "IncorrectState", &early)]);
    advance(&server, "86401s");
    assert_eq!(status("lastTieringOperationStatus"), ["archival-completed"]);
    assert_eq!(of_snapshot(&ec2, &id, "storageTier"), ["archive"]);
    assert_eq!(status("archivalCompleteTime").len(), 1);
    let from = json!({ "AvailabilityZone": "us-east-1a", "SnapshotId": id });
    let away = "Snapshot is in invalid state - archive";
    refuses(&ec2, &[("CreateVolume", from.clone(), "IncorrectState", away)]);
    let days = json!({ "SnapshotId": id, "TemporaryRestoreDays": 2 });
    let began = ec2.call("RestoreSnapshotTier", &days).ok();
    assert_eq!(
        (began.text("restoreDuration"), began.text("isPermanentRestore")),
        ("2".to_owned(), "false".to_owned())
    );
    assert_eq!(status("lastTieringOperationStatus"), ["temporary-restore-in-progress"]);
    advance(&server, "259201s");
    assert_eq!(status("lastTieringOperationStatus"), ["temporary-restore-completed"]);
    assert_eq!(of_snapshot(&ec2, &id, "restoreExpiryTime").len(), 1);
    ec2.call("CreateVolume", &from).ok();
    advance(&server, "172801s");
    refuses(&ec2, &[("CreateVolume", from.clone(), "IncorrectState", away)]);
    ec2.call("RestoreSnapshotTier", &json!({ "SnapshotId": id, "PermanentRestore": true })).ok();
    advance(&server, "259201s");
    assert_eq!(status("lastTieringOperationStatus"), ["permanent-restore-completed"]);
    assert_eq!(of_snapshot(&ec2, &id, "storageTier"), ["standard"]);
    ec2.call("CreateVolume", &from).ok();
    ec2.call("DeleteSnapshot", &own).ok();
}

#[test]
fn tiers_are_filtered_and_refused() {
    let (_server, ec2) = start();
    let of = volume(&ec2, &json!({}));
    let id = snapshot(&ec2, &of);
    snapshot(&ec2, &volume(&ec2, &json!({})));
    let own = |extra: &str, value: serde_json::Value| json!({ "SnapshotId": id, extra: value });
    let not = format!("The snapshot {id} is not archived.");
    refuses(
        &ec2,
        &[
            (
                "ModifySnapshotTier",
                own("StorageTier", json!("standard")),
                "InvalidParameterValue",
                "Value (standard) for parameter storageTier is invalid. The only valid value is archive.",
            ),
            ("RestoreSnapshotTier", own("PermanentRestore", json!(true)), "IncorrectState", &not),
            (
                "RestoreSnapshotTier",
                own("TemporaryRestoreDays", json!(181)),
                "InvalidParameterValue",
                "Value (181) for parameter temporaryRestoreDays is invalid. It must be from 1 to 180.",
            ),
            (
                "RestoreSnapshotTier",
                json!({ "SnapshotId": id }),
                "MissingParameter",
                "The request must contain the parameter permanentRestore/temporaryRestoreDays",
            ),
            (
                "RestoreSnapshotTier",
                json!({ "SnapshotId": id, "PermanentRestore": true, "TemporaryRestoreDays": 1 }),
                "InvalidParameterCombination",
                "The parameter PermanentRestore cannot be used with the parameter TemporaryRestoreDays",
            ),
        ],
    );
    ec2.call("ModifySnapshotTier", &own("StorageTier", json!("archive"))).ok();
    for (name, value) in
        [("snapshot-id", id.as_str()), ("volume-id", &of), ("last-tiering-operation", "archival-completed")]
    {
        let path = "snapshotTierStatusSet.item.snapshotId";
        assert_eq!(found(&ec2, "DescribeSnapshotTierStatus", (name, value), path), [id.as_str()], "{name}");
    }
}
