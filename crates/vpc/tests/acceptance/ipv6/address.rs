//! The addresses that interfaces have of IPv6, and the packets that go by them.

use super::{dual, host, part, said, subnet};
use crate::{interface, refuses, start};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::ec2::filter;
use testkit::{Client, Server};

#[test]
fn a_subnet_gives_addresses_unasked_where_it_says_so() {
    let (_server, ec2) = start();
    let (network, block) = dual(&ec2);
    let own = subnet(&ec2, &network, "10.0.1.0/24", &part(&block, 1));
    let six = "ipv6AddressesSet.item.ipv6Address";
    let before = interface(&ec2, &own);
    assert!(said(&ec2, &before, six).is_empty());
    let assign = json!({ "SubnetId": own, "AssignIpv6AddressOnCreation": { "Value": true } });
    ec2.call("ModifySubnetAttribute", &assign).ok();
    let after = interface(&ec2, &own);
    let address = said(&ec2, &after, six).remove(0);
    assert_eq!(said(&ec2, &after, "ipv6Address"), std::slice::from_ref(&address));
    assert!(address.starts_with(part(&block, 1).strip_suffix("::/64").unwrap()), "{address}");
    let none = json!({ "SubnetId": own, "Ipv6AddressCount": 0 });
    let none = ec2.call("CreateNetworkInterface", &none).ok().text("networkInterface.networkInterfaceId");
    assert!(said(&ec2, &none, six).is_empty());
    // A NAT gateway has IPv4 only, wherever it stands.
    let nat = json!({ "SubnetId": own, "ConnectivityType": "private" });
    ec2.call("CreateNatGateway", &nat).ok();
    let cards = json!({ "Filter": [filter("interface-type", "nat_gateway")] });
    let cards = ec2.call("DescribeNetworkInterfaces", &cards).ok();
    assert!(cards.texts("networkInterfaceSet.item.ipv6AddressesSet.item.ipv6Address").is_empty());
}

#[test]
fn addresses_and_prefixes_are_those_asked_for_or_any_free() {
    let (_server, ec2) = start();
    let (network, block) = dual(&ec2);
    let block = part(&block, 1);
    let own = subnet(&ec2, &network, "10.0.1.0/24", &block);
    let six = "networkInterface.ipv6AddressesSet.item.ipv6Address";
    let create =
        json!({ "SubnetId": own, "Ipv6AddressCount": 3, "Ipv6PrefixCount": 2, "EnablePrimaryIpv6": true });
    let made = ec2.call("CreateNetworkInterface", &create).ok();
    let (addresses, prefixes) =
        (made.texts(six), made.texts("networkInterface.ipv6PrefixSet.item.ipv6Prefix"));
    assert_eq!((addresses.len(), prefixes.len()), (3, 2));
    assert!(prefixes.iter().all(|prefix| prefix.ends_with("/80")), "{prefixes:?}");
    let primary = "networkInterface.ipv6AddressesSet.item.isPrimaryIpv6";
    assert_eq!(made.texts(primary), ["true", "false", "false"]);
    let id = made.text("networkInterface.networkInterfaceId");
    let listed = json!([
        { "Ipv6Address": host(&block, 20) }, { "Ipv6Address": host(&block, 21), "IsPrimaryIpv6": true }
    ]);
    let made = ec2.call("CreateNetworkInterface", &json!({ "SubnetId": own, "Ipv6Addresses": listed })).ok();
    assert_eq!(made.texts(six), [host(&block, 21), host(&block, 20)]);
    assert_eq!(made.texts(primary), ["true", "false"]);
    // Whatever is free may be asked for; what was given is given once.
    let assign =
        json!({ "NetworkInterfaceId": id, "Ipv6Addresses": [host(&block, 30)], "Ipv6PrefixCount": 1 });
    let assigned = ec2.call("AssignIpv6Addresses", &assign).ok();
    assert_eq!(assigned.texts("assignedIpv6Addresses.item"), [host(&block, 30)]);
    assert_eq!(assigned.texts("assignedIpv6PrefixSet.item").len(), 1);
    let taken = format!("Address {} is in use.", host(&block, 20));
    let in_prefix = prefixes[0].replace("/80", "1");
    let (kept, last) = (host(&block, 3), block.replace("::/64", ":ffff:ffff:ffff:ffff"));
    let reserved = |address: &str| format!("Address {address} is in subnet's reserved address range");
    let wish = |address: &str| json!({ "NetworkInterfaceId": id, "Ipv6Addresses": [address] });
    for (address, code, sentence) in [
        (host(&block, 20), "InvalidIPAddress.InUse", taken),
        (in_prefix.clone(), "InvalidIPAddress.InUse", format!("Address {in_prefix} is in use.")),
        (kept.clone(), "InvalidParameterValue", reserved(&kept)),
        (last.clone(), "InvalidParameterValue", reserved(&last)),
        (
            "3fff::20".to_owned(),
            "InvalidParameterValue",
            "Address does not fall within the subnet's address range".to_owned(),
        ),
        ("six".to_owned(), "InvalidParameterValue", "invalid value for parameter address: six".to_owned()),
    ] {
        refuses(&ec2, &[("AssignIpv6Addresses", wish(&address), code, &sentence)]);
    }
}

