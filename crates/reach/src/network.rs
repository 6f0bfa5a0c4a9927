//! What the engine knows of a network: plain parts that name each other by position, and beside them what makes
//! looking up cheap. Nothing here knows how the parts are stored.

pub use crate::connection::{
    Attached, Attachment, Customer, Endpoint, Middlebox, Peering, TransitRoute, TransitTable, Zone,
};

use crate::address::{Address, Block};
use crate::rules::{Sieve, Traffic};

/// A VPC.
#[derive(Clone, Debug, Default)]
pub struct Vpc {
    /// `vpc-…`
    pub id: String,
    /// Its blocks of both families.
    pub blocks: Vec<Block>,
    /// Whether Amazon's DNS answers in it.
    pub has_dns: bool,
}

/// A subnet.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// `subnet-…`
    pub id: String,
    /// Its VPC.
    pub vpc: usize,
    /// Its blocks of both families.
    pub blocks: Vec<Block>,
    /// Its network ACL.
    pub acl: usize,
    /// Its route table: its own, else the main one.
    pub table: usize,
    /// What the block of public access leaves of its ways to the internet.
    pub access: Access,
}

/// Ways to the internet that the block of public access leaves. Source: EC2 API reference, VpcBlockPublicAccessOptions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// All.
    #[default]
    Open,
    /// NAT gateways and egress-only internet gateways, by which nothing begins a flow from outside.
    Outward,
    /// None.
    Shut,
}

/// A network interface.
#[derive(Clone, Debug)]
pub struct Interface {
    /// `eni-…`
    pub id: String,
    /// Its subnet.
    pub subnet: usize,
    /// Its addresses, the primary one first, and the prefixes given to it.
    pub addresses: Vec<Block>,
    /// Private addresses, each with the public one that leads to it.
    pub public: Vec<(Address, Address)>,
    /// Its security groups.
    pub groups: Vec<usize>,
    /// Whether it refuses what is neither from nor for it.
    pub checks: bool,
    /// The instance that it is attached to.
    pub instance: Option<String>,
}

/// A security group.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// `sg-…`
    pub id: String,
    /// What may come in.
    pub ingress: Vec<Rule>,
    /// What may go out.
    pub egress: Vec<Rule>,
}

/// A rule of a security group.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `sgr-…`
    pub id: String,
    /// Protocol and ports.
    pub traffic: Traffic,
    /// The other side.
    pub peer: Peer,
}

/// The other side of a rule.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// Addresses.
    Block(Block),
    /// Private addresses of the interfaces in a group.
    Group(usize),
    /// The blocks of a prefix list.
    List(usize),
    /// A group or a list that is not in this network.
    Nobody,
}

/// A prefix list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// `pl-…`
    pub id: String,
    /// Its blocks.
    pub blocks: Vec<Block>,
}

/// A network ACL.
#[derive(Clone, Debug, Default)]
pub struct Acl {
    /// `acl-…`
    pub id: String,
    /// What may come into its subnets, by number.
    pub ingress: Vec<Entry>,
    /// What may leave them, by number.
    pub egress: Vec<Entry>,
}

/// A rule of a network ACL.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub number: i32,
    /// Whether it allows.
    pub allows: bool,
    /// Protocol and ports.
    pub traffic: Traffic,
    /// The other side.
    pub block: Block,
}

/// A route table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// `rtb-…`
    pub id: String,
    /// Its routes, one for each block of a prefix list. Of two that are equally long, one without a list wins, then the
    /// earlier one.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Where to.
    pub destination: Block,
    /// The prefix list that the destination is of.
    pub list: Option<usize>,
    /// By what.
    pub target: Target,
    /// Whether the target is there and of use; a blackhole otherwise.
    pub leads: bool,
}

/// What a route leads to. A further kind is a variant here, its record's arm in `compile` and its hop in `walk`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Within the VPC.
    Local,
    /// An internet gateway.
    InternetGateway(usize),
    /// An egress-only internet gateway.
    EgressOnly(usize),
    /// A NAT gateway.
    Nat(usize),
    /// A network interface.
    Interface(usize),
    /// A peering connection.
    Peering(usize),
    /// A transit gateway, by the attachment of the VPC.
    Transit(usize),
    /// A virtual private gateway, and the customer behind it.
    Customer(usize),
    /// A gateway endpoint.
    Endpoint(usize),
    /// A Gateway Load Balancer endpoint.
    Middlebox(usize),
    /// Something that is gone, or that the engine does not know: its id.
    Other(String),
}

