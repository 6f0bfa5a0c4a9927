//! What is told of everything that blocks: the thing, by its id; the rule, by its own; the explanation code; why, and what
//! would help. Source of the codes: Reachability Analyzer guide, "Explanation codes".

use super::between::{attached, peered, vpcs};
use super::gateways::{public_and_private, with_nat};
use super::groups::two_subnets;
use super::routes::three_subnets;
use super::site::{OUTSIDE, Site, address, block};
use crate::decide;
use crate::flow::Judged;
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Access, Attached, Network, Peer, Target};
use crate::packet::{ICMP, Packet, TCP, UDP, icmp};
use crate::rules::Traffic;
use crate::told::{Rule, Told, told};
use crate::verdict::Origin;

const ALL: &str = "0.0.0.0/0";

/// What is told of a packet.
pub(super) fn tell(site: &Site, origin: Origin, packet: Packet) -> Told {
    let network = Network::new(site.parts.clone());
    let mut hops = Vec::new();
    let verdict = decide(&network, origin, packet, &mut hops);
    told(&network, &Judged { origin, packet, verdict, hops })
}

pub(super) fn rule(rule: &Rule) -> String {
    match rule {
        Rule::SecurityGroup { id, peer, protocol, ports } => format!("{id} {protocol} {ports:?} {peer}"),
        Rule::Tracked => "tracked".to_owned(),
        Rule::NetworkAcl { number, allows, cidr, protocol, ports } => {
            format!("{number} {allows} {protocol} {ports:?} {cidr}")
        }
        Rule::RouteTable { destination, target, active } => format!("{destination} by {target} {active}"),
        Rule::TransitGatewayRouteTable { table, destination, attachment, is_static } => {
            format!("{table} {destination} by {attachment:?} {is_static}")
        }
    }
}

/// Everything of the first step that blocks: `kind id direction [rule] field code`, the reason, the remedy.
fn said(site: &Site, origin: Origin, packet: Packet) -> [String; 3] {
    let told = tell(site, origin, packet);
    assert!(!told.allowed && told.arrives_at.is_none(), "{told:?}");
    let step = told.hops.iter().find(|step| step.blocked.is_some()).unwrap();
    let own = step.blocked.as_ref().unwrap();
    let leg = if step.leg == "forward" { "" } else { "back " };
    let rule = step.rule.as_ref().map(|own| format!(" [{}]", rule(own))).unwrap_or_default();
    let id = step.id.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
    let field = own.field.as_deref().map(|field| format!(" {field}")).unwrap_or_default();
    let way = step.direction.as_deref().map(|way| format!(" {way}")).unwrap_or_default();
    let place = format!("{leg}{}{id}{way}{rule}{field} {}", step.kind, own.code);
    [place, own.because.clone(), own.remedy.clone()]
}

/// A packet of TCP to a port, from the primary address of an interface.
#[track_caller]
fn tcp(site: &Site, from: usize, to: &str, port: u16) -> [String; 3] {
    let addresses = &site.parts.interfaces[from].addresses;
    let source = addresses.iter().find(|block| block.is_v4() == address(to).is_v4()).unwrap().network();
    said(site, Origin::Interface(from), Packet::tcp(source, address(to), port))
}

#[track_caller]
fn tcp_inward(site: &Site, to: &str) -> [String; 3] {
    said(site, Origin::Internet, Packet::tcp(address(OUTSIDE), address(to), 443))
}

