//! Internet, egress-only internet and NAT gateways, and NAT instances.

use super::site::{OUTSIDE, Site, address, block};
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Access, Peer, Target};
use crate::packet::{Packet, TCP, UDP, icmp};
use crate::rules::Traffic;
use crate::verdict::Origin;

const ALL: &str = "0.0.0.0/0";

/// A VPC with a public and a private subnet: subnet 0 leads to the internet gateway and has interface 0 with a public
/// address; subnet 1 has interface 1 and leads nowhere.
pub(super) fn public_and_private() -> Site {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16", "2001:db8::/56"]);
    let open = site.open_group();
    let public = site.subnet(vpc, &["10.0.0.0/24", "2001:db8::/64"]);
    let private = site.subnet(vpc, &["10.0.1.0/24", "2001:db8:0:1::/64"]);
    let gateway = site.internet_gateway(vpc);
    site.route(public, ALL, gateway.clone());
    site.route(public, "::/0", gateway);
    let own = site.interface(public, &["10.0.0.10", "2001:db8::10"], &[open]);
    site.public(own, "10.0.0.10", "198.18.0.10");
    site.interface(private, &["10.0.1.10", "2001:db8:0:1::10"], &[open]);
    site
}

/// VPC user guide, "Enable internet access for a VPC": a route to the gateway, and a public address on the interface.
#[test]
fn the_internet_needs_a_public_address() {
    let mut site = public_and_private();
    assert_eq!(site.tcp(0, OUTSIDE, 443), "allowed: internet");
    assert_eq!(site.tcp_inward("198.18.0.10", 443), "allowed: eni-0");
    site.parts.interfaces[0].public.clear();
    assert_eq!(site.tcp(0, OUTSIDE, 443), "there: igw-0: NoPublicAddress");
    assert_eq!(site.tcp_inward("198.18.0.10", 443), "there: internet: NotAPublicAddress");
    // A further private address has a public one of its own or none.
    site.parts.interfaces[0].addresses.push(block("10.0.0.11/32"));
    site.public(0, "10.0.0.11", "198.18.0.11");
    assert_eq!(site.tcp(0, OUTSIDE, 443), "there: igw-0: NoPublicAddress");
    let second = Packet::tcp(address("10.0.0.11"), address(OUTSIDE), 443);
    assert_eq!(site.said(Origin::Interface(0), second), "allowed: internet");
    assert_eq!(site.tcp_inward("198.18.0.11", 443), "allowed: eni-0");
    for near in ["198.18.0.10", "198.18.0.12"] {
        assert_eq!(site.tcp_inward(near, 443), "there: internet: NotAPublicAddress", "{near}");
    }
}

/// EC2 API reference, VpcBlockPublicAccessOptions: what the block leaves of the ways to the internet. The subnet that the
/// gateway is met from is asked; that of the sender behind a NAT gateway is not.
#[test]
fn the_block_of_public_access_is_asked_at_the_gateway() {
    let mut site = public_and_private();
    let (nat, card) = site.nat(0, "10.0.0.20");
    site.public(card, "10.0.0.20", "198.18.0.20");
    site.route(1, ALL, nat);
    site.parts.subnets[1].access = Access::Shut;
    let (out, blocked) = ("allowed: internet", "there: igw-0: PublicAccessBlocked");
    for (access, want) in [
        (Access::Open, [out, out, "allowed: eni-0", "allowed: eni-0", out]),
        (Access::Outward, [blocked, blocked, blocked, blocked, out]),
        (Access::Shut, [blocked; 5]),
    ] {
        site.parts.subnets[0].access = access;
        let found = [
            site.tcp(0, OUTSIDE, 443),
            site.tcp(0, "2001:db8:ffff::9", 443),
            site.tcp_inward("198.18.0.10", 443),
            site.tcp_inward("2001:db8::10", 443),
            site.tcp(1, OUTSIDE, 443),
        ];
        assert_eq!(found, want, "{access:?}");
        assert_eq!(site.tcp(0, "10.0.1.10", 443), "allowed: eni-1", "{access:?}");
    }
    site.parts.tables[0].routes.retain(|route| route.destination != block("::/0"));
    let outward = site.egress_only(0);
    site.route(0, "::/0", outward);
    for (access, want) in [(Access::Outward, out), (Access::Shut, "there: eigw-0: PublicAccessBlocked")] {
        site.parts.subnets[0].access = access;
        assert_eq!(site.tcp(0, "2001:db8:ffff::9", 443), want, "{access:?}");
    }
}

