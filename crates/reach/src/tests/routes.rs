//! Routes, what interfaces check, and what no router forwards.

use super::site::{OUTSIDE, Site, address};
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Peer, Target};
use crate::packet::{Packet, TCP};
use crate::rules::Traffic;
use crate::verdict::Origin;

/// Three subnets of a VPC with an interface each; their groups let everything pass.
pub(super) fn three_subnets() -> Site {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let open = site.open_group();
    for third in 0..3 {
        let subnet = site.subnet(vpc, &[&format!("10.0.{third}.0/24")]);
        site.interface(subnet, &[&format!("10.0.{third}.10")], &[open]);
    }
    site
}

/// VPC user guide, "Route priority": the longest prefix wins; a blackhole drops and nothing falls back.
#[test]
fn the_longest_route_wins() {
    let mut site = three_subnets();
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "allowed: eni-1");
    assert_eq!(site.tcp(0, "10.0.1.11", 80), "there: rtb-0: NoSuchAddress by 10.0.0.0/16");
    assert_eq!(site.tcp(0, OUTSIDE, 80), "there: rtb-0: NoRoute");
    site.route(0, "10.0.1.0/24", Target::Interface(2));
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "there: eni-2: NotForInterface");
    site.route(0, "10.0.1.10/32", Target::Local);
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "allowed: eni-1");
    site.parts.tables[0].routes[2].leads = false;
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "there: rtb-0: Blackhole by 10.0.1.10/32");
    // The way back has routes of its own.
    site.parts.tables[0].routes[2].leads = true;
    site.parts.tables[1].routes.clear();
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "back: rtb-1: NoRoute");
    // A route of IPv6 is none for IPv4.
    site.route(1, "::/0", Target::Local);
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "back: rtb-1: NoRoute");
}

/// Of two routes to the same block the earlier one counts: static ones come before those of lists and propagated ones
/// (VPC user guide, "Route priority and prefix lists").
#[test]
fn of_two_equal_routes_the_earlier_one_counts() {
    let mut site = three_subnets();
    site.route(0, "10.0.1.0/24", Target::Local);
    site.route(0, "10.0.1.0/24", Target::Interface(2));
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "allowed: eni-1");
    site.parts.tables[0].routes.swap(1, 2);
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "there: eni-2: NotForInterface");
}

/// VPC user guide, "Route priority and prefix lists": the longest block of a list counts, and where a static route is as
/// long, that one does.
#[test]
fn routes_of_prefix_lists_stand_behind_static_ones() {
    let mut site = three_subnets();
    let list = site.list(&["10.0.0.0/8", "10.0.1.0/24"]);
    site.list_route(0, list, &Target::Interface(2));
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "there: eni-2: NotForInterface");
    assert_eq!(site.tcp(0, "10.0.2.10", 80), "allowed: eni-2");
    assert_eq!(site.tcp(0, "10.1.0.1", 80), "there: eni-2: NotForInterface");
    assert_eq!(site.tcp(0, "11.0.0.1", 80), "there: rtb-0: NoRoute");
    site.route(0, "10.0.1.0/24", Target::Local);
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "allowed: eni-1");
}

/// A kind of target that the engine does not know is no way, and is told by the route that leads there.
#[test]
fn what_is_not_judged_is_said() {
    let mut site = three_subnets();
    site.route(0, "0.0.0.0/0", Target::Other("lgw-1".to_owned()));
    assert_eq!(site.tcp(0, OUTSIDE, 80), "there: rtb-0: Unsupported by 0.0.0.0/0");
}

