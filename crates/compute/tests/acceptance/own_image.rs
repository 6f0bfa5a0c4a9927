//! Images of one's own: made of instances and snapshots, copied, and let go.

use crate::instance::{IMAGE, launch, run, said};
use crate::{advance, found, golden, nowhere, pages, refuses, start, start_real, with};
use serde_json::{Value, json};
use testkit::{Answer, Client};

pub(crate) const IDS: &str = "imagesSet.item.imageId";
const MAPPED: &str = "imagesSet.item.blockDeviceMapping.item";

/// What DescribeImages says of one image at `path`.
#[track_caller]
pub(crate) fn image(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let own = ec2.call("DescribeImages", &json!({ "ImageId": [id] })).ok();
    own.texts(&format!("imagesSet.item.{path}"))
}

/// An image of a new instance, and the instance.
#[track_caller]
pub(crate) fn made(ec2: &Client, name: &str) -> (String, String) {
    let instance = launch(ec2, &json!({}));
    (create(ec2, &instance, &json!({ "Name": name })).ok().text("imageId"), instance)
}

#[track_caller]
fn create(ec2: &Client, instance: &str, more: &Value) -> Answer {
    ec2.call("CreateImage", &with(&json!({ "InstanceId": instance }), more))
}

/// A snapshot of a new volume of a GiB.
#[track_caller]
fn snapshot(ec2: &Client) -> String {
    let volume = json!({ "AvailabilityZone": "us-east-1a", "Size": 1 });
    let volume = ec2.call("CreateVolume", &volume).ok().text("volumeId");
    ec2.call("CreateSnapshot", &json!({ "VolumeId": volume })).ok().text("snapshotId")
}

/// An image of a snapshot.
#[track_caller]
fn register(ec2: &Client, name: &str, more: &Value) -> Answer {
    let one = json!({ "Name": name, "Architecture": "x86_64", "VirtualizationType": "hvm" });
    ec2.call("RegisterImage", &with(&one, more))
}

fn mapped(snapshot: &str) -> Value {
    json!([{ "DeviceName": "/dev/sda1", "Ebs": { "SnapshotId": snapshot } }])
}

#[test]
fn the_life_of_an_image() {
    let (_server, ec2) = start();
    let mut golden = golden("own-image");
    let instance = launch(&ec2, &json!({}));
    let tags = json!([
        { "ResourceType": "image", "Tag": [{ "Key": "Name", "Value": "web" }] },
        { "ResourceType": "snapshot", "Tag": [{ "Key": "of", "Value": "web" }] },
    ]);
    let more = json!({ "Name": "web-1", "Description": "the web", "TagSpecification": tags });
    let made = golden.note("CreateImage", create(&ec2, &instance, &more)).ok();
    let id = made.text("imageId");
    let own = json!({ "ImageId": [id] });
    golden.note("DescribeImages", ec2.call("DescribeImages", &own)).ok();
    let mine = json!({ "Owner": ["self"] });
    golden.note("its snapshot", ec2.call("DescribeSnapshots", &mine)).ok();
    let all = ec2.call("DescribeImages", &json!({ "Owner": ["self"] })).ok().texts(IDS);
    assert_eq!(all, [id.as_str()]);
    let instance = launch(&ec2, &json!({ "ImageId": id }));
    golden
        .note("an instance of it", ec2.call("DescribeInstances", &json!({ "InstanceId": [instance] })))
        .ok();
    let launched = image(&ec2, &id, "lastLaunchedTime");
    assert_eq!(launched.len(), 1);
    golden.note("DeregisterImage", ec2.call("DeregisterImage", &json!({ "ImageId": id }))).ok();
    golden.check();
    let none = format!("The image id '[{id}]' does not exist");
    let gone = format!("The image id '[{id}]' is no longer available");
    refuses(
        &ec2,
        &[
            ("DescribeImages", own, "InvalidAMIID.NotFound", &none),
            ("DeregisterImage", json!({ "ImageId": id }), "InvalidAMIID.Unavailable", &gone),
        ],
    );
    let refusal = run(&ec2, &json!({ "ImageId": id })).refusal();
    assert_eq!(
        (refusal.code.as_str(), refusal.message.as_str()),
        ("InvalidAMIID.Unavailable", gone.as_str())
    );
    // An instance of it goes on.
    assert_eq!(said(&ec2, &instance, "imageId"), [id]);
}

