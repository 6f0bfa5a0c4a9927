//! The IPv6 addresses and prefixes of interfaces.
//!
//! AWS gives addresses from anywhere in a subnet's block. So does this: from numbers that are drawn once for a call, so
//! that the same world gives the same addresses, and any address is given once.

use super::attach::most_addresses;
use super::birth::{Asked, MOST_ADDRESSES, require_room};
use super::id;
use super::model::{IPV6_PREFIX, NetworkInterface, prefix_key, prefix_of};
use crate::error::{Addresses, Error, Ipv6};
use crate::event::Changed;
use crate::resource::{Resource, take};
use crate::subnet::Subnet;
use crate::{Vpc as Service, home};
use base::Ipv6Block;
use ec2_resource::neighbour::CardIpv6;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::net::Ipv6Addr;
use store::Tx;

/// The first addresses of a subnet, which AWS keeps. Source: VPC user guide, "IPv6 subnet sizing".
const KEPT: u128 = 4;

/// The IPv6 addresses that an interface is asked to have; by default none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Plan6 {
    addresses: Asked<Ipv6Addr>,
    prefixes: Asked<Ipv6Block>,
    /// Nothing is asked for: whether it gets an address is for its subnet to say.
    is_open: bool,
    /// The first address is to be the primary one.
    pub(super) primary: bool,
}

impl Plan6 {
    /// Reads what a call asks for.
    pub(crate) fn read(wish: CardIpv6) -> Result<Self, Error> {
        let is_open = wish.addresses.is_empty()
            && wish.prefixes.is_empty()
            && wish.address_count.is_none()
            && wish.prefix_count.is_none_or(|count| count == 0);
        let addresses: Result<Vec<_>, _> = wish.addresses.iter().map(|text| address(text)).collect();
        let prefixes: Result<Vec<_>, _> = wish.prefixes.iter().map(|text| prefix(text)).collect();
        Ok(Self {
            addresses: asked(addresses?, wish.address_count, ("ipv6AddressCount", Ipv6::CountAndAddresses))?,
            prefixes: asked(prefixes?, wish.prefix_count, ("ipv6PrefixCount", Ipv6::CountAndPrefixes))?,
            is_open,
            primary: wish.primary,
        })
    }

    /// This address, where one is named; else any one, or none.
    pub(crate) fn of_service(address: Option<Ipv6Addr>, is_wished: bool) -> Self {
        let addresses = match address {
            Some(address) => Asked::List(vec![address]),
            None => Asked::Count(usize::from(is_wished)),
        };
        Self { addresses, ..Self::default() }
    }
}

/// A list or a count, but not both.
fn asked<T>(list: Vec<T>, count: Option<i32>, (name, both): (&'static str, Ipv6)) -> Result<Asked<T>, Error> {
    let count = count.unwrap_or_default();
    if !list.is_empty() {
        return if count == 0 { Ok(Asked::List(list)) } else { Err(both.into()) };
    }
    let bad = |_| Error::Parameter(format!("Value ({count}) for parameter {name} is invalid."));
    Ok(Asked::Count(usize::try_from(count).map_err(bad)?))
}

fn address(text: &str) -> Result<Ipv6Addr, Error> {
    text.parse().map_err(|_| Addresses::NoAddress(text.to_owned()).into())
}

/// A block of 80 bits, as interfaces have them.
fn prefix(text: &str) -> Result<Ipv6Block, Error> {
    let block: Option<Ipv6Block> = text.parse().ok();
    let own = text.split('/').next().and_then(|address| address.parse::<Ipv6Addr>().ok());
    block.filter(|block| block.prefix() == IPV6_PREFIX && own == Some(block.network())).ok_or_else(|| {
        Error::Value("ipv6Prefix", text.to_owned(), "An IPv6 prefix is a /80 block.".to_owned())
    })
}

/// Numbers that follow from a seed: splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
struct Numbers(u64);

impl Numbers {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.draw()) << 64 | u128::from(self.draw())
    }
}

/// What an interface is given.
#[derive(Default)]
pub(super) struct Given {
    pub(super) addresses: Vec<Ipv6Addr>,
    pub(super) prefixes: Vec<Ipv6Block>,
}

