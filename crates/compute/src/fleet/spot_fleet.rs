//! Spot Fleet: the older API of fleets, whose capacity is spare unless a part of it is said to be on demand.

use super::history::{Happened, What};
use super::model::{Fleet, FleetType, OfSpot, Offer, Plan, Sort, State};
use super::pool::ask_for_launches;
use super::{answer, ask_for_change, config, find, fulfil, known, modified, tags, to_modify, told, work};
use crate::Compute;
use crate::error::{Capacity, Error, ItemKept};
use crate::instance::one_of;
use crate::instance::permission::denied;
use crate::launch_template::document;
use crate::repeat::{Call, many};
use crate::resource::{self, required, tag_set};
use crate::spot_request;
use base::Scope;
use ec2_resource::listing::{self, Wish};
use ec2_resource::token::digest;
use ports::Cx;
use serde_json::{Map, Value, json};
use shapes_ec2 as ec2;
use std::marker::PhantomData;
use std::sync::Arc;
use store::{Tx, View};

/// The ways.
const WAYS: &[&str] = &[
    "lowestPrice",
    "diversified",
    "capacityOptimized",
    "capacityOptimizedPrioritized",
    "priceCapacityOptimized",
];
const ON_DEMAND_WAYS: &[&str] = &["lowestPrice", "prioritized"];

fn refused(sentence: &str) -> Error {
    Capacity::SpotFleetConfig(sentence.to_owned()).into()
}

/// `RequestSpotFleet`: the same client token gives the same fleet.
pub(crate) fn request(
    cx: &Cx,
    svc: &Compute,
    input: ec2::RequestSpotFleetRequest,
) -> Result<ec2::RequestSpotFleetResponse, Error> {
    let digest = digest(&input);
    let input = input.spot_fleet_request_config.ok_or(Error::Missing("SpotFleetRequestConfig"))?;
    let kind = config::kind(input.type_.as_deref())?;
    if kind == FleetType::Instant {
        return Err(refused("The type instant is not supported for Spot Fleet."));
    }
    required(input.iam_fleet_role.clone(), "SpotFleetRequestConfig.IamFleetRole")?;
    let (own_tags, _) = tags::<OfSpot>(input.tag_specifications.clone(), kind)?;
    let valid_from = input.valid_from.map(Into::into);
    let (plan, config) = planned(cx, &input)?;
    ask_for_launches(cx, svc, &plan)?;
    let call = Call { operation: "RequestSpotFleet", token: input.client_token.as_deref(), digest: &digest };
    let ids = cx.write(|tx| {
        many(tx, cx.scope(), &call, |tx| {
            let own = Fleet::<OfSpot> {
                scope: cx.scope().clone(),
                id: format!("{}{}", OfSpot::PREFIX, cx.ids().uuid()),
                created_at: cx.now().whole_seconds(),
                state: State::Submitted,
                kind,
                config: config.clone(),
                plan: plan.clone(),
                launched: [0.0; 2],
                faults: Vec::new(),
                groups: Vec::new(),
                has_begun: false,
                retries_at: None,
                tags: own_tags.clone(),
                sort: PhantomData,
            };
            let id = own.id.clone();
            work::begin(tx, own, valid_from);
            Ok(vec![id])
        })
    })?;
    let id = ids.into_iter().next().unwrap_or_default();
    fulfil::<OfSpot>(cx, svc, &id)?;
    Ok(ec2::RequestSpotFleetResponse { spot_fleet_request_id: Some(id) })
}

/// What a request asks for: what is to be launched, and what is told of it.
fn planned(cx: &Cx, input: &ec2::SpotFleetRequestConfigData) -> Result<(Plan, Map<String, Value>), Error> {
    let mut plan = plan(input)?;
    let valid_from = input.valid_from.map(Into::into);
    plan.valid_until = spot_request::until(cx, valid_from, input.valid_until.map(Into::into))?;
    let config = with_defaults(input);
    plan.offers = offers(cx, input, &config)?;
    Ok((plan, config))
}

/// A dry run of `RequestSpotFleet`.
pub(crate) fn rehearse(cx: &Cx, svc: &Compute, input: ec2::RequestSpotFleetRequest) -> Result<(), Error> {
    let config = input.spot_fleet_request_config.unwrap_or_default();
    denied(planned(cx, &config).and_then(|(plan, _)| ask_for_launches(cx, svc, &plan)))
}

