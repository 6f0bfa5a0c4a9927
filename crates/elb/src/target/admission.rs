//! What may become a target of a group.

use super::Named;
use crate::Elb;
use crate::error::{Error, Refused, Validation};
use crate::listener::Listener;
use crate::load_balancer::{self, Kind};
use crate::target_group::TargetGroup;
use base::Ipv4Block;
use ec2_resource::id::InstanceId;
use ec2_resource::neighbour::InstanceState;
use ports::Cx;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use store::Tx;

/// The blocks of addresses outside the VPC. Source: ELB user guides, "Target type".
const OUTSIDE: [(Ipv4Addr, u8); 4] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
];

/// The VPCs of the instances among these.
pub(super) fn vpcs(cx: &Cx, svc: &Elb, given: &[Named]) -> BTreeMap<String, String> {
    let vpc = |named: &Named| {
        let id = InstanceId::parse(&named.id).ok()?;
        let cards = cx.read(|view| svc.cards.of_instance(view, cx.scope(), &id));
        Some((named.id.clone(), cards.first()?.vpc_id.clone()?))
    };
    given.iter().filter_map(vpc).collect()
}

/// Checks targets; of addresses the zone is found out.
pub(super) fn admit(
    cx: &Cx,
    svc: &Elb,
    tx: &Tx,
    (group, vpcs): (&TargetGroup, &BTreeMap<String, String>),
    given: &[Named],
) -> Result<Vec<Named>, Error> {
    for named in given {
        check_port(group, named)?;
    }
    match group.target_type.as_str() {
        "lambda" => match given.first() {
            // There are no functions yet, and none that could be called.
            Some(named) => Err(Refused::Lambda(named.id.clone(), group.arn()).into()),
            None => Ok(Vec::new()),
        },
        "alb" => {
            given.iter().try_for_each(|named| check_balancer(cx, tx, group, named))?;
            Ok(given.to_vec())
        }
        "ip" => given.iter().map(|named| address(cx, svc, tx, group, named)).collect(),
        _ => {
            check_instances(cx, svc, tx, (group, vpcs), given)?;
            let bare = |named: &Named| Named { zone: None, ..named.clone() };
            Ok(given.iter().map(bare).collect())
        }
    }
}

fn check_port(group: &TargetGroup, named: &Named) -> Result<(), Error> {
    if group.target_type == "lambda" && named.port.is_some() {
        return Err(Validation::OfLambda("Port").into());
    }
    let is_quic = group.protocol.as_deref().is_some_and(|own| own.contains("QUIC"));
    let is_id = |text: &str| {
        text.strip_prefix("0x")
            .is_some_and(|rest| rest.len() == 16 && rest.chars().all(|c| c.is_ascii_hexdigit()))
    };
    match &named.quic {
        Some(id) if !is_quic || !is_id(id) => Err(Validation::QuicServerId(id.clone()).into()),
        Some(_) | None => Ok(()),
    }
}

fn check_instances(
    cx: &Cx,
    svc: &Elb,
    tx: &Tx,
    (group, vpcs): (&TargetGroup, &BTreeMap<String, String>),
    given: &[Named],
) -> Result<(), Error> {
    let (mut idle, mut elsewhere) = (Vec::new(), Vec::new());
    for named in given {
        let id = InstanceId::parse(&named.id).map_err(|_| Validation::InstanceId(named.id.clone()))?;
        let facts = svc.instances.get(tx, cx.scope(), &id);
        let facts = facts.ok_or_else(|| Validation::InstanceId(named.id.clone()))?;
        if facts.state != InstanceState::Running {
            idle.push(named.id.clone());
        } else if vpcs.get(&named.id) != group.vpc.as_ref() {
            elsewhere.push(named.id.clone());
        }
    }
    if !idle.is_empty() {
        return Err(Refused::NotRunning(idle).into());
    }
    if !elsewhere.is_empty() {
        return Err(Refused::NotInVpc(group.vpc.clone().unwrap_or_default(), elsewhere).into());
    }
    Ok(())
}

fn address(cx: &Cx, svc: &Elb, tx: &Tx, group: &TargetGroup, named: &Named) -> Result<Named, Error> {
    let is_v6 = group.ip_address_type.as_deref() == Some("ipv6");
    let bad = || Error::from(Validation::PrivateAddress(named.id.clone(), is_v6));
    let address = named.id.parse::<IpAddr>().map_err(|_| bad())?;
    if address.is_ipv6() != is_v6 {
        return Err(bad());
    }
    let vpc = group.vpc.as_deref().unwrap_or_default();
    let own = svc.zones.zone_of(tx, cx.scope(), vpc, address);
    let is_all = named.zone.as_deref() == Some("all");
    match own {
        Some(zone) if is_all => Err(Validation::ZoneOverridden(named.id.clone(), zone.name).into()),
        Some(zone) => Ok(Named { zone: Some(zone.name), ..named.clone() }),
        None if !is_outside(address) => Err(bad()),
        None if named.zone.is_none() => Err(Validation::ZoneRequired(named.id.clone()).into()),
        None => Ok(named.clone()),
    }
}

/// Whether an address of no subnet of the VPC may be a target.
fn is_outside(address: IpAddr) -> bool {
    let IpAddr::V4(own) = address else { return false };
    let blocks = OUTSIDE.iter().filter_map(|(network, prefix)| Ipv4Block::new(*network, *prefix));
    blocks.into_iter().any(|block| block.contains(own))
}

fn check_balancer(cx: &Cx, tx: &Tx, group: &TargetGroup, named: &Named) -> Result<(), Error> {
    let own = load_balancer::find(tx, cx.scope(), &named.id).map_err(|_| Refused::NoTarget)?;
    let is_fit = own.kind == Kind::Application && Some(&own.vpc) == group.vpc.as_ref();
    let listeners = Listener::of_load_balancer(tx, &own);
    let port = named.port.or(group.port);
    let is_heard = port == group.port && listeners.iter().any(|listener| listener.port == port);
    if is_fit && is_heard { Ok(()) } else { Err(Refused::NoTarget.into()) }
}

#[cfg(test)]
mod tests {
    use super::is_outside;

    #[test]
    fn only_private_addresses_are_targets_outside_the_vpc() {
        for (text, want) in [
            ("10.255.0.1", true),
            ("100.64.0.1", true),
            ("100.128.0.1", false),
            ("172.31.0.1", true),
            ("172.32.0.1", false),
            ("192.168.1.1", true),
            ("8.8.8.8", false),
            ("fd00::1", false),
        ] {
            assert_eq!(is_outside(text.parse().unwrap()), want, "{text}");
        }
    }
}
