//! Transit gateways. Nothing shares them between accounts: every account of the world may attach its networks to one
//! whose id it knows, and the owner accepts.

mod attachment;
mod listing;
mod model;
mod peering;
mod reference;
mod route;
mod search;
mod table;
mod vpc_attachment;

pub(crate) use attachment::{TransitGatewayAttachment, What, attach_vpn, end_vpn};
pub(crate) use listing::{connects, describe as describe_attachments, multicast_domains};
pub(crate) use model::TransitGateway;
pub(crate) use peering::{
    accept as accept_peering, create as create_peering, delete as delete_peering,
    describe as describe_peerings, reject as reject_peering,
};
pub(crate) use reference::{
    create as create_reference, delete as delete_reference, get as get_references, modify as modify_reference,
};
pub(crate) use route::{
    Leads, create as create_route, delete as delete_route, replace as replace_route, routes,
};
pub(crate) use search::search;
pub(crate) use table::{
    TransitGatewayRouteTable, associate, associations, attachment_propagations, create as create_table,
    delete as delete_table, describe as describe_tables, disable_propagation, disassociate,
    enable_propagation, propagations,
};
pub(crate) use vpc_attachment::{
    accept as accept_vpc, create as create_vpc, delete as delete_vpc, describe as describe_vpcs,
    modify as modify_vpc, reject as reject_vpc,
};

use crate::error::{Connect, Error, Kind};
use crate::event::Changed;
use crate::id::{TransitGatewayId, TransitGatewayRouteTableId};
use crate::listing::Wish;
use crate::resource::{Resource, Scope, required, tag_set, take};
use crate::staged::step_after;
use crate::{Vpc as Service, home, tag, vpc, vpn_gateway};
use base::{Ipv4Block, Tags};
use model::{Life, switch, switched};
use ports::Cx;
use shapes_ec2 as ec2;
use store::{Rows, Tx};

/// How long AWS makes, changes or ends what belongs to transit gateways, in milliseconds.
const STEP_MILLIS: u32 = 60_000;
/// Blocks of a gateway at the most.
const MOST_BLOCKS: usize = 5;

/// `CreateTransitGateway`: with a route table where it has a default one.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTransitGatewayRequest,
) -> Result<ec2::CreateTransitGatewayResult, Error> {
    let tags = tag::of_specifications(input.tag_specifications, TransitGateway::TYPE)?;
    let options = input.options.unwrap_or_default();
    let blocks = blocks(options.transit_gateway_cidr_blocks.unwrap_or_default())?;
    let asked = TransitGateway {
        scope: cx.scope().clone(),
        id: TransitGatewayId::new(cx.ids()),
        state: Life::Pending,
        description: input.description,
        asn: vpn_gateway::amazon_asn(options.amazon_side_asn)?,
        blocks,
        accepts: switched("autoAcceptSharedAttachments", options.auto_accept_shared_attachments, false)?,
        associates: switched("defaultRouteTableAssociation", options.default_route_table_association, true)?,
        association_table: None,
        propagates: switched("defaultRouteTablePropagation", options.default_route_table_propagation, true)?,
        propagation_table: None,
        has_ecmp: switched("vpnEcmpSupport", options.vpn_ecmp_support, true)?,
        has_dns: switched("dnsSupport", options.dns_support, true)?,
        has_group_references: switched(
            "securityGroupReferencingSupport",
            options.security_group_referencing_support,
            false,
        )?,
        has_multicast: switched("multicastSupport", options.multicast_support, false)?,
        created_at: cx.now(),
        tags,
    };
    let gateway = home::write(cx, |tx| {
        let mut gateway = asked.clone();
        if gateway.associates || gateway.propagates {
            let table = table::make(tx, cx, &gateway, Tags::default());
            gateway.association_table = Some(table.id.clone()).filter(|_| gateway.associates);
            gateway.propagation_table = Some(table.id).filter(|_| gateway.propagates);
        }
        step_after(tx, &gateway, STEP_MILLIS);
        tx.emit(&Changed { kind: "TransitGatewayCreated", resource: gateway.arn() });
        tx.put(gateway.clone());
        Ok(gateway)
    })?;
    Ok(ec2::CreateTransitGatewayResult { transit_gateway: Some(shape(&gateway)) })
}

