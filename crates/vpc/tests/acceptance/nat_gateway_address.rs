//! Further addresses of NAT gateways.

use crate::{advance, attached_gateway, golden, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::{start_real, with};

const SET: &str = "natGatewaySet.item.natGatewayAddressSet.item";

#[track_caller]
fn elastic(ec2: &Client) -> String {
    ec2.call("AllocateAddress", &json!({})).ok().text("allocationId")
}

/// A gateway of either kind in a subnet of its own, and the subnet.
#[track_caller]
fn nat(ec2: &Client, is_public: bool) -> (String, String) {
    let network = vpc(ec2, "10.0.0.0/16");
    let subnet = subnet(ec2, &network, "10.0.1.0/24");
    attached_gateway(ec2, &network);
    let more = match is_public {
        true => json!({ "AllocationId": elastic(ec2) }),
        false => json!({ "ConnectivityType": "private" }),
    };
    let create = with(&json!({ "SubnetId": subnet }), &more);
    (ec2.call("CreateNatGateway", &create).ok().text("natGateway.natGatewayId"), subnet)
}

#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let own = ec2.call("DescribeNatGateways", &json!({ "NatGatewayId": [id] })).ok();
    own.texts(&format!("{SET}.{path}"))
}

#[track_caller]
fn free(ec2: &Client, subnet: &str) -> String {
    let answer = ec2.call("DescribeSubnets", &json!({ "SubnetId": [subnet] })).ok();
    answer.text("subnetSet.item.availableIpAddressCount")
}

#[test]
fn a_public_gateway_has_further_elastic_addresses() {
    let (_server, ec2) = start();
    let mut golden = golden("nat-gateway-address");
    let (id, subnet) = nat(&ec2, true);
    let (one, two) = (elastic(&ec2), elastic(&ec2));
    let associate = json!({ "NatGatewayId": id, "AllocationId": [one], "PrivateIpAddress": ["10.0.1.99"] });
    let made = ec2.call("AssociateNatGatewayAddress", &associate);
    golden.note("AssociateNatGatewayAddress", made).ok();
    ec2.call("AssociateNatGatewayAddress", &json!({ "NatGatewayId": id, "AllocationId": [two] })).ok();
    golden
        .note("DescribeNatGateways", ec2.call("DescribeNatGateways", &json!({ "NatGatewayId": [id] })))
        .ok();
    assert_eq!((said(&ec2, &id, "status").len(), free(&ec2, &subnet).as_str()), (3, "248"));
    let own = json!({ "AllocationId": [one] });
    let address = ec2.call("DescribeAddresses", &own).ok();
    assert_eq!(address.text("addressesSet.item.privateIpAddress"), "10.0.1.99");
    let association = address.text("addressesSet.item.associationId");
    let end = json!({ "NatGatewayId": id, "AssociationId": [association], "MaxDrainDurationSeconds": 5 });
    let ended = ec2.call("DisassociateNatGatewayAddress", &end);
    golden.note("DisassociateNatGatewayAddress", ended).ok();
    golden.check();
    assert_eq!((said(&ec2, &id, "allocationId").len(), free(&ec2, &subnet).as_str()), (2, "249"));
    assert!(ec2.call("DescribeAddresses", &own).ok().texts("addressesSet.item.associationId").is_empty());
    ec2.call("ReleaseAddress", &json!({ "AllocationId": one })).ok();
}

