//! Starting, stopping, rebooting and ending instances, and how their states follow.

use super::answer;
use super::model::Instance;
use crate::Compute;
use crate::error::{Capacity, Error, Kind, Launch};
use crate::event::Changed;
use crate::id::InstanceId;
use crate::neighbours::Neighbours;
use crate::resource::{self, Resource};
use crate::spot_request::{self, Happened, SpotRequest};
use crate::{capacity_reservation, dedicated_host, fleet};
use base::{Scope, Timestamp};
use ec2_resource::neighbour::{CardChange, InstanceState};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_ec2 as ec2;
use std::collections::BTreeSet;
use store::{Job, JobError, Tx};

/// How long AWS shows each passing state, in milliseconds.
const STARTING_MILLIS: u32 = 15_000;
const STOPPING_MILLIS: u32 = 30_000;
const ENDING_MILLIS: u32 = 30_000;
/// How long an instance that has ended is shown, in milliseconds: about an hour.
const SHOWN_MILLIS: i64 = 3_600_000;

/// The instances of a call, all of which have to be there.
fn named(cx: &Cx, tx: &Tx, ids: Option<Vec<String>>) -> Result<Vec<Instance>, Error> {
    let ids: BTreeSet<String> = ids.unwrap_or_default().into_iter().collect();
    if ids.is_empty() {
        return Err(Launch::NoInstances.into());
    }
    let mut rows = Vec::new();
    let mut missing = Vec::new();
    for text in ids {
        let id = InstanceId::parse(&text)
            .map_err(|error| Error::Malformed(Kind::Instance, error.given, error.prefix))?;
        match tx.get::<Instance>(&resource::key(cx.scope(), id.as_str())) {
            Some(own) => rows.push((*own).clone()),
            None => missing.push(text),
        }
    }
    if missing.is_empty() { Ok(rows) } else { Err(Error::NotFound(Kind::Instance, missing)) }
}

/// What an instance was doing and what it does now.
fn change(own: &Instance, before: InstanceState) -> ec2::InstanceStateChange {
    ec2::InstanceStateChange {
        instance_id: Some(own.id.to_string()),
        current_state: Some(answer::state(own.state)),
        previous_state: Some(answer::state(before)),
    }
}

/// The words of a state that a user has brought about.
fn by_user(at: Timestamp) -> String {
    let text = at.rfc3339();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("User initiated ({date} {} GMT)", &time[..time.len().min(8)])
}

fn put(tx: &mut Tx, mut own: Instance) {
    own.settle();
    tx.emit(&Changed { kind: "InstanceChanged", resource: own.arn() });
    tx.put(own);
}

/// `StartInstances`: those that are stopped. One that runs goes on.
pub(crate) fn start(
    cx: &Cx,
    svc: &Compute,
    input: ec2::StartInstancesRequest,
) -> Result<ec2::StartInstancesResult, Error> {
    let ids = input.instance_ids;
    let changes = cx.write(|tx| {
        let mut changes = Vec::new();
        for mut own in named(cx, tx, ids.clone())? {
            let before = own.state;
            match before {
                InstanceState::Stopped => {
                    own.state = InstanceState::Pending;
                    own.state_reason = None;
                    own.transition = String::new();
                    own.launched_at = cx.now().whole_seconds();
                    let host = dedicated_host::admit(tx, &own)?;
                    let reservation = capacity_reservation::admit(tx, &own)?;
                    own.enter(host, reservation);
                    spot_request::tell(tx, &own, Happened::Started);
                    svc.neighbours.networks.change(cx, tx, &own.id, &CardChange::On)?;
                    let (scope, id) = (own.scope.clone(), own.id.clone());
                    tx.after(STARTING_MILLIS, Run { scope, id });
                    put(tx, own.clone());
                }
                InstanceState::Running | InstanceState::Pending => {}
                InstanceState::Stopping | InstanceState::ShuttingDown | InstanceState::Terminated => {
                    return Err(Launch::NotStartable(own.id.to_string()).into());
                }
            }
            changes.push(change(&own, before));
        }
        Ok::<_, Error>(changes)
    })?;
    Ok(ec2::StartInstancesResult { starting_instances: Some(changes) })
}

