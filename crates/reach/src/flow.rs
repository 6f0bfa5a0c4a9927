//! Flows as people ask for them: two ends by their ids or addresses, a protocol, perhaps a port. What is left open is
//! filled with what rules and routes speak of, so that a flow passes if any such packet does.

use crate::address::{Address, Block};
use crate::decide;
use crate::network::{Direction, Network, Peer, Target};
use crate::packet::{EPHEMERAL, ICMP, ICMPV6, Packet, TCP, UDP, icmp};
use crate::verdict::{Arrival, Hop, Origin, Verdict};
use crate::{gateways, service};

/// Somewhere on the internet: TEST-NET-3 (RFC 5737), which no rule is about but those about everything.
const ANYWHERE: [u8; 4] = [203, 0, 113, 1];
/// Packets that are tried for one flow at the most.
const MOST_PACKETS: usize = 4_096;
/// Addresses of the internet and ports that are tried at the most.
const MOST_TRIED: usize = 64;

/// An end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// An interface.
    Interface(usize),
    /// An address, whoever has it.
    Address(Address),
    /// Any address of the internet.
    Internet,
    /// A customer's network: any address that routes lead to it.
    Customer(usize),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Who begins.
    pub from: End,
    /// With whom.
    pub to: End,
    /// The address that packets are from, where it is not the end's own.
    pub source: Option<Address>,
    /// The address that packets are for, where it is not the end's own.
    pub destination: Option<Address>,
    /// The protocol's number.
    pub protocol: u8,
    /// The ports that they are from; the lowest and the highest.
    pub from_ports: Option<(u16, u16)>,
    /// The ports that they are for.
    pub to_ports: Option<(u16, u16)>,
}

/// A flow that was judged.
#[derive(Debug)]
pub struct Judged {
    /// Where the packet begins.
    pub origin: Origin,
    /// The packet that passes, else the first that was tried.
    pub packet: Packet,
    /// What becomes of it.
    pub verdict: Verdict,
    /// How.
    pub hops: Vec<Hop>,
}

/// Why a flow cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Both ends are on the internet.
    Outside,
    /// The ends have no addresses of one family.
    Families,
}

/// The interface that has a private or a public address, in any VPC; the first one where it is there twice.
fn holder(network: &Network, address: Address) -> Option<usize> {
    let behind = network.behind(address).map(|(interface, _)| interface);
    behind.or_else(|| (0..network.parts.vpcs.len()).find_map(|vpc| network.holder(vpc, address)))
}

impl End {
    /// The end that has an address: an interface of the network or the address itself. An address that two VPCs have is
    /// the one of `beside`'s.
    pub fn of(network: &Network, address: Address, beside: Option<End>) -> Self {
        let near = match beside {
            Some(End::Interface(interface)) => network.holder(network.vpc_of(interface), address),
            Some(End::Address(_) | End::Internet | End::Customer(_)) | None => None,
        };
        near.or_else(|| holder(network, address)).map_or(Self::Address(address), Self::Interface)
    }
}

/// Judges a flow.
///
/// # Errors
/// The ends make no flow.
pub fn judge(network: &Network, flow: &Flow) -> Result<Judged, Unclear> {
    let (origin, packets) = packets(network, flow)?;
    let mut first = None;
    for packet in packets.into_iter().take(MOST_PACKETS) {
        let verdict = decide(network, origin, packet, &mut ());
        // What a service answers is no answer of the internet.
        let is_there = match verdict {
            Verdict::Allowed(Arrival::Endpoint(_)) => flow.to != End::Internet,
            Verdict::Allowed(_) => true,
            Verdict::Blocked(_) => false,
        };
        if first.is_none() || is_there {
            first = Some((packet, verdict));
        }
        if is_there {
            break;
        }
    }
    let (packet, verdict) = first.ok_or(Unclear::Families)?;
    let mut hops = Vec::new();
    decide(network, origin, packet, &mut hops);
    Ok(Judged { origin, packet, verdict, hops })
}

