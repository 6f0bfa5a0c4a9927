//! Why a flow between two ends of a network passes, or does not.

use super::{Page, problem};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{AccountId, Region, Scope};
use ports::{AskedFlow, FlowProblem};
use serde::Deserialize;

/// `GET /_angae/net/explain?from=…&to=…&protocol=…&port=…`, of an account in a Region.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    from: String,
    to: String,
    #[serde(default = "tcp")]
    protocol: String,
    port: Option<u16>,
    account: Option<String>,
    region: Option<String>,
}

fn tcp() -> String {
    "tcp".to_owned()
}

/// What becomes of a flow now, step by step.
pub(super) async fn explain(State(page): State<Page>, Query(wish): Query<Wish>) -> Response {
    let account = match wish.account.as_deref().map(str::parse::<AccountId>) {
        None => AccountId::DEFAULT,
        Some(Ok(account)) => account,
        Some(Err(_)) => return problem(StatusCode::BAD_REQUEST, "an account is twelve digits"),
    };
    let region = match wish.region.as_deref().map(Region::parse) {
        None => Region::us_east_1(),
        Some(Some(region)) if region.facts().is_some() => region,
        Some(_) => return problem(StatusCode::BAD_REQUEST, "there is no such Region"),
    };
    let Wish { from, to, protocol, port, .. } = &wish;
    let asked = AskedFlow { from, to, protocol, port: *port };
    match page.house.flows.explain(&page.world, &Scope::new(account, region), &asked) {
        Ok(told) => Json(told).into_response(),
        Err(FlowProblem::NoFlow(sentence)) => problem(StatusCode::BAD_REQUEST, sentence),
        Err(FlowProblem::Unknown(id)) => {
            let sentence = format!(
                "no interface, instance, internet gateway or address {id:?} is in this account and Region"
            );
            problem(StatusCode::NOT_FOUND, sentence)
        }
    }
}
