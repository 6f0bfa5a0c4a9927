//! Peering connections, transit gateways and virtual private gateways.

use super::site::{OUTSIDE, Site, address, block};
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Attached, Peer, Target, Zone};
use crate::packet::{Packet, TCP};
use crate::rules::Traffic;
use crate::verdict::Origin;

const ALL: &str = "0.0.0.0/0";

/// So many VPCs, 10.0.0.0/16 and on, each with a subnet of the same number that has an interface: .10 of its first
/// subnet, in a group that lets everything pass.
pub(super) fn vpcs(count: usize) -> Site {
    let mut site = Site::default();
    let open = site.open_group();
    for number in 0..count {
        let vpc = site.vpc(&[&format!("10.{number}.0.0/16")]);
        let subnet = site.subnet(vpc, &[&format!("10.{number}.0.0/24")]);
        site.interface(subnet, &[&format!("10.{number}.0.10")], &[open]);
    }
    site
}

/// Two VPCs that are peered, with routes both ways.
pub(super) fn peered() -> Site {
    let mut site = vpcs(2);
    let peering = site.peering(0, 1);
    site.route(0, "10.1.0.0/16", peering.clone());
    site.route(1, "10.0.0.0/16", peering);
    site
}

/// VPC peering guide, "Update your route tables for a VPC peering connection": both sides need a route.
#[test]
pub(super) fn peered_networks_need_routes_both_ways() {
    let mut site = peered();
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "allowed: eni-1");
    assert_eq!(site.tcp(1, "10.0.0.10", 22), "allowed: eni-0");
    assert_eq!(site.tcp(0, "10.1.0.11", 22), "there: pcx-0: NoSuchAddress");
    site.parts.tables[1].routes.pop();
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "back: rtb-1: NoRoute");
    assert_eq!(site.tcp(1, "10.0.0.10", 22), "there: rtb-1: NoRoute");
    site.parts.tables[0].routes[1].leads = false;
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "there: rtb-0: Blackhole by 10.1.0.0/16");
}

/// As above, "Unsupported VPC peering configurations": no transitive peering, no edge to edge routing.
#[test]
fn peering_is_not_transitive() {
    let mut site = peered();
    // A third VPC, peered with the second one only.
    let third = site.vpc(&["10.2.0.0/16"]);
    let subnet = site.subnet(third, &["10.2.0.0/24"]);
    let open = 0;
    site.interface(subnet, &["10.2.0.10"], &[open]);
    let second = site.peering(1, third);
    site.route(subnet, "10.0.0.0/8", second);
    site.route(0, "10.2.0.0/16", Target::Peering(0));
    site.route(0, ALL, Target::Peering(0));
    assert_eq!(site.tcp(0, "10.2.0.10", 22), "there: pcx-0: OutsidePeer");
    assert_eq!(site.tcp(0, OUTSIDE, 443), "there: pcx-0: OutsidePeer");
    // What an appliance forwards keeps its source, and stays.
    site.parts.interfaces[0].checks = false;
    let foreign = Packet::tcp(address("10.9.0.1"), address("10.1.0.10"), 22);
    assert_eq!(site.said(Origin::Interface(0), foreign), "there: pcx-0: ForeignToPeer");
}

