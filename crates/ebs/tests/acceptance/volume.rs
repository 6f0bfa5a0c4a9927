use crate::{advance, found, golden, nowhere, of_volume, refuses, snapshot, start, start_real, volume, with};
use serde_json::{Value, json};

#[test]
fn the_life_of_a_volume() {
    let (_server, ec2) = start();
    let mut golden = golden("volume");
    let tags = json!([{ "ResourceType": "volume", "Tag": [{ "Key": "Name", "Value": "data" }] }]);
    let wish = json!({ "AvailabilityZone": "us-east-1a", "Size": 8, "TagSpecification": tags });
    let id = golden.note("CreateVolume", ec2.call("CreateVolume", &wish)).ok().text("volumeId");
    let own = json!({ "VolumeId": [id] });
    golden.note("DescribeVolumes", ec2.call("DescribeVolumes", &own)).ok();
    golden.note("DescribeVolumeStatus", ec2.call("DescribeVolumeStatus", &own)).ok();
    let attribute = |name: &str| json!({ "VolumeId": id, "Attribute": name });
    let of = |name: &str| ec2.call("DescribeVolumeAttribute", &attribute(name));
    golden.note("autoEnableIO", of("autoEnableIO")).ok();
    golden.note("productCodes", of("productCodes")).ok();
    let fast = json!({ "VolumeId": id, "VolumeType": "gp3", "Iops": 4000 });
    golden.note("ModifyVolume", ec2.call("ModifyVolume", &fast)).ok();
    golden.note("DescribeVolumesModifications", ec2.call("DescribeVolumesModifications", &own)).ok();
    golden.note("DeleteVolume", ec2.call("DeleteVolume", &json!({ "VolumeId": id }))).ok();
    golden.note("gone", ec2.call("DescribeVolumes", &own)).refused(
        400,
        "InvalidVolume.NotFound",
        &format!("The volume '{id}' does not exist."),
    );
    golden.check();
}

/// At AWS's pace the states can be seen.
#[test]
fn a_volume_is_creating_then_available_then_deleting() {
    let (server, ec2) = start_real();
    let id = volume(&ec2, &json!({}));
    assert_eq!(of_volume(&ec2, &id, "status"), ["creating"]);
    let status = |path: &str| {
        let answer = ec2.call("DescribeVolumeStatus", &json!({ "VolumeId": [id] })).ok();
        answer.texts(&format!("volumeStatusSet.item.volumeStatus.{path}"))
    };
    assert_eq!(status("status"), ["insufficient-data"]);
    let sentence = format!("The volume '{id}' is not 'available'.");
    refuses(&ec2, &[("DeleteVolume", json!({ "VolumeId": id }), "IncorrectState", &sentence)]);
    let sentence = format!("Volume '{id}' is not in the 'available' or 'in-use' state.");
    refuses(&ec2, &[("CreateSnapshot", json!({ "VolumeId": id }), "IncorrectState", &sentence)]);
    advance(&server, "3s");
    assert_eq!(of_volume(&ec2, &id, "status"), ["available"]);
    assert_eq!(status("status"), ["ok"]);
    assert_eq!(status("details.item.name"), ["io-enabled", "io-performance"]);
    ec2.call("DeleteVolume", &json!({ "VolumeId": id })).ok();
    assert_eq!(of_volume(&ec2, &id, "status"), ["deleting"]);
    let gone = format!("The volume '{id}' does not exist.");
    refuses(&ec2, &[("DeleteVolume", json!({ "VolumeId": id }), "InvalidVolume.NotFound", &gone)]);
    advance(&server, "3s");
    refuses(&ec2, &[("DescribeVolumes", json!({ "VolumeId": [id] }), "InvalidVolume.NotFound", &gone)]);
}

