use super::{launch, said};
use crate::{nowhere, refuses, start};
use serde_json::json;
use testkit::Client;

/// An interface in the default subnet of a zone.
fn interface(ec2: &Client, zone: &str) -> String {
    let filter = json!([{ "Name": "availability-zone", "Value": [zone] }]);
    let subnet =
        ec2.call("DescribeSubnets", &json!({ "Filter": filter })).ok().text("subnetSet.item.subnetId");
    let made = ec2.call("CreateNetworkInterface", &json!({ "SubnetId": subnet })).ok();
    made.text("networkInterface.networkInterfaceId")
}

#[test]
fn an_interface_is_plugged_in_and_out() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let card = interface(&ec2, "us-east-1a");
    let attach = json!({ "InstanceId": id, "NetworkInterfaceId": card, "DeviceIndex": 1 });
    let attachment = ec2.call("AttachNetworkInterface", &attach).ok().text("attachmentId");
    assert_eq!(said(&ec2, &id, "networkInterfaceSet.item.attachment.status"), ["attached", "attached"]);
    let shown = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [card] })).ok();
    assert_eq!(shown.text("networkInterfaceSet.item.attachment.instanceId"), id);
    assert_eq!(shown.text("networkInterfaceSet.item.attachment.deleteOnTermination"), "false");
    // An instance with several interfaces is no target by itself.
    let table = ec2.call("DescribeRouteTables", &json!({})).ok().text("routeTableSet.item.routeTableId");
    let route = json!({ "RouteTableId": table, "DestinationCidrBlock": "10.9.0.0/16", "InstanceId": id });
    let several = format!(
        "There are multiple interfaces attached to instance '{id}'. Please specify an interface ID for the operation instead."
    );
    refuses(&ec2, &[("CreateRoute", route.clone(), "InvalidInstanceID", &several)]);
    ec2.call("DetachNetworkInterface", &json!({ "AttachmentId": attachment })).ok();
    let shown = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [card] })).ok();
    assert_eq!(shown.text("networkInterfaceSet.item.status"), "available");
    ec2.call("CreateRoute", &route).ok();
    let shown = ec2.call("DescribeRouteTables", &json!({ "RouteTableId": [table] })).ok();
    assert!(shown.texts("routeTableSet.item.routeSet.item.instanceId").contains(&id));
}

#[test]
fn what_attaching_and_detaching_refuse() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let primary = said(&ec2, &id, "networkInterfaceSet.item.networkInterfaceId")[0].clone();
    let of_primary = said(&ec2, &id, "networkInterfaceSet.item.attachment.attachmentId")[0].clone();
    let (card, full) = (interface(&ec2, "us-east-1a"), interface(&ec2, "us-east-1a"));
    let elsewhere = interface(&ec2, "us-east-1b");
    let to = |card: &str, index: u32| json!({ "InstanceId": id, "NetworkInterfaceId": card, "DeviceIndex": index });
    let missing = nowhere("i");
    let nobody = json!({ "InstanceId": missing, "NetworkInterfaceId": card, "DeviceIndex": 1 });
    refuses(
        &ec2,
        &[
            (
                "AttachNetworkInterface",
                to(&primary, 1),
                "InvalidParameterValue",
                &format!("Network interface '{primary}' is currently in use."),
            ),
            (
                "AttachNetworkInterface",
                to(&card, 0),
                "InvalidParameterValue",
                &format!("Instance '{id}' already has an interface attached at device index '0'."),
            ),
            (
                "AttachNetworkInterface",
                to(&elsewhere, 1),
                "InvalidParameterCombination",
                "You may not attach a network interface to an instance if they are not in the same availability zone",
            ),
            (
                "AttachNetworkInterface",
                nobody,
                "InvalidInstanceID.NotFound",
                &format!("The instance ID '{missing}' does not exist"),
            ),
            (
                "DetachNetworkInterface",
                json!({ "AttachmentId": of_primary }),
                "OperationNotPermitted",
                "The network interface at device index 0 and networkCard index 0 cannot be detached.",
            ),
            (
                "DetachNetworkInterface",
                json!({ "AttachmentId": nowhere("eni-attach") }),
                "InvalidAttachmentID.NotFound",
                &format!("The networkInterfaceAttachment ID '{}' does not exist", nowhere("eni-attach")),
            ),
            (
                "DetachNetworkInterface",
                json!({ "AttachmentId": "ela-attach-1" }),
                "OperationNotPermitted",
                "You are not allowed to manage 'ela-attach' attachments.",
            ),
        ],
    );
    ec2.call("AttachNetworkInterface", &to(&card, 1)).ok();
    let sentence = "Interface count 3 exceeds the limit for t3.micro";
    refuses(&ec2, &[("AttachNetworkInterface", to(&full, 2), "AttachmentLimitExceeded", sentence)]);
}
