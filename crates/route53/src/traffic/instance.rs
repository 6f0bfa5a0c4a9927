//! Instances of traffic policies: a name in a zone that a policy answers for.

use crate::Route53;
use crate::error::Error;
use crate::event::Changed;
use crate::home::{arn, home, location};
use crate::name::Name;
use crate::record::model::{Body, RecordSet, RecordType, Routing};
use crate::record::rows::{RecordRows, of_name};
use crate::traffic::policy::PolicyVersion;
use crate::zone::{self, Zone};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Milliseconds until the name servers follow a policy, about.
const SPREAD_MILLIS: u32 = 30_000;
/// Sets at one name that are looked at.
const AT_A_NAME: usize = 4096;

/// How far an instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Creating,
    Updating,
    Applied,
}

/// An instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Instance {
    id: String,
    pub(crate) home: String,
    pub(crate) zone: String,
    pub(crate) name: Name,
    pub(crate) ttl_seconds: i64,
    state: State,
    pub(crate) policy: String,
    pub(crate) version: i32,
    pub(crate) kind: RecordType,
}

impl Record for Instance {
    const TABLE: &'static str = "route53_traffic_policy_instance";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::POLICY];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Instance {
    pub(crate) const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };
    /// By the version it follows.
    pub(crate) const POLICY: Index<Self> =
        Index { name: "policy", keys: |own| vec![Self::policy_key(&own.policy, own.version)] };

    /// How the index names a version.
    pub(crate) fn policy_key(policy: &str, version: i32) -> String {
        format!("{policy}/{version}")
    }

    fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let found = rows.row::<Self>(id.unwrap_or_default()).filter(|found| found.home == home(cx));
        found.ok_or(Error::NoInstance)
    }

    fn set(&self) -> RecordSet {
        RecordSet {
            zone: self.zone.clone(),
            name: self.name.clone(),
            kind: self.kind,
            identifier: None,
            routing: Routing::Simple,
            body: Body::Policy { instance: self.id.clone() },
            health_check: None,
        }
    }

    pub(crate) fn shape(&self) -> api::TrafficPolicyInstance {
        let state = match self.state {
            State::Creating => "Creating",
            State::Updating => "Updating",
            State::Applied => "Applied",
        };
        api::TrafficPolicyInstance {
            id: Some(self.id.clone()),
            hosted_zone_id: Some(self.zone.clone()),
            name: Some(self.name.to_string()),
            ttl: Some(self.ttl_seconds),
            state: Some(state.to_owned()),
            message: Some(String::new()),
            traffic_policy_id: Some(self.policy.clone()),
            traffic_policy_version: Some(self.version),
            traffic_policy_type: Some(self.kind.as_str().to_owned()),
        }
    }
}

fn kind_of(policy: &PolicyVersion) -> Result<RecordType, Error> {
    RecordType::parse(&policy.kind).ok_or(Error::NoPolicy)
}

fn announce(tx: &mut Tx, cx: &Cx, kind: &'static str, instance: &Instance) {
    tx.emit(&Changed { kind, resource: arn(cx, "trafficpolicyinstance", &instance.id) });
}

/// Where a policy may answer: within the zone, with nothing of its type there, and beside no CNAME.
fn require_room(tx: &mut Tx, zone: &Zone, name: &Name, kind: RecordType) -> Result<(), Error> {
    if !name.is_within(&zone.name) {
        let sentence = format!("RRSet with DNS name {name} is not permitted in zone {}", zone.name);
        return Err(Error::Input(sentence));
    }
    let there = tx.paged::<RecordSet>().sets(&of_name(&zone.id, name), None, AT_A_NAME)?;
    let is_alone = |other: RecordType| other == RecordType::Cname || other == kind;
    if there.iter().any(|set| is_alone(set.kind)) || (kind == RecordType::Cname && !there.is_empty()) {
        return Err(Error::InstanceExists);
    }
    Ok(())
}