#[test]
fn each_type_shows_its_measures() {
    let (_server, ec2) = start();
    for (wish, iops, throughput) in [
        (json!({ "Size": 100 }), Some("300"), None),
        (json!({ "VolumeType": "gp3" }), Some("3000"), Some("125")),
        (
            json!({ "VolumeType": "gp3", "Size": 100, "Iops": 6000, "Throughput": 500 }),
            Some("6000"),
            Some("500"),
        ),
        (
            json!({ "VolumeType": "io2", "Size": 10, "Iops": 1000, "MultiAttachEnabled": true }),
            Some("1000"),
            None,
        ),
        (json!({ "VolumeType": "st1", "Size": 125 }), None, None),
        (json!({ "VolumeType": "standard" }), None, None),
    ] {
        let id = volume(&ec2, &wish);
        let texts = |value: Option<&str>| value.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(of_volume(&ec2, &id, "iops"), texts(iops), "{wish}");
        assert_eq!(of_volume(&ec2, &id, "throughput"), texts(throughput), "{wish}");
        let many = wish.get("MultiAttachEnabled").is_some().to_string();
        assert_eq!(of_volume(&ec2, &id, "multiAttachEnabled"), [many]);
    }
}

#[test]
fn zones_are_named_by_name_and_by_id() {
    let (_server, ec2) = start();
    let zone = ec2.call("DescribeAvailabilityZones", &json!({ "ZoneName": ["us-east-1b"] })).ok();
    let zone_id = zone.text("availabilityZoneInfo.item.zoneId");
    let by_id = json!({ "AvailabilityZoneId": zone_id, "Size": 1 });
    let created = ec2.call("CreateVolume", &by_id).ok();
    assert_eq!(created.text("availabilityZone"), "us-east-1b");
    assert_eq!(created.text("availabilityZoneId"), zone_id);
}

#[test]
fn a_volume_of_a_snapshot_is_as_large_or_larger() {
    let (_server, ec2) = start();
    let whole = volume(&ec2, &json!({ "Size": 20 }));
    let of = snapshot(&ec2, &whole);
    let from = |extra: Value| with(&json!({ "AvailabilityZone": "us-east-1a", "SnapshotId": of }), &extra);
    let made = ec2.call("CreateVolume", &from(json!({}))).ok();
    assert_eq!((made.text("size"), made.text("snapshotId")), ("20".to_owned(), of.clone()));
    let made = ec2.call("CreateVolume", &from(json!({ "Size": 30, "VolumeInitializationRate": 100 }))).ok();
    assert_eq!(
        (made.text("size"), made.text("volumeInitializationRate")),
        ("30".to_owned(), "100".to_owned())
    );
    let small = format!("Volume of size 19GB is smaller than  snapshot '{of}', expect size >= 20GB");
    let none = json!({ "AvailabilityZone": "us-east-1a", "SnapshotId": nowhere("snap") });
    let rate = "The value specified for VolumeInitializationRate is not in the allowed range.";
    let needless =
        "You can't specify VolumeInitializationRate for volumes that are not created from a snapshot.";
    let plain = json!({ "AvailabilityZone": "us-east-1a", "Size": 1, "VolumeInitializationRate": 100 });
    refuses(
        &ec2,
        &[
            ("CreateVolume", from(json!({ "Size": 19 })), "InvalidParameterValue", &small),
            ("CreateVolume", none, "InvalidSnapshot.NotFound", "Snapshot does not exist"),
            ("CreateVolume", from(json!({ "VolumeInitializationRate": 99 })), "InvalidParameterValue", rate),
            ("CreateVolume", plain, "InvalidParameterCombination", needless),
        ],
    );
    // What was made of a snapshot stays when the snapshot goes.
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": of })).ok();
    assert_eq!(found(&ec2, "DescribeVolumes", ("snapshot-id", &of), "volumeSet.item.volumeId").len(), 2);
}

