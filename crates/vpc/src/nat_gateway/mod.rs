//! NAT gateways.

mod address;
mod model;
mod work;

pub(crate) use address::{
    assign as assign_address, associate as associate_address, disassociate as disassociate_address,
    unassign as unassign_address,
};
pub(crate) use model::NatGateway;
pub(crate) use work::{Close, Forget, Open, Settle};

use crate::address::Address;
use crate::error::{Addresses, Elastic, Error, Kind};
use crate::event::Changed;
use crate::id::{AddressAssociationId, AllocationId, NatGatewayId, SubnetId};
use crate::listing::{self, Wish};
use crate::network_interface::{self, Asked, Draw, NetworkInterface, Plan};
use crate::resource::{self, Resource, required, tag_set, take};
use crate::subnet::Subnet;
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use model::{Connectivity, NatAddress, State};
use ports::Cx;
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;
use store::{Tx, View};

/// How long AWS shows a new gateway as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 120_000;
/// How long AWS shows one that goes as `deleting`.
const DELETING_MILLIS: u32 = 60_000;
/// Gateways of a zone at the most: the quota that an account begins with.
const MOST_OF_ZONE: usize = 5;
/// Addresses of a gateway at the most.
const MOST_ADDRESSES: usize = 8;

/// What a call asks for.
struct Asks {
    subnet: SubnetId,
    connectivity: Connectivity,
    /// The primary one first.
    allocations: Vec<AllocationId>,
    plan: Plan,
}

/// `CreateNatGateway`: answered as pending. What it lacks is told by its state, `failed`; only what can be seen at once
/// is refused. The same client token gives the same gateway.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateNatGatewayRequest,
) -> Result<ec2::CreateNatGatewayResult, Error> {
    let digest = token::digest(&input);
    let client_token = input.client_token.clone();
    let tags = tag::of_specifications(input.tag_specifications.clone(), NatGateway::TYPE)?;
    let asks = asks(input)?;
    let call = Once { operation: "CreateNatGateway", token: client_token.as_deref(), digest: &digest };
    let gateway = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let subnet: Subnet = take(tx, cx.scope(), asks.subnet.as_str())?;
            for id in &asks.allocations {
                if tx.get::<Address>(&resource::key(cx.scope(), id.as_str())).is_none() {
                    return Err(Error::NotFound(Kind::NatAllocation, vec![id.to_string()]));
                }
            }
            require_room(tx, cx, &subnet)?;
            let address =
                |id: &AllocationId| NatAddress { allocation: Some(id.clone()), ..NatAddress::default() };
            let gateway = NatGateway {
                scope: cx.scope().clone(),
                id: NatGatewayId::new(cx.ids()),
                vpc_id: subnet.vpc_id.clone(),
                subnet_id: subnet.id.clone(),
                zone: subnet.zone.name.clone(),
                connectivity: asks.connectivity,
                state: State::Pending,
                created_at: cx.now(),
                deleted_at: None,
                failure: None,
                interface: None,
                addresses: asks.allocations.iter().map(address).collect(),
                tags: tags.clone(),
            };
            let open = Open {
                scope: cx.scope().clone(),
                id: gateway.id.clone(),
                draw: Draw::new(cx.ids()),
                plan: asks.plan.clone(),
                associations: asks.allocations.iter().map(|_| AddressAssociationId::new(cx.ids())).collect(),
            };
            tx.after(PENDING_MILLIS, open);
            tx.emit(&Changed { kind: "NatGatewayCreated", resource: gateway.arn() });
            tx.put(gateway.clone());
            Ok(gateway)
        })
    })?;
    Ok(ec2::CreateNatGatewayResult { nat_gateway: Some(shape(&gateway)), client_token })
}

fn require_room(tx: &Tx, cx: &Cx, subnet: &Subnet) -> Result<(), Elastic> {
    let prefix = resource::prefix(cx.scope());
    let counts = |own: &NatGateway| {
        own.zone == subnet.zone.name && (own.state.leads() || own.state == State::Deleting)
    };
    let of_zone = tx.range::<NatGateway>(&prefix).filter(|own| counts(own)).count();
    if of_zone >= MOST_OF_ZONE { Err(Elastic::NatLimit) } else { Ok(()) }
}

