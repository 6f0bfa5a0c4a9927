use crate::{
    advance, attached_gateway, found, golden, interface, nowhere, refuses, start, start_real, subnet, vpc,
};
use serde_json::{Value, json};
use testkit::{Client, Options, Server};

#[track_caller]
fn allocate(ec2: &Client) -> String {
    ec2.call("AllocateAddress", &json!({})).ok().text("allocationId")
}

#[track_caller]
fn create(ec2: &Client, parameters: &Value) -> String {
    ec2.call("CreateNatGateway", parameters).ok().text("natGateway.natGatewayId")
}

/// What a Describe of one gateway says at `path`.
#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let path = format!("natGatewaySet.item.{path}");
    ec2.call("DescribeNatGateways", &json!({ "NatGatewayId": [id] })).ok().texts(&path)
}

#[test]
fn the_life_of_a_nat_gateway() {
    let (server, ec2) = start();
    let mut golden = golden("nat-gateway");
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let allocation = allocate(&ec2);
    let parameters = json!({ "SubnetId": subnet, "AllocationId": allocation });
    let created = golden.note("CreateNatGateway", ec2.call("CreateNatGateway", &parameters)).ok();
    let id = created.text("natGateway.natGatewayId");
    let own = json!({ "NatGatewayId": [id] });
    golden.note("DescribeNatGateways", ec2.call("DescribeNatGateways", &own)).ok();
    golden.note("its interface", ec2.call("DescribeNetworkInterfaces", &json!({}))).ok();
    golden.note("its address", ec2.call("DescribeAddresses", &json!({}))).ok();
    let table = json!({ "VpcId": network });
    let table = ec2.call("CreateRouteTable", &table).ok().text("routeTable.routeTableId");
    let route = json!({ "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": id });
    ec2.call("CreateRoute", &route).ok();
    let of_table = json!({ "RouteTableId": [table] });
    golden.note("the way to it", ec2.call("DescribeRouteTables", &of_table)).ok();
    golden.note("DeleteNatGateway", ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": id }))).ok();
    golden.note("deleted", ec2.call("DescribeNatGateways", &own)).ok();
    golden.note("the way to nowhere", ec2.call("DescribeRouteTables", &of_table)).ok();
    golden.note("its address is free", ec2.call("DescribeAddresses", &json!({}))).ok();
    let left = ec2.call("DescribeNetworkInterfaces", &json!({})).ok();
    assert_eq!(left.texts("networkInterfaceSet.item.networkInterfaceId"), [""; 0]);
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": id })).ok();
    advance(&server, "3601s");
    let sentence = format!("NAT gateway {id} was not found");
    refuses(&ec2, &[("DescribeNatGateways", own, "NatGatewayNotFound", &sentence)]);
    golden.check();
}

/// At AWS's pace the states can be seen.
#[test]
fn a_gateway_is_pending_then_available_then_deleting() {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let ec2 = server.client("ec2");
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let id = create(&ec2, &json!({ "SubnetId": subnet, "AllocationId": allocate(&ec2) }));
    let given_up = create(&ec2, &json!({ "SubnetId": subnet, "ConnectivityType": "private" }));
    assert_eq!(said(&ec2, &id, "state"), ["pending"]);
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": given_up })).ok();
    advance(&server, "121s");
    assert_eq!(said(&ec2, &id, "state"), ["available"]);
    assert_eq!(said(&ec2, &given_up, "state"), ["deleted"]);
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": id })).ok();
    assert_eq!(said(&ec2, &id, "state"), ["deleting"]);
    let card = found(
        &ec2,
        "DescribeNetworkInterfaces",
        ("attachment.nat-gateway-id", &id),
        "networkInterfaceSet.item.networkInterfaceId",
    );
    assert_eq!(card.len(), 1);
    advance(&server, "61s");
    assert_eq!(said(&ec2, &id, "state"), ["deleted"]);
    ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
}

#[test]
fn a_gateway_that_cannot_come_about_says_why() {
    let (server, ec2) = start();
    let (open, closed) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    attached_gateway(&ec2, &open);
    let near = subnet(&ec2, &open, "10.0.1.0/28");
    let far = subnet(&ec2, &closed, "10.1.1.0/24");
    let (one, two) = (allocate(&ec2), allocate(&ec2));
    let card = interface(&ec2, &near);
    ec2.call("AssociateAddress", &json!({ "AllocationId": one, "NetworkInterfaceId": card })).ok();
    let full = "Subnet has insufficient free addresses to create this NAT gateway";
    for (parameters, code, sentence) in [
        (
            json!({ "SubnetId": near, "AllocationId": one }),
            "Resource.AlreadyAssociated",
            format!("Elastic IP address [{one}] is already associated"),
        ),
        (
            json!({ "SubnetId": far, "AllocationId": two }),
            "Gateway.NotAttached",
            format!("Network {closed} has no Internet gateway attached"),
        ),
        (
            json!({ "SubnetId": near, "ConnectivityType": "private", "PrivateIpAddress": "10.0.1.4" }),
            "InvalidIPAddress.InUse",
            "Address 10.0.1.4 is in use.".to_owned(),
        ),
    ] {
        let id = create(&ec2, &parameters);
        assert_eq!(said(&ec2, &id, "state"), ["failed"], "{parameters}");
        assert_eq!(said(&ec2, &id, "failureCode"), [code]);
        assert_eq!(said(&ec2, &id, "failureMessage"), [sentence]);
    }
    let fill = json!({ "NetworkInterfaceId": card, "SecondaryPrivateIpAddressCount": 10 });
    ec2.call("AssignPrivateIpAddresses", &fill).ok();
    let id = create(&ec2, &json!({ "SubnetId": near, "AllocationId": two }));
    assert_eq!(said(&ec2, &id, "failureMessage"), [full]);
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": id })).ok();
    assert_eq!(said(&ec2, &id, "state"), ["deleted"]);
    advance(&server, "3601s");
    let left = ec2.call("DescribeNatGateways", &json!({})).ok();
    assert_eq!(left.texts("natGatewaySet.item.natGatewayId"), [""; 0]);
}

/// What it needs is looked at when it is made, not only when it is asked for.
#[test]
fn what_goes_while_a_gateway_is_pending_fails_it() {
    let (server, ec2) = start_real();
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let (near, gone) = (subnet(&ec2, &network, "10.0.1.0/24"), subnet(&ec2, &network, "10.0.2.0/24"));
    let released = allocate(&ec2);
    let homeless = create(&ec2, &json!({ "SubnetId": gone, "ConnectivityType": "private" }));
    let bare = create(&ec2, &json!({ "SubnetId": near, "AllocationId": released }));
    ec2.call("DeleteSubnet", &json!({ "SubnetId": gone })).ok();
    ec2.call("ReleaseAddress", &json!({ "AllocationId": released })).ok();
    advance(&server, "121s");
    for (id, code, sentence) in [
        (
            homeless,
            "InvalidSubnetID.NotFound",
            format!("The specified subnet {gone} does not exist or could not be found."),
        ),
        (
            bare,
            "InvalidAllocationID.NotFound",
            format!("Elastic IP address {released} could not be associated with this NAT gateway"),
        ),
    ] {
        assert_eq!(said(&ec2, &id, "state"), ["failed"]);
        assert_eq!(said(&ec2, &id, "failureCode"), [code]);
        assert_eq!(said(&ec2, &id, "failureMessage"), [sentence]);
    }
}

#[test]
fn a_gateway_has_further_addresses() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let (one, two) = (allocate(&ec2), allocate(&ec2));
    let private = |extra: Value| {
        let mut parameters = json!({ "SubnetId": subnet, "ConnectivityType": "private" });
        parameters.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        parameters
    };
    let public = json!({ "SubnetId": subnet, "AllocationId": one, "SecondaryAllocationId": [two] });
    let id = create(&ec2, &public);
    let of = |id: &str, path: &str| said(&ec2, id, &format!("natGatewayAddressSet.item.{path}"));
    assert_eq!(of(&id, "allocationId"), [one, two]);
    assert_eq!(of(&id, "privateIp"), ["10.0.1.4", "10.0.1.5"]);
    assert_eq!(of(&id, "isPrimary"), ["true", "false"]);
    assert_eq!(of(&id, "status"), ["succeeded", "succeeded"]);
    assert_eq!((of(&id, "publicIp").len(), of(&id, "associationId").len()), (2, 2));
    let id = create(
        &ec2,
        &private(json!({ "PrivateIpAddress": "10.0.1.9", "SecondaryPrivateIpAddressCount": 2 })),
    );
    assert_eq!(of(&id, "privateIp"), ["10.0.1.9", "10.0.1.6", "10.0.1.7"]);
    assert_eq!(of(&id, "publicIp"), [""; 0]);
    assert_eq!(said(&ec2, &id, "connectivityType"), ["private"]);
    let id = create(&ec2, &private(json!({ "SecondaryPrivateIpAddress": ["10.0.1.20"] })));
    assert_eq!(of(&id, "privateIp"), ["10.0.1.8", "10.0.1.20"]);
}

