//! Hosted zones: made, described, commented, counted, deleted.

pub(crate) mod features;
pub(crate) mod listing;
mod name_servers;
pub(crate) mod vpc;

use crate::Route53;
use crate::change;
use crate::delegation_set::DelegationSet;
use crate::dnssec::{Signing, SigningKey};
use crate::error::Error;
use crate::event::Changed;
use crate::home::{ID_LETTERS, arn, bare_id, home, location, require_own};
use crate::name::Name;
use crate::query_log::QueryLog;
use crate::record::rows;
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use std::sync::Arc;
use store::{Index, Record, Rows, Tx};
use vpc::ZoneVpc;

pub(crate) use name_servers::{draw, of_private_zones};

/// A hosted zone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Zone {
    /// `Z` and what follows.
    pub(crate) id: String,
    /// Whose it is, as [`crate::home`] writes it.
    pub(crate) home: String,
    pub(crate) name: Name,
    reference: String,
    comment: Option<String>,
    pub(crate) is_private: bool,
    /// Where a private zone answers; empty of a public one.
    pub(crate) vpcs: Vec<ZoneVpc>,
    /// VPCs of other accounts that may be associated.
    pub(crate) authorized: Vec<ZoneVpc>,
    /// The reusable delegation set it was made with, or whose servers became one.
    pub(crate) delegation_set: Option<String>,
    /// Without final dots.
    pub(crate) name_servers: Vec<String>,
    /// Sets of records in it.
    pub(crate) record_sets: u64,
    pub(crate) tags: Tags,
    pub(crate) signing: Signing,
    /// Whether accelerated recovery was asked for.
    pub(crate) is_accelerated: bool,
    pub(crate) created_at: Timestamp,
}

impl Zone {
    /// By whose it is.
    pub(crate) const OWNER: Index<Self> = Index { name: "owner", keys: |zone| vec![zone.home.clone()] };
    /// By the caller reference.
    const REFERENCE: Index<Self> =
        Index { name: "reference", keys: |zone| vec![format!("{}/{}", zone.home, zone.reference)] };
    /// By the VPCs of private zones, as `region/id`.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |zone| zone.vpcs.iter().map(ZoneVpc::text).collect() };
    /// By the reusable delegation set.
    pub(crate) const SET: Index<Self> =
        Index { name: "delegation_set", keys: |zone| zone.delegation_set.iter().cloned().collect() };

    pub(crate) fn arn(&self, cx: &Cx) -> String {
        arn(cx, "hostedzone", &self.id)
    }
}

impl Zone {
    /// The public zone of a domain that was registered.
    pub(crate) fn registered(
        id: &str,
        home: &str,
        name: &Name,
        name_servers: &[String],
        now: Timestamp,
    ) -> Self {
        Self {
            id: id.to_owned(),
            home: home.to_owned(),
            name: name.clone(),
            reference: format!("RISWorkflow-RD:{id}"),
            comment: Some("HostedZone created by Route53 Registrar".to_owned()),
            is_private: false,
            vpcs: Vec::new(),
            authorized: Vec::new(),
            delegation_set: None,
            name_servers: name_servers.to_vec(),
            record_sets: 2,
            tags: Tags::default(),
            signing: Signing::default(),
            is_accelerated: false,
            created_at: now,
        }
    }
}

/// Writes a new zone with its first two sets.
pub(crate) fn found(tx: &mut Tx, zone: Zone) {
    for record in rows::of_new_zone(&zone) {
        tx.paged().put(record);
    }
    tx.put(zone);
}

