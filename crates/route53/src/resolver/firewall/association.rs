//! Groups of rules of VPCs, by priority.

use super::group::Group;
use super::none;
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use crate::resolver::shared::{Asked, STATE_MILLIS, announce, arn, home, require_vpc, tags, trace};
use base::{Tags, Timestamp};
use ports::{Asked as Looked, Cx};
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Priorities that users may give lie between these, which are AWS's.
const RESERVED: (i32, i32) = (100, 9900);

/// How far an association is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Complete,
    Updating,
    Deleting,
}

/// An association.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::resolver) struct Association {
    id: String,
    home: String,
    group: String,
    vpc: String,
    name: String,
    priority: i32,
    is_protected: bool,
    state: State,
    request: String,
    pub(in crate::resolver) tags: Tags,
    created_at: Timestamp,
    changed_at: Timestamp,
}

impl Record for Association {
    const TABLE: &'static str = "route53_firewall_association";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::GROUP, Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Association {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };
    /// By the group.
    pub(super) const GROUP: Index<Self> = Index { name: "group", keys: |own| vec![own.group.clone()] };
    const VPC: Index<Self> = Index { name: "vpc", keys: |own| vec![own.vpc.clone()] };

    pub(in crate::resolver) fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let id = id.unwrap_or_default();
        rows.row::<Self>(id).filter(|found| found.home == home(cx)).ok_or_else(|| none(cx, id))
    }

    pub(in crate::resolver) fn arn(&self) -> String {
        arn(&self.home, &format!("firewall-rule-group-association/{}", self.id))
    }

    fn status(&self) -> &'static str {
        match self.state {
            State::Complete => "COMPLETE",
            State::Updating => "UPDATING",
            State::Deleting => "DELETING",
        }
    }

    fn shape(&self) -> resolver_api::FirewallRuleGroupAssociation {
        let message = match self.state {
            State::Complete => "Finished rule group association update",
            State::Updating => "Creating Firewall Rule Group Association",
            State::Deleting => "Deleting Firewall Rule Group Association",
        };
        resolver_api::FirewallRuleGroupAssociation {
            id: Some(self.id.clone()),
            arn: Some(self.arn()),
            firewall_rule_group_id: Some(self.group.clone()),
            vpc_id: Some(self.vpc.clone()),
            name: Some(self.name.clone()),
            priority: Some(self.priority),
            mutation_protection: Some(if self.is_protected { "ENABLED" } else { "DISABLED" }.to_owned()),
            managed_owner_name: None,
            status: Some(self.status().to_owned()),
            status_message: Some(message.to_owned()),
            creator_request_id: Some(self.request.clone()),
            creation_time: Some(self.created_at.rfc3339()),
            modification_time: Some(self.changed_at.rfc3339()),
        }
    }
}

fn settle(tx: &mut Tx, association: Association) -> resolver_api::FirewallRuleGroupAssociation {
    announce(tx, "FirewallRuleGroupAssociationChanged", association.arn());
    tx.after(STATE_MILLIS, Settle { id: association.id.clone() });
    let shape = association.shape();
    tx.put(association);
    shape
}

/// A state comes to its end.
#[derive(Serialize, Deserialize)]
pub(in crate::resolver) struct Settle {
    id: String,
}

impl Job for Settle {
    const KIND: &'static str = "route53_resolver.firewall_association";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<Association>(&self.id) else { return Ok(()) };
        match own.state {
            State::Deleting => {
                tx.delete::<Association>(&self.id);
            }
            State::Updating => tx.put(Association { state: State::Complete, ..(*own).clone() }),
            State::Complete => {}
        }
        Ok(())
    }
}

fn require_priority(tx: &Tx, cx: &Cx, association: &Association) -> Result<(), Error> {
    let (low, high) = RESERVED;
    if association.priority <= low || association.priority >= high {
        return Err(Error::Reserved(trace(cx)));
    }
    let mut others = tx.by(&Association::VPC, &association.vpc);
    match others.find(|other| other.priority == association.priority && other.id != association.id) {
        None => Ok(()),
        Some(_) => Err(Error::Validation(format!(
            "The priority '{}' is already used by another firewall rule group of the VPC.",
            association.priority
        ))),
    }
}

