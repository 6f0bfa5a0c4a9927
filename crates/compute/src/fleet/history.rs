//! What happened to a fleet, kept as long as the fleet is shown.

use base::{Scope, Timestamp};
use ec2_resource::resource;
use serde::{Deserialize, Serialize};
use store::{Record, Tx};

/// Something that happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Happened {
    scope: Scope,
    fleet: String,
    pub(super) at: Timestamp,
    number: usize,
    pub(super) what: What,
    /// AWS's word.
    pub(super) kind: String,
    pub(super) description: Option<String>,
    pub(super) instance: Option<String>,
}

/// To what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    Instance,
    Fleet,
    Error,
}

impl Happened {
    /// What the keys of a fleet's history begin with.
    pub(super) fn prefix(scope: &Scope, fleet: &str) -> String {
        format!("{}/", resource::key(scope, fleet))
    }

    /// Where it stands in its fleet's history.
    pub(super) fn place(&self) -> String {
        format!("{:015}/{:08}", self.at.millis, self.number)
    }
}

impl Record for Happened {
    const TABLE: &'static str = "compute_fleet_history";
    type Key = String;

    fn key(&self) -> String {
        format!("{}{}", Self::prefix(&self.scope, &self.fleet), self.place())
    }
}

/// What is told of it.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) description: Option<String>,
    pub(crate) instance: Option<String>,
}

/// Writes down that something happened to a fleet, or to an instance of it.
pub(crate) fn note(tx: &mut Tx, (scope, fleet): (&Scope, &str), what: What, kind: &str, told: Told) {
    // Numbered within their millisecond.
    let prefix = format!("{}{:015}/", Happened::prefix(scope, fleet), tx.now().millis);
    let last = tx.range::<Happened>(&prefix).last().map(|own| own.number);
    let own = Happened {
        scope: scope.clone(),
        fleet: fleet.to_owned(),
        at: tx.now(),
        number: last.map_or(0, |last| last + 1),
        what,
        kind: kind.to_owned(),
        description: told.description,
        instance: told.instance,
    };
    tx.put(own);
}

/// Forgets it all.
pub(super) fn forget(tx: &mut Tx, scope: &Scope, fleet: &str) {
    let prefix = Happened::prefix(scope, fleet);
    let keys: Vec<String> = tx.range::<Happened>(&prefix).map(|own| own.key()).collect();
    for key in keys {
        tx.delete::<Happened>(&key);
    }
}
