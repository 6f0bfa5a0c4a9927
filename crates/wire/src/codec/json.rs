//! JSON documents: the bodies of awsJson and restJson1.

use super::scalar::{self, TimeStyle};
use super::{document, malformed, timestamp};
use crate::{Answer, Fault};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue};
use serde_json::Value;
use shape::{ApiMeta, Field, ListTy, Location, MapTy, Protocol, Ref, Shape, Slot, TimestampFormat, Ty};

/// Reads a body into an input; an empty body is an empty object.
pub(crate) fn decode_body(input: &mut dyn Shape, body: &[u8]) -> Result<(), Fault> {
    if let Some(value) = parse(body)? {
        structure(input, &value).map_err(|sentence| malformed(Protocol::Json, sentence))?;
    }
    Ok(())
}

/// Parses a body; `None` for an empty one. serde_json bounds the nesting at 128.
pub(crate) fn parse(body: &[u8]) -> Result<Option<Value>, Fault> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let value = serde_json::from_slice(body);
    value
        .map(Some)
        .map_err(|error| malformed(Protocol::Json, "Unable to parse the request body as JSON").because(error))
}

/// Reads the members that travel in the body. Unknown ones are ignored, `null` is absent.
pub(crate) fn structure(into: &mut dyn Shape, value: &Value) -> Result<(), String> {
    let Value::Object(object) = value else {
        return Err(format!("{} can not be converted to a structure", kind(value)));
    };
    for (index, field) in into.schema().fields.iter().enumerate() {
        if field.location != Location::Body {
            continue;
        }
        match object.get(field.wire) {
            None | Some(Value::Null) => {}
            Some(value) => {
                if let Some(member) = into.get_mut(index) {
                    read(member.slot(), value, field.ty, field.timestamp)?;
                }
            }
        }
    }
    Ok(())
}

/// Reads one value.
pub(crate) fn read(
    slot: Slot<'_>,
    value: &Value,
    ty: &Ty,
    member: Option<TimestampFormat>,
) -> Result<(), String> {
    let wrong = |wanted: &str| Err(format!("{} can not be converted to {wanted}", kind(value)));
    match (slot, value, ty) {
        (Slot::Struct(into), value, _) => structure(into, value),
        (Slot::List(list), Value::Array(elements), Ty::List(ListTy { item, .. })) => {
            for element in elements {
                // No list of an API in scope is sparse: a null has no place to go, unless it is a document.
                if !element.is_null() || matches!(item, Ty::Document) {
                    read(list.push(), element, item, None)?;
                }
            }
            Ok(())
        }
        (Slot::Map(map), Value::Object(entries), Ty::Map(MapTy { value: ty, .. })) => {
            let keeps = |value: &Value| !value.is_null() || matches!(ty, Ty::Document);
            for (key, value) in entries.iter().filter(|(_, value)| keeps(value)) {
                read(map.insert(key.clone()), value, ty, None)?;
            }
            Ok(())
        }
        (Slot::Document(into), value, _) => {
            *into = document::read(value)?;
            Ok(())
        }
        (Slot::Str(into), Value::String(text), _) => {
            text.clone_into(into);
            Ok(())
        }
        (Slot::Bool(into), Value::Bool(value), _) => {
            *into = *value;
            Ok(())
        }
        (Slot::Blob(into), Value::String(text), _) => match STANDARD.decode(text) {
            Ok(bytes) => {
                *into = bytes;
                Ok(())
            }
            Err(_) => wrong("a blob"),
        },
        (Slot::Time(into), value, ty) => {
            let format = scalar::time_format(member, ty, TimestampFormat::Epoch);
            let at = match value {
                Value::Number(number) => number.as_f64().and_then(timestamp::from_seconds),
                Value::String(text) => timestamp::parse(text, format)
                    .or_else(|| timestamp::parse(text, TimestampFormat::Iso8601)),
                _ => None,
            };
            match at {
                Some(at) => {
                    *into = at;
                    Ok(())
                }
                None => wrong("a timestamp"),
            }
        }
        (slot, value, _) => number(slot, value).map_or_else(|| wrong("the member's type"), Ok),
    }
}

fn number(slot: Slot<'_>, value: &Value) -> Option<()> {
    match (slot, value) {
        (Slot::Int(into), Value::Number(n)) => *into = i32::try_from(whole(n)?).ok()?,
        (Slot::Long(into), Value::Number(n)) => *into = whole(n)?,
        #[expect(clippy::cast_possible_truncation, reason = "a float member holds the nearest float")]
        (Slot::Float(into), Value::Number(n)) => *into = n.as_f64()? as f32,
        (Slot::Double(into), Value::Number(n)) => *into = n.as_f64()?,
        (Slot::Float(into), Value::String(text)) => *into = special(text)?,
        (Slot::Double(into), Value::String(text)) => *into = f64::from(special(text)?),
        _ => return None,
    }
    Some(())
}

