//! Shapes as JSON under the model's own names, both ways: for digests of inputs, snapshots, goldens and tests. No
//! protocol is involved.

use super::{document, timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value};
use shape::{List, Ref, Shape, Slot};

/// A structure as JSON. Absent members are left out; timestamps are seconds; blobs base64; NaN and infinities text.
pub fn to_json(structure: &dyn Shape) -> Value {
    object(structure, false)
}

/// The same with sensitive members replaced: what may be logged.
pub fn redacted(structure: &dyn Shape) -> Value {
    object(structure, true)
}

fn object(structure: &dyn Shape, redact: bool) -> Value {
    let mut members = Map::new();
    for (index, field) in structure.schema().fields.iter().enumerate() {
        let value = structure.get(index).view();
        if matches!(value, Ref::Absent) {
            continue;
        }
        let value = if redact && field.sensitive { Value::from("***") } else { json(value, redact) };
        members.insert(field.name.to_owned(), value);
    }
    Value::Object(members)
}

fn json(value: Ref<'_>, redact: bool) -> Value {
    match value {
        Ref::Absent => Value::Null,
        Ref::Str(text) => text.into(),
        Ref::Int(number) => number.into(),
        Ref::Float(number) => double(f64::from(number)),
        Ref::Double(number) => double(number),
        Ref::Bool(value) => value.into(),
        Ref::Blob(bytes) => STANDARD.encode(bytes).into(),
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any year before 280,000 are exact")]
        Ref::Time(at) if at.millis % 1000 != 0 => double(at.millis as f64 / 1000.0),
        Ref::Time(at) => (at.millis / 1000).into(),
        Ref::Struct(structure) => object(structure, redact),
        Ref::List(list) => (0..list.len()).map(|index| json(list.get(index), redact)).collect(),
        Ref::Map(map) => {
            Value::Object(map.entries().map(|(key, value)| (key.to_owned(), json(value, redact))).collect())
        }
        Ref::Document(document) => document::value(document),
    }
}

fn double(number: f64) -> Value {
    match Number::from_f64(number) {
        Some(number) => Value::Number(number),
        None if number.is_nan() => "NaN".into(),
        None if number > 0.0 => "Infinity".into(),
        None => "-Infinity".into(),
    }
}

/// Fills a structure from what [`to_json`] made.
pub fn fill(structure: &mut dyn Shape, value: &Value) -> Result<(), String> {
    let Value::Object(members) = value else { return Err(format!("{value} is no structure")) };
    let fields = structure.schema().fields;
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let index = fields.iter().position(|field| field.name == name);
        let index = index.ok_or_else(|| format!("{} has no member {name}", structure.schema().name))?;
        if let Some(member) = structure.get_mut(index) {
            fill_slot(member.slot(), value).map_err(|cause| format!("{name}: {cause}"))?;
        }
    }
    Ok(())
}

fn fill_slot(slot: Slot<'_>, value: &Value) -> Result<(), String> {
    let wrong = || format!("{value} does not fit");
    match slot {
        Slot::Nothing => return Err(wrong()),
        Slot::Str(into) => value.as_str().ok_or_else(wrong)?.clone_into(into),
        Slot::Int(into) => *into = value.as_i64().and_then(|n| i32::try_from(n).ok()).ok_or_else(wrong)?,
        Slot::Long(into) => *into = value.as_i64().ok_or_else(wrong)?,
        #[expect(clippy::cast_possible_truncation, reason = "a float member holds the nearest float")]
        Slot::Float(into) => *into = float(value).ok_or_else(wrong)? as f32,
        Slot::Double(into) => *into = float(value).ok_or_else(wrong)?,
        Slot::Bool(into) => *into = value.as_bool().ok_or_else(wrong)?,
        Slot::Blob(into) => {
            *into = STANDARD.decode(value.as_str().ok_or_else(wrong)?).map_err(|error| error.to_string())?;
        }
        Slot::Time(into) => *into = value.as_f64().and_then(timestamp::from_seconds).ok_or_else(wrong)?,
        Slot::Struct(into) => fill(into, value)?,
        Slot::Document(into) => *into = document::read(value)?,
        Slot::List(list) => fill_list(list, value.as_array().ok_or_else(wrong)?)?,
        Slot::Map(map) => {
            for (key, value) in value.as_object().ok_or_else(wrong)? {
                fill_slot(map.insert(key.clone()), value)?;
            }
        }
    }
    Ok(())
}

fn fill_list(list: &mut dyn List, values: &[Value]) -> Result<(), String> {
    values.iter().try_for_each(|value| {
        let slot = list.push();
        if value.is_null() { Ok(()) } else { fill_slot(slot, value) }
    })
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.parse().ok(),
        number => number.as_f64(),
    }
}