/// VPC user guide, "Route tables": what comes in from the internet to a subnet without a route there is not answered.
#[test]
fn what_enters_must_find_its_way_back() {
    let mut site = public_and_private();
    site.public(1, "10.0.1.10", "198.18.0.11");
    assert_eq!(site.tcp_inward("198.18.0.11", 443), "back: rtb-1: NoRoute");
    site.route(1, ALL, Target::InternetGateway(0));
    assert_eq!(site.tcp_inward("198.18.0.11", 443), "allowed: eni-1");
    site.entry(1, Ingress, (90, false), Traffic::ports(TCP, 443, 443), ALL);
    assert_eq!(site.tcp_inward("198.18.0.11", 443), "there: acl-1 in: AclDenies by 90");
    site.parts.internet_gateways.clear();
    site.parts.tables.iter_mut().for_each(|table| table.routes.truncate(1));
    assert_eq!(site.tcp_inward("198.18.0.11", 443), "there: vpc-0: NoInternetGateway");
}

/// Reachability Analyzer guide, "Explanation codes": what internet gateways reject.
#[test]
fn private_addresses_are_not_on_the_internet() {
    let site = public_and_private();
    for (to, want) in [
        ("192.168.0.1", "there: igw-0: PrivateDestination"),
        ("100.64.0.1", "there: igw-0: SharedDestination"),
    ] {
        assert_eq!(site.tcp(0, to, 443), want, "{to}");
    }
    for (from, want) in
        [("10.9.9.9", "there: igw-0: PrivateSource"), ("100.64.0.1", "there: igw-0: SharedSource")]
    {
        let packet = Packet::tcp(address(from), address("198.18.0.10"), 443);
        assert_eq!(site.said(Origin::Internet, packet), want, "{from}");
    }
}

/// EC2 user guide, "Public IPv4 addresses": two interfaces speak by their public addresses through the gateway; rules
/// that name groups do not see them (VPC user guide, "Security group referencing").
#[test]
fn public_addresses_lead_back_in() {
    let mut site = public_and_private();
    site.public(1, "10.0.1.10", "198.18.0.11");
    site.route(1, ALL, Target::InternetGateway(0));
    assert_eq!(site.tcp(0, "198.18.0.11", 443), "allowed: eni-1");
    let named = site.group();
    site.rule(named, Ingress, Traffic::ALL, Peer::Group(0));
    site.parts.interfaces[1].groups = vec![named];
    assert_eq!(site.tcp(0, "198.18.0.11", 443), "there: groups of eni-1 in: NoRule");
    assert_eq!(site.tcp(0, "10.0.1.10", 443), "allowed: eni-1");
    site.rule(named, Ingress, Traffic::ALL, Peer::Block(block("198.18.0.10/32")));
    assert_eq!(site.tcp(0, "198.18.0.11", 443), "allowed: eni-1");
}

/// VPC user guide, "Internet gateways": addresses of IPv6 are public.
#[test]
fn ipv6_needs_no_translation() {
    let mut site = public_and_private();
    assert_eq!(site.tcp(0, "2001:db8:ffff::9", 443), "allowed: internet");
    assert_eq!(site.tcp_inward("2001:db8::10", 443), "allowed: eni-0");
    assert_eq!(site.tcp_inward("2001:db8::11", 443), "there: internet: NotAPublicAddress");
    assert_eq!(site.tcp(1, "2001:db8:ffff::9", 443), "there: rtb-1: NoRoute");
    assert_eq!(site.tcp(1, "2001:db8::10", 443), "allowed: eni-0");
    let ping = Packet::ping(address("2001:db8::10"), address("2001:db8:ffff::9"));
    assert_eq!(site.said(Origin::Interface(0), ping), "allowed: internet");
    site.entry(0, Ingress, (90, false), Traffic::icmp(58, Some(129), None), "::/0");
    assert_eq!(site.said(Origin::Interface(0), ping), "back: acl-0 in: AclDenies by 90");
}

