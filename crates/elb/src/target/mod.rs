//! Targets of target groups: registered, drained, and how they are.

mod admission;
pub(crate) mod health;
mod record;

pub(crate) use record::Target;

use crate::Elb;
use crate::action::{self, Uses};
use crate::error::{Error, Limit, Refused, Validation};
use crate::event::Changed;
use crate::limit;
use crate::load_balancer::{self, Kind, LoadBalancer};
use crate::target_group::{self, Class, TargetGroup};
use base::Scope;
use ports::Cx;
use record::{Intent, Observed};
use serde::{Deserialize, Serialize};
use shapes_elbv2 as api;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Job, JobError, Record, Rows, Tx};

/// A target as a request names it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) port: Option<i32>,
    pub(crate) zone: Option<String>,
    pub(crate) quic: Option<String>,
}

fn read(given: Option<Vec<api::TargetDescription>>) -> Vec<Named> {
    let one = |own: api::TargetDescription| Named {
        id: own.id.unwrap_or_default(),
        port: own.port,
        zone: own.availability_zone,
        quic: own.quic_server_id,
    };
    given.unwrap_or_default().into_iter().map(one).collect()
}

/// `RegisterTargets`: one that is there already is no error.
pub(crate) fn register(
    cx: &Cx,
    svc: &Elb,
    input: api::RegisterTargetsInput,
) -> Result<api::RegisterTargetsOutput, Error> {
    let text = input.target_group_arn.unwrap_or_default();
    let given = read(input.targets);
    if given.is_empty() {
        return Err(Validation::NoTarget.into());
    }
    // An instance never changes its VPC.
    let vpcs = admission::vpcs(cx, svc, &given);
    cx.write(|tx| {
        let group = target_group::find(tx, cx.scope(), &text)?;
        let admitted = admission::admit(cx, svc, tx, (&group, &vpcs), &given)?;
        for named in &admitted {
            let own = Target::new(&group, named, cx.now());
            if let Some(there) = tx.get::<Target>(&own.key())
                && there.intent == Intent::Serve
            {
                continue;
            }
            begin_one(tx, &group, own);
        }
        forget_ended(svc, tx, &group);
        check_quotas(svc, tx, &group, &admitted)?;
        tx.emit(&Changed { kind: "TargetsRegistered", resource: group.arn() });
        Ok(api::RegisterTargetsOutput {})
    })
}

/// Forgets the targets of a group that are instances which EC2 knows no longer.
fn forget_ended(svc: &Elb, tx: &mut Tx, group: &TargetGroup) {
    for own in Target::of_group(tx, group) {
        if health::is_forgotten(svc, tx, group, &own) {
            tx.delete::<Target>(&own.key());
        }
    }
}

/// The targets of a group that count: instances that have ended do not.
fn counted(svc: &Elb, tx: &Tx, group: &TargetGroup) -> Vec<Arc<Target>> {
    let mut there = Target::of_group(tx, group);
    there.retain(|own| !health::has_ended(svc, tx, group, own));
    there
}

fn check_quotas(svc: &Elb, tx: &Tx, group: &TargetGroup, admitted: &[Named]) -> Result<(), Error> {
    let there = counted(svc, tx, group);
    if matches!(group.class(), Class::Lambda | Class::Balancer) && there.len() > 1 {
        return Err(Refused::OneTarget.into());
    }
    let mut registrations: BTreeMap<&str, usize> = BTreeMap::new();
    for own in &there {
        *registrations.entry(own.id.as_str()).or_default() += 1;
    }
    let is_over =
        |id: &String| registrations.get(id.as_str()).is_some_and(|count| *count > limit::REGISTRATIONS);
    if admitted.iter().any(|named| is_over(&named.id)) {
        return Err(Limit::Registrations.into());
    }
    for balancer in load_balancer::of_target_group(tx, &group.scope, &group.arn()) {
        check_load_balancer(svc, tx, &balancer, &action::groups_of(tx, &balancer))?;
    }
    Ok(())
}

/// Checks what a load balancer would have to serve that leads to these groups, given by ARN.
pub(crate) fn check_load_balancer(
    svc: &Elb,
    tx: &Tx,
    balancer: &LoadBalancer,
    groups: &BTreeSet<String>,
) -> Result<(), Error> {
    let (mut targets, mut registrations) = (0, BTreeMap::<String, usize>::new());
    for arn in groups {
        let Ok(group) = target_group::find(tx, &balancer.scope, arn) else { continue };
        for own in counted(svc, tx, &group) {
            targets += 1;
            *registrations.entry(own.id.clone()).or_default() += 1;
        }
    }
    if registrations.values().any(|count| *count > limit::REGISTRATIONS) {
        return Err(Limit::Registrations.into());
    }
    let most = if balancer.kind == Kind::Network { limit::NETWORK_TARGETS } else { limit::TARGETS };
    if targets > most { Err(Limit::Targets(most, balancer.arn()).into()) } else { Ok(()) }
}

