//! Domains that are given up, and had back. Where the registry gives a domain back, its name stays taken for a while: that is
//! a deadline of the world's time, whatever the pace.

use super::Domains;
use super::domain::{Domain, absent, canonical};
use super::operation::{REGISTRY_MILLIS, State, begin, end};
use super::register::years_after;
use super::tld;
use crate::error::DomainsError as Error;
use crate::event::Changed;
use crate::home::home;
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53domains as domains_api;
use std::sync::Arc;
use store::{Job, JobError, Record, Tx};

/// Milliseconds of a day.
pub(super) const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// `DeleteDomain`: where the registry lets it be done. The hosted zone stays.
pub(super) fn delete(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::DeleteDomainRequest,
) -> Result<domains_api::DeleteDomainResponse, Error> {
    let id = cx.ids().uuid();
    cx.write(|tx| {
        let domain = Domain::own(tx, cx, input.domain_name.as_deref())?;
        tld::require(&domain.name, |tld| tld.is_deletable)?;
        begin(tx, cx, &id, (&domain.name, "DELETE_DOMAIN"))?;
        let leave = Leave { operation: id.clone(), key: domain.key(), home: domain.home.clone() };
        tx.after(REGISTRY_MILLIS, leave);
        Ok::<_, Error>(())
    })?;
    Ok(domains_api::DeleteDomainResponse { operation_id: Some(id) })
}

/// The registry has taken a domain out.
#[derive(Serialize, Deserialize)]
pub(super) struct Leave {
    operation: String,
    key: String,
    /// Who gave it up; empty in jobs of old, which took it from whoever had it.
    #[serde(default)]
    home: String,
}

impl Job for Leave {
    const KIND: &'static str = "route53_domains.delete";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let is_own = |found: &Arc<Domain>| self.home.is_empty() || found.home == self.home;
        let Some(domain) = tx.get::<Domain>(&self.key).filter(is_own) else {
            end(tx, &self.operation, State::Failed, Some("The domain is not there."));
            return Ok(());
        };
        tx.emit(&Changed { kind: "DomainDeleted", resource: domain.name.clone() });
        if let Some(offer) = &domain.offer {
            end(tx, &offer.operation, State::Failed, Some("The domain was deleted."));
        }
        let days = tld::split(&domain.name).map_or(0, |(_, tld)| tld.restorable_days);
        if days > 0 {
            let until = tx.now().plus_millis(days * DAY_MILLIS);
            tx.put(Domain { restorable_until: Some(until), offer: None, ..(*domain).clone() });
            tx.at(until, &Forget { key: self.key, until });
        } else {
            tx.delete::<Domain>(&self.key);
        }
        end(tx, &self.operation, State::Successful, None);
        Ok(())
    }
}

/// The registry gives the name to others.
#[derive(Serialize, Deserialize)]
pub(super) struct Forget {
    key: String,
    until: Timestamp,
}

impl Job for Forget {
    const KIND: &'static str = "route53_domains.forget";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        // It may have been had back, and deleted again.
        if tx.get::<Domain>(&self.key).is_some_and(|own| own.restorable_until == Some(self.until)) {
            tx.delete::<Domain>(&self.key);
        }
        Ok(())
    }
}

/// `RestoreDomain`: for whoever had it. Nothing is charged, so no price is above what was agreed to.
pub(super) fn restore(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::RestoreDomainRequest,
) -> Result<domains_api::RestoreDomainResponse, Error> {
    let (id, name) = (cx.ids().uuid(), canonical(input.domain_name.as_deref().unwrap_or_default()));
    cx.write(|tx| {
        let is_gone = |found: &Arc<Domain>| found.home == home(cx) && found.restorable_until.is_some();
        let domain = Domain::any(tx, cx, &name).filter(is_gone).ok_or_else(|| absent(cx, &name))?;
        begin(tx, cx, &id, (&name, "RESTORE_DOMAIN"))?;
        tx.after(REGISTRY_MILLIS, Return { operation: id.clone(), key: domain.key() });
        Ok::<_, Error>(())
    })?;
    Ok(domains_api::RestoreDomainResponse { operation_id: Some(id) })
}

/// The registry has given a domain back.
#[derive(Serialize, Deserialize)]
pub(super) struct Return {
    operation: String,
    key: String,
}

impl Job for Return {
    const KIND: &'static str = "route53_domains.restore";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(domain) = tx.get::<Domain>(&self.key) else {
            end(tx, &self.operation, State::Failed, Some("The domain cannot be restored any more."));
            return Ok(());
        };
        let mut domain = (*domain).clone();
        domain.restorable_until = None;
        // One that ran out meanwhile has a new year before it.
        if domain.expires_at.millis_since(tx.now()) < 0 {
            domain.expires_at = years_after(tx.now(), 1);
        }
        domain.updated_at = tx.now();
        tx.emit(&Changed { kind: "DomainRestored", resource: domain.name.clone() });
        tx.put(domain);
        end(tx, &self.operation, State::Successful, None);
        Ok(())
    }
}
