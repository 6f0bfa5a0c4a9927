use crate::{advance, nowhere, of_volume, refuses, start, start_real, volume, with};
use serde_json::json;

#[test]
fn a_copy_is_as_its_source_where_nothing_else_is_asked_for() {
    let (_server, ec2) = start();
    let own = volume(
        &ec2,
        &json!({ "Size": 8, "VolumeType": "gp3", "Iops": 4000, "Throughput": 200, "Encrypted": true }),
    );
    let tags = json!([{ "ResourceType": "volume", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let wish = json!({ "SourceVolumeId": own, "ClientToken": "t-1", "TagSpecification": tags });
    let copy = ec2.call("CopyVolumes", &wish).ok().text("volumeSet.item.volumeId");
    assert_eq!(ec2.call("CopyVolumes", &wish).ok().text("volumeSet.item.volumeId"), copy);
    assert_ne!(copy, own);
    for (path, want) in [
        ("sourceVolumeId", own.as_str()),
        ("size", "8"),
        ("volumeType", "gp3"),
        ("iops", "4000"),
        ("throughput", "200"),
        ("encrypted", "true"),
        ("availabilityZone", "us-east-1a"),
        ("status", "available"),
        ("tagSet.item.value", "red"),
    ] {
        assert_eq!(of_volume(&ec2, &copy, path), [want], "{path}");
    }
    // Another type has its own figures.
    let other = json!({ "SourceVolumeId": own, "VolumeType": "gp2", "Size": 9 });
    let other = ec2.call("CopyVolumes", &other).ok().text("volumeSet.item.volumeId");
    assert_eq!(of_volume(&ec2, &other, "iops"), ["100"]);
    assert_eq!(of_volume(&ec2, &other, "size"), ["9"]);
}

#[test]
fn what_copying_volumes_refuses() {
    let (server, ec2) = start_real();
    let own = volume(&ec2, &json!({ "Size": 5, "Encrypted": true }));
    let of = |more: serde_json::Value| with(&json!({ "SourceVolumeId": own }), &more);
    let creating = format!("The volume '{own}' is not 'available'.");
    refuses(&ec2, &[("CopyVolumes", of(json!({})), "IncorrectState", &creating)]);
    advance(&server, "60s");
    let none = nowhere("vol");
    let missing = format!("The volume '{none}' does not exist.");
    refuses(
        &ec2,
        &[
            ("CopyVolumes", json!({ "SourceVolumeId": none }), "InvalidVolume.NotFound", &missing),
            (
                "CopyVolumes",
                of(json!({ "Size": 4 })),
                "InvalidParameterValue",
                "New size cannot be smaller than existing size",
            ),
            (
                "CopyVolumes",
                of(json!({ "Encrypted": false })),
                "InvalidParameterCombination",
                "Encrypted volumes must be used to create encrypted volumes.",
            ),
        ],
    );
    let dry = "Request would have succeeded, but DryRun flag is set.";
    ec2.call("CopyVolumes", &of(json!({ "DryRun": true }))).refused(412, "DryRunOperation", dry);
}
