//! The way of a packet, and of its answer.
//!
//! A walk goes from one thing to the next as the packet does; each of them lets it pass, changes it, or blocks it. The
//! answer walks afresh by the routes of its own side: only groups remember the flow, and what translated it.
//! Sources: VPC user guide, "Security groups", "Network ACLs", "Route tables", "NAT gateways", "Internet gateways".

use crate::address::Address;
use crate::gateways;
use crate::network::{Direction, Network, Target};
use crate::packet::Packet;
use crate::service;
use crate::verdict::{Arrival, By, Hop, Leg, Obstacle, Origin, Place, Tracer, Verdict, Why};

/// Steps of one way at the most; what takes more goes in circles.
const MOST_STEPS: usize = 16;

/// Judges a flow by its first packet.
pub fn decide<T: Tracer>(network: &Network, origin: Origin, packet: Packet, tracer: &mut T) -> Verdict {
    let mut walk = Walk {
        network,
        tracer,
        leg: Leg::Forward,
        blocked: None,
        tracked: Tracked { interfaces: [0; MOST_STEPS], count: 0 },
        translations: Vec::new(),
        exit: None,
        is_routed: false,
        zone: None,
        is_foreign: false,
    };
    let arrival = match walk.flow(origin, packet) {
        Ok(arrival) => arrival,
        Err(block) => return Verdict::Blocked(block),
    };
    match walk.blocked {
        None => Verdict::Allowed(arrival),
        Some(block) => Verdict::Blocked(block),
    }
}

/// The interfaces whose groups know the flow: fewer than there are steps.
struct Tracked {
    interfaces: [usize; MOST_STEPS],
    count: usize,
}

impl Tracked {
    fn has(&self, interface: usize) -> bool {
        self.interfaces[..self.count].contains(&interface)
    }

    fn add(&mut self, interface: usize) {
        if !self.has(interface)
            && let Some(slot) = self.interfaces.get_mut(self.count)
        {
            *slot = interface;
            self.count += 1;
        }
    }
}

/// What an interface made of a packet.
#[derive(Clone, Copy)]
struct Translation {
    interface: usize,
    /// What answers the packet as it left.
    answer: Packet,
    /// What answers the packet as it came.
    restored: Packet,
}

/// Where a packet is.
pub(crate) enum Step {
    /// An interface sends it.
    Leaves(usize),
    /// It stands before the router of a subnet, sent by an interface.
    Routed(usize),
    /// It comes in from the internet.
    Enters,
    /// It comes from a customer.
    Asked(usize),
    /// It stands in a transit gateway, come by an attachment.
    Attached(usize),
    /// The service behind a gateway endpoint answers.
    Answers(usize),
    /// It is there.
    There(Arrival),
}

pub(crate) struct Walk<'n, T> {
    pub(crate) network: &'n Network,
    tracer: &'n mut T,
    pub(crate) leg: Leg,
    /// What blocked it first, where the walk went on.
    blocked: Option<Obstacle>,
    tracked: Tracked,
    translations: Vec<Translation>,
    /// The gateway that the way there left by.
    pub(crate) exit: Option<Place>,
    /// Whether an interface has forwarded it: who sent it is then known by the address alone.
    pub(crate) is_routed: bool,
    /// The zone that it came into a transit gateway by.
    pub(crate) zone: Option<&'n str>,
    /// Whether a transit gateway sent it into the VPC.
    pub(crate) is_foreign: bool,
}

