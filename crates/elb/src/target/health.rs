//! How targets are. What is wanted decides most of it; of what is seen there is only that time has passed, as nothing
//! is asked yet (see the README).

use super::record::{Intent, Observed, Target};
use super::{Named, read};
use crate::Elb;
use crate::error::Error;
use crate::load_balancer::{self, LoadBalancer};
use crate::target_group::{self, Class, TargetGroup};
use ec2_resource::id::InstanceId;
use ec2_resource::neighbour::{InstanceFacts, InstanceState};
use ports::Cx;
use shapes_elbv2 as api;
use std::net::IpAddr;
use std::sync::Arc;
use store::Tx;

/// A state with its reason and the sentence that says it. Source: ELB API reference, TargetHealth.
type Health = (&'static str, Option<&'static str>, Option<&'static str>);

const HEALTHY: Health = ("healthy", None, None);
const REGISTERING: Health =
    ("initial", Some("Elb.RegistrationInProgress"), Some("Target registration is in progress"));
const DRAINING: Health =
    ("draining", Some("Target.DeregistrationInProgress"), Some("Target deregistration is in progress"));
const NOT_REGISTERED: Health =
    ("unused", Some("Target.NotRegistered"), Some("Target is not registered to the target group"));
const NOT_IN_USE: Health = (
    "unused",
    Some("Target.NotInUse"),
    Some("Target group is not configured to receive traffic from the load balancer"),
);
const OTHER_ZONE: Health = (
    "unused",
    Some("Target.NotInUse"),
    Some("Target is in an Availability Zone that is not enabled for the load balancer"),
);
const UNUSABLE: Health = (
    "unused",
    Some("Target.IpUnusable"),
    Some("The IP address cannot be used as a target, as it is in use by a load balancer"),
);
const STOPPED: Health = ("unused", Some("Target.InvalidState"), Some("Target is in the stopped state"));
const DISABLED: Health =
    ("unavailable", Some("Target.HealthCheckDisabled"), Some("Health checks are disabled"));

/// Who has asked for the interfaces of load balancers.
const SERVICE: &str = "amazon-elb";

/// What targets of a group are judged by.
struct Judge<'a> {
    svc: &'a Elb,
    group: &'a TargetGroup,
    balancers: Vec<Arc<LoadBalancer>>,
    shows_anomalies: bool,
}

fn instance(svc: &Elb, tx: &Tx, own: &Target) -> Option<InstanceFacts> {
    let id = InstanceId::parse(&own.id).ok()?;
    svc.instances.get(tx, &own.scope, &id)
}

/// Whether a target of a group is an instance that EC2 knows no longer.
pub(super) fn is_forgotten(svc: &Elb, tx: &Tx, group: &TargetGroup, own: &Target) -> bool {
    group.target_type == "instance" && instance(svc, tx, own).is_none()
}

/// Whether a target of a group is an instance that has ended.
pub(super) fn has_ended(svc: &Elb, tx: &Tx, group: &TargetGroup, own: &Target) -> bool {
    let ended = [InstanceState::Terminated, InstanceState::ShuttingDown];
    group.target_type == "instance" && instance(svc, tx, own).is_none_or(|facts| ended.contains(&facts.state))
}

