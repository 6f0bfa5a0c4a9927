//! A target: what its owner wants of it, and what was seen of it.

use super::Named;
use crate::arn;
use crate::target_group::TargetGroup;
use base::{Scope, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows};

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Intent {
    /// It serves.
    Serve,
    /// It leaves; what it serves ends.
    Leave,
}

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Observed {
    /// Nothing yet.
    Registering,
    /// The time in which it would have been checked has passed.
    Settled,
}

/// A target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) scope: Scope,
    /// The resource part of its group.
    pub(crate) group: String,
    /// An instance, an address, a function's ARN or a load balancer's.
    pub(crate) id: String,
    /// None of a function.
    pub(crate) port: Option<i32>,
    /// Of an address its zone, or `all`.
    pub(crate) zone: Option<String>,
    pub(crate) quic: Option<String>,
    pub(crate) registered_at: Timestamp,
    pub(crate) intent: Intent,
    pub(crate) observed: Observed,
    /// Grows with every change of intent: what was put off before is void.
    pub(crate) number: u64,
}

impl Record for Target {
    const TABLE: &'static str = "elb_target";
    const INDEXES: &'static [Index<Self>] = &[Self::ID];
    type Key = String;

    fn key(&self) -> String {
        let port = self.port.unwrap_or_default();
        arn::key(&self.scope, &format!("{}/{}/{port}", self.group, self.id))
    }
}

impl Target {
    /// By what it is.
    pub(crate) const ID: Index<Self> = Index { name: "id", keys: |own| vec![arn::key(&own.scope, &own.id)] };

    /// A new one.
    pub(crate) fn new(group: &TargetGroup, named: &Named, now: Timestamp) -> Self {
        Self {
            scope: group.scope.clone(),
            group: group.resource(),
            id: named.id.clone(),
            port: named.port.or(group.port),
            zone: named.zone.clone(),
            quic: named.quic.clone(),
            registered_at: now,
            intent: Intent::Serve,
            observed: Observed::Registering,
            number: 0,
        }
    }

    /// Those of a group, by id and port.
    pub(crate) fn of_group(rows: &impl Rows, group: &TargetGroup) -> Vec<Arc<Self>> {
        rows.below(&arn::key(&group.scope, &format!("{}/", group.resource())))
    }
}