/// VPC user guide, "Egress-only internet gateways": IPv6, outward, with the answers.
#[test]
fn egress_only_gateways_begin_nothing_inward() {
    let mut site = public_and_private();
    let gateway = site.egress_only(0);
    site.route(1, "::/0", gateway.clone());
    assert_eq!(site.tcp(1, "2001:db8:ffff::9", 443), "allowed: internet");
    site.close(1, Ingress);
    assert_eq!(site.tcp(1, "2001:db8:ffff::9", 443), "back: acl-1 in: AclDenies by *");
    site.entry(1, Ingress, (100, true), Traffic::ALL, "::/0");
    // With an internet gateway beside it, what comes in comes by that, and is answered by either.
    assert_eq!(site.tcp_inward("2001:db8:0:1::10", 443), "allowed: eni-1");
    site.parts.internet_gateways.clear();
    site.parts.tables[0].routes.truncate(2);
    assert_eq!(site.tcp(1, "2001:db8:ffff::9", 443), "allowed: internet");
    assert_eq!(site.tcp_inward("2001:db8:0:1::10", 443), "there: eigw-0: OutwardOnly");
    assert_eq!(site.tcp_inward("198.18.0.10", 443), "there: vpc-0: NoInternetGateway");
    site.route(1, ALL, gateway);
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: eigw-0: Family");
}

/// As above: a gateway is of the VPC that it is attached to.
#[test]
fn gateways_of_another_vpc_let_nothing_in() {
    let mut site = public_and_private();
    site.parts.internet_gateways.clear();
    site.egress_only(0);
    let other = site.vpc(&["10.1.0.0/16", "2001:db8:1::/56"]);
    let subnet = site.subnet(other, &["10.1.0.0/24", "2001:db8:1::/64"]);
    site.interface(subnet, &["10.1.0.10", "2001:db8:1::10"], &[0]);
    assert_eq!(site.tcp_inward("2001:db8::10", 443), "there: eigw-0: OutwardOnly");
    assert_eq!(site.tcp_inward("2001:db8:1::10", 443), "there: vpc-1: NoInternetGateway");
    let own = site.internet_gateway(other);
    site.route(subnet, "::/0", own);
    assert_eq!(site.tcp_inward("2001:db8::10", 443), "there: eigw-0: OutwardOnly");
    assert_eq!(site.tcp_inward("2001:db8:1::10", 443), "allowed: eni-2");
}

/// `public_and_private` with a NAT gateway in the public subnet that the private one leads to: interface 2.
pub(super) fn with_nat() -> Site {
    let mut site = public_and_private();
    let (nat, card) = site.nat(0, "10.0.0.200");
    site.public(card, "10.0.0.200", "198.18.0.200");
    site.route(1, ALL, nat);
    site
}

/// VPC user guide, "NAT gateways": outward only, for TCP, UDP and ICMP, from its own VPC.
#[test]
fn nat_gateways_lead_outward() {
    let mut site = with_nat();
    assert_eq!(site.tcp(1, OUTSIDE, 443), "allowed: internet");
    let sent = |protocol, from, to| Packet {
        source: address("10.0.1.10"),
        destination: address(OUTSIDE),
        protocol,
        from,
        to,
    };
    for (packet, want) in [
        (sent(UDP, 50_000, 53), "allowed: internet"),
        (sent(TCP, 80, 443), "allowed: internet"),
        (sent(1, 0, icmp(8, 0)), "allowed: internet"),
        (sent(1, 0, icmp(3, 0)), "allowed: internet"),
        (sent(50, 0, 0), "there: nat-0: Protocol"),
    ] {
        assert_eq!(site.said(Origin::Interface(1), packet), want, "{packet:?}");
    }
    assert_eq!(site.tcp_inward("198.18.0.200", 443), "there: nat-0: OutwardOnly");
    assert_eq!(site.tcp(1, "10.0.0.200", 443), "there: nat-0: OutwardOnly");
    site.parts.interfaces[1].checks = false;
    let foreign = Packet { source: address("192.168.0.1"), ..sent(TCP, 50_000, 443) };
    assert_eq!(site.said(Origin::Interface(1), foreign), "there: nat-0: SourceOutsideVpc");
    site.parts.nats[0].works = false;
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: nat-0: NotAvailable");
    site.parts.nats[0].works = true;
    site.parts.nats[0].interface = None;
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: nat-0: NotAvailable");
}

