//! What a call asks of an endpoint, as far as it can be judged without the state.

use super::model::EndpointKind;
use crate::error::{Endpoint, Error, Part};
use crate::id::{RouteTableId, SubnetId, VpcId};
use crate::network_interface;
use crate::resource::required;
use crate::security_group;
use policy::grammar::{Grammar, check};
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;

/// Characters of a policy at the most. Source: PrivateLink guide, "Quotas".
const LONGEST_POLICY: usize = 20_480;

/// What a new endpoint is to be.
pub(super) struct Wish {
    pub(super) kind: EndpointKind,
    pub(super) vpc: VpcId,
    pub(super) service_name: String,
    pub(super) policy: Option<String>,
    pub(super) tables: Vec<RouteTableId>,
    pub(super) subnets: Vec<Spot>,
    pub(super) groups: Vec<String>,
    pub(super) dns: DnsWish,
}

/// A subnet, and the address to have in it.
#[derive(Clone)]
pub(super) struct Spot {
    pub(super) subnet: SubnetId,
    pub(super) address: Option<Ipv4Addr>,
}

/// What names it is to have.
#[derive(Clone, Default)]
pub(super) struct DnsWish {
    pub(super) is_private: Option<bool>,
    pub(super) record_type: Option<String>,
    pub(super) only_inbound: Option<bool>,
}

pub(super) fn refused<T>(sentence: &str) -> Result<T, Error> {
    Err(Endpoint::Parameter(sentence.to_owned()).into())
}

impl Wish {
    pub(super) fn read(input: ec2::CreateVpcEndpointRequest) -> Result<Self, Error> {
        let kind = match input.vpc_endpoint_type.as_deref() {
            None | Some("Gateway") => EndpointKind::Gateway,
            Some("Interface") => EndpointKind::Interface,
            Some("GatewayLoadBalancer") => EndpointKind::GatewayLoadBalancer,
            Some(word @ ("Resource" | "ServiceNetwork" | "Tunnel")) => {
                return refused(&format!("VPC endpoints of type {word} are not built yet"));
            }
            Some(word) => {
                let reason = "Valid values are Gateway, Interface and GatewayLoadBalancer.".to_owned();
                return Err(Error::Value("VpcEndpointType", word.to_owned(), reason));
            }
        };
        if input.service_network_arn.is_some() || input.resource_configuration_arn.is_some() {
            return refused("VPC endpoints of resources and service networks are not built yet");
        }
        if input.service_region.is_some_and(|region| {
            input.service_name.as_ref().is_none_or(|name| !name.contains(&format!(".{region}.")))
        }) {
            return refused("VPC endpoints of services in other Regions are not built yet");
        }
        let tables = tables(input.route_table_ids)?;
        let subnets = spots(input.subnet_ids, input.subnet_configurations)?;
        let groups = groups(input.security_group_ids)?;
        require_fitting(kind, !tables.is_empty(), subnets.len(), !groups.is_empty())?;
        let dns = dns(kind, input.private_dns_enabled, input.dns_options)?;
        ip_type(input.ip_address_type)?;
        Ok(Self {
            kind,
            vpc: vpc(input.vpc_id)?,
            service_name: required(input.service_name, "ServiceName")?,
            policy: input.policy_document.filter(|text| !text.is_empty()).map(policy).transpose()?,
            tables,
            subnets,
            groups,
            dns,
        })
    }
}

/// What endpoints of a type do not have.
pub(super) fn require_fitting(
    kind: EndpointKind,
    has_tables: bool,
    subnets: usize,
    has_groups: bool,
) -> Result<(), Error> {
    if has_tables && kind != EndpointKind::Gateway {
        return refused("Route table IDs are only supported for Gateway type VPC Endpoint.");
    }
    if subnets > 0 && kind == EndpointKind::Gateway {
        return refused(
            "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.",
        );
    }
    if has_groups && kind != EndpointKind::Interface {
        return refused("Security group IDs are only supported for Interface type VPC Endpoint.");
    }
    if subnets > 1 && kind == EndpointKind::GatewayLoadBalancer {
        return refused("Only one subnet can be specified for GatewayLoadBalancer type VPC Endpoints.");
    }
    Ok(())
}

