//! The protocols, both ways.
//!
//! Each codec is an ordinary recursive function over `dyn Shape` and its schema; nothing is generated per type.
//! Requests become inputs ([`decode`]), outputs and faults become answers ([`encode`], [`encode_fault`]).

pub mod canonical;
mod cbor;
pub mod document;
mod fault;
mod form;
mod json;
mod query;
mod rest;
mod scalar;
pub mod timestamp;
pub(crate) mod xml;

pub(crate) use cbor::{PROTOCOL_HEADER, PROTOCOL_NAME};
pub use fault::{Envelope, encode_fault};
pub use form::{Form, parse_form};

use crate::route::Route;
use crate::{Answer, Fault, Head, sender};
use http::{HeaderName, HeaderValue};
use shape::{ApiMeta, Protocol, Shape};

/// How deep structures, elements and keys may nest in a request. The deepest modelled input has 12 levels.
pub(crate) const MOST_NESTED: usize = 64;

/// Reads a request's parameters. Where the input streams, `body` is not looked at.
pub fn decode(route: &Route, head: &Head, body: &[u8]) -> Result<Box<dyn Shape>, Fault> {
    let mut input = (route.operation.new_input)();
    decode_into(&mut *input, route, head, body)?;
    Ok(input)
}

/// [`decode`] into an input that is there already.
pub fn decode_into(input: &mut dyn Shape, route: &Route, head: &Head, body: &[u8]) -> Result<(), Fault> {
    match route.protocol {
        Protocol::Ec2 | Protocol::Query => query::decode(input, route.protocol, head, body),
        Protocol::Json => json::decode_body(input, body),
        Protocol::Cbor => cbor::decode_body(input, body),
        Protocol::RestJson | Protocol::RestXml => rest::decode(input, route, head, body),
    }
}

/// Writes an operation's answer. Where the output streams, the body is left empty for the stream to follow.
pub fn encode(route: &Route, output: &dyn Shape, request_id: &str) -> Answer {
    let mut answer = match route.protocol {
        Protocol::Ec2 | Protocol::Query => query::encode(route, output, request_id),
        Protocol::Json => json::encode(route.api, output),
        Protocol::Cbor => cbor::encode(route.operation, output),
        Protocol::RestJson | Protocol::RestXml => rest::encode(route, output),
    };
    let id_header = if is_s3(route.api) { "x-amz-request-id" } else { "x-amzn-requestid" };
    push_header(&mut answer, id_header, request_id);
    answer
}

/// The same for the client of that request: those of Query APIs may ask for JSON instead of XML.
pub fn encode_as_asked(route: &Route, head: &Head, output: &dyn Shape, request_id: &str) -> Answer {
    let accept = head.header("accept").unwrap_or_default();
    if route.protocol != Protocol::Query || !accept.trim().starts_with("application/json") {
        return encode(route, output, request_id);
    }
    let mut answer = query::encode_json(route, output, request_id);
    push_header(&mut answer, "x-amzn-requestid", request_id);
    answer
}

/// S3 and S3 Control name their request id otherwise.
pub fn is_s3(api: &ApiMeta) -> bool {
    matches!(api.id, "s3" | "s3control")
}

/// The services that write milliseconds even where they are zero. That is their own habit, not their protocol's.
pub(crate) fn writes_millis(api: &ApiMeta) -> bool {
    is_s3(api) || api.id == "ec2"
}

/// Adds a header; a value that cannot stand in one (a line break) is left out rather than split the answer.
pub(crate) fn push_header(answer: &mut Answer, name: &str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
        answer.headers.push((name, value));
    }
}

/// What is wrong with a request that cannot be read, by protocol.
pub(crate) fn malformed(protocol: Protocol, sentence: impl Into<String>) -> Fault {
    let sentence = sentence.into();
    match protocol {
        // S3's sentence is the same whatever is wrong; the cause goes to the log.
        Protocol::RestXml => sender(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
        .because(sentence),
        Protocol::RestJson | Protocol::Json | Protocol::Cbor => {
            sender(400, "SerializationException", sentence)
        }
        Protocol::Query => sender(400, "MalformedInput", sentence),
        Protocol::Ec2 => sender(400, "InvalidParameterValue", sentence),
    }
}
