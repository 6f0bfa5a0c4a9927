//! What is led to appliances: by the route tables of gateways themselves, and by Gateway Load Balancer endpoints.
//!
//! Sources: VPC user guide, "Gateway route tables"; Reachability Analyzer guide, "Explanation codes"; Gateway Load
//! Balancers guide: what an endpoint is given goes on from its own subnet.

use crate::address::Address;
use crate::network::{Direction, Target};
use crate::packet::Packet;
use crate::verdict::{By, Obstacle, Place, Tracer, Why};
use crate::walk::{Step, Walk};

impl<T: Tracer> Walk<'_, T> {
    /// Into a VPC by the table of the gateway that it comes by. What comes from the internet reaches an appliance only if
    /// that has a public address.
    pub(crate) fn edge(
        &mut self,
        table: usize,
        vpc: usize,
        is_from_internet: bool,
        packet: &mut Packet,
    ) -> Result<Step, Obstacle> {
        let network = self.network;
        let place = Place::Edge(table, vpc);
        let Some(position) = network.route(table, packet.destination) else {
            return Err(self.refused(place, *packet, Why::NoRoute, None));
        };
        let route = &network.parts.tables[table].routes[position];
        let by = Some(By::Route(table, position));
        if !route.leads {
            return Err(self.refused(place, *packet, Why::Blackhole, by));
        }
        match route.target {
            Target::Local => {
                self.passed(place, *packet, by);
                self.local(vpc, None, place, packet, by)
            }
            Target::Interface(interface) => {
                if is_from_internet && !self.is_public(interface, *packet) {
                    return Err(self.refused(place, *packet, Why::NotPublic, by));
                }
                self.passed(place, *packet, by);
                self.deliver(interface, None, packet)
            }
            Target::Middlebox(middlebox) => {
                self.passed(place, *packet, by);
                self.inspect(middlebox, None, *packet)
            }
            Target::InternetGateway(_)
            | Target::EgressOnly(_)
            | Target::Nat(_)
            | Target::Peering(_)
            | Target::Transit(_)
            | Target::Customer(_)
            | Target::Endpoint(_)
            | Target::Other(_) => Err(self.refused(place, *packet, Why::Unsupported, by)),
        }
    }

    /// Whether an interface has an address of the internet of the packet's family.
    fn is_public(&self, interface: usize, packet: Packet) -> bool {
        let own = &self.network.parts.interfaces[interface];
        match packet.destination.is_v4() {
            true => !own.public.is_empty(),
            false => own.addresses.iter().any(|block| !block.is_v4()),
        }
    }

    /// To the appliances behind an endpoint, and on from its subnet as it came. Whose it is is then known by the address
    /// alone, as behind whatever forwards.
    pub(crate) fn inspect(
        &mut self,
        middlebox: usize,
        from: Option<usize>,
        packet: Packet,
    ) -> Result<Step, Obstacle> {
        let network = self.network;
        let own = &network.parts.middleboxes[middlebox];
        let place = Place::Middlebox(middlebox);
        if !own.works {
            return Err(self.refused(place, packet, Why::NotAvailable, None));
        }
        let subnet = network.parts.interfaces[own.interface].subnet;
        if from != Some(subnet) {
            self.acl(subnet, Direction::Ingress, packet)?;
        }
        self.passed(place, packet, None);
        self.is_routed = true;
        Ok(Step::Routed(own.interface))
    }

    /// Where the own table of an internet gateway leads what is for an address before it is there: the interface of the
    /// appliance, or of the endpoint; within, nothing where that is gone. None where it leads straight there.
    pub(crate) fn led(&self, gateway: usize, to: Address) -> Option<Option<usize>> {
        let parts = &self.network.parts;
        let table = parts.internet_gateways[gateway].table?;
        let position = self.network.route(table, to)?;
        match parts.tables[table].routes[position].target {
            Target::Local => None,
            Target::Interface(interface) => Some(Some(interface)),
            Target::Middlebox(middlebox) => Some(Some(parts.middleboxes[middlebox].interface)),
            Target::InternetGateway(_)
            | Target::EgressOnly(_)
            | Target::Nat(_)
            | Target::Peering(_)
            | Target::Transit(_)
            | Target::Customer(_)
            | Target::Endpoint(_)
            | Target::Other(_) => Some(None),
        }
    }
}
