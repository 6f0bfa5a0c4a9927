//! What a picture costs: `cargo xtask bench vpc` runs this and holds it against the budget.
//!
//! Prints one line a figure: name, tab, nanoseconds on one core. The network has 200 resources: subnets in three zones,
//! gateways, groups, and instances for the rest.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

use net_map::{
    Gateway, GatewayKind, Group, Map, Member, MemberKind, Network, Route, Subnet, SubnetKind, Zone,
};
use std::hint::black_box;

/// Pictures of one round.
const PICTURES: u32 = 20;
/// Rounds of which the fastest counts: a machine that others use as well is never faster than it is.
const ROUNDS: usize = 15;
/// Instances of each private subnet.
const INSTANCES: usize = 60;

#[expect(clippy::disallowed_methods, reason = "this is what measures")]
fn least_nanos(call: impl Fn()) -> f64 {
    let round = || {
        let start = std::time::Instant::now();
        for _ in 0..PICTURES {
            call();
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(PICTURES)
    };
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn member(kind: MemberKind, number: usize) -> Member {
    Member {
        kind,
        id: format!("i-{number:017}"),
        name: Some(format!("worker {number}")),
        state: None,
        detail: Some("t3.micro".to_owned()),
        address: Some(format!("10.0.{}.{}", number / 250, number % 250)),
        public: None,
        groups: vec![number % 6],
    }
}

fn subnet(kind: SubnetKind, number: usize, target: &str, members: Vec<Member>) -> Subnet {
    let route = Route { destination: "0.0.0.0/0".to_owned(), target: target.to_owned(), leads: true };
    Subnet {
        id: format!("subnet-{number:017}"),
        name: Some(format!("subnet {number}")),
        blocks: vec![format!("10.0.{number}.0/24")],
        kind,
        table: "rtb-1".to_owned(),
        routes: vec![route],
        members,
    }
}

fn network() -> Map {
    let zone = |number: usize| {
        let nat = format!("nat-{number:017}");
        let gateway = Member { id: nat.clone(), ..member(MemberKind::Nat, number) };
        let instances =
            (0..INSTANCES).map(|own| member(MemberKind::Instance, number * INSTANCES + own)).collect();
        let public = subnet(SubnetKind::Public, 2 * number, "igw-1", vec![gateway]);
        let private = subnet(SubnetKind::Private, 2 * number + 1, &nat, instances);
        Zone { name: format!("us-east-1-{number}"), subnets: vec![public, private] }
    };
    let group = |number: usize| Group {
        id: format!("sg-{number:017}"),
        name: format!("group {number}"),
        rules: (3, 1),
    };
    let network = Network {
        id: "vpc-1".to_owned(),
        name: Some("all".to_owned()),
        is_default: false,
        blocks: vec!["10.0.0.0/16".to_owned()],
        gateways: vec![Gateway { kind: GatewayKind::Internet, id: "igw-1".to_owned(), name: None }],
        zones: (0..3).map(zone).collect(),
        groups: (0..6).map(group).collect(),
    };
    Map { title: "Networks".to_owned(), networks: vec![network] }
}

fn main() {
    let map = network();
    let own = &map.networks[0];
    let subnets = || own.zones.iter().flat_map(|zone| &zone.subnets);
    let members: usize = subnets().map(|own| own.members.len()).sum();
    let count = 1 + own.gateways.len() + own.groups.len() + own.zones.len() + subnets().count() + members;
    assert!(count >= 200, "{count} resources are no 200");
    let drawn = least_nanos(|| {
        black_box(black_box(&map).svg());
    });
    println!("picture of 200 resources\t{drawn:.0}");
    let told = least_nanos(|| {
        black_box(black_box(&map).text());
    });
    println!("the same as text\t{told:.0}");
}
