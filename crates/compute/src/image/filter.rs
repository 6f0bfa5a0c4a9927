//! The filters of images: what an image has under each name. They read the answer's form, so that public images and
//! those of the caller are filtered alike.

use shapes_ec2 as ec2;

/// The filters of DescribeImages, tags aside. Nothing is found by those of watermarks, scans and the types that an image is
/// said to suit: no image has them here.
pub(super) const NAMES: [&str; 51] = [
    "architecture",
    "block-device-mapping.delete-on-termination",
    "block-device-mapping.device-name",
    "block-device-mapping.encrypted",
    "block-device-mapping.snapshot-id",
    "block-device-mapping.volume-size",
    "block-device-mapping.volume-type",
    "boot-mode",
    "creation-date",
    "description",
    "ena-support",
    "free-tier-eligible",
    "hypervisor",
    "image-allowed",
    "image-id",
    "image-type",
    "image-watermark.source-image-creation-time",
    "image-watermark.source-image-id",
    "image-watermark.source-image-region",
    "image-watermark.watermark-creation-time",
    "image-watermark.watermark-key",
    "instance-type-specification.supported-instance-type",
    "instance-type-specification.unsupported-instance-type",
    "is-public",
    "kernel-id",
    "manifest-location",
    "name",
    "owner-alias",
    "owner-id",
    "platform",
    "product-code",
    "product-code.type",
    "public-ssm-parameter-name",
    "ramdisk-id",
    "root-device-name",
    "root-device-type",
    "scan-result.critical-fix-available-since",
    "scan-result.finding-scan-date",
    "scan-result.high-fix-available-since",
    "scan-result.highest-finding-severity-label",
    "scan-result.informational-fix-available-since",
    "scan-result.low-fix-available-since",
    "scan-result.medium-fix-available-since",
    "source-image-id",
    "source-image-region",
    "source-instance-id",
    "sriov-net-support",
    "state",
    "state-reason-code",
    "state-reason-message",
    "virtualization-type",
];

/// What an image has under the name of a filter.
pub(super) fn values(image: &ec2::Image, name: &str) -> Vec<String> {
    if let Some(name) = name.strip_prefix("block-device-mapping.") {
        return image
            .block_device_mappings
            .iter()
            .flatten()
            .filter_map(|mapping| of_mapping(mapping, name))
            .collect();
    }
    let flag = |value: &Option<bool>| value.map(|value| value.to_string());
    let code = |of: fn(&ec2::ProductCode) -> &Option<String>| {
        image.product_codes.iter().flatten().filter_map(|code| of(code).clone()).collect()
    };
    let reason = image.state_reason.as_ref();
    let value = match name {
        "architecture" => image.architecture.clone(),
        "boot-mode" => image.boot_mode.clone(),
        "creation-date" => image.creation_date.clone(),
        "description" => image.description.clone(),
        "ena-support" => flag(&image.ena_support),
        "free-tier-eligible" => flag(&image.free_tier_eligible),
        "hypervisor" => image.hypervisor.clone(),
        "image-allowed" => flag(&image.image_allowed),
        "image-id" => image.image_id.clone(),
        "image-type" => image.image_type.clone(),
        "is-public" => flag(&image.public),
        "kernel-id" => image.kernel_id.clone(),
        "manifest-location" => image.image_location.clone(),
        "name" => image.name.clone(),
        "owner-alias" => image.image_owner_alias.clone(),
        "owner-id" => image.owner_id.clone(),
        "platform" => image.platform.clone(),
        "product-code" => return code(|code| &code.product_code_id),
        "product-code.type" => return code(|code| &code.product_code_type),
        "public-ssm-parameter-name" => image.public_ssm_parameter_name.clone(),
        "ramdisk-id" => image.ramdisk_id.clone(),
        "root-device-name" => image.root_device_name.clone(),
        "root-device-type" => image.root_device_type.clone(),
        "source-image-id" => image.source_image_id.clone(),
        "source-image-region" => image.source_image_region.clone(),
        "source-instance-id" => image.source_instance_id.clone(),
        "sriov-net-support" => image.sriov_net_support.clone(),
        "state" => image.state.clone(),
        "state-reason-code" => reason.and_then(|reason| reason.code.clone()),
        "state-reason-message" => reason.and_then(|reason| reason.message.clone()),
        "virtualization-type" => image.virtualization_type.clone(),
        _ => None,
    };
    value.into_iter().collect()
}

fn of_mapping(mapping: &ec2::BlockDeviceMapping, name: &str) -> Option<String> {
    if name == "device-name" {
        return mapping.device_name.clone();
    }
    let ebs = mapping.ebs.as_ref()?;
    match name {
        "delete-on-termination" => ebs.delete_on_termination.map(|flag| flag.to_string()),
        "encrypted" => ebs.encrypted.map(|flag| flag.to_string()),
        "snapshot-id" => ebs.snapshot_id.clone(),
        "volume-size" => ebs.volume_size.map(|size| size.to_string()),
        "volume-type" => ebs.volume_type.clone(),
        _ => None,
    }
}
