//! Random networks and packets: the engine and the slow model give the same verdicts.

use super::reference;
use super::site::{Site, address, block, told};
use crate::network::{Access, Attached, Direction, Network, Peer, Target, Zone};
use crate::packet::{EPHEMERAL, Packet, icmp};
use crate::rules::Traffic;
use crate::verdict::{Origin, Verdict, Why};
use crate::{Cache, decide};
use std::collections::BTreeMap;

/// Networks where `ANGAE_REACH_NETWORKS` does not say; `cargo xtask soak verdicts` asks for ten thousand.
const NETWORKS: u64 = 120;
/// Packets of each.
const PACKETS: usize = 100;
/// Networks whose packets have to bring about verdicts of every kind.
const VARIED: u64 = 700;
/// Of each kind so many.
const LEAST: usize = 3;

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `sides`.
    fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll() % sides as u64).unwrap()
    }

    /// In so many of a hundred cases.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const PORTS: [u16; 6] = [22, 80, 443, 1_023, 1_024, EPHEMERAL];
const ALL: [&str; 2] = ["0.0.0.0/0", "::/0"];
const OUTSIDE: [&str; 5] = ["203.0.113.9", "192.0.2.1", "2001:db8:ffff::9", "192.168.7.7", "100.64.0.7"];
const ODD: [&str; 6] =
    ["169.254.169.254", "10.0.0.2", "fd00:ec2::253", "169.254.7.7", "198.18.0.99", "10.0.200.1"];

fn traffic(dice: &mut Dice) -> Traffic {
    match dice.below(6) {
        0 => {
            let (one, two) = (*dice.one(&PORTS), *dice.one(&PORTS));
            Traffic::ports(*dice.one(&[6, 17]), one.min(two), one.max(two))
        }
        1 => Traffic::of(*dice.one(&[1, 6, 17, 50, 58])),
        2 => Traffic::icmp(1, Some(8), None),
        3 => Traffic::ports(6, 1_024, 65_535),
        _ => Traffic::ALL,
    }
}

fn some_block(dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => format!("10.0.{}.0/24", dice.below(4)),
        1 => format!("10.0.{}.{}/32", dice.below(4), 10 + dice.below(3)),
        2 => (*dice.one(&["203.0.113.0/24", "198.18.0.0/15", "2001:db8:0:1::/64", "10.0.0.0/16"])).to_owned(),
        _ => (*dice.one(&ALL)).to_owned(),
    }
}

fn network(dice: &mut Dice) -> Site {
    let mut site = Site::default();
    for _ in 0..=dice.below(2) {
        let blocks = [some_block(dice), some_block(dice), some_block(dice)];
        let blocks: Vec<&str> = blocks.iter().take(dice.below(4)).map(String::as_str).collect();
        site.list(&blocks);
    }
    for _ in 0..=dice.below(4) {
        site.group();
    }
    let groups = site.parts.groups.len();
    for group in 0..groups {
        for direction in [Direction::Ingress, Direction::Egress] {
            if dice.chance(60) {
                for all in ALL {
                    site.rule(group, direction, Traffic::ALL, Peer::Block(block(all)));
                }
            }
            for _ in 0..dice.below(4) {
                let peer = match dice.below(6) {
                    0 | 1 => Peer::Group(dice.below(groups)),
                    2 if dice.chance(20) => Peer::Nobody,
                    3 => Peer::List(dice.below(site.parts.lists.len())),
                    _ => Peer::Block(block(&some_block(dice))),
                };
                let traffic = if dice.chance(60) { Traffic::ALL } else { traffic(dice) };
                site.rule(group, direction, traffic, peer);
            }
        }
    }
    for number in 0..=dice.below(2) {
        // The first has both families; the second has the first's IPv4 block again, or its own.
        let blocks: &[&str] = match (number, dice.chance(50)) {
            (0, _) => &["10.0.0.0/16", "2001:db8::/56"],
            (_, true) => &["10.0.0.0/16"],
            (_, false) => &["10.1.0.0/16"],
        };
        let vpc = site.vpc(blocks);
        site.parts.vpcs[vpc].has_dns = dice.chance(80);
        grow(dice, &mut site, vpc, blocks[0].trim_end_matches(".0.0/16"));
    }
    if dice.chance(50) {
        connect(dice, &mut site);
    }
    if dice.chance(40) {
        inspect(dice, &mut site);
    }
    site
}