/// Names are an interface endpoint's own.
pub(super) fn dns(
    kind: EndpointKind,
    is_private: Option<bool>,
    options: Option<ec2::DnsOptionsSpecification>,
) -> Result<DnsWish, Error> {
    let options = options.unwrap_or_default();
    let is_interface = kind == EndpointKind::Interface;
    if options.private_dns_only_for_inbound_resolver_endpoint.is_some() && !is_interface {
        return refused(
            "DnsOptions PrivateDnsOnlyForInboundResolverEndpoint is applicable only to Interface VPC Endpoints.",
        );
    }
    if is_private == Some(true) && !is_interface {
        return refused("Private DNS can only be enabled for Interface type VPC Endpoint.");
    }
    if options.private_dns_preference.is_some()
        || options.private_dns_specified_domains.is_some_and(|list| !list.is_empty())
    {
        return refused(
            "PrivateDnsPreference and PrivateDnsSpecifiedDomains are not supported for this service.",
        );
    }
    let record_type = options.dns_record_ip_type;
    match record_type.as_deref() {
        None | Some("ipv4" | "service-defined") => {}
        Some(word @ ("dualstack" | "ipv6")) => {
            return refused(&format!(
                "The DNS record IP type ({word}) is not supported for an endpoint of IP address type ipv4."
            ));
        }
        Some(word) => {
            let reason = "Valid values are ipv4, dualstack, ipv6 and service-defined.".to_owned();
            return Err(Error::Value("DnsRecordIpType", word.to_owned(), reason));
        }
    }
    Ok(DnsWish {
        is_private,
        record_type,
        only_inbound: options.private_dns_only_for_inbound_resolver_endpoint,
    })
}

/// Services are reached by IPv4.
pub(super) fn ip_type(asked: Option<String>) -> Result<(), Error> {
    match asked.as_deref() {
        None | Some("ipv4") => Ok(()),
        Some(word @ ("dualstack" | "ipv6")) => {
            refused(&format!("The IP address type ({word}) is not supported by the VPC endpoint service."))
        }
        Some(word) => {
            let reason = "Valid values are ipv4, dualstack and ipv6.".to_owned();
            Err(Error::Value("IpAddressType", word.to_owned(), reason))
        }
    }
}

/// A policy that AWS would take.
pub(super) fn policy(text: String) -> Result<String, Error> {
    if text.chars().count() > LONGEST_POLICY {
        return Err(Endpoint::PolicyLength.into());
    }
    check(&Grammar::Endpoint, &text).map_err(Endpoint::Policy)?;
    Ok(text)
}

pub(super) fn vpc(text: Option<String>) -> Result<VpcId, Error> {
    let text = required(text, "VpcId")?;
    VpcId::parse(&text).map_err(|error| Endpoint::Malformed(Part::Vpc, error.given).into())
}

pub(super) fn tables(ids: Option<Vec<String>>) -> Result<Vec<RouteTableId>, Error> {
    let parse = |text: String| {
        RouteTableId::parse(&text)
            .map_err(|error| Error::from(Endpoint::Malformed(Part::RouteTable, error.given)))
    };
    Ok(once(ids.unwrap_or_default().into_iter().map(parse).collect::<Result<_, _>>()?))
}

pub(super) fn subnet(text: &str) -> Result<SubnetId, Error> {
    SubnetId::parse(text).map_err(|error| Endpoint::Malformed(Part::Subnet, error.given).into())
}

/// Subnets, with the addresses that are asked for in some.
pub(super) fn spots(
    ids: Option<Vec<String>>,
    configurations: Option<Vec<ec2::SubnetConfiguration>>,
) -> Result<Vec<Spot>, Error> {
    let mut spots: Vec<Spot> = Vec::new();
    for id in ids.unwrap_or_default() {
        let subnet = subnet(&id)?;
        if !spots.iter().any(|spot| spot.subnet == subnet) {
            spots.push(Spot { subnet, address: None });
        }
    }
    for own in configurations.unwrap_or_default() {
        if own.ipv6.is_some() {
            return refused("The IP address type (ipv6) is not supported by the VPC endpoint service.");
        }
        let subnet = subnet(&required(own.subnet_id, "SubnetId")?)?;
        let address = own.ipv4.as_deref().map(network_interface::address).transpose()?;
        match spots.iter_mut().find(|spot| spot.subnet == subnet) {
            Some(spot) => spot.address = address,
            None => spots.push(Spot { subnet, address }),
        }
    }
    Ok(spots)
}

pub(super) fn groups(ids: Option<Vec<String>>) -> Result<Vec<String>, Error> {
    let ids = ids.unwrap_or_default();
    ids.iter().try_for_each(|id| security_group::group_id(id).map(|_| ()))?;
    Ok(once(ids))
}

/// Each of them once.
fn once<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut seen = Vec::new();
    for own in all {
        if !seen.contains(&own) {
            seen.push(own);
        }
    }
    seen
}