#[test]
fn what_interfaces_refuse_is_told() {
    let mut site = three_subnets();
    let foreign = Packet::tcp(address("10.0.2.10"), address("10.0.1.10"), 80);
    assert_eq!(
        said(&site, Origin::Interface(0), foreign),
        [
            "network-interface eni-0 source-address ENI_SOURCE_DEST_CHECK_RESTRICTION",
            "10.0.2.10 is no address of the interface, which checks whose packets it sends",
            "switch the source/destination check off, or send from an address of the interface",
        ]
    );
    site.route(0, "10.0.1.0/24", Target::Interface(2));
    assert_eq!(
        tcp(&site, 0, "10.0.1.10", 80),
        [
            "network-interface eni-2 destination-address ENI_SOURCE_DEST_CHECK_RESTRICTION",
            "10.0.1.10 is no address of the interface, which checks whose packets it gets",
            "switch the source/destination check off, as on every interface that forwards",
        ]
    );
    assert_eq!(
        tcp(&site, 0, "224.0.0.1", 80),
        [
            "network-interface eni-0 NO_POSSIBLE_DESTINATION",
            "224.0.0.1 is loopback, link-local, multicast or broadcast",
            "ask for an address that is routed",
        ]
    );
    site.parts.interfaces[0].checks = false;
    let posing = Packet { destination: address("10.0.1.10"), ..foreign };
    site.parts.tables[0].routes.pop();
    assert_eq!(
        said(&site, Origin::Interface(0), posing),
        [
            "back network-interface eni-2 NO_POSSIBLE_DESTINATION",
            "the answer to 10.0.2.10 does not arrive where the flow began",
            "send from an address of the interface itself",
        ]
    );
    site.parts.interfaces[2].checks = false;
    site.route(0, "10.0.1.0/24", Target::Interface(2));
    site.route(2, "10.0.1.0/24", Target::Interface(0));
    assert_eq!(
        tcp(&site, 0, "10.0.1.10", 80),
        [
            "network-interface eni-2 NO_POSSIBLE_DESTINATION",
            "the packet goes in circles",
            "lead the subnets of what forwards to something else than each other",
        ]
    );
}

#[test]
fn what_groups_refuse_is_told() {
    let (mut site, client, servers) = two_subnets();
    let more = site.group();
    site.parts.interfaces[1].groups.push(more);
    let way = |traffic: &str, peer: &str, way: &str, of: &str, id: &str| {
        [
            format!("no {way} rule of {of} ({id}) allows {traffic} {peer}"),
            format!("add an {way} rule to one of {of}: {traffic} {peer}"),
        ]
    };
    let from = "from 10.0.0.10/32";
    let of_servers = |traffic: &str| way(traffic, from, "ingress", "sg-1, sg-2", "eni-1");
    let [place, because, remedy] = tcp(&site, client, "10.0.1.10", 443);
    assert_eq!(place, "security-group sg-1 ingress SG_HAS_NO_RULES");
    assert_eq!([because, remedy], of_servers("tcp port 443"));
    // A rule in either group, and they have rules; one of the other direction is none.
    site.rule(more, Egress, Traffic::ALL, Peer::Block(block(ALL)));
    assert_eq!(tcp(&site, client, "10.0.1.10", 443)[0], "security-group sg-1 ingress SG_HAS_NO_RULES");
    site.rule(more, Ingress, Traffic::ports(TCP, 80, 80), Peer::Block(block(ALL)));
    let mismatch = "security-group sg-1 ingress ENI_SG_RULES_MISMATCH";
    let ping = Packet::ping(address("10.0.0.10"), address("10.0.1.10"));
    for (packet, traffic) in [
        (Packet { protocol: TCP, to: 443, ..ping }, "tcp port 443"),
        (Packet { protocol: UDP, to: 53, ..ping }, "udp port 53"),
        (ping, "icmp type 8 code 0"),
        (Packet { to: icmp(3, 4), ..ping }, "icmp type 3 code 4"),
        (Packet { protocol: 58, to: icmp(128, 1), ..ping }, "icmp type 128 code 1"),
        (Packet { protocol: 50, to: 0, ..ping }, "protocol 50"),
    ] {
        let [place, because, remedy] = said(&site, Origin::Interface(client), packet);
        assert_eq!((place.as_str(), [because, remedy]), (mismatch, of_servers(traffic)), "{traffic}");
    }
    site.parts.groups[0].egress.clear();
    let [place, because, remedy] = tcp(&site, client, "10.0.1.10", 443);
    assert_eq!(place, "security-group sg-0 egress SG_HAS_NO_RULES");
    assert_eq!([because, remedy], way("tcp port 443", "to 10.0.1.10/32", "egress", "sg-0", "eni-0"));
    assert_eq!(servers, 1);
}

