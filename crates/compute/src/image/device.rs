//! The devices of images, as calls map them.

use super::model::{Device, DeviceVolume, What};
use crate::Compute;
use ec2_resource::error::{Error, Image, Launch};
use ec2_resource::resource::required;
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// The types of volumes. Source: EC2 API reference, VolumeType.
const KINDS: &[&str] = &["standard", "io1", "io2", "gp2", "sc1", "st1", "gp3"];

/// What a call maps to a device name.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) ebs: Option<ec2::EbsBlockDevice>,
    disk: Option<String>,
    leaves_out: bool,
}

/// Reads mappings: each device name stands once.
pub(super) fn named(given: Option<Vec<ec2::BlockDeviceMapping>>) -> Result<Vec<Named>, Error> {
    let mut all: Vec<Named> = Vec::new();
    for mapping in given.unwrap_or_default() {
        let name = required(mapping.device_name, "deviceName")?;
        if all.iter().any(|other| other.name == name) {
            return Err(Image::TwiceMapped(name).into());
        }
        let leaves_out = mapping.no_device.is_some();
        if mapping.ebs.is_none() && mapping.virtual_name.is_none() && !leaves_out {
            return Err(Launch::NoVolume(name).into());
        }
        all.push(Named { name, ebs: mapping.ebs, disk: mapping.virtual_name, leaves_out });
    }
    Ok(all)
}

impl Named {
    /// Whether nothing is to be under the name.
    pub(super) fn is_left_out(&self) -> bool {
        self.leaves_out
    }

    /// The device that a mapping alone describes; none where nothing is to be there.
    pub(super) fn device(&self, cx: &Cx, svc: &Compute, tx: &Tx) -> Result<Option<Device>, Error> {
        let what = match (&self.ebs, &self.disk) {
            _ if self.leaves_out => return Ok(None),
            (Some(ebs), _) => What::Volume(new(cx, svc, tx, ebs)?),
            (None, Some(disk)) => What::Disk(disk.clone()),
            (None, None) => return Ok(None),
        };
        Ok(Some(Device { name: self.name.clone(), what }))
    }
}

/// A volume that a mapping alone describes: it begins as a snapshot, or empty.
fn new(cx: &Cx, svc: &Compute, tx: &Tx, ebs: &ec2::EbsBlockDevice) -> Result<DeviceVolume, Error> {
    let snapshot = ebs.snapshot_id.as_deref().filter(|id| !id.is_empty());
    let facts = snapshot.map(|id| svc.neighbours.snapshots.find(tx, cx.scope(), id)).transpose()?;
    if facts.is_some() && ebs.encrypted.is_some() {
        return Err(Image::OfSnapshot("encrypted").into());
    }
    if ebs.kms_key_id.is_some() {
        return Err(Image::OfSnapshot("KmsKeyId").into());
    }
    let least = facts.as_ref().map(|own| own.size_gib);
    let before = DeviceVolume {
        snapshot: facts.as_ref().map(|own| own.id.clone()),
        size_gib: ebs.volume_size.or(least).ok_or(Launch::VolumeWithoutSize)?,
        // Those of images made by hand are magnetic where nothing is asked for.
        kind: "standard".to_owned(),
        iops: None,
        throughput: None,
        encrypted: facts.as_ref().map_or(ebs.encrypted == Some(true), |own| own.is_encrypted),
        delete_on_termination: true,
    };
    let least = DeviceVolume { size_gib: least.unwrap_or(before.size_gib), ..before };
    let bare = ec2::EbsBlockDevice { snapshot_id: None, encrypted: None, ..ebs.clone() };
    changed(least, &bare)
}

/// A volume as a mapping changes it.
pub(super) fn changed(before: DeviceVolume, ebs: &ec2::EbsBlockDevice) -> Result<DeviceVolume, Error> {
    for (name, given) in [("encrypted", ebs.encrypted.is_some()), ("snapshotId", ebs.snapshot_id.is_some())] {
        if given {
            return Err(Image::OfSnapshot(name).into());
        }
    }
    if let (Some(size), Some(snapshot)) = (ebs.volume_size, &before.snapshot)
        && size < before.size_gib
    {
        return Err(Launch::SmallVolume(size, snapshot.clone(), before.size_gib).into());
    }
    if let Some(word) = &ebs.volume_type
        && !KINDS.contains(&word.as_str())
    {
        return Err(ec2_resource::error::Ebs::UnknownType(word.clone()).into());
    }
    // Figures belong to a type: another type has its own.
    let same = ebs.volume_type.is_none() || ebs.volume_type.as_ref() == Some(&before.kind);
    Ok(DeviceVolume {
        size_gib: ebs.volume_size.unwrap_or(before.size_gib),
        kind: ebs.volume_type.clone().unwrap_or(before.kind),
        iops: ebs.iops.or(before.iops.filter(|_| same)),
        throughput: ebs.throughput.or(before.throughput.filter(|_| same)),
        delete_on_termination: ebs.delete_on_termination.unwrap_or(before.delete_on_termination),
        ..before
    })
}
