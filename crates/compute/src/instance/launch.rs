//! `RunInstances`: all of one call come about together, or none does.

use super::model::{Image, Instance, MetadataOptions, Names, Options, Placement, PlacementGroup, Profile};
use super::power::Run;
use super::wish::{ProfileWish, Wish};
use super::{describe, options};
use crate::Compute;
use crate::account::{Account, MetadataDefaults};
use crate::error::{Attach, Error, Launch};
use crate::event::Changed;
use crate::id::{InstanceId, ProfileAssociationId, ReservationId};
use crate::image::{self, Machine, Viewer};
use crate::key_pair::KeyPair;
use crate::resource::{self, Resource, required};
use crate::shared::Shared;
use crate::{launch_template, placement_group, token};
use base::Arn;
use ec2_resource::neighbour::{Card, InstanceState, NewVolume, Place, PlaceWish};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Claim, Repeatable, Tx};

/// How long AWS shows a new instance as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 15_000;
/// Why it is pending.
const PENDING: &str = "pending";

/// `RunInstances`: the same client token gives the same instances.
pub(crate) fn run(
    cx: &Cx,
    svc: &Compute,
    input: ec2::RunInstancesRequest,
) -> Result<ec2::Reservation, Error> {
    let digest = token::digest(&input);
    let (input, origin) = cx.read(|view| launch_template::merged(view, cx.scope(), input))?;
    let wish = Wish::read(input, digest, origin)?;
    let profile = wish.profile.as_ref().map(|wish| find_profile(cx, svc, wish)).transpose()?;
    let viewer = image::viewer(cx, svc);
    let from = From { viewer: &viewer, profile: profile.as_ref() };
    let rows = cx.write(|tx| once(cx, tx, &wish, |tx| launch(cx, svc, tx, &wish, &from)))?;
    Ok(cx.read(|view| {
        let instances = rows.iter().map(|own| newborn(super::answer::shape(svc, view, own)));
        describe::reservation(&rows, instances.collect())
    }))
}

/// As the call answers it: what is attached to it, and the public address that it is lent, are told by the next Describe.
fn newborn(mut own: ec2::Instance) -> ec2::Instance {
    for card in own.network_interfaces.iter_mut().flatten() {
        card.association = None;
        for address in card.private_ip_addresses.iter_mut().flatten() {
            address.association = None;
        }
        if let Some(attachment) = &mut card.attachment {
            attachment.status = Some("attaching".to_owned());
        }
    }
    ec2::Instance {
        public_dns_name: Some(String::new()),
        public_ip_address: None,
        block_device_mappings: Some(Vec::new()),
        ..own
    }
}

/// Makes the instances of a call, or finds those that its token made before.
fn once(
    cx: &Cx,
    tx: &mut Tx,
    wish: &Wish,
    make: impl FnOnce(&mut Tx) -> Result<Vec<Arc<Instance>>, Error>,
) -> Result<Vec<Arc<Instance>>, Error> {
    let Some(token) = wish.client_token.as_deref() else { return make(tx) };
    let scope = cx.scope().to_string();
    let call = Repeatable {
        service: "compute",
        operation: "RunInstances",
        scope: &scope,
        token,
        digest: &wish.digest,
    };
    if let Claim::Replay(reservation) = tx.claim(&call)? {
        let key = resource::key(cx.scope(), &reservation);
        let mut rows: Vec<Arc<Instance>> = tx.by(&Instance::RESERVATION, &key).cloned().collect();
        if rows.iter().all(|own| own.is_gone()) {
            return Err(Launch::TokenEnded.into());
        }
        rows.sort_by_key(|own| own.launch_index);
        return Ok(rows);
    }
    let rows = make(tx)?;
    if let Some(first) = rows.first() {
        tx.remember(&call, first.reservation.as_str());
    }
    Ok(rows)
}

/// The instance profile of a name or an ARN of the caller's account.
pub(super) fn find_profile(
    cx: &Cx,
    svc: &Compute,
    wish: &ProfileWish,
) -> Result<ports::InstanceProfile, Error> {
    let named = |name: &str| cx.read(|view| svc.profiles.named(view, cx.partition(), cx.account(), name));
    match wish {
        ProfileWish::Name(name) => named(name).ok_or_else(|| Launch::NoProfileName(name.clone()).into()),
        ProfileWish::Arn(text) => {
            let name =
                text.parse::<Arn>().ok().and_then(|arn| Some(arn.resource.rsplit_once('/')?.1.to_owned()));
            let found = name.and_then(|name| named(&name)).filter(|own| own.arn == *text);
            found.ok_or_else(|| Launch::NoProfileArn(text.clone()).into())
        }
    }
}