/// The packets that a flow may begin with, the most ordinary one first.
fn packets(network: &Network, flow: &Flow) -> Result<(Origin, Vec<Packet>), Unclear> {
    let origin = match flow.from {
        End::Interface(interface) => Origin::Interface(interface),
        End::Customer(customer) => Origin::Customer(customer),
        End::Address(_) | End::Internet => Origin::Internet,
    };
    let near = match (flow.from, flow.to) {
        (End::Interface(interface), _) | (_, End::Interface(interface)) => interface,
        (_, End::Address(_) | End::Internet | End::Customer(_)) => return Err(Unclear::Outside),
    };
    let public = |direction| outside(network, near, direction);
    let sources = match (flow.source, flow.from) {
        (Some(address), _) | (None, End::Address(address)) => vec![address],
        (None, End::Internet) => public(Direction::Ingress),
        (None, End::Customer(customer)) => behind(network, near, customer),
        (None, End::Interface(interface)) => own(network, interface),
    };
    let destinations = match (flow.destination, flow.to) {
        (Some(address), _) | (None, End::Address(address)) => vec![address],
        (None, End::Internet) => public(Direction::Egress),
        (None, End::Customer(customer)) => behind(network, near, customer),
        (None, End::Interface(interface)) => reached(network, flow.from, interface),
    };
    let mut packets = Vec::new();
    for destination in &destinations {
        // An interface sends from its primary address of the family.
        let source = sources.iter().find(|source| source.is_v4() == destination.is_v4());
        let all = sources.iter().filter(|source| source.is_v4() == destination.is_v4());
        let sources: Vec<&Address> =
            if matches!(origin, Origin::Interface(_)) { source.into_iter().collect() } else { all.collect() };
        for source in sources {
            for (from, to) in ports(network, flow, near, destination.is_v4()) {
                let (source, destination, protocol) = (*source, *destination, flow.protocol);
                packets.push(Packet { source, destination, protocol, from, to });
            }
        }
    }
    Ok((origin, packets))
}

/// The first addresses of an interface, of each family.
fn own(network: &Network, interface: usize) -> Vec<Address> {
    network.parts.interfaces[interface].addresses.iter().map(|block| block.network()).collect()
}

/// The address by which an interface is reached: its private one in its VPC, else a public one where it has one.
fn reached(network: &Network, from: End, interface: usize) -> Vec<Address> {
    let is_near = |other| network.meet(network.vpc_of(other), network.vpc_of(interface));
    let own = own(network, interface);
    if matches!(from, End::Interface(other) if is_near(other)) || matches!(from, End::Customer(_)) {
        return own;
    }
    let public = network.parts.interfaces[interface].public.iter().map(|(_, public)| *public);
    public.chain(own).collect()
}

/// Addresses that the routes of an interface's subnet lead to a customer.
fn behind(network: &Network, interface: usize, customer: usize) -> Vec<Address> {
    let parts = &network.parts;
    let table = &parts.tables[parts.subnets[parts.interfaces[interface].subnet].table];
    let attachment = parts.customers[customer].attachment;
    let leads = |target: &Target| match target {
        Target::Customer(own) => *own == customer,
        // By a transit gateway whatever its table leads there.
        Target::Transit(_) => attachment.is_some(),
        Target::Local
        | Target::InternetGateway(_)
        | Target::EgressOnly(_)
        | Target::Nat(_)
        | Target::Interface(_)
        | Target::Peering(_)
        | Target::Endpoint(_)
        | Target::Middlebox(_)
        | Target::Other(_) => false,
    };
    let of_table = table.routes.iter().filter(|route| leads(&route.target)).map(|route| route.destination);
    let of_transit = parts.transit_tables.iter().flat_map(|table| &table.routes);
    let of_transit = of_transit.filter(|route| route.by.is_some() && route.by == attachment);
    let all = of_transit.map(|route| route.destination).chain(of_table);
    let one = |block: Block| match block.prefix() {
        0 => Address::from(std::net::Ipv4Addr::from(ANYWHERE)),
        _ => block.last(),
    };
    let mut addresses: Vec<Address> = all.filter(|block| block.is_v4()).map(one).collect();
    addresses.truncate(MOST_TRIED);
    addresses
}