/// VPC peering guide, "VPC peering limitations", "Edge to edge routing through a gateway or private connection": who is
/// peered uses none of the other side's gateways; nor does who is behind a virtual private gateway.
#[test]
fn peers_and_customers_use_no_gateways_of_a_vpc() {
    let mut site = peered();
    let customer = site.customer(Some(1), None);
    let list = site.list(&["192.0.2.0/24"]);
    let (internet, endpoint) = (site.internet_gateway(1), site.endpoint(1));
    site.public(1, "10.1.0.10", "198.18.0.10");
    site.route(1, ALL, internet);
    site.list_route(1, list, &endpoint);
    site.route(1, "192.168.0.0/16", Target::Customer(customer));
    let all = [(OUTSIDE, "internet"), ("192.0.2.1", "vpce-0"), ("192.168.1.1", "vgw-0")];
    for (to, own) in all {
        assert_eq!(site.tcp(1, to, 443), format!("allowed: {own}"));
        site.route(0, &format!("{to}/32"), Target::Peering(0));
        assert_eq!(site.tcp(0, to, 443), "there: pcx-0: OutsidePeer", "{to}");
    }
    // Of the three the last is the customer's own.
    for to in [OUTSIDE, "192.0.2.1", "10.0.0.10"] {
        let packet = Packet::tcp(address("192.168.1.1"), address(to), 443);
        assert_eq!(site.said(Origin::Customer(customer), packet), "there: vgw-0: UnknownToCustomer", "{to}");
    }
    // An endpoint that is an interface is reached from both sides, as any interface (PrivateLink guide, "Access through an
    // interface endpoint").
    let packet = Packet::tcp(address("192.168.1.1"), address("10.1.0.10"), 443);
    assert_eq!(site.said(Origin::Customer(customer), packet), "allowed: eni-1");
    assert_eq!(site.tcp(0, "10.1.0.10", 443), "allowed: eni-1");
}

/// VPC user guide, "Security group referencing": across an active connection of one Region.
#[test]
fn groups_are_known_across_a_peering_connection() {
    let mut site = peered();
    let (client, server) = (site.group(), site.group());
    site.rule(client, Egress, Traffic::ALL, Peer::Group(server));
    site.rule(server, Ingress, Traffic::ports(TCP, 80, 80), Peer::Group(client));
    site.parts.interfaces[0].groups = vec![client];
    site.parts.interfaces[1].groups = vec![server];
    assert_eq!(site.tcp(0, "10.1.0.10", 80), "allowed: eni-1");
    assert_eq!(site.tcp(0, "10.1.0.10", 81), "there: groups of eni-1 in: NoRule");
    site.parts.peerings[0].refers = false;
    assert_eq!(site.tcp(0, "10.1.0.10", 80), "there: groups of eni-0 out: NoRule");
}

/// The ACLs of both subnets are asked, as between subnets.
#[test]
fn acls_see_what_comes_by_peering() {
    let mut site = peered();
    site.entry(1, Ingress, (90, false), Traffic::ports(TCP, 22, 22), "10.0.0.0/16");
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "there: acl-1 in: AclDenies by 90");
    site.entry(1, Egress, (90, false), Traffic::ALL, "10.0.0.0/16");
    assert_eq!(site.tcp(0, "10.1.0.10", 23), "back: acl-1 out: AclDenies by 90");
}

/// Two VPCs attached to a transit gateway by their own subnets 2 and 3, interfaces 2 and 3.
pub(super) fn attached() -> Site {
    let mut site = vpcs(2);
    let table = site.transit_table();
    for vpc in 0..2 {
        let subnet = site.subnet(vpc, &[&format!("10.{vpc}.9.0/28")]);
        let own = site.attach(subnet, &format!("10.{vpc}.9.4"), &[vpc], Some(table));
        site.transit_route(table, &format!("10.{vpc}.0.0/16"), Some(own));
        site.route(vpc, "10.0.0.0/8", Target::Transit(own));
    }
    site
}

/// Transit gateway guide, "How transit gateways work".
#[test]
fn transit_gateways_lead_by_their_tables() {
    let mut site = attached();
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "allowed: eni-1");
    assert_eq!(site.tcp(0, "10.7.0.10", 22), "there: tgw-attach-0: NoTransitRoute");
    site.transit_route(0, "10.7.0.0/16", None);
    assert_eq!(site.tcp(0, "10.7.0.10", 22), "there: tgw-attach-0: TransitBlackhole by 10.7.0.0/16");
    // The longest route decides, also where it drops.
    site.transit_route(0, "10.1.0.0/24", None);
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "there: tgw-attach-0: TransitBlackhole by 10.1.0.0/24");
    site.parts.transit_tables[0].routes.pop();
    site.parts.attachments[1].table = None;
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "back: tgw-attach-1: NoTransitTable");
    assert_eq!(site.tcp(1, "10.0.0.10", 22), "there: tgw-attach-1: NoTransitTable");
}

