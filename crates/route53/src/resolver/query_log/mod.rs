//! Query logging configurations: where the questions of VPCs are to be written.
//!
//! Of the destination only the form of its ARN is judged; nothing is written yet.

pub(super) mod association;

use super::Resolver;
use super::shared::{
    Asked, Looks, Requested, STATE_MILLIS, account, again, announce, arn, filter, home, tags, trace,
};
use crate::error::ResolverError as Error;
use association::Association;
use base::{Arn, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows};

/// A configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct QueryLog {
    id: String,
    home: String,
    request: String,
    digest: String,
    name: String,
    destination: String,
    is_created: bool,
    pub(super) tags: Tags,
    created_at: Timestamp,
}

impl Record for QueryLog {
    const TABLE: &'static str = "route53_resolver_query_log";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::REQUEST];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Requested for QueryLog {
    const REQUEST: Index<Self> =
        Index { name: "request", keys: |own| vec![format!("{}/{}", own.home, own.request)] };

    fn digest(&self) -> &str {
        &self.digest
    }
}

impl QueryLog {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };

    pub(super) fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let found = rows.row::<Self>(id.unwrap_or_default()).filter(|found| found.home == home(cx));
        found.ok_or_else(|| Error::NoQueryLog(trace(cx)))
    }

    pub(super) fn arn(&self) -> String {
        arn(&self.home, &format!("resolver-query-log-config/{}", self.id))
    }

    fn shape(&self, rows: &impl Rows) -> resolver_api::ResolverQueryLogConfig {
        let status = if self.is_created { "CREATED" } else { "CREATING" };
        resolver_api::ResolverQueryLogConfig {
            id: Some(self.id.clone()),
            owner_id: Some(account(&self.home).to_owned()),
            status: Some(status.to_owned()),
            share_status: Some("NOT_SHARED".to_owned()),
            association_count: i32::try_from(rows.count(&Association::CONFIG, &self.id)).ok(),
            arn: Some(self.arn()),
            name: Some(self.name.clone()),
            destination_arn: Some(self.destination.clone()),
            creator_request_id: Some(self.request.clone()),
            creation_time: Some(self.created_at.rfc3339()),
        }
    }
}

/// The configuration is made.
#[derive(Serialize, Deserialize)]
pub(super) struct Settle {
    id: String,
}

impl Job for Settle {
    const KIND: &'static str = "route53_resolver.query_log";

    fn run(self, tx: &mut store::Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<QueryLog>(&self.id) {
            tx.put(QueryLog { is_created: true, ..(*own).clone() });
        }
        Ok(())
    }
}

/// Whether logs can go there.
fn is_destination(text: &str) -> bool {
    text.parse::<Arn>().is_ok_and(|arn| match arn.service.as_str() {
        "s3" => !arn.resource.is_empty(),
        "logs" => arn.resource.starts_with("log-group:"),
        "firehose" => arn.resource.starts_with("deliverystream/"),
        _ => false,
    })
}

/// `CreateResolverQueryLogConfig`.
pub(super) fn create(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::CreateResolverQueryLogConfigRequest,
) -> Result<resolver_api::CreateResolverQueryLogConfigResponse, Error> {
    let (name, destination) = (input.name.unwrap_or_default(), input.destination_arn.unwrap_or_default());
    if !is_destination(&destination) {
        return Err(Error::BadDestination(destination));
    }
    let (request, digest) = (input.creator_request_id.unwrap_or_default(), format!("{name} {destination}"));
    let (id, tags) = (cx.ids().hex_id("rslvr-qlc-"), tags(input.tags.as_deref())?);
    let shape = cx.write(|tx| {
        let home = home(cx);
        if let Some(found) = again::<QueryLog>(tx, &home, (&request, &digest), Error::QueryLogExists)? {
            return Ok::<_, Error>(found.shape(tx));
        }
        let log = QueryLog {
            id: id.clone(),
            home,
            request: request.clone(),
            digest: digest.clone(),
            name: name.clone(),
            destination: destination.clone(),
            is_created: false,
            tags: tags.clone(),
            created_at: cx.now(),
        };
        announce(tx, "ResolverQueryLogConfigCreated", log.arn());
        let shape = log.shape(tx);
        tx.put(log);
        tx.after(STATE_MILLIS, Settle { id: id.clone() });
        Ok(shape)
    })?;
    Ok(resolver_api::CreateResolverQueryLogConfigResponse { resolver_query_log_config: Some(shape) })
}