#[test]
fn a_private_gateway_has_further_private_addresses() {
    let (_server, ec2) = start();
    let mut golden = golden("nat-gateway-private-address");
    let (id, subnet) = nat(&ec2, false);
    let assign = json!({ "NatGatewayId": id, "PrivateIpAddressCount": 2 });
    let made = ec2.call("AssignPrivateNatGatewayAddress", &assign);
    golden.note("AssignPrivateNatGatewayAddress", made).ok();
    let assign = json!({ "NatGatewayId": id, "PrivateIpAddress": ["10.0.1.50"] });
    ec2.call("AssignPrivateNatGatewayAddress", &assign).ok();
    assert_eq!(said(&ec2, &id, "privateIp"), ["10.0.1.4", "10.0.1.5", "10.0.1.6", "10.0.1.50"]);
    assert_eq!(said(&ec2, &id, "isPrimary"), ["true", "false", "false", "false"]);
    let unassign = json!({ "NatGatewayId": id, "PrivateIpAddress": ["10.0.1.5", "10.0.1.50"] });
    let gone = ec2.call("UnassignPrivateNatGatewayAddress", &unassign);
    golden.note("UnassignPrivateNatGatewayAddress", gone).ok();
    golden.check();
    assert_eq!(said(&ec2, &id, "privateIp"), ["10.0.1.4", "10.0.1.6"]);
    assert_eq!(free(&ec2, &subnet), "249");
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": id })).ok();
    assert_eq!(free(&ec2, &subnet), "251", "the rest goes with the gateway");
}

#[test]
fn what_further_addresses_refuse() {
    let (server, ec2) = start();
    let ((open, subnet), (closed, _)) = (nat(&ec2, true), nat(&ec2, false));
    let primary = said(&ec2, &open, "associationId").remove(0);
    let (own, used) = (elastic(&ec2), said(&ec2, &open, "allocationId").remove(0));
    let none = nowhere("nat");
    let missing = format!("NAT gateway {none} was not found");
    let invalid = "InvalidParameterValue";
    let associate = |id: &str, more: Value| with(&json!({ "NatGatewayId": id }), &more);
    let stays = |id: &str| {
        format!("The primary address of the NAT gateway {id} can be neither disassociated nor unassigned.")
    };
    let wrong = |id: &str, own: &str, other: &str| {
        format!("The NAT gateway {id} is {own}; the operation is for {other} NAT gateways")
    };
    refuses(
        &ec2,
        &[
            (
                "AssociateNatGatewayAddress",
                associate(&none, json!({ "AllocationId": [own] })),
                "NatGatewayNotFound",
                &missing,
            ),
            (
                "AssociateNatGatewayAddress",
                associate(&open, json!({ "AllocationId": [nowhere("eipalloc")] })),
                "InvalidElasticIpID.NotFound",
                "Elastic IP address eipalloc-00000000000000000 could not be found",
            ),
            (
                "AssociateNatGatewayAddress",
                associate(&open, json!({ "AllocationId": [used] })),
                "Resource.AlreadyAssociated",
                &format!("resource {used} is already associated with associate-id {primary}"),
            ),
            (
                "AssociateNatGatewayAddress",
                associate(&closed, json!({ "AllocationId": [own] })),
                invalid,
                &wrong(&closed, "private", "public"),
            ),
            (
                "AssociateNatGatewayAddress",
                associate(&open, json!({ "AllocationId": [own], "PrivateIpAddress": ["10.0.1.4"] })),
                "InvalidIPAddress.InUse",
                "Address 10.0.1.4 is in use.",
            ),
            (
                "AssociateNatGatewayAddress",
                associate(
                    &open,
                    json!({ "AllocationId": [own], "PrivateIpAddress": ["10.0.1.40", "10.0.1.41"] }),
                ),
                "InvalidParameterCombination",
                "The number of PrivateIpAddresses must be that of AllocationIds",
            ),
            (
                "DisassociateNatGatewayAddress",
                associate(&open, json!({ "AssociationId": [primary] })),
                invalid,
                &stays(&open),
            ),
            (
                "DisassociateNatGatewayAddress",
                associate(&open, json!({ "AssociationId": [nowhere("eipassoc")] })),
                "InvalidAssociationID.NotFound",
                "The association ID 'eipassoc-00000000000000000' does not exist",
            ),
            (
                "DisassociateNatGatewayAddress",
                associate(&open, json!({ "AssociationId": [primary], "MaxDrainDurationSeconds": 4001 })),
                invalid,
                "Value ( 4001 ) for parameter maxDrainDurationSeconds is invalid. Expecting a value less than or equal to 4000",
            ),
            (
                "AssignPrivateNatGatewayAddress",
                associate(&open, json!({ "PrivateIpAddressCount": 1 })),
                invalid,
                &wrong(&open, "public", "private"),
            ),
            (
                "AssignPrivateNatGatewayAddress",
                associate(&closed, json!({})),
                "MissingParameter",
                "The request must contain the parameter privateIpAddressCount",
            ),
            (
                "AssignPrivateNatGatewayAddress",
                associate(&closed, json!({ "PrivateIpAddressCount": 8 })),
                "PrivateIpAddressLimitExceeded",
                "Number of private addresses will exceed limit.",
            ),
            (
                "AssignPrivateNatGatewayAddress",
                associate(&closed, json!({ "PrivateIpAddressCount": 32 })),
                invalid,
                "Value ( 32 ) for parameter privateIpAddressCount is invalid. Expecting a value less than or equal to 31",
            ),
            (
                "UnassignPrivateNatGatewayAddress",
                associate(&closed, json!({ "PrivateIpAddress": ["10.0.1.4"] })),
                invalid,
                &stays(&closed),
            ),
            (
                "UnassignPrivateNatGatewayAddress",
                associate(&closed, json!({ "PrivateIpAddress": ["10.0.1.77"] })),
                invalid,
                &format!("Some of the specified addresses are not assigned to interface {closed}"),
            ),
        ],
    );
    assert_eq!(free(&ec2, &subnet), "250", "a refused call takes no address");
    let would = "Request would have succeeded, but DryRun flag is set.";
    let dry = associate(&open, json!({ "AllocationId": [own], "DryRun": true }));
    ec2.call("AssociateNatGatewayAddress", &dry).refused(412, "DryRunOperation", would);
    let stranger = server.client("ec2").key("111111111111", "test", None);
    let missing = format!("NAT gateway {closed} was not found");
    let assign = associate(&closed, json!({ "PrivateIpAddressCount": 1 }));
    refuses(&stranger, &[("AssignPrivateNatGatewayAddress", assign, "NatGatewayNotFound", &missing)]);
}

