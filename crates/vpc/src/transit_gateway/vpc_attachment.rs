//! Networks attached to transit gateways.

use super::attachment::{self, State, TransitGatewayAttachment, VpcOptions, What, put, take_away};
use super::listing::{self, Listing};
use super::model::{switch, switched};
use super::{STEP_MILLIS, usable};
use crate::error::{Connect, Error, Kind};
use crate::event::Changed;
use crate::id::{NetworkInterfaceId, SubnetId, TransitGatewayAttachmentId};
use crate::listing::Wish;
use crate::network_interface::{self, Birth, Draw, Plan, Requester};
use crate::resource::{self, Resource, tag_set, take};
use crate::staged::step_after;
use crate::subnet::{self, Subnet};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag, transit_gateway};
use base::{Scope, Tags};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// What the interfaces' attachments call the service.
const SERVICE: &str = "amazon-aws";

/// `CreateTransitGatewayVpcAttachment`: one subnet a zone. The owner of a gateway of another account has to accept.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTransitGatewayVpcAttachmentRequest,
) -> Result<ec2::CreateTransitGatewayVpcAttachmentResult, Error> {
    let tags = tag::of_specifications(input.tag_specifications, TransitGatewayAttachment::TYPE)?;
    let gateway_id = transit_gateway::id(input.transit_gateway_id)?;
    let vpc_id = vpc::id(input.vpc_id)?;
    let subnets = subnets(input.subnet_ids)?;
    if subnets.is_empty() {
        return Err(Error::Missing("subnetIds"));
    }
    let asked = input.options.unwrap_or_default();
    let standard = VpcOptions { dns: true, group_references: true, ipv6: false, appliance: false };
    let options = options(
        standard,
        [
            asked.dns_support,
            asked.security_group_referencing_support,
            asked.ipv6_support,
            asked.appliance_mode_support,
        ],
    )?;
    let own = home::write(cx, |tx| {
        let gateway = usable(tx, cx.scope(), &gateway_id)?;
        let vpc: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
        let of = resource::key(cx.scope(), vpc.id.as_str());
        let is_twin = |own: &TransitGatewayAttachment| own.gateway_id == gateway_id && own.lasts();
        if tx.by(&TransitGatewayAttachment::VPC, &of).any(|own| is_twin(own)) {
            return Err(Connect::SameVpc(gateway_id.to_string()).into());
        }
        require_zones(tx, cx.scope(), &vpc, &subnets)?;
        let mut own = TransitGatewayAttachment {
            scope: cx.scope().clone(),
            id: TransitGatewayAttachmentId::new(cx.ids()),
            is_accepted: gateway.scope.account == cx.account() || gateway.accepts,
            gateway_scope: gateway.scope,
            gateway_id: gateway_id.clone(),
            state: State::Pending,
            what: What::Vpc {
                owner: cx.scope().clone(),
                vpc_id: vpc.id,
                subnets: subnets.iter().map(|id| (id.clone(), None)).collect(),
                options,
            },
            association: None,
            created_at: cx.now(),
            tags: tags.clone(),
        };
        if own.is_accepted {
            plug(tx, cx, &mut own)?;
        }
        step_after(tx, &own, STEP_MILLIS);
        tx.emit(&Changed { kind: "TransitGatewayAttachmentCreated", resource: own.arn() });
        put(tx, &own);
        Ok(own)
    })?;
    Ok(ec2::CreateTransitGatewayVpcAttachmentResult { transit_gateway_vpc_attachment: Some(shape(&own)) })
}

fn subnets(texts: Option<Vec<String>>) -> Result<Vec<SubnetId>, Error> {
    texts.unwrap_or_default().into_iter().map(|text| subnet::id(Some(text))).collect()
}

fn options(
    was: VpcOptions,
    [dns, groups, ipv6, appliance]: [Option<String>; 4],
) -> Result<VpcOptions, Error> {
    let options = VpcOptions {
        dns: switched("dnsSupport", dns, was.dns)?,
        group_references: switched("securityGroupReferencingSupport", groups, was.group_references)?,
        ipv6: switched("ipv6Support", ipv6, was.ipv6)?,
        appliance: switched("applianceModeSupport", appliance, was.appliance)?,
    };
    Ok(options)
}

/// Refuses subnets of other networks, and two of one zone.
fn require_zones(tx: &Tx, scope: &Scope, vpc: &Vpc, subnets: &[SubnetId]) -> Result<(), Error> {
    let mut zones = Vec::new();
    for id in subnets {
        let subnet: Subnet = take(tx, scope, id.as_str())?;
        if subnet.vpc_id != vpc.id {
            return Err(Error::NotFound(Kind::Subnet, vec![id.to_string()]));
        }
        if zones.contains(&subnet.zone.name) {
            return Err(Connect::SameZone.into());
        }
        zones.push(subnet.zone.name);
    }
    Ok(())
}

