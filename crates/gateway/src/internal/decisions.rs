//! Why calls were denied, what would be denied, and what callers use of what they are granted.

use super::{Page, problem};
use crate::authorize::{Uses, least};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{Region, Scope};
use policy::compile::{Action, PolicySet};
use ports::{Caller, Cx, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::Head;

/// Denials of one answer where no number is asked for.
const NEWEST: usize = 100;
/// Actions granted but unused that are named of one statement; there may be thousands.
const MOST_UNUSED: usize = 50;

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

/// What one principal did, and under which names.
#[derive(Default)]
struct Audited {
    callers: Vec<String>,
    uses: Uses,
    identity: PolicySet,
}

/// The sessions of a role count as the role.
fn audited(page: &Page) -> BTreeMap<String, Audited> {
    let principals = page.house.gatekeeper.principals();
    let mut all: BTreeMap<String, Audited> = BTreeMap::new();
    for (caller, uses) in page.house.gatekeeper.records.uses(&page.world.name) {
        let known = principals.named(&page.world, &caller).map(|known| principals.of(&page.world, &known));
        let arn = known.as_ref().map(|known| known.arn.clone()).filter(|arn| !arn.is_empty());
        let entry = all.entry(arn.unwrap_or_else(|| caller.clone())).or_default();
        if let Some(known) = known {
            entry.identity = known.identity.clone();
        }
        entry.callers.push(caller);
        for (action, resources) in uses {
            let known = entry.uses.entry(action).or_default();
            for (resource, is_allowed) in resources {
                let allowed = known.entry(resource).or_insert(is_allowed);
                *allowed = *allowed && is_allowed;
            }
        }
    }
    all
}

/// Per principal: what it used, what its policies grant beside that, and the least policy for what it used.
pub(super) async fn audit(State(page): State<Page>) -> Json<Value> {
    let principals = audited(&page).into_iter().map(|(arn, audited)| {
        let used = audited.uses.iter().map(|(action, resources)| {
            let resources = resources
                .iter()
                .map(|(resource, allowed)| json!({ "resource": resource, "allowed": allowed }));
            json!({ "action": action, "resources": resources.collect::<Vec<_>>() })
        });
        json!({
            "principal": arn,
            "callers": audited.callers,
            "used": used.collect::<Vec<_>>(),
            "unused": unused(&audited),
            "policy": least(&audited.uses),
        })
    });
    Json(json!({ "world": page.world.name, "principals": principals.collect::<Vec<_>>() }))
}

/// The statements that allow what was never used: how many known actions, and which.
fn unused(audited: &Audited) -> Vec<Value> {
    let used: Vec<Action> = audited.uses.keys().map(|action| Action::new(action)).collect();
    let mut found = Vec::new();
    for attached in audited.identity.policies() {
        for statement in attached.policy.statements() {
            let granted: Vec<&str> =
                authz::all_actions().filter(|name| statement.grants(&Action::new(name))).collect();
            let never: Vec<&str> = granted
                .iter()
                .copied()
                .filter(|name| !used.iter().any(|used| used.name().eq_ignore_ascii_case(name)))
                .collect();
            if never.is_empty() {
                continue;
            }
            found.push(json!({
                "policy": &*attached.source.name, "arn": attached.source.arn.as_deref(),
                "sid": statement.sid(), "index": statement.index(),
                "line": statement.start().line, "column": statement.start().column,
                "granted": granted.len(), "unused": never.len(),
                "actions": never.into_iter().take(MOST_UNUSED).collect::<Vec<_>>(),
            }));
        }
    }
    found
}

/// What was used, a line for each caller, action and resource.
pub(super) async fn audit_lines(State(page): State<Page>) -> Response {
    let mut lines = String::new();
    for (caller, uses) in page.house.gatekeeper.records.uses(&page.world.name) {
        for (action, resources) in uses {
            for (resource, allowed) in resources {
                let line = json!({
                    "caller": caller, "action": action, "resource": resource, "allowed": allowed,
                });
                lines.push_str(&line.to_string());
                lines.push('\n');
            }
        }
    }
    ([(CONTENT_TYPE, "application/jsonl")], lines).into_response()
}
