//! Decisions that are kept: why something was denied, and what callers did.

use super::watched;
use policy::compile::Action;
use policy::decide::{Denial, Gate, Matched, Request};
use policy::explain::{Explanation, Fix, Part};
use ports::{CallContext, Cx, Places};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Denials kept at the most.
const MOST: usize = 10_000;
/// Milliseconds they are kept: AWS says at least a day.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Pairs of action and resource noted for one principal at the most.
const MOST_USES: usize = 5_000;
/// Characters of an id.
const ID_LENGTH: usize = 26;

/// One denial.
#[derive(Debug)]
pub(crate) struct Record {
    /// `[0-9a-z]+`.
    pub(crate) id: String,
    world: String,
    at_millis: i64,
    account: String,
    caller: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    resource_account: String,
    /// Whether both accounts are in one organization.
    is_within_organization: bool,
    reason: String,
    /// All there is to say, for people and programs.
    pub(crate) told: Value,
    /// The same, sealed for DecodeAuthorizationMessage, where the API shows it.
    pub(crate) sealed: OnceLock<String>,
}

impl Record {
    pub(super) fn denied(
        cx: &Cx,
        caller: String,
        request: &Request<'_, CallContext<'_>>,
        denial: &Denial<'_>,
        told: Value,
    ) -> Self {
        let reason = denial.reason(request.action);
        Self {
            resource_account: request.resource.account.to_owned(),
            ..Self::new(cx, caller, request.action.name(), request.resource.arn, reason, told)
        }
    }

    /// An operation the table does not know.
    pub(super) fn unlisted(cx: &Cx, caller: String, action: &str) -> Self {
        let reason = format!("because no identity-based policy allows the {action} action");
        let told = json!({
            "caller": caller, "action": action, "resource": "*", "decision": "implicitDeny",
            "reason": "the operation has no row in the authorization table",
        });
        Self::new(cx, caller, action, "*", reason, told)
    }

    fn new(cx: &Cx, caller: String, action: &str, resource: &str, reason: String, mut told: Value) -> Self {
        let id = id(cx);
        told["id"] = Value::from(id.clone());
        told["at"] = Value::from(cx.now().rfc3339());
        told["request_id"] = Value::from(cx.request_id());
        // Whoever did not sign belongs to no account.
        let account = if cx.caller().is_anonymous() { String::new() } else { cx.account().to_string() };
        Self {
            id,
            world: cx.world().name.clone(),
            at_millis: cx.now().millis,
            resource_account: cx.account().to_string(),
            account,
            is_within_organization: false,
            caller,
            action: action.to_owned(),
            resource: resource.to_owned(),
            reason,
            told,
            sealed: OnceLock::new(),
        }
    }

    /// The same, between accounts that stand in organizations.
    pub(super) fn between(self, places: Places<'_>) -> Self {
        let ids = [places.caller, places.resource].map(|place| place.map(|place| &place.organization));
        let [caller, resource] = ids;
        Self { is_within_organization: caller.is_some() && caller == resource, ..self }
    }

    /// AWS's sentence.
    pub(crate) fn sentence(&self) -> String {
        let Self { caller, action, resource, reason, .. } = self;
        format!("User: {caller} is not authorized to perform: {action} on resource: {resource} {reason}")
    }

    /// S3 puts the ARN in quotes, and explains nothing across accounts but within an organization.
    pub(crate) fn sentence_of_s3(&self) -> String {
        if self.account != self.resource_account && !self.is_within_organization {
            return "Access Denied".to_owned();
        }
        let Self { caller, action, resource, reason, .. } = self;
        format!("User: {caller} is not authorized to perform: {action} on resource: \"{resource}\" {reason}")
    }

    /// What DecodeAuthorizationMessage shows.
    pub(crate) fn message(&self) -> String {
        let explicit = self.told["decision"] == "explicitDeny";
        json!({
            "allowed": false,
            "explicitDeny": explicit,
            "matchedStatements": { "items": self.told["matched"] },
            "failures": { "items": [] },
            "context": {
                "principal": { "arn": self.caller },
                "action": self.action,
                "resource": self.resource,
                "conditions": { "items": [] },
            },
        })
        .to_string()
    }
}

