//! What a verdict costs: `cargo xtask bench vpc` runs this and holds it against the budgets.
//!
//! Prints one line a figure: name, tab, nanoseconds on one core. The client and the server have sixty rules each,
//! and the ACLs of their subnets forty entries in each direction; what lets the packets pass is the last of them.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

use reach::address::{Address, Block};
use reach::network::{
    Access, Acl, Entry, Group, Interface, Network, Parts, Peer, Route, Rule, Subnet, Table, Target, Vpc,
};
use reach::packet::{Packet, TCP};
use reach::rules::Traffic;
use reach::verdict::{Arrival, Hop, Origin, Verdict};
use reach::{Cache, decide};
use std::hint::black_box;

const RULES: u8 = 60;
const ENTRIES: u8 = 40;
/// Verdicts of one round.
const VERDICTS: u32 = 200_000;
/// Rounds of which the fastest counts: a machine that others use as well is never faster than it is.
const ROUNDS: usize = 15;
/// Ports that the packets are for.
const PORTS: u16 = 16;

#[expect(clippy::disallowed_methods, reason = "this is what measures")]
fn least_nanos(mut call: impl FnMut(u16)) -> f64 {
    let mut round = || {
        let start = std::time::Instant::now();
        for turn in 0..VERDICTS {
            call(443 + u16::try_from(turn % u32::from(PORTS)).expect("a remainder is small"));
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(VERDICTS)
    };
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn block(text: &str) -> Block {
    text.parse().expect("a block that is written here")
}

fn address(text: &str) -> Address {
    text.parse().expect("an address that is written here")
}

/// So many blocks that no packet here comes from or goes to, and then everything.
fn blocks(count: u8) -> impl Iterator<Item = Block> {
    let others = (1..count).map(|third| block(&format!("192.0.{third}.0/24")));
    others.chain([block("10.0.0.0/16")])
}

fn group(number: usize) -> Group {
    let rule = |(position, block)| Rule {
        id: format!("sgr-{number}-{position}"),
        traffic: Traffic::ports(TCP, 400, 500),
        peer: Peer::Block(block),
    };
    let rules: Vec<Rule> = blocks(RULES).enumerate().map(rule).collect();
    Group { id: format!("sg-{number}"), ingress: rules.clone(), egress: rules }
}

fn acl(number: usize) -> Acl {
    let entry = |(position, block)| Entry { number: position, allows: true, traffic: Traffic::ALL, block };
    let entries: Vec<Entry> = (1..).zip(blocks(ENTRIES)).map(entry).collect();
    Acl { id: format!("acl-{number}"), ingress: entries.clone(), egress: entries }
}

fn network() -> Network {
    let local = Route { destination: block("10.0.0.0/16"), list: None, target: Target::Local, leads: true };
    let mut parts = Parts {
        vpcs: vec![Vpc { id: "vpc-0".to_owned(), blocks: vec![block("10.0.0.0/16")], has_dns: true }],
        tables: vec![Table { id: "rtb-0".to_owned(), routes: vec![local] }],
        ..Parts::default()
    };
    for number in 0..2 {
        parts.groups.push(group(number));
        parts.acls.push(acl(number));
        parts.subnets.push(Subnet {
            id: format!("subnet-{number}"),
            vpc: 0,
            blocks: vec![block(&format!("10.0.{number}.0/24"))],
            acl: number,
            table: 0,
            access: Access::Open,
        });
        for card in 10..110 {
            parts.interfaces.push(Interface {
                id: format!("eni-{number}-{card}"),
                subnet: number,
                addresses: vec![block(&format!("10.0.{number}.{card}/32"))],
                public: Vec::new(),
                groups: vec![number],
                checks: true,
                instance: None,
            });
        }
    }
    Network::new(parts)
}

fn main() {
    let network = network();
    let packet = |port| Packet::tcp(address("10.0.0.10"), address("10.0.1.10"), port);
    let passing: Vec<Packet> = (443..443 + PORTS).map(packet).collect();
    let of = |port: u16| passing[usize::from(port - 443)];
    let origin = Origin::Interface(0);
    let verdict = decide(&network, origin, of(443), &mut ());
    assert_eq!(verdict, Verdict::Allowed(Arrival::Interface(100)), "the packets here pass");
    let figure = |name: &str, nanos: f64| println!("{name}\t{nanos:.0}");
    let uncached = least_nanos(|port| {
        black_box(decide(&network, black_box(origin), black_box(of(port)), &mut ()));
    });
    figure("verdict, uncached", uncached);
    let mut cache = Cache::new(12);
    let cached = least_nanos(|port| {
        black_box(cache.decide(&network, black_box(origin), black_box(of(port))));
    });
    figure("verdict, cached", cached);
    let traced = least_nanos(|port| {
        let mut hops: Vec<Hop> = Vec::new();
        black_box(decide(&network, black_box(origin), black_box(of(port)), &mut hops));
        black_box(hops.len());
    });
    figure("verdict with its trace", traced);
}