/// `AssociateFirewallRuleGroup`: the same request again answers what it made.
pub(in crate::resolver) fn associate(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::AssociateFirewallRuleGroupRequest,
) -> Result<resolver_api::AssociateFirewallRuleGroupResponse, Error> {
    let vpc = input.vpc_id.unwrap_or_default();
    let (id, tags) = (cx.ids().hex_id("rslvr-frgassoc-"), tags(input.tags.as_deref())?);
    // The service looks for the VPC in the caller's name.
    cx.decide(&Looked::new("ec2:DescribeVpcs", "*"))
        .map_err(|denied| Error::NoSight { decision: denied.decision, trace: trace(cx) })?;
    let shape = cx.write(|tx| {
        let group = Group::own(tx, cx, input.firewall_rule_group_id.as_deref())?;
        require_vpc(cx, svc, tx, &vpc).map_err(|_| none(cx, &vpc))?;
        let request = input.creator_request_id.as_deref().unwrap_or_default();
        let mut others = tx.by(&Association::VPC, &vpc);
        if let Some(other) = others.find(|own| own.group == group.id) {
            if other.request == request {
                return Ok(other.shape());
            }
            return Err(Error::Conflict(format!(
                "[RSLVR-02302] This DNS Firewall rule group can't be associated to a VPC: \"{vpc}\". It is already associated with it. Trace Id: \"{}\"",
                trace(cx)
            )));
        }
        drop(others);
        let association = Association {
            id: id.clone(),
            home: home(cx),
            group: group.id.clone(),
            vpc: vpc.clone(),
            name: input.name.clone().unwrap_or_default(),
            priority: input.priority.unwrap_or_default(),
            is_protected: input.mutation_protection.as_deref() == Some("ENABLED"),
            state: State::Updating,
            request: request.to_owned(),
            tags: tags.clone(),
            created_at: cx.now(),
            changed_at: cx.now(),
        };
        require_priority(tx, cx, &association)?;
        Ok(settle(tx, association))
    })?;
    let firewall_rule_group_association = Some(shape);
    Ok(resolver_api::AssociateFirewallRuleGroupResponse { firewall_rule_group_association })
}

/// `DisassociateFirewallRuleGroup`: of one that is not protected.
pub(in crate::resolver) fn disassociate(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DisassociateFirewallRuleGroupRequest,
) -> Result<resolver_api::DisassociateFirewallRuleGroupResponse, Error> {
    let shape = cx.write(|tx| {
        let found = Association::own(tx, cx, input.firewall_rule_group_association_id.as_deref())?;
        if found.state == State::Deleting {
            return Err(Error::Leaving);
        }
        if found.is_protected {
            let sentence = "The firewall rule group association is protected from changes.";
            return Err(Error::Validation(sentence.to_owned()));
        }
        Ok(settle(tx, Association { state: State::Deleting, changed_at: cx.now(), ..(*found).clone() }))
    })?;
    let firewall_rule_group_association = Some(shape);
    Ok(resolver_api::DisassociateFirewallRuleGroupResponse { firewall_rule_group_association })
}

/// `GetFirewallRuleGroupAssociation`.
pub(in crate::resolver) fn get(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetFirewallRuleGroupAssociationRequest,
) -> Result<resolver_api::GetFirewallRuleGroupAssociationResponse, Error> {
    let id = input.firewall_rule_group_association_id.as_deref();
    let found = cx.read(|view| Association::own(view, cx, id))?;
    let firewall_rule_group_association = Some(found.shape());
    Ok(resolver_api::GetFirewallRuleGroupAssociationResponse { firewall_rule_group_association })
}

/// `UpdateFirewallRuleGroupAssociation`: what is not given stays as it is.
pub(in crate::resolver) fn update(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::UpdateFirewallRuleGroupAssociationRequest,
) -> Result<resolver_api::UpdateFirewallRuleGroupAssociationResponse, Error> {
    let shape = cx.write(|tx| {
        let id = input.firewall_rule_group_association_id.as_deref();
        let mut own = (*Association::own(tx, cx, id)?).clone();
        if own.state == State::Deleting {
            return Err(Error::Leaving);
        }
        own.priority = input.priority.unwrap_or(own.priority);
        own.name = input.name.clone().unwrap_or(own.name);
        own.is_protected =
            input.mutation_protection.as_deref().map_or(own.is_protected, |on| on == "ENABLED");
        own.state = State::Updating;
        own.changed_at = cx.now();
        require_priority(tx, cx, &own)?;
        Ok::<_, Error>(settle(tx, own))
    })?;
    let firewall_rule_group_association = Some(shape);
    Ok(resolver_api::UpdateFirewallRuleGroupAssociationResponse { firewall_rule_group_association })
}

/// `ListFirewallRuleGroupAssociations`, by id.
pub(in crate::resolver) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListFirewallRuleGroupAssociationsRequest,
) -> Result<resolver_api::ListFirewallRuleGroupAssociationsResponse, Error> {
    let mut all = cx.read(|view| view.listed(&Association::OWNER, &home(cx)));
    let is = |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted == own);
    all.retain(|own| {
        is(&input.firewall_rule_group_id, &own.group)
            && is(&input.vpc_id, &own.vpc)
            && is(&input.status, own.status())
            && input.priority.is_none_or(|wanted| wanted == own.priority)
    });
    let call = ["ListFirewallRuleGroupAssociations"];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.id.clone())?;
    let firewall_rule_group_associations = Some(page.iter().map(|own| own.shape()).collect());
    Ok(resolver_api::ListFirewallRuleGroupAssociationsResponse {
        next_token,
        firewall_rule_group_associations,
    })
}
