//! The need of services that protect what they run within networks: security groups of their own there. Met by `vpc`.
//!
//! A user may change such a group's rules like any other's; it is the service that made it which takes it away.

use crate::{KnownGroup, NotPlaced};
use base::{Ids, Scope, Tags};
use std::collections::BTreeSet;
use store::Tx;

/// Security groups that belong to services.
pub trait ServiceGroups: Send + Sync {
    /// Makes a group that lets everything in from itself and everything out, and answers its id.
    ///
    /// # Errors
    /// There is no such VPC.
    fn make_closed(
        &self,
        ids: &Ids,
        tx: &mut Tx,
        scope: &Scope,
        wish: &WishedGroup,
    ) -> Result<String, NotPlaced>;
    /// The group of that name in the VPC; where there is none it is made, and lets everything out, and in from anywhere
    /// by IPv4 what comes over TCP to `ports`.
    ///
    /// # Errors
    /// There is no such VPC.
    fn open(
        &self,
        ids: &Ids,
        tx: &mut Tx,
        scope: &Scope,
        wish: (&WishedGroup, &BTreeSet<u16>),
    ) -> Result<KnownGroup, NotPlaced>;
    /// Puts back what [`ServiceGroups::make_closed`] gave a group: the rule that lets everything in from itself, and these
    /// tags of those it had.
    fn restore(&self, ids: &Ids, tx: &mut Tx, scope: &Scope, group: (&str, &Tags));
    /// Takes one away, with its rules. One that something else still stands in stays.
    fn remove(&self, tx: &mut Tx, scope: &Scope, id: &str);
}

/// What a group is to be.
#[derive(Clone, Debug)]
pub struct WishedGroup {
    /// In which VPC.
    pub vpc: String,
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// Its tags.
    pub tags: Tags,
}