fn asks(input: ec2::CreateNatGatewayRequest) -> Result<Asks, Error> {
    if input.availability_mode.is_some_and(|mode| mode != "zonal")
        || input.vpc_id.is_some()
        || input.availability_zone_addresses.is_some_and(|list| !list.is_empty())
    {
        return Err(Error::Parameter("Regional NAT gateways are not built yet: give a subnetId".to_owned()));
    }
    let connectivity = match input.connectivity_type.as_deref() {
        None | Some("public") => Connectivity::Public,
        Some("private") => Connectivity::Private,
        Some(word) => {
            let reason = "Valid values are public and private.".to_owned();
            return Err(Error::Value("connectivityType", word.to_owned(), reason));
        }
    };
    let text = required(input.subnet_id, "subnetId")?;
    let subnet = SubnetId::parse(&text).map_err(|_| Elastic::NatSubnet(text))?;
    let more = input.secondary_allocation_ids.unwrap_or_default();
    let allocations: Vec<AllocationId> = match (connectivity, input.allocation_id) {
        (Connectivity::Public, None) => return Err(Error::Missing("allocationId")),
        (Connectivity::Public, Some(first)) => {
            [first].into_iter().chain(more).map(allocation).collect::<Result<_, _>>()?
        }
        (Connectivity::Private, None) if more.is_empty() => Vec::new(),
        (Connectivity::Private, _) => {
            let sentence =
                "The parameter AllocationId cannot be used with the parameter ConnectivityType private";
            return Err(Error::Combination(sentence.to_owned()));
        }
    };
    let listed = input.secondary_private_ip_addresses.unwrap_or_default();
    let listed: Result<Vec<_>, _> = listed.iter().map(|text| network_interface::address(text)).collect();
    let secondary =
        secondary(connectivity, allocations.len(), listed?, input.secondary_private_ip_address_count)?;
    let primary = input.private_ip_address.as_deref().map(network_interface::address).transpose()?;
    let plan = Plan { primary, secondary, ..Plan::default() };
    Ok(Asks { subnet, connectivity, allocations, plan })
}

/// The secondary private addresses: one for each secondary elastic address of a public gateway.
fn secondary(
    connectivity: Connectivity,
    allocations: usize,
    listed: Vec<Ipv4Addr>,
    count: Option<i32>,
) -> Result<Asked<Ipv4Addr>, Error> {
    let refused = |sentence: &str| Err(Error::Combination(sentence.to_owned()));
    let asked = match (connectivity, count) {
        (Connectivity::Public, Some(_)) => {
            return refused(
                "The parameter SecondaryPrivateIpAddressCount cannot be used with the parameter ConnectivityType public",
            );
        }
        (Connectivity::Public, None) if listed.is_empty() => Asked::Count(allocations.saturating_sub(1)),
        (Connectivity::Public, None) if listed.len() + 1 != allocations => {
            return refused(
                "The number of SecondaryPrivateIpAddresses must be that of SecondaryAllocationIds",
            );
        }
        (Connectivity::Private, Some(_)) if !listed.is_empty() => {
            return refused(
                "The parameter SecondaryPrivateIpAddressCount cannot be used with the parameter SecondaryPrivateIpAddresses",
            );
        }
        (Connectivity::Private, Some(count)) => match usize::try_from(count) {
            Ok(count) => Asked::Count(count),
            Err(_) => {
                let reason = "It must not be negative.".to_owned();
                return Err(Error::Value("secondaryPrivateIpAddressCount", count.to_string(), reason));
            }
        },
        (Connectivity::Public | Connectivity::Private, None) => Asked::List(listed),
    };
    if asked.len() >= MOST_ADDRESSES {
        return Err(Addresses::PerInterface.into());
    }
    Ok(asked)
}

