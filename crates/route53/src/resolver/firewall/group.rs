//! Groups of rules.

use super::association::Association;
use super::none;
use super::rule::FirewallRule;
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use crate::resolver::shared::{Asked, Requested, account, again, announce, arn, home, tags};
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::sync::Arc;
use store::{Index, Record, Rows};

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::resolver) struct Group {
    pub(super) id: String,
    home: String,
    request: String,
    name: String,
    pub(in crate::resolver) tags: Tags,
    created_at: Timestamp,
    pub(super) changed_at: Timestamp,
}

impl Record for Group {
    const TABLE: &'static str = "route53_firewall_rule_group";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::REQUEST];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Requested for Group {
    const REQUEST: Index<Self> =
        Index { name: "request", keys: |own| vec![format!("{}/{}", own.home, own.request)] };

    fn digest(&self) -> &str {
        &self.name
    }
}

impl Group {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };

    pub(in crate::resolver) fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let id = id.unwrap_or_default();
        rows.row::<Self>(id).filter(|found| found.home == home(cx)).ok_or_else(|| none(cx, id))
    }

    pub(in crate::resolver) fn arn(&self) -> String {
        arn(&self.home, &format!("firewall-rule-group/{}", self.id))
    }

    fn shape(&self, rows: &impl Rows) -> resolver_api::FirewallRuleGroup {
        resolver_api::FirewallRuleGroup {
            id: Some(self.id.clone()),
            arn: Some(self.arn()),
            name: Some(self.name.clone()),
            rule_count: i32::try_from(rows.count(&FirewallRule::GROUP, &self.id)).ok(),
            status: Some("COMPLETE".to_owned()),
            status_message: Some("Created Firewall Rule Group".to_owned()),
            owner_id: Some(account(&self.home).to_owned()),
            creator_request_id: Some(self.request.clone()),
            share_status: Some("NOT_SHARED".to_owned()),
            creation_time: Some(self.created_at.rfc3339()),
            modification_time: Some(self.changed_at.rfc3339()),
        }
    }
}

fn exists(request: String) -> Error {
    Error::Conflict(format!("A firewall rule group with creator request ID '{request}' already exists"))
}

/// `CreateFirewallRuleGroup`.
pub(in crate::resolver) fn create(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::CreateFirewallRuleGroupRequest,
) -> Result<resolver_api::CreateFirewallRuleGroupResponse, Error> {
    let (name, request) = (input.name.unwrap_or_default(), input.creator_request_id.unwrap_or_default());
    let (id, tags) = (cx.ids().hex_id("rslvr-frg-"), tags(input.tags.as_deref())?);
    let shape = cx.write(|tx| {
        let home = home(cx);
        if let Some(found) = again::<Group>(tx, &home, (&request, &name), exists)? {
            return Ok(found.shape(tx));
        }
        let group = Group {
            id: id.clone(),
            home,
            request: request.clone(),
            name: name.clone(),
            tags: tags.clone(),
            created_at: cx.now(),
            changed_at: cx.now(),
        };
        announce(tx, "FirewallRuleGroupCreated", group.arn());
        let shape = group.shape(tx);
        tx.put(group);
        Ok::<_, Error>(shape)
    })?;
    Ok(resolver_api::CreateFirewallRuleGroupResponse { firewall_rule_group: Some(shape) })
}

/// `GetFirewallRuleGroup`.
pub(in crate::resolver) fn get(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetFirewallRuleGroupRequest,
) -> Result<resolver_api::GetFirewallRuleGroupResponse, Error> {
    cx.read(|view| {
        let group = Group::own(view, cx, input.firewall_rule_group_id.as_deref())?;
        let firewall_rule_group = Some(group.shape(view));
        Ok(resolver_api::GetFirewallRuleGroupResponse { firewall_rule_group })
    })
}

/// `DeleteFirewallRuleGroup`: of one that no VPC has and that has no rules.
pub(in crate::resolver) fn delete(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DeleteFirewallRuleGroupRequest,
) -> Result<resolver_api::DeleteFirewallRuleGroupResponse, Error> {
    let shape = cx.write(|tx| {
        let group = Group::own(tx, cx, input.firewall_rule_group_id.as_deref())?;
        if tx.by(&Association::GROUP, &group.id).next().is_some() {
            let sentence = format!("The firewall rule group '{}' is associated with VPCs.", group.id);
            return Err(Error::Conflict(sentence));
        }
        if tx.by(&FirewallRule::GROUP, &group.id).next().is_some() {
            let sentence = format!("The firewall rule group '{}' contains firewall rules.", group.id);
            return Err(Error::Conflict(sentence));
        }
        tx.delete::<Group>(&group.id);
        announce(tx, "FirewallRuleGroupDeleted", group.arn());
        Ok(group.shape(tx))
    })?;
    let shape = resolver_api::FirewallRuleGroup { status: Some("DELETING".to_owned()), ..shape };
    Ok(resolver_api::DeleteFirewallRuleGroupResponse { firewall_rule_group: Some(shape) })
}

/// `ListFirewallRuleGroups`, by id.
pub(in crate::resolver) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListFirewallRuleGroupsRequest,
) -> Result<resolver_api::ListFirewallRuleGroupsResponse, Error> {
    let all = cx.read(|view| view.listed(&Group::OWNER, &home(cx)));
    let call = ["ListFirewallRuleGroups"];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.id.clone())?;
    let shape = |own: &Arc<Group>| resolver_api::FirewallRuleGroupMetadata {
        id: Some(own.id.clone()),
        arn: Some(own.arn()),
        name: Some(own.name.clone()),
        owner_id: Some(account(&own.home).to_owned()),
        creator_request_id: Some(own.request.clone()),
        share_status: Some("NOT_SHARED".to_owned()),
    };
    let firewall_rule_groups = Some(page.iter().map(shape).collect());
    Ok(resolver_api::ListFirewallRuleGroupsResponse { next_token, firewall_rule_groups })
}
