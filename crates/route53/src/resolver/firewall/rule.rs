//! Rules of DNS Firewall: what becomes of questions about the domains of a list.

use super::group::Group;
use super::list::List;
use super::none;
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use crate::resolver::shared::{Asked, announce};
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::sync::Arc;
use store::{Index, Record, Rows, Tx};

/// What a rule does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Deed {
    /// `ALLOW`, `BLOCK` or `ALERT`.
    action: String,
    response: Option<String>,
    override_domain: Option<String>,
    override_kind: Option<String>,
    override_ttl_seconds: Option<i32>,
}

impl Deed {
    /// What goes together: only `BLOCK` has a response, only the response `OVERRIDE` a domain.
    fn check(&self) -> Result<(), Error> {
        let refused = |sentence: &str| Err(Error::Validation(sentence.to_owned()));
        let is_override = self.response.as_deref() == Some("OVERRIDE");
        let has_override = self.override_domain.is_some();
        match self.action.as_str() {
            "BLOCK" if self.response.is_none() => refused("BlockResponse is required for the action BLOCK."),
            "BLOCK"
                if is_override
                    && (!has_override
                        || self.override_kind.is_none()
                        || self.override_ttl_seconds.is_none()) =>
            {
                refused(
                    "BlockOverrideDomain, BlockOverrideDnsType and BlockOverrideTtl are required for the response OVERRIDE.",
                )
            }
            "BLOCK" if !is_override && has_override => {
                refused("BlockOverrideDomain is only allowed for the response OVERRIDE.")
            }
            "BLOCK" => Ok(()),
            _ if self.response.is_some() || has_override => {
                refused("BlockResponse is only allowed for the action BLOCK.")
            }
            _ => Ok(()),
        }
    }
}

/// A rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::resolver) struct FirewallRule {
    group: String,
    /// What it judges: a list, or a threat under an id of its own.
    list: Option<String>,
    threat: Option<Threat>,
    /// The type of questions it is for alone.
    question: Option<String>,
    name: String,
    priority: i32,
    deed: Deed,
    redirection: Option<String>,
    request: String,
    created_at: Timestamp,
    changed_at: Timestamp,
}

/// What is found in questions without a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Threat {
    id: String,
    kind: String,
    confidence: Option<String>,
}

impl Record for FirewallRule {
    const TABLE: &'static str = "route53_firewall_rule";
    const INDEXES: &'static [Index<Self>] = &[Self::GROUP, Self::LIST];
    type Key = String;

    fn key(&self) -> String {
        key_of(&self.group, self.target(), self.question.as_deref())
    }
}

fn key_of(group: &str, target: &str, question: Option<&str>) -> String {
    format!("{group}/{target}/{}", question.unwrap_or_default())
}

impl FirewallRule {
    /// By the group.
    pub(in crate::resolver) const GROUP: Index<Self> =
        Index { name: "group", keys: |own| vec![own.group.clone()] };
    /// By the list.
    pub(in crate::resolver) const LIST: Index<Self> =
        Index { name: "list", keys: |own| own.list.iter().cloned().collect() };

    fn target(&self) -> &str {
        let threat = self.threat.as_ref().map(|threat| threat.id.as_str());
        self.list.as_deref().or(threat).unwrap_or_default()
    }

    fn shape(&self) -> resolver_api::FirewallRule {
        resolver_api::FirewallRule {
            firewall_rule_group_id: Some(self.group.clone()),
            firewall_domain_list_id: self.list.clone(),
            firewall_threat_protection_id: self.threat.as_ref().map(|threat| threat.id.clone()),
            name: Some(self.name.clone()),
            priority: Some(self.priority),
            action: Some(self.deed.action.clone()),
            block_response: self.deed.response.clone(),
            block_override_domain: self.deed.override_domain.clone(),
            block_override_dns_type: self.deed.override_kind.clone(),
            block_override_ttl: self.deed.override_ttl_seconds,
            creator_request_id: Some(self.request.clone()),
            creation_time: Some(self.created_at.rfc3339()),
            modification_time: Some(self.changed_at.rfc3339()),
            firewall_domain_redirection_action: self.redirection.clone(),
            qtype: self.question.clone(),
            dns_threat_protection: self.threat.as_ref().map(|threat| threat.kind.clone()),
            confidence_threshold: self.threat.as_ref().and_then(|threat| threat.confidence.clone()),
            ..resolver_api::FirewallRule::default()
        }
    }
}

