//! Where classic load balancers stand: subnets, or zones of the default VPC.

use super::change;
use super::record::{Classic, Listener, Place};
use crate::Elb;
use crate::error::{Classic as Bad, Error};
use crate::names;
use base::Tags;
use ec2_resource::neighbour::PlaceWish;
use ports::{Cx, KnownSubnet, KnownVpc, NotPlaced, PublicAddress, WishedGroup, WishedInterface};
use shapes_elb as api;
use store::Tx;

/// What the group of the default VPC says of itself. Recorded: moto, `elb/models.py`, and Eucalyptus, which answer as AWS did.
const OPEN_GROUP: &str = "ELB created security group used when no security group is specified during ELB creation - modifications could impact traffic to future ELBs";

/// What is asked for: one of the two.
pub(super) enum Wish {
    Subnets(Vec<String>),
    Zones(Vec<String>),
}

impl Wish {
    pub(super) fn read(subnets: Option<Vec<String>>, zones: Option<Vec<String>>) -> Result<Self, Error> {
        let (subnets, zones) = (subnets.unwrap_or_default(), zones.unwrap_or_default());
        match (subnets.is_empty(), zones.is_empty()) {
            (false, true) => Ok(Self::Subnets(subnets)),
            (true, false) => Ok(Self::Zones(zones)),
            (true, true) => Err(Bad::Places(false).into()),
            (false, false) => Err(Bad::Places(true).into()),
        }
    }
}

/// Finds the subnets, which all lie in one VPC, each in another zone.
pub(super) fn look(
    cx: &Cx,
    svc: &Elb,
    tx: &mut Tx,
    wish: &Wish,
) -> Result<(KnownVpc, Vec<KnownSubnet>), Error> {
    let ids = match wish {
        Wish::Subnets(ids) => ids.clone(),
        Wish::Zones(zones) => {
            zones.iter().map(|zone| default_subnet(cx, svc, tx, zone)).collect::<Result<_, _>>()?
        }
    };
    let mut found: Vec<KnownSubnet> = Vec::new();
    for id in ids {
        let subnet = svc.networks.subnet(tx, cx.scope(), &id).ok_or_else(|| Bad::Subnet(id.clone()))?;
        if found.iter().any(|other| other.vpc != subnet.vpc) {
            return Err(Bad::SeveralVpcs.into());
        }
        if found.iter().any(|other| other.zone == subnet.zone) {
            return Err(Bad::ZoneTwice.into());
        }
        found.push(subnet);
    }
    let vpc = found.first().map(|subnet| subnet.vpc.clone()).unwrap_or_default();
    let vpc = svc.networks.vpc(tx, cx.scope(), &vpc).ok_or(Bad::Subnet(vpc))?;
    Ok((vpc, found))
}

/// The default subnet of a zone.
fn default_subnet(cx: &Cx, svc: &Elb, tx: &mut Tx, zone: &str) -> Result<String, Error> {
    let wish = PlaceWish { zone: Some(zone.to_owned()), ..PlaceWish::default() };
    let place = svc.cards.place(cx, tx, &wish).map_err(|_| Bad::Zone(zone.to_owned()))?;
    Ok(place.subnet)
}

/// The groups that are asked for, and the name of the first.
pub(super) fn groups(
    cx: &Cx,
    svc: &Elb,
    tx: &Tx,
    vpc: &str,
    wanted: &[String],
) -> Result<(Vec<String>, String), Error> {
    let mut found = Vec::new();
    for id in wanted {
        let group = svc.networks.group(tx, cx.scope(), id).ok_or(Bad::Group)?;
        if group.vpc != vpc {
            return Err(Bad::GroupVpc(group.id, vpc.to_owned()).into());
        }
        found.push(group);
    }
    let name = found.first().map(|group| group.name.clone()).unwrap_or_default();
    Ok((found.into_iter().map(|group| group.id).collect(), name))
}

