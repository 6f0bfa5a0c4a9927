//! IPv6: the blocks of VPCs and subnets, and what they and the addresses in them refuse.

mod address;

use crate::{Refused, advance, found, golden, interface, nowhere, refuses, start, vpc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::Ipv6Addr;
use testkit::Client;
use testkit::ec2::{filter, start_real, with};

/// A VPC with an IPv6 block, and the first 48 bits and more of it: `3fff:1:2:3` of `3fff:1:2:300::/56`.
#[track_caller]
fn dual(ec2: &Client) -> (String, String) {
    let create = json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let made = ec2.call("CreateVpc", &create).ok();
    let block = made.text("vpc.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock");
    (made.text("vpc.vpcId"), block)
}

/// The first address of a block.
#[track_caller]
fn first_of(block: &str) -> Ipv6Addr {
    let (address, _) = block.split_once('/').expect("a block has a length");
    address.parse().expect("a block begins with an address")
}

/// The nth /64 of a /56.
#[track_caller]
fn part(block: &str, number: u16) -> String {
    let address: Ipv6Addr = first_of(block);
    let mut parts = address.segments();
    parts[3] |= number;
    format!("{}/64", Ipv6Addr::from(parts))
}

/// An address of a /64.
#[track_caller]
fn host(block: &str, number: u16) -> String {
    let address: Ipv6Addr = first_of(block);
    let mut parts = address.segments();
    parts[7] = number;
    Ipv6Addr::from(parts).to_string()
}

/// A subnet of both families.
#[track_caller]
fn subnet(ec2: &Client, vpc: &str, v4: &str, v6: &str) -> String {
    let create = json!({ "VpcId": vpc, "CidrBlock": v4, "Ipv6CidrBlock": v6 });
    ec2.call("CreateSubnet", &create).ok().text("subnet.subnetId")
}

#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let path = format!("networkInterfaceSet.item.{path}");
    ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [id] })).ok().texts(&path)
}

#[track_caller]
fn of_vpc(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let path = format!("vpcSet.item.{path}");
    ec2.call("DescribeVpcs", &json!({ "VpcId": [id] })).ok().texts(&path)
}

#[test]
fn the_life_of_an_ipv6_block() {
    let (_server, ec2) = start();
    let mut golden = golden("ipv6");
    let network = vpc(&ec2, "10.0.0.0/16");
    let associate = json!({ "VpcId": network, "AmazonProvidedIpv6CidrBlock": true });
    let made = golden.note("AssociateVpcCidrBlock", ec2.call("AssociateVpcCidrBlock", &associate)).ok();
    let of_vpc = made.text("ipv6CidrBlockAssociation.associationId");
    let block = made.text("ipv6CidrBlockAssociation.ipv6CidrBlock");
    golden.note("DescribeVpcs", ec2.call("DescribeVpcs", &json!({ "VpcId": [network] }))).ok();
    let of_network = json!({ "Filter": [filter("vpc-id", &network)] });
    golden.note("routes", ec2.call("DescribeRouteTables", &of_network)).ok();
    golden.note("network ACLs", ec2.call("DescribeNetworkAcls", &of_network)).ok();
    golden.note("groups", ec2.call("DescribeSecurityGroups", &of_network)).ok();
    let create = json!({ "VpcId": network, "CidrBlock": "10.0.1.0/24" });
    let subnet = ec2.call("CreateSubnet", &create).ok().text("subnet.subnetId");
    let associate = json!({ "SubnetId": subnet, "Ipv6CidrBlock": part(&block, 1) });
    let made = golden.note("AssociateSubnetCidrBlock", ec2.call("AssociateSubnetCidrBlock", &associate)).ok();
    let of_subnet = made.text("ipv6CidrBlockAssociation.associationId");
    golden.note("DescribeSubnets", ec2.call("DescribeSubnets", &json!({ "SubnetId": [subnet] }))).ok();
    let create =
        json!({ "SubnetId": subnet, "Ipv6Addresses": [{ "Ipv6Address": host(&part(&block, 1), 10) }] });
    let made = golden.note("CreateNetworkInterface", ec2.call("CreateNetworkInterface", &create)).ok();
    let card = made.text("networkInterface.networkInterfaceId");
    let assign = json!({ "NetworkInterfaceId": card, "Ipv6Addresses": [host(&part(&block, 1), 11)] });
    golden.note("AssignIpv6Addresses", ec2.call("AssignIpv6Addresses", &assign)).ok();
    let own = json!({ "NetworkInterfaceId": [card] });
    golden.note("DescribeNetworkInterfaces", ec2.call("DescribeNetworkInterfaces", &own)).ok();
    golden.note("UnassignIpv6Addresses", ec2.call("UnassignIpv6Addresses", &assign)).ok();
    ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": card })).ok();
    let end = json!({ "AssociationId": of_subnet });
    golden.note("DisassociateSubnetCidrBlock", ec2.call("DisassociateSubnetCidrBlock", &end)).ok();
    let end = json!({ "AssociationId": of_vpc });
    golden.note("DisassociateVpcCidrBlock", ec2.call("DisassociateVpcCidrBlock", &end)).ok();
    golden.note("afterwards", ec2.call("DescribeVpcs", &json!({ "VpcId": [network] }))).ok();
    golden.check();
}