/// An internet gateway, or an egress-only one.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// `igw-…` or `eigw-…`
    pub id: String,
    /// The VPC that it is attached to.
    pub vpc: Option<usize>,
    /// Its own route table: what enters by it goes by that. An egress-only one has none.
    pub table: Option<usize>,
}

/// A NAT gateway.
#[derive(Clone, Debug)]
pub struct Nat {
    /// `nat-…`
    pub id: String,
    /// Its interface, once it has one.
    pub interface: Option<usize>,
    /// Whether it is available.
    pub works: bool,
}

/// All parts of a network.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// VPCs.
    pub vpcs: Vec<Vpc>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    /// Interfaces.
    pub interfaces: Vec<Interface>,
    /// Security groups.
    pub groups: Vec<Group>,
    /// Network ACLs.
    pub acls: Vec<Acl>,
    /// Route tables.
    pub tables: Vec<Table>,
    /// Internet gateways.
    pub internet_gateways: Vec<Gateway>,
    /// Egress-only internet gateways.
    pub egress_only: Vec<Gateway>,
    /// NAT gateways.
    pub nats: Vec<Nat>,
    /// Peering connections.
    pub peerings: Vec<Peering>,
    /// What is attached to transit gateways.
    pub attachments: Vec<Attachment>,
    /// Route tables of transit gateways.
    pub transit_tables: Vec<TransitTable>,
    /// Customers' networks.
    pub customers: Vec<Customer>,
    /// Prefix lists.
    pub lists: Vec<List>,
    /// Gateway endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Gateway Load Balancer endpoints.
    pub middleboxes: Vec<Middlebox>,
}

/// A network that packets are judged in.
pub struct Network {
    /// What it is made of.
    pub parts: Parts,
    cards: Vec<Card>,
    /// Ingress and egress of each ACL.
    acls: Vec<[Sieve; 2]>,
    tables: Vec<Sieve>,
    /// The interfaces of each VPC by the first and the last of their addresses.
    held: Vec<Vec<(Address, Address, usize)>>,
    /// Public addresses with the interfaces and private addresses that they lead to.
    public: Vec<(Address, usize, Address)>,
    internet_gateways: Vec<Option<usize>>,
    egress_only: Vec<Option<usize>>,
    transit_tables: Vec<Sieve>,
    /// For each VPC, those whose groups its rules may name.
    neighbours: Vec<Vec<usize>>,
}

/// What an interface has by its groups.
struct Card {
    ingress: Screen,
    egress: Screen,
    /// The NAT gateway that it belongs to.
    nat: Option<usize>,
}

/// The rules of all groups of an interface in one direction.
#[derive(Default)]
struct Screen {
    by_block: Sieve,
    by_group: Vec<(Traffic, usize, u16)>,
    /// Which rule it is: the group, and its position in there.
    rules: Vec<(usize, usize)>,
}

/// A direction, seen from an interface or a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Into it.
    Ingress,
    /// Out of it.
    Egress,
}

/// The most rules of one interface that are judged: five groups of a thousand rules in each direction are fewer.
const MOST_RULES: u16 = u16::MAX;

impl Network {
    /// Makes looking up cheap.
    pub fn new(parts: Parts) -> Self {
        let card = |(position, own): (usize, &Interface)| Card {
            ingress: screen(&parts, own, Direction::Ingress),
            egress: screen(&parts, own, Direction::Egress),
            nat: parts.nats.iter().position(|nat| nat.interface == Some(position)),
        };
        let gateways = |own: &[Gateway]| {
            let of = |vpc| own.iter().position(|gateway| gateway.vpc == Some(vpc));
            (0..parts.vpcs.len()).map(of).collect()
        };
        let mut held = vec![Vec::new(); parts.vpcs.len()];
        let mut public = Vec::new();
        for (position, own) in parts.interfaces.iter().enumerate() {
            let of_vpc = &mut held[parts.subnets[own.subnet].vpc];
            of_vpc.extend(own.addresses.iter().map(|block| (block.network(), block.last(), position)));
            public.extend(own.public.iter().map(|(private, public)| (*public, position, *private)));
        }
        held.iter_mut().for_each(|own| own.sort_unstable());
        public.sort_unstable();
        Self {
            cards: parts.interfaces.iter().enumerate().map(card).collect(),
            acls: parts.acls.iter().map(|acl| [sieve(&acl.ingress), sieve(&acl.egress)]).collect(),
            tables: parts
                .tables
                .iter()
                .map(|own| by_length(own.routes.iter().map(|to| (to.destination, to.list.is_some()))))
                .collect(),
            transit_tables: parts
                .transit_tables
                .iter()
                .map(|own| by_length(own.routes.iter().map(|to| (to.destination, false))))
                .collect(),
            neighbours: (0..parts.vpcs.len()).map(|vpc| neighbours(&parts, vpc)).collect(),
            held,
            public,
            internet_gateways: gateways(&parts.internet_gateways),
            egress_only: gateways(&parts.egress_only),
            parts,
        }
    }

