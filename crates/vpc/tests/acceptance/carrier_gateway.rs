use crate::{advance, found, golden, nowhere, refuses, start, vpc};
use serde_json::json;
use testkit::ec2::{pages, start_real};

const SET: &str = "carrierGatewaySet.item";

#[test]
fn the_life_of_a_carrier_gateway() {
    let (server, ec2) = start();
    let mut golden = golden("carrier-gateway");
    let network = vpc(&ec2, "10.0.0.0/16");
    let create = json!({
        "VpcId": network, "ClientToken": "once",
        "TagSpecification": [{ "ResourceType": "carrier-gateway", "Tag": [{ "Key": "Name", "Value": "a" }] }]
    });
    let made = golden.note("CreateCarrierGateway", ec2.call("CreateCarrierGateway", &create)).ok();
    let id = made.text("carrierGateway.carrierGatewayId");
    let again = ec2.call("CreateCarrierGateway", &create).ok();
    assert_eq!(again.text("carrierGateway.carrierGatewayId"), id, "the same token gives the same gateway");
    golden.note("DescribeCarrierGateways", ec2.call("DescribeCarrierGateways", &json!({}))).ok();
    let path = format!("{SET}.carrierGatewayId");
    for (name, value) in [
        ("carrier-gateway-id", id.as_str()),
        ("owner-id", "000000000000"),
        ("state", "available"),
        ("vpc-id", &network),
        ("tag:Name", "a"),
    ] {
        assert_eq!(
            found(&ec2, "DescribeCarrierGateways", (name, value), &path),
            std::slice::from_ref(&id),
            "{name}"
        );
        assert!(found(&ec2, "DescribeCarrierGateways", (name, "other"), &path).is_empty(), "{name}");
    }
    let elsewhere = server.client("ec2").region("eu-west-1");
    let stranger = server.client("ec2").key("111111111111", "test", None);
    for client in [elsewhere, stranger] {
        assert!(client.call("DescribeCarrierGateways", &json!({})).ok().texts(&path).is_empty());
    }
    let blocked = format!("The vpc '{network}' has dependencies and cannot be deleted.");
    refuses(&ec2, &[("DeleteVpc", json!({ "VpcId": network }), "DependencyViolation", &blocked)]);
    let delete = json!({ "CarrierGatewayId": id });
    let would = "Request would have succeeded, but DryRun flag is set.";
    let dry = json!({ "CarrierGatewayId": id, "DryRun": true });
    ec2.call("DeleteCarrierGateway", &dry).refused(412, "DryRunOperation", would);
    golden.note("DeleteCarrierGateway", ec2.call("DeleteCarrierGateway", &delete)).ok();
    golden.check();
    ec2.call("DeleteVpc", &json!({ "VpcId": network })).ok();
}

#[test]
fn carrier_gateways_come_in_pages() {
    let (_server, ec2) = start();
    let mut ids: Vec<String> = (0..6)
        .map(|n| {
            let create = json!({ "VpcId": vpc(&ec2, &format!("10.{n}.0.0/16")) });
            ec2.call("CreateCarrierGateway", &create).ok().text("carrierGateway.carrierGatewayId")
        })
        .collect();
    ids.sort();
    let path = format!("{SET}.carrierGatewayId");
    let (found, count) = pages(&ec2, "DescribeCarrierGateways", &json!({ "MaxResults": 5 }), &path);
    assert_eq!((found, count), (ids, 2));
}

#[test]
fn what_carrier_gateways_refuse() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let create = json!({ "VpcId": network });
    ec2.call("CreateCarrierGateway", &create).ok();
    let none = nowhere("cagw");
    let missing = format!("The carrierGateway ID '{none}' does not exist");
    refuses(
        &ec2,
        &[
            (
                "CreateCarrierGateway",
                create,
                "InvalidParameterValue",
                &format!("Network {network} already has a carrier gateway attached"),
            ),
            (
                "CreateCarrierGateway",
                json!({ "VpcId": nowhere("vpc") }),
                "InvalidVpcID.NotFound",
                "The vpc ID 'vpc-00000000000000000' does not exist",
            ),
            (
                "DeleteCarrierGateway",
                json!({ "CarrierGatewayId": none }),
                "InvalidCarrierGatewayID.NotFound",
                &missing,
            ),
            (
                "DescribeCarrierGateways",
                json!({ "CarrierGatewayId": [none] }),
                "InvalidCarrierGatewayID.NotFound",
                &missing,
            ),
            (
                "DeleteCarrierGateway",
                json!({ "CarrierGatewayId": "x" }),
                "InvalidCarrierGatewayID.Malformed",
                "Invalid id: \"x\" (expecting \"cagw-...\")",
            ),
        ],
    );
}

/// At AWS's pace the states can be seen.
#[test]
fn a_carrier_gateway_is_pending_then_available_then_deleting() {
    let (server, ec2) = start_real();
    let create = json!({ "VpcId": vpc(&ec2, "10.0.0.0/16") });
    let id = ec2.call("CreateCarrierGateway", &create).ok().text("carrierGateway.carrierGatewayId");
    let state = || ec2.call("DescribeCarrierGateways", &json!({})).ok().texts(&format!("{SET}.state"));
    assert_eq!(state(), ["pending"]);
    advance(&server, "5s");
    assert_eq!(state(), ["available"]);
    ec2.call("DeleteCarrierGateway", &json!({ "CarrierGatewayId": id })).ok();
    assert_eq!(state(), ["deleting"]);
    advance(&server, "5s");
    assert!(state().is_empty());
}