/// `CreateTrafficPolicyInstance`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateTrafficPolicyInstanceRequest,
) -> Result<api::CreateTrafficPolicyInstanceResponse, Error> {
    let given = input.name.unwrap_or_default();
    let name = Name::parse(&given)
        .map_err(|bad| Error::Input(format!("FATAL problem: {} encountered with '{given}'", bad.words())))?;
    let policy = input.traffic_policy_id.unwrap_or_default();
    let version = input.traffic_policy_version.unwrap_or_default();
    let id = cx.ids().uuid();
    let instance = cx.write(|tx| {
        let mut zone = (*zone::own(tx, cx, input.hosted_zone_id.as_deref())?).clone();
        let kind = kind_of(&*PolicyVersion::own(tx, cx, &policy, version)?)?;
        require_room(tx, &zone, &name, kind)?;
        let instance = Instance {
            id: id.clone(),
            home: home(cx),
            zone: zone.id.clone(),
            name: name.clone(),
            ttl_seconds: input.ttl.unwrap_or_default(),
            state: State::Creating,
            policy: policy.clone(),
            version,
            kind,
        };
        tx.paged().put(instance.set());
        zone.record_sets += 1;
        tx.put(zone);
        announce(tx, cx, "TrafficPolicyInstanceCreated", &instance);
        tx.put(instance.clone());
        tx.after(SPREAD_MILLIS, Apply { id: id.clone() });
        Ok::<_, Error>(instance)
    })?;
    let location = Some(location(&format!("trafficpolicyinstance/{id}")));
    Ok(api::CreateTrafficPolicyInstanceResponse { traffic_policy_instance: Some(instance.shape()), location })
}

/// The name servers follow the policy.
#[derive(Serialize, Deserialize)]
pub(crate) struct Apply {
    id: String,
}

impl Job for Apply {
    const KIND: &'static str = "route53.traffic_policy";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(instance) = tx.get::<Instance>(&self.id) {
            tx.put(Instance { state: State::Applied, ..(*instance).clone() });
        }
        Ok(())
    }
}

/// `GetTrafficPolicyInstance`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetTrafficPolicyInstanceRequest,
) -> Result<api::GetTrafficPolicyInstanceResponse, Error> {
    let instance = cx.read(|view| Instance::own(view, cx, input.id.as_deref()))?;
    Ok(api::GetTrafficPolicyInstanceResponse { traffic_policy_instance: Some(instance.shape()) })
}

/// `UpdateTrafficPolicyInstance`: another version, or another policy of the same type.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Route53,
    input: api::UpdateTrafficPolicyInstanceRequest,
) -> Result<api::UpdateTrafficPolicyInstanceResponse, Error> {
    let policy = input.traffic_policy_id.unwrap_or_default();
    let version = input.traffic_policy_version.unwrap_or_default();
    cx.write(|tx| {
        let found = Instance::own(tx, cx, input.id.as_deref())?;
        if kind_of(&*PolicyVersion::own(tx, cx, &policy, version)?)? != found.kind {
            return Err(Error::TypesDiffer);
        }
        let instance = Instance {
            ttl_seconds: input.ttl.unwrap_or_default(),
            state: State::Updating,
            policy: policy.clone(),
            version,
            ..(*found).clone()
        };
        announce(tx, cx, "TrafficPolicyInstanceChanged", &instance);
        let traffic_policy_instance = Some(instance.shape());
        tx.after(SPREAD_MILLIS, Apply { id: instance.id.clone() });
        tx.put(instance);
        Ok(api::UpdateTrafficPolicyInstanceResponse { traffic_policy_instance })
    })
}

/// `DeleteTrafficPolicyInstance`, and what it answered.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteTrafficPolicyInstanceRequest,
) -> Result<api::DeleteTrafficPolicyInstanceResponse, Error> {
    cx.write(|tx| {
        let instance = Instance::own(tx, cx, input.id.as_deref())?;
        tx.paged::<RecordSet>().delete(&instance.set().key());
        if let Some(zone) = tx.get::<Zone>(&instance.zone) {
            let mut zone = (*zone).clone();
            zone.record_sets = zone.record_sets.saturating_sub(1);
            tx.put(zone);
        }
        tx.delete::<Instance>(&instance.id);
        announce(tx, cx, "TrafficPolicyInstanceDeleted", &instance);
        Ok(api::DeleteTrafficPolicyInstanceResponse {})
    })
}

/// `GetTrafficPolicyInstanceCount`.
pub(crate) fn count(
    cx: &Cx,
    _svc: &Route53,
    _input: api::GetTrafficPolicyInstanceCountRequest,
) -> Result<api::GetTrafficPolicyInstanceCountResponse, Error> {
    let count = cx.read(|view| view.by(&Instance::OWNER, &home(cx)).count());
    Ok(api::GetTrafficPolicyInstanceCountResponse {
        traffic_policy_instance_count: i32::try_from(count).ok(),
    })
}