/// VPC user guide, "NAT gateway basics": it needs a route to the internet gateway and a public address; a private one
/// has none.
#[test]
fn a_nat_gateway_has_routes_of_its_own_subnet() {
    let mut site = with_nat();
    site.parts.interfaces[2].public.clear();
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: igw-0: NoPublicAddress");
    site.parts.tables[0].routes.truncate(2);
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: rtb-0: NoRoute");
    site.route(0, ALL, Target::Nat(0));
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: eni-1: Circles");
    // Within the VPC it translates as well: a route that is longer than the local one may lead to it.
    let open = 0;
    let third = site.subnet(0, &["10.0.2.0/24"]);
    let server = site.interface(third, &["10.0.2.10"], &[open]);
    site.route(1, "10.0.2.0/24", Target::Nat(0));
    assert_eq!(site.tcp(1, "10.0.2.10", 443), "allowed: eni-3");
    let from_nat = site.group();
    site.rule(from_nat, Ingress, Traffic::ALL, Peer::Block(block("10.0.0.200/32")));
    site.parts.interfaces[server].groups = vec![from_nat];
    assert_eq!(site.tcp(1, "10.0.2.10", 443), "allowed: eni-3");
    // An interface in the gateway's own subnet is beside it.
    site.route(1, "10.0.0.10/32", Target::Nat(0));
    site.close(0, Egress);
    site.entry(0, Egress, (100, true), Traffic::ALL, "10.0.1.0/24");
    assert_eq!(site.tcp(1, "10.0.0.10", 443), "allowed: eni-0");
}

/// VPC user guide, "Security group referencing": what is translated has lost whose it was.
#[test]
fn what_a_nat_gateway_sends_is_from_nobodys_group() {
    let mut site = with_nat();
    let third = site.subnet(0, &["10.0.2.0/24"]);
    let (named, by_address) = (site.group(), site.group());
    site.rule(named, Ingress, Traffic::ALL, Peer::Group(0));
    site.rule(by_address, Ingress, Traffic::ALL, Peer::Block(block("10.0.0.200/32")));
    let server = site.interface(third, &["10.0.2.10"], &[named]);
    assert_eq!(site.tcp(1, "10.0.2.10", 443), "allowed: eni-3");
    site.route(1, "10.0.2.0/24", Target::Nat(0));
    assert_eq!(site.tcp(1, "10.0.2.10", 443), "there: groups of eni-3 in: NoRule");
    site.parts.interfaces[server].groups = vec![by_address];
    assert_eq!(site.tcp(1, "10.0.2.10", 443), "allowed: eni-3");
}

/// VPC user guide, "Network ACLs", "Custom network ACLs and other AWS services": the ACLs of both subnets see what
/// passes a NAT gateway, with the addresses it has there.
#[test]
fn acls_on_both_sides_of_a_nat_gateway_are_asked() {
    let ephemeral = Traffic::ports(TCP, 1_024, 65_535);
    for (subnet, direction, traffic, of, want) in [
        (1, Egress, Traffic::ALL, OUTSIDE, "there: acl-1 out: AclDenies by 90"),
        (0, Ingress, Traffic::ports(TCP, 443, 443), "10.0.1.10", "there: acl-0 in: AclDenies by 90"),
        (0, Egress, Traffic::ALL, OUTSIDE, "there: acl-0 out: AclDenies by 90"),
        (0, Ingress, ephemeral, OUTSIDE, "back: acl-0 in: AclDenies by 90"),
        (0, Egress, ephemeral, "10.0.1.10", "back: acl-0 out: AclDenies by 90"),
        (1, Ingress, ephemeral, OUTSIDE, "back: acl-1 in: AclDenies by 90"),
        (1, Ingress, ephemeral, "10.0.0.200", "allowed: internet"),
    ] {
        let mut site = with_nat();
        site.entry(subnet, direction, (90, false), traffic, &format!("{of}/32"));
        assert_eq!(site.tcp(1, OUTSIDE, 443), want, "{subnet} {direction:?} {of}");
    }
    // Who stands in the gateway's own subnet enters none on the way to it; from there the same route leads back to it.
    let mut site = with_nat();
    site.route(0, "203.0.113.0/24", Target::Nat(0));
    site.entry(0, Ingress, (90, false), Traffic::ports(TCP, 443, 443), ALL);
    assert_eq!(site.tcp(0, OUTSIDE, 443), "there: eni-0: Circles");
}

