//! What a trace says: every step in order, and everything that blocks.

use super::site::{OUTSIDE, Site, address, block, place, rule};
use crate::decide;
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Network, Peer};
use crate::packet::{Packet, TCP};
use crate::rules::Traffic;
use crate::verdict::{Hop, Leg, Origin};

fn trace(site: &Site, origin: Origin, packet: Packet) -> Vec<String> {
    let network = Network::new(site.parts.clone());
    let mut hops = Vec::new();
    decide(&network, origin, packet, &mut hops);
    let line = |hop: &Hop| {
        let leg = if hop.leg == Leg::Forward { ">" } else { "<" };
        let by = hop.by.map(|by| format!(" {}", rule(&site.parts, hop.place, by))).unwrap_or_default();
        let why = hop.why.map(|why| format!(" {why:?}")).unwrap_or_default();
        let changed = if hop.before == hop.after {
            String::new()
        } else {
            format!(" now {} to {}", hop.after.source, hop.after.destination)
        };
        format!("{leg} {}{by}{why}{changed}", place(&site.parts, hop.place))
    };
    hops.iter().map(line).collect()
}

/// Reachability Analyzer guide, "Path components": in the order the packet passes them.
#[test]
fn a_trace_has_every_step_there_and_back() {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let (near, far) = (site.subnet(vpc, &["10.0.0.0/24"]), site.subnet(vpc, &["10.0.1.0/24"]));
    let (open, web) = (site.open_group(), site.group());
    site.rule(web, Ingress, Traffic::ports(TCP, 22, 22), Peer::Block(block("0.0.0.0/0")));
    site.rule(web, Ingress, Traffic::ports(TCP, 443, 443), Peer::Group(open));
    let client = site.interface(near, &["10.0.0.10"], &[open]);
    site.interface(far, &["10.0.1.10"], &[web]);
    let packet = Packet::tcp(address("10.0.0.10"), address("10.0.1.10"), 443);
    assert_eq!(
        trace(&site, Origin::Interface(client), packet),
        [
            "> eni-0",
            "> groups of eni-0 out sgr-0e0",
            "> acl-0 out 100",
            "> rtb-0 10.0.0.0/16",
            "> acl-1 in 100",
            "> groups of eni-1 in sgr-1i1",
            "> eni-1",
            "< eni-1",
            "< groups of eni-1 out tracked",
            "< acl-1 out 100",
            "< rtb-1 10.0.0.0/16",
            "< acl-0 in 100",
            "< groups of eni-0 in tracked",
            "< eni-0",
        ]
    );
    // All rules that block are seen, up to where nothing goes on; the way back is not begun.
    site.entry(near, Egress, (90, false), Traffic::ALL, "0.0.0.0/0");
    site.close(far, Ingress);
    site.parts.groups[web].ingress.clear();
    let foreign = Packet { source: address("10.0.0.11"), ..packet };
    assert_eq!(
        trace(&site, Origin::Interface(client), foreign),
        [
            "> eni-0 NotFromInterface",
            "> groups of eni-0 out sgr-0e0",
            "> acl-0 out 90 AclDenies",
            "> rtb-0 10.0.0.0/16",
            "> acl-1 in * AclDenies",
            "> groups of eni-1 in NoRule",
            "> eni-1",
        ]
    );
    assert_eq!(site.said(Origin::Interface(client), foreign), "there: eni-0: NotFromInterface");
    // What ends the way is told with what blocked it before, and the verdict is that of the first.
    let lost = Packet { destination: address(OUTSIDE), ..packet };
    let told = trace(&site, Origin::Interface(client), lost);
    assert_eq!(told[2..], ["> acl-0 out 90 AclDenies", "> rtb-0 NoRoute"]);
    assert_eq!(site.said(Origin::Interface(client), lost), "there: acl-0 out: AclDenies by 90");
}

#[test]
fn a_trace_tells_what_translates() {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let (public, private) = (site.subnet(vpc, &["10.0.0.0/24"]), site.subnet(vpc, &["10.0.1.0/24"]));
    let open = site.open_group();
    let gateway = site.internet_gateway(vpc);
    site.route(public, "0.0.0.0/0", gateway);
    let (nat, card) = site.nat(public, "10.0.0.200");
    site.public(card, "10.0.0.200", "198.18.0.200");
    site.route(private, "0.0.0.0/0", nat);
    let client = site.interface(private, &["10.0.1.10"], &[open]);
    let packet = Packet::tcp(address("10.0.1.10"), address(OUTSIDE), 443);
    assert_eq!(
        trace(&site, Origin::Interface(client), packet),
        [
            "> eni-1",
            "> groups of eni-1 out sgr-0e0",
            "> acl-1 out 100",
            "> rtb-1 0.0.0.0/0",
            "> acl-0 in 100",
            "> nat-0 now 10.0.0.200 to 203.0.113.9",
            "> acl-0 out 100",
            "> rtb-0 0.0.0.0/0",
            "> igw-0 now 198.18.0.200 to 203.0.113.9",
            "> internet",
            "< internet",
            "< igw-0 now 203.0.113.9 to 10.0.0.200",
            "< acl-0 in 100",
            "< nat-0 now 203.0.113.9 to 10.0.1.10",
            "< acl-0 out 100",
            "< rtb-0 10.0.0.0/16",
            "< acl-1 in 100",
            "< groups of eni-1 in tracked",
            "< eni-1",
        ]
    );
    // From outside, the way begins on the internet.
    let inward = Packet::tcp(address(OUTSIDE), address("198.18.0.200"), 443);
    let told = trace(&site, Origin::Internet, inward);
    assert_eq!(
        told,
        ["> internet", "> igw-0 now 203.0.113.9 to 10.0.0.200", "> acl-0 in 100", "> nat-0 OutwardOnly"]
    );
}
