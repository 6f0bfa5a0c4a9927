//! The EBS direct APIs: snapshots written and read block by block.
//! Source: EBS direct APIs reference, version 2019-11-02.

mod complete;
mod error;
mod get;
mod list;
mod put;
mod start;
mod token;

pub use list::BlockPages;
pub(crate) use start::Expire;
pub(crate) use token::Seal;

use crate::snapshot::{Snapshot, State};
use base::Region;
use error::Error;
use ports::{Cx, Registry, Service};
use shapes_ebs as api;
use std::sync::Arc;
use store::Rows;

/// The service.
pub(crate) struct Direct {
    /// How it cuts pages.
    pages: BlockPages,
}

impl Service for Direct {
    type Error = Error;
}

/// Registers the operations.
pub(crate) fn install(registry: &mut Registry, pages: BlockPages) {
    let mut ops = registry.service(Arc::new(Direct { pages }));
    ops.answer::<api::StartSnapshot>(start::start)
        .stream::<api::PutSnapshotBlock, _>(put::put)
        .answer::<api::CompleteSnapshot>(complete::complete)
        .answer::<api::ListSnapshotBlocks>(list::blocks)
        .answer::<api::ListChangedBlocks>(list::changed)
        .stream::<api::GetSnapshotBlock, _>(get::get);
}

/// The snapshot of an id in the call's Region, the caller's own.
fn own(rows: &impl Rows, cx: &Cx, id: &str) -> Result<Arc<Snapshot>, Error> {
    let found = found(rows, cx.region(), id)?;
    if found.scope.account == cx.account() { Ok(found) } else { Err(Error::Foreign(id.to_owned())) }
}

/// One whose blocks may be read: complete and at hand, the caller's own or given to it. What everybody was given is
/// not read by this API.
fn readable(rows: &impl Rows, cx: &Cx, id: &str) -> Result<Arc<Snapshot>, Error> {
    let found = found(rows, cx.region(), id)?;
    if found.scope.account != cx.account() && !found.is_given_to(cx.account()) {
        return Err(Error::Foreign(id.to_owned()));
    }
    match found.state {
        State::Completed if found.tier.is_at_hand() => Ok(found),
        State::Completed | State::Pending | State::Failed => Err(Error::NotReadable(id.to_owned())),
    }
}

fn found(rows: &impl Rows, region: &Region, id: &str) -> Result<Arc<Snapshot>, Error> {
    Snapshot::of_place(rows, region, id).ok_or_else(|| Error::NoSnapshot(id.to_owned()))
}
