//! A model of the same rules that shares nothing with the engine but the parts of a network: blocks are compared bit by
//! bit as text, every search looks at everything, and the way of a packet is a list of what it has passed.

mod between;

use crate::address::{Address, Block};
use crate::network::{Access, Attached, Entry, Parts, Peer, Route, Rule, Target};
use crate::packet::Packet;
use crate::verdict::Origin;
use std::net::IpAddr;

/// Turns after which a way is no way.
const PATIENCE: usize = 100;

/// What a model walks with.
#[derive(Clone, Default)]
struct Memory {
    is_back: bool,
    turns: usize,
    /// Interfaces whose groups have seen the flow.
    seen: Vec<usize>,
    /// Where packets were given another source: the interface, as they came and as they left.
    swaps: Vec<(usize, Packet, Packet)>,
    /// The egress-only gateway that was left by.
    left_by: Option<usize>,
    is_forwarded: bool,
    /// The zone that a transit gateway was entered by.
    zone: Option<String>,
    /// Whether a transit gateway was left into a VPC.
    is_foreign: bool,
}

/// Where a packet ends.
enum End {
    At(usize),
    Outside,
    Called(usize),
    Service(&'static str),
    Customer(usize),
}

/// The verdict, in the words of `site::told`; where it goes in circles, nothing but that.
pub(super) fn verdict(parts: &Parts, origin: Origin, packet: Packet) -> String {
    let model = Model { parts };
    let mut memory = Memory::default();
    let there = match model.begin(&mut memory, origin, packet) {
        Ok(there) => there,
        Err(said) => return circles_or("there", said),
    };
    let (end, last) = there;
    let (said, back_from) = match end {
        End::Service(name) => return format!("allowed: {name}"),
        End::At(own) => (format!("allowed: {}", parts.interfaces[own].id), Origin::Interface(own)),
        End::Outside => ("allowed: internet".to_owned(), Origin::Internet),
        End::Called(own) => (format!("allowed: {}", parts.endpoints[own].id), Origin::Endpoint(own)),
        End::Customer(own) => (format!("allowed: {}", parts.customers[own].id), Origin::Customer(own)),
    };
    let Some(answer) = answer(last) else { return said };
    memory = Memory { is_back: true, turns: 0, is_forwarded: false, is_foreign: false, ..memory };
    let end = match model.begin(&mut memory, back_from, answer) {
        Ok((end, _)) => end,
        Err(said) => return circles_or("back", said),
    };
    let (name, home) = match end {
        End::At(own) => (parts.interfaces[own].id.clone(), Some(Origin::Interface(own))),
        End::Outside => ("internet".to_owned(), Some(Origin::Internet)),
        End::Called(own) => (parts.endpoints[own].id.clone(), Some(Origin::Endpoint(own))),
        End::Customer(own) => (parts.customers[own].id.clone(), Some(Origin::Customer(own))),
        End::Service(name) => (name.to_owned(), None),
    };
    if home == Some(origin) { said } else { format!("back: {name}: Astray") }
}

fn circles_or(leg: &str, said: String) -> String {
    if said == "circles" { said } else { format!("{leg}: {said}") }
}

fn bits(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(own) => own.octets().iter().map(|octet| format!("{octet:08b}")).collect(),
        IpAddr::V6(own) => own.octets().iter().map(|octet| format!("{octet:08b}")).collect(),
    }
}

fn lies_in(address: Address, block: Block) -> bool {
    let (own, of) = (bits(address.ip()), bits(block.network().ip()));
    own.len() == of.len() && own.starts_with(&of[..usize::from(block.prefix())])
}

fn lies_in_text(address: Address, block: &str) -> bool {
    lies_in(address, block.parse().unwrap())
}

