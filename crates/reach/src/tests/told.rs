//! What is told of flows that pass: every step with the ids of where it is, and the rule that let it pass.

use super::between::{attached, peered, vpcs};
use super::blocked::{rule, tell};
use super::gateways::{public_and_private, with_nat};
use super::groups::two_subnets;
use super::site::{OUTSIDE, Site, address};
use crate::network::Direction::Ingress;
use crate::network::{Attached, Peer, Target};
use crate::packet::{Packet, TCP, UDP};
use crate::rules::Traffic;
use crate::told::{Header, Step};
use crate::verdict::Origin;

const ALL: &str = "0.0.0.0/0";

/// A step: kind, id and direction; where it is; the rule; what the packet becomes.
fn line(step: &Step) -> String {
    let mut line = format!("{} {}", if step.leg == "forward" { '>' } else { '<' }, step.kind);
    for part in [&step.id, &step.direction].into_iter().flatten() {
        line += &format!(" {part}");
    }
    let places = [&step.interface, &step.instance, &step.subnet, &step.vpc];
    let places: Vec<&str> = places.into_iter().flatten().map(String::as_str).collect();
    if !places.is_empty() {
        line += &format!(" in {}", places.join(" "));
    }
    if !step.groups.is_empty() {
        line += &format!(" of {}", step.groups.join(" "));
    }
    if let Some(own) = &step.rule {
        line += &format!(" [{}]", rule(own));
    }
    if let Some(Header { source, destination, .. }) = &step.becomes {
        line += &format!(" now {source} to {destination}");
    }
    line
}

/// Where a packet arrives, and all steps but those of interfaces, groups and ACLs.
fn passes(site: &Site, origin: Origin, packet: Packet) -> (String, Vec<String>) {
    let told = tell(site, origin, packet);
    assert!(told.allowed && told.hops.iter().all(|step| step.blocked.is_none()), "{told:?}");
    let is_of_ends =
        |step: &&Step| !matches!(step.kind.as_str(), "network-interface" | "security-group" | "network-acl");
    (told.arrives_at.unwrap(), told.hops.iter().filter(is_of_ends).map(line).collect())
}

#[track_caller]
fn check(site: &Site, origin: Origin, (from, to): (&str, &str), want: &str, steps: &[&str]) {
    let (arrives_at, lines) = passes(site, origin, Packet::tcp(address(from), address(to), 443));
    assert_eq!(arrives_at, want);
    assert_eq!(lines, steps);
}

/// Reachability Analyzer guide, "Path components": groups by the one that decided, on the way back by the one that had let
/// the question pass.
#[test]
fn steps_say_where_they_are() {
    let (mut site, _, servers) = two_subnets();
    let empty = site.group();
    site.rule(servers, Ingress, Traffic::ports(TCP, 400, 500), Peer::Group(0));
    site.parts.interfaces[0].instance = Some("i-0".to_owned());
    site.parts.interfaces[1].groups = vec![empty, servers];
    let told =
        tell(&site, Origin::Interface(0), Packet::tcp(address("10.0.0.10"), address("10.0.1.10"), 443));
    assert_eq!(told.arrives_at.as_deref(), Some("eni-1"));
    let lines: Vec<String> = told.hops.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "> network-interface eni-0 in i-0 subnet-0 vpc-0",
            "> security-group sg-0 egress in eni-0 subnet-0 vpc-0 of sg-0 [sgr-0e0 all None 0.0.0.0/0]",
            "> network-acl acl-0 egress in subnet-0 vpc-0 [100 true all None 0.0.0.0/0]",
            "> route-table rtb-0 in subnet-0 vpc-0 [10.0.0.0/16 by local true]",
            "> network-acl acl-1 ingress in subnet-1 vpc-0 [100 true all None 0.0.0.0/0]",
            "> security-group sg-1 ingress in eni-1 subnet-1 vpc-0 of sg-2 sg-1 [sgr-1i0 tcp Some((400, 500)) sg-0]",
            "> network-interface eni-1 in subnet-1 vpc-0",
            "< network-interface eni-1 in subnet-1 vpc-0",
            "< security-group sg-1 egress in eni-1 subnet-1 vpc-0 of sg-2 sg-1 [tracked]",
            "< network-acl acl-1 egress in subnet-1 vpc-0 [100 true all None 0.0.0.0/0]",
            "< route-table rtb-1 in subnet-1 vpc-0 [10.0.0.0/16 by local true]",
            "< network-acl acl-0 ingress in subnet-0 vpc-0 [100 true all None 0.0.0.0/0]",
            "< security-group sg-0 ingress in eni-0 subnet-0 vpc-0 of sg-0 [tracked]",
            "< network-interface eni-0 in i-0 subnet-0 vpc-0",
        ]
    );
    let want = Header {
        source: "10.0.0.10".to_owned(),
        destination: "10.0.1.10".to_owned(),
        protocol: TCP,
        ports: Some((49_152, 443)),
    };
    assert_eq!((&told.packet, &told.hops[3].packet), (&want, &want));
    assert!(told.hops.iter().all(|step| step.becomes.is_none()));
}