/// Refuses a priority that another rule of the group has.
fn require_priority(tx: &Tx, rule: &FirewallRule) -> Result<(), Error> {
    let mut others = tx.by(&FirewallRule::GROUP, &rule.group);
    match others.find(|other| other.priority == rule.priority && other.key() != rule.key()) {
        None => Ok(()),
        Some(_) => Err(Error::Validation(format!(
            "The priority '{}' is already used by another rule of the firewall rule group.",
            rule.priority
        ))),
    }
}

fn put(tx: &mut Tx, cx: &Cx, rule: FirewallRule) -> resolver_api::FirewallRule {
    if let Some(group) = tx.get::<Group>(&rule.group) {
        let mut group = (*group).clone();
        group.changed_at = cx.now();
        tx.put(group);
    }
    announce(tx, "FirewallRuleChanged", rule.group.clone());
    let shape = rule.shape();
    tx.put(rule);
    shape
}

/// `CreateFirewallRule`: the same request again answers what it made.
pub(in crate::resolver) fn create(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::CreateFirewallRuleRequest,
) -> Result<resolver_api::CreateFirewallRuleResponse, Error> {
    if input.firewall_rule_type.is_some() {
        return Err(Error::NotBuilt("FirewallRuleType"));
    }
    let threat = input.dns_threat_protection.clone().map(|kind| Threat {
        id: cx.ids().hex_id("rslvr-ftp-"),
        kind,
        confidence: input.confidence_threshold.clone(),
    });
    if input.firewall_domain_list_id.is_some() == threat.is_some() {
        let sentence = "Exactly one of FirewallDomainListId and DnsThreatProtection must be specified.";
        return Err(Error::Validation(sentence.to_owned()));
    }
    let deed = Deed {
        action: input.action.unwrap_or_default(),
        response: input.block_response,
        override_domain: input.block_override_domain,
        override_kind: input.block_override_dns_type,
        override_ttl_seconds: input.block_override_ttl,
    };
    deed.check()?;
    let redirection = input.firewall_domain_redirection_action;
    let redirection = redirection
        .or_else(|| input.firewall_domain_list_id.as_ref().map(|_| "INSPECT_REDIRECTION_DOMAIN".to_owned()));
    let shape = cx.write(|tx| {
        let group = Group::own(tx, cx, input.firewall_rule_group_id.as_deref())?;
        if let Some(list) = &input.firewall_domain_list_id {
            List::lasting(tx, cx, list)?;
        }
        let rule = FirewallRule {
            group: group.id.clone(),
            list: input.firewall_domain_list_id.clone(),
            threat: threat.clone(),
            question: input.qtype.clone(),
            name: input.name.clone().unwrap_or_default(),
            priority: input.priority.unwrap_or_default(),
            deed: deed.clone(),
            redirection: redirection.clone(),
            request: input.creator_request_id.clone().unwrap_or_default(),
            created_at: cx.now(),
            changed_at: cx.now(),
        };
        if let Some(other) = tx.get::<FirewallRule>(&rule.key()) {
            if other.request == rule.request {
                return Ok(other.shape());
            }
            return Err(Error::Validation(
                "The firewall rule group has a rule for the firewall domain list already.".to_owned(),
            ));
        }
        require_priority(tx, &rule)?;
        Ok(put(tx, cx, rule))
    })?;
    Ok(resolver_api::CreateFirewallRuleResponse { firewall_rule: Some(shape) })
}

/// How a rule is named.
struct Named<'a> {
    group: Option<&'a str>,
    list: Option<&'a str>,
    threat: Option<&'a str>,
    question: Option<&'a str>,
}

