//! Virtual private gateways, customer gateways and VPN connections.

use crate::{advance, golden, nowhere, refuses, start, start_real, vpc};
use serde_json::{Value, json};
use testkit::Client;
use testkit::ec2::{found, with};

const DRY: (u16, &str, &str) =
    (412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");

#[track_caller]
fn vpn_gateway(ec2: &Client) -> String {
    ec2.call("CreateVpnGateway", &json!({ "Type": "ipsec.1" })).ok().text("vpnGateway.vpnGatewayId")
}

#[track_caller]
fn customer_gateway(ec2: &Client, address: &str) -> String {
    let create = json!({ "Type": "ipsec.1", "IpAddress": address, "BgpAsn": 65010 });
    ec2.call("CreateCustomerGateway", &create).ok().text("customerGateway.customerGatewayId")
}

/// What a Describe of one connection says at `path`.
#[track_caller]
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let own = json!({ "VpnConnectionId": [id] });
    ec2.call("DescribeVpnConnections", &own).ok().texts(&format!("vpnConnectionSet.item.{path}"))
}

#[test]
fn the_life_of_a_virtual_private_gateway() {
    let (server, ec2) = start();
    let mut golden = golden("vpn-gateway");
    let network = vpc(&ec2, "10.0.0.0/16");
    let tags = json!([{ "ResourceType": "vpn-gateway", "Tag": [{ "Key": "Name", "Value": "one" }] }]);
    let create = json!({ "Type": "ipsec.1", "TagSpecification": tags, "AvailabilityZone": "us-east-1a" });
    let created = golden.note("create", ec2.call("CreateVpnGateway", &create)).ok();
    let id = created.text("vpnGateway.vpnGatewayId");
    let both = json!({ "VpnGatewayId": id, "VpcId": network });
    golden.note("attach", ec2.call("AttachVpnGateway", &both)).ok();
    let own = json!({ "VpnGatewayId": [id] });
    golden.note("attached", ec2.call("DescribeVpnGateways", &own)).ok();
    let of_network = json!({ "VpcId": network });
    let table = ec2.call("CreateRouteTable", &of_network).ok().text("routeTable.routeTableId");
    let propagation = json!({ "GatewayId": id, "RouteTableId": table });
    ec2.call("EnableVgwRoutePropagation", &propagation).ok();
    let route = json!({ "RouteTableId": table, "DestinationCidrBlock": "192.168.0.0/16", "GatewayId": id });
    ec2.call("CreateRoute", &route).ok();
    let of_table = json!({ "RouteTableId": [table] });
    golden.note("the way to it", ec2.call("DescribeRouteTables", &of_table)).ok();
    ec2.call("DisableVgwRoutePropagation", &propagation).ok();
    ec2.call("EnableVgwRoutePropagation", &propagation).ok();
    let in_use = format!("The vpnGateway ID '{id}' is in use");
    let dependent = format!("The vpc '{network}' has dependencies and cannot be deleted.");
    refuses(
        &ec2,
        &[
            ("DeleteVpnGateway", json!({ "VpnGatewayId": id }), "IncorrectState", &in_use),
            ("DeleteVpc", of_network.clone(), "DependencyViolation", &dependent),
        ],
    );
    golden.note("detach", ec2.call("DetachVpnGateway", &both)).ok();
    golden.note("the way to nowhere", ec2.call("DescribeRouteTables", &of_table)).ok();
    golden.note("delete", ec2.call("DeleteVpnGateway", &json!({ "VpnGatewayId": id }))).ok();
    ec2.call("DeleteVpnGateway", &json!({ "VpnGatewayId": id })).ok();
    golden.note("deleted", ec2.call("DescribeVpnGateways", &own)).ok();
    advance(&server, "3601s");
    let sentence = format!("The vpnGateway ID '{id}' does not exist");
    refuses(&ec2, &[("DescribeVpnGateways", own, "InvalidVpnGatewayID.NotFound", &sentence)]);
    golden.check();
}

#[test]
fn attachments_take_their_time() {
    let (server, ec2) = start_real();
    let (id, network) = (vpn_gateway(&ec2), vpc(&ec2, "10.0.0.0/16"));
    let both = json!({ "VpnGatewayId": id, "VpcId": network });
    let state = || {
        let own = ec2.call("DescribeVpnGateways", &json!({ "VpnGatewayId": [id] })).ok();
        own.texts("vpnGatewaySet.item.attachments.item.state")
    };
    ec2.call("AttachVpnGateway", &both).ok();
    assert_eq!(state(), ["attaching"]);
    advance(&server, "31s");
    assert_eq!(state(), ["attached"]);
    ec2.call("DetachVpnGateway", &both).ok();
    assert_eq!(state(), ["detaching"]);
    advance(&server, "31s");
    assert_eq!(state(), [""; 0]);
}

