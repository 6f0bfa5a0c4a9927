//! Prefix lists in the tables of transit gateways.

use super::attachment::{TransitGatewayAttachment, seen};
use super::route::{require_way, way};
use super::table::{self, TransitGatewayRouteTable, seen_table};
use crate::error::{Connect, Error, Kind};
use crate::filter::Filters;
use crate::id::{TransitGatewayAttachmentId, TransitGatewayRouteTableId};
use crate::prefix_list::{self, AnyList};
use crate::resource::required;
use crate::{Vpc as Service, home};
use base::{AccountId, Scope, Tags};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Rows, View};

/// How many results of a page may be asked for.
const PAGE: (i32, i32) = (5, 1000);

/// A prefix list that is a destination.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub(super) list: String,
    owner: AccountId,
    /// The way; none where packets are dropped.
    pub(super) by: Option<TransitGatewayAttachmentId>,
}

impl Reference {
    /// Whether it is to this list.
    pub(crate) fn names(&self, list: &str) -> bool {
        self.list == list
    }
}

/// Whose a prefix list is. Source: transit gateways guide, "Prefix list references": it is a customer's.
fn owner(rows: &impl Rows, scope: &Scope, list: &str) -> Result<AccountId, Error> {
    match prefix_list::find(rows, scope, list)? {
        AnyList::Own(own) => Ok(own.scope.account),
        AnyList::Aws(_) => Err(Error::NotFound(Kind::PrefixList, vec![list.to_owned()])),
    }
}

struct Call {
    table: TransitGatewayRouteTableId,
    list: String,
    by: Option<TransitGatewayAttachmentId>,
}

/// `CreateTransitGatewayPrefixListReference`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTransitGatewayPrefixListReferenceRequest,
) -> Result<ec2::CreateTransitGatewayPrefixListReferenceResult, Error> {
    let call = Call {
        table: table::id(input.transit_gateway_route_table_id)?,
        list: required(input.prefix_list_id, "prefixListId")?,
        by: way(input.transit_gateway_attachment_id, input.blackhole)?,
    };
    let reference = change(cx, &call, |table, owner| {
        if table.references.iter().any(|own| own.list == call.list) {
            return Err(Connect::ReferenceExists(call.list.clone(), call.table.to_string()).into());
        }
        table.references.push(Reference { list: call.list.clone(), owner, by: call.by.clone() });
        Ok(())
    })?;
    Ok(ec2::CreateTransitGatewayPrefixListReferenceResult {
        transit_gateway_prefix_list_reference: reference,
    })
}

/// `ModifyTransitGatewayPrefixListReference`: another way.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyTransitGatewayPrefixListReferenceRequest,
) -> Result<ec2::ModifyTransitGatewayPrefixListReferenceResult, Error> {
    let call = Call {
        table: table::id(input.transit_gateway_route_table_id)?,
        list: required(input.prefix_list_id, "prefixListId")?,
        by: way(input.transit_gateway_attachment_id, input.blackhole)?,
    };
    let reference = change(cx, &call, |table, _| {
        let own = table.references.iter_mut().find(|own| own.list == call.list);
        own.ok_or_else(|| Connect::NoReference(call.list.clone(), call.table.to_string()))?.by =
            call.by.clone();
        Ok(())
    })?;
    Ok(ec2::ModifyTransitGatewayPrefixListReferenceResult {
        transit_gateway_prefix_list_reference: reference,
    })
}

fn change(
    cx: &Cx,
    call: &Call,
    change: impl Fn(&mut TransitGatewayRouteTable, AccountId) -> Result<(), Error>,
) -> Result<Option<ec2::TransitGatewayPrefixListReference>, Error> {
    let table = home::write(cx, |tx| {
        let mut table = table::there(tx, cx.scope(), &call.table)?;
        let owner = owner(tx, cx.scope(), &call.list)?;
        require_way(tx, cx.scope(), &table, call.by.as_ref())?;
        change(&mut table, owner)?;
        table::store(tx, &table);
        Ok(table)
    })?;
    let own = table.references.iter().find(|own| own.list == call.list);
    Ok(cx.read(|view| own.map(|own| shape(view, &table, own, "available"))))
}

