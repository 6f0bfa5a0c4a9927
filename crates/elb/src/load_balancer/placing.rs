//! Where load balancers stand: subnets that are asked for, and the interfaces that are made there.

use super::record::{Kind, LoadBalancer, Place};
use crate::Elb;
use crate::error::{Configuration, Error, Missing, Refused, Subnet, Validation};
use base::{Ipv6Block, Tags};
use ports::{Cx, KnownSubnet, KnownVpc, NotPlaced, PublicAddress, WishedInterface};
use shapes_elbv2 as api;
use std::net::{Ipv4Addr, Ipv6Addr};
use store::Tx;

/// Addresses that have to be free in a subnet of an application load balancer.
/// Source: ELB user guide, "Subnets for your load balancer".
const LEAST_FREE: u32 = 8;
/// Bits of a prefix that translates sources, and the word for one that is drawn. Source: ELB API reference, SubnetMapping.
const SOURCE_PREFIX: u8 = 80;
const AUTO: &str = "auto_assigned";

/// A subnet that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) subnet: String,
    pub(crate) allocation: Option<String>,
    pub(crate) private: Option<Ipv4Addr>,
    pub(crate) ipv6: Option<Ipv6Addr>,
    pub(crate) prefix: Option<String>,
}

impl Wish {
    /// The same; what it does not say is as it is at the place that a load balancer has in the subnet.
    pub(crate) fn remembering(&self, own: &LoadBalancer) -> Self {
        let mut wish = self.clone();
        let Some(place) = own.places.iter().find(|place| place.subnet == self.subnet) else { return wish };
        wish.allocation = wish.allocation.or_else(|| place.allocation.clone());
        wish.private = wish.private.or_else(|| place.private.as_ref()?.parse().ok());
        if own.has_ipv6() {
            wish.ipv6 = wish.ipv6.or_else(|| place.ipv6.as_ref()?.parse().ok());
        }
        let there = place.prefixes.first().filter(|prefix| source_prefix(prefix).is_some());
        wish.prefix = wish.prefix.filter(|prefix| prefix != AUTO).or_else(|| there.cloned());
        wish
    }

    /// Whether a place has the addresses that are asked for.
    pub(crate) fn is_met_by(&self, place: &Place) -> bool {
        place.subnet == self.subnet
            && place.allocation == self.allocation
            && self.private.map(|own| own.to_string()) == place.private
            && self.ipv6.map(|own| own.to_string()) == place.ipv6
    }
}

/// The subnets that a request names, in one of the two ways.
pub(crate) fn read(
    kind: Kind,
    subnets: Option<Vec<String>>,
    mappings: Option<Vec<api::SubnetMapping>>,
) -> Result<Vec<Wish>, Error> {
    let (subnets, mappings) = (subnets.unwrap_or_default(), mappings.unwrap_or_default());
    match (subnets.is_empty(), mappings.is_empty()) {
        (true, true) => return Err(Validation::NoSubnets.into()),
        (false, false) => return Err(Validation::SubnetsTwice.into()),
        (true, false) | (false, true) => {}
    }
    let plain = subnets.into_iter().map(|subnet| Ok(Wish { subnet, ..Wish::default() }));
    plain.chain(mappings.into_iter().map(|mapping| read_mapping(kind, mapping))).collect()
}

fn read_mapping(kind: Kind, mapping: api::SubnetMapping) -> Result<Wish, Error> {
    let is_plain = mapping.allocation_id.is_none()
        && mapping.private_ipv4_address.is_none()
        && mapping.ipv6_address.is_none()
        && mapping.source_nat_ipv6_prefix.is_none();
    if kind != Kind::Network && !is_plain {
        return Err(Configuration::MappingOfKind(kind).into());
    }
    let bad = |address: &String| Error::from(Validation::Address(address.clone()));
    let private = mapping.private_ipv4_address.as_ref();
    let ipv6 = mapping.ipv6_address.as_ref();
    Ok(Wish {
        subnet: mapping.subnet_id.unwrap_or_default(),
        allocation: mapping.allocation_id,
        private: private.map(|own| own.parse().map_err(|_| bad(own))).transpose()?,
        ipv6: ipv6.map(|own| own.parse().map_err(|_| bad(own))).transpose()?,
        prefix: mapping.source_nat_ipv6_prefix,
    })
}