/// `StopInstances`: those that run. What AWS lent them of public addresses goes back.
pub(crate) fn stop(
    cx: &Cx,
    svc: &Compute,
    input: ec2::StopInstancesRequest,
) -> Result<ec2::StopInstancesResult, Error> {
    let hibernates = input.hibernate == Some(true);
    let ids = input.instance_ids;
    let changes = cx.write(|tx| {
        let mut changes = Vec::new();
        for mut own in named(cx, tx, ids.clone())? {
            let before = own.state;
            if own.options.disable_api_stop {
                return Err(Launch::KeptFromStop(own.id.to_string()).into());
            }
            if hibernates && !own.options.hibernation {
                return Err(Launch::NoHibernation(own.id.to_string()).into());
            }
            if own.ties.spot_request.as_ref().is_some_and(|id| !is_persistent(tx, &own.scope, id)) {
                return Err(Capacity::OneTimeStop(own.id.to_string()).into());
            }
            match before {
                InstanceState::Running => {
                    own.state = InstanceState::Stopping;
                    own.leave();
                    spot_request::tell(tx, &own, Happened::Stopped);
                    own.state_reason = Some(user_reason(hibernates));
                    own.transition = by_user(cx.now());
                    svc.neighbours.networks.change(cx, tx, &own.id, &CardChange::Off)?;
                    let (scope, id) = (own.scope.clone(), own.id.clone());
                    tx.after(STOPPING_MILLIS, Halt { scope, id });
                    put(tx, own.clone());
                }
                InstanceState::Stopping | InstanceState::Stopped => {}
                InstanceState::Pending => return Err(Launch::NeverRan(own.id.to_string()).into()),
                InstanceState::ShuttingDown | InstanceState::Terminated => {
                    return Err(Launch::NotInState(own.id.to_string(), "running").into());
                }
            }
            changes.push(change(&own, before));
        }
        Ok::<_, Error>(changes)
    })?;
    Ok(ec2::StopInstancesResult { stopping_instances: Some(changes) })
}

/// Code and sentence of what a user has brought about.
fn user_reason(hibernates: bool) -> (String, String) {
    let code = if hibernates { "Client.UserInitiatedHibernate" } else { "Client.UserInitiatedShutdown" };
    let what = if hibernates { "User initiated hibernate" } else { "User initiated shutdown" };
    (code.to_owned(), format!("{code}: {what}"))
}

/// `RebootInstances`: it goes on running.
pub(crate) fn reboot(cx: &Cx, _svc: &Compute, input: ec2::RebootInstancesRequest) -> Result<Empty, Error> {
    let ids = input.instance_ids;
    cx.write(|tx| {
        for own in named(cx, tx, ids.clone())? {
            if own.state != InstanceState::Running {
                return Err(Launch::NotInState(own.id.to_string(), "running").into());
            }
            tx.emit(&Changed { kind: "InstanceRebooted", resource: own.arn() });
        }
        Ok(Empty {})
    })
}

/// `TerminateInstances`: for good. Where one of a zone is kept, none of that zone ends; those of others do, and the call
/// is refused all the same. Source: EC2 API reference, TerminateInstances.
pub(crate) fn terminate(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::TerminateInstancesRequest,
) -> Result<ec2::TerminateInstancesResult, Error> {
    let ids = input.instance_ids;
    let (changes, kept) = cx.write(|tx| {
        let rows = named(cx, tx, ids.clone())?;
        let kept: Vec<&Instance> = rows.iter().filter(|own| kept_by(own).is_some()).collect();
        let zones: BTreeSet<String> = kept.iter().map(|own| own.zone.name.clone()).collect();
        let refusal = kept.first().and_then(|own| Some((own.id.to_string(), kept_by(own)?)));
        let mut changes = Vec::new();
        for own in rows.into_iter().filter(|own| !zones.contains(&own.zone.name)) {
            let before = own.state;
            let own = if own.is_gone() { own } else { begin_end(tx, own) };
            changes.push(change(&own, before));
        }
        Ok::<_, Error>((changes, refusal))
    })?;
    match kept {
        Some((id, attribute)) => Err(Launch::KeptFromTermination(id, attribute).into()),
        None => Ok(ec2::TerminateInstancesResult { terminating_instances: Some(changes) }),
    }
}

