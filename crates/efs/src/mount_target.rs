//! Mount targets: where a file system is reached within a VPC, one in each zone. Each has a network interface; what
//! would answer there is the file server, which is not built.

use crate::Efs;
use crate::access_point::AccessPoint;
use crate::error::{Bad, Conflict, Error, Missing};
use crate::event::Changed;
use crate::file_system::FileSystem;
use crate::listing::Asked;
use crate::{name, permission};
use base::{Scope, Tags, Timestamp, Zone};
use ports::{Cx, KnownSubnet, MadeInterface, PublicAddress, WishedInterface};
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_efs as api;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Milliseconds AWS takes, about.
const CREATING_MILLIS: u32 = 60_000;
const DELETING_MILLIS: u32 = 10_000;

/// A mount target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MountTarget {
    scope: Scope,
    /// `fsmt-0123456789abcdef0`.
    id: String,
    pub(crate) file_system: String,
    created_at: Timestamp,
    subnet: String,
    vpc: String,
    zone: Zone,
    interface: String,
    address: Option<Ipv4Addr>,
    ipv6_address: Option<Ipv6Addr>,
    groups: Vec<String>,
    /// Whether it is to be there.
    is_wanted: bool,
    /// Whether it is seen to be there.
    is_standing: bool,
}

impl Record for MountTarget {
    const TABLE: &'static str = "efs_mount_target";
    const INDEXES: &'static [Index<Self>] = &[Self::FILE_SYSTEM];
    type Key = String;

    fn key(&self) -> String {
        name::key(&self.scope, &self.id)
    }
}

impl MountTarget {
    /// Those of a file system.
    pub(crate) const FILE_SYSTEM: Index<Self> =
        Index { name: "file-system", keys: |own| vec![name::key(&own.scope, &own.file_system)] };

    /// The one of an id.
    pub(crate) fn find(rows: &impl Rows, scope: &Scope, id: &str) -> Result<Arc<Self>, Error> {
        let found = rows.row::<Self>(&name::key(scope, id));
        found.ok_or_else(|| Missing::MountTarget(id.to_owned()).into())
    }

    /// The same, with an interface that is to be had.
    fn standing(rows: &impl Rows, scope: &Scope, id: &str) -> Result<Arc<Self>, Error> {
        let found = Self::find(rows, scope, id)?;
        if found.is_wanted && found.is_standing {
            Ok(found)
        } else {
            Err(Conflict::MountTargetState(id.to_owned()).into())
        }
    }

    fn word(&self) -> &'static str {
        match (self.is_wanted, self.is_standing) {
            (false, _) => "deleting",
            (true, false) => "creating",
            (true, true) => "available",
        }
    }

    fn place(&self) -> String {
        format!("{:020}/{}", self.created_at.millis.max(0), self.id)
    }
}

/// The addresses that are asked for.
struct Addresses {
    has_ipv4: bool,
    has_ipv6: bool,
    address: Option<Ipv4Addr>,
    ipv6_address: Option<Ipv6Addr>,
}

impl Addresses {
    fn read(input: &api::CreateMountTargetRequest) -> Result<Self, Error> {
        let (has_ipv4, has_ipv6) = match input.ip_address_type.as_deref() {
            Some("IPV6_ONLY") => (false, true),
            Some("DUAL_STACK") => (true, true),
            Some(_) | None => (true, false),
        };
        if input.ip_address.is_some() && !has_ipv4 || input.ipv6_address.is_some() && !has_ipv6 {
            return Err(Bad::AddressFamily.into());
        }
        let address = input.ip_address.as_ref().map(|text| text.parse()).transpose();
        let ipv6_address = input.ipv6_address.as_ref().map(|text| text.parse()).transpose();
        match (address, ipv6_address) {
            (Ok(address), Ok(ipv6_address)) => Ok(Self { has_ipv4, has_ipv6, address, ipv6_address }),
            _ => Err(Bad::Address.into()),
        }
    }

    /// A subnet of one family has no addresses of the other.
    fn require(&self, subnet: &KnownSubnet) -> Result<(), Error> {
        let fits = self.has_ipv4 == subnet.block.is_some() && (!self.has_ipv6 || subnet.ipv6_block.is_some());
        if fits { Ok(()) } else { Err(Bad::SubnetFamily.into()) }
    }
}

