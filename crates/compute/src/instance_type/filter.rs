//! The filters of instance types: what a type has under each name.

use instance_types::{EbsPerformance, InstanceType, Item, List};
use std::fmt::Display;

/// The filters of DescribeInstanceTypeOfferings.
pub(super) const OF_OFFERINGS: [&str; 2] = ["instance-type", "location"];

/// The filters of DescribeInstanceTypes.
pub(super) const OF_TYPES: [&str; 56] = [
    "auto-recovery-supported",
    "bare-metal",
    "burstable-performance-supported",
    "current-generation",
    "dedicated-hosts-supported",
    "ebs-info.attachment-limit-type",
    "ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps",
    "ebs-info.ebs-optimized-info.baseline-iops",
    "ebs-info.ebs-optimized-info.baseline-throughput-in-mbps",
    "ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps",
    "ebs-info.ebs-optimized-info.maximum-iops",
    "ebs-info.ebs-optimized-info.maximum-throughput-in-mbps",
    "ebs-info.ebs-optimized-support",
    "ebs-info.encryption-support",
    "ebs-info.maximum-ebs-attachments",
    "ebs-info.nvme-support",
    "free-tier-eligible",
    "hibernation-supported",
    "hypervisor",
    "instance-storage-info.disk.count",
    "instance-storage-info.disk.size-in-gb",
    "instance-storage-info.disk.type",
    "instance-storage-info.encryption-support",
    "instance-storage-info.nvme-support",
    "instance-storage-info.total-size-in-gb",
    "instance-storage-supported",
    "instance-type",
    "memory-info.size-in-mib",
    "network-info.bandwidth-weightings",
    "network-info.efa-info.maximum-efa-interfaces",
    "network-info.efa-supported",
    "network-info.ena-support",
    "network-info.encryption-in-transit-supported",
    "network-info.flexible-ena-queues-support",
    "network-info.ipv4-addresses-per-interface",
    "network-info.ipv6-addresses-per-interface",
    "network-info.ipv6-supported",
    "network-info.maximum-network-cards",
    "network-info.maximum-network-interfaces",
    "network-info.network-performance",
    "nitro-enclaves-support",
    "nitro-tpm-info.supported-versions",
    "nitro-tpm-support",
    "processor-info.supported-architecture",
    "processor-info.supported-features",
    "processor-info.sustained-clock-speed-in-ghz",
    "reboot-migration-support",
    "supported-boot-mode",
    "supported-root-device-type",
    "supported-usage-class",
    "supported-virtualization-type",
    "vcpu-info.default-cores",
    "vcpu-info.default-threads-per-core",
    "vcpu-info.default-vcpus",
    "vcpu-info.valid-cores",
    "vcpu-info.valid-threads-per-core",
];

/// What a type has under the name of a filter.
pub(super) fn of_type(it: &InstanceType, name: &str) -> Vec<String> {
    if let Some(name) = name.strip_prefix("ebs-info.") {
        return of_ebs(it, name);
    }
    if let Some(name) = name.strip_prefix("instance-storage-info.") {
        return of_storage(it, name);
    }
    if let Some(name) = name.strip_prefix("network-info.") {
        return of_network(it, name);
    }
    if let Some(name) = name.strip_prefix("vcpu-info.") {
        return of_vcpus(it, name);
    }
    match name {
        "auto-recovery-supported" => one(it.is_auto_recovered),
        "bare-metal" => one(it.is_bare_metal),
        "burstable-performance-supported" => one(it.is_burstable),
        "current-generation" => one(it.is_current),
        "dedicated-hosts-supported" => one(it.on_dedicated_hosts),
        "free-tier-eligible" => one(it.is_free_tier),
        "hibernation-supported" => one(it.hibernates),
        "hypervisor" => maybe(it.hypervisor),
        "instance-storage-supported" => one(it.storage.is_some()),
        "instance-type" => one(it.name),
        "memory-info.size-in-mib" => one(it.memory_mib),
        "nitro-enclaves-support" => one(it.nitro_enclaves_support),
        "nitro-tpm-info.supported-versions" => many(it.nitro_tpm_versions),
        "nitro-tpm-support" => one(it.nitro_tpm_support),
        "processor-info.supported-architecture" => many(it.processor.architectures),
        "processor-info.supported-features" => many(it.processor.features),
        "processor-info.sustained-clock-speed-in-ghz" => maybe(it.processor.clock_ghz),
        "reboot-migration-support" => maybe(it.reboot_migration_support),
        "supported-boot-mode" => many(it.boot_modes),
        "supported-root-device-type" => many(it.root_device_types),
        "supported-usage-class" => many(it.usage_classes),
        "supported-virtualization-type" => many(it.virtualization_types),
        _ => Vec::new(),
    }
}

