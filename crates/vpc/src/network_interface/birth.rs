//! How interfaces come and go: for users, and for the services that own theirs.

use super::ipv6::{self, Plan6};
use super::model::{Attachment, AttachmentState, Group, NetworkInterface, Requester, free_mac};
use super::permission;
use crate::address;
use crate::error::{Addresses, Error, Ipv6};
use crate::event::Changed;
use crate::id::{NetworkInterfaceId, ServiceAttachmentId, SubnetId, VpcId};
use crate::resource::{self, Resource, take};
use crate::security_group::{self, SecurityGroup};
use crate::subnet::Subnet;
use crate::traffic_mirror;
use base::{Ids, Ipv4Block, Scope, Tags};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use store::Tx;

/// Groups of an interface at the most: the quota that an account begins with.
const MOST_GROUPS: usize = 5;
/// Addresses and prefixes of an interface that is attached to nothing at the most: what the largest instance types allow.
pub(super) const MOST_ADDRESSES: usize = 50;

/// So many of something, or just these.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Asked<T> {
    /// The lowest free ones.
    Count(usize),
    /// These.
    List(Vec<T>),
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self::Count(0)
    }
}

impl<T> Asked<T> {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Count(count) => *count,
            Self::List(list) => list.len(),
        }
    }
}

/// The addresses that an interface is asked to have.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The lowest free one where none is given.
    pub(crate) primary: Option<Ipv4Addr>,
    pub(crate) secondary: Asked<Ipv4Addr>,
    pub(crate) prefixes: Asked<Ipv4Block>,
    #[serde(default)]
    pub(crate) ipv6: Plan6,
}

impl Plan {
    /// Whether it asks for anything of IPv4.
    fn names_ipv4(&self) -> bool {
        self.primary.is_some() || self.secondary.len() + self.prefixes.len() > 0
    }

    /// Takes what is asked for out of the subnet: first what is named, so that nothing else gets it.
    pub(crate) fn primary_and_secondary(&self, subnet: &mut Subnet) -> Result<Vec<Ipv4Addr>, Addresses> {
        if let Some(primary) = self.primary {
            subnet.take(primary)?;
        }
        if let Asked::List(list) = &self.secondary {
            list.iter().try_for_each(|address| subnet.take(*address))?;
        }
        let primary = self.primary.map_or_else(|| subnet.take_lowest(), Ok)?;
        let mut addresses = vec![primary];
        addresses.extend(match &self.secondary {
            Asked::List(list) => list.clone(),
            Asked::Count(count) => lowest(subnet, *count)?,
        });
        Ok(addresses)
    }
}

/// So many of the lowest free addresses.
pub(crate) fn lowest(subnet: &mut Subnet, count: usize) -> Result<Vec<Ipv4Addr>, Addresses> {
    (0..count).map(|_| subnet.take_lowest()).collect()
}

/// Takes prefixes out of the subnet.
pub(crate) fn prefixes(subnet: &mut Subnet, asked: &Asked<Ipv4Block>) -> Result<Vec<Ipv4Block>, Addresses> {
    match asked {
        Asked::Count(count) => (0..*count).map(|_| subnet.take_lowest_prefix()).collect(),
        Asked::List(list) => {
            list.iter().try_for_each(|prefix| subnet.take_prefix(*prefix))?;
            Ok(list.clone())
        }
    }
}

/// Refuses more addresses than an interface can have; a prefix counts as one.
pub(super) fn require_room(addresses: usize, prefixes: usize, most: usize) -> Result<(), Addresses> {
    if addresses.saturating_add(prefixes) > most { Err(Addresses::PerInterface) } else { Ok(()) }
}

/// What is drawn for an interface before it is made: jobs have nothing to draw from.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Draw {
    pub(crate) id: NetworkInterfaceId,
    mac: u64,
    attachment: ServiceAttachmentId,
}

impl Draw {
    pub(crate) fn new(ids: &Ids) -> Self {
        Self {
            id: NetworkInterfaceId::new(ids),
            mac: u64::from_be_bytes(ids.bytes()),
            attachment: ServiceAttachmentId::new(ids),
        }
    }
}

/// What an interface is to be.
pub(crate) struct Birth {
    pub(crate) draw: Draw,
    pub(crate) subnet: SubnetId,
    pub(crate) plan: Plan,
    pub(crate) groups: Vec<Group>,
    pub(crate) kind: String,
    pub(crate) description: String,
    pub(crate) source_dest_check: bool,
    pub(crate) requester: Requester,
    pub(crate) tags: Tags,
}