/// Begins to end an instance for good.
pub(crate) fn begin_end(tx: &mut Tx, mut own: Instance) -> Instance {
    own.state = InstanceState::ShuttingDown;
    own.state_reason = Some(user_reason(false));
    own.transition = by_user(tx.now());
    own.ties.set_reservation(None);
    let (scope, id) = (own.scope.clone(), own.id.clone());
    tx.after(ENDING_MILLIS, End { scope, id });
    spot_request::tell(tx, &own, Happened::Ended);
    fleet::note_end(tx, &own);
    put(tx, own.clone());
    own
}

/// Whether a Spot request asks again.
fn is_persistent(tx: &Tx, scope: &Scope, id: &str) -> bool {
    tx.get::<SpotRequest>(&resource::key(scope, id)).is_some_and(|own| own.terms.is_persistent)
}

/// The attribute that keeps an instance from being terminated.
fn kept_by(own: &Instance) -> Option<&'static str> {
    match own {
        own if own.is_gone() => None,
        own if own.options.disable_api_termination => Some("disableApiTermination"),
        own if own.options.disable_api_stop => Some("disableApiStop"),
        _ => None,
    }
}

fn find(tx: &Tx, scope: &Scope, id: &InstanceId, state: InstanceState) -> Option<Instance> {
    let found = tx.get::<Instance>(&resource::key(scope, id.as_str()))?;
    (found.state == state).then(|| (*found).clone())
}

/// The end of `pending`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Run {
    pub(super) scope: Scope,
    pub(super) id: InstanceId,
}

impl Job for Run {
    const KIND: &'static str = "compute.instance-run";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(mut own) = find(tx, &self.scope, &self.id, InstanceState::Pending) {
            own.state = InstanceState::Running;
            own.state_reason = None;
            own.metadata.is_pending = false;
            put(tx, own);
        }
        Ok(())
    }
}

/// The end of `stopping`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Halt {
    scope: Scope,
    id: InstanceId,
}

impl Job for Halt {
    const KIND: &'static str = "compute.instance-halt";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(mut own) = find(tx, &self.scope, &self.id, InstanceState::Stopping) {
            own.state = InstanceState::Stopped;
            put(tx, own);
        }
        Ok(())
    }
}

/// The end of `shutting-down`: what goes with the instance goes.
#[derive(Serialize, Deserialize)]
pub(crate) struct End {
    scope: Scope,
    id: InstanceId,
}

impl Job for End {
    const KIND: &'static str = "compute.instance-end";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(mut own) = find(tx, &self.scope, &self.id, InstanceState::ShuttingDown) {
            let neighbours = tx.given::<Neighbours>();
            neighbours.networks.end(tx, &self.scope, &self.id);
            neighbours.volumes.end(tx, &self.scope, &self.id);
            own.state = InstanceState::Terminated;
            own.placement.group = None;
            own.profile = None;
            let forgotten_at = tx.now().plus_millis(SHOWN_MILLIS);
            tx.at(forgotten_at, &Forget { scope: self.scope, id: self.id });
            put(tx, own);
        }
        Ok(())
    }
}

/// An instance that has ended is shown no more.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forget {
    scope: Scope,
    id: InstanceId,
}

impl Job for Forget {
    const KIND: &'static str = "compute.instance-forget";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = find(tx, &self.scope, &self.id, InstanceState::Terminated) {
            tx.delete::<Instance>(&resource::key(&self.scope, self.id.as_str()));
            tx.emit(&Changed { kind: "InstanceForgotten", resource: own.arn() });
        }
        Ok(())
    }
}
