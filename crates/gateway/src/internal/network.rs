//! Why a flow between two ends of a network passes, or does not; where other data planes ask whether theirs do; and what
//! networks look like.

use super::{Page, problem};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{AccountId, Region, Scope};
use ports::{AskedFlow, Carried, FlowProblem};
use serde::Deserialize;
use serde_json::Value;

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

/// `POST /_angae/net/judge`: a flow that was or is about to be carried, and how much of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    from: String,
    to: String,
    #[serde(default = "tcp")]
    protocol: String,
    port: Option<u16>,
    from_port: Option<u16>,
    #[serde(default = "one")]
    packets: u64,
    bytes: Option<u64>,
    reply_packets: Option<u64>,
    reply_bytes: Option<u64>,
    account: Option<String>,
    region: Option<String>,
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

fn one() -> u64 {
    1
}

/// Bytes of a packet that says nothing: the headers of IPv4 and TCP.
const LEAST_BYTES: u64 = 40;

impl Report {
    fn split(self) -> (Wish, Carried) {
        let reply_packets = self.reply_packets.unwrap_or(self.packets);
        let bytes = |given: Option<u64>, packets: u64| given.unwrap_or(packets.saturating_mul(LEAST_BYTES));
        let carried = Carried {
            from_port: self.from_port,
            packets: self.packets,
            bytes: bytes(self.bytes, self.packets),
            reply_packets,
            reply_bytes: bytes(self.reply_bytes, reply_packets),
        };
        let Self { from, to, protocol, port, account, region, .. } = self;
        (Wish { from, to, protocol, port, account, region }, carried)
    }
}

impl Wish {
    fn asked(&self) -> AskedFlow<'_> {
        let Self { from, to, protocol, port, .. } = self;
        AskedFlow { from, to, protocol, port: *port }
    }

    fn scope(&self) -> Result<Scope, Response> {
        scope(self.account.as_deref(), self.region.as_deref())
    }
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
    let told = wish.scope().map(|scope| page.house.flows.explain(&page.world, &scope, &wish.asked()));
    told.map_or_else(|refusal| refusal, answer)
}

/// Whether a flow would pass. Nothing is counted.
pub(super) async fn judge(State(page): State<Page>, Query(wish): Query<Wish>) -> Response {
    let told = wish.scope().map(|scope| page.house.flows.judge(&page.world, &scope, &wish.asked(), None));
    told.map_or_else(|refusal| refusal, answer)
}

/// Whether a flow passes, which its interfaces' flow logs tell of.
pub(super) async fn carry(State(page): State<Page>, report: Result<Json<Report>, JsonRejection>) -> Response {
    let (wish, carried) = match report {
        Ok(Json(report)) => report.split(),
        Err(rejection) => return problem(rejection.status(), rejection.body_text()),
    };
    let flows = &page.house.flows;
    let told = wish.scope().map(|scope| flows.judge(&page.world, &scope, &wish.asked(), Some(&carried)));
    told.map_or_else(|refusal| refusal, answer)
}

fn answer(told: Result<Value, FlowProblem>) -> Response {
    match told {
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
