//! What passes from one state to the next by itself, at AWS's pace or at once.

use crate::resource::{self, Resource};
use base::Scope;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use store::{Job, JobError, Tx};

/// Milliseconds of an hour: how long AWS shows most of what has gone.
pub(crate) const HOUR_MILLIS: i64 = 3_600_000;

/// A resource whose state is followed by another.
pub(crate) trait Staged: Resource {
    /// What its job is called.
    const STEP: &'static str;
    /// Its state, by AWS's word.
    fn stage(&self) -> &'static str;
    /// What follows; nothing where the state is one that stays.
    fn step(self, tx: &mut Tx);
}

/// The next state, if the resource is still in the one it was in.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Step<R> {
    scope: Scope,
    id: String,
    from: String,
    #[serde(skip)]
    of: PhantomData<fn() -> R>,
}

impl<R: Staged> Step<R> {
    fn of(row: &R) -> Self {
        let (scope, id) = (row.scope().clone(), row.id().to_owned());
        Self { scope, id, from: row.stage().to_owned(), of: PhantomData }
    }
}

impl<R: Staged> Job for Step<R> {
    const KIND: &'static str = R::STEP;

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<R>(&resource::key(&self.scope, &self.id));
        if let Some(row) = found.filter(|row| row.stage() == self.from) {
            (*row).clone().step(tx);
        }
        Ok(())
    }
}

/// What follows comes after so much of AWS's time.
pub(crate) fn step_after<R: Staged>(tx: &mut Tx, row: &R, millis: u32) {
    tx.after(millis, Step::of(row));
}

/// What follows comes after so much of the world's time, whatever the pace.
pub(crate) fn step_at<R: Staged>(tx: &mut Tx, row: &R, millis: i64) {
    tx.at(tx.now().plus_millis(millis), &Step::of(row));
}
