//! What other services see of networks, and the interfaces that they have there.

use crate::address::{self, Address, pool};
use crate::error::{Addresses, Error};
use crate::event::Changed;
use crate::home;
use crate::id::AddressAssociationId;
use crate::internet_gateway::InternetGateway;
use crate::network_interface::{self, Birth, Draw, NetworkInterface, Plan, Plan6, Requester};
use crate::resource::{Resource, key, prefix};
use crate::route_table::{RouteTable, Target};
use crate::security_group::{self, SecurityGroup, Words};
use crate::subnet::Subnet;
use crate::vpc::Vpc;
use base::{Ids, Scope, Tags, Zone};
use ports::{
    AddressZones, Cx, KnownGroup, KnownSubnet, KnownVpc, MadeInterface, NotPlaced, PublicAddress,
    ServiceGroups, ServiceInterfaces, ServiceNetworks, WishedGroup, WishedInterface,
};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use store::Tx;

/// Networks and interfaces as services see them.
pub(crate) struct OfServices;

impl ServiceNetworks for OfServices {
    fn vpc(&self, tx: &Tx, scope: &Scope, id: &str) -> Option<KnownVpc> {
        tx.get::<Vpc>(&key(scope, id)).map(|vpc| known_vpc(tx, &vpc))
    }

    fn subnet(&self, tx: &Tx, scope: &Scope, id: &str) -> Option<KnownSubnet> {
        let subnet = tx.get::<Subnet>(&key(scope, id))?;
        Some(KnownSubnet {
            id: subnet.id.to_string(),
            vpc: subnet.vpc_id.to_string(),
            zone: subnet.zone.clone(),
            block: subnet.block,
            ipv6_block: subnet.ipv6_block(),
            free_addresses: u32::try_from(subnet.free_addresses()).unwrap_or_default(),
            is_public: is_public(tx, &subnet),
        })
    }

    fn group(&self, tx: &Tx, scope: &Scope, id: &str) -> Option<KnownGroup> {
        tx.get::<SecurityGroup>(&key(scope, id)).map(|group| known_group(&group))
    }

    fn default_group(&self, tx: &Tx, scope: &Scope, vpc: &str) -> Option<KnownGroup> {
        let mut groups = tx.by(&SecurityGroup::VPC, &key(scope, vpc));
        groups.find(|group| group.is_default()).map(|group| known_group(group))
    }

    fn default_vpc(&self, cx: &Cx, tx: &mut Tx) -> Option<KnownVpc> {
        home::ensure(tx, cx);
        let found = tx.range::<Vpc>(&prefix(cx.scope())).find(|vpc| vpc.is_default).cloned();
        found.map(|vpc| known_vpc(tx, &vpc))
    }
}

impl AddressZones for OfServices {
    fn zone_of(&self, tx: &Tx, scope: &Scope, vpc: &str, address: IpAddr) -> Option<Zone> {
        subnet_of(tx, scope, vpc, address).map(|subnet| subnet.zone.clone())
    }

    fn service_at(&self, tx: &Tx, scope: &Scope, vpc: &str, address: IpAddr) -> Option<String> {
        let has = |own: &NetworkInterface| match address {
            IpAddr::V4(address) => own.addresses.contains(&address),
            IpAddr::V6(address) => own.ipv6_addresses.contains(&address),
        };
        let subnet = subnet_of(tx, scope, vpc, address)?;
        let mut cards = tx.by(&NetworkInterface::SUBNET, &key(scope, subnet.id.as_str()));
        let found = cards.find(|own| own.requester.is_service && has(own));
        found.map(|own| own.requester.id.clone())
    }
}

/// The subnet of a VPC in which an address lies.
fn subnet_of(tx: &Tx, scope: &Scope, vpc: &str, address: IpAddr) -> Option<Arc<Subnet>> {
    let holds = |subnet: &Subnet| match address {
        IpAddr::V4(own) => subnet.block.is_some_and(|block| block.contains(own)),
        IpAddr::V6(own) => subnet.ipv6_block().is_some_and(|block| block.contains(own)),
    };
    tx.by(&Subnet::VPC, &key(scope, vpc)).find(|subnet| holds(subnet)).cloned()
}

fn known_vpc(tx: &Tx, vpc: &Vpc) -> KnownVpc {
    KnownVpc {
        id: vpc.id.to_string(),
        blocks: vpc.blocks().collect(),
        ipv6_blocks: vpc.ipv6_blocks().collect(),
        has_internet_gateway: tx
            .by(&InternetGateway::VPC, &key(&vpc.scope, vpc.id.as_str()))
            .next()
            .is_some(),
        tenancy: vpc.tenancy.clone(),
    }
}

