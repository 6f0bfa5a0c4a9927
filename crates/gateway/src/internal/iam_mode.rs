//! Whether policies decide in a world: read and changed while it runs.

use super::{Page, problem};
use crate::settings::IamMode;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `PUT /_angae/iam/mode`. What is left out stays as it is; `services` replaces the modes that services had.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    mode: Option<String>,
    services: Option<BTreeMap<String, String>>,
}

pub(super) async fn show(State(page): State<Page>) -> Json<Value> {
    Json(shown(&page))
}

pub(super) async fn change(State(page): State<Page>, Json(change): Json<Change>) -> Response {
    let mode = change.mode.as_deref().map(str::parse::<IamMode>).transpose();
    let services = change.services.map(|services| {
        let parsed =
            services.into_iter().map(|(service, mode)| Ok((service, mode.parse::<IamMode>()?.into())));
        parsed.collect::<Result<BTreeMap<String, ports::IamMode>, String>>()
    });
    match (mode, services.transpose()) {
        (Ok(mode), Ok(services)) => {
            if let Some(services) = services {
                page.world.iam.set_services(services);
            }
            if let Some(mode) = mode {
                page.world.iam.set(mode.into());
            }
            Json(shown(&page)).into_response()
        }
        (Err(error), _) | (_, Err(error)) => problem(StatusCode::BAD_REQUEST, error),
    }
}

fn shown(page: &Page) -> Value {
    let services = page.world.iam.services().into_iter().map(|(service, mode)| (service, word(mode)));
    json!({ "mode": word(page.world.iam.get()), "services": services.collect::<BTreeMap<_, _>>() })
}

/// A mode as the settings spell it.
pub(super) fn word(mode: ports::IamMode) -> &'static str {
    match mode {
        ports::IamMode::Off => "off",
        ports::IamMode::Audit => "audit",
        ports::IamMode::Enforce => "enforce",
    }
}