#[test]
fn an_image_is_pending_then_available() {
    let (server, ec2) = start_real();
    let instance = launch(&ec2, &json!({}));
    advance(&server, "31s");
    let id = create(&ec2, &instance, &json!({ "Name": "web" })).ok().text("imageId");
    assert_eq!(image(&ec2, &id, "imageState"), ["pending"]);
    let runs = format!("AMI '{id}' is pending, and cannot be run");
    let uses = format!("The AMI ID '{id}' is currently pending and may not be used for this operation");
    let shares = json!({ "ImageId": id, "LaunchPermission": { "Add": [{ "UserId": "222222222222" }] } });
    let copies = json!({ "SourceImageId": id, "SourceRegion": "us-east-1", "Name": "copy" });
    let runs_it = json!({ "ImageId": id, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1 });
    refuses(
        &ec2,
        &[
            ("RunInstances", runs_it, "InvalidAMIID.Unavailable", &runs),
            ("ModifyImageAttribute", shares, "InvalidAMIID.Unavailable", &uses),
            ("DisableImage", json!({ "ImageId": id }), "InvalidAMIID.Unavailable", &uses),
            ("CopyImage", copies, "InvalidAMIID.Unavailable", &uses),
        ],
    );
    advance(&server, "36s");
    assert_eq!(image(&ec2, &id, "imageState"), ["available"]);
}

#[test]
fn devices_of_an_image_are_those_of_the_instance_as_the_call_changes_them() {
    let (_server, ec2) = start();
    let more = json!({ "BlockDeviceMapping": [
        { "DeviceName": "/dev/sdf", "Ebs": { "VolumeSize": 3, "VolumeType": "gp3" } },
        { "DeviceName": "/dev/sdg", "Ebs": { "VolumeSize": 4, "Encrypted": true } },
    ] });
    let instance = launch(&ec2, &more);
    let other = snapshot(&ec2);
    let more = json!({ "Name": "web", "NoReboot": true, "BlockDeviceMapping": [
        { "DeviceName": "/dev/xvda", "Ebs": { "VolumeSize": 20, "VolumeType": "gp2", "DeleteOnTermination": false } },
        { "DeviceName": "/dev/sdf", "NoDevice": "" },
        { "DeviceName": "/dev/sdh", "Ebs": { "SnapshotId": other } },
        { "DeviceName": "/dev/sdi", "VirtualName": "ephemeral0" },
    ] });
    let id = create(&ec2, &instance, &more).ok().text("imageId");
    let own = ec2.call("DescribeImages", &json!({ "ImageId": [id] })).ok();
    for (path, want) in [
        ("deviceName", vec!["/dev/xvda", "/dev/sdg", "/dev/sdh", "/dev/sdi"]),
        ("virtualName", vec!["ephemeral0"]),
        ("ebs.volumeSize", vec!["20", "4", "1"]),
        ("ebs.volumeType", vec!["gp2", "gp2", "standard"]),
        ("ebs.encrypted", vec!["false", "true", "false"]),
        ("ebs.deleteOnTermination", vec!["false", "true", "true"]),
    ] {
        assert_eq!(own.texts(&format!("{MAPPED}.{path}")), want, "{path}");
    }
    assert_eq!(own.texts(&format!("{MAPPED}.ebs.snapshotId"))[2], other);
    let instance = launch(&ec2, &json!({ "ImageId": id }));
    let devices = said(&ec2, &instance, "blockDeviceMapping.item.deviceName");
    assert_eq!(devices, ["/dev/sdg", "/dev/sdh", "/dev/xvda"]);
}

#[test]
fn a_snapshot_that_an_image_is_made_of_stays() {
    let (_server, ec2) = start();
    let own = snapshot(&ec2);
    let id = register(&ec2, "one", &json!({ "BlockDeviceMapping": mapped(&own) })).ok().text("imageId");
    let two = register(&ec2, "two", &json!({ "BlockDeviceMapping": mapped(&own) })).ok().text("imageId");
    let delete = json!({ "SnapshotId": own });
    let ids = [&id, &two];
    let first = ids.iter().min().unwrap();
    let used = format!("The snapshot {own} is currently in use by {first}");
    refuses(&ec2, &[("DeleteSnapshot", delete.clone(), "InvalidSnapshot.InUse", &used)]);
    let go = |id: &str| {
        let wish = json!({ "ImageId": id, "DeleteAssociatedSnapshots": true });
        let results = ec2.call("DeregisterImage", &wish).ok();
        let path = "deleteSnapshotResultSet.item";
        assert_eq!(results.texts(&format!("{path}.snapshotId")), [own.as_str()]);
        results.text(&format!("{path}.returnCode"))
    };
    assert_eq!(go(&id), "skipped");
    assert_eq!(go(&two), "success");
    let none = format!("The snapshot '{own}' does not exist.");
    refuses(&ec2, &[("DeleteSnapshot", delete, "InvalidSnapshot.NotFound", &none)]);
}