fn known_group(group: &SecurityGroup) -> KnownGroup {
    KnownGroup { id: group.id.to_string(), name: group.name.clone(), vpc: group.vpc_id.to_string() }
}

/// Whether the routes of a subnet lead to an internet gateway.
fn is_public(tx: &Tx, subnet: &Subnet) -> bool {
    let tables: Vec<&Arc<RouteTable>> =
        tx.by(&RouteTable::VPC, &key(&subnet.scope, subnet.vpc_id.as_str())).collect();
    let own = tables.iter().find(|table| table.has_subnet(&subnet.id));
    let table = own.or_else(|| tables.iter().find(|table| table.is_main()));
    table.is_some_and(|table| {
        table
            .routes
            .iter()
            .any(|route| matches!(&route.target, Target::Gateway(id) if id.starts_with("igw-")))
    })
}

impl ServiceInterfaces for OfServices {
    fn make(
        &self,
        ids: &Ids,
        tx: &mut Tx,
        scope: &Scope,
        wish: &WishedInterface,
    ) -> Result<MadeInterface, NotPlaced> {
        let missing = || NotPlaced::NoSubnet(wish.subnet.clone());
        let subnet = tx.get::<Subnet>(&key(scope, &wish.subnet)).ok_or_else(missing)?;
        if wish.has_ipv6 && subnet.ipv6_block().is_none() || wish.address.is_some() && subnet.is_native() {
            return Err(NotPlaced::WrongFamily(wish.subnet.clone()));
        }
        let elastic = match &wish.public {
            PublicAddress::Allocation(id) => Some(free_address(tx, scope, id)?),
            PublicAddress::None | PublicAddress::Lent => None,
        };
        let birth = Birth {
            draw: Draw::new(ids),
            groups: groups(tx, scope, &subnet, &wish.groups)?,
            subnet: subnet.id.clone(),
            plan: plan(wish),
            kind: wish.kind.to_owned(),
            description: wish.description.clone(),
            source_dest_check: true,
            requester: Requester { id: wish.requester.clone(), is_service: true },
            tags: wish.tags.clone(),
        };
        let mut own = network_interface::make_managed(tx, scope, &wish.instance_owner, birth)
            .map_err(|error| not_placed(error, wish))?;
        if wish.public == PublicAddress::Lent {
            let lent = pool::draw(tx, ids);
            own.lent = Some(lent.ok_or_else(|| NotPlaced::Other("no public address is left".to_owned()))?);
            tx.put(own.clone());
        }
        if let (Some(address), Some(primary)) = (elastic, own.primary()) {
            address::lead(tx, address, AddressAssociationId::new(ids), &own, primary);
        }
        Ok(made(tx, &own))
    }

    fn regroup(&self, tx: &mut Tx, scope: &Scope, id: &str, wanted: &[String]) -> Result<(), NotPlaced> {
        let Some(own) = tx.get::<NetworkInterface>(&key(scope, id)) else { return Ok(()) };
        let missing = || NotPlaced::NoSubnet(own.subnet_id.to_string());
        let subnet = tx.get::<Subnet>(&key(scope, own.subnet_id.as_str())).ok_or_else(missing)?;
        let groups = groups(tx, scope, &subnet, wanted)?;
        tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
        tx.put(NetworkInterface { groups, ..(*own).clone() });
        Ok(())
    }

    fn remove(&self, tx: &mut Tx, scope: &Scope, id: &str) {
        if let Some(own) = tx.get::<NetworkInterface>(&key(scope, id)) {
            network_interface::remove(tx, &own);
        }
    }
}

impl ServiceGroups for OfServices {
    fn make_closed(
        &self,
        ids: &Ids,
        tx: &mut Tx,
        scope: &Scope,
        wish: &WishedGroup,
    ) -> Result<String, NotPlaced> {
        let missing = || NotPlaced::Other(format!("The vpc ID '{}' does not exist", wish.vpc));
        let vpc = tx.get::<Vpc>(&key(scope, &wish.vpc)).ok_or_else(missing)?;
        let WishedGroup { name, description, tags, .. } = wish.clone();
        let made = security_group::make_closed(tx, &vpc, ids, Words { name, description, tags });
        tx.emit(&Changed { kind: "SecurityGroupCreated", resource: made.arn() });
        Ok(made.id.to_string())
    }

