//! Changes of where load balancers stand and of who reaches them.

use super::placing::{self, Wish};
use super::record::{Kind, Place};
use super::{LoadBalancer, check_address_type, find, shape};
use crate::Elb;
use crate::error::{Configuration, Error, Validation};
use crate::event::Changed;
use crate::listener::Listener;
use ports::{Cx, KnownSubnet};
use shapes_elbv2 as api;
use store::Tx;

fn put(tx: &mut Tx, own: &LoadBalancer) {
    tx.emit(&Changed { kind: "LoadBalancerChanged", resource: own.arn() });
    tx.put(own.clone());
}

/// `SetSubnets`: exactly these from now on.
pub(crate) fn set_subnets(
    cx: &Cx,
    svc: &Elb,
    input: api::SetSubnetsInput,
) -> Result<api::SetSubnetsOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let (subnets, mappings) = (input.subnets, input.subnet_mappings);
    let (address_type, translation) = (input.ip_address_type, input.enable_prefix_for_ipv6_source_nat);
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        let wishes = placing::read(own.kind, subnets.clone(), mappings.clone())?;
        let before = own.ip_address_type.clone();
        if let Some(word) = &address_type {
            set_family(&mut own, word)?;
        }
        if let Some(word) = &translation {
            let is_on = word == "on";
            if is_on && (own.kind != Kind::Network || own.ip_address_type != "dualstack") {
                return Err(Configuration::TranslationOfKind.into());
            }
            own.translates_sources = is_on;
        }
        check_datagrams(tx, &own)?;
        let (vpc, found) = placing::look(cx, svc, tx, own.kind, &wishes)?;
        if vpc.id != own.vpc {
            return Err(Configuration::SeveralVpcs.into());
        }
        if own.kind == Kind::Network {
            check_swap(&own, &found)?;
        }
        placing::check(&own, &vpc, (&wishes, &found))?;
        move_to(cx, svc, tx, (&mut own, &before), (&wishes, &found))?;
        put(tx, &own);
        Ok(api::SetSubnetsOutput {
            availability_zones: Some(shape::zones(&own)),
            ip_address_type: Some(own.ip_address_type.clone()),
            enable_prefix_for_ipv6_source_nat: shape::translation(&own),
        })
    })
}

/// Gives a load balancer another family of addresses. Only one of both families translates sources.
fn set_family(own: &mut LoadBalancer, word: &str) -> Result<(), Error> {
    check_address_type(own.kind, own.is_internal, word)?;
    word.clone_into(&mut own.ip_address_type);
    own.translates_sources &= own.has_ipv6();
    Ok(())
}

/// Datagrams of IPv6 need translation. Source: Network Load Balancers guide, "IP address type".
fn check_datagrams(tx: &Tx, own: &LoadBalancer) -> Result<(), Error> {
    let is_udp = |own: &Listener| own.protocol.as_deref().is_some_and(|own| own.contains("UDP"));
    let needs = own.kind == Kind::Network && own.has_ipv6() && !own.translates_sources;
    if needs && Listener::of_load_balancer(tx, own).iter().any(|own| is_udp(own)) {
        return Err(Configuration::UdpWithoutTranslation.into());
    }
    Ok(())
}

/// A zone of a network load balancer keeps its subnet until the zone is removed.
fn check_swap(own: &LoadBalancer, found: &[KnownSubnet]) -> Result<(), Error> {
    let is_swapped =
        |place: &Place| found.iter().any(|subnet| subnet.zone == place.zone && subnet.id != place.subnet);
    match own.places.iter().find(|place| is_swapped(place)) {
        Some(place) => Err(Configuration::SubnetSwap(place.zone.name.clone()).into()),
        None => Ok(()),
    }
}