#[test]
fn blocks_are_of_one_vpc_each_in_all_accounts_and_regions() {
    let (server, ec2) = start();
    let other = server.client("ec2").region("eu-west-1");
    let stranger = server.client("ec2").key("111111111111", "test", None);
    let mut blocks = Vec::new();
    for client in [&ec2, &other, &stranger, &ec2, &other] {
        blocks.push(dual(client).1);
    }
    let distinct: BTreeSet<&String> = blocks.iter().collect();
    assert_eq!(distinct.len(), 5);
    for block in &blocks {
        let address: Ipv6Addr = block.strip_suffix("/56").unwrap().parse().unwrap();
        assert_eq!((address.segments()[0], address.segments()[3] & 0xff), (0x3fff, 0), "{block}");
        assert_eq!(address.segments()[4..], [0; 4], "{block}");
        let found =
            found(&ec2, "DescribeVpcs", (&filter_name("ipv6-cidr-block"), block), "vpcSet.item.vpcId");
        assert_eq!(found.len(), usize::from([&blocks[0], &blocks[3]].contains(&block)), "{block}");
    }
}

fn filter_name(name: &str) -> String {
    format!("ipv6-cidr-block-association.{name}")
}

/// Each filter finds the one that has it and not the one that has none.
#[test]
fn filters_over_ipv6_find_what_has_it() {
    let (_server, ec2) = start();
    vpc(&ec2, "10.1.0.0/16");
    let (network, block) = dual(&ec2);
    let id = of_vpc(&ec2, &network, "ipv6CidrBlockAssociationSet.item.associationId").remove(0);
    for (name, value) in [
        ("ipv6-cidr-block", block.as_str()),
        ("ipv6-pool", "Amazon"),
        ("association-id", &id),
        ("state", "associated"),
    ] {
        let name = filter_name(name);
        assert_eq!(
            found(&ec2, "DescribeVpcs", (&name, value), "vpcSet.item.vpcId"),
            std::slice::from_ref(&network),
            "{name}"
        );
    }
    let own = subnet(&ec2, &network, "10.0.1.0/24", &part(&block, 1));
    let native = json!({ "VpcId": network, "Ipv6CidrBlock": part(&block, 2), "Ipv6Native": true });
    let native = ec2.call("CreateSubnet", &native).ok().text("subnet.subnetId");
    let of_own = ec2.call("DescribeSubnets", &json!({ "SubnetId": [own] })).ok();
    let id = of_own.text("subnetSet.item.ipv6CidrBlockAssociationSet.item.associationId");
    for (name, value, want) in [
        (filter_name("ipv6-cidr-block"), part(&block, 1), &own),
        (filter_name("association-id"), id, &own),
        ("ipv6-native".to_owned(), "true".to_owned(), &native),
    ] {
        let found = found(&ec2, "DescribeSubnets", (&name, &value), "subnetSet.item.subnetId");
        assert_eq!(found, std::slice::from_ref(want), "{name}");
    }
    let states =
        found(&ec2, "DescribeSubnets", (&filter_name("state"), "associated"), "subnetSet.item.subnetId");
    assert_eq!(states.len(), 2);
    let card = json!({ "SubnetId": own, "Ipv6AddressCount": 1, "Ipv6PrefixCount": 1 });
    let card = ec2.call("CreateNetworkInterface", &card).ok().text("networkInterface.networkInterfaceId");
    interface(&ec2, &own);
    for (name, path) in [
        ("ipv6-addresses.ipv6-address", "ipv6AddressesSet.item.ipv6Address"),
        ("ipv6-prefix.ipv6-prefix", "ipv6PrefixSet.item.ipv6Prefix"),
    ] {
        let value = said(&ec2, &card, path).remove(0);
        let path = "networkInterfaceSet.item.networkInterfaceId";
        assert_eq!(
            found(&ec2, "DescribeNetworkInterfaces", (name, &value), path),
            std::slice::from_ref(&card),
            "{name}"
        );
    }
}

