//! The codecs and the router for tests in other languages: JSON lines in, JSON lines out.
//!
//! A test that has a request of a real client in hand asks what it is; a test that has an answer in mind asks for its
//! bytes. Every line is one question, and gets one line back:
//!
//! ```text
//! {"decode": {"method", "target", "host", "secure", "headers": [[name, value]…], "body": base64, "as": operation?}}
//!     → {"api", "operation", "protocol", "input", "stream": base64 | null}, or {"fault": {"status", "code", "message"}}
//! {"encode": {"api", "operation", "protocol"?, "output"}}          → {"status", "headers", "body"}
//! {"fault": {"api", "protocol"?, "error": shape?, "code"?, "message", "members"?}} → {"status", "headers", "body"}
//! {"apis": null}                                                   → {api: [operation…]…}
//! ```
//!
//! Values are those of `wire::codec::canonical`. A question that makes no sense is answered `{"broken": sentence}`: the
//! test is wrong then, not the product.

mod answer;
mod request;

use apis::APIS;
use serde::Deserialize;
use serde_json::{Value, json};
use shape::{ApiMeta, Protocol};
use std::io::{BufRead, Write};
use wire::route::{Hosts, Router};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Question {
    Decode(request::Sent),
    Encode(answer::Output),
    Fault(answer::Refusal),
    Apis(()),
}

/// What makes a question impossible.
type Broken = Box<dyn std::error::Error>;

fn main() -> std::io::Result<()> {
    let router = Router::new(&APIS, Hosts::default());
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let reply = reply(&router, &line?).unwrap_or_else(|broken| json!({"broken": broken.to_string()}));
        serde_json::to_writer(&mut out, &reply)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

fn reply(router: &Router, line: &str) -> Result<Value, Broken> {
    match serde_json::from_str(line)? {
        Question::Decode(sent) => request::decode(router, sent),
        Question::Encode(output) => answer::encode(&output),
        Question::Fault(refusal) => answer::encode_fault(&refusal),
        Question::Apis(()) => Ok(APIS.iter().map(|api| (api.id, operations(api))).collect()),
    }
}

fn operations(api: &ApiMeta) -> Value {
    api.operations.iter().map(|operation| operation.name).collect()
}

/// The API of this id.
fn api(id: &str) -> Result<&'static ApiMeta, Broken> {
    APIS.iter().find(|api| api.id == id).copied().ok_or_else(|| format!("no API is called {id}").into())
}

/// The protocol in force: the API's own, or CBOR where the client speaks that.
fn protocol(api: &ApiMeta, named: Option<&str>) -> Result<Protocol, Broken> {
    match named {
        None => Ok(api.protocol),
        Some("cbor") => Ok(Protocol::Cbor),
        Some(other) => Err(format!("no client chooses {other}").into()),
    }
}

/// A protocol as the tests call it.
fn name_of(protocol: Protocol) -> Value {
    Value::from(match protocol {
        Protocol::Ec2 => "ec2",
        Protocol::Query => "query",
        Protocol::RestXml => "rest-xml",
        Protocol::RestJson => "rest-json",
        Protocol::Json => "json",
        Protocol::Cbor => "cbor",
    })
}
