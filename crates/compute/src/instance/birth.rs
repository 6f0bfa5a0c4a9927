//! How an instance comes about, with its interfaces and volumes.

use super::cards;
use super::launch::Order;
use super::model::{
    Image, Instance, KeyLine, MetadataOptions, Names, Options, Placement, Profile, Ties, TiesOf,
};
use super::power::Run;
use super::wish::Wish;
use crate::Compute;
use crate::error::{Error, Launch};
use crate::event::Changed;
use crate::id::{InstanceId, ProfileAssociationId, ReservationId};
use crate::image::{self, Machine};
use crate::resource::{Resource, required};
use crate::shared::Shared;
use crate::spot_request::{self, SpotRequest, Terms};
use crate::{capacity_reservation, dedicated_host};
use ec2_resource::neighbour::{Card, CardIpv6, InstanceState, NewVolume, Place};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// How long AWS shows a new instance as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 15_000;
/// Why it is pending.
const PENDING: &str = "pending";

/// A volume that each instance is to have.
pub(super) struct VolumeWish {
    device: String,
    own: ec2::EbsBlockDevice,
    public_snapshot_gib: Option<i32>,
}

/// The image's volumes as the call changes them, and those it adds.
pub(super) fn volumes(wish: &Wish, machine: &Machine) -> Result<Vec<VolumeWish>, Error> {
    let mut volumes: Vec<VolumeWish> = machine.volumes.iter().map(image::Volume::wish).collect();
    for mapping in &wish.volumes {
        let device = required(mapping.device_name.clone(), "deviceName")?;
        if mapping.no_device.is_some() {
            volumes.retain(|own| own.device != device);
            continue;
        }
        // What instance store a type has is there whatever is mapped to it.
        if mapping.virtual_name.is_some() {
            continue;
        }
        let asked = mapping.ebs.clone().ok_or_else(|| Launch::NoVolume(device.clone()))?;
        match volumes.iter_mut().find(|own| own.device == device) {
            Some(own) => own.change(asked)?,
            None => volumes.push(VolumeWish::new(device, asked)?),
        }
    }
    Ok(volumes)
}

impl VolumeWish {
    fn new(device: String, asked: ec2::EbsBlockDevice) -> Result<Self, Error> {
        if asked.volume_size.is_none() && asked.snapshot_id.is_none() {
            return Err(Launch::VolumeWithoutSize.into());
        }
        let delete_on_termination = asked.delete_on_termination.or(Some(true));
        Ok(Self {
            device,
            own: ec2::EbsBlockDevice { delete_on_termination, ..asked },
            public_snapshot_gib: None,
        })
    }

    /// What a call says of a volume of the image's.
    fn change(&mut self, asked: ec2::EbsBlockDevice) -> Result<(), Error> {
        let before = self.own.clone();
        if let (Some(size), Some(least), Some(snapshot)) =
            (asked.volume_size, before.volume_size, &before.snapshot_id)
            && size < least
        {
            return Err(Launch::SmallVolume(size, snapshot.clone(), least).into());
        }
        // Figures belong to a type: another type has its own.
        let same_type = asked.volume_type.is_none() || asked.volume_type == before.volume_type;
        let kept = |value: Option<i32>| value.filter(|_| same_type);
        self.own = ec2::EbsBlockDevice {
            delete_on_termination: asked.delete_on_termination.or(before.delete_on_termination),
            iops: asked.iops.or(kept(before.iops)),
            snapshot_id: asked.snapshot_id.clone().or(before.snapshot_id),
            volume_size: asked.volume_size.or(before.volume_size),
            volume_type: asked.volume_type.clone().or(before.volume_type),
            throughput: asked.throughput.or(kept(before.throughput)),
            encrypted: asked.encrypted.or(before.encrypted),
            ..asked
        };
        Ok(())
    }
}

impl image::Volume {
    fn wish(&self) -> VolumeWish {
        VolumeWish {
            device: self.device.clone(),
            own: ec2::EbsBlockDevice {
                delete_on_termination: Some(self.delete_on_termination),
                snapshot_id: self.snapshot.clone(),
                volume_size: Some(self.size_gib),
                volume_type: Some(self.volume_type.clone()),
                iops: self.iops,
                throughput: self.throughput,
                encrypted: self.encrypted.then_some(true),
                ..ec2::EbsBlockDevice::default()
            },
            public_snapshot_gib: self.is_public.then_some(self.size_gib),
        }
    }
}

