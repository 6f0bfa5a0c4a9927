//! What is published of the actions of one service.

use crate::published::read_json;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A service, by the prefix of its actions.
pub(super) struct Service {
    /// Its own prefix and a colon, which the tables leave out.
    own: String,
    /// By name in lower case.
    pub(super) actions: BTreeMap<String, Action>,
    /// ARN templates by resource type.
    pub(super) types: BTreeMap<String, String>,
    /// Types of condition keys.
    pub(super) keys: BTreeMap<String, String>,
}

/// An action.
pub(super) struct Action {
    pub(super) name: String,
    pub(super) level: String,
    pub(super) resources: Vec<Resource>,
    pub(super) keys: Vec<String>,
    pub(super) dependents: BTreeSet<String>,
}

/// A resource type that an action may be restricted to.
pub(super) struct Resource {
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) keys: Vec<String>,
}

impl Service {
    /// Reads a service from the base data, dependent actions from the second source.
    pub(super) fn read(data: &Path, prefix: &str, dependents: &Value) -> Result<Self> {
        let file = |kind: &str| read_json(&data.join(kind).join(format!("{prefix}.json")));
        let privileges = &dependents[prefix]["privileges"];
        let entries = file("actions")?;
        let mut actions = BTreeMap::new();
        for (lower, entry) in entries.as_object().context("actions are no object")? {
            let mut action = Action::read(entry)?;
            action.add_dependents(&privileges[action.name.as_str()]);
            actions.insert(lower.clone(), action);
        }
        let types = file("resourceTypes")?;
        let types = types.as_object().context("resource types are no object")?;
        let keys = file("conditionKeys")?;
        let keys = keys.as_object().context("condition keys are no object")?;
        Ok(Self {
            own: format!("{prefix}:"),
            actions,
            types: types.values().map(|entry| (text(&entry["key"]), text(&entry["arn"]))).collect(),
            keys: keys.values().map(|entry| (text(&entry["key"]), text(&entry["type"]))).collect(),
        })
    }

    /// A service with one action, and its resource types as `name template`, `!` behind the name of a required one.
    #[cfg(test)]
    pub(super) fn of(action: &str, resources: &[&str]) -> Self {
        let split = |text: &&str| {
            let (name, template) = text.split_once(' ').unwrap();
            (name.trim_end_matches('!').to_owned(), template.to_owned())
        };
        let resource =
            |text: &&str| Resource { kind: split(text).0, required: text.contains("! "), keys: Vec::new() };
        let own = Action {
            name: action.to_owned(),
            level: "Write".to_owned(),
            resources: resources.iter().map(resource).collect(),
            keys: Vec::new(),
            dependents: BTreeSet::new(),
        };
        Self {
            own: "x:".to_owned(),
            actions: [(action.to_ascii_lowercase(), own)].into(),
            types: resources.iter().map(split).collect(),
            keys: BTreeMap::new(),
        }
    }

    /// A condition key as the tables write it: `:Vpc` for `ec2:Vpc`, `aws:RequestTag/*` for any tag.
    pub(super) fn short(&self, key: &str) -> String {
        let key = if key.starts_with(&self.own) { &key[self.own.len() - 1..] } else { key };
        let parts = key.split_once(['$', '<']);
        parts.map_or_else(
            || key.to_owned(),
            |(head, tail)| {
                let rest = tail.split_once(['}', '>']).map_or("", |(_, rest)| rest);
                format!("{head}*{rest}")
            },
        )
    }
}

impl Action {
    fn read(entry: &Value) -> Result<Self> {
        let resources = entry["resourceTypes"].as_array().into_iter().flatten();
        Ok(Self {
            name: entry["name"].as_str().context("an action without a name")?.to_owned(),
            level: text(&entry["accessLevel"]),
            resources: resources
                .map(|resource| Resource {
                    kind: text(&resource["name"]),
                    required: resource["required"].as_bool().unwrap_or_default(),
                    keys: texts(&resource["conditionKeys"]),
                })
                .collect(),
            keys: texts(&entry["conditionKeys"]),
            dependents: BTreeSet::new(),
        })
    }

    fn add_dependents(&mut self, privilege: &Value) {
        let resources = privilege["resource_types"].as_object().into_iter().flat_map(|types| types.values());
        self.dependents.extend(resources.flat_map(|resource| texts(&resource["dependent_actions"])));
    }
}

/// The keys every service has, from the source text of the package that lists them.
pub(super) fn global_keys(package: &Path) -> Result<String> {
    let path = package.join("dist/esm/globalConditionKeys.js");
    let source = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let quoted = source.split(['\'', '"', '`']);
    let keys: BTreeSet<String> = quoted
        .filter(|word| word.starts_with("aws:") && !word.contains(' '))
        .map(|key| key.replace("tag-key", "*"))
        .collect();
    Ok(keys.iter().map(|key| format!("{key}\n")).collect())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}
