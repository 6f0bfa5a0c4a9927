//! What CreateFleet and ModifyFleet ask for, read.

use super::model::{FleetType, Offer, Plan};
use crate::error::{Capacity, Error};
use crate::instance::one_of;
use crate::launch_template::{self, document};
use crate::spot_request;
use base::Scope;
use serde_json::{Map, Value, json};
use shapes_ec2 as ec2;
use store::View;

/// Launch templates of a fleet, and overrides of all of them. Source: EC2 user guide, "EC2 Fleet quotas".
const MOST_TEMPLATES: usize = 50;
const MOST_OVERRIDES: usize = 300;
/// Structures of requirements.
const MOST_REQUIREMENTS: usize = 4;
/// Members of an override that are not for the launch.
const NOT_LAUNCHED: [&str; 7] = [
    "AvailabilityZone",
    "AvailabilityZoneId",
    "InstanceRequirements",
    "MaxPrice",
    "Priority",
    "SpotPrice",
    "WeightedCapacity",
];

/// The ways of an API, and what holds where none is named.
const SPOT_WAYS: &[&str] = &[
    "lowest-price",
    "diversified",
    "capacity-optimized",
    "capacity-optimized-prioritized",
    "price-capacity-optimized",
];
const ON_DEMAND_WAYS: &[&str] = &["lowest-price", "prioritized"];

fn refused(sentence: &str) -> Error {
    Capacity::FleetConfig(sentence.to_owned()).into()
}