fn with_defaults(input: &ec2::SpotFleetRequestConfigData) -> Map<String, Value> {
    let mut config = told(document::write(input));
    for (name, value) in [
        ("AllocationStrategy", json!("lowestPrice")),
        ("OnDemandAllocationStrategy", json!("lowestPrice")),
        ("ExcessCapacityTerminationPolicy", json!("default")),
        ("FulfilledCapacity", json!(0.0)),
        ("OnDemandTargetCapacity", json!(0)),
        ("OnDemandFulfilledCapacity", json!(0.0)),
        ("TerminateInstancesWithExpiration", json!(false)),
        ("Type", json!("maintain")),
        ("ReplaceUnhealthyInstances", json!(false)),
        ("InstanceInterruptionBehavior", json!("terminate")),
    ] {
        config.entry(name.to_owned()).or_insert(value);
    }
    config
}

fn plan(input: &ec2::SpotFleetRequestConfigData) -> Result<Plan, Error> {
    if input.load_balancers_config.is_some() {
        return Err(Error::Parameter("LoadBalancersConfig is not built yet".to_owned()));
    }
    let unit = input.target_capacity_unit_type.clone().unwrap_or_else(|| "units".to_owned());
    one_of("targetCapacityUnitType", &unit, &["units", "vcpu", "memory-mib"])?;
    let way = input.allocation_strategy.clone().unwrap_or_else(|| "lowestPrice".to_owned());
    one_of("allocationStrategy", &way, WAYS)?;
    let on_demand_way =
        input.on_demand_allocation_strategy.clone().unwrap_or_else(|| "lowestPrice".to_owned());
    one_of("onDemandAllocationStrategy", &on_demand_way, ON_DEMAND_WAYS)?;
    let excess = input.excess_capacity_termination_policy.as_deref().unwrap_or("default");
    one_of("excessCapacityTerminationPolicy", excess, &["default", "noTermination"])?;
    let interruption = input.instance_interruption_behavior.as_deref().unwrap_or("terminate");
    one_of("instanceInterruptionBehavior", interruption, &["hibernate", "stop", "terminate"])?;
    for (name, price) in [
        ("spotPrice", &input.spot_price),
        ("spotMaxTotalPrice", &input.spot_max_total_price),
        ("onDemandMaxTotalPrice", &input.on_demand_max_total_price),
    ] {
        spot_request::max_price(name, price.as_deref())?;
    }
    let pools = match input.instance_pools_to_use_count {
        Some(_) if way != "lowestPrice" => {
            return Err(refused(
                "InstancePoolsToUseCount option is only available with the lowestPrice allocation strategy.",
            ));
        }
        count => usize::try_from(count.unwrap_or(1)).unwrap_or(1),
    };
    Ok(Plan {
        target: target(input.target_capacity, input.on_demand_target_capacity.unwrap_or(0))?,
        unit,
        ways: [on_demand_way, way],
        pools,
        single_type: [false; 2],
        single_zone: [false; 2],
        least: [0; 2],
        offers: Vec::new(),
        launch_tags: Value::Array(Vec::new()),
        keeps_excess: excess == "noTermination",
        valid_until: None,
        ends_with_instances: input.terminate_instances_with_expiration == Some(true),
    })
}

fn target(total: Option<i32>, on_demand: i32) -> Result<[i32; 2], Error> {
    let total = total.ok_or(Error::Missing("TargetCapacity"))?;
    if total < 0 || on_demand < 0 {
        return Err(refused("The target capacity must be greater than or equal to 0."));
    }
    if on_demand > total {
        return Err(refused("The On-Demand target capacity exceeds the target capacity."));
    }
    Ok([on_demand, total - on_demand])
}

/// Launch specifications, or launch templates with overrides.
fn offers(
    cx: &Cx,
    input: &ec2::SpotFleetRequestConfigData,
    config: &Map<String, Value>,
) -> Result<Vec<Offer>, Error> {
    let specifications = input.launch_specifications.as_ref().filter(|list| !list.is_empty());
    let templates = config::objects(config, "LaunchTemplateConfigs");
    let mut offers = match (specifications, templates.is_empty()) {
        (None, true) => {
            return Err(refused("Either LaunchSpecifications or LaunchTemplateConfigs must be specified."));
        }
        (Some(_), false) => {
            return Err(refused("LaunchSpecifications and LaunchTemplateConfigs cannot both be specified."));
        }
        (None, false) => cx.read(|view| config::offers(view, cx.scope(), &templates))?,
        (Some(list), true) => {
            let mut offers = Vec::new();
            for own in list {
                offers.extend(of_specification(own)?);
            }
            offers
        }
    };
    for offer in &mut offers {
        offer.max_price = offer.max_price.take().or_else(|| input.spot_price.clone());
    }
    Ok(offers)
}

