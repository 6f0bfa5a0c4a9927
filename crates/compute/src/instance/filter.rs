//! The filters of DescribeInstances: what an instance has under each name.
//!
//! Most names ask the record alone; what its interfaces and volumes tell is asked of the shaped answer, and only where a
//! filter wants it.

use super::model::Instance;
use crate::resource::truth;
use ec2_resource::filter::moment;
use shapes_ec2 as ec2;

/// Their names. Source: EC2 API reference, DescribeInstances.
pub(super) const FILTERS: &[&str] = &[
    "affinity",
    "architecture",
    "availability-zone",
    "availability-zone-id",
    "block-device-mapping.attach-time",
    "block-device-mapping.delete-on-termination",
    "block-device-mapping.device-name",
    "block-device-mapping.status",
    "block-device-mapping.volume-id",
    "boot-mode",
    "capacity-reservation-id",
    "capacity-reservation-specification.capacity-reservation-preference",
    "capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id",
    "capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn",
    "client-token",
    "current-instance-boot-mode",
    "dns-name",
    "ebs-optimized",
    "ena-support",
    "enclave-options.enabled",
    "hibernation-options.configured",
    "host-id",
    "hypervisor",
    "iam-instance-profile.arn",
    "iam-instance-profile.id",
    "iam-instance-profile.name",
    "image-id",
    "instance-id",
    "instance-lifecycle",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "instance.group-id",
    "instance.group-name",
    "ip-address",
    "ipv6-address",
    "kernel-id",
    "key-name",
    "launch-index",
    "launch-time",
    "maintenance-options.auto-recovery",
    "metadata-options.http-endpoint",
    "metadata-options.http-protocol-ipv4",
    "metadata-options.http-protocol-ipv6",
    "metadata-options.http-put-response-hop-limit",
    "metadata-options.http-tokens",
    "metadata-options.instance-metadata-tags",
    "metadata-options.state",
    "monitoring-state",
    "network-interface.addresses.association.allocation-id",
    "network-interface.addresses.association.association-id",
    "network-interface.addresses.association.carrier-ip",
    "network-interface.addresses.association.customer-owned-ip",
    "network-interface.addresses.association.ip-owner-id",
    "network-interface.addresses.association.public-dns-name",
    "network-interface.addresses.association.public-ip",
    "network-interface.addresses.primary",
    "network-interface.addresses.private-dns-name",
    "network-interface.addresses.private-ip-address",
    "network-interface.association.allocation-id",
    "network-interface.association.association-id",
    "network-interface.association.carrier-ip",
    "network-interface.association.customer-owned-ip",
    "network-interface.association.ip-owner-id",
    "network-interface.association.public-dns-name",
    "network-interface.association.public-ip",
    "network-interface.attachment.attach-time",
    "network-interface.attachment.attachment-id",
    "network-interface.attachment.delete-on-termination",
    "network-interface.attachment.device-index",
    "network-interface.attachment.instance-id",
    "network-interface.attachment.instance-owner-id",
    "network-interface.attachment.network-card-index",
    "network-interface.attachment.status",
    "network-interface.availability-zone",
    "network-interface.deny-all-igw-traffic",
    "network-interface.description",
    "network-interface.group-id",
    "network-interface.group-name",
    "network-interface.ipv4-prefixes.ipv4-prefix",
    "network-interface.ipv6-address",
    "network-interface.ipv6-addresses.ipv6-address",
    "network-interface.ipv6-addresses.is-primary-ipv6",
    "network-interface.ipv6-native",
    "network-interface.ipv6-prefixes.ipv6-prefix",
    "network-interface.mac-address",
    "network-interface.network-interface-id",
    "network-interface.operator.managed",
    "network-interface.operator.principal",
    "network-interface.outpost-arn",
    "network-interface.owner-id",
    "network-interface.private-dns-name",
    "network-interface.private-ip-address",
    "network-interface.public-dns-name",
    "network-interface.requester-id",
    "network-interface.requester-managed",
    "network-interface.status",
    "network-interface.source-dest-check",
    "network-interface.subnet-id",
    "network-interface.tag-key",
    "network-interface.tag-value",
    "network-interface.vpc-id",
    "network-performance-options.bandwidth-weighting",
    "operator.managed",
    "operator.principal",
    "outpost-arn",
    "owner-id",
    "placement-group-name",
    "placement-partition-number",
    "platform",
    "platform-details",
    "private-dns-name",
    "private-dns-name-options.enable-resource-name-dns-a-record",
    "private-dns-name-options.enable-resource-name-dns-aaaa-record",
    "private-dns-name-options.hostname-type",
    "private-ip-address",
    "product-code",
    "product-code.type",
    "ramdisk-id",
    "reason",
    "requester-id",
    "reservation-id",
    "root-device-name",
    "root-device-type",
    "source-dest-check",
    "spot-instance-request-id",
    "state-reason-code",
    "state-reason-message",
    "subnet-id",
    "tenancy",
    "tpm-support",
    "usage-operation",
    "usage-operation-update-time",
    "virtualization-type",
    "vpc-id",
];

