//! The state as one file, and emptying it.

use super::{Page, problem};
use axum::Json;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use store::{ImportError, Ticket, View, WriteCall};

/// `POST /_angae/reset?service=…`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    service: Option<String>,
}

fn call(page: &Page) -> WriteCall {
    WriteCall { now: page.world.clock.now(), pace: page.world.pace }
}

pub(crate) async fn reset(State(page): State<Page>, Query(wish): Query<Reset>) -> Response {
    let service = wish.service.as_deref();
    if let Some(service) = service.filter(|service| !SERVICES.contains(service)) {
        let sentence = format!("{service:?} is no service; there are {}", SERVICES.join(", "));
        return problem(StatusCode::BAD_REQUEST, sentence);
    }
    let of = service.map_or_else(|| "everything".to_owned(), |service| format!("the state of {service}"));
    let world = &page.world.name;
    let message = format!("{of} in the world {world:?} is gone");
    let (before, ticket) = match page.world.store.reset(&call(&page), service) {
        Ok(begun) => begun,
        Err(error) => return problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    };
    let answer = settle(ticket, message).await;
    if answer.status().is_success() && service.is_none_or(|service| service == "s3") {
        let blobs = page.world.blobs.clone();
        let released = tokio::task::spawn_blocking(move || s3::release_all(&before, &blobs)).await;
        // The rows are gone whatever becomes of the bytes: an orphan goes with the next opening.
        match released {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the bytes of a state that is gone are left"),
            Err(error) => tracing::error!(%error, "the bytes of a state that is gone are left"),
        }
    }
    answer
}

/// The crates that own tables.
const SERVICES: [&str; 3] = ["iam", "s3", "vpc"];

pub(crate) async fn export(State(page): State<Page>) -> Response {
    match page.world.store.export() {
        Ok(text) => {
            let name = format!("attachment; filename=\"angae-{}.jsonl\"", page.world.name);
            ([("content-type", "application/jsonl".to_owned()), ("content-disposition", name)], text)
                .into_response()
        }
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

/// An exported state at the most, in bytes: a million records and more. It is held in memory while it is taken in.
const LARGEST_STATE: usize = 1024 * 1024 * 1024;

/// The limit of what [`import`] reads; axum's own would be 2 MB.
pub(crate) fn import_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST_STATE)
}

pub(crate) async fn import(State(page): State<Page>, text: String) -> Response {
    let message = format!("the state of the world {:?} is the imported one", page.world.name);
    let blobs = page.world.blobs.clone();
    let accept = |before: &View, after: &View| s3::replace(before, after, &blobs);
    let (gone, ticket) = match page.world.store.import(&call(&page), &text, accept) {
        Ok(begun) => begun,
        Err(error @ ImportError::Format(_)) => return problem(StatusCode::BAD_REQUEST, error),
        Err(ImportError::Store(error)) => return problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    };
    let answer = settle(ticket, message).await;
    if answer.status().is_success() {
        gone.iter().for_each(|blob| s3::release(&blobs, blob));
    }
    answer
}

/// Waits for the disk, then answers.
async fn settle(ticket: Ticket, message: String) -> Response {
    match ticket.wait().await {
        Ok(()) => Json(json!({ "message": message })).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}
