use crate::{advance, found, of_volume, refuses, start, start_real, volume};
use serde_json::{Value, json};
use testkit::Client;

/// What the last modification of a volume says at `path`.
#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> String {
    let answer = ec2.call("DescribeVolumesModifications", &json!({ "VolumeId": [id] })).ok();
    answer.text(&format!("volumeModificationSet.item.{path}"))
}

#[test]
fn a_modification_is_modifying_then_optimizing_then_completed() {
    let (server, ec2) = start_real();
    let id = volume(&ec2, &json!({ "Size": 10 }));
    advance(&server, "3s");
    let grow = json!({ "VolumeId": id, "Size": 20, "VolumeType": "gp3" });
    let began = ec2.call("ModifyVolume", &grow).ok();
    for (path, want) in [
        ("modificationState", "modifying"),
        ("progress", "0"),
        ("originalSize", "10"),
        ("originalIops", "100"),
        ("originalVolumeType", "gp2"),
        ("targetSize", "20"),
        ("targetIops", "3000"),
        ("targetThroughput", "125"),
        ("targetVolumeType", "gp3"),
    ] {
        assert_eq!(began.text(&format!("volumeModification.{path}")), want, "{path}");
    }
    assert_eq!(of_volume(&ec2, &id, "size"), ["10"]);
    let more = |state: &str| format!("Volume {id} cannot be modified in modification state {state}");
    let again = |size: i32| json!({ "VolumeId": id, "Size": size });
    refuses(&ec2, &[("ModifyVolume", again(30), "IncorrectModificationState", &more("MODIFYING"))]);
    advance(&server, "6s");
    assert_eq!(
        (said(&ec2, &id, "modificationState"), said(&ec2, &id, "progress")),
        ("optimizing".to_owned(), "50".to_owned())
    );
    assert_eq!(of_volume(&ec2, &id, "size"), ["20"]);
    assert_eq!(of_volume(&ec2, &id, "volumeType"), ["gp3"]);
    refuses(&ec2, &[("ModifyVolume", again(30), "IncorrectModificationState", &more("OPTIMIZING"))]);
    advance(&server, "61s");
    assert_eq!(
        (said(&ec2, &id, "modificationState"), said(&ec2, &id, "progress")),
        ("completed".to_owned(), "100".to_owned())
    );
    assert!(said(&ec2, &id, "endTime") > said(&ec2, &id, "startTime"));
}

#[test]
fn a_volume_is_modified_four_times_a_day() {
    let (server, ec2) = start();
    let id = volume(&ec2, &json!({}));
    let grow = |size: i32| ec2.call("ModifyVolume", &json!({ "VolumeId": id, "Size": size }));
    for size in 2..6 {
        grow(size).ok();
    }
    let refusal = grow(6).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "VolumeModificationRateExceeded"));
    let sentence = refusal.message;
    let rest =
        sentence.strip_prefix("You've reached the maximum modification rate per volume limit. Wait until ");
    let rest = rest.unwrap_or_else(|| panic!("{sentence}"));
    assert!(
        rest.ends_with("Z before you can issue the next modification request for this volume."),
        "{rest}"
    );
    assert_eq!(of_volume(&ec2, &id, "size"), ["5"]);
    advance(&server, "86401s");
    grow(6).ok();
    assert_eq!(said(&ec2, &id, "originalSize"), "5");
}

#[test]
fn what_is_not_asked_is_kept_or_follows_the_type() {
    let (_server, ec2) = start();
    for (wish, change, iops, throughput) in [
        (json!({ "Size": 500 }), json!({ "VolumeType": "gp3" }), "3000", Some("250")),
        (json!({ "Size": 2000 }), json!({ "VolumeType": "gp3" }), "6000", Some("250")),
        (json!({ "Size": 8 }), json!({ "VolumeType": "gp3", "Throughput": 200 }), "3000", Some("200")),
        (
            json!({ "Size": 100, "VolumeType": "gp3", "Iops": 4000, "Throughput": 300 }),
            json!({ "Size": 200 }),
            "4000",
            Some("300"),
        ),
        (json!({ "Size": 10, "VolumeType": "io2", "Iops": 500 }), json!({ "Size": 20 }), "500", None),
        (
            json!({ "Size": 10, "VolumeType": "io2", "Iops": 500 }),
            json!({ "VolumeType": "gp2" }),
            "100",
            None,
        ),
        (json!({ "Size": 100 }), json!({ "VolumeType": "io1" }), "3000", None),
        (json!({ "Size": 100 }), json!({ "Size": 200 }), "600", None),
    ] {
        let id = volume(&ec2, &wish);
        let mut change = change;
        change["VolumeId"] = Value::from(id.clone());
        ec2.call("ModifyVolume", &change).ok();
        assert_eq!(of_volume(&ec2, &id, "iops"), [iops], "{wish} {change}");
        let throughput: Vec<String> = throughput.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(of_volume(&ec2, &id, "throughput"), throughput, "{wish} {change}");
    }
}

