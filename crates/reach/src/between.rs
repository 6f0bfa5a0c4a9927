//! The way between networks: peering connections, transit gateways, and the gateways to customers' networks.
//!
//! Sources: VPC peering guide, "How VPC peering connections work" (not transitive); transit gateway guide, "How transit
//! gateways work" and "Network ACLs for transit gateways"; Site-to-Site VPN user guide.

use crate::network::{Attached, Direction};
use crate::packet::Packet;
use crate::verdict::{Arrival, By, Obstacle, Place, Tracer, Why};
use crate::walk::{Step, Walk};

impl<T: Tracer> Walk<'_, T> {
    /// Through a peering connection: only between addresses of the two networks.
    pub(crate) fn peer(
        &mut self,
        peering: usize,
        from: usize,
        packet: &mut Packet,
    ) -> Result<Step, Obstacle> {
        let network = self.network;
        let place = Place::Peering(peering);
        let [one, other] = network.parts.peerings[peering].vpcs;
        let to = if from == one { other } else { one };
        let has =
            |vpc: usize, address| network.parts.vpcs[vpc].blocks.iter().any(|block| block.contains(address));
        if !has(from, packet.source) {
            return Err(self.refused(place, *packet, Why::ForeignToPeer, None));
        }
        if !has(to, packet.destination) {
            return Err(self.refused(place, *packet, Why::OutsidePeer, None));
        }
        self.passed(place, *packet, None);
        self.local(to, None, place, packet, None)
    }

    /// Into a transit gateway, by the interface in the sender's zone. The ACL of that interface's subnet sees what
    /// comes from other subnets.
    pub(crate) fn attach(
        &mut self,
        attachment: usize,
        subnet: usize,
        packet: Packet,
    ) -> Result<Step, Obstacle> {
        let network = self.network;
        let zone = match &network.parts.attachments[attachment].what {
            Attached::Vpc { zones, .. } => zones.iter().find(|zone| zone.subnets.contains(&subnet)),
            Attached::Gateway(_) | Attached::Customer(_) | Attached::Other => None,
        };
        let Some(zone) = zone else {
            return Err(self.refused(Place::Transit(attachment), packet, Why::ZoneNotAttached, None));
        };
        let own = network.parts.interfaces[zone.interface].subnet;
        if own != subnet {
            self.acl(own, Direction::Ingress, packet)?;
        }
        self.zone = Some(&zone.name);
        Ok(Step::Attached(attachment))
    }

    /// Across a transit gateway, by the table of the attachment that it came by.
    pub(crate) fn cross(&mut self, attachment: usize, packet: &mut Packet) -> Result<Step, Obstacle> {
        let network = self.network;
        let place = Place::Transit(attachment);
        let Some(table) = network.parts.attachments[attachment].table else {
            return Err(self.refused(place, *packet, Why::NoTransitTable, None));
        };
        let Some(position) = network.transit_route(table, packet.destination) else {
            return Err(self.refused(place, *packet, Why::NoTransitRoute, None));
        };
        let by = Some(By::Transit(table, position));
        let Some(next) = network.parts.transit_tables[table].routes[position].by else {
            return Err(self.refused(place, *packet, Why::TransitBlackhole, by));
        };
        self.passed(place, *packet, by);
        match &network.parts.attachments[next].what {
            Attached::Vpc { vpc, zones, .. } => {
                let near = zones.iter().find(|zone| Some(zone.name.as_str()) == self.zone);
                let Some(zone) = near.or_else(|| zones.first()) else {
                    return Err(self.refused(Place::Transit(next), *packet, Why::ZoneNotAttached, None));
                };
                self.is_foreign = true;
                self.emerge(zone.interface, *vpc, packet)
            }
            Attached::Gateway(other) => Ok(Step::Attached(*other)),
            Attached::Customer(customer) => self.reach_customer(*customer, *packet),
            Attached::Other => Err(self.refused(place, *packet, Why::Unsupported, by)),
        }
    }

    /// Out of a transit gateway, by an interface of the attachment: routed as what that interface's subnet sends. Within
    /// that subnet its ACL sees it come in.
    fn emerge(&mut self, interface: usize, vpc: usize, packet: &mut Packet) -> Result<Step, Obstacle> {
        let subnet = self.network.parts.interfaces[interface].subnet;
        let own = &self.network.parts.subnets[subnet];
        if own.blocks.iter().any(|block| block.contains(packet.destination)) {
            return self.local(vpc, None, Place::Table(subnet), packet, None);
        }
        Ok(Step::Routed(interface))
    }

    /// To a customer by a virtual private gateway, which takes nothing but what interfaces of its VPC send.
    pub(crate) fn lead_to_customer(
        &mut self,
        customer: usize,
        vpc: usize,
        packet: Packet,
    ) -> Result<Step, Obstacle> {
        if self.network.holder(vpc, packet.source).is_none() {
            return Err(self.refused(Place::Customer(customer), packet, Why::ForeignToCustomer, None));
        }
        self.reach_customer(customer, packet)
    }

    fn reach_customer(&mut self, customer: usize, packet: Packet) -> Result<Step, Obstacle> {
        let place = Place::Customer(customer);
        if !self.network.parts.customers[customer].is_connected {
            return Err(self.refused(place, packet, Why::NotConnected, None));
        }
        self.passed(place, packet, None);
        Ok(Step::There(Arrival::Customer(customer)))
    }

    /// From a customer: into the VPC of the gateway, or into a transit gateway.
    pub(crate) fn asked(&mut self, customer: usize, packet: &mut Packet) -> Result<Step, Obstacle> {
        let network = self.network;
        let place = Place::Customer(customer);
        let own = &network.parts.customers[customer];
        if !own.is_connected {
            return Err(self.refused(place, *packet, Why::NotConnected, None));
        }
        self.passed(place, *packet, None);
        if let Some(attachment) = own.attachment {
            return Ok(Step::Attached(attachment));
        }
        if let (Some(table), Some(vpc)) = (own.table, own.vpc) {
            return self.edge(table, vpc, false, packet);
        }
        let found = own.vpc.and_then(|vpc| network.holder(vpc, packet.destination));
        match found {
            Some(interface) => self.deliver(interface, None, packet),
            None => Err(self.refused(place, *packet, Why::UnknownToCustomer, None)),
        }
    }
}