/// Finds the subnets, which have to suit the kind and each other.
pub(crate) fn look(
    cx: &Cx,
    svc: &Elb,
    tx: &Tx,
    kind: Kind,
    wishes: &[Wish],
) -> Result<(KnownVpc, Vec<KnownSubnet>), Error> {
    let mut found: Vec<KnownSubnet> = Vec::new();
    for wish in wishes {
        let subnet = svc.networks.subnet(tx, cx.scope(), &wish.subnet);
        let subnet = subnet.ok_or_else(|| Missing::Subnet(wish.subnet.clone()))?;
        if found.iter().any(|other| other.vpc != subnet.vpc) {
            return Err(Configuration::SeveralVpcs.into());
        }
        if found.iter().any(|other| other.zone == subnet.zone) {
            return Err(Configuration::ZoneTwice.into());
        }
        found.push(subnet);
    }
    if kind == Kind::Application && found.len() < 2 {
        return Err(Validation::TwoZones.into());
    }
    let vpc = found.first().map(|subnet| subnet.vpc.clone()).unwrap_or_default();
    let vpc = svc.networks.vpc(tx, cx.scope(), &vpc).ok_or(Missing::Subnet(vpc))?;
    Ok((vpc, found))
}

/// Checks that a load balancer of this kind can stand there now, with what the wishes say of addresses.
pub(crate) fn check(
    own: &LoadBalancer,
    vpc: &KnownVpc,
    (wishes, subnets): (&[Wish], &[KnownSubnet]),
) -> Result<(), Error> {
    if !own.is_internal && own.kind != Kind::Gateway && !vpc.has_internet_gateway {
        return Err(Subnet::NoGateway(vpc.id.clone()).into());
    }
    for subnet in subnets {
        let is_new = !own.places.iter().any(|place| place.subnet == subnet.id);
        if own.kind == Kind::Application && is_new && subnet.free_addresses < LEAST_FREE {
            return Err(Subnet::Full(subnet.id.clone()).into());
        }
        if own.has_ipv6() && subnet.ipv6_block.is_none() {
            return Err(Subnet::NoIpv6(subnet.id.clone()).into());
        }
    }
    wishes.iter().try_for_each(|wish| check_mapping(own, wish))
}

/// Checks what a mapping asks for.
fn check_mapping(own: &LoadBalancer, wish: &Wish) -> Result<(), Error> {
    if wish.allocation.is_some() && own.is_internal {
        return Err(Configuration::AllocationOfInternal.into());
    }
    if wish.private.is_some() && !own.is_internal {
        return Err(Configuration::PrivateOfPublic.into());
    }
    if wish.ipv6.is_some() && !own.has_ipv6() {
        return Err(Configuration::Ipv6OfIpv4.into());
    }
    match &wish.prefix {
        Some(_) if !own.translates_sources => Err(Configuration::PrefixWithoutTranslation.into()),
        Some(_) | None => Ok(()),
    }
}

/// The block of a prefix that translates sources; `None` where a text is none.
fn source_prefix(text: &str) -> Option<Ipv6Block> {
    text.parse::<Ipv6Block>().ok().filter(|own| own.prefix() == SOURCE_PREFIX)
}

/// The prefixes that translate sources in a subnet: the one that is asked for, or one that is drawn from the subnet's
/// block. Source: ELB API reference, SubnetMapping.
pub(crate) fn prefixes(
    cx: &Cx,
    own: &LoadBalancer,
    (wish, subnet): (&Wish, &KnownSubnet),
) -> Result<Vec<String>, Error> {
    let Some(block) = subnet.ipv6_block.filter(|_| own.translates_sources) else { return Ok(Vec::new()) };
    let prefix = match wish.prefix.as_deref().filter(|prefix| *prefix != AUTO) {
        Some(text) => {
            let prefix = source_prefix(text).filter(|prefix| block.covers(*prefix));
            prefix.ok_or_else(|| Configuration::SourcePrefix(text.to_owned(), subnet.id.clone()))?
        }
        None => {
            let drawn = block.with_host(u128::from(cx.ids().below(u64::MAX)) << (128 - SOURCE_PREFIX));
            Ipv6Block::new(drawn, SOURCE_PREFIX).unwrap_or(block)
        }
    };
    Ok(vec![prefix.to_string()])
}

