//! What interfaces see of flows: what flow logs record. Source: VPC user guide, "Flow log record examples".

use super::between::{attached, peered};
use super::gateways::{public_and_private, with_nat};
use super::site::{OUTSIDE, Site, address, block};
use crate::decide;
use crate::flow::Judged;
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Access, Network, Peer, Target};
use crate::packet::{Packet, TCP};
use crate::rules::Traffic;
use crate::seen::seen;
use crate::verdict::Origin;

/// Each packet at an interface: which, whether it goes or comes, from where to where, the verdict, the path.
fn records(site: &Site, origin: Origin, packet: Packet) -> Vec<String> {
    let network = Network::new(site.parts.clone());
    let mut hops = Vec::new();
    let verdict = decide(&network, origin, packet, &mut hops);
    let line = |own: crate::seen::Seen| {
        let id = &network.parts.interfaces[own.interface].id;
        let way = if own.direction == Egress { "out" } else { "in" };
        let verdict = if own.accepted { "ACCEPT" } else { "REJECT" };
        let reason = own.reason.map(|reason| format!(" {reason}")).unwrap_or_default();
        let path = own.path.map(|path| format!(" by {path}")).unwrap_or_default();
        format!("{id} {way} {} to {} {verdict}{reason}{path}", own.packet.source, own.packet.destination)
    };
    seen(&network, &Judged { origin, packet, verdict, hops }).into_iter().map(line).collect()
}

fn to(from: &str, destination: &str, port: u16) -> Packet {
    Packet::tcp(address(from), address(destination), port)
}

#[test]
fn what_is_rejected_is_seen_where_it_is_rejected() {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let (near, far) = (site.subnet(vpc, &["10.0.0.0/24"]), site.subnet(vpc, &["10.0.1.0/24"]));
    let (open, web, shut) = (site.open_group(), site.group(), site.group());
    site.rule(web, Ingress, Traffic::ports(TCP, 443, 443), Peer::Block(block("0.0.0.0/0")));
    let client = site.interface(near, &["10.0.0.10"], &[open]);
    site.interface(far, &["10.0.1.10"], &[web]);
    let mute = site.interface(near, &["10.0.0.11"], &[shut]);
    let (from, there) = (Origin::Interface(client), "10.0.1.10");
    assert_eq!(
        records(&site, from, to("10.0.0.10", there, 443)),
        [
            "eni-0 out 10.0.0.10 to 10.0.1.10 ACCEPT by 1",
            "eni-1 in 10.0.0.10 to 10.0.1.10 ACCEPT",
            "eni-1 out 10.0.1.10 to 10.0.0.10 ACCEPT by 1",
            "eni-0 in 10.0.1.10 to 10.0.0.10 ACCEPT",
        ]
    );
    // By the group of the receiver, and by that of the sender: nobody else sees the packet.
    assert_eq!(
        records(&site, from, to("10.0.0.10", there, 22)),
        ["eni-0 out 10.0.0.10 to 10.0.1.10 ACCEPT by 1", "eni-1 in 10.0.0.10 to 10.0.1.10 REJECT"]
    );
    assert_eq!(
        records(&site, Origin::Interface(mute), to("10.0.0.11", there, 443)),
        ["eni-2 out 10.0.0.11 to 10.0.1.10 REJECT by 1"]
    );
    // The router and what answers in every subnet are not logged.
    assert_eq!(records(&site, from, to("10.0.0.10", "10.0.0.1", 80)), Vec::<String>::new());
    assert_eq!(records(&site, from, to("10.0.0.10", "169.254.169.254", 80)), Vec::<String>::new());
    assert_eq!(records(&site, from, to("10.0.0.10", "10.0.0.2", 53)), Vec::<String>::new());
    // The ACL of the receiver: the group would let it pass, and the answer is never sent.
    site.close(far, Ingress);
    assert_eq!(
        records(&site, from, to("10.0.0.10", there, 443)),
        ["eni-0 out 10.0.0.10 to 10.0.1.10 ACCEPT by 1", "eni-1 in 10.0.0.10 to 10.0.1.10 REJECT"]
    );
}