/// The blocks of a gateway: /24 or larger, and not link-local.
fn blocks(texts: Vec<String>) -> Result<Vec<String>, Error> {
    let name = "transitGatewayCidrBlocks";
    if texts.len() > MOST_BLOCKS {
        let reason = "A transit gateway has at most 5 CIDR blocks.".to_owned();
        return Err(Error::Value(name, texts.join(", "), reason));
    }
    let read = |text: String| {
        let block: Ipv4Block = text.parse().map_err(|_| vpc::not_a_block(name, &text))?;
        if block.prefix() > 24 || block.network().is_link_local() {
            let reason = "It must be a /24 or larger, outside of 169.254.0.0/16.".to_owned();
            return Err(Error::Value(name, text, reason));
        }
        Ok(block.to_string())
    };
    texts.into_iter().map(read).collect()
}

/// `DescribeTransitGateways`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTransitGatewaysRequest,
) -> Result<ec2::DescribeTransitGatewaysResult, Error> {
    let wish = Wish {
        ids: input.transit_gateway_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page =
        crate::listing::list(cx, "DescribeTransitGateways", wish, |_, row: &TransitGateway| shape(row))?;
    Ok(ec2::DescribeTransitGatewaysResult { transit_gateways: Some(page.items), next_token: page.next_token })
}

/// `ModifyTransitGateway`.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyTransitGatewayRequest,
) -> Result<ec2::ModifyTransitGatewayResult, Error> {
    let id = id(input.transit_gateway_id)?;
    let options = input.options.unwrap_or_default();
    if options.encryption_support.is_some_and(|own| own != "disable") {
        return Err(Error::Parameter("Encryption of transit gateways is not built yet".to_owned()));
    }
    let added = blocks(options.add_transit_gateway_cidr_blocks.unwrap_or_default())?;
    let removed = blocks(options.remove_transit_gateway_cidr_blocks.unwrap_or_default())?;
    let asn = options.amazon_side_asn.map(|asn| vpn_gateway::amazon_asn(Some(asn))).transpose()?;
    let table_of = |text: &Option<String>| text.clone().map(|text| table::id(Some(text))).transpose();
    let association = table_of(&options.association_default_route_table_id)?;
    let propagation = table_of(&options.propagation_default_route_table_id)?;
    let gateway = home::write(cx, |tx| {
        let mut own: TransitGateway = take(tx, cx.scope(), id.as_str())?;
        if own.state != Life::Available {
            return Err(Connect::State(id.to_string()).into());
        }
        let on = |name, given: &Option<String>, was| switched(name, given.clone(), was);
        own.accepts =
            on("autoAcceptSharedAttachments", &options.auto_accept_shared_attachments, own.accepts)?;
        own.associates =
            on("defaultRouteTableAssociation", &options.default_route_table_association, own.associates)?;
        own.propagates =
            on("defaultRouteTablePropagation", &options.default_route_table_propagation, own.propagates)?;
        own.has_ecmp = on("vpnEcmpSupport", &options.vpn_ecmp_support, own.has_ecmp)?;
        own.has_dns = on("dnsSupport", &options.dns_support, own.has_dns)?;
        own.has_group_references = on(
            "securityGroupReferencingSupport",
            &options.security_group_referencing_support,
            own.has_group_references,
        )?;
        own.asn = asn.unwrap_or(own.asn);
        own.description = input.description.clone().or(own.description);
        own.blocks.retain(|block| !removed.contains(block));
        own.blocks
            .extend(added.iter().filter(|block| !own.blocks.contains(block)).cloned().collect::<Vec<_>>());
        own.association_table =
            default_table(tx, cx.scope(), &own.id, &association)?.or(own.association_table);
        own.propagation_table =
            default_table(tx, cx.scope(), &own.id, &propagation)?.or(own.propagation_table);
        own.state = Life::Modifying;
        step_after(tx, &own, STEP_MILLIS);
        tx.emit(&Changed { kind: "TransitGatewayChanged", resource: own.arn() });
        tx.put(own.clone());
        Ok(own)
    })?;
    Ok(ec2::ModifyTransitGatewayResult { transit_gateway: Some(shape(&gateway)) })
}

