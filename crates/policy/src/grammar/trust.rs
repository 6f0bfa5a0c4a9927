//! Trust policies: who may assume a role.

use super::Refusal;
use super::access::{self, Rules, check_condition, check_effect, check_principals, either, texts};
use crate::json::Node;

const RULES: Rules = Rules {
    principal: |kind, principal| Refusal::NamedPrincipal {
        kind: kind.to_owned(),
        principal: principal.to_owned(),
    },
    text_principal: Refusal::PrincipalNotObject,
    kinds: &["AWS", "Service", "Federated"],
};

pub(super) fn check(root: &Node) -> Result<(), Refusal> {
    if root.has_doubles() {
        return Err(Refusal::InvalidJson);
    }
    let statements = access::statements(root)?;
    statements.iter().try_for_each(check_statement)?;
    let mut sids: Vec<&str> =
        statements.iter().filter_map(|statement| statement.get("Sid")?.text()).collect();
    sids.sort_unstable();
    let is_double = |pair: &[&str]| pair[0] == pair[1] && !pair[0].is_empty();
    if sids.windows(2).any(is_double) { Err(Refusal::AccessDoubleSid) } else { Ok(()) }
}

fn check_statement(statement: &Node) -> Result<(), Refusal> {
    check_effect(statement)?;
    if statement.get("NotPrincipal").is_some() {
        let is_allow = statement.get("Effect").and_then(Node::text) == Some("Allow");
        return Err(if is_allow { Refusal::AllowNotPrincipal } else { Refusal::TrustNotPrincipal });
    }
    check_principals(statement, &RULES)?;
    let (actions, _) = either(statement, "Action", "NotAction")?;
    let is_of_sts = |action: &str| action.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sts:"));
    if !texts(actions)?.into_iter().all(is_of_sts) {
        return Err(Refusal::TrustAction);
    }
    if statement.get("Resource").is_some() {
        return Err(Refusal::Prohibited("Resource"));
    }
    if statement.get("NotResource").is_some() {
        return Err(Refusal::TrustResource);
    }
    check_condition(statement)
}