/// "Security group and network ACL rules": the request is accepted, the answer rejected.
#[test]
fn an_acl_that_rejects_the_answer_is_seen_by_who_answers() {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let (near, far) = (site.subnet(vpc, &["10.0.0.0/24"]), site.subnet(vpc, &["10.0.1.0/24"]));
    let open = site.open_group();
    let client = site.interface(near, &["10.0.0.10"], &[open]);
    site.interface(far, &["10.0.1.10"], &[open]);
    site.close(far, Egress);
    let ping = Packet::ping(address("10.0.0.10"), address("10.0.1.10"));
    assert_eq!(
        records(&site, Origin::Interface(client), ping),
        [
            "eni-0 out 10.0.0.10 to 10.0.1.10 ACCEPT by 1",
            "eni-1 in 10.0.0.10 to 10.0.1.10 ACCEPT",
            "eni-1 out 10.0.1.10 to 10.0.0.10 REJECT by 1",
        ]
    );
}

/// "Traffic through a NAT gateway": its interface sees the flow on both of its sides.
#[test]
fn a_nat_gateway_sees_both_sides() {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let (public, private) = (site.subnet(vpc, &["10.0.0.0/24"]), site.subnet(vpc, &["10.0.1.0/24"]));
    let open = site.open_group();
    let gateway = site.internet_gateway(vpc);
    site.route(public, "0.0.0.0/0", gateway);
    let client = site.interface(private, &["10.0.1.10"], &[open]);
    let (nat, card) = site.nat(public, "10.0.0.220");
    site.public(card, "10.0.0.220", "198.18.0.1");
    site.route(private, "0.0.0.0/0", nat);
    let (own, outside) = ("eni-1", OUTSIDE);
    assert_eq!(
        records(&site, Origin::Interface(client), to("10.0.1.10", OUTSIDE, 443)),
        [
            format!("eni-0 out 10.0.1.10 to {outside} ACCEPT by 1"),
            format!("{own} in 10.0.1.10 to {outside} ACCEPT"),
            format!("{own} out 10.0.0.220 to {outside} ACCEPT by 8"),
            format!("{own} in {outside} to 10.0.0.220 ACCEPT"),
            format!("{own} out {outside} to 10.0.1.10 ACCEPT by 1"),
            format!("eni-0 in {outside} to 10.0.1.10 ACCEPT"),
        ]
    );
}

/// What does not pass the ACL of its subnet, or what it does not carry, is rejected at its interface and does not go on.
#[test]
fn what_a_nat_gateway_rejects_is_seen_once() {
    let site = with_nat();
    let from = Origin::Interface(1);
    let sent = to("10.0.1.10", OUTSIDE, 443);
    let rejected =
        ["eni-1 out 10.0.1.10 to 203.0.113.9 ACCEPT by 1", "eni-2 in 10.0.1.10 to 203.0.113.9 REJECT"];
    assert_eq!(records(&site, from, Packet { protocol: 50, from: 0, to: 0, ..sent }), rejected);
    let mut shut = site.clone();
    shut.close(0, Ingress);
    assert_eq!(records(&shut, from, sent), rejected);
    let mut lost = site;
    lost.parts.nats[0].interface = None;
    assert_eq!(records(&lost, from, sent), rejected[..1]);
}

/// VPC user guide, "Available fields", `traffic-path`.
#[test]
fn the_path_says_what_a_packet_leaves_by() {
    let path = |site: &Site, from: &str, destination: &str| {
        let seen = records(site, Origin::Interface(0), to(from, destination, 443));
        seen[0].split_once("ACCEPT").unwrap().1.to_owned()
    };
    let mut site = peered();
    let customer = site.customer(Some(0), None);
    let endpoint = site.endpoint(0);
    site.route(0, "192.168.0.0/16", Target::Customer(customer));
    site.route(0, "192.0.2.0/24", endpoint);
    let own = "10.0.0.10";
    assert_eq!(path(&site, own, "10.1.0.10"), " by 4");
    site.parts.peerings[0].refers = false;
    assert_eq!(path(&site, own, "10.1.0.10"), " by 5");
    assert_eq!(path(&site, own, "192.168.1.1"), " by 3");
    assert_eq!(path(&site, own, "192.0.2.1"), " by 7");
    site.route(0, "198.51.100.0/24", Target::Other("lgw-1".to_owned()));
    assert_eq!(path(&site, own, "198.51.100.1"), "");
    // Beyond the transit gateway it is no longer the sender's way.
    let mut site = attached();
    assert_eq!(path(&site, own, "10.1.0.10"), " by 1");
    let (gateway, list) = (site.internet_gateway(1), site.list(&["203.0.113.0/24"]));
    site.list_route(3, list, &gateway);
    site.transit_route(0, "203.0.113.0/24", Some(1));
    site.route(0, "203.0.113.0/24", Target::Transit(0));
    assert_eq!(path(&site, own, OUTSIDE), " by 1");
    let mut site = public_and_private();
    assert_eq!(path(&site, own, OUTSIDE), " by 8");
    assert_eq!(path(&site, own, "10.0.1.10"), " by 1");
    let outward = site.egress_only(0);
    site.parts.tables[0].routes.truncate(2);
    site.route(0, "::/0", outward);
    assert_eq!(path(&site, "2001:db8::10", "2001:db8:ffff::9"), " by 8");
    site.route(0, "203.0.113.0/24", Target::Interface(1));
    assert_eq!(path(&site, own, OUTSIDE), " by 1");
}

