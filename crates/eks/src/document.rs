//! Structures of the wire and the models they are kept as, by the names that members have in the API.
//!
//! A model is written in those names too, so that reading one into the other takes what both have and nothing else.

use serde::Serialize;
use serde_json::{Map, Number, Value};
use shape::{Ref, Shape, Slot};

/// A structure as JSON: only the members that are set.
pub(crate) fn members(structure: &dyn Shape) -> Map<String, Value> {
    let fields = structure.schema().fields.iter().enumerate();
    let member = |(index, field): (usize, &shape::Field)| {
        value(structure.get(index).view()).map(|value| (field.name.to_owned(), value))
    };
    fields.filter_map(member).collect()
}

/// A structure as compact JSON text, as updates show what was asked for.
pub(crate) fn text(structure: &dyn Shape) -> String {
    Value::Object(members(structure)).to_string()
}

/// The structure of a model.
pub(crate) fn shape<S: Shape + Default>(model: &impl Serialize) -> S {
    let mut structure = S::default();
    if let Ok(Value::Object(members)) = serde_json::to_value(model) {
        fill(&mut structure, &members);
    }
    structure
}

fn value(seen: Ref<'_>) -> Option<Value> {
    Some(match seen {
        Ref::Absent | Ref::Document(_) | Ref::Blob(_) => return None,
        Ref::Str(text) => Value::from(text),
        Ref::Int(number) => Value::from(number),
        Ref::Float(number) => Value::Number(Number::from_f64(f64::from(number))?),
        Ref::Double(number) => Value::Number(Number::from_f64(number)?),
        Ref::Bool(truth) => Value::from(truth),
        Ref::Time(at) => Value::from(at.millis),
        Ref::Struct(structure) => Value::Object(members(structure)),
        Ref::List(list) => (0..list.len()).filter_map(|index| value(list.get(index))).collect(),
        Ref::Map(map) => {
            let entry = |(key, seen): (&str, Ref<'_>)| value(seen).map(|value| (key.to_owned(), value));
            Value::Object(map.entries().filter_map(entry).collect())
        }
    })
}

fn fill(structure: &mut dyn Shape, members: &Map<String, Value>) {
    let fields = structure.schema().fields;
    for (index, field) in fields.iter().enumerate() {
        if let Some(value) = members.get(field.name).filter(|value| !value.is_null())
            && let Some(member) = structure.get_mut(index)
        {
            put(member.slot(), value);
        }
    }
}

fn put(slot: Slot<'_>, value: &Value) {
    match (slot, value) {
        (Slot::Str(own), Value::String(text)) => own.clone_from(text),
        (Slot::Bool(own), Value::Bool(truth)) => *own = *truth,
        (Slot::Int(own), Value::Number(number)) => {
            *own = number.as_i64().and_then(|number| i32::try_from(number).ok()).unwrap_or_default();
        }
        (Slot::Long(own), Value::Number(number)) => *own = number.as_i64().unwrap_or_default(),
        (Slot::Double(own), Value::Number(number)) => *own = number.as_f64().unwrap_or_default(),
        (Slot::Time(own), Value::Number(number)) => own.millis = number.as_i64().unwrap_or_default(),
        (Slot::Struct(own), Value::Object(members)) => fill(own, members),
        (Slot::List(own), Value::Array(values)) => values.iter().for_each(|value| put(own.push(), value)),
        (Slot::Map(own), Value::Object(members)) => {
            members.iter().for_each(|(key, value)| put(own.insert(key.clone()), value));
        }
        // What was written from a model has its types.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{shape, text};
    use serde_json::json;
    use shapes_eks as api;

    #[test]
    fn a_structure_comes_back_from_its_model() {
        let taint: api::Taint = shape(&json!({ "key": "k", "effect": "NO_SCHEDULE", "other": 1 }));
        assert_eq!((taint.key.as_deref(), taint.value.as_deref()), (Some("k"), None));
        assert_eq!(text(&taint), r#"{"key":"k","effect":"NO_SCHEDULE"}"#);
        let update: api::Update = shape(&json!({ "createdAt": 1_500, "errors": [], "id": null }));
        assert_eq!(update.created_at.map(|at| at.millis), Some(1_500));
        assert!(update.id.is_none() && update.errors.is_some_and(|errors| errors.is_empty()));
    }
}
