//! VPC endpoints.

mod birth;
mod catalogue;
mod gate;
mod model;
mod modify;
mod service;
mod wish;
mod work;

pub(crate) use birth::{forget_table, leads, open_later};
pub(crate) use gate::Gate;
pub(crate) use model::{EndpointKind, State, VpcEndpoint};
pub(crate) use modify::modify;
pub(crate) use service::{describe as describe_services, keys_of_new};
pub(crate) use work::{Close, Open, remove_interface};

use crate::error::{Endpoint, Error, Kind};
use crate::filter::{BadFilter, Filters};
use crate::id::VpcEndpointId;
use crate::listing::{self, Wish as List};
use crate::resource::{Resource, tag_set, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use ec2_resource::absent::{Asked, refuse};
use ec2_resource::listing::of_ids;
use model::Dns;
use ports::Cx;
use shapes_ec2 as ec2;
use wish::Wish;

/// `CreateVpcEndpoint`: a gateway is there at once; the others are pending, with their interfaces. The same client token
/// gives the same endpoint.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpcEndpointRequest,
) -> Result<ec2::CreateVpcEndpointResult, Error> {
    let digest = token::digest(&input);
    let client_token = input.client_token.clone();
    let tags = tag::of_specifications(input.tag_specifications.clone(), VpcEndpoint::TYPE)?;
    let wish = Wish::read(input)?;
    let call = Once { operation: "CreateVpcEndpoint", token: client_token.as_deref(), digest: &digest };
    let endpoint =
        home::write(cx, |tx| once(tx, cx.scope(), &call, |tx| birth::make(tx, cx, &wish, tags.clone())))?;
    Ok(ec2::CreateVpcEndpointResult { vpc_endpoint: Some(shape(&endpoint)), client_token })
}

/// `DescribeVpcEndpoints`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcEndpointsRequest,
) -> Result<ec2::DescribeVpcEndpointsResult, Error> {
    let wish = List {
        ids: input.vpc_endpoint_ids,
        filters: input.filters,
        // More than a thousand are answered with a thousand.
        max_results: input.max_results.map(|most| most.min(1_000)),
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeVpcEndpoints", wish, |_, row: &VpcEndpoint| shape(row));
    let page = page.map_err(plain_error)?;
    Ok(ec2::DescribeVpcEndpointsResult { vpc_endpoints: Some(page.items), next_token: page.next_token })
}

/// `DescribeVpcEndpointAssociations`: of endpoints of resources and service networks, of which there are none.
pub(crate) fn describe_associations(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcEndpointAssociationsRequest,
) -> Result<ec2::DescribeVpcEndpointAssociationsResult, Error> {
    let known = [
        "associated-resource-accessibility",
        "associated-resource-id",
        "association-id",
        "resource-configuration-group-arn",
        "service-network-arn",
        "service-network-resource-association-id",
        "vpc-endpoint-id",
    ];
    Filters::parse(input.filters, &known).map_err(plain)?;
    let asked = Asked {
        operation: "DescribeVpcEndpointAssociations",
        max_results: Some((input.max_results, (1, 100))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    let ids = input.vpc_endpoint_ids.unwrap_or_default();
    ids.iter().try_for_each(|id| endpoint_id(id.clone()).map(|_| ()))?;
    home::read(cx, |view| of_ids::<VpcEndpoint>(view, cx.scope(), &ids).map(|_| ()))?;
    Ok(ec2::DescribeVpcEndpointAssociationsResult {
        vpc_endpoint_associations: Some(Vec::new()),
        next_token: None,
    })
}

/// `DeleteVpcEndpoints`: those that can be deleted; the others are told.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteVpcEndpointsRequest,
) -> Result<ec2::DeleteVpcEndpointsResult, Error> {
    let ids = input.vpc_endpoint_ids.unwrap_or_default();
    if ids.is_empty() {
        return Err(Error::Missing("VpcEndpointId"));
    }
    let unsuccessful = home::write(cx, |tx| {
        let mut kept = Vec::new();
        for id in &ids {
            let found: Result<VpcEndpoint, Error> =
                endpoint_id(id.clone()).and_then(|id| take(tx, cx.scope(), id.as_str()));
            match found {
                Ok(endpoint) if endpoint.state == State::Deleting => {}
                Ok(endpoint) => work::close(tx, endpoint),
                Err(Error::NotFound(..)) => {
                    kept.push(unsuccessful(id, &Endpoint::NoneToDelete(id.clone()).into()));
                }
                Err(error) => kept.push(unsuccessful(id, &error)),
            }
        }
        Ok::<_, Error>(kept)
    })?;
    Ok(ec2::DeleteVpcEndpointsResult { unsuccessful: Some(unsuccessful) })
}

/// What was not done while the rest was.
pub(crate) fn unsuccessful(id: &str, error: &Error) -> ec2::UnsuccessfulItem {
    let (code, message) = error.words();
    ec2::UnsuccessfulItem {
        resource_id: Some(id.to_owned()),
        error: Some(ec2::UnsuccessfulItemError { code: Some(code), message: Some(message) }),
    }
}

/// An endpoint's id.
pub(crate) fn endpoint_id(text: String) -> Result<VpcEndpointId, Error> {
    VpcEndpointId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::VpcEndpoint, error.given, error.prefix))
}