/// `GetResolverQueryLogConfig`.
pub(super) fn get(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetResolverQueryLogConfigRequest,
) -> Result<resolver_api::GetResolverQueryLogConfigResponse, Error> {
    cx.read(|view| {
        let log = QueryLog::own(view, cx, input.resolver_query_log_config_id.as_deref())?;
        let resolver_query_log_config = Some(log.shape(view));
        Ok(resolver_api::GetResolverQueryLogConfigResponse { resolver_query_log_config })
    })
}

/// `DeleteResolverQueryLogConfig`: of one that no VPC logs by.
pub(super) fn delete(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DeleteResolverQueryLogConfigRequest,
) -> Result<resolver_api::DeleteResolverQueryLogConfigResponse, Error> {
    let shape = cx.write(|tx| {
        let log = QueryLog::own(tx, cx, input.resolver_query_log_config_id.as_deref())?;
        if tx.by(&Association::CONFIG, &log.id).next().is_some() {
            return Err(Error::QueryLogInUse);
        }
        tx.delete::<QueryLog>(&log.id);
        announce(tx, "ResolverQueryLogConfigDeleted", log.arn());
        Ok(log.shape(tx))
    })?;
    let shape = resolver_api::ResolverQueryLogConfig { status: Some("DELETING".to_owned()), ..shape };
    Ok(resolver_api::DeleteResolverQueryLogConfigResponse { resolver_query_log_config: Some(shape) })
}

/// Puts a list into the order that is asked for.
pub(super) fn sort<T>(all: &mut [T], order: Option<&str>, key: impl Fn(&T) -> String) {
    all.sort_by_cached_key(|item| key(item));
    if order == Some("DESCENDING") {
        all.reverse();
    }
}

/// `ListResolverQueryLogConfigs`, by id.
pub(super) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListResolverQueryLogConfigsRequest,
) -> Result<resolver_api::ListResolverQueryLogConfigsResponse, Error> {
    const LOOKS: [Looks<Arc<QueryLog>>; 6] = [
        (&["Arn"], |own| vec![own.arn()]),
        (&["CreatorRequestId"], |own| vec![own.request.clone()]),
        (&["Destination", "DestinationArn"], |own| vec![own.destination.clone()]),
        (&["Id"], |own| vec![own.id.clone()]),
        (&["Name"], |own| vec![own.name.clone()]),
        (&["OwnerId"], |own| vec![account(&own.home).to_owned()]),
    ];
    cx.read(|view| {
        let mut all = view.listed(&QueryLog::OWNER, &home(cx));
        let total = all.len();
        filter(&mut all, input.filters.as_deref(), &LOOKS)?;
        let filtered = all.len();
        let call = ["ListResolverQueryLogConfigs"];
        let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
        let (mut page, next_token) = asked.page(cx, all, |own| own.id.clone())?;
        sort(&mut page, input.sort_order.as_deref(), |own| match input.sort_by.as_deref() {
            Some("Name") => own.name.clone(),
            Some("CreationTime") => own.created_at.rfc3339(),
            Some("DestinationArn") => own.destination.clone(),
            _ => own.id.clone(),
        });
        Ok(resolver_api::ListResolverQueryLogConfigsResponse {
            next_token,
            total_count: i32::try_from(total).ok(),
            total_filtered_count: i32::try_from(filtered).ok(),
            resolver_query_log_configs: Some(page.iter().map(|own| own.shape(view)).collect()),
        })
    })
}
