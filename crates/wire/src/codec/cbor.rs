//! CBOR documents: the bodies of Smithy RPC v2 CBOR.
//!
//! The document is a map from member names to values; timestamps are tag 1 (seconds since the epoch). Reading takes
//! every width of number and indefinite lengths; writing takes the shortest form that loses nothing.

use super::fault::{is_message, message_name};
use super::{MOST_NESTED, malformed, timestamp};
use crate::{Answer, Fault};
use ciborium::Value;
use http::{HeaderName, HeaderValue};
use shape::{ApiMeta, ListTy, Location, MapTy, OperationMeta, Protocol, Ref, Shape, Slot, Timestamp, Ty};

/// The header by which both sides say that they speak this protocol.
pub(crate) const PROTOCOL_HEADER: &str = "smithy-protocol";
/// Its value.
pub(crate) const PROTOCOL_NAME: &str = "rpc-v2-cbor";
/// The type of every body.
pub(crate) const CONTENT_TYPE: &str = "application/cbor";
/// The tag of a timestamp (RFC 8949, section 3.4.2).
const EPOCH_TAG: u64 = 1;

/// Reads a body into an input; an empty body is an empty map.
pub(crate) fn decode_body(input: &mut dyn Shape, body: &[u8]) -> Result<(), Fault> {
    if body.is_empty() {
        return Ok(());
    }
    let mut rest = body;
    let value = ciborium::de::from_reader_with_recursion_limit::<Value, _>(&mut rest, MOST_NESTED).map_err(
        |error| malformed(Protocol::Cbor, "Unable to parse the request body as CBOR").because(error),
    )?;
    if !rest.is_empty() {
        let fault = malformed(Protocol::Cbor, "Unable to parse the request body as CBOR");
        return Err(fault.because("bytes follow the document"));
    }
    structure(input, &value).map_err(|sentence| malformed(Protocol::Cbor, sentence))
}

/// Reads the members. Unknown ones are ignored, null is absent; of a key given twice the last counts.
fn structure(into: &mut dyn Shape, value: &Value) -> Result<(), String> {
    let Value::Map(entries) = value else {
        return Err(format!("{} can not be converted to a structure", kind(value)));
    };
    for (key, value) in entries {
        let Value::Text(name) = key else { return Err(format!("{} is no member's name", kind(key))) };
        let fields = into.schema().fields;
        let Some(index) = fields.iter().position(|field| field.wire == name) else { continue };
        if *value != Value::Null
            && let Some(member) = into.get_mut(index)
        {
            read(member.slot(), value, fields[index].ty)?;
        }
    }
    Ok(())
}

fn read(slot: Slot<'_>, value: &Value, ty: &Ty) -> Result<(), String> {
    match (slot, value, ty) {
        (Slot::Struct(into), value, _) => structure(into, value)?,
        (Slot::List(list), Value::Array(elements), Ty::List(ListTy { item, .. })) => {
            for element in elements.iter().filter(|element| **element != Value::Null) {
                read(list.push(), element, item)?;
            }
        }
        (Slot::Map(map), Value::Map(entries), Ty::Map(MapTy { value: ty, .. })) => {
            for (key, value) in entries.iter().filter(|(_, value)| *value != Value::Null) {
                let Value::Text(key) = key else { return Err(format!("{} is no map's key", kind(key))) };
                read(map.insert(key.clone()), value, ty)?;
            }
        }
        (Slot::Document(_), _, _) => return Err("a document has no form in CBOR".to_owned()),
        (Slot::Str(into), Value::Text(text), _) => text.clone_into(into),
        (Slot::Blob(into), Value::Bytes(bytes), _) => bytes.clone_into(into),
        (Slot::Bool(into), Value::Bool(value), _) => *into = *value,
        (slot, value, _) => {
            let wrong = || format!("{} can not be converted to the member's type", kind(value));
            number(slot, value).ok_or_else(wrong)?;
        }
    }
    Ok(())
}

