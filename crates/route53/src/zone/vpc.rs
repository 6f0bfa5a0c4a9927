//! The VPCs of private zones: associated by whoever owns both, or by the VPC's owner where the zone's owner let it in.

use crate::Route53;
use crate::change;
use crate::error::Error;
use crate::event::Changed;
use crate::home::{account, home};
use crate::listing::{PAGE, Token, limit};
use crate::name::Name;
use crate::zone::{Zone, any, own};
use base::{Region, Scope};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use store::{Rows, Tx};

/// VPCs of other accounts that a zone may let in.
/// Source: Route 53 Developer Guide, "Quotas".
const MOST_AUTHORIZED: usize = 1000;

/// A VPC as zones name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ZoneVpc {
    pub(crate) region: String,
    pub(crate) id: String,
}

impl ZoneVpc {
    pub(crate) fn read(given: &api::VPC) -> Result<Self, Error> {
        let (Some(region), Some(id)) = (&given.vpc_region, &given.vpc_id) else { return Err(Error::BadVpc) };
        if Region::parse(region).is_none() || !id.starts_with("vpc-") {
            return Err(Error::BadVpc);
        }
        Ok(Self { region: region.clone(), id: id.clone() })
    }

    pub(crate) fn text(&self) -> String {
        format!("{}/{}", self.region, self.id)
    }

    pub(crate) fn shape(&self) -> api::VPC {
        api::VPC { vpc_region: Some(self.region.clone()), vpc_id: Some(self.id.clone()) }
    }

    /// Whether the caller's account has it.
    fn is_known(&self, cx: &Cx, svc: &Route53, tx: &Tx) -> bool {
        Region::parse(&self.region)
            .is_some_and(|region| svc.networks.vpc(tx, &Scope::new(cx.account(), region), &self.id).is_some())
    }

    pub(crate) fn require_known(&self, cx: &Cx, svc: &Route53, tx: &Tx) -> Result<(), Error> {
        if self.is_known(cx, svc, tx) { Ok(()) } else { Err(Error::BadVpc) }
    }

    /// Refuses a second zone of one name in the VPC.
    pub(crate) fn require_no_other(&self, tx: &Tx, name: &Name) -> Result<(), Error> {
        match tx.by(&Zone::VPC, &self.text()).find(|zone| zone.name == *name) {
            None => Ok(()),
            Some(other) => Err(Error::VpcConflict {
                vpc: self.id.clone(),
                region: self.region.clone(),
                zone: other.id.clone(),
            }),
        }
    }
}

fn given(vpc: Option<&api::VPC>) -> Result<ZoneVpc, Error> {
    vpc.ok_or(Error::BadVpc).and_then(ZoneVpc::read)
}

/// `AssociateVPCWithHostedZone`.
pub(crate) fn associate(
    cx: &Cx,
    svc: &Route53,
    input: api::AssociateVPCWithHostedZoneRequest,
) -> Result<api::AssociateVPCWithHostedZoneResponse, Error> {
    let (vpc, change) = (given(input.vpc.as_ref())?, change::new_id(cx));
    cx.write(|tx| {
        let mut zone = (*any(tx, input.hosted_zone_id.as_deref())?).clone();
        if !zone.is_private {
            return Err(Error::PublicZone);
        }
        let owns_zone = zone.home == home(cx);
        match (owns_zone, vpc.is_known(cx, svc, tx)) {
            (true, true) => {}
            (false, true) if zone.authorized.contains(&vpc) => {}
            (false, false) => return Err(Error::BadVpc),
            (true, false) | (false, true) => return Err(Error::NotAuthorized(vpc.id.clone())),
        }
        vpc.require_no_other(tx, &zone.name)?;
        zone.vpcs.push(vpc.clone());
        tx.emit(&Changed { kind: "HostedZoneChanged", resource: zone.arn(cx) });
        tx.put(zone);
        let info = change::begin(cx, tx, &change, input.comment.as_deref());
        Ok(api::AssociateVPCWithHostedZoneResponse { change_info: Some(info) })
    })
}

/// `DisassociateVPCFromHostedZone`: by the owner of the zone or of the VPC.
pub(crate) fn disassociate(
    cx: &Cx,
    svc: &Route53,
    input: api::DisassociateVPCFromHostedZoneRequest,
) -> Result<api::DisassociateVPCFromHostedZoneResponse, Error> {
    let (vpc, change) = (given(input.vpc.as_ref())?, change::new_id(cx));
    cx.write(|tx| {
        let mut zone = (*any(tx, input.hosted_zone_id.as_deref())?).clone();
        if zone.home != home(cx) && !vpc.is_known(cx, svc, tx) {
            own(tx, cx, input.hosted_zone_id.as_deref())?;
        }
        if !zone.vpcs.contains(&vpc) {
            return Err(Error::NotAssociated);
        }
        if zone.vpcs.len() == 1 {
            return Err(Error::LastVpc);
        }
        zone.vpcs.retain(|other| *other != vpc);
        tx.emit(&Changed { kind: "HostedZoneChanged", resource: zone.arn(cx) });
        tx.put(zone);
        let info = change::begin(cx, tx, &change, input.comment.as_deref());
        Ok(api::DisassociateVPCFromHostedZoneResponse { change_info: Some(info) })
    })
}