/// As above, "Availability Zones": only the zones of the attachment's subnets are served.
#[test]
fn transit_gateways_serve_zones() {
    let mut site = attached();
    let Attached::Vpc { zones, .. } = &mut site.parts.attachments[0].what else { panic!() };
    zones[0].subnets.retain(|subnet| *subnet != 0);
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "there: tgw-attach-0: ZoneNotAttached");
    let Attached::Vpc { zones, .. } = &mut site.parts.attachments[1].what else { panic!() };
    zones.clear();
    assert_eq!(site.tcp(1, "10.0.0.10", 22), "there: tgw-attach-1: ZoneNotAttached");
}

/// Transit gateway guide, "Appliance in a shared services VPC": traffic stays in the Availability Zone that it began in where
/// the other attachment has that zone; else it takes any.
#[test]
fn transit_gateways_keep_to_the_zone() {
    for (zone, want) in
        [("a", "allowed: eni-1"), ("b", "there: acl-4 out: AclDenies by 90"), ("c", "allowed: eni-1")]
    {
        let mut site = attached();
        let subnet = site.subnet(1, &["10.1.8.0/28"]);
        let interface = site.interface(subnet, &["10.1.8.4"], &[]);
        site.entry(subnet, Egress, (90, false), Traffic::ports(TCP, 22, 22), ALL);
        let Attached::Vpc { zones, .. } = &mut site.parts.attachments[1].what else { panic!() };
        zones.push(Zone { name: "b".to_owned(), interface, subnets: vec![subnet] });
        let Attached::Vpc { zones, .. } = &mut site.parts.attachments[0].what else { panic!() };
        zones[0].name = zone.to_owned();
        assert_eq!(site.tcp(0, "10.1.0.10", 22), want, "{zone}");
    }
}

/// Transit gateway guide, "Network ACLs for transit gateways".
#[test]
fn acls_of_attached_subnets_see_one_direction() {
    for (subnet, direction, want) in [
        (0, Egress, "there: acl-0 out: AclDenies by 90"),
        (2, Ingress, "there: acl-2 in: AclDenies by 90"),
        (2, Egress, "allowed: eni-1"),
        (3, Egress, "there: acl-3 out: AclDenies by 90"),
        (3, Ingress, "allowed: eni-1"),
        (1, Ingress, "there: acl-1 in: AclDenies by 90"),
    ] {
        let mut site = attached();
        site.entry(subnet, direction, (90, false), Traffic::ports(TCP, 22, 22), ALL);
        assert_eq!(site.tcp(0, "10.1.0.10", 22), want, "{subnet} {direction:?}");
    }
}

/// As above: a subnet that holds both the interface and the attachment is asked both ways.
#[test]
fn a_subnet_of_its_own_is_asked_as_any() {
    let mut site = vpcs(2);
    let table = site.transit_table();
    for vpc in 0..2 {
        let own = site.attach(vpc, &format!("10.{vpc}.0.4"), &[], Some(table));
        site.transit_route(table, &format!("10.{vpc}.0.0/16"), Some(own));
        site.route(vpc, "10.0.0.0/8", Target::Transit(own));
    }
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "allowed: eni-1");
    site.entry(1, Ingress, (90, false), Traffic::ports(TCP, 22, 22), ALL);
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "there: acl-1 in: AclDenies by 90");
    assert_eq!(site.tcp(0, "10.1.0.11", 23), "there: rtb-1: NoSuchAddress");
}

