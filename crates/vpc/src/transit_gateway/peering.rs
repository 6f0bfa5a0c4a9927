//! Transit gateways attached to each other, across accounts and Regions.

use super::attachment::{self, End, State, TransitGatewayAttachment, What, put, put_both};
use super::listing::{self, Listing};
use super::model::{TransitGateway, switch, switched};
use super::{STEP_MILLIS, usable};
use crate::error::{Connect, Error, Kind};
use crate::event::Changed;
use crate::id::TransitGatewayAttachmentId;
use crate::listing::Wish;
use crate::resource::{Resource, required, tag_set};
use crate::staged::{HOUR_MILLIS, step_after, step_at};
use crate::{Vpc as Service, home, tag, transit_gateway};
use base::{Region, Scope, Tags};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// `CreateTransitGatewayPeeringAttachment`: the other side has to accept. Across Regions both sides have the same id.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTransitGatewayPeeringAttachmentRequest,
) -> Result<ec2::CreateTransitGatewayPeeringAttachmentResult, Error> {
    let tags = tag::of_specifications(input.tag_specifications, TransitGatewayAttachment::TYPE)?;
    let gateway_id = transit_gateway::id(input.transit_gateway_id)?;
    let other_id =
        transit_gateway::id(Some(required(input.peer_transit_gateway_id, "peerTransitGatewayId")?))?;
    let account = required(input.peer_account_id, "peerAccountId")?;
    let account = account.parse().map_err(|_| {
        Error::Value("peerAccountId", account.clone(), "Account ids are twelve digits.".to_owned())
    })?;
    let region = required(input.peer_region, "peerRegion")?;
    let region = Region::parse(&region)
        .ok_or_else(|| Error::Value("peerRegion", region, "The Region does not exist.".to_owned()))?;
    let options = input.options.unwrap_or_default();
    if options.allow_multipath_resilience == Some(true) {
        return Err(Error::Parameter("Multipath resilience of attachments is not built yet".to_owned()));
    }
    let is_dynamic = switched("dynamicRouting", options.dynamic_routing, false)?;
    let peer = Scope::new(account, region);
    let own = home::write(cx, |tx| {
        let gateway = usable(tx, cx.scope(), &gateway_id)?;
        if gateway.scope != *cx.scope() {
            return Err(Error::NotFound(Kind::TransitGateway, vec![gateway_id.to_string()]));
        }
        if gateway_id == other_id {
            return Err(Error::Parameter(format!("{gateway_id} cannot be peered with itself")));
        }
        let id = TransitGatewayAttachmentId::new(cx.ids());
        let is_near = peer.region == *cx.region();
        let theirs = if is_near { TransitGatewayAttachmentId::new(cx.ids()) } else { id.clone() };
        let end = |scope: &Scope, gateway_id: &crate::id::TransitGatewayId, attachment| End {
            scope: scope.clone(),
            gateway_id: gateway_id.clone(),
            attachment,
        };
        let own = TransitGatewayAttachment {
            scope: cx.scope().clone(),
            id: id.clone(),
            gateway_scope: cx.scope().clone(),
            gateway_id: gateway_id.clone(),
            state: State::Initiating,
            is_accepted: false,
            what: What::Peering {
                requester: end(cx.scope(), &gateway_id, id),
                accepter: end(&peer, &other_id, theirs),
                is_requester: true,
                is_dynamic,
            },
            association: None,
            created_at: cx.now(),
            tags: tags.clone(),
        };
        step_after(tx, &own, STEP_MILLIS);
        tx.emit(&Changed { kind: "TransitGatewayAttachmentCreated", resource: own.arn() });
        put(tx, &own);
        Ok(own)
    })?;
    let shaped = Some(shape(&own));
    Ok(ec2::CreateTransitGatewayPeeringAttachmentResult { transit_gateway_peering_attachment: shaped })
}

/// The end of `initiatingRequest`: the other side sees it, or there is none.
pub(super) fn meet(tx: &mut Tx, own: TransitGatewayAttachment) {
    let What::Peering { requester, accepter, is_dynamic, .. } = own.what.clone() else { return };
    let found = TransitGateway::of_region(tx, &accepter.scope, &accepter.gateway_id);
    let is_there = found.is_some_and(|gateway| gateway.scope == accepter.scope && gateway.state.lasts());
    if !is_there {
        let failed = TransitGatewayAttachment { state: State::Failed, ..own };
        step_at(tx, &failed, HOUR_MILLIS);
        put(tx, &failed);
        return;
    }
    let own = TransitGatewayAttachment { state: State::PendingAcceptance, ..own };
    let theirs = TransitGatewayAttachment {
        scope: accepter.scope.clone(),
        id: accepter.attachment.clone(),
        gateway_scope: accepter.scope.clone(),
        gateway_id: accepter.gateway_id.clone(),
        what: What::Peering { requester, accepter, is_requester: false, is_dynamic },
        tags: Tags::default(),
        ..own.clone()
    };
    put(tx, &own);
    put(tx, &theirs);
}