    fn open(
        &self,
        ids: &Ids,
        tx: &mut Tx,
        scope: &Scope,
        (wish, ports): (&WishedGroup, &BTreeSet<u16>),
    ) -> Result<KnownGroup, NotPlaced> {
        let missing = || NotPlaced::Other(format!("The vpc ID '{}' does not exist", wish.vpc));
        let vpc = tx.get::<Vpc>(&key(scope, &wish.vpc)).ok_or_else(missing)?;
        if let Some(there) = group_named(tx, scope, wish) {
            return Ok(there);
        }
        let WishedGroup { name, description, tags, .. } = wish.clone();
        let made = security_group::make_open(tx, &vpc, ids, Words { name, description, tags }, ports);
        tx.emit(&Changed { kind: "SecurityGroupCreated", resource: made.arn() });
        Ok(known_group(&made))
    }

    fn restore(&self, ids: &Ids, tx: &mut Tx, scope: &Scope, (id, tags): (&str, &Tags)) {
        let Some(group) = tx.get::<SecurityGroup>(&key(scope, id)) else { return };
        let mut group = (*group).clone();
        group.close_again(tx, ids);
        group.tags.0.extend(tags.0.clone());
        tx.emit(&Changed { kind: "SecurityGroupChanged", resource: group.arn() });
        tx.put(group);
    }

    fn remove(&self, tx: &mut Tx, scope: &Scope, id: &str) {
        let group = tx.get::<SecurityGroup>(&key(scope, id));
        if let Some(group) = group.filter(|group| !security_group::is_needed(tx, group)) {
            security_group::remove(tx, &group);
        }
    }
}

/// The group that already has the name in the VPC.
fn group_named(tx: &Tx, scope: &Scope, wish: &WishedGroup) -> Option<KnownGroup> {
    let mut all = tx.by(&SecurityGroup::VPC, &key(scope, &wish.vpc));
    all.find(|group| group.name == wish.name).map(|group| known_group(group))
}

fn plan(wish: &WishedInterface) -> Plan {
    let ipv6 = Plan6::of_service(wish.ipv6_address, wish.has_ipv6);
    Plan { primary: wish.address, ipv6, ..Plan::default() }
}

/// The groups of an interface; unlike those of a user's, it may be in none.
fn groups(
    tx: &Tx,
    scope: &Scope,
    subnet: &Subnet,
    wanted: &[String],
) -> Result<Vec<network_interface::Group>, NotPlaced> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    for id in wanted {
        let group = tx.get::<SecurityGroup>(&key(scope, id)).ok_or_else(|| NotPlaced::NoGroup(id.clone()))?;
        if !security_group::serves(tx, &group, &subnet.vpc_id) {
            return Err(NotPlaced::GroupElsewhere(id.clone()));
        }
    }
    // They are there and serve the VPC: there can only be too many.
    network_interface::groups_of(tx, scope, &subnet.vpc_id, wanted).map_err(|_| NotPlaced::TooManyGroups)
}

fn free_address(tx: &Tx, scope: &Scope, id: &str) -> Result<Address, NotPlaced> {
    let found = tx.get::<Address>(&key(scope, id)).ok_or_else(|| NotPlaced::NoAllocation(id.to_owned()))?;
    match found.association {
        Some(_) => Err(NotPlaced::AllocationInUse(id.to_owned())),
        None => Ok((*found).clone()),
    }
}

fn not_placed(error: Error, wish: &WishedInterface) -> NotPlaced {
    let address = || wish.address.map(|address| address.to_string()).unwrap_or_default();
    match error {
        Error::Addresses(Addresses::SubnetFull) => NotPlaced::SubnetFull(wish.subnet.clone()),
        Error::Addresses(Addresses::InUse(address) | Addresses::Reserved(address)) => {
            NotPlaced::AddressInUse(address)
        }
        Error::Addresses(Addresses::Outside) => NotPlaced::AddressOutside(address()),
        other => NotPlaced::Other(wire::AwsError::fault(&other).message.unwrap_or_default()),
    }
}

fn made(tx: &Tx, own: &NetworkInterface) -> MadeInterface {
    MadeInterface {
        id: own.id.to_string(),
        subnet: own.subnet_id.to_string(),
        vpc: own.vpc_id.to_string(),
        address: own.primary(),
        ipv6_address: own.ipv6_addresses.first().copied(),
        public_address: own
            .lent
            .or_else(|| tx.by(&Address::INTERFACE, &own.key_text()).next().map(|address| address.public_ip)),
        groups: own.groups.iter().map(|group| group.id.to_string()).collect(),
    }
}