/// Chooses the addresses and prefixes that are asked for in a subnet: none of them is anybody's.
pub(super) fn choose(tx: &Tx, subnet: &Subnet, plan: &Plan6, seed: u64) -> Result<Given, Error> {
    let of_itself = plan.is_open && (subnet.assigns_ipv6 || subnet.is_native());
    let addresses = if of_itself { &Asked::Count(1) } else { &plan.addresses };
    require_room(addresses.len(), plan.prefixes.len(), MOST_ADDRESSES)?;
    if addresses.len() + plan.prefixes.len() == 0 {
        return Ok(Given::default());
    }
    let block = subnet.ipv6_block().ok_or_else(|| Ipv6::NoSubnetBlock(subnet.id.to_string()))?;
    let mut choice = Choice { tx, subnet, block, given: Given::default() };
    if let Asked::List(list) = addresses {
        list.iter().try_for_each(|address| choice.address(*address))?;
    }
    if let Asked::List(list) = &plan.prefixes {
        list.iter().try_for_each(|prefix| choice.prefix(*prefix))?;
    }
    let mut numbers = Numbers(seed);
    if let Asked::Count(count) = addresses {
        let wanted = choice.given.addresses.len() + count;
        while choice.given.addresses.len() < wanted {
            // A taken one is drawn again: a subnet has 2⁶⁴ addresses at the least.
            let _ = choice.address(block.with_host(numbers.wide()));
        }
    }
    if let Asked::Count(count) = &plan.prefixes {
        let tries = 1 << 20;
        for _ in 0..*count {
            let before = choice.given.prefixes.len();
            for _ in 0..tries {
                let drawn = Ipv6Block::new(block.with_host(numbers.wide()), IPV6_PREFIX);
                if drawn.is_some_and(|drawn| choice.prefix(drawn).is_ok()) {
                    break;
                }
            }
            if choice.given.prefixes.len() == before {
                return Err(Addresses::NoBlocks.into());
            }
        }
    }
    Ok(choice.given)
}

/// A choice that is being made.
struct Choice<'t> {
    tx: &'t Tx,
    subnet: &'t Subnet,
    block: Ipv6Block,
    given: Given,
}

impl Choice<'_> {
    /// Takes an address, if it is free.
    fn address(&mut self, address: Ipv6Addr) -> Result<(), Addresses> {
        if !self.block.contains(address) {
            return Err(Addresses::Outside);
        }
        let host = u128::from(address) - u128::from(self.block.network());
        if host < KEPT || address == self.block.last() {
            return Err(Addresses::Reserved(address.to_string()));
        }
        let of = prefix_key(self.subnet, prefix_of(address));
        let has = |own: &NetworkInterface| {
            own.ipv6_addresses.contains(&address)
                || own.ipv6_prefixes.iter().any(|prefix| prefix.contains(address))
        };
        let taken = self.tx.by(&NetworkInterface::IPV6, &of).any(|own| has(own))
            || self.given.addresses.contains(&address)
            || self.given.prefixes.iter().any(|prefix| prefix.contains(address));
        if taken {
            return Err(Addresses::InUse(address.to_string()));
        }
        self.given.addresses.push(address);
        Ok(())
    }

    /// Takes a prefix, if nothing of it is taken.
    fn prefix(&mut self, prefix: Ipv6Block) -> Result<(), Addresses> {
        if !self.block.covers(prefix) {
            return Err(Addresses::Outside);
        }
        if prefix.network() == self.block.network() || prefix.last() == self.block.last() {
            return Err(Addresses::Reserved(prefix.to_string()));
        }
        let of = prefix_key(self.subnet, prefix);
        let taken = self.tx.by(&NetworkInterface::IPV6, &of).next().is_some()
            || self.given.addresses.iter().any(|own| prefix.contains(*own))
            || self.given.prefixes.contains(&prefix);
        if taken {
            return Err(Addresses::InUse(prefix.to_string()));
        }
        self.given.prefixes.push(prefix);
        Ok(())
    }
}