fn answer(packet: Packet) -> Option<Packet> {
    let Packet { source, destination, protocol, from, to } = packet;
    let turned = Packet { source: destination, destination: source, protocol, from: to, to: from };
    match (protocol, to / 256) {
        (6 | 17, _) => Some(turned),
        (1, 8) => Some(Packet { from: 0, to: 0, ..turned }),
        (58, 128) => Some(Packet { from: 0, to: 129 * 256, ..turned }),
        (1 | 58, _) => None,
        _ => Some(Packet { from: 0, to: 0, ..turned }),
    }
}

fn service(parts: &Parts, vpc: usize, to: Address) -> Option<&'static str> {
    let own = &parts.vpcs[vpc];
    let text = to.to_string();
    let first = own.blocks[0].network().to_string();
    let base_plus_two = first.strip_suffix(".0").map(|start| format!("{start}.2"));
    let name = match text.as_str() {
        "169.254.169.253" | "fd00:ec2::253" => "Dns",
        "169.254.169.254" | "fd00:ec2::254" => "Metadata",
        "169.254.169.123" | "fd00:ec2::123" => "Time",
        "169.254.170.2" | "169.254.170.23" | "fd00:ec2::23" => "Credentials",
        "169.254.169.250" | "169.254.169.251" => "Licence",
        _ if Some(&text) == base_plus_two.as_ref() => "Dns",
        _ => return None,
    };
    (name != "Dns" || own.has_dns).then_some(name)
}

fn is_dropped(to: Address) -> bool {
    let blocks = [
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/4",
        "255.255.255.255/32",
        "::/128",
        "::1/128",
        "fe80::/10",
        "ff00::/8",
    ];
    blocks.iter().any(|block| lies_in_text(to, block))
}

fn unroutable(address: Address, side: &str) -> Option<String> {
    let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
    if private.iter().any(|block| lies_in_text(address, block)) {
        return Some(format!("Private{side}"));
    }
    lies_in_text(address, "100.64.0.0/10").then(|| format!("Shared{side}"))
}

struct Model<'p> {
    parts: &'p Parts,
}

type Way = Result<(End, Packet), String>;

