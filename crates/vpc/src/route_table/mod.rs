//! Route tables, their routes and their associations.

mod model;
mod route;
mod target;

pub(crate) use model::{Origin, Route, RouteTable, Target};
pub(crate) use route::{create_route, delete_route, replace_route};
pub(crate) use target::{attached, leads};

use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::{RouteTableAssociationId, RouteTableId};
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::subnet::{self, Subnet};
use crate::token::{self, Once, once};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag, vpc_endpoint};
use model::Association;
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::{Tx, View};

/// `CreateRouteTable`: a table with the VPC's local routes. The same client token gives the same table.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateRouteTableRequest,
) -> Result<ec2::CreateRouteTableResult, Error> {
    let digest = token::digest(&input);
    let vpc_id = vpc::id(input.vpc_id)?;
    let tags = tag::of_specifications(input.tag_specifications, RouteTable::TYPE)?;
    let call = Once { operation: "CreateRouteTable", token: input.client_token.as_deref(), digest: &digest };
    let table = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let parent: Vpc = take(tx, cx.scope(), vpc_id.as_str())?;
            let table = RouteTable::new(&parent, cx.ids(), tags.clone());
            tx.emit(&Changed { kind: "RouteTableCreated", resource: table.arn() });
            tx.put(table.clone());
            Ok(table)
        })
    })?;
    let route_table = cx.read(|view| shape(view, &table));
    Ok(ec2::CreateRouteTableResult { route_table: Some(route_table), client_token: input.client_token })
}

/// `DescribeRouteTables`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeRouteTablesRequest,
) -> Result<ec2::DescribeRouteTablesResult, Error> {
    let wish = Wish {
        ids: input.route_table_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeRouteTables", wish, |view, row: &RouteTable| shape(view, row))?;
    Ok(ec2::DescribeRouteTablesResult { route_tables: Some(page.items), next_token: page.next_token })
}

/// `DeleteRouteTable`: neither the main one nor one in use.
pub(crate) fn delete(cx: &Cx, _svc: &Service, input: ec2::DeleteRouteTableRequest) -> Result<Empty, Error> {
    let id = id(input.route_table_id)?;
    home::write(cx, |tx| {
        let table: RouteTable = take(tx, cx.scope(), id.as_str())?;
        if !table.associations.is_empty() {
            return Err(Error::Dependency("routeTable", id.to_string()));
        }
        vpc_endpoint::forget_table(tx, &table);
        tx.delete::<RouteTable>(&resource::key(cx.scope(), id.as_str()));
        tx.emit(&Changed { kind: "RouteTableDeleted", resource: table.arn() });
        Ok(Empty {})
    })
}

/// `AssociateRouteTable`: with a subnet that has no association of its own.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateRouteTableRequest,
) -> Result<ec2::AssociateRouteTableResult, Error> {
    if input.gateway_id.is_some() {
        return Err(Error::Parameter(
            "Associations with gateways are not built yet: give a subnetId".to_owned(),
        ));
    }
    let id = id(input.route_table_id)?;
    let subnet_id = subnet::id(input.subnet_id)?;
    let association = home::write(cx, |tx| {
        let mut table: RouteTable = take(tx, cx.scope(), id.as_str())?;
        let subnet: Subnet = take(tx, cx.scope(), subnet_id.as_str())?;
        if subnet.vpc_id != table.vpc_id {
            let sentence = format!("route table {id} and subnet {subnet_id} belong to different networks");
            return Err(Error::Parameter(sentence));
        }
        let of = resource::key(cx.scope(), table.vpc_id.as_str());
        let own = tx.by(&RouteTable::VPC, &of).find(|other| other.has_subnet(&subnet_id)).cloned();
        if let Some(other) = own {
            let same = other.associations.iter().find(|a| a.subnet_id.as_ref() == Some(&subnet_id));
            if let (true, Some(same)) = (other.id == id, same) {
                return Ok(same.id.clone());
            }
            let sentence = format!(
                "the specified association for route table {id} conflicts with an existing association"
            );
            return Err(Error::AlreadyAssociated(sentence));
        }
        let association = RouteTableAssociationId::new(cx.ids());
        table.associations.push(Association { id: association.clone(), subnet_id: Some(subnet_id.clone()) });
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
        Ok(association)
    })?;
    Ok(ec2::AssociateRouteTableResult {
        association_id: Some(association.to_string()),
        association_state: associated(),
    })
}

/// `DisassociateRouteTable`: the subnet falls back on the main table, whose own association stays.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateRouteTableRequest,
) -> Result<Empty, Error> {
    let association = association_id(input.association_id)?;
    home::write(cx, |tx| {
        let (mut table, found) = with_association(tx, cx, &association)?;
        if found.subnet_id.is_none() {
            let sentence = format!("cannot disassociate the main route table association {association}");
            return Err(Error::Parameter(sentence));
        }
        table.associations.retain(|own| own.id != association);
        tx.emit(&Changed { kind: "RouteTableChanged", resource: table.arn() });
        tx.put(table);
        Ok(Empty {})
    })
}

