//! Rules as answers show them.

use super::condition;
use super::record::Rule;
use super::transform;
use crate::action;
use crate::listener::Listener;
use shapes_elbv2 as api;

/// A rule.
pub(super) fn rule(own: &Rule) -> api::Rule {
    let transforms = transform::shapes(&own.transforms);
    api::Rule {
        rule_arn: Some(own.arn()),
        priority: Some(own.priority.to_string()),
        conditions: Some(own.conditions.iter().map(condition::shape).collect()),
        actions: Some(action::shapes(&own.actions)),
        is_default: Some(false),
        transforms: (!transforms.is_empty()).then_some(transforms),
    }
}

/// The default rule of a listener.
pub(super) fn default(own: &Listener) -> api::Rule {
    api::Rule {
        rule_arn: Some(own.default_rule_arn()),
        priority: Some("default".to_owned()),
        conditions: Some(Vec::new()),
        actions: Some(action::shapes(&own.actions)),
        is_default: Some(true),
        transforms: None,
    }
}