/// `CreateVPCAssociationAuthorization`: of a VPC that is in yet, nothing changes.
pub(crate) fn authorize(
    cx: &Cx,
    _svc: &Route53,
    input: api::CreateVPCAssociationAuthorizationRequest,
) -> Result<api::CreateVPCAssociationAuthorizationResponse, Error> {
    let vpc = given(input.vpc.as_ref())?;
    cx.write(|tx| {
        let mut zone = (*own(tx, cx, input.hosted_zone_id.as_deref())?).clone();
        if !zone.is_private {
            return Err(Error::PublicZone);
        }
        let answer = api::CreateVPCAssociationAuthorizationResponse {
            hosted_zone_id: Some(zone.id.clone()),
            vpc: Some(vpc.shape()),
        };
        if zone.authorized.contains(&vpc) {
            return Ok(answer);
        }
        if zone.authorized.len() >= MOST_AUTHORIZED {
            return Err(Error::TooManyAuthorizations);
        }
        zone.authorized.push(vpc.clone());
        tx.emit(&Changed { kind: "HostedZoneChanged", resource: zone.arn(cx) });
        tx.put(zone);
        Ok(answer)
    })
}

/// `DeleteVPCAssociationAuthorization`: what is associated stays so.
pub(crate) fn unauthorize(
    cx: &Cx,
    _svc: &Route53,
    input: api::DeleteVPCAssociationAuthorizationRequest,
) -> Result<api::DeleteVPCAssociationAuthorizationResponse, Error> {
    let vpc = given(input.vpc.as_ref())?;
    cx.write(|tx| {
        let mut zone = (*own(tx, cx, input.hosted_zone_id.as_deref())?).clone();
        if !zone.authorized.contains(&vpc) {
            return Err(Error::NoAuthorization);
        }
        zone.authorized.retain(|other| *other != vpc);
        tx.emit(&Changed { kind: "HostedZoneChanged", resource: zone.arn(cx) });
        tx.put(zone);
        Ok(api::DeleteVPCAssociationAuthorizationResponse {})
    })
}

/// `ListVPCAssociationAuthorizations`, by Region and id.
pub(crate) fn list_authorized(
    cx: &Cx,
    _svc: &Route53,
    input: api::ListVPCAssociationAuthorizationsRequest,
) -> Result<api::ListVPCAssociationAuthorizationsResponse, Error> {
    let zone = cx.read(|view| own(view, cx, input.hosted_zone_id.as_deref()))?;
    let mut vpcs = zone.authorized.clone();
    vpcs.sort_by_key(ZoneVpc::text);
    let token = Token {
        call: &["ListVPCAssociationAuthorizations", &zone.id],
        given: input.next_token.as_deref(),
        limit: limit(input.max_results.as_deref(), PAGE)?,
    };
    let (page, next_token) = token.page(cx, vpcs, ZoneVpc::text)?;
    Ok(api::ListVPCAssociationAuthorizationsResponse {
        hosted_zone_id: Some(zone.id.clone()),
        next_token,
        vpcs: Some(page.iter().map(ZoneVpc::shape).collect()),
    })
}

/// `ListHostedZonesByVPC`: private zones of whichever account, by id.
pub(crate) fn list_zones(
    cx: &Cx,
    svc: &Route53,
    input: api::ListHostedZonesByVPCRequest,
) -> Result<api::ListHostedZonesByVPCResponse, Error> {
    let vpc = given(Some(&api::VPC { vpc_region: input.vpc_region, vpc_id: input.vpc_id }))?;
    // The port that knows VPCs looks within a transaction.
    let zones = cx.write(|tx| {
        vpc.require_known(cx, svc, tx)?;
        Ok::<_, Error>(tx.listed(&Zone::VPC, &vpc.text()))
    })?;
    let limit = limit(input.max_items.as_deref(), PAGE)?;
    let token =
        Token { call: &["ListHostedZonesByVPC", &vpc.text()], given: input.next_token.as_deref(), limit };
    let (page, next_token) = token.page(cx, zones, |zone| zone.id.clone())?;
    let summary = |zone: &std::sync::Arc<Zone>| api::HostedZoneSummary {
        hosted_zone_id: Some(zone.id.clone()),
        name: Some(zone.name.to_string()),
        owner: Some(api::HostedZoneOwner {
            owning_account: Some(account(&zone.home).to_owned()),
            owning_service: None,
        }),
    };
    Ok(api::ListHostedZonesByVPCResponse {
        hosted_zone_summaries: Some(page.iter().map(summary).collect()),
        max_items: Some(limit.to_string()),
        next_token,
    })
}