/// The entry that denies; the last one of either family, which has a number of its own (VPC user guide, "Network ACL
/// rules"), where none does.
#[test]
fn what_acls_refuse_is_told() {
    let (mut site, client, servers) = two_subnets();
    site.rule(servers, Ingress, Traffic::ALL, Peer::Block(block(ALL)));
    let denied = |way: &str, subnet: &str, what: &str, peer: &str| {
        [
            format!("the ACL of {subnet} denies {way} of {what} {peer}"),
            format!("add an {way} entry with a lower number that allows {what} {peer}"),
        ]
    };
    site.entry(0, Egress, (90, false), Traffic::ports(TCP, 400, 500), "10.0.1.0/24");
    let [place, because, remedy] = tcp(&site, client, "10.0.1.10", 443);
    assert_eq!(
        place,
        "network-acl acl-0 egress [90 false 6 Some((400, 500)) 10.0.1.0/24] SUBNET_ACL_RESTRICTION"
    );
    assert_eq!([because, remedy], denied("egress", "subnet-0", "tcp port 443", "to 10.0.1.10/32"));
    site.parts.acls[0].egress.remove(0);
    site.entry(1, Ingress, (80, false), Traffic::ALL, "10.0.0.0/8");
    let [place, because, remedy] = tcp(&site, client, "10.0.1.10", 443);
    assert_eq!(place, "network-acl acl-1 ingress [80 false all None 10.0.0.0/8] SUBNET_ACL_RESTRICTION");
    assert_eq!([because, remedy], denied("ingress", "subnet-1", "tcp port 443", "from 10.0.0.10/32"));
    site.close(1, Ingress);
    let last = "network-acl acl-1 ingress [32767 false all None 0.0.0.0/0] SUBNET_ACL_RESTRICTION";
    assert_eq!(tcp(&site, client, "10.0.1.10", 443)[0], last);
    site.entry(1, Ingress, (100, true), Traffic::ALL, ALL);
    site.close(1, Egress);
    let [place, because, remedy] = tcp(&site, client, "10.0.1.10", 443);
    assert_eq!(place, last.replace("network", "back network").replace("ingress", "egress"));
    assert_eq!([because, remedy], denied("egress", "subnet-1", "tcp port 49152", "to 10.0.0.10/32"));
    let mut site = public_and_private();
    site.close(1, Ingress);
    assert_eq!(
        tcp(&site, 0, "2001:db8:0:1::10", 443)[0],
        "network-acl acl-1 ingress [32768 false all None ::/0] SUBNET_ACL_RESTRICTION"
    );
    site.entry(1, Ingress, (90, false), Traffic::icmp(ICMP, Some(8), None), ALL);
    let ping = Packet::ping(address("10.0.0.10"), address("10.0.1.10"));
    assert_eq!(
        said(&site, Origin::Interface(0), ping)[0],
        "network-acl acl-1 ingress [90 false 1 None 0.0.0.0/0] SUBNET_ACL_RESTRICTION"
    );
}