/// Makes an interface in each subnet that has none.
fn plug(tx: &mut Tx, cx: &Cx, own: &mut TransitGatewayAttachment) -> Result<(), Error> {
    let What::Vpc { owner, subnets, .. } = &mut own.what else { return Ok(()) };
    for (subnet, interface) in subnets.iter_mut().filter(|(_, interface)| interface.is_none()) {
        *interface = Some(make(tx, cx, owner, subnet, &own.id)?);
    }
    Ok(())
}

fn make(
    tx: &mut Tx,
    cx: &Cx,
    owner: &Scope,
    subnet: &SubnetId,
    attachment: &TransitGatewayAttachmentId,
) -> Result<NetworkInterfaceId, Error> {
    let birth = Birth {
        draw: Draw::new(cx.ids()),
        subnet: subnet.clone(),
        plan: Plan::default(),
        groups: Vec::new(),
        kind: "transit_gateway".to_owned(),
        description: format!("Network Interface for Transit Gateway Attachment {attachment}"),
        source_dest_check: true,
        requester: Requester { id: SERVICE.to_owned(), is_service: true },
        tags: Tags::default(),
    };
    Ok(network_interface::make_managed(tx, owner, SERVICE, birth)?.id)
}

/// `DescribeTransitGatewayVpcAttachments`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTransitGatewayVpcAttachmentsRequest,
) -> Result<ec2::DescribeTransitGatewayVpcAttachmentsResult, Error> {
    let wish = Wish {
        ids: input.transit_gateway_attachment_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let listing = Listing {
        operation: "DescribeTransitGatewayVpcAttachments",
        filters: &["state", "transit-gateway-attachment-id", "transit-gateway-id", "vpc-id"],
        keep: |what| matches!(what, What::Vpc { .. }),
    };
    let page = listing::list(cx, &listing, wish, shape)?;
    Ok(ec2::DescribeTransitGatewayVpcAttachmentsResult {
        transit_gateway_vpc_attachments: Some(page.items),
        next_token: page.next_token,
    })
}

/// The attachment of a network that a call names, by a scope that is the network's or the gateway's.
fn find(tx: &Tx, cx: &Cx, id: &TransitGatewayAttachmentId) -> Result<TransitGatewayAttachment, Error> {
    let missing = || Error::NotFound(Kind::TransitGatewayVpcAttachment, vec![id.to_string()]);
    let own = attachment::find(tx, cx.scope(), id).map_err(|_| missing())?;
    if matches!(own.what, What::Vpc { .. }) { Ok(own) } else { Err(missing()) }
}

/// The attachment that waits for the caller, who owns the gateway.
fn asked_of(tx: &Tx, cx: &Cx, id: &TransitGatewayAttachmentId) -> Result<TransitGatewayAttachment, Error> {
    let own = find(tx, cx, id)?;
    if own.state != State::PendingAcceptance || own.gateway_scope != *cx.scope() {
        return Err(Connect::State(id.to_string()).into());
    }
    Ok(own)
}

/// `AcceptTransitGatewayVpcAttachment`: by the owner of the gateway.
pub(crate) fn accept(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AcceptTransitGatewayVpcAttachmentRequest,
) -> Result<ec2::AcceptTransitGatewayVpcAttachmentResult, Error> {
    let id = attachment::id(input.transit_gateway_attachment_id)?;
    let own = home::write(cx, |tx| {
        let mut own = asked_of(tx, cx, &id)?;
        own.is_accepted = true;
        own.state = State::Pending;
        plug(tx, cx, &mut own)?;
        step_after(tx, &own, STEP_MILLIS);
        put(tx, &own);
        Ok(own)
    })?;
    Ok(ec2::AcceptTransitGatewayVpcAttachmentResult { transit_gateway_vpc_attachment: Some(shape(&own)) })
}

/// `RejectTransitGatewayVpcAttachment`: by the owner of the gateway.
pub(crate) fn reject(
    cx: &Cx,
    _svc: &Service,
    input: ec2::RejectTransitGatewayVpcAttachmentRequest,
) -> Result<ec2::RejectTransitGatewayVpcAttachmentResult, Error> {
    let id = attachment::id(input.transit_gateway_attachment_id)?;
    let own = home::write(cx, |tx| {
        let mut own = asked_of(tx, cx, &id)?;
        own.state = State::Rejecting;
        step_after(tx, &own, STEP_MILLIS);
        put(tx, &own);
        Ok(own)
    })?;
    Ok(ec2::RejectTransitGatewayVpcAttachmentResult { transit_gateway_vpc_attachment: Some(shape(&own)) })
}

/// `DeleteTransitGatewayVpcAttachment`: by either owner. Routes to it stay, as blackholes.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTransitGatewayVpcAttachmentRequest,
) -> Result<ec2::DeleteTransitGatewayVpcAttachmentResult, Error> {
    let id = attachment::id(input.transit_gateway_attachment_id)?;
    let own = home::write(cx, |tx| {
        let mut own = find(tx, cx, &id)?;
        match own.state {
            State::Available | State::PendingAcceptance => {}
            State::Deleted | State::Rejected | State::Failed => {
                return Err(Error::NotFound(Kind::TransitGatewayVpcAttachment, vec![id.to_string()]));
            }
            State::Initiating | State::Pending | State::Rejecting | State::Modifying | State::Deleting => {
                return Err(Connect::State(id.to_string()).into());
            }
        }
        own.state = State::Deleting;
        step_after(tx, &own, STEP_MILLIS);
        put(tx, &own);
        Ok(own)
    })?;
    Ok(ec2::DeleteTransitGatewayVpcAttachmentResult { transit_gateway_vpc_attachment: Some(shape(&own)) })
}

