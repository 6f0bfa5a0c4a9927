//! What interfaces see of a flow: the packets that come to them and leave them, and whether their groups and the ACLs of
//! their subnets let them pass. Source: VPC user guide, "Flow log record examples", "Traffic through a NAT gateway".

use crate::flow::Judged;
use crate::network::{Direction, Network, Target};
use crate::packet::Packet;
use crate::verdict::{By, Hop, Leg, Place, Why};

/// A packet at an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The interface.
    pub interface: usize,
    /// Whether it comes or goes.
    pub direction: Direction,
    /// On the way there or back.
    pub leg: Leg,
    /// As it is there.
    pub packet: Packet,
    /// Whether it passes.
    pub accepted: bool,
    /// Why it does not, where the field `reject-reason` tells that.
    pub reason: Option<&'static str>,
    /// By what it goes on: the numbers of the field `traffic-path`.
    pub path: Option<u8>,
}

/// The block of public access rejects it. It is the one reason that is told. Source: VPC user guide, "Flow log records".
pub const BPA: &str = "BPA";

/// Through something else in the VPC, or through what has an interface in it, as an attachment to a transit gateway.
const WITHIN: u8 = 1;
/// Through an internet gateway, of the present hypervisor.
const OUT: u8 = 8;
/// Through a gateway endpoint, of the present hypervisor.
const TO_SERVICE: u8 = 7;
/// Through a virtual private gateway.
const TO_CUSTOMER: u8 = 3;
/// Through a peering connection, within the Region and to another one.
const TO_PEER: [u8; 2] = [4, 5];

/// What is seen of a flow, in the order of its way. What answers in every subnet by itself sees nobody.
pub fn seen(network: &Network, judged: &Judged) -> Vec<Seen> {
    let mut all = Vec::new();
    for leg in [Leg::Forward, Leg::Return] {
        let mut way = Way { network, leg, seen: Vec::new(), entry: None, is_outside: false };
        let mut hops = judged.hops.iter().filter(|hop| hop.leg == leg).peekable();
        while let Some(hop) = hops.next() {
            way.note(hop);
            // Behind what blocks nothing is seen, but the ACL of the sender's subnet and the interface behind an ACL.
            let is_next = |next: &&Hop| {
                matches!(
                    (hop.place, next.place),
                    (Place::Groups(_, Direction::Egress), Place::Acl(_, Direction::Egress))
                        | (
                            Place::Acl(_, Direction::Ingress),
                            Place::Groups(..) | Place::Nat(_) | Place::Middlebox(_)
                        )
                )
            };
            let is_dead = hop.why.is_some() || way.seen.last().is_some_and(|last| !last.accepted);
            if is_dead && !hops.peek().copied().as_ref().is_some_and(is_next) {
                break;
            }
        }
        all.append(&mut way.seen);
    }
    all.retain(|own| !is_of_router(network, own));
    all
}

struct Way<'n> {
    network: &'n Network,
    leg: Leg,
    seen: Vec<Seen>,
    /// What the ACL said of a packet on its way to an interface.
    entry: Option<bool>,
    /// Whether it is on the internet.
    is_outside: bool,
}

