//! Instances of classic load balancers.

use super::record::{Classic, Registered};
use super::{MOST_INSTANCES, change, find};
use crate::Elb;
use crate::error::{Classic as Bad, Error};
use base::Timestamp;
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
                left_at: None,
                is_settled: false,
            });
            let name = Classic::key_of(cx.scope(), &own.name);
            let seconds = u32::try_from(own.health_check.interval_seconds).unwrap_or_default();
            tx.after(seconds * SECOND_MILLIS, Settle { name, id, registered_at: Some(registered_at) });
        }
        own.instances.sort_by(|one, other| one.id.cmp(&other.id));
        check_count(&own.instances)?;
        Ok(api::RegisterEndPointsOutput { instances: Some(shapes(own)) })
    })
}

/// Checks that there are not too many; those that leave do not count.
fn check_count(all: &[Registered]) -> Result<(), Error> {
    let staying = all.iter().filter(|instance| !instance.leaves).count();
    if staying > MOST_INSTANCES { Err(Bad::TooManyInstances.into()) } else { Ok(()) }
}

/// An instance has been looked at for the first time. Nothing is asked yet: see the README.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    name: String,
    id: String,
    /// Of which registration; of any where it was put off before that was written down.
    #[serde(default)]
    registered_at: Option<Timestamp>,
}

impl Job for Settle {
    const KIND: &'static str = "elb.settle_instance";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<Classic>(&self.name) else { return Ok(()) };
        let mut own = (*own).clone();
        let is_meant = |instance: &&mut Registered| {
            instance.id == self.id && self.registered_at.is_none_or(|at| at == instance.registered_at)
        };
        for instance in own.instances.iter_mut().filter(is_meant) {
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
            let left_at = Some(cx.now());
            let is_meant = |own: &&mut Registered| !own.leaves && given.contains(&own.id);
            for instance in own.instances.iter_mut().filter(is_meant) {
                instance.leaves = true;
                instance.left_at = left_at;
            }
            let seconds = u32::try_from(own.attributes.draining_seconds).unwrap_or_default();
            let name = Classic::key_of(cx.scope(), &own.name);
            tx.after(seconds.saturating_mul(SECOND_MILLIS), Drained { name, ids: given.clone(), left_at });
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
    /// When they began to leave; at any time where it was put off before that was written down.
    #[serde(default)]
    left_at: Option<Timestamp>,
}

impl Job for Drained {
    const KIND: &'static str = "elb.drained_instances";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<Classic>(&self.name) else { return Ok(()) };
        let mut own = (*own).clone();
        let is_meant = |instance: &Registered| {
            instance.leaves
                && self.ids.contains(&instance.id)
                && self.left_at.is_none_or(|at| instance.left_at == Some(at))
        };
        own.instances.retain(|instance| !is_meant(instance));
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

#[cfg(test)]
mod tests {
    use super::{Drained, Settle, check_count};
    use crate::classic::record::Registered;
    use crate::error::{Classic, Error};
    use base::Timestamp;

    #[test]
    fn there_are_a_thousand_instances_at_the_most_that_stay() {
        let one = |leaves: bool| Registered {
            id: "i-0".to_owned(),
            registered_at: Timestamp::from_millis(0),
            leaves,
            left_at: None,
            is_settled: true,
        };
        let mut all = vec![one(false); 1000];
        all.push(one(true));
        assert_eq!(check_count(&all), Ok(()));
        all.push(one(false));
        assert_eq!(check_count(&all), Err(Error::Classic(Classic::TooManyInstances)));
    }

    #[test]
    fn jobs_of_older_data_folders_are_read() {
        let old: Settle = serde_json::from_str(r#"{"name":"web","id":"i-0"}"#).unwrap();
        assert_eq!((old.id.as_str(), old.registered_at), ("i-0", None));
        let old: Drained = serde_json::from_str(r#"{"name":"web","ids":["i-0"]}"#).unwrap();
        assert_eq!((old.ids.len(), old.left_at), (1, None));
    }
}
