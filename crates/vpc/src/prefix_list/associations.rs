//! What names a prefix list, and how much it weighs there.

use super::model::{PrefixList, find};
use crate::resource;
use crate::route_table::RouteTable;
use crate::security_group::{self, Peer, Rule, SecurityGroup};
use crate::transit_gateway::TransitGatewayRouteTable;
use base::Scope;
use std::collections::BTreeSet;
use store::Rows;

/// Routes of a table at the most, IPv4 and IPv6 apart. Source: VPC user guide, "Quotas", route tables.
const MOST_ROUTES: i32 = 500;

/// The ids of the groups and route tables that name a list.
pub(crate) fn of(rows: &impl Rows, scope: &Scope, id: &str) -> Vec<String> {
    let prefix = resource::prefix(scope);
    let rules = rows.listed(&Rule::LIST, &resource::key(scope, id));
    let groups = rules.iter().map(|rule| rule.group_id.to_string());
    let tables = rows.below::<RouteTable>(&prefix);
    let tables = tables.iter().filter(|table| table.routes.iter().any(|route| route.destination == id));
    let transit = rows.below::<TransitGatewayRouteTable>(&prefix);
    let transit = transit.iter().filter(|table| table.references.iter().any(|own| own.names(id)));
    let tables = tables.map(|table| table.id.to_string()).chain(transit.map(|table| table.id.to_string()));
    let ids: BTreeSet<String> = groups.chain(tables).collect();
    ids.into_iter().collect()
}

/// How many rules a rule counts as.
pub(crate) fn weight_of_rule(rows: &impl Rows, scope: &Scope, peer: &Peer) -> i32 {
    match peer {
        Peer::Ipv4(_) | Peer::Ipv6(_) | Peer::Group { .. } => 1,
        Peer::PrefixList(id) => find(rows, scope, id.as_str()).map_or(1, |list| list.weight()),
    }
}

/// Whether a table's routes are within its quota.
pub(crate) fn routes_fit(rows: &impl Rows, table: &RouteTable) -> bool {
    let mut weights = [0_i32; 2];
    for route in &table.routes {
        let to = route.destination.as_str();
        let (is_v6, weight) = match find(rows, &table.scope, to) {
            Ok(list) => (list.family() == super::Family::V6, list.weight()),
            Err(_) => (to.contains(':'), 1),
        };
        weights[usize::from(is_v6)] += weight;
    }
    weights.iter().all(|weight| *weight <= MOST_ROUTES)
}

/// Whether everything that names a list can have so many entries.
pub(crate) fn fits(rows: &impl Rows, list: &PrefixList) -> bool {
    let scope = &list.scope;
    of(rows, scope, list.id.as_str()).iter().all(|id| {
        let key = resource::key(scope, id);
        match rows.row::<SecurityGroup>(&key) {
            Some(group) => [false, true].iter().all(|egress| security_group::fits(rows, &group, *egress)),
            None => rows.row::<RouteTable>(&key).is_none_or(|table| routes_fit(rows, &table)),
        }
    })
}