impl Model<'_> {
    fn begin(&self, memory: &mut Memory, origin: Origin, packet: Packet) -> Way {
        match origin {
            Origin::Interface(own) => self.send(memory, own, packet),
            Origin::Internet => self.come_in(memory, packet),
            Origin::Customer(own) => self.customer_asks(memory, own, packet),
            Origin::Endpoint(own) => {
                let own = &self.parts.endpoints[own];
                match self.who_has(own.vpc, packet.destination) {
                    Some(peer) => self.bring(memory, peer, None, packet),
                    None => Err(format!("{}: NoSuchAddress", own.id)),
                }
            }
        }
    }

    fn vpc_of(&self, interface: usize) -> usize {
        self.parts.subnets[self.parts.interfaces[interface].subnet].vpc
    }

    fn has(&self, interface: usize, address: Address) -> bool {
        self.parts.interfaces[interface].addresses.iter().any(|block| lies_in(address, *block))
    }

    fn who_has(&self, vpc: usize, address: Address) -> Option<usize> {
        (0..self.parts.interfaces.len()).find(|own| self.vpc_of(*own) == vpc && self.has(*own, address))
    }

    fn nat_at(&self, interface: usize) -> Option<usize> {
        self.parts.nats.iter().position(|nat| nat.interface == Some(interface))
    }

    fn turn(&self, memory: &mut Memory) -> Result<(), String> {
        memory.turns += 1;
        if memory.turns > PATIENCE { Err("circles".to_owned()) } else { Ok(()) }
    }

    fn send(&self, memory: &mut Memory, interface: usize, packet: Packet) -> Way {
        self.turn(memory)?;
        let own = &self.parts.interfaces[interface];
        if own.checks && !self.has(interface, packet.source) {
            return Err(format!("{}: NotFromInterface", own.id));
        }
        if let Some(name) = service(self.parts, self.vpc_of(interface), packet.destination) {
            return Ok((End::Service(name), packet));
        }
        if is_dropped(packet.destination) {
            return Err(format!("{}: NeverRouted", own.id));
        }
        self.ask_groups(memory, interface, "out", packet)?;
        self.route(memory, interface, packet)
    }

    fn ask_groups(
        &self,
        memory: &mut Memory,
        interface: usize,
        way: &str,
        packet: Packet,
    ) -> Result<(), String> {
        if memory.is_back && memory.seen.contains(&interface) {
            return Ok(());
        }
        let other = if way == "out" { packet.destination } else { packet.source };
        let passes = |rule: &Rule| {
            rule.traffic.matches(packet.protocol, packet.to)
                && match rule.peer {
                    Peer::Block(block) => lies_in(other, block),
                    Peer::List(list) => {
                        self.parts.lists[list].blocks.iter().any(|block| lies_in(other, *block))
                    }
                    Peer::Nobody => false,
                    Peer::Group(group) => {
                        (way == "out" || !memory.is_forwarded)
                            && self
                                .who_is_known(self.vpc_of(interface), other)
                                .is_some_and(|peer| self.parts.interfaces[peer].groups.contains(&group))
                    }
                }
        };
        let own = &self.parts.interfaces[interface];
        let any = own.groups.iter().any(|group| {
            let group = &self.parts.groups[*group];
            (if way == "out" { &group.egress } else { &group.ingress }).iter().any(passes)
        });
        if !any {
            return Err(format!("groups of {} {way}: NoRule", own.id));
        }
        memory.seen.push(interface);
        Ok(())
    }

    fn ask_acl(&self, subnet: usize, way: &str, packet: Packet) -> Result<(), String> {
        let acl = &self.parts.acls[self.parts.subnets[subnet].acl];
        let (entries, other) =
            if way == "out" { (&acl.egress, packet.destination) } else { (&acl.ingress, packet.source) };
        let about =
            |entry: &&Entry| entry.traffic.matches(packet.protocol, packet.to) && lies_in(other, entry.block);
        let lowest = entries.iter().filter(about).min_by_key(|entry| entry.number);
        match lowest {
            Some(entry) if entry.allows => Ok(()),
            Some(entry) => Err(format!("{} {way}: AclDenies by {}", acl.id, entry.number)),
            None => Err(format!("{} {way}: AclDenies by *", acl.id)),
        }
    }

    fn longest(&self, table: usize, to: Address) -> Option<&Route> {
        let mut best: Option<&Route> = None;
        for route in &self.parts.tables[table].routes {
            let longer = best.is_none_or(|best| {
                let (own, other) = (route.destination.prefix(), best.destination.prefix());
                own > other || own == other && best.list.is_some() && route.list.is_none()
            });
            if lies_in(to, route.destination) && longer {
                best = Some(route);
            }
        }
        best
    }

    fn route(&self, memory: &mut Memory, interface: usize, packet: Packet) -> Way {
        self.turn(memory)?;
        let subnet = self.parts.interfaces[interface].subnet;
        let own = &self.parts.subnets[subnet];
        let table = &self.parts.tables[own.table];
        if own.blocks.iter().any(|block| lies_in(packet.destination, *block)) {
            return match self.who_has(own.vpc, packet.destination) {
                Some(peer) => self.bring(memory, peer, Some(subnet), packet),
                None => Err(format!("{}: NoSuchAddress", table.id)),
            };
        }
        self.ask_acl(subnet, "out", packet)?;
        let best = self.longest(own.table, packet.destination);
        let Some(route) = best else { return Err(format!("{}: NoRoute", table.id)) };
        let by = format!("by {}", route.destination);
        if !route.leads {
            return Err(format!("{}: Blackhole {by}", table.id));
        }
        match &route.target {
            Target::Local => match self.who_has(own.vpc, packet.destination) {
                Some(peer) => self.bring(memory, peer, Some(subnet), packet),
                None => Err(format!("{}: NoSuchAddress {by}", table.id)),
            },
            Target::Other(_) => Err(format!("{}: Unsupported {by}", table.id)),
            Target::Peering(peering) => self.by_peering(memory, *peering, own.vpc, packet),
            Target::Transit(attachment) => self.enter_transit(memory, *attachment, subnet, packet),
            Target::Customer(customer) => match self.who_has(own.vpc, packet.source) {
                Some(_) => self.to_customer(*customer, packet),
                None => Err(format!("{}: ForeignToCustomer", self.parts.customers[*customer].id)),
            },
            Target::Interface(peer) => self.bring(memory, *peer, Some(subnet), packet),
            Target::EgressOnly(gateway) => {
                if packet.destination.is_v4() {
                    return Err(format!("{}: Family", self.parts.egress_only[*gateway].id));
                }
                let id = &self.parts.egress_only[*gateway].id;
                self.may_meet_the_internet(memory, interface, "egress-only", id)?;
                if !memory.is_back {
                    memory.left_by = Some(*gateway);
                }
                Ok((End::Outside, packet))
            }
            Target::InternetGateway(gateway) => self.go_out(memory, *gateway, interface, packet),
            Target::Nat(nat) => self.by_nat(memory, *nat, subnet, packet),
            Target::Middlebox(own) => self.by_middlebox(memory, *own, Some(subnet), packet),
            Target::Endpoint(endpoint) => {
                let own = &self.parts.endpoints[*endpoint];
                let blocks = &self.parts.vpcs[own.vpc].blocks;
                let why = match (packet.protocol, packet.to) {
                    _ if !own.works => "NotAvailable",
                    (6, _) | (1, 2_048) if blocks.iter().any(|block| lies_in(packet.source, *block)) => {
                        return Ok((End::Called(*endpoint), packet));
                    }
                    (6, _) | (1, 2_048) => "SourceOutsideVpc",
                    _ => "Protocol",
                };
                Err(format!("{}: {why}", own.id))
            }
        }
    }

    fn bring(&self, memory: &mut Memory, interface: usize, from: Option<usize>, packet: Packet) -> Way {
        let own = &self.parts.interfaces[interface];
        if from != Some(own.subnet) {
            self.ask_acl(own.subnet, "in", packet)?;
        }
        let nat = self.nat_at(interface);
        if nat.is_none() {
            self.ask_groups(memory, interface, "in", packet)?;
        }
        if memory.is_back {
            let swaps = memory.swaps.clone();
            for (at, came, left) in swaps {
                if at == interface && answer(left) == Some(packet) {
                    let packet = answer(came).unwrap();
                    return match nat {
                        Some(_) => self.route(memory, interface, packet),
                        None => self.send(memory, interface, packet),
                    };
                }
            }
        }
        if let Some(nat) = nat {
            let why = if memory.is_back { "UnknownFlow" } else { "OutwardOnly" };
            return Err(format!("{}: {why}", self.parts.nats[nat].id));
        }
        if self.has(interface, packet.destination) {
            return Ok((End::At(interface), packet));
        }
        if own.checks {
            return Err(format!("{}: NotForInterface", own.id));
        }
        memory.is_forwarded = true;
        self.send(memory, interface, packet)
    }

    fn swapped(&self, memory: &mut Memory, interface: usize, packet: Packet, source: Address) -> Packet {
        let from =
            if [6, 17].contains(&packet.protocol) && packet.from < 1024 { 49_152 } else { packet.from };
        let left = Packet { source, from, ..packet };
        memory.swaps.push((interface, packet, left));
        left
    }

    /// Whether the account lets an interface begin to speak with the internet by `way`.
    fn may_meet_the_internet(
        &self,
        memory: &Memory,
        interface: usize,
        way: &str,
        id: &str,
    ) -> Result<(), String> {
        let shut = match self.parts.subnets[self.parts.interfaces[interface].subnet].access {
            Access::Open => false,
            Access::Outward => way != "nat" && way != "egress-only",
            Access::Shut => true,
        };
        if shut && !memory.is_back { Err(format!("{id}: PublicAccessBlocked")) } else { Ok(()) }
    }

    fn go_out(&self, memory: &mut Memory, gateway: usize, interface: usize, packet: Packet) -> Way {
        let id = &self.parts.internet_gateways[gateway].id;
        if let Some(why) = unroutable(packet.destination, "Destination") {
            return Err(format!("{id}: {why}"));
        }
        let way = if self.nat_at(interface).is_some() { "nat" } else { "gateway" };
        self.may_meet_the_internet(memory, interface, way, id)?;
        let box_of = |own: &crate::network::Middlebox| own.interface == interface;
        let mut stands_in = self.parts.middleboxes.iter().any(box_of);
        let back = self.parts.internet_gateways[gateway].table;
        match back.and_then(|table| self.longest(table, packet.source)).map(|route| &route.target) {
            None | Some(Target::Local) => {}
            Some(Target::Interface(own)) if *own == interface => stands_in = true,
            Some(Target::Middlebox(own)) if box_of(&self.parts.middleboxes[*own]) => {}
            Some(_) => return Err(format!("{id}: Redirected")),
        }
        if !packet.source.is_v4() {
            return Ok((End::Outside, packet));
        }
        let own = &self.parts.interfaces[interface];
        let mut packet = packet;
        let sender = self.who_has(self.vpc_of(interface), packet.source).filter(|_| stands_in);
        let pairs = sender.into_iter().flat_map(|sender| &self.parts.interfaces[sender].public);
        let lent = pairs.clone().find(|(private, _)| *private == packet.source);
        if let Some((_, public)) = lent {
            packet.source = *public;
            return self.entering(memory, packet);
        }
        if !own.checks && !self.has(interface, packet.source) && !memory.is_back {
            let first = own.addresses.iter().find(|block| block.is_v4()).unwrap().network();
            packet = self.swapped(memory, interface, packet, first);
        }
        let pair = own.public.iter().find(|(private, _)| *private == packet.source);
        let Some((_, public)) = pair else { return Err(format!("{id}: NoPublicAddress")) };
        packet.source = *public;
        self.entering(memory, packet)
    }

    /// Out on the internet, or back in where one of the own has the address.
    fn entering(&self, memory: &mut Memory, packet: Packet) -> Way {
        let is_own = |own: &crate::network::Interface| {
            own.public.iter().any(|(_, public)| *public == packet.destination)
        };
        if self.parts.interfaces.iter().any(is_own) {
            return self.come_in(memory, packet);
        }
        Ok((End::Outside, packet))
    }

    fn by_nat(&self, memory: &mut Memory, nat: usize, from: usize, packet: Packet) -> Way {
        let own = &self.parts.nats[nat];
        let Some(interface) = own.interface.filter(|_| own.works) else {
            return Err(format!("{}: NotAvailable", own.id));
        };
        let card = &self.parts.interfaces[interface];
        if card.subnet != from {
            self.ask_acl(card.subnet, "in", packet)?;
        }
        let blocks = &self.parts.vpcs[self.vpc_of(interface)].blocks;
        let why = if memory.is_back {
            "UnknownFlow"
        } else if !packet.destination.is_v4() {
            "Family"
        } else if ![1, 6, 17].contains(&packet.protocol) {
            "Protocol"
        } else if !memory.is_foreign && !blocks.iter().any(|block| lies_in(packet.source, *block)) {
            "SourceOutsideVpc"
        } else {
            let packet = self.swapped(memory, interface, packet, card.addresses[0].network());
            return self.route(memory, interface, packet);
        };
        Err(format!("{}: {why}", own.id))
    }

    fn come_in(&self, memory: &mut Memory, packet: Packet) -> Way {
        self.turn(memory)?;
        let mut found = None;
        for (interface, own) in self.parts.interfaces.iter().enumerate() {
            for (private, public) in &own.public {
                if *public == packet.destination {
                    found = Some((interface, *private));
                }
            }
            if !packet.destination.is_v4() && self.has(interface, packet.destination) {
                found = found.or(Some((interface, packet.destination)));
            }
        }
        let Some((interface, private)) = found else { return Err("internet: NotAPublicAddress".to_owned()) };
        let vpc = self.vpc_of(interface);
        let of_vpc = |gateway: &&crate::network::Gateway| gateway.vpc == Some(vpc);
        let open = self.parts.internet_gateways.iter().find(of_vpc);
        let outward = self.parts.egress_only.iter().find(of_vpc);
        let is_v6 = !packet.destination.is_v4();
        let id = match (memory.left_by.filter(|_| memory.is_back), open, outward) {
            (Some(gateway), _, _) => &self.parts.egress_only[gateway].id,
            (None, Some(gateway), _) => &gateway.id,
            (None, None, Some(gateway)) if is_v6 => return Err(format!("{}: OutwardOnly", gateway.id)),
            (None, None, _) => return Err(format!("{}: NoInternetGateway", self.parts.vpcs[vpc].id)),
        };
        if let Some(why) = unroutable(packet.source, "Source") {
            return Err(format!("{id}: {why}"));
        }
        self.may_meet_the_internet(memory, interface, "gateway", id)?;
        let packet = Packet { destination: private, ..packet };
        let by_open = memory.left_by.filter(|_| memory.is_back).is_none();
        match open.filter(|_| by_open).and_then(|gateway| gateway.table) {
            Some(table) => self.by_table(memory, table, (vpc, true), packet),
            None => self.bring(memory, interface, None, packet),
        }
    }

    /// By a gateway's own table; `from` is the VPC, and whether it comes from the internet.
    fn by_table(&self, memory: &mut Memory, table: usize, from: (usize, bool), packet: Packet) -> Way {
        let id = &self.parts.tables[table].id;
        let Some(route) = self.longest(table, packet.destination) else {
            return Err(format!("{id}: NoRoute"));
        };
        let by = format!("by {}", route.destination);
        if !route.leads {
            return Err(format!("{id}: Blackhole {by}"));
        }
        match &route.target {
            Target::Local => match self.who_has(from.0, packet.destination) {
                Some(peer) => self.bring(memory, peer, None, packet),
                None => Err(format!("{id}: NoSuchAddress {by}")),
            },
            Target::Interface(own) => {
                let card = &self.parts.interfaces[*own];
                let is_known = if packet.destination.is_v4() {
                    !card.public.is_empty()
                } else {
                    card.addresses.iter().any(|block| !block.is_v4())
                };
                if from.1 && !is_known {
                    return Err(format!("{id}: NotPublic {by}"));
                }
                self.bring(memory, *own, None, packet)
            }
            Target::Middlebox(own) => self.by_middlebox(memory, *own, None, packet),
            _ => Err(format!("{id}: Unsupported {by}")),
        }
    }

    fn by_middlebox(&self, memory: &mut Memory, own: usize, from: Option<usize>, packet: Packet) -> Way {
        let own = &self.parts.middleboxes[own];
        if !own.works {
            return Err(format!("{}: NotAvailable", own.id));
        }
        let subnet = self.parts.interfaces[own.interface].subnet;
        if from != Some(subnet) {
            self.ask_acl(subnet, "in", packet)?;
        }
        memory.is_forwarded = true;
        self.route(memory, own.interface, packet)
    }

    /// Who has an address in a VPC or in one whose groups its rules may name.
    fn who_is_known(&self, vpc: usize, address: Address) -> Option<usize> {
        let mut vpcs = vec![vpc];
        for own in &self.parts.peerings {
            match own.vpcs {
                [one, other] if own.refers && one == vpc => vpcs.push(other),
                [one, other] if own.refers && other == vpc => vpcs.push(one),
                _ => {}
            }
        }
        for own in &self.parts.attachments {
            let Attached::Vpc { vpc: near, refers: true, .. } = own.what else { continue };
            for other in &self.parts.attachments {
                let Attached::Vpc { vpc: far, refers: true, .. } = other.what else { continue };
                if near == vpc && own.gateway == other.gateway {
                    vpcs.push(far);
                }
            }
        }
        vpcs.into_iter().find_map(|vpc| self.who_has(vpc, address))
    }
}
