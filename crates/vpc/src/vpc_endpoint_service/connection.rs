//! The endpoints that are connected to a service, as its owner sees them.

use super::model::VpcEndpointService;
use super::{refused, service_id};
use crate::error::{Endpoint, Error, Kind};
use crate::event::Changed;
use crate::filter::Filters;
use crate::id::VpcEndpointServiceId;
use crate::resource::{Resource, prefix, tag_set, take};
use crate::vpc_endpoint::{
    EndpointKind, State, VpcEndpoint, dns_entries, endpoint_id, open_later, plain, unsuccessful,
};
use crate::{Vpc as Service, home};
use base::Tags;
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Tx;

/// `DescribeVpcEndpointConnections`: of all services of the account in the Region.
pub(crate) fn describe_connections(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcEndpointConnectionsRequest,
) -> Result<ec2::DescribeVpcEndpointConnectionsResult, Error> {
    let known = [
        "ip-address-type",
        "service-id",
        "transit-gateway-attachment-id",
        "vpc-endpoint-id",
        "vpc-endpoint-owner",
        "vpc-endpoint-region",
        "vpc-endpoint-state",
    ];
    let filters = Filters::parse(input.filters, &known).map_err(plain)?;
    let limit = page_size(input.max_results.map(|most| most.min(1_000)), (5, 1_000))?;
    let rows: Vec<(Arc<VpcEndpointService>, Arc<VpcEndpoint>)> = home::read(cx, |view| {
        let of = prefix(cx.scope());
        let services = view.range::<VpcEndpointService>(&of);
        let pairs = services.flat_map(|service| {
            let endpoints = view.by(&VpcEndpoint::SERVICE, service.id.as_str());
            endpoints.map(|endpoint| (service.clone(), endpoint.clone()))
        });
        Ok(pairs.collect())
    })?;
    let none = Tags::default();
    let passing = rows.into_iter().filter(|(service, endpoint)| {
        filters.pass(&none, |name| match name {
            "service-id" => vec![service.id.to_string()],
            "vpc-endpoint-owner" => vec![endpoint.scope.account.to_string()],
            "vpc-endpoint-region" => vec![endpoint.scope.region.to_string()],
            other => endpoint.filter(other),
        })
    });
    let call = ["DescribeVpcEndpointConnections", &cx.scope().to_string(), &format!("{filters:?}")];
    let place = |(service, endpoint): &(Arc<VpcEndpointService>, Arc<VpcEndpoint>)| {
        format!("{} {}", service.id, endpoint.key_text())
    };
    // Rows come by service and then by the endpoint's key, which is their place.
    let (rows, next_token) = cut(cx, &call, passing, place, (input.next_token, limit))?;
    let rows = rows.iter().map(|(service, endpoint)| shape(service, endpoint)).collect();
    Ok(ec2::DescribeVpcEndpointConnectionsResult { vpc_endpoint_connections: Some(rows), next_token })
}

fn shape(service: &VpcEndpointService, endpoint: &VpcEndpoint) -> ec2::VpcEndpointConnection {
    let arns = Some(service.load_balancers.clone());
    let is_gateway = service.kind == EndpointKind::GatewayLoadBalancer;
    ec2::VpcEndpointConnection {
        service_id: Some(service.id.to_string()),
        vpc_endpoint_id: Some(endpoint.id.to_string()),
        vpc_endpoint_owner: Some(endpoint.scope.account.to_string()),
        vpc_endpoint_region: Some(endpoint.scope.region.to_string()),
        vpc_endpoint_state: Some(endpoint.state.word().to_owned()),
        vpc_endpoint_connection_id: endpoint.connection.as_ref().map(|(_, id)| id.to_string()),
        creation_timestamp: Some(endpoint.created_at.into()),
        dns_entries: Some(dns_entries(endpoint)),
        ip_address_type: Some("ipv4".to_owned()),
        network_load_balancer_arns: arns.clone().filter(|_| !is_gateway),
        gateway_load_balancer_arns: arns.filter(|_| is_gateway),
        tags: tag_set(&Tags::default()),
        ..ec2::VpcEndpointConnection::default()
    }
}