/// Transit gateway guide, "Centralized outbound routing to the internet": a NAT gateway translates what comes from other
/// VPCs by the transit gateway.
#[test]
fn one_way_out_serves_all_networks() {
    let mut site = attached();
    let public = site.subnet(1, &["10.1.5.0/24"]);
    let gateway = site.internet_gateway(1);
    site.route(public, ALL, gateway);
    let (nat, card) = site.nat(public, "10.1.5.5");
    site.public(card, "10.1.5.5", "198.18.0.5");
    site.route(3, ALL, nat);
    site.route(public, "10.0.0.0/8", Target::Transit(1));
    // The NAT gateway's subnet lies in the zone that is attached.
    let Attached::Vpc { zones, .. } = &mut site.parts.attachments[1].what else { panic!() };
    zones[0].subnets.push(public);
    site.route(0, ALL, Target::Transit(0));
    site.transit_route(0, ALL, Some(1));
    assert_eq!(site.tcp(0, OUTSIDE, 443), "allowed: internet");
    // Without the NAT gateway nobody has a public address.
    let routes = &mut site.parts.tables[3].routes;
    routes.last_mut().unwrap().target = Target::InternetGateway(0);
    assert_eq!(site.tcp(0, OUTSIDE, 443), "there: igw-0: NoPublicAddress");
}

/// VPC user guide, "NAT gateways", "Private": other networks see the gateway's own address, by a transit gateway or a
/// virtual private gateway; it needs no public one.
#[test]
fn a_private_nat_gateway_leads_to_other_networks() {
    let mut site = attached();
    let routable = site.subnet(0, &["10.0.5.0/24"]);
    let (nat, _) = site.nat(routable, "10.0.5.5");
    site.parts.tables[0].routes.retain(|route| route.target == Target::Local);
    site.route(0, ALL, nat);
    site.route(routable, "10.1.0.0/16", Target::Transit(0));
    let Attached::Vpc { zones, .. } = &mut site.parts.attachments[0].what else { panic!() };
    zones[0].subnets.push(routable);
    let from_nat = site.group();
    site.rule(from_nat, Ingress, Traffic::ALL, Peer::Block(block("10.0.5.5/32")));
    site.parts.interfaces[1].groups = vec![from_nat];
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "allowed: eni-1");
    let customer = site.customer(Some(0), None);
    assert_eq!(site.tcp(0, "192.168.1.1", 22), "there: rtb-4: NoRoute");
    site.route(routable, "192.168.0.0/16", Target::Customer(customer));
    assert_eq!(site.tcp(0, "192.168.1.1", 22), "allowed: vgw-0");
    // Nobody begins a flow by it.
    let packet = Packet::tcp(address("192.168.1.1"), address("10.0.5.5"), 22);
    assert_eq!(site.said(Origin::Customer(customer), packet), "there: nat-0: OutwardOnly");
}

/// Transit gateway guide, "Transit gateway peering attachments": each side by its own table.
#[test]
fn transit_gateways_lead_to_each_other() {
    let mut site = attached();
    let far = site.transit_table();
    // The second VPC moves to a transit gateway of its own.
    site.parts.attachments[1].gateway = "tgw-1".to_owned();
    site.parts.attachments[1].table = Some(far);
    let near_side = site.attachment("tgw-0", Attached::Gateway(3), Some(0));
    let far_side = site.attachment("tgw-1", Attached::Gateway(near_side), Some(far));
    assert_eq!(far_side, 3);
    site.parts.transit_tables[0].routes[1].by = Some(near_side);
    site.transit_route(far, "10.1.0.0/16", Some(1));
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "back: tgw-attach-1: NoTransitRoute");
    site.transit_route(far, "10.0.0.0/16", Some(far_side));
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "allowed: eni-1");
    site.parts.transit_tables[far].routes[0].by = Some(far_side);
    assert_eq!(site.tcp(0, "10.1.0.10", 22), "there: tgw-attach-3: Circles");
}

