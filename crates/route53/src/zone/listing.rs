//! Lists of zones: by id, and by name.

use crate::Route53;
use crate::delegation_set::DelegationSet;
use crate::error::Error;
use crate::home::{bare_id, home};
use crate::listing::{PAGE, cut, limit};
use crate::name::Name;
use crate::zone::{Zone, shape};
use ports::Cx;
use shapes_route53 as api;
use std::sync::Arc;
use store::Rows;

/// `ListHostedZones`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListHostedZonesRequest,
) -> Result<api::ListHostedZonesResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let set = input.delegation_set_id.as_deref().filter(|id| !id.is_empty()).map(|id| bare_id(Some(id)));
    let mut zones = cx.read(|view| match set {
        Some(id) => DelegationSet::own(view, cx, id).map(|_| view.listed(&Zone::SET, id)),
        None => Ok(view.listed(&Zone::OWNER, &home(cx))),
    })?;
    zones.retain(|zone| input.hosted_zone_type.is_none() || zone.is_private);
    let start = bare_id(input.marker.as_deref()).to_owned();
    let page = cut(zones, |zone| zone.id >= start, limit);
    Ok(api::ListHostedZonesResponse {
        hosted_zones: Some(page.items.iter().map(|zone| shape(zone)).collect()),
        marker: Some(input.marker.unwrap_or_default()),
        is_truncated: Some(page.next.is_some()),
        next_marker: page.next.map(|zone| zone.id.clone()),
        max_items: Some(limit.to_string()),
    })
}

/// `ListHostedZonesByName`: by the labels from the right, then by id.
pub(crate) fn list_by_name(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListHostedZonesByNameRequest,
) -> Result<api::ListHostedZonesByNameResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let start = match input.dns_name.as_deref().filter(|name| !name.is_empty()) {
        None => String::new(),
        Some(given) => Name::parse(given).map_err(|_| Error::BadName(given.to_owned()))?.reversed(),
    };
    let id = bare_id(input.hosted_zone_id.as_deref()).to_owned();
    if start.is_empty() && !id.is_empty() {
        let sentence = "A HostedZoneId can only be specified together with a DNSName.";
        return Err(Error::Input(sentence.to_owned()));
    }
    let mut zones = cx.read(|view| view.listed(&Zone::OWNER, &home(cx)));
    let place = |zone: &Arc<Zone>| (zone.name.reversed(), zone.id.clone());
    zones.sort_by_cached_key(place);
    let start = (start, id);
    let page = cut(zones, |zone| place(zone) >= start, limit);
    Ok(api::ListHostedZonesByNameResponse {
        hosted_zones: Some(page.items.iter().map(|zone| shape(zone)).collect()),
        dns_name: input.dns_name,
        hosted_zone_id: input.hosted_zone_id,
        is_truncated: Some(page.next.is_some()),
        next_dns_name: page.next.as_ref().map(|zone| zone.name.to_string()),
        next_hosted_zone_id: page.next.map(|zone| zone.id.clone()),
        max_items: Some(limit.to_string()),
    })
}
