//! Groups of other networks that rules name: which peering connection leads there, and whether it still does.

use super::model::SecurityGroup;
use crate::id::VpcId;
use crate::resource;
use crate::transit_gateway::{TransitGateway, TransitGatewayAttachment, What};
use crate::vpc_peering_connection::VpcPeeringConnection;
use base::Scope;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Rows, View};

/// Where a group is, seen from another network.
struct Across {
    vpc: String,
    connection: Option<String>,
    status: Option<String>,
}

/// A group of another network of the Region; none for those of the network itself.
fn across(
    view: &View,
    scope: &Scope,
    near: &VpcId,
    owner: Option<&String>,
    id: Option<&String>,
) -> Option<Across> {
    let far = Scope::new(owner?.parse().ok()?, scope.region.clone());
    let group = view.get::<SecurityGroup>(&resource::key(&far, id?))?;
    if far == *scope && group.vpc_id == *near {
        return None;
    }
    let found = connection(view, scope, near, &group);
    Some(Across {
        vpc: group.vpc_id.to_string(),
        connection: found.as_ref().map(|own| own.id.to_string()),
        status: found.map(|own| own.state.word().to_owned()),
    })
}

/// The peering connection from a network to a group's: the one that leads, or the last that did.
pub(super) fn connection(
    rows: &impl Rows,
    scope: &Scope,
    near: &VpcId,
    group: &SecurityGroup,
) -> Option<Arc<VpcPeeringConnection>> {
    let leads = |own: &Arc<VpcPeeringConnection>| {
        own.across(scope, near).is_some_and(|side| side.scope == group.scope && side.vpc_id == group.vpc_id)
    };
    let all = rows.listed(&VpcPeeringConnection::VPC, &resource::key(scope, near.as_str()));
    let connections: Vec<_> = all.into_iter().filter(leads).collect();
    connections.iter().find(|own| own.is_active()).or(connections.last()).cloned()
}

/// Whether a transit gateway joins a network to a group's, and lets rules name groups across it.
pub(super) fn is_joined(rows: &impl Rows, scope: &Scope, near: &VpcId, group: &SecurityGroup) -> bool {
    let gateways = |scope: &Scope, vpc: &VpcId| {
        let all = rows.listed(&TransitGatewayAttachment::VPC, &resource::key(scope, vpc.as_str()));
        let refers = |own: &Arc<TransitGatewayAttachment>| match &own.what {
            What::Vpc { options, .. } => own.works() && options.group_references,
            What::Vpn { .. } | What::Peering { .. } => false,
        };
        let keys = all.into_iter().filter(refers);
        keys.map(|own| resource::key(&own.gateway_scope, own.gateway_id.as_str())).collect::<Vec<_>>()
    };
    let far = gateways(&group.scope, &group.vpc_id);
    let supports =
        |key: &String| rows.row::<TransitGateway>(key).is_some_and(|gateway| gateway.has_group_references);
    gateways(scope, near).iter().any(|key| far.contains(key) && supports(key))
}

/// Adds to a group's rules where the groups are that they name.
pub(super) fn tell(view: &View, group: &SecurityGroup, shape: &mut ec2::SecurityGroup) {
    let permissions = [&mut shape.ip_permissions, &mut shape.ip_permissions_egress];
    let permissions = permissions.into_iter().flat_map(|own| own.iter_mut().flatten());
    for pair in permissions.flat_map(|own| own.user_id_group_pairs.iter_mut().flatten()) {
        let found = across(view, &group.scope, &group.vpc_id, pair.user_id.as_ref(), pair.group_id.as_ref());
        if let Some(found) = found {
            pair.vpc_id = Some(found.vpc);
            pair.vpc_peering_connection_id = found.connection;
            pair.peering_status = found.status;
        }
    }
}

/// The same of one rule.
pub(super) fn tell_rule(view: &View, scope: &Scope, shape: &mut ec2::SecurityGroupRule) {
    let id = shape.group_id.clone().unwrap_or_default();
    let Some(group) = view.get::<SecurityGroup>(&resource::key(scope, &id)) else { return };
    let Some(named) = &mut shape.referenced_group_info else { return };
    let found = across(view, scope, &group.vpc_id, named.user_id.as_ref(), named.group_id.as_ref());
    if let Some(found) = found {
        named.vpc_id = Some(found.vpc);
        named.vpc_peering_connection_id = found.connection;
        named.peering_status = found.status;
    }
}
