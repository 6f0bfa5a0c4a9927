//! Flows as people ask for them.

use super::between;
use super::site::{OUTSIDE, Site, address, block, told};
use crate::flow::{End, Flow, Unclear, judge};
use crate::network::Direction::{Egress, Ingress};
use crate::network::{Attached, Network, Peer, Target};
use crate::packet::{EPHEMERAL, ICMP, TCP};
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

/// Of the ports that rules speak of, those that are asked for, and no more than sixty-four.
#[test]
fn ports_are_tried_within_what_is_asked_for() {
    let site = site();
    let (server, client) = (End::Interface(0), End::Interface(1));
    let header = |flow: &Flow| said(&site, flow).1;
    let asked = |low, high| Flow { to_ports: Some((low, high)), ..asks(client, server) };
    assert_eq!(header(&asked(8_080, 8_080)), "10.0.0.11 to 10.0.0.10:8080");
    assert_eq!(header(&asked(22, 442)), "10.0.0.11 to 10.0.0.10:22");
    assert_eq!(header(&asked(22, 8_079)), "10.0.0.11 to 10.0.0.10:22");
    for (others, want) in [(62, "allowed: eni-0"), (63, "there: groups of eni-0 in: NoRule")] {
        let mut site = site.clone();
        site.parts.groups[0].ingress.clear();
        for port in 1..=others {
            site.rule(0, Ingress, Traffic::ports(TCP, port, port), Peer::Block(block("10.9.0.0/16")));
        }
        site.rule(0, Ingress, Traffic::ports(TCP, 100, 100), Peer::Block(block("10.0.0.0/16")));
        assert_eq!(said(&site, &asks(client, server)).0, want, "{others}");
    }
}

/// From an ephemeral port where the range has one, else from its lowest.
#[test]
fn source_ports_are_ephemeral_ones_where_they_may_be() {
    let network = Network::new(site().parts);
    for (ports, want) in [
        (None, EPHEMERAL),
        (Some((1_024, 65_535)), EPHEMERAL),
        (Some((EPHEMERAL, EPHEMERAL)), EPHEMERAL),
        (Some((1_000, 2_000)), 1_000),
        (Some((50_000, 60_000)), 50_000),
    ] {
        let flow = Flow { from_ports: ports, ..asks(End::Interface(1), End::Interface(0)) };
        assert_eq!(judge(&network, &flow).unwrap().packet.from, want, "{ports:?}");
    }
}

/// A public server whose group lets in the given blocks, in a VPC of public addresses: blocks of VPCs may be anybody's (VPC
/// user guide, "VPC CIDR blocks").
fn server(blocks: impl IntoIterator<Item = String>) -> Site {
    let mut site = Site::default();
    let vpc = site.vpc(&["11.0.0.0/16"]);
    let subnet = site.subnet(vpc, &["11.0.0.0/24"]);
    let gateway = site.internet_gateway(vpc);
    site.route(subnet, "0.0.0.0/0", gateway);
    let group = site.group();
    for of in blocks {
        site.rule(group, Ingress, Traffic::ALL, Peer::Block(block(&of)));
    }
    let server = site.interface(subnet, &["11.0.0.10"], &[group]);
    site.public(server, "11.0.0.10", "198.18.0.10");
    site
}

/// Nobody on the internet has an address of the network, nor one that no router forwards: none of these is tried, so that
/// they leave room for those that somebody has.
#[test]
fn the_internet_has_no_addresses_of_ours() {
    let flow = asks(End::Internet, End::Interface(0));
    for start in ["11.0.1", "169.254.1", "224.0.0", "10.1.2", "100.64.1", "198.18.0"] {
        let own = || (1..=80).map(|last| format!("{start}.{last}/32"));
        for (further, want) in
            [(None, "there: groups of eni-0 in: NoRule"), (Some("12.0.0.0/8"), "allowed: eni-0")]
        {
            let mut site = server(own().chain(further.map(str::to_owned)));
            for last in 11..=80 {
                site.public(0, &format!("11.0.0.{last}"), &format!("198.18.0.{last}"));
            }
            for last in 1..=9 {
                site.public(0, &format!("11.0.0.{last}"), &format!("198.18.0.{last}"));
            }
            assert_eq!(said(&site, &flow).0, want, "{start} {further:?}");
        }
    }
}

/// Sixty-four at the most: the ordinary one, and those that rules speak of.
#[test]
fn addresses_of_the_internet_are_tried_up_to_a_limit() {
    for (others, want) in [(62, "allowed: eni-0"), (63, "there: groups of eni-0 in: NoRule")] {
        let mut site =
            server((1..=others).map(|third| format!("12.0.{third}.0/24")).chain(["13.0.0.0/8".to_owned()]));
        // Those before the last are denied.
        site.entry(0, Ingress, (90, false), Traffic::ALL, "12.0.0.0/8");
        assert_eq!(said(&site, &asks(End::Internet, End::Interface(0))).0, want, "{others}");
    }
}