/// `ModifyTransitGatewayVpcAttachment`: other subnets, other switches; by the owner of the network.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyTransitGatewayVpcAttachmentRequest,
) -> Result<ec2::ModifyTransitGatewayVpcAttachmentResult, Error> {
    let id = attachment::id(input.transit_gateway_attachment_id)?;
    let added = subnets(input.add_subnet_ids)?;
    let removed = subnets(input.remove_subnet_ids)?;
    let asked = input.options.unwrap_or_default();
    let asked = [
        asked.dns_support,
        asked.security_group_referencing_support,
        asked.ipv6_support,
        asked.appliance_mode_support,
    ];
    let own = home::write(cx, |tx| {
        let mut own = find(tx, cx, &id)?;
        own.require_available()?;
        let What::Vpc { owner, vpc_id, subnets, options: switches } = &mut own.what else {
            return Err(Error::NotFound(Kind::TransitGatewayVpcAttachment, vec![id.to_string()]));
        };
        if *owner != *cx.scope() {
            return Err(Error::NotFound(Kind::TransitGatewayVpcAttachment, vec![id.to_string()]));
        }
        *switches = options(*switches, asked.clone())?;
        let vpc: Vpc = take(tx, owner, vpc_id.as_str())?;
        for subnet in &removed {
            let position = subnets.iter().position(|(own, _)| own == subnet);
            let position = position.ok_or_else(|| Error::NotFound(Kind::Subnet, vec![subnet.to_string()]))?;
            let (_, interface) = subnets.remove(position);
            take_away(tx, owner, interface);
        }
        subnets.extend(added.iter().map(|id| (id.clone(), None)));
        if subnets.is_empty() {
            return Err(Error::Parameter("An attachment must have at least one subnet".to_owned()));
        }
        let all: Vec<SubnetId> = subnets.iter().map(|(id, _)| id.clone()).collect();
        require_zones(tx, owner, &vpc, &all)?;
        plug(tx, cx, &mut own)?;
        own.state = State::Modifying;
        step_after(tx, &own, STEP_MILLIS);
        put(tx, &own);
        Ok(own)
    })?;
    Ok(ec2::ModifyTransitGatewayVpcAttachmentResult { transit_gateway_vpc_attachment: Some(shape(&own)) })
}

fn shape(own: &TransitGatewayAttachment) -> ec2::TransitGatewayVpcAttachment {
    let What::Vpc { owner, vpc_id, subnets, options } = &own.what else {
        return ec2::TransitGatewayVpcAttachment::default();
    };
    ec2::TransitGatewayVpcAttachment {
        transit_gateway_attachment_id: Some(own.id.to_string()),
        transit_gateway_id: Some(own.gateway_id.to_string()),
        vpc_id: Some(vpc_id.to_string()),
        vpc_owner_id: Some(owner.account.to_string()),
        state: Some(own.state.word().to_owned()),
        subnet_ids: Some(subnets.iter().map(|(id, _)| id.to_string()).collect()),
        creation_time: Some(own.created_at.into()),
        options: Some(ec2::TransitGatewayVpcAttachmentOptions {
            dns_support: switch(options.dns),
            security_group_referencing_support: switch(options.group_references),
            ipv6_support: switch(options.ipv6),
            appliance_mode_support: switch(options.appliance),
        }),
        tags: tag_set(&own.tags),
    }
}
