//! A denial as people and programs read it.

use super::watched;
use policy::compile::Action;
use policy::decide::{Denial, Gate, Matched};
use policy::explain::{Explanation, Fix, Part};
use ports::Places;
use serde_json::{Value, json};

/// An explanation as JSON.
///
/// `context` is what was asked of the request, with where it came from.
pub(super) fn told(
    caller: &str,
    action: &Action,
    resource: &str,
    why: &Explanation<'_>,
    context: &[Value],
) -> Value {
    let decision = match &why.decision {
        policy::decide::Decision::Allow => "allowed",
        policy::decide::Decision::Deny(Denial { by: Some(_), .. }) => "explicitDeny",
        policy::decide::Decision::Deny(Denial { by: None, .. }) => "implicitDeny",
    };
    let checks = why.checks.iter().map(|check| {
        json!({
            "gate": check.gate.noun(),
            "level": check.level,
            "outcome": format!("{:?}", check.outcome),
            "matched": check.matched.iter().map(statement).collect::<Vec<_>>(),
        })
    });
    let blocking = why.blocking.iter().map(|denial| {
        json!({
            "gate": denial.gate.noun(),
            "level": denial.level,
            "statement": denial.by.as_ref().map(statement),
            "reason": denial.reason(action),
        })
    });
    let nearest = why.nearest.iter().map(|miss| {
        let (part, key, operator) = match &miss.part {
            Part::Action => ("Action", None, None),
            Part::Principal => ("Principal", None, None),
            Part::Resource => ("Resource", None, None),
            Part::Condition { operator, key } => ("Condition", Some(key), Some(operator)),
        };
        json!({
            "statement": statement(&miss.matched),
            "part": part, "key": key, "operator": operator,
            "wanted": miss.wanted, "had": miss.had,
            "origin": miss.origin.map(watched::origin),
            "line": miss.at.line, "column": miss.at.column,
        })
    });
    let fixes = why.fixes.iter().map(|fix| match fix {
        Fix::Add { gate, level, statement } => json!({
            "gate": gate.noun(), "level": level,
            "add": serde_json::from_str::<Value>(statement).unwrap_or_else(|_| Value::from(statement.as_str())),
        }),
        Fix::Change { gate, level, place } => {
            json!({ "gate": gate.noun(), "level": level, "change": place })
        }
    });
    let matched = why.blocking.iter().take(1).filter_map(|denial| denial.by.as_ref()).map(statement);
    json!({
        "caller": caller, "action": action.name(), "resource": resource, "decision": decision,
        "matched": matched.collect::<Vec<_>>(),
        "checks": checks.collect::<Vec<_>>(),
        "blocking": blocking.collect::<Vec<_>>(),
        "nearest": nearest.collect::<Vec<_>>(),
        "fixes": fixes.collect::<Vec<_>>(),
        "context": context,
        "missing_keys": why.missing_keys,
    })
}

/// Adds to what is told of an organization's policies which root, unit or account they are attached to.
pub(super) fn name_levels(told: &mut Value, places: Places<'_>) {
    for part in ["checks", "blocking", "fixes"] {
        for entry in told[part].as_array_mut().into_iter().flatten() {
            let place = match entry["gate"].as_str() {
                Some(noun) if noun == Gate::ServiceControl.noun() => places.caller,
                Some(noun) if noun == Gate::ResourceControl.noun() => places.resource,
                _ => None,
            };
            let level = entry["level"].as_u64().and_then(|level| usize::try_from(level).ok());
            if let (Some(place), Some(level)) = (place, level) {
                entry["target"] = Value::from(place.lineage.get(level).map(String::as_str));
            }
        }
    }
}

/// A statement and where it stands.
fn statement(matched: &Matched<'_>) -> Value {
    let (source, statement) = (matched.source, matched.statement);
    json!({
        "policy": source.name, "arn": source.arn,
        "sid": statement.sid(), "index": statement.index(),
        "line": statement.start().line, "column": statement.start().column,
        "end_line": statement.end().line, "end_column": statement.end().column,
    })
}