#[test]
fn what_virtual_private_gateways_refuse() {
    let (_server, ec2) = start();
    let (id, second) = (vpn_gateway(&ec2), vpn_gateway(&ec2));
    let (network, other) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    ec2.call("AttachVpnGateway", &json!({ "VpnGatewayId": id, "VpcId": network })).ok();
    let table = ec2.call("CreateRouteTable", &json!({ "VpcId": other })).ok().text("routeTable.routeTableId");
    let missing = nowhere("vgw");
    let unknown = format!("The vpnGateway ID '{missing}' does not exist");
    let code = "InvalidVpnGatewayID.NotFound";
    let attached = format!("VPC {network} is currently attached to the Virtual Private Gateway.");
    let detached = format!("The attachment with vpn gateway ID '{id}' and vpc ID '{other}' does not exist");
    let elsewhere = format!("Virtual private gateway {id} is not attached to {other}");
    let route = format!("route table {table} and network gateway {id} belong to different networks");
    let to = json!({ "RouteTableId": table, "DestinationCidrBlock": "192.168.0.0/16" });
    let no_gateway = format!("The gateway ID '{missing}' does not exist");
    refuses(
        &ec2,
        &[
            ("DeleteVpnGateway", json!({ "VpnGatewayId": missing }), code, &unknown),
            ("AttachVpnGateway", json!({ "VpnGatewayId": missing, "VpcId": network }), code, &unknown),
            (
                "AttachVpnGateway",
                json!({ "VpnGatewayId": id, "VpcId": other }),
                "VpnGatewayAttachmentLimitExceeded",
                "The maximum number of attachments has been reached.",
            ),
            (
                "AttachVpnGateway",
                json!({ "VpnGatewayId": second, "VpcId": network }),
                "InvalidVpcState",
                &attached,
            ),
            (
                "DetachVpnGateway",
                json!({ "VpnGatewayId": id, "VpcId": other }),
                "InvalidVpnGatewayAttachment.NotFound",
                &detached,
            ),
            (
                "EnableVgwRoutePropagation",
                json!({ "GatewayId": id, "RouteTableId": table }),
                "Gateway.NotAttached",
                &elsewhere,
            ),
            ("CreateRoute", with(&to, &json!({ "GatewayId": id })), "InvalidParameterValue", &route),
            (
                "CreateRoute",
                with(&to, &json!({ "GatewayId": missing })),
                "InvalidGatewayID.NotFound",
                &no_gateway,
            ),
            (
                "CreateVpnGateway",
                json!({ "Type": "ipsec.1", "AmazonSideAsn": 1 }),
                "InvalidParameterValue",
                "Value (1) for parameter amazonSideAsn is invalid. It must be in the range of 64512 to 65534 or 4200000000 to 4294967294.",
            ),
        ],
    );
    let (status, code, sentence) = DRY;
    ec2.call("CreateVpnGateway", &json!({ "Type": "ipsec.1", "DryRun": true }))
        .refused(status, code, sentence);
    for (name, value, want) in [
        ("amazon-side-asn", "64512", 2),
        ("attachment.state", "attached", 1),
        ("attachment.vpc-id", network.as_str(), 1),
        ("availability-zone", "us-east-1a", 0),
        ("state", "available", 2),
        ("type", "ipsec.1", 2),
        ("vpn-gateway-id", second.as_str(), 1),
    ] {
        let found = found(&ec2, "DescribeVpnGateways", (name, value), "vpnGatewaySet.item.vpnGatewayId");
        assert_eq!(found.len(), want, "{name}");
    }
}

