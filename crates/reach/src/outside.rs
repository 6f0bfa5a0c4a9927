//! Between the internet and a VPC: by its internet gateway, or outward only by an egress-only one.
//!
//! Sources: VPC user guide, "Internet gateways", "Egress-only internet gateways", "NAT instances", "Block public access".

use crate::address::Address;
use crate::gateways;
use crate::network::Access;
use crate::packet::Packet;
use crate::verdict::{Arrival, Leg, Obstacle, Place, Tracer, Why};
use crate::walk::{Step, Walk};

impl<T: Tracer> Walk<'_, T> {
    /// Out by an internet gateway.
    pub(crate) fn exit(
        &mut self,
        gateway: usize,
        sender: usize,
        packet: &mut Packet,
    ) -> Result<Step, Obstacle> {
        let place = Place::InternetGateway(gateway);
        if let Some(why) = gateways::refuses_destination(packet.destination) {
            return Err(self.refused(place, *packet, why, None));
        }
        let is_nat = self.network.nat_of(sender).is_some();
        self.public_access(sender, place, *packet, if is_nat { Access::Outward } else { Access::Open })?;
        let led = self.led(gateway, packet.source);
        if led.is_some_and(|by| by != Some(sender)) {
            return Err(self.refused(place, *packet, Why::Redirected, None));
        }
        let before = *packet;
        if packet.source.is_v4() {
            let public = self.relayed(sender, led.is_some(), packet.source).or_else(|| {
                self.masquerade(sender, packet);
                self.network.public_of(sender, packet.source)
            });
            packet.source = public.ok_or_else(|| self.refused(place, before, Why::NoPublicAddress, None))?;
        }
        self.changed(place, before, *packet);
        self.exit.get_or_insert(place);
        let is_back = packet.destination.is_v4() && self.network.behind(packet.destination).is_some();
        Ok(if is_back { Step::Enters } else { Step::There(Arrival::Internet) })
    }

    /// The public address of who sent what an appliance sends on: one that the gateway's own table leads to, or the
    /// endpoint of one. It leaves as its sender's.
    fn relayed(&self, sender: usize, is_led: bool, source: Address) -> Option<Address> {
        let is_endpoint = || self.network.parts.middleboxes.iter().any(|own| own.interface == sender);
        let relays = is_led || is_endpoint();
        let holder = relays.then(|| self.network.holder(self.network.vpc_of(sender), source)).flatten()?;
        self.network.public_of(holder, source)
    }

    /// What forwards others' packets to the internet gateway is taken to be a NAT instance: they leave with its own
    /// address. Source: VPC user guide, "NAT instances".
    fn masquerade(&mut self, sender: usize, packet: &mut Packet) {
        let own = &self.network.parts.interfaces[sender];
        if self.leg == Leg::Return
            || own.checks
            || own.addresses.iter().any(|block| block.contains(packet.source))
        {
            return;
        }
        let primary = own.addresses.iter().find(|block| block.is_v4());
        if let Some(primary) = primary {
            self.remember(sender, packet, primary.network());
        }
    }

    /// Out by an egress-only internet gateway.
    pub(crate) fn exit_only(
        &mut self,
        gateway: usize,
        sender: usize,
        packet: Packet,
    ) -> Result<Step, Obstacle> {
        let place = Place::EgressOnly(gateway);
        if packet.destination.is_v4() {
            return Err(self.refused(place, packet, Why::Family, None));
        }
        self.public_access(sender, place, packet, Access::Outward)?;
        self.passed(place, packet, None);
        self.exit.get_or_insert(place);
        Ok(Step::There(Arrival::Internet))
    }

    /// In by the gateway of the VPC that has the destination.
    pub(crate) fn enter(&mut self, packet: &mut Packet) -> Result<Step, Obstacle> {
        let network = self.network;
        let Some((interface, private)) = network.meant(packet.destination) else {
            return Err(self.refused(Place::Internet, *packet, Why::NotAPublicAddress, None));
        };
        let vpc = network.vpc_of(interface);
        let place = match self.exit {
            // Nothing but answers comes in once something has left by one of these.
            Some(place @ Place::EgressOnly(_)) => place,
            _ => match (network.internet_gateway_of(vpc), network.egress_only_of(vpc)) {
                (Some(gateway), _) => Place::InternetGateway(gateway),
                (None, Some(gateway)) if !packet.destination.is_v4() => {
                    let place = Place::EgressOnly(gateway);
                    return Err(self.refused(place, *packet, Why::OutwardOnly, None));
                }
                (None, _) => {
                    return Err(self.refused(Place::Vpc(vpc), *packet, Why::NoInternetGateway, None));
                }
            },
        };
        if let Some(why) = gateways::refuses_source(packet.source) {
            return Err(self.refused(place, *packet, why, None));
        }
        self.public_access(interface, place, *packet, Access::Open)?;
        let before = *packet;
        packet.destination = private;
        self.changed(place, before, *packet);
        let table = match place {
            Place::InternetGateway(gateway) => network.parts.internet_gateways[gateway].table,
            _ => None,
        };
        match table {
            Some(table) => self.edge(table, vpc, true, packet),
            None => self.deliver(interface, None, packet),
        }
    }

    /// Whether the account lets a flow between an interface and the internet begin: `least` is how much it has to leave
    /// of the ways there. Answers belong to flows that have begun.
    fn public_access(
        &mut self,
        interface: usize,
        place: Place,
        packet: Packet,
        least: Access,
    ) -> Result<(), Obstacle> {
        let parts = &self.network.parts;
        let left = parts.subnets[parts.interfaces[interface].subnet].access;
        let passes = match left {
            Access::Open => true,
            Access::Outward => least == Access::Outward,
            Access::Shut => false,
        };
        if passes || self.leg == Leg::Return {
            return Ok(());
        }
        Err(self.refused(place, packet, Why::PublicAccessBlocked, None))
    }
}