/// `AssignIpv6Addresses`: by list or count, addresses or prefixes.
pub(crate) fn assign(
    cx: &Cx,
    svc: &Service,
    input: ec2::AssignIpv6AddressesRequest,
) -> Result<ec2::AssignIpv6AddressesResult, Error> {
    let id = id(input.network_interface_id)?;
    let wish = CardIpv6 {
        addresses: input.ipv6_addresses.unwrap_or_default(),
        address_count: input.ipv6_address_count,
        prefixes: input.ipv6_prefixes.unwrap_or_default(),
        prefix_count: input.ipv6_prefix_count,
        primary: false,
    };
    let plan = Plan6 { is_open: false, ..Plan6::read(wish)? };
    if plan.addresses.len() + plan.prefixes.len() == 0 {
        return Err(Error::Missing("ipv6AddressCount"));
    }
    let given = home::write(cx, |tx| {
        let mut own: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        own.require_own()?;
        require_room(
            own.ipv6_addresses.len().saturating_add(plan.addresses.len()),
            own.ipv6_prefixes.len().saturating_add(plan.prefixes.len()),
            most_addresses(tx, svc, &own).1,
        )?;
        let subnet: Subnet = take(tx, cx.scope(), own.subnet_id.as_str())?;
        let given = choose(tx, &subnet, &plan, u64::from_be_bytes(cx.ids().bytes()))?;
        own.ipv6_addresses.extend(&given.addresses);
        own.ipv6_prefixes.extend(&given.prefixes);
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(own);
        Ok(given)
    })?;
    Ok(ec2::AssignIpv6AddressesResult {
        network_interface_id: Some(id.to_string()),
        assigned_ipv6_addresses: Some(given.addresses.iter().map(ToString::to_string).collect()),
        assigned_ipv6_prefixes: Some(given.prefixes.iter().map(ToString::to_string).collect())
            .filter(|list: &Vec<_>| !list.is_empty()),
    })
}

/// `UnassignIpv6Addresses`: addresses and prefixes that the interface has, but for its primary one.
pub(crate) fn unassign(
    cx: &Cx,
    _svc: &Service,
    input: ec2::UnassignIpv6AddressesRequest,
) -> Result<ec2::UnassignIpv6AddressesResult, Error> {
    let id = id(input.network_interface_id)?;
    let addresses = input.ipv6_addresses.unwrap_or_default();
    let prefixes = input.ipv6_prefixes.unwrap_or_default();
    if addresses.is_empty() && prefixes.is_empty() {
        return Err(Error::Missing("ipv6Addresses"));
    }
    let addresses: Vec<Ipv6Addr> = addresses.iter().map(|text| address(text)).collect::<Result<_, _>>()?;
    let prefixes: Vec<Ipv6Block> = prefixes.iter().map(|text| prefix(text)).collect::<Result<_, _>>()?;
    home::write(cx, |tx| {
        let mut own: NetworkInterface = take(tx, cx.scope(), id.as_str())?;
        own.require_own()?;
        if own.primary_ipv6 && own.ipv6_addresses.first().is_some_and(|first| addresses.contains(first)) {
            return Err(Ipv6::PrimaryStays.into());
        }
        let has_all = addresses.iter().all(|address| own.ipv6_addresses.contains(address))
            && prefixes.iter().all(|prefix| own.ipv6_prefixes.contains(prefix));
        if !has_all {
            return Err(Addresses::NotAssigned(id.to_string()).into());
        }
        own.ipv6_addresses.retain(|address| !addresses.contains(address));
        own.ipv6_prefixes.retain(|prefix| !prefixes.contains(prefix));
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(own);
        Ok(())
    })?;
    Ok(ec2::UnassignIpv6AddressesResult {
        network_interface_id: Some(id.to_string()),
        unassigned_ipv6_addresses: Some(addresses.iter().map(ToString::to_string).collect()),
        unassigned_ipv6_prefixes: Some(prefixes.iter().map(ToString::to_string).collect())
            .filter(|list: &Vec<_>| !list.is_empty()),
    })
}

/// Makes the first address of an interface the primary one. It stays that until the interface is detached.
pub(super) fn make_primary(own: &mut NetworkInterface, wanted: bool) -> Result<(), Error> {
    if wanted && own.ipv6_addresses.is_empty() {
        return Err(Ipv6::NoPrimary(own.id.to_string()).into());
    }
    if own.primary_ipv6 && !wanted {
        return Err(Ipv6::PrimaryStays.into());
    }
    own.primary_ipv6 = wanted;
    Ok(())
}