/// What was found out before the transaction.
struct From<'a> {
    viewer: &'a Viewer,
    profile: Option<&'a ports::InstanceProfile>,
}

fn launch(
    cx: &Cx,
    svc: &Compute,
    tx: &mut Tx,
    wish: &Wish,
    from: &From<'_>,
) -> Result<Vec<Arc<Instance>>, Error> {
    let machine = image::machine(tx, from.viewer, &wish.image, cx.now())?;
    let account = Account::of(tx, cx.scope());
    let metadata = wish.metadata.over(&metadata_of(&machine, &account.metadata));
    if account.metadata.enforces_tokens == Some(true) && metadata.tokens != "required" {
        return Err(Launch::TokensEnforced.into());
    }
    let mut options = wish.options.clone();
    if let Some(word) =
        options::family_credits(&account, wish.instance_type.name).filter(|_| !wish.has_credits)
    {
        options.credits = options.credits.map(|_| word.clone());
    }
    if let Some(name) = &wish.key_name
        && KeyPair::of_name(tx, cx.scope(), name).is_none()
    {
        return Err(Launch::NoKeyPair(name.clone()).into());
    }
    let group = wish.placement_group.as_deref();
    let group = group.map(|name| placement_group::find(tx, cx.scope(), name)).transpose()?;
    let group = group.map(|own| PlacementGroup { id: own.id.to_string(), name: own.name.clone() });
    require_architecture(wish, &machine)?;
    let place = svc.neighbours.networks.place(cx, tx, &place_wish(wish))?;
    require_offer(cx, wish, &place)?;
    let volumes = volumes(wish, &machine)?;
    let birth = Birth {
        cx,
        svc,
        wish,
        place: &place,
        volumes: &volumes,
        profile: from.profile,
        image: Shared::new(Image {
            kernel: wish.kernel.clone().or_else(|| machine.image.kernel.clone()),
            ramdisk: wish.ramdisk.clone().or_else(|| machine.image.ramdisk.clone()),
            ..machine.image.clone()
        }),
        placement: Shared::new(Placement {
            tenancy: wish.tenancy.clone(),
            group,
            partition: wish.partition,
            ..Placement::default()
        }),
        options: Shared::new(options),
        metadata: Shared::new(metadata),
        names: Shared::new(names(wish, &place)),
    };
    let reservation = ReservationId::new(cx.ids());
    let mut rows = Vec::new();
    for index in 0..wish.most {
        match birth.make(tx, &reservation, i32::try_from(index).unwrap_or(i32::MAX)) {
            Ok(instance) => rows.push(Arc::new(instance)),
            // As many as there is room for, where that is enough.
            Err(Error::Attach(Attach::NoRoom(_))) if rows.len() >= wish.least => break,
            Err(error) => return Err(error),
        }
    }
    image::note_launch(tx, from.viewer, &wish.image, cx.now());
    Ok(rows)
}

fn require_architecture(wish: &Wish, machine: &Machine) -> Result<(), Launch> {
    let own: Vec<&str> = wish.instance_type.processor.architectures.iter().collect();
    if own.contains(&&*machine.image.architecture) {
        return Ok(());
    }
    Err(Launch::Architecture(own.join(", "), machine.image.architecture.clone()))
}

fn place_wish(wish: &Wish) -> PlaceWish {
    let primary = wish.cards.first();
    PlaceWish {
        subnet: wish.subnet.clone().or_else(|| primary.and_then(|card| card.subnet_id.clone())),
        interface: primary.and_then(|card| card.network_interface_id.clone()),
        zone: wish.zone.clone(),
        groups: wish.groups.clone(),
        group_names: wish.group_names.clone(),
    }
}

fn require_offer(cx: &Cx, wish: &Wish, place: &Place) -> Result<(), Launch> {
    let zones = instance_types::zones(wish.instance_type.name, cx.region());
    if zones.contains(&place.zone) {
        return Ok(());
    }
    let zones = zones.into_iter().map(|zone| zone.name).collect();
    Err(Launch::NotOffered(wish.instance_type.name.to_owned(), place.zone.name.clone(), zones))
}

/// A volume that each instance is to have.
struct VolumeWish {
    device: String,
    own: ec2::EbsBlockDevice,
    public_snapshot_gib: Option<i32>,
}

/// The image's volumes as the call changes them, and those it adds.
fn volumes(wish: &Wish, machine: &Machine) -> Result<Vec<VolumeWish>, Error> {
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

/// What all instances of a call have in common.
struct Birth<'a> {
    cx: &'a Cx,
    svc: &'a Compute,
    wish: &'a Wish,
    place: &'a Place,
    volumes: &'a [VolumeWish],
    profile: Option<&'a ports::InstanceProfile>,
    image: Shared<Image>,
    placement: Shared<Placement>,
    options: Shared<Options>,
    metadata: Shared<MetadataOptions>,
    names: Shared<Names>,
}