/// A changed default group and a changed default ACL are left as they are.
#[test]
fn what_came_with_a_vpc_meets_ipv6_where_it_was_not_changed() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let of_network = json!({ "Filter": [filter("vpc-id", &network)] });
    let group = ec2.call("DescribeSecurityGroups", &of_network).ok().text("securityGroupInfo.item.groupId");
    let acl = ec2.call("DescribeNetworkAcls", &of_network).ok().text("networkAclSet.item.networkAclId");
    let all = json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }]);
    ec2.call("RevokeSecurityGroupEgress", &json!({ "GroupId": group, "IpPermissions": all })).ok();
    let entry = json!({
        "NetworkAclId": acl, "RuleNumber": 90, "Protocol": "-1", "RuleAction": "deny", "Egress": true, "CidrBlock": "1.2.3.4/32"
    });
    ec2.call("CreateNetworkAclEntry", &entry).ok();
    let own = ec2.call("CreateNetworkAcl", &json!({ "VpcId": network })).ok().text("networkAcl.networkAclId");
    ec2.call("AssociateVpcCidrBlock", &json!({ "VpcId": network, "AmazonProvidedIpv6CidrBlock": true })).ok();
    let egress = ec2.call("DescribeSecurityGroups", &of_network).ok();
    let egress = egress.texts("securityGroupInfo.item.ipPermissionsEgress.item.ipv6Ranges.item.cidrIpv6");
    assert!(egress.is_empty(), "{egress:?}");
    let numbers = |id: &str| {
        let acl = ec2.call("DescribeNetworkAcls", &json!({ "NetworkAclId": [id] })).ok();
        acl.texts("networkAclSet.item.entrySet.item.ruleNumber")
    };
    assert_eq!(numbers(&acl), ["90", "100", "32767", "32768", "100", "101", "32767", "32768"]);
    assert_eq!(numbers(&own), ["32767", "32768", "32767", "32768"]);
    // What is made afterwards has it from the beginning.
    let late =
        ec2.call("CreateNetworkAcl", &json!({ "VpcId": network })).ok().text("networkAcl.networkAclId");
    assert_eq!(numbers(&late), ["32767", "32768", "32767", "32768"]);
    let create = json!({ "VpcId": network, "GroupName": "web", "GroupDescription": "d" });
    let group = ec2.call("CreateSecurityGroup", &create).ok().text("groupId");
    let group = ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [group] })).ok();
    let path = "securityGroupInfo.item.ipPermissionsEgress.item.ipv6Ranges.item.cidrIpv6";
    assert_eq!(group.texts(path), ["::/0"]);
    let table = ec2.call("CreateRouteTable", &json!({ "VpcId": network })).ok();
    assert_eq!(table.texts("routeTable.routeSet.item.gatewayId"), ["local", "local"]);
}

