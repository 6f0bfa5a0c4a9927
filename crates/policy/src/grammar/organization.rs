//! Policies of an organization. Organizations says one sentence for every fault.

use super::Refusal;
use super::identity;
use crate::json::Node;

/// As an identity policy; ARNs are not looked into.
pub(super) fn check_service_control(root: &Node) -> Result<(), Refusal> {
    identity::check(root).map_err(|_| Refusal::Organization)
}

/// Denies everybody something: `Effect` is Deny, `Principal` is `*`, and neither actions nor principals are excepted.
/// Source: AWS Organizations User Guide, "RCP syntax".
pub(super) fn check_resource_control(root: &Node) -> Result<(), Refusal> {
    let fits = !root.has_doubles()
        && root.get("Version").and_then(Node::text) == Some("2012-10-17")
        && root.get("Statement").is_some_and(|statements| {
            !statements.each().is_empty() && statements.each().iter().all(is_resource_control)
        });
    if fits { Ok(()) } else { Err(Refusal::Organization) }
}

fn is_resource_control(statement: &Node) -> bool {
    let text = |name: &str| statement.get(name).and_then(Node::text);
    let actions = || identity::texts(statement, ["Action", "NotAction"]);
    let is_long_arn = |resource: &str| resource == "*" || resource.split(':').count() >= 6;
    text("Effect") == Some("Deny")
        && text("Principal") == Some("*")
        && ["NotPrincipal", "NotAction"].iter().all(|name| statement.get(name).is_none())
        && actions().count() > 0
        && actions().all(|action| action != "*" && identity::check_action(action).is_ok())
        && statement.get("Resource").is_some() != statement.get("NotResource").is_some()
        && identity::texts(statement, ["Resource", "NotResource"]).all(is_long_arn)
        && statement.get("Condition").is_none_or(identity::is_condition)
}