impl<T: Tracer> Walk<'_, T> {
    /// There and back.
    fn flow(&mut self, origin: Origin, packet: Packet) -> Result<Arrival, Obstacle> {
        let (arrival, arrived) = self.leg(origin, packet)?;
        let back = match arrival {
            Arrival::Interface(interface) => Origin::Interface(interface),
            Arrival::Internet => Origin::Internet,
            Arrival::Customer(customer) => Origin::Customer(customer),
            Arrival::Endpoint(endpoint) => Origin::Endpoint(endpoint),
            Arrival::Service(_) => return Ok(arrival),
        };
        let Some(reply) = arrived.reply() else { return Ok(arrival) };
        if self.blocked.is_some() {
            return Ok(arrival);
        }
        self.leg = Leg::Return;
        self.is_routed = false;
        self.is_foreign = false;
        let (returned, last) = self.leg(back, reply)?;
        let (is_home, place) = match returned {
            Arrival::Interface(own) => (origin == Origin::Interface(own), Place::Interface(own)),
            Arrival::Internet => (origin == Origin::Internet, Place::Internet),
            Arrival::Customer(own) => (origin == Origin::Customer(own), Place::Customer(own)),
            Arrival::Endpoint(own) => (origin == Origin::Endpoint(own), Place::Endpoint(own)),
            Arrival::Service(service) => (false, Place::Service(service)),
        };
        if !is_home {
            return Err(self.refused(place, last, Why::Astray, None));
        }
        Ok(arrival)
    }

    /// One way: where the packet arrives, and as what.
    fn leg(&mut self, origin: Origin, mut packet: Packet) -> Result<(Arrival, Packet), Obstacle> {
        let mut step = match origin {
            Origin::Interface(interface) => Step::Leaves(interface),
            Origin::Internet => {
                self.passed(Place::Internet, packet, None);
                Step::Enters
            }
            Origin::Customer(customer) => Step::Asked(customer),
            Origin::Endpoint(endpoint) => {
                self.passed(Place::Endpoint(endpoint), packet, None);
                Step::Answers(endpoint)
            }
        };
        let mut last = Place::Internet;
        for _ in 0..MOST_STEPS {
            step = match step {
                Step::Leaves(interface) => {
                    last = Place::Interface(interface);
                    self.leave(interface, packet)?
                }
                Step::Routed(sender) => self.forward(sender, &mut packet)?,
                Step::Enters => self.enter(&mut packet)?,
                Step::Asked(customer) => {
                    last = Place::Customer(customer);
                    self.asked(customer, &mut packet)?
                }
                Step::Attached(attachment) => {
                    last = Place::Transit(attachment);
                    self.cross(attachment, &mut packet)?
                }
                Step::Answers(endpoint) => {
                    let vpc = self.network.parts.endpoints[endpoint].vpc;
                    self.local(vpc, None, Place::Endpoint(endpoint), &mut packet, None)?
                }
                Step::There(arrival) => {
                    if arrival == Arrival::Internet {
                        self.passed(Place::Internet, packet, None);
                    }
                    return Ok((arrival, packet));
                }
            };
        }
        Err(self.refused(last, packet, Why::Circles, None))
    }

    /// An interface sends.
    fn leave(&mut self, interface: usize, packet: Packet) -> Result<Step, Obstacle> {
        let network = self.network;
        let own = &network.parts.interfaces[interface];
        let place = Place::Interface(interface);
        if own.checks && !own.addresses.iter().any(|block| block.contains(packet.source)) {
            self.refuse(place, packet, Why::NotFromInterface, None)?;
        } else {
            self.passed(place, packet, None);
        }
        let vpc = network.vpc_of(interface);
        if let Some(service) = service::at(&network.parts.vpcs[vpc], packet.destination) {
            self.passed(Place::Service(service), packet, None);
            return Ok(Step::There(Arrival::Service(service)));
        }
        if service::is_never_routed(packet.destination) {
            return Err(self.refused(place, packet, Why::NeverRouted, None));
        }
        self.groups(interface, Direction::Egress, packet)?;
        Ok(Step::Routed(interface))
    }

    /// What the groups of an interface say.
    fn groups(&mut self, interface: usize, direction: Direction, packet: Packet) -> Result<(), Obstacle> {
        let place = Place::Groups(interface, direction);
        if self.leg == Leg::Return && self.tracked.has(interface) {
            self.passed(place, packet, Some(By::Tracked));
            return Ok(());
        }
        let network = self.network;
        let other = match direction {
            Direction::Ingress => packet.source,
            Direction::Egress => packet.destination,
        };
        let is_known = direction == Direction::Egress || !self.is_routed;
        let known = || is_known.then(|| network.known(network.vpc_of(interface), other)).flatten();
        match network.group_rule(interface, direction, other, (packet.protocol, packet.to), known) {
            Some((group, rule)) => self.passed(place, packet, Some(By::Rule(group, rule))),
            None => self.refuse(place, packet, Why::NoRule, None)?,
        }
        self.tracked.add(interface);
        Ok(())
    }

    /// What the ACL of a subnet says.
    pub(crate) fn acl(
        &mut self,
        subnet: usize,
        direction: Direction,
        packet: Packet,
    ) -> Result<(), Obstacle> {
        let acl = self.network.parts.subnets[subnet].acl;
        let other = match direction {
            Direction::Ingress => packet.source,
            Direction::Egress => packet.destination,
        };
        let entry = self.network.acl_entry(acl, direction, other, packet.protocol, packet.to);
        let entries = self.network.parts.acls[acl].entries(direction);
        let by = Some(By::Entry(acl, entry));
        if entry.is_some_and(|position| entries[position].allows) {
            self.passed(Place::Acl(subnet, direction), packet, by);
            return Ok(());
        }
        self.refuse(Place::Acl(subnet, direction), packet, Why::AclDenies, by)
    }

    /// The router of the sender's subnet.
    fn forward(&mut self, sender: usize, packet: &mut Packet) -> Result<Step, Obstacle> {
        let network = self.network;
        let subnet = network.parts.interfaces[sender].subnet;
        let own = &network.parts.subnets[subnet];
        if own.blocks.iter().any(|block| block.contains(packet.destination)) {
            // Within a subnet neither ACLs nor routes are asked.
            return self.local(own.vpc, Some(subnet), Place::Table(subnet), packet, None);
        }
        self.acl(subnet, Direction::Egress, *packet)?;
        let place = Place::Table(subnet);
        let Some(position) = network.route(own.table, packet.destination) else {
            return Err(self.refused(place, *packet, Why::NoRoute, None));
        };
        let route = &network.parts.tables[own.table].routes[position];
        let by = Some(By::Route(own.table, position));
        if !route.leads {
            return Err(self.refused(place, *packet, Why::Blackhole, by));
        }
        self.passed(place, *packet, by);
        match route.target {
            Target::Local => self.local(own.vpc, Some(subnet), place, packet, by),
            Target::InternetGateway(gateway) => self.exit(gateway, sender, packet),
            Target::EgressOnly(gateway) => self.exit_only(gateway, sender, *packet),
            Target::Nat(nat) => self.translate(nat, subnet, packet),
            Target::Interface(interface) => self.deliver(interface, Some(subnet), packet),
            Target::Peering(peering) => self.peer(peering, own.vpc, packet),
            Target::Transit(attachment) => self.attach(attachment, subnet, *packet),
            Target::Customer(customer) => self.lead_to_customer(customer, own.vpc, *packet),
            Target::Endpoint(endpoint) => self.call(endpoint, *packet),
            Target::Middlebox(middlebox) => self.inspect(middlebox, Some(subnet), *packet),
            Target::Other(_) => Err(self.refused(place, *packet, Why::Unsupported, by)),
        }
    }

    /// To the interface of a VPC that has the destination.
    pub(crate) fn local(
        &mut self,
        vpc: usize,
        from: Option<usize>,
        place: Place,
        packet: &mut Packet,
        by: Option<By>,
    ) -> Result<Step, Obstacle> {
        match self.network.holder(vpc, packet.destination) {
            Some(interface) => self.deliver(interface, from, packet),
            None => Err(self.refused(place, *packet, Why::NoSuchAddress, by)),
        }
    }

    /// To an interface, from a subnet or from a gateway.
    pub(crate) fn deliver(
        &mut self,
        interface: usize,
        from: Option<usize>,
        packet: &mut Packet,
    ) -> Result<Step, Obstacle> {
        let network = self.network;
        let own = &network.parts.interfaces[interface];
        if from != Some(own.subnet) {
            self.acl(own.subnet, Direction::Ingress, *packet)?;
        }
        let nat = network.nat_of(interface);
        if nat.is_none() {
            self.groups(interface, Direction::Ingress, *packet)?;
        }
        if let Some(restored) = self.restored(interface, *packet) {
            let before = std::mem::replace(packet, restored);
            self.changed(nat.map_or(Place::Interface(interface), Place::Nat), before, restored);
            return Ok(if nat.is_some() { Step::Routed(interface) } else { Step::Leaves(interface) });
        }
        if let Some(nat) = nat {
            let why = match self.leg {
                Leg::Forward => Why::OutwardOnly,
                Leg::Return => Why::UnknownFlow,
            };
            return Err(self.refused(Place::Nat(nat), *packet, why, None));
        }
        let place = Place::Interface(interface);
        if own.addresses.iter().any(|block| block.contains(packet.destination)) {
            self.passed(place, *packet, None);
            return Ok(Step::There(Arrival::Interface(interface)));
        }
        if own.checks {
            return Err(self.refused(place, *packet, Why::NotForInterface, None));
        }
        self.is_routed = true;
        Ok(Step::Leaves(interface))
    }

    /// On the way back, what an interface has to make of a packet again.
    fn restored(&self, interface: usize, packet: Packet) -> Option<Packet> {
        if self.leg == Leg::Forward {
            return None;
        }
        let known = |own: &&Translation| own.interface == interface && own.answer == packet;
        self.translations.iter().find(known).map(|own| own.restored)
    }

    /// Gives a packet another source, and remembers what becomes of the answer.
    pub(crate) fn remember(&mut self, interface: usize, packet: &mut Packet, source: Address) {
        let after = packet.translated(source);
        if let (Some(restored), Some(answer)) = (packet.reply(), after.reply()) {
            self.translations.push(Translation { interface, answer, restored });
        }
        *packet = after;
    }

    /// By a gateway endpoint, to the service behind it.
    fn call(&mut self, endpoint: usize, packet: Packet) -> Result<Step, Obstacle> {
        let place = Place::Endpoint(endpoint);
        let own = &self.network.parts.endpoints[endpoint];
        if !own.works {
            return Err(self.refused(place, packet, Why::NotAvailable, None));
        }
        if let Some(why) = gateways::endpoint_refuses(&self.network.parts.vpcs[own.vpc], packet) {
            return Err(self.refused(place, packet, why, None));
        }
        self.passed(place, packet, None);
        Ok(Step::There(Arrival::Endpoint(endpoint)))
    }

    /// Through a NAT gateway.
    fn translate(&mut self, nat: usize, from: usize, packet: &mut Packet) -> Result<Step, Obstacle> {
        let network = self.network;
        let place = Place::Nat(nat);
        let own = &network.parts.nats[nat];
        let Some(interface) = own.interface.filter(|_| own.works) else {
            return Err(self.refused(place, *packet, Why::NotAvailable, None));
        };
        let card = &network.parts.interfaces[interface];
        if card.subnet != from {
            self.acl(card.subnet, Direction::Ingress, *packet)?;
        }
        if self.leg == Leg::Return {
            return Err(self.refused(place, *packet, Why::UnknownFlow, None));
        }
        let vpc = &network.parts.vpcs[network.vpc_of(interface)];
        // What a transit gateway sends into the gateway's subnet is translated as what is from the VPC.
        let refused = gateways::nat_refuses(vpc, *packet)
            .filter(|why| *why != Why::SourceOutsideVpc || !self.is_foreign);
        if let Some(why) = refused {
            return Err(self.refused(place, *packet, why, None));
        }
        let Some(primary) = card.addresses.first() else {
            return Err(self.refused(place, *packet, Why::NotAvailable, None));
        };
        let before = *packet;
        self.remember(interface, packet, primary.network());
        self.changed(place, before, *packet);
        Ok(Step::Routed(interface))
    }

    pub(crate) fn passed(&mut self, place: Place, packet: Packet, by: Option<By>) {
        self.tracer.note(Hop { leg: self.leg, place, before: packet, after: packet, by, why: None });
    }

    pub(crate) fn changed(&mut self, place: Place, before: Packet, after: Packet) {
        self.tracer.note(Hop { leg: self.leg, place, before, after, by: None, why: None });
    }

    /// Nothing goes on from here.
    pub(crate) fn refused(&mut self, place: Place, packet: Packet, why: Why, by: Option<By>) -> Obstacle {
        self.tracer.note(Hop { leg: self.leg, place, before: packet, after: packet, by, why: Some(why) });
        self.blocked.unwrap_or(Obstacle { leg: self.leg, place, why, by })
    }

    /// A rule that blocks; who wants to see the whole way goes on as if it were not there.
    fn refuse(&mut self, place: Place, packet: Packet, why: Why, by: Option<By>) -> Result<(), Obstacle> {
        let block = self.refused(place, packet, why, by);
        if !T::WHOLE {
            return Err(block);
        }
        self.blocked = Some(block);
        Ok(())
    }
}