/// VPC user guide, "Flow log limitations": "traffic to the reserved IP address for the default VPC router": the one behind
/// the first of the subnet's block.
#[test]
fn the_router_is_not_logged() {
    let site = public_and_private();
    for (destination, count) in
        [("10.0.0.0", 1), ("10.0.0.1", 0), ("10.0.0.2", 0), ("10.0.0.3", 1), ("10.0.1.1", 1)]
    {
        let seen = records(&site, Origin::Interface(0), to("10.0.0.10", destination, 80));
        assert_eq!(seen.len(), count, "{destination}: {seen:?}");
    }
}

/// "Monitor VPC BPA with flow logs": what the block of public access rejects is told with the interface, in both
/// directions, and why.
#[test]
fn what_the_block_of_public_access_rejects_is_seen() {
    let mut site = public_and_private();
    site.parts.subnets[0].access = Access::Shut;
    assert_eq!(
        records(&site, Origin::Interface(0), to("10.0.0.10", OUTSIDE, 443)),
        [format!("eni-0 out 10.0.0.10 to {OUTSIDE} REJECT BPA by 8")]
    );
    assert_eq!(
        records(&site, Origin::Internet, to(OUTSIDE, "198.18.0.10", 443)),
        [format!("eni-0 in {OUTSIDE} to 10.0.0.10 REJECT BPA")]
    );
    let six = "2001:db8:ffff::9";
    assert_eq!(
        records(&site, Origin::Internet, to(six, "2001:db8::10", 443)),
        [format!("eni-0 in {six} to 2001:db8::10 REJECT BPA")]
    );
    // Of two that meet outside, the one that is barred.
    let open = site.parts.interfaces[0].groups.clone();
    site.parts.subnets[1].access = Access::Open;
    site.route(1, "0.0.0.0/0", Target::InternetGateway(0));
    let card = site.interface(1, &["10.0.1.20"], &open);
    site.public(card, "10.0.1.20", "198.18.0.20");
    assert_eq!(
        records(&site, Origin::Interface(card), to("10.0.1.20", "198.18.0.10", 443)),
        [
            "eni-2 out 10.0.1.20 to 198.18.0.10 ACCEPT by 8".to_owned(),
            "eni-0 in 198.18.0.20 to 10.0.0.10 REJECT BPA".to_owned(),
        ]
    );
    // Nothing else is a reason that is told.
    site.parts.interfaces[0].public.clear();
    site.parts.subnets[0].access = Access::Open;
    assert_eq!(
        records(&site, Origin::Interface(0), to("10.0.0.10", OUTSIDE, 443)),
        [format!("eni-0 out 10.0.0.10 to {OUTSIDE} ACCEPT by 8")]
    );
}

/// An endpoint of a Gateway Load Balancer is an interface that sees both sides.
#[test]
fn an_inspection_sees_both_sides() {
    let mut site = public_and_private();
    let (endpoint, _) = site.middlebox(0, "10.0.0.30");
    site.route(1, "0.0.0.0/0", endpoint);
    site.public(1, "10.0.1.10", "198.18.0.11");
    let seen = records(&site, Origin::Interface(1), to("10.0.1.10", OUTSIDE, 443));
    assert_eq!(
        seen[..3],
        [
            format!("eni-1 out 10.0.1.10 to {OUTSIDE} ACCEPT by 1"),
            format!("eni-2 in 10.0.1.10 to {OUTSIDE} ACCEPT"),
            format!("eni-2 out 10.0.1.10 to {OUTSIDE} ACCEPT by 8"),
        ]
    );
    site.close(0, Ingress);
    let seen = records(&site, Origin::Interface(1), to("10.0.1.10", OUTSIDE, 443));
    assert_eq!(
        seen,
        [
            format!("eni-1 out 10.0.1.10 to {OUTSIDE} ACCEPT by 1"),
            format!("eni-2 in 10.0.1.10 to {OUTSIDE} REJECT"),
        ]
    );
}
