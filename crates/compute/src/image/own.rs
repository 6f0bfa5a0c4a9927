//! The images of accounts as DescribeImages tells them.

use super::model::{Device, DeviceVolume, OwnImage, Viewer, What};
use base::Timestamp;
use ec2_resource::resource::tag_set;
use shapes_ec2 as ec2;

/// An image as its owner sees it.
pub(super) fn shape(own: &OwnImage) -> ec2::Image {
    let machine = &own.machine;
    let owner = own.scope.account.to_string();
    ec2::Image {
        image_id: Some(own.id.to_string()),
        image_location: Some(format!("{owner}/{}", own.name)),
        state: Some(own.state.word().to_owned()),
        owner_id: Some(owner),
        creation_date: Some(date(own.created_at)),
        public: Some(own.permissions.all),
        architecture: Some(machine.architecture.clone()),
        image_type: Some("machine".to_owned()),
        kernel_id: machine.kernel.clone(),
        ramdisk_id: machine.ramdisk.clone(),
        platform: machine.platform.clone(),
        platform_details: Some(machine.platform_details.clone()),
        usage_operation: Some(machine.usage_operation.clone()),
        block_device_mappings: Some(own.devices.iter().map(mapping).collect()),
        description: own.description.clone(),
        ena_support: Some(machine.ena),
        hypervisor: Some("xen".to_owned()),
        name: Some(own.name.clone()),
        root_device_name: Some(machine.root_device.clone()),
        root_device_type: Some("ebs".to_owned()),
        sriov_net_support: machine.sriov.then(|| "simple".to_owned()),
        virtualization_type: Some(machine.virtualization.clone()),
        boot_mode: machine.boot_mode.clone(),
        tpm_support: machine.has_tpm.then(|| "v2.0".to_owned()),
        imds_support: machine.wants_tokens.then(|| "v2.0".to_owned()),
        deprecation_time: own.deprecated_at.map(date),
        deregistration_protection: Some(own.protection.word()),
        last_launched_time: own.launched_at.map(second),
        source_instance_id: own.source.instance.clone(),
        source_image_id: own.source.image.clone(),
        source_image_region: own.source.region.clone(),
        tags: tag_set(&own.tags),
        ..ec2::Image::default()
    }
}

/// An image as a viewer sees it: what is its owner's alone is not told to others.
pub(super) fn seen(own: &OwnImage, viewer: &Viewer) -> ec2::Image {
    let all = shape(own);
    if viewer.owns(own) {
        return all;
    }
    ec2::Image {
        deregistration_protection: None,
        last_launched_time: None,
        source_instance_id: None,
        tags: Some(Vec::new()),
        ..all
    }
}

/// Images are told to the millisecond, though they are made on whole seconds.
pub(super) fn date(at: Timestamp) -> String {
    at.whole_seconds().rfc3339().replace('Z', ".000Z")
}

/// An instant to the second.
pub(super) fn second(at: Timestamp) -> String {
    at.whole_seconds().rfc3339()
}

fn mapping(device: &Device) -> ec2::BlockDeviceMapping {
    let device_name = Some(device.name.clone());
    match &device.what {
        What::Disk(disk) => ec2::BlockDeviceMapping {
            device_name,
            virtual_name: Some(disk.clone()),
            ..ec2::BlockDeviceMapping::default()
        },
        What::Volume(own) => ec2::BlockDeviceMapping {
            device_name,
            ebs: Some(volume(own)),
            ..ec2::BlockDeviceMapping::default()
        },
    }
}

fn volume(own: &DeviceVolume) -> ec2::EbsBlockDevice {
    ec2::EbsBlockDevice {
        delete_on_termination: Some(own.delete_on_termination),
        iops: own.iops,
        snapshot_id: own.snapshot.clone(),
        volume_size: Some(own.size_gib),
        volume_type: Some(own.kind.clone()),
        throughput: own.throughput,
        encrypted: Some(own.encrypted),
        ..ec2::EbsBlockDevice::default()
    }
}
