//! Fleets: capacity from several launch templates, types and places, in one call or kept for good. Spot Fleet is the
//! older API of the same thing.

mod answer;
mod config;
mod history;
mod model;
mod pool;
mod share;
pub(crate) mod spot_fleet;
mod work;

pub(crate) use history::Happened;
pub(crate) use model::{Fleet, OfEc2, OfSpot, Sort};
pub(crate) use work::{Due, Expire, Forget, fulfil, note_end};

use crate::Compute;
use crate::error::{Capacity, Error, ItemKept};
use crate::instance::permission::denied;
use crate::launch_template::document;
use crate::repeat::{Call, many};
use crate::resource::{self, required, tag_set};
use crate::spot_request;
use base::Scope;
use ec2_resource::filter::Filters;
use ec2_resource::listing::{self, Wish};
use ec2_resource::tag;
use ec2_resource::token::digest;
use history::What;
use model::{FleetType, Group, Plan, State};
use pool::ask_for_launches;
use ports::Cx;
use serde_json::{Map, Value};
use shapes_ec2 as ec2;
use std::marker::PhantomData;
use std::sync::Arc;
use store::{Tx, View};

/// What a fleet of type instant may tag beside itself.
const LAUNCHED: [&str; 4] = ["instance", "network-interface", "spot-instances-request", "volume"];

