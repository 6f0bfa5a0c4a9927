//! What happens to a prefix list after its call was answered.

use super::associations::{self, fits};
use super::model::{Doing, Entry, PrefixList, State, Step};
use crate::error::ListFailure;
use crate::event::Changed;
use crate::id::PrefixListId;
use crate::resource::{self, Resource};
use base::Scope;
use serde::{Deserialize, Serialize};
use store::{Job, JobError, Tx};

/// What becomes of the list.
#[derive(Serialize, Deserialize)]
pub(crate) enum Change {
    /// It is there.
    Made,
    /// It has these entries.
    Entries(Vec<Entry>),
    /// It is for so many entries.
    Maximum(i32),
    /// It has another name.
    Name(String),
    /// It goes.
    Gone,
}

/// The end of a state in progress.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    pub(crate) scope: Scope,
    pub(crate) id: PrefixListId,
    pub(crate) changes: Vec<Change>,
}

impl Job for Settle {
    const KIND: &'static str = "vpc.prefix-list-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let key = resource::key(&self.scope, self.id.as_str());
        let found = tx.get::<PrefixList>(&key).filter(|own| own.state.step == Step::InProgress);
        let Some(found) = found else { return Ok(()) };
        let mut list = (*found).clone();
        let mut failure = None;
        for change in self.changes {
            match change {
                Change::Made => {}
                Change::Entries(entries) => list.advance(entries),
                Change::Name(name) => list.name = name,
                Change::Maximum(maximum) => {
                    let had = std::mem::replace(&mut list.max_entries, maximum);
                    tx.put(list.clone());
                    if maximum > had && !fits(tx, &list) {
                        list.max_entries = had;
                        failure = Some(ListFailure::TooLarge);
                    }
                }
                Change::Gone if associations::of(tx, &self.scope, self.id.as_str()).is_empty() => {
                    tx.delete::<PrefixList>(&key);
                    tx.emit(&Changed { kind: "PrefixListDeleted", resource: list.arn() });
                    return Ok(());
                }
                Change::Gone => failure = Some(ListFailure::InUse),
            }
        }
        list.end(failure);
        tx.emit(&Changed { kind: "PrefixListChanged", resource: list.arn() });
        tx.put(list);
        Ok(())
    }
}

/// How long AWS shows a change in progress, in milliseconds.
const CHANGING_MILLIS: u32 = 5_000;

/// Begins a change: the list is shown as changing, and answered so.
pub(super) fn begin(tx: &mut Tx, mut list: PrefixList, doing: Doing, changes: Vec<Change>) -> PrefixList {
    list.state = State::begun(doing);
    list.failure = None;
    let job = Settle { scope: list.scope.clone(), id: list.id.clone(), changes };
    tx.after(CHANGING_MILLIS, job);
    let kind = match doing {
        Doing::Create => "PrefixListCreated",
        Doing::Modify | Doing::Restore | Doing::Delete => "PrefixListChanged",
    };
    tx.emit(&Changed { kind, resource: list.arn() });
    tx.put(list.clone());
    list
}
