//! What leads from one network to another: peerings, transit gateways, and the networks of customers.

use super::{End, Memory, Model, Way, lies_in};
use crate::network::Attached;
use crate::packet::Packet;

impl Model<'_> {
    pub(super) fn by_peering(&self, memory: &mut Memory, peering: usize, from: usize, packet: Packet) -> Way {
        let own = &self.parts.peerings[peering];
        let to = if own.vpcs[0] == from { own.vpcs[1] } else { own.vpcs[0] };
        let has =
            |vpc: usize, address| self.parts.vpcs[vpc].blocks.iter().any(|block| lies_in(address, *block));
        if !has(from, packet.source) {
            return Err(format!("{}: ForeignToPeer", own.id));
        }
        if !has(to, packet.destination) {
            return Err(format!("{}: OutsidePeer", own.id));
        }
        match self.who_has(to, packet.destination) {
            Some(peer) => self.bring(memory, peer, None, packet),
            None => Err(format!("{}: NoSuchAddress", own.id)),
        }
    }

    pub(super) fn enter_transit(
        &self,
        memory: &mut Memory,
        attachment: usize,
        subnet: usize,
        packet: Packet,
    ) -> Way {
        let own = &self.parts.attachments[attachment];
        let Attached::Vpc { zones, .. } = &own.what else { panic!("{} is no VPC", own.id) };
        let Some(zone) = zones.iter().find(|zone| zone.subnets.contains(&subnet)) else {
            return Err(format!("{}: ZoneNotAttached", own.id));
        };
        let card = &self.parts.interfaces[zone.interface];
        if card.subnet != subnet {
            self.ask_acl(card.subnet, "in", packet)?;
        }
        memory.zone = Some(zone.name.clone());
        self.within_transit(memory, attachment, packet)
    }

    fn within_transit(&self, memory: &mut Memory, attachment: usize, packet: Packet) -> Way {
        self.turn(memory)?;
        let own = &self.parts.attachments[attachment];
        let Some(table) = own.table else { return Err(format!("{}: NoTransitTable", own.id)) };
        let mut best: Option<&crate::network::TransitRoute> = None;
        for route in &self.parts.transit_tables[table].routes {
            let longer = best.is_none_or(|best| route.destination.prefix() > best.destination.prefix());
            if lies_in(packet.destination, route.destination) && longer {
                best = Some(route);
            }
        }
        let Some(route) = best else { return Err(format!("{}: NoTransitRoute", own.id)) };
        let Some(next) = route.by else {
            return Err(format!("{}: TransitBlackhole by {}", own.id, route.destination));
        };
        let next = &self.parts.attachments[next];
        match &next.what {
            Attached::Vpc { vpc, zones, .. } => {
                let near = zones.iter().find(|zone| Some(&zone.name) == memory.zone.as_ref());
                let Some(zone) = near.or(zones.first()) else {
                    return Err(format!("{}: ZoneNotAttached", next.id));
                };
                memory.is_foreign = true;
                let subnet = &self.parts.subnets[self.parts.interfaces[zone.interface].subnet];
                if !subnet.blocks.iter().any(|block| lies_in(packet.destination, *block)) {
                    return self.route(memory, zone.interface, packet);
                }
                match self.who_has(*vpc, packet.destination) {
                    Some(peer) => self.bring(memory, peer, None, packet),
                    None => Err(format!("{}: NoSuchAddress", self.parts.tables[subnet.table].id)),
                }
            }
            Attached::Gateway(other) => self.within_transit(memory, *other, packet),
            Attached::Customer(customer) => self.to_customer(*customer, packet),
            Attached::Other => Err(format!("{}: Unsupported by {}", own.id, route.destination)),
        }
    }

    pub(super) fn to_customer(&self, customer: usize, packet: Packet) -> Way {
        let own = &self.parts.customers[customer];
        if own.is_connected {
            return Ok((End::Customer(customer), packet));
        }
        Err(format!("{}: NotConnected", own.id))
    }

    pub(super) fn customer_asks(&self, memory: &mut Memory, customer: usize, packet: Packet) -> Way {
        self.turn(memory)?;
        let own = &self.parts.customers[customer];
        if !own.is_connected {
            return Err(format!("{}: NotConnected", own.id));
        }
        if let Some(attachment) = own.attachment {
            return self.within_transit(memory, attachment, packet);
        }
        if let (Some(table), Some(vpc)) = (own.table, own.vpc) {
            return self.by_table(memory, table, (vpc, false), packet);
        }
        match own.vpc.and_then(|vpc| self.who_has(vpc, packet.destination)) {
            Some(interface) => self.bring(memory, interface, None, packet),
            None => Err(format!("{}: UnknownToCustomer", own.id)),
        }
    }
}
