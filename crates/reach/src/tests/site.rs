//! Networks for tests, and verdicts as text.

use crate::address::{Address, Block};
use crate::network::{
    Access, Acl, Attached, Attachment, Customer, Direction, Endpoint, Entry, Gateway, Group, Interface, List,
    Middlebox, Nat, Network, Parts, Peer, Peering, Route, Rule, Subnet, Table, Target, TransitRoute,
    TransitTable, Vpc, Zone,
};
use crate::packet::Packet;
use crate::rules::Traffic;
use crate::verdict::{Arrival, By, Leg, Origin, Place, Verdict};
use crate::{Cache, decide};

/// The number of the entry that allows everything.
pub(super) const OPEN: i32 = 100;
/// An address of the internet (RFC 5737).
pub(super) const OUTSIDE: &str = "203.0.113.9";

#[track_caller]
pub(super) fn block(text: &str) -> Block {
    text.parse().unwrap()
}

#[track_caller]
pub(super) fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// A network that is put together.
#[derive(Clone, Default)]
pub(super) struct Site {
    pub(super) parts: Parts,
}

impl Site {
    /// A VPC with DNS.
    pub(super) fn vpc(&mut self, blocks: &[&str]) -> usize {
        let id = format!("vpc-{}", self.parts.vpcs.len());
        let blocks = blocks.iter().map(|text| block(text)).collect();
        self.parts.vpcs.push(Vpc { id, blocks, has_dns: true });
        self.parts.vpcs.len() - 1
    }

    /// A subnet with an ACL that allows everything and a table with local routes, both its own.
    pub(super) fn subnet(&mut self, vpc: usize, blocks: &[&str]) -> usize {
        let number = self.parts.subnets.len();
        let entry = |text| Entry { number: OPEN, allows: true, traffic: Traffic::ALL, block: block(text) };
        let open = vec![entry("0.0.0.0/0"), entry("::/0")];
        self.parts.acls.push(Acl { id: format!("acl-{number}"), ingress: open.clone(), egress: open });
        let routes = self.locals(vpc);
        self.parts.tables.push(Table { id: format!("rtb-{number}"), routes });
        self.parts.subnets.push(Subnet {
            id: format!("subnet-{number}"),
            vpc,
            blocks: blocks.iter().map(|text| block(text)).collect(),
            acl: number,
            table: self.parts.tables.len() - 1,
            access: Access::Open,
        });
        number
    }

    fn locals(&self, vpc: usize) -> Vec<Route> {
        let local =
            |block: &Block| Route { destination: *block, list: None, target: Target::Local, leads: true };
        self.parts.vpcs[vpc].blocks.iter().map(local).collect()
    }

    /// A table for a gateway, with local routes.
    pub(super) fn edge_table(&mut self, vpc: usize) -> usize {
        let (id, routes) = (format!("rtb-edge-{vpc}"), self.locals(vpc));
        self.parts.tables.push(Table { id, routes });
        self.parts.tables.len() - 1
    }

    /// A route of a table.
    pub(super) fn lead(&mut self, table: usize, to: &str, target: Target) {
        let route = Route { destination: block(to), list: None, target, leads: true };
        self.parts.tables[table].routes.push(route);
    }

    /// A Gateway Load Balancer endpoint with its interface, which has no groups.
    pub(super) fn middlebox(&mut self, subnet: usize, private: &str) -> (Target, usize) {
        let interface = self.interface(subnet, &[private], &[]);
        let id = format!("vpce-gwlb-{}", self.parts.middleboxes.len());
        self.parts.middleboxes.push(Middlebox { id, interface, works: true });
        (Target::Middlebox(self.parts.middleboxes.len() - 1), interface)
    }

    /// A group without rules.
    pub(super) fn group(&mut self) -> usize {
        let id = format!("sg-{}", self.parts.groups.len());
        self.parts.groups.push(Group { id, ..Group::default() });
        self.parts.groups.len() - 1
    }

