//! An instance as it is answered, with its interfaces and volumes.

use super::model::{Image, Instance, MetadataOptions, Placement};
use crate::Neighbours;
use crate::dns;
use crate::resource::tag_set;
use ec2_resource::neighbour::{AttachedVolume, InstanceState};
use shapes_ec2 as ec2;
use store::View;

/// The instance with what stands beside it.
pub(super) fn shape(beside: &Neighbours, view: &View, own: &Instance) -> ec2::Instance {
    let cards = beside.networks.of_instance(view, &own.scope, &own.id);
    let primary = cards.iter().find(|card| device_index(card) == Some(0));
    let volumes = beside.volumes.of_instance(view, &own.scope, &own.id);
    let address = primary.and_then(|card| card.private_ip_address.as_deref());
    let public = primary.and_then(|card| card.association.as_ref());
    let ipv6 = primary.and_then(|card| card.ipv6_addresses.iter().flatten().next());
    let is_here = !own.is_terminated();
    // In a subnet for IPv6 only it has a name all the same.
    let named = address.or(primary.map(|_| ""));
    // One structure from its beginning to its end: it is a large one to move.
    let mut shape = bare(own);
    shape.private_dns_name = Some(named.map_or_else(String::new, |address| private_name(own, address)));
    shape.ipv6_address = ipv6.and_then(|own| own.ipv6_address.clone());
    shape.private_ip_address = address.map(str::to_owned);
    shape.public_dns_name =
        Some(public.and_then(|public| public.public_dns_name.clone()).unwrap_or_default());
    shape.public_ip_address = public.and_then(|public| public.public_ip.clone());
    shape.security_groups = Some(primary.and_then(|card| card.groups.clone()).unwrap_or_default());
    shape.source_dest_check = primary.and_then(|card| card.source_dest_check);
    shape.subnet_id = is_here.then(|| own.subnet.clone());
    shape.vpc_id = is_here.then(|| own.vpc.clone());
    shape.block_device_mappings = Some(volumes.iter().map(mapping).collect());
    shape.tags = tag_set(&own.tags);
    shape.network_interfaces = Some(cards);
    shape
}

/// Which place an interface has.
pub(crate) fn device_index(card: &ec2::InstanceNetworkInterface) -> Option<i32> {
    card.attachment.as_ref().and_then(|attachment| attachment.device_index)
}

/// The name of an instance inside its network.
pub(super) fn private_name(own: &Instance, address: &str) -> String {
    match (own.names.hostname_type.as_str(), address.parse()) {
        ("resource-name", _) | (_, Err(_)) => format!("{}.{}", own.id, dns::domain(&own.scope)),
        (_, Ok(address)) => dns::private_name(&own.scope, address),
    }
}