/// A table of the gateway that is to be a default one.
fn default_table(
    tx: &Tx,
    scope: &Scope,
    gateway: &TransitGatewayId,
    asked: &Option<TransitGatewayRouteTableId>,
) -> Result<Option<TransitGatewayRouteTableId>, Error> {
    let Some(id) = asked else { return Ok(None) };
    let found = table::there(tx, scope, id)?;
    if found.gateway_id != *gateway {
        return Err(Error::NotFound(Kind::TransitGatewayRouteTable, vec![id.to_string()]));
    }
    Ok(Some(found.id))
}

/// `DeleteTransitGateway`: not while anything is attached. Its route tables go with it.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTransitGatewayRequest,
) -> Result<ec2::DeleteTransitGatewayResult, Error> {
    let id = id(input.transit_gateway_id)?;
    let gateway = home::write(cx, |tx| {
        let mut gateway: TransitGateway = take(tx, cx.scope(), id.as_str())?;
        if !gateway.state.lasts() {
            return Err(Connect::State(id.to_string()).into());
        }
        let attached = tx.listed(&TransitGatewayAttachment::GATEWAY, id.as_str());
        if let Some(first) = attached.iter().find(|own| own.lasts()) {
            let alike = attached.iter().filter(|own| own.lasts() && own.word() == first.word());
            let ids: Vec<&str> = alike.map(|own| own.id.as_str()).collect();
            let kind = match first.what {
                What::Vpc { .. } => "VPC",
                What::Vpn { .. } => "VPN",
                What::Peering { .. } => "Transit Gateway Cross Region Peering",
            };
            return Err(Connect::HasAttachments(id.to_string(), kind, ids.join(", ")).into());
        }
        for table in tx.listed(&TransitGatewayRouteTable::GATEWAY, id.as_str()) {
            if table.state.lasts() {
                table::end(tx, &table);
            }
        }
        gateway.state = Life::Deleting;
        step_after(tx, &gateway, STEP_MILLIS);
        tx.emit(&Changed { kind: "TransitGatewayChanged", resource: gateway.arn() });
        tx.put(gateway.clone());
        Ok(gateway)
    })?;
    Ok(ec2::DeleteTransitGatewayResult { transit_gateway: Some(shape(&gateway)) })
}

/// A gateway's id.
pub(crate) fn id(text: Option<String>) -> Result<TransitGatewayId, Error> {
    let text = required(text, "transitGatewayId")?;
    TransitGatewayId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::TransitGateway, error.given, error.prefix))
}

/// A gateway of the Region, whoever owns it, that can be used.
fn usable(rows: &impl Rows, scope: &Scope, id: &TransitGatewayId) -> Result<TransitGateway, Error> {
    let found = TransitGateway::of_region(rows, scope, id).filter(|own| own.state.lasts());
    let found = found.ok_or_else(|| Error::NotFound(Kind::TransitGateway, vec![id.to_string()]))?;
    match found.state {
        Life::Available | Life::Modifying => Ok((*found).clone()),
        Life::Pending | Life::Deleting | Life::Deleted => Err(Connect::State(id.to_string()).into()),
    }
}

fn shape(own: &TransitGateway) -> ec2::TransitGateway {
    let table = |is_on: bool, own: &Option<TransitGatewayRouteTableId>| {
        own.as_ref().filter(|_| is_on).map(ToString::to_string)
    };
    ec2::TransitGateway {
        transit_gateway_id: Some(own.id.to_string()),
        transit_gateway_arn: Some(own.arn()),
        state: Some(own.state.word().to_owned()),
        owner_id: Some(own.scope.account.to_string()),
        description: own.description.clone(),
        creation_time: Some(own.created_at.into()),
        options: Some(ec2::TransitGatewayOptions {
            amazon_side_asn: Some(own.asn),
            transit_gateway_cidr_blocks: Some(own.blocks.clone()).filter(|blocks| !blocks.is_empty()),
            auto_accept_shared_attachments: switch(own.accepts),
            default_route_table_association: switch(own.associates),
            association_default_route_table_id: table(own.associates, &own.association_table),
            default_route_table_propagation: switch(own.propagates),
            propagation_default_route_table_id: table(own.propagates, &own.propagation_table),
            vpn_ecmp_support: switch(own.has_ecmp),
            dns_support: switch(own.has_dns),
            security_group_referencing_support: switch(own.has_group_references),
            multicast_support: switch(own.has_multicast),
            ..ec2::TransitGatewayOptions::default()
        }),
        tags: tag_set(&own.tags),
    }
}
