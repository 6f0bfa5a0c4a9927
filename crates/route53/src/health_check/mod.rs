//! Health checks: made, changed, counted, deleted, and what is known of what they watch.

mod config;
pub(crate) mod status;

use crate::Route53;
use crate::error::Error;
use crate::event::Changed;
use crate::home::{arn, home, location};
use crate::listing::{PAGE, cut, limit};
use base::Tags;
use config::Config;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use std::sync::Arc;
use store::{Index, Record, Rows, Tx};

/// A health check.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    id: String,
    pub(crate) home: String,
    reference: String,
    config: Config,
    /// Counts its changes.
    version: i64,
    pub(crate) tags: Tags,
}

impl Record for HealthCheck {
    const TABLE: &'static str = "route53_health_check";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl HealthCheck {
    pub(crate) const OWNER: Index<Self> = Index { name: "owner", keys: |check| vec![check.home.clone()] };

    pub(crate) fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let id = id.unwrap_or_default();
        let found = rows.row::<Self>(id).filter(|found| found.home == home(cx));
        found.ok_or_else(|| Error::NoCheck(id.to_owned()))
    }

    fn shape(&self) -> api::HealthCheck {
        api::HealthCheck {
            id: Some(self.id.clone()),
            caller_reference: Some(self.reference.clone()),
            linked_service: None,
            health_check_config: Some(self.config.shape()),
            health_check_version: Some(self.version),
            // CloudWatch is not built: there is no alarm to show.
            cloud_watch_alarm_configuration: None,
        }
    }
}

/// A caller reference that was used. It outlives its health check: AWS takes none twice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reference {
    home: String,
    reference: String,
    check: String,
}

impl Record for Reference {
    const TABLE: &'static str = "route53_health_check_reference";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.home, &self.reference)
    }
}

impl Reference {
    fn key_of(home: &str, reference: &str) -> String {
        format!("{home}/{reference}")
    }
}

/// `CreateHealthCheck`: the same reference and the same settings answer the same health check.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateHealthCheckRequest,
) -> Result<api::CreateHealthCheckResponse, Error> {
    let config = Config::read(&input.health_check_config.unwrap_or_default())?;
    let reference = input.caller_reference.unwrap_or_default();
    let id = cx.ids().uuid();
    let check = cx.write(|tx| {
        let home = home(cx);
        if let Some(used) = tx.get::<Reference>(&Reference::key_of(&home, &reference)) {
            let found = tx.get::<HealthCheck>(&used.check).filter(|check| check.config == config);
            return found.ok_or(Error::CheckExists);
        }
        require_children(tx, cx, &config)?;
        let check = HealthCheck {
            id: id.clone(),
            home: home.clone(),
            reference: reference.clone(),
            config: config.clone(),
            version: 1,
            tags: Tags::default(),
        };
        tx.put(Reference { home, reference: reference.clone(), check: id.clone() });
        tx.emit(&Changed { kind: "HealthCheckCreated", resource: arn(cx, "healthcheck", &id) });
        tx.put(check.clone());
        Ok(Arc::new(check))
    })?;
    Ok(api::CreateHealthCheckResponse {
        health_check: Some(check.shape()),
        location: Some(location(&format!("healthcheck/{}", check.id))),
    })
}

/// The health checks that one is calculated of have to be there, and are not calculated themselves.
fn require_children(tx: &Tx, cx: &Cx, config: &Config) -> Result<(), Error> {
    for id in &config.children {
        let child = HealthCheck::own(tx, cx, Some(id))?;
        if child.config.is_calculated() {
            let sentence = "Invalid parameter : Calculated health checks must not have calculated health checks as children.";
            return Err(Error::Input(sentence.to_owned()));
        }
    }
    Ok(())
}

/// `GetHealthCheck`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetHealthCheckRequest,
) -> Result<api::GetHealthCheckResponse, Error> {
    let check = cx.read(|view| HealthCheck::own(view, cx, input.health_check_id.as_deref()))?;
    Ok(api::GetHealthCheckResponse { health_check: Some(check.shape()) })
}

/// `UpdateHealthCheck`: what is not given stays as it is.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Route53,
    input: api::UpdateHealthCheckRequest,
) -> Result<api::UpdateHealthCheckResponse, Error> {
    cx.write(|tx| {
        let mut check = (*HealthCheck::own(tx, cx, input.health_check_id.as_deref())?).clone();
        if input.health_check_version.is_some_and(|version| version != check.version) {
            return Err(Error::CheckVersion);
        }
        check.config = check.config.changed(&input)?;
        require_children(tx, cx, &check.config)?;
        check.version += 1;
        tx.emit(&Changed { kind: "HealthCheckChanged", resource: arn(cx, "healthcheck", &check.id) });
        let health_check = Some(check.shape());
        tx.put(check);
        Ok(api::UpdateHealthCheckResponse { health_check })
    })
}

/// `DeleteHealthCheck`: records may still name it.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteHealthCheckRequest,
) -> Result<api::DeleteHealthCheckResponse, Error> {
    cx.write(|tx| {
        let check = HealthCheck::own(tx, cx, input.health_check_id.as_deref())?;
        tx.delete::<HealthCheck>(&check.id);
        tx.emit(&Changed { kind: "HealthCheckDeleted", resource: arn(cx, "healthcheck", &check.id) });
        Ok(api::DeleteHealthCheckResponse {})
    })
}

/// `ListHealthChecks`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListHealthChecksRequest,
) -> Result<api::ListHealthChecksResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let checks = cx.read(|view| view.listed(&HealthCheck::OWNER, &home(cx)));
    let start = input.marker.clone().unwrap_or_default();
    let page = cut(checks, |check| check.id >= start, limit);
    Ok(api::ListHealthChecksResponse {
        health_checks: Some(page.items.iter().map(|check| check.shape()).collect()),
        marker: Some(start),
        is_truncated: Some(page.next.is_some()),
        next_marker: page.next.map(|check| check.id.clone()),
        max_items: Some(limit.to_string()),
    })
}

/// `GetHealthCheckCount`.
pub(crate) fn count(
    cx: &Cx,
    _svc: &Route53,
    _input: api::GetHealthCheckCountRequest,
) -> Result<api::GetHealthCheckCountResponse, Error> {
    let count = cx.read(|view| view.by(&HealthCheck::OWNER, &home(cx)).count());
    Ok(api::GetHealthCheckCountResponse { health_check_count: i64::try_from(count).ok() })
}
