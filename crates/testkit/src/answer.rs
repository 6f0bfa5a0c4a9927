//! An answer as a client reads it.

use crate::xml;
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeMap;

/// Status, headers and body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// What a client reads of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// What stands beside them: S3's `BucketName`, `Key` and so on. Ids of the request are left out.
    pub members: BTreeMap<String, String>,
}

impl Answer {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer, which must be a success.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body_text());
        self
    }

    /// The body as a tree, from JSON or XML. Of XML, elements with children are objects, repeated ones, and those
    /// named `item` and `member`, lists.
    #[track_caller]
    pub fn tree(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(_) => match xml::parse(&self.body) {
                Ok(root) => root.value(),
                Err(cause) => panic!("neither JSON nor XML ({cause}): {}", self.body_text()),
            },
        }
    }

    /// Every text at a path below the root, lists taken apart: `vpcSet.item.vpcId`.
    #[track_caller]
    pub fn texts(&self, path: &str) -> Vec<String> {
        let mut level = vec![self.tree()];
        for step in path.split('.') {
            level = level.iter().flat_map(|value| children(value, step)).collect();
        }
        level.iter().flat_map(leaves).collect()
    }

    /// The one text at a path.
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        let found = self.texts(path);
        let [text] = found.as_slice() else {
            panic!("{} texts at {path} in {} {}", found.len(), self.status, self.body_text())
        };
        text.clone()
    }

    /// The refusal, in whichever envelope it came.
    #[track_caller]
    pub fn refusal(&self) -> Refusal {
        let tree = self.tree();
        let named = tree.get("__type").and_then(Value::as_str).or_else(|| self.header("x-amzn-errortype"));
        if let (Some(code), true) = (named, tree.is_object()) {
            return self.refusal_in_json(code.split(':').next().unwrap_or(code), &tree);
        }
        let error = [tree.pointer("/Errors/Error"), tree.get("Error"), Some(&tree)];
        let error = error.into_iter().flatten().find(|error| error.get("Code").is_some());
        let error = error.unwrap_or_else(|| panic!("no refusal: {} {}", self.status, self.body_text()));
        let mut members: BTreeMap<String, String> = error
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), leaves(value).concat()))
            .collect();
        let mut take = |name: &str| members.remove(name).unwrap_or_default();
        let (code, message) = (take("Code"), take("Message"));
        for name in ["Type", "RequestId", "HostId"] {
            members.remove(name);
        }
        Refusal { status: self.status, code, message, members }
    }

    fn refusal_in_json(&self, code: &str, tree: &Value) -> Refusal {
        let members = tree.as_object().into_iter().flatten();
        let mut members: BTreeMap<String, String> =
            members.map(|(name, value)| (name.clone(), leaves(value).concat())).collect();
        members.remove("__type");
        let message = members.remove("Message").or_else(|| members.remove("message")).unwrap_or_default();
        let code = code.rsplit('#').next().unwrap_or(code).to_owned();
        Refusal { status: self.status, code, message, members }
    }

    /// Holds a refusal's status, code and sentence against what is wanted.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str, message: &str) -> Refusal {
        let refusal = self.refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (status, code, message));
        refusal
    }
}

fn children(value: &Value, step: &str) -> Vec<Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| children(item, step)).collect(),
        other => other.get(step).cloned().into_iter().collect(),
    }
}

fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
