//! What of a control plane's components may be set, and how.
//!
//! Source: EKS user guide, "Configure advanced Kubernetes control plane parameters".

use crate::error::{Error, Setup};
use serde_json::{Value, json};

/// The blocks, by the names of their members.
pub(crate) const BLOCKS: [&str; 3] =
    ["kubeApiServerConfig", "kubeSchedulerConfig", "kubeControllerManagerConfig"];

/// Whether a component may be set, and its default where nothing was.
pub(crate) fn defaults() -> Value {
    json!({
        "kubeApiServerConfig": {
            "eventTtl": "60m",
            "serviceNodePortRange": { "minPort": 30000, "maxPort": 32767 },
        },
        "kubeSchedulerConfig": {
            "nodeResourcesFit": { "scoringStrategy": {
                "type": "LeastAllocated",
                "resources": [{ "name": "cpu", "weight": 1 }, { "name": "memory", "weight": 1 }],
            } },
        },
        "kubeControllerManagerConfig": {
            "horizontalPodAutoscalerControllerConfig": { "horizontalPodAutoscalerSyncPeriod": "15s" },
            "podGcControllerConfig": { "terminatedPodGcThreshold": 12500 },
        },
    })
}

/// Which values are taken, as versions tell it.
pub(crate) fn constraints() -> Value {
    let usual = defaults();
    let range = |min: u32, max: u32| json!({ "min": min, "max": max });
    let api_server = &usual["kubeApiServerConfig"];
    let scoring = &usual["kubeSchedulerConfig"]["nodeResourcesFit"]["scoringStrategy"];
    json!({
        "kubeApiServerConfig": {
            "eventTtl": { "defaultValue": api_server["eventTtl"], "constraints": { "min": "10m", "max": "60m" } },
            "serviceNodePortRange": {
                "defaultValue": api_server["serviceNodePortRange"],
                "constraints": { "minPort": range(10260, 32767), "maxPort": range(10260, 32767) },
            },
        },
        "kubeSchedulerConfig": { "nodeResourcesFit": { "scoringStrategy": {
            "defaultValue": scoring,
            "constraints": {
                "scoringStrategy": { "allowedValues": STRATEGIES },
                "resources": { "name": { "allowedValues": RESOURCES }, "weight": range(1, 100) },
            },
        } } },
        "kubeControllerManagerConfig": {
            "horizontalPodAutoscalerControllerConfig": { "horizontalPodAutoscalerSyncPeriod": {
                "defaultValue": "15s", "constraints": { "min": "10s", "max": "15s" },
            } },
            "podGcControllerConfig": { "terminatedPodGcThreshold": {
                "defaultValue": 12500, "constraints": range(10000, 12500),
            } },
        },
    })
}

const STRATEGIES: [&str; 2] = ["LeastAllocated", "MostAllocated"];
const RESOURCES: [&str; 5] =
    ["cpu", "memory", "nvidia.com/gpu", "aws.amazon.com/neuron", "aws.amazon.com/neuroncore"];

/// Puts what is asked for over what there is: members that are not named keep their values, lists are replaced.
pub(crate) fn merge(own: &mut Value, asked: &Value) {
    match (own, asked) {
        (Value::Object(own), Value::Object(asked)) => {
            for (name, value) in asked {
                merge(own.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (own, asked) => *own = asked.clone(),
    }
}

/// Refuses values that are not taken. `tier` is the size of the control plane.
pub(crate) fn check(all: &Value, tier: &str) -> Result<(), Error> {
    let bad = |name: &str| Err(Setup::Component(name.to_owned()).into());
    let api_server = &all["kubeApiServerConfig"];
    if !api_server["eventTtl"].as_str().and_then(seconds).is_some_and(|s| (600..=3600).contains(&s)) {
        return bad("kubeApiServerConfig.eventTtl");
    }
    let port = |name: &str| api_server["serviceNodePortRange"][name].as_i64().unwrap_or_default();
    let (low, high) = (port("minPort"), port("maxPort"));
    if low < 10_260 || high > 32_767 || low > high {
        return bad("kubeApiServerConfig.serviceNodePortRange");
    }
    let scoring = &all["kubeSchedulerConfig"]["nodeResourcesFit"]["scoringStrategy"];
    if !scoring["type"].as_str().is_some_and(|kind| STRATEGIES.contains(&kind)) {
        return bad("kubeSchedulerConfig.nodeResourcesFit.scoringStrategy.type");
    }
    let weighed = scoring["resources"].as_array().into_iter().flatten();
    for resource in weighed {
        if !resource["name"].as_str().is_some_and(|name| RESOURCES.contains(&name)) {
            return bad("kubeSchedulerConfig.nodeResourcesFit.scoringStrategy.resources");
        }
    }
    let manager = &all["kubeControllerManagerConfig"];
    let period = &manager["horizontalPodAutoscalerControllerConfig"]["horizontalPodAutoscalerSyncPeriod"];
    let period = period.as_str().and_then(seconds);
    if !period.is_some_and(|s| (10..=15).contains(&s)) || tier == "standard" && period != Some(15) {
        return bad("kubeControllerManagerConfig.horizontalPodAutoscalerControllerConfig");
    }
    let threshold = manager["podGcControllerConfig"]["terminatedPodGcThreshold"].as_i64().unwrap_or_default();
    if !(10_000..=12_500).contains(&threshold) {
        return bad("kubeControllerManagerConfig.podGcControllerConfig.terminatedPodGcThreshold");
    }
    Ok(())
}

/// A duration of one unit: `10m`, `15s`, `1h`.
fn seconds(text: &str) -> Option<i64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = digits.parse().ok()?;
    match unit {
        "s" => Some(number),
        "m" => number.checked_mul(60),
        "h" => number.checked_mul(3600),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{check, defaults, merge};
    use serde_json::json;

    #[test]
    fn values_are_merged_and_held_to_their_ranges() {
        for (asked, tier, fits) in [
            (json!({}), "standard", true),
            (json!({ "kubeApiServerConfig": { "eventTtl": "10m" } }), "standard", true),
            (json!({ "kubeApiServerConfig": { "eventTtl": "9m" } }), "standard", false),
            (json!({ "kubeApiServerConfig": { "eventTtl": "1h" } }), "standard", true),
            (json!({ "kubeApiServerConfig": { "eventTtl": "1h1m" } }), "standard", false),
            (
                json!({ "kubeApiServerConfig": { "serviceNodePortRange": { "minPort": 10000 } } }),
                "standard",
                false,
            ),
            (
                json!({ "kubeApiServerConfig": { "serviceNodePortRange": { "minPort": 31000, "maxPort": 30999 } } }),
                "standard",
                false,
            ),
            (
                json!({ "kubeControllerManagerConfig": { "horizontalPodAutoscalerControllerConfig":
                { "horizontalPodAutoscalerSyncPeriod": "10s" } } }),
                "standard",
                false,
            ),
            (
                json!({ "kubeControllerManagerConfig": { "horizontalPodAutoscalerControllerConfig":
                { "horizontalPodAutoscalerSyncPeriod": "10s" } } }),
                "tier-xl",
                true,
            ),
            (
                json!({ "kubeSchedulerConfig": { "nodeResourcesFit": { "scoringStrategy":
                { "resources": [{ "name": "disk", "weight": 1 }] } } } }),
                "standard",
                false,
            ),
        ] {
            let mut all = defaults();
            merge(&mut all, &asked);
            assert_eq!(check(&all, tier).is_ok(), fits, "{asked} {tier}");
        }
    }
}