/// What the record alone tells.
fn bare(own: &Instance) -> ec2::Instance {
    let Image { architecture, root_device, platform, platform_details, usage_operation, .. } = &*own.image;
    let options = &own.options;
    let profile = own.profile.as_ref().map(|profile| ec2::IamInstanceProfile {
        arn: Some(profile.arn.clone()),
        id: Some(profile.id.clone()),
    });
    let reason = own.state_reason.as_ref().map(|(code, sentence)| ec2::StateReason {
        code: Some(code.clone()),
        message: Some(sentence.clone()),
    });
    ec2::Instance {
        instance_id: Some(own.id.as_str().to_owned()),
        image_id: Some(own.image.id.clone()),
        state: Some(state(own.state)),
        state_reason: reason,
        state_transition_reason: Some(own.transition.clone()),
        key_name: own.key_name.clone(),
        ami_launch_index: Some(own.launch_index),
        product_codes: Some(Vec::new()),
        instance_type: Some(own.instance_type.clone()),
        launch_time: Some(own.launched_at.into()),
        placement: Some(placement(own)),
        kernel_id: own.image.kernel.clone(),
        ramdisk_id: own.image.ramdisk.clone(),
        platform: platform.clone(),
        monitoring: Some(ec2::Monitoring {
            state: Some(own.monitoring().to_owned()),
            ..ec2::Monitoring::default()
        }),
        architecture: Some(architecture.clone()),
        client_token: Some(own.client_token.clone()),
        ebs_optimized: Some(options.ebs_optimized),
        ena_support: Some(own.image.ena),
        hypervisor: Some("xen".to_owned()),
        iam_instance_profile: profile,
        instance_lifecycle: options.lifecycle.clone(),
        root_device_name: Some(root_device.clone()),
        root_device_type: Some("ebs".to_owned()),
        virtualization_type: Some("hvm".to_owned()),
        cpu_options: Some(ec2::CpuOptions {
            core_count: Some(options.cores),
            threads_per_core: Some(options.threads_per_core),
            amd_sev_snp: options.amd_sev_snp.clone(),
            ..ec2::CpuOptions::default()
        }),
        capacity_reservation_id: own.ties.reservation.clone(),
        capacity_reservation_specification: Some(capacity(own)),
        spot_instance_request_id: own.ties.spot_request.clone(),
        hibernation_options: Some(ec2::HibernationOptions { configured: Some(options.hibernation) }),
        metadata_options: Some(metadata(&own.metadata)),
        enclave_options: Some(ec2::EnclaveOptions { enabled: Some(options.enclave) }),
        boot_mode: own.image.boot_mode.clone(),
        tpm_support: own.image.tpm_support().map(str::to_owned),
        current_instance_boot_mode: Some(own.current_boot_mode().to_owned()),
        platform_details: Some(platform_details.clone()),
        usage_operation: Some(usage_operation.clone()),
        usage_operation_update_time: Some(own.created_at.whole_seconds().into()),
        private_dns_name_options: Some(ec2::PrivateDnsNameOptionsResponse {
            hostname_type: Some(own.names.hostname_type.clone()),
            enable_resource_name_dns_a_record: Some(own.names.a_record),
            enable_resource_name_dns_aaaa_record: Some(own.names.aaaa_record),
        }),
        maintenance_options: Some(ec2::InstanceMaintenanceOptions {
            auto_recovery: Some(options.auto_recovery.clone()),
            reboot_migration: Some(options.reboot_migration.clone()),
        }),
        network_performance_options: Some(ec2::InstanceNetworkPerformanceOptions {
            bandwidth_weighting: Some(options.bandwidth_weighting.clone()),
        }),
        operator: Some(ec2::OperatorResponse { managed: Some(false), ..ec2::OperatorResponse::default() }),
        ..ec2::Instance::default()
    }
}

/// A state by number and word.
pub(crate) fn state(own: InstanceState) -> ec2::InstanceState {
    ec2::InstanceState { code: Some(own.code()), name: Some(own.word().to_owned()) }
}

/// What it wants of reserved capacity: a reservation, or a way.
fn capacity(own: &Instance) -> ec2::CapacityReservationSpecificationResponse {
    let target = own.ties.target.clone();
    ec2::CapacityReservationSpecificationResponse {
        capacity_reservation_preference: target.is_none().then(|| own.options.capacity_preference.clone()),
        capacity_reservation_target: target.map(|id| ec2::CapacityReservationTargetResponse {
            capacity_reservation_id: Some(id),
            ..ec2::CapacityReservationTargetResponse::default()
        }),
    }
}

fn placement(own: &Instance) -> ec2::Placement {
    let Placement { tenancy, group, partition, affinity, host } = &*own.placement;
    ec2::Placement {
        availability_zone: Some(own.zone.name.clone()),
        availability_zone_id: Some(own.zone.id.clone()),
        group_name: Some(group.as_ref().map(|group| group.name.clone()).unwrap_or_default()),
        group_id: group.as_ref().map(|group| group.id.clone()),
        partition_number: *partition,
        tenancy: Some(tenancy.clone()),
        affinity: affinity.clone(),
        host_id: host.clone(),
        ..ec2::Placement::default()
    }
}

/// Who is answered by the metadata service.
pub(super) fn metadata(own: &MetadataOptions) -> ec2::InstanceMetadataOptionsResponse {
    let switch = |is_on: bool| Some(if is_on { "enabled" } else { "disabled" }.to_owned());
    ec2::InstanceMetadataOptionsResponse {
        state: Some(own.state().to_owned()),
        http_tokens: Some(own.tokens.clone()),
        http_put_response_hop_limit: Some(own.hop_limit),
        http_endpoint: switch(own.endpoint),
        http_protocol_ipv6: switch(own.ipv6),
        instance_metadata_tags: switch(own.tags),
    }
}

/// A volume as its instance shows it.
pub(super) fn mapping(own: &AttachedVolume) -> ec2::InstanceBlockDeviceMapping {
    ec2::InstanceBlockDeviceMapping {
        device_name: Some(own.device.clone()),
        ebs: Some(ec2::EbsInstanceBlockDevice {
            attach_time: Some(own.attached_at.into()),
            delete_on_termination: Some(own.delete_on_termination),
            status: Some(own.status.to_owned()),
            volume_id: Some(own.id.as_str().to_owned()),
            ..ec2::EbsInstanceBlockDevice::default()
        }),
    }
}