/// `CreateFleet`: one of type instant answers what it has launched.
pub(crate) fn create(
    cx: &Cx,
    svc: &Compute,
    input: ec2::CreateFleetRequest,
) -> Result<ec2::CreateFleetResult, Error> {
    let digest = digest(&input);
    let kind = config::kind(input.type_.as_deref())?;
    let valid_from = input.valid_from.map(Into::into);
    let (plan, own_tags, told) = planned(cx, &input, kind)?;
    // One of type instant tells what it may not launch beside what it has launched.
    if kind != FleetType::Instant {
        ask_for_launches(cx, svc, &plan)?;
    }
    let call = Call { operation: "CreateFleet", token: input.client_token.as_deref(), digest: &digest };
    let is_instant = kind == FleetType::Instant;
    let ids = cx.write(|tx| {
        many(tx, cx.scope(), &call, |tx| {
            let own = Fleet::<OfEc2> {
                scope: cx.scope().clone(),
                id: format!("{}{}", OfEc2::PREFIX, cx.ids().uuid()),
                created_at: cx.now().whole_seconds(),
                state: if is_instant { State::Active } else { State::Submitted },
                kind,
                config: told.clone(),
                plan: plan.clone(),
                launched: [0.0; 2],
                faults: Vec::new(),
                groups: Vec::new(),
                has_begun: is_instant,
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
    fulfil::<OfEc2>(cx, svc, &id)?;
    if !is_instant {
        return Ok(ec2::CreateFleetResult { fleet_id: Some(id), errors: None, instances: None });
    }
    let made = cx.read(|view| view.get::<Fleet<OfEc2>>(&resource::key(cx.scope(), &id)));
    let (errors, instances) = made
        .map(|own| (errors(&own), own.groups.iter().map(|group| launched(&own, group)).collect()))
        .unwrap_or_default();
    Ok(ec2::CreateFleetResult { fleet_id: Some(id), errors: Some(errors), instances: Some(instances) })
}

/// What a call of CreateFleet asks for: what is to be launched, the fleet's tags, and what is told of it.
fn planned(
    cx: &Cx,
    input: &ec2::CreateFleetRequest,
    kind: FleetType,
) -> Result<(Plan, base::Tags, Map<String, Value>), Error> {
    let (own_tags, launch_tags) = tags::<OfEc2>(input.tag_specifications.clone(), kind)?;
    let mut plan = config::plan(input, kind, launch_tags)?;
    let valid_from = input.valid_from.map(Into::into);
    plan.valid_until = spot_request::until(cx, valid_from, input.valid_until.map(Into::into))?;
    let told = config::with_defaults(input);
    let templates = config::objects(&told, "LaunchTemplateConfigs");
    plan.offers = cx.read(|view| config::offers(view, cx.scope(), &templates))?;
    Ok((plan, own_tags, told))
}

/// A dry run of `CreateFleet`.
pub(crate) fn rehearse(cx: &Cx, svc: &Compute, input: ec2::CreateFleetRequest) -> Result<(), Error> {
    let planned = config::kind(input.type_.as_deref()).and_then(|kind| planned(cx, &input, kind));
    denied(planned.and_then(|(plan, ..)| ask_for_launches(cx, svc, &plan)))
}

/// The tags of a fleet, and those of what it launches: only one of type instant may say these.
fn tags<S: Sort>(
    given: Option<Vec<ec2::TagSpecification>>,
    kind: FleetType,
) -> Result<(base::Tags, Value), Error> {
    let mut kinds = vec![S::TYPE];
    if kind == FleetType::Instant {
        kinds.extend(LAUNCHED);
    }
    let mut by_kind = tag::of_each(given, &kinds)?;
    let own = by_kind.remove(S::TYPE).unwrap_or_default();
    let launched = by_kind.into_iter().map(|(kind, tags)| {
        let tags = tags.iter().map(|(key, value)| serde_json::json!({ "Key": key, "Value": value }));
        serde_json::json!({ "ResourceType": kind, "Tags": tags.collect::<Vec<_>>() })
    });
    Ok((own, launched.collect()))
}

fn lifecycle(is_spot: bool) -> Option<String> {
    Some(if is_spot { "spot" } else { "on-demand" }.to_owned())
}

fn errors(own: &Fleet<OfEc2>) -> Vec<ec2::CreateFleetError> {
    let error = |fault: &model::Fault| ec2::CreateFleetError {
        launch_template_and_overrides: own
            .plan
            .offers
            .get(fault.offer)
            .map(|offer| answer::offer(offer, fault.instance_type.as_deref())),
        lifecycle: lifecycle(fault.is_spot),
        error_code: Some(fault.code.clone()),
        error_message: Some(fault.sentence.clone()),
    };
    own.faults.iter().map(error).collect()
}

fn launched(own: &Fleet<OfEc2>, group: &Group) -> ec2::CreateFleetInstance {
    ec2::CreateFleetInstance {
        launch_template_and_overrides: own
            .plan
            .offers
            .get(group.offer)
            .map(|offer| answer::offer(offer, Some(&group.instance_type))),
        lifecycle: lifecycle(group.is_spot),
        instance_ids: Some(group.instances.clone()),
        instance_type: Some(group.instance_type.clone()),
        platform: group.platform.as_ref().map(|_| "Windows".to_owned()),
        availability_zone_id: Some(group.zone.id.clone()),
        availability_zone: Some(group.zone.name.clone()),
        subnet_id: Some(group.subnet.clone()),
    }
}

/// `DescribeFleets`: those of type instant only where they are named.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeFleetsRequest,
) -> Result<ec2::DescribeFleetsResult, Error> {
    let are_named = input.fleet_ids.as_ref().is_some_and(|ids| !ids.is_empty());
    let wish = Wish {
        ids: input.fleet_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list_where(
        cx,
        "DescribeFleets",
        wish,
        |own: &Fleet<OfEc2>| are_named || own.kind != FleetType::Instant,
        shape,
    )?;
    Ok(ec2::DescribeFleetsResult { next_token: page.next_token, fleets: Some(page.items) })
}

fn shape(view: &View, own: &Fleet<OfEc2>) -> ec2::FleetData {
    let [on_demand, spot] = own.fulfilled(view);
    let is_instant = own.kind == FleetType::Instant;
    let instances = || {
        own.groups.iter().map(|group| {
            let told = launched(own, group);
            ec2::DescribeFleetsInstances {
                launch_template_and_overrides: told.launch_template_and_overrides,
                lifecycle: told.lifecycle,
                instance_ids: told.instance_ids,
                instance_type: told.instance_type,
                platform: told.platform,
            }
        })
    };
    let errors = errors(own).into_iter().map(|own| ec2::DescribeFleetError {
        launch_template_and_overrides: own.launch_template_and_overrides,
        lifecycle: own.lifecycle,
        error_code: own.error_code,
        error_message: own.error_message,
    });
    ec2::FleetData {
        activity_status: own.activity(view).map(str::to_owned),
        create_time: Some(own.created_at.into()),
        fleet_id: Some(own.id.clone()),
        fleet_state: Some(own.word(view).to_owned()),
        fulfilled_capacity: Some(on_demand + spot),
        fulfilled_on_demand_capacity: Some(on_demand),
        tags: tag_set(&own.tags),
        errors: is_instant.then(|| errors.collect()),
        instances: is_instant.then(|| instances().collect()),
        ..document::read(&own.config)
    }
}

/// The fleet of an id.
fn find<S: Sort>(view: &View, scope: &Scope, id: &str) -> Result<Arc<Fleet<S>>, Error> {
    known::<S>(id)?;
    let found = view.get::<Fleet<S>>(&resource::key(scope, id));
    found.ok_or_else(|| Error::NotFound(S::KIND, vec![id.to_owned()]))
}

fn known<S: Sort>(id: &str) -> Result<(), Error> {
    if id.starts_with(S::PREFIX) { Ok(()) } else { Err(Error::Malformed(S::KIND, id.to_owned(), S::PREFIX)) }
}

/// `DescribeFleetInstances`: those that have not ended, of a fleet that is not of type instant.
pub(crate) fn instances(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeFleetInstancesRequest,
) -> Result<ec2::DescribeFleetInstancesResult, Error> {
    let id = required(input.fleet_id, "FleetId")?;
    let filters = Filters::tagless(input.filters, &["instance-type"])?;
    cx.read(|view| {
        let own = find::<OfEc2>(view, cx.scope(), &id)?;
        if own.kind == FleetType::Instant {
            return Err(Capacity::InstantFleet(id.clone(), "Describe fleet instances").into());
        }
        let passes =
            |on: &crate::instance::Instance| filters.pass(&on.tags, |_| vec![on.instance_type.clone()]);
        let page = (input.max_results, input.next_token);
        let (active, next_token) = answer::instances(cx, view, &own, "DescribeFleetInstances", page, passes)?;
        Ok(ec2::DescribeFleetInstancesResult {
            active_instances: Some(active),
            next_token,
            fleet_id: Some(id.clone()),
        })
    })
}

/// `DescribeFleetHistory`.
pub(crate) fn history(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeFleetHistoryRequest,
) -> Result<ec2::DescribeFleetHistoryResult, Error> {
    let id = required(input.fleet_id, "FleetId")?;
    let since = input.start_time.ok_or(Error::Missing("StartTime"))?;
    let words =
        [(What::Instance, "instance-change"), (What::Fleet, "fleet-change"), (What::Error, "service-error")];
    let what = match input.event_type.as_deref() {
        None => None,
        Some(word) => {
            crate::instance::one_of("eventType", word, &words.map(|(_, word)| word))?;
            words.into_iter().find(|(_, own)| *own == word).map(|(what, _)| what)
        }
    };
    cx.read(|view| {
        let own = find::<OfEc2>(view, cx.scope(), &id)?;
        if own.kind == FleetType::Instant {
            return Err(Capacity::InstantFleet(id.clone(), "Describe fleet history").into());
        }
        let page = (input.max_results, input.next_token);
        let told = answer::history(cx, view, &own, "DescribeFleetHistory", (since.into(), what), page)?;
        let record = |event: &Arc<Happened>| ec2::HistoryRecordEntry {
            event_information: Some(answer::event(event)),
            event_type: words
                .iter()
                .find(|(what, _)| *what == event.what)
                .map(|(_, word)| (*word).to_owned()),
            timestamp: Some(event.at.into()),
        };
        Ok(ec2::DescribeFleetHistoryResult {
            history_records: Some(told.events.iter().map(record).collect()),
            last_evaluated_time: Some(cx.now().into()),
            next_token: told.next_token,
            fleet_id: Some(id.clone()),
            start_time: Some(since),
        })
    })
}

/// `ModifyFleet`: of one that keeps its capacity.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Compute,
    input: ec2::ModifyFleetRequest,
) -> Result<ec2::ModifyFleetResult, Error> {
    let id = required(input.fleet_id.clone(), "FleetId")?;
    known::<OfEc2>(&id)?;
    let excess = input.excess_capacity_termination_policy.as_deref();
    excess.map_or(Ok(()), |word| {
        crate::instance::one_of("excessCapacityTerminationPolicy", word, &["no-termination", "termination"])
    })?;
    let told = document::write(&input);
    let templates = config::objects(&told, "LaunchTemplateConfigs");
    let offers = match templates.is_empty() {
        true => None,
        false => Some(cx.read(|view| config::offers(view, cx.scope(), &templates))?),
    };
    let change = |own: &mut Fleet<OfEc2>| {
        if let Some(target) = &input.target_capacity_specification {
            let before: ec2::FleetData = document::read(&own.config);
            let before = before.target_capacity_specification.unwrap_or_default();
            let merged = ec2::TargetCapacitySpecificationRequest {
                default_target_capacity_type: target
                    .default_target_capacity_type
                    .clone()
                    .or(before.default_target_capacity_type),
                ..target.clone()
            };
            own.plan.target = config::target(&merged)?;
            if let Some(Value::Object(of)) = own.config.get_mut("TargetCapacitySpecification") {
                of.extend([
                    ("OnDemandTargetCapacity".to_owned(), Value::from(0)),
                    ("SpotTargetCapacity".to_owned(), Value::from(0)),
                ]);
                of.extend(document::write(&merged));
            }
        }
        if let Some(offers) = &offers {
            own.plan.offers.clone_from(offers);
        }
        if let Some(word) = excess {
            own.plan.keeps_excess = word == "no-termination";
        }
        for name in ["ExcessCapacityTerminationPolicy", "LaunchTemplateConfigs", "Context"] {
            if let Some(value) = told.get(name) {
                own.config.insert(name.to_owned(), value.clone());
            }
        }
        Ok::<_, Error>(())
    };
    ask_for_change(cx, svc, &id, &change)?;
    cx.write(|tx| {
        let mut own = to_modify::<OfEc2>(tx, cx.scope(), &id, Capacity::FixedFleet)?;
        change(&mut own)?;
        modified(tx, own);
        Ok::<_, Error>(())
    })?;
    fulfil::<OfEc2>(cx, svc, &id)?;
    Ok(ec2::ModifyFleetResult { return_: Some(true) })
}

/// Asks whether the caller may make the launches of a fleet as it will be; what else is in the way is told by the change.
fn ask_for_change<S: Sort>(
    cx: &Cx,
    svc: &Compute,
    id: &str,
    change: &dyn Fn(&mut Fleet<S>) -> Result<(), Error>,
) -> Result<(), Error> {
    let Ok(found) = cx.read(|view| find::<S>(view, cx.scope(), id)) else { return Ok(()) };
    let mut own = (*found).clone();
    change(&mut own)?;
    ask_for_launches(cx, svc, &own.plan)
}

/// The fleet of an id, to change: one that keeps its capacity and has not ended.
fn to_modify<S: Sort>(
    tx: &Tx,
    scope: &Scope,
    id: &str,
    fixed: fn(String) -> Capacity,
) -> Result<Fleet<S>, Error> {
    let own: Fleet<S> = resource::take(tx, scope, id)?;
    if own.kind != FleetType::Maintain || !matches!(own.state, State::Active | State::Submitted) {
        return Err(fixed(id.to_owned()).into());
    }
    Ok(own)
}

/// Keeps a fleet that has changed, which may now have more than it should.
fn modified<S: Sort>(tx: &mut Tx, mut own: Fleet<S>) {
    own.state = State::Modifying;
    history::note(tx, (&own.scope, &own.id), What::Fleet, "modify_in_progress", history::Told::default());
    if !own.plan.keeps_excess {
        work::shrink(tx, &own);
    }
    let due = Due::of(&own);
    tx.put(own);
    tx.after(work::SETTLING_MILLIS, due);
}

/// `DeleteFleets`: each by itself; what cannot be done is told beside what was.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DeleteFleetsRequest,
) -> Result<ec2::DeleteFleetsResult, Error> {
    let ids = input.fleet_ids.filter(|ids| !ids.is_empty()).ok_or(Error::Missing("FleetId"))?;
    let terminates = input.terminate_instances.ok_or(Error::Missing("TerminateInstances"))?;
    cx.write(|tx| {
        let (mut done, mut kept) = (Vec::new(), Vec::new());
        for id in &ids {
            match delete_one(tx, cx.scope(), id, terminates) {
                Ok((before, now)) => done.push(ec2::DeleteFleetSuccessItem {
                    current_fleet_state: Some(now.to_owned()),
                    previous_fleet_state: Some(before.to_owned()),
                    fleet_id: Some(id.clone()),
                }),
                Err(reason) => {
                    let (code, message) = reason.said();
                    kept.push(ec2::DeleteFleetErrorItem {
                        error: Some(ec2::DeleteFleetError {
                            code: Some(code.to_owned()),
                            message: Some(message),
                        }),
                        fleet_id: Some(id.clone()),
                    });
                }
            }
        }
        Ok(ec2::DeleteFleetsResult {
            successful_fleet_deletions: Some(done),
            unsuccessful_fleet_deletions: Some(kept),
        })
    })
}

fn delete_one(
    tx: &mut Tx,
    scope: &Scope,
    id: &str,
    terminates: bool,
) -> Result<(&'static str, &'static str), ItemKept> {
    if !id.starts_with(OfEc2::PREFIX) {
        return Err(ItemKept::FleetMalformed(id.to_owned()));
    }
    let found = tx.get::<Fleet<OfEc2>>(&resource::key(scope, id));
    let own = found.ok_or_else(|| ItemKept::NoFleet(id.to_owned()))?;
    let before = own.word(tx);
    // One that runs on without its fleet may still be ended.
    if before == "deleted" || before == "deleted_terminating" {
        return Err(ItemKept::FleetGone(id.to_owned()));
    }
    if own.kind == FleetType::Instant && !terminates {
        return Err(ItemKept::InstantFleet);
    }
    work::end(tx, (*own).clone(), terminates);
    let word = if terminates { "deleted_terminating" } else { "deleted_running" };
    Ok((before, word))
}

/// A document of a call, without what is not told.
fn told(mut config: Map<String, Value>) -> Map<String, Value> {
    config.remove("TagSpecifications");
    config
}
