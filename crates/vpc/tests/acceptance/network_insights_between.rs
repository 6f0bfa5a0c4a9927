//! Reachability Analyzer across what connects networks.

use crate::network_insights::{allow, analysed, analysed_with, codes, is_found, path, site};
use crate::{found, golden, interface, start, subnet, vpc};
use serde_json::json;
use testkit::Client;

/// A second network with a subnet and an interface.
fn second_site(ec2: &Client) -> (String, String, String) {
    let network = vpc(ec2, "10.1.0.0/16");
    let near = subnet(ec2, &network, "10.1.0.0/24");
    let server = interface(ec2, &near);
    (network, near, server)
}

/// The main route table of a network.
#[track_caller]
fn main_table(ec2: &Client, network: &str) -> String {
    let filters = json!([
        { "Name": "vpc-id", "Value": [network] }, { "Name": "association.main", "Value": ["true"] }
    ]);
    let found = ec2.call("DescribeRouteTables", &json!({ "Filter": filters })).ok();
    found.text("routeTableSet.item.routeTableId")
}

/// Lets everything into the default group of a network.
#[track_caller]
fn open(ec2: &Client, network: &str) {
    allow(ec2, &found_group(ec2, network), 443, json!({ "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }));
}

#[test]
fn peered_networks_are_analysed_together() {
    let (_server, ec2) = start();
    let mut golden = golden("network-insights-peering");
    let near = site(&ec2);
    let (network, _, server) = second_site(&ec2);
    open(&ec2, &network);
    let asked = path(&ec2, &json!({ "Source": near.client, "Destination": server, "DestinationPort": 443 }));
    assert_eq!(codes(&analysed(&ec2, &asked)), ["DISCONNECTED_VPCS"]);
    let create = json!({ "VpcId": near.network, "PeerVpcId": network });
    let created = ec2.call("CreateVpcPeeringConnection", &create).ok();
    let peering = created.text("vpcPeeringConnection.vpcPeeringConnectionId");
    ec2.call("AcceptVpcPeeringConnection", &json!({ "VpcPeeringConnectionId": peering })).ok();
    assert_eq!(codes(&analysed(&ec2, &asked)), ["NO_ROUTE_TO_DESTINATION"]);
    for (network, to) in [(&near.network, "10.1.0.0/16"), (&network, "10.0.0.0/16")] {
        let route = json!({
            "RouteTableId": main_table(&ec2, network), "DestinationCidrBlock": to,
            "VpcPeeringConnectionId": peering,
        });
        ec2.call("CreateRoute", &route).ok();
    }
    let found = golden.note("found", analysed(&ec2, &asked));
    assert!(is_found(&found));
    ec2.call("DeleteVpcPeeringConnection", &json!({ "VpcPeeringConnectionId": peering })).ok();
    assert_eq!(codes(&analysed(&ec2, &asked)), ["DISCONNECTED_VPCS"]);
    golden.check();
}

/// ARNs name the account and the Region that a part is in, whoever asks.
#[test]
fn parts_of_other_accounts_and_regions_are_told_as_theirs() {
    let (server, ec2) = start();
    let friend = server.client("ec2").key("222222222222", "secret", None).region("eu-west-1");
    let near = site(&ec2);
    let (network, far_subnet, card) = second_site(&friend);
    open(&friend, &network);
    let create = json!({
        "VpcId": near.network, "PeerVpcId": network, "PeerOwnerId": "222222222222", "PeerRegion": "eu-west-1",
    });
    let created = ec2.call("CreateVpcPeeringConnection", &create).ok();
    let peering = created.text("vpcPeeringConnection.vpcPeeringConnectionId");
    friend.call("AcceptVpcPeeringConnection", &json!({ "VpcPeeringConnectionId": peering })).ok();
    for (client, network, to) in [(&ec2, &near.network, "10.1.0.0/16"), (&friend, &network, "10.0.0.0/16")] {
        let route = json!({
            "RouteTableId": main_table(client, network), "DestinationCidrBlock": to,
            "VpcPeeringConnectionId": peering,
        });
        client.call("CreateRoute", &route).ok();
    }
    let shown = friend.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [card] })).ok();
    let address = shown.text("networkInterfaceSet.item.privateIpAddress");
    let through = |port: u16| {
        let ports = json!({ "FromPort": port, "ToPort": port });
        let filter = json!({ "DestinationAddress": address, "DestinationPortRange": ports });
        path(&ec2, &json!({ "Source": near.client, "FilterAtSource": filter }))
    };
    let asked = through(443);
    let found = analysed(&ec2, &asked);
    assert!(is_found(&found), "{}", found.body_text());
    let theirs = |kind: &str, id: &str| format!("arn:aws:ec2:eu-west-1:222222222222:{kind}/{id}");
    let ours = |kind: &str, id: &str| format!("arn:aws:ec2:us-east-1:000000000000:{kind}/{id}");
    let of = |path: &str| {
        found.texts(&format!("networkInsightsAnalysisSet.item.forwardPathComponentSet.item.{path}"))
    };
    let components = of("component.arn");
    for arn in [
        ours("network-interface", &near.client),
        ours("vpc-peering-connection", &peering),
        theirs("network-interface", &card),
    ] {
        assert!(components.contains(&arn), "{arn}: {components:?}");
    }
    assert_eq!(of("subnet.arn").pop(), Some(theirs("subnet", &far_subnet)));
    assert_eq!(of("vpc.arn").pop(), Some(theirs("vpc", &network)));
    assert_eq!(of("vpc.arn").first(), Some(&ours("vpc", &near.network)));
    // What has to be passed, and what blocks, is named so too.
    let wish = json!({ "NetworkInsightsPathId": asked, "FilterInArn": [theirs("subnet", &far_subnet)] });
    assert!(is_found(&analysed_with(&ec2, &wish)));
    let wish = json!({ "NetworkInsightsPathId": asked, "FilterInArn": [ours("subnet", &far_subnet)] });
    assert_eq!(codes(&analysed_with(&ec2, &wish)), ["COMPONENT_FILTER_RESTRICTION"]);
    let barred = analysed(&ec2, &through(80));
    let groups = "networkInsightsAnalysisSet.item.explanationSet.item.securityGroupSet.item.arn";
    let group = found_group(&friend, &network);
    assert_eq!(barred.texts(groups), [theirs("security-group", &group)]);
}