    /// A group that lets everything pass.
    pub(super) fn open_group(&mut self) -> usize {
        let group = self.group();
        for direction in [Direction::Ingress, Direction::Egress] {
            for all in ["0.0.0.0/0", "::/0"] {
                self.rule(group, direction, Traffic::ALL, Peer::Block(block(all)));
            }
        }
        group
    }

    /// A rule of a group; its id has the group, `i` or `e`, and its position.
    pub(super) fn rule(&mut self, group: usize, direction: Direction, traffic: Traffic, peer: Peer) {
        let own = &mut self.parts.groups[group];
        let (letter, rules) = match direction {
            Direction::Ingress => ("i", &mut own.ingress),
            Direction::Egress => ("e", &mut own.egress),
        };
        let id = format!("sgr-{group}{letter}{}", rules.len());
        rules.push(Rule { id, traffic, peer });
    }

    /// An interface that checks what it sends and gets.
    pub(super) fn interface(&mut self, subnet: usize, addresses: &[&str], groups: &[usize]) -> usize {
        let id = format!("eni-{}", self.parts.interfaces.len());
        let addresses = addresses.iter().map(|text| address(text).alone()).collect();
        let (public, groups) = (Vec::new(), groups.to_vec());
        let (checks, instance) = (true, None);
        self.parts.interfaces.push(Interface { id, subnet, addresses, public, groups, checks, instance });
        self.parts.interfaces.len() - 1
    }

    /// Pairs a private address of an interface with a public one.
    pub(super) fn public(&mut self, interface: usize, private: &str, public: &str) {
        self.parts.interfaces[interface].public.push((address(private), address(public)));
    }

    /// A route of a subnet.
    pub(super) fn route(&mut self, subnet: usize, to: &str, target: Target) {
        self.lead(self.parts.subnets[subnet].table, to, target);
    }

    /// A prefix list.
    pub(super) fn list(&mut self, blocks: &[&str]) -> usize {
        let (id, blocks) = (format!("pl-{}", self.parts.lists.len()), blocks.iter().map(|text| block(text)));
        let list = List { id, blocks: blocks.collect() };
        self.parts.lists.push(list);
        self.parts.lists.len() - 1
    }

    /// A route of a subnet to all blocks of a list.
    pub(super) fn list_route(&mut self, subnet: usize, list: usize, target: &Target) {
        let table = self.parts.subnets[subnet].table;
        for destination in self.parts.lists[list].blocks.clone() {
            let route = Route { destination, list: Some(list), target: target.clone(), leads: true };
            self.parts.tables[table].routes.push(route);
        }
    }

    /// An internet gateway.
    pub(super) fn internet_gateway(&mut self, vpc: usize) -> Target {
        let id = format!("igw-{}", self.parts.internet_gateways.len());
        self.parts.internet_gateways.push(Gateway { id, vpc: Some(vpc), table: None });
        Target::InternetGateway(self.parts.internet_gateways.len() - 1)
    }

    /// An egress-only internet gateway.
    pub(super) fn egress_only(&mut self, vpc: usize) -> Target {
        let id = format!("eigw-{}", self.parts.egress_only.len());
        self.parts.egress_only.push(Gateway { id, vpc: Some(vpc), table: None });
        Target::EgressOnly(self.parts.egress_only.len() - 1)
    }

    /// A gateway endpoint.
    pub(super) fn endpoint(&mut self, vpc: usize) -> Target {
        let id = format!("vpce-{}", self.parts.endpoints.len());
        self.parts.endpoints.push(Endpoint { id, vpc, works: true });
        Target::Endpoint(self.parts.endpoints.len() - 1)
    }

    /// A NAT gateway with its interface, which has no groups.
    pub(super) fn nat(&mut self, subnet: usize, private: &str) -> (Target, usize) {
        let interface = self.interface(subnet, &[private], &[]);
        let id = format!("nat-{}", self.parts.nats.len());
        self.parts.nats.push(Nat { id, interface: Some(interface), works: true });
        (Target::Nat(self.parts.nats.len() - 1), interface)
    }