/// A port below 1024 is not kept: what comes back comes to one that is.
#[test]
fn nat_gateways_remap_reserved_ports() {
    let mut site = with_nat();
    site.entry(0, Ingress, (90, false), Traffic::ports(TCP, 0, 1_023), &format!("{OUTSIDE}/32"));
    let packet = |from| Packet { from, ..Packet::tcp(address("10.0.1.10"), address(OUTSIDE), 443) };
    assert_eq!(site.said(Origin::Interface(1), packet(80)), "allowed: internet");
    site.entry(1, Ingress, (90, false), Traffic::ports(TCP, 80, 80), ALL);
    assert_eq!(site.said(Origin::Interface(1), packet(80)), "back: acl-1 in: AclDenies by 90");
    assert_eq!(site.said(Origin::Interface(1), packet(81)), "allowed: internet");
}

/// An answer that is routed to a NAT gateway which has not seen the question is dropped there.
#[test]
fn nat_gateways_carry_no_answers_of_others() {
    let mut site = with_nat();
    site.public(1, "10.0.1.10", "198.18.0.11");
    assert_eq!(site.tcp_inward("198.18.0.11", 443), "back: nat-0: UnknownFlow");
    // Nor one that comes to its address: the server answers another interface's question to it.
    let mut site = with_nat();
    site.parts.interfaces[1].checks = false;
    let posing = Packet::tcp(address("10.0.0.200"), address("10.0.0.10"), 443);
    assert_eq!(site.said(Origin::Interface(1), posing), "back: nat-0: UnknownFlow");
}

/// The answer is the gateway's to turn back: an appliance on its way there passes it on as it is, and the ACL of the
/// gateway's subnet sees it.
#[test]
fn answers_are_turned_back_where_they_were_translated() {
    let mut site = with_nat();
    let open = 0;
    let (third, fourth) = (site.subnet(0, &["10.0.2.0/24"]), site.subnet(0, &["10.0.3.0/24"]));
    site.interface(third, &["10.0.2.10"], &[open]);
    let appliance = site.interface(fourth, &["10.0.3.10"], &[open]);
    site.parts.interfaces[appliance].checks = false;
    site.route(1, "10.0.2.0/24", Target::Nat(0));
    site.route(third, "10.0.0.200/32", Target::Interface(appliance));
    assert_eq!(site.tcp(1, "10.0.2.10", 443), "allowed: eni-3");
    site.entry(0, Ingress, (90, false), Traffic::ALL, "10.0.2.10/32");
    assert_eq!(site.tcp(1, "10.0.2.10", 443), "back: acl-0 in: AclDenies by 90");
}