/// A launch specification: an offer for each of its subnets, or of its zones, which stand in one text.
fn of_specification(own: &ec2::SpotFleetLaunchSpecification) -> Result<Vec<Offer>, Error> {
    let mut base = document::write(own);
    base.remove("AddressingType");
    if base.remove("SecurityGroups").is_some() {
        let groups = own.security_groups.iter().flatten().filter_map(|group| group.group_id.clone());
        base.insert("SecurityGroupIds".to_owned(), groups.map(Value::from).collect());
    }
    let listed = |text: Option<&str>| match text {
        None => vec![None],
        Some(text) => text.split(',').map(|own| Some(own.trim().to_owned())).collect::<Vec<_>>(),
    };
    let subnets = listed(own.subnet_id.as_deref());
    let (by, zones) = match &own.placement {
        Some(own) if own.availability_zone.is_none() => ("AvailabilityZoneId", &own.availability_zone_id),
        Some(own) => ("AvailabilityZone", &own.availability_zone),
        None => ("AvailabilityZone", &None),
    };
    let zones = listed(zones.as_deref());
    let mut offers = Vec::new();
    for subnet in &subnets {
        for zone in &zones {
            let mut told = base.clone();
            if let Some(subnet) = subnet {
                told.insert("SubnetId".to_owned(), Value::from(subnet.clone()));
            }
            if let (Some(zone), Some(Value::Object(placement))) = (zone, told.get_mut("Placement")) {
                placement.insert(by.to_owned(), Value::from(zone.clone()));
            }
            offers.push(config::offer(None, told)?);
        }
    }
    Ok(offers)
}

/// `DescribeSpotFleetRequests`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeSpotFleetRequestsRequest,
) -> Result<ec2::DescribeSpotFleetRequestsResponse, Error> {
    let wish = Wish {
        ids: input.spot_fleet_request_ids,
        filters: None,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeSpotFleetRequests", wish, shape)?;
    Ok(ec2::DescribeSpotFleetRequestsResponse {
        next_token: page.next_token,
        spot_fleet_request_configs: Some(page.items),
    })
}

fn shape(view: &View, own: &Fleet<OfSpot>) -> ec2::SpotFleetRequestConfig {
    let [on_demand, spot] = own.fulfilled(view);
    ec2::SpotFleetRequestConfig {
        activity_status: own.activity(view).map(str::to_owned),
        create_time: Some(own.created_at.into()),
        spot_fleet_request_config: Some(ec2::SpotFleetRequestConfigData {
            fulfilled_capacity: Some(on_demand + spot),
            on_demand_fulfilled_capacity: Some(on_demand),
            ..document::read(&own.config)
        }),
        spot_fleet_request_id: Some(own.id.clone()),
        spot_fleet_request_state: Some(own.word(view).to_owned()),
        tags: tag_set(&own.tags),
    }
}

/// `DescribeSpotFleetInstances`.
pub(crate) fn instances(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeSpotFleetInstancesRequest,
) -> Result<ec2::DescribeSpotFleetInstancesResponse, Error> {
    let id = required(input.spot_fleet_request_id, "SpotFleetRequestId")?;
    cx.read(|view| {
        let own = find::<OfSpot>(view, cx.scope(), &id)?;
        let page = (input.max_results, input.next_token);
        let (active, next_token) =
            answer::instances(cx, view, &own, "DescribeSpotFleetInstances", page, |_| true)?;
        Ok(ec2::DescribeSpotFleetInstancesResponse {
            active_instances: Some(active),
            next_token,
            spot_fleet_request_id: Some(id.clone()),
        })
    })
}

/// `DescribeSpotFleetRequestHistory`.
pub(crate) fn history(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeSpotFleetRequestHistoryRequest,
) -> Result<ec2::DescribeSpotFleetRequestHistoryResponse, Error> {
    let id = required(input.spot_fleet_request_id, "SpotFleetRequestId")?;
    let since = input.start_time.ok_or(Error::Missing("StartTime"))?;
    let words = [
        (Some(What::Instance), "instanceChange"),
        (Some(What::Fleet), "fleetRequestChange"),
        (Some(What::Error), "error"),
        (None, "information"),
    ];
    let what = match input.event_type.as_deref() {
        None => Some(None),
        Some(word) => {
            one_of("eventType", word, &words.map(|(_, word)| word))?;
            words.into_iter().find(|(_, own)| *own == word).and_then(|(what, _)| what).map(Some)
        }
    };
    cx.read(|view| {
        let own = find::<OfSpot>(view, cx.scope(), &id)?;
        let page = (input.max_results, input.next_token);
        let operation = "DescribeSpotFleetRequestHistory";
        // Nothing that happens here is for information only.
        let told = match what {
            Some(what) => Some(answer::history(cx, view, &own, operation, (since.into(), what), page)?),
            None => None,
        };
        let record = |event: &Arc<Happened>| ec2::HistoryRecord {
            event_information: Some(answer::event(event)),
            event_type: words
                .iter()
                .find(|(what, _)| *what == Some(event.what))
                .map(|(_, word)| (*word).to_owned()),
            timestamp: Some(event.at.into()),
        };
        let (events, next_token) = told.map(|told| (told.events, told.next_token)).unwrap_or_default();
        Ok(ec2::DescribeSpotFleetRequestHistoryResponse {
            history_records: Some(events.iter().map(record).collect()),
            last_evaluated_time: Some(cx.now().into()),
            next_token,
            spot_fleet_request_id: Some(id.clone()),
            start_time: Some(since),
        })
    })
}

/// `ModifySpotFleetRequest`: of one that keeps its capacity.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Compute,
    input: ec2::ModifySpotFleetRequestRequest,
) -> Result<ec2::ModifySpotFleetRequestResponse, Error> {
    let id = required(input.spot_fleet_request_id.clone(), "SpotFleetRequestId")?;
    known::<OfSpot>(&id)?;
    let excess = input.excess_capacity_termination_policy.as_deref();
    excess.map_or(Ok(()), |word| {
        one_of("excessCapacityTerminationPolicy", word, &["default", "noTermination"])
    })?;
    let given = document::write(&input);
    let templates = config::objects(&given, "LaunchTemplateConfigs");
    let offers = match templates.is_empty() {
        true => None,
        false => Some(cx.read(|view| config::offers(view, cx.scope(), &templates))?),
    };
    let change = |own: &mut Fleet<OfSpot>| {
        let [on_demand, spot] = own.plan.target;
        let total = input.target_capacity.or(Some(on_demand + spot));
        own.plan.target = target(total, input.on_demand_target_capacity.unwrap_or(on_demand))?;
        if let Some(offers) = &offers {
            own.plan.offers.clone_from(offers);
        }
        if let Some(word) = excess {
            own.plan.keeps_excess = word == "noTermination";
        }
        for name in [
            "TargetCapacity",
            "OnDemandTargetCapacity",
            "ExcessCapacityTerminationPolicy",
            "LaunchTemplateConfigs",
            "Context",
        ] {
            if let Some(value) = given.get(name) {
                own.config.insert(name.to_owned(), value.clone());
            }
        }
        Ok::<_, Error>(())
    };
    ask_for_change(cx, svc, &id, &change)?;
    cx.write(|tx| {
        let mut own = to_modify::<OfSpot>(tx, cx.scope(), &id, Capacity::FixedSpotFleet)?;
        change(&mut own)?;
        modified(tx, own);
        Ok::<_, Error>(())
    })?;
    fulfil::<OfSpot>(cx, svc, &id)?;
    Ok(ec2::ModifySpotFleetRequestResponse { return_: Some(true) })
}

