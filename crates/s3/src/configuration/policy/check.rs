//! Whether a document is a policy of this bucket: a pure function, in S3's order and words.
//!
//! Whether the users and roles it names exist is asked behind it: identities are another service's.

use super::actions::{self, Reach};
use super::each;
use crate::error::PolicyFault;
use serde_json::{Map, Value};

/// The first thing that is wrong.
pub(super) fn check(document: &Value, bucket: &str) -> Result<(), PolicyFault> {
    let version = document.get("Version").map(Value::as_str);
    if !matches!(version, None | Some(Some("2008-10-17" | "2012-10-17"))) {
        return Err(PolicyFault::Version);
    }
    let statements = document.get("Statement").ok_or(PolicyFault::Missing("Statement"))?;
    if each(statements).is_empty() {
        return Err(PolicyFault::NoStatement);
    }
    each(statements).iter().try_for_each(|statement| {
        let members = statement.as_object().ok_or(PolicyFault::Syntax)?;
        check_statement(members, bucket)
    })
}

fn check_statement(statement: &Map<String, Value>, bucket: &str) -> Result<(), PolicyFault> {
    match statement.get("Effect").ok_or(PolicyFault::Missing("Effect"))?.as_str() {
        Some("Allow" | "Deny") => {}
        Some(other) => return Err(PolicyFault::Effect(other.to_owned())),
        None => return Err(PolicyFault::Syntax),
    }
    let (principal, _) = either(statement, "Principal", "NotPrincipal")?;
    check_principal(principal)?;
    let (actions, excepted_actions) = either(statement, "Action", "NotAction")?;
    let reaches = texts(actions)?
        .into_iter()
        .map(|action| actions::reach(action).ok_or(PolicyFault::Action))
        .collect::<Result<Vec<Reach>, _>>()?;
    let (resources, excepted_resources) = either(statement, "Resource", "NotResource")?;
    let named = texts(resources)?
        .into_iter()
        .map(|resource| resource_kind(resource, bucket).ok_or(PolicyFault::Resource))
        .collect::<Result<Vec<Reach>, _>>()?;
    let idle = |reach: &Reach| {
        !named.iter().any(|kind| (reach.buckets && kind.buckets) || (reach.objects && kind.objects))
    };
    // What is left when some are excepted always fits something.
    if !excepted_actions && !excepted_resources && reaches.iter().any(idle) {
        return Err(PolicyFault::ActionWithoutResource);
    }
    statement.get("Condition").map_or(Ok(()), check_condition)
}

/// A member, or the one that excepts; exactly one of them is there. Says whether it excepts.
fn either<'p>(
    statement: &'p Map<String, Value>,
    name: &'static str,
    excepting: &str,
) -> Result<(&'p Value, bool), PolicyFault> {
    match (statement.get(name), statement.get(excepting)) {
        (Some(value), None) => Ok((value, false)),
        (None, Some(value)) => Ok((value, true)),
        (None, None) => Err(PolicyFault::Missing(name)),
        (Some(_), Some(_)) => Err(PolicyFault::Syntax),
    }
}

/// Texts, of which there is at least one.
fn texts(value: &Value) -> Result<Vec<&str>, PolicyFault> {
    let texts: Option<Vec<&str>> = each(value).iter().map(Value::as_str).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or(PolicyFault::Syntax)
}

fn check_principal(principal: &Value) -> Result<(), PolicyFault> {
    let kinds = match principal {
        Value::String(text) if text == "*" => return Ok(()),
        Value::Object(kinds) if !kinds.is_empty() => kinds,
        _ => return Err(PolicyFault::Principal),
    };
    for (kind, principals) in kinds {
        let known: fn(&str) -> bool = match kind.as_str() {
            "AWS" => is_aws_principal,
            "Service" => {
                |name| name == "*" || name.ends_with(".amazonaws.com") || name.contains(".amazonaws.")
            }
            "Federated" => |name| !name.is_empty(),
            "CanonicalUser" => {
                |id| id == "*" || (id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
            }
            _ => return Err(PolicyFault::Principal),
        };
        if !texts(principals)?.into_iter().all(known) {
            return Err(PolicyFault::Principal);
        }
    }
    Ok(())
}

/// `*`, an account, a unique id, or the ARN of an identity.
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
    let is_resource = resource == "root" || kinds.iter().any(|kind| is_named(resource, kind));
    partition.starts_with("aws") && (is_account(account) || account == "cloudfront") && is_resource
}

fn is_named(resource: &str, kind: &str) -> bool {
    resource.strip_prefix(kind).is_some_and(|name| !name.is_empty() && !name.contains('*'))
}

/// What an ARN names: the bucket, what is in it, or with `photos*` both. `None` for anything else.
fn resource_kind(resource: &str, bucket: &str) -> Option<Reach> {
    let (partition, path) = resource.strip_prefix("arn:")?.split_once(":s3:::")?;
    let rest = path.strip_prefix(bucket).filter(|_| partition.starts_with("aws"))?;
    match rest.as_bytes().first() {
        None => Some(Reach { buckets: true, objects: false }),
        Some(b'/') => Some(Reach { buckets: false, objects: true }),
        Some(b'*' | b'?') => Some(Reach { buckets: true, objects: true }),
        Some(_) => None,
    }
}

/// Condition operators, without `IfExists` and without the quantifier of several values.
const OPERATORS: [&str; 28] = [
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
    "TimeOfDayIsBetween",
];

