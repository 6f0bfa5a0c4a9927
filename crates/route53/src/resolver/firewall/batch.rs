//! Several rules at once: each for itself, and what was refused is told beside what was done.

use super::rule;
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use ports::Cx;
use shapes_route53resolver as resolver_api;
use wire::AwsError;

/// Code and sentence of a refusal.
fn told(error: &Error) -> (Option<String>, Option<String>) {
    let fault = error.fault();
    (Some(fault.code.into_owned()), fault.message)
}

/// `BatchCreateFirewallRule`.
pub(in crate::resolver) fn create(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::BatchCreateFirewallRuleRequest,
) -> Result<resolver_api::BatchCreateFirewallRuleResponse, Error> {
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for entry in input.create_firewall_rule_entries.unwrap_or_default() {
        let own = entry.clone();
        let wish = resolver_api::CreateFirewallRuleRequest {
            creator_request_id: own.creator_request_id,
            firewall_rule_group_id: own.firewall_rule_group_id,
            firewall_domain_list_id: own.firewall_domain_list_id,
            priority: own.priority,
            action: own.action,
            block_response: own.block_response,
            block_override_domain: own.block_override_domain,
            block_override_dns_type: own.block_override_dns_type,
            block_override_ttl: own.block_override_ttl,
            name: own.name,
            firewall_domain_redirection_action: own.firewall_domain_redirection_action,
            qtype: own.qtype,
            dns_threat_protection: own.dns_threat_protection,
            confidence_threshold: own.confidence_threshold,
            firewall_rule_type: own.firewall_rule_type,
        };
        match rule::create(cx, svc, wish) {
            Ok(made) => done.extend(made.firewall_rule),
            Err(error) => {
                let (code, message) = told(&error);
                let firewall_rule = Some(entry);
                refused.push(resolver_api::BatchCreateFirewallRuleError { firewall_rule, code, message });
            }
        }
    }
    Ok(resolver_api::BatchCreateFirewallRuleResponse {
        created_firewall_rules: Some(done),
        create_errors: Some(refused),
    })
}

/// `BatchUpdateFirewallRule`.
pub(in crate::resolver) fn update(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::BatchUpdateFirewallRuleRequest,
) -> Result<resolver_api::BatchUpdateFirewallRuleResponse, Error> {
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for entry in input.update_firewall_rule_entries.unwrap_or_default() {
        let own = entry.clone();
        let wish = resolver_api::UpdateFirewallRuleRequest {
            firewall_rule_group_id: own.firewall_rule_group_id,
            firewall_domain_list_id: own.firewall_domain_list_id,
            firewall_threat_protection_id: own.firewall_threat_protection_id,
            priority: own.priority,
            action: own.action,
            block_response: own.block_response,
            block_override_domain: own.block_override_domain,
            block_override_dns_type: own.block_override_dns_type,
            block_override_ttl: own.block_override_ttl,
            name: own.name,
            firewall_domain_redirection_action: own.firewall_domain_redirection_action,
            qtype: own.qtype,
            dns_threat_protection: own.dns_threat_protection,
            confidence_threshold: own.confidence_threshold,
            firewall_rule_type: own.firewall_rule_type,
        };
        match rule::update(cx, svc, wish) {
            Ok(changed) => done.extend(changed.firewall_rule),
            Err(error) => {
                let (code, message) = told(&error);
                let firewall_rule = Some(entry);
                refused.push(resolver_api::BatchUpdateFirewallRuleError { firewall_rule, code, message });
            }
        }
    }
    Ok(resolver_api::BatchUpdateFirewallRuleResponse {
        updated_firewall_rules: Some(done),
        update_errors: Some(refused),
    })
}

/// `BatchDeleteFirewallRule`.
pub(in crate::resolver) fn delete(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::BatchDeleteFirewallRuleRequest,
) -> Result<resolver_api::BatchDeleteFirewallRuleResponse, Error> {
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for entry in input.delete_firewall_rule_entries.unwrap_or_default() {
        let own = entry.clone();
        let wish = resolver_api::DeleteFirewallRuleRequest {
            firewall_rule_group_id: own.firewall_rule_group_id,
            firewall_domain_list_id: own.firewall_domain_list_id,
            firewall_threat_protection_id: own.firewall_threat_protection_id,
            qtype: own.qtype,
        };
        match rule::delete(cx, svc, wish) {
            Ok(gone) => done.extend(gone.firewall_rule),
            Err(error) => {
                let (code, message) = told(&error);
                let firewall_rule = Some(entry);
                refused.push(resolver_api::BatchDeleteFirewallRuleError { firewall_rule, code, message });
            }
        }
    }
    Ok(resolver_api::BatchDeleteFirewallRuleResponse {
        deleted_firewall_rules: Some(done),
        delete_errors: Some(refused),
    })
}