/// Security group rules are told by the word of their protocol, those of ACLs by its number (EC2 API reference,
/// AnalysisSecurityGroupRule, AnalysisAclRule).
#[test]
fn rules_are_told_by_words_and_numbers() {
    for (protocol, traffic, of_group, of_acl) in [
        (TCP, Traffic::of(TCP), "tcp Some((0, 65535))", "6 Some((0, 65535))"),
        (UDP, Traffic::ports(UDP, 0, 53), "udp Some((0, 53))", "17 Some((0, 53))"),
        (1, Traffic::of(1), "icmp None", "1 None"),
        (58, Traffic::of(58), "icmpv6 None", "58 None"),
        (50, Traffic::of(50), "50 None", "50 None"),
        (50, Traffic::ALL, "all None", "all None"),
    ] {
        let (mut site, _, servers) = two_subnets();
        let list = site.list(&["10.0.0.0/24"]);
        site.rule(servers, Ingress, traffic, Peer::List(list));
        site.entry(1, Ingress, (90, true), traffic, "10.0.0.0/8");
        let (source, destination) = (address("10.0.0.10"), address("10.0.1.10"));
        let packet = Packet { protocol, from: 0, to: 0, ..Packet::tcp(source, destination, 0) };
        let told = tell(&site, Origin::Interface(0), packet);
        let rules = [4, 5].map(|step| rule(told.hops[step].rule.as_ref().unwrap()));
        assert_eq!(rules, [format!("90 true {of_acl} 10.0.0.0/8"), format!("sgr-1i0 {of_group} pl-0")]);
        let ports = matches!(protocol, TCP | UDP).then_some((0, 0));
        assert_eq!((told.packet.protocol, told.packet.ports), (protocol, ports));
    }
}

#[test]
fn gateways_are_told_with_their_vpcs() {
    let site = with_nat();
    check(
        &site,
        Origin::Interface(1),
        ("10.0.1.10", OUTSIDE),
        "internet",
        &[
            "> route-table rtb-1 in subnet-1 vpc-0 [0.0.0.0/0 by nat-0 true]",
            "> natgateway nat-0 in eni-2 subnet-0 vpc-0 now 10.0.0.200 to 203.0.113.9",
            "> route-table rtb-0 in subnet-0 vpc-0 [0.0.0.0/0 by igw-0 true]",
            "> internet-gateway igw-0 in vpc-0 now 198.18.0.200 to 203.0.113.9",
            "> internet",
            "< internet",
            "< internet-gateway igw-0 in vpc-0 now 203.0.113.9 to 10.0.0.200",
            "< natgateway nat-0 in eni-2 subnet-0 vpc-0 now 203.0.113.9 to 10.0.1.10",
            "< route-table rtb-0 in subnet-0 vpc-0 [10.0.0.0/16 by local true]",
        ],
    );
    let mut site = public_and_private();
    let outward = site.egress_only(0);
    site.route(1, "::/0", outward);
    check(
        &site,
        Origin::Interface(1),
        ("2001:db8:0:1::10", "2001:db8:ffff::9"),
        "internet",
        &[
            "> route-table rtb-1 in subnet-1 vpc-0 [::/0 by eigw-0 true]",
            "> egress-only-internet-gateway eigw-0 in vpc-0",
            "> internet",
            "< internet",
            "< egress-only-internet-gateway eigw-0 in vpc-0",
        ],
    );
    let (endpoint, list) = (site.endpoint(0), site.list(&["192.0.2.0/24"]));
    site.list_route(1, list, &endpoint);
    check(
        &site,
        Origin::Interface(1),
        ("10.0.1.10", "192.0.2.1"),
        "vpce-0",
        &[
            "> route-table rtb-1 in subnet-1 vpc-0 [pl-0 by vpce-0 true]",
            "> vpc-endpoint vpce-0 in vpc-0",
            "< vpc-endpoint vpce-0 in vpc-0",
        ],
    );
    site.parts.interfaces[0].checks = false;
    site.route(1, "192.0.2.1/32", Target::Interface(0));
    site.public(0, "10.0.0.10", "198.18.0.10");
    let (_, lines) =
        passes(&site, Origin::Interface(1), Packet::tcp(address("10.0.1.10"), address("192.0.2.1"), 443));
    assert_eq!(lines[0], "> route-table rtb-1 in subnet-1 vpc-0 [192.0.2.1/32 by eni-0 true]");
}

