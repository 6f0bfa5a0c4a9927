//! Lists of instances of traffic policies: by zone, name and type.

use crate::Route53;
use crate::error::Error;
use crate::home::{bare_id, home};
use crate::listing::{PAGE, Page, cut, limit};
use crate::name::Name;
use crate::traffic::instance::Instance;
use crate::traffic::policy::PolicyVersion;
use crate::zone;
use ports::Cx;
use shapes_route53 as api;
use std::sync::Arc;
use store::Rows;

/// Where a page begins.
struct Start<'a> {
    zone: Option<&'a str>,
    name: Option<&'a str>,
    kind: Option<&'a str>,
}

/// Where an instance stands in lists.
fn place(instance: &Instance) -> (String, String, String) {
    (instance.zone.clone(), instance.name.reversed(), instance.kind.as_str().to_owned())
}

fn page(
    mut instances: Vec<Arc<Instance>>,
    start: &Start<'_>,
    limit: usize,
) -> Result<Page<Arc<Instance>>, Error> {
    instances.sort_by_cached_key(|instance| place(instance));
    let name = match start.name.filter(|name| !name.is_empty()) {
        None => String::new(),
        Some(name) => Name::parse(name).map_err(|_| Error::NoInstance)?.reversed(),
    };
    let start = (bare_id(start.zone).to_owned(), name, start.kind.unwrap_or_default().to_owned());
    Ok(cut(instances, |instance| place(instance) >= start, limit))
}

fn shapes(page: &Page<Arc<Instance>>) -> Option<Vec<api::TrafficPolicyInstance>> {
    Some(page.items.iter().map(|instance| instance.shape()).collect())
}

/// `ListTrafficPolicyInstances`.
pub(crate) fn list_all(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListTrafficPolicyInstancesRequest,
) -> Result<api::ListTrafficPolicyInstancesResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let instances = cx.read(|view| view.listed(&Instance::OWNER, &home(cx)));
    let start = Start {
        zone: input.hosted_zone_id_marker.as_deref(),
        name: input.traffic_policy_instance_name_marker.as_deref(),
        kind: input.traffic_policy_instance_type_marker.as_deref(),
    };
    let page = page(instances, &start, limit)?;
    Ok(api::ListTrafficPolicyInstancesResponse {
        traffic_policy_instances: shapes(&page),
        hosted_zone_id_marker: page.next.as_ref().map(|next| next.zone.clone()),
        traffic_policy_instance_name_marker: page.next.as_ref().map(|next| next.name.to_string()),
        traffic_policy_instance_type_marker: page.next.as_ref().map(|next| next.kind.as_str().to_owned()),
        is_truncated: Some(page.next.is_some()),
        max_items: Some(limit.to_string()),
    })
}

/// `ListTrafficPolicyInstancesByHostedZone`.
pub(crate) fn list_by_zone(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListTrafficPolicyInstancesByHostedZoneRequest,
) -> Result<api::ListTrafficPolicyInstancesByHostedZoneResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let (zone, mut instances) = cx.read(|view| {
        let zone = zone::own(view, cx, input.hosted_zone_id.as_deref())?;
        Ok::<_, Error>((zone.id.clone(), view.listed(&Instance::OWNER, &zone.home)))
    })?;
    instances.retain(|instance| instance.zone == zone);
    let start = Start {
        zone: Some(&zone),
        name: input.traffic_policy_instance_name_marker.as_deref(),
        kind: input.traffic_policy_instance_type_marker.as_deref(),
    };
    let page = page(instances, &start, limit)?;
    Ok(api::ListTrafficPolicyInstancesByHostedZoneResponse {
        traffic_policy_instances: shapes(&page),
        traffic_policy_instance_name_marker: page.next.as_ref().map(|next| next.name.to_string()),
        traffic_policy_instance_type_marker: page.next.as_ref().map(|next| next.kind.as_str().to_owned()),
        is_truncated: Some(page.next.is_some()),
        max_items: Some(limit.to_string()),
    })
}

/// `ListTrafficPolicyInstancesByPolicy`.
pub(crate) fn list_by_policy(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListTrafficPolicyInstancesByPolicyRequest,
) -> Result<api::ListTrafficPolicyInstancesByPolicyResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let policy = input.traffic_policy_id.unwrap_or_default();
    let version = input.traffic_policy_version.unwrap_or_default();
    let instances = cx.read(|view| {
        PolicyVersion::own(view, cx, &policy, version)?;
        Ok::<_, Error>(view.listed(&Instance::POLICY, &Instance::policy_key(&policy, version)))
    })?;
    let start = Start {
        zone: input.hosted_zone_id_marker.as_deref(),
        name: input.traffic_policy_instance_name_marker.as_deref(),
        kind: input.traffic_policy_instance_type_marker.as_deref(),
    };
    let page = page(instances, &start, limit)?;
    Ok(api::ListTrafficPolicyInstancesByPolicyResponse {
        traffic_policy_instances: shapes(&page),
        hosted_zone_id_marker: page.next.as_ref().map(|next| next.zone.clone()),
        traffic_policy_instance_name_marker: page.next.as_ref().map(|next| next.name.to_string()),
        traffic_policy_instance_type_marker: page.next.as_ref().map(|next| next.kind.as_str().to_owned()),
        is_truncated: Some(page.next.is_some()),
        max_items: Some(limit.to_string()),
    })
}
