//! `GetLaunchTemplateData`: what a template would hold that makes instances like one that is there.

use crate::Compute;
use crate::error::Error;
use crate::instance::{self, Instance, Options, device_index};
use crate::resource::{self, tag_set};
use crate::spot_request::SpotRequest;
use ec2_resource::neighbour::AttachedVolume;
use ports::Cx;
use shapes_ec2 as ec2;
use store::View;

/// `GetLaunchTemplateData`: all that the instance is, its addresses included; tags that AWS gave are left out.
pub(crate) fn data(
    cx: &Cx,
    svc: &Compute,
    input: ec2::GetLaunchTemplateDataRequest,
) -> Result<ec2::GetLaunchTemplateDataResult, Error> {
    let id = instance::id(input.instance_id)?;
    let data = cx.read(|view| {
        let own = instance::look(cx, view, &id)?;
        let volumes = svc.neighbours.volumes.of_instance(view, &own.scope, &own.id);
        let cards = svc.neighbours.networks.of_instance(view, &own.scope, &own.id);
        Ok::<_, Error>(ec2::ResponseLaunchTemplateData {
            block_device_mappings: Some(volumes.iter().map(volume).collect()),
            network_interfaces: Some(cards.iter().map(card).collect()),
            instance_market_options: market(view, &own),
            ..bare(&own)
        })
    })?;
    Ok(ec2::GetLaunchTemplateDataResult { launch_template_data: Some(data) })
}

/// What the record alone tells.
fn bare(own: &Instance) -> ec2::ResponseLaunchTemplateData {
    let options: &Options = &own.options;
    let placement = &own.placement;
    let tags = own.tags.0.iter().filter(|(key, _)| !key.starts_with("aws:"));
    let tags: base::Tags = tags.map(|(key, value)| (key.clone(), value.clone())).collect();
    let tags = (!tags.is_empty()).then(|| {
        vec![ec2::LaunchTemplateTagSpecification {
            resource_type: Some("instance".to_owned()),
            tags: tag_set(&tags),
        }]
    });
    let switch = |is_on: bool| Some(if is_on { "enabled" } else { "disabled" }.to_owned());
    ec2::ResponseLaunchTemplateData {
        kernel_id: own.image.kernel.as_ref().map(ToString::to_string),
        ram_disk_id: own.image.ramdisk.as_ref().map(ToString::to_string),
        ebs_optimized: Some(options.ebs_optimized),
        iam_instance_profile: own.profile.as_ref().map(|profile| {
            ec2::LaunchTemplateIamInstanceProfileSpecification { arn: Some(profile.arn.clone()), name: None }
        }),
        image_id: Some(own.image.id.to_string()),
        instance_type: Some(own.instance_type.to_string()),
        key_name: own.key_name.clone(),
        monitoring: Some(ec2::LaunchTemplatesMonitoring {
            enabled: Some(options.monitoring),
            ..ec2::LaunchTemplatesMonitoring::default()
        }),
        placement: Some(ec2::LaunchTemplatePlacement {
            availability_zone: Some(own.zone.name.to_string()),
            affinity: placement.affinity.clone(),
            host_id: placement.host.clone(),
            group_name: Some(placement.group.as_ref().map(|group| group.name.clone()).unwrap_or_default()),
            tenancy: Some(placement.tenancy.to_string()),
            partition_number: placement.partition,
            ..ec2::LaunchTemplatePlacement::default()
        }),
        disable_api_termination: Some(options.disable_api_termination),
        disable_api_stop: Some(options.disable_api_stop),
        instance_initiated_shutdown_behavior: Some(options.shutdown_behavior.to_string()),
        user_data: own.user_data.clone(),
        tag_specifications: tags,
        credit_specification: options
            .credits
            .as_ref()
            .map(|word| ec2::CreditSpecification { cpu_credits: Some(word.to_string()) }),
        cpu_options: Some(ec2::LaunchTemplateCpuOptions {
            core_count: Some(options.cores),
            threads_per_core: Some(options.threads_per_core),
            amd_sev_snp: options.amd_sev_snp.as_ref().map(ToString::to_string),
            ..ec2::LaunchTemplateCpuOptions::default()
        }),
        capacity_reservation_specification: Some(
            ec2::LaunchTemplateCapacityReservationSpecificationResponse {
                capacity_reservation_preference: Some(options.capacity_preference.to_string()),
                capacity_reservation_target: own.ties.target.clone().map(|id| {
                    ec2::CapacityReservationTargetResponse {
                        capacity_reservation_id: Some(id),
                        ..ec2::CapacityReservationTargetResponse::default()
                    }
                }),
            },
        ),
        hibernation_options: Some(ec2::LaunchTemplateHibernationOptions {
            configured: Some(options.hibernation),
        }),
        metadata_options: Some(ec2::LaunchTemplateInstanceMetadataOptions {
            state: Some(own.metadata.state().to_owned()),
            http_tokens: Some(own.metadata.tokens.to_string()),
            http_put_response_hop_limit: Some(own.metadata.hop_limit),
            http_endpoint: switch(own.metadata.endpoint),
            http_protocol_ipv6: switch(own.metadata.ipv6),
            instance_metadata_tags: switch(own.metadata.tags),
        }),
        enclave_options: Some(ec2::LaunchTemplateEnclaveOptions { enabled: Some(options.enclave) }),
        private_dns_name_options: Some(ec2::LaunchTemplatePrivateDnsNameOptions {
            hostname_type: Some(own.names.hostname_type.to_string()),
            enable_resource_name_dns_a_record: Some(own.names.a_record),
            enable_resource_name_dns_aaaa_record: Some(own.names.aaaa_record),
        }),
        maintenance_options: Some(ec2::LaunchTemplateInstanceMaintenanceOptions {
            auto_recovery: Some(options.auto_recovery.to_string()),
        }),
        ..ec2::ResponseLaunchTemplateData::default()
    }
}

