//! Network interfaces.

mod answer;
mod assign;
mod attach;
mod attribute;
mod birth;
mod holders;
mod ipv6;
mod model;
mod of_instance;
mod permission;

pub(crate) use assign::{assign, unassign};
pub(crate) use attach::{Attached, Detached, attach, detach, instance, instance_id};
pub(crate) use attribute::{describe_attribute, modify_attribute, modify_public_name, reset_attribute};
pub(crate) use birth::{Asked, Birth, Draw, Plan, give_back, groups_of, lowest, make_managed, remove};
pub(crate) use holders::OfInterfaces;
pub(crate) use ipv6::{Plan6, assign as assign_ipv6, unassign as unassign_ipv6};
pub(crate) use model::{Attachment, Available, Group, NetworkInterface, Requester};
pub(crate) use of_instance::{OfInstances, only};
pub(crate) use permission::{
    NetworkInterfacePermission, create as create_permission, delete as delete_permission,
    describe as describe_permissions,
};

use crate::error::{Addresses, Error, Kind};
use crate::id::NetworkInterfaceId;
use crate::listing::{self, Wish};
use crate::resource::{Resource, required, take};
use crate::subnet;
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::Ipv4Block;
use ec2_resource::neighbour::CardIpv6;
use model::Tracking;
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;

/// How long AWS shows a new interface as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 1_000;
/// Characters of a description at the most.
const LONGEST_DESCRIPTION: usize = 255;

/// `CreateNetworkInterface`: a card in a subnet, with the lowest free addresses where none are asked for. The same
/// client token gives the same interface.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateNetworkInterfaceRequest,
) -> Result<ec2::CreateNetworkInterfaceResult, Error> {
    let digest = token::digest(&input);
    if input.operator.is_some() {
        return Err(Error::Parameter("Interfaces of service providers are not built yet".to_owned()));
    }
    let subnet_id = subnet::id(input.subnet_id)?;
    let groups = input.groups.unwrap_or_default();
    groups.iter().try_for_each(|id| crate::security_group::group_id(id).map(|_| ()))?;
    let (primary, secondary) = addresses(
        input.private_ip_address,
        input.private_ip_addresses.unwrap_or_default(),
        input.secondary_private_ip_address_count,
    )?;
    let prefixes = input.ipv4_prefixes.unwrap_or_default().into_iter().filter_map(|own| own.ipv4_prefix);
    let prefixes = assign::prefixes(prefixes.collect(), input.ipv4_prefix_count)?;
    let listed = input.ipv6_prefixes.unwrap_or_default().into_iter().filter_map(|own| own.ipv6_prefix);
    let ipv6 = CardIpv6 {
        prefixes: listed.collect(),
        prefix_count: input.ipv6_prefix_count,
        address_count: input.ipv6_address_count,
        ..CardIpv6::of(input.ipv6_addresses.unwrap_or_default(), input.enable_primary_ipv6)
    };
    let ipv6 = Plan6::read(ipv6)?;
    let description = description(input.description.unwrap_or_default())?;
    let tracking = input.connection_tracking_specification.map(tracking).transpose()?;
    let tags = tag::of_specifications(input.tag_specifications, NetworkInterface::TYPE)?;
    let kind = input.interface_type.unwrap_or_else(|| "interface".to_owned());
    let call =
        Once { operation: "CreateNetworkInterface", token: input.client_token.as_deref(), digest: &digest };
    let interface = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let (secondary, prefixes, ipv6) = (secondary.clone(), prefixes.clone(), ipv6.clone());
            let plan = Plan { primary, secondary, prefixes, ipv6 };
            let birth = Birth {
                draw: Draw::new(cx.ids()),
                subnet: subnet_id.clone(),
                plan,
                groups: birth::groups(tx, cx.scope(), &subnet_id, &groups)?,
                kind: kind.clone(),
                description: description.clone(),
                source_dest_check: true,
                requester: Requester { id: cx.caller().user_id(), is_service: false },
                tags: tags.clone(),
            };
            let mut interface = birth::make(tx, cx.scope(), birth)?;
            interface.tracking = tracking;
            tx.put(interface.clone());
            let (scope, id) = (cx.scope().clone(), interface.id.clone());
            tx.after(PENDING_MILLIS, Available { scope, id });
            Ok(interface)
        })
    })?;
    let network_interface = Some(cx.read(|view| answer::shape(view, &interface)));
    Ok(ec2::CreateNetworkInterfaceResult { network_interface, client_token: input.client_token })
}

