//! Route tables of transit gateways: which attachments they are for, and which tell them routes.

use super::attachment::{self, Association, AssociationState, TransitGatewayAttachment, What, put, seen};
use super::model::{Life, TransitGateway};
use super::reference::Reference;
use super::{STEP_MILLIS, usable};
use crate::error::{Connect, Error, Kind};
use crate::event::Changed;
use crate::filter::Filters;
use crate::id::{TransitGatewayAttachmentId, TransitGatewayId, TransitGatewayRouteTableId};
use crate::listing::{self, Page, Wish};
use crate::resource::{self, Resource, required, tag_set, take, truth};
use crate::staged::{HOUR_MILLIS, Staged, step_after, step_at};
use crate::{Vpc as Service, home, tag, transit_gateway};
use base::{Ipv4Block, Scope, Tags, Timestamp};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Index, Record, Rows, Tx, View};

/// How many results of a page may be asked for.
const PAGE: (i32, i32) = (5, 1000);
/// The filters of associations and propagations.
const FILTERS: &[&str] = &["resource-id", "resource-type", "transit-gateway-attachment-id"];

/// Where a transit gateway sends what comes from some of its attachments.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TransitGatewayRouteTable {
    pub(crate) scope: Scope,
    pub(crate) id: TransitGatewayRouteTableId,
    pub(crate) gateway_id: TransitGatewayId,
    pub(crate) state: Life,
    /// The listed routes, in the order they were made.
    pub(crate) routes: Vec<Listed>,
    pub(crate) references: Vec<Reference>,
    /// The attachments that tell it routes, in the order they began to.
    pub(crate) propagations: Vec<TransitGatewayAttachmentId>,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: Tags,
}

/// A listed route.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) to: Ipv4Block,
    /// The way; none where packets are dropped.
    pub(crate) by: Option<TransitGatewayAttachmentId>,
}

impl TransitGatewayRouteTable {
    /// Those of a gateway.
    pub(crate) const GATEWAY: Index<Self> =
        Index { name: "gateway", keys: |own| vec![own.gateway_id.to_string()] };

    /// Whether its gateway uses it by default: for associations, for propagation.
    fn defaults(&self, rows: &impl Rows) -> (bool, bool) {
        let key = resource::key(&self.scope, self.gateway_id.as_str());
        let Some(gateway) = rows.row::<TransitGateway>(&key) else { return (false, false) };
        let is_it = |is_on, own: &Option<TransitGatewayRouteTableId>| is_on && own.as_ref() == Some(&self.id);
        (
            is_it(gateway.associates, &gateway.association_table),
            is_it(gateway.propagates, &gateway.propagation_table),
        )
    }
}

impl Record for TransitGatewayRouteTable {
    const TABLE: &'static str = "vpc_transit_gateway_route_table";
    const INDEXES: &'static [Index<Self>] = &[Self::GATEWAY];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for TransitGatewayRouteTable {
    const TYPE: &'static str = "transit-gateway-route-table";
    const PREFIX: &'static str = TransitGatewayRouteTableId::PREFIX;
    const KIND: Kind = Kind::TransitGatewayRouteTable;
    const FILTERS: &'static [&'static str] = &[
        "default-association-route-table",
        "default-propagation-route-table",
        "state",
        "transit-gateway-id",
        "transit-gateway-route-table-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "state" => vec![self.state.word().to_owned()],
            "transit-gateway-id" => vec![self.gateway_id.to_string()],
            "transit-gateway-route-table-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }

    fn filter_within(&self, view: &View, name: &str) -> Vec<String> {
        match name {
            "default-association-route-table" => truth(self.defaults(view).0),
            "default-propagation-route-table" => truth(self.defaults(view).1),
            _ => self.filter(name),
        }
    }
}

impl Staged for TransitGatewayRouteTable {
    const STEP: &'static str = "vpc.transit-gateway-route-table-step";

    fn stage(&self) -> &'static str {
        self.state.word()
    }

    fn step(mut self, tx: &mut Tx) {
        match self.state.next() {
            Some(next) => {
                self.state = next;
                if next == Life::Deleted {
                    step_at(tx, &self, HOUR_MILLIS);
                }
                store(tx, &self);
            }
            None if self.state == Life::Deleted => {
                tx.delete::<Self>(&resource::key(&self.scope, self.id.as_str()));
            }
            None => {}
        }
    }
}

