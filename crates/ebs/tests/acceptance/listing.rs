//! Filters and pages, of every list.

use crate::{refuses, snapshot, start, volume};
use serde_json::{Value, json};

#[test]
fn pages_hold_everything_once() {
    let (_server, ec2) = start();
    let mut volumes: Vec<String> = (0..12).map(|_| volume(&ec2, &json!({}))).collect();
    let mut snapshots: Vec<String> = volumes.iter().map(|id| snapshot(&ec2, id)).collect();
    for id in &volumes {
        ec2.call("ModifyVolume", &json!({ "VolumeId": id, "Size": 2 })).ok();
    }
    for id in &snapshots {
        ec2.call("LockSnapshot", &json!({ "SnapshotId": id, "LockMode": "governance", "LockDuration": 1 }))
            .ok();
        ec2.call(
            "EnableFastSnapshotRestores",
            &json!({ "SourceSnapshotId": [id], "AvailabilityZone": ["us-east-1a"] }),
        )
        .ok();
    }
    volumes.sort();
    snapshots.sort();
    for (operation, path, want) in [
        ("DescribeVolumes", "volumeSet.item.volumeId", &volumes),
        ("DescribeVolumeStatus", "volumeStatusSet.item.volumeId", &volumes),
        ("DescribeVolumesModifications", "volumeModificationSet.item.volumeId", &volumes),
        ("DescribeSnapshots", "snapshotSet.item.snapshotId", &snapshots),
        ("DescribeSnapshotTierStatus", "snapshotTierStatusSet.item.snapshotId", &snapshots),
        ("DescribeLockedSnapshots", "snapshotSet.item.snapshotId", &snapshots),
        ("DescribeFastSnapshotRestores", "fastSnapshotRestoreSet.item.snapshotId", &snapshots),
    ] {
        let (mut all, mut token, mut pages) = (Vec::new(), Value::Null, 0);
        loop {
            let page = ec2.call(operation, &json!({ "MaxResults": 5, "NextToken": token })).ok();
            all.extend(page.texts(path));
            pages += 1;
            let Some(next) = page.texts("nextToken").pop() else { break };
            token = Value::from(next);
        }
        assert_eq!((&all, pages), (want, 3), "{operation}");
    }
}

#[test]
fn what_lists_refuse() {
    let (_server, ec2) = start();
    let id = volume(&ec2, &json!({}));
    let of = snapshot(&ec2, &id);
    let many = |ids: Value, name: &str| json!({ name: ids, "MaxResults": 5 });
    let colour = json!({ "Filter": [{ "Name": "colour", "Value": ["red"] }] });
    for operation in [
        "DescribeVolumes",
        "DescribeVolumeStatus",
        "DescribeVolumesModifications",
        "DescribeSnapshots",
        "DescribeSnapshotTierStatus",
        "DescribeLockedSnapshots",
        "DescribeFastSnapshotRestores",
    ] {
        refuses(
            &ec2,
            &[
                (operation, colour.clone(), "InvalidParameterValue", "The filter 'colour' is invalid"),
                (
                    operation,
                    json!({ "NextToken": "made-up" }),
                    "InvalidParameterValue",
                    "Unable to parse pagination token",
                ),
            ],
        );
    }
    let volumes = "The parameter volumeSet cannot be used with the parameter maxResults";
    let snapshots = "The parameter snapshotSet cannot be used with the parameter maxResults";
    let combination = "InvalidParameterCombination";
    refuses(
        &ec2,
        &[
            ("DescribeVolumes", many(json!([id]), "VolumeId"), combination, volumes),
            ("DescribeVolumeStatus", many(json!([id]), "VolumeId"), combination, volumes),
            ("DescribeSnapshots", many(json!([of]), "SnapshotId"), combination, snapshots),
            (
                "DescribeVolumes",
                json!({ "MaxResults": 4 }),
                "InvalidParameterValue",
                "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.",
            ),
            (
                "DescribeVolumesModifications",
                json!({ "MaxResults": 501 }),
                "InvalidParameterValue",
                "Value ( 501 ) for parameter maxResults is invalid. Expecting a value less than or equal to 500",
            ),
            (
                "DescribeFastSnapshotRestores",
                json!({ "MaxResults": 201 }),
                "InvalidParameterValue",
                "Value ( 201 ) for parameter maxResults is invalid. Expecting a value less than or equal to 200",
            ),
        ],
    );
}

#[test]
fn ids_that_are_none_are_malformed() {
    let (_server, ec2) = start();
    for (operation, name, prefix) in [
        ("DescribeVolumeStatus", "VolumeId", "vol"),
        ("DescribeVolumesModifications", "VolumeId", "vol"),
        ("DescribeLockedSnapshots", "SnapshotId", "snap"),
    ] {
        for id in
            ["disk".to_owned(), format!("{prefix}-"), format!("{prefix}-0123456z"), format!("{prefix}-012")]
        {
            let (code, sentence) = match prefix {
                "vol" => (
                    "InvalidParameterValue",
                    format!("Value ({id}) for parameter volumes is invalid. Expected: 'vol-...'."),
                ),
                _ => {
                    ("InvalidSnapshotID.Malformed", format!("Invalid id: \"{id}\" (expecting \"snap-...\")"))
                }
            };
            refuses(&ec2, &[(operation, json!({ name: [id] }), code, &sentence)]);
        }
    }
    // Those that are missing are all named.
    let missing = "The snapshots 'snap-01234567, snap-76543210' do not exist.";
    let wish = json!({ "SnapshotId": ["snap-76543210", "snap-01234567"] });
    refuses(&ec2, &[("DescribeLockedSnapshots", wish, "InvalidSnapshot.NotFound", missing)]);
}

#[test]
fn dry_runs_change_nothing() {
    let (_server, ec2) = start();
    let id = volume(&ec2, &json!({}));
    let of = snapshot(&ec2, &id);
    for (operation, parameters) in [
        ("CreateVolume", json!({ "AvailabilityZone": "us-east-1a", "Size": 1 })),
        ("DeleteVolume", json!({ "VolumeId": id })),
        ("ModifyVolume", json!({ "VolumeId": id, "Size": 2 })),
        ("CreateSnapshot", json!({ "VolumeId": id })),
        ("DeleteSnapshot", json!({ "SnapshotId": of })),
        ("EnableEbsEncryptionByDefault", json!({})),
    ] {
        let dry = crate::with(&parameters, &json!({ "DryRun": true }));
        let sentence = "Request would have succeeded, but DryRun flag is set.";
        ec2.call(operation, &dry).refused(412, "DryRunOperation", sentence);
    }
    assert_eq!(ec2.call("DescribeVolumes", &json!({})).ok().texts("volumeSet.item.size"), ["1"]);
    assert_eq!(ec2.call("DescribeSnapshots", &json!({})).ok().texts("snapshotSet.item.snapshotId"), [of]);
    let answer = ec2.call("GetEbsEncryptionByDefault", &json!({})).ok();
    assert_eq!(answer.text("ebsEncryptionByDefault"), "false");
}
