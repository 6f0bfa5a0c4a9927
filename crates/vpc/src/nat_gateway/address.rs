//! Further addresses of a NAT gateway: elastic ones of a public gateway, private ones of a private gateway.

use super::model::{AddressState, Connectivity, NatAddress, NatGateway};
use super::work::Settle;
use super::{MOST_ADDRESSES, allocation, id, shape_address};
use crate::address::{self, Address};
use crate::error::{Addresses, Elastic, Error, Kind};
use crate::event::Changed;
use crate::id::{AddressAssociationId, AllocationId};
use crate::network_interface::{self, Asked, NetworkInterface, lowest};
use crate::resource::{self, Resource, take};
use crate::subnet::Subnet;
use crate::{Vpc as Service, home};
use ports::Cx;
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;
use store::Tx;

/// How long AWS shows an address as on its way, in milliseconds.
const TURNING_MILLIS: u32 = 30_000;
/// How long connections may go on by an address that goes, where the call does not say it. Source: EC2 API reference,
/// MaxDrainDurationSeconds.
const DRAIN_SECONDS: i32 = 350;

/// `AssociateNatGatewayAddress`: further elastic addresses of a public gateway, each with a private one of its own.
pub(crate) fn associate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssociateNatGatewayAddressRequest,
) -> Result<ec2::AssociateNatGatewayAddressResult, Error> {
    let id = id(input.nat_gateway_id)?;
    if input.availability_zone.is_some() || input.availability_zone_id.is_some() {
        let sentence = "Regional NAT gateways are not built yet: give no availabilityZone";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    let allocations = input.allocation_ids.unwrap_or_default();
    let allocations: Vec<AllocationId> = allocations.into_iter().map(allocation).collect::<Result<_, _>>()?;
    let listed = addresses(input.private_ip_addresses)?;
    if allocations.is_empty() {
        return Err(Error::Missing("allocationId"));
    }
    if !listed.is_empty() && listed.len() != allocations.len() {
        let sentence = "The number of PrivateIpAddresses must be that of AllocationIds";
        return Err(Error::Combination(sentence.to_owned()));
    }
    let wanted = if listed.is_empty() { Asked::Count(allocations.len()) } else { Asked::List(listed) };
    let (gateway, added) = home::write(cx, |tx| {
        let (mut gateway, mut card) = open(tx, cx, id.as_str(), Connectivity::Public)?;
        let mut elastic = Vec::new();
        for allocation in &allocations {
            let found = tx.get::<Address>(&resource::key(cx.scope(), allocation.as_str()));
            let missing = || Error::NotFound(Kind::NatAllocation, vec![allocation.to_string()]);
            let own = found.map(|own| (*own).clone()).ok_or_else(missing)?;
            if let Some(association) = &own.association {
                let (own, association) = (own.id.to_string(), association.id.to_string());
                return Err(Elastic::Associated(own, association).into());
            }
            elastic.push(own);
        }
        let private = more(tx, cx, &gateway, &mut card, &wanted)?;
        let mut added = Vec::new();
        for (own, private_ip) in elastic.into_iter().zip(private) {
            let association = AddressAssociationId::new(cx.ids());
            added.push(NatAddress {
                allocation: Some(own.id.clone()),
                association: Some(association.clone()),
                private_ip: Some(private_ip),
                public_ip: Some(own.public_ip),
                state: AddressState::Associating,
            });
            address::lead(tx, own, association, &card, private_ip);
        }
        gateway.addresses.extend(added.clone());
        settle(tx, &gateway, &added, TURNING_MILLIS);
        Ok((gateway, added))
    })?;
    Ok(ec2::AssociateNatGatewayAddressResult {
        nat_gateway_id: Some(id.to_string()),
        nat_gateway_addresses: Some(added.iter().map(|own| shape_address(&gateway, own, false)).collect()),
    })
}

/// `AssignPrivateNatGatewayAddress`: further private addresses of a private gateway, by list or count.
pub(crate) fn assign(
    cx: &Cx,
    _svc: &Service,
    input: ec2::AssignPrivateNatGatewayAddressRequest,
) -> Result<ec2::AssignPrivateNatGatewayAddressResult, Error> {
    let id = id(input.nat_gateway_id)?;
    let wanted = match (addresses(input.private_ip_addresses)?, input.private_ip_address_count) {
        (list, None) if list.is_empty() => return Err(Error::Missing("privateIpAddressCount")),
        (list, None) => Asked::List(list),
        (list, Some(count)) if list.is_empty() => Asked::Count(usize::try_from(count).unwrap_or_default()),
        (_, Some(_)) => {
            let sentence =
                "The parameter PrivateIpAddressCount cannot be used with the parameter PrivateIpAddresses";
            return Err(Error::Combination(sentence.to_owned()));
        }
    };
    let (gateway, added) = home::write(cx, |tx| {
        let (mut gateway, mut card) = open(tx, cx, id.as_str(), Connectivity::Private)?;
        let private = more(tx, cx, &gateway, &mut card, &wanted)?;
        let address = |private_ip| NatAddress {
            private_ip: Some(private_ip),
            state: AddressState::Assigning,
            ..NatAddress::default()
        };
        let added: Vec<NatAddress> = private.into_iter().map(address).collect();
        gateway.addresses.extend(added.clone());
        settle(tx, &gateway, &added, TURNING_MILLIS);
        Ok((gateway, added))
    })?;
    Ok(ec2::AssignPrivateNatGatewayAddressResult {
        nat_gateway_id: Some(id.to_string()),
        nat_gateway_addresses: Some(added.iter().map(|own| shape_address(&gateway, own, false)).collect()),
    })
}

/// `DisassociateNatGatewayAddress`: elastic addresses but the primary one. Connections may go on for a while.
pub(crate) fn disassociate(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisassociateNatGatewayAddressRequest,
) -> Result<ec2::DisassociateNatGatewayAddressResult, Error> {
    let id = id(input.nat_gateway_id)?;
    let wanted = input.association_ids.unwrap_or_default();
    if wanted.is_empty() {
        return Err(Error::Missing("associationId"));
    }
    for text in &wanted {
        AddressAssociationId::parse(text)
            .map_err(|error| Error::Malformed(Kind::Association, error.given, error.prefix))?;
    }
    let drain = drain(input.max_drain_duration_seconds);
    let has = |own: &NatAddress, text: &String| own.association.as_ref().is_some_and(|a| a.as_str() == text);
    let (gateway, gone) = home::write(cx, |tx| {
        let (mut gateway, _) = open(tx, cx, id.as_str(), Connectivity::Public)?;
        for text in &wanted {
            if !gateway.addresses.iter().any(|own| has(own, text)) {
                return Err(Error::NotFound(Kind::Association, vec![text.clone()]));
            }
        }
        let is_named = |own: &NatAddress| wanted.iter().any(|text| has(own, text));
        let gone = leave(&mut gateway, is_named, AddressState::Disassociating)?;
        settle(tx, &gateway, &gone, drain);
        Ok((gateway, gone))
    })?;
    Ok(ec2::DisassociateNatGatewayAddressResult {
        nat_gateway_id: Some(id.to_string()),
        nat_gateway_addresses: Some(gone.iter().map(|own| shape_address(&gateway, own, false)).collect()),
    })
}

/// `UnassignPrivateNatGatewayAddress`: private addresses but the primary one. Connections may go on for a while.
pub(crate) fn unassign(
    cx: &Cx,
    _svc: &Service,
    input: ec2::UnassignPrivateNatGatewayAddressRequest,
) -> Result<ec2::UnassignPrivateNatGatewayAddressResult, Error> {
    let id = id(input.nat_gateway_id)?;
    let wanted = addresses(input.private_ip_addresses)?;
    if wanted.is_empty() {
        return Err(Error::Missing("privateIpAddress"));
    }
    let drain = drain(input.max_drain_duration_seconds);
    let (gateway, gone) = home::write(cx, |tx| {
        let (mut gateway, _) = open(tx, cx, id.as_str(), Connectivity::Private)?;
        let has = |address: &Ipv4Addr| gateway.addresses.iter().any(|own| own.private_ip == Some(*address));
        if !wanted.iter().all(has) {
            return Err(Addresses::NotAssigned(id.to_string()).into());
        }
        let is_named = |own: &NatAddress| own.private_ip.is_some_and(|address| wanted.contains(&address));
        let gone = leave(&mut gateway, is_named, AddressState::Unassigning)?;
        settle(tx, &gateway, &gone, drain);
        Ok((gateway, gone))
    })?;
    Ok(ec2::UnassignPrivateNatGatewayAddressResult {
        nat_gateway_id: Some(id.to_string()),
        nat_gateway_addresses: Some(gone.iter().map(|own| shape_address(&gateway, own, false)).collect()),
    })
}

fn addresses(list: Option<Vec<String>>) -> Result<Vec<Ipv4Addr>, Error> {
    list.unwrap_or_default().iter().map(|text| network_interface::address(text)).collect()
}

/// How long connections may go on, in milliseconds; the model has it between 1 and 4000 seconds.
fn drain(seconds: Option<i32>) -> u32 {
    u32::try_from(seconds.unwrap_or(DRAIN_SECONDS)).unwrap_or_default().saturating_mul(1_000)
}

/// A gateway that can be used, and its interface.
fn open(
    tx: &Tx,
    cx: &Cx,
    id: &str,
    connectivity: Connectivity,
) -> Result<(NatGateway, NetworkInterface), Error> {
    let gateway: NatGateway = take(tx, cx.scope(), id)?;
    if gateway.connectivity != connectivity {
        let (own, wanted) = (gateway.connectivity.word(), connectivity.word());
        let sentence = format!("The NAT gateway {id} is {own}; the operation is for {wanted} NAT gateways");
        return Err(Error::Parameter(sentence));
    }
    match (&gateway.interface, gateway.is_available()) {
        (Some(card), true) => {
            let card = take(tx, cx.scope(), card.as_str())?;
            Ok((gateway, card))
        }
        _ => Err(Elastic::NatState(id.to_owned(), gateway.state.word()).into()),
    }
}

/// Gives the interface of a gateway further private addresses.
fn more(
    tx: &mut Tx,
    cx: &Cx,
    gateway: &NatGateway,
    card: &mut NetworkInterface,
    wanted: &Asked<Ipv4Addr>,
) -> Result<Vec<Ipv4Addr>, Error> {
    if gateway.addresses.len() + wanted.len() > MOST_ADDRESSES {
        return Err(Addresses::PerInterface.into());
    }
    let mut subnet: Subnet = take(tx, cx.scope(), gateway.subnet_id.as_str())?;
    let private = match wanted {
        Asked::Count(count) => lowest(&mut subnet, *count)?,
        Asked::List(list) => {
            list.iter().try_for_each(|address| subnet.take(*address))?;
            list.clone()
        }
    };
    card.addresses.extend(&private);
    tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: card.arn() });
    tx.put(subnet);
    tx.put(card.clone());
    Ok(private)
}

/// Marks addresses as going. The primary one stays.
fn leave(
    gateway: &mut NatGateway,
    is_named: impl Fn(&NatAddress) -> bool,
    state: AddressState,
) -> Result<Vec<NatAddress>, Error> {
    if gateway.addresses.first().is_some_and(&is_named) {
        return Err(Elastic::NatPrimary(gateway.id.to_string()).into());
    }
    let mut gone = Vec::new();
    for own in gateway.addresses.iter_mut().filter(|own| is_named(own)) {
        own.state = state;
        gone.push(own.clone());
    }
    Ok(gone)
}

/// Keeps a gateway whose addresses are on their way, and lets them arrive.
fn settle(tx: &mut Tx, gateway: &NatGateway, turning: &[NatAddress], delay_millis: u32) {
    let addresses = turning.iter().filter_map(|own| own.private_ip).collect();
    let (scope, id) = (gateway.scope.clone(), gateway.id.clone());
    tx.after(delay_millis, Settle { scope, id, addresses });
    tx.emit(&Changed { kind: "NatGatewayChanged", resource: gateway.arn() });
    tx.put(gateway.clone());
}
