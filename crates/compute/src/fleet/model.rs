//! What a fleet is: of EC2, or of Spot. Both are one thing that two APIs tell in different words.

use super::share::Way;
use crate::instance::Instance;
use base::{Scope, Tags, Timestamp};
use ec2_resource::error::Kind;
use ec2_resource::resource::{self, Resource};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;
use store::{Index, Record, Rows};

/// Which of the two.
pub(crate) trait Sort: Clone + Debug + Send + Sync + 'static {
    const TABLE: &'static str;
    const TYPE: &'static str;
    const PREFIX: &'static str;
    const KIND: Kind;
    const FILTERS: &'static [&'static str];
    /// The tag by which instances tell their fleet.
    const TAG: &'static str;
    /// The kinds of its jobs.
    const DUE: &'static str;
    const EXPIRE: &'static str;
    const FORGET: &'static str;
    /// AWS's words for the states after the end.
    const ENDED: [&'static str; 3];
}

/// EC2 Fleet.
#[derive(Clone, Debug)]
pub(crate) struct OfEc2;

impl Sort for OfEc2 {
    const TABLE: &'static str = "compute_fleet";
    const TYPE: &'static str = "fleet";
    const PREFIX: &'static str = "fleet-";
    const KIND: Kind = Kind::Fleet;
    const FILTERS: &'static [&'static str] = &[
        "activity-status",
        "excess-capacity-termination-policy",
        "fleet-state",
        "replace-unhealthy-instances",
        "type",
    ];
    const TAG: &'static str = "aws:ec2:fleet-id";
    const DUE: &'static str = "compute.fleet-due";
    const EXPIRE: &'static str = "compute.fleet-expire";
    const FORGET: &'static str = "compute.fleet-forget";
    const ENDED: [&'static str; 3] = ["deleted", "deleted_running", "deleted_terminating"];
}

/// Spot Fleet.
#[derive(Clone, Debug)]
pub(crate) struct OfSpot;

impl Sort for OfSpot {
    const TABLE: &'static str = "compute_spot_fleet";
    const TYPE: &'static str = "spot-fleet-request";
    const PREFIX: &'static str = "sfr-";
    const KIND: Kind = Kind::SpotFleet;
    const FILTERS: &'static [&'static str] = &[];
    const TAG: &'static str = "aws:ec2spot:fleet-request-id";
    const DUE: &'static str = "compute.spot-fleet-due";
    const EXPIRE: &'static str = "compute.spot-fleet-expire";
    const FORGET: &'static str = "compute.spot-fleet-forget";
    const ENDED: [&'static str; 3] = ["cancelled", "cancelled_running", "cancelled_terminating"];
}

/// A fleet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Fleet<S> {
    pub(crate) scope: Scope,
    pub(crate) id: String,
    pub(super) created_at: Timestamp,
    pub(super) state: State,
    pub(super) kind: FleetType,
    /// As it is told: the call's own members, with what holds where nothing was said.
    pub(super) config: Map<String, Value>,
    pub(super) plan: Plan,
    /// Units that were launched ever: on demand, and spare.
    pub(super) launched: [f64; 2],
    /// What could not be launched the last time.
    pub(super) faults: Vec<Fault>,
    /// What a fleet of type instant has launched.
    pub(super) groups: Vec<Group>,
    /// Its time has come.
    pub(super) has_begun: bool,
    /// When it tries again what failed.
    pub(super) retries_at: Option<Timestamp>,
    pub(super) tags: Tags,
    #[serde(skip)]
    pub(super) sort: PhantomData<S>,
}