/// A member of a document, as text.
fn text(of: &Map<String, Value>, name: &str) -> Option<String> {
    of.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// An override, with its template: what is launched, and what is chosen by.
pub(super) fn offer(template: Option<Map<String, Value>>, told: Map<String, Value>) -> Result<Offer, Error> {
    let weight = told.get("WeightedCapacity").and_then(Value::as_f64);
    if weight.is_some_and(|weight| weight <= 0.0) {
        return Err(refused("The weighted capacity must be greater than 0."));
    }
    let priority = told.get("Priority").and_then(Value::as_f64);
    if priority.is_some_and(|priority| priority < 0.0) {
        return Err(refused("The priority must be greater than or equal to 0."));
    }
    let max_price = text(&told, "MaxPrice").or_else(|| text(&told, "SpotPrice"));
    spot_request::max_price("maxPrice", max_price.as_deref())?;
    let requirements = told.get("InstanceRequirements").and_then(Value::as_object).cloned();
    if requirements.is_some() && told.contains_key("InstanceType") {
        let sentence = "Fleet overrides can't include both InstanceRequirements and InstanceType";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let mut launch = told.clone();
    launch.retain(|name, _| !NOT_LAUNCHED.contains(&name.as_str()));
    let zone = |name: &str| told.get(name).cloned().map(|zone| (name.to_owned(), zone));
    let zones: Map<String, Value> =
        ["AvailabilityZone", "AvailabilityZoneId"].into_iter().filter_map(zone).collect();
    if !zones.is_empty() {
        let placement = launch.remove("Placement");
        let placement = placement.and_then(|own| own.as_object().cloned()).unwrap_or_default();
        launch.insert("Placement".to_owned(), Value::Object(placement.into_iter().chain(zones).collect()));
    }
    Ok(Offer { template, told, launch, requirements, weight, priority, max_price })
}

/// The offers of templates with their overrides; the templates have to be there.
pub(super) fn offers(
    view: &View,
    scope: &Scope,
    templates: &[Map<String, Value>],
) -> Result<Vec<Offer>, Error> {
    if templates.is_empty() {
        return Err(Error::Missing("LaunchTemplateConfigs"));
    }
    let mut offers = Vec::new();
    for config in templates {
        let specification = config.get("LaunchTemplateSpecification").and_then(Value::as_object);
        let specification = specification.ok_or(Error::Missing("LaunchTemplateSpecification"))?;
        if !specification.contains_key("Version") {
            return Err(Error::Missing("LaunchTemplateSpecification.Version"));
        }
        launch_template::content(view, scope, &document::read(specification))?;
        let overrides = config.get("Overrides").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut overrides: Vec<Map<String, Value>> =
            overrides.iter().filter_map(|own| own.as_object().cloned()).collect();
        if overrides.is_empty() {
            overrides.push(Map::new());
        }
        for told in overrides {
            offers.push(offer(Some(specification.clone()), told)?);
        }
    }
    if templates.len() > MOST_TEMPLATES || offers.len() > MOST_OVERRIDES {
        return Err(refused("The fleet has more launch templates or overrides than the maximum allowed."));
    }
    if offers.iter().filter(|offer| offer.requirements.is_some()).count() > MOST_REQUIREMENTS {
        return Err(Capacity::ManyRequirements.into());
    }
    Ok(offers)
}

/// The objects of a list in a document.
pub(super) fn objects(of: &Map<String, Value>, name: &str) -> Vec<Map<String, Value>> {
    let list = of.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().filter_map(|own| own.as_object().cloned()).collect()
}

/// Units on demand and spare: what neither is said to be is of the default kind.
pub(super) fn target(own: &ec2::TargetCapacitySpecificationRequest) -> Result<[i32; 2], Error> {
    let total = own.total_target_capacity.ok_or(Error::Missing("TotalTargetCapacity"))?;
    let (on_demand, spot) =
        (own.on_demand_target_capacity.unwrap_or(0), own.spot_target_capacity.unwrap_or(0));
    if total < 0 || on_demand < 0 || spot < 0 {
        return Err(refused("The target capacity must be greater than or equal to 0."));
    }
    let left = total - on_demand - spot;
    if left < 0 {
        return Err(refused(
            "The sum of the On-Demand and Spot target capacities exceeds the total target capacity.",
        ));
    }
    match own.default_target_capacity_type.as_deref().unwrap_or("on-demand") {
        "on-demand" => Ok([on_demand + left, spot]),
        "spot" => Ok([on_demand, spot + left]),
        word @ ("capacity-block" | "reserved-capacity") => {
            Err(Error::Parameter(format!("The market {word} is not built yet")))
        }
        word => one_of("defaultTargetCapacityType", word, &["on-demand", "spot"]).map(|()| [0, 0]),
    }
}

/// The type of a fleet.
pub(super) fn kind(word: Option<&str>) -> Result<FleetType, Error> {
    match word.unwrap_or("maintain") {
        "instant" => Ok(FleetType::Instant),
        "request" => Ok(FleetType::Request),
        "maintain" => Ok(FleetType::Maintain),
        word => one_of("type", word, &["instant", "request", "maintain"]).map(|()| FleetType::Maintain),
    }
}

/// What holds where nothing is said, in the document that is told.
pub(super) fn with_defaults(input: &ec2::CreateFleetRequest) -> Map<String, Value> {
    let mut config = document::write(input);
    for name in ["DryRun", "TagSpecifications"] {
        config.remove(name);
    }
    let mut otherwise = |name: &str, value: Value| {
        config.entry(name.to_owned()).or_insert(value);
    };
    otherwise("ExcessCapacityTerminationPolicy", json!("termination"));
    otherwise("TerminateInstancesWithExpiration", json!(false));
    otherwise("Type", json!("maintain"));
    otherwise("ReplaceUnhealthyInstances", json!(false));
    otherwise("SpotOptions", json!({}));
    otherwise("OnDemandOptions", json!({}));
    let mut within = |of: &str, name: &str, value: Value| {
        if let Some(Value::Object(own)) = config.get_mut(of) {
            own.entry(name.to_owned()).or_insert(value);
        }
    };
    within("SpotOptions", "AllocationStrategy", json!("lowest-price"));
    within("SpotOptions", "InstanceInterruptionBehavior", json!("terminate"));
    within("SpotOptions", "InstancePoolsToUseCount", json!(1));
    within("OnDemandOptions", "AllocationStrategy", json!("lowest-price"));
    within("TargetCapacitySpecification", "OnDemandTargetCapacity", json!(0));
    within("TargetCapacitySpecification", "SpotTargetCapacity", json!(0));
    within("TargetCapacitySpecification", "DefaultTargetCapacityType", json!("on-demand"));
    config
}

/// Reads a call of CreateFleet, but for its offers.
pub(super) fn plan(
    input: &ec2::CreateFleetRequest,
    kind: FleetType,
    launch_tags: Value,
) -> Result<Plan, Error> {
    if input.reserved_capacity_options.is_some() {
        return Err(Error::Parameter("ReservedCapacityOptions is not built yet".to_owned()));
    }
    let target_of = input.target_capacity_specification.clone().unwrap_or_default();
    let unit = target_of.target_capacity_unit_type.clone().unwrap_or_else(|| "units".to_owned());
    one_of("targetCapacityUnitType", &unit, &["units", "vcpu", "memory-mib"])?;
    let target = target(&target_of)?;
    let spot = input.spot_options.clone().unwrap_or_default();
    let on_demand = input.on_demand_options.clone().unwrap_or_default();
    let spot_way = spot.allocation_strategy.clone().unwrap_or_else(|| "lowest-price".to_owned());
    one_of("spotOptions.allocationStrategy", &spot_way, SPOT_WAYS)?;
    let on_demand_way = on_demand.allocation_strategy.clone().unwrap_or_else(|| "lowest-price".to_owned());
    one_of("onDemandOptions.allocationStrategy", &on_demand_way, ON_DEMAND_WAYS)?;
    let interruption = spot.instance_interruption_behavior.as_deref().unwrap_or("terminate");
    one_of("instanceInterruptionBehavior", interruption, &["hibernate", "stop", "terminate"])?;
    let excess = input.excess_capacity_termination_policy.as_deref().unwrap_or("termination");
    one_of("excessCapacityTerminationPolicy", excess, &["no-termination", "termination"])?;
    if spot.maintenance_strategies.is_some() && kind != FleetType::Maintain {
        return Err(refused(
            "Capacity Rebalance maintenance strategies can only be specified for fleets of type maintain.",
        ));
    }
    let pools = match spot.instance_pools_to_use_count {
        None => 1,
        Some(_) if spot_way != "lowest-price" => {
            return Err(refused(
                "InstancePoolsToUseCount option is only available with the lowest-price allocation strategy.",
            ));
        }
        Some(count) => usize::try_from(count)
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| refused("InstancePoolsToUseCount must be greater than 0."))?,
    };
    let single_type = [on_demand.single_instance_type == Some(true), spot.single_instance_type == Some(true)];
    let single_zone =
        [on_demand.single_availability_zone == Some(true), spot.single_availability_zone == Some(true)];
    let least = [on_demand.min_target_capacity.unwrap_or(0), spot.min_target_capacity.unwrap_or(0)];
    let is_strict = single_type.contains(&true) || single_zone.contains(&true) || least != [0, 0];
    if is_strict && kind != FleetType::Instant {
        return Err(refused(
            "SingleInstanceType, SingleAvailabilityZone and MinTargetCapacity are only supported for fleets of type instant.",
        ));
    }
    for price in [&spot.max_total_price, &on_demand.max_total_price] {
        spot_request::max_price("maxTotalPrice", price.as_deref())?;
    }
    Ok(Plan {
        target,
        unit,
        ways: [on_demand_way, spot_way],
        pools,
        single_type,
        single_zone,
        least,
        offers: Vec::new(),
        launch_tags,
        keeps_excess: excess == "no-termination",
        valid_until: None,
        ends_with_instances: input.terminate_instances_with_expiration == Some(true),
    })
}
