//! `GET /_angae/integrity`: reads all bytes back.
//!
//! The logs are scanned record by record, and every blob that a row refers to is held against its checksum. It reads
//! everything there is, so it is for proofs and for doubts, not for health checks; ask it of a quiet server, because a
//! record that is just being appended looks like one that was torn. Files that no row names are counted beside it:
//! after a crash they are there until angae, a moment after its start, has thrown them away.

use super::compact::describe;
use super::{Page, problem};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use blob::BlobRef;
use ports::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(crate) async fn look(State(page): State<Page>) -> Response {
    let world = page.world;
    match tokio::task::spawn_blocking(move || read_back(&world)).await {
        Ok(Ok(found)) => Json(found).into_response(),
        Ok(Err(sentence)) => problem(StatusCode::INTERNAL_SERVER_ERROR, sentence),
        Err(panic) => problem(StatusCode::INTERNAL_SERVER_ERROR, panic),
    }
}

fn read_back(world: &World) -> Result<Value, String> {
    let scan = world.blobs.scan().map_err(|error| error.to_string())?;
    let (mut blobs, mut unreadable) = (0_u64, Vec::new());
    let mut orphans: BTreeSet<u64> = on_disk(world)?;
    for kept in crate::house::kept(&world.store.view()) {
        let reference = kept.map_err(|error| error.to_string())?;
        blobs += 1;
        if let BlobRef::File { id, .. } = reference {
            orphans.remove(&id);
        }
        if let Err(cause) = world.blobs.verify(&reference) {
            unreadable.push(format!("{reference}: {cause}"));
        }
    }
    let damaged: Vec<String> = scan.damaged.iter().map(ToString::to_string).collect();
    Ok(json!({
        "ok": damaged.is_empty() && unreadable.is_empty(),
        "records": scan.records,
        "damaged": damaged,
        "blobs": blobs,
        "unreadable": unreadable,
        "orphans": orphans.len(),
        "space": describe(&world.blobs).map_err(|error| error.to_string())?,
    }))
}

/// The files that are there. Those of other worlds cannot be told from orphans, and are none.
fn on_disk(world: &World) -> Result<BTreeSet<u64>, String> {
    if world.blobs.has_copies() {
        return Ok(BTreeSet::new());
    }
    let files = world.blobs.files_on_disk().map_err(|error| error.to_string())?;
    Ok(files.into_iter().collect())
}