/// VPC user guide, "Route table concepts": subnets of other VPCs are not reached without what connects them.
#[test]
fn a_vpc_is_an_island() {
    let mut site = three_subnets();
    let other = site.vpc(&["10.1.0.0/16"]);
    let subnet = site.subnet(other, &["10.1.0.0/24"]);
    site.interface(subnet, &["10.1.0.10"], &[0]);
    assert_eq!(site.tcp(0, "10.1.0.10", 80), "there: rtb-0: NoRoute");
    // The same address twice is two interfaces.
    let twin = site.vpc(&["10.0.0.0/16"]);
    let subnet = site.subnet(twin, &["10.0.0.0/23"]);
    site.interface(subnet, &["10.0.1.10"], &[0]);
    site.interface(subnet, &["10.0.0.10"], &[0]);
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "allowed: eni-1");
    assert_eq!(site.tcp(5, "10.0.1.10", 80), "allowed: eni-4");
}

/// EC2 user guide, "Source/destination checking".
#[test]
fn interfaces_check_whose_packets_they_send_and_get() {
    let mut site = three_subnets();
    let foreign = Packet::tcp(address("10.0.2.10"), address("10.0.1.10"), 80);
    assert_eq!(site.said(Origin::Interface(0), foreign), "there: eni-0: NotFromInterface");
    site.parts.interfaces[0].checks = false;
    // It goes out, and the answer goes to whom the address belongs.
    assert_eq!(site.said(Origin::Interface(0), foreign), "back: eni-2: Astray");
    let nobodys = Packet { source: address("10.0.2.11"), ..foreign };
    assert_eq!(site.said(Origin::Interface(0), nobodys), "back: rtb-1: NoSuchAddress by 10.0.0.0/16");
    // Prefixes are as good as addresses.
    site.parts.interfaces[0].checks = true;
    site.parts.interfaces[0].addresses.push("10.0.0.32/28".parse().unwrap());
    for (from, want) in [
        ("10.0.0.32", "allowed: eni-1"),
        ("10.0.0.47", "allowed: eni-1"),
        ("10.0.0.48", "there: eni-0: NotFromInterface"),
    ] {
        let packet = Packet { source: address(from), ..foreign };
        assert_eq!(site.said(Origin::Interface(0), packet), want, "{from}");
    }
    assert_eq!(site.tcp(1, "10.0.0.47", 80), "allowed: eni-0");
    assert_eq!(site.tcp(1, "10.0.0.48", 80), "there: rtb-1: NoSuchAddress by 10.0.0.0/16");
    assert_eq!(site.tcp(1, "10.0.0.31", 80), "there: rtb-1: NoSuchAddress by 10.0.0.0/16");
}

/// VPC user guide, "Middlebox appliances": an interface without the check forwards, judged by its own groups both ways.
#[test]
fn an_interface_without_the_check_forwards() {
    let mut site = three_subnets();
    site.route(0, "10.0.1.0/24", Target::Interface(2));
    site.parts.interfaces[2].checks = false;
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "allowed: eni-1");
    let only_in = site.group();
    site.rule(only_in, Ingress, Traffic::ALL, Peer::Block("0.0.0.0/0".parse().unwrap()));
    site.parts.interfaces[2].groups = vec![only_in];
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "there: groups of eni-2 out: NoRule");
    let only_out = site.group();
    site.rule(only_out, Egress, Traffic::ALL, Peer::Block("0.0.0.0/0".parse().unwrap()));
    site.parts.interfaces[2].groups = vec![only_out];
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "there: groups of eni-2 in: NoRule");
    // The way back by it alone: it does not know the flow, so its rules are asked.
    site.parts.tables[0].routes.pop();
    site.route(1, "10.0.0.0/24", Target::Interface(2));
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "back: groups of eni-2 in: NoRule");
    site.parts.interfaces[2].groups = vec![0];
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "allowed: eni-1");
    // Both ways by it: what it has let there it lets back.
    site.route(0, "10.0.1.0/24", Target::Interface(2));
    let there = site.group();
    for direction in [Ingress, Egress] {
        site.rule(there, direction, Traffic::ports(TCP, 80, 80), Peer::Block("10.0.0.0/16".parse().unwrap()));
    }
    site.parts.interfaces[2].groups = vec![there];
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "allowed: eni-1");
    // ACLs are asked where it is entered and left.
    site.close(2, Egress);
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "there: acl-2 out: AclDenies by *");
    site.close(2, Ingress);
    assert_eq!(site.tcp(0, "10.0.1.10", 80), "there: acl-2 in: AclDenies by *");
}

