//! What is shown for a while after it is over, and then forgotten.

use crate::capacity_reservation::CapacityReservation;
use crate::dedicated_host::Host;
use crate::resource::{self, Resource};
use crate::spot_request::SpotRequest;
use base::Scope;
use serde::{Deserialize, Serialize};
use store::{Job, JobError, Tx};

/// How long it is shown: two days.
const SHOWN_MILLIS: i64 = 172_800_000;

/// A resource that is over at some time.
pub(crate) trait Passing: Resource<Key = String> {
    /// Which it is.
    const WHAT: What;

    /// Whether it is over.
    fn is_over(&self) -> bool;
}

/// The kinds there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    SpotRequest,
    CapacityReservation,
    Host,
}

/// Keeps it, and forgets it later where it is over.
pub(crate) fn put<R: Passing>(tx: &mut Tx, own: R) {
    if own.is_over() {
        let forgotten_at = tx.now().plus_millis(SHOWN_MILLIS);
        let forget = Forget { what: R::WHAT, scope: own.scope().clone(), id: own.id().to_owned() };
        tx.at(forgotten_at, &forget);
    }
    tx.put(own);
}

/// It is shown no more.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forget {
    what: What,
    scope: Scope,
    id: String,
}

impl Job for Forget {
    const KIND: &'static str = "compute.forget";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let key = resource::key(&self.scope, &self.id);
        match self.what {
            What::SpotRequest => forget::<SpotRequest>(tx, &key),
            What::CapacityReservation => forget::<CapacityReservation>(tx, &key),
            What::Host => forget::<Host>(tx, &key),
        }
        Ok(())
    }
}

fn forget<R: Passing>(tx: &mut Tx, key: &str) {
    if tx.get::<R>(key).is_some_and(|own| own.is_over()) {
        tx.delete::<R>(key);
    }
}
