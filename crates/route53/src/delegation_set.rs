//! Reusable delegation sets: four name servers that several zones share.

use crate::Route53;
use crate::error::Error;
use crate::event::Changed;
use crate::home::{ID_LETTERS, arn, bare_id, home, location};
use crate::listing::{PAGE, cut, limit};
use crate::zone::{Zone, draw};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use std::sync::Arc;
use store::{Index, Record, Rows};

/// A set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DelegationSet {
    /// `N` and what follows.
    id: String,
    home: String,
    reference: String,
    /// Without final dots.
    pub(crate) name_servers: Vec<String>,
}

impl Record for DelegationSet {
    const TABLE: &'static str = "route53_delegation_set";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl DelegationSet {
    pub(crate) const OWNER: Index<Self> = Index { name: "owner", keys: |set| vec![set.home.clone()] };

    /// The caller's own one.
    pub(crate) fn own(rows: &impl Rows, cx: &Cx, id: &str) -> Result<Arc<Self>, Error> {
        let set = rows.row::<Self>(id).filter(|set| set.home == home(cx));
        set.ok_or_else(|| Error::NoSet(id.to_owned()))
    }

    pub(crate) fn shape(&self) -> api::DelegationSet {
        api::DelegationSet {
            id: Some(format!("/delegationset/{}", self.id)),
            caller_reference: Some(self.reference.clone()),
            name_servers: Some(self.name_servers.clone()),
        }
    }
}

/// `CreateReusableDelegationSet`: of new name servers, or of those of a zone.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateReusableDelegationSetRequest,
) -> Result<api::CreateReusableDelegationSetResponse, Error> {
    let (id, drawn) = (format!("N{}", cx.ids().text(ID_LETTERS, 20)), draw(cx.ids()));
    let reference = input.caller_reference.unwrap_or_default();
    let zone_id = input.hosted_zone_id.as_deref().map(|id| bare_id(Some(id)));
    cx.write(|tx| {
        let home = home(cx);
        if tx.by(&DelegationSet::OWNER, &home).any(|set| set.reference == reference) {
            return Err(Error::SetExists);
        }
        let name_servers = match zone_id {
            None => drawn.clone(),
            Some(zone_id) => {
                let found = tx.row::<Zone>(zone_id).filter(|zone| zone.home == home && !zone.is_private);
                let mut zone = (*found.ok_or(Error::NoZoneForSet)?).clone();
                if zone.delegation_set.is_some() {
                    return Err(Error::SetReusable);
                }
                zone.delegation_set = Some(id.clone());
                let name_servers = zone.name_servers.clone();
                tx.put(zone);
                name_servers
            }
        };
        let set = DelegationSet { id: id.clone(), home, reference: reference.clone(), name_servers };
        tx.emit(&Changed { kind: "ReusableDelegationSetCreated", resource: arn(cx, "delegationset", &id) });
        let delegation_set = Some(set.shape());
        tx.put(set);
        let location = Some(location(&format!("delegationset/{id}")));
        Ok(api::CreateReusableDelegationSetResponse { delegation_set, location })
    })
}

/// `GetReusableDelegationSet`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetReusableDelegationSetRequest,
) -> Result<api::GetReusableDelegationSetResponse, Error> {
    let set = cx.read(|view| DelegationSet::own(view, cx, bare_id(input.id.as_deref())))?;
    Ok(api::GetReusableDelegationSetResponse { delegation_set: Some(set.shape()) })
}

/// `DeleteReusableDelegationSet`: of one that no zone uses.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteReusableDelegationSetRequest,
) -> Result<api::DeleteReusableDelegationSetResponse, Error> {
    cx.write(|tx| {
        let set = DelegationSet::own(tx, cx, bare_id(input.id.as_deref()))?;
        if tx.by(&Zone::SET, &set.id).next().is_some() {
            return Err(Error::SetInUse);
        }
        tx.delete::<DelegationSet>(&set.id);
        tx.emit(&Changed {
            kind: "ReusableDelegationSetDeleted",
            resource: arn(cx, "delegationset", &set.id),
        });
        Ok(api::DeleteReusableDelegationSetResponse {})
    })
}

/// `ListReusableDelegationSets`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListReusableDelegationSetsRequest,
) -> Result<api::ListReusableDelegationSetsResponse, Error> {
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let sets = cx.read(|view| view.listed(&DelegationSet::OWNER, &home(cx)));
    let start = bare_id(input.marker.as_deref()).to_owned();
    let page = cut(sets, |set| set.id >= start, limit);
    Ok(api::ListReusableDelegationSetsResponse {
        delegation_sets: Some(page.items.iter().map(|set| set.shape()).collect()),
        marker: Some(input.marker.unwrap_or_default()),
        is_truncated: Some(page.next.is_some()),
        next_marker: page.next.map(|set| set.id.clone()),
        max_items: Some(limit.to_string()),
    })
}

/// `GetReusableDelegationSetLimit`.
pub(crate) fn get_limit(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetReusableDelegationSetLimitRequest,
) -> Result<api::GetReusableDelegationSetLimitResponse, Error> {
    let id = bare_id(input.delegation_set_id.as_deref());
    let count = cx.read(|view| {
        DelegationSet::own(view, cx, id)?;
        Ok::<_, Error>(view.by(&Zone::SET, id).count())
    })?;
    Ok(api::GetReusableDelegationSetLimitResponse {
        limit: Some(api::ReusableDelegationSetLimit { type_: input.type_, value: Some(100) }),
        count: i64::try_from(count).ok(),
    })
}