/// Where the instances of a launch are to stand, and what they are made of.
pub(super) struct Site {
    pub(super) is_windows: bool,
    /// The line for `authorized_keys`.
    pub(super) key: Option<Shared<KeyLine>>,
    pub(super) place: Place,
    pub(super) volumes: Vec<VolumeWish>,
    pub(super) image: Shared<Image>,
    pub(super) placement: Shared<Placement>,
    pub(super) options: Shared<Options>,
    pub(super) metadata: Shared<MetadataOptions>,
    pub(super) names: Shared<Names>,
}

/// What all instances of a call have in common.
pub(super) struct Birth<'a> {
    pub(super) cx: &'a Cx,
    pub(super) svc: &'a Compute,
    pub(super) wish: &'a Wish,
    pub(super) order: &'a Order,
    pub(super) site: &'a Site,
}

impl Birth<'_> {
    pub(super) fn make(
        &self,
        tx: &mut Tx,
        reservation: &ReservationId,
        index: i32,
    ) -> Result<Instance, Error> {
        let id = InstanceId::new(self.cx.ids());
        for card in &self.wish.cards {
            self.svc.neighbours.networks.plug(self.cx, tx, &self.card(&id, card))?;
        }
        for volume in &self.site.volumes {
            self.svc.neighbours.volumes.make(self.cx, tx, &self.volume(&id, volume))?;
        }
        let mut instance = self.instance(id, reservation.clone(), index);
        let host = dedicated_host::admit(tx, &instance)?;
        let reservation = capacity_reservation::admit(tx, &instance)?;
        instance.enter(host, reservation);
        self.fulfil(tx, &instance);
        tx.emit(&Changed { kind: "InstanceCreated", resource: instance.arn() });
        tx.put(instance.clone());
        let (scope, id) = (instance.scope.clone(), instance.id.clone());
        tx.after(PENDING_MILLIS, Run { scope, id });
        Ok(instance)
    }

    /// The Spot request that an instance comes of, if it is of before; a new one's id otherwise.
    fn spot_request(&self) -> String {
        self.order.behalf.request.clone().unwrap_or_else(|| spot_request::new_id(self.cx))
    }

    /// Tells the Spot request of an instance that it has it; one that does not exist yet comes with the instance.
    fn fulfil(&self, tx: &mut Tx, own: &Instance) {
        let (Some(market), Some(id)) = (&self.wish.market, &own.ties.spot_request) else { return };
        if self.order.behalf.request.is_none() {
            let of = spot_request::New {
                market,
                terms: Terms {
                    is_persistent: market.is_persistent,
                    max_price: market.max_price.clone(),
                    valid_until: market.valid_until,
                    interruption: market.interruption.clone(),
                    ..Terms::default()
                },
                instance_type: &own.instance_type,
                is_windows: self.site.is_windows,
                tags: self.wish.tags(SpotRequest::TYPE),
            };
            tx.put(SpotRequest { id: id.clone(), ..spot_request::new(self.cx, of) });
        }
        spot_request::fulfilled(tx, &own.scope, id, own);
    }

    fn card(&self, instance: &InstanceId, own: &ec2::InstanceNetworkInterfaceSpecification) -> Card {
        let wish = self.wish;
        let is_primary = own.device_index == Some(0) && own.network_card_index.unwrap_or(0) == 0;
        let listed = own.private_ip_addresses.iter().flatten();
        let primary = listed.clone().find(|own| own.primary == Some(true));
        let primary = primary.and_then(|own| own.private_ip_address.clone());
        let secondary = listed.filter(|own| own.primary != Some(true));
        let prefixes = own.ipv4_prefixes.iter().flatten();
        let lends = own.associate_public_ip_address.unwrap_or(self.site.place.lends_public);
        let groups = own.groups.clone().filter(|groups| !groups.is_empty());
        let (most_addresses, most_ipv6_addresses) = cards::most_addresses(&wish.instance_type);
        Card {
            instance: instance.clone(),
            interface: own.network_interface_id.clone(),
            subnet: own.subnet_id.clone().unwrap_or_else(|| self.site.place.subnet.clone()),
            device_index: own.device_index.unwrap_or(0),
            network_card_index: own.network_card_index.unwrap_or(0),
            most_addresses,
            most_ipv6_addresses,
            delete_on_termination: own.delete_on_termination.unwrap_or(own.network_interface_id.is_none()),
            groups: groups.unwrap_or_else(|| self.site.place.groups.clone()),
            public: is_primary && own.network_interface_id.is_none() && lends && wish.cards.len() == 1,
            primary: own.private_ip_address.clone().or(primary).or_else(|| wish.private_ip.clone()),
            secondary: secondary.filter_map(|own| own.private_ip_address.clone()).collect(),
            secondary_count: own.secondary_private_ip_address_count,
            prefixes: prefixes.filter_map(|own| own.ipv4_prefix.clone()).collect(),
            prefix_count: own.ipv4_prefix_count,
            ipv6: ipv6(own),
            kind: own.interface_type.clone(),
            description: own.description.clone().unwrap_or_default(),
            tags: wish.tags("network-interface"),
        }
    }

    fn volume(&self, instance: &InstanceId, wish: &VolumeWish) -> NewVolume {
        let own = &wish.own;
        NewVolume {
            instance: instance.clone(),
            device: wish.device.clone(),
            zone: self.site.place.zone.clone(),
            size_gib: own.volume_size,
            volume_type: own.volume_type.clone(),
            iops: own.iops,
            throughput: own.throughput,
            snapshot: own.snapshot_id.clone(),
            public_snapshot_gib: wish.public_snapshot_gib,
            encrypted: own.encrypted,
            kms_key_id: own.kms_key_id.clone(),
            delete_on_termination: own.delete_on_termination != Some(false),
            tags: self.wish.tags("volume"),
        }
    }

    fn instance(&self, id: InstanceId, reservation: ReservationId, launch_index: i32) -> Instance {
        let Self { cx, wish, order, site, .. } = self;
        let mut tags = wish.own_tags();
        if let Some((tag, id)) = &order.behalf.fleet {
            tags.0.insert((*tag).to_owned(), id.clone());
        }
        tags.0.extend(order.behalf.tags.iter().cloned());
        let now = cx.now().whole_seconds();
        Instance {
            scope: cx.scope().clone(),
            id,
            reservation,
            launch_index,
            requester: None,
            client_token: wish.client_token.clone().unwrap_or_default(),
            created_at: cx.now(),
            launched_at: now,
            state: InstanceState::Pending,
            state_reason: Some((PENDING.to_owned(), PENDING.to_owned())),
            transition: String::new(),
            image: site.image.clone(),
            instance_type: wish.instance_type.name.to_owned(),
            key_name: wish.key_name.clone(),
            public_key: site.key.clone(),
            zone: site.place.zone.clone(),
            vpc: site.place.vpc.clone(),
            subnet: site.place.subnet.clone(),
            placement: site.placement.clone(),
            options: site.options.clone(),
            metadata: site.metadata.clone(),
            names: site.names.clone(),
            profile: order.profile.as_ref().map(|own| Profile {
                association: ProfileAssociationId::new(cx.ids()).to_string(),
                arn: own.arn.clone(),
                id: own.id.clone(),
                since: now,
            }),
            ties: Ties::of(TiesOf {
                spot_request: wish.market.as_ref().map(|_| self.spot_request()),
                fleet: order.behalf.fleet.as_ref().map(|(_, id)| id.clone()),
                target: wish.reservation.clone(),
                reservation: None,
            }),
            user_data: wish.user_data.clone(),
            tags,
        }
    }
}

/// What is asked of IPv6 for an interface.
fn ipv6(own: &ec2::InstanceNetworkInterfaceSpecification) -> CardIpv6 {
    let prefixes = own.ipv6_prefixes.iter().flatten();
    CardIpv6 {
        address_count: own.ipv6_address_count,
        prefixes: prefixes.filter_map(|own| own.ipv6_prefix.clone()).collect(),
        prefix_count: own.ipv6_prefix_count,
        ..CardIpv6::of(own.ipv6_addresses.clone().unwrap_or_default(), own.primary_ipv6)
    }
}
