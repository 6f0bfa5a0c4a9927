//! `GET /_angae/events`: what happened, as server-sent events.

use super::{Page, problem};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// How a reader asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// Begin after this sequence number; from now on where it is left out.
    since: Option<u64>,
    /// End after what is there, instead of waiting for more.
    #[serde(default)]
    follow: Option<bool>,
}
