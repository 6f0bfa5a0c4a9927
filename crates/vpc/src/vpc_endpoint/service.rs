//! Which services a caller can connect to: those of AWS, and those of customers who allow it.

use super::catalogue::{self, Offer, service_id};
use super::model::EndpointKind;
use crate::error::{Endpoint, Error};
use crate::filter::Filters;
use crate::resource::{Resource, tag_set};
use crate::vpc_endpoint_service::VpcEndpointService;
use crate::{Vpc as Service, home};
use base::{Scope, Tags, Zone};
use ec2_resource::listing::{cut, page_size};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Rows;

/// Who owns the services of AWS.
const AWS: &str = "amazon";

/// A service that a caller can connect to.
#[derive(Clone)]
pub(crate) enum Found {
    Aws(Offer),
    Customer(Arc<VpcEndpointService>),
}

impl Found {
    pub(crate) fn kind(&self) -> EndpointKind {
        match self {
            Self::Aws(offer) => offer.kind,
            Self::Customer(own) => own.kind,
        }
    }

    /// The zones that endpoints can stand in.
    pub(crate) fn zones(&self, scope: &Scope) -> Vec<Zone> {
        match self {
            Self::Aws(_) => scope.region.zones(),
            Self::Customer(own) => own.zones.clone(),
        }
    }

    /// Who owns it: `amazon`, or an account.
    pub(crate) fn owner(&self) -> String {
        match self {
            Self::Aws(_) => AWS.to_owned(),
            Self::Customer(own) => own.scope.account.to_string(),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Aws(offer) => &offer.name,
            Self::Customer(own) => &own.name,
        }
    }
}

/// Every service that the caller can see, by name and type.
fn all(rows: &impl Rows, cx: &Cx) -> Vec<Found> {
    let scope = cx.scope();
    let of_aws = catalogue::offers(scope).into_iter().map(Found::Aws);
    let of_others = rows.listed(&VpcEndpointService::REGION, &VpcEndpointService::region_key(scope));
    let of_others = of_others.into_iter().filter(|own| own.lets(cx)).map(Found::Customer);
    let mut found: Vec<Found> = of_aws.chain(of_others).collect();
    found.sort_by(|a, b| (a.name(), a.kind()).cmp(&(b.name(), b.kind())));
    found
}

/// The service that an endpoint of a type is to lead to.
pub(super) fn find(rows: &impl Rows, cx: &Cx, name: &str, kind: EndpointKind) -> Result<Found, Error> {
    let of_name: Vec<Found> = all(rows, cx).into_iter().filter(|own| own.name() == name).collect();
    let Some(first) = of_name.first() else { return Err(Endpoint::NoService(name.to_owned()).into()) };
    let other = first.kind().word();
    let fitting = of_name.iter().find(|own| own.kind() == kind).cloned();
    fitting.ok_or_else(|| {
        let sentence = format!("Endpoint type ({}) does not match service type ({other}).", kind.word());
        Endpoint::Parameter(sentence).into()
    })
}

/// What the state knows of an endpoint that is to be made, for decisions about it: who owns the service, and where it is.
///
/// Source: PrivateLink guide, "Control VPC endpoints creation based on the service owner".
pub(crate) fn keys_of_new(
    cx: &Cx,
    _svc: &Service,
    input: &ec2::CreateVpcEndpointRequest,
) -> Vec<(&'static str, Vec<String>)> {
    let Some(name) = input.service_name.as_deref() else { return Vec::new() };
    let region = input.service_region.clone().filter(|region| !region.is_empty());
    let region = region.unwrap_or_else(|| cx.region().to_string());
    let mut keys = vec![("ec2:VpceServiceRegion", vec![region])];
    let found = cx.read(|view| all(view, cx).into_iter().find(|own| own.name() == name));
    keys.extend(found.map(|own| ("ec2:VpceServiceOwner", vec![own.owner()])));
    keys
}