/// Leads what enters networks, and what leaves subnets, by appliances.
fn inspect(dice: &mut Dice, site: &mut Site) {
    let (subnets, cards) = (site.parts.subnets.len(), site.parts.interfaces.len());
    for vpc in 0..site.parts.vpcs.len() {
        let of_vpc = |site: &Site, subnet: usize| site.parts.subnets[subnet].vpc == vpc;
        let own: Vec<usize> = (0..subnets).filter(|subnet| of_vpc(site, *subnet)).collect();
        let first = site.parts.subnets[own[0]].blocks[0].to_string();
        let (middlebox, _) = site.middlebox(own[0], &first.replace(".0/24", ".202"));
        site.parts.middleboxes[vpc].works = dice.chance(90);
        for subnet in &own {
            if dice.chance(40) {
                let to = if dice.chance(60) { (*dice.one(&ALL)).to_owned() } else { some_block(dice) };
                site.route(*subnet, &to, middlebox.clone());
            }
        }
        let cards: Vec<usize> =
            (0..cards).filter(|card| of_vpc(site, site.parts.interfaces[*card].subnet)).collect();
        let table = site.edge_table(vpc);
        for _ in 0..dice.below(4) {
            let subnet = *dice.one(&own);
            let to = dice.one(&site.parts.subnets[subnet].blocks).to_string();
            let target = match dice.below(6) {
                0 => Target::Local,
                1 => Target::Other("eni-gone".to_owned()),
                2 | 3 => middlebox.clone(),
                _ => Target::Interface(*dice.one(&cards)),
            };
            site.lead(table, &to, target);
            site.parts.tables[table].routes.last_mut().unwrap().leads = dice.chance(90);
        }
        let gateways = site.parts.internet_gateways.iter_mut().filter(|own| own.vpc == Some(vpc));
        gateways.for_each(|own| own.table = Some(table));
        for customer in site.parts.customers.iter_mut().filter(|own| own.vpc == Some(vpc)) {
            customer.table = Some(table).filter(|_| dice.chance(60));
        }
    }
}

/// Leads networks to each other and to customers, in whatever way.
fn connect(dice: &mut Dice, site: &mut Site) {
    let subnets = site.parts.subnets.len();
    let mut targets: Vec<(usize, Target)> = Vec::new();
    if site.parts.vpcs.len() > 1 && dice.chance(60) {
        let peering = site.peering(0, 1);
        site.parts.peerings[0].refers = dice.chance(70);
        targets.extend([(0, peering.clone()), (1, peering)]);
    }
    if dice.chance(65) {
        let customer = site.customer(Some(0), None);
        site.parts.customers[customer].is_connected = dice.chance(85);
        targets.push((0, Target::Customer(customer)));
    }
    if dice.chance(60) {
        let tables = [site.transit_table(), site.transit_table()];
        for vpc in 0..site.parts.vpcs.len() {
            let table = *dice.one(&tables);
            let own = attach(dice, site, vpc, subnets, table);
            targets.push((vpc, Target::Transit(own)));
        }
        let next = site.parts.attachments.len();
        let customer = site.parts.customers.len();
        site.attachment("tgw-0", Attached::Customer(customer), Some(tables[0]));
        site.customer(None, Some(next));
        site.parts.customers[customer].is_connected = dice.chance(85);
        site.attachment("tgw-0", Attached::Gateway(next + 2), Some(tables[0]));
        site.attachment("tgw-1", Attached::Gateway(next + 1), Some(tables[1]));
        for table in tables {
            for _ in 0..dice.below(6) {
                let by = Some(dice.below(next + 3)).filter(|_| dice.chance(90));
                let to = between(dice);
                site.transit_route(table, &to, by);
            }
        }
    }
    for subnet in 0..subnets {
        let vpc = site.parts.subnets[subnet].vpc;
        let own: Vec<Target> =
            targets.iter().filter(|(of, _)| *of == vpc).map(|(_, target)| target.clone()).collect();
        for _ in 0..dice.below(3) {
            if !own.is_empty() {
                let to = between(dice);
                site.route(subnet, &to, dice.one(&own).clone());
            }
        }
    }
}

