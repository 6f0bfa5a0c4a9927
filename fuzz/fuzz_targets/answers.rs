//! Whatever an operation is given, what it writes is what it reads: decode → encode → decode through canonical JSON.
//!
//! The first line names the operation and, with a third word, RPC v2 CBOR; a request follows. Answers and requests
//! have the same body in JSON, CBOR and XML, so that an input written as an answer must come back.
#![no_main]

use angae_fuzz::{Request, line, operation};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use shape::{Location, Protocol, Schema};
use wire::codec::{self, canonical};
use wire::route::Route;

fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = line(bytes);
    let Some(Request { mut head, body }) = Request::read(rest) else { return };
    // What an input has in its path and query stands in no answer.
    head.query = None;
    let (api, operation) = operation(first);
    let mut route = Route::new(api, operation);
    if first.ends_with(b" cbor") {
        route.protocol = Protocol::Cbor;
    }
    let Ok(input) = codec::decode(&route, &head, body) else { return };
    let answer = codec::encode(&route, &*input, "id");
    let schema = operation.input;
    let comes_back = match route.protocol {
        Protocol::Ec2 | Protocol::Query => false, // forms in, XML out
        Protocol::Json | Protocol::Cbor => operation.has_output,
        Protocol::RestJson => operation.has_output && schema.payload.is_none() && schema.stream.is_none(),
        Protocol::RestXml => schema.payload.is_none() && schema.stream.is_none(),
    };
    if !comes_back {
        return;
    }
    let written = String::from_utf8_lossy(&answer.body);
    let again = codec::decode(&route, &head, &answer.body).unwrap_or_else(|fault| {
        panic!("{} {} cannot be read again ({fault:?}): {written}", api.id, operation.name)
    });
    let (mut before, after) = (in_body(schema, &*input), in_body(schema, &*again));
    if route.protocol == Protocol::RestXml {
        before = as_xml_holds(before);
    }
    assert_eq!(before, after, "{} {} in {written:?}", api.id, operation.name);
});

/// The members that travel in the body. XML tells no empty flattened list from an absent one.
fn in_body(schema: &Schema, input: &dyn shape::Shape) -> Value {
    let mut printed = canonical::to_json(input);
    if let Value::Object(members) = &mut printed {
        members.retain(|name, value| {
            let field = schema.fields.iter().find(|field| field.name == name);
            field.is_some_and(|field| field.location == Location::Body)
                && value.as_array().is_none_or(|list| !list.is_empty())
        });
    }
    printed
}

/// A value as XML can carry it: what no document may hold is written as U+FFFD.
fn as_xml_holds(value: Value) -> Value {
    let held = |text: String| -> String {
        let forbidden = |c: char| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
        text.chars().map(|c| if forbidden(c) { '\u{fffd}' } else { c }).collect()
    };
    match value {
        Value::String(text) => Value::String(held(text)),
        Value::Array(items) => items.into_iter().map(as_xml_holds).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (held(name), as_xml_holds(value))).collect()
        }
        other => other,
    }
}
