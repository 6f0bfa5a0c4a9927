//! `ec2:Attribute` and `ec2:Attribute/…`: what a modification of EC2's modifies, and the new values.
//!
//! Source: EC2 user guide, "Condition keys for the ModifyXAttribute actions"; a recorded call has `ec2:Attribute` `Groups`
//! and `ec2:Attribute/Groups` `["sg-…"]`: lists are written as JSON. The members of structures are no values of their own.

use crate::ActionResource;
use crate::row::{Evaluation, Fill, Part, Path, Resource};
use shape::{List, Ref, Shape};
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// The key of the names.
const NAMES: &str = "ec2:Attribute";
/// Members that say nothing of the resource.
const ASIDE: [&str; 4] = ["Attribute", "ClientToken", "DryRun", "OperationType"];

/// The keys of an evaluation of its own input; none where its action has no such keys.
pub(crate) fn keys(evaluation: &Evaluation, input: &dyn Shape) -> Vec<(&'static str, Vec<String>)> {
    if !evaluation.action.has_attributes {
        return Vec::new();
    }
    let fields = input.schema().fields;
    let attribute = fields.iter().position(|field| field.name == "Attribute");
    let attribute = attribute.and_then(|index| text(input.get(index).view()));
    let mut names = Vec::new();
    let mut keys = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        if ASIDE.contains(&field.name) || names_resource(evaluation, field.name) {
            continue;
        }
        let value = input.get(index).view();
        if matches!(value, Ref::Absent) {
            continue;
        }
        // `Attribute` may say what the value is one of.
        if field.name == "Value" {
            names.extend(attribute.clone());
            continue;
        }
        names.push(field.name.to_owned());
        if let Some(text) = text(value) {
            keys.push((key_of(field.name), vec![text]));
        }
    }
    if !names.is_empty() {
        keys.push((NAMES, names));
    }
    keys
}

/// Whether they are among the keys of an action and its resources.
pub(crate) fn among(action: &str, keys: &[String], resources: &[ActionResource]) -> bool {
    let mut keys = keys.iter().chain(resources.iter().flat_map(|resource| resource.keys));
    action.starts_with("ec2:") && keys.any(|key| key.starts_with(NAMES))
}

/// Whether a member names the resource, which is not modified by being named. Groups are what is modified.
fn names_resource(evaluation: &Evaluation, member: &str) -> bool {
    let is_it = |path: &Path| path.0.len() == 1 && path.0[0] == member;
    evaluation.resources.iter().any(|resource| match resource {
        Resource::Typed { kind, fills, .. } if kind.name != "security-group" => {
            fills.iter().flat_map(|Fill(parts)| parts).any(|part| match part {
                Part::Any => false,
                Part::Joined(sources) => sources.iter().any(|source| is_it(&source.path)),
                Part::OrCaller(path) => is_it(path),
            })
        }
        _ => false,
    })
}

fn text(value: Ref<'_>) -> Option<String> {
    Some(match value {
        Ref::Str(text) => text.to_owned(),
        Ref::Bool(truth) => truth.to_string(),
        Ref::Int(number) => number.to_string(),
        Ref::Double(number) => number.to_string(),
        Ref::Float(number) => number.to_string(),
        Ref::List(list) => array(list)?,
        Ref::Struct(shape) => match shape.schema().fields {
            [only] if only.name == "Value" => text(shape.get(0).view())?,
            _ => return None,
        },
        _ => return None,
    })
}

/// `["sg-1","sg-2"]`; none of a list of structures.
fn array(list: &dyn List) -> Option<String> {
    let texts: Option<Vec<String>> =
        (0..list.len()).map(|index| text(list.get(index)).map(|text| format!("{text:?}"))).collect();
    Some(format!("[{}]", texts?.join(",")))
}

/// `ec2:Attribute/Groups`. There are as many as members of EC2's model, and each is made once.
fn key_of(member: &'static str) -> &'static str {
    static KEYS: OnceLock<Mutex<BTreeMap<&'static str, &'static str>>> = OnceLock::new();
    let mut keys = KEYS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    keys.entry(member).or_insert_with(|| format!("{NAMES}/{member}").leak())
}