/// `CancelSpotFleetRequests`: each by itself.
pub(crate) fn cancel(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::CancelSpotFleetRequestsRequest,
) -> Result<ec2::CancelSpotFleetRequestsResponse, Error> {
    let ids = input.spot_fleet_request_ids.filter(|ids| !ids.is_empty());
    let ids = ids.ok_or(Error::Missing("SpotFleetRequestId"))?;
    let terminates = input.terminate_instances.ok_or(Error::Missing("TerminateInstances"))?;
    cx.write(|tx| {
        let (mut done, mut kept) = (Vec::new(), Vec::new());
        for id in &ids {
            match cancel_one(tx, cx.scope(), id, terminates) {
                Ok((before, now)) => done.push(ec2::CancelSpotFleetRequestsSuccessItem {
                    current_spot_fleet_request_state: Some(now.to_owned()),
                    previous_spot_fleet_request_state: Some(before.to_owned()),
                    spot_fleet_request_id: Some(id.clone()),
                }),
                Err(reason) => {
                    let (code, message) = reason.said();
                    kept.push(ec2::CancelSpotFleetRequestsErrorItem {
                        error: Some(ec2::CancelSpotFleetRequestsError {
                            code: Some(code.to_owned()),
                            message: Some(message),
                        }),
                        spot_fleet_request_id: Some(id.clone()),
                    });
                }
            }
        }
        Ok(ec2::CancelSpotFleetRequestsResponse {
            successful_fleet_requests: Some(done),
            unsuccessful_fleet_requests: Some(kept),
        })
    })
}

fn cancel_one(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    terminates: bool,
) -> Result<(&'static str, &'static str), ItemKept> {
    if !id.starts_with(OfSpot::PREFIX) {
        return Err(ItemKept::SpotFleetMalformed(id.to_owned()));
    }
    let found = tx.get::<Fleet<OfSpot>>(&resource::key(scope, id));
    let own = found.ok_or_else(|| ItemKept::NoSpotFleet(id.to_owned()))?;
    let before = own.word(tx);
    if before == "cancelled" || before == "cancelled_terminating" {
        return Err(ItemKept::SpotFleetGone(id.to_owned()));
    }
    work::end(tx, (*own).clone(), terminates);
    Ok((before, if terminates { "cancelled_terminating" } else { "cancelled_running" }))
}
