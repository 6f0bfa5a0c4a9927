//! Requests: which operation, with which input.

use crate::{Broken, name_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use wire::codec::{self, canonical};
use wire::route::{Route, Router, Step, Unrouted};
use wire::sign::{self, ChunkDecoder, ChunkSigning, Payload};
use wire::{Fault, Head};

/// A request as it stood on the wire.
#[derive(Deserialize)]
pub(crate) struct Sent {
    method: String,
    target: String,
    host: String,
    #[serde(default)]
    secure: bool,
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    /// The operation to read it as, where another one has the same request.
    #[serde(rename = "as")]
    twin: Option<String>,
}

/// Routes and reads it.
pub(crate) fn decode(router: &Router, sent: Sent) -> Result<Value, Broken> {
    let mut head = Head::new(Method::from_bytes(sent.method.as_bytes())?, &sent.target);
    head.host = sent.host;
    head.secure = sent.secure;
    for (name, value) in &sent.headers {
        head.headers
            .append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_bytes(value.as_bytes())?);
    }
    let sent_body = STANDARD.decode(&sent.body)?;
    let body = match unframed(&head, &sent_body) {
        Ok(body) => body,
        Err(fault) => return Ok(json!({"fault": told(&fault)})),
    };
    let found = match route(router, &head, &body) {
        Ok(route) => route,
        Err(Unrouted { protocol, api, fault }) => {
            let api = api.map(|api| api.id);
            return Ok(json!({"api": api, "protocol": name_of(protocol), "fault": told(&fault)}));
        }
    };
    let route = match &sent.twin {
        None => found.clone(),
        Some(name) => {
            let twin = found.api.operations.iter().find(|operation| operation.name == name);
            let operation = twin.ok_or_else(|| format!("{} has no operation {name}", found.api.id))?;
            Route { operation, ..found.clone() }
        }
    };
    let streams = route.operation.input.stream.is_some();
    let mut reply = json!({
        "api": found.api.id,
        "operation": found.operation.name,
        "protocol": name_of(found.protocol),
    });
    match codec::decode(&route, &head, if streams { &[] } else { &body }) {
        Ok(input) => reply["input"] = canonical::to_json(&*input),
        Err(fault) => reply["fault"] = told(&fault),
    }
    if streams {
        reply["stream"] = STANDARD.encode(&body).into();
    }
    Ok(reply)
}

/// The pipeline's first stages.
fn route(router: &Router, head: &Head, body: &[u8]) -> Result<Route, Unrouted> {
    let unsigned = |fault| Unrouted { protocol: shape::Protocol::RestXml, api: None, fault };
    let claim = sign::identify(head).map_err(unsigned)?;
    let service = claim.as_ref().map(|claim| claim.scope.service.as_str());
    let browser = |what: &str| {
        // What browsers ask beside the operations has no input to show; only whose it is.
        Unrouted {
            api: apis::APIS.iter().copied().find(|api| api.id == "s3"),
            ..unsigned(not_an_operation(what))
        }
    };
    match router.route(head, service)? {
        Step::Found(route) => Ok(route),
        Step::Preflight(_) => Err(browser("Preflight")),
        Step::Website(_) => Err(browser("Website")),
        Step::NeedsForm => {
            let query = head.query.as_deref().unwrap_or_default().as_bytes();
            let form = codec::parse_form(if body.is_empty() { query } else { body });
            let malformed = |_| wire::sender(400, "MalformedQueryString", "the request is no form");
            router.route_form(&form.map_err(malformed).map_err(unsigned)?, service)
        }
    }
}

fn not_an_operation(what: &str) -> Fault {
    wire::sender(400, "NotAnOperation", what)
}

/// The body without the framing of `aws-chunked`.
fn unframed(head: &Head, body: &[u8]) -> Result<Vec<u8>, Fault> {
    let payload = sign::payload(head);
    if !matches!(payload, Payload::SignedChunks { .. } | Payload::UnsignedChunks) {
        return Ok(body.to_vec());
    }
    let announced = head.header("x-amz-decoded-content-length").and_then(|text| text.parse().ok());
    let mut decoder = ChunkDecoder::new(ChunkSigning::unsigned(), &payload, announced);
    let mut content = Vec::new();
    decoder.push(body, &mut content)?;
    decoder.finish()?;
    Ok(content)
}

fn told(fault: &Fault) -> Value {
    json!({"status": fault.status, "code": fault.code, "message": fault.message, "cause": fault.cause})
}