#[test]
fn a_subnet_for_ipv6_only_has_no_ipv4() {
    let (_server, ec2) = start();
    let mut golden = golden("ipv6-only");
    let (network, block) = dual(&ec2);
    let create = json!({ "VpcId": network, "Ipv6CidrBlock": part(&block, 1), "Ipv6Native": true });
    let id = golden.note("CreateSubnet", ec2.call("CreateSubnet", &create)).ok().text("subnet.subnetId");
    golden.check();
    let card = interface(&ec2, &id);
    assert_eq!(said(&ec2, &card, "ipv6AddressesSet.item.ipv6Address").len(), 1);
    assert!(said(&ec2, &card, "privateIpAddress").is_empty());
    assert_eq!(said(&ec2, &card, "ipv6Native"), ["true"]);
    let sentence = format!("IPv4 addresses cannot be assigned in the IPv6-only subnet '{id}'.");
    let wish = json!({ "SubnetId": id, "SecondaryPrivateIpAddressCount": 1 });
    let refused: Refused<'_> = ("CreateNetworkInterface", wish, "InvalidParameterCombination", &sentence);
    refuses(&ec2, &[refused]);
    ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": card })).ok();
    ec2.call("DeleteSubnet", &json!({ "SubnetId": id })).ok();
}

#[test]
fn what_blocks_refuse() {
    let (_server, ec2) = start();
    let (network, block) = dual(&ec2);
    let own = subnet(&ec2, &network, "10.0.1.0/24", &part(&block, 1));
    let bare = json!({ "VpcId": network, "CidrBlock": "10.0.2.0/24" });
    let bare = ec2.call("CreateSubnet", &bare).ok().text("subnet.subnetId");
    let invalid = "InvalidParameterValue";
    let create = |more: Value| with(&json!({ "VpcId": network, "CidrBlock": "10.0.3.0/24" }), &more);
    let inside = part(&block, 1);
    let (outside, uneven) = ("3fff:ffff:ffff:ff00::/64", part(&block, 3).replace("::/64", "::1/64"));
    let of_vpc = of_vpc(&ec2, &network, "ipv6CidrBlockAssociationSet.item.associationId").remove(0);
    let of_subnet = ec2.call("DescribeSubnets", &json!({ "SubnetId": [own] })).ok();
    let of_subnet = of_subnet.text("subnetSet.item.ipv6CidrBlockAssociationSet.item.associationId");
    let none = nowhere("subnet-cidr-assoc");
    refuses(
        &ec2,
        &[
            (
                "CreateVpc",
                json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true, "Ipv6CidrBlockNetworkBorderGroup": "moon" }),
                invalid,
                "Value (moon) for parameter ipv6CidrBlockNetworkBorderGroup is invalid. There is no such network border group in the Region.",
            ),
            (
                "AssociateVpcCidrBlock",
                json!({ "VpcId": network, "Ipv6CidrBlockNetworkBorderGroup": "us-east-1", "CidrBlock": "10.1.0.0/16" }),
                "InvalidParameterCombination",
                "The parameter ipv6CidrBlockNetworkBorderGroup cannot be used without the parameter amazonProvidedIpv6CidrBlock",
            ),
            (
                "AssociateVpcCidrBlock",
                json!({ "VpcId": network, "AmazonProvidedIpv6CidrBlock": true, "CidrBlock": "10.1.0.0/16" }),
                "InvalidParameterCombination",
                "Only one of cidrBlock and amazonProvidedIpv6CidrBlock can be specified",
            ),
            (
                "AssociateVpcCidrBlock",
                json!({ "VpcId": network, "Ipv6Pool": "ipv6pool-ec2-1", "Ipv6CidrBlock": "3fff::/56" }),
                "InvalidIpv6PoolID.NotFound",
                "The ipv6 pool ID 'ipv6pool-ec2-1' does not exist",
            ),
            (
                "AssociateVpcCidrBlock",
                json!({ "VpcId": network, "Ipv6CidrBlock": "3fff::/56" }),
                "MissingParameter",
                "The request must contain the parameter ipv6Pool",
            ),
            (
                "DisassociateVpcCidrBlock",
                json!({ "AssociationId": of_vpc }),
                "InvalidCidr.InUse",
                &format!(
                    "The vpc CIDR block with association ID {of_vpc} has subnets and cannot be disassociated"
                ),
            ),
            (
                "CreateSubnet",
                create(json!({ "Ipv6CidrBlock": outside })),
                "InvalidSubnet.Range",
                &format!("The IPv6 CIDR '{outside}' is invalid."),
            ),
            (
                "CreateSubnet",
                create(json!({ "Ipv6CidrBlock": uneven })),
                "InvalidSubnet.Range",
                &format!("The IPv6 CIDR '{uneven}' is invalid."),
            ),
            (
                "CreateSubnet",
                create(json!({ "Ipv6CidrBlock": inside })),
                "InvalidSubnet.Conflict",
                &format!("The IPv6 CIDR '{inside}' conflicts with another subnet"),
            ),
            (
                "CreateSubnet",
                create(json!({ "Ipv6CidrBlock": "six" })),
                invalid,
                "invalid value for parameter ipv6-cidr-block: six",
            ),
            (
                "CreateSubnet",
                create(json!({ "Ipv6CidrBlock": inside, "Ipv6Native": true })),
                "InvalidParameterCombination",
                "When specifying ipv4 parameters, cidrBlock or ipv4IpamPoolId, you cannot set ipv6Native to true.",
            ),
            (
                "CreateSubnet",
                json!({ "VpcId": network, "Ipv6Native": true }),
                "MissingParameter",
                "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided.",
            ),
            (
                "AssociateSubnetCidrBlock",
                json!({ "SubnetId": own, "Ipv6CidrBlock": part(&block, 2) }),
                "CidrLimitExceeded",
                &format!("This subnet '{own}' has met its maximum number of allowed IPv6 CIDRs: 1"),
            ),
            (
                "AssociateSubnetCidrBlock",
                json!({ "SubnetId": nowhere("subnet"), "Ipv6CidrBlock": part(&block, 2) }),
                "InvalidSubnetID.NotFound",
                "The subnet ID 'subnet-00000000000000000' does not exist",
            ),
            (
                "DisassociateSubnetCidrBlock",
                json!({ "AssociationId": none }),
                "InvalidSubnetCidrBlockAssociationID.NotFound",
                &format!("The subnet CIDR block with association ID '{none}' does not exist"),
            ),
            (
                "DisassociateSubnetCidrBlock",
                json!({ "AssociationId": "x" }),
                "InvalidSubnetCidrBlockAssociationId.Malformed",
                "The subnet CIDR block with association ID x is malformed",
            ),
            (
                "CreateNetworkInterface",
                json!({ "SubnetId": bare, "Ipv6AddressCount": 1 }),
                invalid,
                &format!("The subnet '{bare}' does not have an IPv6 CIDR block associated with it."),
            ),
            (
                "CreateNetworkInterface",
                json!({ "SubnetId": own, "Ipv6AddressCount": 1, "Ipv6Addresses": [{ "Ipv6Address": host(&inside, 9) }] }),
                "InvalidParameterCombination",
                "IPv6 addresses and IPv6 address count may not be specified on the same request",
            ),
            (
                "CreateNetworkInterface",
                json!({ "SubnetId": own, "Ipv6PrefixCount": 1, "Ipv6Prefix": [{ "Ipv6Prefix": "3fff::/80" }] }),
                "InvalidParameterCombination",
                "IPv6 prefixes and IPv6 prefix count may not be specified on the same request",
            ),
            (
                "CreateNetworkInterface",
                json!({ "SubnetId": own, "Ipv6Prefix": [{ "Ipv6Prefix": inside }] }),
                invalid,
                &format!(
                    "Value ({inside}) for parameter ipv6Prefix is invalid. An IPv6 prefix is a /80 block."
                ),
            ),
            (
                "CreateNetworkInterface",
                json!({ "SubnetId": own, "Ipv6AddressCount": -1 }),
                invalid,
                "Value (-1) for parameter ipv6AddressCount is invalid.",
            ),
        ],
    );
    // What is in use stays.
    let end = json!({ "AssociationId": of_subnet });
    let card = json!({ "SubnetId": own, "Ipv6AddressCount": 1, "EnablePrimaryIpv6": true });
    let made = ec2.call("CreateNetworkInterface", &card).ok();
    let card = made.text("networkInterface.networkInterfaceId");
    let address = made.text("networkInterface.ipv6AddressesSet.item.ipv6Address");
    let used = format!(
        "The subnet IPv6 CIDR block with association ID {of_subnet} may not be disassociated, because it contains IPv6 addresses that are in use."
    );
    let gives = format!(
        "The subnet IPv6 CIDR block with association ID {of_subnet} may not be disassociated, because its subnet has assign-ipv6-address-on-creation set to true."
    );
    let missing = format!("Some of the specified addresses are not assigned to interface {card}");
    let unassign = |address: &str| json!({ "NetworkInterfaceId": card, "Ipv6Addresses": [address] });
    let primary = "Primary IPv6 address may not be unassigned";
    refuses(
        &ec2,
        &[
            ("DisassociateSubnetCidrBlock", end.clone(), "InvalidCidrBlock.InUse", &used),
            ("UnassignIpv6Addresses", unassign(&address), invalid, primary),
            ("UnassignIpv6Addresses", unassign(&host(&inside, 77)), invalid, &missing),
            (
                "UnassignIpv6Addresses",
                json!({ "NetworkInterfaceId": card }),
                "MissingParameter",
                "The request must contain the parameter ipv6Addresses",
            ),
            (
                "AssignIpv6Addresses",
                json!({ "NetworkInterfaceId": card }),
                "MissingParameter",
                "The request must contain the parameter ipv6AddressCount",
            ),
            (
                "AssignIpv6Addresses",
                json!({ "NetworkInterfaceId": card, "Ipv6AddressCount": 50 }),
                "PrivateIpAddressLimitExceeded",
                "Number of private addresses will exceed limit.",
            ),
            (
                "AssignIpv6Addresses",
                json!({ "NetworkInterfaceId": nowhere("eni"), "Ipv6AddressCount": 1 }),
                "InvalidNetworkInterfaceID.NotFound",
                "The networkInterface ID 'eni-00000000000000000' does not exist",
            ),
            (
                "ModifyNetworkInterfaceAttribute",
                json!({ "NetworkInterfaceId": card, "EnablePrimaryIpv6": false }),
                invalid,
                primary,
            ),
            (
                "ModifyNetworkInterfaceAttribute",
                json!({ "NetworkInterfaceId": interface(&ec2, &bare), "EnablePrimaryIpv6": true }),
                invalid,
                &no_primary(&ec2, &bare),
            ),
        ],
    );
    ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": card })).ok();
    let assign = |value| json!({ "SubnetId": own, "AssignIpv6AddressOnCreation": { "Value": value } });
    ec2.call("ModifySubnetAttribute", &assign(true)).ok();
    refuses(&ec2, &[("DisassociateSubnetCidrBlock", end.clone(), "InvalidCidrBlock.InUse", &gives)]);
    ec2.call("ModifySubnetAttribute", &assign(false)).ok();
    ec2.call("DisassociateSubnetCidrBlock", &end).ok();
    ec2.call("DisassociateVpcCidrBlock", &json!({ "AssociationId": of_vpc })).ok();
    let associate = json!({ "VpcId": network, "AmazonProvidedIpv6CidrBlock": true });
    (0..5).for_each(|_| drop(ec2.call("AssociateVpcCidrBlock", &associate).ok()));
    let many = format!("This network '{network}' has met its maximum number of allowed CIDRs: 5");
    refuses(&ec2, &[("AssociateVpcCidrBlock", associate, "CidrLimitExceeded", &many)]);
}

