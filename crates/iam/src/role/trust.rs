//! Whom a role trusts.

use super::Role;
use crate::document;
use crate::entity::Rows;
use crate::error::Error;
use crate::named;
use crate::quota;
use ports::Nobody;
use std::collections::BTreeMap;

/// Refuses what is no trust policy, or too long for one.
pub(crate) fn check(text: &str) -> Result<(), Error> {
    document::check_trust(text)?;
    quota::TRUST_SIZE.require_size(document::size(text))
}

/// The users and roles it names, with the unique ids they have now.
pub(crate) fn resolve(rows: &impl Rows, text: &str) -> Result<BTreeMap<String, String>, Error> {
    named::resolve(rows, text).map_err(|Nobody(name)| Error::InvalidPrincipal(name))
}

/// The trust policy as it stands now.
pub(crate) fn current(rows: &impl Rows, role: &Role) -> String {
    named::current(rows, &role.trust, &role.principals)
}