fn of_ebs(it: &InstanceType, name: &str) -> Vec<String> {
    let ebs = &it.ebs;
    let of = |value: fn(EbsPerformance) -> String| ebs.performance.map(value).into_iter().collect();
    match name {
        "attachment-limit-type" => maybe(ebs.attachment_limit_type),
        "ebs-optimized-info.baseline-bandwidth-in-mbps" => of(|ebs| ebs.baseline_mbps.to_string()),
        "ebs-optimized-info.baseline-iops" => of(|ebs| ebs.baseline_iops.to_string()),
        "ebs-optimized-info.baseline-throughput-in-mbps" => {
            of(|ebs| ebs.baseline_megabytes_per_s.to_string())
        }
        "ebs-optimized-info.maximum-bandwidth-in-mbps" => of(|ebs| ebs.maximum_mbps.to_string()),
        "ebs-optimized-info.maximum-iops" => of(|ebs| ebs.maximum_iops.to_string()),
        "ebs-optimized-info.maximum-throughput-in-mbps" => of(|ebs| ebs.maximum_megabytes_per_s.to_string()),
        "ebs-optimized-support" => one(ebs.optimized_support),
        "encryption-support" => one(ebs.encryption_support),
        "maximum-ebs-attachments" => maybe(ebs.maximum_attachments),
        "nvme-support" => one(ebs.nvme_support),
        _ => Vec::new(),
    }
}

fn of_storage(it: &InstanceType, name: &str) -> Vec<String> {
    let Some(storage) = it.storage else { return Vec::new() };
    let disks = storage.disks.iter();
    match name {
        "disk.count" => disks.map(|disk| disk.count.to_string()).collect(),
        "disk.size-in-gb" => disks.map(|disk| disk.size_gb.to_string()).collect(),
        "disk.type" => disks.map(|disk| disk.kind.to_owned()).collect(),
        "encryption-support" => one(storage.encryption_support),
        "nvme-support" => one(storage.nvme_support),
        "total-size-in-gb" => one(storage.total_gb),
        _ => Vec::new(),
    }
}

fn of_network(it: &InstanceType, name: &str) -> Vec<String> {
    let network = &it.network;
    match name {
        "bandwidth-weightings" => many(network.bandwidth_weightings),
        "efa-info.maximum-efa-interfaces" => maybe(network.maximum_efa_interfaces),
        "efa-supported" => one(network.maximum_efa_interfaces.is_some()),
        "ena-support" => one(network.ena_support),
        "encryption-in-transit-supported" => one(network.encrypts_in_transit),
        "flexible-ena-queues-support" => maybe(network.flexible_ena_queues_support),
        "ipv4-addresses-per-interface" => one(network.ipv4_per_interface),
        "ipv6-addresses-per-interface" => one(network.ipv6_per_interface),
        "ipv6-supported" => one(network.has_ipv6),
        "maximum-network-cards" => one(network.cards.len()),
        "maximum-network-interfaces" => one(network.maximum_interfaces),
        "network-performance" => one(network.performance),
        _ => Vec::new(),
    }
}

fn of_vcpus(it: &InstanceType, name: &str) -> Vec<String> {
    let vcpus = &it.vcpus;
    match name {
        "default-cores" => one(vcpus.default_cores),
        "default-threads-per-core" => one(vcpus.default_threads_per_core),
        "default-vcpus" => one(vcpus.default_vcpus),
        "valid-cores" => many(vcpus.valid_cores),
        "valid-threads-per-core" => many(vcpus.valid_threads_per_core),
        _ => Vec::new(),
    }
}

fn one(value: impl Display) -> Vec<String> {
    vec![value.to_string()]
}

fn maybe(value: Option<impl Display>) -> Vec<String> {
    value.map(|value| value.to_string()).into_iter().collect()
}

fn many<T: Item + Display>(values: List<T>) -> Vec<String> {
    values.iter().map(|value| value.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::{OF_TYPES, of_type};

    /// A filter that no type has a value for is one whose name is misspelt above.
    #[test]
    fn every_filter_finds_something_in_some_type() {
        for name in OF_TYPES {
            assert!(instance_types::all().any(|it| !of_type(&it, name).is_empty()), "{name}");
        }
    }

    #[test]
    fn values_are_written_as_clients_ask_for_them() {
        let values =
            |name: &str, filter: &str| of_type(&instance_types::by_name(name).unwrap(), filter).join(",");
        for (name, filter, want) in [
            ("t3.micro", "ebs-info.ebs-optimized-info.baseline-throughput-in-mbps", "10.875"),
            ("t3.micro", "free-tier-eligible", "true"),
            ("t3.micro", "processor-info.sustained-clock-speed-in-ghz", "2.5"),
            ("t3.micro", "vcpu-info.valid-threads-per-core", "1,2"),
            ("t3.micro", "instance-storage-info.disk.type", ""),
            ("i3.metal", "instance-storage-info.disk.size-in-gb", "1900"),
            ("i3.metal", "hypervisor", ""),
            ("p4d.24xlarge", "network-info.maximum-network-cards", "4"),
            ("p4d.24xlarge", "network-info.efa-supported", "true"),
            ("c7g.medium", "processor-info.supported-architecture", "arm64"),
        ] {
            assert_eq!(values(name, filter), want, "{name} {filter}");
        }
    }
}