#[test]
fn the_life_of_a_customer_gateway() {
    let (server, ec2) = start();
    let mut golden = golden("customer-gateway");
    let tags = json!([{ "ResourceType": "customer-gateway", "Tag": [{ "Key": "Name", "Value": "one" }] }]);
    let create = json!({
        "Type": "ipsec.1", "IpAddress": "203.0.113.12", "BgpAsn": 65534, "DeviceName": "edge",
        "TagSpecification": tags,
    });
    let name = "CreateCustomerGateway";
    let created = golden.note(name, ec2.call(name, &create)).ok();
    let id = created.text("customerGateway.customerGatewayId");
    // The same device is the same gateway.
    assert_eq!(ec2.call(name, &create).ok().text("customerGateway.customerGatewayId"), id);
    let large =
        json!({ "Type": "ipsec.1", "IpAddress": "203.0.113.12", "BgpAsnExtended": 4_200_000_000_u32 });
    golden.note("a large number", ec2.call(name, &large)).ok();
    let own = json!({ "CustomerGatewayId": [id] });
    golden.note("describe", ec2.call("DescribeCustomerGateways", &own)).ok();
    for (filter, value, want) in [
        ("bgp-asn", "65534", 1),
        ("customer-gateway-id", id.as_str(), 1),
        ("ip-address", "203.0.113.12", 2),
        ("state", "available", 2),
        ("type", "ipsec.1", 2),
        ("type", "ipsec.2", 0),
    ] {
        let path = "customerGatewaySet.item.customerGatewayId";
        assert_eq!(found(&ec2, "DescribeCustomerGateways", (filter, value), path).len(), want, "{filter}");
    }
    ec2.call("DeleteCustomerGateway", &json!({ "CustomerGatewayId": id })).ok();
    golden.note("deleted", ec2.call("DescribeCustomerGateways", &own)).ok();
    advance(&server, "3601s");
    let gone = format!("The customerGateway ID '{id}' does not exist");
    let code = "InvalidCustomerGatewayID.NotFound";
    refuses(
        &ec2,
        &[
            ("DescribeCustomerGateways", own, code, &gone),
            ("DeleteCustomerGateway", json!({ "CustomerGatewayId": id }), code, &gone),
            (
                name,
                json!({ "Type": "ipsec.1" }),
                "MissingParameter",
                "The request must contain the parameter ipAddress",
            ),
            (
                name,
                json!({ "Type": "ipsec.1", "IpAddress": "here" }),
                "InvalidParameterValue",
                "Value (here) for parameter ipAddress is invalid. It is not an IP address.",
            ),
            (
                name,
                json!({ "Type": "ipsec.1", "IpAddress": "203.0.113.12", "BgpAsn": 1, "BgpAsnExtended": 2 }),
                "InvalidParameterCombination",
                "The parameter BgpAsn cannot be used with the parameter BgpAsnExtended",
            ),
        ],
    );
    golden.check();
}

#[test]
fn the_life_of_a_vpn_connection() {
    let (mut server, ec2) = start();
    let mut golden = golden("vpn-connection");
    let (gateway, customer) = (vpn_gateway(&ec2), customer_gateway(&ec2, "203.0.113.12"));
    let tags = json!([{ "ResourceType": "vpn-connection", "Tag": [{ "Key": "Name", "Value": "one" }] }]);
    let tunnels = json!([
        {
            "TunnelInsideCidr": "169.254.10.0/30", "PreSharedKey": "a.key_of_mine",
            "IKEVersion": [{ "Value": "ikev2" }], "Phase1DHGroupNumber": [{ "Value": 14 }, { "Value": 20 }],
            "Phase1LifetimeSeconds": 3600, "StartupAction": "start",
        },
        { "TunnelInsideCidr": "169.254.11.0/30", "PreSharedKey": "another.key" },
    ]);
    let create = json!({
        "Type": "ipsec.1", "CustomerGatewayId": customer, "VpnGatewayId": gateway,
        "Options": { "StaticRoutesOnly": true, "TunnelOptions": tunnels }, "TagSpecification": tags,
    });
    let name = "CreateVpnConnection";
    let created = golden.note(name, ec2.call(name, &create)).ok();
    let id = created.text("vpnConnection.vpnConnectionId");
    let route = json!({ "VpnConnectionId": id, "DestinationCidrBlock": "192.168.0.0/16" });
    ec2.call("CreateVpnConnectionRoute", &route).ok();
    server.kill();
    server.restart();
    let ec2 = server.client("ec2");
    let own = json!({ "VpnConnectionId": [id] });
    golden.note("describe", ec2.call("DescribeVpnConnections", &own)).ok();
    for (filter, value, want) in [
        ("bgp-asn", "65010", 1),
        ("customer-gateway-configuration", "*NoBGPVPNConnection*", 1),
        ("customer-gateway-id", customer.as_str(), 1),
        ("option.static-routes-only", "true", 1),
        ("route.destination-cidr-block", "192.168.0.0/16", 1),
        ("state", "available", 1),
        ("transit-gateway-id", "*", 0),
        ("type", "ipsec.1", 1),
        ("vpn-connection-id", id.as_str(), 1),
        ("vpn-gateway-id", gateway.as_str(), 1),
    ] {
        let path = "vpnConnectionSet.item.vpnConnectionId";
        assert_eq!(found(&ec2, "DescribeVpnConnections", (filter, value), path).len(), want, "{filter}");
    }
    let in_use = format!("The vpnGateway ID '{gateway}' is in use");
    let customer_in_use = "The customer gateway is in use.";
    refuses(
        &ec2,
        &[
            ("DeleteVpnGateway", json!({ "VpnGatewayId": gateway }), "IncorrectState", &in_use),
            (
                "DeleteCustomerGateway",
                json!({ "CustomerGatewayId": customer }),
                "IncorrectState",
                customer_in_use,
            ),
        ],
    );
    ec2.call("DeleteVpnConnectionRoute", &route).ok();
    assert_eq!(said(&ec2, &id, "routes.item.state"), [""; 0]);
    ec2.call("DeleteVpnConnection", &json!({ "VpnConnectionId": id })).ok();
    golden.note("deleted", ec2.call("DescribeVpnConnections", &own)).ok();
    ec2.call("DeleteVpnGateway", &json!({ "VpnGatewayId": gateway })).ok();
    ec2.call("DeleteCustomerGateway", &json!({ "CustomerGatewayId": customer })).ok();
    advance(&server, "3601s");
    let sentence = format!("The vpnConnection ID '{id}' does not exist");
    refuses(&ec2, &[("DescribeVpnConnections", own, "InvalidVpnConnectionID.NotFound", &sentence)]);
    golden.check();
}

