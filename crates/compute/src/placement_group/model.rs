//! What a placement group is, and who is in one.

use base::{Scope, Tags};
use ec2_resource::error::Kind;
use ec2_resource::id::PlacementGroupId;
use ec2_resource::resource::{self, Resource};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Rows;
use store::{Index, Record};

/// A wish where instances stand to each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PlacementGroup {
    pub(crate) scope: Scope,
    pub(crate) id: PlacementGroupId,
    pub(crate) name: String,
    pub(crate) strategy: Strategy,
    pub(crate) state: State,
    pub(crate) tags: Tags,
}

/// How instances stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Strategy {
    /// Close together.
    Cluster,
    /// Each on its own.
    Spread(SpreadLevel),
    /// In so many parts.
    Partition(i32),
}

impl Strategy {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Spread(_) => "spread",
            Self::Partition(_) => "partition",
        }
    }
}

/// What instances of a spread group do not share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SpreadLevel {
    /// A rack.
    Rack,
    /// A host.
    Host,
}

impl SpreadLevel {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Rack => "rack",
            Self::Host => "host",
        }
    }
}

/// Whether it can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Soon.
    Pending,
    /// It can.
    Available,
    /// Soon it is no more.
    Deleting,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Deleting => "deleting",
        }
    }
}

impl PlacementGroup {
    /// By name; no two of a scope share one.
    pub(crate) const NAME: Index<Self> =
        Index { name: "name", keys: |own| vec![resource::key(&own.scope, &own.name)] };

    /// How many partitions it has, where it has any.
    pub(crate) fn partitions(&self) -> Option<i32> {
        match self.strategy {
            Strategy::Partition(count) => Some(count),
            Strategy::Cluster | Strategy::Spread(_) => None,
        }
    }

    /// The group of that name.
    pub(crate) fn of_name(rows: &impl Rows, scope: &Scope, name: &str) -> Option<Arc<Self>> {
        rows.first(&Self::NAME, &resource::key(scope, name))
    }
}

impl Record for PlacementGroup {
    const TABLE: &'static str = "compute_placement_group";
    const INDEXES: &'static [Index<Self>] = &[Self::NAME];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for PlacementGroup {
    const TYPE: &'static str = "placement-group";
    const PREFIX: &'static str = PlacementGroupId::PREFIX;
    const KIND: Kind = Kind::PlacementGroup;
    const FILTERS: &'static [&'static str] =
        &["group-arn", "group-name", "spread-level", "state", "strategy"];

    resource::own_members!();

    fn arn_id(&self) -> &str {
        &self.name
    }

    /// Tags are given by id, everything else goes by name.
    fn of_arn(rows: &impl Rows, scope: &Scope, text: &str) -> Option<Arc<Self>> {
        Self::of_name(rows, scope, text).or_else(|| rows.row(&resource::key(scope, text)))
    }

    fn filter(&self, name: &str) -> Vec<String> {
        match (name, self.strategy) {
            ("group-arn", _) => vec![self.arn()],
            ("group-name", _) => vec![self.name.clone()],
            ("spread-level", Strategy::Spread(level)) => vec![level.word().to_owned()],
            ("state", _) => vec![self.state.word().to_owned()],
            ("strategy", strategy) => vec![strategy.word().to_owned()],
            _ => Vec::new(),
        }
    }
}
