//! Instances of classic load balancers.

use super::record::{Classic, Registered};
use super::{MOST_INSTANCES, change, find};
use crate::Elb;
use crate::error::{Classic as Bad, Error};
use ec2_resource::id::InstanceId;
use ec2_resource::neighbour::{InstanceFacts, InstanceState};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_elb as api;
use store::{Job, JobError, Tx};

/// Seconds of a connection that is drained are given by an attribute; here they become milliseconds.
const SECOND_MILLIS: u32 = 1000;

fn ids(given: Option<Vec<api::Instance>>) -> Vec<String> {
    given.unwrap_or_default().into_iter().filter_map(|own| own.instance_id).collect()
}

/// Those that are wanted.
pub(super) fn shapes(own: &Classic) -> Vec<api::Instance> {
    let staying = own.instances.iter().filter(|instance| !instance.leaves);
    staying.map(|instance| api::Instance { instance_id: Some(instance.id.clone()) }).collect()
}

fn facts(cx: &Cx, svc: &Elb, tx: &Tx, id: &str) -> Option<InstanceFacts> {
    let id = InstanceId::parse(id).ok()?;
    svc.instances.get(tx, cx.scope(), &id).filter(|facts| facts.state != InstanceState::Terminated)
}

fn vpc(cx: &Cx, svc: &Elb, id: &str) -> Option<String> {
    let id = InstanceId::parse(id).ok()?;
    let cards = cx.read(|view| svc.cards.of_instance(view, cx.scope(), &id));
    cards.first()?.vpc_id.clone()
}

/// `RegisterInstancesWithLoadBalancer`: answers all of them. One that is there already is no error.
pub(crate) fn register(
    cx: &Cx,
    svc: &Elb,
    input: api::RegisterEndPointsInput,
) -> Result<api::RegisterEndPointsOutput, Error> {
    let given = ids(input.instances);
    // An instance never changes its VPC.
    let vpcs: Vec<Option<String>> = given.iter().map(|id| vpc(cx, svc, id)).collect();
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        for (id, vpc) in given.iter().zip(&vpcs) {
            facts(cx, svc, tx, id).ok_or_else(|| Bad::Instance(id.clone()))?;
            if vpc.as_ref() != Some(&own.vpc) {
                return Err(Bad::InstanceVpc(id.clone()).into());
            }
            if own.instances.iter().any(|there| there.id == *id && !there.leaves) {
                continue;
            }
            own.instances.retain(|there| there.id != *id);
            let (registered_at, id) = (cx.now(), id.clone());
            own.instances.push(Registered {
                id: id.clone(),
                registered_at,
                leaves: false,
                is_settled: false,
            });
            let name = Classic::key_of(cx.scope(), &own.name);
            let seconds = u32::try_from(own.health_check.interval_seconds).unwrap_or_default();
            tx.after(seconds * SECOND_MILLIS, Settle { name, id });
        }
        own.instances.sort_by(|one, other| one.id.cmp(&other.id));
        if own.instances.len() > MOST_INSTANCES {
            return Err(Bad::TooManyBalancers.into());
        }
        Ok(api::RegisterEndPointsOutput { instances: Some(shapes(own)) })
    })
}

/// An instance has been looked at for the first time. Nothing is asked yet: see the README.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    name: String,
    id: String,
}

impl Job for Settle {
    const KIND: &'static str = "elb.settle_instance";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<Classic>(&self.name) else { return Ok(()) };
        let mut own = (*own).clone();
        for instance in own.instances.iter_mut().filter(|instance| instance.id == self.id) {
            instance.is_settled = true;
        }
        tx.put(own);
        Ok(())
    }
}

