//! What callers use of what they are granted.

use super::Page;
use super::follow::until_stopped;
use crate::authorize::{Use, Uses, least};
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use policy::compile::{Action, PolicySet};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// Actions granted but unused that are named of one statement; there may be thousands.
const MOST_UNUSED: usize = 50;

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

/// How lines are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    /// Wait for more, instead of ending after what is there.
    #[serde(default)]
    follow: bool,
}

/// What was used, a line for each caller, action and resource; after it, if that is wished, every use as it comes.
pub(super) async fn lines(State(page): State<Page>, Query(wish): Query<Wish>) -> Response {
    let records = &page.house.gatekeeper.records;
    // Listening begins before what is there is read, so that nothing falls between the two.
    let live = wish.follow.then(|| records.follow());
    let mut waiting = VecDeque::new();
    for (caller, uses) in records.uses(&page.world.name) {
        for (action, resources) in uses {
            for (resource, allowed) in resources {
                waiting.push_back(line(&caller, &action, &resource, allowed));
            }
        }
    }
    let lines = Lines { world: page.world.name.clone(), waiting, live: live.map(next) };
    ([(CONTENT_TYPE, "application/jsonl")], Body::from_stream(until_stopped(&page, lines))).into_response()
}

fn line(caller: &str, action: &str, resource: &str, allowed: bool) -> String {
    let told = json!({ "caller": caller, "action": action, "resource": resource, "allowed": allowed });
    format!("{told}\n")
}

/// A listener on its way to the next use.
type Next = Pin<Box<dyn Future<Output = (Result<Arc<Use>, RecvError>, Receiver<Arc<Use>>)> + Send>>;

fn next(mut live: Receiver<Arc<Use>>) -> Next {
    Box::pin(async move { (live.recv().await, live) })
}

struct Lines {
    world: String,
    waiting: VecDeque<String>,
    live: Option<Next>,
}

impl Stream for Lines {
    type Item = Result<String, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(line) = self.waiting.pop_front() {
                return Poll::Ready(Some(Ok(line)));
            }
            let Some(live) = &mut self.live else { return Poll::Ready(None) };
            let Poll::Ready((used, live)) = live.as_mut().poll(context) else { return Poll::Pending };
            match used {
                Ok(used) if used.world == self.world => {
                    self.waiting.push_back(line(&used.caller, &used.action, &used.resource, used.is_allowed));
                }
                Ok(_) => {}
                // Whoever reads too slowly is told what it did not get.
                Err(RecvError::Lagged(missed)) => {
                    self.waiting.push_back(format!("{}\n", json!({ "missed": missed })))
                }
                Err(RecvError::Closed) => return Poll::Ready(None),
            }
            self.live = Some(next(live));
        }
    }
}