/// An integer, also where it is written `1.0`.
fn whole(number: &serde_json::Number) -> Option<i64> {
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    scalar::whole(number.as_f64()?)
}

fn special(text: &str) -> Option<f32> {
    match text {
        "NaN" => Some(f32::NAN),
        "Infinity" => Some(f32::INFINITY),
        "-Infinity" => Some(f32::NEG_INFINITY),
        _ => None,
    }
}

/// What AWS's Java services call the JSON types in their SerializationException.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    }
}

/// Writes an awsJson answer: an object also where the operation has no output, so that clients which parse every
/// body find one.
pub(crate) fn encode(api: &ApiMeta, output: &dyn Shape) -> Answer {
    let mut body = String::with_capacity(256);
    write_structure(&mut body, output);
    let content_type = HeaderValue::from_static(content_type(Some(api)));
    Answer {
        status: 200,
        headers: vec![(HeaderName::from_static("content-type"), content_type)],
        body: body.into_bytes().into(),
    }
}

/// The type of awsJson bodies; 1.1 where the API is not known.
pub(crate) fn content_type(api: Option<&ApiMeta>) -> &'static str {
    match api.and_then(|api| api.json_version) {
        Some("1.0") => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    }
}

/// Appends the members that travel in the body, as an object.
pub(crate) fn write_structure(out: &mut String, structure: &dyn Shape) {
    out.push('{');
    let mut first = true;
    write_members(out, structure, &mut first);
    out.push('}');
}

/// Appends the members without braces; `first` says whether a comma is due.
pub(crate) fn write_members(out: &mut String, structure: &dyn Shape, first: &mut bool) {
    for (index, field) in structure.schema().fields.iter().enumerate() {
        let in_body = matches!(field.location, Location::Body | Location::Query | Location::Label);
        let value = structure.get(index).view();
        if in_body && !matches!(value, Ref::Absent) {
            separate(out, first);
            string(out, field.wire);
            out.push(':');
            write_member(out, value, field);
        }
    }
}

fn write_member(out: &mut String, value: Ref<'_>, field: &Field) {
    let format = scalar::time_format(field.timestamp, field.ty, TimestampFormat::Epoch);
    write(out, value, field.ty, format);
}

/// Appends a comma before every value but the first.
pub(crate) fn separate(out: &mut String, first: &mut bool) {
    if !std::mem::take(first) {
        out.push(',');
    }
}

/// Appends one value.
pub(crate) fn write(out: &mut String, value: Ref<'_>, ty: &Ty, format: TimestampFormat) {
    let style = TimeStyle { format, millis: false };
    match (value, ty) {
        (Ref::Absent, _) => out.push_str("null"),
        (Ref::Str(text), _) => string(out, text),
        (Ref::Blob(bytes), _) => {
            out.push('"');
            STANDARD.encode_string(bytes, out);
            out.push('"');
        }
        (Ref::Float(number), _) if !number.is_finite() => quoted(out, value, style),
        (Ref::Double(number), _) if !number.is_finite() => quoted(out, value, style),
        (Ref::Time(_), _) if format != TimestampFormat::Epoch => quoted(out, value, style),
        (Ref::Struct(structure), _) => write_structure(out, structure),
        (Ref::Document(document), _) => document::write(out, document),
        (Ref::List(list), Ty::List(ListTy { item, .. })) => {
            out.push('[');
            let mut first = true;
            for index in 0..list.len() {
                separate(out, &mut first);
                write(out, list.get(index), item, scalar::time_format(None, item, TimestampFormat::Epoch));
            }
            out.push(']');
        }
        (Ref::Map(map), Ty::Map(MapTy { value: ty, .. })) => {
            out.push('{');
            let mut first = true;
            for (key, value) in map.entries() {
                separate(out, &mut first);
                string(out, key);
                out.push(':');
                write(out, value, ty, scalar::time_format(None, ty, TimestampFormat::Epoch));
            }
            out.push('}');
        }
        (value, _) => scalar::write(out, value, style),
    }
}

fn quoted(out: &mut String, value: Ref<'_>, style: TimeStyle) {
    out.push('"');
    scalar::write(out, value, style);
    out.push('"');
}

/// Appends a JSON string.
pub(crate) fn string(out: &mut String, text: &str) {
    out.push_str(&serde_json::to_string(text).expect("a string is valid JSON"));
}
