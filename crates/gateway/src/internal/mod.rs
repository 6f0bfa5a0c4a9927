//! `/_angae/…`: what angae says of itself, and the switches of worlds and clocks.
//!
//! These pages are no AWS API: plain JSON over HTTP, served on the same port. No bucket can hide them, because a
//! bucket's name cannot begin with `_`.

mod audit;
mod compact;
mod decisions;
mod events;
mod follow;
mod handed_out;
mod iam_mode;
mod instances;
mod integrity;
mod issuers;
mod network;
mod state;
mod worlds;

use crate::house::House;
use crate::pipeline::OutBody;
use crate::settings::Planes;
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use ports::World;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

/// What a page is given.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) house: Arc<House>,
    pub(crate) world: Arc<World>,
}

/// Whether the path belongs to these pages.
pub(crate) fn owns(path: &str) -> bool {
    path == "/_angae" || path.starts_with("/_angae/") || path == "/_localstack/health"
}

/// Answers one request for a page.
pub(crate) async fn answer(
    house: Arc<House>,
    world: Arc<World>,
    request: http::Request<hyper::body::Incoming>,
) -> http::Response<OutBody> {
    let Ok(answer) = router().with_state(Page { house, world }).oneshot(request).await;
    in_json(answer).await.map(OutBody::from_axum)
}

/// The library's own refusals are text: they say the same as JSON, as every other refusal here.
async fn in_json(answer: Response) -> Response {
    let content_type = answer.headers().get(CONTENT_TYPE);
    let is_json = content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if !(answer.status().is_client_error() || answer.status().is_server_error()) || is_json {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let sentence = match axum::body::to_bytes(body, MOST_SENTENCE_BYTES).await {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) => error.to_string(),
    };
    problem(parts.status, sentence)
}

/// Bytes of the library's longest refusal, amply.
const MOST_SENTENCE_BYTES: usize = 64 * 1024;

pub(crate) use issuers::published;

/// A refusal before any page is known.
pub(crate) fn refuse(status: StatusCode, sentence: &str) -> http::Response<OutBody> {
    crate::pipeline::plain(status, "application/json", json!({ "error": sentence }).to_string())
}

fn router() -> Router<Page> {
    Router::new()
        .route("/_angae", get(health))
        .route("/_angae/health", get(health))
        .route("/_angae/ready", get(ready))
        .route("/_localstack/health", get(localstack_health))
        .route("/_angae/coverage", get(coverage))
        .route("/_angae/metrics", get(metrics))
        .route("/_angae/reset", post(state::reset))
        .route("/_angae/state", get(state::export).post(state::import).put(state::import))
        .route("/_angae/worlds", get(worlds::list).post(worlds::create))
        .route("/_angae/worlds/{name}", delete(worlds::remove))
        .route("/_angae/clock", get(worlds::clock).post(worlds::advance))
        .route("/_angae/iam/decisions", get(decisions::newest))
        .route("/_angae/iam/decisions/{id}", get(decisions::one))
        .route("/_angae/iam/explain", get(decisions::explain))
        .route("/_angae/net/explain", get(network::explain))
        .route("/_angae/net/judge", get(network::judge).post(network::carry))
        .route("/_angae/net/map", get(network::map))
        .route("/_angae/instances", get(instances::list))
        .route("/_angae/instances/{id}/address", post(instances::address))
        .route("/_angae/instance-identity/certificate", get(instances::certificate))
        .route("/_angae/iam/audit", get(audit::audit))
        .route("/_angae/iam/audit.jsonl", get(audit::lines))
        .route("/_angae/iam/mode", get(iam_mode::show).put(iam_mode::change))
        .route("/_angae/events", get(events::stream))
        .route("/_angae/issuers/{*path}", get(issuers::document))
        .route("/_angae/handed-out/{world}/{token}", get(handed_out::fetch))
        .method_not_allowed_fallback(async || {
            problem(
                StatusCode::METHOD_NOT_ALLOWED,
                "the page is not asked like this; its Allow header says how",
            )
        })
        .route("/_angae/integrity", get(integrity::look))
        .route("/_angae/compact", post(compact::give_back))
        .fallback(async || problem(StatusCode::NOT_FOUND, "there is no such page; see /_angae/health"))
}

/// A refusal of a page, as JSON.
pub(crate) fn problem(status: StatusCode, sentence: impl std::fmt::Display) -> Response {
    (status, Json(json!({ "error": sentence.to_string() }))).into_response()
}

async fn health(State(page): State<Page>) -> Json<Value> {
    let services: serde_json::Map<String, Value> = page
        .house
        .coverage()
        .into_iter()
        .map(|row| (row.api.to_owned(), json!({ "answered": row.answered.len() })))
        .collect();
    Json(json!({
        "status": "running",
        "version": env!("CARGO_PKG_VERSION"),
        "world": page.world.name,
        "clock": page.world.clock.now().rfc3339(),
        "pace": page.world.pace.to_string(),
        "planes": page.house.settings.planes.to_string(),
        "nothing_listens_for": Planes::NOTHING_LISTENS_FOR,
        "iam": iam_mode::word(page.world.iam.get()),
        "durability": page.house.settings.durability.to_string(),
        "ephemeral": page.house.settings.ephemeral,
        "services": services,
    }))
}

async fn ready() -> &'static str {
    // Connections are accepted only once everything has been opened.
    "ready\n"
}

/// What tools that wait for LocalStack read: a service is `available` when at least one operation is answered.
async fn localstack_health(State(page): State<Page>) -> Json<Value> {
    let services: serde_json::Map<String, Value> = page
        .house
        .coverage()
        .into_iter()
        .map(|row| {
            let word = if row.answered.is_empty() { "disabled" } else { "available" };
            (row.api.to_owned(), Value::from(word))
        })
        .collect();
    Json(json!({ "services": services, "edition": "angae", "version": env!("CARGO_PKG_VERSION") }))
}

async fn coverage(State(page): State<Page>) -> Json<Value> {
    Json(json!(page.house.coverage()))
}

async fn metrics(State(page): State<Page>) -> impl IntoResponse {
    let text = page.house.metrics.render() + &crate::metrics::storage(&page.house.worlds.main().world.blobs);
    ([("content-type", "text/plain; version=0.0.4")], text)
}