/// Whether a name asks for more than the record.
pub(super) fn is_joined(name: &str) -> bool {
    name.starts_with("network-interface.")
        || name.starts_with("block-device-mapping.")
        || matches!(
            name,
            "dns-name"
                | "instance.group-id"
                | "instance.group-name"
                | "ip-address"
                | "ipv6-address"
                | "private-dns-name"
                | "private-ip-address"
                | "source-dest-check"
        )
}

/// Whether a name asks of interfaces what instances do not tell of them.
pub(super) fn is_beside(name: &str) -> bool {
    name.strip_prefix("network-interface.").is_some_and(|name| {
        name.ends_with("allocation-id")
            || name.ends_with("association-id")
            || matches!(
                name,
                "attachment.instance-id" | "availability-zone" | "requester-id" | "tag-key" | "tag-value"
            )
    })
}

/// What the record has under a name.
pub(super) fn own(own: &Instance, name: &str) -> Vec<String> {
    let word = |text: &str| vec![text.to_owned()];
    let maybe = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    // An instance that has ended is in no network any more.
    let here = |text: &str| if own.is_terminated() { Vec::new() } else { vec![text.to_owned()] };
    match name {
        "affinity" => maybe(&own.placement.affinity),
        "architecture" => word(&own.image.architecture),
        "availability-zone" => word(&own.zone.name),
        "availability-zone-id" => word(&own.zone.id),
        "boot-mode" => maybe(&own.image.boot_mode),
        "tpm-support" => own.image.tpm_support().map(str::to_owned).into_iter().collect(),
        "capacity-reservation-id" => maybe(&own.ties.reservation),
        "capacity-reservation-specification.capacity-reservation-preference" => match own.ties.target {
            Some(_) => Vec::new(),
            None => word(&own.options.capacity_preference),
        },
        "capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id" => {
            maybe(&own.ties.target)
        }
        "client-token" => word(&own.client_token),
        "current-instance-boot-mode" => word(own.current_boot_mode()),
        "ebs-optimized" => truth(own.options.ebs_optimized),
        "ena-support" => truth(own.image.ena),
        "enclave-options.enabled" => truth(own.options.enclave),
        "hibernation-options.configured" => truth(own.options.hibernation),
        "host-id" => maybe(&own.placement.host),
        "hypervisor" => word("xen"),
        "iam-instance-profile.arn" => own.profile.iter().map(|profile| profile.arn.clone()).collect(),
        "iam-instance-profile.id" => own.profile.iter().map(|profile| profile.id.clone()).collect(),
        "iam-instance-profile.name" => own.profile.iter().map(|profile| profile.name().to_owned()).collect(),
        "image-id" => word(&own.image.id),
        "instance-id" => word(own.id.as_str()),
        "instance-lifecycle" => maybe(&own.options.lifecycle),
        "instance-state-code" => vec![own.state.code().to_string()],
        "instance-state-name" => word(own.state.word()),
        "instance-type" => word(&own.instance_type),
        "kernel-id" => maybe(&own.image.kernel),
        "key-name" => maybe(&own.key_name),
        "launch-index" => vec![own.launch_index.to_string()],
        "launch-time" => moment(own.launched_at),
        "maintenance-options.auto-recovery" => word(&own.options.auto_recovery),
        "monitoring-state" => word(own.monitoring()),
        "network-performance-options.bandwidth-weighting" => word(&own.options.bandwidth_weighting),
        "operator.managed" => truth(false),
        "owner-id" => vec![own.scope.account.to_string()],
        "placement-group-name" => own.placement.group.iter().map(|group| group.name.clone()).collect(),
        "placement-partition-number" => own.placement.partition.iter().map(ToString::to_string).collect(),
        "platform" => maybe(&own.image.platform),
        "platform-details" => word(&own.image.platform_details),
        "private-dns-name-options.enable-resource-name-dns-a-record" => truth(own.names.a_record),
        "private-dns-name-options.enable-resource-name-dns-aaaa-record" => truth(own.names.aaaa_record),
        "private-dns-name-options.hostname-type" => word(&own.names.hostname_type),
        "ramdisk-id" => maybe(&own.image.ramdisk),
        "reason" => word(&own.transition),
        "requester-id" => maybe(&own.requester),
        "reservation-id" => word(own.reservation.as_str()),
        "root-device-name" => word(&own.image.root_device),
        "root-device-type" => word("ebs"),
        "spot-instance-request-id" => maybe(&own.ties.spot_request),
        "state-reason-code" => own.state_reason.iter().map(|(code, _)| code.clone()).collect(),
        "state-reason-message" => own.state_reason.iter().map(|(_, sentence)| sentence.clone()).collect(),
        "subnet-id" => here(&own.subnet),
        "tenancy" => word(&own.placement.tenancy),
        "usage-operation" => word(&own.image.usage_operation),
        "usage-operation-update-time" => moment(own.created_at.whole_seconds()),
        "virtualization-type" => word("hvm"),
        "vpc-id" => here(&own.vpc),
        _ => name.strip_prefix("metadata-options.").map_or_else(Vec::new, |name| metadata(own, name)),
    }
}