#[test]
fn every_filter_finds_one_gateway_and_not_the_other() {
    let (_server, ec2) = start();
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let (near, far) = (subnet(&ec2, &one, "10.0.1.0/24"), subnet(&ec2, &two, "10.1.1.0/24"));
    let tags = json!([{ "ResourceType": "natgateway", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let id =
        create(&ec2, &json!({ "SubnetId": near, "ConnectivityType": "private", "TagSpecification": tags }));
    let other = create(&ec2, &json!({ "SubnetId": far, "ConnectivityType": "private" }));
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": other })).ok();
    for (name, value) in [
        ("nat-gateway-id", id.as_str()),
        ("state", "available"),
        ("subnet-id", &near),
        ("vpc-id", &one),
        ("tag:team", "red"),
        ("tag-key", "team"),
    ] {
        let path = "natGatewaySet.item.natGatewayId";
        assert_eq!(found(&ec2, "DescribeNatGateways", (name, value), path), [id.as_str()], "{name}");
    }
    let card = |name: &str, value: &str| {
        found(&ec2, "DescribeNetworkInterfaces", (name, value), "networkInterfaceSet.item.description")
    };
    for (name, value) in [
        ("attachment.nat-gateway-id", id.as_str()),
        ("attachment.instance-owner-id", "amazon-aws"),
        ("attachment.attachment-id", "ela-attach-*"),
        ("attachment.status", "attached"),
        ("attachment.device-index", "1"),
        ("attachment.delete-on-termination", "false"),
        ("attachment.attach-time", "2026-*"),
        ("interface-type", "nat_gateway"),
        ("requester-managed", "true"),
        ("status", "in-use"),
    ] {
        assert_eq!(card(name, value), [format!("Interface for NAT Gateway {id}")], "{name}");
    }
}

#[test]
fn what_belongs_to_a_gateway_is_nobody_elses() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let allocation = allocate(&ec2);
    let id = create(&ec2, &json!({ "SubnetId": subnet, "AllocationId": allocation }));
    let card = said(&ec2, &id, "natGatewayAddressSet.item.networkInterfaceId").concat();
    let association = said(&ec2, &id, "natGatewayAddressSet.item.associationId").concat();
    let attachment = found(
        &ec2,
        "DescribeNetworkInterfaces",
        ("network-interface-id", &card),
        "networkInterfaceSet.item.attachment.attachmentId",
    );
    let own = interface(&ec2, &subnet);
    let of_card = |extra: Value| {
        let mut parameters = json!({ "NetworkInterfaceId": card });
        parameters.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        parameters
    };
    let sentence = "You do not have permission to access the specified resource.";
    for (operation, parameters) in [
        ("DeleteNetworkInterface", of_card(json!({}))),
        ("ModifyNetworkInterfaceAttribute", of_card(json!({ "SourceDestCheck": { "Value": true } }))),
        ("ResetNetworkInterfaceAttribute", of_card(json!({ "SourceDestCheck": "true" }))),
        ("AssignPrivateIpAddresses", of_card(json!({ "SecondaryPrivateIpAddressCount": 1 }))),
        ("UnassignPrivateIpAddresses", of_card(json!({ "PrivateIpAddress": ["10.0.1.5"] }))),
        ("ReleaseAddress", json!({ "AllocationId": allocation })),
        ("DisassociateAddress", json!({ "AssociationId": association })),
        ("AssociateAddress", json!({ "AllocationId": allocation, "NetworkInterfaceId": own })),
        ("AssociateAddress", json!({ "AllocationId": allocate(&ec2), "NetworkInterfaceId": card })),
    ] {
        refuses(&ec2, &[(operation, parameters, "AuthFailure", sentence)]);
    }
    let keep = json!({ "Attachment": { "AttachmentId": attachment.concat(), "DeleteOnTermination": true } });
    let sentence = "You are not allowed to manage 'ela-attach' attachments.";
    refuses(&ec2, &[("ModifyNetworkInterfaceAttribute", of_card(keep), "OperationNotPermitted", sentence)]);
}

#[test]
fn what_a_nat_gateway_refuses() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let (none, allocation) = (nowhere("nat"), nowhere("eipalloc"));
    let missing = &format!("NAT gateway {none} was not found");
    let token = json!({ "SubnetId": subnet, "ConnectivityType": "private", "ClientToken": "t" });
    let first = create(&ec2, &token);
    assert_eq!(create(&ec2, &token), first);
    refuses(
        &ec2,
        &[
            ("DeleteNatGateway", json!({ "NatGatewayId": none }), "NatGatewayNotFound", missing),
            ("DescribeNatGateways", json!({ "NatGatewayId": [none] }), "NatGatewayNotFound", missing),
            (
                "DeleteNatGateway",
                json!({ "NatGatewayId": "gate" }),
                "NatGatewayMalformed",
                "The NatGateway ID 'gate' is malformed",
            ),
            (
                "CreateNatGateway",
                json!({ "SubnetId": "net", "ConnectivityType": "private" }),
                "InvalidSubnet",
                "Subnet net was not found",
            ),
            (
                "CreateNatGateway",
                json!({ "SubnetId": nowhere("subnet"), "ConnectivityType": "private" }),
                "InvalidSubnetID.NotFound",
                "The subnet ID 'subnet-00000000000000000' does not exist",
            ),
            (
                "CreateNatGateway",
                json!({ "SubnetId": subnet, "AllocationId": allocation }),
                "InvalidElasticIpID.NotFound",
                &format!("Elastic IP address {allocation} could not be found"),
            ),
            (
                "CreateNatGateway",
                json!({ "SubnetId": subnet }),
                "MissingParameter",
                "The request must contain the parameter allocationId",
            ),
            (
                "CreateNatGateway",
                json!({ "SubnetId": subnet, "ConnectivityType": "private", "AllocationId": allocation }),
                "InvalidParameterCombination",
                "The parameter AllocationId cannot be used with the parameter ConnectivityType private",
            ),
            (
                "CreateNatGateway",
                json!({ "SubnetId": subnet, "ConnectivityType": "private", "ClientToken": "t", "PrivateIpAddress": "10.0.1.9" }),
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            ),
        ],
    );
    for _ in 0..4 {
        create(&ec2, &json!({ "SubnetId": subnet, "ConnectivityType": "private" }));
    }
    let more = json!({ "SubnetId": subnet, "ConnectivityType": "private" });
    let sentence = "Performing this operation would exceed the limit of 5 NAT gateways";
    refuses(&ec2, &[("CreateNatGateway", more.clone(), "NatGatewayLimitExceeded", sentence)]);
    ec2.call("DeleteNatGateway", &json!({ "NatGatewayId": first })).ok();
    create(&ec2, &more);
}
