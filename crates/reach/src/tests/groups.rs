//! Security groups and network ACLs.

use super::site::{OUTSIDE, Site, address, block};
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Peer, Target};
use crate::packet::{EPHEMERAL, ICMP, Packet, TCP, UDP, icmp};
use crate::rules::Traffic;
use crate::verdict::Origin;

const ALL: &str = "0.0.0.0/0";

/// A client and a server in two subnets of a VPC: the client's group lets everything out, the server's nothing in.
pub(super) fn two_subnets() -> (Site, usize, usize) {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let (near, far) = (site.subnet(vpc, &["10.0.0.0/24"]), site.subnet(vpc, &["10.0.1.0/24"]));
    let (clients, servers) = (site.group(), site.group());
    site.rule(clients, Egress, Traffic::ALL, Peer::Block(block(ALL)));
    let client = site.interface(near, &["10.0.0.10"], &[clients]);
    site.interface(far, &["10.0.1.10", "10.0.1.11"], &[servers]);
    (site, client, servers)
}

/// VPC user guide, "Security group rules": a rule's protocol, ports and source; groups allow and never deny.
#[test]
fn a_group_lets_in_what_a_rule_is_about() {
    for (traffic, peer, port, want) in [
        (Traffic::ports(TCP, 443, 443), ALL, 443, "allowed: eni-1"),
        (Traffic::ports(TCP, 443, 443), ALL, 444, "there: groups of eni-1 in: NoRule"),
        (Traffic::ports(TCP, 400, 500), ALL, 500, "allowed: eni-1"),
        (Traffic::ports(TCP, 400, 500), ALL, 501, "there: groups of eni-1 in: NoRule"),
        (Traffic::ports(UDP, 443, 443), ALL, 443, "there: groups of eni-1 in: NoRule"),
        (Traffic::ALL, "10.0.0.10/32", 443, "allowed: eni-1"),
        (Traffic::ALL, "10.0.0.11/32", 443, "there: groups of eni-1 in: NoRule"),
        (Traffic::ALL, "::/0", 443, "there: groups of eni-1 in: NoRule"),
    ] {
        let (mut site, client, servers) = two_subnets();
        site.rule(servers, Ingress, traffic, Peer::Block(block(peer)));
        assert_eq!(site.tcp(client, "10.0.1.10", port), want, "{traffic:?} {peer}");
        assert_eq!(site.tcp(client, "10.0.1.11", port), want, "{traffic:?} {peer}");
    }
}

/// VPC user guide, "Security group rules": a prefix list stands for each of its blocks.
#[test]
fn a_prefix_list_is_all_of_its_blocks() {
    for (blocks, want) in [
        (&["10.0.9.0/24", "10.0.0.8/29"][..], "allowed: eni-1"),
        (&["10.0.9.0/24"], "there: groups of eni-1 in: NoRule"),
        (&[], "there: groups of eni-1 in: NoRule"),
        (&["::/0"], "there: groups of eni-1 in: NoRule"),
    ] {
        let (mut site, client, servers) = two_subnets();
        let list = site.list(blocks);
        site.rule(servers, Ingress, Traffic::ports(TCP, 443, 443), Peer::List(list));
        assert_eq!(site.tcp(client, "10.0.1.10", 443), want, "{blocks:?}");
        assert_eq!(site.tcp(client, "10.0.1.10", 80), "there: groups of eni-1 in: NoRule");
    }
}

/// VPC user guide, "Security groups": "stateful": the server's group lets nothing out, and its answer passes.
#[test]
fn answers_pass_whatever_rules_say() {
    let (mut site, client, servers) = two_subnets();
    site.rule(servers, Ingress, Traffic::ALL, Peer::Block(block(ALL)));
    assert_eq!(site.tcp(client, "10.0.1.10", 443), "allowed: eni-1");
    // The other way round the server sends first, and that is no answer.
    assert_eq!(site.tcp(1, "10.0.0.10", 443), "there: groups of eni-1 out: NoRule");
    site.rule(servers, Egress, Traffic::ALL, Peer::Block(block(ALL)));
    assert_eq!(site.tcp(1, "10.0.0.10", 443), "there: groups of eni-0 in: NoRule");
}

