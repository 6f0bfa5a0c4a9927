//! Records: changed in batches, listed.

mod ahead;
mod alias;
mod batch;
pub(crate) mod listing;
pub(crate) mod model;
mod parse;
pub(crate) mod rdata;
pub(crate) mod rows;
mod rules;
mod service_zone;
mod shape;

use crate::Route53;
use crate::change;
use crate::cidr::Collection;
use crate::error::Error;
use crate::event::Changed;
use crate::health_check::HealthCheck;
use crate::home::home;
use crate::zone::{self, Zone};
use batch::Applied;
use model::{Body, RecordSet, Routing};
use parse::{Action, Batch};
use ports::Cx;
use shapes_route53 as api;
use std::sync::Arc;
use store::Tx;

/// `ChangeResourceRecordSets`: all of the changes or none.
pub(crate) fn change(
    cx: &Cx,
    _svc: &Route53,
    input: api::ChangeResourceRecordSetsRequest,
) -> Result<api::ChangeResourceRecordSetsResponse, Error> {
    let given = input.change_batch.unwrap_or_default();
    let id = change::new_id(cx);
    cx.write(|tx| {
        let zone = zone::own(tx, cx, input.hosted_zone_id.as_deref())?;
        let batch = parse::read(&zone.id, given.changes.as_deref().unwrap_or_default())?;
        require_named(tx, cx, &batch)?;
        apply(tx, cx, &zone, batch)?;
        let info = change::begin(cx, tx, &id, given.comment.as_deref());
        Ok(api::ChangeResourceRecordSetsResponse { change_info: Some(info) })
    })
}

/// Carries a batch out, or tells everything that is wrong with it.
fn apply(tx: &mut Tx, cx: &Cx, zone: &Arc<Zone>, batch: Batch) -> Result<(), Error> {
    let mut applied = Applied::new(tx, zone, batch)?;
    rules::judge(tx, &mut applied)?;
    if !applied.wrong.is_empty() {
        return Err(Error::Batch(applied.wrong));
    }
    let (more, fewer) = applied.write(tx);
    let mut zone = (**zone).clone();
    zone.record_sets = (zone.record_sets + more).saturating_sub(fewer);
    tx.emit(&Changed { kind: "ResourceRecordSetsChanged", resource: zone.arn(cx) });
    tx.put(zone);
    Ok(())
}

/// What sets name has to be there.
fn require_named(tx: &Tx, cx: &Cx, batch: &Batch) -> Result<(), Error> {
    for change in batch.changes.iter().filter(|change| change.action != Action::Delete) {
        if let Some(id) = &change.set.health_check
            && tx.get::<HealthCheck>(id).is_none_or(|check| check.home != home(cx))
        {
            return Err(Error::NoCheck(id.clone()));
        }
        if let Routing::Cidr { collection, location } = &change.set.routing {
            let found = tx.get::<Collection>(collection).filter(|found| found.home == home(cx));
            let found = found.ok_or(Error::NoCollection)?;
            if location != "*" && !found.has_location(location) {
                return Err(Error::NoCidrLocation);
            }
        }
    }
    let is_policy = |set: &RecordSet| matches!(set.body, Body::Policy { .. });
    match batch.changes.iter().find(|change| is_policy(&change.set)) {
        None => Ok(()),
        Some(_) => Err(Error::Input(OF_POLICY.to_owned())),
    }
}

const OF_POLICY: &str =
    "Resource record sets that were created by a traffic policy instance cannot be changed.";