#[test]
fn an_image_is_registered_with_what_its_machines_are() {
    let (_server, ec2) = start();
    let own = snapshot(&ec2);
    let more = json!({
        "BlockDeviceMapping": mapped(&own), "Architecture": "arm64", "BootMode": "uefi", "TpmSupport": "v2.0",
        "ImdsSupport": "v2.0", "EnaSupport": true, "SriovNetSupport": "simple", "Description": "mine",
        "UefiData": "QU1aTlVFRkk=",
        "TagSpecification": [{ "ResourceType": "image", "Tag": [{ "Key": "team", "Value": "red" }] }],
    });
    let id = register(&ec2, "arm", &more).ok().text("imageId");
    for (path, want) in [
        ("architecture", "arm64"),
        ("bootMode", "uefi"),
        ("tpmSupport", "v2.0"),
        ("imdsSupport", "v2.0"),
        ("enaSupport", "true"),
        ("sriovNetSupport", "simple"),
        ("description", "mine"),
        ("rootDeviceName", "/dev/sda1"),
        ("virtualizationType", "hvm"),
        ("imageLocation", "000000000000/arm"),
        ("tagSet.item.value", "red"),
    ] {
        assert_eq!(image(&ec2, &id, path), [want], "{path}");
    }
    let instance = launch(&ec2, &json!({ "ImageId": id, "InstanceType": "t4g.micro" }));
    assert_eq!(said(&ec2, &instance, "metadataOptions.httpTokens"), ["required"]);
    for (path, want) in [("bootMode", "uefi"), ("currentInstanceBootMode", "uefi"), ("tpmSupport", "v2.0")] {
        assert_eq!(said(&ec2, &instance, path), [want], "{path}");
    }
    let path = "reservationSet.item.instancesSet.item.instanceId";
    assert_eq!(found(&ec2, "DescribeInstances", ("tpm-support", "v2.?"), path), [instance]);
    // What nothing is said of is as it was in the beginning.
    let bare = json!({ "Name": "old", "BlockDeviceMapping": mapped(&own) });
    let bare = ec2.call("RegisterImage", &bare).ok().text("imageId");
    assert_eq!(image(&ec2, &bare, "architecture"), ["i386"]);
    assert_eq!(image(&ec2, &bare, "virtualizationType"), ["paravirtual"]);
    assert_eq!(image(&ec2, &bare, "enaSupport"), ["false"]);
}

#[test]
fn an_image_is_copied_to_another_region() {
    let (server, ec2) = start();
    let dublin = server.client("ec2").region("eu-west-1");
    let (id, _) = made(&ec2, "web");
    let tag = json!({ "ResourceId": [id], "Tag": [{ "Key": "team", "Value": "red" }] });
    ec2.call("CreateTags", &tag).ok();
    let wish = json!({ "SourceImageId": id, "SourceRegion": "us-east-1", "Name": "web-eu", "Encrypted": true,
        "CopyImageTags": true, "ClientToken": "t-1",
        "TagSpecification": [{ "ResourceType": "image", "Tag": [{ "Key": "place", "Value": "eu" }] }] });
    let copy = dublin.call("CopyImage", &wish).ok().text("imageId");
    assert_eq!(dublin.call("CopyImage", &wish).ok().text("imageId"), copy);
    assert_ne!(copy, id);
    for (path, want) in [
        ("name", "web-eu"),
        ("sourceImageId", id.as_str()),
        ("sourceImageRegion", "us-east-1"),
        ("blockDeviceMapping.item.ebs.encrypted", "true"),
        ("blockDeviceMapping.item.ebs.volumeSize", "8"),
    ] {
        assert_eq!(image(&dublin, &copy, path), [want], "{path}");
    }
    assert_eq!(image(&dublin, &copy, "tagSet.item.key"), ["place", "team"]);
    // Those of others, and the public ones, are copied too.
    let amazon = json!({ "SourceImageId": IMAGE, "SourceRegion": "us-east-1", "Name": "al2023" });
    let amazon = dublin.call("CopyImage", &amazon).ok().text("imageId");
    let instance = launch(&dublin, &json!({ "ImageId": amazon }));
    assert_eq!(said(&dublin, &instance, "imageId"), [amazon]);
    // An image of one Region is none of the other.
    assert_eq!(
        dublin.call("DescribeImages", &json!({ "ImageId": [id] })).refusal().code,
        "InvalidAMIID.NotFound"
    );
}