/// Stores a change.
pub(super) fn store(tx: &mut Tx, own: &TransitGatewayRouteTable) {
    tx.emit(&Changed { kind: "TransitGatewayRouteTableChanged", resource: own.arn() });
    tx.put(own.clone());
}

/// Makes a table of a gateway.
pub(super) fn make(tx: &mut Tx, cx: &Cx, gateway: &TransitGateway, tags: Tags) -> TransitGatewayRouteTable {
    let own = TransitGatewayRouteTable {
        scope: gateway.scope.clone(),
        id: TransitGatewayRouteTableId::new(cx.ids()),
        gateway_id: gateway.id.clone(),
        state: Life::Pending,
        routes: Vec::new(),
        references: Vec::new(),
        propagations: Vec::new(),
        created_at: cx.now(),
        tags,
    };
    step_after(tx, &own, STEP_MILLIS);
    tx.emit(&Changed { kind: "TransitGatewayRouteTableCreated", resource: own.arn() });
    tx.put(own.clone());
    own
}

/// Begins the end of a table.
pub(super) fn end(tx: &mut Tx, own: &TransitGatewayRouteTable) {
    let own = TransitGatewayRouteTable { state: Life::Deleting, ..own.clone() };
    step_after(tx, &own, STEP_MILLIS);
    store(tx, &own);
}

/// Lets an attachment tell a table routes.
pub(super) fn propagate(
    tx: &mut Tx,
    scope: &Scope,
    table: &TransitGatewayRouteTableId,
    by: &TransitGatewayAttachmentId,
) {
    let found = tx.get::<TransitGatewayRouteTable>(&resource::key(scope, table.as_str()));
    if let Some(own) = found.filter(|own| own.state.lasts() && !own.propagations.contains(by)) {
        let mut own = (*own).clone();
        own.propagations.push(by.clone());
        store(tx, &own);
    }
}

/// Lets it no more.
pub(super) fn withdraw(tx: &mut Tx, own: &TransitGatewayRouteTable, by: &TransitGatewayAttachmentId) {
    if own.propagations.contains(by) {
        let mut own = own.clone();
        own.propagations.retain(|other| other != by);
        store(tx, &own);
    }
}

/// `CreateTransitGatewayRouteTable`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateTransitGatewayRouteTableRequest,
) -> Result<ec2::CreateTransitGatewayRouteTableResult, Error> {
    let tags = tag::of_specifications(input.tag_specifications, TransitGatewayRouteTable::TYPE)?;
    let gateway = transit_gateway::id(input.transit_gateway_id)?;
    let own = home::write(cx, |tx| {
        let gateway = usable(tx, cx.scope(), &gateway)?;
        if gateway.scope != *cx.scope() {
            return Err(Error::NotFound(Kind::TransitGateway, vec![gateway.id.to_string()]));
        }
        Ok(make(tx, cx, &gateway, tags.clone()))
    })?;
    let table = cx.read(|view| shape(view, &own));
    Ok(ec2::CreateTransitGatewayRouteTableResult { transit_gateway_route_table: Some(table) })
}

