use crate::{golden, nowhere, refuses, start, vpc};
use serde_json::json;

#[test]
fn the_life_of_an_internet_gateway() {
    let (_server, ec2) = start();
    let mut golden = golden("internet-gateway");
    let network = vpc(&ec2, "10.0.0.0/16");
    let created = golden.note("CreateInternetGateway", ec2.call("CreateInternetGateway", &json!({})));
    let id = created.ok().text("internetGateway.internetGatewayId");
    let pair = json!({ "InternetGatewayId": id, "VpcId": network });
    let own = json!({ "InternetGatewayId": [id] });
    golden.note("AttachInternetGateway", ec2.call("AttachInternetGateway", &pair)).ok();
    golden.note("attached", ec2.call("DescribeInternetGateways", &own)).ok();
    golden.note("DetachInternetGateway", ec2.call("DetachInternetGateway", &pair)).ok();
    golden.note("detached", ec2.call("DescribeInternetGateways", &own)).ok();
    golden
        .note("DeleteInternetGateway", ec2.call("DeleteInternetGateway", &json!({ "InternetGatewayId": id })))
        .ok();
    golden.check();
}

#[test]
fn what_an_internet_gateway_refuses() {
    let (_server, ec2) = start();
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let create =
        || ec2.call("CreateInternetGateway", &json!({})).ok().text("internetGateway.internetGatewayId");
    let (attached, free) = (create(), create());
    ec2.call("AttachInternetGateway", &json!({ "InternetGatewayId": attached, "VpcId": one })).ok();
    let none = nowhere("igw");
    let missing = &format!("The internetGateway ID '{none}' does not exist");
    refuses(
        &ec2,
        &[
            (
                "AttachInternetGateway",
                json!({ "InternetGatewayId": attached, "VpcId": two }),
                "Resource.AlreadyAssociated",
                &format!("resource {attached} is already attached to network {one}"),
            ),
            (
                "AttachInternetGateway",
                json!({ "InternetGatewayId": free, "VpcId": one }),
                "InvalidParameterValue",
                &format!("Network {one} already has an internet gateway attached"),
            ),
            (
                "AttachInternetGateway",
                json!({ "InternetGatewayId": none, "VpcId": two }),
                "InvalidInternetGatewayID.NotFound",
                missing,
            ),
            (
                "AttachInternetGateway",
                json!({ "InternetGatewayId": free, "VpcId": nowhere("vpc") }),
                "InvalidVpcID.NotFound",
                "The vpc ID 'vpc-00000000000000000' does not exist",
            ),
            (
                "DetachInternetGateway",
                json!({ "InternetGatewayId": free, "VpcId": one }),
                "Gateway.NotAttached",
                &format!("resource {free} is not attached to network {one}"),
            ),
            (
                "DeleteInternetGateway",
                json!({ "InternetGatewayId": attached }),
                "DependencyViolation",
                &format!("The internetGateway '{attached}' has dependencies and cannot be deleted."),
            ),
            (
                "DeleteInternetGateway",
                json!({ "InternetGatewayId": none }),
                "InvalidInternetGatewayID.NotFound",
                missing,
            ),
            (
                "DeleteInternetGateway",
                json!({ "InternetGatewayId": "gw" }),
                "InvalidInternetGatewayId.Malformed",
                "Invalid id: \"gw\" (expecting \"igw-...\")",
            ),
            (
                "AttachInternetGateway",
                json!({ "InternetGatewayId": attached, "VpcId": "mine" }),
                "InvalidVpcId.Malformed",
                "Invalid id: \"mine\" (expecting \"vpc-...\")",
            ),
            (
                "DescribeInternetGateways",
                json!({ "InternetGatewayId": [none] }),
                "InvalidInternetGatewayID.NotFound",
                missing,
            ),
        ],
    );
}