/// The default group of a network.
fn found_group(ec2: &Client, network: &str) -> String {
    found(ec2, "DescribeSecurityGroups", ("vpc-id", network), "securityGroupInfo.item.groupId").swap_remove(0)
}

#[test]
fn transit_gateways_are_analysed() {
    let (_server, ec2) = start();
    let mut golden = golden("network-insights-transit");
    let near = site(&ec2);
    let (network, far_subnet, server) = second_site(&ec2);
    open(&ec2, &network);
    let gateway = ec2.call("CreateTransitGateway", &json!({})).ok();
    let id = gateway.text("transitGateway.transitGatewayId");
    let near_subnet =
        ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [near.client] })).ok();
    let near_subnet = near_subnet.text("networkInterfaceSet.item.subnetId");
    let mut attachments = Vec::new();
    for (network, subnet) in [(&near.network, &near_subnet), (&network, &far_subnet)] {
        let attach = json!({ "TransitGatewayId": id, "VpcId": network, "SubnetIds": [subnet] });
        let made = ec2.call("CreateTransitGatewayVpcAttachment", &attach).ok();
        attachments.push(made.text("transitGatewayVpcAttachment.transitGatewayAttachmentId"));
        let route = json!({
            "RouteTableId": main_table(&ec2, network), "DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": id
        });
        ec2.call("CreateRoute", &route).ok();
    }
    let asked = path(&ec2, &json!({ "Source": near.client, "Destination": server, "DestinationPort": 443 }));
    let found = golden.note("found", analysed(&ec2, &asked));
    assert!(is_found(&found));
    let table = gateway.text("transitGateway.options.associationDefaultRouteTableId");
    let drop = json!({
        "TransitGatewayRouteTableId": table, "DestinationCidrBlock": "10.1.0.0/24", "Blackhole": true
    });
    ec2.call("CreateTransitGatewayRoute", &drop).ok();
    golden.note("dropped", analysed(&ec2, &asked)).ok();
    let pair = json!({ "TransitGatewayRouteTableId": table, "TransitGatewayAttachmentId": attachments[0] });
    ec2.call("DisassociateTransitGatewayRouteTable", &pair).ok();
    assert_eq!(codes(&analysed(&ec2, &asked)), ["TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"]);
    golden.check();
}

#[test]
fn a_virtual_private_gateway_is_an_end() {
    let (_server, ec2) = start();
    let near = site(&ec2);
    let gateway =
        ec2.call("CreateVpnGateway", &json!({ "Type": "ipsec.1" })).ok().text("vpnGateway.vpnGatewayId");
    let asked = path(&ec2, &json!({ "Source": near.client, "Destination": gateway }));
    assert_eq!(codes(&analysed(&ec2, &asked)), ["UNASSOCIATED_COMPONENT"]);
    ec2.call("AttachVpnGateway", &json!({ "VpnGatewayId": gateway, "VpcId": near.network })).ok();
    let route = json!({
        "RouteTableId": main_table(&ec2, &near.network), "DestinationCidrBlock": "192.168.0.0/16",
        "GatewayId": gateway,
    });
    ec2.call("CreateRoute", &route).ok();
    assert_eq!(codes(&analysed(&ec2, &asked)), ["BAD_STATE_VPN"]);
    let customer = json!({ "Type": "ipsec.1", "IpAddress": "203.0.113.12" });
    let customer =
        ec2.call("CreateCustomerGateway", &customer).ok().text("customerGateway.customerGatewayId");
    let create = json!({ "Type": "ipsec.1", "CustomerGatewayId": customer, "VpnGatewayId": gateway });
    ec2.call("CreateVpnConnection", &create).ok();
    let answer = analysed(&ec2, &asked);
    assert!(is_found(&answer), "{}", answer.body_text());
    let back = path(&ec2, &json!({ "Source": gateway, "Destination": near.server, "DestinationPort": 443 }));
    assert_eq!(codes(&analysed(&ec2, &back)), ["SG_HAS_NO_RULES"]);
    allow(&ec2, &near.group, 443, json!({ "IpRanges": [{ "CidrIp": "192.168.0.0/16" }] }));
    assert!(is_found(&analysed(&ec2, &back)));
}