    /// A peering connection of two VPCs of one Region.
    pub(super) fn peering(&mut self, one: usize, other: usize) -> Target {
        let id = format!("pcx-{}", self.parts.peerings.len());
        self.parts.peerings.push(Peering { id, vpcs: [one, other], refers: true });
        Target::Peering(self.parts.peerings.len() - 1)
    }

    /// A route table of a transit gateway.
    pub(super) fn transit_table(&mut self) -> usize {
        let id = format!("tgw-rtb-{}", self.parts.transit_tables.len());
        self.parts.transit_tables.push(TransitTable { id, routes: Vec::new() });
        self.parts.transit_tables.len() - 1
    }

    /// A route of a transit gateway.
    pub(super) fn transit_route(&mut self, table: usize, to: &str, by: Option<usize>) {
        let route = TransitRoute { destination: block(to), by, is_listed: true };
        self.parts.transit_tables[table].routes.push(route);
    }

    /// An attachment to a transit gateway.
    pub(super) fn attachment(&mut self, gateway: &str, what: Attached, table: Option<usize>) -> usize {
        let id = format!("tgw-attach-{}", self.parts.attachments.len());
        self.parts.attachments.push(Attachment { id, gateway: gateway.to_owned(), what, table });
        self.parts.attachments.len() - 1
    }

    /// The attachment of a VPC by one subnet, which is alone in its zone with some others.
    pub(super) fn attach(
        &mut self,
        subnet: usize,
        private: &str,
        others: &[usize],
        table: Option<usize>,
    ) -> usize {
        let vpc = self.parts.subnets[subnet].vpc;
        let interface = self.interface(subnet, &[private], &[]);
        let subnets = [&[subnet], others].concat();
        let zones = vec![Zone { name: "a".to_owned(), interface, subnets }];
        self.attachment("tgw-0", Attached::Vpc { vpc, zones, refers: false }, table)
    }

    /// A customer behind a virtual private gateway of a VPC, or behind an attachment.
    pub(super) fn customer(&mut self, vpc: Option<usize>, attachment: Option<usize>) -> usize {
        let word = if vpc.is_some() { "vgw" } else { "vpn" };
        let id = format!("{word}-{}", self.parts.customers.len());
        self.parts.customers.push(Customer { id, vpc, attachment, is_connected: true, table: None });
        self.parts.customers.len() - 1
    }

    /// Puts an entry before the others of a subnet's ACL.
    pub(super) fn entry(
        &mut self,
        subnet: usize,
        direction: Direction,
        (number, allows): (i32, bool),
        traffic: Traffic,
        of: &str,
    ) {
        let acl = &mut self.parts.acls[self.parts.subnets[subnet].acl];
        let entries = match direction {
            Direction::Ingress => &mut acl.ingress,
            Direction::Egress => &mut acl.egress,
        };
        entries.push(Entry { number, allows, traffic, block: block(of) });
        entries.sort_by_key(|entry| entry.number);
    }

    /// Takes all entries out of a direction of a subnet's ACL.
    pub(super) fn close(&mut self, subnet: usize, direction: Direction) {
        let acl = &mut self.parts.acls[self.parts.subnets[subnet].acl];
        match direction {
            Direction::Ingress => acl.ingress.clear(),
            Direction::Egress => acl.egress.clear(),
        }
    }

    /// What is decided, as text, the same with and without a trace, kept and new.
    #[track_caller]
    pub(super) fn said(&self, origin: Origin, packet: Packet) -> String {
        let network = Network::new(self.parts.clone());
        let verdict = decide(&network, origin, packet, &mut ());
        assert_eq!(decide(&network, origin, packet, &mut Vec::new()), verdict);
        let mut cache = Cache::new(4);
        assert_eq!([(); 2].map(|()| cache.decide(&network, origin, packet)), [verdict; 2]);
        told(&network, verdict)
    }

    /// What becomes of a TCP flow from an interface's primary address.
    #[track_caller]
    pub(super) fn tcp(&self, from: usize, to: &str, port: u16) -> String {
        let source = self.parts.interfaces[from].addresses[0].network();
        let source = if address(to).is_v4() { source } else { self.v6_of(from) };
        self.said(Origin::Interface(from), Packet::tcp(source, address(to), port))
    }

