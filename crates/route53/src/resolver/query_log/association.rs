//! VPCs whose questions are logged.

use super::{QueryLog, sort};
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use crate::resolver::shared::{Asked, Looks, STATE_MILLIS, announce, filter, home, require_vpc, trace};
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// How far an association is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Creating,
    Active,
    Deleting,
}

/// An association.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::resolver) struct Association {
    id: String,
    home: String,
    config: String,
    vpc: String,
    state: State,
    created_at: Timestamp,
}

impl Record for Association {
    const TABLE: &'static str = "route53_resolver_query_log_association";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::CONFIG];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Association {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };
    /// By the configuration.
    pub(super) const CONFIG: Index<Self> = Index { name: "config", keys: |own| vec![own.config.clone()] };

    fn status(&self) -> &'static str {
        match self.state {
            State::Creating => "CREATING",
            State::Active => "ACTIVE",
            State::Deleting => "DELETING",
        }
    }

    fn shape(&self) -> resolver_api::ResolverQueryLogConfigAssociation {
        resolver_api::ResolverQueryLogConfigAssociation {
            id: Some(self.id.clone()),
            resolver_query_log_config_id: Some(self.config.clone()),
            resource_id: Some(self.vpc.clone()),
            status: Some(self.status().to_owned()),
            error: Some("NONE".to_owned()),
            error_message: Some(String::new()),
            creation_time: Some(self.created_at.rfc3339()),
        }
    }
}

fn settle(tx: &mut Tx, association: Association) -> resolver_api::ResolverQueryLogConfigAssociation {
    announce(tx, "ResolverQueryLogConfigAssociationChanged", association.id.clone());
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
    const KIND: &'static str = "route53_resolver.query_log_association";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<Association>(&self.id) else { return Ok(()) };
        match own.state {
            State::Deleting => {
                tx.delete::<Association>(&self.id);
            }
            State::Creating => tx.put(Association { state: State::Active, ..(*own).clone() }),
            State::Active => {}
        }
        Ok(())
    }
}

/// `AssociateResolverQueryLogConfig`.
pub(in crate::resolver) fn associate(
    cx: &Cx,
    svc: &Resolver,
    input: resolver_api::AssociateResolverQueryLogConfigRequest,
) -> Result<resolver_api::AssociateResolverQueryLogConfigResponse, Error> {
    let vpc = input.resource_id.unwrap_or_default();
    let id = cx.ids().hex_id("rslvr-qlcassoc-");
    let shape = cx.write(|tx| {
        let log = QueryLog::own(tx, cx, input.resolver_query_log_config_id.as_deref())?;
        require_vpc(cx, svc, tx, &vpc)?;
        if tx.by(&Association::CONFIG, &log.id).any(|own| own.vpc == vpc) {
            return Err(Error::QueryLogAssociated);
        }
        let association = Association {
            id: id.clone(),
            home: home(cx),
            config: log.id.clone(),
            vpc: vpc.clone(),
            state: State::Creating,
            created_at: cx.now(),
        };
        Ok(settle(tx, association))
    })?;
    let resolver_query_log_config_association = Some(shape);
    Ok(resolver_api::AssociateResolverQueryLogConfigResponse { resolver_query_log_config_association })
}

/// `DisassociateResolverQueryLogConfig`.
pub(in crate::resolver) fn disassociate(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DisassociateResolverQueryLogConfigRequest,
) -> Result<resolver_api::DisassociateResolverQueryLogConfigResponse, Error> {
    let vpc = input.resource_id.unwrap_or_default();
    let shape = cx.write(|tx| {
        let log = QueryLog::own(tx, cx, input.resolver_query_log_config_id.as_deref())?;
        let found = tx.by(&Association::CONFIG, &log.id).find(|own| own.vpc == vpc).cloned();
        let found = found.ok_or_else(|| Error::NoQueryLogAssociation(trace(cx)))?;
        Ok::<_, Error>(settle(tx, Association { state: State::Deleting, ..(*found).clone() }))
    })?;
    let resolver_query_log_config_association = Some(shape);
    Ok(resolver_api::DisassociateResolverQueryLogConfigResponse { resolver_query_log_config_association })
}

/// `GetResolverQueryLogConfigAssociation`.
pub(in crate::resolver) fn get(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetResolverQueryLogConfigAssociationRequest,
) -> Result<resolver_api::GetResolverQueryLogConfigAssociationResponse, Error> {
    let id = input.resolver_query_log_config_association_id.unwrap_or_default();
    let found = cx.read(|view| view.row::<Association>(&id)).filter(|found| found.home == home(cx));
    let found = found.ok_or_else(|| Error::NoQueryLogAssociation(trace(cx)))?;
    let resolver_query_log_config_association = Some(found.shape());
    Ok(resolver_api::GetResolverQueryLogConfigAssociationResponse { resolver_query_log_config_association })
}

/// `ListResolverQueryLogConfigAssociations`, by id.
pub(in crate::resolver) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListResolverQueryLogConfigAssociationsRequest,
) -> Result<resolver_api::ListResolverQueryLogConfigAssociationsResponse, Error> {
    const LOOKS: [Looks<Arc<Association>>; 4] = [
        (&["Id"], |own| vec![own.id.clone()]),
        (&["ResolverQueryLogConfigId"], |own| vec![own.config.clone()]),
        (&["ResourceId"], |own| vec![own.vpc.clone()]),
        (&["Status"], |own| vec![own.status().to_owned()]),
    ];
    let mut all = cx.read(|view| view.listed(&Association::OWNER, &home(cx)));
    let total = all.len();
    filter(&mut all, input.filters.as_deref(), &LOOKS)?;
    let filtered = all.len();
    let call = ["ListResolverQueryLogConfigAssociations"];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (mut page, next_token) = asked.page(cx, all, |own| own.id.clone())?;
    sort(&mut page, input.sort_order.as_deref(), |own| match input.sort_by.as_deref() {
        Some("ResourceId") => own.vpc.clone(),
        Some("CreationTime") => own.created_at.rfc3339(),
        Some("Status") => own.status().to_owned(),
        _ => own.id.clone(),
    });
    Ok(resolver_api::ListResolverQueryLogConfigAssociationsResponse {
        next_token,
        total_count: i32::try_from(total).ok(),
        total_filtered_count: i32::try_from(filtered).ok(),
        resolver_query_log_config_associations: Some(page.iter().map(|own| own.shape()).collect()),
    })
}