#[test]
fn what_routes_refuse_is_told() {
    let mut site = three_subnets();
    assert_eq!(
        tcp(&site, 0, OUTSIDE, 443),
        [
            "route-table rtb-0 NO_ROUTE_TO_DESTINATION".to_owned(),
            format!("no route leads to {OUTSIDE}"),
            format!("add a route to {OUTSIDE}, or to a block that has it"),
        ]
    );
    assert_eq!(
        tcp(&site, 0, "10.0.1.11", 443),
        [
            "route-table rtb-0 [10.0.0.0/16 by local true] NO_POSSIBLE_DESTINATION",
            "no interface of the VPC has 10.0.1.11",
            "ask for an address that is there",
        ]
    );
    let list = site.list(&["203.0.113.0/24"]);
    site.list_route(0, list, &Target::Other("lgw-1".to_owned()));
    assert_eq!(
        tcp(&site, 0, OUTSIDE, 443),
        [
            "route-table rtb-0 [pl-0 by lgw-1 true] UNSUPPORTED_COMPONENT",
            "what the route leads to is gone, or not judged here",
            "replace the route by one whose target is judged",
        ]
    );
    site.route(0, "203.0.113.9/32", Target::Interface(2));
    site.parts.tables[0].routes[2].leads = false;
    assert_eq!(
        tcp(&site, 0, OUTSIDE, 443),
        [
            "route-table rtb-0 [203.0.113.9/32 by eni-2 false] BAD_STATE_ROUTE",
            "the route's target is gone, or not attached",
            "replace the route by one whose target is there",
        ]
    );
}

#[test]
fn what_internet_gateways_refuse_is_told() {
    let mut site = public_and_private();
    for (to, code) in [
        ("192.168.0.1", "internet-gateway igw-0 IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"),
        ("100.64.0.1", "internet-gateway igw-0 IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS"),
    ] {
        let because = format!("{to} is not an address of the internet");
        let remedy = format!("add a route to {to} that does not lead to the internet");
        assert_eq!(tcp(&site, 0, to, 443), [code.to_owned(), because, remedy]);
    }
    for (from, code) in [
        ("192.168.0.1", "internet-gateway igw-0 IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"),
        ("100.64.0.1", "internet-gateway igw-0 IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS"),
    ] {
        let packet = Packet::tcp(address(from), address("198.18.0.10"), 443);
        let because = format!("{from} is not an address of the internet");
        let want = [code.to_owned(), because, "ask from a public address".to_owned()];
        assert_eq!(said(&site, Origin::Internet, packet), want);
    }
    assert_eq!(
        tcp_inward(&site, "198.18.0.11"),
        [
            "internet IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
            "198.18.0.11 is not the public address of an interface",
            "associate an elastic address with the interface, and ask for that",
        ]
    );
    site.parts.subnets[0].access = Access::Shut;
    assert_eq!(
        tcp(&site, 0, OUTSIDE, 443),
        [
            "internet-gateway igw-0 VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
            "the account blocks public access to its VPCs",
            "exclude the VPC or the subnet from the block of public access, or change its mode",
        ]
    );
    site.parts.subnets[0].access = Access::Open;
    let public = std::mem::take(&mut site.parts.interfaces[0].public);
    assert_eq!(
        tcp(&site, 0, OUTSIDE, 443),
        [
            "internet-gateway igw-0 IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
            "10.0.0.10 is not paired with a public address",
            "associate an elastic address with 10.0.0.10, or lead the subnet to a NAT gateway",
        ]
    );
    site.parts.interfaces[0].public = public;
    site.parts.internet_gateways.clear();
    site.parts.tables[0].routes.truncate(2);
    assert_eq!(
        tcp_inward(&site, "198.18.0.10"),
        [
            "vpc vpc-0 NO_PATH",
            "no internet gateway is attached to the VPC",
            "attach an internet gateway, and add a route to it",
        ]
    );
    let outward = site.egress_only(0);
    site.route(1, ALL, outward);
    assert_eq!(
        tcp(&site, 1, OUTSIDE, 443),
        [
            "egress-only-internet-gateway eigw-0 PROTOCOL_RESTRICTION",
            "egress-only internet gateways carry IPv6",
            "lead IPv4 to a NAT gateway or an internet gateway",
        ]
    );
    let inward = Packet::tcp(address("2001:db8:ffff::9"), address("2001:db8:0:1::10"), 443);
    assert_eq!(
        said(&site, Origin::Internet, inward),
        [
            "egress-only-internet-gateway eigw-0 NO_PATH",
            "the gateway begins no flows into the VPC",
            "ask by an internet gateway and a public address of the interface",
        ]
    );
}