/// The group of a new load balancer for which none is named: in the default VPC one that is open on the ports of its
/// listeners and that all later ones share, elsewhere the default group of the VPC.
/// Source: ELB user guide, "Configure security groups for your Classic Load Balancer".
pub(super) fn default_group(
    cx: &Cx,
    svc: &Elb,
    tx: &mut Tx,
    vpc: &str,
    listeners: &[Listener],
) -> Result<(Vec<String>, String), Error> {
    let is_default = svc.networks.default_vpc(cx, tx).is_some_and(|own| own.id == vpc);
    let group = if is_default {
        let wish = WishedGroup {
            vpc: vpc.to_owned(),
            name: names::default_group(vpc),
            description: OPEN_GROUP.to_owned(),
            tags: Tags::default(),
        };
        let ports = listeners.iter().filter_map(|own| u16::try_from(own.port).ok()).collect();
        Some(svc.groups.open(cx.ids(), tx, cx.scope(), (&wish, &ports)).map_err(refused)?)
    } else {
        svc.networks.default_group(tx, cx.scope(), vpc)
    };
    let name = group.as_ref().map(|group| group.name.clone()).unwrap_or_default();
    Ok((group.into_iter().map(|group| group.id).collect(), name))
}

/// Makes the interface in a subnet.
pub(super) fn place(
    cx: &Cx,
    svc: &Elb,
    tx: &mut Tx,
    own: &mut Classic,
    subnet: &KnownSubnet,
) -> Result<(), Error> {
    let wished = WishedInterface {
        subnet: subnet.id.clone(),
        groups: own.groups.clone(),
        kind: "interface",
        description: format!("ELB {}", own.name),
        requester: "amazon-elb".to_owned(),
        instance_owner: "amazon-elb".to_owned(),
        address: None,
        ipv6_address: None,
        has_ipv6: false,
        public: if own.is_internal { PublicAddress::None } else { PublicAddress::Lent },
        tags: Tags::default(),
    };
    let made = svc.interfaces.make(cx.ids(), tx, cx.scope(), &wished).map_err(refused)?;
    own.places.push(Place { zone: subnet.zone.clone(), subnet: subnet.id.clone(), interface: made.id });
    own.places.sort_by(|one, other| one.zone.name.cmp(&other.zone.name));
    Ok(())
}

fn refused(reason: NotPlaced) -> Error {
    let own = match reason {
        NotPlaced::NoSubnet(id) => Bad::Subnet(id),
        NotPlaced::NoGroup(_) | NotPlaced::GroupElsewhere(_) | NotPlaced::TooManyGroups => Bad::Group,
        NotPlaced::SubnetFull(id) | NotPlaced::WrongFamily(id) => Bad::SubnetFull(id),
        NotPlaced::AddressInUse(text)
        | NotPlaced::AddressOutside(text)
        | NotPlaced::NoAllocation(text)
        | NotPlaced::AllocationInUse(text)
        | NotPlaced::Other(text) => Bad::Networks(text),
    };
    own.into()
}

/// Adds subnets to those of a load balancer.
fn attach(cx: &Cx, svc: &Elb, tx: &mut Tx, own: &mut Classic, wish: &Wish) -> Result<(), Error> {
    let (vpc, found) = look(cx, svc, tx, wish)?;
    if vpc.id != own.vpc {
        return Err(Bad::SeveralVpcs.into());
    }
    for subnet in &found {
        if own.places.iter().any(|place| place.subnet == subnet.id) {
            continue;
        }
        if own.places.iter().any(|place| place.zone == subnet.zone) {
            return Err(Bad::ZoneTwice.into());
        }
        place(cx, svc, tx, own, subnet)?;
    }
    Ok(())
}