/// `CreateMountTarget`. The interface is there with the answer.
pub(crate) fn create(
    cx: &Cx,
    svc: &Efs,
    input: api::CreateMountTargetRequest,
) -> Result<api::MountTargetDescription, Error> {
    let addresses = Addresses::read(&input)?;
    let named = input.file_system_id.unwrap_or_default();
    let subnet_id = input.subnet_id.unwrap_or_default();
    let groups = input.security_groups.unwrap_or_default();
    cx.read(|view| FileSystem::available(view, cx.scope(), &named))?;
    permission::to_make(cx, &subnet_id, &groups)?;
    permission::ensure_role(cx, svc)?;
    let made = cx.write(|tx| {
        let own = FileSystem::available(tx, cx.scope(), &named)?;
        let subnet = svc.networks.subnet(tx, cx.scope(), &subnet_id);
        let subnet = subnet.ok_or_else(|| Missing::Subnet(subnet_id.clone()))?;
        require_place(tx, &own, &subnet)?;
        addresses.require(&subnet)?;
        let id = cx.ids().hex_id("fsmt-");
        let groups = match groups.as_slice() {
            [] => svc
                .networks
                .default_group(tx, cx.scope(), &subnet.vpc)
                .map(|own| own.id)
                .into_iter()
                .collect(),
            given => given.to_vec(),
        };
        let wish = WishedInterface {
            subnet: subnet.id.clone(),
            groups,
            kind: "interface",
            description: format!("EFS mount target for {} ({id})", own.id),
            // Source: Amazon EFS API reference, CreateMountTarget.
            requester: "EFS".to_owned(),
            instance_owner: "amazon-aws".to_owned(),
            address: addresses.address,
            ipv6_address: addresses.ipv6_address,
            has_ipv6: addresses.has_ipv6,
            public: PublicAddress::None,
            tags: Tags::default(),
        };
        let interface = svc.interfaces.make(cx.ids(), tx, cx.scope(), &wish)?;
        Ok::<_, Error>(keep(tx, cx, &own, (id, subnet.zone, interface)))
    })?;
    Ok(shape(&made))
}

fn keep(
    tx: &mut Tx,
    cx: &Cx,
    own: &FileSystem,
    (id, zone, interface): (String, Zone, MadeInterface),
) -> MountTarget {
    let made = MountTarget {
        scope: own.scope.clone(),
        id,
        file_system: own.id.clone(),
        created_at: cx.now(),
        subnet: interface.subnet,
        vpc: interface.vpc,
        zone,
        interface: interface.id,
        address: interface.address,
        ipv6_address: interface.ipv6_address,
        groups: interface.groups,
        is_wanted: true,
        is_standing: false,
    };
    tx.after(CREATING_MILLIS, Settle { key: made.key() });
    tx.emit(&Changed { kind: "MountTargetCreated", resource: made.id.clone() });
    tx.put(made.clone());
    made
}

/// One VPC a file system, and one mount target a zone. The VPC is looked at first.
fn require_place(tx: &Tx, own: &FileSystem, subnet: &KnownSubnet) -> Result<(), Error> {
    if own.zone.as_ref().is_some_and(|zone| *zone != subnet.zone) {
        return Err(Conflict::OtherZone.into());
    }
    let others = tx.listed(&MountTarget::FILE_SYSTEM, &name::key(&own.scope, &own.id));
    if others.iter().any(|other| other.vpc != subnet.vpc) {
        return Err(Conflict::OtherVpc.into());
    }
    if others.iter().any(|other| other.zone == subnet.zone) {
        return Err(Conflict::ZoneTaken.into());
    }
    Ok(())
}

/// `DescribeMountTargets`: of a file system, of an access point's, or one.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Efs,
    input: api::DescribeMountTargetsRequest,
) -> Result<api::DescribeMountTargetsResponse, Error> {
    let asked = Asked::marked(&input.marker, input.max_items);
    let of =
        |rows: &store::View, id: &str| rows.listed(&MountTarget::FILE_SYSTEM, &name::key(cx.scope(), id));
    let mut found =
        cx.read(|view| match (&input.file_system_id, &input.mount_target_id, &input.access_point_id) {
            (Some(text), None, None) => Ok(of(view, &FileSystem::find(view, cx.scope(), text)?.id)),
            (None, Some(id), None) => Ok(vec![MountTarget::find(view, cx.scope(), id)?]),
            (None, None, Some(text)) => Ok(of(view, &AccessPoint::find(view, cx.scope(), text)?.file_system)),
            _ => Err(Error::from(Bad::OneOf)),
        })?;
    found.sort_by_key(|own| own.place());
    let parts = [&input.file_system_id, &input.mount_target_id, &input.access_point_id];
    let call: Vec<&str> = parts.iter().map(|part| part.as_deref().unwrap_or_default()).collect();
    let call = [&["DescribeMountTargets"][..], &call].concat();
    let (page, next_marker) = asked.page(cx, &call, found, |own| own.place())?;
    let page = page.iter().map(|own| shape(own)).collect();
    Ok(api::DescribeMountTargetsResponse { marker: input.marker, mount_targets: Some(page), next_marker })
}