#[test]
fn every_filter_of_own_images_finds_some_and_leaves_some() {
    let (_server, ec2) = start();
    let (id, instance) = made(&ec2, "web-1");
    let copy =
        json!({ "SourceImageId": id, "SourceRegion": "us-east-1", "Name": "copy-1", "Description": "other" });
    let copy = ec2.call("CopyImage", &copy).ok().text("imageId");
    ec2.call("CreateTags", &json!({ "ResourceId": [id], "Tag": [{ "Key": "team", "Value": "red" }] })).ok();
    for (name, value, want) in [
        ("name", "web-?", &id),
        ("image-id", copy.as_str(), &copy),
        ("source-instance-id", instance.as_str(), &id),
        ("source-image-id", id.as_str(), &copy),
        ("source-image-region", "us-east-1", &copy),
        ("description", "oth*", &copy),
        ("tag:team", "red", &id),
        ("tag-key", "team", &id),
        ("tag-value", "red", &id),
        ("manifest-location", "000000000000/web-*", &id),
    ] {
        assert_eq!(found(&ec2, "DescribeImages", (name, value), IDS), [want.as_str()], "{name}");
    }
    let both = found(&ec2, "DescribeImages", ("owner-id", "000000000000"), IDS);
    assert_eq!(both.len(), 2);
    assert_eq!(found(&ec2, "DescribeImages", ("is-public", "false"), IDS), both);
    let wish = json!({ "Owner": ["self"], "MaxResults": 5 });
    for index in 0..5 {
        let more =
            json!({ "SourceImageId": id, "SourceRegion": "us-east-1", "Name": format!("page-{index}") });
        ec2.call("CopyImage", &more).ok();
    }
    let (all, count) = pages(&ec2, "DescribeImages", &wish, IDS);
    assert_eq!((all.len(), count), (7, 2));
}

#[test]
fn images_live_through_a_kill() {
    let (mut server, ec2) = start();
    let (id, _) = made(&ec2, "web");
    let shares = json!({ "ImageId": id, "LaunchPermission": { "Add": [{ "UserId": "222222222222" }] } });
    ec2.call("ModifyImageAttribute", &shares).ok();
    let before = ec2.call("DescribeImages", &json!({ "ImageId": [id] })).ok().tree();
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    let after = ec2.call("DescribeImages", &json!({ "ImageId": [id] })).ok();
    assert_eq!(after.tree()["imagesSet"], before["imagesSet"]);
    let friend = server.client("ec2").key("222222222222", "secret", None);
    assert_eq!(image(&friend, &id, "imageId"), [id.as_str()]);
    assert_eq!(found(&friend, "DescribeImages", ("name", "web"), IDS), [id]);
}

