//! The network interfaces that a launch asks for.

use crate::error::{Addresses, Attach, Error, Launch};
use instance_types::InstanceType;
use shapes_ec2 as ec2;
use shapes_ec2::InstanceNetworkInterfaceSpecification as Card;

/// By device index, primary first; one that is not described where none is asked for.
pub(super) fn read(input: &ec2::RunInstancesRequest, of: &InstanceType) -> Result<Vec<Card>, Error> {
    let asked = input.network_interfaces.clone().unwrap_or_default();
    let cards = if asked.is_empty() { vec![undescribed(input)?] } else { described(input, asked)? };
    require_room(&cards, of)?;
    Ok(cards)
}

fn given(list: Option<&Vec<String>>) -> bool {
    list.is_some_and(|list| !list.is_empty())
}

/// Groups go by name in the default VPC alone, so not beside a subnet, whichever it is.
fn undescribed(input: &ec2::RunInstancesRequest) -> Result<Card, Error> {
    let has_subnet = input.subnet_id.as_ref().is_some_and(|id| !id.is_empty());
    if has_subnet && given(input.security_groups.as_ref()) {
        let sentence = "The parameter groupName cannot be used with the parameter subnet";
        return Err(Error::Combination(sentence.to_owned()));
    }
    Ok(Card {
        device_index: Some(0),
        ipv6_address_count: input.ipv6_address_count,
        ipv6_addresses: input.ipv6_addresses.clone(),
        primary_ipv6: input.enable_primary_ipv6,
        ..Card::default()
    })
}

fn described(input: &ec2::RunInstancesRequest, mut cards: Vec<Card>) -> Result<Vec<Card>, Error> {
    let has_groups = given(input.security_group_ids.as_ref()) || given(input.security_groups.as_ref());
    for (what, is_given) in [
        ("subnet ID", input.subnet_id.is_some()),
        ("security groups", has_groups),
        ("private address", input.private_ip_address.is_some()),
        ("IPv6 addresses", input.ipv6_addresses.as_ref().is_some_and(|list| !list.is_empty())),
        ("IPv6 address count", input.ipv6_address_count.is_some()),
    ] {
        if is_given {
            return Err(Launch::BesideInterfaces(what).into());
        }
    }
    for card in &mut cards {
        card.device_index.get_or_insert(0);
        if card.associate_public_ip_address.is_some() && card.device_index != Some(0) {
            return Err(Launch::PublicElsewhere.into());
        }
    }
    if cards.len() > 1 && cards.iter().any(|card| card.associate_public_ip_address == Some(true)) {
        return Err(Launch::PublicOfSeveral.into());
    }
    let place = |card: &Card| (card.network_card_index.unwrap_or(0), card.device_index);
    cards.sort_by_key(place);
    if let Some(twice) = cards.windows(2).find(|pair| place(&pair[0]) == place(&pair[1])) {
        let index = twice[0].device_index.unwrap_or(0);
        let reason = "Each network interface requires a device index of its own.".to_owned();
        return Err(Error::Value("deviceIndex", index.to_string(), reason));
    }
    if cards.first().and_then(|card| card.device_index) != Some(0) {
        let reason = "The first network interface must have the device index 0.".to_owned();
        return Err(Error::Value("deviceIndex", "1".to_owned(), reason));
    }
    Ok(cards)
}

/// IPv4 and IPv6 addresses that an interface of a type may have.
pub(super) fn most_addresses(of: &InstanceType) -> (usize, usize) {
    (size(of.network.ipv4_per_interface), size(of.network.ipv6_per_interface))
}

fn size(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Refuses more interfaces than the type may have, and more addresses than each of them may; a prefix counts as one.
/// What an interface has that is there already is known where it is.
fn require_room(cards: &[Card], of: &InstanceType) -> Result<(), Error> {
    if cards.len() > size(of.network.maximum_interfaces) {
        return Err(Attach::Full(cards.len(), of.name.to_owned()).into());
    }
    let (most, most_ipv6) = most_addresses(of);
    let count = |value: Option<i32>| value.and_then(|value| usize::try_from(value).ok()).unwrap_or(0);
    for card in cards.iter().filter(|card| card.network_interface_id.is_none()) {
        let secondary = card.private_ip_addresses.iter().flatten().filter(|own| own.primary != Some(true));
        let further = secondary.count() + count(card.secondary_private_ip_address_count);
        let prefixes = card.ipv4_prefixes.iter().flatten().count() + count(card.ipv4_prefix_count);
        let ipv6 = card.ipv6_addresses.iter().flatten().count() + count(card.ipv6_address_count);
        let ipv6 = ipv6 + card.ipv6_prefixes.iter().flatten().count() + count(card.ipv6_prefix_count);
        if 1 + further + prefixes > most || ipv6 > most_ipv6 {
            return Err(Addresses::PerInterface.into());
        }
    }
    Ok(())
}