/// VPC user guide, "Security groups": the rules of all groups of an interface count together.
#[test]
fn groups_of_an_interface_count_together() {
    let (mut site, client, servers) = two_subnets();
    let more = site.group();
    site.parts.interfaces[1].groups.push(more);
    site.rule(servers, Ingress, Traffic::ports(TCP, 22, 22), Peer::Block(block(ALL)));
    site.rule(more, Ingress, Traffic::ports(TCP, 443, 443), Peer::Block(block(ALL)));
    assert_eq!(site.tcp(client, "10.0.1.10", 443), "allowed: eni-1");
    site.parts.interfaces[1].groups.clear();
    assert_eq!(site.tcp(client, "10.0.1.10", 443), "there: groups of eni-1 in: NoRule");
}

/// VPC user guide, "Security group referencing": the private addresses of the interfaces that have the group.
#[test]
fn a_rule_may_name_a_group() {
    let (mut site, client, servers) = two_subnets();
    site.rule(servers, Ingress, Traffic::ports(TCP, 80, 80), Peer::Group(0));
    assert_eq!(site.tcp(client, "10.0.1.10", 80), "allowed: eni-1");
    assert_eq!(site.tcp(client, "10.0.1.10", 81), "there: groups of eni-1 in: NoRule");
    site.parts.interfaces[0].groups = vec![site.open_group()];
    assert_eq!(site.tcp(client, "10.0.1.10", 80), "there: groups of eni-1 in: NoRule");
    // A group of a network that is not here lets nobody in.
    site.rule(servers, Ingress, Traffic::ALL, Peer::Nobody);
    assert_eq!(site.tcp(client, "10.0.1.10", 80), "there: groups of eni-1 in: NoRule");
    // Rules behind it count as before.
    site.rule(servers, Ingress, Traffic::ports(TCP, 80, 80), Peer::Block(block("10.0.0.0/24")));
    assert_eq!(site.tcp(client, "10.0.1.10", 80), "allowed: eni-1");
}

/// As above: "the private IP addresses" of an interface are the further ones and its prefixes too, and it is the interface
/// that has a group, not who asks in its name.
#[test]
fn a_named_group_is_known_by_every_private_address() {
    let (mut site, client, servers) = two_subnets();
    site.rule(servers, Ingress, Traffic::ALL, Peer::Group(0));
    site.parts.interfaces[client].addresses.extend([block("10.0.0.11/32"), block("10.0.0.32/28")]);
    site.parts.interfaces[client].checks = false;
    for (from, want) in [
        ("10.0.0.10", "allowed: eni-1"),
        ("10.0.0.11", "allowed: eni-1"),
        ("10.0.0.47", "allowed: eni-1"),
        ("10.0.0.48", "there: groups of eni-1 in: NoRule"),
    ] {
        let packet = Packet::tcp(address(from), address("10.0.1.10"), 443);
        assert_eq!(site.said(Origin::Interface(client), packet), want, "{from}");
    }
    // The same of rules that let out: the address and the port are those of the destination.
    let only = site.group();
    site.rule(only, Egress, Traffic::ports(TCP, 443, 443), Peer::Group(servers));
    site.parts.interfaces[client].groups.push(only);
    site.parts.groups[0].egress.clear();
    for (to, port, want) in [
        ("10.0.1.10", 443, "allowed: eni-1"),
        ("10.0.1.11", 443, "allowed: eni-1"),
        ("10.0.1.11", 444, "there: groups of eni-0 out: NoRule"),
        ("10.0.1.12", 443, "there: groups of eni-0 out: NoRule"),
    ] {
        assert_eq!(site.tcp(client, to, port), want, "{to} {port}");
    }
}

/// VPC user guide, "Security groups": they belong to interfaces; two of one instance are as strange to each other as any.
#[test]
fn groups_stand_between_two_interfaces_of_one_instance() {
    let (mut site, client, servers) = two_subnets();
    let second = site.interface(0, &["10.0.0.20"], &[servers]);
    for own in [client, second] {
        site.parts.interfaces[own].instance = Some("i-0".to_owned());
    }
    assert_eq!(site.tcp(client, "10.0.0.20", 443), "there: groups of eni-2 in: NoRule");
    assert_eq!(site.tcp(second, "10.0.0.10", 443), "there: groups of eni-2 out: NoRule");
    site.rule(servers, Ingress, Traffic::ALL, Peer::Group(0));
    assert_eq!(site.tcp(client, "10.0.0.20", 443), "allowed: eni-2");
}

