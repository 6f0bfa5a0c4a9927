//! Routes of transit gateways: those that are listed, and those that attached networks tell.

use super::attachment::{self, TransitGatewayAttachment, What};
use super::table::{self, Listed, TransitGatewayRouteTable};
use crate::error::{Connect, Error, Kind};
use crate::id::{TransitGatewayAttachmentId, TransitGatewayRouteTableId};
use crate::prefix_list;
use crate::resource::{self, required};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home};
use base::{Ipv4Block, Scope};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Rows, Tx};

/// A route as it is looked up: where to, by which attachments, whether it was listed.
pub(crate) struct Leads {
    pub(crate) to: Ipv4Block,
    /// None where packets are dropped.
    pub(crate) by: Vec<Arc<TransitGatewayAttachment>>,
    pub(crate) is_listed: bool,
    /// The prefix list that it comes from.
    pub(crate) list: Option<String>,
    /// Whether packets are dropped, or the attachment has gone.
    pub(crate) is_blackhole: bool,
}

/// All routes of a table, by destination: a listed one hides those of prefix lists, and these those that are told. Source:
/// transit gateways guide, "Route evaluation order".
pub(crate) fn routes(rows: &impl Rows, table: &TransitGatewayRouteTable) -> Vec<Leads> {
    let find = |id: &TransitGatewayAttachmentId| {
        rows.row::<TransitGatewayAttachment>(&resource::key(&table.scope, id.as_str()))
    };
    let mut all: Vec<Leads> = Vec::new();
    for listed in &table.routes {
        let by = listed.by.as_ref().and_then(find);
        let is_blackhole = !by.as_ref().is_some_and(|own| own.works());
        let by = by.into_iter().collect();
        all.push(Leads { to: listed.to, by, is_listed: true, list: None, is_blackhole });
    }
    for reference in &table.references {
        let by = reference.by.as_ref().and_then(find);
        let is_blackhole = !by.as_ref().is_some_and(|own| own.works());
        let list = prefix_list::find(rows, &table.scope, &reference.list);
        let blocks = list.map(|list| list.blocks()).unwrap_or_default();
        for to in blocks.iter().filter_map(|block| block.parse().ok()) {
            if all.iter().all(|lead| lead.to != to) {
                let (by, list) = (by.iter().cloned().collect(), Some(reference.list.clone()));
                all.push(Leads { to, by, is_listed: true, list, is_blackhole });
            }
        }
    }
    for own in table.propagations.iter().filter_map(find).filter(|own| own.works()) {
        for to in told(rows, &own) {
            match all.iter_mut().find(|lead| lead.to == to) {
                Some(lead) if !lead.is_listed => lead.by.push(own.clone()),
                Some(_) => {}
                None => {
                    let by = vec![own.clone()];
                    all.push(Leads { to, by, is_listed: false, list: None, is_blackhole: false });
                }
            }
        }
    }
    all.sort_by_key(|lead| (lead.to.network(), lead.to.prefix()));
    all
}

/// What an attachment tells: the blocks of its network. A VPN connection tells nothing while its tunnels are down.
fn told(rows: &impl Rows, own: &TransitGatewayAttachment) -> Vec<Ipv4Block> {
    match &own.what {
        What::Vpc { owner, vpc_id, .. } => {
            let vpc = rows.row::<Vpc>(&resource::key(owner, vpc_id.as_str()));
            vpc.map(|vpc| vpc.blocks().collect()).unwrap_or_default()
        }
        What::Vpn { .. } | What::Peering { .. } => Vec::new(),
    }
}

/// What a call says of a route.
struct Call {
    table: TransitGatewayRouteTableId,
    to: Ipv4Block,
    by: Option<TransitGatewayAttachmentId>,
}

fn call(
    table: Option<String>,
    to: Option<String>,
    attachment: Option<String>,
    is_blackhole: Option<bool>,
) -> Result<Call, Error> {
    let table = table::id(table)?;
    let to = destination(to)?;
    let by = way(attachment, is_blackhole)?;
    Ok(Call { table, to, by })
}

/// An attachment, or none for a blackhole; exactly one of the two.
pub(super) fn way(
    attachment: Option<String>,
    is_blackhole: Option<bool>,
) -> Result<Option<TransitGatewayAttachmentId>, Error> {
    match (attachment, is_blackhole == Some(true)) {
        (Some(_), true) => Err(Error::Combination(
            "The parameter TransitGatewayAttachmentId cannot be used with the parameter Blackhole".to_owned(),
        )),
        (Some(text), false) => Ok(Some(attachment::id(Some(text))?)),
        (None, true) => Ok(None),
        (None, false) => Err(Error::Missing("transitGatewayAttachmentId")),
    }
}