/// Takes places away; one has to stay.
fn detach(
    cx: &Cx,
    svc: &Elb,
    tx: &mut Tx,
    own: &mut Classic,
    goes: impl Fn(&Place) -> bool,
) -> Result<(), Error> {
    if own.places.iter().all(&goes) {
        return Err(Bad::LastZone.into());
    }
    for place in own.places.iter().filter(|place| goes(place)) {
        svc.interfaces.remove(tx, cx.scope(), &place.interface);
    }
    own.places.retain(|place| !goes(place));
    Ok(())
}

fn subnets(own: &Classic) -> Option<Vec<String>> {
    Some(own.places.iter().map(|place| place.subnet.clone()).collect())
}

fn zones(own: &Classic) -> Option<Vec<String>> {
    Some(own.places.iter().map(|place| place.zone.name.clone()).collect())
}

/// `AttachLoadBalancerToSubnets`: answers all of them.
pub(crate) fn attach_subnets(
    cx: &Cx,
    svc: &Elb,
    input: api::AttachLoadBalancerToSubnetsInput,
) -> Result<api::AttachLoadBalancerToSubnetsOutput, Error> {
    let ids = input.subnets.unwrap_or_default();
    if ids.is_empty() {
        return Err(Bad::NoSubnets.into());
    }
    let wish = Wish::Subnets(ids);
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        attach(cx, svc, tx, own, &wish)?;
        Ok(api::AttachLoadBalancerToSubnetsOutput { subnets: subnets(own) })
    })
}

/// `DetachLoadBalancerFromSubnets`: answers those that stay.
pub(crate) fn detach_subnets(
    cx: &Cx,
    svc: &Elb,
    input: api::DetachLoadBalancerFromSubnetsInput,
) -> Result<api::DetachLoadBalancerFromSubnetsOutput, Error> {
    let ids = input.subnets.unwrap_or_default();
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        detach(cx, svc, tx, own, |place| ids.contains(&place.subnet))?;
        Ok(api::DetachLoadBalancerFromSubnetsOutput { subnets: subnets(own) })
    })
}

/// `EnableAvailabilityZonesForLoadBalancer`: by the default subnets there.
pub(crate) fn enable_zones(
    cx: &Cx,
    svc: &Elb,
    input: api::AddAvailabilityZonesInput,
) -> Result<api::AddAvailabilityZonesOutput, Error> {
    let wish = Wish::Zones(input.availability_zones.unwrap_or_default());
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        attach(cx, svc, tx, own, &wish)?;
        Ok(api::AddAvailabilityZonesOutput { availability_zones: zones(own) })
    })
}

/// `DisableAvailabilityZonesForLoadBalancer`: answers those that stay.
pub(crate) fn disable_zones(
    cx: &Cx,
    svc: &Elb,
    input: api::RemoveAvailabilityZonesInput,
) -> Result<api::RemoveAvailabilityZonesOutput, Error> {
    let names = input.availability_zones.unwrap_or_default();
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        detach(cx, svc, tx, own, |place| names.contains(&place.zone.name))?;
        Ok(api::RemoveAvailabilityZonesOutput { availability_zones: zones(own) })
    })
}

/// `ApplySecurityGroupsToLoadBalancer`: exactly these from now on.
pub(crate) fn apply_groups(
    cx: &Cx,
    svc: &Elb,
    input: api::ApplySecurityGroupsToLoadBalancerInput,
) -> Result<api::ApplySecurityGroupsToLoadBalancerOutput, Error> {
    let wanted = input.security_groups.unwrap_or_default();
    if wanted.is_empty() {
        return Err(Bad::NoGroups.into());
    }
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        let (groups, source_group) = groups(cx, svc, tx, &own.vpc, &wanted)?;
        for place in &own.places {
            svc.interfaces.regroup(tx, cx.scope(), &place.interface, &groups).map_err(refused)?;
        }
        own.groups.clone_from(&groups);
        own.source_group = source_group;
        Ok(api::ApplySecurityGroupsToLoadBalancerOutput { security_groups: Some(groups) })
    })
}
