//! Worlds and clocks.

use super::{Page, problem};
use crate::serve;
use crate::worlds::{Entry, MAIN, WorldError};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::ClockMode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// `POST /_angae/worlds`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Create {
    name: String,
    #[serde(default)]
    from: Option<String>,
    /// A port of the user's choice; a free one where it is left out.
    #[serde(default)]
    port: u16,
}

/// `POST /_angae/clock`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Advance {
    advance: String,
}

pub(crate) async fn list(State(page): State<Page>) -> Json<Value> {
    let worlds: Vec<Value> = page.house.worlds.all().iter().map(|entry| describe(&page, entry)).collect();
    Json(json!({ "worlds": worlds }))
}

pub(crate) async fn create(State(page): State<Page>, Json(wish): Json<Create>) -> Response {
    let address = SocketAddr::new(page.house.settings.address.ip(), wish.port);
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => return problem(StatusCode::CONFLICT, format!("{address}: {error}")),
    };
    let port = match listener.local_addr() {
        Ok(address) => address.port(),
        Err(error) => return problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    };
    let from = wish.from.as_deref().unwrap_or(MAIN);
    match page.house.worlds.fork(&wish.name, from, port) {
        Ok(entry) => {
            let stop = entry.stop.subscribe();
            let serving = serve::accept_loop(page.house.clone(), entry.world.clone(), listener, stop.clone());
            page.house.tasks.spawn(serving);
            crate::house::start_loops(&page.house, &entry.world, &stop);
            (StatusCode::CREATED, Json(describe(&page, &entry))).into_response()
        }
        Err(error) => refuse(&error),
    }
}

/// Drops a world. It is answered once nothing serves the world any more, so that its space is free by then; only a
/// call that came in through the world itself is answered before, because it is one of those that have to end.
pub(crate) async fn remove(State(page): State<Page>, Path(name): Path<String>) -> Response {
    match page.house.worlds.remove(&name) {
        Ok(stop) => {
            if page.world.name != name {
                stop.closed().await;
            }
            page.house.gatekeeper.records.forget(&name);
            page.house.instances.forget(&name);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => refuse(&error),
    }
}

pub(crate) async fn clock(State(page): State<Page>) -> Json<Value> {
    Json(show_clock(&page))
}

pub(crate) async fn advance(State(page): State<Page>, Json(wish): Json<Advance>) -> Response {
    let Some(millis) = parse_duration(&wish.advance) else {
        let sentence =
            format!("{:?} is no duration: write 500ms, 90s, 15m, 12h or 7d (at most 24d)", wish.advance);
        return problem(StatusCode::BAD_REQUEST, sentence);
    };
    let now = page.world.clock.advance(millis);
    // What fell due while the clock jumped has run when this is answered.
    match page.world.store.run_due(now, page.world.pace) {
        Ok(ticket) => match ticket.wait().await {
            Ok(()) => Json(show_clock(&page)).into_response(),
            Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
        },
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

fn show_clock(page: &Page) -> Value {
    let mode = match page.world.clock.mode() {
        ClockMode::Running => "running",
        ClockMode::Stepped => "stepped",
    };
    let now = page.world.clock.now();
    json!({ "world": page.world.name, "mode": mode, "now": now.rfc3339(), "millis": now.millis })
}

fn describe(page: &Page, entry: &Entry) -> Value {
    json!({
        "name": entry.world.name,
        "port": entry.port,
        "endpoint": page.house.settings.endpoint(entry.port),
        "host": format!("{}.localhost", entry.world.name),
    })
}

fn refuse(error: &WorldError) -> Response {
    let status = match error {
        WorldError::BadName(_) | WorldError::Main => StatusCode::BAD_REQUEST,
        WorldError::Exists(_) => StatusCode::CONFLICT,
        WorldError::Unknown(_) => StatusCode::NOT_FOUND,
        WorldError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    problem(status, error)
}

/// `90s` in milliseconds.
fn parse_duration(text: &str) -> Option<u32> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u32 = text[..digits].parse().ok()?;
    let unit = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn durations_carry_a_unit() {
        for (text, want) in [
            ("90s", Some(90_000)),
            ("500ms", Some(500)),
            ("1d", Some(86_400_000)),
            ("90", None),
            ("s", None),
            ("-1s", None),
            ("99999999d", None),
        ] {
            assert_eq!(parse_duration(text), want, "{text}");
        }
    }
}