fn allocation(text: String) -> Result<AllocationId, Error> {
    AllocationId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::NatAllocation, error.given, error.prefix))
}

/// `DescribeNatGateways`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNatGatewaysRequest,
) -> Result<ec2::DescribeNatGatewaysResult, Error> {
    let wish = Wish {
        ids: input.nat_gateway_ids,
        filters: input.filter,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeNatGateways", wish, |_, row: &NatGateway| shape(row))?;
    Ok(ec2::DescribeNatGatewaysResult { nat_gateways: Some(page.items), next_token: page.next_token })
}

/// `DeleteNatGateway`: it is shown for a while as deleted. Its elastic addresses stay, and routes to it are blackholes.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteNatGatewayRequest,
) -> Result<ec2::DeleteNatGatewayResult, Error> {
    let id = id(input.nat_gateway_id)?;
    home::write(cx, |tx| {
        let mut gateway: NatGateway = take(tx, cx.scope(), id.as_str())?;
        match gateway.state {
            State::Pending | State::Available | State::Failed => {
                gateway.state = State::Deleting;
                gateway.deleted_at = Some(cx.now());
                tx.after(DELETING_MILLIS, Close { scope: cx.scope().clone(), id: id.clone() });
                tx.emit(&Changed { kind: "NatGatewayChanged", resource: gateway.arn() });
                tx.put(gateway);
            }
            State::Deleting | State::Deleted => {}
        }
        Ok(ec2::DeleteNatGatewayResult { nat_gateway_id: Some(id.to_string()) })
    })
}

/// A gateway's id.
fn id(text: Option<String>) -> Result<NatGatewayId, Error> {
    let text = required(text, "natGatewayId")?;
    NatGatewayId::parse(&text).map_err(|error| Error::Malformed(Kind::NatGateway, error.given, error.prefix))
}

/// The ids of the gateways that have an interface.
pub(crate) fn of_interface(view: &View, interface: &NetworkInterface) -> Vec<String> {
    view.by(&NatGateway::INTERFACE, &interface.key_text()).map(|own| own.id.to_string()).collect()
}

/// An address as it is answered. Before the gateway has any private address, nothing is said of how far it is.
fn shape_address(gateway: &NatGateway, own: &NatAddress, is_primary: bool) -> ec2::NatGatewayAddress {
    let is_open = gateway.addresses.iter().any(|own| own.private_ip.is_some());
    ec2::NatGatewayAddress {
        allocation_id: own.allocation.as_ref().map(ToString::to_string),
        association_id: own.association.as_ref().map(ToString::to_string),
        private_ip: own.private_ip.map(|ip| ip.to_string()),
        public_ip: own.public_ip.map(|ip| ip.to_string()),
        network_interface_id: gateway.interface.as_ref().map(ToString::to_string),
        is_primary: is_open.then_some(is_primary),
        status: is_open.then(|| own.state.word().to_owned()),
        ..ec2::NatGatewayAddress::default()
    }
}

fn shape(gateway: &NatGateway) -> ec2::NatGateway {
    let address = |(position, own): (usize, &NatAddress)| shape_address(gateway, own, position == 0);
    let failure = gateway.failure.as_ref();
    ec2::NatGateway {
        nat_gateway_id: Some(gateway.id.to_string()),
        vpc_id: Some(gateway.vpc_id.to_string()),
        subnet_id: Some(gateway.subnet_id.to_string()),
        state: Some(gateway.state.word().to_owned()),
        connectivity_type: Some(gateway.connectivity.word().to_owned()),
        availability_mode: Some("zonal".to_owned()),
        create_time: Some(gateway.created_at.into()),
        delete_time: gateway.deleted_at.map(Into::into),
        failure_code: failure.map(|(code, _)| code.clone()),
        failure_message: failure.map(|(_, sentence)| sentence.clone()),
        nat_gateway_addresses: Some(gateway.addresses.iter().enumerate().map(address).collect()),
        tags: tag_set(&gateway.tags),
        ..ec2::NatGateway::default()
    }
}