#[test]
fn what_nat_gateways_refuse_is_told() {
    let mut site = with_nat();
    let sent = Packet::tcp(address("10.0.1.10"), address(OUTSIDE), 443);
    assert_eq!(
        said(&site, Origin::Interface(1), Packet { protocol: 50, from: 0, to: 0, ..sent }),
        [
            "natgateway nat-0 PROTOCOL_RESTRICTION",
            "NAT gateways carry TCP, UDP and ICMP",
            "use one of these, or another way than the NAT gateway",
        ]
    );
    site.route(1, "::/0", Target::Nat(0));
    assert_eq!(
        tcp(&site, 1, "2001:db8:ffff::9", 443),
        [
            "natgateway nat-0 PROTOCOL_RESTRICTION",
            "the NAT gateway carries IPv4",
            "lead IPv6 to an egress-only internet gateway or an internet gateway",
        ]
    );
    assert_eq!(
        tcp_inward(&site, "198.18.0.200"),
        [
            "natgateway nat-0 NO_PATH",
            "the gateway begins no flows into the VPC",
            "ask by an internet gateway and a public address of the interface",
        ]
    );
    site.parts.interfaces[1].checks = false;
    assert_eq!(
        said(&site, Origin::Interface(1), Packet { source: address("192.168.0.1"), ..sent }),
        [
            "natgateway nat-0 NGW_REQUIRES_SOURCE_IN_VPC",
            "192.168.0.1 is not in the VPC of the NAT gateway",
            "let a NAT gateway of the sender's own VPC translate",
        ]
    );
    site.parts.nats[0].works = false;
    assert_eq!(
        tcp(&site, 1, OUTSIDE, 443),
        [
            "natgateway nat-0 BAD_STATE",
            "the NAT gateway is not available",
            "wait for it, or make another one"
        ]
    );
    let mut site = with_nat();
    site.public(1, "10.0.1.10", "198.18.0.11");
    assert_eq!(
        tcp_inward(&site, "198.18.0.11"),
        [
            "back natgateway nat-0 NO_PATH",
            "the answer comes to a NAT gateway that has not seen the question",
            "lead both ways by the same gateway",
        ]
    );
}

#[test]
fn what_gateway_endpoints_refuse_is_told() {
    let mut site = three_subnets();
    let endpoint = site.endpoint(0);
    site.route(0, ALL, endpoint);
    let sent = Packet::tcp(address("10.0.0.10"), address(OUTSIDE), 443);
    assert_eq!(
        said(&site, Origin::Interface(0), Packet { protocol: UDP, ..sent }),
        [
            "vpc-endpoint vpce-0 VPCE_GATEWAY_PROTOCOL_RESTRICTION",
            "gateway endpoints carry TCP and echo requests",
            "use one of these, or another way than the endpoint",
        ]
    );
    site.parts.interfaces[0].checks = false;
    assert_eq!(
        said(&site, Origin::Interface(0), Packet { source: address("192.0.2.1"), ..sent }),
        [
            "vpc-endpoint vpce-0 VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION",
            "192.0.2.1 is not in the VPC of the endpoint",
            "make an endpoint in the sender's own VPC",
        ]
    );
    site.parts.endpoints[0].works = false;
    assert_eq!(
        said(&site, Origin::Interface(0), sent),
        [
            "vpc-endpoint vpce-0 BAD_STATE",
            "the endpoint is not available",
            "wait for it, or make another one"
        ]
    );
}

