//! The instances of a world, and where each finds its metadata service.

use super::{Page, problem};
use crate::instances;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ec2_resource::id::InstanceId;
use ec2_resource::metadata::Whereabouts;
use serde_json::{Value, json};

/// `GET /_angae/instances`: all of them, of every account and Region.
pub(super) async fn list(State(page): State<Page>) -> Json<Value> {
    let found = page.house.instance_metadata.instances(&page.world);
    Json(json!({ "instances": found.iter().map(|own| shown(&page, own)).collect::<Vec<_>>() }))
}

/// `POST /_angae/instances/ID/address`: opens an address for an instance, where it has none.
pub(super) async fn address(State(page): State<Page>, Path(id): Path<String>) -> Response {
    let found = page.house.instance_metadata.instances(&page.world);
    let own = found.iter().find(|own| own.id.as_str() == id);
    let Some(own) = own else {
        return problem(StatusCode::NOT_FOUND, format!("there is no instance {id:?}"));
    };
    let opened = instances::open(&page.house, &page.world, &own.id).await;
    let mut told = shown(&page, own);
    if let Err(why) = opened {
        told["why"] = Value::from(why);
    }
    Json(told).into_response()
}

/// `GET /_angae/instance-identity/certificate`: what the signatures of identity documents are verified with.
pub(super) async fn certificate(State(page): State<Page>) -> Response {
    match page.house.instance_metadata.certificate(page.world.clone()).await {
        Ok(pem) => ([("content-type", "application/x-pem-file")], pem).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

fn shown(page: &Page, own: &Whereabouts) -> Value {
    json!({
        "id": own.id.as_str(),
        "name": own.name,
        "account": own.scope.account.to_string(),
        "region": own.scope.region.as_str(),
        "state": own.state.word(),
        "path": below(page, &own.id),
        "address": page.house.instances.of(&page.world, &own.id).map(|at| format!("http://{at}")),
    })
}

/// Where its metadata service is found on the port of the world.
fn below(page: &Page, id: &InstanceId) -> String {
    let port = page.house.worlds.get(&page.world.name).map_or(0, |entry| entry.port);
    format!("{}/_angae/instances/{id}/metadata", page.house.settings.endpoint(port))
}
