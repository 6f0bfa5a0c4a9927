//! What connects networks, compiled from the records: peering connections, transit gateways, VPN. It is what makes
//! networks of other accounts and Regions part of the question.

use crate::id::VpcId;
use crate::resource::{self, prefix};
use crate::route_table::{self, RouteTable};
use crate::subnet::Subnet;
use crate::transit_gateway::{
    self, TransitGateway, TransitGatewayAttachment, TransitGatewayRouteTable, What,
};
use crate::vpc_peering_connection::VpcPeeringConnection;
use crate::vpn_connection::VpnConnection;
use crate::vpn_gateway::VpnGateway;
use base::Scope;
use reach::network::{
    Attached, Attachment, Customer, Parts, Peering, Target, TransitRoute, TransitTable, Zone,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Record, View};

/// Where the parts of a kind stand, by their ids.
pub(super) type Positions = BTreeMap<String, usize>;

/// The rows of all these scopes.
pub(super) fn rows<R: Record>(view: &View, scopes: &[Scope]) -> Vec<Arc<R>> {
    scopes.iter().flat_map(|scope| view.range::<R>(&prefix(scope)).cloned().collect::<Vec<_>>()).collect()
}

/// A scope, and those whose networks it is connected with, near or far.
pub(super) fn scopes(view: &View, first: &Scope) -> Vec<Scope> {
    let mut found = vec![first.clone()];
    let mut done = 0;
    while let Some(scope) = found.get(done).cloned() {
        done += 1;
        let prefix = prefix(&scope);
        let peers = view.range::<VpcPeeringConnection>(&prefix).filter(|own| own.is_active());
        let peers = peers.flat_map(|own| own.sides().map(|side| side.scope.clone()));
        let attached = view.range::<TransitGatewayAttachment>(&prefix).filter(|own| own.works());
        let attached = attached.flat_map(|own| {
            let (gateway, owner) = (own.gateway_scope.clone(), own.resource_owner().clone());
            [gateway, owner]
        });
        for other in peers.chain(attached) {
            if !found.contains(&other) {
                found.push(other);
            }
        }
    }
    found
}

/// Where VPCs, subnets, interfaces and route tables stand.
#[derive(Clone, Copy)]
pub(super) struct Places<'p> {
    pub(super) vpcs: &'p Positions,
    pub(super) subnets: &'p Positions,
    pub(super) interfaces: &'p Positions,
    pub(super) tables: &'p Positions,
}

/// The route table that is associated with a gateway of a VPC.
pub(super) fn edge(
    view: &View,
    (scope, vpc): (&Scope, &VpcId),
    gateway: &str,
    tables: &Positions,
) -> Option<usize> {
    let of = resource::key(scope, vpc.as_str());
    let found = view.by(&RouteTable::VPC, &of).find(|table| table.gateways().any(|own| own == gateway))?;
    tables.get(found.id.as_str()).copied()
}

/// Where what connects networks stands.
#[derive(Default)]
pub(super) struct Connections {
    peerings: Positions,
    /// By the keys of their rows: attachments of two transit gateways may have the same id.
    attachments: Positions,
    customers: Positions,
}

impl Connections {
    /// Makes the parts; VPCs, subnets and interfaces stand already.
    pub(super) fn compile(view: &View, scopes: &[Scope], parts: &mut Parts, places: Places<'_>) -> Self {
        let mut own = Self::default();
        own.peer(view, scopes, parts, places.vpcs);
        own.gateways(view, scopes, parts, places);
        own.transit(view, scopes, parts, places);
        own
    }

    fn peer(&mut self, view: &View, scopes: &[Scope], parts: &mut Parts, vpcs: &Positions) {
        for own in rows::<VpcPeeringConnection>(view, scopes).iter().filter(|own| own.is_active()) {
            let [one, other] = own.sides().map(|side| vpcs.get(side.vpc_id.as_str()).copied());
            let (Some(one), Some(other)) = (one, other) else { continue };
            // Each side has a row.
            if self.peerings.contains_key(own.id.as_str()) {
                continue;
            }
            self.peerings.insert(own.id.to_string(), parts.peerings.len());
            let refers = own.requester.scope.region == own.accepter.scope.region;
            parts.peerings.push(Peering { id: own.id.to_string(), vpcs: [one, other], refers });
        }
    }

    fn gateways(&mut self, view: &View, scopes: &[Scope], parts: &mut Parts, places: Places<'_>) {
        for own in rows::<VpnGateway>(view, scopes) {
            let id = own.id.to_string();
            let is_connected = is_connected(view, &own.scope, &id);
            let vpc_id = own.attachment.as_ref().map(|held| &held.vpc_id).filter(|vpc| own.serves(vpc));
            let vpc = vpc_id.and_then(|vpc| places.vpcs.get(vpc.as_str())).copied();
            let table = vpc_id.and_then(|vpc| edge(view, (&own.scope, vpc), &id, places.tables));
            self.customers.insert(id.clone(), parts.customers.len());
            parts.customers.push(Customer { id, vpc, attachment: None, is_connected, table });
        }
    }