/// What is to be launched, and how.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    /// Units on demand, and spare ones.
    pub(super) target: [i32; 2],
    /// `units`, `vcpu` or `memory-mib`.
    pub(super) unit: String,
    /// AWS's words for the ways, on demand and spare.
    pub(super) ways: [String; 2],
    /// How many of the cheapest pools spare capacity is taken from.
    pub(super) pools: usize,
    /// Whether all is to be of one type, in one zone: on demand, and spare.
    pub(super) single_type: [bool; 2],
    pub(super) single_zone: [bool; 2],
    /// Units without which nothing is launched.
    pub(super) least: [i32; 2],
    pub(super) offers: Vec<Offer>,
    /// Tags of what it launches, as RunInstances takes them.
    pub(super) launch_tags: Value,
    pub(super) keeps_excess: bool,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) ends_with_instances: bool,
}

/// A launch template with one of its overrides, or a launch specification.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Offer {
    /// `LaunchTemplateSpecification`, where it is from a template.
    pub(super) template: Option<Map<String, Value>>,
    /// The override as it is told.
    pub(super) told: Map<String, Value>,
    /// Members of RunInstances over those of the template.
    pub(super) launch: Map<String, Value>,
    /// What types must have, in the place of one that is named.
    pub(super) requirements: Option<Map<String, Value>>,
    pub(super) weight: Option<f64>,
    pub(super) priority: Option<f64>,
    pub(super) max_price: Option<String>,
}

/// What could not be launched, and why.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Fault {
    pub(super) offer: usize,
    pub(super) instance_type: Option<String>,
    pub(super) is_spot: bool,
    pub(super) code: String,
    pub(super) sentence: String,
}

/// Instances that were launched from one offer, of one type in one place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) offer: usize,
    pub(super) instance_type: String,
    pub(super) is_spot: bool,
    pub(super) platform: Option<String>,
    pub(super) zone: base::Zone,
    pub(super) subnet: String,
    pub(super) instances: Vec<String>,
}

/// How a fleet lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FleetType {
    /// It launches with the call that makes it, and no more.
    Instant,
    /// It launches, and does not replace what goes.
    Request,
    /// It keeps its capacity.
    Maintain,
}

/// What it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    Submitted,
    Active,
    Modifying,
    /// It has been deleted: its instances end, or run on.
    Ended {
        terminates: bool,
    },
}

impl<S: Sort> Fleet<S> {
    /// Those that may have something to launch, whosever they are: all under one text.
    pub(crate) const KEPT: Index<Self> =
        Index { name: "kept", keys: |own| if own.works() { vec![String::new()] } else { Vec::new() } };

    /// Whether it launches.
    pub(super) fn works(&self) -> bool {
        self.has_begun
            && !matches!(self.state, State::Ended { .. })
            && (self.kind == FleetType::Maintain || [0, 1].iter().any(|&market| self.owes(market) > 0.0))
    }

    fn owes(&self, market: usize) -> f64 {
        f64::from(self.plan.target[market]) - self.launched[market]
    }

    /// Its instances, but those that end or have ended; oldest first.
    pub(super) fn instances(&self, rows: &impl Rows) -> Vec<Arc<Instance>> {
        let mut found = self.lingering(rows);
        found.retain(|own| !own.is_gone());
        found.sort_by_cached_key(|own| own.place());
        found
    }

    /// Its instances that have not ended.
    fn lingering(&self, rows: &impl Rows) -> Vec<Arc<Instance>> {
        rows.listed(&Instance::FLEET, &resource::key(&self.scope, &self.id))
    }

    /// For how many units an instance of a type counts.
    pub(super) fn weight(&self, name: &str) -> f64 {
        let is_of = |offer: &&Offer| offer.launch.get("InstanceType").is_none_or(|own| own == name);
        let weight = self.plan.offers.iter().filter(is_of).find_map(|offer| offer.weight);
        weight.unwrap_or_else(|| by_unit(&self.plan.unit, name))
    }

    /// Units that run: on demand, and spare.
    pub(super) fn fulfilled(&self, rows: &impl Rows) -> [f64; 2] {
        let mut units = [0.0; 2];
        for own in self.instances(rows) {
            units[usize::from(own.options.lifecycle.is_some())] += self.weight(&own.instance_type);
        }
        units
    }

