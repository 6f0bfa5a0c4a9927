//! CompleteSnapshot: counted and summed, and from then on as any other snapshot.

use super::error::Error;
use super::start::writable;
use super::{Direct, own};
use crate::block::{self, Layer, survey};
use crate::snapshot::{self, State};
use ports::Cx;
use shapes_ebs as api;
use store::Rows;

/// `CompleteSnapshot`. One that is complete, or about to be, answers what it is.
pub(super) fn complete(
    cx: &Cx,
    _svc: &Direct,
    input: api::CompleteSnapshotRequest,
) -> Result<api::CompleteSnapshotResponse, Error> {
    let id = input.snapshot_id.clone().unwrap_or_default();
    let parts = [
        input.checksum.is_some(),
        input.checksum_algorithm.is_some(),
        input.checksum_aggregation_method.is_some(),
    ];
    if parts.contains(&true) && parts.contains(&false) {
        return Err(Error::AggregateParts);
    }
    loop {
        if let Some(state) = cx.read(|view| done(view, cx, &id))? {
            return Ok(answer(state));
        }
        // What may be long is done outside of the transaction, which sees whether it still holds.
        let (layer, found) = cx.read(|view| {
            let layer = view.get::<Layer>(&id).ok_or_else(|| Error::NotWritable(id.clone()))?;
            Ok::<_, Error>((layer, survey(view, &id)?))
        })?;
        if i64::from(input.changed_blocks_count.unwrap_or_default())
            != i64::try_from(layer.blocks).unwrap_or(-1)
        {
            return Err(Error::ChangedBlocks);
        }
        if input.checksum.as_ref().is_some_and(|checksum| *checksum != found.checksum) {
            return Err(Error::AggregateMismatch);
        }
        let is_done = cx.write(|tx| {
            let own = writable(tx, cx, &id)?;
            if tx.row::<Layer>(&id).is_none_or(|now| now.writes != layer.writes) {
                return Ok::<_, Error>(false);
            }
            block::seal(tx, &id);
            snapshot::seal(tx, &own, found.blocks);
            Ok(true)
        })?;
        if is_done {
            return Ok(answer(State::Pending));
        }
    }
}

/// What a snapshot is that is not to be completed any more.
fn done(rows: &impl Rows, cx: &Cx, id: &str) -> Result<Option<State>, Error> {
    let found = own(rows, cx, id)?;
    match (&found.writing, found.state) {
        (Some(writing), State::Pending | State::Completed) if writing.is_sealed => Ok(Some(found.state)),
        (Some(_), State::Pending) => Ok(None),
        _ => Err(Error::NotWritable(id.to_owned())),
    }
}

fn answer(state: State) -> api::CompleteSnapshotResponse {
    api::CompleteSnapshotResponse { status: Some(state.word().to_owned()) }
}
