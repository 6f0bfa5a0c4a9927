//! Instances and their health, listed.

use super::answer;
use super::filter::{self, FILTERS};
use super::model::Instance;
use super::page;
use crate::Compute;
use crate::error::{Error, Kind};
use crate::filter::Filters;
use crate::id::InstanceId;
use crate::resource::{self, Resource, truth};
use base::{Pace, Scope, Timestamp};
use ec2_resource::listing::{cut, of_ids, page_size};
use ec2_resource::neighbour::InstanceState;
use ports::Cx;
use shapes_ec2 as ec2;
use std::cell::OnceCell;
use std::sync::Arc;
use store::View;

/// Results of a page: more than the most are answered with the most.
const PAGE: (i32, i32) = (5, 1000);

/// `DescribeInstances`: by reservation, each with those of its instances that are asked for.
pub(crate) fn describe(
    cx: &Cx,
    svc: &Compute,
    input: ec2::DescribeInstancesRequest,
) -> Result<page::Listed, Error> {
    let filters = Filters::parse(input.filters, FILTERS)?;
    let ids = ids(input.instance_ids)?;
    let limit = limit(ids.as_deref(), input.max_results)?;
    let scope = cx.scope();
    let view = cx.view();
    let pass = |own: &Instance| {
        let joined = OnceCell::new();
        filters.pass(&own.tags, |name| match (filter::is_beside(name), filter::is_joined(name)) {
            (true, _) => {
                let holders = svc.neighbours.holders.iter();
                holders.flat_map(|holder| holder.values(&view, scope, &own.id, name)).collect()
            }
            (false, false) => own.filter(name),
            (false, true) => {
                let shape = || answer::shape(&svc.neighbours, &view, own);
                filter::joined(joined.get_or_init(shape), name)
            }
        })
    };
    let passing: Vec<Arc<Instance>> = match (&ids, candidates(svc, &view, scope, &filters)) {
        (Some(ids), _) => of_ids(&view, scope, ids)?.into_iter().filter(|own| pass(own)).collect(),
        (None, Some(few)) => few.into_iter().filter(|own| pass(own)).collect(),
        (None, None) => {
            let prefix = resource::prefix(scope);
            view.range::<Instance>(&prefix).filter(|own| pass(own)).cloned().collect()
        }
    };
    let passing = ordered(passing);
    let call = ["DescribeInstances", &scope.to_string(), &format!("{ids:?}{filters:?}")];
    let (rows, next_token) = cut(cx, &call, passing, |own| own.place(), (input.next_token, limit))?;
    Ok(page::listed((&svc.neighbours, &svc.texts), view, rows, next_token))
}

/// The ids that are asked for.
pub(crate) fn ids(given: Option<Vec<String>>) -> Result<Option<Vec<String>>, Error> {
    let ids = given.filter(|ids| !ids.is_empty());
    for id in ids.iter().flatten() {
        InstanceId::parse(id).map_err(|error| Error::Malformed(Kind::Instance, error.given, error.prefix))?;
    }
    Ok(ids)
}

fn limit(ids: Option<&[String]>, max_results: Option<i32>) -> Result<usize, Error> {
    if ids.is_some() && max_results.is_some() {
        let sentence = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(Error::Combination(sentence.to_owned()));
    }
    page_size(max_results.map(|most| most.min(PAGE.1)), PAGE)
}

/// The instances of these ids, or all, in the order of lists.
fn found(view: &View, scope: &Scope, ids: Option<&[String]>) -> Result<Vec<Arc<Instance>>, Error> {
    let rows: Vec<Arc<Instance>> = match ids {
        None => view.range::<Instance>(&resource::prefix(scope)).cloned().collect(),
        Some(ids) => of_ids(view, scope, ids)?,
    };
    Ok(ordered(rows))
}

/// Instances in the order of lists, which is that of [`Instance::place`].
fn ordered(mut rows: Vec<Arc<Instance>>) -> Vec<Arc<Instance>> {
    fn place(own: &Instance) -> (i64, &str, i32) {
        (own.created_at.millis, own.reservation.as_str(), own.launch_index)
    }
    rows.sort_unstable_by(|one, other| place(one).cmp(&place(other)));
    rows
}

/// The instances that alone can pass, where an index tells it of one of the filters.
fn candidates(svc: &Compute, view: &View, scope: &Scope, filters: &Filters) -> Option<Vec<Arc<Instance>>> {
    let row = |id: &str| view.get::<Instance>(&resource::key(scope, id));
    let having = |name: &str, value: &String| -> Option<Vec<Arc<Instance>>> {
        match name {
            "instance-id" => Some(row(value).into_iter().collect()),
            "reservation-id" => {
                Some(view.by(&Instance::RESERVATION, &resource::key(scope, value)).cloned().collect())
            }
            name => {
                let holders = svc.neighbours.holders.iter();
                let ids = holders.filter_map(|own| own.holders(view, scope, name, value)).next()?;
                Some(ids.iter().filter_map(|id| row(id)).collect())
            }
        }
    };
    let mut best: Option<Vec<Arc<Instance>>> = None;
    for (name, values) in filters.exact() {
        let found: Option<Vec<_>> = values.iter().map(|value| having(name, value)).collect();
        let Some(mut found) = found.map(|lists| lists.concat()) else { continue };
        found.sort_by(|one, other| one.id.cmp(&other.id));
        found.dedup_by(|one, other| one.id == other.id);
        if best.as_ref().is_none_or(|best| found.len() < best.len()) {
            best = Some(found);
        }
    }
    best
}

