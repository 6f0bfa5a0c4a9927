//! The inputs of an API, as paths.

use crate::published::read_json;
use anyhow::Result;
use serde_json::Value;
use std::path::Path;

/// Structures below the input that are looked into.
const DEPTH: usize = 3;
/// Members that select or page, and name no resource.
const NO_RESOURCES: [&str; 6] = ["filter", "filters", "filterpolicy", "nexttoken", "dryrun", "clienttoken"];

/// A model.
pub(super) struct Model(Value);

/// A member that holds text: `NetworkInterfaces[].SubnetId`.
pub(super) struct Member {
    /// The path, `[]` after each list.
    pub(super) path: String,
    /// The last name in small letters, without hyphens and underscores.
    pub(super) name: String,
    /// How many structures it lies in.
    pub(super) depth: usize,
    /// It must be sent.
    pub(super) required: bool,
}

impl Model {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        read_json(&folder.join("model.json")).map(Self)
    }

    #[cfg(test)]
    pub(super) fn of(value: Value) -> Self {
        Self(value)
    }

    /// The operations, by name.
    pub(super) fn operations(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.0["operations"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The members of an operation's input that hold text, the least deep first.
    pub(super) fn members(&self, operation: &str) -> Vec<Member> {
        let mut found = Vec::new();
        if let Some(shape) = self.0["operations"][operation]["input"]["shape"].as_str() {
            self.collect(shape, "", 0, &mut found);
        }
        found.sort_by_key(|member: &Member| member.depth);
        found
    }

    fn collect(&self, shape: &str, before: &str, depth: usize, found: &mut Vec<Member>) {
        let members = self.0["shapes"][shape]["members"].as_object().into_iter().flatten();
        let required = self.0["shapes"][shape]["required"].as_array();
        for (name, member) in members {
            let normal = normal(name);
            if NO_RESOURCES.contains(&normal.as_str()) {
                continue;
            }
            let mut path = format!("{before}{name}");
            let mut shape = member["shape"].as_str().unwrap_or_default();
            while self.0["shapes"][shape]["type"] == "list" {
                path.push_str("[]");
                shape = self.0["shapes"][shape]["member"]["shape"].as_str().unwrap_or_default();
            }
            match self.0["shapes"][shape]["type"].as_str() {
                Some("string") => {
                    let required = required.is_some_and(|names| names.iter().any(|one| one == name));
                    found.push(Member { path, name: normal, depth, required });
                }
                Some("structure") if depth < DEPTH => {
                    self.collect(shape, &format!("{path}."), depth + 1, found);
                }
                _ => {}
            }
        }
    }
}

/// A name without what differs between spellings.
pub(super) fn normal(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