fn destination(text: Option<String>) -> Result<Ipv4Block, Error> {
    let text = required(text, "destinationCidrBlock")?;
    text.parse().map_err(|_| vpc::not_a_block("destinationCidrBlock", &text))
}

/// Refuses ways that are none of the table's gateway.
pub(super) fn require_way(
    tx: &Tx,
    scope: &Scope,
    table: &TransitGatewayRouteTable,
    by: Option<&TransitGatewayAttachmentId>,
) -> Result<(), Error> {
    let Some(id) = by else { return Ok(()) };
    let own = attachment::find(tx, scope, id)?;
    if own.gateway_scope != *scope || own.gateway_id != table.gateway_id {
        return Err(Error::NotFound(Kind::TransitGatewayAttachment, vec![id.to_string()]));
    }
    Ok(own.require_available()?)
}

/// `CreateTransitGatewayRoute`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTransitGatewayRouteRequest,
) -> Result<ec2::CreateTransitGatewayRouteResult, Error> {
    let call = call(
        input.transit_gateway_route_table_id,
        input.destination_cidr_block,
        input.transit_gateway_attachment_id,
        input.blackhole,
    )?;
    let route = change(cx, &call, |table| {
        if table.routes.iter().any(|route| route.to == call.to) {
            return Err(Connect::TransitRouteExists(call.to.to_string()).into());
        }
        table.routes.push(Listed { to: call.to, by: call.by.clone() });
        Ok(())
    })?;
    Ok(ec2::CreateTransitGatewayRouteResult { route })
}

/// `ReplaceTransitGatewayRoute`.
pub(crate) fn replace(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ReplaceTransitGatewayRouteRequest,
) -> Result<ec2::ReplaceTransitGatewayRouteResult, Error> {
    let call = call(
        input.transit_gateway_route_table_id,
        input.destination_cidr_block,
        input.transit_gateway_attachment_id,
        input.blackhole,
    )?;
    let route = change(cx, &call, |table| {
        let route = table.routes.iter_mut().find(|route| route.to == call.to);
        let missing = || Connect::NoTransitRoute(call.to.to_string(), call.table.to_string());
        route.ok_or_else(missing)?.by = call.by.clone();
        Ok(())
    })?;
    Ok(ec2::ReplaceTransitGatewayRouteResult { route })
}

fn change(
    cx: &Cx,
    call: &Call,
    change: impl Fn(&mut TransitGatewayRouteTable) -> Result<(), Error>,
) -> Result<Option<ec2::TransitGatewayRoute>, Error> {
    home::write(cx, |tx| {
        let mut table = table::there(tx, cx.scope(), &call.table)?;
        require_way(tx, cx.scope(), &table, call.by.as_ref())?;
        change(&mut table)?;
        table::store(tx, &table);
        Ok(routes(tx, &table).iter().find(|lead| lead.to == call.to).map(shape))
    })
}

/// `DeleteTransitGatewayRoute`: a listed one.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTransitGatewayRouteRequest,
) -> Result<ec2::DeleteTransitGatewayRouteResult, Error> {
    let id = table::id(input.transit_gateway_route_table_id)?;
    let to = destination(input.destination_cidr_block)?;
    let route = home::write(cx, |tx| {
        let mut table = table::there(tx, cx.scope(), &id)?;
        let found = routes(tx, &table)
            .into_iter()
            .find(|lead| lead.to == to && lead.is_listed && lead.list.is_none());
        let found = found.ok_or_else(|| Connect::NoTransitRoute(to.to_string(), id.to_string()))?;
        table.routes.retain(|route| route.to != to);
        table::store(tx, &table);
        Ok(ec2::TransitGatewayRoute { state: Some("deleted".to_owned()), ..shape(&found) })
    })?;
    Ok(ec2::DeleteTransitGatewayRouteResult { route: Some(route) })
}

pub(super) fn shape(lead: &Leads) -> ec2::TransitGatewayRoute {
    let by = |own: &Arc<TransitGatewayAttachment>| ec2::TransitGatewayRouteAttachment {
        resource_id: Some(own.resource_id()),
        transit_gateway_attachment_id: Some(own.id.to_string()),
        resource_type: Some(own.word().to_owned()),
    };
    ec2::TransitGatewayRoute {
        destination_cidr_block: Some(lead.to.to_string()),
        prefix_list_id: lead.list.clone(),
        transit_gateway_attachments: Some(lead.by.iter().map(by).collect::<Vec<_>>())
            .filter(|list| !list.is_empty()),
        type_: Some(if lead.is_listed { "static" } else { "propagated" }.to_owned()),
        state: Some(if lead.is_blackhole { "blackhole" } else { "active" }.to_owned()),
        ..ec2::TransitGatewayRoute::default()
    }
}
