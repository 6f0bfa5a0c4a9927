//! Flows as people ask for them.

use super::site::{OUTSIDE, Site, address, block, told};
use crate::flow::{End, Flow, Unclear, judge};
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Network, Peer};
use crate::packet::{ICMP, TCP};
use crate::rules::Traffic;
use crate::told;

/// A public subnet with a web server, whose group lets in 443 from one block of the internet, and a client beside it.
fn site() -> Site {
    let mut site = Site::default();
    let vpc = site.vpc(&["10.0.0.0/16"]);
    let subnet = site.subnet(vpc, &["10.0.0.0/24"]);
    let gateway = site.internet_gateway(vpc);
    site.route(subnet, "0.0.0.0/0", gateway);
    let web = site.group();
    site.rule(web, Ingress, Traffic::ports(TCP, 443, 443), Peer::Block(block("198.51.100.0/24")));
    site.rule(web, Ingress, Traffic::ports(TCP, 8_080, 8_090), Peer::Block(block("10.0.0.0/16")));
    site.rule(web, Egress, Traffic::ports(TCP, 25, 25), Peer::Block(block("192.0.2.0/24")));
    let server = site.interface(subnet, &["10.0.0.10"], &[web]);
    site.public(server, "10.0.0.10", "198.18.0.10");
    let open = site.open_group();
    site.interface(subnet, &["10.0.0.11"], &[open]);
    site
}

fn asks(from: End, to: End) -> Flow {
    Flow { from, to, source: None, destination: None, protocol: TCP, from_ports: None, to_ports: None }
}

#[track_caller]
fn said(site: &Site, flow: &Flow) -> (String, String) {
    let network = Network::new(site.parts.clone());
    let judged = judge(&network, flow).unwrap();
    let packet = judged.packet;
    let header = format!("{} to {}:{}", packet.source, packet.destination, packet.to);
    (told(&network, judged.verdict), header)
}

/// Where something is left open, a packet passes if any does that rules speak of.
#[test]
fn what_is_left_open_is_filled_by_what_rules_speak_of() {
    let site = site();
    let (server, client) = (End::Interface(0), End::Interface(1));
    for (flow, want, header) in [
        (asks(End::Internet, server), "allowed: eni-0", "198.51.100.0 to 198.18.0.10:443"),
        (
            Flow { to_ports: Some((22, 22)), ..asks(End::Internet, server) },
            "there: groups of eni-0 in: NoRule",
            "203.0.113.1 to 198.18.0.10:22",
        ),
        (
            Flow {
                source: Some(address(OUTSIDE)),
                to_ports: Some((443, 443)),
                ..asks(End::Internet, server)
            },
            "there: groups of eni-0 in: NoRule",
            "203.0.113.9 to 198.18.0.10:443",
        ),
        (asks(client, server), "allowed: eni-0", "10.0.0.11 to 10.0.0.10:8080"),
        (
            Flow { to_ports: Some((8_085, 9_000)), ..asks(client, server) },
            "allowed: eni-0",
            "10.0.0.11 to 10.0.0.10:8085",
        ),
        (asks(server, End::Internet), "allowed: internet", "10.0.0.10 to 192.0.2.0:25"),
        (
            Flow { protocol: ICMP, ..asks(client, server) },
            "there: groups of eni-0 in: NoRule",
            "10.0.0.11 to 10.0.0.10:2048",
        ),
        (
            asks(End::Address(address("198.51.100.7")), server),
            "allowed: eni-0",
            "198.51.100.7 to 198.18.0.10:443",
        ),
        // By its public address even from beside it.
        (
            Flow { destination: Some(address("198.18.0.10")), ..asks(client, server) },
            "there: igw-0: NoPublicAddress",
            "10.0.0.11 to 198.18.0.10:0",
        ),
    ] {
        assert_eq!(said(&site, &flow), (want.to_owned(), header.to_owned()), "{flow:?}");
    }
}

#[test]
fn ends_are_found_by_their_addresses() {
    let mut site = site();
    let twin = site.vpc(&["10.0.0.0/16"]);
    let subnet = site.subnet(twin, &["10.0.0.0/24"]);
    site.interface(subnet, &["10.0.0.11"], &[]);
    site.interface(subnet, &["10.0.0.12"], &[]);
    let network = Network::new(site.parts.clone());
    for (text, beside, want) in [
        ("10.0.0.10", None, End::Interface(0)),
        ("198.18.0.10", None, End::Interface(0)),
        ("10.0.0.11", None, End::Interface(1)),
        ("10.0.0.11", Some(End::Interface(3)), End::Interface(2)),
        ("10.0.0.11", Some(End::Interface(0)), End::Interface(1)),
        ("10.0.0.77", None, End::Address(address("10.0.0.77"))),
        (OUTSIDE, Some(End::Interface(0)), End::Address(address(OUTSIDE))),
    ] {
        assert_eq!(End::of(&network, address(text), beside), want, "{text} {beside:?}");
    }
    let outside = judge(&network, &asks(End::Internet, End::Address(address(OUTSIDE))));
    assert_eq!(outside.map(|_| ()), Err(Unclear::Outside));
    let families = judge(&network, &asks(End::Interface(0), End::Address(address("2001:db8::1"))));
    assert_eq!(families.map(|_| ()), Err(Unclear::Families));
}

/// Each kind of block has its code, its reason and its remedy, and names the thing and the rule.
#[test]
fn what_blocks_is_told() {
    let mut site = site();
    site.entry(0, Ingress, (90, false), Traffic::ports(TCP, 443, 443), "198.51.100.0/25");
    let network = Network::new(site.parts.clone());
    let flow =
        Flow { to_ports: Some((443, 443)), ..asks(End::Address(address("198.51.100.7")), End::Interface(0)) };
    let told = told::told(&network, &judge(&network, &flow).unwrap());
    assert!(!told.allowed && told.arrives_at.is_none());
    let blocked: Vec<_> = told.hops.iter().filter(|step| step.blocked.is_some()).collect();
    let [step] = blocked[..] else { panic!("{blocked:?}") };
    let own = step.blocked.as_ref().unwrap();
    assert_eq!(
        (step.id.as_deref(), own.code.as_str(), own.because.as_str(), own.remedy.as_str()),
        (
            Some("acl-0"),
            "SUBNET_ACL_RESTRICTION",
            "the ACL of subnet-0 denies ingress of tcp port 443 from 198.51.100.7/32",
            "add an ingress entry with a lower number that allows tcp port 443 from 198.51.100.7/32",
        )
    );
    match &step.rule {
        Some(told::Rule::NetworkAcl { number: 90, allows: false, cidr, protocol, ports }) => {
            assert_eq!(
                (cidr.as_str(), protocol.as_str(), *ports),
                ("198.51.100.0/25", "6", Some((443, 443)))
            );
        }
        other => panic!("{other:?}"),
    }
    // It can be kept and read again.
    let text = serde_json::to_string(&told).unwrap();
    let again: told::Told = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
}