/// At AWS's pace the states can be seen; connections drain as long as was asked, and a kill loses nothing.
#[test]
fn addresses_come_and_drain_in_their_time() {
    let (mut server, ec2) = start_real();
    let (id, _) = nat(&ec2, false);
    let assign = json!({ "NatGatewayId": id, "PrivateIpAddressCount": 1 });
    let pending = format!("The NAT gateway {id} is in the state pending; it must be available.");
    refuses(&ec2, &[("AssignPrivateNatGatewayAddress", assign.clone(), "IncorrectState", &pending)]);
    advance(&server, "120s");
    ec2.call("AssignPrivateNatGatewayAddress", &assign).ok();
    assert_eq!(said(&ec2, &id, "status"), ["succeeded", "assigning"]);
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    // The clock of a restarted server begins anew.
    advance(&server, "150s");
    assert_eq!(said(&ec2, &id, "status"), ["succeeded", "succeeded"]);
    let unassign =
        json!({ "NatGatewayId": id, "PrivateIpAddress": ["10.0.1.5"], "MaxDrainDurationSeconds": 60 });
    ec2.call("UnassignPrivateNatGatewayAddress", &unassign).ok();
    ec2.call("AssignPrivateNatGatewayAddress", &assign).ok();
    assert_eq!(said(&ec2, &id, "status"), ["succeeded", "unassigning", "assigning"]);
    advance(&server, "30s");
    assert_eq!(said(&ec2, &id, "status"), ["succeeded", "unassigning", "succeeded"]);
    advance(&server, "30s");
    assert_eq!(said(&ec2, &id, "privateIp"), ["10.0.1.4", "10.0.1.6"]);
}