/// A VPC's attachment by its first subnets, each alone or with others in its zone.
fn attach(dice: &mut Dice, site: &mut Site, vpc: usize, subnets: usize, table: usize) -> usize {
    let of_vpc: Vec<usize> = (0..subnets).filter(|own| site.parts.subnets[*own].vpc == vpc).collect();
    let mut zones = Vec::new();
    for (subnet, name) in of_vpc.iter().zip(["a", "b"]).take(1 + dice.below(2)) {
        let first = site.parts.subnets[*subnet].blocks[0].to_string();
        let private = first.replace(".0/24", ".201");
        let interface = site.interface(*subnet, &[&private], &[]);
        let others = of_vpc.iter().filter(|_| dice.chance(60)).copied();
        let name = name.to_owned();
        zones.push(Zone { name, interface, subnets: others.chain([*subnet]).collect() });
    }
    let what = Attached::Vpc { vpc, zones, refers: dice.chance(50) };
    site.attachment("tgw-0", what, Some(table).filter(|_| dice.chance(90)))
}

/// A destination in another network.
fn between(dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => "192.168.0.0/16".to_owned(),
        1 => "10.1.0.0/16".to_owned(),
        2 => "10.0.0.0/8".to_owned(),
        3 => format!("10.1.{}.0/24", dice.below(3)),
        _ => some_block(dice),
    }
}

/// Subnets of a VPC with what stands in them, gateways, and routes.
fn grow(dice: &mut Dice, site: &mut Site, vpc: usize, start: &str) {
    let first = site.parts.subnets.len();
    let mut targets = vec![Target::Local];
    for third in 0..2 + dice.below(2) {
        let blocks = [format!("{start}.{third}.0/24"), format!("2001:db8:0:{third}::/64")];
        let blocks: Vec<&str> =
            blocks.iter().take(if vpc == 0 { 2 } else { 1 }).map(String::as_str).collect();
        let subnet = site.subnet(vpc, &blocks);
        site.parts.subnets[subnet].access = match dice.below(30) {
            0 => Access::Shut,
            1 => Access::Outward,
            _ => Access::Open,
        };
        for card in 0..1 + dice.below(2) {
            let v4 = format!("{start}.{third}.{}", 10 + card);
            let v6 = format!("2001:db8:0:{third}::{}", 10 + card);
            let groups: Vec<usize> = (0..site.parts.groups.len()).filter(|_| dice.chance(70)).collect();
            let addresses: &[&str] = if vpc == 0 { &[&v4, &v6] } else { &[&v4] };
            let own = site.interface(subnet, addresses, &groups);
            site.parts.interfaces[own].checks = dice.chance(65);
            if dice.chance(20) {
                let prefix = block(&format!("{start}.{third}.{}/28", 32 + 16 * card));
                site.parts.interfaces[own].addresses.push(prefix);
            }
            if dice.chance(60) {
                site.public(own, &v4, &format!("198.18.{vpc}.{}", 10 * third + card));
            }
            targets.push(Target::Interface(own));
        }
        if dice.chance(60) {
            let private = format!("{start}.{third}.200");
            let (nat, card) = site.nat(subnet, &private);
            if dice.chance(80) {
                site.public(card, &private, &format!("198.18.{vpc}.{}", 200 + third));
            }
            let last = site.parts.nats.len() - 1;
            site.parts.nats[last].works = dice.chance(90);
            targets.push(nat);
        }
    }
    if dice.chance(80) {
        let gateway = site.internet_gateway(vpc);
        targets.extend([gateway.clone(), gateway.clone(), gateway]);
    }
    if dice.chance(50) {
        targets.push(site.egress_only(vpc));
    }
    if dice.chance(60) {
        let endpoint = site.endpoint(vpc);
        site.parts.endpoints.last_mut().unwrap().works = dice.chance(90);
        targets.push(endpoint);
    }
    targets.push(Target::Other("tgw-1".to_owned()));
    for subnet in first..site.parts.subnets.len() {
        for _ in 0..1 + dice.below(3) {
            let to = if dice.chance(60) { (*dice.one(&ALL)).to_owned() } else { some_block(dice) };
            site.route(subnet, &to, dice.one(&targets).clone());
            let table = site.parts.tables.last_mut().unwrap();
            table.routes.last_mut().unwrap().leads = dice.chance(95);
        }
        if dice.chance(30) {
            let (list, target) = (dice.below(site.parts.lists.len()), dice.one(&targets).clone());
            site.list_route(subnet, list, &target);
        }
        for direction in [Direction::Ingress, Direction::Egress] {
            if dice.chance(10) {
                site.close(subnet, direction);
            }
            for number in 0..dice.below(3) {
                let number = 50 + 60 * i32::try_from(number).unwrap();
                let (traffic, of) = (traffic(dice), some_block(dice));
                site.entry(subnet, direction, (number, dice.chance(75)), traffic, &of);
            }
        }
    }
}