/// Two that send each other everything send it for ever.
#[test]
fn circles_are_cut() {
    let mut site = three_subnets();
    for (subnet, next) in [(0, 2), (1, 2), (2, 1)] {
        site.route(subnet, "0.0.0.0/0", Target::Interface(next));
        site.parts.interfaces[next].checks = false;
    }
    assert_eq!(site.tcp(0, OUTSIDE, 80), "there: eni-2: Circles");
}

/// As many as a walk has steps for: eight that forward, one behind the other.
#[test]
fn a_long_way_is_no_circle() {
    for (forwarders, want) in [(6, "allowed: eni-7"), (7, "there: eni-7: Circles")] {
        let mut site = Site::default();
        let vpc = site.vpc(&["10.0.0.0/16"]);
        let open = site.open_group();
        for third in 0..forwarders + 2 {
            let subnet = site.subnet(vpc, &[&format!("10.0.{third}.0/24")]);
            let own = site.interface(subnet, &[&format!("10.0.{third}.10")], &[open]);
            site.parts.interfaces[own].checks = false;
        }
        let last = format!("10.0.{}.10", forwarders + 1);
        for hop in 0..forwarders {
            site.route(hop, &format!("{last}/32"), Target::Interface(hop + 1));
        }
        assert_eq!(site.tcp(0, &last, 80), want, "{forwarders}");
    }
}

/// VPC user guide, "Amazon DNS" and "Network ACLs": what answers in every subnet is seen by neither ACLs nor groups.
#[test]
fn services_of_a_subnet_are_always_there() {
    let mut site = three_subnets();
    let closed = site.group();
    site.parts.interfaces[0].groups = vec![closed];
    site.close(0, Egress);
    for (to, want) in [
        ("10.0.0.2", "allowed: Dns"),
        ("169.254.169.253", "allowed: Dns"),
        ("169.254.169.254", "allowed: Metadata"),
        ("169.254.169.123", "allowed: Time"),
        ("169.254.1.1", "there: eni-0: NeverRouted"),
        ("127.0.0.1", "there: eni-0: NeverRouted"),
        ("224.0.0.1", "there: eni-0: NeverRouted"),
        ("255.255.255.255", "there: eni-0: NeverRouted"),
    ] {
        assert_eq!(site.tcp(0, to, 80), want, "{to}");
    }
    site.parts.vpcs[0].has_dns = false;
    assert_eq!(site.tcp(0, "10.0.0.2", 53), "there: groups of eni-0 out: NoRule");
    assert_eq!(site.tcp(0, "169.254.169.253", 53), "there: eni-0: NeverRouted");
}

/// VPC user guide, "Subnet CIDR blocks": the router and what is reserved answer nobody; a VPC has no broadcast.
#[test]
fn reserved_addresses_of_a_subnet_are_nobodys() {
    let site = three_subnets();
    for to in ["10.0.1.0", "10.0.1.1", "10.0.1.3", "10.0.1.255"] {
        assert_eq!(site.tcp(0, to, 80), "there: rtb-0: NoSuchAddress by 10.0.0.0/16", "{to}");
    }
    for to in ["10.0.0.1", "10.0.0.3", "10.0.0.255"] {
        assert_eq!(site.tcp(0, to, 80), "there: rtb-0: NoSuchAddress", "{to}");
    }
}

/// An answer that goes to a service, and not to whom has asked: nobody has that address but the service.
#[test]
fn an_answer_to_a_service_is_astray() {
    let mut site = three_subnets();
    site.parts.interfaces[0].checks = false;
    let packet = Packet::tcp(address("169.254.169.254"), address("10.0.1.10"), 80);
    assert_eq!(site.said(Origin::Interface(0), packet), "back: Metadata: Astray");
}