    fn transit(&mut self, view: &View, scopes: &[Scope], parts: &mut Parts, places: Places<'_>) {
        let attached = rows::<TransitGatewayAttachment>(view, scopes);
        let attached: Vec<_> =
            attached.into_iter().filter(|own| own.scope == own.gateway_scope && own.works()).collect();
        self.attachments = attached.iter().map(|own| own.key()).zip(0..).collect();
        let mut tables = Positions::new();
        for own in rows::<TransitGatewayRouteTable>(view, scopes) {
            let route = |lead: transit_gateway::Leads| TransitRoute {
                destination: lead.to.into(),
                by: lead.by.first().and_then(|by| self.attachments.get(&by.key())).copied(),
                is_listed: lead.is_listed,
            };
            let routes = transit_gateway::routes(view, &own).into_iter().map(route).collect();
            tables.insert(own.id.to_string(), parts.transit_tables.len());
            parts.transit_tables.push(TransitTable { id: own.id.to_string(), routes });
        }
        for (position, own) in attached.iter().enumerate() {
            let what = self.attached(view, parts, places, (position, own));
            let table = own.association.as_ref().and_then(|held| tables.get(held.table.as_str())).copied();
            let (id, gateway) = (own.id.to_string(), own.gateway_id.to_string());
            parts.attachments.push(Attachment { id, gateway, what, table });
        }
    }

    fn attached(
        &mut self,
        view: &View,
        parts: &mut Parts,
        places: Places<'_>,
        (position, own): (usize, &TransitGatewayAttachment),
    ) -> Attached {
        match &own.what {
            What::Vpc { .. } => zones(view, own, places),
            What::Vpn { owner, connection } => {
                let row = view.get::<VpnConnection>(&resource::key(owner, connection.as_str()));
                let is_connected = row.is_some_and(|row| row.is_available());
                let customer = parts.customers.len();
                self.customers.insert(connection.to_string(), customer);
                let (id, attachment) = (connection.to_string(), Some(position));
                parts.customers.push(Customer { id, vpc: None, attachment, is_connected, table: None });
                Attached::Customer(customer)
            }
            What::Peering { .. } => {
                let across = own.across().map(|end| resource::key(&end.scope, end.attachment.as_str()));
                let other = across.and_then(|key| self.attachments.get(&key)).copied();
                other.map_or(Attached::Other, Attached::Gateway)
            }
        }
    }

    /// What a route of a VPC leads to, if it is one of these.
    pub(super) fn target(
        &self,
        view: &View,
        table: &RouteTable,
        target: &route_table::Target,
    ) -> Option<Target> {
        match target {
            route_table::Target::Peering(id) => {
                self.peerings.get(id).map(|position| Target::Peering(*position))
            }
            route_table::Target::TransitGateway(id) => {
                let attached = route_table::attached(view, table, id)?;
                let key = resource::key(&attached.gateway_scope, attached.id.as_str());
                self.attachments.get(&key).map(|position| Target::Transit(*position))
            }
            route_table::Target::Gateway(id) => {
                self.customers.get(id).map(|position| Target::Customer(*position))
            }
            route_table::Target::Local
            | route_table::Target::EgressOnly(_)
            | route_table::Target::NatGateway(_)
            | route_table::Target::Interface(_) => None,
        }
    }
}

fn is_connected(view: &View, scope: &Scope, gateway: &str) -> bool {
    view.by(&VpnConnection::GATEWAY, &resource::key(scope, gateway)).any(|own| own.is_available())
}

/// A network by its zones.
fn zones(view: &View, own: &TransitGatewayAttachment, places: Places<'_>) -> Attached {
    let What::Vpc { owner, vpc_id, subnets, options } = &own.what else { return Attached::Other };
    let Some(vpc) = places.vpcs.get(vpc_id.as_str()).copied() else { return Attached::Other };
    let zone = |(subnet, interface): &(crate::id::SubnetId, Option<crate::id::NetworkInterfaceId>)| {
        let name = view.get::<Subnet>(&resource::key(owner, subnet.as_str()))?.zone.name.clone();
        let interface = *places.interfaces.get(interface.as_ref()?.as_str())?;
        let scope = prefix(owner);
        let of_zone =
            view.range::<Subnet>(&scope).filter(|other| other.vpc_id == *vpc_id && other.zone.name == name);
        let subnets = of_zone.filter_map(|other| places.subnets.get(other.id.as_str()).copied()).collect();
        Some(Zone { name, interface, subnets })
    };
    let gateway = view.get::<TransitGateway>(&resource::key(&own.gateway_scope, own.gateway_id.as_str()));
    let refers = options.group_references && gateway.is_some_and(|gateway| gateway.has_group_references);
    Attached::Vpc { vpc, zones: subnets.iter().filter_map(zone).collect(), refers }
}
