//! What a simulation is given of the world: context keys with types, and sets of resources that belong together.

use crate::error::SimulationRefusal;
use shapes_iam as api;
use std::net::IpAddr;

/// A context key with its values.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) values: Vec<String>,
    pub(super) is_list: bool,
}

/// Reads one; without a type it is `string`.
pub(super) fn entry(given: api::ContextEntry) -> Result<Entry, SimulationRefusal> {
    let key = given.context_key_name.unwrap_or_default();
    let values = given.context_key_values.unwrap_or_default();
    let kind = given.context_key_type.unwrap_or_else(|| "string".to_owned());
    let (of, is_list) = match kind.strip_suffix("List") {
        Some(of) => (of, true),
        None => (kind.as_str(), false),
    };
    if (!is_list && values.len() > 1) || !values.iter().all(|value| is_of(of, value)) {
        return Err(SimulationRefusal::Context(key, kind));
    }
    Ok(Entry { key, values, is_list })
}

fn is_of(kind: &str, value: &str) -> bool {
    match kind {
        "numeric" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "boolean" => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        "ip" => value.split('/').next().is_some_and(|address| address.parse::<IpAddr>().is_ok()),
        // Whether dates and bytes can be read is the condition's business: it has more forms than one.
        _ => true,
    }
}

/// The kinds of resources that each scenario of RunInstances needs.
const SCENARIOS: [(&str, &[&str]); 4] = [
    ("EC2-VPC-InstanceStore", &["instance", "image", "security-group", "network-interface"]),
    ("EC2-VPC-InstanceStore-Subnet", &["instance", "image", "security-group", "network-interface", "subnet"]),
    ("EC2-VPC-EBS", &["instance", "image", "security-group", "network-interface", "volume"]),
    ("EC2-VPC-EBS-Subnet", &["instance", "image", "security-group", "network-interface", "subnet", "volume"]),
];

/// Refuses a scenario without all its resources.
pub(super) fn check(option: &str, resources: &[String]) -> Result<(), SimulationRefusal> {
    let scenario = SCENARIOS.iter().find(|(name, _)| *name == option);
    let (_, kinds) = scenario.ok_or_else(|| SimulationRefusal::NoScenario(option.to_owned()))?;
    let is_of = |arn: &String, kind: &str| {
        let mut parts = arn.splitn(6, ':');
        parts.nth(2) == Some("ec2") && parts.nth(2).and_then(|rest| rest.split('/').next()) == Some(kind)
    };
    match kinds.iter().find(|kind| !resources.iter().any(|arn| is_of(arn, kind))) {
        Some(missing) => Err(SimulationRefusal::Scenario(option.to_owned(), missing)),
        None => Ok(()),
    }
}
