//! Query logging configurations: where a public zone's questions are to be written.
//!
//! CloudWatch Logs is not built: of a log group nothing but the form of its ARN can be judged, and nothing is written.

use crate::Route53;
use crate::error::Error;
use crate::event::Changed;
use crate::home::{home, location};
use crate::listing::{PAGE, Token, limit};
use crate::zone;
use base::Arn;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use std::sync::Arc;
use store::{Index, Record, Rows};

/// A configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct QueryLog {
    id: String,
    home: String,
    zone: String,
    group: String,
}

impl Record for QueryLog {
    const TABLE: &'static str = "route53_query_log";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::ZONE];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl QueryLog {
    const OWNER: Index<Self> = Index { name: "owner", keys: |log| vec![log.home.clone()] };
    /// By the zone's id.
    pub(crate) const ZONE: Index<Self> = Index { name: "zone", keys: |log| vec![log.zone.clone()] };

    fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let found = rows.row::<Self>(id.unwrap_or_default()).filter(|found| found.home == home(cx));
        found.ok_or(Error::NoLogs)
    }

    fn shape(&self) -> api::QueryLoggingConfig {
        api::QueryLoggingConfig {
            id: Some(self.id.clone()),
            hosted_zone_id: Some(self.zone.clone()),
            cloud_watch_logs_log_group_arn: Some(self.group.clone()),
        }
    }
}

/// Whether a text names a log group where Route 53 can write.
fn is_group(text: &str) -> bool {
    text.parse::<Arn>().is_ok_and(|arn| {
        let home = matches!(arn.region.as_str(), "us-east-1" | "us-gov-west-1" | "cn-northwest-1");
        arn.service == "logs" && home && arn.resource.starts_with("log-group:")
    })
}

/// `CreateQueryLoggingConfig`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateQueryLoggingConfigRequest,
) -> Result<api::CreateQueryLoggingConfigResponse, Error> {
    let group = input.cloud_watch_logs_log_group_arn.unwrap_or_default();
    let id = cx.ids().uuid();
    cx.write(|tx| {
        let zone = zone::own(tx, cx, input.hosted_zone_id.as_deref())?;
        if !is_group(&group) {
            return Err(Error::BadLogGroup);
        }
        if zone.is_private {
            return Err(Error::LogsOfPrivateZone);
        }
        if tx.by(&QueryLog::ZONE, &zone.id).next().is_some() {
            return Err(Error::LogsExist);
        }
        let (home, zone) = (zone.home.clone(), zone.id.clone());
        let log = QueryLog { id: id.clone(), home, zone, group: group.clone() };
        tx.emit(&Changed { kind: "QueryLoggingConfigCreated", resource: id.clone() });
        let query_logging_config = Some(log.shape());
        tx.put(log);
        let location = Some(location(&format!("queryloggingconfig/{id}")));
        Ok(api::CreateQueryLoggingConfigResponse { query_logging_config, location })
    })
}

/// `GetQueryLoggingConfig`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetQueryLoggingConfigRequest,
) -> Result<api::GetQueryLoggingConfigResponse, Error> {
    let log = cx.read(|view| QueryLog::own(view, cx, input.id.as_deref()))?;
    Ok(api::GetQueryLoggingConfigResponse { query_logging_config: Some(log.shape()) })
}

/// `DeleteQueryLoggingConfig`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteQueryLoggingConfigRequest,
) -> Result<api::DeleteQueryLoggingConfigResponse, Error> {
    cx.write(|tx| {
        let log = QueryLog::own(tx, cx, input.id.as_deref())?;
        tx.delete::<QueryLog>(&log.id);
        tx.emit(&Changed { kind: "QueryLoggingConfigDeleted", resource: log.id.clone() });
        Ok(api::DeleteQueryLoggingConfigResponse {})
    })
}

/// `ListQueryLoggingConfigs` of the account or of a zone, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListQueryLoggingConfigsRequest,
) -> Result<api::ListQueryLoggingConfigsResponse, Error> {
    let logs = cx.read(|view| match input.hosted_zone_id.as_deref() {
        Some(id) => zone::own(view, cx, Some(id)).map(|zone| view.listed(&QueryLog::ZONE, &zone.id)),
        None => Ok(view.listed(&QueryLog::OWNER, &home(cx))),
    })?;
    let token = Token {
        call: &["ListQueryLoggingConfigs", input.hosted_zone_id.as_deref().unwrap_or_default()],
        given: input.next_token.as_deref(),
        limit: limit(input.max_results.as_deref(), PAGE)?,
    };
    let (page, next_token) = token.page(cx, logs, |log| log.id.clone())?;
    let query_logging_configs = Some(page.iter().map(|log| log.shape()).collect());
    Ok(api::ListQueryLoggingConfigsResponse { query_logging_configs, next_token })
}