    /// What becomes of a TCP flow from the internet.
    #[track_caller]
    pub(super) fn tcp_inward(&self, to: &str, port: u16) -> String {
        let source = if address(to).is_v4() { OUTSIDE } else { "2001:db8:ffff::9" };
        self.said(Origin::Internet, Packet::tcp(address(source), address(to), port))
    }

    #[track_caller]
    fn v6_of(&self, interface: usize) -> Address {
        let addresses = &self.parts.interfaces[interface].addresses;
        addresses.iter().find(|block| !block.is_v4()).unwrap().network()
    }
}

/// A verdict with the ids of what it is about.
pub(super) fn told(network: &Network, verdict: Verdict) -> String {
    let parts = &network.parts;
    match verdict {
        Verdict::Allowed(Arrival::Interface(own)) => format!("allowed: {}", parts.interfaces[own].id),
        Verdict::Allowed(Arrival::Internet) => "allowed: internet".to_owned(),
        Verdict::Allowed(Arrival::Endpoint(own)) => format!("allowed: {}", parts.endpoints[own].id),
        Verdict::Allowed(Arrival::Service(service)) => format!("allowed: {service:?}"),
        Verdict::Allowed(Arrival::Customer(own)) => format!("allowed: {}", parts.customers[own].id),
        Verdict::Blocked(own) => {
            let leg = match own.leg {
                Leg::Forward => "there",
                Leg::Return => "back",
            };
            let by = own.by.map(|by| format!(" by {}", rule(parts, own.place, by))).unwrap_or_default();
            format!("{leg}: {}: {:?}{by}", place(parts, own.place), own.why)
        }
    }
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "in",
        Direction::Egress => "out",
    }
}

pub(super) fn place(parts: &Parts, place: Place) -> String {
    match place {
        Place::Interface(own) => parts.interfaces[own].id.clone(),
        Place::Groups(own, direction) => {
            format!("groups of {} {}", parts.interfaces[own].id, word(direction))
        }
        Place::Acl(own, direction) => {
            format!("{} {}", parts.acls[parts.subnets[own].acl].id, word(direction))
        }
        Place::Table(own) => parts.tables[parts.subnets[own].table].id.clone(),
        Place::Edge(own, _) => parts.tables[own].id.clone(),
        Place::Middlebox(own) => parts.middleboxes[own].id.clone(),
        Place::InternetGateway(own) => parts.internet_gateways[own].id.clone(),
        Place::EgressOnly(own) => parts.egress_only[own].id.clone(),
        Place::Nat(own) => parts.nats[own].id.clone(),
        Place::Endpoint(own) => parts.endpoints[own].id.clone(),
        Place::Vpc(own) => parts.vpcs[own].id.clone(),
        Place::Internet => "internet".to_owned(),
        Place::Service(service) => format!("{service:?}"),
        Place::Peering(own) => parts.peerings[own].id.clone(),
        Place::Transit(own) => parts.attachments[own].id.clone(),
        Place::Customer(own) => parts.customers[own].id.clone(),
    }
}

pub(super) fn rule(parts: &Parts, place: Place, by: By) -> String {
    match (by, place) {
        (By::Rule(group, rule), Place::Groups(_, direction)) => {
            parts.groups[group].rules(direction)[rule].id.clone()
        }
        (By::Tracked, _) => "tracked".to_owned(),
        (By::Entry(acl, Some(entry)), Place::Acl(_, direction)) => {
            parts.acls[acl].entries(direction)[entry].number.to_string()
        }
        (By::Entry(_, None), Place::Acl(..)) => "*".to_owned(),
        (By::Transit(table, route), _) => parts.transit_tables[table].routes[route].destination.to_string(),
        (By::Route(table, route), _) => parts.tables[table].routes[route].destination.to_string(),
        (by, place) => panic!("{by:?} decides nothing at {place:?}"),
    }
}
