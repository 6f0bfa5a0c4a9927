use crate::{Refused, attached_gateway, found, golden, interface, nowhere, refuses, start, subnet, vpc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{Client, Options, Server};

/// What a Describe of one interface says at `path`.
#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let path = format!("networkInterfaceSet.item.{path}");
    ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [id] })).ok().texts(&path)
}

#[track_caller]
fn free(ec2: &Client, subnet: &str) -> String {
    let answer = ec2.call("DescribeSubnets", &json!({ "SubnetId": [subnet] })).ok();
    answer.text("subnetSet.item.availableIpAddressCount")
}

#[test]
fn the_life_of_a_network_interface() {
    let (_server, ec2) = start();
    let mut golden = golden("network-interface");
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let tags = json!([{ "ResourceType": "network-interface", "Tag": [{ "Key": "Name", "Value": "one" }] }]);
    let create = json!({
        "SubnetId": subnet, "Description": "first", "SecondaryPrivateIpAddressCount": 1, "TagSpecification": tags
    });
    let created = golden.note("CreateNetworkInterface", ec2.call("CreateNetworkInterface", &create)).ok();
    let id = created.text("networkInterface.networkInterfaceId");
    let own = json!({ "NetworkInterfaceId": [id] });
    golden.note("DescribeNetworkInterfaces", ec2.call("DescribeNetworkInterfaces", &own)).ok();
    let assign = json!({ "NetworkInterfaceId": id, "Ipv4PrefixCount": 1 });
    golden.note("AssignPrivateIpAddresses", ec2.call("AssignPrivateIpAddresses", &assign)).ok();
    let assign = json!({ "NetworkInterfaceId": id, "PrivateIpAddress": ["10.0.1.200"] });
    golden.note("of that address", ec2.call("AssignPrivateIpAddresses", &assign)).ok();
    golden.note("assigned", ec2.call("DescribeNetworkInterfaces", &own)).ok();
    assert_eq!(free(&ec2, &subnet), (251 - 3 - 16).to_string());
    let unassign =
        json!({ "NetworkInterfaceId": id, "PrivateIpAddress": ["10.0.1.5"], "Ipv4Prefix": ["10.0.1.16/28"] });
    golden.note("UnassignPrivateIpAddresses", ec2.call("UnassignPrivateIpAddresses", &unassign)).ok();
    assert_eq!(said(&ec2, &id, "privateIpAddressesSet.item.privateIpAddress"), ["10.0.1.4", "10.0.1.200"]);
    for attribute in ["description", "groupSet", "sourceDestCheck", "attachment"] {
        let which = json!({ "NetworkInterfaceId": id, "Attribute": attribute });
        golden.note(attribute, ec2.call("DescribeNetworkInterfaceAttribute", &which)).ok();
    }
    let delete = json!({ "NetworkInterfaceId": id });
    golden.note("DeleteNetworkInterface", ec2.call("DeleteNetworkInterface", &delete)).ok();
    assert_eq!(free(&ec2, &subnet), "251");
    golden.check();
}

#[test]
fn each_attribute_reads_back_what_was_changed() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let id = interface(&ec2, &subnet(&ec2, &network, "10.0.1.0/24"));
    let group = json!({ "VpcId": network, "GroupName": "web", "GroupDescription": "d" });
    let group = ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
    for (change, path, want) in [
        (json!({ "Description": { "Value": "second" } }), "description", "second"),
        (json!({ "Description": { "Value": "" } }), "description", ""),
        (json!({ "SourceDestCheck": { "Value": false } }), "sourceDestCheck", "false"),
        (json!({ "SecurityGroupId": [group] }), "groupSet.item.groupName", "web"),
        (
            json!({ "ConnectionTrackingSpecification": { "UdpTimeout": 45 } }),
            "connectionTrackingConfiguration.udpTimeout",
            "45",
        ),
    ] {
        let mut change = change;
        change["NetworkInterfaceId"] = json!(id);
        ec2.call("ModifyNetworkInterfaceAttribute", &change).ok();
        assert_eq!(said(&ec2, &id, path), [want], "{change}");
    }
    let reset = json!({ "NetworkInterfaceId": id, "SourceDestCheck": "true" });
    ec2.call("ResetNetworkInterfaceAttribute", &reset).ok();
    assert_eq!(said(&ec2, &id, "sourceDestCheck"), ["true"]);
}