/// Takes away the interfaces that are no longer as they are wanted and makes those that are new. What a wish does not
/// say of a subnet that stays is as it was; interfaces of another family of addresses than before are all new ones.
fn move_to(
    cx: &Cx,
    svc: &Elb,
    tx: &mut Tx,
    (own, before): (&mut LoadBalancer, &str),
    (wishes, found): (&[Wish], &[KnownSubnet]),
) -> Result<(), Error> {
    let is_same_family = own.ip_address_type == before;
    let wishes: Vec<Wish> = wishes.iter().map(|wish| wish.remembering(own)).collect();
    let (kept, gone): (Vec<Place>, Vec<Place>) = std::mem::take(&mut own.places)
        .into_iter()
        .partition(|place| is_same_family && wishes.iter().any(|wish| wish.is_met_by(place)));
    for place in &gone {
        svc.interfaces.remove(tx, cx.scope(), &place.interface);
    }
    for (wish, subnet) in wishes.iter().zip(found) {
        let place = match kept.iter().find(|place| place.subnet == wish.subnet) {
            Some(place) => Place { prefixes: placing::prefixes(cx, own, (wish, subnet))?, ..place.clone() },
            None => placing::place(cx, svc, tx, own, (wish, subnet))?,
        };
        own.places.push(place);
    }
    own.places.sort_by(|one, other| one.zone.name.cmp(&other.zone.name));
    Ok(())
}

/// `SetSecurityGroups`: exactly these from now on.
pub(crate) fn set_security_groups(
    cx: &Cx,
    svc: &Elb,
    input: api::SetSecurityGroupsInput,
) -> Result<api::SetSecurityGroupsOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let wanted = input.security_groups.unwrap_or_default();
    let enforce = input.enforce_security_group_inbound_rules_on_private_link_traffic;
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        if own.kind == Kind::Gateway {
            return Err(Configuration::GroupsOfKind(own.kind).into());
        }
        if own.groups.is_none() {
            return Err(Configuration::MadeWithoutGroups.into());
        }
        if wanted.is_empty() {
            return Err(Configuration::NoGroups.into());
        }
        if enforce.is_some() && own.kind != Kind::Network {
            return Err(Configuration::EnforceOfKind(own.kind).into());
        }
        let groups = placing::groups(cx, svc, tx, &own.vpc, &wanted)?;
        for place in &own.places {
            let regrouped = svc.interfaces.regroup(tx, cx.scope(), &place.interface, &groups);
            regrouped.map_err(placing::refused)?;
        }
        own.groups = Some(groups.clone());
        if enforce.is_some() {
            own.enforces_on_private_link.clone_from(&enforce);
        }
        put(tx, &own);
        Ok(api::SetSecurityGroupsOutput {
            security_group_ids: Some(groups),
            enforce_security_group_inbound_rules_on_private_link_traffic: own.enforces_on_private_link,
        })
    })
}

/// `SetIpAddressType`.
pub(crate) fn set_ip_address_type(
    cx: &Cx,
    svc: &Elb,
    input: api::SetIpAddressTypeInput,
) -> Result<api::SetIpAddressTypeOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let word = input.ip_address_type.unwrap_or_default();
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        let before = own.ip_address_type.clone();
        set_family(&mut own, &word)?;
        if before != word {
            check_datagrams(tx, &own)?;
            let same = |place: &Place| Wish { subnet: place.subnet.clone(), ..Wish::default() };
            let wishes: Vec<Wish> = own.places.iter().map(same).collect();
            let (vpc, found) = placing::look(cx, svc, tx, own.kind, &wishes)?;
            placing::check(&own, &vpc, (&wishes, &found))?;
            move_to(cx, svc, tx, (&mut own, &before), (&wishes, &found))?;
            put(tx, &own);
        }
        Ok(api::SetIpAddressTypeOutput { ip_address_type: Some(word.clone()) })
    })
}

/// `ModifyIpPools`.
pub(crate) fn modify_ip_pools(
    cx: &Cx,
    _svc: &Elb,
    input: api::ModifyIpPoolsInput,
) -> Result<api::ModifyIpPoolsOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let pool = input.ipam_pools.and_then(|pools| pools.ipv4_ipam_pool_id);
    let removes = input.remove_ipam_pools.is_some_and(|removed| removed.iter().any(|own| own == "ipv4"));
    if pool.is_some() == removes {
        return Err(Validation::OnePoolChange.into());
    }
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        if own.kind != Kind::Application || own.is_internal {
            return Err(Configuration::IpamPoolOfKind.into());
        }
        own.ipam_pool.clone_from(&pool);
        put(tx, &own);
        Ok(api::ModifyIpPoolsOutput { ipam_pools: shape::ipam_pools(&own) })
    })
}