/// `DescribeTransitGatewayPeeringAttachments`: those of both sides.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTransitGatewayPeeringAttachmentsRequest,
) -> Result<ec2::DescribeTransitGatewayPeeringAttachmentsResult, Error> {
    let wish = Wish {
        ids: input.transit_gateway_attachment_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let listing = Listing {
        operation: "DescribeTransitGatewayPeeringAttachments",
        filters: &[
            "local-owner-id",
            "remote-owner-id",
            "state",
            "transit-gateway-attachment-id",
            "transit-gateway-id",
        ],
        keep: |what| matches!(what, What::Peering { .. }),
    };
    let page = listing::list(cx, &listing, wish, shape)?;
    Ok(ec2::DescribeTransitGatewayPeeringAttachmentsResult {
        transit_gateway_peering_attachments: Some(page.items),
        next_token: page.next_token,
    })
}

fn find(tx: &Tx, cx: &Cx, id: &TransitGatewayAttachmentId) -> Result<TransitGatewayAttachment, Error> {
    let missing = || Error::NotFound(Kind::TransitGatewayPeeringAttachment, vec![id.to_string()]);
    let own = attachment::find(tx, cx.scope(), id).map_err(|_| missing())?;
    if matches!(own.what, What::Peering { .. }) { Ok(own) } else { Err(missing()) }
}

/// Lets the side that is asked decide.
fn decide(
    cx: &Cx,
    text: Option<String>,
    is_accepted: bool,
    state: State,
) -> Result<Option<ec2::TransitGatewayPeeringAttachment>, Error> {
    let id = attachment::id(text)?;
    let own = home::write(cx, |tx| {
        let own = find(tx, cx, &id)?;
        let is_asked = matches!(own.what, What::Peering { is_requester: false, .. });
        if own.state != State::PendingAcceptance || !is_asked {
            return Err(Connect::State(id.to_string()).into());
        }
        let own = TransitGatewayAttachment { is_accepted, state, ..own };
        step_after(tx, &own, STEP_MILLIS);
        put_both(tx, &own);
        Ok(own)
    })?;
    Ok(Some(shape(&own)))
}

/// `AcceptTransitGatewayPeeringAttachment`.
pub(crate) fn accept(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AcceptTransitGatewayPeeringAttachmentRequest,
) -> Result<ec2::AcceptTransitGatewayPeeringAttachmentResult, Error> {
    let own = decide(cx, input.transit_gateway_attachment_id, true, State::Pending)?;
    Ok(ec2::AcceptTransitGatewayPeeringAttachmentResult { transit_gateway_peering_attachment: own })
}

/// `RejectTransitGatewayPeeringAttachment`.
pub(crate) fn reject(
    cx: &Cx,
    _svc: &Service,
    input: ec2::RejectTransitGatewayPeeringAttachmentRequest,
) -> Result<ec2::RejectTransitGatewayPeeringAttachmentResult, Error> {
    let own = decide(cx, input.transit_gateway_attachment_id, false, State::Rejecting)?;
    Ok(ec2::RejectTransitGatewayPeeringAttachmentResult { transit_gateway_peering_attachment: own })
}

/// `DeleteTransitGatewayPeeringAttachment`: by either side.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTransitGatewayPeeringAttachmentRequest,
) -> Result<ec2::DeleteTransitGatewayPeeringAttachmentResult, Error> {
    let id = attachment::id(input.transit_gateway_attachment_id)?;
    let own = home::write(cx, |tx| {
        let mut own = find(tx, cx, &id)?;
        if !matches!(own.state, State::Available | State::PendingAcceptance) {
            return Err(Connect::State(id.to_string()).into());
        }
        own.state = State::Deleting;
        step_after(tx, &own, STEP_MILLIS);
        put_both(tx, &own);
        Ok(own)
    })?;
    let shaped = Some(shape(&own));
    Ok(ec2::DeleteTransitGatewayPeeringAttachmentResult { transit_gateway_peering_attachment: shaped })
}

fn shape(own: &TransitGatewayAttachment) -> ec2::TransitGatewayPeeringAttachment {
    let What::Peering { requester, accepter, is_dynamic, .. } = &own.what else {
        return ec2::TransitGatewayPeeringAttachment::default();
    };
    let end = |end: &End| ec2::PeeringTgwInfo {
        transit_gateway_id: Some(end.gateway_id.to_string()),
        owner_id: Some(end.scope.account.to_string()),
        region: Some(end.scope.region.to_string()),
        ..ec2::PeeringTgwInfo::default()
    };
    // Within a Region the two attachments have ids of their own.
    let theirs = (requester.attachment != accepter.attachment).then(|| accepter.attachment.to_string());
    ec2::TransitGatewayPeeringAttachment {
        transit_gateway_attachment_id: Some(own.id.to_string()),
        accepter_transit_gateway_attachment_id: theirs,
        requester_tgw_info: Some(end(requester)),
        accepter_tgw_info: Some(end(accepter)),
        options: Some(ec2::TransitGatewayPeeringAttachmentOptions {
            dynamic_routing: switch(*is_dynamic),
            ..ec2::TransitGatewayPeeringAttachmentOptions::default()
        }),
        status: Some(ec2::PeeringAttachmentStatus { code: Some(own.state.word().to_owned()), message: None }),
        state: Some(own.state.word().to_owned()),
        creation_time: Some(own.created_at.into()),
        tags: tag_set(&own.tags),
    }
}
