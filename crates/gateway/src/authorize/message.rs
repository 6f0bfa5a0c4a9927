//! What DecodeAuthorizationMessage shows of a denial.
//!
//! Source: recorded answers. Matched are the statements that deny, whose principals are the caller; of the request there are
//! the keys of its service, and where the resource is: `aws:Region`, `aws:Service`, `aws:Resource`, `aws:Type`,
//! `aws:Account` and `aws:ARN`. What the caller brings is not among them, and no failures are known.

use super::Record;
use policy::document::Effect;
use ports::{Denial as Kept, Hit};
use serde_json::{Map, Value, json};

impl Record {
    /// The message, JSON.
    pub(crate) fn message(&self) -> String {
        let (id, name) = &self.caller_id;
        let mut principal = json!({ "id": id });
        if let Some(name) = name {
            principal["name"] = Value::from(name.as_str());
        }
        principal["arn"] = Value::from(self.caller.as_str());
        json!({
            "allowed": false,
            "explicitDeny": self.told["decision"] == "explicitDeny",
            "matchedStatements": items(self.matched()),
            "failures": items([]),
            "context": {
                "principal": principal,
                "action": self.action,
                "resource": self.resource,
                "conditions": items(self.conditions()),
            },
        })
        .to_string()
    }

    /// The statements that deny it.
    fn matched(&self) -> Vec<Value> {
        let Some(kept) = &self.kept else { return Vec::new() };
        let checks = kept.evaluations.first().into_iter().flat_map(|own| &own.checks);
        let denials = checks.flat_map(|check| &check.hits).filter(|hit| hit.effect == Effect::Deny);
        denials.filter_map(|hit| self.statement(kept, hit)).collect()
    }

    /// A statement as it was written.
    fn statement(&self, kept: &Kept, hit: &Hit) -> Option<Value> {
        let policy = &kept.policies.get(hit.policy)?.policy;
        let span = policy.statements().iter().find(|one| one.index() == hit.index)?.span();
        let text = policy.source().get(span.start as usize..span.end as usize)?;
        let written: Value = serde_json::from_str(text).ok()?;
        let either =
            |name: &str| texts(&written[name]).chain(texts(&written[format!("Not{name}")])).map(value);
        let conditions = written["Condition"].as_object().into_iter().flat_map(Map::values);
        let conditions = conditions.filter_map(Value::as_object).flatten();
        Some(json!({
            "statementId": hit.sid.as_deref().unwrap_or_default(),
            "effect": "DENY",
            "principals": items([value(self.caller_id.0.clone())]),
            "principalGroups": items([]),
            "actions": items(either("Action")),
            "resources": items(either("Resource")),
            "conditions": items(conditions.map(|(key, values)| condition(key, texts(values)))),
        }))
    }

    /// The keys that the request has beside those of its caller.
    fn conditions(&self) -> Vec<Value> {
        let own = self.kept.as_ref().and_then(|kept| kept.evaluations.first());
        let keys = own.into_iter().flat_map(|own| own.asked.iter().chain(&own.facts));
        let mut found: Vec<(String, Vec<String>)> =
            keys.map(|key| (key.key.clone(), key.values.clone())).collect();
        let prefix = self.action.split(':').next().unwrap_or_default();
        let (region, service) = &self.place;
        let mut add = |key: &str, value: &str| {
            if !found.iter().any(|(known, _)| known.eq_ignore_ascii_case(key)) {
                found.push((key.to_owned(), vec![value.to_owned()]));
            }
        };
        if prefix == "ec2" {
            add("ec2:Region", region);
        }
        add("aws:Region", region);
        add("aws:Service", service.unwrap_or(prefix));
        let mut parts = self.resource.splitn(6, ':').skip(4);
        if let (Some(account), Some(resource)) = (parts.next(), parts.next()) {
            add("aws:Resource", resource);
            if let Some((kind, name)) = resource.split_once('/') {
                add("aws:Type", kind);
                if kind == "role" {
                    add("iam:RoleName", name.rsplit('/').next().unwrap_or_default());
                }
            }
            add("aws:Account", account);
            add("aws:ARN", &self.resource);
        }
        found.into_iter().map(|(key, values)| condition(&key, values.into_iter())).collect()
    }
}

fn items(items: impl IntoIterator<Item = Value>) -> Value {
    json!({ "items": items.into_iter().collect::<Vec<_>>() })
}

fn value(text: String) -> Value {
    json!({ "value": text })
}

fn condition(key: &str, values: impl Iterator<Item = String>) -> Value {
    json!({ "key": key, "values": items(values.map(value)) })
}

/// One text, or a list of them; numbers and truth values are texts here.
fn texts(written: &Value) -> impl Iterator<Item = String> {
    let list = match written {
        Value::Array(list) => list.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    list.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
}
