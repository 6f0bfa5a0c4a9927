//! Whom policies of resources and roles name, and what becomes of a principal that is deleted.
//!
//! AWS stores the unique ids of the users and roles such a policy names. One that is deleted and made again is therefore
//! not meant any more, and the policy then shows the id of the one that is gone. Source: IAM user guide, "AWS JSON policy
//! elements: Principal".

use crate::Iam;
use crate::entity::{Home, Rows};
use crate::role::Role;
use crate::user::User;
use base::Arn;
use ports::{Nobody, PolicyPrincipals, World};
use serde_json::Value;
use std::collections::BTreeMap;

impl PolicyPrincipals for Iam {
    fn resolve(&self, world: &World, policy: &str) -> Result<BTreeMap<String, String>, Nobody> {
        resolve(&world.store.view(), policy)
    }

    fn current(&self, world: &World, policy: &str, named: &BTreeMap<String, String>) -> String {
        current(&world.store.view(), policy, named)
    }
}

/// The users and roles a policy names, each by its text, with the unique ids they have now. A user or role that does not
/// exist is refused, and so is what names nobody.
pub(crate) fn resolve(rows: &impl Rows, policy: &str) -> Result<BTreeMap<String, String>, Nobody> {
    let mut found = BTreeMap::new();
    let Ok(document) = serde_json::from_str::<Value>(policy) else { return Ok(found) };
    for name in named(&document) {
        match read(rows, name) {
            Reading::Identity(id) => {
                found.insert(name.to_owned(), id);
            }
            Reading::Other => {}
            Reading::Nobody => return Err(Nobody(name.to_owned())),
        }
    }
    Ok(found)
}

/// A policy as it stands now: principals by their present ARNs, those that are gone by their unique ids.
pub(crate) fn current(rows: &impl Rows, policy: &str, named: &BTreeMap<String, String>) -> String {
    let mut text = policy.to_owned();
    for (name, id) in named {
        let now = arn_of(rows, id).unwrap_or_else(|| id.clone());
        if now != *name {
            text = text.replace(&format!("\"{name}\""), &format!("\"{now}\""));
        }
    }
    text
}

/// What a principal's text turns out to be.
enum Reading {
    /// A user or role, by its unique id.
    Identity(String),
    /// Everyone, an account, a session: nothing that can be deleted and made again.
    Other,
    /// Nothing there is.
    Nobody,
}

fn read(rows: &impl Rows, name: &str) -> Reading {
    if name == "*" || (name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit())) {
        return Reading::Other;
    }
    if name.starts_with("AIDA") || name.starts_with("AROA") {
        return match arn_of(rows, name) {
            Some(_) => Reading::Identity(name.to_owned()),
            None => Reading::Nobody,
        };
    }
    let Ok(arn) = name.parse::<Arn>() else { return Reading::Nobody };
    // The identities of CloudFront's distributions are not IAM's.
    if arn.account == "cloudfront" {
        return Reading::Other;
    }
    if arn.service == "sts" {
        let session = ["assumed-role/", "federated-user/"];
        let is_session = session.iter().any(|kind| arn.resource.starts_with(kind));
        return if is_session { Reading::Other } else { Reading::Nobody };
    }
    let Some(home) = Home::of_arn(&arn) else { return Reading::Nobody };
    let last = arn.resource.rsplit('/').next().unwrap_or_default();
    let id = match arn.resource.split('/').next() {
        Some("root") if last == "root" => return Reading::Other,
        Some("user") => {
            rows.row::<User>(&home.key(last)).filter(|user| user.arn() == name).map(|user| user.id.clone())
        }
        Some("role") => {
            rows.row::<Role>(&home.key(last)).filter(|role| role.arn() == name).map(|role| role.id.clone())
        }
        _ => None,
    };
    id.map_or(Reading::Nobody, Reading::Identity)
}

/// The present ARN of a user or role.
fn arn_of(rows: &impl Rows, id: &str) -> Option<String> {
    let user = rows.listed(&User::ID, id).first().map(|user| user.arn());
    user.or_else(|| rows.listed(&Role::ID, id).first().map(|role| role.arn()))
}

/// Every text under `Principal.AWS`.
fn named(document: &Value) -> Vec<&str> {
    let statements = match document.get("Statement") {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let principals = statements.iter().flat_map(|statement| {
        ["Principal", "NotPrincipal"].into_iter().filter_map(|key| statement.get(key)?.get("AWS"))
    });
    let texts = principals.flat_map(|value| match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one.as_str()],
        _ => Vec::new(),
    });
    texts.collect()
}