/// What an interface without IPv6 says: the one that was made last in a subnet.
#[track_caller]
fn no_primary(ec2: &Client, subnet: &str) -> String {
    let own = json!({ "Filter": [filter("subnet-id", subnet)] });
    let id =
        ec2.call("DescribeNetworkInterfaces", &own).ok().text("networkInterfaceSet.item.networkInterfaceId");
    format!("The network interface '{id}' has no IPv6 address that could be the primary one.")
}

/// At AWS's pace the states can be seen.
#[test]
fn associations_take_their_time() {
    let (server, ec2) = start_real();
    let (network, block) = dual(&ec2);
    let state = "ipv6CidrBlockAssociationSet.item.ipv6CidrBlockState.state";
    assert_eq!(of_vpc(&ec2, &network, state), ["associating"]);
    advance(&server, "5s");
    assert_eq!(of_vpc(&ec2, &network, state), ["associated"]);
    let own = subnet(&ec2, &network, "10.0.1.0/24", &part(&block, 1));
    let of_subnet = || {
        let answer = ec2.call("DescribeSubnets", &json!({ "SubnetId": [own] })).ok();
        answer.texts(&format!("subnetSet.item.{state}"))
    };
    assert_eq!(of_subnet(), ["associating"]);
    advance(&server, "5s");
    assert_eq!(of_subnet(), ["associated"]);
    let further = json!({ "VpcId": network, "CidrBlock": "10.1.0.0/16" });
    ec2.call("AssociateVpcCidrBlock", &further).ok();
    let states = "cidrBlockAssociationSet.item.cidrBlockState.state";
    assert_eq!(of_vpc(&ec2, &network, states), ["associated", "associating"]);
    advance(&server, "5s");
    assert_eq!(of_vpc(&ec2, &network, states), ["associated", "associated"]);
}

#[test]
fn another_account_and_region_see_nothing_and_a_dry_run_does_nothing() {
    let (server, ec2) = start();
    let (network, block) = dual(&ec2);
    let own = subnet(&ec2, &network, "10.0.1.0/24", &part(&block, 1));
    let card = interface(&ec2, &own);
    let would = "Request would have succeeded, but DryRun flag is set.";
    let dry = json!({ "CidrBlock": "10.9.0.0/16", "AmazonProvidedIpv6CidrBlock": true, "DryRun": true });
    ec2.call("CreateVpc", &dry).refused(412, "DryRunOperation", would);
    assert!(found(&ec2, "DescribeVpcs", ("cidr", "10.9.0.0/16"), "vpcSet.item.vpcId").is_empty());
    let assign = json!({ "NetworkInterfaceId": card, "Ipv6AddressCount": 1 });
    let elsewhere = server.client("ec2").region("eu-west-1");
    let stranger = server.client("ec2").key("111111111111", "test", None);
    for client in [elsewhere, stranger] {
        let sentence = format!("The networkInterface ID '{card}' does not exist");
        refuses(
            &client,
            &[("AssignIpv6Addresses", assign.clone(), "InvalidNetworkInterfaceID.NotFound", &sentence)],
        );
    }
}
