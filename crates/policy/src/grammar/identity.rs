//! IAM's own policies. The order of the checks is that of the recorded refusals: form, version, "legacy parsing", Sids,
//! actions, resources, vendors.

use super::Refusal;
use crate::compile::{Operator, instant};
use crate::json::{Node, Value};

const FIELDS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// The kinds of resources IAM has, as they begin.
const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// The first fault.
pub(super) fn check(root: &Node) -> Result<(), Refusal> {
    let statements = check_form(root)?;
    if root.get("Version").and_then(Node::text) != Some("2012-10-17") {
        return Err(Refusal::OldVersion);
    }
    let has = |name: &str| statements.iter().any(|statement| statement.get(name).is_some());
    if has("Principal") || has("NotPrincipal") {
        return Err(Refusal::PrincipalInIdentity);
    }
    let resource_fault = check_legacy(statements)?;
    check_sids(statements)?;
    let lacks = |statement: &Node, names: [&str; 2]| {
        names.iter().all(|name| statement.get(name).is_none_or(|node| node.each().is_empty()))
    };
    if statements.iter().any(|statement| lacks(statement, ["Action", "NotAction"])) {
        return Err(Refusal::NoActions);
    }
    resource_fault?;
    for statement in statements {
        texts(statement, ["Action", "NotAction"]).try_for_each(check_action)?;
    }
    if statements.iter().any(|statement| lacks(statement, ["Resource", "NotResource"])) {
        return Err(Refusal::NoResources);
    }
    Ok(())
}

/// The types of all values. Gives the statements.
fn check_form(root: &Node) -> Result<&[Node], Refusal> {
    let members = root.members().ok_or(Refusal::Syntax)?;
    let is_known = |name: &str| matches!(name, "Version" | "Id" | "Statement" | "Conditions");
    let is_text = |name: &str| root.get(name).is_none_or(|node| node.text().is_some());
    let version = root.get("Version").map(Node::text);
    let statements =
        root.get("Statement").filter(|node| matches!(node.value, Value::List(_) | Value::Object(_)));
    let statements = statements.ok_or(Refusal::Syntax)?.each();
    let fits = members.iter().all(|member| is_known(&member.name))
        && !root.has_doubles()
        && is_text("Id")
        && matches!(version, None | Some(Some("2008-10-17" | "2012-10-17")))
        && !statements.is_empty()
        && statements.iter().all(is_statement);
    if fits { Ok(statements) } else { Err(Refusal::Syntax) }
}

fn is_statement(statement: &Node) -> bool {
    let Some(members) = statement.members() else { return false };
    let both = |one: &str, other: &str| statement.get(one).is_some() && statement.get(other).is_some();
    let is_texts = |name: &str| {
        statement.get(name).is_none_or(|node| {
            !matches!(node.value, Value::Object(_)) && node.each().iter().all(|value| value.text().is_some())
        })
    };
    let effect = statement.get("Effect").and_then(Node::text).map(str::to_ascii_lowercase);
    members.iter().all(|member| FIELDS.contains(&member.name.as_str()))
        && matches!(effect.as_deref(), Some("allow" | "deny"))
        && statement.get("Sid").is_none_or(|sid| sid.text().is_some())
        && !both("Action", "NotAction")
        && !both("Resource", "NotResource")
        && ["Action", "NotAction", "Resource", "NotResource"].into_iter().all(is_texts)
        && statement.get("Condition").is_none_or(is_condition)
}

pub(super) fn is_condition(condition: &Node) -> bool {
    let Some(operators) = condition.members() else { return false };
    let is_scalar = |value: &Node| matches!(value.value, Value::Text(_) | Value::Bool(_) | Value::Number(_));
    operators.iter().all(|operator| {
        let Some(keys) = operator.value.members() else { return false };
        // An operator without keys says nothing, whatever its name.
        (keys.is_empty() || Operator::parse(&operator.name).is_some())
            && keys.iter().all(|key| key.value.each().iter().all(is_scalar))
    })
}

/// What "legacy parsing" refuses: letter case of effects and dates first, then ARNs with too few parts. A resource with
/// another fault, which is told later, keeps it from looking further.
fn check_legacy(statements: &[Node]) -> Result<Result<(), Refusal>, Refusal> {
    for statement in statements {
        let effect = statement.get("Effect").and_then(Node::text);
        if !matches!(effect, Some("Allow" | "Deny")) || !has_readable_dates(statement) {
            return Err(Refusal::Legacy);
        }
    }
    for statement in statements {
        let resources = texts(statement, ["Resource", "NotResource"]);
        let fault = resources.clone().find_map(|resource| check_resource(resource).err());
        if let Some(fault) = fault {
            return Ok(Err(fault));
        }
        if resources.into_iter().any(lacks_parts) {
            return Err(Refusal::Legacy);
        }
    }
    Ok(Ok(()))
}

