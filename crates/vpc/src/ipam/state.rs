//! The states of IPAMs, scopes and pools, which are the same.

use super::{Ipam, IpamPool, IpamScope};
use crate::error::{Error, IpamRefusal};
use crate::event::Changed;
use crate::resource::{self, Resource};
use base::Scope;
use serde::{Deserialize, Serialize};
use store::{Job, JobError, Tx};

/// How long AWS shows that it is creating, changing or deleting, in milliseconds.
const MILLIS: u32 = 10_000;

/// How far something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    Creating,
    Created,
    Modifying,
    Modified,
    Deleting,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Creating => "create-in-progress",
            Self::Created => "create-complete",
            Self::Modifying => "modify-in-progress",
            Self::Modified => "modify-complete",
            Self::Deleting => "delete-in-progress",
        }
    }

    /// Refuses what is on its way to another state.
    pub(super) fn require_settled(self, id: &str) -> Result<(), Error> {
        match self {
            Self::Created | Self::Modified => Ok(()),
            Self::Creating | Self::Modifying | Self::Deleting => {
                Err(IpamRefusal::State(id.to_owned(), self.word()).into())
            }
        }
    }
}

/// What has such a state.
pub(super) trait Stateful: Resource {
    /// Which it is.
    const WHICH: Which;
    /// The state, to change.
    fn state_mut(&mut self) -> &mut State;
    /// What goes with it.
    fn gone(&self, _tx: &mut Tx) {}
}

/// One of them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Which {
    /// An IPAM.
    Ipam,
    /// A scope.
    Scope,
    /// A pool.
    Pool,
}

/// Writes a row whose state will settle, and says so.
pub(super) fn begin<R: Stateful>(tx: &mut Tx, row: R, kind: &'static str) {
    let (scope, id) = (row.scope().clone(), row.id().to_owned());
    tx.emit(&Changed { kind, resource: row.arn() });
    tx.put(row);
    tx.after(MILLIS, Settle { which: R::WHICH, scope, id });
}

/// The end of a state that passes.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    which: Which,
    scope: Scope,
    id: String,
}

impl Job for Settle {
    const KIND: &'static str = "vpc.ipam-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let key = resource::key(&self.scope, &self.id);
        match self.which {
            Which::Ipam => settle::<Ipam>(tx, &key),
            Which::Scope => settle::<IpamScope>(tx, &key),
            Which::Pool => settle::<IpamPool>(tx, &key),
        }
        Ok(())
    }
}

fn settle<R: Stateful + Clone>(tx: &mut Tx, key: &str) {
    let Some(mut row) = tx.get::<R>(key).map(|row| (*row).clone()) else { return };
    let next = match *row.state_mut() {
        State::Creating => State::Created,
        State::Modifying => State::Modified,
        State::Created | State::Modified => return,
        State::Deleting => {
            row.gone(tx);
            tx.delete::<R>(key);
            return;
        }
    };
    *row.state_mut() = next;
    tx.emit(&Changed { kind: "IpamSettled", resource: row.arn() });
    tx.put(row);
}
