//! Where routes lead, and whether anything is there.

use super::model::{Route, RouteTable, Target};
use crate::egress_only_internet_gateway::EgressOnlyInternetGateway;
use crate::id::VpcEndpointId;
use crate::internet_gateway::InternetGateway;
use crate::nat_gateway::NatGateway;
use crate::network_interface::{Attachment, NetworkInterface};
use crate::resource;
use crate::transit_gateway::TransitGatewayAttachment;
use crate::vpc_endpoint;
use crate::vpc_peering_connection::VpcPeeringConnection;
use crate::vpn_gateway::VpnGateway;
use std::sync::Arc;
use store::{Rows, View};

/// `active`, or `blackhole` where the route's target has gone or is of no use.
pub(super) fn state(view: &View, table: &RouteTable, route: &Route) -> &'static str {
    if leads(view, table, route) { "active" } else { "blackhole" }
}

/// Whether a route's target is there and attached.
pub(crate) fn leads(view: &View, table: &RouteTable, route: &Route) -> bool {
    let key = |id: &str| resource::key(&table.scope, id);
    match &route.target {
        Target::Local => true,
        Target::Gateway(id) if id.starts_with(VpcEndpointId::PREFIX) => {
            vpc_endpoint::leads(view, &table.scope, id)
        }
        Target::Gateway(id) => {
            let internet = view.get::<InternetGateway>(&key(id));
            let private = view.get::<VpnGateway>(&key(id));
            internet.is_some_and(|gateway| gateway.vpc_id.as_ref() == Some(&table.vpc_id))
                || private.is_some_and(|gateway| gateway.serves(&table.vpc_id))
        }
        Target::EgressOnly(id) => view.get::<EgressOnlyInternetGateway>(&key(id)).is_some(),
        Target::NatGateway(id) => view.get::<NatGateway>(&key(id)).is_some_and(|own| own.state.leads()),
        Target::Interface(_) => attachment(view, table, route).is_some(),
        Target::Peering(id) => {
            view.get::<VpcPeeringConnection>(&key(id)).is_some_and(|connection| connection.is_active())
        }
        Target::TransitGateway(id) => attached(view, table, id).is_some(),
    }
}

/// The attachment by which a table's network reaches a transit gateway.
pub(crate) fn attached(
    rows: &impl Rows,
    table: &RouteTable,
    gateway: &str,
) -> Option<Arc<TransitGatewayAttachment>> {
    let of = resource::key(&table.scope, table.vpc_id.as_str());
    let attached = rows.listed(&TransitGatewayAttachment::VPC, &of);
    attached.into_iter().find(|own| own.gateway_id.as_str() == gateway && own.works())
}

/// Where the interface of a route is plugged in.
pub(super) fn attachment(view: &View, table: &RouteTable, route: &Route) -> Option<Attachment> {
    let Target::Interface(id) = &route.target else { return None };
    view.get::<NetworkInterface>(&resource::key(&table.scope, id))?.attachment.clone()
}
