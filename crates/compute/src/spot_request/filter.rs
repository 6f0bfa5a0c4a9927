//! The filters of DescribeSpotInstanceRequests.

use super::answer;
use super::model::SpotRequest;
use base::Timestamp;
use ec2_resource::filter::moment;
use shapes_ec2 as ec2;

/// Their names. Source: EC2 API reference, DescribeSpotInstanceRequests.
pub(super) const FILTERS: &[&str] = &[
    "availability-zone-group",
    "create-time",
    "fault-code",
    "fault-message",
    "instance-id",
    "launch-group",
    "launch.block-device-mapping.delete-on-termination",
    "launch.block-device-mapping.device-name",
    "launch.block-device-mapping.snapshot-id",
    "launch.block-device-mapping.volume-size",
    "launch.block-device-mapping.volume-type",
    "launch.group-id",
    "launch.group-name",
    "launch.image-id",
    "launch.instance-type",
    "launch.kernel-id",
    "launch.key-name",
    "launch.monitoring-enabled",
    "launch.ramdisk-id",
    "launched-availability-zone",
    "launched-availability-zone-id",
    "network-interface.addresses.primary",
    "network-interface.delete-on-termination",
    "network-interface.description",
    "network-interface.device-index",
    "network-interface.group-id",
    "network-interface.network-interface-id",
    "network-interface.private-ip-address",
    "network-interface.subnet-id",
    "product-description",
    "spot-instance-request-id",
    "spot-price",
    "state",
    "status-code",
    "status-message",
    "type",
    "valid-from",
    "valid-until",
];

/// What a request has under a name.
pub(super) fn own(own: &SpotRequest, name: &str) -> Vec<String> {
    let word = |text: &str| vec![text.to_owned()];
    let maybe = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    let time = |at: &Option<Timestamp>| at.iter().flat_map(|at| moment(*at)).collect::<Vec<_>>();
    match name {
        "availability-zone-group" => maybe(&own.terms.zone_group),
        "create-time" => moment(own.created_at),
        "fault-code" => own.fault.iter().map(|(code, _)| code.clone()).collect(),
        "fault-message" => own.fault.iter().map(|(_, sentence)| sentence.clone()).collect(),
        "instance-id" => own.instance.iter().map(ToString::to_string).collect(),
        "launch-group" => maybe(&own.terms.launch_group),
        "launched-availability-zone" => own.zone.iter().map(|zone| zone.name.clone()).collect(),
        "launched-availability-zone-id" => own.zone.iter().map(|zone| zone.id.clone()).collect(),
        "product-description" => word(own.product()),
        "spot-instance-request-id" => word(&own.id),
        "spot-price" => own.price().into_iter().collect(),
        "state" => word(own.state.word()),
        "status-code" => word(own.status.word()),
        "status-message" => vec![own.message()],
        "type" => word(answer::kind(own)),
        "valid-from" => time(&own.terms.valid_from),
        "valid-until" => time(&own.terms.valid_until),
        _ => launched(&answer::specification(own), name),
    }
}

fn launched(own: &ec2::LaunchSpecification, name: &str) -> Vec<String> {
    let maybe = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    if let Some(name) = name.strip_prefix("launch.block-device-mapping.") {
        return own.block_device_mappings.iter().flatten().flat_map(|own| of_device(own, name)).collect();
    }
    if let Some(name) = name.strip_prefix("network-interface.") {
        return own.network_interfaces.iter().flatten().flat_map(|own| of_card(own, name)).collect();
    }
    let groups = || own.security_groups.iter().flatten();
    match name {
        "launch.group-id" => groups().filter_map(|group| group.group_id.clone()).collect(),
        "launch.group-name" => groups().filter_map(|group| group.group_name.clone()).collect(),
        "launch.image-id" => maybe(&own.image_id),
        "launch.instance-type" => maybe(&own.instance_type),
        "launch.kernel-id" => maybe(&own.kernel_id),
        "launch.key-name" => maybe(&own.key_name),
        "launch.monitoring-enabled" => {
            own.monitoring.iter().filter_map(|own| own.enabled).map(|is_on| is_on.to_string()).collect()
        }
        "launch.ramdisk-id" => maybe(&own.ramdisk_id),
        _ => Vec::new(),
    }
}

fn of_device(own: &ec2::BlockDeviceMapping, name: &str) -> Vec<String> {
    let Some(volume) = &own.ebs else {
        return own.device_name.iter().filter(|_| name == "device-name").cloned().collect();
    };
    match name {
        "delete-on-termination" => volume.delete_on_termination.iter().map(ToString::to_string).collect(),
        "device-name" => own.device_name.iter().cloned().collect(),
        "snapshot-id" => volume.snapshot_id.iter().cloned().collect(),
        "volume-size" => volume.volume_size.iter().map(ToString::to_string).collect(),
        "volume-type" => volume.volume_type.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

fn of_card(own: &ec2::InstanceNetworkInterfaceSpecification, name: &str) -> Vec<String> {
    match name {
        "addresses.primary" => {
            let listed = own.private_ip_addresses.iter().flatten();
            listed.filter_map(|own| own.primary).map(|is_primary| is_primary.to_string()).collect()
        }
        "delete-on-termination" => own.delete_on_termination.iter().map(ToString::to_string).collect(),
        "description" => own.description.iter().cloned().collect(),
        "device-index" => own.device_index.iter().map(ToString::to_string).collect(),
        "group-id" => own.groups.iter().flatten().cloned().collect(),
        "network-interface-id" => own.network_interface_id.iter().cloned().collect(),
        "private-ip-address" => own.private_ip_address.iter().cloned().collect(),
        "subnet-id" => own.subnet_id.iter().cloned().collect(),
        _ => Vec::new(),
    }
}
