//! What UpdateNodegroupConfig changes of a node group: how many nodes, how they are replaced and repaired, their labels and
//! their taints.

use crate::document;
use crate::error::{Error, Nodes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shapes_eks as api;
use std::collections::BTreeMap;

/// Nodes of a group at the most. Source: EKS user guide, "View and manage Amazon EKS and Fargate service quotas".
const MOST_NODES: i32 = 450;
/// Nodes that may be missing at the most.
const MOST_UNAVAILABLE: i32 = 100;
/// Taints at the most.
const MOST_TAINTS: usize = 50;
/// Prefixes of labels that are Kubernetes' and EKS's own.
const RESERVED: [&str; 3] = ["kubernetes.io/", "k8s.io/", "eks.amazonaws.com/"];

/// What UpdateNodegroupConfig changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wish {
    pub(crate) scaling_config: Scaling,
    pub(crate) update_config: UpdateConfig,
    pub(crate) node_repair_config: Option<Value>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) taints: Vec<Taint>,
}

/// How many nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Scaling {
    pub(crate) min_size: i32,
    pub(crate) max_size: i32,
    pub(crate) desired_size: i32,
}

/// How nodes are replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateConfig {
    pub(crate) max_unavailable: Option<i32>,
    pub(crate) max_unavailable_percentage: Option<i32>,
    pub(crate) update_strategy: Option<String>,
}

/// A taint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taint {
    pub(crate) key: String,
    pub(crate) value: Option<String>,
    pub(crate) effect: String,
}

impl Scaling {
    /// That of a new group. Where nothing is asked for, AWS makes two nodes.
    pub(crate) fn new(asked: Option<&api::NodegroupScalingConfig>) -> Result<Self, Error> {
        let Some(asked) = asked else { return Ok(Self { min_size: 1, max_size: 2, desired_size: 2 }) };
        let (Some(min_size), Some(max_size), Some(desired_size)) =
            (asked.min_size, asked.max_size, asked.desired_size)
        else {
            return Err(Nodes::ScalingIncomplete.into());
        };
        let own = Self { min_size, max_size, desired_size };
        if min_size > desired_size {
            return Err(Nodes::MinAboveDesired.into());
        }
        if desired_size > max_size {
            return Err(Nodes::DesiredAboveMax.into());
        }
        own.checked()
    }

    /// The same with what is asked for.
    fn with(self, asked: &api::NodegroupScalingConfig) -> Result<Self, Error> {
        let own = Self {
            min_size: asked.min_size.unwrap_or(self.min_size),
            max_size: asked.max_size.unwrap_or(self.max_size),
            desired_size: asked.desired_size.unwrap_or(self.desired_size),
        };
        if own.min_size > own.desired_size {
            return Err(Nodes::MinimumAboveDesired(own.min_size, own.desired_size).into());
        }
        if own.desired_size > own.max_size {
            return Err(Nodes::DesiredAboveMaximum(own.desired_size, own.max_size).into());
        }
        own.checked()
    }

    fn checked(self) -> Result<Self, Error> {
        if self.max_size > MOST_NODES { Err(Nodes::NodeLimit.into()) } else { Ok(self) }
    }

    /// How many nodes there are to be.
    pub(crate) fn count(self) -> usize {
        usize::try_from(self.desired_size).unwrap_or_default()
    }
}

impl Default for UpdateConfig {
    fn default() -> Self {
        Self { max_unavailable: Some(1), max_unavailable_percentage: None, update_strategy: None }
    }
}

impl UpdateConfig {
    fn with(&self, asked: &api::NodegroupUpdateConfig, scaling: Scaling) -> Result<Self, Error> {
        let strategy = asked.update_strategy.clone().or_else(|| self.update_strategy.clone());
        match (asked.max_unavailable, asked.max_unavailable_percentage) {
            (Some(_), Some(_)) => Err(Nodes::UnavailableTwice.into()),
            (None, None) if asked.update_strategy.is_none() => Err(Nodes::EmptyUpdateConfig.into()),
            (None, None) => Ok(Self { update_strategy: strategy, ..self.clone() }),
            (Some(count), None) if count > scaling.max_size || count > MOST_UNAVAILABLE => {
                Err(Nodes::UnavailableRange.into())
            }
            (max_unavailable, max_unavailable_percentage) => {
                Ok(Self { max_unavailable, max_unavailable_percentage, update_strategy: strategy })
            }
        }
    }