#[test]
fn a_client_token_gives_the_same_volume_once() {
    let (_server, ec2) = start();
    let wish = json!({ "ClientToken": "t", "Size": 2 });
    let id = volume(&ec2, &wish);
    assert_eq!(volume(&ec2, &wish), id);
    let sentence =
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
    let other = json!({ "ClientToken": "t", "Size": 3, "AvailabilityZone": "us-east-1a" });
    refuses(&ec2, &[("CreateVolume", other, "IdempotentParameterMismatch", sentence)]);
    assert_eq!(ec2.call("DescribeVolumes", &json!({})).ok().texts("volumeSet.item.volumeId"), [id]);
}

#[test]
fn every_filter_finds_one_volume_and_not_the_other() {
    let (_server, ec2) = start();
    let of = snapshot(&ec2, &volume(&ec2, &json!({ "Size": 9 })));
    let kept = found(&ec2, "DescribeVolumes", ("size", "9"), "volumeSet.item.volumeId").remove(0);
    let tags = json!([{ "ResourceType": "volume", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let wish = json!({
        "AvailabilityZone": "us-east-1b", "Size": 10, "VolumeType": "io2", "Iops": 100, "Encrypted": true,
        "MultiAttachEnabled": true, "SnapshotId": of, "TagSpecification": tags,
    });
    let made = ec2.call("CreateVolume", &wish).ok();
    let (id, created_at) = (made.text("volumeId"), made.text("createTime"));
    let zone_id = made.text("availabilityZoneId");
    for (name, value) in [
        ("availability-zone", "us-east-1b"),
        ("availability-zone-id", zone_id.as_str()),
        ("encrypted", "true"),
        ("multi-attach-enabled", "true"),
        ("size", "10"),
        ("snapshot-id", &of),
        ("volume-id", &id),
        ("volume-type", "io2"),
        ("tag:team", "red"),
        ("tag-key", "team"),
    ] {
        assert_eq!(
            found(&ec2, "DescribeVolumes", (name, value), "volumeSet.item.volumeId"),
            [id.as_str()],
            "{name}"
        );
    }
    let mut both = [id.clone(), kept];
    both.sort();
    let year = created_at.split('-').next().unwrap().to_owned() + "-*";
    for (name, value) in [
        ("create-time", year.as_str()),
        ("fast-restored", "false"),
        ("operator.managed", "false"),
        ("status", "available"),
    ] {
        let all = found(&ec2, "DescribeVolumes", (name, value), "volumeSet.item.volumeId");
        assert_eq!(all, both, "{name}");
    }
    for (name, value) in [
        ("attachment.attach-time", "*"),
        ("attachment.delete-on-termination", "*"),
        ("attachment.device", "*"),
        ("attachment.instance-id", "*"),
        ("attachment.status", "*"),
        ("operator.principal", "*"),
        ("status", "in-use"),
    ] {
        let none = found(&ec2, "DescribeVolumes", (name, value), "volumeSet.item.volumeId");
        assert_eq!(none, [""; 0], "{name}");
    }
}

#[test]
fn the_status_of_volumes_is_filtered() {
    let (_server, ec2) = start();
    let id = volume(&ec2, &json!({ "AvailabilityZone": "us-east-1b" }));
    volume(&ec2, &json!({}));
    let of = |name: &str, value: &str| {
        found(&ec2, "DescribeVolumeStatus", (name, value), "volumeStatusSet.item.volumeId")
    };
    assert_eq!(of("availability-zone", "us-east-1b"), [id]);
    for (name, value, count) in [
        ("volume-status.status", "ok", 2),
        ("volume-status.status", "impaired", 0),
        ("volume-status.details-name", "io-enabled", 2),
        ("volume-status.details-status", "passed", 2),
        ("volume-status.details-status", "failed", 0),
        ("action.code", "*", 0),
        ("action.description", "*", 0),
        ("action.event-id", "*", 0),
        ("event.description", "*", 0),
        ("event.event-id", "*", 0),
        ("event.event-type", "*", 0),
        ("event.not-after", "*", 0),
        ("event.not-before", "*", 0),
    ] {
        assert_eq!(of(name, value).len(), count, "{name} {value}");
    }
}

#[test]
fn attributes_of_a_volume() {
    let (_server, ec2) = start();
    let id = volume(&ec2, &json!({}));
    let auto = json!({ "VolumeId": id, "AutoEnableIO": { "Value": true } });
    ec2.call("ModifyVolumeAttribute", &auto).ok();
    let answer =
        ec2.call("DescribeVolumeAttribute", &json!({ "VolumeId": id, "Attribute": "autoEnableIO" })).ok();
    assert_eq!(answer.text("autoEnableIO.value"), "true");
    let enabled = format!("Volume {id} already has IO enabled.");
    refuses(
        &ec2,
        &[
            (
                "ModifyVolumeAttribute",
                json!({ "VolumeId": id }),
                "InvalidParameterCombination",
                "No attributes specified.",
            ),
            (
                "DescribeVolumeAttribute",
                json!({ "VolumeId": id, "Attribute": "colour" }),
                "InvalidParameterValue",
                "Value (colour) for parameter attribute is invalid. Unknown attribute.",
            ),
            ("EnableVolumeIO", json!({ "VolumeId": id }), "IncorrectState", &enabled),
        ],
    );
}

#[test]
fn what_a_create_refuses() {
    let (_server, ec2) = start();
    let of = |extra: Value| with(&json!({ "AvailabilityZone": "us-east-1a", "Size": 1 }), &extra);
    let value = "InvalidParameterValue";
    let combination = "InvalidParameterCombination";
    refuses(
        &ec2,
        &[
            (
                "CreateVolume",
                json!({ "AvailabilityZone": "us-east-1a" }),
                "MissingParameter",
                "The request must contain the parameter size/snapshot",
            ),
            (
                "CreateVolume",
                json!({ "Size": 1 }),
                "MissingParameter",
                "The request must contain the parameter zone",
            ),
            (
                "CreateVolume",
                of(json!({ "AvailabilityZone": "us-east-1z" })),
                "InvalidZone.NotFound",
                "The zone 'us-east-1z' does not exist.",
            ),
            (
                "CreateVolume",
                of(json!({ "AvailabilityZoneId": "use1-az1" })),
                combination,
                "AvailabilityZone and AvailabilityZoneId can't be used together. Specify only one of these parameters.",
            ),
            (
                "CreateVolume",
                of(json!({ "VolumeType": "gp9" })),
                "UnknownVolumeType",
                "Unsupported volume type 'gp9' for volume creation. ",
            ),
            (
                "CreateVolume",
                of(json!({ "Size": 0 })),
                value,
                "The volume size is invalid for gp2 volumes: 0 GiB. gp2 volumes must be at least 1 GiB in size. Please specify a volume size above the minimum limit.",
            ),
            (
                "CreateVolume",
                of(json!({ "Size": 20000 })),
                value,
                "Volume of 20000GiB is too large for volume type gp2; maximum is 16384GiB",
            ),
            (
                "CreateVolume",
                of(json!({ "Size": -1 })),
                value,
                "Value (-1) for parameter size is invalid. Value must be a positive integer.",
            ),
            (
                "CreateVolume",
                of(json!({ "Iops": 100 })),
                combination,
                "The parameter iops is not supported for gp2 volumes.",
            ),
            (
                "CreateVolume",
                of(json!({ "KmsKeyId": "alias/mine" })),
                "InvalidParameterDependency",
                "The parameter KmsKeyId requires the parameter Encrypted to be set.",
            ),
            (
                "CreateVolume",
                of(json!({ "Encrypted": true, "KmsKeyId": "mine" })),
                value,
                "Value (mine) for parameter KmsKeyId is invalid. It is no key id, no alias and no ARN of one.",
            ),
            (
                "CreateVolume",
                of(json!({ "SnapshotId": "disk" })),
                value,
                "Value (disk) for parameter snapshotId is invalid. Expected: 'snap-...'.",
            ),
            (
                "CreateVolume",
                of(json!({ "SnapshotId": "snap-xyz" })),
                "InvalidSnapshotID.Malformed",
                "Invalid id: \"snap-xyz\" (expecting \"snap-...\")",
            ),
            (
                "CreateVolume",
                of(json!({ "TagSpecification": [{ "ResourceType": "snapshot", "Tag": [{ "Key": "k" }] }] })),
                value,
                "'snapshot' is not a valid taggable resource type for this operation.",
            ),
            (
                "CreateVolume",
                of(json!({ "OutpostArn": "arn:aws:outposts:us-east-1:000000000000:outpost/op-1" })),
                "UnsupportedOperation",
                "Volumes on Outposts and of service providers are not built",
            ),
        ],
    );
}

#[test]
fn ids_that_name_no_volume_are_refused() {
    let (_server, ec2) = start();
    let (none, other) = (nowhere("vol"), "vol-00000000".to_owned());
    let missing = format!("The volume '{none}' does not exist.");
    let own = |id: &str| json!({ "VolumeId": id });
    let resize = json!({ "VolumeId": none, "Size": 2 });
    let both = format!("The volumes '{other}, {none}' do not exist.");
    let auto = json!({ "VolumeId": none, "AutoEnableIO": { "Value": true } });
    let attribute = json!({ "VolumeId": none, "Attribute": "autoEnableIO" });
    let detach = "InvalidVolume.NotFound";
    refuses(
        &ec2,
        &[
            ("DeleteVolume", own(&none), detach, &missing),
            ("ModifyVolume", resize, detach, &missing),
            ("CreateSnapshot", own(&none), detach, &missing),
            ("EnableVolumeIO", own(&none), detach, &missing),
            ("ModifyVolumeAttribute", auto, detach, &missing),
            ("DescribeVolumeAttribute", attribute, detach, &missing),
            ("DetachVolume", own(&none), detach, &missing),
            ("DescribeVolumeStatus", json!({ "VolumeId": [none] }), detach, &missing),
            ("DescribeVolumesModifications", json!({ "VolumeId": [none] }), detach, &missing),
            ("DescribeVolumes", json!({ "VolumeId": [none, other] }), detach, &both),
            ("RestoreVolumeFromRecycleBin", own(&none), detach, &missing),
            ("ListVolumesInRecycleBin", json!({ "VolumeId": [none] }), detach, &missing),
            (
                "DeleteVolume",
                own("disk"),
                "InvalidParameterValue",
                "Value (disk) for parameter volumeId is invalid. Expected: 'vol-...'.",
            ),
            (
                "DescribeVolumes",
                json!({ "VolumeId": ["disk"] }),
                "InvalidParameterValue",
                "Value (disk) for parameter volumes is invalid. Expected: 'vol-...'.",
            ),
            (
                "DescribeVolumeStatus",
                json!({ "VolumeId": ["disk"] }),
                "InvalidParameterValue",
                "Value (disk) for parameter volumes is invalid. Expected: 'vol-...'.",
            ),
        ],
    );
    assert_eq!(ec2.call("ListVolumesInRecycleBin", &json!({})).ok().texts("volumeSet.item"), [""; 0]);
}

#[test]
fn volumes_are_tagged_and_described_with_the_others() {
    let (_server, ec2) = start();
    let id = volume(&ec2, &json!({}));
    let of = snapshot(&ec2, &id);
    let tag = |ids: &[&str]| json!({ "ResourceId": ids, "Tag": [{ "Key": "k", "Value": "v" }] });
    ec2.call("CreateTags", &tag(&[&id, &of])).ok();
    assert_eq!(of_volume(&ec2, &id, "tagSet.item.value"), ["v"]);
    let rows = ec2.call("DescribeTags", &json!({})).ok();
    assert_eq!(rows.texts("tagSet.item.resourceType"), ["snapshot", "volume"]);
    ec2.call("DeleteTags", &json!({ "ResourceId": [id] })).ok();
    assert_eq!(of_volume(&ec2, &id, "tagSet.item.value"), [""; 0]);
}
