//! Further addresses of an interface.

use super::attach::most_addresses;
use super::birth::{self, Asked, require_room};
use super::model::{NetworkInterface, address_key};
use super::{address, answer, id, prefix};
use crate::error::{Addresses, Error};
use crate::event::Changed;
use crate::resource::{Resource, take};
use crate::subnet::Subnet;
use crate::{Vpc as Service, address as elastic, home};
use base::Ipv4Block;
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;
use store::Tx;

/// A list or a count, but not both.
pub(super) fn asked<T>(list: Vec<T>, count: Option<i32>, name: &str) -> Result<Asked<T>, Error> {
    match (list.is_empty(), count) {
        (false, Some(count)) if count != 0 => {
            let sentence =
                format!("The parameter {name} cannot be used with a list of the same kind in one request");
            Err(Error::Combination(sentence))
        }
        (false, _) => Ok(Asked::List(list)),
        (true, count) => {
            let count = count.unwrap_or_default();
            let bad = |_| Error::Parameter(format!("Value ({count}) for parameter {name} is invalid."));
            Ok(Asked::Count(usize::try_from(count).map_err(bad)?))
        }
    }
}

/// Prefixes by list or count.
pub(super) fn prefixes(list: Vec<String>, count: Option<i32>) -> Result<Asked<Ipv4Block>, Error> {
    let list: Result<Vec<_>, _> = list.iter().map(|text| prefix(text)).collect();
    asked(list?, count, "ipv4PrefixCount")
}

/// `AssignPrivateIpAddresses`: by list or count, addresses or prefixes. With `AllowReassignment` a secondary address of
/// another interface moves, and with it the elastic address that leads to it.
pub(crate) fn assign(
    cx: &Cx,
    svc: &Service,
    input: ec2::AssignPrivateIpAddressesRequest,
) -> Result<ec2::AssignPrivateIpAddressesResult, Error> {
    let id = id(input.network_interface_id)?;
    let listed: Result<Vec<_>, _> =
        input.private_ip_addresses.unwrap_or_default().iter().map(|text| address(text)).collect();
    let secondary =
        asked(listed?, input.secondary_private_ip_address_count, "secondaryPrivateIpAddressCount")?;
    let wanted = prefixes(input.ipv4_prefixes.unwrap_or_default(), input.ipv4_prefix_count)?;
    if secondary.len() + wanted.len() == 0 {
        return Err(Error::Missing("secondaryPrivateIpAddressCount"));
    }
    let may_move = input.allow_reassignment == Some(true);
    let (addresses, prefixes) = home::write(cx, |tx| {
        let own: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        own.require_own()?;
        require_room(
            own.addresses.len().saturating_add(secondary.len()),
            own.prefixes.len().saturating_add(wanted.len()),
            most_addresses(tx, svc, &own).0,
        )?;
        if let (Asked::List(list), true) = (&secondary, may_move) {
            list.iter().try_for_each(|address| let_go(tx, &own, *address))?;
        }
        let mut subnet: Subnet = take(tx, cx.scope(), own.subnet_id.as_str())?;
        let addresses = match &secondary {
            Asked::Count(count) => birth::lowest(&mut subnet, *count)?,
            Asked::List(list) => list
                .iter()
                .filter(|address| !(may_move && own.addresses.contains(address)))
                .map(|address| subnet.take(*address).map(|()| *address))
                .collect::<Result<_, _>>()?,
        };
        let prefixes = birth::prefixes(&mut subnet, &wanted)?;
        let mut own = own;
        own.addresses.extend(&addresses);
        own.prefixes.extend(&prefixes);
        if let (Asked::List(list), true) = (&secondary, may_move) {
            elastic::follow(tx, &own, list);
        }
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(subnet);
        tx.put(own);
        Ok((addresses, prefixes))
    })?;
    let assigned =
        |address: &Ipv4Addr| ec2::AssignedPrivateIpAddress { private_ip_address: Some(address.to_string()) };
    Ok(ec2::AssignPrivateIpAddressesResult {
        network_interface_id: Some(id.to_string()),
        assigned_private_ip_addresses: Some(addresses.iter().map(assigned).collect()),
        assigned_ipv4_prefixes: Some(prefixes.iter().map(answer::prefix).collect()),
    })
}

/// Takes a secondary address away from another interface of the same subnet.
fn let_go(tx: &mut Tx, own: &NetworkInterface, address: Ipv4Addr) -> Result<(), Error> {
    let of = address_key(&own.scope, &own.subnet_id, address);
    let holder = tx.by(&NetworkInterface::ADDRESS, &of).next().map(|holder| (**holder).clone());
    let Some(mut holder) = holder.filter(|holder| holder.id != own.id) else { return Ok(()) };
    if holder.primary() == Some(address) || holder.requester.is_service {
        return Err(Addresses::InUse(address.to_string()).into());
    }
    holder.addresses.retain(|other| *other != address);
    let mut subnet: Subnet = take(tx, &own.scope, own.subnet_id.as_str())?;
    subnet.give_back(address);
    tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: holder.arn() });
    tx.put(subnet);
    tx.put(holder);
    Ok(())
}

/// `UnassignPrivateIpAddresses`: secondary addresses and prefixes that the interface has.
pub(crate) fn unassign(
    cx: &Cx,
    _svc: &Service,
    input: ec2::UnassignPrivateIpAddressesRequest,
) -> Result<Empty, Error> {
    let id = id(input.network_interface_id)?;
    let addresses: Result<Vec<_>, _> =
        input.private_ip_addresses.unwrap_or_default().iter().map(|text| address(text)).collect();
    let prefixes: Result<Vec<_>, _> =
        input.ipv4_prefixes.unwrap_or_default().iter().map(|text| prefix(text)).collect();
    let (addresses, prefixes) = (addresses?, prefixes?);
    if addresses.is_empty() && prefixes.is_empty() {
        return Err(Error::Missing("privateIpAddresses"));
    }
    home::write(cx, |tx| {
        let mut own: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        own.require_own()?;
        if own.primary().is_some_and(|primary| addresses.contains(&primary)) {
            return Err(Addresses::PrimaryStays.into());
        }
        let has_all = addresses.iter().all(|address| own.addresses.contains(address))
            && prefixes.iter().all(|prefix| own.prefixes.contains(prefix));
        if !has_all {
            return Err(Addresses::NotAssigned(id.to_string()).into());
        }
        let mut subnet: Subnet = take(tx, cx.scope(), own.subnet_id.as_str())?;
        for address in &addresses {
            subnet.give_back(*address);
            elastic::leave(tx, &own, *address);
        }
        prefixes.iter().for_each(|prefix| subnet.give_back_prefix(*prefix));
        own.addresses.retain(|address| !addresses.contains(address));
        own.prefixes.retain(|prefix| !prefixes.contains(prefix));
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(subnet);
        tx.put(own);
        Ok(Empty {})
    })
}