/// Makes the interface of a load balancer in a subnet.
pub(crate) fn place(
    cx: &Cx,
    svc: &Elb,
    tx: &mut Tx,
    own: &LoadBalancer,
    (wish, subnet): (&Wish, &KnownSubnet),
) -> Result<Place, Error> {
    let prefixes = prefixes(cx, own, (wish, subnet))?;
    let (kind, owner) = match own.kind {
        Kind::Application => ("interface", "amazon-elb"),
        Kind::Network => ("network_load_balancer", "amazon-aws"),
        Kind::Gateway => ("gateway_load_balancer", "amazon-aws"),
    };
    let lends_none = own.is_internal
        || own.kind == Kind::Gateway
        || own.ip_address_type == "dualstack-without-public-ipv4";
    let public = match &wish.allocation {
        Some(id) => PublicAddress::Allocation(id.clone()),
        None if lends_none => PublicAddress::None,
        None => PublicAddress::Lent,
    };
    let wished = WishedInterface {
        subnet: subnet.id.clone(),
        groups: own.groups.clone().unwrap_or_default(),
        kind,
        description: format!("ELB {}", own.tail()),
        requester: "amazon-elb".to_owned(),
        instance_owner: owner.to_owned(),
        address: wish.private,
        ipv6_address: wish.ipv6,
        has_ipv6: own.has_ipv6(),
        public,
        tags: Tags::default(),
    };
    let made = svc.interfaces.make(cx.ids(), tx, &own.scope, &wished).map_err(refused)?;
    Ok(Place {
        zone: subnet.zone.clone(),
        subnet: subnet.id.clone(),
        interface: made.id,
        allocation: wish.allocation.clone(),
        public: made.public_address.map(|address| address.to_string()),
        private: wish.private.map(|address| address.to_string()),
        ipv6: wish.ipv6.map(|address| address.to_string()),
        prefixes,
    })
}

/// Says in this API's words why an interface cannot be made.
pub(crate) fn refused(reason: NotPlaced) -> Error {
    match reason {
        NotPlaced::NoSubnet(id) => Missing::Subnet(id).into(),
        NotPlaced::NoGroup(id) => Missing::SecurityGroup(id).into(),
        NotPlaced::GroupElsewhere(_) | NotPlaced::TooManyGroups => Missing::SecurityGroups.into(),
        NotPlaced::SubnetFull(id) => Subnet::Full(id).into(),
        NotPlaced::AddressInUse(address) | NotPlaced::AddressOutside(address) => {
            Configuration::AddressNotFree(address).into()
        }
        NotPlaced::WrongFamily(id) => Subnet::NoIpv6(id).into(),
        NotPlaced::NoAllocation(id) => Missing::Allocation(id).into(),
        NotPlaced::AllocationInUse(_) => Refused::AllocationInUse.into(),
        NotPlaced::Other(sentence) => Configuration::Networks(sentence).into(),
    }
}

/// The security groups that are asked for, all of one VPC.
pub(crate) fn groups(
    cx: &Cx,
    svc: &Elb,
    tx: &Tx,
    vpc: &str,
    wanted: &[String],
) -> Result<Vec<String>, Error> {
    let mut found: Vec<String> = Vec::new();
    for id in wanted {
        let group = svc.networks.group(tx, cx.scope(), id);
        let group = group.ok_or_else(|| Missing::SecurityGroup(id.clone()))?;
        if group.vpc != vpc {
            return Err(Missing::SecurityGroups.into());
        }
        if !found.contains(&group.id) {
            found.push(group.id);
        }
    }
    Ok(found)
}
