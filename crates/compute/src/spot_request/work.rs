//! How requests come to their instances, and what becomes of them when those go.

use super::model::{SpotRequest, State, Status};
use crate::Compute;
use crate::document;
use crate::instance::{self, Behalf, Instance};
use crate::passing;
use base::Scope;
use ec2_resource::error::Error;
use ec2_resource::event::Changed;
use ec2_resource::resource::{self, Resource};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Job, JobError, StoreError, Tx};

/// How long AWS shows a request as `pending-evaluation`, in milliseconds.
pub(super) const EVALUATION_MILLIS: u32 = 3_000;
/// Keeps a request that has changed. One that has ended is shown for a while.
pub(super) fn put(tx: &mut Tx, own: SpotRequest) {
    tx.emit(&Changed { kind: "SpotRequestChanged", resource: own.arn() });
    passing::put(tx, own);
}

fn find(tx: &Tx, scope: &Scope, id: &str) -> Option<SpotRequest> {
    tx.get::<SpotRequest>(&resource::key(scope, id)).map(|own| (*own).clone())
}

/// A request is to be evaluated: its time has come, or its instance has gone.
#[derive(Serialize, Deserialize)]
pub(crate) struct Due {
    pub(super) scope: Scope,
    pub(super) id: String,
}

impl Job for Due {
    const KIND: &'static str = "compute.spot-request-due";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(mut own) = find(tx, &self.scope, &self.id).filter(|own| own.state == State::Open) {
            if own.is_cheap() {
                own.turn(State::Open, Status::PriceTooLow, tx.now());
            } else {
                own.turn(State::Open, Status::PendingEvaluation, tx.now());
                own.is_due = true;
                tx.emit(&Changed { kind: "SpotRequestDue", resource: own.arn() });
            }
            put(tx, own);
        }
        Ok(())
    }
}

/// A request's time is over.
#[derive(Serialize, Deserialize)]
pub(crate) struct Expire {
    pub(super) scope: Scope,
    pub(super) id: String,
}

impl Job for Expire {
    const KIND: &'static str = "compute.spot-request-expire";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(mut own) = find(tx, &self.scope, &self.id).filter(|own| own.state == State::Open) {
            own.turn(State::Closed, Status::ScheduleExpired, tx.now());
            put(tx, own);
        }
        Ok(())
    }
}

/// What happened to an instance of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    /// It ends for good.
    Ended,
    /// It stops.
    Stopped,
    /// It starts again.
    Started,
}

/// Tells the request of an instance what happened to it.
pub(crate) fn tell(tx: &mut Tx, of: &Instance, happened: Happened) {
    let Some(mut own) = of.ties.spot_request.as_ref().and_then(|id| find(tx, &of.scope, id)) else { return };
    let now = tx.now();
    let is_over = own.terms.valid_until.is_some_and(|until| until <= now);
    match (happened, own.state) {
        (Happened::Ended, State::Active | State::Disabled) if own.terms.is_persistent && !is_over => {
            own.turn(State::Open, Status::PendingEvaluation, now);
            own.instance = None;
            own.zone = None;
            tx.after(EVALUATION_MILLIS, Due { scope: own.scope.clone(), id: own.id.clone() });
        }
        (Happened::Ended, State::Active | State::Disabled) => {
            own.turn(State::Closed, Status::InstanceTerminatedByUser, now);
        }
        (Happened::Ended, State::Cancelled) => {
            own.turn(State::Cancelled, Status::InstanceTerminatedByUser, now);
        }
        (Happened::Stopped, State::Active) => own.turn(State::Disabled, Status::InstanceStoppedByUser, now),
        (Happened::Started, State::Disabled) => own.turn(State::Active, Status::Fulfilled, now),
        _ => return,
    }
    put(tx, own);
}

/// A request has its instance.
pub(crate) fn fulfilled(tx: &mut Tx, scope: &Scope, id: &str, instance: &Instance) {
    let Some(mut own) = find(tx, scope, id) else { return };
    own.turn(State::Active, Status::Fulfilled, tx.now());
    own.instance = Some(instance.id.clone());
    own.zone = Some(instance.zone.clone());
    put(tx, own);
}

/// Evaluates a request that is due; what it then is, stands in the state.
pub(crate) fn evaluate(cx: &Cx, svc: &Compute, id: &str) -> Result<(), StoreError> {
    let key = resource::key(cx.scope(), id);
    let is_due = |own: &SpotRequest| own.is_due && own.state == State::Open;
    let Some(own) = cx.read(|view| view.get::<SpotRequest>(&key)).filter(|own| is_due(own)) else {
        return Ok(());
    };
    let input: ec2::RunInstancesRequest = document::read(&own.launch);
    let behalf = Behalf { request: Some(id.to_owned()), ..Behalf::default() };
    let launched = instance::order(cx, svc, input, behalf).and_then(|order| {
        cx.write(|tx| {
            // Another call may have been faster.
            if tx.get::<SpotRequest>(&key).is_some_and(|own| is_due(&own)) {
                instance::carry_out(cx, svc, tx, &order)?;
            }
            Ok::<_, Error>(())
        })
    });
    let fault = match launched {
        Ok(()) => return Ok(()),
        Err(Error::Store(error)) => return Err(error),
        Err(error) => error.words(),
    };
    cx.write(|tx| {
        if let Some(mut own) = find(tx, cx.scope(), id).filter(is_due) {
            own.fault = Some(fault.clone());
            own.turn(State::Failed, Status::BadParameters, tx.now());
            put(tx, own);
        }
        Ok(())
    })
}