#[test]
fn a_vpn_connection_can_be_changed() {
    let (server, ec2) = start_real();
    let (one, two) = (vpn_gateway(&ec2), vpn_gateway(&ec2));
    let customer = customer_gateway(&ec2, "203.0.113.12");
    let create = json!({ "Type": "ipsec.1", "CustomerGatewayId": customer, "VpnGatewayId": one });
    let id = ec2.call("CreateVpnConnection", &create).ok().text("vpnConnection.vpnConnectionId");
    assert_eq!(said(&ec2, &id, "state"), ["pending"]);
    let sentence = format!("{id} is in invalid state");
    let other = json!({ "VpnConnectionId": id, "VpnGatewayId": two });
    refuses(&ec2, &[("ModifyVpnConnection", other.clone(), "IncorrectState", &sentence)]);
    advance(&server, "181s");
    let keys = said(&ec2, &id, "options.tunnelOptionSet.item.preSharedKey");
    assert!(keys.len() == 2 && keys[0] != keys[1] && keys.iter().all(|key| key.len() == 32), "{keys:?}");
    let document = said(&ec2, &id, "customerGatewayConfiguration").remove(0);
    for part in [
        format!("<vpn_connection id=\"{id}\">"),
        format!("<pre_shared_key>{}</pre_shared_key>", keys[1]),
        "<asn>65010</asn>".to_owned(),
        "<asn>64512</asn>".to_owned(),
        "<ip_address>203.0.113.12</ip_address>".to_owned(),
    ] {
        assert!(document.contains(&part), "{part} is not in {document}");
    }
    let outside = said(&ec2, &id, "options.tunnelOptionSet.item.outsideIpAddress");
    let tunnel = json!({
        "VpnConnectionId": id, "VpnTunnelOutsideIpAddress": outside[1],
        "TunnelOptions": { "TunnelInsideCidr": "169.254.77.4/30", "DPDTimeoutAction": "restart" },
    });
    ec2.call("ModifyVpnTunnelOptions", &tunnel).ok();
    assert_eq!(said(&ec2, &id, "state"), ["modifying"]);
    advance(&server, "181s");
    assert_eq!(said(&ec2, &id, "options.tunnelOptionSet.item.tunnelInsideCidr")[1], "169.254.77.4/30");
    assert_eq!(said(&ec2, &id, "options.tunnelOptionSet.item.dpdTimeoutAction"), ["restart"]);
    assert_eq!(said(&ec2, &id, "options.tunnelOptionSet.item.preSharedKey"), keys);
    let blocks = json!({ "VpnConnectionId": id, "LocalIpv4NetworkCidr": "192.168.0.0/16" });
    ec2.call("ModifyVpnConnectionOptions", &blocks).ok();
    advance(&server, "181s");
    assert_eq!(said(&ec2, &id, "options.localIpv4NetworkCidr"), ["192.168.0.0/16"]);
    assert_eq!(said(&ec2, &id, "options.remoteIpv4NetworkCidr"), ["0.0.0.0/0"]);
    ec2.call("ModifyVpnConnection", &other).ok();
    advance(&server, "181s");
    assert_eq!(
        (said(&ec2, &id, "state"), said(&ec2, &id, "vpnGatewayId")),
        (vec!["available".to_owned()], vec![two])
    );
    ec2.call("DeleteVpnGateway", &json!({ "VpnGatewayId": one })).ok();
    ec2.call("DeleteVpnConnection", &json!({ "VpnConnectionId": id })).ok();
    assert_eq!(said(&ec2, &id, "state"), ["deleting"]);
    advance(&server, "181s");
    assert_eq!(said(&ec2, &id, "state"), ["deleted"]);
}