/// `AcceptVpcEndpointConnections`: those that wait, or were rejected.
pub(crate) fn accept(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AcceptVpcEndpointConnectionsRequest,
) -> Result<ec2::AcceptVpcEndpointConnectionsResult, Error> {
    no_attachments(input.transit_gateway_attachment_ids)?;
    let unsuccessful = each(cx, input.service_id, input.vpc_endpoint_ids, |tx, mut endpoint| {
        match endpoint.state {
            State::PendingAcceptance | State::Rejected => endpoint.state = State::Pending,
            State::Pending | State::Available | State::Deleting => return Err(stuck(&endpoint)),
        }
        open_later(tx, &endpoint);
        Ok(endpoint)
    })?;
    Ok(ec2::AcceptVpcEndpointConnectionsResult { unsuccessful: Some(unsuccessful) })
}

/// `RejectVpcEndpointConnections`: also those that were accepted.
pub(crate) fn reject(
    cx: &Cx,
    _svc: &Service,
    input: ec2::RejectVpcEndpointConnectionsRequest,
) -> Result<ec2::RejectVpcEndpointConnectionsResult, Error> {
    no_attachments(input.transit_gateway_attachment_ids)?;
    let unsuccessful = each(cx, input.service_id, input.vpc_endpoint_ids, |_, mut endpoint| {
        match endpoint.state {
            State::PendingAcceptance | State::Pending | State::Available => endpoint.state = State::Rejected,
            State::Rejected | State::Deleting => return Err(stuck(&endpoint)),
        }
        Ok(endpoint)
    })?;
    Ok(ec2::RejectVpcEndpointConnectionsResult { unsuccessful: Some(unsuccessful) })
}

fn no_attachments(ids: Option<Vec<String>>) -> Result<(), Error> {
    match ids.unwrap_or_default().first() {
        None => Ok(()),
        Some(id) => {
            refused(&format!("Transit gateway attachments to endpoint services are not built yet: {id}"))
        }
    }
}

fn stuck(endpoint: &VpcEndpoint) -> Error {
    Endpoint::ConnectionState(endpoint.id.to_string(), endpoint.state.word()).into()
}

/// Does something to endpoints that are connected to a service of the account.
fn each(
    cx: &Cx,
    service: Option<String>,
    ids: Option<Vec<String>>,
    change: impl Fn(&mut Tx, VpcEndpoint) -> Result<VpcEndpoint, Error>,
) -> Result<Vec<ec2::UnsuccessfulItem>, Error> {
    let service = service_id(service)?;
    let ids = ids.unwrap_or_default();
    if ids.is_empty() {
        return Err(Error::Missing("VpcEndpointId"));
    }
    home::write(cx, |tx| {
        let _own: VpcEndpointService = take(tx, cx.scope(), service.as_str())?;
        let mut kept = Vec::new();
        for id in &ids {
            let found = connected(tx, &service, id).and_then(|endpoint| change(tx, endpoint));
            match found {
                Ok(endpoint) => {
                    tx.emit(&Changed { kind: "VpcEndpointChanged", resource: endpoint.arn() });
                    tx.put(endpoint);
                }
                Err(error) => kept.push(unsuccessful(id, &error)),
            }
        }
        Ok(kept)
    })
}

/// The endpoint of an id, whoever's it is, that is connected to the service.
fn connected(tx: &Tx, service: &VpcEndpointServiceId, id: &str) -> Result<VpcEndpoint, Error> {
    let id = endpoint_id(id.to_owned())?;
    let found = tx.by(&VpcEndpoint::SERVICE, service.as_str()).find(|own| own.id == id);
    let missing = || Error::NotFound(Kind::VpcEndpoint, vec![id.to_string()]);
    found.map(|own| (**own).clone()).ok_or_else(missing)
}
