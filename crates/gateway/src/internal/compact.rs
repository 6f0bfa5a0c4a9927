//! `POST /_angae/compact`: gives the disk space back that is dead by now.
//!
//! Without being asked angae compacts too, from time to time and only what is mostly dead. This is for whoever wants
//! the space at once, as before a data folder is packed up; it copies everything that lives beside dead bytes.

use super::{Page, problem};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use blob::{BlobError, Blobs};
use serde_json::{Value, json};

pub(crate) async fn give_back(State(page): State<Page>) -> Response {
    let world = page.world;
    if world.blobs.has_copies() {
        let sentence =
            "worlds that were forked share the bytes; drop them first: DELETE /_angae/worlds/<name>";
        return problem(StatusCode::CONFLICT, sentence);
    }
    let outcome = async {
        let before = describe(&world.blobs)?;
        s3::compact(&world).await?;
        Ok::<_, ports::StepError>(json!({ "before": before, "after": describe(&world.blobs)? }))
    };
    match outcome.await {
        Ok(done) => Json(done).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

/// The byte store's account beside what its segments take on the disk.
pub(crate) fn describe(blobs: &Blobs) -> Result<Value, BlobError> {
    let usage = blobs.usage();
    let segment_bytes = blobs.segment_bytes()?;
    Ok(json!({
        "usage": usage,
        "segment_bytes": segment_bytes,
        "dead_bytes": segment_bytes.saturating_sub(usage.least_segment_bytes()),
    }))
}
