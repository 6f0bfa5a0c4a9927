//! Why calls were denied, and what would be denied.

use super::{Page, problem};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Region, Scope};
use ports::{Caller, Cx, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use wire::Head;

/// Denials of one answer where no number is asked for.
const NEWEST: usize = 100;

/// `GET /_angae/iam/decisions`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    #[serde(default = "newest_of_one_answer")]
    newest: usize,
}

fn newest_of_one_answer() -> usize {
    NEWEST
}

/// The newest denials of the world, newest first.
pub(super) async fn newest(State(page): State<Page>, Query(wish): Query<Wish>) -> Json<Value> {
    let records = page.house.gatekeeper.records.newest(&page.world.name, wish.newest);
    let told: Vec<&Value> = records.iter().map(|record| &record.told).collect();
    Json(json!({ "decisions": told }))
}

/// One denial.
pub(super) async fn one(State(page): State<Page>, Path(id): Path<String>) -> Response {
    match page.house.gatekeeper.records.get(&page.world.name, &id) {
        Some(record) => Json(record.told.clone()).into_response(),
        None => problem(
            StatusCode::NOT_FOUND,
            format!("no denial {id:?} is kept in this world; the newest are at /_angae/iam/decisions"),
        ),
    }
}

/// `GET /_angae/iam/explain?as=ARN&action=ACTION&resource=ARN&context=KEY=VALUE…`: whether a user, role or root user
/// may do something now, and why. A key that is given several times has several values.
pub(super) async fn explain(
    State(page): State<Page>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Response {
    let (mut who, mut action, mut resource) = (None, None, "*".to_owned());
    let mut context: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in pairs {
        match name.as_str() {
            "as" => who = Some(value),
            "action" => action = Some(value),
            "resource" => resource = value,
            "context" => {
                let Some((key, value)) = value.split_once('=') else {
                    return problem(StatusCode::BAD_REQUEST, format!("context {value:?} is not KEY=VALUE"));
                };
                match context.iter_mut().find(|(known, _)| known == key) {
                    Some((_, values)) => values.push(value.to_owned()),
                    None => context.push((key.to_owned(), vec![value.to_owned()])),
                }
            }
            other => return problem(StatusCode::BAD_REQUEST, format!("{other:?} is not asked here")),
        }
    }
    let (Some(who), Some(action)) = (who, action) else {
        return problem(StatusCode::BAD_REQUEST, "say as=ARN and action=SERVICE:OPERATION");
    };
    if !action.contains(':') || action.contains(['*', '?']) {
        return problem(StatusCode::BAD_REQUEST, format!("{action:?} is no action: write s3:GetObject"));
    }
    let Some(caller) = page.house.gatekeeper.principals().named(&page.world, &who) else {
        return problem(
            StatusCode::NOT_FOUND,
            format!("no user, role or root user {who:?} is in this world"),
        );
    };
    let given: Vec<(&str, Vec<String>)> =
        context.iter().map(|(key, values)| (key.as_str(), values.clone())).collect();
    let cx = context_of(&page, caller);
    Json(page.house.gatekeeper.explained(&cx, &who, (&action, &resource), &given)).into_response()
}

/// A call as the caller would make it, of which nothing is known but the caller.
fn context_of(page: &Page, caller: Caller) -> Cx {
    let request = Request {
        scope: Scope::new(caller.account, Region::us_east_1()),
        caller,
        now: page.world.clock.now(),
        id: String::new(),
        peer: None,
        head: Arc::new(Head::new(Method::POST, "/")),
    };
    Cx::new(page.world.clone(), request)
}