/// `DescribeTransitGatewayRouteTables`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeTransitGatewayRouteTablesRequest,
) -> Result<ec2::DescribeTransitGatewayRouteTablesResult, Error> {
    let wish = Wish {
        ids: input.transit_gateway_route_table_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeTransitGatewayRouteTables", wish, shape)?;
    Ok(ec2::DescribeTransitGatewayRouteTablesResult {
        transit_gateway_route_tables: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DeleteTransitGatewayRouteTable`: not while attachments are associated with it.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteTransitGatewayRouteTableRequest,
) -> Result<ec2::DeleteTransitGatewayRouteTableResult, Error> {
    let id = id(input.transit_gateway_route_table_id)?;
    let own = home::write(cx, |tx| {
        let own = there(tx, cx.scope(), &id)?;
        if !of_table(tx, &own).is_empty() {
            return Err(Connect::TableInUse(id.to_string()).into());
        }
        end(tx, &own);
        Ok(TransitGatewayRouteTable { state: Life::Deleting, ..own })
    })?;
    let table = cx.read(|view| shape(view, &own));
    Ok(ec2::DeleteTransitGatewayRouteTableResult { transit_gateway_route_table: Some(table) })
}

/// The attachments that are associated with a table, by id.
fn of_table(rows: &impl Rows, own: &TransitGatewayRouteTable) -> Vec<Arc<TransitGatewayAttachment>> {
    let attached = rows.listed(&TransitGatewayAttachment::GATEWAY, own.gateway_id.as_str());
    let is_its = |row: &Arc<TransitGatewayAttachment>| {
        row.association.as_ref().is_some_and(|held| held.table == own.id)
    };
    attached.into_iter().filter(is_its).collect()
}

/// The attachment and the table that a call names, both of the caller's gateway.
fn pair(
    tx: &Tx,
    scope: &Scope,
    attachment: &TransitGatewayAttachmentId,
    table: &TransitGatewayRouteTableId,
) -> Result<(TransitGatewayAttachment, TransitGatewayRouteTable), Error> {
    let own = attachment::find(tx, scope, attachment)?;
    let table = there(tx, scope, table)?;
    if own.gateway_scope != *scope || own.gateway_id != table.gateway_id {
        return Err(Error::NotFound(Kind::TransitGatewayAttachment, vec![attachment.to_string()]));
    }
    Ok((own, table))
}

/// `AssociateTransitGatewayRouteTable`: one table an attachment.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateTransitGatewayRouteTableRequest,
) -> Result<ec2::AssociateTransitGatewayRouteTableResult, Error> {
    let table = id(input.transit_gateway_route_table_id)?;
    let attachment = attachment::id(input.transit_gateway_attachment_id)?;
    let own = home::write(cx, |tx| {
        let (mut own, table) = pair(tx, cx.scope(), &attachment, &table)?;
        own.require_available()?;
        if own.association.is_some() {
            return Err(Connect::HasTable(attachment.to_string()).into());
        }
        own.association = Some(Association { table: table.id, state: AssociationState::Associating });
        step_after(tx, &own, STEP_MILLIS);
        put(tx, &own);
        Ok(own)
    })?;
    Ok(ec2::AssociateTransitGatewayRouteTableResult { association: association(&own) })
}

/// `DisassociateTransitGatewayRouteTable`.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateTransitGatewayRouteTableRequest,
) -> Result<ec2::DisassociateTransitGatewayRouteTableResult, Error> {
    let table = id(input.transit_gateway_route_table_id)?;
    let attachment = attachment::id(input.transit_gateway_attachment_id)?;
    let own = home::write(cx, |tx| {
        let (mut own, table) = pair(tx, cx.scope(), &attachment, &table)?;
        own.require_available()?;
        match own.association.as_mut().filter(|held| held.table == table.id) {
            None => return Err(Connect::NotAssociated(attachment.to_string(), table.id.to_string()).into()),
            Some(held) => held.state = AssociationState::Disassociating,
        }
        step_after(tx, &own, STEP_MILLIS);
        put(tx, &own);
        Ok(own)
    })?;
    Ok(ec2::DisassociateTransitGatewayRouteTableResult { association: association(&own) })
}

fn association(own: &TransitGatewayAttachment) -> Option<ec2::TransitGatewayAssociation> {
    own.association.as_ref().map(|held| ec2::TransitGatewayAssociation {
        transit_gateway_route_table_id: Some(held.table.to_string()),
        transit_gateway_attachment_id: Some(own.id.to_string()),
        resource_id: Some(own.resource_id()),
        resource_type: Some(own.word().to_owned()),
        state: Some(held.state.word().to_owned()),
    })
}

/// `EnableTransitGatewayRouteTablePropagation`: of networks and VPN connections.
pub(crate) fn enable_propagation(
    cx: &Cx,
    _svc: &Service,
    input: ec2::EnableTransitGatewayRouteTablePropagationRequest,
) -> Result<ec2::EnableTransitGatewayRouteTablePropagationResult, Error> {
    refuse_announcements(input.transit_gateway_route_table_announcement_id)?;
    let table = id(input.transit_gateway_route_table_id)?;
    let attachment = attachment::id(input.transit_gateway_attachment_id)?;
    let own = home::write(cx, |tx| {
        let (own, table) = pair(tx, cx.scope(), &attachment, &table)?;
        own.require_available()?;
        if matches!(own.what, What::Peering { .. }) {
            let sentence = format!("Propagation is not supported for the peering attachment {attachment}");
            return Err(Error::Parameter(sentence));
        }
        if table.propagations.contains(&attachment) {
            return Err(Connect::Propagates(attachment.to_string(), table.id.to_string()).into());
        }
        propagate(tx, cx.scope(), &table.id, &attachment);
        Ok(own)
    })?;
    let propagation = Some(propagation(&own, &table, "enabled"));
    Ok(ec2::EnableTransitGatewayRouteTablePropagationResult { propagation })
}

/// `DisableTransitGatewayRouteTablePropagation`.
pub(crate) fn disable_propagation(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisableTransitGatewayRouteTablePropagationRequest,
) -> Result<ec2::DisableTransitGatewayRouteTablePropagationResult, Error> {
    refuse_announcements(input.transit_gateway_route_table_announcement_id)?;
    let table = id(input.transit_gateway_route_table_id)?;
    let attachment = attachment::id(input.transit_gateway_attachment_id)?;
    let own = home::write(cx, |tx| {
        let (own, table) = pair(tx, cx.scope(), &attachment, &table)?;
        if !table.propagations.contains(&attachment) {
            return Err(Connect::NotPropagating(attachment.to_string(), table.id.to_string()).into());
        }
        withdraw(tx, &table, &attachment);
        Ok(own)
    })?;
    let propagation = Some(propagation(&own, &table, "disabled"));
    Ok(ec2::DisableTransitGatewayRouteTablePropagationResult { propagation })
}

fn refuse_announcements(given: Option<String>) -> Result<(), Error> {
    match given {
        None => Ok(()),
        Some(_) => Err(Error::Parameter("Announcements of route tables are not built yet".to_owned())),
    }
}

fn propagation(
    own: &TransitGatewayAttachment,
    table: &TransitGatewayRouteTableId,
    state: &str,
) -> ec2::TransitGatewayPropagation {
    ec2::TransitGatewayPropagation {
        transit_gateway_attachment_id: Some(own.id.to_string()),
        resource_id: Some(own.resource_id()),
        resource_type: Some(own.word().to_owned()),
        transit_gateway_route_table_id: Some(table.to_string()),
        state: Some(state.to_owned()),
        ..ec2::TransitGatewayPropagation::default()
    }
}

/// Lists attachments of a table, filtered and paged.
fn attachments<T>(
    cx: &Cx,
    operation: &str,
    table: Option<String>,
    wish: Wish,
    (find, shape): (
        impl Fn(&View, &TransitGatewayRouteTable) -> Vec<Arc<TransitGatewayAttachment>>,
        impl Fn(&TransitGatewayAttachment) -> T,
    ),
) -> Result<Page<T>, Error> {
    let id = id(table)?;
    let filters = Filters::tagless(wish.filters, FILTERS)?;
    let limit = page_size(wish.max_results, PAGE)?;
    cx.read(|view| {
        let table = seen_table(view, cx.scope(), &id)?;
        let rows = find(view, &table);
        let passing = rows.into_iter().filter(|row| filters.pass(&row.tags, |name| row.filter(name)));
        let call = [operation, &cx.scope().to_string(), &format!("{id}{filters:?}")];
        let (rows, next_token) = cut(cx, &call, passing, |row| row.id.to_string(), (wish.next_token, limit))?;
        Ok(Page { items: rows.iter().map(|row| shape(row)).collect(), next_token })
    })
}

/// `GetTransitGatewayRouteTableAssociations`.
pub(crate) fn associations(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetTransitGatewayRouteTableAssociationsRequest,
) -> Result<ec2::GetTransitGatewayRouteTableAssociationsResult, Error> {
    let wish = Wish {
        ids: None,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let shape = |own: &TransitGatewayAttachment| ec2::TransitGatewayRouteTableAssociation {
        transit_gateway_attachment_id: Some(own.id.to_string()),
        resource_id: Some(own.resource_id()),
        resource_type: Some(own.word().to_owned()),
        state: own.association.as_ref().map(|held| held.state.word().to_owned()),
    };
    let operation = "GetTransitGatewayRouteTableAssociations";
    let find = |view: &View, table: &TransitGatewayRouteTable| of_table(view, table);
    let page = attachments(cx, operation, input.transit_gateway_route_table_id, wish, (find, shape))?;
    Ok(ec2::GetTransitGatewayRouteTableAssociationsResult {
        associations: Some(page.items),
        next_token: page.next_token,
    })
}

/// `GetTransitGatewayRouteTablePropagations`.
pub(crate) fn propagations(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetTransitGatewayRouteTablePropagationsRequest,
) -> Result<ec2::GetTransitGatewayRouteTablePropagationsResult, Error> {
    let wish = Wish {
        ids: None,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let shape = |own: &TransitGatewayAttachment| ec2::TransitGatewayRouteTablePropagation {
        transit_gateway_attachment_id: Some(own.id.to_string()),
        resource_id: Some(own.resource_id()),
        resource_type: Some(own.word().to_owned()),
        state: Some("enabled".to_owned()),
        ..ec2::TransitGatewayRouteTablePropagation::default()
    };
    let find = |view: &View, table: &TransitGatewayRouteTable| {
        let mut rows: Vec<_> =
            table.propagations.iter().filter_map(|id| seen(view, &table.scope, id).ok()).collect();
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        rows
    };
    let operation = "GetTransitGatewayRouteTablePropagations";
    let page = attachments(cx, operation, input.transit_gateway_route_table_id, wish, (find, shape))?;
    Ok(ec2::GetTransitGatewayRouteTablePropagationsResult {
        transit_gateway_route_table_propagations: Some(page.items),
        next_token: page.next_token,
    })
}

/// `GetTransitGatewayAttachmentPropagations`: the tables that an attachment tells routes.
pub(crate) fn attachment_propagations(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetTransitGatewayAttachmentPropagationsRequest,
) -> Result<ec2::GetTransitGatewayAttachmentPropagationsResult, Error> {
    let id = attachment::id(input.transit_gateway_attachment_id)?;
    let filters = Filters::tagless(input.filters, &["transit-gateway-route-table-id"])?;
    let limit = page_size(input.max_results, PAGE)?;
    let scope = cx.scope();
    let (rows, next_token) = cx.read(|view| {
        let own = seen(view, scope, &id)?;
        let tables = view.listed(&TransitGatewayRouteTable::GATEWAY, own.gateway_id.as_str());
        let passing = tables.into_iter().filter(|table| {
            table.scope == *scope
                && table.propagations.contains(&id)
                && filters.pass(&Tags::default(), |name| table.filter(name))
        });
        let operation = "GetTransitGatewayAttachmentPropagations";
        let call = [operation, &scope.to_string(), &format!("{id}{filters:?}")];
        cut(cx, &call, passing, |row| row.id.to_string(), (input.next_token, limit))
    })?;
    let shape = |table: &Arc<TransitGatewayRouteTable>| ec2::TransitGatewayAttachmentPropagation {
        transit_gateway_route_table_id: Some(table.id.to_string()),
        state: Some("enabled".to_owned()),
    };
    Ok(ec2::GetTransitGatewayAttachmentPropagationsResult {
        transit_gateway_attachment_propagations: Some(rows.iter().map(shape).collect()),
        next_token,
    })
}

/// A table, if it has not gone.
pub(super) fn there(
    tx: &Tx,
    scope: &Scope,
    id: &TransitGatewayRouteTableId,
) -> Result<TransitGatewayRouteTable, Error> {
    let own: TransitGatewayRouteTable = take(tx, scope, id.as_str())?;
    match own.state {
        Life::Pending | Life::Available | Life::Modifying => Ok(own),
        Life::Deleting => Err(Connect::State(id.to_string()).into()),
        Life::Deleted => Err(Error::NotFound(Kind::TransitGatewayRouteTable, vec![id.to_string()])),
    }
}

/// The table a view has.
pub(super) fn seen_table(
    view: &View,
    scope: &Scope,
    id: &TransitGatewayRouteTableId,
) -> Result<Arc<TransitGatewayRouteTable>, Error> {
    let found = view.get::<TransitGatewayRouteTable>(&resource::key(scope, id.as_str()));
    found.ok_or_else(|| Error::NotFound(Kind::TransitGatewayRouteTable, vec![id.to_string()]))
}

/// A table's id.
pub(super) fn id(text: Option<String>) -> Result<TransitGatewayRouteTableId, Error> {
    let text = required(text, "transitGatewayRouteTableId")?;
    TransitGatewayRouteTableId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::TransitGatewayRouteTable, error.given, error.prefix))
}

fn shape(view: &View, own: &TransitGatewayRouteTable) -> ec2::TransitGatewayRouteTable {
    let (associates, propagates) = own.defaults(view);
    ec2::TransitGatewayRouteTable {
        transit_gateway_route_table_id: Some(own.id.to_string()),
        transit_gateway_id: Some(own.gateway_id.to_string()),
        state: Some(own.state.word().to_owned()),
        default_association_route_table: Some(associates),
        default_propagation_route_table: Some(propagates),
        creation_time: Some(own.created_at.into()),
        tags: tag_set(&own.tags),
    }
}