    /// How many of so many nodes may be missing; never none.
    pub(crate) fn unavailable(&self, count: usize) -> usize {
        let of_all = self.max_unavailable_percentage.and_then(|percent| usize::try_from(percent).ok());
        let of_all = of_all.map(|percent| (count * percent).div_ceil(100));
        let fixed = self.max_unavailable.and_then(|own| usize::try_from(own).ok());
        of_all.or(fixed).unwrap_or(1).max(1)
    }

    /// Whether nodes end before others take their place.
    pub(crate) fn is_minimal(&self) -> bool {
        self.update_strategy.as_deref() == Some("MINIMAL")
    }
}

impl Wish {
    /// That of a new group.
    pub(crate) fn new(input: &api::CreateNodegroupRequest) -> Result<Self, Error> {
        let scaling = Scaling::new(input.scaling_config.as_ref())?;
        require_no_warm_pool(input.warm_pool_config.as_ref())?;
        let update = input.update_config.as_ref();
        let update = update.map(|asked| UpdateConfig::default().with(asked, scaling)).transpose()?;
        let labels = input.labels.clone().unwrap_or_default();
        require_labels(&labels)?;
        Ok(Self {
            scaling_config: scaling,
            update_config: update.unwrap_or_default(),
            node_repair_config: input.node_repair_config.as_ref().map(repair).transpose()?,
            labels,
            taints: taints(input.taints.as_deref())?,
        })
    }

