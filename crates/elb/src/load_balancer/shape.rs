//! Load balancers as answers show them.

use super::record::{Kind, LoadBalancer, Place};
use crate::names;
use shapes_elbv2 as api;

/// A load balancer.
pub(crate) fn load_balancer(own: &LoadBalancer) -> api::LoadBalancer {
    let region = own.scope.region.as_str();
    let zone = match own.kind {
        Kind::Application => names::regional_zone(region),
        Kind::Network => names::network_zone(region),
        Kind::Gateway => None,
    };
    let scheme = if own.is_internal { "internal" } else { "internet-facing" };
    api::LoadBalancer {
        load_balancer_arn: Some(own.arn()),
        dns_name: own.dns_name.clone(),
        canonical_hosted_zone_id: zone,
        created_time: Some(own.created_at.into()),
        load_balancer_name: Some(own.name.clone()),
        scheme: (own.kind != Kind::Gateway).then(|| scheme.to_owned()),
        vpc_id: Some(own.vpc.clone()),
        state: Some(api::LoadBalancerState { code: Some(own.state.word().to_owned()), reason: None }),
        type_: Some(own.kind.word().to_owned()),
        availability_zones: Some(zones(own)),
        security_groups: own.groups.clone(),
        ip_address_type: Some(own.ip_address_type.clone()),
        customer_owned_ipv4_pool: own.outpost_pool.clone(),
        enforce_security_group_inbound_rules_on_private_link_traffic: own.enforces_on_private_link.clone(),
        enable_prefix_for_ipv6_source_nat: translation(own),
        ipam_pools: ipam_pools(own),
    }
}

/// `on` or `off`, of network load balancers.
pub(crate) fn translation(own: &LoadBalancer) -> Option<String> {
    let word = if own.translates_sources { "on" } else { "off" };
    (own.kind == Kind::Network).then(|| word.to_owned())
}

/// The pool that public addresses come from.
pub(crate) fn ipam_pools(own: &LoadBalancer) -> Option<api::IpamPools> {
    own.ipam_pool.as_ref().map(|pool| api::IpamPools { ipv4_ipam_pool_id: Some(pool.clone()) })
}

/// Where it stands, by zone.
pub(crate) fn zones(own: &LoadBalancer) -> Vec<api::AvailabilityZone> {
    own.places.iter().map(zone).collect()
}

fn zone(place: &Place) -> api::AvailabilityZone {
    let is_told = place.allocation.is_some() || place.private.is_some() || place.ipv6.is_some();
    let address = api::LoadBalancerAddress {
        ip_address: place.allocation.as_ref().and(place.public.clone()),
        allocation_id: place.allocation.clone(),
        private_ipv4_address: place.private.clone(),
        ipv6_address: place.ipv6.clone(),
    };
    let prefixes = &place.prefixes;
    api::AvailabilityZone {
        zone_name: Some(place.zone.name.clone()),
        subnet_id: Some(place.subnet.clone()),
        outpost_id: None,
        load_balancer_addresses: Some(is_told.then_some(address).into_iter().collect()),
        source_nat_ipv6_prefixes: (!prefixes.is_empty()).then(|| prefixes.clone()),
    }
}