    /// The interface of a VPC that has an address.
    pub fn holder(&self, vpc: usize, address: Address) -> Option<usize> {
        let own = &self.held[vpc];
        let after = own.partition_point(|(first, _, _)| *first <= address);
        let (_, last, interface) = own[..after].last()?;
        (address <= *last).then_some(*interface)
    }

    /// The interface that a public address leads to, and the private address of it.
    pub fn behind(&self, public: Address) -> Option<(usize, Address)> {
        let after = self.public.partition_point(|(own, _, _)| *own < public);
        self.public
            .get(after)
            .filter(|(own, _, _)| *own == public)
            .map(|(_, interface, private)| (*interface, *private))
    }

    /// Whom the internet means by an address: the interface, and the address that it has in its VPC.
    pub(crate) fn meant(&self, address: Address) -> Option<(usize, Address)> {
        if address.is_v4() {
            return self.behind(address);
        }
        (0..self.parts.vpcs.len()).find_map(|vpc| self.holder(vpc, address)).map(|own| (own, address))
    }

    /// The public address that a private one of an interface is paired with.
    pub(crate) fn public_of(&self, interface: usize, private: Address) -> Option<Address> {
        let pairs = &self.parts.interfaces[interface].public;
        pairs.iter().find(|(own, _)| *own == private).map(|(_, public)| *public)
    }

    /// The VPC of an interface.
    pub fn vpc_of(&self, interface: usize) -> usize {
        self.parts.subnets[self.parts.interfaces[interface].subnet].vpc
    }

    /// The NAT gateway that an interface belongs to.
    pub(crate) fn nat_of(&self, interface: usize) -> Option<usize> {
        self.cards[interface].nat
    }

    /// The internet gateway of a VPC.
    pub(crate) fn internet_gateway_of(&self, vpc: usize) -> Option<usize> {
        self.internet_gateways[vpc]
    }

    /// The egress-only internet gateway of a VPC.
    pub(crate) fn egress_only_of(&self, vpc: usize) -> Option<usize> {
        self.egress_only[vpc]
    }

    /// The rule of an interface's groups that lets a packet pass: its group, and its position in there. `other` is the
    /// other side's address, `known` the interface that it is known to be.
    pub(crate) fn group_rule(
        &self,
        interface: usize,
        direction: Direction,
        other: Address,
        (protocol, to): (u8, u16),
        known: impl FnOnce() -> Option<usize>,
    ) -> Option<(usize, usize)> {
        let card = &self.cards[interface];
        let screen = match direction {
            Direction::Ingress => &card.ingress,
            Direction::Egress => &card.egress,
        };
        let found = screen.by_block.first(other, protocol, to).or_else(|| {
            let candidates = screen.by_group.iter().filter(|(traffic, _, _)| traffic.matches(protocol, to));
            let mut candidates = candidates.peekable();
            candidates.peek()?;
            let groups = &self.parts.interfaces[known()?].groups;
            candidates.find(|(_, group, _)| groups.contains(group)).map(|(_, _, rule)| *rule)
        })?;
        screen.rules.get(usize::from(found)).copied()
    }

