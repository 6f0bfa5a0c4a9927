//! `CreateImage`: an image of an instance, with snapshots of its volumes.

use super::birth::{Birth, birth, name};
use super::device::{self, Named};
use super::model::{Device, DeviceVolume, MachineKind, OwnImage, Source, What};
use super::protection::Protection;
use crate::Compute;
use crate::instance::{Instance, of_id};
use crate::resource::Resource;
use base::Tags;
use ec2_resource::error::{Error, Image};
use ec2_resource::event::Changed;
use ec2_resource::id::ImageId;
use ec2_resource::neighbour::InstanceState;
use ec2_resource::snapshots::{NewSnapshot, TakenSnapshot};
use ec2_resource::tag;
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// The boot modes of an image. Source: EC2 API reference, BootModeValues.
pub(super) const BOOT_MODES: &[&str] = &["legacy-bios", "uefi", "uefi-preferred"];

/// `CreateImage`: answered while it is pending.
pub(crate) fn create(
    cx: &Cx,
    svc: &Compute,
    input: ec2::CreateImageRequest,
) -> Result<ec2::CreateImageResult, Error> {
    let instance = crate::instance::id(input.instance_id.clone())?;
    let name = name(input.name)?;
    if input.snapshot_location.is_some_and(|word| word != "regional") {
        return Err(Error::Parameter("SnapshotLocation is not built yet".to_owned()));
    }
    if let Some(mode) = &input.boot_mode_override {
        crate::instance::one_of("bootModeOverride", mode, BOOT_MODES)?;
    }
    let tags = tag::of_each(input.tag_specifications, &[OwnImage::TYPE, "snapshot"])?;
    let tags_of = |kind: &str| tags.get(kind).cloned().unwrap_or_default();
    let wishes = device::named(input.block_device_mappings)?;
    let reboots = input.no_reboot != Some(true);
    let id = cx.write(|tx| {
        let own = of_id(cx, tx, &instance)?;
        match own.state {
            InstanceState::Running | InstanceState::Stopping | InstanceState::Stopped => {}
            InstanceState::Pending | InstanceState::ShuttingDown | InstanceState::Terminated => {
                return Err(Image::SourceState(instance.to_string()).into());
            }
        }
        let id = ImageId::new(cx.ids());
        let taking = Taking { cx, svc, own: &own, id: &id, tags: tags_of("snapshot") };
        let devices = taking.devices(tx, &wishes)?;
        let image = birth(
            cx,
            tx,
            Birth {
                id: id.clone(),
                name: name.clone(),
                description: input.description.clone(),
                machine: machine_of(tx, &own, input.boot_mode_override.clone()),
                devices,
                source: Source { instance: Some(own.id.to_string()), ..Source::default() },
                protection: Protection::Off,
                tags: tags_of(OwnImage::TYPE),
            },
        )?;
        if reboots && own.state == InstanceState::Running {
            tx.emit(&Changed { kind: "InstanceRebooted", resource: own.arn() });
        }
        Ok::<_, Error>(image.id)
    })?;
    Ok(ec2::CreateImageResult { image_id: Some(id.to_string()) })
}

/// What the machine of an instance is. What its image alone knows is asked of that, where it is still there.
fn machine_of(tx: &Tx, own: &Instance, boot_mode: Option<String>) -> MachineKind {
    let image = &own.image;
    let from = OwnImage::of_id(tx, &own.scope.region, &image.id);
    let public = machine_images::by_id(&own.scope.region, &image.id);
    let kept = from.as_ref().map(|own| &own.machine);
    MachineKind {
        architecture: image.architecture.to_string(),
        virtualization: kept.map_or_else(|| "hvm".to_owned(), |kept| kept.virtualization.clone()),
        root_device: image.root_device.to_string(),
        platform: image.platform.as_ref().map(ToString::to_string),
        platform_details: image.platform_details.to_string(),
        usage_operation: image.usage_operation.to_string(),
        boot_mode: boot_mode.or_else(|| image.boot_mode.as_ref().map(ToString::to_string)),
        has_tpm: kept.is_some_and(|kept| kept.has_tpm),
        wants_tokens: kept.map_or(public.is_some_and(|own| own.wants_tokens), |kept| kept.wants_tokens),
        ena: image.ena,
        sriov: kept.is_none_or(|kept| kept.sriov),
        kernel: image.kernel.as_ref().map(ToString::to_string),
        ramdisk: image.ramdisk.as_ref().map(ToString::to_string),
        uefi_data: kept.and_then(|kept| kept.uefi_data.clone()),
    }
}

/// An image of an instance, on its way.
struct Taking<'a> {
    cx: &'a Cx,
    svc: &'a Compute,
    own: &'a Instance,
    id: &'a ImageId,
    tags: Tags,
}

impl Taking<'_> {
    /// The devices of the image: the instance's volumes, root first, as the call changes them, and what it adds.
    fn devices(&self, tx: &mut Tx, wishes: &[Named]) -> Result<Vec<Device>, Error> {
        let snapshot = NewSnapshot {
            description: format!("Created by CreateImage({}) for {}", self.own.id, self.id),
            tags: self.tags.clone(),
        };
        let left_out = wishes.iter().filter(|wish| wish.is_left_out()).map(|wish| wish.name.clone());
        let left_out: Vec<String> = left_out.collect();
        let snapshots = &self.svc.neighbours.snapshots;
        let taken = snapshots.take(self.cx, tx, &self.own.id, &left_out, &snapshot)?;
        let mut devices = Vec::new();
        for own in taken {
            let wish = wishes.iter().find(|wish| wish.name == own.device);
            let name = own.device.clone();
            devices.push(Device { name, what: What::Volume(volume(own, wish)?) });
        }
        let of_instance = devices.len();
        for wish in wishes {
            if !devices[..of_instance].iter().any(|own| own.name == wish.name) {
                devices.extend(wish.device(self.cx, self.svc, tx)?);
            }
        }
        let root = &self.own.image.root_device;
        devices.sort_by(|a, b| (a.name != *root, &a.name).cmp(&(b.name != *root, &b.name)));
        match devices.first() {
            Some(first) if first.name == *root => Ok(devices),
            Some(_) | None => Err(Image::NoRoot.into()),
        }
    }
}

/// A volume of the instance, as the call changes it.
fn volume(taken: TakenSnapshot, wish: Option<&Named>) -> Result<DeviceVolume, Error> {
    let before = DeviceVolume {
        snapshot: Some(taken.snapshot.id),
        size_gib: taken.snapshot.size_gib,
        kind: taken.volume_type,
        iops: taken.iops,
        throughput: taken.throughput,
        encrypted: taken.snapshot.is_encrypted,
        delete_on_termination: taken.delete_on_termination,
    };
    match wish.and_then(|wish| wish.ebs.as_ref()) {
        None => Ok(before),
        Some(ebs) => device::changed(before, ebs),
    }
}