impl Record for Zone {
    const TABLE: &'static str = "route53_zone";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::REFERENCE, Self::VPC, Self::SET];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// The zone of an id, whoever owns it.
pub(crate) fn any(rows: &impl Rows, given: Option<&str>) -> Result<Arc<Zone>, Error> {
    let id = bare_id(given);
    rows.row::<Zone>(id).ok_or_else(|| Error::NoZone(id.to_owned()))
}

/// The caller's own zone of an id.
pub(crate) fn own(rows: &impl Rows, cx: &Cx, given: Option<&str>) -> Result<Arc<Zone>, Error> {
    let zone = any(rows, given)?;
    require_own(cx, &zone.home)?;
    Ok(zone)
}

/// Reads the name of a new zone. What belongs to AWS cannot be had.
///
/// AWS refuses `example.com` and its like in the same words; here they can be had, for they stand in every example.
fn read_name(given: Option<&str>) -> Result<Name, Error> {
    let given = given.unwrap_or_default();
    let bad = |_| Error::BadName(given.to_owned());
    let name = Name::parse(given).map_err(bad)?;
    if name.as_str() == "." || name.is_wildcard() {
        return Err(Error::BadName(given.to_owned()));
    }
    let aws = ["amazonaws.com.", "amazonaws.com.cn.", "awsdns.com.", "aws.amazon.com.", "cloudfront.net."];
    if aws.iter().any(|aws| Name::parse(aws).is_ok_and(|aws| name.is_within(&aws))) {
        return Err(Error::Reserved(name.bare().to_owned()));
    }
    Ok(name)
}

/// What a new zone is to be.
struct Wish {
    id: String,
    change: String,
    name: Name,
    reference: String,
    comment: Option<String>,
    vpc: Option<ZoneVpc>,
    set: Option<String>,
    drawn: Vec<String>,
}

fn wish(cx: &Cx, input: &api::CreateHostedZoneRequest) -> Result<Wish, Error> {
    let config = input.hosted_zone_config.clone().unwrap_or_default();
    let tier = config.hosted_zone_tier.as_deref().unwrap_or("STANDARD");
    if tier != "STANDARD" {
        return Err(Error::NotBuilt("A hosted zone tier"));
    }
    features::require_built(input.enable_public_dns_fallback, input.change_guardrails.as_deref())?;
    let vpc = input.vpc.as_ref().map(ZoneVpc::read).transpose()?;
    let set = input.delegation_set_id.as_deref().map(|id| bare_id(Some(id)).to_owned());
    if vpc.is_none() && config.private_zone == Some(true) {
        return Err(Error::PrivateWithoutVpc);
    }
    if vpc.is_some() && set.is_some() {
        return Err(Error::SetWithVpc);
    }
    Ok(Wish {
        id: format!("Z{}", cx.ids().text(ID_LETTERS, 20)),
        change: change::new_id(cx),
        name: read_name(input.name.as_deref())?,
        reference: input.caller_reference.clone().unwrap_or_default(),
        comment: config.comment.filter(|comment| !comment.is_empty()),
        vpc,
        set,
        drawn: draw(cx.ids()),
    })
}

/// The name servers of a new zone: those of its delegation set, the fixed ones of private zones, or drawn ones.
fn name_servers(tx: &Tx, cx: &Cx, wish: &Wish) -> Result<Vec<String>, Error> {
    if wish.vpc.is_some() {
        return Ok(of_private_zones());
    }
    let Some(id) = &wish.set else { return Ok(wish.drawn.clone()) };
    let set = DelegationSet::own(tx, cx, id)?;
    let mut beside = tx.by(&Zone::SET, id);
    if beside.any(|zone| zone.name.is_within(&wish.name) || wish.name.is_within(&zone.name)) {
        return Err(Error::SetConflict { set: id.clone(), name: wish.name.to_string() });
    }
    Ok(set.name_servers.clone())
}

/// `CreateHostedZone`: a zone with its name servers and its start of authority.
pub(crate) fn create(
    cx: &Cx,
    svc: &Route53,
    input: api::CreateHostedZoneRequest,
) -> Result<api::CreateHostedZoneResponse, Error> {
    let wish = wish(cx, &input)?;
    cx.write(|tx| {
        let home = home(cx);
        if tx.by(&Zone::REFERENCE, &format!("{home}/{}", wish.reference)).next().is_some() {
            return Err(Error::ZoneExists);
        }
        if let Some(vpc) = &wish.vpc {
            vpc.require_known(cx, svc, tx)?;
            vpc.require_no_other(tx, &wish.name)?;
        }
        let zone = Zone {
            id: wish.id.clone(),
            home,
            name: wish.name.clone(),
            reference: wish.reference.clone(),
            comment: wish.comment.clone(),
            is_private: wish.vpc.is_some(),
            vpcs: wish.vpc.iter().cloned().collect(),
            authorized: Vec::new(),
            delegation_set: wish.set.clone(),
            name_servers: name_servers(tx, cx, &wish)?,
            record_sets: 2,
            tags: Tags::default(),
            signing: Signing::default(),
            is_accelerated: false,
            created_at: cx.now(),
        };
        tx.emit(&Changed { kind: "HostedZoneCreated", resource: zone.arn(cx) });
        let info = change::begin(cx, tx, &wish.change, wish.comment.as_deref());
        let answer = api::CreateHostedZoneResponse {
            hosted_zone: Some(shape(&zone)),
            change_info: Some(info),
            delegation_set: delegation(tx, &zone),
            vpc: zone.vpcs.first().map(ZoneVpc::shape),
            location: Some(location(&format!("hostedzone/{}", zone.id))),
        };
        found(tx, zone);
        Ok(answer)
    })
}

/// `GetHostedZone`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetHostedZoneRequest,
) -> Result<api::GetHostedZoneResponse, Error> {
    cx.read(|view| {
        let zone = own(view, cx, input.id.as_deref())?;
        let vpcs = zone.vpcs.iter().map(ZoneVpc::shape).collect();
        Ok(api::GetHostedZoneResponse {
            hosted_zone: Some(shape(&zone)),
            delegation_set: delegation(view, &zone),
            vpcs: zone.is_private.then_some(vpcs),
        })
    })
}