/// `DeleteMountTarget`: the interface goes at once. One that goes already keeps going.
pub(crate) fn delete(cx: &Cx, svc: &Efs, input: api::DeleteMountTargetRequest) -> Result<Empty, Error> {
    let id = input.mount_target_id.unwrap_or_default();
    let own = cx.read(|view| MountTarget::find(view, cx.scope(), &id))?;
    permission::to_remove(cx, &own.interface)?;
    cx.write(|tx| {
        let own = MountTarget::find(tx, cx.scope(), &id)?;
        svc.interfaces.remove(tx, cx.scope(), &own.interface);
        tx.after(DELETING_MILLIS, Settle { key: own.key() });
        tx.emit(&Changed { kind: "MountTargetChanged", resource: own.id.clone() });
        tx.put(MountTarget { is_wanted: false, ..(*own).clone() });
        Ok(Empty {})
    })
}

/// `DescribeMountTargetSecurityGroups`.
pub(crate) fn describe_groups(
    cx: &Cx,
    _svc: &Efs,
    input: api::DescribeMountTargetSecurityGroupsRequest,
) -> Result<api::DescribeMountTargetSecurityGroupsResponse, Error> {
    let id = input.mount_target_id.unwrap_or_default();
    let own = cx.read(|view| MountTarget::standing(view, cx.scope(), &id))?;
    permission::to_tell_groups(cx)?;
    Ok(api::DescribeMountTargetSecurityGroupsResponse { security_groups: Some(own.groups.clone()) })
}

/// `ModifyMountTargetSecurityGroups`: all of them at once.
pub(crate) fn modify_groups(
    cx: &Cx,
    svc: &Efs,
    input: api::ModifyMountTargetSecurityGroupsRequest,
) -> Result<Empty, Error> {
    let id = input.mount_target_id.unwrap_or_default();
    let groups = input.security_groups.unwrap_or_default();
    let own = cx.read(|view| MountTarget::standing(view, cx.scope(), &id))?;
    if groups.is_empty() {
        return Err(Bad::NoGroups.into());
    }
    permission::to_regroup(cx, &own.interface, &groups)?;
    cx.write(|tx| {
        let own = MountTarget::standing(tx, cx.scope(), &id)?;
        svc.interfaces.regroup(tx, cx.scope(), &own.interface, &groups)?;
        tx.emit(&Changed { kind: "MountTargetChanged", resource: own.id.clone() });
        tx.put(MountTarget { groups: groups.clone(), ..(*own).clone() });
        Ok(Empty {})
    })
}

/// A mount target becomes what is wanted of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
}

impl Job for Settle {
    const KIND: &'static str = "efs.mount-target-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<MountTarget>(&self.key) else { return Ok(()) };
        if own.is_wanted {
            tx.emit(&Changed { kind: "MountTargetChanged", resource: own.id.clone() });
            tx.put(MountTarget { is_standing: true, ..(*own).clone() });
        } else {
            tx.emit(&Changed { kind: "MountTargetDeleted", resource: own.id.clone() });
            tx.delete::<MountTarget>(&self.key);
        }
        Ok(())
    }
}

/// A mount target, as it is answered; its groups are asked for by themselves.
fn shape(own: &MountTarget) -> api::MountTargetDescription {
    api::MountTargetDescription {
        owner_id: Some(own.scope.account.to_string()),
        mount_target_id: Some(own.id.clone()),
        file_system_id: Some(own.file_system.clone()),
        subnet_id: Some(own.subnet.clone()),
        life_cycle_state: Some(own.word().to_owned()),
        ip_address: own.address.map(|address| address.to_string()),
        ipv6_address: own.ipv6_address.map(|address| address.to_string()),
        network_interface_id: Some(own.interface.clone()),
        availability_zone_id: Some(own.zone.id.clone()),
        availability_zone_name: Some(own.zone.name.clone()),
        vpc_id: Some(own.vpc.clone()),
    }
}