/// VPC user guide, "Security group referencing": over a transit gateway where both sides support it.
#[test]
fn groups_are_known_across_a_transit_gateway_that_supports_it() {
    let mut site = attached();
    let (client, server) = (site.group(), site.group());
    site.rule(client, Egress, Traffic::ALL, Peer::Group(server));
    site.rule(server, Ingress, Traffic::ALL, Peer::Group(client));
    site.parts.interfaces[0].groups = vec![client];
    site.parts.interfaces[1].groups = vec![server];
    let (unknown_server, unknown_client) =
        ("there: groups of eni-0 out: NoRule", "there: groups of eni-1 in: NoRule");
    for (supporting, want) in [
        ([false, false], unknown_server),
        ([true, false], unknown_server),
        ([false, true], unknown_server),
        ([true, true], "allowed: eni-1"),
    ] {
        for (own, supports) in site.parts.attachments.iter_mut().zip(supporting) {
            let Attached::Vpc { refers, .. } = &mut own.what else { panic!() };
            *refers = supports;
        }
        assert_eq!(site.tcp(0, "10.1.0.10", 80), want, "{supporting:?}");
    }
    // Two transit gateways that are peered know nothing of each other's groups.
    site.parts.attachments[1].gateway = "tgw-1".to_owned();
    assert_eq!(site.tcp(0, "10.1.0.10", 80), unknown_server);
    site.rule(client, Egress, Traffic::ALL, Peer::Block(block(ALL)));
    assert_eq!(site.tcp(0, "10.1.0.10", 80), unknown_client);
}

/// Site-to-Site VPN user guide, "Virtual private gateway".
#[test]
fn customers_are_behind_their_gateway() {
    let mut site = vpcs(1);
    let customer = site.customer(Some(0), None);
    site.route(0, "192.168.0.0/16", Target::Customer(customer));
    assert_eq!(site.tcp(0, "192.168.1.1", 22), "allowed: vgw-0");
    let asks = |to: &str| Packet::tcp(address("192.168.1.1"), address(to), 22);
    assert_eq!(site.said(Origin::Customer(0), asks("10.0.0.10")), "allowed: eni-0");
    assert_eq!(site.said(Origin::Customer(0), asks("10.0.0.11")), "there: vgw-0: UnknownToCustomer");
    site.entry(0, Ingress, (90, false), Traffic::ALL, "192.168.0.0/16");
    assert_eq!(site.said(Origin::Customer(0), asks("10.0.0.10")), "there: acl-0 in: AclDenies by 90");
    // What is from elsewhere does not go on to the customer.
    site.parts.interfaces[0].checks = false;
    let foreign = Packet::tcp(address("10.9.0.1"), address("192.168.1.1"), 22);
    assert_eq!(site.said(Origin::Interface(0), foreign), "there: vgw-0: ForeignToCustomer");
    site.parts.customers[0].is_connected = false;
    assert_eq!(site.tcp(0, "192.168.1.1", 22), "there: vgw-0: NotConnected");
    assert_eq!(site.said(Origin::Customer(0), asks("10.0.0.10")), "there: vgw-0: NotConnected");
}

/// The same by a transit gateway: the attachment's table leads back.
#[test]
fn customers_are_behind_a_transit_gateway() {
    let mut site = attached();
    let own = site.attachment("tgw-0", Attached::Customer(0), Some(0));
    let customer = site.customer(None, Some(own));
    site.transit_route(0, "192.168.0.0/16", Some(own));
    site.route(0, "192.168.0.0/16", Target::Transit(0));
    assert_eq!(site.tcp(0, "192.168.1.1", 22), "allowed: vpn-0");
    let asks = Packet::tcp(address("192.168.1.1"), address("10.0.0.10"), 22);
    assert_eq!(site.said(Origin::Customer(customer), asks), "allowed: eni-0");
    site.parts.attachments[own].table = None;
    assert_eq!(site.said(Origin::Customer(customer), asks), "there: tgw-attach-2: NoTransitTable");
}