#[test]
fn every_filter_finds_one_modification_and_not_the_other() {
    let (_server, ec2) = start();
    let id = volume(&ec2, &json!({ "Size": 10, "VolumeType": "io2", "Iops": 500 }));
    let other = volume(&ec2, &json!({ "Size": 100, "VolumeType": "gp3" }));
    let change = json!({ "VolumeId": id, "Size": 20, "Iops": 600, "MultiAttachEnabled": true });
    ec2.call("ModifyVolume", &change).ok();
    ec2.call("ModifyVolume", &json!({ "VolumeId": other, "VolumeType": "gp2" })).ok();
    let of = |name: &str, value: &str| {
        found(&ec2, "DescribeVolumesModifications", (name, value), "volumeModificationSet.item.volumeId")
    };
    for (name, value) in [
        ("original-iops", "500"),
        ("original-size", "10"),
        ("original-volume-type", "io2"),
        ("target-iops", "600"),
        ("target-size", "20"),
        ("target-volume-type", "io2"),
        ("targetMultiAttachEnabled", "true"),
        ("volume-id", &id),
    ] {
        assert_eq!(of(name, value), [id.as_str()], "{name}");
    }
    for (name, value, count) in [
        ("modification-state", "completed", 2),
        ("modification-state", "modifying", 0),
        ("originalMultiAttachEnabled", "false", 2),
        ("start-time", "20*", 2),
    ] {
        assert_eq!(of(name, value).len(), count, "{name}");
    }
}

#[test]
fn what_a_modification_refuses() {
    let (_server, ec2) = start();
    let id = volume(&ec2, &json!({ "Size": 10 }));
    let shared =
        volume(&ec2, &json!({ "Size": 10, "VolumeType": "io1", "Iops": 100, "MultiAttachEnabled": true }));
    let never = format!("Modification for volume '{id}' does not exist.");
    let value = "InvalidParameterValue";
    refuses(
        &ec2,
        &[
            (
                "ModifyVolume",
                json!({ "VolumeId": id }),
                value,
                "Invalid input: Must specify at least one of size, type, iops, throughput or multi-attach.",
            ),
            (
                "ModifyVolume",
                json!({ "VolumeId": id, "Size": 9 }),
                value,
                "New size cannot be smaller than existing size",
            ),
            (
                "ModifyVolume",
                json!({ "VolumeId": id, "Iops": 200 }),
                "InvalidParameterCombination",
                "The parameter iops is not supported for gp2 volumes.",
            ),
            (
                "ModifyVolume",
                json!({ "VolumeId": id, "VolumeType": "st1" }),
                value,
                "The volume size is invalid for st1 volumes: 10 GiB. st1 volumes must be at least 125 GiB in size. Please specify a volume size above the minimum limit.",
            ),
            (
                "ModifyVolume",
                json!({ "VolumeId": id, "VolumeType": "fast" }),
                "UnknownVolumeType",
                "Unsupported volume type 'fast' for volume creation. ",
            ),
            (
                "ModifyVolume",
                json!({ "VolumeId": shared, "Size": 20 }),
                value,
                "io1 volumes with Multi-Attach enabled do not support modify-volume actions. Please review the EBS technical documentation for information on the Multi-Attach limitations and considerations.",
            ),
            (
                "DescribeVolumesModifications",
                json!({ "VolumeId": [id] }),
                "InvalidVolumeModification.NotFound",
                &never,
            ),
        ],
    );
}