/// `DescribeVpcEndpointServices`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcEndpointServicesRequest,
) -> Result<ec2::DescribeVpcEndpointServicesResult, Error> {
    let known = ["owner", "service-name", "service-region", "service-type", "supported-ip-address-types"];
    let filters = Filters::parse(input.filters, &known).map_err(super::plain)?;
    let limit = page_size(input.max_results.map(|most| most.min(1_000)), (5, 1_000))?;
    let names = input.service_names.unwrap_or_default();
    let regions = input.service_regions.unwrap_or_default();
    let found = home::read(cx, |view| Ok(all(view, cx)))?;
    if let Some(missing) = names.iter().find(|name| !found.iter().any(|own| own.name() == name.as_str())) {
        return Err(Endpoint::NoService(missing.clone()).into());
    }
    let none = Tags::default();
    let passing = found.into_iter().filter(|own| {
        let tags = match own {
            Found::Aws(_) => &none,
            Found::Customer(own) => own.tags(),
        };
        (names.is_empty() || names.iter().any(|name| name == own.name()))
            && (regions.is_empty() || regions.iter().any(|region| region == cx.region().as_str()))
            && filters.pass(tags, |name| values(cx, own, name))
    });
    let call =
        ["DescribeVpcEndpointServices", &cx.scope().to_string(), &format!("{names:?}{regions:?}{filters:?}")];
    let place = |own: &Found| format!("{} {:?}", own.name(), own.kind());
    let (found, next_token) = cut(cx, &call, passing, place, (input.next_token, limit))?;
    let mut service_names: Vec<String> = found.iter().map(|own| own.name().to_owned()).collect();
    service_names.dedup();
    Ok(ec2::DescribeVpcEndpointServicesResult {
        service_names: Some(service_names),
        service_details: Some(found.iter().map(|own| shape(cx.scope(), own)).collect()),
        next_token,
    })
}

fn values(cx: &Cx, own: &Found, name: &str) -> Vec<String> {
    match (name, own) {
        ("owner", own) => vec![own.owner()],
        ("service-name", own) => vec![own.name().to_owned()],
        ("service-region", _) => vec![cx.region().to_string()],
        ("service-type", own) => vec![own.kind().word().to_owned()],
        (_, Found::Aws(_)) => vec!["ipv4".to_owned()],
        (_, Found::Customer(own)) => own.ip_types.clone(),
    }
}

fn shape(scope: &Scope, own: &Found) -> ec2::ServiceDetail {
    let zones = own.zones(scope);
    let kind = ec2::ServiceTypeDetail { service_type: Some(own.kind().word().to_owned()) };
    let detail = ec2::ServiceDetail {
        service_name: Some(own.name().to_owned()),
        service_type: Some(vec![kind]),
        service_region: Some(scope.region.to_string()),
        owner: Some(own.owner()),
        availability_zones: Some(zones.iter().map(|zone| zone.name.clone()).collect()),
        availability_zone_ids: Some(zones.iter().map(|zone| zone.id.clone()).collect()),
        manages_vpc_endpoints: Some(false),
        ..ec2::ServiceDetail::default()
    };
    match own {
        Found::Aws(offer) => {
            let private = |name: &String| ec2::PrivateDnsDetails { private_dns_name: Some(name.clone()) };
            let private_dns_names: Vec<_> = offer.private_names.iter().map(private).collect();
            ec2::ServiceDetail {
                service_id: Some(service_id(&offer.name, offer.kind)),
                base_endpoint_dns_names: Some(vec![offer.base.clone()]),
                private_dns_name: offer.private_names.first().cloned(),
                private_dns_name_verification_state: offer
                    .private_names
                    .first()
                    .map(|_| "verified".to_owned()),
                private_dns_names: Some(private_dns_names).filter(|list| !list.is_empty()),
                vpc_endpoint_policy_supported: Some(offer.has_policy),
                acceptance_required: Some(false),
                supported_ip_address_types: Some(vec!["ipv4".to_owned()]),
                tags: Some(Vec::new()),
                ..detail
            }
        }
        Found::Customer(own) => ec2::ServiceDetail {
            service_id: Some(own.id.to_string()),
            base_endpoint_dns_names: Some(vec![own.base()]),
            vpc_endpoint_policy_supported: Some(false),
            acceptance_required: Some(own.acceptance_required),
            supported_ip_address_types: Some(own.ip_types.clone()),
            tags: tag_set(own.tags()),
            ..detail
        },
    }
}
