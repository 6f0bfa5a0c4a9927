//! What identities may use and what they have used.

pub(crate) mod granting;
mod grants;
pub(crate) mod last_accessed;
mod names;
pub(crate) mod organization;
mod subject;
