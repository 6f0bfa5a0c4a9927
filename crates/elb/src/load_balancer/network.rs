//! Changes of where load balancers stand and of who reaches them.

use super::placing::{self, Wish};
use super::record::Kind;
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
        if let Some(word) = &address_type {
            check_address_type(own.kind, own.is_internal, word)?;
            own.ip_address_type.clone_from(word);
        }
        if let Some(word) = &translation {
            let is_on = word == "on";
            if is_on && (own.kind != Kind::Network || own.ip_address_type != "dualstack") {
                return Err(Configuration::TranslationOfKind.into());
            }
            own.translates_sources = is_on;
        }
        let (vpc, found) = placing::look(cx, svc, tx, own.kind, &wishes)?;
        if vpc.id != own.vpc {
            return Err(Configuration::SeveralVpcs.into());
        }
        if own.kind == Kind::Network {
            check_swap(&own, &found)?;
        }
        placing::check(&own, &vpc, &found)?;
        move_to(cx, svc, tx, &mut own, (&wishes, &found))?;
        put(tx, &own);
        Ok(api::SetSubnetsOutput {
            availability_zones: Some(shape::zones(&own)),
            ip_address_type: Some(own.ip_address_type.clone()),
            enable_prefix_for_ipv6_source_nat: shape::translation(&own),
        })
    })
}

/// A zone of a network load balancer keeps its subnet until the zone is removed.
fn check_swap(own: &LoadBalancer, found: &[KnownSubnet]) -> Result<(), Error> {
    let is_swapped = |place: &super::record::Place| {
        found.iter().any(|subnet| subnet.zone == place.zone && subnet.id != place.subnet)
    };
    match own.places.iter().find(|place| is_swapped(place)) {
        Some(place) => Err(Configuration::SubnetSwap(place.zone.name.clone()).into()),
        None => Ok(()),
    }
}

/// Takes away the interfaces that are no longer wanted and makes those that are new.
fn move_to(
    cx: &Cx,
    svc: &Elb,
    tx: &mut Tx,
    own: &mut LoadBalancer,
    (wishes, found): (&[Wish], &[KnownSubnet]),
) -> Result<(), Error> {
    let keeps = |place: &super::record::Place| {
        let wish = wishes.iter().find(|wish| wish.subnet == place.subnet);
        wish.is_some_and(|wish| wish.allocation.is_none() || wish.allocation == place.allocation)
    };
    for place in own.places.iter().filter(|place| !keeps(place)) {
        svc.interfaces.remove(tx, cx.scope(), &place.interface);
    }
    own.places.retain(keeps);
    for pair in wishes.iter().zip(found) {
        if !own.places.iter().any(|place| place.subnet == pair.0.subnet) {
            let place = placing::place(cx, svc, tx, own, pair)?;
            own.places.push(place);
        }
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
        check_address_type(own.kind, own.is_internal, &word)?;
        if own.ip_address_type != word {
            own.ip_address_type.clone_from(&word);
            let udp = Listener::of_load_balancer(tx, &own);
            let has_udp =
                udp.iter().any(|own| own.protocol.as_deref().is_some_and(|own| own.contains("UDP")));
            if own.kind == Kind::Network && own.has_ipv6() && has_udp && !own.translates_sources {
                return Err(Configuration::UdpWithoutTranslation.into());
            }
            rebuild(cx, svc, tx, &mut own)?;
            put(tx, &own);
        }
        Ok(api::SetIpAddressTypeOutput { ip_address_type: Some(word.clone()) })
    })
}

/// Interfaces of another family of addresses are new ones.
fn rebuild(cx: &Cx, svc: &Elb, tx: &mut Tx, own: &mut LoadBalancer) -> Result<(), Error> {
    let wishes: Vec<Wish> = own
        .places
        .iter()
        .map(|place| Wish {
            subnet: place.subnet.clone(),
            allocation: place.allocation.clone(),
            private: place.private.as_ref().and_then(|own| own.parse().ok()),
            ipv6: place.ipv6.as_ref().and_then(|own| own.parse().ok()).filter(|_| own.has_ipv6()),
            prefix: place.prefixes.first().cloned().filter(|_| own.has_ipv6()),
        })
        .collect();
    let (vpc, found) = placing::look(cx, svc, tx, own.kind, &wishes)?;
    placing::check(own, &vpc, &found)?;
    for place in std::mem::take(&mut own.places) {
        svc.interfaces.remove(tx, cx.scope(), &place.interface);
    }
    move_to(cx, svc, tx, own, (&wishes, &found))
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