#[test]
fn what_stops_between_networks_is_told() {
    let mut site = peered();
    site.route(0, ALL, Target::Peering(0));
    assert_eq!(
        tcp(&site, 0, OUTSIDE, 443),
        [
            "vpc-peering-connection pcx-0 PCX_REQUIRES_ADDRESS_IN_VPC_CIDR".to_owned(),
            format!("{OUTSIDE} is in no block of the VPC across the peering connection"),
            format!("peer with the VPC of {OUTSIDE} itself: peering connections lead no further"),
        ]
    );
    site.parts.interfaces[0].checks = false;
    assert_eq!(
        said(&site, Origin::Interface(0), Packet::tcp(address("10.9.0.1"), address("10.1.0.10"), 22)),
        [
            "vpc-peering-connection pcx-0 PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
            "10.9.0.1 is in no block of the VPC that sends it, and peering connections are not transitive",
            "peer with the VPC of the sender itself, or use a transit gateway",
        ]
    );
    let mut site = attached();
    assert_eq!(
        tcp(&site, 0, "10.7.0.10", 22),
        [
            "transit-gateway-attachment tgw-attach-0 TGW_RTB_CANNOT_ROUTE",
            "no route of the transit gateway's table leads to 10.7.0.10",
            "add a route to 10.7.0.10, or let the attachment that has it propagate",
        ]
    );
    site.transit_route(0, "10.7.0.0/16", None);
    let rule = "[tgw-rtb-0 10.7.0.0/16 by None true]";
    assert_eq!(
        tcp(&site, 0, "10.7.0.10", 22),
        [
            format!("transit-gateway-attachment tgw-attach-0 {rule} TGW_RTB_BAD_STATE_ROUTE"),
            "the transit gateway's route drops packets, or its attachment is gone".to_owned(),
            "replace the route by one to an attachment that is there".to_owned(),
        ]
    );
    site.parts.attachments[1].table = None;
    assert_eq!(
        tcp(&site, 0, "10.1.0.10", 22),
        [
            "back transit-gateway-attachment tgw-attach-1 TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION",
            "the attachment is associated with no route table of the transit gateway",
            "associate the attachment with a route table",
        ]
    );
    let Attached::Vpc { zones, .. } = &mut site.parts.attachments[0].what else { panic!() };
    zones.clear();
    assert_eq!(
        tcp(&site, 0, "10.1.0.10", 22),
        [
            "transit-gateway-attachment tgw-attach-0 TGW_ATTACH_VPC_AZ_RESTRICTION",
            "the VPC is attached to the transit gateway, but not in the zone of the sender",
            "add a subnet of that zone to the attachment",
        ]
    );
}

#[test]
fn what_stops_before_a_customer_is_told() {
    let mut site = vpcs(1);
    let customer = site.customer(Some(0), None);
    site.route(0, "192.168.0.0/16", Target::Customer(customer));
    let asks = |to: &str| Packet::tcp(address("192.168.1.1"), address(to), 22);
    assert_eq!(
        said(&site, Origin::Customer(0), asks("10.0.0.11")),
        [
            "vpn-gateway vgw-0 VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
            "no interface of the VPC has 10.0.0.11",
            "ask for an address that is there",
        ]
    );
    site.parts.interfaces[0].checks = false;
    assert_eq!(
        said(&site, Origin::Interface(0), Packet::tcp(address("10.9.0.1"), address("192.168.1.1"), 22)),
        [
            "vpn-gateway vgw-0 VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS",
            "10.9.0.1 is no address of an interface of the VPC",
            "send from an interface of the VPC, or use a transit gateway",
        ]
    );
    site.parts.customers[0].is_connected = false;
    let (because, remedy) =
        ("the gateway has no VPN connection that is available", "create a VPN connection with the gateway");
    assert_eq!(tcp(&site, 0, "192.168.1.1", 22), ["vpn-gateway vgw-0 BAD_STATE_VPN", because, remedy]);
    let mut site = attached();
    let own = site.attachment("tgw-0", Attached::Customer(0), Some(0));
    site.customer(None, Some(own));
    site.transit_route(0, "192.168.0.0/16", Some(own));
    site.route(0, "192.168.0.0/16", Target::Transit(0));
    site.parts.customers[0].is_connected = false;
    assert_eq!(tcp(&site, 0, "192.168.1.1", 22), ["vpn-connection vpn-0 TGW_BAD_STATE_VPN", because, remedy]);
}
