//! DNS Firewall: lists of domains, groups of rules, and the VPCs they are for.

pub(super) mod association;
pub(super) mod batch;
pub(super) mod group;
pub(super) mod import;
pub(super) mod list;
mod managed;
pub(super) mod rule;

use super::shared::trace;
use crate::error::ResolverError as Error;
use ports::Cx;

/// Nothing of that id.
pub(super) fn none(cx: &Cx, id: &str) -> Error {
    Error::NoFirewall { id: id.to_owned(), trace: trace(cx) }
}