fn has_readable_dates(statement: &Node) -> bool {
    let operators = statement.get("Condition").and_then(Node::members).unwrap_or_default();
    operators.iter().all(|operator| {
        let name = operator.name.split_once(':').map_or(operator.name.as_str(), |(_, name)| name);
        let keys = operator.value.members().unwrap_or_default();
        let values = keys.iter().flat_map(|key| key.value.each());
        !name.starts_with("Date") || values.into_iter().all(is_date)
    })
}

fn is_date(value: &Node) -> bool {
    match &value.value {
        Value::Text(text) | Value::Number(text) => instant::parse(text).is_some(),
        _ => false,
    }
}

/// `arn:aws:s3::bucket`: an ARN that leaves a part out in the middle, or has no service.
fn lacks_parts(resource: &str) -> bool {
    let has_vendor = resource.split(':').nth(2).is_some_and(|vendor| !vendor.is_empty());
    resource != "*" && (!has_vendor || (resource.matches(':').count() < 5 && resource.contains("::")))
}

fn check_resource(resource: &str) -> Result<(), Refusal> {
    if resource == "*" {
        return Ok(());
    }
    let Some((_, rest)) = resource.split_once(':') else { return Err(Refusal::NoArn(resource.to_owned())) };
    let (partition, rest) =
        rest.split_once(':').map_or((rest, None), |(partition, rest)| (partition, Some(rest)));
    if !is_partition(partition) {
        return Err(wrong_partition(partition, rest));
    }
    let Some(rest) = rest else { return Err(Refusal::NoResourceVendor) };
    let mut parts = rest.splitn(4, ':');
    let (service, region) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let (account, path) = (parts.next(), parts.next());
    match service {
        "iam" if !region.is_empty() => Err(Refusal::IamRegion(resource.to_owned())),
        // Access points have a Region, and an account.
        "s3" if !region.is_empty() && account == Some("") => Err(Refusal::BucketRegion(resource.to_owned())),
        "iam" => match path {
            Some(path) if path != "*" && !IAM_PATHS.iter().any(|start| path.starts_with(start)) => {
                Err(Refusal::IamPath)
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn is_partition(text: &str) -> bool {
    let known = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];
    known.contains(&text) || text.contains(['*', '?'])
}

/// IAM shows the ARN it made of it: begun with `arn`, missing parts as `*`.
fn wrong_partition(partition: &str, rest: Option<&str>) -> Refusal {
    let mut parts: Vec<&str> = rest.map(|rest| rest.splitn(4, ':').collect()).unwrap_or_default();
    parts.resize(4, "*");
    let arn = format!("arn:{partition}:{}", parts.join(":"));
    Refusal::Partition { partition: partition.to_owned(), arn }
}

fn check_sids(statements: &[Node]) -> Result<(), Refusal> {
    let mut sids: Vec<&str> = statements
        .iter()
        .filter_map(|statement| statement.get("Sid")?.text())
        .filter(|sid| !sid.is_empty())
        .collect();
    if !sids.iter().all(|sid| sid.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Err(Refusal::SidLetters);
    }
    sids.sort_unstable();
    if sids.windows(2).any(|pair| pair[0] == pair[1]) { Err(Refusal::DoubleSid) } else { Ok(()) }
}

pub(super) fn check_action(action: &str) -> Result<(), Refusal> {
    let Some((vendor, operation)) = action.split_once(':') else {
        return if action == "*" { Ok(()) } else { Err(Refusal::NoVendor) };
    };
    if operation.contains(':') {
        return Err(Refusal::ManyColons);
    }
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    if vendor == "*" || (!vendor.is_empty() && vendor.chars().all(is_letter)) {
        return Ok(());
    }
    Err(Refusal::Vendor(vendor.to_owned()))
}

/// The texts of an element or of the one that negates it.
pub(super) fn texts<'n>(
    statement: &'n Node,
    names: [&'static str; 2],
) -> impl Iterator<Item = &'n str> + Clone {
    names.into_iter().filter_map(|name| statement.get(name)).flat_map(Node::each).filter_map(Node::text)
}