/// VPC user guide, "Default security groups": without the rule that names itself a group gives its members nothing.
#[test]
fn members_of_a_group_need_a_rule_that_names_it() {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let subnet = site.subnet(vpc, &["10.0.0.0/24"]);
    let own = site.group();
    let one = site.interface(subnet, &["10.0.0.10"], &[own]);
    site.interface(subnet, &["10.0.0.11"], &[own]);
    site.rule(own, Egress, Traffic::ALL, Peer::Group(own));
    assert_eq!(site.tcp(one, "10.0.0.11", 80), "there: groups of eni-1 in: NoRule");
    site.rule(own, Ingress, Traffic::ALL, Peer::Group(own));
    assert_eq!(site.tcp(one, "10.0.0.11", 80), "allowed: eni-1");
    assert_eq!(site.tcp(one, OUTSIDE, 80), "there: groups of eni-0 out: NoRule");
    assert_eq!(site.tcp(one, "10.0.0.12", 80), "there: groups of eni-0 out: NoRule");
}

/// VPC user guide, "Security groups": ICMP by type and code; an error message is answered by nobody.
#[test]
fn pings_are_answered_and_errors_are_not() {
    let (mut site, client, servers) = two_subnets();
    let all = Peer::Block(block(ALL));
    site.rule(servers, Ingress, Traffic::icmp(ICMP, Some(8), None), all);
    let ping = Packet::ping(address("10.0.0.10"), address("10.0.1.10"));
    assert_eq!(site.said(Origin::Interface(client), ping), "allowed: eni-1");
    let unreachable = Packet { to: icmp(3, 4), ..ping };
    assert_eq!(site.said(Origin::Interface(client), unreachable), "there: groups of eni-1 in: NoRule");
    site.rule(servers, Ingress, Traffic::icmp(ICMP, Some(3), Some(4)), all);
    // Nothing comes back that an ACL could stop.
    site.close(1, Egress);
    assert_eq!(site.said(Origin::Interface(client), unreachable), "allowed: eni-1");
    assert_eq!(site.said(Origin::Interface(client), ping), "back: acl-1 out: AclDenies by *");
}

/// VPC user guide, "Network ACL rules": by number, the first that matches decides, the last denies; an entry is about
/// the other side's address and the destination port.
#[test]
fn entries_of_an_acl_are_asked_in_order() {
    let tcp = |low, high| Traffic::ports(TCP, low, high);
    for (subnet, direction, number, allows, traffic, of, want) in [
        (0, Egress, 90, false, Traffic::ALL, "10.0.1.10/32", "there: acl-0 out: AclDenies by 90"),
        (0, Egress, 90, false, Traffic::ALL, "10.0.0.10/32", "allowed: eni-1"),
        (0, Egress, 110, false, Traffic::ALL, ALL, "allowed: eni-1"),
        (0, Egress, 90, false, tcp(443, 443), ALL, "there: acl-0 out: AclDenies by 90"),
        (0, Egress, 90, false, tcp(444, 444), ALL, "allowed: eni-1"),
        (0, Egress, 90, false, Traffic::of(UDP), ALL, "allowed: eni-1"),
        (0, Egress, 90, false, Traffic::ALL, "::/0", "allowed: eni-1"),
        (1, Ingress, 90, false, tcp(443, 443), "10.0.0.10/32", "there: acl-1 in: AclDenies by 90"),
        (1, Ingress, 90, false, tcp(443, 443), "10.0.1.10/32", "allowed: eni-1"),
        // What comes back has the client's port as its destination.
        (1, Egress, 90, false, tcp(443, 443), ALL, "allowed: eni-1"),
        (1, Egress, 90, false, tcp(EPHEMERAL, EPHEMERAL), ALL, "back: acl-1 out: AclDenies by 90"),
        (0, Ingress, 90, false, tcp(1_024, 65_535), "10.0.1.0/24", "back: acl-0 in: AclDenies by 90"),
        (0, Ingress, 90, false, tcp(1_024, 65_535), "10.0.0.0/24", "allowed: eni-1"),
    ] {
        let (mut site, client, servers) = two_subnets();
        site.rule(servers, Ingress, Traffic::ALL, Peer::Block(block(ALL)));
        site.entry(subnet, direction, (number, allows), traffic, of);
        assert_eq!(site.tcp(client, "10.0.1.10", 443), want, "{subnet} {direction:?} {number} {of}");
    }
}

