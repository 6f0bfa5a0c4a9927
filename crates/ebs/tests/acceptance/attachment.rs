//! Volumes and instances.

use crate::{advance, found, golden, of_volume, refuses, start, start_real, volume, with};
use serde_json::{Value, json};
use testkit::Client;

/// Amazon Linux 2023 in us-east-1.
const IMAGE: &str = "ami-03c3da4cfa8e8943a";
const DEVICES: &str = "reservationSet.item.instancesSet.item.blockDeviceMapping.item";

/// An instance of zone a, and what else is asked of it.
#[track_caller]
fn instance(ec2: &Client, extra: &Value) -> String {
    let one = json!({
        "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1,
        "Placement": { "AvailabilityZone": "us-east-1a" },
    });
    ec2.call("RunInstances", &with(&one, extra)).ok().text("instancesSet.item.instanceId")
}

/// What an instance says of its volumes.
#[track_caller]
fn devices(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let answer = ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    answer.texts(&format!("{DEVICES}.{path}"))
}

fn attach(volume: &str, instance: &str, device: &str) -> Value {
    json!({ "VolumeId": volume, "InstanceId": instance, "Device": device })
}

#[test]
fn the_life_of_an_attachment() {
    let (_server, ec2) = start();
    let mut golden = golden("attachment");
    let (instance, volume) = (instance(&ec2, &json!({})), volume(&ec2, &json!({})));
    let wish = attach(&volume, &instance, "/dev/sdf");
    golden.note("AttachVolume", ec2.call("AttachVolume", &wish)).ok();
    let own = json!({ "VolumeId": [volume] });
    golden.note("DescribeVolumes", ec2.call("DescribeVolumes", &own)).ok();
    golden.note("DescribeVolumeStatus", ec2.call("DescribeVolumeStatus", &own)).ok();
    assert_eq!(devices(&ec2, &instance, "deviceName"), ["/dev/sdf", "/dev/xvda"]);
    assert_eq!(devices(&ec2, &instance, "ebs.status"), ["attached", "attached"]);
    golden.note("DetachVolume", ec2.call("DetachVolume", &json!({ "VolumeId": volume }))).ok();
    golden.note("detached", ec2.call("DescribeVolumes", &own)).ok();
    assert_eq!(devices(&ec2, &instance, "deviceName"), ["/dev/xvda"]);
    golden.check();
}

/// At AWS's pace the states can be seen.
#[test]
fn a_volume_is_attaching_then_attached_then_detaching() {
    let (server, ec2) = start_real();
    let (instance, volume) = (instance(&ec2, &json!({})), volume(&ec2, &json!({})));
    let wish = attach(&volume, &instance, "/dev/sdf");
    let early = format!("The volume '{volume}' is not 'available'.");
    refuses(&ec2, &[("AttachVolume", wish.clone(), "IncorrectState", &early)]);
    advance(&server, "60s");
    ec2.call("AttachVolume", &wish).ok();
    assert_eq!(of_volume(&ec2, &volume, "status"), ["in-use"]);
    assert_eq!(of_volume(&ec2, &volume, "attachmentSet.item.status"), ["attaching"]);
    advance(&server, "3s");
    assert_eq!(of_volume(&ec2, &volume, "attachmentSet.item.status"), ["attached"]);
    let detach = json!({ "VolumeId": volume });
    ec2.call("DetachVolume", &detach).ok();
    assert_eq!(of_volume(&ec2, &volume, "status"), ["in-use"]);
    assert_eq!(of_volume(&ec2, &volume, "attachmentSet.item.status"), ["detaching"]);
    // Detaching what detaches already changes nothing, unless it is forced.
    ec2.call("DetachVolume", &detach).ok();
    assert_eq!(of_volume(&ec2, &volume, "attachmentSet.item.status"), ["detaching"]);
    ec2.call("DetachVolume", &with(&detach, &json!({ "Force": true }))).ok();
    assert_eq!(of_volume(&ec2, &volume, "status"), ["available"]);
    // Attached again before the first detaching would have been over, it stays.
    ec2.call("AttachVolume", &wish).ok();
    advance(&server, "10s");
    assert_eq!(of_volume(&ec2, &volume, "attachmentSet.item.status"), ["attached"]);
}

