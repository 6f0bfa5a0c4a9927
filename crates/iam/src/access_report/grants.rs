//! The services a policy document allows anything of. Conditions and denials are left aside, as AWS leaves them
//! aside in these reports.

use serde_json::Value;
use std::collections::BTreeSet;

/// The services a document allows something of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Grants {
    /// Whether it is all of them.
    pub(super) all: bool,
    /// Their namespaces: `s3`.
    pub(super) services: BTreeSet<String>,
}

impl Grants {
    /// Those of one document.
    pub(super) fn of(document: &str) -> Self {
        let mut grants = Self::default();
        let document: Value = serde_json::from_str(document).unwrap_or_default();
        let statements = match &document["Statement"] {
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        for statement in statements.iter().filter(|statement| statement["Effect"] == "Allow") {
            // Everything but some actions is something of every service.
            grants.all |= !statement["NotAction"].is_null();
            match &statement["Action"] {
                Value::Array(list) => list.iter().filter_map(Value::as_str).for_each(|one| grants.add(one)),
                Value::String(one) => grants.add(one),
                _ => {}
            }
        }
        grants
    }

    fn add(&mut self, action: &str) {
        match action.split_once(':') {
            Some(("*", _)) | None => self.all = true,
            Some((service, _)) => {
                self.services.insert(service.to_lowercase());
            }
        }
    }

    /// Those of several documents together.
    pub(super) fn of_all(documents: &[String]) -> Self {
        let mut grants = Self::default();
        documents.iter().for_each(|document| grants.join(Self::of(document)));
        grants
    }

    /// Adds another document's.
    pub(super) fn join(&mut self, other: Self) {
        self.all |= other.all;
        self.services.extend(other.services);
    }

    /// Whether anything of a service is allowed.
    pub(super) fn includes(&self, service: &str) -> bool {
        self.all || self.services.contains(&service.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::Grants;
    use serde_json::json;

    #[test]
    fn what_is_allowed_counts_and_nothing_else() {
        for (statement, all, services) in [
            (json!({"Effect": "Allow", "Action": "S3:Get*", "Resource": "*"}), false, vec!["s3"]),
            (json!([{"Effect": "Allow", "Action": ["ec2:*", "s3:*"]}]), false, vec!["ec2", "s3"]),
            (json!({"Effect": "Deny", "Action": "s3:*"}), false, vec![]),
            (json!({"Effect": "Allow", "Action": "*"}), true, vec![]),
            (json!({"Effect": "Allow", "Action": "*:*"}), true, vec![]),
            (json!({"Effect": "Allow", "NotAction": "iam:*"}), true, vec![]),
            (json!("nonsense"), false, vec![]),
        ] {
            let grants = Grants::of(&json!({ "Statement": statement }).to_string());
            let found: Vec<&str> = grants.services.iter().map(String::as_str).collect();
            assert_eq!((grants.all, found), (all, services), "{statement}");
        }
    }
}