/// Numbers and times: an integer may stand for a float, and a whole float for an integer.
fn number(slot: Slot<'_>, value: &Value) -> Option<()> {
    match (slot, value) {
        (Slot::Int(into), value) => *into = i32::try_from(whole(value)?).ok()?,
        (Slot::Long(into), value) => *into = whole(value)?,
        #[expect(clippy::cast_possible_truncation, reason = "a float member holds the nearest float")]
        (Slot::Float(into), value) => *into = double(value)? as f32,
        (Slot::Double(into), value) => *into = double(value)?,
        (Slot::Time(into), Value::Tag(EPOCH_TAG, seconds)) => {
            *into = timestamp::from_seconds(double(seconds)?)?
        }
        _ => return None,
    }
    Some(())
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => i64::try_from(*number).ok(),
        Value::Float(number) => super::scalar::whole(*number),
        _ => None,
    }
}

fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        #[expect(clippy::cast_precision_loss, reason = "the nearest double is what the member holds")]
        Value::Integer(number) => Some(i128::from(*number) as f64),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) | Value::Float(_) => "NUMBER_VALUE",
        Value::Bytes(_) => "BYTES_VALUE",
        Value::Text(_) => "STRING_VALUE",
        Value::Bool(_) => "BOOLEAN_VALUE",
        Value::Null => "NULL_VALUE",
        Value::Tag(..) => "TAGGED_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Map(_) => "START_OBJECT",
        _ => "VALUE",
    }
}

/// Writes an answer. An operation without output has no body.
pub(crate) fn encode(operation: &OperationMeta, output: &dyn Shape) -> Answer {
    let mut answer = Answer { status: 200, ..Answer::default() };
    let header = |name, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
    answer.headers.push(header(PROTOCOL_HEADER, PROTOCOL_NAME));
    if operation.has_output {
        answer.headers.push(header("content-type", CONTENT_TYPE));
        answer.body = bytes(&Value::Map(members(output))).into();
    }
    answer
}

/// An error's body. `__type` is an absolute shape id, as the protocol asks.
pub(crate) fn fault_body(fault: &Fault, api: Option<&ApiMeta>) -> Vec<u8> {
    let id =
        api.map_or_else(|| fault.code.to_string(), |api| format!("com.amazonaws.{}#{}", api.id, fault.code));
    let mut entries = vec![(Value::from("__type"), Value::from(id))];
    if let Some(message) = &fault.message {
        let spelled =
            fault.members.as_deref().and_then(|members| message_name(members.schema())).unwrap_or("message");
        entries.push((spelled.into(), message.as_str().into()));
    }
    if let Some(shape) = &fault.members {
        let told = |key: &Value| fault.message.is_some() && key.as_text().is_some_and(is_message);
        entries.extend(members(&**shape).into_iter().filter(|(key, _)| !told(key)));
    }
    entries.extend(fault.extra.iter().map(|(name, value)| ((*name).into(), value.as_str().into())));
    bytes(&Value::Map(entries))
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    ciborium::into_writer(value, &mut out).expect("writing to a Vec cannot fail");
    out
}

fn members(structure: &dyn Shape) -> Vec<(Value, Value)> {
    let mut entries = Vec::new();
    for (index, field) in structure.schema().fields.iter().enumerate() {
        let value = structure.get(index).view();
        if field.location != Location::Status && !matches!(value, Ref::Absent) {
            entries.push((field.wire.into(), document(value)));
        }
    }
    entries
}

fn document(value: Ref<'_>) -> Value {
    match value {
        Ref::Absent => Value::Null,
        Ref::Str(text) => text.into(),
        Ref::Int(number) => number.into(),
        Ref::Float(number) => f64::from(number).into(),
        Ref::Double(number) => number.into(),
        Ref::Bool(value) => value.into(),
        Ref::Blob(bytes) => bytes.into(),
        Ref::Time(at) => Value::Tag(EPOCH_TAG, Box::new(seconds(at))),
        Ref::Struct(structure) => Value::Map(members(structure)),
        Ref::List(list) => Value::Array((0..list.len()).map(|index| document(list.get(index))).collect()),
        Ref::Map(map) => {
            Value::Map(map.entries().map(|(key, value)| (key.into(), document(value))).collect())
        }
        // The protocol has no form for a document.
        Ref::Document(_) => Value::Null,
    }
}

fn seconds(at: Timestamp) -> Value {
    if at.millis % 1000 == 0 {
        return (at.millis / 1000).into();
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any year before 280,000 are exact")]
    Value::from(at.millis as f64 / 1000.0)
}