impl Way<'_> {
    fn note(&mut self, hop: &Hop) {
        let passes = hop.why.is_none();
        match hop.place {
            Place::Groups(interface, Direction::Egress) => {
                self.push(interface, Direction::Egress, hop.before, passes);
            }
            Place::Groups(interface, Direction::Ingress) => {
                let entered = self.entry.take().unwrap_or(true);
                self.push(interface, Direction::Ingress, hop.before, passes && entered);
            }
            Place::Acl(_, Direction::Egress) => {
                if let Some(last) = self.seen.last_mut() {
                    last.accepted &= passes;
                }
            }
            Place::Acl(_, Direction::Ingress) => self.entry = Some(passes),
            Place::Nat(nat) => {
                let Some(interface) = self.network.parts.nats[nat].interface else { return };
                self.through(interface, hop);
            }
            Place::Middlebox(own) => self.through(self.network.parts.middleboxes[own].interface, hop),
            Place::InternetGateway(_) | Place::EgressOnly(_) => match hop.why {
                Some(Why::PublicAccessBlocked) => self.bar(hop.before),
                Some(_) => {}
                None => self.is_outside = !self.is_outside,
            },
            Place::Internet => self.is_outside = true,
            Place::Table(subnet) => {
                let path = hop.by.and_then(|by| self.path(by));
                // Behind a transit gateway another table is asked, for its attachment, which is not logged.
                let interfaces = &self.network.parts.interfaces;
                if let Some(last) = self.seen.last_mut()
                    && interfaces[last.interface].subnet == subnet
                {
                    last.path = path;
                }
            }
            Place::Interface(_)
            | Place::Edge(..)
            | Place::Vpc(_)
            | Place::Endpoint(_)
            | Place::Peering(_)
            | Place::Transit(_)
            | Place::Customer(_)
            | Place::Service(_) => {}
        }
    }

    /// Into an interface that sends it on by itself, and out again.
    fn through(&mut self, interface: usize, hop: &Hop) {
        let passes = hop.why.is_none() && self.entry.take().unwrap_or(true);
        self.push(interface, Direction::Ingress, hop.before, passes);
        if passes {
            self.push(interface, Direction::Egress, hop.after, true);
        }
    }

    /// The block of public access rejects what the last interface sent, or what comes from the internet. Source: VPC user
    /// guide, "Monitor VPC BPA with flow logs": traffic that is blocked from reaching an interface is told with it.
    fn bar(&mut self, packet: Packet) {
        if !self.is_outside {
            if let Some(last) = self.seen.last_mut() {
                last.accepted = false;
                last.reason = Some(BPA);
            }
            return;
        }
        if let Some((interface, destination)) = self.network.meant(packet.destination) {
            self.push(interface, Direction::Ingress, Packet { destination, ..packet }, false);
            if let Some(last) = self.seen.last_mut() {
                last.reason = Some(BPA);
            }
        }
    }

    fn push(&mut self, interface: usize, direction: Direction, packet: Packet, accepted: bool) {
        let path = (direction == Direction::Egress).then_some(WITHIN);
        let (leg, reason) = (self.leg, None);
        self.seen.push(Seen { interface, direction, leg, packet, accepted, reason, path });
    }

    fn path(&self, by: By) -> Option<u8> {
        let By::Route(table, position) = by else { return None };
        let route = self.network.parts.tables.get(table)?.routes.get(position)?;
        match route.target {
            Target::InternetGateway(_) | Target::EgressOnly(_) => Some(OUT),
            Target::Local
            | Target::Nat(_)
            | Target::Interface(_)
            | Target::Transit(_)
            | Target::Middlebox(_) => Some(WITHIN),
            Target::Endpoint(_) => Some(TO_SERVICE),
            Target::Customer(_) => Some(TO_CUSTOMER),
            Target::Peering(own) => {
                Some(if self.network.parts.peerings[own].refers { TO_PEER[0] } else { TO_PEER[1] })
            }
            Target::Other(_) => None,
        }
    }
}

/// Whether one side is the router of the interface's subnet, whose traffic is not logged: VPC user guide, "Flow log
/// limitations".
fn is_of_router(network: &Network, own: &Seen) -> bool {
    let subnet = &network.parts.subnets[network.parts.interfaces[own.interface].subnet];
    let routers =
        subnet.blocks.iter().filter(|block| block.is_v4()).map(|block| block.network().v4_bits() + 1);
    let sides = [own.packet.source, own.packet.destination];
    let sides = sides.into_iter().filter(|address| address.is_v4()).map(|address| address.v4_bits());
    let sides: Vec<u32> = sides.collect();
    routers.into_iter().any(|router| sides.contains(&router))
}