/// Makes an interface that is attached to nothing.
pub(crate) fn make(tx: &mut Tx, scope: &Scope, birth: Birth) -> Result<NetworkInterface, Error> {
    let mut subnet: Subnet = take(tx, scope, birth.subnet.as_str())?;
    let secondary = birth.plan.secondary.len();
    require_room(secondary.saturating_add(1), birth.plan.prefixes.len(), MOST_ADDRESSES)?;
    if subnet.is_native() && birth.plan.names_ipv4() {
        return Err(Ipv6::NativeAddresses(subnet.id.to_string()).into());
    }
    let addresses = match subnet.is_native() {
        true => Vec::new(),
        false => birth.plan.primary_and_secondary(&mut subnet)?,
    };
    let ipv6 = ipv6::choose(tx, &subnet, &birth.plan.ipv6, birth.draw.mac)?;
    let prefixes = prefixes(&mut subnet, &birth.plan.prefixes).map_err(|refusal| match refusal {
        Addresses::NoBlocks => Addresses::NoBlocksAtBirth,
        other => other,
    })?;
    let mut interface = NetworkInterface {
        scope: scope.clone(),
        id: birth.draw.id,
        vpc_id: subnet.vpc_id.clone(),
        subnet_id: subnet.id.clone(),
        zone: subnet.zone.clone(),
        description: birth.description,
        mac: free_mac(tx, scope, birth.draw.mac),
        addresses,
        prefixes,
        ipv6_addresses: ipv6.addresses,
        ipv6_prefixes: ipv6.prefixes,
        primary_ipv6: false,
        public_name: None,
        groups: birth.groups,
        source_dest_check: birth.source_dest_check,
        kind: birth.kind,
        requester: birth.requester,
        is_pending: true,
        attachment: None,
        tracking: None,
        lent: None,
        borrows: false,
        tags: birth.tags,
    };
    ipv6::make_primary(&mut interface, birth.plan.ipv6.primary)?;
    tx.put(subnet);
    tx.put(interface.clone());
    tx.emit(&Changed { kind: "NetworkInterfaceCreated", resource: interface.arn() });
    Ok(interface)
}

/// Makes an interface that belongs to a service and is attached to what the service runs: `instance_owner` is what its
/// attachment calls the service. Nobody but [`remove`] takes it away.
pub(crate) fn make_managed(
    tx: &mut Tx,
    scope: &Scope,
    instance_owner: &str,
    birth: Birth,
) -> Result<NetworkInterface, Error> {
    let attachment = Attachment {
        id: birth.draw.attachment.to_string(),
        instance_owner: instance_owner.to_owned(),
        instance_id: None,
        device_index: 1,
        network_card_index: 0,
        state: AttachmentState::Attached,
        delete_on_termination: false,
        attached_at: tx.now(),
    };
    let requester = Requester { is_service: true, ..birth.requester.clone() };
    let mut interface = make(tx, scope, Birth { requester, ..birth })?;
    interface.is_pending = false;
    interface.attachment = Some(attachment);
    tx.put(interface.clone());
    Ok(interface)
}

/// Takes an interface away: its addresses are free again, and public ones lead nowhere.
pub(crate) fn remove(tx: &mut Tx, interface: &NetworkInterface) {
    permission::forget(tx, interface);
    address::leave_interface(tx, interface);
    traffic_mirror::leave_interface(tx, interface);
    let subnet = tx.get::<Subnet>(&resource::key(&interface.scope, interface.subnet_id.as_str()));
    if let Some(subnet) = subnet {
        let mut subnet = (*subnet).clone();
        interface.addresses.iter().for_each(|address| subnet.give_back(*address));
        interface.prefixes.iter().for_each(|prefix| subnet.give_back_prefix(*prefix));
        tx.put(subnet);
    }
    tx.delete::<NetworkInterface>(&interface.key_text());
    tx.emit(&Changed { kind: "NetworkInterfaceDeleted", resource: interface.arn() });
}

/// Takes private addresses away from an interface: they are free again, and elastic ones lead to them no longer.
pub(crate) fn give_back(tx: &mut Tx, interface: &NetworkInterface, addresses: &[Ipv4Addr]) {
    for address in addresses {
        address::leave(tx, interface, *address);
    }
    let subnet = tx.get::<Subnet>(&resource::key(&interface.scope, interface.subnet_id.as_str()));
    if let Some(subnet) = subnet {
        let mut subnet = (*subnet).clone();
        addresses.iter().for_each(|address| subnet.give_back(*address));
        tx.put(subnet);
    }
    let mut own = interface.clone();
    own.addresses.retain(|address| !addresses.contains(address));
    tx.emit(&Changed { kind: "NetworkInterfaceChanged", resource: own.arn() });
    tx.put(own);
}

/// The groups of an interface: those that are asked for, or the default one of its VPC.
pub(crate) fn groups(
    tx: &Tx,
    scope: &Scope,
    subnet: &SubnetId,
    asked: &[String],
) -> Result<Vec<Group>, Error> {
    let subnet: Subnet = take(tx, scope, subnet.as_str())?;
    groups_of(tx, scope, &subnet.vpc_id, asked)
}

/// The same of a VPC.
pub(crate) fn groups_of(tx: &Tx, scope: &Scope, vpc: &VpcId, asked: &[String]) -> Result<Vec<Group>, Error> {
    let named = |group: &SecurityGroup| Group { id: group.id.clone(), name: group.name.clone() };
    if asked.is_empty() {
        let of = resource::key(scope, vpc.as_str());
        let default = tx.by(&SecurityGroup::VPC, &of).find(|group| group.is_default());
        return Ok(default.map(|group| named(group)).into_iter().collect());
    }
    let mut groups: Vec<Group> = Vec::new();
    for id in asked {
        let group: SecurityGroup = take(tx, scope, id)?;
        if !security_group::serves(tx, &group, vpc) {
            return Err(Addresses::OtherNetwork.into());
        }
        if !groups.contains(&named(&group)) {
            groups.push(named(&group));
        }
    }
    if groups.len() > MOST_GROUPS { Err(Addresses::GroupsPerInterface.into()) } else { Ok(groups) }
}