fn check_condition(condition: &Value) -> Result<(), PolicyFault> {
    let operators = condition.as_object().ok_or(PolicyFault::Syntax)?;
    for (operator, keys) in operators {
        let name = operator.strip_prefix("ForAllValues:").or(operator.strip_prefix("ForAnyValue:"));
        let name = name.unwrap_or(operator);
        if !OPERATORS.contains(&name.strip_suffix("IfExists").unwrap_or(name)) {
            return Err(PolicyFault::Operator(operator.clone()));
        }
        let keys = keys.as_object().ok_or(PolicyFault::Syntax)?;
        let is_scalar = |value: &Value| value.is_string() || value.is_boolean() || value.is_number();
        if !keys.values().flat_map(each).all(is_scalar) {
            return Err(PolicyFault::Syntax);
        }
    }
    Ok(())
}

/// Whether a text fits a pattern of `*` (any text) and `?` (any character).
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last star stood, and up to where of the text it reaches so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == '*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((at, reached)) = star {
            star = Some((at, reached + 1));
            (p, t) = (at + 1, reached + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::{check, matches};
    use crate::error::PolicyFault;
    use serde_json::{Value, json};

    /// A statement that is right, with some members replaced; null removes one.
    fn policy(changes: &Value) -> Value {
        let mut statement = json!({
            "Effect": "Allow", "Principal": {"AWS": "000000000000"},
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bkt/*",
        });
        for (name, value) in changes.as_object().unwrap() {
            statement[name] = value.clone();
        }
        statement.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        json!({"Version": "2012-10-17", "Statement": [statement]})
    }

    #[test]
    fn what_s3_takes_is_right() {
        for changes in [
            json!({}),
            json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"]}),
            json!({"Principal": {"AWS": ["*", "arn:aws:iam::000000000000:root", "arn:aws:iam::000000000000:user/a/b"]}}),
            json!({"Principal": {"Service": "logging.s3.amazonaws.com", "Federated": "cognito-identity.amazonaws.com"}}),
            json!({"Principal": {"CanonicalUser": "0".repeat(64)}}),
            json!({"Principal": {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}}),
            json!({"Principal": null, "NotPrincipal": {"AWS": "arn:aws:sts::000000000000:assumed-role/r/s"}}),
            json!({"Action": null, "NotAction": "s3:GetObject", "Resource": "arn:aws:s3:::bkt"}),
            json!({"Resource": "arn:aws:s3:::bkt*", "Action": ["s3:ListBucket", "s3:PutObject"]}),
            json!({"Condition": {"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}, "Bool": {"aws:SecureTransport": false}}}),
        ] {
            assert_eq!(check(&policy(&changes), "bkt"), Ok(()), "{changes}");
        }
        let old = json!({"Statement": policy(&json!({}))["Statement"][0]});
        assert_eq!(check(&old, "bkt"), Ok(()), "neither version nor brackets are needed");
    }

    #[test]
    fn the_first_fault_is_told() {
        for (changes, want) in [
            (json!({"Effect": null}), PolicyFault::Missing("Effect")),
            (json!({"Effect": "allow"}), PolicyFault::Effect("allow".to_owned())),
            (json!({"Effect": 1}), PolicyFault::Syntax),
            (json!({"Principal": null}), PolicyFault::Missing("Principal")),
            (json!({"Principal": "anna"}), PolicyFault::Principal),
            (json!({"Principal": {}}), PolicyFault::Principal),
            (json!({"Principal": {"AWS": "anna"}}), PolicyFault::Principal),
            (json!({"Principal": {"AWS": "arn:aws:iam::12:root"}}), PolicyFault::Principal),
            (json!({"Principal": {"AWS": "arn:aws:iam::000000000000:role/*"}}), PolicyFault::Principal),
            (json!({"Principal": {"Person": "*"}}), PolicyFault::Principal),
            (json!({"Principal": {"Service": "s3"}}), PolicyFault::Principal),
            (json!({"NotPrincipal": "*"}), PolicyFault::Syntax),
            (json!({"Action": null}), PolicyFault::Missing("Action")),
            (json!({"Action": []}), PolicyFault::Syntax),
            (json!({"Action": "s3:HeadObject"}), PolicyFault::Action),
            (json!({"Action": "iam:GetUser"}), PolicyFault::Action),
            (json!({"Resource": null}), PolicyFault::Missing("Resource")),
            (json!({"Resource": "*"}), PolicyFault::Resource),
            (json!({"Resource": "arn:aws:s3:::other/*"}), PolicyFault::Resource),
            (json!({"Resource": "arn:aws:s3:::bkt2"}), PolicyFault::Resource),
            (json!({"Resource": "arn:aws:s3:::bkt"}), PolicyFault::ActionWithoutResource),
            (json!({"Action": ["s3:GetObject", "s3:ListBucket"]}), PolicyFault::ActionWithoutResource),
            (json!({"Condition": {"StringSame": {}}}), PolicyFault::Operator("StringSame".to_owned())),
            (json!({"Condition": {"stringequals": {}}}), PolicyFault::Operator("stringequals".to_owned())),
            (json!({"Condition": []}), PolicyFault::Syntax),
            (json!({"Condition": {"StringEquals": {"a": {}}}}), PolicyFault::Syntax),
        ] {
            assert_eq!(check(&policy(&changes), "bkt"), Err(want), "{changes}");
        }
        for (document, want) in [
            (json!({}), PolicyFault::Missing("Statement")),
            (json!({"Statement": []}), PolicyFault::NoStatement),
            (json!({"Statement": ["x"]}), PolicyFault::Syntax),
            (json!({"Version": "2013-01-01", "Statement": []}), PolicyFault::Version),
        ] {
            assert_eq!(check(&document, "bkt"), Err(want), "{document}");
        }
    }

    #[test]
    fn patterns_have_two_wildcards() {
        for (pattern, text, want) in [
            ("", "", true),
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*b*c", "axbxbxc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a*c", "abcd", false),
            ("**", "x", true),
        ] {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
    }
}
