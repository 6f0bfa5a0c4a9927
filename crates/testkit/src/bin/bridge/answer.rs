//! Answers: outputs and refusals as bytes.

use crate::{Broken, api, protocol};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use shape::{ApiMeta, Schema};
use testkit::Untyped;
use wire::codec::{self, Envelope, canonical};
use wire::route::Route;
use wire::{Answer, Fault, receiver, sender};

/// Every answer of the bridge has this id.
const REQUEST_ID: &str = "4f2e5a3c-0000-4000-8000-000000000001";

/// What an operation answers.
#[derive(Deserialize)]
pub(crate) struct Output {
    api: String,
    operation: String,
    protocol: Option<String>,
    output: Value,
}

/// A modelled error, or any code.
#[derive(Deserialize)]
pub(crate) struct Refusal {
    api: String,
    protocol: Option<String>,
    /// The error shape's name.
    error: Option<String>,
    /// The code, where no shape models it.
    code: Option<String>,
    message: String,
    #[serde(default)]
    members: Value,
}

/// Writes an output; where it streams, the body is empty.
pub(crate) fn encode(asked: &Output) -> Result<Value, Broken> {
    let api = api(&asked.api)?;
    let operation = api.operations.iter().find(|operation| operation.name == asked.operation);
    let operation = operation.ok_or_else(|| format!("{} has no operation {}", api.id, asked.operation))?;
    let mut output = (operation.new_output)();
    canonical::fill(&mut *output, &asked.output)?;
    let route = Route { protocol: protocol(api, asked.protocol.as_deref())?, ..Route::new(api, operation) };
    told(&codec::encode(&route, &*output, REQUEST_ID))
}

/// Writes a refusal.
pub(crate) fn encode_fault(asked: &Refusal) -> Result<Value, Broken> {
    let api = api(&asked.api)?;
    let fault = match (&asked.error, &asked.code) {
        (Some(name), None) => modelled(error(api, name)?, asked)?,
        (None, Some(code)) => sender(400, code.clone(), asked.message.clone()),
        _ => return Err("a refusal has either an error or a code".into()),
    };
    let envelope = Envelope {
        protocol: protocol(api, asked.protocol.as_deref())?,
        api: Some(api),
        request_id: REQUEST_ID,
        host_id: "bridge",
        method: &Method::POST,
    };
    told(&codec::encode_fault(&fault, &envelope))
}

fn modelled(schema: &'static Schema, asked: &Refusal) -> Result<Fault, Broken> {
    let meta = schema.error.ok_or_else(|| format!("{} is no error", schema.name))?;
    let mut members = Box::new(Untyped::new(schema));
    canonical::fill(&mut *members, &asked.members)?;
    let fault = if meta.server_fault {
        receiver(meta.status, meta.code, &asked.message)
    } else {
        sender(meta.status, meta.code, &asked.message)
    };
    Ok(fault.members(members))
}

fn error(api: &ApiMeta, name: &str) -> Result<&'static Schema, Broken> {
    let mut errors = api.operations.iter().flat_map(|operation| operation.errors);
    let found = errors.find(|schema| schema.name == name).copied();
    found.ok_or_else(|| format!("no operation of {} has the error {name}", api.id).into())
}

fn told(answer: &Answer) -> Result<Value, Broken> {
    let mut headers = Vec::new();
    for (name, value) in &answer.headers {
        headers.push((name.as_str(), std::str::from_utf8(value.as_bytes())?));
    }
    Ok(json!({"status": answer.status, "headers": headers, "body": STANDARD.encode(&answer.body)}))
}