/// A packet, mostly between what there is.
fn packet(dice: &mut Dice, site: &Site) -> (Origin, Packet) {
    let interfaces = &site.parts.interfaces;
    let cards: Vec<usize> = (0..interfaces.len()).filter(|own| !interfaces[*own].groups.is_empty()).collect();
    let customers = site.parts.customers.len();
    let origin = match cards.is_empty() || dice.chance(25) {
        _ if customers > 0 && dice.chance(10) => Origin::Customer(dice.below(customers)),
        true => Origin::Internet,
        false => Origin::Interface(*dice.one(&cards)),
    };
    let all = addresses(site);
    let public: Vec<_> = interfaces.iter().flat_map(|own| own.public.iter().map(|pair| pair.1)).collect();
    let destination = match (origin, dice.below(10)) {
        (Origin::Internet, 0..5) if !public.is_empty() => *dice.one(&public),
        (Origin::Interface(_), 0) if !public.is_empty() => *dice.one(&public),
        (_, 1 | 2) => address(dice.one::<&str>(&OUTSIDE)),
        (_, 3) => address(dice.one::<&str>(&ODD)),
        _ => *dice.one(&all),
    };
    let fitting = |block: &&crate::address::Block| block.is_v4() == destination.is_v4();
    let own = match origin {
        Origin::Customer(_) => Some(address("192.168.7.7")).filter(|own| own.is_v4() == destination.is_v4()),
        Origin::Internet | Origin::Endpoint(_) => {
            OUTSIDE.map(address).into_iter().find(|own| own.is_v4() == destination.is_v4())
        }
        Origin::Interface(own) => interfaces[own].addresses.iter().find(fitting).map(|own| own.network()),
    };
    // Both sides of a packet are of one family.
    let any = all.into_iter().chain(OUTSIDE.map(address));
    let fitting: Vec<_> = any.filter(|own| own.is_v4() == destination.is_v4()).collect();
    let source = match own {
        Some(own) if dice.chance(90) => own,
        _ => *dice.one(&fitting),
    };
    let (from, to) = (*dice.one(&[EPHEMERAL, 1_023, 50_000]), *dice.one(&PORTS));
    let packet = Packet { source, destination, protocol: 6, from, to };
    let packet = match dice.below(8) {
        0 => Packet { protocol: 17, ..packet },
        1 => Packet::ping(source, destination),
        2 => Packet { to: icmp(3, 4), ..Packet::ping(source, destination) },
        3 => Packet { protocol: 50, from: 0, to: 0, ..packet },
        _ => packet,
    };
    (origin, packet)
}

