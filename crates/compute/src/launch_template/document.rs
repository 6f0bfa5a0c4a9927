//! Structures of the model as JSON: members by the names they have in the model, only those that are set.
//!
//! A template is kept in this form. Reading it into another structure takes the members whose names are the same: so
//! `RequestLaunchTemplateData` becomes `ResponseLaunchTemplateData`, and nothing is added to what was given.

use serde_json::{Map, Number, Value};
use shape::{Ref, Shape, Slot};

/// Writes a structure.
pub(crate) fn write(structure: &dyn Shape) -> Map<String, Value> {
    let fields = structure.schema().fields.iter().enumerate();
    let member = |(index, field): (usize, &shape::Field)| {
        value(structure.get(index).view()).map(|value| (field.name.to_owned(), value))
    };
    fields.filter_map(member).collect()
}

fn value(seen: Ref<'_>) -> Option<Value> {
    Some(match seen {
        Ref::Absent => return None,
        Ref::Str(text) => Value::from(text),
        Ref::Int(number) => Value::from(number),
        // By its own digits: as a double it would have others.
        Ref::Float(number) => decimal(number.to_string().parse().ok()?)?,
        Ref::Double(number) => decimal(number)?,
        Ref::Bool(truth) => Value::from(truth),
        Ref::Blob(bytes) => Value::from(hex::encode(bytes)),
        Ref::Time(at) => Value::from(at.millis),
        Ref::Struct(structure) => Value::Object(write(structure)),
        Ref::List(list) => (0..list.len()).filter_map(|index| value(list.get(index))).collect(),
        Ref::Map(map) => {
            let entry = |(key, seen): (&str, Ref<'_>)| value(seen).map(|value| (key.to_owned(), value));
            Value::Object(map.entries().filter_map(entry).collect())
        }
        // No structure of EC2 has one.
        Ref::Document(_) => return None,
    })
}

/// Numbers that are none have no form in JSON, nor on the wire.
fn decimal(number: f64) -> Option<Value> {
    Number::from_f64(number).map(Value::Number)
}

/// Reads a structure.
pub(crate) fn read<S: Shape + Default>(members: &Map<String, Value>) -> S {
    let mut structure = S::default();
    fill(&mut structure, members);
    structure
}

fn fill(structure: &mut dyn Shape, members: &Map<String, Value>) {
    let fields = structure.schema().fields;
    for (index, field) in fields.iter().enumerate() {
        if let Some(value) = members.get(field.name)
            && let Some(member) = structure.get_mut(index)
        {
            put(member.slot(), value);
        }
    }
}

fn put(slot: Slot<'_>, value: &Value) {
    match (slot, value) {
        (Slot::Str(own), Value::String(text)) => own.clone_from(text),
        (Slot::Blob(own), Value::String(text)) => *own = hex::decode(text).unwrap_or_default(),
        (Slot::Bool(own), Value::Bool(truth)) => *own = *truth,
        (Slot::Int(own), Value::Number(number)) => {
            *own = number.as_i64().and_then(|number| i32::try_from(number).ok()).unwrap_or_default();
        }
        (Slot::Long(own), Value::Number(number)) => *own = number.as_i64().unwrap_or_default(),
        (Slot::Float(own), Value::Number(number)) => *own = number.to_string().parse().unwrap_or_default(),
        (Slot::Double(own), Value::Number(number)) => *own = number.as_f64().unwrap_or_default(),
        (Slot::Time(own), Value::Number(number)) => own.millis = number.as_i64().unwrap_or_default(),
        (Slot::Struct(own), Value::Object(members)) => fill(own, members),
        (Slot::List(own), Value::Array(values)) => values.iter().for_each(|value| put(own.push(), value)),
        (Slot::Map(own), Value::Object(members)) => {
            members.iter().for_each(|(key, value)| put(own.insert(key.clone()), value));
        }
        // What was written from a structure has its types.
        _ => {}
    }
}