/// A new id.
fn id(cx: &Cx) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let bytes: [u8; ID_LENGTH] = cx.ids().bytes();
    bytes.iter().map(|byte| char::from(DIGITS[usize::from(*byte) % DIGITS.len()])).collect()
}

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

/// What was denied lately, and what principals did.
#[derive(Default)]
pub(crate) struct Records {
    denied: Mutex<VecDeque<Arc<Record>>>,
    uses: Mutex<BTreeMap<(String, String), Uses>>,
}

/// What one principal did: actions and resources, and whether its policies allowed them.
pub(crate) type Uses = BTreeMap<String, BTreeMap<String, bool>>;

impl Records {
    pub(super) fn keep(&self, cx: &Cx, record: Record) -> Arc<Record> {
        let record = Arc::new(record);
        let mut denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = cx.now().millis - KEPT_MILLIS;
        let world = &cx.world().name;
        while denied.len() >= MOST
            || denied.front().is_some_and(|first| first.world == *world && first.at_millis < oldest)
        {
            denied.pop_front();
        }
        denied.push_back(record.clone());
        record
    }

    /// The denial of that id in a world.
    pub(crate) fn get(&self, world: &str, id: &str) -> Option<Arc<Record>> {
        let denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        denied.iter().rev().find(|record| record.world == world && record.id == id).cloned()
    }

    /// The newest denials of a world, newest first.
    pub(crate) fn newest(&self, world: &str, most: usize) -> Vec<Arc<Record>> {
        let denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        denied.iter().rev().filter(|record| record.world == world).take(most).cloned().collect()
    }

    /// Notes that a caller did something.
    pub(super) fn note(&self, cx: &Cx, action: &str, resource: &str, is_allowed: bool) {
        let Some(caller) = cx.caller().arn(cx.partition()) else { return };
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let of_caller = uses.entry((cx.world().name.clone(), caller.to_string())).or_default();
        if let Some(allowed) = of_caller.get_mut(action).and_then(|resources| resources.get_mut(resource)) {
            *allowed = is_allowed;
            return;
        }
        let noted: usize = of_caller.values().map(BTreeMap::len).sum();
        if noted < MOST_USES {
            of_caller.entry(action.to_owned()).or_default().insert(resource.to_owned(), is_allowed);
        }
    }

    /// What each principal of a world did, by ARN.
    pub(crate) fn uses(&self, world: &str) -> BTreeMap<String, Uses> {
        let uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let of_world = uses.iter().filter(|((name, _), _)| name == world);
        of_world.map(|((_, caller), uses)| (caller.clone(), uses.clone())).collect()
    }

    /// A world is gone, or begins anew.
    pub(crate) fn forget(&self, world: &str) {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner).retain(|record| record.world != world);
        self.uses.lock().unwrap_or_else(PoisonError::into_inner).retain(|(name, _), _| name != world);
    }
}

/// The policy that allows exactly what was done: one statement for the actions that concern the same resources.
pub(crate) fn least(uses: &Uses) -> Value {
    let mut by_resources: BTreeMap<BTreeSet<&str>, Vec<&str>> = BTreeMap::new();
    for (action, resources) in uses {
        by_resources.entry(resources.keys().map(String::as_str).collect()).or_default().push(action);
    }
    let statements = by_resources.into_iter().map(|(resources, actions)| {
        json!({ "Effect": "Allow", "Action": actions, "Resource": resources.into_iter().collect::<Vec<_>>() })
    });
    json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::{Uses, least};

    #[test]
    fn the_least_policy_names_each_action_once_with_its_resources() {
        let mut uses = Uses::new();
        for (action, resource) in [
            ("s3:GetObject", "arn:aws:s3:::b/k"),
            ("s3:PutObject", "arn:aws:s3:::b/k"),
            ("s3:ListBucket", "arn:aws:s3:::b"),
        ] {
            uses.entry(action.to_owned()).or_default().insert(resource.to_owned(), false);
        }
        let policy = least(&uses);
        assert_eq!(
            policy["Statement"],
            serde_json::json!([
                { "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::b"] },
                { "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::b/k"] },
            ])
        );
    }
}
