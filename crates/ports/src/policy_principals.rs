//! The need of services whose resources have policies: who it is that a policy names. Met by `iam`.

use crate::World;
use std::collections::BTreeMap;

/// Knows the users and roles that policies name.
pub trait PolicyPrincipals: Send + Sync {
    /// The unique ids that they have now, each by the text that names it. Accounts, sessions and everybody have none.
    ///
    /// # Errors
    /// A user or role that is not there, or a text that names nobody.
    fn resolve(&self, world: &World, policy: &str) -> Result<BTreeMap<String, String>, Nobody>;

    /// A policy as it stands now: those it named by their present ARNs, and by their unique ids once they are gone.
    fn current(&self, world: &World, policy: &str, named: &BTreeMap<String, String>) -> String;
}

/// What a policy calls a principal, who is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nobody(pub String);
