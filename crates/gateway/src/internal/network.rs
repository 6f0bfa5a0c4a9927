//! Why a flow between two ends of a network passes, or does not, and what networks look like.

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

/// `GET /_angae/net/map?vpc=…&as=svg|text|json`, of an account in a Region.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapWish {
    vpc: Option<String>,
    #[serde(default, rename = "as")]
    form: Form,
    account: Option<String>,
    region: Option<String>,
}

/// How a picture is written.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    #[default]
    Svg,
    Text,
    Json,
}

/// What the networks look like.
pub(super) async fn map(State(page): State<Page>, Query(wish): Query<MapWish>) -> Response {
    let scope = match scope(wish.account.as_deref(), wish.region.as_deref()) {
        Ok(scope) => scope,
        Err(refusal) => return refusal,
    };
    let Some(map) = page.house.maps.map(&page.world, &scope, wish.vpc.as_deref()) else {
        let id = wish.vpc.unwrap_or_default();
        return problem(StatusCode::NOT_FOUND, format!("no VPC {id:?} is in this account and Region"));
    };
    match wish.form {
        // A picture is no page: nothing in it may run.
        Form::Svg => {
            let headers = [
                ("content-type", "image/svg+xml"),
                ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ];
            (headers, map.svg()).into_response()
        }
        Form::Text => ([("content-type", "text/plain; charset=utf-8")], map.text()).into_response(),
        Form::Json => Json(map).into_response(),
    }
}

/// Whose network and where. What is left out is the default.
fn scope(account: Option<&str>, region: Option<&str>) -> Result<Scope, Response> {
    let account = match account.map(str::parse::<AccountId>) {
        None => AccountId::DEFAULT,
        Some(Ok(account)) => account,
        Some(Err(_)) => return Err(problem(StatusCode::BAD_REQUEST, "an account is twelve digits")),
    };
    match region.map(Region::parse) {
        None => Ok(Scope::new(account, Region::us_east_1())),
        Some(Some(region)) if region.facts().is_some() => Ok(Scope::new(account, region)),
        Some(_) => Err(problem(StatusCode::BAD_REQUEST, "there is no such Region")),
    }
}

/// What becomes of a flow now, step by step.
pub(super) async fn explain(State(page): State<Page>, Query(wish): Query<Wish>) -> Response {
    let scope = match scope(wish.account.as_deref(), wish.region.as_deref()) {
        Ok(scope) => scope,
        Err(refusal) => return refusal,
    };
    let Wish { from, to, protocol, port, .. } = &wish;
    let asked = AskedFlow { from, to, protocol, port: *port };
    match page.house.flows.explain(&page.world, &scope, &asked) {
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
