//! Which destinations a version is replicated to.

use crate::encryption::Encryption;
use crate::object::attributes::StorageClass;
use crate::object::record::ObjectRow;
use serde::{Deserialize, Serialize};
use shapes_s3 as api;

/// A destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Target {
    /// The bucket's name.
    pub(super) bucket: String,
    /// `None` for the original's.
    pub(super) storage_class: Option<StorageClass>,
    /// The id of the rule.
    #[serde(default)]
    pub(super) rule: String,
    /// The rule has metrics: what fails is told.
    #[serde(default)]
    pub(super) has_metrics: bool,
}

/// The destinations, each once: of several rules with the same one that of the highest priority counts.
pub(super) fn targets(rules: &[api::ReplicationRule], row: &ObjectRow) -> Vec<Target> {
    let mut matching: Vec<&api::ReplicationRule> = rules.iter().filter(|rule| concerns(rule, row)).collect();
    matching.sort_by_key(|rule| std::cmp::Reverse(rule.priority.unwrap_or(0)));
    let mut targets: Vec<Target> = Vec::new();
    for (rule, destination) in
        matching.into_iter().filter_map(|rule| Some((rule, rule.destination.as_ref()?)))
    {
        let bucket = destination.bucket.as_deref().and_then(|arn| arn.rsplit(':').next()).unwrap_or_default();
        if targets.iter().any(|target| target.bucket == bucket) {
            continue;
        }
        let class = destination.storage_class.as_deref();
        let storage_class = class.and_then(|class| StorageClass::parse(Some(class)).ok());
        let metrics = destination.metrics.as_ref().and_then(|metrics| metrics.status.as_deref());
        targets.push(Target {
            bucket: bucket.to_owned(),
            storage_class,
            rule: rule.id.clone().unwrap_or_default(),
            has_metrics: metrics == Some("Enabled"),
        });
    }
    targets
}

fn concerns(rule: &api::ReplicationRule, row: &ObjectRow) -> bool {
    let filtered = match &rule.filter {
        Some(filter) => passes(filter, row),
        None => rule.prefix.as_ref().is_none_or(|prefix| row.key.starts_with(prefix.as_str())),
    };
    rule.status.as_deref() == Some("Enabled") && filtered && replicates(rule, row)
}

fn passes(filter: &api::ReplicationRuleFilter, row: &ObjectRow) -> bool {
    let and = filter.and.as_ref();
    let prefix = filter.prefix.as_ref().or_else(|| and.and_then(|and| and.prefix.as_ref()));
    let mut tags = filter.tag.iter().chain(and.into_iter().flat_map(|and| and.tags.iter().flatten()));
    let not = filter.not.as_ref().or_else(|| and.and_then(|and| and.not.as_ref()));
    prefix.is_none_or(|prefix| row.key.starts_with(prefix.as_str()))
        && tags.all(|tag| has(row, tag))
        && not.is_none_or(|not| !excluded(not, row))
}

/// Whether one of the things a rule is not about is true of the version.
fn excluded(not: &api::ReplicationRuleNotOperator, row: &ObjectRow) -> bool {
    let or = not.or.as_ref();
    let mut prefixes = not.prefix.iter().chain(or.into_iter().flat_map(|or| or.prefixes.iter().flatten()));
    let mut tags = not.tag.iter().chain(or.into_iter().flat_map(|or| or.tags.iter().flatten()));
    prefixes.any(|prefix| row.key.starts_with(prefix.as_str())) || tags.any(|tag| has(row, tag))
}

fn has(row: &ObjectRow, tag: &api::Tag) -> bool {
    row.object.as_ref().is_some_and(|object| {
        let mut own = object.attributes.tags.iter();
        own.any(|(key, value)| tag.key.as_ref() == Some(key) && tag.value.as_ref() == Some(value))
    })
}

/// Delete markers go along where the rule says so, or is of the first version of the schema; what keys of KMS
/// encrypt, where the rule selects it; what is archived, never.
fn replicates(rule: &api::ReplicationRule, row: &ObjectRow) -> bool {
    let enabled = |status: Option<&String>| status.is_some_and(|status| status == "Enabled");
    let Some(object) = &row.object else {
        let markers = rule.delete_marker_replication.as_ref().and_then(|markers| markers.status.as_ref());
        return rule.filter.is_none() || enabled(markers);
    };
    let selected = rule.source_selection_criteria.as_ref();
    let kms = selected.and_then(|selected| selected.sse_kms_encrypted_objects.as_ref()?.status.as_ref());
    let readable = match object.encryption {
        Encryption::S3 | Encryption::Customer(_) => true,
        Encryption::Kms(_) => enabled(kms),
    };
    readable && !object.attributes.storage_class.is_archived()
}