/// The filters of DescribeInstanceStatus.
const STATUS_FILTERS: &[&str] = &[
    "application-status.status",
    "attached-ebs-status.reachability",
    "attached-ebs-status.status",
    "availability-zone",
    "availability-zone-id",
    "event.code",
    "event.description",
    "event.instance-event-id",
    "event.not-after",
    "event.not-before",
    "event.not-before-deadline",
    "instance-state-code",
    "instance-state-name",
    "instance-status.reachability",
    "instance-status.status",
    "operator.managed",
    "operator.principal",
    "system-status.reachability",
    "system-status.status",
];

/// `DescribeInstanceStatus`: of those that run, and of all where that is asked for.
pub(crate) fn status(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::DescribeInstanceStatusRequest,
) -> Result<ec2::DescribeInstanceStatusResult, Error> {
    let filters = Filters::tagless(input.filters, STATUS_FILTERS)?;
    let ids = ids(input.instance_ids)?;
    let limit = limit(ids.as_deref(), input.max_results)?;
    let takes_all = input.include_all_instances == Some(true);
    let checked = checked_until(cx);
    cx.read(|view| {
        let scope = cx.scope();
        let shown = found(view, scope, ids.as_deref())?
            .into_iter()
            .filter(|own| takes_all || own.state == InstanceState::Running)
            .filter(|own| filters.pass(&own.tags, |name| of_status(own, checked, name)));
        let call = ["DescribeInstanceStatus", &scope.to_string(), &format!("{ids:?}{filters:?}{takes_all}")];
        let (rows, next_token) = cut(cx, &call, shown, |own| own.place(), (input.next_token, limit))?;
        let statuses = rows.iter().map(|own| shape_of_status(own, checked)).collect();
        Ok(ec2::DescribeInstanceStatusResult { instance_statuses: Some(statuses), next_token })
    })
}

/// How long after its launch AWS has checked an instance, in milliseconds.
const CHECKING_MILLIS: i64 = 120_000;

/// What was launched until then has been checked.
fn checked_until(cx: &Cx) -> Timestamp {
    match cx.world().pace {
        Pace::Immediate => cx.now(),
        Pace::Faster(factor) => cx.now().plus_millis(-CHECKING_MILLIS / i64::from(factor.max(1))),
    }
}

/// How an instance is: the word for its checks, and what came of the one there is.
fn health(own: &Instance, checked: Timestamp) -> (&'static str, Option<&'static str>) {
    match own.state {
        InstanceState::Running if own.launched_at > checked => ("initializing", Some("initializing")),
        InstanceState::Running => ("ok", Some("passed")),
        InstanceState::Pending => ("initializing", Some("initializing")),
        InstanceState::ShuttingDown
        | InstanceState::Terminated
        | InstanceState::Stopping
        | InstanceState::Stopped => ("not-applicable", None),
    }
}

fn of_status(own: &Instance, checked: Timestamp, name: &str) -> Vec<String> {
    let (status, reachability) = health(own, checked);
    match name {
        "availability-zone" => vec![own.zone.name.clone()],
        "availability-zone-id" => vec![own.zone.id.clone()],
        "instance-state-code" => vec![own.state.code().to_string()],
        "instance-state-name" => vec![own.state.word().to_owned()],
        "operator.managed" => truth(false),
        "attached-ebs-status.status" | "instance-status.status" | "system-status.status" => {
            vec![status.to_owned()]
        }
        "attached-ebs-status.reachability"
        | "instance-status.reachability"
        | "system-status.reachability" => reachability.iter().map(|&word| word.to_owned()).collect(),
        _ => Vec::new(),
    }
}

fn shape_of_status(own: &Instance, checked: Timestamp) -> ec2::InstanceStatus {
    let (status, reachability) = health(own, checked);
    let details = reachability.map(|word| {
        vec![ec2::InstanceStatusDetails {
            name: Some("reachability".to_owned()),
            status: Some(word.to_owned()),
            ..ec2::InstanceStatusDetails::default()
        }]
    });
    let summary = || ec2::InstanceStatusSummary { status: Some(status.to_owned()), details: details.clone() };
    let attached = ec2::EbsStatusSummary {
        status: Some(status.to_owned()),
        details: reachability.map(|word| {
            vec![ec2::EbsStatusDetails {
                name: Some("reachability".to_owned()),
                status: Some(word.to_owned()),
                ..ec2::EbsStatusDetails::default()
            }]
        }),
    };
    ec2::InstanceStatus {
        availability_zone: Some(own.zone.name.clone()),
        availability_zone_id: Some(own.zone.id.clone()),
        instance_id: Some(own.id.to_string()),
        instance_state: Some(answer::state(own.state)),
        instance_status: Some(summary()),
        system_status: Some(summary()),
        attached_ebs_status: Some(attached),
        operator: Some(ec2::OperatorResponse { managed: Some(false), ..ec2::OperatorResponse::default() }),
        ..ec2::InstanceStatus::default()
    }
}