#[test]
fn what_making_images_refuses() {
    let (_server, ec2) = start();
    let (id, instance) = made(&ec2, "web");
    let own = snapshot(&ec2);
    let of = |more: Value| with(&json!({ "InstanceId": instance, "Name": "new" }), &more);
    let registers = |more: Value| {
        let one = json!({ "Name": "new", "BlockDeviceMapping": mapped(&own) });
        with(&one, &more)
    };
    let copies = |more: Value| {
        with(&json!({ "Name": "new", "SourceImageId": id, "SourceRegion": "us-east-1" }), &more)
    };
    let taken = format!("AMI name web is already in use by AMI {id}");
    let name = "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'";
    let no_instance = nowhere("i");
    let ended = launch(&ec2, &json!({}));
    ec2.call("TerminateInstances", &json!({ "InstanceId": [ended] })).ok();
    let state = format!(
        "Invalid value '{ended}' for instanceId. Instance is not in state 'running' or 'stopping' or 'stopped'"
    );
    let missing = format!("The instance ID '{no_instance}' does not exist");
    let small = json!({ "BlockDeviceMapping": [{ "DeviceName": "/dev/xvda", "Ebs": { "VolumeSize": 4 } }] });
    let small_said = {
        let taken = ec2.call("DescribeSnapshots", &json!({ "Owner": ["self"] })).ok();
        assert!(!taken.texts("snapshotSet.item.snapshotId").is_empty());
        ec2.call("CreateImage", &of(small)).refusal()
    };
    assert_eq!(small_said.code, "InvalidBlockDeviceMapping");
    let end = ", expect size >= 8GB";
    assert!(
        small_said.message.starts_with("Volume of size 4GB is smaller than  snapshot"),
        "{}",
        small_said.message
    );
    assert!(small_said.message.ends_with(end), "{}", small_said.message);
    let dry = "Request would have succeeded, but DryRun flag is set.";
    for (operation, parameters) in [
        ("CreateImage", of(json!({ "DryRun": true }))),
        ("RegisterImage", registers(json!({ "DryRun": true }))),
        ("CopyImage", copies(json!({ "DryRun": true }))),
        ("DeregisterImage", json!({ "ImageId": id, "DryRun": true })),
    ] {
        ec2.call(operation, &parameters).refused(412, "DryRunOperation", dry);
    }
    let twice = json!([
        { "DeviceName": "/dev/sda1", "Ebs": { "SnapshotId": own } },
        { "DeviceName": "/dev/sda1", "Ebs": { "VolumeSize": 1 } },
    ]);
    let no_root = "No root snapshot specified in device mapping.";
    refuses(
        &ec2,
        &[
            ("CreateImage", of(json!({ "Name": "web" })), "InvalidAMIName.Duplicate", &taken),
            ("RegisterImage", registers(json!({ "Name": "web" })), "InvalidAMIName.Duplicate", &taken),
            ("CopyImage", copies(json!({ "Name": "web" })), "InvalidAMIName.Duplicate", &taken),
            ("CreateImage", of(json!({ "Name": "web!" })), "InvalidAMIName.Malformed", name),
            ("CreateImage", of(json!({ "Name": "näme" })), "InvalidAMIName.Malformed", name),
            ("CreateImage", of(json!({ "InstanceId": no_instance })), "InvalidInstanceID.NotFound", &missing),
            ("CreateImage", of(json!({ "InstanceId": ended })), "InvalidParameterValue", &state),
            (
                "CreateImage",
                of(json!({ "BlockDeviceMapping": [{ "DeviceName": "/dev/xvda", "NoDevice": "" }] })),
                "InvalidBlockDeviceMapping",
                no_root,
            ),
            (
                "CreateImage",
                of(
                    json!({ "BlockDeviceMapping": [{ "DeviceName": "/dev/xvda", "Ebs": { "Encrypted": true } }] }),
                ),
                "InvalidBlockDeviceMapping",
                "the encrypted parameter cannot be specified for a device that begins as a snapshot",
            ),
            (
                "CreateImage",
                of(
                    json!({ "BlockDeviceMapping": [{ "DeviceName": "/dev/xvda", "Ebs": { "VolumeType": "gp9" } }] }),
                ),
                "UnknownVolumeType",
                "Unsupported volume type 'gp9' for volume creation. ",
            ),
            (
                "CreateImage",
                of(json!({ "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "a" }] }] })),
                "InvalidParameterValue",
                "'instance' is not a valid taggable resource type for this operation.",
            ),
            ("RegisterImage", json!({ "Name": "new" }), "InvalidBlockDeviceMapping", no_root),
            (
                "RegisterImage",
                registers(json!({ "RootDeviceName": "/dev/xvda" })),
                "InvalidBlockDeviceMapping",
                no_root,
            ),
            (
                "RegisterImage",
                registers(json!({ "BlockDeviceMapping": twice })),
                "InvalidBlockDeviceMapping",
                "The device '/dev/sda1' is used in more than one block-device mapping",
            ),
            (
                "RegisterImage",
                registers(json!({ "BlockDeviceMapping": mapped(&nowhere("snap")) })),
                "InvalidSnapshot.NotFound",
                "Snapshot does not exist",
            ),
            (
                "RegisterImage",
                registers(json!({ "TpmSupport": "v2.0" })),
                "InvalidParameterCombination",
                "The parameter TpmSupport requires the parameter BootMode to be uefi",
            ),
            (
                "RegisterImage",
                registers(json!({ "ImageLocation": "bucket/image.manifest.xml" })),
                "InvalidParameterValue",
                "ImageLocation is not built yet",
            ),
            (
                "CopyImage",
                copies(json!({ "SourceRegion": "nowhere-1" })),
                "InvalidParameterValue",
                "Value (nowhere-1) for parameter sourceRegion is invalid. It is no Region.",
            ),
            (
                "CopyImage",
                copies(json!({ "KmsKeyId": "alias/mine" })),
                "InvalidParameterDependency",
                "The parameter KmsKeyId requires the parameter Encrypted to be set.",
            ),
            (
                "DeregisterImage",
                json!({ "ImageId": "image" }),
                "InvalidAMIID.Malformed",
                "Invalid id: \"image\" (expecting \"ami-...\")",
            ),
        ],
    );
}