/// A bad filter in the words of this family.
pub(crate) fn plain(bad: BadFilter) -> Error {
    match bad {
        BadFilter::Unknown(name) => Endpoint::Filter(name).into(),
        bad @ (BadFilter::Long | BadFilter::Many) => bad.into(),
    }
}

/// The same of an error that may be one.
pub(crate) fn plain_error(error: Error) -> Error {
    match error {
        Error::Filter(bad) => plain(bad),
        other => other,
    }
}

/// The names that lead to an endpoint: of all zones, of each, and those of the service.
pub(crate) fn dns_entries(own: &VpcEndpoint) -> Vec<ec2::DnsEntry> {
    let Dns { base, label, is_starred, .. } = &own.dns;
    if own.kind != EndpointKind::Interface {
        return Vec::new();
    }
    let star = if *is_starred { "*." } else { "" };
    let zone_id = catalogue::hosted_zone(own.scope.region.as_str());
    let of_zones = own.places.iter().map(|place| format!("-{}", place.zone.name));
    let regional = std::iter::once(String::new()).chain(of_zones);
    let regional = regional.map(|zone| (format!("{star}{}-{label}{zone}.{base}", own.id), zone_id.clone()));
    let private = own.dns.private_names.iter().filter(|_| own.dns.is_private);
    let private = private.map(|name| (name.clone(), own.dns.zone_id.clone()));
    let entry = |(dns_name, zone)| ec2::DnsEntry { dns_name: Some(dns_name), hosted_zone_id: Some(zone) };
    regional.chain(private).map(entry).collect()
}

fn shape(own: &VpcEndpoint) -> ec2::VpcEndpoint {
    let group = |group: &crate::network_interface::Group| ec2::SecurityGroupIdentifier {
        group_id: Some(group.id.to_string()),
        group_name: Some(group.name.clone()),
    };
    ec2::VpcEndpoint {
        vpc_endpoint_id: Some(own.id.to_string()),
        vpc_endpoint_type: Some(own.kind.word().to_owned()),
        vpc_id: Some(own.vpc_id.to_string()),
        service_name: Some(own.service_name.clone()),
        service_region: Some(own.scope.region.to_string()),
        state: Some(own.state.word().to_owned()),
        policy_document: own.policy.clone(),
        route_table_ids: Some(own.tables.iter().map(ToString::to_string).collect()),
        subnet_ids: Some(own.places.iter().map(|place| place.subnet.to_string()).collect()),
        network_interface_ids: Some(own.places.iter().map(|place| place.interface.to_string()).collect()),
        groups: Some(own.groups.iter().map(group).collect()),
        ip_address_type: Some("ipv4".to_owned()),
        dns_options: Some(ec2::DnsOptions {
            dns_record_ip_type: Some(own.dns.record_type.clone()),
            private_dns_only_for_inbound_resolver_endpoint: own.dns.only_inbound,
            ..ec2::DnsOptions::default()
        }),
        private_dns_enabled: Some(own.dns.is_private),
        dns_entries: Some(dns_entries(own)),
        requester_managed: Some(false),
        creation_timestamp: Some(own.created_at.into()),
        owner_id: Some(own.scope.account.to_string()),
        tags: tag_set(&own.tags),
        ..ec2::VpcEndpoint::default()
    }
}