    /// Units that are still to be launched: on demand, and spare.
    pub(super) fn missing(&self, rows: &impl Rows) -> [f64; 2] {
        let running = self.fulfilled(rows);
        [0, 1].map(|market| match self.kind {
            FleetType::Maintain => f64::from(self.plan.target[market]) - running[market],
            FleetType::Instant | FleetType::Request => self.owes(market),
        })
    }

    /// The way in which a market's capacity is shared out.
    pub(super) fn way(&self, market: usize) -> Way {
        match self.plan.ways[market].as_str() {
            "diversified" => Way::Diversified,
            "prioritized" | "capacity-optimized-prioritized" | "capacityOptimizedPrioritized" => {
                Way::Prioritized
            }
            "capacity-optimized" | "capacityOptimized" => Way::Deepest,
            "price-capacity-optimized" | "priceCapacityOptimized" => Way::Lowest(1),
            _ if market == 1 => Way::Lowest(self.plan.pools),
            _ => Way::Lowest(1),
        }
    }

    /// AWS's word for its state.
    pub(super) fn word(&self, rows: &impl Rows) -> &'static str {
        let [gone, running, terminating] = S::ENDED;
        match self.state {
            State::Submitted => "submitted",
            State::Active => "active",
            State::Modifying => "modifying",
            State::Ended { .. } if self.lingering(rows).is_empty() => gone,
            State::Ended { terminates: false } => running,
            State::Ended { terminates: true } => terminating,
        }
    }

    /// AWS's word for how far it has come.
    pub(super) fn activity(&self, rows: &impl Rows) -> Option<&'static str> {
        match self.state {
            State::Ended { terminates: true } => Some("pending_termination"),
            State::Ended { terminates: false } => None,
            _ if self.missing(rows).iter().all(|units| *units <= 0.0) => Some("fulfilled"),
            _ if !self.faults.is_empty() => Some("error"),
            _ => Some("pending_fulfillment"),
        }
    }
}

/// For how many units an instance counts where no weight is given.
pub(super) fn by_unit(unit: &str, name: &str) -> f64 {
    let known = instance_types::by_name(name);
    match (unit, known) {
        ("vcpu", Some(own)) => f64::from(own.vcpus.default_vcpus),
        ("memory-mib", Some(own)) => u32::try_from(own.memory_mib).map_or(f64::MAX, f64::from),
        _ => 1.0,
    }
}

impl FleetType {
    /// AWS's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Request => "request",
            Self::Maintain => "maintain",
        }
    }
}

impl<S: Sort> Record for Fleet<S> {
    const TABLE: &'static str = S::TABLE;
    const INDEXES: &'static [Index<Self>] = &[Self::KEPT];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, &self.id)
    }
}

impl<S: Sort> Resource for Fleet<S> {
    const TYPE: &'static str = S::TYPE;
    const PREFIX: &'static str = S::PREFIX;
    const KIND: Kind = S::KIND;
    const FILTERS: &'static [&'static str] = S::FILTERS;
    const PAGE: (i32, i32) = (1, 1000);

    resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "excess-capacity-termination-policy" => {
                vec![if self.plan.keeps_excess { "no-termination" } else { "termination" }.to_owned()]
            }
            "replace-unhealthy-instances" => {
                let replaces = self.config.get("ReplaceUnhealthyInstances") == Some(&Value::Bool(true));
                resource::truth(replaces)
            }
            "type" => vec![self.kind.word().to_owned()],
            _ => Vec::new(),
        }
    }

    fn filter_within(&self, view: &store::View, name: &str) -> Vec<String> {
        match name {
            "activity-status" => self.activity(view).map(str::to_owned).into_iter().collect(),
            "fleet-state" => vec![self.word(view).to_owned()],
            _ => self.filter(name),
        }
    }
}
