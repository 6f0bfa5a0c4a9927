//! Regions, zones and account attributes.

use crate::error::Error;
use crate::filter::Filters;
use crate::resource::prefix;
use crate::vpc::Vpc;
use crate::{Vpc as Service, home};
use base::{Region, RegionFacts, Tags};
use ports::Cx;
use shapes_ec2 as ec2;

/// `DescribeRegions`: those of the partition that need no opting in, or all of them.
pub(crate) fn regions(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeRegionsRequest,
) -> Result<ec2::DescribeRegionsResult, Error> {
    let filters = Filters::tagless(input.filters, &["endpoint", "opt-in-status", "region-name"])?;
    let all = input.all_regions == Some(true);
    let names = input.region_names.unwrap_or_default();
    let here: Vec<&RegionFacts> = base::regions()
        .iter()
        .filter(|facts| base::Partition::of_region(facts.name) == cx.partition())
        .collect();
    let unknown: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !here.iter().any(|facts| facts.name == *name))
        .collect();
    if !unknown.is_empty() {
        return Err(Error::Parameter(format!("Invalid region names: [{}]", unknown.join(", "))));
    }
    let suffix = cx.partition().dns_suffix();
    let shown = here.iter().filter(|facts| match names.is_empty() {
        true => all || !facts.opt_in,
        false => names.iter().any(|name| name == facts.name),
    });
    let regions = shown.map(|facts| ec2::Region {
        region_name: Some(facts.name.to_owned()),
        endpoint: Some(format!("ec2.{}.{suffix}", facts.name)),
        opt_in_status: Some(if facts.opt_in { "not-opted-in" } else { "opt-in-not-required" }.to_owned()),
        geography: None,
    });
    let pass = |region: &ec2::Region| {
        filters.pass(&Tags::default(), |name| {
            let value = match name {
                "endpoint" => &region.endpoint,
                "opt-in-status" => &region.opt_in_status,
                _ => &region.region_name,
            };
            value.iter().cloned().collect()
        })
    };
    Ok(ec2::DescribeRegionsResult { regions: Some(regions.filter(pass).collect()) })
}

/// The filters of DescribeAvailabilityZones.
const ZONE_FILTERS: [&str; 13] = [
    "group-long-name",
    "group-name",
    "message",
    "network-border-group",
    "opt-in-status",
    "parent-zone-id",
    "parent-zone-name",
    "parentZoneId",
    "region-name",
    "state",
    "zone-id",
    "zone-name",
    "zone-type",
];

/// `DescribeAvailabilityZones`, by name.
pub(crate) fn zones(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeAvailabilityZonesRequest,
) -> Result<ec2::DescribeAvailabilityZonesResult, Error> {
    let filters = Filters::tagless(input.filters, &ZONE_FILTERS)?;
    let names = input.zone_names.unwrap_or_default();
    let ids = input.zone_ids.unwrap_or_default();
    let all: Vec<ec2::AvailabilityZone> = zones_of(cx.region());
    let has = |of: fn(&ec2::AvailabilityZone) -> &Option<String>, wanted: &String| {
        all.iter().any(|zone| of(zone).as_ref() == Some(wanted))
    };
    let unknown = names.iter().find(|name| !has(|zone| &zone.zone_name, name));
    if let Some(unknown) = unknown.or_else(|| ids.iter().find(|id| !has(|zone| &zone.zone_id, id))) {
        return Err(Error::Parameter(format!("Invalid availability zone: [{unknown}]")));
    }
    let named = |zone: &ec2::AvailabilityZone| {
        let is = |value: &Option<String>, list: &[String]| value.as_ref().is_some_and(|v| list.contains(v));
        (names.is_empty() || is(&zone.zone_name, &names)) && (ids.is_empty() || is(&zone.zone_id, &ids))
    };
    let pass = |zone: &ec2::AvailabilityZone| {
        filters.pass(&Tags::default(), |name| {
            let value = match name {
                "group-long-name" => &zone.group_long_name,
                "group-name" => &zone.group_name,
                "network-border-group" => &zone.network_border_group,
                "opt-in-status" => &zone.opt_in_status,
                "region-name" => &zone.region_name,
                "state" => &zone.state,
                "zone-id" => &zone.zone_id,
                "zone-name" => &zone.zone_name,
                "zone-type" => &zone.zone_type,
                _ => &None,
            };
            value.iter().cloned().collect()
        })
    };
    let zones = all.iter().filter(|zone| named(zone) && pass(zone)).cloned().collect();
    Ok(ec2::DescribeAvailabilityZonesResult { availability_zones: Some(zones) })
}

fn zones_of(region: &Region) -> Vec<ec2::AvailabilityZone> {
    let long_name = region.facts().map(|facts| format!("{} 1", facts.long_name));
    region
        .zones()
        .into_iter()
        .map(|zone| ec2::AvailabilityZone {
            zone_name: Some(zone.name),
            zone_id: Some(zone.id),
            zone_type: Some("availability-zone".to_owned()),
            region_name: Some(region.to_string()),
            network_border_group: Some(region.to_string()),
            group_name: Some(format!("{region}-zg-1")),
            group_long_name: long_name.clone(),
            opt_in_status: Some("opt-in-not-required".to_owned()),
            state: Some("available".to_owned()),
            messages: Some(Vec::new()),
            ..ec2::AvailabilityZone::default()
        })
        .collect()
}

/// `DescribeAccountAttributes`.
pub(crate) fn attributes(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeAccountAttributesRequest,
) -> Result<ec2::DescribeAccountAttributesResult, Error> {
    let default = home::read(cx, |view| {
        let prefix = prefix(cx.scope());
        Ok(view.range::<Vpc>(&prefix).find(|vpc| vpc.is_default).map(|vpc| vpc.id.to_string()))
    })?;
    let known = [
        ("supported-platforms", "VPC".to_owned()),
        ("vpc-max-security-groups-per-interface", "5".to_owned()),
        ("max-elastic-ips", "5".to_owned()),
        ("max-instances", "20".to_owned()),
        ("vpc-max-elastic-ips", "5".to_owned()),
        ("default-vpc", default.unwrap_or_else(|| "none".to_owned())),
    ];
    let wanted = input.attribute_names.unwrap_or_default();
    if let Some(unknown) = wanted.iter().find(|name| !known.iter().any(|(known, _)| known == *name)) {
        return Err(Error::Value("attributeName", unknown.clone(), "Unknown attribute.".to_owned()));
    }
    let shown = known.into_iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|w| w == name));
    let attributes = shown.map(|(name, value)| ec2::AccountAttribute {
        attribute_name: Some(name.to_owned()),
        attribute_values: Some(vec![ec2::AccountAttributeValue { attribute_value: Some(value) }]),
    });
    Ok(ec2::DescribeAccountAttributesResult { account_attributes: Some(attributes.collect()) })
}
