use crate::{attached_gateway, found, golden, interface, nowhere, refuses, start, subnet, vpc};
use serde_json::json;
use std::collections::BTreeSet;
use testkit::Client;

#[track_caller]
fn allocate(ec2: &Client) -> String {
    ec2.call("AllocateAddress", &json!({})).ok().text("allocationId")
}

#[test]
fn the_life_of_an_elastic_address() {
    let (_server, ec2) = start();
    let mut golden = golden("address");
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let card = interface(&ec2, &subnet(&ec2, &network, "10.0.1.0/24"));
    let tags = json!([{ "ResourceType": "elastic-ip", "Tag": [{ "Key": "Name", "Value": "one" }] }]);
    let create = json!({ "Domain": "vpc", "TagSpecification": tags });
    let allocated = golden.note("AllocateAddress", ec2.call("AllocateAddress", &create)).ok();
    let id = allocated.text("allocationId");
    let own = json!({ "AllocationId": [id] });
    golden.note("DescribeAddresses", ec2.call("DescribeAddresses", &own)).ok();
    let attribute = json!({ "AllocationId": [id], "Attribute": "domain-name" });
    golden.note("DescribeAddressesAttribute", ec2.call("DescribeAddressesAttribute", &attribute)).ok();
    let associate = json!({ "AllocationId": id, "NetworkInterfaceId": card });
    let associated = golden.note("AssociateAddress", ec2.call("AssociateAddress", &associate)).ok();
    golden.note("associated", ec2.call("DescribeAddresses", &own)).ok();
    let of_card = json!({ "NetworkInterfaceId": [card] });
    golden.note("its interface", ec2.call("DescribeNetworkInterfaces", &of_card)).ok();
    let association = json!({ "AssociationId": associated.text("associationId") });
    golden.note("DisassociateAddress", ec2.call("DisassociateAddress", &association)).ok();
    golden.note("disassociated", ec2.call("DescribeAddresses", &own)).ok();
    let name = json!({ "AllocationId": id, "DomainName": "mail.example.com" });
    golden.note("ModifyAddressAttribute", ec2.call("ModifyAddressAttribute", &name)).ok();
    golden.note("named", ec2.call("DescribeAddressesAttribute", &attribute)).ok();
    let sentence =
        format!("The address with allocation id [{id}] cannot be released because it has a PTR record set.");
    refuses(&ec2, &[("ReleaseAddress", json!({ "AllocationId": id }), "InvalidAddress.PtrSet", &sentence)]);
    let reset = json!({ "AllocationId": id, "Attribute": "domain-name" });
    golden.note("ResetAddressAttribute", ec2.call("ResetAddressAttribute", &reset)).ok();
    golden.note("ReleaseAddress", ec2.call("ReleaseAddress", &json!({ "AllocationId": id }))).ok();
    golden.check();
}

#[test]
fn an_address_leads_where_it_was_led_last() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let (one, two) = (interface(&ec2, &subnet), interface(&ec2, &subnet));
    let (first, second) = (allocate(&ec2), allocate(&ec2));
    let associate = |allocation: &str, card: &str| {
        let parameters = json!({ "AllocationId": allocation, "NetworkInterfaceId": card });
        ec2.call("AssociateAddress", &parameters).ok().text("associationId")
    };
    let leads = |allocation: &str| {
        let path = "addressesSet.item.networkInterfaceId";
        found(&ec2, "DescribeAddresses", ("allocation-id", allocation), path)
    };
    let association = associate(&first, &one);
    assert_eq!(associate(&first, &one), association, "the same again changes nothing");
    assert_ne!(associate(&first, &two), association);
    assert_eq!(leads(&first), [two.as_str()]);
    // Another address takes the place of the first, which stays allocated.
    associate(&second, &two);
    assert_eq!((leads(&first), leads(&second)), (vec![], vec![two.clone()]));
    ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": two })).ok();
    assert_eq!(leads(&second), [""; 0]);
    for id in [first, second] {
        ec2.call("ReleaseAddress", &json!({ "AllocationId": id })).ok();
    }
}

