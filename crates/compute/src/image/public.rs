//! The public images as DescribeImages tells them. What is known of them stands in the crate `machine-images`.

use super::copy::Original;
use super::model::{Device, DeviceVolume, MachineKind, What};
use base::Region;
use ec2_resource::id::ImageId;
use machine_images::{Image, Volume};
use shapes_ec2 as ec2;

/// All public images of a Region.
pub(super) fn all(region: &Region) -> impl Iterator<Item = ec2::Image> {
    machine_images::all(region).map(shape)
}

/// The public image of an id.
pub(super) fn by_id(region: &Region, id: &ImageId) -> Option<ec2::Image> {
    machine_images::by_id(region, id.as_str()).map(shape)
}

fn shape(image: Image) -> ec2::Image {
    let ephemeral = image.ephemeral_devices.iter().map(|(device, disk)| ec2::BlockDeviceMapping {
        device_name: Some((*device).to_owned()),
        virtual_name: Some((*disk).to_owned()),
        ..ec2::BlockDeviceMapping::default()
    });
    let mappings = image.volumes.iter().map(mapping).chain(ephemeral).collect();
    ec2::Image {
        image_location: Some(image.location()),
        image_id: Some(image.id),
        state: Some("available".to_owned()),
        owner_id: Some(image.owner_id.to_owned()),
        image_owner_alias: image.owner_alias.map(str::to_owned),
        // Images are told to the millisecond, though they are made on whole seconds.
        creation_date: Some(image.created_at.whole_seconds().rfc3339().replace('Z', ".000Z")),
        public: Some(true),
        architecture: Some(image.architecture.to_owned()),
        image_type: Some("machine".to_owned()),
        platform: image.platform.platform().map(str::to_owned),
        platform_details: Some(image.platform.details().to_owned()),
        usage_operation: Some(image.platform.usage_operation().to_owned()),
        block_device_mappings: Some(mappings),
        description: image.description,
        ena_support: Some(true),
        hypervisor: Some("xen".to_owned()),
        name: Some(image.name),
        root_device_name: Some(image.root_device.to_owned()),
        root_device_type: Some("ebs".to_owned()),
        sriov_net_support: Some("simple".to_owned()),
        virtualization_type: Some("hvm".to_owned()),
        boot_mode: image.boot_mode.map(str::to_owned),
        imds_support: image.wants_tokens.then(|| "v2.0".to_owned()),
        public_ssm_parameter_name: image.parameter,
        ..ec2::Image::default()
    }
}

fn mapping(volume: &Volume) -> ec2::BlockDeviceMapping {
    let number = |value: u32| i32::try_from(value).ok();
    ec2::BlockDeviceMapping {
        device_name: Some(volume.device.to_owned()),
        ebs: Some(ec2::EbsBlockDevice {
            delete_on_termination: Some(true),
            iops: volume.iops().and_then(number),
            snapshot_id: Some(volume.snapshot_id.clone()),
            volume_size: number(volume.size_gib),
            volume_type: Some(volume.volume_type.to_owned()),
            throughput: volume.throughput_mib_s().and_then(number),
            encrypted: Some(false),
            ..ec2::EbsBlockDevice::default()
        }),
        ..ec2::BlockDeviceMapping::default()
    }
}

/// A public image as something to be copied.
pub(super) fn original(image: Image, region: &Region) -> Original {
    let int = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let volume = |own: &Volume| Device {
        name: own.device.to_owned(),
        what: What::Volume(DeviceVolume {
            snapshot: Some(own.snapshot_id.clone()),
            size_gib: int(own.size_gib),
            kind: own.volume_type.to_owned(),
            iops: own.iops().map(int),
            throughput: own.throughput_mib_s().map(int),
            encrypted: false,
            delete_on_termination: true,
        }),
    };
    let disk = |(name, disk): &(&str, &str)| Device {
        name: (*name).to_owned(),
        what: What::Disk((*disk).to_owned()),
    };
    let devices = image.volumes.iter().map(volume).chain(image.ephemeral_devices.iter().map(disk));
    let devices = devices.collect();
    let machine = MachineKind {
        architecture: image.architecture.to_owned(),
        virtualization: "hvm".to_owned(),
        root_device: image.root_device.to_owned(),
        platform: image.platform.platform().map(str::to_owned),
        platform_details: image.platform.details().to_owned(),
        usage_operation: image.platform.usage_operation().to_owned(),
        boot_mode: image.boot_mode.map(str::to_owned),
        has_tpm: false,
        wants_tokens: image.wants_tokens,
        ena: true,
        sriov: true,
        kernel: None,
        ramdisk: None,
        uefi_data: None,
    };
    Original::public(region.clone(), image.description, machine, devices)
}