#[test]
fn a_volume_that_is_being_modified_is_not_attached() {
    let (server, ec2) = start_real();
    let (instance, volume) = (instance(&ec2, &json!({})), volume(&ec2, &json!({})));
    advance(&server, "60s");
    ec2.call("ModifyVolume", &json!({ "VolumeId": volume, "Size": 2 })).ok();
    let wish = attach(&volume, &instance, "/dev/sdf");
    let sentence = format!("Cannot attach volume {volume} when it is in modification state: MODIFYING");
    refuses(&ec2, &[("AttachVolume", wish.clone(), "OperationNotPermitted", &sentence)]);
    advance(&server, "6s");
    ec2.call("AttachVolume", &wish).ok();
}

#[test]
fn an_instance_brings_its_volumes_and_takes_them_along() {
    let (_server, ec2) = start();
    let mappings = json!([
        { "DeviceName": "/dev/sdf", "Ebs": { "VolumeSize": 5, "VolumeType": "gp3", "DeleteOnTermination": false } },
        { "DeviceName": "/dev/sdg", "Ebs": { "VolumeSize": 6, "Encrypted": true } },
    ]);
    let tags = json!([{ "ResourceType": "volume", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let id = instance(&ec2, &json!({ "BlockDeviceMapping": mappings, "TagSpecification": tags }));
    assert_eq!(devices(&ec2, &id, "deviceName"), ["/dev/sdf", "/dev/sdg", "/dev/xvda"]);
    assert_eq!(devices(&ec2, &id, "ebs.deleteOnTermination"), ["false", "true", "true"]);
    let volumes = devices(&ec2, &id, "ebs.volumeId");
    for (name, value, count) in [
        ("attachment.instance-id", id.as_str(), 3),
        ("attachment.device", "/dev/sdf", 1),
        ("attachment.delete-on-termination", "true", 2),
        ("attachment.status", "attached", 3),
        ("attachment.attach-time", "20*", 3),
        ("status", "in-use", 3),
        ("tag:team", "red", 3),
        ("encrypted", "true", 1),
        ("snapshot-id", "snap-*", 1),
    ] {
        let all = found(&ec2, "DescribeVolumes", (name, value), "volumeSet.item.volumeId");
        assert_eq!(all.len(), count, "{name}");
    }
    ec2.call("TerminateInstances", &json!({ "InstanceId": [id] })).ok();
    let left = ec2.call("DescribeVolumes", &json!({})).ok();
    assert_eq!(left.texts("volumeSet.item.volumeId"), [volumes[0].as_str()]);
    assert_eq!(left.texts("volumeSet.item.status"), ["available"]);
}

#[test]
fn what_attaching_and_detaching_refuse() {
    let (_server, ec2) = start();
    let (near, volume) = (instance(&ec2, &json!({})), volume(&ec2, &json!({})));
    let far = instance(&ec2, &json!({ "Placement": { "AvailabilityZone": "us-east-1b" } }));
    let root = devices(&ec2, &near, "ebs.volumeId").remove(0);
    let taken = "Invalid value '/dev/xvda' for unixDevice. Attachment point /dev/xvda is already in use";
    let mismatch = format!("The volume '{volume}' is not in the same availability zone as instance '{far}'");
    let attached = format!("{root} is already attached to an instance");
    let in_use = format!("Volume {root} is currently attached to {near}");
    let rooted = format!("Unable to detach root volume '/dev/xvda' from instance '{near}'");
    let elsewhere = format!("The volume {root} is not attached to instance {far} as device /dev/sdf");
    let free = format!("Volume '{volume}' is in the 'available' state.");
    refuses(
        &ec2,
        &[
            ("AttachVolume", attach(&volume, &near, "/dev/xvda"), "InvalidParameterValue", taken),
            ("AttachVolume", attach(&volume, &far, "/dev/sdf"), "InvalidVolume.ZoneMismatch", &mismatch),
            ("AttachVolume", attach(&root, &near, "/dev/sdf"), "VolumeInUse", &attached),
            ("DeleteVolume", json!({ "VolumeId": root }), "VolumeInUse", &in_use),
            ("DetachVolume", json!({ "VolumeId": root }), "OperationNotPermitted", &rooted),
            ("DetachVolume", attach(&root, &far, "/dev/sdf"), "InvalidAttachment.NotFound", &elsewhere),
            ("DetachVolume", json!({ "VolumeId": volume }), "IncorrectState", &free),
            (
                "AttachVolume",
                attach(&volume, &near, "/dev/sdf1"),
                "InvalidParameterValue",
                "Value (/dev/sdf1) for parameter device is invalid. /dev/sdf1 is not a valid EBS device name.",
            ),
            (
                "AttachVolume",
                attach(&volume, "i-xyz", "/dev/sdf"),
                "InvalidInstanceID.Malformed",
                "Invalid id: \"i-xyz\"",
            ),
        ],
    );
    // One that is off gives its root volume away, and takes it back.
    ec2.call("StopInstances", &json!({ "InstanceId": [near] })).ok();
    ec2.call("DetachVolume", &json!({ "VolumeId": root })).ok();
    ec2.call("AttachVolume", &attach(&root, &near, "/dev/xvda")).ok();
    ec2.call("TerminateInstances", &json!({ "InstanceId": [far] })).ok();
    let off = format!("Instance '{far}' is not 'running'.");
    refuses(&ec2, &[("AttachVolume", attach(&volume, &far, "/dev/sdf"), "IncorrectState", &off)]);
}

#[test]
fn snapshots_are_taken_of_an_instance() {
    let (_server, ec2) = start();
    let mappings = json!([{ "DeviceName": "/dev/sdf", "Ebs": { "VolumeSize": 5 } }]);
    let id = instance(&ec2, &json!({ "BlockDeviceMapping": mappings }));
    let of = |extra: Value| json!({ "InstanceSpecification": with(&json!({ "InstanceId": id }), &extra) });
    let all = ec2.call("CreateSnapshots", &of(json!({}))).ok();
    assert_eq!(all.texts("snapshotSet.item.state"), ["pending", "pending"]);
    let data = ec2.call("CreateSnapshots", &of(json!({ "ExcludeBootVolume": true }))).ok();
    assert_eq!(data.texts("snapshotSet.item.volumeSize"), ["5"]);
}

/// Two clients attach one volume at once: one of them has it.
#[test]
fn two_attach_one_volume_at_once() {
    let (server, ec2) = start();
    let volume = volume(&ec2, &json!({}));
    let instances = [instance(&ec2, &json!({})), instance(&ec2, &json!({}))];
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let calls: Vec<_> = instances
            .iter()
            .map(|id| {
                let client = server.client("ec2");
                let wish = attach(&volume, id, "/dev/sdf");
                scope.spawn(move || client.call("AttachVolume", &wish).status)
            })
            .collect();
        calls.into_iter().map(|call| call.join().expect("the call ends")).collect()
    });
    let mut answers = answers;
    answers.sort_unstable();
    assert_eq!(answers, [200, 400]);
    assert_eq!(of_volume(&ec2, &volume, "attachmentSet.item.instanceId").len(), 1);
}

/// A t3 has 27 of them. Sources: DescribeInstanceTypes; the sentence is AWS's first half.
#[test]
fn an_instance_has_as_many_volumes_as_its_type_lets_it() {
    let (_server, ec2) = start();
    let own = instance(&ec2, &json!({}));
    let told = ec2.call("DescribeInstanceTypes", &json!({ "InstanceType": ["t3.micro"] })).ok();
    assert_eq!(told.text("instanceTypeSet.item.ebsInfo.maximumEbsAttachments"), "27");
    let device = |number: u8| format!("/dev/xvdb{}", char::from(b'a' + number));
    // Its root volume is one of them.
    for number in 0..26 {
        let wish = attach(&volume(&ec2, &json!({})), &own, &device(number));
        ec2.call("AttachVolume", &wish).ok();
    }
    let wish = attach(&volume(&ec2, &json!({})), &own, "/dev/xvdca");
    let sentence = "You may attach up to 27 devices for this instance type. Please use a larger instance size to attach more volumes.";
    refuses(&ec2, &[("AttachVolume", wish.clone(), "AttachmentLimitExceeded", sentence)]);
    let first = json!({ "InstanceId": own, "Device": device(0) });
    let found = json!({ "Filter": [{ "Name": "attachment.device", "Value": [device(0)] }] });
    let first = with(
        &first,
        &json!({ "VolumeId": ec2.call("DescribeVolumes", &found).ok().text("volumeSet.item.volumeId") }),
    );
    ec2.call("DetachVolume", &first).ok();
    ec2.call("AttachVolume", &wish).ok();
}