#[test]
fn every_filter_finds_one_address_and_not_the_other() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let card = interface(&ec2, &subnet(&ec2, &network, "10.0.1.0/24"));
    let tags = json!([{ "ResourceType": "elastic-ip", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let rich = ec2.call("AllocateAddress", &json!({ "TagSpecification": tags })).ok();
    let (id, public) = (rich.text("allocationId"), rich.text("publicIp"));
    allocate(&ec2);
    let associate = json!({ "AllocationId": id, "NetworkInterfaceId": card });
    let association = ec2.call("AssociateAddress", &associate).ok().text("associationId");
    let path = "addressesSet.item.allocationId";
    for (name, value) in [
        ("allocation-id", id.as_str()),
        ("association-id", &association),
        ("network-interface-id", &card),
        ("network-interface-owner-id", "000000000000"),
        ("private-ip-address", "10.0.1.4"),
        ("public-ip", &public),
        ("tag:team", "red"),
        ("tag-key", "team"),
    ] {
        assert_eq!(found(&ec2, "DescribeAddresses", (name, value), path), [id.as_str()], "{name}");
    }
    for (name, value, many) in [
        ("network-border-group", "us-east-1", 2),
        ("network-border-group", "eu-west-1", 0),
        ("domain", "vpc", 2),
        ("instance-id", "*", 0),
    ] {
        assert_eq!(found(&ec2, "DescribeAddresses", (name, value), path).len(), many, "{name} {value}");
    }
    let by_number = ec2.call("DescribeAddresses", &json!({ "PublicIp": [public] })).ok();
    assert_eq!(by_number.texts(path), [id]);
}

#[test]
fn public_addresses_are_distinct_and_nobodys_on_the_internet() {
    let (server, _) = start();
    let mut all = BTreeSet::new();
    for (account, region) in
        (1..=6).flat_map(|n| ["us-east-1", "eu-west-1"].map(|region| (format!("{n:012}"), region)))
    {
        let ec2 = server.client("ec2").key(&account, "test", None).region(region);
        for _ in 0..5 {
            let public = ec2.call("AllocateAddress", &json!({})).ok().text("publicIp");
            assert!(public.starts_with("198.18.") || public.starts_with("198.19."), "{public}");
            assert!(all.insert(public));
        }
        ec2.call("AllocateAddress", &json!({})).refused(
            400,
            "AddressLimitExceeded",
            "The maximum number of addresses has been reached.",
        );
    }
    assert_eq!(all.len(), 60);
}

#[test]
fn what_an_elastic_address_refuses() {
    let (_server, ec2) = start();
    let (open, closed) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let gateway = attached_gateway(&ec2, &open);
    let card = interface(&ec2, &subnet(&ec2, &open, "10.0.1.0/24"));
    let lonely = interface(&ec2, &subnet(&ec2, &closed, "10.1.1.0/24"));
    let allocated = ec2.call("AllocateAddress", &json!({})).ok();
    let (id, public) = (allocated.text("allocationId"), allocated.text("publicIp"));
    let associate = json!({ "AllocationId": id, "NetworkInterfaceId": card });
    let association = ec2.call("AssociateAddress", &associate).ok().text("associationId");
    let none = nowhere("eipalloc");
    let missing = &format!("The allocation ID '{none}' does not exist");
    let instance = nowhere("i");
    refuses(
        &ec2,
        &[
            ("ReleaseAddress", json!({ "AllocationId": none }), "InvalidAllocationID.NotFound", missing),
            ("DescribeAddresses", json!({ "AllocationId": [none] }), "InvalidAllocationID.NotFound", missing),
            (
                "AssociateAddress",
                json!({ "AllocationId": none, "NetworkInterfaceId": card }),
                "InvalidAllocationID.NotFound",
                missing,
            ),
            (
                "DescribeAddresses",
                json!({ "PublicIp": ["1.2.3.4"] }),
                "InvalidAddress.NotFound",
                "Address '1.2.3.4' not found.",
            ),
            (
                "AllocateAddress",
                json!({ "Address": "1.2.3.4" }),
                "InvalidAddress.NotFound",
                "Address '1.2.3.4' not found.",
            ),
            (
                "AllocateAddress",
                json!({ "NetworkBorderGroup": "eu-west-1" }),
                "InvalidParameterValue",
                "Value (eu-west-1) for parameter networkBorderGroup is invalid. Valid values are: us-east-1.",
            ),
            (
                "ReleaseAddress",
                json!({ "AllocationId": id }),
                "InvalidIPAddress.InUse",
                &format!("Address {public} is in use."),
            ),
            (
                "ReleaseAddress",
                json!({ "PublicIp": public }),
                "InvalidParameterValue",
                "You must specify an allocation id when releasing a VPC elastic IP address",
            ),
            (
                "AssociateAddress",
                json!({ "PublicIp": public, "NetworkInterfaceId": card }),
                "InvalidParameterValue",
                "You must specify an allocation id when mapping an address to a VPC instance",
            ),
            (
                "DisassociateAddress",
                json!({ "PublicIp": public }),
                "InvalidParameterValue",
                "You must specify an association id when unmapping an address from a VPC instance",
            ),
            (
                "AssociateAddress",
                json!({ "AllocationId": id, "NetworkInterfaceId": card, "AllowReassociation": false }),
                "Resource.AlreadyAssociated",
                &format!("resource {id} is already associated with associate-id {association}"),
            ),
            (
                "AssociateAddress",
                json!({ "AllocationId": id, "NetworkInterfaceId": lonely }),
                "Gateway.NotAttached",
                &format!("Network {closed} is not attached to any internet gateway"),
            ),
            (
                "AssociateAddress",
                json!({ "AllocationId": id, "InstanceId": instance }),
                "InvalidInstanceID.NotFound",
                &format!("The instance ID '{instance}' does not exist"),
            ),
            (
                "AssociateAddress",
                json!({ "AllocationId": id, "NetworkInterfaceId": nowhere("eni") }),
                "InvalidNetworkInterfaceID.NotFound",
                "The networkInterface ID 'eni-00000000000000000' does not exist",
            ),
            (
                "DisassociateAddress",
                json!({ "AssociationId": nowhere("eipassoc") }),
                "InvalidAssociationID.NotFound",
                "The association ID 'eipassoc-00000000000000000' does not exist",
            ),
            (
                "DetachInternetGateway",
                json!({ "InternetGatewayId": gateway, "VpcId": open }),
                "DependencyViolation",
                &format!(
                    "Network {open} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
                ),
            ),
            (
                "DescribeAddressesAttribute",
                json!({ "Attribute": "colour" }),
                "InvalidParameterValue",
                "Value (colour) for parameter attribute is invalid. Unknown attribute.",
            ),
        ],
    );
    ec2.call("DisassociateAddress", &json!({ "AssociationId": association })).ok();
    ec2.call("DetachInternetGateway", &json!({ "InternetGatewayId": gateway, "VpcId": open })).ok();
}