/// VPC user guide, "NAT instances": an interface without the check, in a public subnet, with a public address.
#[test]
fn a_nat_instance_lends_its_address() {
    let mut site = public_and_private();
    site.route(1, ALL, Target::Interface(0));
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: eni-0: NotForInterface");
    site.parts.interfaces[0].checks = false;
    assert_eq!(site.tcp(1, OUTSIDE, 443), "allowed: internet");
    assert_eq!(site.tcp(0, OUTSIDE, 443), "allowed: internet");
    let groups = site.group();
    site.rule(groups, Ingress, Traffic::ports(TCP, 443, 443), Peer::Group(0));
    site.rule(groups, Egress, Traffic::ports(TCP, 443, 443), Peer::Block(block(ALL)));
    site.parts.interfaces[0].groups = vec![groups];
    assert_eq!(site.tcp(1, OUTSIDE, 443), "allowed: internet");
    site.parts.interfaces[0].public.clear();
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: igw-0: NoPublicAddress");
    // An answer does not get another address on its way back.
    let mut site = public_and_private();
    site.public(1, "10.0.1.10", "198.18.0.11");
    site.route(1, ALL, Target::Interface(0));
    site.parts.interfaces[0].checks = false;
    assert_eq!(site.tcp_inward("198.18.0.11", 443), "back: igw-0: NoPublicAddress");
}

/// VPC user guide, "Route tables": the answer goes where the routes of its own side lead, which is not where somebody has
/// only posed to be, nor where an endpoint's list has taken over.
#[test]
fn answers_go_astray_by_whatever_leads_on() {
    let mut site = public_and_private();
    let customer = site.customer(Some(0), None);
    site.route(0, "192.168.0.0/16", Target::Customer(customer));
    site.parts.interfaces[1].checks = false;
    for (from, want) in [(OUTSIDE, "back: internet: Astray"), ("192.168.1.1", "back: vgw-0: Astray")] {
        let posing = Packet::tcp(address(from), address("10.0.0.10"), 443);
        assert_eq!(site.said(Origin::Interface(1), posing), want, "{from}");
    }
    assert_eq!(site.tcp_inward("198.18.0.10", 443), "allowed: eni-0");
    let (endpoint, list) = (site.endpoint(0), site.list(&["203.0.113.0/24"]));
    site.list_route(0, list, &endpoint);
    assert_eq!(site.tcp_inward("198.18.0.10", 443), "back: vpce-0: Astray");
}

/// PrivateLink guide, "Gateway endpoints": TCP and echo requests from the VPC, by the route to the prefix list; groups
/// remember the flow, ACLs judge the answer too, and everything else goes on as before.
#[test]
fn a_gateway_endpoint_leads_to_its_service() {
    let mut site = public_and_private();
    let (endpoint, list) = (site.endpoint(0), site.list(&["203.0.113.0/24"]));
    site.list_route(1, list, &endpoint);
    let elsewhere = "192.0.2.1";
    assert_eq!(site.tcp(1, OUTSIDE, 443), "allowed: vpce-0");
    assert_eq!(site.tcp(1, elsewhere, 443), "there: rtb-1: NoRoute");
    let from = |packet| site.said(Origin::Interface(1), packet);
    let own = address("10.0.1.10");
    assert_eq!(from(Packet::ping(own, address(OUTSIDE))), "allowed: vpce-0");
    let echo = Packet { to: icmp(3, 4), ..Packet::ping(own, address(OUTSIDE)) };
    assert_eq!(from(echo), "there: vpce-0: Protocol");
    let datagram = Packet { protocol: UDP, ..Packet::tcp(own, address(OUTSIDE), 53) };
    assert_eq!(from(datagram), "there: vpce-0: Protocol");
    // The longest route counts: the internet gateway takes the rest.
    site.list_route(0, list, &endpoint);
    assert_eq!(site.tcp(0, OUTSIDE, 443), "allowed: vpce-0");
    assert_eq!(site.tcp(0, elsewhere, 443), "allowed: internet");
    site.parts.endpoints[0].works = false;
    assert_eq!(site.tcp(1, OUTSIDE, 443), "there: vpce-0: NotAvailable");
    site.parts.endpoints[0].works = true;
    site.close(1, Ingress);
    assert_eq!(site.tcp(1, OUTSIDE, 443), "back: acl-1 in: AclDenies by *");
    // Who poses as somebody outside is not let in.
    site.parts.interfaces[0].checks = false;
    let posing = Packet::tcp(address("198.51.100.1"), address(OUTSIDE), 443);
    assert_eq!(site.said(Origin::Interface(0), posing), "there: vpce-0: SourceOutsideVpc");
}
