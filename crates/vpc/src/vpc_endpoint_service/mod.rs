//! The services of customers behind VPC endpoints.

mod connection;
mod model;
mod notification;
mod permission;
#[cfg(test)]
mod tests;

pub(crate) use connection::{accept, describe_connections, reject};
pub(crate) use model::{ConnectionNotification, OfLoadBalancers, VpcEndpointService};
pub(crate) use notification::{
    create_notification, delete_notifications, describe_notifications, modify_notification,
};
pub(crate) use permission::{describe_permissions, modify_permissions};

use crate::error::{Endpoint, Error, Kind};
use crate::event::Changed;
use crate::id::VpcEndpointServiceId;
use crate::listing::{self, Wish as List};
use crate::resource::{Resource, required, tag_set, take};
use crate::token::{self, Once, once};
use crate::vpc_endpoint::{EndpointKind, VpcEndpoint, plain_error, unsuccessful};
use crate::{Vpc as Service, home, tag};
use base::{Arn, Zone};
use ec2_resource::neighbour::{LoadBalancer, LoadBalancerKind};
use model::PrivateName;
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// `CreateVpcEndpointServiceConfiguration`: behind network or gateway load balancers of the account, available at once.
/// The same client token gives the same service.
pub(crate) fn create(
    cx: &Cx,
    svc: &Service,
    input: ec2::CreateVpcEndpointServiceConfigurationRequest,
) -> Result<ec2::CreateVpcEndpointServiceConfigurationResult, Error> {
    let digest = token::digest(&input);
    let client_token = input.client_token.clone();
    let (kind, arns) = one_kind(
        input.network_load_balancer_arns.unwrap_or_default(),
        input.gateway_load_balancer_arns.unwrap_or_default(),
    )?;
    arns.iter().try_for_each(|arn| require_arn(kind, arn))?;
    let private_name = input.private_dns_name.filter(|name| !name.is_empty());
    if private_name.is_some() && kind == EndpointKind::GatewayLoadBalancer {
        return refused("Private DNS names are only supported for services with Network Load Balancers.");
    }
    let ip_types = ip_types(input.supported_ip_address_types.unwrap_or_default())?;
    regions(cx, &input.supported_regions.unwrap_or_default())?;
    let tags = tag::of_specifications(input.tag_specifications, VpcEndpointService::TYPE)?;
    let acceptance_required = input.acceptance_required.unwrap_or(true);
    let call = Once {
        operation: "CreateVpcEndpointServiceConfiguration",
        token: client_token.as_deref(),
        digest: &digest,
    };
    let service = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let id = VpcEndpointServiceId::new(cx.ids());
            let mut service = VpcEndpointService {
                scope: cx.scope().clone(),
                name: format!("com.amazonaws.vpce.{}.{id}", cx.region()),
                id,
                kind,
                acceptance_required,
                load_balancers: arns.clone(),
                zones: Vec::new(),
                ip_types: if ip_types.is_empty() { vec!["ipv4".to_owned()] } else { ip_types.clone() },
                private_name: private_name.clone().map(|name| named(cx, name)),
                permissions: Vec::new(),
                tags: tags.clone(),
            };
            settle(tx, cx, svc, &mut service)?;
            tx.emit(&Changed { kind: "VpcEndpointServiceCreated", resource: service.arn() });
            tx.put(service.clone());
            Ok(service)
        })
    })?;
    let service_configuration = Some(shape(&service));
    Ok(ec2::CreateVpcEndpointServiceConfigurationResult { service_configuration, client_token })
}

fn refused<T>(sentence: &str) -> Result<T, Error> {
    Err(Endpoint::Parameter(sentence.to_owned()).into())
}

/// The type of the endpoints, by that of the load balancers, of which there is one.
fn one_kind(network: Vec<String>, gateway: Vec<String>) -> Result<(EndpointKind, Vec<String>), Error> {
    match (network.is_empty(), gateway.is_empty()) {
        (false, true) => Ok((EndpointKind::Interface, network)),
        (true, false) => Ok((EndpointKind::GatewayLoadBalancer, gateway)),
        (true, true) | (false, false) => refused(
            "exactly one of network_load_balancer_arn or gateway_load_balancer_arn is a required member",
        ),
    }
}

/// The ARN of a load balancer that endpoints of a type lead to.
fn require_arn(kind: EndpointKind, text: &str) -> Result<(), Error> {
    let word = if kind == EndpointKind::Interface { "net" } else { "gwy" };
    let arn: Option<Arn> = text.parse().ok();
    let is_one = |arn: &Arn| {
        let parts: Vec<&str> = arn.resource.split('/').collect();
        arn.service == "elasticloadbalancing"
            && matches!(parts[..], ["loadbalancer", own, _, _] if own == word)
    };
    if arn.as_ref().is_some_and(is_one) {
        Ok(())
    } else {
        Err(Endpoint::LoadBalancerArn(text.to_owned()).into())
    }
}