/// Begins to serve a target: it is registered, and then checked.
fn begin_one(tx: &mut Tx, group: &TargetGroup, own: Target) {
    let old = tx.get::<Target>(&own.key()).map_or(0, |old| old.number);
    let number = old + 1;
    let own = Target { number, observed: Observed::Registering, intent: Intent::Serve, ..own };
    let delay = u32::try_from(group.health_check.interval_seconds).unwrap_or_default().saturating_mul(1000);
    tx.after(delay, Settle { key: own.key(), number });
    tx.put(own);
}

/// Stores what leads to target groups. The targets of those that nothing led to before begin to be checked.
pub(crate) fn put_with<R: Record>(tx: &mut Tx, balancer: &LoadBalancer, groups: &[String], row: R) {
    let scope = &balancer.scope;
    let is_new = |tx: &Tx, arn: &String| Uses::of(tx, scope, arn).is_empty();
    let new: Vec<&String> = groups.iter().filter(|arn| is_new(tx, arn)).collect();
    for arn in new {
        let Ok(group) = target_group::find(tx, scope, arn) else { continue };
        for own in Target::of_group(tx, &group) {
            if own.intent == Intent::Serve {
                begin_one(tx, &group, (*own).clone());
            }
        }
    }
    tx.put(row);
}

/// A target has been looked at for the first time. Nothing is asked yet: see the README.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
    number: u64,
}

impl Job for Settle {
    const KIND: &'static str = "elb.settle_target";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<Target>(&self.key)
            && own.number == self.number
            && own.intent == Intent::Serve
        {
            tx.put(Target { observed: Observed::Settled, ..(*own).clone() });
        }
        Ok(())
    }
}

/// A target has been drained.
#[derive(Serialize, Deserialize)]
pub(crate) struct Drained {
    key: String,
    number: u64,
}

impl Job for Drained {
    const KIND: &'static str = "elb.drained_target";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let own = tx.get::<Target>(&self.key);
        if own.is_some_and(|own| own.number == self.number && own.intent == Intent::Leave) {
            tx.delete::<Target>(&self.key);
        }
        Ok(())
    }
}

/// `DeregisterTargets`: without a port, of the group's. What is not registered, or leaving already, is no error: the API
/// reference says so of the first, and chaostoolkit-incubator/chaostoolkit-aws issue 60 shows it, of a port left out too.
pub(crate) fn deregister(
    cx: &Cx,
    _svc: &Elb,
    input: api::DeregisterTargetsInput,
) -> Result<api::DeregisterTargetsOutput, Error> {
    let text = input.target_group_arn.unwrap_or_default();
    let given = read(input.targets);
    if given.is_empty() {
        return Err(Validation::NoTarget.into());
    }
    cx.write(|tx| {
        let group = target_group::find(tx, cx.scope(), &text)?;
        let is_used = !Uses::of(tx, cx.scope(), &text).is_empty();
        let there = Target::of_group(tx, &group);
        for named in &given {
            let port = named.port.or(group.port);
            for own in there.iter().filter(|own| own.id == named.id && own.port == port) {
                leave(tx, &group, own, is_used);
            }
        }
        tx.emit(&Changed { kind: "TargetsDeregistered", resource: group.arn() });
        Ok(api::DeregisterTargetsOutput {})
    })
}

/// Drains a target; where nothing leads to it there is nothing to drain.
fn leave(tx: &mut Tx, group: &TargetGroup, own: &Target, is_used: bool) {
    let delay = target_group::attribute::delay_millis(group);
    if !is_used || delay == 0 {
        tx.delete::<Target>(&own.key());
    } else if own.intent == Intent::Serve {
        let number = own.number + 1;
        tx.after(delay, Drained { key: own.key(), number });
        tx.put(Target { intent: Intent::Leave, number, ..own.clone() });
    }
}

/// Forgets the targets of a group that goes.
pub(crate) fn forget(tx: &mut Tx, group: &TargetGroup) {
    for own in Target::of_group(tx, group) {
        tx.delete::<Target>(&own.key());
    }
}

/// Whether a load balancer, given by ARN, is a target on that port.
pub(crate) fn is_reached(rows: &impl Rows, scope: &Scope, arn: &str, port: i32) -> bool {
    let there = rows.listed(&Target::ID, &crate::arn::key(scope, arn));
    there.iter().any(|own| own.intent == Intent::Serve && own.port == Some(port))
}

/// Whether a load balancer, given by ARN, is itself a target.
pub(crate) fn holds_load_balancer(rows: &impl Rows, scope: &Scope, arn: &str) -> bool {
    rows.count(&Target::ID, &crate::arn::key(scope, arn)) > 0
}