impl Named<'_> {
    fn find(&self, tx: &Tx, cx: &Cx) -> Result<Arc<FirewallRule>, Error> {
        let group = Group::own(tx, cx, self.group)?;
        let target = self.list.or(self.threat).unwrap_or_default();
        let found = tx.get::<FirewallRule>(&key_of(&group.id, target, self.question));
        found.ok_or_else(|| none(cx, target))
    }
}

/// `UpdateFirewallRule`: what is not given stays as it is.
pub(in crate::resolver) fn update(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::UpdateFirewallRuleRequest,
) -> Result<resolver_api::UpdateFirewallRuleResponse, Error> {
    if input.firewall_rule_type.is_some() {
        return Err(Error::NotBuilt("FirewallRuleType"));
    }
    let named = Named {
        group: input.firewall_rule_group_id.as_deref(),
        list: input.firewall_domain_list_id.as_deref(),
        threat: input.firewall_threat_protection_id.as_deref(),
        question: input.qtype.as_deref(),
    };
    let shape = cx.write(|tx| {
        let mut rule = (*named.find(tx, cx)?).clone();
        rule.name = input.name.clone().unwrap_or(rule.name);
        rule.priority = input.priority.unwrap_or(rule.priority);
        if let Some(action) = &input.action {
            rule.deed = Deed { action: action.clone(), ..Deed::default() };
        }
        rule.deed.response = input.block_response.clone().or(rule.deed.response);
        rule.deed.override_domain = input.block_override_domain.clone().or(rule.deed.override_domain);
        rule.deed.override_kind = input.block_override_dns_type.clone().or(rule.deed.override_kind);
        rule.deed.override_ttl_seconds = input.block_override_ttl.or(rule.deed.override_ttl_seconds);
        rule.redirection = input.firewall_domain_redirection_action.clone().or(rule.redirection);
        if let Some(threat) = &mut rule.threat {
            threat.kind = input.dns_threat_protection.clone().unwrap_or(threat.kind.clone());
            threat.confidence = input.confidence_threshold.clone().or(threat.confidence.clone());
        }
        rule.changed_at = cx.now();
        rule.deed.check()?;
        require_priority(tx, &rule)?;
        Ok::<_, Error>(put(tx, cx, rule))
    })?;
    Ok(resolver_api::UpdateFirewallRuleResponse { firewall_rule: Some(shape) })
}

/// `DeleteFirewallRule`.
pub(in crate::resolver) fn delete(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DeleteFirewallRuleRequest,
) -> Result<resolver_api::DeleteFirewallRuleResponse, Error> {
    let named = Named {
        group: input.firewall_rule_group_id.as_deref(),
        list: input.firewall_domain_list_id.as_deref(),
        threat: input.firewall_threat_protection_id.as_deref(),
        question: input.qtype.as_deref(),
    };
    let shape = cx.write(|tx| {
        let rule = named.find(tx, cx)?;
        tx.delete::<FirewallRule>(&rule.key());
        announce(tx, "FirewallRuleDeleted", rule.group.clone());
        Ok::<_, Error>(rule.shape())
    })?;
    Ok(resolver_api::DeleteFirewallRuleResponse { firewall_rule: Some(shape) })
}

/// `ListFirewallRules`, by priority.
pub(in crate::resolver) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListFirewallRulesRequest,
) -> Result<resolver_api::ListFirewallRulesResponse, Error> {
    let (group, mut all) = cx.read(|view| {
        let group = Group::own(view, cx, input.firewall_rule_group_id.as_deref())?;
        Ok::<_, Error>((group.id.clone(), view.listed(&FirewallRule::GROUP, &group.id)))
    })?;
    all.retain(|rule| {
        input.priority.is_none_or(|wanted| wanted == rule.priority)
            && input.action.as_ref().is_none_or(|wanted| *wanted == rule.deed.action)
    });
    let place = |rule: &Arc<FirewallRule>| format!("{:010}", rule.priority);
    all.sort_by_cached_key(place);
    let call = ["ListFirewallRules", &group];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, place)?;
    let firewall_rules = Some(page.iter().map(|rule| rule.shape()).collect());
    Ok(resolver_api::ListFirewallRulesResponse { next_token, firewall_rules })
}