    /// The same with what is asked for, and what an update is told by.
    pub(crate) fn with(
        &self,
        input: &api::UpdateNodegroupConfigRequest,
    ) -> Result<(Self, Vec<(&'static str, String)>), Error> {
        let mut own = self.clone();
        let mut params = Vec::new();
        require_no_warm_pool(input.warm_pool_config.as_ref())?;
        if let Some(asked) = &input.scaling_config {
            own.scaling_config = own.scaling_config.with(asked)?;
            let sizes = [
                ("MinSize", asked.min_size),
                ("MaxSize", asked.max_size),
                ("DesiredSize", asked.desired_size),
            ];
            params.extend(sizes.iter().filter_map(|(name, size)| Some((*name, size.as_ref()?.to_string()))));
        }
        if let Some(asked) = &input.labels {
            own.relabel(asked, &mut params)?;
        }
        if let Some(asked) = &input.taints {
            own.retaint(asked, &mut params)?;
        }
        if let Some(asked) = &input.update_config {
            own.update_config = own.update_config.with(asked, own.scaling_config)?;
            let told = [
                ("MaxUnavailable", asked.max_unavailable.map(|own| own.to_string())),
                ("MaxUnavailablePercentage", asked.max_unavailable_percentage.map(|own| own.to_string())),
                ("UpdateStrategy", asked.update_strategy.clone()),
            ];
            params.extend(told.into_iter().filter_map(|(name, value)| Some((name, value?))));
        }
        if let Some(asked) = &input.node_repair_config {
            let value = repair(asked)?;
            params.push(("NodeRepairConfig", value.to_string()));
            own.node_repair_config = Some(value);
        }
        if params.is_empty() { Err(Nodes::NoChange.into()) } else { Ok((own, params)) }
    }

    fn relabel(
        &mut self,
        asked: &api::UpdateLabelsPayload,
        params: &mut Vec<(&'static str, String)>,
    ) -> Result<(), Error> {
        if let Some(add) = asked.add_or_update_labels.as_ref().filter(|labels| !labels.is_empty()) {
            require_labels(add)?;
            self.labels.extend(add.clone());
            params.push(("LabelsToAdd", serde_json::json!(add).to_string()));
        }
        if let Some(remove) = asked.remove_labels.as_ref().filter(|labels| !labels.is_empty()) {
            self.labels.retain(|key, _| !remove.contains(key));
            params.push(("LabelsToRemove", serde_json::json!(remove).to_string()));
        }
        Ok(())
    }

    /// Taints are told apart by key and effect.
    fn retaint(
        &mut self,
        asked: &api::UpdateTaintsPayload,
        params: &mut Vec<(&'static str, String)>,
    ) -> Result<(), Error> {
        let is_same = |one: &Taint, other: &Taint| one.key == other.key && one.effect == other.effect;
        let add = taints(asked.add_or_update_taints.as_deref())?;
        let remove = taints(asked.remove_taints.as_deref())?;
        self.taints.retain(|own| !add.iter().chain(&remove).any(|other| is_same(own, other)));
        self.taints.extend(add.iter().cloned());
        if self.taints.len() > MOST_TAINTS {
            return Err(Nodes::TooManyTaints.into());
        }
        for (name, list) in [("TaintsToAdd", &add), ("TaintsToRemove", &remove)] {
            if !list.is_empty() {
                params.push((name, told(list)));
            }
        }
        Ok(())
    }
}

/// Taints as an update is told by them: effect, value, key. Recorded: terraform-provider-aws, aws_eks_node_group.
fn told(list: &[Taint]) -> String {
    let one = |taint: &Taint| {
        let value = serde_json::json!(taint.value.as_deref().unwrap_or_default());
        let (effect, key) = (serde_json::json!(taint.effect), serde_json::json!(taint.key));
        format!(r#"{{"effect":{effect},"value":{value},"key":{key}}}"#)
    };
    format!("[{}]", list.iter().map(one).collect::<Vec<_>>().join(","))
}

/// Reads taints.
fn taints(asked: Option<&[api::Taint]>) -> Result<Vec<Taint>, Error> {
    let asked = asked.unwrap_or_default();
    if asked.len() > MOST_TAINTS {
        return Err(Nodes::TooManyTaints.into());
    }
    let read = |taint: &api::Taint| {
        let key = taint.key.clone().unwrap_or_default();
        if !is_qualified(&key) {
            return Err(Nodes::TaintKey(key).into());
        }
        let effect = taint.effect.clone().unwrap_or_default();
        Ok(Taint { key, value: taint.value.clone(), effect })
    };
    asked.iter().map(read).collect()
}

fn require_labels(labels: &BTreeMap<String, String>) -> Result<(), Error> {
    if labels.keys().any(|key| RESERVED.iter().any(|prefix| key.starts_with(prefix))) {
        return Err(Nodes::ReservedLabel.into());
    }
    for (key, value) in labels {
        if !is_qualified(key) {
            return Err(Nodes::LabelKey(key.clone()).into());
        }
        if !value.is_empty() && !is_name(value) {
            return Err(Nodes::LabelKey(value.clone()).into());
        }
    }
    Ok(())
}

/// A qualified name of Kubernetes: a name, with the name of a domain before it or without.
pub(crate) fn is_qualified(key: &str) -> bool {
    let domain = |text: &str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.ends_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(inner)
    };
    match key.split_once('/') {
        Some((prefix, name)) => domain(prefix) && is_name(name),
        None => is_name(key),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Repairs are kept and told as they were given: nothing looks at the health of nodes from within yet.
fn repair(asked: &api::NodeRepairConfig) -> Result<Value, Error> {
    let is_twice = |one: Option<i32>, other: Option<i32>| one.is_some() && other.is_some();
    let unhealthy = (asked.max_unhealthy_node_threshold_count, asked.max_unhealthy_node_threshold_percentage);
    let parallel = (asked.max_parallel_nodes_repaired_count, asked.max_parallel_nodes_repaired_percentage);
    if is_twice(unhealthy.0, unhealthy.1) || is_twice(parallel.0, parallel.1) {
        return Err(Nodes::RepairTwice.into());
    }
    let is_whole = |rule: &api::NodeRepairConfigOverrides| {
        rule.node_monitoring_condition.is_some()
            && rule.node_unhealthy_reason.is_some()
            && rule.min_repair_wait_time_mins.is_some()
            && rule.repair_action.is_some()
    };
    if !asked.node_repair_config_overrides.iter().flatten().all(is_whole) {
        return Err(Nodes::RepairRule.into());
    }
    Ok(Value::Object(document::members(asked)))
}

fn require_no_warm_pool(asked: Option<&api::WarmPoolConfig>) -> Result<(), Error> {
    if asked.is_some_and(|pool| pool.enabled == Some(true)) { Err(Nodes::WarmPool.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{UpdateConfig, is_qualified};

    #[test]
    fn how_many_nodes_may_be_missing() {
        for (fixed, percent, count, want) in [
            (Some(1), None, 10, 1),
            (Some(3), None, 2, 3),
            (None, Some(33), 10, 4),
            (None, Some(10), 3, 1),
            (None, Some(10), 0, 1),
        ] {
            let own = UpdateConfig {
                max_unavailable: fixed,
                max_unavailable_percentage: percent,
                update_strategy: None,
            };
            assert_eq!(own.unavailable(count), want, "{fixed:?} {percent:?} of {count}");
        }
    }

    /// Source: Kubernetes, "Labels and Selectors".
    #[test]
    fn keys_are_qualified_names() {
        for (key, ok) in [
            ("team", true),
            ("example.com/team", true),
            ("a_b.c-d", true),
            ("-team", false),
            ("team-", false),
            ("te am", false),
            ("Example.com/team", false),
            ("a/b/c", false),
            ("/b", false),
            ("", false),
        ] {
            assert_eq!(is_qualified(key), ok, "{key}");
        }
    }
}