/// The addresses of all interfaces.
fn addresses(site: &Site) -> Vec<crate::address::Address> {
    let blocks = site.parts.interfaces.iter().flat_map(|own| &own.addresses);
    blocks.map(|block| block.network()).collect()
}

fn networks() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the long form of a test")]
    let wanted = std::env::var("ANGAE_REACH_NETWORKS").ok();
    wanted.map_or(NETWORKS, |wanted| wanted.parse().unwrap())
}

#[test]
fn the_engine_and_the_slow_model_agree() {
    for seed in 0..networks() {
        let mut dice = Dice(seed);
        let site = network(&mut dice);
        let network = Network::new(site.parts.clone());
        let mut cache = Cache::new(3);
        for _ in 0..PACKETS {
            let (origin, packet) = packet(&mut dice, &site);
            let verdict = decide(&network, origin, packet, &mut ());
            let said = match verdict {
                Verdict::Blocked(own) if own.why == Why::Circles => "circles".to_owned(),
                _ => told(&network, verdict),
            };
            let slow = reference::verdict(&site.parts, origin, packet);
            assert_eq!(said, slow, "network {seed}: {origin:?} sends {packet:?}");
            let traced = decide(&network, origin, packet, &mut Vec::new());
            assert_eq!(
                (traced, cache.decide(&network, origin, packet)),
                (verdict, verdict),
                "network {seed}"
            );
        }
    }
}

/// The long form of the above leaves no kind of verdict out.
#[test]
fn random_packets_meet_everything() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..VARIED {
        let mut dice = Dice(seed);
        let site = network(&mut dice);
        let network = Network::new(site.parts.clone());
        for _ in 0..PACKETS {
            let (origin, packet) = packet(&mut dice, &site);
            let kind = match decide(&network, origin, packet, &mut ()) {
                Verdict::Allowed(arrival) => format!("{arrival:?}").chars().take(8).collect(),
                Verdict::Blocked(own) => format!("{:?} {:?}", own.leg, own.why),
            };
            *counts.entry(kind).or_default() += 1;
        }
    }
    for kind in EXPECTED {
        let count = counts.get(kind).copied().unwrap_or_default();
        assert!(count >= LEAST, "{kind}: {count} of {counts:#?}");
    }
}

/// Kinds of verdicts that random packets have to bring about.
const EXPECTED: [&str; 47] = [
    "Customer",
    "Interfac",
    "Internet",
    "Endpoint",
    "Service(",
    "Forward NotFromInterface",
    "Forward NotForInterface",
    "Forward NoRule",
    "Forward AclDenies",
    "Forward NoRoute",
    "Forward Blackhole",
    "Forward NoSuchAddress",
    "Forward NeverRouted",
    "Forward NoPublicAddress",
    "Forward PrivateDestination",
    "Forward SharedDestination",
    "Forward PrivateSource",
    "Forward NotAPublicAddress",
    "Forward NoInternetGateway",
    "Forward Family",
    "Forward Protocol",
    "Forward OutwardOnly",
    "Forward SourceOutsideVpc",
    "Forward NotAvailable",
    "Forward Unsupported",
    "Forward OutsidePeer",
    "Forward UnknownToCustomer",
    "Forward NotConnected",
    "Forward ZoneNotAttached",
    "Forward NoTransitTable",
    "Forward NoTransitRoute",
    "Forward TransitBlackhole",
    "Return NoTransitRoute",
    "Return TransitBlackhole",
    "Forward Circles",
    "Return NoRule",
    "Return AclDenies",
    "Return NoRoute",
    "Return Blackhole",
    "Return NoPublicAddress",
    "Return UnknownFlow",
    "Return Circles",
    "Return Astray",
    "Return NotForInterface",
    "Forward NotPublic",
    "Forward Redirected",
    "Return Redirected",
];