/// EC2 user guide, "Public IPv4 addresses": from where nothing leads to the network, an interface is asked by its public
/// address; over a peering connection or a transit gateway, by its private one.
#[test]
fn interfaces_of_networks_that_meet_are_asked_by_private_addresses() {
    let mut site = between::vpcs(4);
    for (vpc, number) in (0..4).zip(10..) {
        site.public(vpc, &format!("10.{vpc}.0.10"), &format!("198.18.0.{number}"));
    }
    site.peering(1, 0);
    for vpc in [1, 2] {
        site.attach(vpc, &format!("10.{vpc}.0.4"), &[], None);
    }
    let network = Network::new(site.parts);
    for (from, to, want) in [
        (0, 1, "10.1.0.10"),
        (1, 0, "10.0.0.10"),
        (1, 2, "10.2.0.10"),
        (2, 1, "10.1.0.10"),
        (0, 0, "10.0.0.10"),
        (0, 2, "198.18.0.12"),
        (2, 0, "198.18.0.10"),
        (1, 3, "198.18.0.13"),
        (3, 1, "198.18.0.11"),
        (3, 3, "10.3.0.10"),
    ] {
        let judged = judge(&network, &asks(End::Interface(from), End::Interface(to))).unwrap();
        assert_eq!(judged.packet.destination, address(want), "{from} {to}");
    }
}

/// What the service behind a gateway endpoint answers is no way to the internet, but is one to that address.
#[test]
fn an_endpoint_is_not_the_internet() {
    let mut site = site();
    site.parts.tables[0].routes.pop();
    let (endpoint, list) = (site.endpoint(0), site.list(&["192.0.2.0/24"]));
    site.list_route(0, list, &endpoint);
    let to_internet = asks(End::Interface(1), End::Internet);
    let nowhere = "there: rtb-0: NoRoute".to_owned();
    assert_eq!(said(&site, &to_internet), (nowhere, "10.0.0.11 to 203.0.113.1:0".to_owned()));
    let to_service = asks(End::Interface(1), End::Address(address("192.0.2.7")));
    assert_eq!(said(&site, &to_service).0, "allowed: vpce-0");
}

/// A customer has the addresses that routes lead to it: of the table of the interface's subnet, or of the transit gateway.
#[test]
fn customers_have_the_addresses_that_lead_to_them() {
    let mut site = between::vpcs(2);
    let (own, other) = (site.customer(Some(0), None), site.customer(Some(1), None));
    let to = |customer| asks(End::Interface(0), End::Customer(customer));
    let network = Network::new(site.parts.clone());
    assert_eq!(judge(&network, &to(own)).map(|_| ()), Err(Unclear::Families));
    site.route(0, "192.168.0.0/16", Target::Customer(own));
    site.route(0, "192.168.0.0/17", Target::Customer(other));
    let passes = ("allowed: vgw-0".to_owned(), "10.0.0.10 to 192.168.255.255:0".to_owned());
    assert_eq!(said(&site, &to(own)), passes);
    assert_eq!(said(&site, &to(other)).1, "10.0.0.10 to 192.168.127.255:0");
    let from = asks(End::Customer(own), End::Interface(0));
    assert_eq!(
        said(&site, &from),
        ("allowed: eni-0".to_owned(), "192.168.255.255 to 10.0.0.10:0".to_owned())
    );
    // Of a route to everywhere, anywhere.
    site.parts.tables[0].routes.truncate(1);
    site.route(0, "0.0.0.0/0", Target::Customer(own));
    assert_eq!(said(&site, &to(own)).1, "10.0.0.10 to 203.0.113.1:0");
}

#[test]
fn customers_behind_a_transit_gateway_have_its_routes() {
    let mut site = between::attached();
    for number in 0..2 {
        let own = site.attachment("tgw-0", Attached::Customer(number), Some(0));
        site.customer(None, Some(own));
    }
    // A route without an attachment leads to nobody.
    site.transit_route(0, "172.16.0.0/16", None);
    site.transit_route(0, "192.168.0.0/24", Some(2));
    site.transit_route(0, "192.168.1.0/24", Some(3));
    site.route(0, "192.168.0.0/16", Target::Transit(0));
    for (customer, want, header) in [
        (0, "allowed: vpn-0", "10.0.0.10 to 192.168.0.255:0"),
        (1, "allowed: vpn-1", "10.0.0.10 to 192.168.1.255:0"),
    ] {
        let flow = asks(End::Interface(0), End::Customer(customer));
        assert_eq!(said(&site, &flow), (want.to_owned(), header.to_owned()));
    }
    // One by a virtual private gateway has none of these.
    let near = site.customer(Some(0), None);
    let network = Network::new(site.parts.clone());
    let flow = asks(End::Interface(0), End::Customer(near));
    assert_eq!(judge(&network, &flow).map(|_| ()), Err(Unclear::Families));
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
