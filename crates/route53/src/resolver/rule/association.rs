//! Rules of VPCs: one for each domain.

use super::{INTERNET, Rule};
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use crate::resolver::endpoint::Endpoint;
use crate::resolver::shared::{Asked, Looks, STATE_MILLIS, announce, filter, home, require_vpc};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// How far an association is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Creating,
    Complete,
    Deleting,
}

/// An association.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::resolver) struct Association {
    id: String,
    home: String,
    rule: String,
    name: Option<String>,
    vpc: String,
    state: State,
}

impl Record for Association {
    const TABLE: &'static str = "route53_resolver_rule_association";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::RULE, Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Association {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };
    /// By the rule.
    pub(super) const RULE: Index<Self> = Index { name: "rule", keys: |own| vec![own.rule.clone()] };
    const VPC: Index<Self> = Index { name: "vpc", keys: |own| vec![own.vpc.clone()] };

    fn status(&self) -> &'static str {
        match self.state {
            State::Creating => "CREATING",
            State::Complete => "COMPLETE",
            State::Deleting => "DELETING",
        }
    }

    fn shape(&self) -> resolver_api::ResolverRuleAssociation {
        resolver_api::ResolverRuleAssociation {
            id: Some(self.id.clone()),
            resolver_rule_id: Some(self.rule.clone()),
            name: self.name.clone(),
            vpc_id: Some(self.vpc.clone()),
            status: Some(self.status().to_owned()),
            status_message: Some(String::new()),
        }
    }
}

fn settle(tx: &mut Tx, association: Association) -> resolver_api::ResolverRuleAssociation {
    announce(tx, "ResolverRuleAssociationChanged", association.id.clone());
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
    const KIND: &'static str = "route53_resolver.rule_association";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<Association>(&self.id) else { return Ok(()) };
        match own.state {
            State::Deleting => {
                tx.delete::<Association>(&self.id);
            }
            State::Creating => tx.put(Association { state: State::Complete, ..(*own).clone() }),
            State::Complete => {}
        }
        Ok(())
    }
}

/// `AssociateResolverRule`.
pub(in crate::resolver) fn associate(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::AssociateResolverRuleRequest,
) -> Result<resolver_api::AssociateResolverRuleResponse, Error> {
    let vpc = input.vpc_id.unwrap_or_default();
    let id = cx.ids().hex_id("rslvr-rrassoc-");
    let shape = cx.write(|tx| {
        let rule = Rule::own(tx, cx, input.resolver_rule_id.as_deref())?;
        if rule.is_updating {
            return Err(Error::Unavailable);
        }
        require_vpc(cx, svc, tx, &vpc)?;
        for other in tx.listed(&Association::VPC, &vpc) {
            if other.rule == rule.id {
                return Err(Error::AlreadyAssociated);
            }
            if tx.get::<Rule>(&other.rule).is_some_and(|other| other.domain == rule.domain) {
                return Err(Error::SameDomain(other.rule.clone()));
            }
        }
        // Questions would come back for ever.
        let is_looped = |own: &&Arc<Endpoint>| own.is_inbound_in(&vpc) && rule.leads_to(own);
        if tx.by(&Endpoint::OWNER, &home(cx)).any(|own| is_looped(&own)) {
            return Err(Error::OwnTarget { rule: rule.id.clone(), vpc: vpc.clone() });
        }
        let association = Association {
            id: id.clone(),
            home: home(cx),
            rule: rule.id.clone(),
            name: input.name.clone(),
            vpc: vpc.clone(),
            state: State::Creating,
        };
        Ok(settle(tx, association))
    })?;
    Ok(resolver_api::AssociateResolverRuleResponse { resolver_rule_association: Some(shape) })
}

/// `DisassociateResolverRule`.
pub(in crate::resolver) fn disassociate(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DisassociateResolverRuleRequest,
) -> Result<resolver_api::DisassociateResolverRuleResponse, Error> {
    let (rule, vpc) = (input.resolver_rule_id.unwrap_or_default(), input.vpc_id.unwrap_or_default());
    let shape = cx.write(|tx| {
        if rule != INTERNET {
            Rule::own(tx, cx, Some(&rule))?;
        }
        let found = tx.by(&Association::RULE, &rule).find(|own| own.vpc == vpc).cloned();
        let found = found.ok_or(Error::NotAssociated { rule: rule.clone(), vpc: vpc.clone() })?;
        Ok::<_, Error>(settle(tx, Association { state: State::Deleting, ..(*found).clone() }))
    })?;
    Ok(resolver_api::DisassociateResolverRuleResponse { resolver_rule_association: Some(shape) })
}

/// `GetResolverRuleAssociation`.
pub(in crate::resolver) fn get(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetResolverRuleAssociationRequest,
) -> Result<resolver_api::GetResolverRuleAssociationResponse, Error> {
    let id = input.resolver_rule_association_id.unwrap_or_default();
    let found = cx.read(|view| view.row::<Association>(&id)).filter(|found| found.home == home(cx));
    let found = found.ok_or(Error::NoRuleAssociation(id))?;
    let resolver_rule_association = Some(found.shape());
    Ok(resolver_api::GetResolverRuleAssociationResponse { resolver_rule_association })
}

/// `ListResolverRuleAssociations`, by id.
pub(in crate::resolver) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListResolverRuleAssociationsRequest,
) -> Result<resolver_api::ListResolverRuleAssociationsResponse, Error> {
    const LOOKS: [Looks<Arc<Association>>; 4] = [
        (&["Name", "NAME"], |own| own.name.iter().cloned().collect()),
        (&["ResolverRuleId", "RESOLVER_RULE_ID"], |own| vec![own.rule.clone()]),
        (&["Status", "STATUS"], |own| vec![own.status().to_owned()]),
        (&["VPCId", "VPC_ID"], |own| vec![own.vpc.clone()]),
    ];
    let mut all = cx.read(|view| view.listed(&Association::OWNER, &home(cx)));
    filter(&mut all, input.filters.as_deref(), &LOOKS)?;
    let call = ["ListResolverRuleAssociations"];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.id.clone())?;
    Ok(resolver_api::ListResolverRuleAssociationsResponse {
        next_token,
        max_results: i32::try_from(asked.limit()).ok(),
        resolver_rule_associations: Some(page.iter().map(|own| own.shape()).collect()),
    })
}
