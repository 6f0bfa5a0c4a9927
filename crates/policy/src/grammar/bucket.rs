//! Bucket policies. Which actions S3 has, and which condition keys they know, S3 says.

use super::access::{self, Rules, check_condition, check_effect, check_principals, either, texts};
use super::{Grammar, Refusal};
use crate::json::{Node, Value};

/// Bytes of a bucket policy at the most, white space between its tokens aside.
const MOST_BYTES: usize = 20_480;

/// The bucket a policy is for, and what S3 knows of its actions.
#[derive(Clone, Copy)]
pub struct Bucket<'a> {
    /// Its name.
    pub name: &'a str,
    /// What the actions of a pattern (`s3:Get*`) are decided on; `None` if S3 has none such.
    pub reach: &'a dyn Fn(&str) -> Option<Reach>,
    /// Whether one of the actions of a pattern knows a condition key.
    pub has_key: &'a dyn Fn(&str, &str) -> bool,
}

/// What actions are decided on, or what ARNs name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Buckets.
    pub buckets: bool,
    /// Objects.
    pub objects: bool,
}

impl<'a> From<Bucket<'a>> for Grammar<'a> {
    fn from(bucket: Bucket<'a>) -> Self {
        Self::Bucket(bucket)
    }
}

pub(super) fn check(source: &str, root: &Node, bucket: &Bucket<'_>) -> Result<(), Refusal> {
    if !source.starts_with('{') {
        return Err(Refusal::BucketNotJson);
    }
    if normalized_length(root) > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    access::statements(root)?.iter().try_for_each(|statement| check_statement(statement, bucket))
}

fn check_statement(statement: &Node, bucket: &Bucket<'_>) -> Result<(), Refusal> {
    check_effect(statement)?;
    check_principals(statement, &Rules::RESOURCE)?;
    let (actions, excepted_actions) = either(statement, "Action", "NotAction")?;
    let actions = texts(actions)?;
    let reaches = actions
        .iter()
        .map(|action| (bucket.reach)(action).ok_or(Refusal::Action))
        .collect::<Result<Vec<Reach>, _>>()?;
    let (resources, excepted_resources) = either(statement, "Resource", "NotResource")?;
    let named = texts(resources)?
        .into_iter()
        .map(|resource| named(resource, bucket.name).ok_or(Refusal::Resource))
        .collect::<Result<Vec<Reach>, _>>()?;
    let is_idle = |reach: &Reach| {
        !named.iter().any(|kind| (reach.buckets && kind.buckets) || (reach.objects && kind.objects))
    };
    // What is left when some are excepted always fits something.
    if !excepted_actions && !excepted_resources && reaches.iter().any(is_idle) {
        return Err(Refusal::ActionWithoutResource);
    }
    check_condition(statement)?;
    let operators = statement.get("Condition").and_then(Node::members).unwrap_or_default();
    let mut keys = operators.iter().flat_map(|operator| operator.value.members().unwrap_or_default());
    let is_known = |key: &str| {
        let is_of_s3 = key.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("s3:"));
        !is_of_s3 || excepted_actions || actions.iter().any(|action| (bucket.has_key)(action, key))
    };
    if keys.all(|key| is_known(&key.name)) { Ok(()) } else { Err(Refusal::ConditionWithoutAction) }
}

/// What an ARN names: the bucket, what is in it, or with `photos*` both. `None` for anything else.
fn named(resource: &str, bucket: &str) -> Option<Reach> {
    let (partition, path) = resource.strip_prefix("arn:")?.split_once(":s3:::")?;
    let rest = path.strip_prefix(bucket).filter(|_| partition.starts_with("aws"))?;
    match rest.as_bytes().first() {
        None => Some(Reach { buckets: true, objects: false }),
        Some(b'/') => Some(Reach { buckets: false, objects: true }),
        Some(b'*' | b'?') => Some(Reach { buckets: true, objects: true }),
        Some(_) => None,
    }
}

/// Bytes without the white space between tokens.
fn normalized_length(node: &Node) -> usize {
    let own = (node.span.end - node.span.start) as usize;
    match &node.value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => own,
        Value::List(nodes) => {
            2 + nodes.len().saturating_sub(1) + nodes.iter().map(normalized_length).sum::<usize>()
        }
        Value::Object(members) => {
            let of_member = |member: &crate::json::Member| {
                (member.span.end - member.span.start) as usize + 1 + normalized_length(&member.value)
            };
            2 + members.len().saturating_sub(1) + members.iter().map(of_member).sum::<usize>()
        }
    }
}