#[test]
fn addresses_are_those_asked_for_or_the_lowest_free() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    for (mut wish, want) in [
        (json!({}), vec!["10.0.1.4"]),
        (json!({ "PrivateIpAddress": "10.0.1.6" }), vec!["10.0.1.6"]),
        (json!({ "SecondaryPrivateIpAddressCount": 2 }), vec!["10.0.1.5", "10.0.1.7", "10.0.1.8"]),
        (
            // What is named is not taken for the primary one.
            json!({ "PrivateIpAddresses": [{ "PrivateIpAddress": "10.0.1.9" }] }),
            vec!["10.0.1.10", "10.0.1.9"],
        ),
        (
            json!({ "PrivateIpAddresses": [
                { "PrivateIpAddress": "10.0.1.21" }, { "PrivateIpAddress": "10.0.1.20", "Primary": true }
            ] }),
            vec!["10.0.1.20", "10.0.1.21"],
        ),
    ] {
        wish["SubnetId"] = json!(subnet);
        let made = ec2.call("CreateNetworkInterface", &wish).ok();
        let path = "networkInterface.privateIpAddressesSet.item.privateIpAddress";
        assert_eq!(made.texts(path), want, "{wish}");
        assert_eq!(made.text("networkInterface.privateIpAddress"), want[0], "{wish}");
    }
    let macs = ec2.call("DescribeNetworkInterfaces", &json!({})).texts("networkInterfaceSet.item.macAddress");
    let distinct: BTreeSet<&String> = macs.iter().collect();
    assert_eq!(distinct.len(), 5);
    for mac in &macs {
        let octets: Vec<u8> = mac.split(':').map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect();
        // Locally administered, of one card.
        assert_eq!((octets.len(), octets[0] & 3), (6, 2), "{mac}");
    }
}