fn ip_types(asked: Vec<String>) -> Result<Vec<String>, Error> {
    match asked.iter().find(|word| !matches!(word.as_str(), "ipv4" | "ipv6")) {
        None => Ok(asked),
        Some(word) => {
            let reason = "Valid values are ipv4 and ipv6.".to_owned();
            Err(Error::Value("SupportedIpAddressType", word.clone(), reason))
        }
    }
}

/// Consumers are in the service's own Region.
fn regions(cx: &Cx, asked: &[String]) -> Result<(), Error> {
    match asked.iter().find(|region| region.as_str() != cx.region().as_str()) {
        None => Ok(()),
        Some(region) => {
            refused(&format!("Services for consumers in other Regions are not built yet: {region}"))
        }
    }
}

/// A private name, and what is to verify it.
fn named(cx: &Cx, name: String) -> PrivateName {
    let letters = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let own = format!("_{}", cx.ids().text(letters, 20));
    let value = format!("vpce:{}", cx.ids().text(letters, 20));
    PrivateName { name, record: (own, value) }
}

/// Asks for the load balancers: they are there, of the right kind, active, and speak what the service is to speak.
fn settle(tx: &Tx, cx: &Cx, svc: &Service, service: &mut VpcEndpointService) -> Result<(), Error> {
    let mut zones: Vec<Zone> = Vec::new();
    let wanted = match service.kind {
        EndpointKind::GatewayLoadBalancer => LoadBalancerKind::Gateway,
        EndpointKind::Gateway | EndpointKind::Interface => LoadBalancerKind::Network,
    };
    for arn in &service.load_balancers {
        let found = svc.load_balancers.get(tx, cx.scope(), arn);
        let own: LoadBalancer = found.ok_or_else(|| Endpoint::NoLoadBalancer(arn.clone()))?;
        if own.kind != wanted {
            return Err(Endpoint::NoLoadBalancer(arn.clone()).into());
        }
        if !own.is_active {
            return refused(&format!("The load balancer {arn} is not active."));
        }
        if let Some(word) = service.ip_types.iter().find(|word| !own.ip_types.contains(word)) {
            return refused(&format!("The load balancer {arn} does not support the IP address type {word}."));
        }
        zones.extend(own.zones);
    }
    zones.sort();
    zones.dedup();
    service.zones = zones;
    Ok(())
}

/// `ModifyVpcEndpointServiceConfiguration`.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Service,
    input: ec2::ModifyVpcEndpointServiceConfigurationRequest,
) -> Result<ec2::ModifyVpcEndpointServiceConfigurationResult, Error> {
    let id = service_id(input.service_id)?;
    let (add_network, add_gateway) = (
        input.add_network_load_balancer_arns.unwrap_or_default(),
        input.add_gateway_load_balancer_arns.unwrap_or_default(),
    );
    let mut remove = input.remove_network_load_balancer_arns.unwrap_or_default();
    remove.extend(input.remove_gateway_load_balancer_arns.unwrap_or_default());
    let add_types = ip_types(input.add_supported_ip_address_types.unwrap_or_default())?;
    let remove_types = ip_types(input.remove_supported_ip_address_types.unwrap_or_default())?;
    regions(cx, &input.add_supported_regions.unwrap_or_default())?;
    regions(cx, &input.remove_supported_regions.unwrap_or_default())?;
    let name = input.private_dns_name.filter(|name| !name.is_empty());
    let removes_name = input.remove_private_dns_name == Some(true);
    if name.is_some() && removes_name {
        let sentence = "The parameter PrivateDnsName cannot be used with the parameter RemovePrivateDnsName";
        return Err(Error::Combination(sentence.to_owned()));
    }
    home::write(cx, |tx| {
        let mut service: VpcEndpointService = take(tx, cx.scope(), id.as_str())?;
        let (add, wrong) = match service.kind {
            EndpointKind::GatewayLoadBalancer => (&add_gateway, &add_network),
            EndpointKind::Gateway | EndpointKind::Interface => (&add_network, &add_gateway),
        };
        if !wrong.is_empty() {
            return refused("The service has load balancers of another type.");
        }
        balance(&mut service, add, &remove)?;
        exchange(&mut service.ip_types, &add_types, &remove_types);
        if service.ip_types.is_empty() {
            return refused("A VPC endpoint service must support at least one IP address type.");
        }
        service.acceptance_required = input.acceptance_required.unwrap_or(service.acceptance_required);
        match &name {
            Some(name) => service.private_name = Some(named(cx, name.clone())),
            None if removes_name => service.private_name = None,
            None => {}
        }
        settle(tx, cx, svc, &mut service)?;
        tx.emit(&Changed { kind: "VpcEndpointServiceChanged", resource: service.arn() });
        tx.put(service);
        Ok(ec2::ModifyVpcEndpointServiceConfigurationResult { return_: Some(true) })
    })
}