/// The primary address and the secondary ones, from the two forms that a call has for them.
fn addresses(
    primary: Option<String>,
    listed: Vec<ec2::PrivateIpAddressSpecification>,
    count: Option<i32>,
) -> Result<(Option<Ipv4Addr>, Asked<Ipv4Addr>), Error> {
    let mut primary = primary.filter(|text| !text.is_empty()).map(|text| address(&text)).transpose()?;
    let mut secondary = Vec::new();
    for own in listed {
        let own_address = address(&required(own.private_ip_address, "privateIpAddress")?)?;
        if own.primary != Some(true) {
            secondary.push(own_address);
        } else if primary.replace(own_address).is_some_and(|other| other != own_address) {
            let sentence = "Only one primary private IP address can be specified.";
            return Err(Error::Combination(sentence.to_owned()));
        }
    }
    Ok((primary, assign::asked(secondary, count, "secondaryPrivateIpAddressCount")?))
}

/// An address.
pub(crate) fn address(text: &str) -> Result<Ipv4Addr, Error> {
    text.parse().map_err(|_| Addresses::NoAddress(text.to_owned()).into())
}

fn description(text: String) -> Result<String, Error> {
    if text.chars().count() > LONGEST_DESCRIPTION {
        let reason = "Descriptions are at most 255 characters.".to_owned();
        return Err(Error::Value("description", text, reason));
    }
    Ok(text)
}

/// Timeouts within the bounds of the EC2 API reference, ConnectionTrackingSpecificationRequest.
fn tracking(wish: ec2::ConnectionTrackingSpecificationRequest) -> Result<Tracking, Error> {
    for (name, value, least, most) in [
        ("tcpEstablishedTimeout", wish.tcp_established_timeout, 60, 432_000),
        ("udpStreamTimeout", wish.udp_stream_timeout, 60, 180),
        ("udpTimeout", wish.udp_timeout, 30, 60),
    ] {
        if let Some(seconds) = value.filter(|seconds| !(least..=most).contains(seconds)) {
            let reason = format!("Valid values are {least} to {most} seconds.");
            return Err(Error::Value(name, seconds.to_string(), reason));
        }
    }
    Ok(Tracking {
        tcp_established: wish.tcp_established_timeout,
        udp_stream: wish.udp_stream_timeout,
        udp: wish.udp_timeout,
    })
}

/// `DescribeNetworkInterfaces`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNetworkInterfacesRequest,
) -> Result<ec2::DescribeNetworkInterfacesResult, Error> {
    let wish = Wish {
        ids: input.network_interface_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeNetworkInterfaces", wish, answer::shape)?;
    Ok(ec2::DescribeNetworkInterfacesResult {
        network_interfaces: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DeleteNetworkInterface`: not while it is attached, and none of a service.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteNetworkInterfaceRequest,
) -> Result<Empty, Error> {
    let id = id(input.network_interface_id)?;
    home::write(cx, |tx| {
        let interface: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        interface.require_own()?;
        if interface.attachment.is_some() {
            return Err(Addresses::InterfaceInUse(id.to_string()).into());
        }
        remove(tx, &interface);
        Ok(Empty {})
    })
}

/// An interface's id.
pub(crate) fn id(text: Option<String>) -> Result<NetworkInterfaceId, Error> {
    let text = required(text, "networkInterfaceId")?;
    NetworkInterfaceId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::NetworkInterface, error.given, error.prefix))
}

/// A block of 16 addresses, as interfaces have them.
fn prefix(text: &str) -> Result<Ipv4Block, Error> {
    let block: Option<Ipv4Block> = text.parse().ok();
    // Host bits are not cleared here: a prefix is named as it is.
    block.filter(|block| block.prefix() == 28 && block.to_string() == text).ok_or_else(|| {
        Error::Value("ipv4Prefix", text.to_owned(), "An IPv4 prefix is a /28 block.".to_owned())
    })
}
