//! `actions/<prefix>.toml`.

use super::service::Service;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

/// Condition keys that occur together, numbered by their first use.
#[derive(Default)]
struct Sets {
    numbers: HashMap<Vec<String>, usize>,
    text: String,
}

impl Sets {
    /// `@3`, or nothing for no key.
    fn mark(&mut self, service: &Service, keys: &[String]) -> String {
        if keys.is_empty() {
            return String::new();
        }
        let keys: Vec<String> = keys.iter().map(|key| service.short(key)).collect();
        let next = self.numbers.len();
        let number = *self.numbers.entry(keys.clone()).or_insert_with(|| {
            writeln!(self.text, "{next} = {:?}", keys.join(" ")).expect("writing to a String cannot fail");
            next
        });
        format!("@{number}")
    }
}

/// Everything that is known of the actions of a service, and the names of those nothing is published of.
pub(super) fn toml(service: &Service, unpublished: &BTreeSet<String>) -> String {
    let mut sets = Sets::default();
    let mut actions = String::new();
    let mut sorted: Vec<_> = service.actions.values().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    for action in sorted {
        let mut words = vec![level(&action.level).to_owned() + &sets.mark(service, &action.keys)];
        for resource in &action.resources {
            let mark = if resource.required { "!" } else { "" };
            words.push(format!("{}{mark}{}", resource.kind, sets.mark(service, &resource.keys)));
        }
        words.extend(action.dependents.iter().map(|name| format!("+{name}")));
        writeln!(actions, "{} = {:?}", action.name, words.join(" "))
            .expect("writing to a String cannot fail");
    }
    for name in unpublished {
        writeln!(actions, "{name} = \"unpublished\"").expect("writing to a String cannot fail");
    }
    let types: String = service.types.iter().map(|(kind, arn)| format!("{kind:?} = {arn:?}\n")).collect();
    let own = service.keys.iter().map(|(key, kind)| (service.short(key), kind));
    let keys: String = own.map(|(key, kind)| format!("{key:?} = {kind:?}\n")).collect();
    format!(
        "# Written by `cargo xtask authz`.\n\n[types]\n{types}\n[keys]\n{keys}\n[sets]\n{}\n[actions]\n{actions}",
        sets.text,
    )
}

fn level(published: &str) -> &str {
    match published {
        "List" => "list",
        "Read" => "read",
        "Tagging" => "tagging",
        "Permissions management" => "permissions",
        _ => "write",
    }
}
