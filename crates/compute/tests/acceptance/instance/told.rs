//! Answers about instances are kept while nothing they are told from changes.

use super::{launch, said};
use crate::start;
use serde_json::{Value, json};

/// Each change, of whatever an instance is told from, is there in the next answer; without one, the answer is the same.
#[test]
fn whatever_changes_is_told_at_once() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let one = |path: &str| said(&ec2, &id, path).join(",");
    let volume = one("blockDeviceMapping.item.ebs.volumeId");
    let (vpc, card) = (one("vpcId"), one("networkInterfaceSet.item.networkInterfaceId"));
    let address = ec2.call("AllocateAddress", &json!({ "Domain": "vpc" })).ok().text("allocationId");
    let put = ec2.call("AssociateAddress", &json!({ "AllocationId": address, "InstanceId": id })).ok();
    let association = put.text("associationId");
    let whole = || {
        let mut tree = ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok().tree();
        tree["requestId"].take();
        tree
    };
    let attribute = |name: &str, value: Value| {
        let mut input = json!({ "InstanceId": id });
        input[name] = value;
        ("ModifyInstanceAttribute", input)
    };
    let tag = json!({ "ResourceId": [id], "Tag": [{ "Key": "a", "Value": "b" }] });
    let of_card = json!({ "NetworkInterfaceId": card, "Description": { "Value": "changed" } });
    let names = json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": false } });
    let goes = json!([{ "DeviceName": "/dev/xvda", "Ebs": { "DeleteOnTermination": false } }]);
    for ((operation, input), path, want) in [
        (("CreateTags", tag), "tagSet.item.value", "b"),
        (("ModifyNetworkInterfaceAttribute", of_card), "networkInterfaceSet.item.description", "changed"),
        (("ModifyVpcAttribute", names), "dnsName", ""),
        (("DisassociateAddress", json!({ "AssociationId": association })), "ipAddress", ""),
        (attribute("BlockDeviceMapping", goes), "blockDeviceMapping.item.ebs.deleteOnTermination", "false"),
        (attribute("SourceDestCheck", json!({ "Value": false })), "sourceDestCheck", "false"),
        (("StopInstances", json!({ "InstanceId": [id] })), "instanceState.name", "stopped"),
        (("DetachVolume", json!({ "VolumeId": volume })), "blockDeviceMapping.item.ebs.volumeId", ""),
    ] {
        let before = whole();
        assert_eq!(before, whole(), "before {operation}");
        assert_ne!(one(path), want, "before {operation}");
        ec2.call(operation, &input).ok();
        assert_eq!(one(path), want, "after {operation}");
    }
}