#[test]
fn what_vpn_connections_refuse() {
    let (_server, ec2) = start();
    let (gateway, customer) = (vpn_gateway(&ec2), customer_gateway(&ec2, "203.0.113.12"));
    let create = json!({ "Type": "ipsec.1", "CustomerGatewayId": customer, "VpnGatewayId": gateway });
    let id = ec2.call("CreateVpnConnection", &create).ok().text("vpnConnection.vpnConnectionId");
    let name = "CreateVpnConnection";
    let tunnel = |own: Value| with(&create, &json!({ "Options": { "TunnelOptions": [own] } }));
    let dynamic = format!("The VPN connection {id} does not have static routes only");
    let no_route = format!("The route '10.0.0.0/8' of the vpnConnection '{id}' does not exist");
    let value = "InvalidParameterValue";
    refuses(
        &ec2,
        &[
            (
                name,
                with(&create, &json!({ "TransitGatewayId": nowhere("tgw") })),
                "InvalidParameterCombination",
                "The request must not contain both parameter vpnGatewayId and transitGatewayId",
            ),
            (
                name,
                json!({ "Type": "ipsec.1", "CustomerGatewayId": customer }),
                "MissingParameter",
                "The request must contain exactly one of vpnGatewayId, transitGatewayId",
            ),
            (
                name,
                with(&create, &json!({ "CustomerGatewayId": nowhere("cgw") })),
                "InvalidCustomerGatewayID.NotFound",
                "The customerGateway ID 'cgw-00000000000000000' does not exist",
            ),
            (
                name,
                with(&create, &json!({ "VpnGatewayId": nowhere("vgw") })),
                "InvalidVpnGatewayID.NotFound",
                "The vpnGateway ID 'vgw-00000000000000000' does not exist",
            ),
            (
                name,
                tunnel(json!({ "PreSharedKey": "with+plus" })),
                value,
                "Value for parameter PreSharedKey is invalid.",
            ),
            (
                name,
                tunnel(json!({ "TunnelInsideCidr": "10.0.0.0/30" })),
                value,
                "Value for parameter TunnelInsideCidr is invalid.",
            ),
            (
                name,
                tunnel(json!({ "Phase1LifetimeSeconds": 899 })),
                value,
                "Value for parameter Phase1LifetimeSeconds is invalid.",
            ),
            (
                name,
                tunnel(json!({ "Phase1EncryptionAlgorithm": [{ "Value": "ROT13" }] })),
                value,
                "Value for parameter Phase1EncryptionAlgorithms is invalid.",
            ),
            (
                "CreateVpnConnectionRoute",
                json!({ "VpnConnectionId": id, "DestinationCidrBlock": "10.0.0.0/8" }),
                value,
                &dynamic,
            ),
            (
                "DeleteVpnConnectionRoute",
                json!({ "VpnConnectionId": id, "DestinationCidrBlock": "10.0.0.0/8" }),
                "InvalidRoute.NotFound",
                &no_route,
            ),
            (
                "DeleteVpnConnection",
                json!({ "VpnConnectionId": nowhere("vpn") }),
                "InvalidVpnConnectionID.NotFound",
                "The vpnConnection ID 'vpn-00000000000000000' does not exist",
            ),
        ],
    );
    let (status, code, sentence) = DRY;
    ec2.call(name, &with(&create, &json!({ "DryRun": true }))).refused(status, code, sentence);
}
