//! Route tables, their routes and their associations.

mod association;
mod fitting;
mod model;
mod route;
mod target;

pub(crate) use association::{associate, disassociate, leave, replace_association};
pub(crate) use model::{Origin, Route, RouteTable, Target};
pub(crate) use route::{create_route, delete_route, replace_route};
pub(crate) use target::{attached, leads};

use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::RouteTableId;
use crate::listing::{self, Wish};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::token::{self, Once, once};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag, vpc_endpoint};
use association::associated;
use model::Association;
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::View;

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

/// A route table's id.
pub(crate) fn id(text: Option<String>) -> Result<RouteTableId, Error> {
    let text = required(text, "routeTableId")?;
    RouteTableId::parse(&text).map_err(|error| Error::Malformed(Kind::RouteTable, error.given, error.prefix))
}

fn shape(view: &View, table: &RouteTable) -> ec2::RouteTable {
    let association = |own: &Association| ec2::RouteTableAssociation {
        route_table_association_id: Some(own.id.to_string()),
        route_table_id: Some(table.id.to_string()),
        subnet_id: own.subnet_id.as_ref().map(ToString::to_string),
        gateway_id: own.gateway_id.clone(),
        main: Some(own.is_main()),
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