/// As it was bought, where that was as spare capacity.
fn market(view: &View, own: &Instance) -> Option<ec2::LaunchTemplateInstanceMarketOptions> {
    let key = resource::key(&own.scope, own.ties.spot_request.as_deref()?);
    let terms = &view.get::<SpotRequest>(&key)?.terms;
    Some(ec2::LaunchTemplateInstanceMarketOptions {
        market_type: Some("spot".to_owned()),
        spot_options: Some(ec2::LaunchTemplateSpotMarketOptions {
            max_price: terms.max_price.clone(),
            spot_instance_type: Some(if terms.is_persistent { "persistent" } else { "one-time" }.to_owned()),
            instance_interruption_behavior: Some(terms.interruption.clone()),
            ..ec2::LaunchTemplateSpotMarketOptions::default()
        }),
    })
}

fn volume(own: &AttachedVolume) -> ec2::LaunchTemplateBlockDeviceMapping {
    ec2::LaunchTemplateBlockDeviceMapping {
        device_name: Some(own.device.clone()),
        ebs: Some(ec2::LaunchTemplateEbsBlockDevice {
            encrypted: Some(own.is_encrypted),
            delete_on_termination: Some(own.delete_on_termination),
            iops: own.iops,
            snapshot_id: own.snapshot.clone(),
            volume_size: Some(own.size_gib),
            volume_type: Some(own.volume_type.to_owned()),
            throughput: own.throughput,
            ..ec2::LaunchTemplateEbsBlockDevice::default()
        }),
        ..ec2::LaunchTemplateBlockDeviceMapping::default()
    }
}

fn card(own: &ec2::InstanceNetworkInterface) -> ec2::LaunchTemplateInstanceNetworkInterfaceSpecification {
    let attachment = own.attachment.as_ref();
    let address = |own: &ec2::InstancePrivateIpAddress| ec2::PrivateIpAddressSpecification {
        primary: own.primary,
        private_ip_address: own.private_ip_address.clone(),
    };
    let groups = own.groups.iter().flatten().filter_map(|group| group.group_id.clone());
    ec2::LaunchTemplateInstanceNetworkInterfaceSpecification {
        associate_public_ip_address: Some(own.association.is_some()),
        delete_on_termination: attachment.and_then(|own| own.delete_on_termination),
        description: own.description.clone(),
        device_index: device_index(own),
        groups: Some(groups.collect()),
        interface_type: own.interface_type.clone(),
        ipv6_addresses: Some(own.ipv6_addresses.clone().unwrap_or_default()),
        private_ip_addresses: own.private_ip_addresses.as_ref().map(|own| own.iter().map(address).collect()),
        subnet_id: own.subnet_id.clone(),
        network_card_index: attachment.and_then(|own| own.network_card_index),
        ..ec2::LaunchTemplateInstanceNetworkInterfaceSpecification::default()
    }
}