/// `UpdateHostedZoneComment`: no comment takes the old one away.
pub(crate) fn update_comment(
    cx: &Cx,
    _svc: &Route53,
    input: api::UpdateHostedZoneCommentRequest,
) -> Result<api::UpdateHostedZoneCommentResponse, Error> {
    cx.write(|tx| {
        let mut zone = (*own(tx, cx, input.id.as_deref())?).clone();
        zone.comment = input.comment.clone().filter(|comment| !comment.is_empty());
        tx.emit(&Changed { kind: "HostedZoneChanged", resource: zone.arn(cx) });
        let hosted_zone = Some(shape(&zone));
        tx.put(zone);
        Ok(api::UpdateHostedZoneCommentResponse { hosted_zone })
    })
}

/// `DeleteHostedZone`: of one with nothing in it but what it was made with.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteHostedZoneRequest,
) -> Result<api::DeleteHostedZoneResponse, Error> {
    let change = change::new_id(cx);
    cx.write(|tx| {
        let zone = own(tx, cx, input.id.as_deref())?;
        if zone.record_sets > 2 {
            return Err(Error::ZoneHasRecords);
        }
        if !SigningKey::all(tx, &zone.id).is_empty() {
            return Err(Error::ZoneHasKeys);
        }
        rows::forget(tx, &zone)?;
        for log in tx.listed(&QueryLog::ZONE, &zone.id) {
            tx.delete::<QueryLog>(&log.key());
        }
        tx.delete::<Zone>(&zone.id);
        tx.emit(&Changed { kind: "HostedZoneDeleted", resource: zone.arn(cx) });
        let info = change::begin(cx, tx, &change, None);
        Ok(api::DeleteHostedZoneResponse { change_info: Some(info) })
    })
}

/// `GetHostedZoneCount`.
pub(crate) fn count(
    cx: &Cx,
    _svc: &Route53,
    _input: api::GetHostedZoneCountRequest,
) -> Result<api::GetHostedZoneCountResponse, Error> {
    let count = cx.read(|view| view.by(&Zone::OWNER, &home(cx)).count());
    Ok(api::GetHostedZoneCountResponse { hosted_zone_count: i64::try_from(count).ok() })
}

/// The zone as answers show it.
pub(crate) fn shape(zone: &Zone) -> api::HostedZone {
    api::HostedZone {
        id: Some(format!("/hostedzone/{}", zone.id)),
        name: Some(zone.name.to_string()),
        caller_reference: Some(zone.reference.clone()),
        config: Some(api::HostedZoneConfig {
            comment: zone.comment.clone(),
            private_zone: Some(zone.is_private),
            hosted_zone_tier: None,
        }),
        resource_record_set_count: i64::try_from(zone.record_sets).ok(),
        linked_service: None,
        features: features::shape(zone),
    }
}

/// The name servers of a public zone. Only a reusable set has an id and a reference.
fn delegation(rows: &impl Rows, zone: &Zone) -> Option<api::DelegationSet> {
    if zone.is_private {
        return None;
    }
    let set = zone.delegation_set.as_ref().and_then(|id| rows.row::<DelegationSet>(id));
    Some(match set {
        Some(set) => set.shape(),
        None => api::DelegationSet {
            id: None,
            caller_reference: None,
            name_servers: Some(zone.name_servers.clone()),
        },
    })
}
