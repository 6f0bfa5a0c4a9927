//! The protocol suites, run backwards as a server does: a serialised request is routed and decoded and must give the
//! parameters; a result is encoded and must give the response. The comparison rules are those of the data's own
//! README.

mod compare;
mod suite;
mod xml_tree;

use crate::data;
use crate::dynamic::Structure;
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value as Json;
use suite::{Case, Direction};
use wire::codec::{self, Envelope};
use wire::route::{Hosts, Route, Router, Step};
use wire::{Answer, Fault, Head, sender};

#[test]
fn requests_are_read_as_the_suites_say() {
    run(Direction::Input, "request cases", input);
}

#[test]
fn answers_are_written_as_the_suites_say() {
    run(Direction::Output, "response cases", output);
}

/// Runs every case of a direction and lists all that differ.
fn run(direction: Direction, name: &str, judge: fn(&Case) -> Result<(), String>) {
    let Some(folder) = data::folder(name) else { return };
    let suites = suite::load(&folder, direction);
    let mut differing = Vec::new();
    for case in &suites.cases {
        if let Err(difference) = judge(case) {
            differing.push(format!("{} {}: {difference}", case.file, case.id));
        }
    }
    data::report(&format!(
        "{name}: {} ran, {} differ; {}",
        suites.cases.len(),
        differing.len(),
        suites.removed()
    ));
    assert_eq!(differing, [""; 0], "{} cases differ:\n{}", differing.len(), differing.join("\n"));
}

fn input(case: &Case) -> Result<(), String> {
    let request = &case.json["serialized"];
    let body = request["body"].as_str().unwrap_or_default().as_bytes();
    let head = head(request, case);
    let route = route(case, &head, body).map_err(|fault| format!("not routed: {fault:?}"))?;
    if route.operation.name != case.operation {
        return Err(format!("routed to {}", route.operation.name));
    }
    let mut read = Structure::new(route.operation.input);
    codec::decode_into(&mut read, &route, &head, body).map_err(|fault| format!("not decoded: {fault:?}"))?;
    let wanted = Structure::of(route.operation.input, &case.json["params"]);
    compare::inputs(&read, &wanted)
}

fn head(request: &Json, case: &Case) -> Head {
    let method = request["method"].as_str().expect("a method");
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let mut head = Head::new(method, request["uri"].as_str().expect("a target"));
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        let value =
            HeaderValue::from_bytes(value.as_str().expect("a text").as_bytes()).expect("a header's value");
        head.headers.append(name, value);
    }
    // Two endpoint cases of json_1_0 leave out the header without which no client's request says what it wants.
    if let Some(prefix) = case.api.target_prefix
        && !head.headers.contains_key("x-amz-target")
    {
        let target = format!("{prefix}.{}", case.operation);
        head.headers.insert("x-amz-target", HeaderValue::from_str(&target).expect("names are printable"));
    }
    head
}

/// The route that a signed request of the suite's API takes.
fn route(case: &Case, head: &Head, body: &[u8]) -> Result<Route, Fault> {
    let router = Router::new(&[case.api], Hosts::default());
    let service = Some(case.api.signing_name);
    match router.route(head, service).map_err(|unrouted| unrouted.fault)? {
        Step::Found(route) => Ok(route),
        Step::NeedsForm => {
            let form = codec::parse_form(body).expect("the suites' forms are well-formed");
            router.route_form(&form, service).map_err(|unrouted| unrouted.fault)
        }
        Step::Preflight(_) | Step::Website(_) => panic!("no suite speaks as a browser does"),
    }
}

fn output(case: &Case) -> Result<(), String> {
    let operation = case.api.operations.iter().find(|operation| operation.name == case.operation);
    let operation = operation.expect("the suite models its own operation");
    let answer = if case.json.get("errorCode").is_some() {
        refusal(case, operation)
    } else {
        let result = Structure::of(operation.output, &case.json["result"]);
        codec::encode(&Route::new(case.api, operation), &result, "foo-id")
    };
    compare::answers(&answer, &case.json["response"], case.api)
}

/// The answer to a case's error: of the one error that the operation models.
fn refusal(case: &Case, operation: &'static shape::OperationMeta) -> Answer {
    let [schema] = operation.errors else { panic!("{} models other than one error", case.id) };
    let meta = schema.error.expect("an error shape");
    let mut fault = sender(meta.status, meta.code, "");
    fault.message = case.json["errorMessage"].as_str().map(str::to_owned);
    let fault = fault.members(Box::new(Structure::of(schema, &case.json["error"])));
    codec::encode_fault(
        &fault,
        &Envelope {
            protocol: case.api.protocol,
            api: Some(case.api),
            request_id: "foo-id",
            host_id: "host-id",
            method: &Method::POST,
        },
    )
}