/// `DeleteTransitGatewayPrefixListReference`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTransitGatewayPrefixListReferenceRequest,
) -> Result<ec2::DeleteTransitGatewayPrefixListReferenceResult, Error> {
    let id = table::id(input.transit_gateway_route_table_id)?;
    let list = required(input.prefix_list_id, "prefixListId")?;
    let (table, own) = home::write(cx, |tx| {
        let mut table = table::there(tx, cx.scope(), &id)?;
        let position = table.references.iter().position(|own| own.list == list);
        let position = position.ok_or_else(|| Connect::NoReference(list.clone(), id.to_string()))?;
        let own = table.references.remove(position);
        table::store(tx, &table);
        Ok((table, own))
    })?;
    let reference = Some(cx.read(|view| shape(view, &table, &own, "deleting")));
    Ok(ec2::DeleteTransitGatewayPrefixListReferenceResult {
        transit_gateway_prefix_list_reference: reference,
    })
}

/// `GetTransitGatewayPrefixListReferences`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetTransitGatewayPrefixListReferencesRequest,
) -> Result<ec2::GetTransitGatewayPrefixListReferencesResult, Error> {
    let id = table::id(input.transit_gateway_route_table_id)?;
    let known = [
        "attachment.resource-id",
        "attachment.resource-type",
        "attachment.transit-gateway-attachment-id",
        "is-blackhole",
        "prefix-list-id",
        "prefix-list-owner-id",
        "state",
    ];
    let filters = Filters::tagless(input.filters, &known)?;
    let limit = page_size(input.max_results, PAGE)?;
    cx.read(|view| {
        let table: Arc<TransitGatewayRouteTable> = seen_table(view, cx.scope(), &id)?;
        let shapes = table.references.iter().map(|own| shape(view, &table, own, "available"));
        let passing = shapes.filter(|own| filters.pass(&Tags::default(), |name| values(own, name)));
        let operation = "GetTransitGatewayPrefixListReferences";
        let call = [operation, &cx.scope().to_string(), &format!("{id}{filters:?}")];
        let mut rows: Vec<_> = passing.collect();
        rows.sort_by(|one, other| one.prefix_list_id.cmp(&other.prefix_list_id));
        let place =
            |own: &ec2::TransitGatewayPrefixListReference| own.prefix_list_id.clone().unwrap_or_default();
        let (rows, next_token) = cut(cx, &call, rows, place, (input.next_token, limit))?;
        Ok(ec2::GetTransitGatewayPrefixListReferencesResult {
            transit_gateway_prefix_list_references: Some(rows),
            next_token,
        })
    })
}

fn values(own: &ec2::TransitGatewayPrefixListReference, name: &str) -> Vec<String> {
    let by = own.transit_gateway_attachment.as_ref();
    let text = match name {
        "attachment.resource-id" => by.and_then(|by| by.resource_id.clone()),
        "attachment.resource-type" => by.and_then(|by| by.resource_type.clone()),
        "attachment.transit-gateway-attachment-id" => {
            by.and_then(|by| by.transit_gateway_attachment_id.clone())
        }
        "is-blackhole" => own.blackhole.map(|own| own.to_string()),
        "prefix-list-id" => own.prefix_list_id.clone(),
        "prefix-list-owner-id" => own.prefix_list_owner_id.clone(),
        _ => own.state.clone(),
    };
    text.into_iter().collect()
}

fn shape(
    view: &View,
    table: &TransitGatewayRouteTable,
    own: &Reference,
    state: &str,
) -> ec2::TransitGatewayPrefixListReference {
    let by = own.by.as_ref().and_then(|id| seen(view, &table.scope, id).ok());
    let way = |row: Arc<TransitGatewayAttachment>| ec2::TransitGatewayPrefixListAttachment {
        transit_gateway_attachment_id: Some(row.id.to_string()),
        resource_type: Some(row.word().to_owned()),
        resource_id: Some(row.resource_id()),
    };
    ec2::TransitGatewayPrefixListReference {
        transit_gateway_route_table_id: Some(table.id.to_string()),
        prefix_list_id: Some(own.list.clone()),
        prefix_list_owner_id: Some(own.owner.to_string()),
        state: Some(state.to_owned()),
        blackhole: Some(own.by.is_none()),
        transit_gateway_attachment: by.map(way),
    }
}
