use super::{launch, said};
use crate::own_image::made;
use crate::{advance, nowhere, pages, refuses, start, start_real, with};
use serde_json::{Value, json};

const TASKS: &str = "replaceRootVolumeTaskSet.item";

#[test]
fn a_root_volume_is_replaced() {
    let (_server, ec2) = start();
    let (image, _) = made(&ec2, "web");
    let id = launch(&ec2, &json!({}));
    let root = || said(&ec2, &id, "blockDeviceMapping.item.ebs.volumeId").remove(0);
    let first = root();
    let replace = |more: Value| {
        let wish = with(&json!({ "InstanceId": id }), &more);
        ec2.call("CreateReplaceRootVolumeTask", &wish).ok()
    };
    let tags =
        json!([{ "ResourceType": "replace-root-volume-task", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let task = replace(json!({ "ClientToken": "t-1", "TagSpecification": tags }));
    let own = task.text("replaceRootVolumeTask.replaceRootVolumeTaskId");
    assert!(own.starts_with("replacevol-"), "{own}");
    assert_eq!(task.text("replaceRootVolumeTask.taskState"), "succeeded");
    let second = root();
    assert_ne!(first, second);
    // The old one stays where nothing else is asked for.
    let old = ec2.call("DescribeVolumes", &json!({ "VolumeId": [first] })).ok();
    assert_eq!(old.texts("volumeSet.item.status"), ["available"]);
    let again = replace(json!({ "ClientToken": "t-1", "TagSpecification": tags }));
    assert_eq!(again.text("replaceRootVolumeTask.replaceRootVolumeTaskId"), own);
    assert_eq!(root(), second);

    replace(json!({ "ImageId": image, "DeleteReplacedRootVolume": true }));
    assert_eq!(said(&ec2, &id, "imageId"), [image.as_str()]);
    let gone = ec2.call("DescribeVolumes", &json!({ "VolumeId": [second] })).refusal();
    assert_eq!(gone.code, "InvalidVolume.NotFound");
    let snapshot = ec2.call("DescribeSnapshots", &json!({ "Owner": ["self"] })).ok();
    let snapshot = snapshot.text("snapshotSet.item.snapshotId");
    replace(json!({ "SnapshotId": snapshot }));
    let of = ec2.call("DescribeVolumes", &json!({ "VolumeId": [root()] })).ok();
    assert_eq!(of.texts("volumeSet.item.snapshotId"), [snapshot]);

    let told = |wish: Value| {
        ec2.call("DescribeReplaceRootVolumeTasks", &wish)
            .ok()
            .texts(&format!("{TASKS}.replaceRootVolumeTaskId"))
    };
    let filter = |name: &str, value: &str| json!({ "Filter": [{ "Name": name, "Value": [value] }] });
    assert_eq!(told(filter("instance-id", &id)).len(), 3);
    assert_eq!(told(filter("tag:team", "red")), [own.as_str()]);
    assert_eq!(told(filter("instance-id", "i-1")), [""; 0]);
    assert_eq!(told(json!({ "ReplaceRootVolumeTaskId": [own] })), [own]);
    let page = json!({ "MaxResults": 2 });
    let (all, count) = pages(&ec2, "DescribeReplaceRootVolumeTasks", &page, &format!("{TASKS}.taskState"));
    assert_eq!((all.len(), count), (3, 2));
}

#[test]
fn one_replacement_at_a_time() {
    let (server, ec2) = start_real();
    let id = launch(&ec2, &json!({}));
    let own = json!({ "InstanceId": id });
    let state = format!("The instance '{id}' is not in the 'running' state.");
    refuses(&ec2, &[("CreateReplaceRootVolumeTask", own.clone(), "IncorrectInstanceState", &state)]);
    advance(&server, "16s");
    let task = ec2.call("CreateReplaceRootVolumeTask", &own).ok();
    assert_eq!(task.text("replaceRootVolumeTask.taskState"), "in-progress");
    let busy = format!("The instance '{id}' has a replacement of its root volume in progress.");
    refuses(&ec2, &[("CreateReplaceRootVolumeTask", own.clone(), "IncorrectState", &busy)]);
    advance(&server, "61s");
    let done = ec2.call("DescribeReplaceRootVolumeTasks", &json!({})).ok();
    assert_eq!(done.texts(&format!("{TASKS}.taskState")), ["succeeded"]);
    let arm = json!({ "Filter": [{ "Name": "name", "Value": ["al2023-ami-2023.*-kernel-6.1-arm64"] }] });
    let arm = ec2.call("DescribeImages", &arm).ok().text("imagesSet.item.imageId");
    let refusal = ec2.call("CreateReplaceRootVolumeTask", &with(&own, &json!({ "ImageId": arm }))).refusal();
    assert_eq!(refusal.code, "InvalidParameterValue");
    let none = nowhere("replacevol");
    let missing = format!("The replaceRootVolumeTask ID '{none}' does not exist");
    refuses(
        &ec2,
        &[
            (
                "DescribeReplaceRootVolumeTasks",
                json!({ "ReplaceRootVolumeTaskId": [none] }),
                "InvalidReplaceRootVolumeTaskId.NotFound",
                &missing,
            ),
            (
                "CreateReplaceRootVolumeTask",
                with(&own, &json!({ "ImageId": "ami-1", "SnapshotId": "snap-1" })),
                "InvalidParameterCombination",
                "The parameter SnapshotId cannot be used with the parameter ImageId",
            ),
        ],
    );
}

#[test]
fn a_template_of_an_instance_makes_another_one_like_it() {
    let (_server, ec2) = start();
    let tags = json!([{ "ResourceType": "instance", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let id = launch(
        &ec2,
        &json!({ "TagSpecification": tags, "InstanceType": "t3.small", "UserData": "aGVsbG8=" }),
    );
    let data = ec2.call("GetLaunchTemplateData", &json!({ "InstanceId": id })).ok();
    for (path, want) in [
        ("instanceType", "t3.small"),
        ("userData", "aGVsbG8="),
        ("creditSpecification.cpuCredits", "unlimited"),
        ("metadataOptions.httpTokens", "required"),
        ("placement.tenancy", "default"),
        ("blockDeviceMappingSet.item.ebs.volumeType", "gp3"),
        ("blockDeviceMappingSet.item.ebs.volumeSize", "8"),
        ("networkInterfaceSet.item.deviceIndex", "0"),
        ("tagSpecificationSet.item.tagSet.item.value", "red"),
        ("instanceInitiatedShutdownBehavior", "stop"),
        ("disableApiTermination", "false"),
    ] {
        assert_eq!(data.texts(&format!("launchTemplateData.{path}")), [want], "{path}");
    }
    let none = nowhere("i");
    let missing = format!("The instance ID '{none}' does not exist");
    refuses(
        &ec2,
        &[("GetLaunchTemplateData", json!({ "InstanceId": none }), "InvalidInstanceID.NotFound", &missing)],
    );
}