/// Addresses of the internet that what is about an interface speaks of.
fn outside(network: &Network, interface: usize, direction: Direction) -> Vec<Address> {
    let parts = &network.parts;
    let subnet = &parts.subnets[parts.interfaces[interface].subnet];
    let rules =
        parts.interfaces[interface].groups.iter().flat_map(|group| parts.groups[*group].rules(direction));
    let peers = rules.flat_map(|rule| match rule.peer {
        Peer::Block(block) => vec![block],
        Peer::List(list) => parts.lists[list].blocks.clone(),
        Peer::Group(_) | Peer::Nobody => Vec::new(),
    });
    let entries = parts.acls[subnet.acl].entries(direction).iter().map(|entry| entry.block);
    let routes = parts.tables[subnet.table].routes.iter().map(|route| route.destination);
    let is_own = |address: Address| subnet_has(network, address) || !is_public(address);
    // Those of everything begin with no address of the internet.
    let first = |block: Block| Some(block.network()).filter(|address| !is_own(*address));
    let mut addresses = vec![Address::from(std::net::Ipv4Addr::from(ANYWHERE))];
    for address in peers.chain(entries).chain(routes).filter_map(first) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses.truncate(MOST_TRIED);
    addresses
}

fn is_public(address: Address) -> bool {
    gateways::refuses_destination(address).is_none() && !service::is_never_routed(address)
}

/// Whether an address is one of the network's own.
fn subnet_has(network: &Network, address: Address) -> bool {
    network.parts.vpcs.iter().flat_map(|vpc| &vpc.blocks).any(|block| block.contains(address))
        || network.behind(address).is_some()
}

/// Source and destination port of the packets that are tried.
fn ports(network: &Network, flow: &Flow, interface: usize, is_v4: bool) -> Vec<(u16, u16)> {
    let protocol = flow.protocol;
    match protocol {
        ICMP | ICMPV6 => return vec![(0, icmp(if is_v4 { 8 } else { 128 }, 0))],
        TCP | UDP => {}
        _ => return vec![(0, 0)],
    }
    let from = match flow.from_ports {
        Some((low, high)) if (low..=high).contains(&EPHEMERAL) => EPHEMERAL,
        Some((low, _)) => low,
        None => EPHEMERAL,
    };
    let (low, high) = flow.to_ports.unwrap_or((0, u16::MAX));
    let mut all = vec![low];
    let others = match flow.to {
        End::Interface(other) => [interface, other],
        End::Address(_) | End::Internet | End::Customer(_) => [interface; 2],
    };
    for other in others {
        all.extend(named_ports(network, other, protocol));
    }
    let mut tried = Vec::new();
    for to in all {
        if (low..=high).contains(&to) && !tried.contains(&(from, to)) && tried.len() < MOST_TRIED {
            tried.push((from, to));
        }
    }
    tried
}

/// The lowest ports of the rules and entries that are about an interface.
fn named_ports(network: &Network, interface: usize, protocol: u8) -> Vec<u16> {
    let parts = &network.parts;
    let own = &parts.interfaces[interface];
    let acl = &parts.acls[parts.subnets[own.subnet].acl];
    let both = [Direction::Ingress, Direction::Egress];
    let rules = own.groups.iter().flat_map(|group| both.map(|way| parts.groups[*group].rules(way)));
    let rules = rules.flatten().map(|rule| rule.traffic);
    let entries = both.into_iter().flat_map(|way| acl.entries(way)).map(|entry| entry.traffic);
    let of_protocol = rules.chain(entries).map(|traffic| traffic.parts());
    let named = of_protocol.filter(|(own, _)| own.is_none_or(|own| own == protocol));
    named.map(|(_, (low, _))| low).collect()
}