/// 64 clients at once ask for the same 32 addresses and as many that are chosen for them.
#[test]
fn every_address_is_given_once() {
    let (server, ec2) = start();
    let (network, block) = dual(&ec2);
    let block = part(&block, 1);
    let own = subnet(&ec2, &network, "10.0.0.0/20", &block);
    let address = server.address();
    let answers: Vec<Option<Vec<String>>> = std::thread::scope(|threads| {
        let ask = |number: u16| {
            let (own, block) = (&own, &block);
            threads.spawn(move || {
                let ec2 = Client::new(address, "ec2");
                let wish = match number % 2 {
                    0 => json!({ "SubnetId": own, "Ipv6AddressCount": 2 }),
                    _ => json!({ "SubnetId": own, "Ipv6Addresses": [{ "Ipv6Address": host(block, 100 + number / 4) }] }),
                };
                let answer = ec2.call("CreateNetworkInterface", &wish);
                let path = "networkInterface.ipv6AddressesSet.item.ipv6Address";
                (answer.status == 200).then(|| answer.texts(path))
            })
        };
        let clients: Vec<_> = (0..64).map(ask).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let given: Vec<&String> = answers.iter().flatten().flatten().collect();
    let distinct: BTreeSet<&&String> = given.iter().collect();
    // Of two that asked for the same one, one has it.
    assert_eq!((given.len(), distinct.len()), (64 + 16, 64 + 16));
}

#[test]
fn a_killed_server_gives_no_address_twice() {
    let mut server = Server::start();
    let ec2 = server.client("ec2");
    let (network, block) = dual(&ec2);
    let own = subnet(&ec2, &network, "10.0.1.0/24", &part(&block, 1));
    let create = json!({ "SubnetId": own, "Ipv6Addresses": [{ "Ipv6Address": host(&part(&block, 1), 50) }] });
    let made = ec2.call("CreateNetworkInterface", &create).ok().text("networkInterface.networkInterfaceId");
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    assert_eq!(said(&ec2, &made, "ipv6AddressesSet.item.ipv6Address"), [host(&part(&block, 1), 50)]);
    let sentence = format!("Address {} is in use.", host(&part(&block, 1), 50));
    refuses(&ec2, &[("CreateNetworkInterface", create, "InvalidIPAddress.InUse", &sentence)]);
}

/// Packets of IPv6 go by routes, ACLs and groups of their own; every address is one of the internet.
#[test]
fn packets_are_decided_by_what_is_there_of_ipv6() {
    let (server, ec2) = start();
    let (network, block) = dual(&ec2);
    let near = subnet(&ec2, &network, "10.0.1.0/24", &part(&block, 1));
    let far = json!({ "VpcId": network, "Ipv6CidrBlock": part(&block, 2), "Ipv6Native": true });
    let far = ec2.call("CreateSubnet", &far).ok().text("subnet.subnetId");
    let card = |subnet: &str| {
        let create = json!({ "SubnetId": subnet, "Ipv6AddressCount": 1 });
        let made = ec2.call("CreateNetworkInterface", &create).ok();
        let address = made.text("networkInterface.ipv6AddressesSet.item.ipv6Address");
        (made.text("networkInterface.networkInterfaceId"), address)
    };
    let ((one, own), (_, other)) = (card(&near), card(&far));
    let explain = |from: &str, to: &str| {
        let page = format!("/_angae/net/explain?from={from}&to={to}&port=443");
        server.page("GET", &page, &Value::Null)
    };
    let code = |told: &Value| {
        let hops = told["hops"].as_array().unwrap();
        hops.iter().find_map(|hop| hop["blocked"]["code"].as_str().map(str::to_owned))
    };
    // The default group lets its own in, also by the addresses of a subnet for IPv6 only.
    assert_eq!(explain(&one, &other)["allowed"], true);
    let outside = "2001:db8::1";
    assert_eq!(code(&explain(&one, outside)).as_deref(), Some("NO_ROUTE_TO_DESTINATION"));
    let table = json!({ "Filter": [filter("vpc-id", &network)] });
    let table = ec2.call("DescribeRouteTables", &table).ok().text("routeTableSet.item.routeTableId");
    let outward = ec2.call("CreateEgressOnlyInternetGateway", &json!({ "VpcId": network })).ok();
    let outward = outward.text("egressOnlyInternetGateway.egressOnlyInternetGatewayId");
    let route = json!({
        "RouteTableId": table, "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": outward
    });
    ec2.call("CreateRoute", &route).ok();
    assert_eq!(explain(&one, outside)["allowed"], true);
    // Nothing begins a flow into the VPC by that gateway, whatever groups allow.
    let group = said(&ec2, &one, "groupSet.item.groupId").remove(0);
    let rule = json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }]);
    ec2.call("AuthorizeSecurityGroupIngress", &json!({ "GroupId": group, "IpPermissions": rule })).ok();
    assert_eq!(explain(outside, &own)["allowed"], false);
    let gateway = crate::attached_gateway(&ec2, &network);
    let route = json!({ "RouteTableId": table, "DestinationIpv6CidrBlock": "::/0", "GatewayId": gateway });
    ec2.call("ReplaceRoute", &route).ok();
    assert_eq!(explain(outside, &own)["allowed"], true);
    let acl = json!({ "Filter": [filter("vpc-id", &network)] });
    let acl = ec2.call("DescribeNetworkAcls", &acl).ok().text("networkAclSet.item.networkAclId");
    let entry = json!({
        "NetworkAclId": acl, "RuleNumber": 90, "Protocol": "6", "RuleAction": "deny", "Egress": false,
        "Ipv6CidrBlock": "2001:db8::/32", "PortRange": { "From": 443, "To": 443 }
    });
    ec2.call("CreateNetworkAclEntry", &entry).ok();
    assert_eq!(code(&explain(outside, &own)).as_deref(), Some("SUBNET_ACL_RESTRICTION"));
    assert_eq!(explain("2001:db9::1", &own)["allowed"], true);
}