    /// The position of the entry of an ACL that decides; `None` where only the last one, which denies, is left.
    pub(crate) fn acl_entry(
        &self,
        acl: usize,
        direction: Direction,
        other: Address,
        protocol: u8,
        to: u16,
    ) -> Option<usize> {
        let [ingress, egress] = &self.acls[acl];
        let own = match direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        };
        own.first(other, protocol, to).map(usize::from)
    }

    /// The interface that a rule of a VPC's groups may know an address by: of the VPC, or of one that it is connected
    /// with.
    pub(crate) fn known(&self, vpc: usize, address: Address) -> Option<usize> {
        let near = self.holder(vpc, address);
        near.or_else(|| self.neighbours[vpc].iter().find_map(|other| self.holder(*other, address)))
    }

    /// Whether anything leads from one VPC to another.
    pub fn meet(&self, one: usize, other: usize) -> bool {
        let is_peered = |own: &Peering| own.vpcs == [one, other] || own.vpcs == [other, one];
        let is_attached = |wanted: usize| {
            let is_it = |own: &Attachment| matches!(own.what, Attached::Vpc { vpc, .. } if vpc == wanted);
            self.parts.attachments.iter().any(is_it)
        };
        one == other || self.parts.peerings.iter().any(is_peered) || (is_attached(one) && is_attached(other))
    }

    /// The position of the longest route of a transit gateway's table to an address.
    pub(crate) fn transit_route(&self, table: usize, to: Address) -> Option<usize> {
        self.transit_tables[table].first(to, 0, 0).map(usize::from)
    }

    /// The position of the longest route to an address.
    pub(crate) fn route(&self, table: usize, to: Address) -> Option<usize> {
        self.tables[table].first(to, 0, 0).map(usize::from)
    }
}

impl Acl {
    /// Its entries in one direction.
    pub fn entries(&self, direction: Direction) -> &[Entry] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

impl Group {
    /// Its rules in one direction.
    pub fn rules(&self, direction: Direction) -> &[Rule] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}

fn screen(parts: &Parts, interface: &Interface, direction: Direction) -> Screen {
    let mut screen = Screen::default();
    for group in &interface.groups {
        for (position, rule) in parts.groups[*group].rules(direction).iter().enumerate() {
            let number = u16::try_from(screen.rules.len()).unwrap_or(MOST_RULES);
            match rule.peer {
                Peer::Block(block) => screen.by_block.add(number, rule.traffic, block),
                Peer::List(list) => {
                    let blocks = &parts.lists[list].blocks;
                    blocks.iter().for_each(|block| screen.by_block.add(number, rule.traffic, *block));
                }
                Peer::Group(peer) => screen.by_group.push((rule.traffic, peer, number)),
                Peer::Nobody => continue,
            }
            screen.rules.push((*group, position));
        }
    }
    screen
}

fn sieve(entries: &[Entry]) -> Sieve {
    let mut sieve = Sieve::default();
    for (position, entry) in (0..).zip(entries) {
        sieve.add(position, entry.traffic, entry.block);
    }
    sieve
}

/// By how long they are. VPC user guide, "Route priority": static routes come before those of prefix lists that are equally
/// long.
fn by_length(destinations: impl Iterator<Item = (Block, bool)>) -> Sieve {
    let mut routes: Vec<(u16, (Block, bool))> = (0..).zip(destinations).collect();
    routes.sort_by_key(|(_, (destination, is_listed))| (std::cmp::Reverse(destination.prefix()), *is_listed));
    let mut sieve = Sieve::default();
    for (position, (destination, _)) in routes {
        sieve.add(position, Traffic::ALL, destination);
    }
    sieve
}

/// The VPCs whose groups the rules of a VPC may name, beside its own. Source: VPC user guide, "Security group
/// referencing".
fn neighbours(parts: &Parts, vpc: usize) -> Vec<usize> {
    let mut found = Vec::new();
    for own in parts.peerings.iter().filter(|own| own.refers && own.vpcs.contains(&vpc)) {
        found.extend(own.vpcs.iter().copied().filter(|other| *other != vpc));
    }
    let attached = |own: &Attachment| match &own.what {
        Attached::Vpc { vpc, refers: true, .. } => Some(*vpc),
        Attached::Vpc { .. } | Attached::Gateway(_) | Attached::Customer(_) | Attached::Other => None,
    };
    for own in parts.attachments.iter().filter(|own| attached(own) == Some(vpc)) {
        let of_gateway = parts.attachments.iter().filter(|other| other.gateway == own.gateway);
        found.extend(of_gateway.filter_map(attached).filter(|other| *other != vpc));
    }
    found
}
