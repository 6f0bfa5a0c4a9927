use crate::{advance, found, nowhere, of_volume, refuses, snapshot, start_real, volume};
use serde_json::json;

#[test]
fn fast_restores_are_enabled_by_zone() {
    let (server, ec2) = start_real();
    let of = volume(&ec2, &json!({}));
    advance(&server, "3s");
    let id = snapshot(&ec2, &of);
    advance(&server, "31s");
    let none = nowhere("snap");
    let zones = json!(["us-east-1a", "us-east-1z"]);
    let wish = json!({ "SourceSnapshotId": [id, none], "AvailabilityZone": zones });
    let answer = ec2.call("EnableFastSnapshotRestores", &wish).ok();
    assert_eq!(answer.texts("successful.item.state"), ["enabling"]);
    assert_eq!(answer.texts("successful.item.availabilityZone"), ["us-east-1a"]);
    assert_eq!(answer.texts("unsuccessful.item.snapshotId"), [id.as_str(), &none]);
    let errors = "unsuccessful.item.fastSnapshotRestoreStateErrorSet.item.error";
    assert_eq!(
        answer.texts(&format!("{errors}.code")),
        ["InvalidZone.NotFound", "InvalidSnapshot.NotFound", "InvalidZone.NotFound"]
    );
    let state = || {
        let answer = ec2.call("DescribeFastSnapshotRestores", &json!({})).ok();
        answer.texts("fastSnapshotRestoreSet.item.state")
    };
    advance(&server, "11s");
    assert_eq!(state(), ["optimizing"]);
    advance(&server, "3601s");
    assert_eq!(state(), ["enabled"]);
    for (name, value, count) in [
        ("availability-zone", "us-east-1a", 1),
        ("availability-zone", "us-east-1b", 0),
        ("availability-zone-id", "use1-az*", 1),
        ("owner-id", "000000000000", 1),
        ("snapshot-id", &id, 1),
        ("snapshot-id", &none, 0),
        ("state", "enabled", 1),
        ("state", "enabling", 0),
    ] {
        let path = "fastSnapshotRestoreSet.item.snapshotId";
        assert_eq!(found(&ec2, "DescribeFastSnapshotRestores", (name, value), path).len(), count, "{name}");
    }
    // Volumes tell it where it was so when they were made.
    let near = volume(&ec2, &json!({ "SnapshotId": id }));
    let far = volume(&ec2, &json!({ "SnapshotId": id, "AvailabilityZone": "us-east-1b" }));
    assert_eq!(of_volume(&ec2, &near, "fastRestored"), ["true"]);
    assert_eq!(of_volume(&ec2, &far, "fastRestored"), [""; 0]);
    let archived = format!("The snapshot {id} is enabled for fast snapshot restore.");
    refuses(&ec2, &[("ModifySnapshotTier", json!({ "SnapshotId": id }), "IncorrectState", &archived)]);
    let wish = json!({ "SourceSnapshotId": [id], "AvailabilityZone": ["us-east-1a", "us-east-1b"] });
    let answer = ec2.call("DisableFastSnapshotRestores", &wish).ok();
    assert_eq!(answer.texts("successful.item.state"), ["disabling"]);
    assert_eq!(
        answer.texts(&format!("{errors}.message")),
        [format!("Fast snapshot restore is not enabled for {id}.")]
    );
    advance(&server, "11s");
    assert_eq!(state(), [""; 0]);
    let missing = "MissingParameter";
    refuses(
        &ec2,
        &[
            (
                "EnableFastSnapshotRestores",
                json!({ "SourceSnapshotId": [id] }),
                missing,
                "The request must contain the parameter availabilityZone",
            ),
            (
                "DisableFastSnapshotRestores",
                json!({ "AvailabilityZone": ["us-east-1a"] }),
                missing,
                "The request must contain the parameter sourceSnapshotIdSet",
            ),
        ],
    );
}