/// VPC user guide, "Network ACL rules": ICMP by type and code, of which either may be any; and the answer by its own type.
#[test]
fn entries_of_an_acl_tell_icmp_by_type_and_code() {
    for (direction, kind, code, want) in [
        (Ingress, Some(8), Some(0), "there: acl-1 in: AclDenies by 90"),
        (Ingress, Some(8), None, "there: acl-1 in: AclDenies by 90"),
        (Ingress, None, None, "there: acl-1 in: AclDenies by 90"),
        (Ingress, Some(8), Some(1), "allowed: eni-1"),
        (Ingress, Some(0), None, "allowed: eni-1"),
        (Egress, Some(0), None, "back: acl-1 out: AclDenies by 90"),
        (Egress, Some(8), None, "allowed: eni-1"),
    ] {
        let (mut site, client, servers) = two_subnets();
        site.rule(servers, Ingress, Traffic::ALL, Peer::Block(block(ALL)));
        site.entry(1, direction, (90, false), Traffic::icmp(ICMP, kind, code), ALL);
        let ping = Packet::ping(address("10.0.0.10"), address("10.0.1.10"));
        assert_eq!(site.said(Origin::Interface(client), ping), want, "{direction:?} {kind:?} {code:?}");
    }
}

/// VPC user guide, "Custom network ACLs": a new one denies everything; answers need an entry for ephemeral ports.
#[test]
fn what_no_entry_is_about_is_denied() {
    let (mut site, client, servers) = two_subnets();
    site.rule(servers, Ingress, Traffic::ALL, Peer::Block(block(ALL)));
    for (subnet, direction) in [(0, Ingress), (0, Egress), (1, Ingress), (1, Egress)] {
        site.close(subnet, direction);
    }
    for (subnet, direction, traffic, want) in [
        (0, Egress, Traffic::ports(TCP, 443, 443), "there: acl-0 out: AclDenies by *"),
        (1, Ingress, Traffic::ports(TCP, 443, 443), "there: acl-1 in: AclDenies by *"),
        (1, Egress, Traffic::ports(TCP, 1_024, 65_535), "back: acl-1 out: AclDenies by *"),
        (0, Ingress, Traffic::ports(TCP, 1_024, 65_535), "back: acl-0 in: AclDenies by *"),
    ] {
        assert_eq!(site.tcp(client, "10.0.1.10", 443), want);
        site.entry(subnet, direction, (100, true), traffic, ALL);
    }
    assert_eq!(site.tcp(client, "10.0.1.10", 443), "allowed: eni-1");
}

/// VPC user guide, "Network ACLs": they are for what enters and leaves a subnet.
#[test]
fn within_a_subnet_neither_acls_nor_routes_are_asked() {
    let (mut site, client, _) = two_subnets();
    let open = site.open_group();
    site.interface(0, &["10.0.0.20"], &[open]);
    site.close(0, Ingress);
    site.close(0, Egress);
    site.parts.tables[0].routes.clear();
    assert_eq!(site.tcp(client, "10.0.0.20", 443), "allowed: eni-2");
    assert_eq!(site.tcp(client, "10.0.0.21", 443), "there: rtb-0: NoSuchAddress");
    assert_eq!(site.tcp(client, "10.0.1.10", 443), "there: acl-0 out: AclDenies by *");
}

/// VPC user guide, "Security group referencing" and "Middlebox appliances": a reference is about private addresses, and
/// does not survive an appliance between the two.
#[test]
fn what_an_appliance_forwards_is_from_nobodys_group() {
    let (mut site, client, servers) = two_subnets();
    let vpc = 0;
    let middle = site.subnet(vpc, &["10.0.2.0/24"]);
    let open = site.open_group();
    let appliance = site.interface(middle, &["10.0.2.10"], &[open]);
    site.parts.interfaces[appliance].checks = false;
    site.route(0, "10.0.1.0/24", Target::Interface(appliance));
    site.rule(servers, Ingress, Traffic::ALL, Peer::Group(0));
    assert_eq!(site.tcp(client, "10.0.1.10", 443), "there: groups of eni-1 in: NoRule");
    site.rule(servers, Ingress, Traffic::ALL, Peer::Block(block("10.0.0.0/24")));
    assert_eq!(site.tcp(client, "10.0.1.10", 443), "allowed: eni-1");
    // The client's own rule names the server's group: that is decided before anything is forwarded.
    let only = site.group();
    site.rule(only, Egress, Traffic::ALL, Peer::Group(servers));
    site.parts.interfaces[client].groups = vec![only];
    assert_eq!(site.tcp(client, "10.0.1.10", 443), "allowed: eni-1");
}
