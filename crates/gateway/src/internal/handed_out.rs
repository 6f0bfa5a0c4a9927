//! What services handed out as addresses in place of bytes. The address names its world: whoever has it may be a client
//! that says nothing of worlds.

use super::{Page, problem};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// What lies at such an address.
pub(super) async fn fetch(
    State(page): State<Page>,
    Path((world, token)): Path<(String, String)>,
) -> Response {
    let entry = page.house.worlds.get(&world);
    let found = entry.and_then(|entry| page.house.handed_out.open(&entry.world, &token));
    match found {
        Some(found) => ([(CONTENT_TYPE, found.content_type)], found.bytes).into_response(),
        None => problem(StatusCode::FORBIDDEN, "nobody handed this out, or its time is over"),
    }
}