fn metadata(own: &Instance, name: &str) -> Vec<String> {
    let switch = |is_on: bool| vec![if is_on { "enabled" } else { "disabled" }.to_owned()];
    match name {
        "http-endpoint" => switch(own.metadata.endpoint),
        "http-protocol-ipv4" => switch(true),
        "http-protocol-ipv6" => switch(own.metadata.ipv6),
        "http-put-response-hop-limit" => vec![own.metadata.hop_limit.to_string()],
        "http-tokens" => vec![own.metadata.tokens.clone()],
        "instance-metadata-tags" => switch(own.metadata.tags),
        "state" => vec![own.metadata.state().to_owned()],
        _ => Vec::new(),
    }
}

/// What the instance has with all that stands beside it.
pub(super) fn joined(shape: &ec2::Instance, name: &str) -> Vec<String> {
    let maybe =
        |text: &Option<String>| text.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>();
    let groups = || shape.security_groups.iter().flatten();
    if let Some(name) = name.strip_prefix("network-interface.") {
        return shape.network_interfaces.iter().flatten().flat_map(|card| of_card(card, name)).collect();
    }
    if let Some(name) = name.strip_prefix("block-device-mapping.") {
        return shape.block_device_mappings.iter().flatten().flat_map(|own| of_volume(own, name)).collect();
    }
    match name {
        "dns-name" => maybe(&shape.public_dns_name),
        "instance.group-id" => groups().filter_map(|group| group.group_id.clone()).collect(),
        "instance.group-name" => groups().filter_map(|group| group.group_name.clone()).collect(),
        "ip-address" => maybe(&shape.public_ip_address),
        "ipv6-address" => shape.network_interfaces.iter().flatten().flat_map(ipv6_addresses).collect(),
        "private-dns-name" => maybe(&shape.private_dns_name),
        "private-ip-address" => maybe(&shape.private_ip_address),
        "source-dest-check" => shape.source_dest_check.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn ipv6_addresses(card: &ec2::InstanceNetworkInterface) -> Vec<String> {
    card.ipv6_addresses.iter().flatten().filter_map(|own| own.ipv6_address.clone()).collect()
}

fn of_volume(own: &ec2::InstanceBlockDeviceMapping, name: &str) -> Vec<String> {
    let volume = own.ebs.as_ref();
    match name {
        "attach-time" => volume.and_then(|own| own.attach_time).iter().flat_map(|at| time(*at)).collect(),
        "delete-on-termination" => {
            volume.and_then(|own| own.delete_on_termination).iter().map(ToString::to_string).collect()
        }
        "device-name" => own.device_name.iter().cloned().collect(),
        "status" => volume.and_then(|own| own.status.clone()).into_iter().collect(),
        "volume-id" => volume.and_then(|own| own.volume_id.clone()).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn time(at: shape::Timestamp) -> Vec<String> {
    moment(at.into())
}

fn of_card(card: &ec2::InstanceNetworkInterface, name: &str) -> Vec<String> {
    let maybe = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    let groups = || card.groups.iter().flatten();
    if let Some(name) = name.strip_prefix("association.") {
        return card.association.iter().flat_map(|own| of_association(own, name)).collect();
    }
    if let Some(name) = name.strip_prefix("addresses.") {
        return card.private_ip_addresses.iter().flatten().flat_map(|own| of_address(own, name)).collect();
    }
    if let Some(name) = name.strip_prefix("attachment.") {
        return of_attachment(card, name);
    }
    match name {
        "description" => maybe(&card.description),
        "group-id" => groups().filter_map(|group| group.group_id.clone()).collect(),
        "group-name" => groups().filter_map(|group| group.group_name.clone()).collect(),
        "ipv4-prefixes.ipv4-prefix" => {
            card.ipv4_prefixes.iter().flatten().filter_map(|own| own.ipv4_prefix.clone()).collect()
        }
        "ipv6-address" | "ipv6-addresses.ipv6-address" => ipv6_addresses(card),
        "ipv6-addresses.is-primary-ipv6" => {
            let own = card.ipv6_addresses.iter().flatten();
            own.map(|own| (own.is_primary_ipv6 == Some(true)).to_string()).collect()
        }
        "ipv6-native" => truth(card.private_ip_address.is_none()),
        "ipv6-prefixes.ipv6-prefix" => {
            card.ipv6_prefixes.iter().flatten().filter_map(|own| own.ipv6_prefix.clone()).collect()
        }
        "mac-address" => maybe(&card.mac_address),
        "network-interface-id" => maybe(&card.network_interface_id),
        "operator.managed" => truth(false),
        "owner-id" => maybe(&card.owner_id),
        "private-dns-name" => maybe(&card.private_dns_name),
        "private-ip-address" => maybe(&card.private_ip_address),
        "public-dns-name" => card.association.iter().filter_map(|own| own.public_dns_name.clone()).collect(),
        "requester-managed" => truth(false),
        "source-dest-check" => card.source_dest_check.iter().map(ToString::to_string).collect(),
        "status" => maybe(&card.status),
        "subnet-id" => maybe(&card.subnet_id),
        "vpc-id" => maybe(&card.vpc_id),
        _ => Vec::new(),
    }
}

fn of_association(own: &ec2::InstanceNetworkInterfaceAssociation, name: &str) -> Vec<String> {
    let value = match name {
        "ip-owner-id" => &own.ip_owner_id,
        "public-dns-name" => &own.public_dns_name,
        "public-ip" => &own.public_ip,
        _ => &None,
    };
    value.iter().cloned().collect()
}

fn of_address(own: &ec2::InstancePrivateIpAddress, name: &str) -> Vec<String> {
    if let Some(name) = name.strip_prefix("association.") {
        return own.association.iter().flat_map(|own| of_association(own, name)).collect();
    }
    match name {
        "primary" => own.primary.iter().map(ToString::to_string).collect(),
        "private-dns-name" => own.private_dns_name.iter().cloned().collect(),
        "private-ip-address" => own.private_ip_address.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

fn of_attachment(card: &ec2::InstanceNetworkInterface, name: &str) -> Vec<String> {
    let Some(own) = &card.attachment else { return Vec::new() };
    match name {
        "attach-time" => own.attach_time.iter().flat_map(|at| time(*at)).collect(),
        "attachment-id" => own.attachment_id.iter().cloned().collect(),
        "delete-on-termination" => own.delete_on_termination.iter().map(ToString::to_string).collect(),
        "device-index" => own.device_index.iter().map(ToString::to_string).collect(),
        "instance-owner-id" => card.owner_id.iter().cloned().collect(),
        "network-card-index" => own.network_card_index.iter().map(ToString::to_string).collect(),
        "status" => own.status.iter().cloned().collect(),
        _ => Vec::new(),
    }
}