/// `DeregisterInstancesFromLoadBalancer`: answers those that stay. One that is not registered is no error.
pub(crate) fn deregister(
    cx: &Cx,
    svc: &Elb,
    input: api::DeregisterEndPointsInput,
) -> Result<api::DeregisterEndPointsOutput, Error> {
    let given = ids(input.instances);
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        for id in &given {
            let is_there = own.instances.iter().any(|there| there.id == *id);
            if !is_there && facts(cx, svc, tx, id).is_none() {
                return Err(Bad::Instance(id.clone()).into());
            }
        }
        if own.attributes.drains {
            for instance in own.instances.iter_mut().filter(|own| given.contains(&own.id)) {
                instance.leaves = true;
            }
            let seconds = u32::try_from(own.attributes.draining_seconds).unwrap_or_default();
            let name = Classic::key_of(cx.scope(), &own.name);
            tx.after(seconds.saturating_mul(SECOND_MILLIS), Drained { name, ids: given.clone() });
        } else {
            own.instances.retain(|there| !given.contains(&there.id));
        }
        Ok(api::DeregisterEndPointsOutput { instances: Some(shapes(own)) })
    })
}

/// Instances have been drained.
#[derive(Serialize, Deserialize)]
pub(crate) struct Drained {
    name: String,
    ids: Vec<String>,
}

impl Job for Drained {
    const KIND: &'static str = "elb.drained_instances";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<Classic>(&self.name) else { return Ok(()) };
        let mut own = (*own).clone();
        own.instances.retain(|instance| !(instance.leaves && self.ids.contains(&instance.id)));
        tx.put(own);
        Ok(())
    }
}

/// State, reason and the sentence that says it. Source: ELB API reference, InstanceState.
type Health = (&'static str, &'static str, &'static str);

const IN_SERVICE: Health = ("InService", "N/A", "N/A");
const DRAINING: Health = ("InService", "N/A", "Instance deregistration currently in progress.");
const REGISTERING: Health = ("OutOfService", "ELB", "Instance registration is still in progress.");
const STOPPED: Health = ("OutOfService", "Instance", "Instance is in stopped state.");
const ENDED: Health = ("OutOfService", "Instance", "Instance is in terminated state.");
const OTHER_ZONE: Health = (
    "OutOfService",
    "ELB",
    "Instance is in the EC2 Availability Zone for which LoadBalancer is not configured to route traffic to.",
);

fn health(own: &Classic, instance: &Registered, facts: Option<&InstanceFacts>) -> Health {
    let Some(facts) = facts else { return ENDED };
    match facts.state {
        InstanceState::Stopped | InstanceState::Stopping => return STOPPED,
        InstanceState::Terminated | InstanceState::ShuttingDown => return ENDED,
        InstanceState::Pending | InstanceState::Running => {}
    }
    if instance.leaves {
        return DRAINING;
    }
    if !own.places.iter().any(|place| place.zone == facts.zone) {
        return OTHER_ZONE;
    }
    if instance.is_settled { IN_SERVICE } else { REGISTERING }
}

/// `DescribeInstanceHealth`: of all that are registered, or of those that are named.
pub(crate) fn describe_health(
    cx: &Cx,
    svc: &Elb,
    input: api::DescribeEndPointStateInput,
) -> Result<api::DescribeEndPointStateOutput, Error> {
    let name = input.load_balancer_name.unwrap_or_default();
    let given = ids(input.instances);
    // Instances are asked within a transaction, which writes nothing here.
    cx.write(|tx| {
        let own = find(tx, cx.scope(), &name)?;
        let shape = |instance: &Registered| {
            let facts = facts(cx, svc, tx, &instance.id);
            let (state, reason, description) = health(&own, instance, facts.as_ref());
            api::InstanceState {
                instance_id: Some(instance.id.clone()),
                state: Some(state.to_owned()),
                reason_code: Some(reason.to_owned()),
                description: Some(description.to_owned()),
            }
        };
        if given.is_empty() {
            let states = own.instances.iter().map(shape).collect();
            return Ok(api::DescribeEndPointStateOutput { instance_states: Some(states) });
        }
        let mut states = Vec::new();
        for id in &given {
            let there = own.instances.iter().find(|there| there.id == *id);
            states.push(shape(there.ok_or_else(|| Bad::Instance(id.clone()))?));
        }
        Ok(api::DescribeEndPointStateOutput { instance_states: Some(states) })
    })
}