/// 64 clients at once ask a /28 for its eleven addresses.
#[test]
fn the_last_addresses_of_a_subnet_are_given_out_once() {
    let (server, ec2) = start();
    let subnet = subnet(&ec2, &vpc(&ec2, "10.0.0.0/16"), "10.0.1.0/28");
    let address = server.address();
    let answers: Vec<Result<String, (String, String)>> = std::thread::scope(|threads| {
        let clients: Vec<_> = (0..64)
            .map(|_| {
                threads.spawn(|| {
                    let ec2 = Client::new(address, "ec2");
                    let answer = ec2.call("CreateNetworkInterface", &json!({ "SubnetId": subnet }));
                    if answer.status == 200 {
                        return Ok(answer.text("networkInterface.privateIpAddress"));
                    }
                    let refusal = answer.refusal();
                    Err((refusal.code, refusal.message))
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let given: BTreeSet<String> = answers.iter().flatten().cloned().collect();
    let want: BTreeSet<String> = (4..15).map(|last| format!("10.0.1.{last}")).collect();
    assert_eq!(given, want);
    let full = "The specified subnet does not have enough free addresses to satisfy the request.";
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!(refused.len(), 64 - 11);
    assert!(refused.iter().all(|(code, text)| code == "InsufficientFreeAddressesInSubnet" && text == full));
    assert_eq!(free(&ec2, &subnet), "0");
}

#[test]
fn a_secondary_address_moves_only_where_that_is_allowed_and_takes_its_elastic_address_along() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let (one, two) = (interface(&ec2, &subnet), interface(&ec2, &subnet));
    let assign = |id: &str, may_move: bool, address: &str| json!({ "NetworkInterfaceId": id, "PrivateIpAddress": [address], "AllowReassignment": may_move });
    ec2.call("AssignPrivateIpAddresses", &assign(&one, false, "10.0.1.9")).ok();
    let allocation = ec2.call("AllocateAddress", &json!({})).ok().text("allocationId");
    let associate =
        json!({ "AllocationId": allocation, "NetworkInterfaceId": one, "PrivateIpAddress": "10.0.1.9" });
    ec2.call("AssociateAddress", &associate).ok();
    let in_use = |address: &str| format!("Address {address} is in use.");
    refuses(
        &ec2,
        &[
            (
                "AssignPrivateIpAddresses",
                assign(&two, false, "10.0.1.9"),
                "InvalidIPAddress.InUse",
                &in_use("10.0.1.9"),
            ),
            // The primary one of the first interface.
            (
                "AssignPrivateIpAddresses",
                assign(&two, true, "10.0.1.4"),
                "InvalidIPAddress.InUse",
                &in_use("10.0.1.4"),
            ),
        ],
    );
    ec2.call("AssignPrivateIpAddresses", &assign(&two, true, "10.0.1.9")).ok();
    let addresses = "privateIpAddressesSet.item.privateIpAddress";
    assert_eq!(said(&ec2, &one, addresses), ["10.0.1.4"]);
    assert_eq!(said(&ec2, &two, addresses), ["10.0.1.5", "10.0.1.9"]);
    let now = found(
        &ec2,
        "DescribeAddresses",
        ("allocation-id", &allocation),
        "addressesSet.item.networkInterfaceId",
    );
    assert_eq!(now, [two]);
}

/// One interface has something under each filter's name, and another has not.
#[test]
fn every_filter_finds_one_interface_and_not_the_other() {
    let (_server, ec2) = start();
    let one = vpc(&ec2, "10.0.0.0/16");
    let two = vpc(&ec2, "10.1.0.0/16");
    ec2.call("ModifyVpcAttribute", &json!({ "VpcId": one, "EnableDnsHostnames": { "Value": true } })).ok();
    attached_gateway(&ec2, &one);
    let subnet_one = subnet(&ec2, &one, "10.0.1.0/24");
    let zone = json!({ "VpcId": two, "CidrBlock": "10.1.1.0/24", "AvailabilityZone": "us-east-1b" });
    let subnet_two = ec2.call("CreateSubnet", &zone).ok().text("subnet.subnetId");
    let group = json!({ "VpcId": one, "GroupName": "web", "GroupDescription": "d" });
    let group = ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
    let rich = json!({
        "SubnetId": subnet_one, "Description": "rich", "SecurityGroupId": [group], "Ipv4PrefixCount": 1,
        "TagSpecification": [{ "ResourceType": "network-interface", "Tag": [{ "Key": "team", "Value": "red" }] }]
    });
    let rich = ec2.call("CreateNetworkInterface", &rich).ok().text("networkInterface.networkInterfaceId");
    let plain = interface(&ec2, &subnet_two);
    ec2.call(
        "ModifyNetworkInterfaceAttribute",
        &json!({ "NetworkInterfaceId": plain, "SourceDestCheck": { "Value": false } }),
    )
    .ok();
    let allocated = ec2.call("AllocateAddress", &json!({})).ok();
    let allocation = allocated.text("allocationId");
    let associate = json!({ "AllocationId": allocation, "NetworkInterfaceId": rich });
    let association = ec2.call("AssociateAddress", &associate).ok().text("associationId");
    let (mac, public) = (said(&ec2, &rich, "macAddress").concat(), allocated.text("publicIp"));
    let public_name = format!("ec2-{}.compute-1.amazonaws.com", public.replace('.', "-"));
    for (name, value) in [
        ("addresses.association.owner-id", "000000000000"),
        ("addresses.association.public-ip", &public),
        ("addresses.private-ip-address", "10.0.1.4"),
        ("association.allocation-id", &allocation),
        ("association.association-id", &association),
        ("association.ip-owner-id", "000000000000"),
        ("association.public-dns-name", &public_name),
        ("association.public-ip", &public),
        ("availability-zone", "us-east-1a"),
        ("availability-zone-id", "use1-az6"),
        ("description", "ri?h"),
        ("group-id", &group),
        ("group-name", "web"),
        ("ipv4-prefix.ipv4-prefix", "10.0.1.16/28"),
        ("mac-address", &mac),
        ("network-interface-id", &rich),
        ("private-dns-name", "ip-10-0-1-4.ec2.internal"),
        ("private-ip-address", "10.0.1.*"),
        ("source-dest-check", "true"),
        ("subnet-id", &subnet_one),
        ("tag:team", "red"),
        ("tag-key", "team"),
        ("tag-value", "red"),
        ("vpc-id", &one),
    ] {
        let path = "networkInterfaceSet.item.networkInterfaceId";
        assert_eq!(found(&ec2, "DescribeNetworkInterfaces", (name, value), path), [rich.as_str()], "{name}");
    }
    for (name, value, many) in [
        ("addresses.primary", "true", 2),
        ("addresses.primary", "false", 0),
        ("interface-type", "interface", 2),
        ("interface-type", "nat_gateway", 0),
        ("operator.managed", "false", 2),
        ("owner-id", "000000000000", 2),
        ("requester-id", "000000000000", 2),
        ("requester-managed", "true", 0),
        ("status", "available", 2),
        ("status", "in-use", 0),
        ("ipv6-addresses.ipv6-address", "*", 0),
        ("operator.principal", "*", 0),
        ("attachment.instance-id", "*", 0),
    ] {
        let path = "networkInterfaceSet.item.networkInterfaceId";
        assert_eq!(
            found(&ec2, "DescribeNetworkInterfaces", (name, value), path).len(),
            many,
            "{name} {value}"
        );
    }
}

#[test]
fn what_depends_on_an_interface_stays() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/24");
    let group = json!({ "VpcId": network, "GroupName": "web", "GroupDescription": "d" });
    let group = ec2.call("CreateSecurityGroup", &group).ok().text("groupId");
    let create = json!({ "SubnetId": subnet, "SecurityGroupId": [group] });
    let id = ec2.call("CreateNetworkInterface", &create).ok().text("networkInterface.networkInterfaceId");
    let dependent =
        |word: &str, id: &str| format!("The {word} '{id}' has dependencies and cannot be deleted.");
    refuses(
        &ec2,
        &[
            (
                "DeleteSubnet",
                json!({ "SubnetId": subnet }),
                "DependencyViolation",
                &dependent("subnet", &subnet),
            ),
            ("DeleteVpc", json!({ "VpcId": network }), "DependencyViolation", &dependent("vpc", &network)),
            (
                "DeleteSecurityGroup",
                json!({ "GroupId": group }),
                "DependencyViolation",
                &format!("resource {group} has a dependent object"),
            ),
        ],
    );
    ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": id })).ok();
    ec2.call("DeleteSecurityGroup", &json!({ "GroupId": group })).ok();
    ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
    ec2.call("DeleteVpc", &json!({ "VpcId": network })).ok();
}

#[test]
fn a_client_token_makes_one_interface() {
    let (_server, ec2) = start();
    let subnet = subnet(&ec2, &vpc(&ec2, "10.0.0.0/16"), "10.0.1.0/24");
    let create =
        |description: &str| json!({ "SubnetId": subnet, "ClientToken": "t", "Description": description });
    let first = ec2.call("CreateNetworkInterface", &create("a")).ok();
    let again = ec2.call("CreateNetworkInterface", &create("a")).ok();
    let path = "networkInterface.networkInterfaceId";
    assert_eq!((again.text(path), again.text("clientToken")), (first.text(path), "t".to_owned()));
    assert_eq!(free(&ec2, &subnet), "250");
    let sentence =
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
    refuses(&ec2, &[("CreateNetworkInterface", create("b"), "IdempotentParameterMismatch", sentence)]);
}

#[test]
fn what_the_creation_of_an_interface_refuses() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = subnet(&ec2, &network, "10.0.1.0/27");
    let other = json!({ "VpcId": vpc(&ec2, "10.1.0.0/16"), "GroupName": "far", "GroupDescription": "d" });
    let far = ec2.call("CreateSecurityGroup", &other).ok().text("groupId");
    let groups: Vec<String> = (0..6)
        .map(|n| {
            let group = json!({ "VpcId": network, "GroupName": format!("g{n}"), "GroupDescription": "d" });
            ec2.call("CreateSecurityGroup", &group).ok().text("groupId")
        })
        .collect();
    ec2.call("CreateNetworkInterface", &json!({ "SubnetId": subnet, "PrivateIpAddress": "10.0.1.9" })).ok();
    let wish = |extra: Value| {
        let mut wish = json!({ "SubnetId": subnet });
        wish.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        wish
    };
    let address = |text: &str| wish(json!({ "PrivateIpAddress": text }));
    let long = "d".repeat(256);
    let invalid = "InvalidParameterValue";
    let full = "The specified subnet does not have enough free addresses to satisfy the request.";
    let cases: Vec<(Value, &str, String)> = vec![
        (
            json!({ "SubnetId": nowhere("subnet") }),
            "InvalidSubnetID.NotFound",
            "The subnet ID 'subnet-00000000000000000' does not exist".to_owned(),
        ),
        (
            json!({ "SubnetId": "net" }),
            "InvalidSubnetID.NotFound",
            "The subnet ID 'net' does not exist".to_owned(),
        ),
        (address("10.0.1.9"), "InvalidIPAddress.InUse", "Address 10.0.1.9 is in use.".to_owned()),
        (address("10.0.1.3"), invalid, "Address 10.0.1.3 is in subnet's reserved address range".to_owned()),
        (address("10.0.1.31"), invalid, "Address 10.0.1.31 is in subnet's reserved address range".to_owned()),
        (address("10.0.2.9"), invalid, "Address does not fall within the subnet's address range".to_owned()),
        (address("10.0.1"), invalid, "invalid value for parameter address: 10.0.1".to_owned()),
        (
            wish(json!({ "SecondaryPrivateIpAddressCount": 26 })),
            "InsufficientFreeAddressesInSubnet",
            full.to_owned(),
        ),
        (
            wish(json!({ "SecondaryPrivateIpAddressCount": 2_147_483_647 })),
            "PrivateIpAddressLimitExceeded",
            "Number of private addresses will exceed limit.".to_owned(),
        ),
        (
            wish(json!({ "SecondaryPrivateIpAddressCount": -1 })),
            invalid,
            "Value (-1) for parameter secondaryPrivateIpAddressCount is invalid.".to_owned(),
        ),
        (
            wish(json!({ "Ipv4PrefixCount": 1 })),
            invalid,
            "There aren't sufficient free Ipv4 addresses or prefixes".to_owned(),
        ),
        (
            wish(json!({ "Ipv4Prefix": [{ "Ipv4Prefix": "10.0.1.16/29" }] })),
            invalid,
            "Value (10.0.1.16/29) for parameter ipv4Prefix is invalid. An IPv4 prefix is a /28 block."
                .to_owned(),
        ),
        (
            wish(json!({ "SecurityGroupId": [far] })),
            "InvalidGroup.NotFound",
            "You have specified two resources that belong to different networks.".to_owned(),
        ),
        (
            wish(json!({ "SecurityGroupId": [nowhere("sg")] })),
            "InvalidGroup.NotFound",
            "The security group 'sg-00000000000000000' does not exist".to_owned(),
        ),
        (
            wish(json!({ "SecurityGroupId": ["web"] })),
            "InvalidGroupId.Malformed",
            "Invalid id: \"web\" (expecting \"sg-...\")".to_owned(),
        ),
        (
            wish(json!({ "SecurityGroupId": groups })),
            "SecurityGroupsPerInterfaceLimitExceeded",
            "The maximum number of security groups per interface has been reached.".to_owned(),
        ),
        (
            wish(json!({ "Description": long })),
            invalid,
            format!(
                "Value ({long}) for parameter description is invalid. Descriptions are at most 255 characters."
            ),
        ),
        (
            wish(json!({ "ConnectionTrackingSpecification": { "UdpTimeout": 61 } })),
            invalid,
            "Value (61) for parameter udpTimeout is invalid. Valid values are 30 to 60 seconds.".to_owned(),
        ),
        (
            wish(
                json!({ "TagSpecification": [{ "ResourceType": "vpc", "Tag": [{ "Key": "a", "Value": "" }] }] }),
            ),
            invalid,
            "'vpc' is not a valid taggable resource type for this operation.".to_owned(),
        ),
        (
            wish(
                json!({ "PrivateIpAddress": "10.0.1.10", "PrivateIpAddresses": [{ "PrivateIpAddress": "10.0.1.11", "Primary": true }] }),
            ),
            "InvalidParameterCombination",
            "Only one primary private IP address can be specified.".to_owned(),
        ),
    ];
    for (parameters, code, sentence) in cases {
        let case: Refused<'_> = ("CreateNetworkInterface", parameters, code, &sentence);
        refuses(&ec2, &[case]);
    }
    assert_eq!(free(&ec2, &subnet), "26", "a refused call takes no address");
}

#[test]
fn what_an_interface_refuses() {
    let (_server, ec2) = start();
    let subnet = subnet(&ec2, &vpc(&ec2, "10.0.0.0/16"), "10.0.1.0/24");
    let id = interface(&ec2, &subnet);
    let none = nowhere("eni");
    let missing = &format!("The networkInterface ID '{none}' does not exist");
    let not_found = "InvalidNetworkInterfaceID.NotFound";
    let unassign = |address: &str| json!({ "NetworkInterfaceId": id, "PrivateIpAddress": [address] });
    refuses(
        &ec2,
        &[
            ("DeleteNetworkInterface", json!({ "NetworkInterfaceId": none }), not_found, missing),
            ("DescribeNetworkInterfaces", json!({ "NetworkInterfaceId": [none] }), not_found, missing),
            (
                "DescribeNetworkInterfaceAttribute",
                json!({ "NetworkInterfaceId": none, "Attribute": "description" }),
                not_found,
                missing,
            ),
            (
                "DescribeNetworkInterfaceAttribute",
                json!({ "NetworkInterfaceId": id, "Attribute": "colour" }),
                "InvalidParameterValue",
                "Value (colour) for parameter attribute is invalid. Unknown attribute.",
            ),
            (
                "DeleteNetworkInterface",
                json!({ "NetworkInterfaceId": "card" }),
                "InvalidNetworkInterfaceId.Malformed",
                "Invalid id: \"card\" (expecting \"eni-...\")",
            ),
            (
                "ModifyNetworkInterfaceAttribute",
                json!({ "NetworkInterfaceId": id, "Description": { "Value": "a" }, "SourceDestCheck": { "Value": true } }),
                "InvalidParameterCombination",
                "Fields for multiple attribute types specified",
            ),
            (
                "ModifyNetworkInterfaceAttribute",
                json!({ "NetworkInterfaceId": id }),
                "MissingParameter",
                "The request must contain the parameter attribute",
            ),
            (
                "ModifyNetworkInterfaceAttribute",
                json!({ "NetworkInterfaceId": id, "Attachment": { "AttachmentId": "eni-attach-1", "DeleteOnTermination": true } }),
                "InvalidAttachmentID.NotFound",
                "The networkInterfaceAttachment ID 'eni-attach-1' does not exist",
            ),
            (
                "UnassignPrivateIpAddresses",
                unassign("10.0.1.4"),
                "InvalidParameterValue",
                "Primary private IP address may not be unassigned",
            ),
            (
                "UnassignPrivateIpAddresses",
                unassign("10.0.1.5"),
                "InvalidParameterValue",
                &format!("Some of the specified addresses are not assigned to interface {id}"),
            ),
            (
                "AssignPrivateIpAddresses",
                json!({ "NetworkInterfaceId": id, "SecondaryPrivateIpAddressCount": 50 }),
                "PrivateIpAddressLimitExceeded",
                "Number of private addresses will exceed limit.",
            ),
            (
                "AssignPrivateIpAddresses",
                json!({ "NetworkInterfaceId": id, "Ipv4PrefixCount": 15 }),
                "InsufficientCidrBlocks",
                "The specified subnet does not have enough free cidr blocks to satisfy the request.",
            ),
        ],
    );
    let dry = json!({ "NetworkInterfaceId": id, "DryRun": true });
    ec2.call("DeleteNetworkInterface", &dry).refused(
        412,
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
    );
    assert_eq!(said(&ec2, &id, "status"), ["available"]);
}

/// At AWS's pace the state can be seen.
#[test]
fn an_interface_is_pending_then_available() {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let ec2 = server.client("ec2");
    let id = interface(&ec2, &subnet(&ec2, &vpc(&ec2, "10.0.0.0/16"), "10.0.1.0/24"));
    assert_eq!(said(&ec2, &id, "status"), ["pending"]);
    server.page("POST", "/_angae/clock", &json!({ "advance": "1s" }));
    assert_eq!(said(&ec2, &id, "status"), ["available"]);
}
