//! One whole, independent cloud.

use crate::{IamSwitch, Operations};
use base::{Clock, Ids, Pace};
use blob::Blobs;
use store::Store;

/// A world: its state, its bytes, its clock and its ids. `main` exists from the start; others are forked from one.
pub struct World {
    /// `main`, or the name it was forked under.
    pub name: String,
    /// Its records.
    pub store: Store,
    /// Its bytes; forks share them by reference.
    pub blobs: Blobs,
    /// Its time.
    pub clock: Clock,
    /// Its randomness.
    pub ids: Ids,
    /// How long transitions without real work take.
    pub pace: Pace,
    /// Whether policies decide in it.
    pub iam: IamSwitch,
    /// Who answers what its services call.
    pub operations: Operations,
}
