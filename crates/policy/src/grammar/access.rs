//! Access policies: those that say who, and so stand with a resource. What is common to all of them.

use super::Refusal;
use super::identity::check_action;
use crate::compile::Operator;
use crate::json::{Node, Value};

/// What one kind of access policy asks beyond the others.
pub(super) struct Rules {
    /// How a principal nobody knows is refused.
    pub(super) principal: fn(kind: &str, principal: &str) -> Refusal,
    /// Whether a principal may be a text other than `*`.
    pub(super) text_principal: Refusal,
    /// The kinds of principals.
    pub(super) kinds: &'static [&'static str],
}

impl Rules {
    pub(super) const RESOURCE: Self = Self {
        principal: |_, _| Refusal::Principal,
        text_principal: Refusal::Principal,
        kinds: &["AWS", "Service", "Federated", "CanonicalUser"],
    };
}

/// The first fault of a policy that needs principals, actions and resources, of any service.
pub(super) fn check(root: &Node, rules: &Rules) -> Result<(), Refusal> {
    for statement in statements(root)? {
        check_effect(statement)?;
        check_principals(statement, rules)?;
        let (actions, _) = either(statement, "Action", "NotAction")?;
        if texts(actions)?.into_iter().any(|action| check_action(action).is_err()) {
            return Err(Refusal::Action);
        }
        if let Some(resources) = statement.get("Resource").or(statement.get("NotResource")) {
            either(statement, "Resource", "NotResource")?;
            let is_resource = |text: &str| text == "*" || text.split(':').count() >= 3;
            if !texts(resources)?.into_iter().all(is_resource) {
                return Err(Refusal::Resource);
            }
        }
        check_condition(statement)?;
    }
    Ok(())
}

/// The statements of a policy of any version.
pub(super) fn statements(root: &Node) -> Result<&[Node], Refusal> {
    if root.members().is_none() {
        return Err(Refusal::InvalidJson);
    }
    let version = root.get("Version").map(Node::text);
    if !matches!(version, None | Some(Some("2008-10-17" | "2012-10-17"))) {
        return Err(Refusal::Version);
    }
    let statements = root.get("Statement").ok_or(Refusal::Missing("Statement"))?.each();
    if statements.is_empty() {
        return Err(Refusal::NoStatement);
    }
    if statements.iter().any(|statement| statement.members().is_none()) {
        return Err(Refusal::AccessSyntax);
    }
    Ok(statements)
}

pub(super) fn check_effect(statement: &Node) -> Result<(), Refusal> {
    match statement.get("Effect").ok_or(Refusal::Missing("Effect"))?.text() {
        Some("Allow" | "Deny") => Ok(()),
        Some(other) => Err(Refusal::Effect(other.to_owned())),
        None => Err(Refusal::AccessSyntax),
    }
}

/// A member, or the one that negates it; exactly one of them is there. Says whether it negates.
pub(super) fn either<'n>(
    statement: &'n Node,
    name: &'static str,
    negation: &str,
) -> Result<(&'n Node, bool), Refusal> {
    match (statement.get(name), statement.get(negation)) {
        (Some(node), None) => Ok((node, false)),
        (None, Some(node)) => Ok((node, true)),
        (None, None) => Err(Refusal::Missing(name)),
        (Some(_), Some(_)) => Err(Refusal::AccessSyntax),
    }
}

/// Texts, of which there is at least one.
pub(super) fn texts(node: &Node) -> Result<Vec<&str>, Refusal> {
    let texts: Option<Vec<&str>> = node.each().iter().map(Node::text).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or(Refusal::AccessSyntax)
}

pub(super) fn check_principals(statement: &Node, rules: &Rules) -> Result<(), Refusal> {
    let (principals, _) = either(statement, "Principal", "NotPrincipal")?;
    if principals.text() == Some("*") {
        return Ok(());
    }
    let kinds = principals.members().ok_or(rules.text_principal.clone())?;
    if kinds.is_empty() {
        return Err(Refusal::EmptyPrincipal);
    }
    for member in kinds {
        let is_known: fn(&str) -> bool = match member.name.as_str() {
            kind if !rules.kinds.contains(&kind) => |_| false,
            "AWS" => is_aws_principal,
            "Service" => |name| name == "*" || name.contains(".amazonaws."),
            "Federated" => |name| !name.is_empty(),
            _ => |id| id == "*" || (id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())),
        };
        if let Some(unknown) = texts(&member.value)?.into_iter().find(|name| !is_known(name)) {
            return Err((rules.principal)(&member.name, unknown));
        }
    }
    Ok(())
}

/// `*`, an account, a unique id, or the ARN of an identity. No wildcard stands within one.
fn is_aws_principal(text: &str) -> bool {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_unique_id =
        text.len() >= 16 && text.starts_with('A') && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if text == "*" || is_account(text) || is_unique_id {
        return true;
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = parts[..] else { return false };
    let kinds: &[&str] = match service {
        "iam" => &["user/", "role/", "group/", "federated-user/", "assumed-role/"],
        "sts" => &["assumed-role/", "federated-user/"],
        "cloudfront" => &["user/CloudFront Origin Access Identity "],
        _ => return false,
    };
    let is_named = |kind: &&str| {
        resource.strip_prefix(kind).is_some_and(|name| !name.is_empty() && !name.contains(['*', '?']))
    };
    partition.starts_with("aws")
        && (is_account(account) || account == "cloudfront")
        && ((service == "iam" && resource == "root") || kinds.iter().any(is_named))
}

pub(super) fn check_condition(statement: &Node) -> Result<(), Refusal> {
    let Some(condition) = statement.get("Condition") else { return Ok(()) };
    for operator in condition.members().ok_or(Refusal::AccessSyntax)? {
        if Operator::parse(&operator.name).is_none() {
            return Err(Refusal::Operator(operator.name.clone()));
        }
        let keys = operator.value.members().ok_or(Refusal::AccessSyntax)?;
        let is_scalar =
            |value: &Node| matches!(value.value, Value::Text(_) | Value::Bool(_) | Value::Number(_));
        if !keys.iter().flat_map(|key| key.value.each()).all(is_scalar) {
            return Err(Refusal::AccessSyntax);
        }
    }
    Ok(())
}