/// `ReplaceRouteTableAssociation`: moves an association, the main one too; the answer is its new id.
pub(crate) fn replace_association(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ReplaceRouteTableAssociationRequest,
) -> Result<ec2::ReplaceRouteTableAssociationResult, Error> {
    let association = association_id(input.association_id)?;
    let id = id(input.route_table_id)?;
    let new = home::write(cx, |tx| {
        let (mut from, found) = with_association(tx, cx, &association)?;
        let target: RouteTable = take(tx, cx.scope(), id.as_str())?;
        if target.vpc_id != from.vpc_id {
            let sentence =
                format!("route table {id} and network {} belong to different networks", from.vpc_id);
            return Err(Error::Parameter(sentence));
        }
        from.associations.retain(|own| own.id != association);
        tx.put(from);
        // Read again: it may be the same table.
        let mut to: RouteTable = take(tx, cx.scope(), id.as_str())?;
        let new = RouteTableAssociationId::new(cx.ids());
        to.associations.push(Association { id: new.clone(), subnet_id: found.subnet_id });
        tx.emit(&Changed { kind: "RouteTableChanged", resource: to.arn() });
        tx.put(to);
        Ok(new)
    })?;
    Ok(ec2::ReplaceRouteTableAssociationResult {
        new_association_id: Some(new.to_string()),
        association_state: associated(),
    })
}

/// The table that holds an association.
fn with_association(
    tx: &Tx,
    cx: &Cx,
    association: &RouteTableAssociationId,
) -> Result<(RouteTable, Association), Error> {
    let prefix = resource::prefix(cx.scope());
    for table in tx.range::<RouteTable>(&prefix) {
        if let Some(found) = table.associations.iter().find(|own| own.id == *association) {
            return Ok(((**table).clone(), found.clone()));
        }
    }
    Err(Error::NotFound(Kind::Association, vec![association.to_string()]))
}

fn association_id(text: Option<String>) -> Result<RouteTableAssociationId, Error> {
    let text = required(text, "associationId")?;
    RouteTableAssociationId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::Association, error.given, error.prefix))
}

/// A route table's id.
pub(crate) fn id(text: Option<String>) -> Result<RouteTableId, Error> {
    let text = required(text, "routeTableId")?;
    RouteTableId::parse(&text).map_err(|error| Error::Malformed(Kind::RouteTable, error.given, error.prefix))
}

fn associated() -> Option<ec2::RouteTableAssociationState> {
    Some(ec2::RouteTableAssociationState { state: Some("associated".to_owned()), status_message: None })
}

fn shape(view: &View, table: &RouteTable) -> ec2::RouteTable {
    let association = |own: &Association| ec2::RouteTableAssociation {
        route_table_association_id: Some(own.id.to_string()),
        route_table_id: Some(table.id.to_string()),
        subnet_id: own.subnet_id.as_ref().map(ToString::to_string),
        main: Some(own.subnet_id.is_none()),
        association_state: associated(),
        ..ec2::RouteTableAssociation::default()
    };
    let propagating = |id: &String| ec2::PropagatingVgw { gateway_id: Some(id.clone()) };
    ec2::RouteTable {
        route_table_id: Some(table.id.to_string()),
        vpc_id: Some(table.vpc_id.to_string()),
        owner_id: Some(table.scope.account.to_string()),
        associations: Some(table.associations.iter().map(association).collect()),
        propagating_vgws: Some(table.propagating.iter().map(propagating).collect()),
        routes: Some(table.routes.iter().map(|route| shape_route(view, table, route)).collect()),
        tags: tag_set(&table.tags),
    }
}

fn shape_route(view: &View, table: &RouteTable, route: &Route) -> ec2::Route {
    let mut shape = ec2::Route {
        origin: Some(route.origin.word().to_owned()),
        state: Some(target::state(view, table, route).to_owned()),
        ..ec2::Route::default()
    };
    match route.target.clone() {
        Target::Local => shape.gateway_id = Some("local".to_owned()),
        Target::Gateway(id) => shape.gateway_id = Some(id),
        Target::EgressOnly(id) => shape.egress_only_internet_gateway_id = Some(id),
        Target::NatGateway(id) => shape.nat_gateway_id = Some(id),
        Target::Peering(id) => shape.vpc_peering_connection_id = Some(id),
        Target::TransitGateway(id) => shape.transit_gateway_id = Some(id),
        Target::Interface(id) => {
            let attachment = target::attachment(view, table, route);
            shape.network_interface_id = Some(id);
            shape.instance_owner_id = attachment.as_ref().map(|own| own.instance_owner.clone());
            shape.instance_id = attachment.and_then(|own| own.instance_id);
        }
    }
    let to = Some(route.destination.clone());
    if route.destination.starts_with("pl-") {
        shape.destination_prefix_list_id = to;
    } else if route.destination.contains(':') {
        shape.destination_ipv6_cidr_block = to;
    } else {
        shape.destination_cidr_block = to;
    }
    shape
}