/// A VPC without what a packet would have to pass stands for that.
#[test]
fn what_a_vpc_lacks_is_told_at_the_vpc() {
    let mut site = public_and_private();
    site.parts.internet_gateways.clear();
    site.parts.tables[0].routes.truncate(2);
    let told = tell(&site, Origin::Internet, Packet::tcp(address(OUTSIDE), address("198.18.0.10"), 443));
    let lines: Vec<String> = told.hops.iter().map(line).collect();
    assert_eq!(lines, ["> internet", "> vpc vpc-0 in vpc-0"]);
}

#[test]
fn services_of_a_subnet_are_told_by_words() {
    let (site, _, _) = two_subnets();
    for (to, word) in [
        ("10.0.0.2", "dns"),
        ("169.254.169.254", "instance-metadata"),
        ("169.254.169.123", "time"),
        ("169.254.170.2", "container-credentials"),
        ("169.254.169.250", "windows-licence"),
    ] {
        check(&site, Origin::Interface(0), ("10.0.0.10", to), word, &[&format!("> {word}")]);
    }
}

#[test]
fn what_connects_networks_is_told() {
    check(
        &peered(),
        Origin::Interface(0),
        ("10.0.0.10", "10.1.0.10"),
        "eni-1",
        &[
            "> route-table rtb-0 in subnet-0 vpc-0 [10.1.0.0/16 by pcx-0 true]",
            "> vpc-peering-connection pcx-0",
            "< route-table rtb-1 in subnet-1 vpc-1 [10.0.0.0/16 by pcx-0 true]",
            "< vpc-peering-connection pcx-0",
        ],
    );
    check(
        &attached(),
        Origin::Interface(0),
        ("10.0.0.10", "10.1.0.10"),
        "eni-1",
        &[
            "> route-table rtb-0 in subnet-0 vpc-0 [10.0.0.0/8 by tgw-0 true]",
            "> transit-gateway-attachment tgw-attach-0 in vpc-0 [tgw-rtb-0 10.1.0.0/16 by Some(\"tgw-attach-1\") true]",
            "> route-table rtb-3 in subnet-3 vpc-1 [10.1.0.0/16 by local true]",
            "< route-table rtb-1 in subnet-1 vpc-1 [10.0.0.0/8 by tgw-0 true]",
            "< transit-gateway-attachment tgw-attach-1 in vpc-1 [tgw-rtb-0 10.0.0.0/16 by Some(\"tgw-attach-0\") true]",
            "< route-table rtb-2 in subnet-2 vpc-0 [10.0.0.0/16 by local true]",
        ],
    );
}

#[test]
fn customers_are_told_by_their_gateways() {
    let mut site = vpcs(1);
    let customer = site.customer(Some(0), None);
    site.route(0, "192.168.0.0/16", Target::Customer(customer));
    check(
        &site,
        Origin::Interface(0),
        ("10.0.0.10", "192.168.1.1"),
        "vgw-0",
        &[
            "> route-table rtb-0 in subnet-0 vpc-0 [192.168.0.0/16 by vgw-0 true]",
            "> vpn-gateway vgw-0 in vpc-0",
            "< vpn-gateway vgw-0 in vpc-0",
        ],
    );
    let mut site = attached();
    let own = site.attachment("tgw-0", Attached::Customer(0), Some(0));
    site.customer(None, Some(own));
    site.transit_route(0, "192.168.0.0/16", Some(own));
    site.parts.transit_tables[0].routes[2].is_listed = false;
    site.route(0, ALL, Target::Transit(0));
    check(
        &site,
        Origin::Interface(0),
        ("10.0.0.10", "192.168.1.1"),
        "vpn-0",
        &[
            "> route-table rtb-0 in subnet-0 vpc-0 [0.0.0.0/0 by tgw-0 true]",
            "> transit-gateway-attachment tgw-attach-0 in vpc-0 [tgw-rtb-0 192.168.0.0/16 by Some(\"tgw-attach-2\") false]",
            "> vpn-connection vpn-0",
            "< vpn-connection vpn-0",
            "< transit-gateway-attachment tgw-attach-2 [tgw-rtb-0 10.0.0.0/16 by Some(\"tgw-attach-0\") true]",
            "< route-table rtb-2 in subnet-2 vpc-0 [10.0.0.0/16 by local true]",
        ],
    );
}