impl Judge<'_> {
    /// Whether a target is an address that a load balancer has itself.
    fn is_balancer(&self, tx: &Tx, own: &Target) -> bool {
        let Ok(address) = own.id.parse::<IpAddr>() else { return false };
        let vpc = self.group.vpc.as_deref().unwrap_or_default();
        let service = self.svc.zones.service_at(tx, &own.scope, vpc, address);
        self.group.target_type == "ip" && service.as_deref() == Some(SERVICE)
    }

    fn health(&self, tx: &Tx, own: &Target) -> Health {
        if own.intent == Intent::Leave || has_ended(self.svc, tx, self.group, own) {
            return DRAINING;
        }
        if self.balancers.is_empty() {
            return NOT_IN_USE;
        }
        if self.is_balancer(tx, own) {
            return UNUSABLE;
        }
        let facts = instance(self.svc, tx, own).filter(|_| self.group.target_type == "instance");
        let off = [InstanceState::Stopped, InstanceState::Stopping];
        if facts.as_ref().is_some_and(|facts| off.contains(&facts.state)) {
            return STOPPED;
        }
        let zone = facts.map(|facts| facts.zone.name).or_else(|| own.zone.clone());
        let has_zone = |zone: &String| {
            self.balancers.iter().any(|balancer| balancer.zones().any(|own| own.name == *zone))
        };
        if zone.is_some_and(|zone| zone != "all" && !has_zone(&zone)) {
            return OTHER_ZONE;
        }
        if !self.group.health_check.is_enabled {
            return DISABLED;
        }
        match own.observed {
            Observed::Registering => REGISTERING,
            Observed::Settled => HEALTHY,
        }
    }

    fn shape(&self, own: &Target, health: Health) -> api::TargetHealthDescription {
        let (state, reason, description) = health;
        let port = self.group.health_check.port.clone();
        let traffic = || own.port.map(|port| port.to_string());
        let is_served = !matches!(reason, Some("Target.NotRegistered" | "Target.NotInUse"));
        let anomaly = api::AnomalyDetection {
            result: Some("normal".to_owned()),
            mitigation_in_effect: Some("no".to_owned()),
        };
        let no_override = api::AdministrativeOverride {
            state: Some("no_override".to_owned()),
            reason: Some("AdministrativeOverride.NoOverride".to_owned()),
            description: Some("No override is currently active on target".to_owned()),
        };
        let is_shifted = matches!(self.group.class(), Class::Http | Class::Network);
        api::TargetHealthDescription {
            target: Some(api::TargetDescription {
                id: Some(own.id.clone()),
                port: own.port,
                availability_zone: own.zone.clone(),
                quic_server_id: own.quic.clone(),
            }),
            health_check_port: port
                .and_then(|port| if port == "traffic-port" { traffic() } else { Some(port) }),
            target_health: Some(api::TargetHealth {
                state: Some(state.to_owned()),
                reason: reason.map(str::to_owned),
                description: description.map(str::to_owned),
            }),
            anomaly_detection: (self.shows_anomalies && is_served).then_some(anomaly),
            administrative_override: (is_shifted && is_served).then_some(no_override),
        }
    }

    /// Those that a request names; what is not there is told so.
    fn named(&self, tx: &Tx, there: &[Arc<Target>], given: &[Named]) -> Vec<api::TargetHealthDescription> {
        let one = |named: &Named| {
            let is_meant =
                |own: &Target| own.id == named.id && named.port.is_none_or(|port| own.port == Some(port));
            let is_known = |own: &Target| !is_forgotten(self.svc, tx, self.group, own);
            let meant: Vec<_> = there.iter().filter(|own| is_meant(own) && is_known(own)).collect();
            if meant.is_empty() {
                let own = Target::new(self.group, named, tx.now());
                return vec![self.shape(&own, NOT_REGISTERED)];
            }
            meant.into_iter().map(|own| self.shape(own, self.health(tx, own))).collect()
        };
        given.iter().flat_map(one).collect()
    }
}

/// `DescribeTargetHealth`: of all that are registered, or of those that are named.
pub(crate) fn describe(
    cx: &Cx,
    svc: &Elb,
    input: api::DescribeTargetHealthInput,
) -> Result<api::DescribeTargetHealthOutput, Error> {
    let text = input.target_group_arn.unwrap_or_default();
    let given = read(input.targets);
    let include = input.include.unwrap_or_default();
    // Instances are asked within a transaction, which writes nothing here.
    let found = cx.write(|tx| {
        let group = target_group::find(tx, cx.scope(), &text)?;
        let includes = include.iter().any(|own| own == "AnomalyDetection" || own == "All");
        let judge = Judge {
            svc,
            group: &group,
            balancers: load_balancer::of_target_group(tx, cx.scope(), &text),
            shows_anomalies: group.class() == Class::Http
                && (includes || target_group::attribute::detects_anomalies(&group)),
        };
        let there = Target::of_group(tx, &group);
        if !given.is_empty() {
            return Ok(judge.named(tx, &there, &given));
        }
        let listed = there.iter().filter(|own| !has_ended(svc, tx, &group, own));
        Ok::<_, Error>(listed.map(|own| judge.shape(own, judge.health(tx, own))).collect::<Vec<_>>())
    })?;
    Ok(api::DescribeTargetHealthOutput { target_health_descriptions: Some(found) })
}