/// Gives a service other load balancers; one stays.
fn balance(service: &mut VpcEndpointService, add: &[String], remove: &[String]) -> Result<(), Error> {
    add.iter().try_for_each(|arn| require_arn(service.kind, arn))?;
    if let Some(missing) = remove.iter().find(|arn| !service.load_balancers.contains(arn)) {
        return Err(Endpoint::NoLoadBalancer(missing.clone()).into());
    }
    exchange(&mut service.load_balancers, add, remove);
    if service.load_balancers.is_empty() {
        return refused("A VPC endpoint service must have at least one load balancer.");
    }
    Ok(())
}

/// Takes some out and puts others in, each once.
fn exchange(own: &mut Vec<String>, add: &[String], remove: &[String]) {
    own.retain(|text| !remove.contains(text));
    for text in add {
        if !own.contains(text) {
            own.push(text.clone());
        }
    }
}

/// `DescribeVpcEndpointServiceConfigurations`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcEndpointServiceConfigurationsRequest,
) -> Result<ec2::DescribeVpcEndpointServiceConfigurationsResult, Error> {
    let wish = List {
        ids: input.service_ids,
        filters: input.filters,
        max_results: input.max_results.map(|most| most.min(1_000)),
        next_token: input.next_token,
    };
    let operation = "DescribeVpcEndpointServiceConfigurations";
    let page = listing::list(cx, operation, wish, |_, row: &VpcEndpointService| shape(row));
    let page = page.map_err(plain_error)?;
    Ok(ec2::DescribeVpcEndpointServiceConfigurationsResult {
        service_configurations: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DeleteVpcEndpointServiceConfigurations`: those that nothing is connected to; the others are told.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteVpcEndpointServiceConfigurationsRequest,
) -> Result<ec2::DeleteVpcEndpointServiceConfigurationsResult, Error> {
    let ids = input.service_ids.unwrap_or_default();
    if ids.is_empty() {
        return Err(Error::Missing("ServiceId"));
    }
    let unsuccessful = home::write(cx, |tx| {
        let mut kept = Vec::new();
        for id in &ids {
            if let Err(error) = delete_one(tx, cx, id) {
                kept.push(unsuccessful(id, &error));
            }
        }
        Ok::<_, Error>(kept)
    })?;
    Ok(ec2::DeleteVpcEndpointServiceConfigurationsResult { unsuccessful: Some(unsuccessful) })
}

fn delete_one(tx: &mut Tx, cx: &Cx, id: &str) -> Result<(), Error> {
    let id = service_id(Some(id.to_owned()))?;
    let service: VpcEndpointService =
        take(tx, cx.scope(), id.as_str()).map_err(|_| Endpoint::NoServiceToDelete(id.to_string()))?;
    if tx.by(&VpcEndpoint::SERVICE, id.as_str()).any(|own| own.state.is_connected()) {
        return Err(Endpoint::Connected(id.to_string()).into());
    }
    notification::forget(tx, &service);
    tx.delete::<VpcEndpointService>(&service.key_text());
    tx.emit(&Changed { kind: "VpcEndpointServiceDeleted", resource: service.arn() });
    Ok(())
}

/// A service's id.
fn service_id(text: Option<String>) -> Result<VpcEndpointServiceId, Error> {
    let text = required(text, "ServiceId")?;
    VpcEndpointServiceId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::VpcEndpointService, error.given, error.prefix))
}

fn shape(own: &VpcEndpointService) -> ec2::ServiceConfiguration {
    let kind = ec2::ServiceTypeDetail { service_type: Some(own.kind.word().to_owned()) };
    let arns = Some(own.load_balancers.clone());
    let is_gateway = own.kind == EndpointKind::GatewayLoadBalancer;
    let private = own.private_name.as_ref();
    ec2::ServiceConfiguration {
        service_id: Some(own.id.to_string()),
        service_name: Some(own.name.clone()),
        service_type: Some(vec![kind]),
        service_state: Some("Available".to_owned()),
        availability_zones: Some(own.zones.iter().map(|zone| zone.name.clone()).collect()),
        availability_zone_ids: Some(own.zones.iter().map(|zone| zone.id.clone()).collect()),
        acceptance_required: Some(own.acceptance_required),
        manages_vpc_endpoints: Some(false),
        network_load_balancer_arns: arns.clone().filter(|_| !is_gateway),
        gateway_load_balancer_arns: arns.filter(|_| is_gateway),
        supported_ip_address_types: Some(own.ip_types.clone()),
        base_endpoint_dns_names: Some(vec![own.base()]),
        private_dns_name: private.map(|own| own.name.clone()),
        private_dns_name_configuration: Some(ec2::PrivateDnsNameConfiguration {
            state: private.map(|_| "pendingVerification".to_owned()),
            type_: private.map(|_| "TXT".to_owned()),
            name: private.map(|own| own.record.0.clone()),
            value: private.map(|own| own.record.1.clone()),
        }),
        remote_access_enabled: Some(false),
        tags: tag_set(&own.tags),
        ..ec2::ServiceConfiguration::default()
    }
}