impl Birth<'_> {
    fn make(&self, tx: &mut Tx, reservation: &ReservationId, index: i32) -> Result<Instance, Error> {
        let id = InstanceId::new(self.cx.ids());
        for card in &self.wish.cards {
            self.svc.neighbours.networks.plug(self.cx, tx, &self.card(&id, card))?;
        }
        for volume in self.volumes {
            self.svc.neighbours.volumes.make(self.cx, tx, &self.volume(&id, volume))?;
        }
        let instance = self.instance(id, reservation.clone(), index);
        tx.emit(&Changed { kind: "InstanceCreated", resource: instance.arn() });
        tx.put(instance.clone());
        let (scope, id) = (instance.scope.clone(), instance.id.clone());
        tx.after(PENDING_MILLIS, Run { scope, id });
        Ok(instance)
    }

    fn card(&self, instance: &InstanceId, own: &ec2::InstanceNetworkInterfaceSpecification) -> Card {
        let wish = self.wish;
        let is_primary = own.device_index == Some(0) && own.network_card_index.unwrap_or(0) == 0;
        let listed = own.private_ip_addresses.iter().flatten();
        let primary = listed.clone().find(|own| own.primary == Some(true));
        let primary = primary.and_then(|own| own.private_ip_address.clone());
        let secondary = listed.filter(|own| own.primary != Some(true));
        let prefixes = own.ipv4_prefixes.iter().flatten();
        let lends = own.associate_public_ip_address.unwrap_or(self.place.lends_public);
        let groups = own.groups.clone().filter(|groups| !groups.is_empty());
        Card {
            instance: instance.clone(),
            interface: own.network_interface_id.clone(),
            subnet: own.subnet_id.clone().unwrap_or_else(|| self.place.subnet.clone()),
            device_index: own.device_index.unwrap_or(0),
            network_card_index: own.network_card_index.unwrap_or(0),
            delete_on_termination: own.delete_on_termination.unwrap_or(own.network_interface_id.is_none()),
            groups: groups.unwrap_or_else(|| self.place.groups.clone()),
            public: is_primary && own.network_interface_id.is_none() && lends && wish.cards.len() == 1,
            primary: own.private_ip_address.clone().or(primary).or_else(|| wish.private_ip.clone()),
            secondary: secondary.filter_map(|own| own.private_ip_address.clone()).collect(),
            secondary_count: own.secondary_private_ip_address_count,
            prefixes: prefixes.filter_map(|own| own.ipv4_prefix.clone()).collect(),
            prefix_count: own.ipv4_prefix_count,
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
            zone: self.place.zone.clone(),
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
        let Self { cx, wish, place, .. } = self;
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
            image: self.image.clone(),
            instance_type: wish.instance_type.name.to_owned(),
            key_name: wish.key_name.clone(),
            zone: place.zone.clone(),
            vpc: place.vpc.clone(),
            subnet: place.subnet.clone(),
            placement: self.placement.clone(),
            options: self.options.clone(),
            metadata: self.metadata.clone(),
            names: self.names.clone(),
            profile: self.profile.map(|own| Profile {
                association: ProfileAssociationId::new(cx.ids()).to_string(),
                arn: own.arn.clone(),
                id: own.id.clone(),
                since: now,
            }),
            user_data: wish.user_data.clone(),
            tags: wish.own_tags(),
        }
    }
}

/// What holds of the metadata service where a call says nothing: what the account has set, else what the image wants.
fn metadata_of(machine: &Machine, account: &MetadataDefaults) -> MetadataOptions {
    let (tokens, hop_limit) = if machine.wants_tokens { ("required", 2) } else { ("optional", 1) };
    MetadataOptions {
        tokens: account.tokens.as_deref().unwrap_or(tokens).to_owned(),
        hop_limit: account.hop_limit.unwrap_or(hop_limit),
        endpoint: account.endpoint.unwrap_or(true),
        ipv6: false,
        tags: account.tags.unwrap_or(false),
        is_pending: true,
    }
}

fn names(wish: &Wish, place: &Place) -> Names {
    let own = wish.names.clone().unwrap_or_default();
    let of_subnet = if place.names_by_id { "resource-name" } else { "ip-name" };
    Names {
        hostname_type: own.hostname_type.unwrap_or_else(|| of_subnet.to_owned()),
        a_record: own.enable_resource_name_dns_a_record == Some(true),
        aaaa_record: own.enable_resource_name_dns_aaaa_record == Some(true),
    }
}
