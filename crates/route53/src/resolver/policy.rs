//! Policies by which rules, query logging configurations and rule groups are shared with other accounts. They are kept
//! and told; nothing is shared by them yet.

use super::Resolver;
use super::firewall::{self, group::Group};
use super::query_log::QueryLog;
use super::rule::Rule;
use super::shared::{announce, arn, home};
use crate::error::ResolverError as Error;
use base::Arn;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use store::{Record, Rows};

/// A policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Policy {
    arn: String,
    text: String,
}

impl Record for Policy {
    const TABLE: &'static str = "route53_resolver_policy";
    type Key = String;

    fn key(&self) -> String {
        self.arn.clone()
    }
}

/// What has policies, as ARNs call the last of them.
const GROUP: &str = "firewall-rule-group";

/// Whether the caller has a resource of the kind under that ARN.
fn require(rows: &impl Rows, cx: &Cx, kind: &str, of: &str) -> Result<(), Error> {
    let named = of.parse::<Arn>().ok().filter(|arn| arn.service == "route53resolver");
    let id = named.as_ref().and_then(|arn| arn.resource.strip_prefix(kind)?.strip_prefix('/'));
    let Some(id) = id else {
        return Err(if kind == GROUP { Error::BadGroupArn(of.to_owned()) } else { Error::BadArn });
    };
    let is_own = match kind {
        "resolver-rule" => Rule::own(rows, cx, Some(id)).is_ok(),
        "resolver-query-log-config" => QueryLog::own(rows, cx, Some(id)).is_ok(),
        _ => Group::own(rows, cx, Some(id)).is_ok(),
    };
    if is_own && of == arn(&home(cx), &format!("{kind}/{id}")) {
        Ok(())
    } else if kind == GROUP {
        Err(firewall::none(cx, of))
    } else {
        Err(Error::UnknownResource(of.to_owned()))
    }
}

fn put(cx: &Cx, kind: &str, of: Option<String>, text: Option<String>) -> Result<(), Error> {
    let (of, text) = (of.unwrap_or_default(), text.unwrap_or_default());
    let is_document = serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|value| value.is_object());
    cx.write(|tx| {
        require(tx, cx, kind, &of)?;
        if !text.is_empty() && !is_document {
            return Err(if kind == GROUP { Error::BadGroupPolicy } else { Error::BadPolicy });
        }
        announce(tx, "ResolverPolicyChanged", of.clone());
        tx.put(Policy { arn: of.clone(), text: text.clone() });
        Ok(())
    })
}

/// The policy of a resource; empty where nobody put one.
fn get(cx: &Cx, kind: &str, of: Option<String>) -> Result<Option<String>, Error> {
    let of = of.unwrap_or_default();
    cx.read(|view| {
        require(view, cx, kind, &of)?;
        Ok(Some(view.row::<Policy>(&of).map(|policy| policy.text.clone()).unwrap_or_default()))
    })
}

/// `PutResolverRulePolicy`.
pub(super) fn put_rule(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::PutResolverRulePolicyRequest,
) -> Result<resolver_api::PutResolverRulePolicyResponse, Error> {
    put(cx, "resolver-rule", input.arn, input.resolver_rule_policy)?;
    Ok(resolver_api::PutResolverRulePolicyResponse { return_value: Some(true) })
}

/// `GetResolverRulePolicy`.
pub(super) fn get_rule(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetResolverRulePolicyRequest,
) -> Result<resolver_api::GetResolverRulePolicyResponse, Error> {
    let resolver_rule_policy = get(cx, "resolver-rule", input.arn)?;
    Ok(resolver_api::GetResolverRulePolicyResponse { resolver_rule_policy })
}

/// `PutResolverQueryLogConfigPolicy`.
pub(super) fn put_query_log(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::PutResolverQueryLogConfigPolicyRequest,
) -> Result<resolver_api::PutResolverQueryLogConfigPolicyResponse, Error> {
    put(cx, "resolver-query-log-config", input.arn, input.resolver_query_log_config_policy)?;
    Ok(resolver_api::PutResolverQueryLogConfigPolicyResponse { return_value: Some(true) })
}

/// `GetResolverQueryLogConfigPolicy`.
pub(super) fn get_query_log(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetResolverQueryLogConfigPolicyRequest,
) -> Result<resolver_api::GetResolverQueryLogConfigPolicyResponse, Error> {
    let resolver_query_log_config_policy = get(cx, "resolver-query-log-config", input.arn)?;
    Ok(resolver_api::GetResolverQueryLogConfigPolicyResponse { resolver_query_log_config_policy })
}

/// `PutFirewallRuleGroupPolicy`.
pub(super) fn put_group(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::PutFirewallRuleGroupPolicyRequest,
) -> Result<resolver_api::PutFirewallRuleGroupPolicyResponse, Error> {
    put(cx, GROUP, input.arn, input.firewall_rule_group_policy)?;
    Ok(resolver_api::PutFirewallRuleGroupPolicyResponse { return_value: Some(true) })
}

/// `GetFirewallRuleGroupPolicy`.
pub(super) fn get_group(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetFirewallRuleGroupPolicyRequest,
) -> Result<resolver_api::GetFirewallRuleGroupPolicyResponse, Error> {
    let firewall_rule_group_policy = get(cx, GROUP, input.arn)?;
    Ok(resolver_api::GetFirewallRuleGroupPolicyResponse { firewall_rule_group_policy })
}
