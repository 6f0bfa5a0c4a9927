//! Traffic policies: trees of rules in versions, and the records that follow them.

pub(crate) mod document;
pub(crate) mod instance;
mod instances;
pub(crate) mod policy;

pub(crate) use instances::{list_all, list_by_policy, list_by_zone};
