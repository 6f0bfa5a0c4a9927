//! Where routes lead, and whether anything is there.

use super::model::{Route, RouteTable, Target};
use crate::egress_only_internet_gateway::EgressOnlyInternetGateway;
use crate::id::VpcEndpointId;
use crate::internet_gateway::InternetGateway;
use crate::nat_gateway::NatGateway;
use crate::network_interface::{Attachment, NetworkInterface};
use crate::resource;
use crate::vpc_endpoint;
use store::View;

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
            let gateway = view.get::<InternetGateway>(&key(id));
            gateway.is_some_and(|gateway| gateway.vpc_id.as_ref() == Some(&table.vpc_id))
        }
        Target::EgressOnly(id) => view.get::<EgressOnlyInternetGateway>(&key(id)).is_some(),
        Target::NatGateway(id) => view.get::<NatGateway>(&key(id)).is_some_and(|own| own.state.leads()),
        Target::Interface(_) => attachment(view, table, route).is_some(),
    }
}

/// Where the interface of a route is plugged in.
pub(super) fn attachment(view: &View, table: &RouteTable, route: &Route) -> Option<Attachment> {
    let Target::Interface(id) = &route.target else { return None };
    view.get::<NetworkInterface>(&resource::key(&table.scope, id))?.attachment.clone()
}
