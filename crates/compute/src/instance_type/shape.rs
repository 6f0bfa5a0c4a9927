//! An instance type as DescribeInstanceTypes tells it.

use instance_types::{Accelerator, EbsPerformance, Gpu, InstanceType, Item, List, NetworkCard, NeuronDevice};
use shapes_ec2 as ec2;

/// A type. `is_here` is told only where it is asked for.
pub(super) fn info(it: &InstanceType, is_here: Option<bool>) -> ec2::InstanceTypeInfo {
    ec2::InstanceTypeInfo {
        instance_type: Some(it.name.to_owned()),
        current_generation: Some(it.is_current),
        free_tier_eligible: Some(it.is_free_tier),
        supported_usage_classes: Some(words(it.usage_classes)),
        supported_root_device_types: Some(words(it.root_device_types)),
        supported_virtualization_types: Some(words(it.virtualization_types)),
        bare_metal: Some(it.is_bare_metal),
        hypervisor: it.hypervisor.map(str::to_owned),
        processor_info: Some(processor(it)),
        v_cpu_info: Some(vcpus(it)),
        memory_info: Some(ec2::MemoryInfo { size_in_mi_b: i64::try_from(it.memory_mib).ok() }),
        instance_storage_supported: Some(it.storage.is_some()),
        instance_storage_info: storage(it),
        ebs_info: Some(ebs(it)),
        network_info: Some(network(it)),
        gpu_info: gpus(it),
        fpga_info: fpgas(it),
        placement_group_info: Some(ec2::PlacementGroupInfo {
            supported_strategies: Some(words(it.placement_strategies)),
        }),
        inference_accelerator_info: inference(it),
        hibernation_supported: Some(it.hibernates),
        burstable_performance_supported: Some(it.is_burstable),
        dedicated_hosts_supported: Some(it.on_dedicated_hosts),
        auto_recovery_supported: Some(it.is_auto_recovered),
        supported_boot_modes: Some(words(it.boot_modes)),
        nitro_enclaves_support: Some(it.nitro_enclaves_support.to_owned()),
        nitro_tpm_support: Some(it.nitro_tpm_support.to_owned()),
        nitro_tpm_info: some(it.nitro_tpm_versions)
            .map(|versions| ec2::NitroTpmInfo { supported_versions: Some(words(versions)) }),
        media_accelerator_info: media(it),
        neuron_info: neuron(it),
        phc_support: Some(it.phc_support.to_owned()),
        reboot_migration_support: it.reboot_migration_support.map(str::to_owned),
        supported_in_region: is_here,
    }
}

fn processor(it: &InstanceType) -> ec2::ProcessorInfo {
    let processor = &it.processor;
    ec2::ProcessorInfo {
        supported_architectures: Some(words(processor.architectures)),
        sustained_clock_speed_in_ghz: processor.clock_ghz,
        supported_features: some(processor.features).map(words),
        manufacturer: Some(processor.manufacturer.to_owned()),
    }
}

fn vcpus(it: &InstanceType) -> ec2::VCpuInfo {
    let vcpus = &it.vcpus;
    let numbers = |list: List<u32>| some(list).map(|list| list.iter().filter_map(number).collect());
    ec2::VCpuInfo {
        default_v_cpus: number(vcpus.default_vcpus),
        default_cores: number(vcpus.default_cores),
        default_threads_per_core: number(vcpus.default_threads_per_core),
        valid_cores: numbers(vcpus.valid_cores),
        valid_threads_per_core: numbers(vcpus.valid_threads_per_core),
    }
}

fn storage(it: &InstanceType) -> Option<ec2::InstanceStorageInfo> {
    let storage = it.storage?;
    let disk = |disk: instance_types::Disk| ec2::DiskInfo {
        size_in_gb: i64::try_from(disk.size_gb).ok(),
        count: number(disk.count),
        type_: Some(disk.kind.to_owned()),
    };
    Some(ec2::InstanceStorageInfo {
        total_size_in_gb: i64::try_from(storage.total_gb).ok(),
        disks: Some(storage.disks.iter().map(disk).collect()),
        nvme_support: Some(storage.nvme_support.to_owned()),
        encryption_support: Some(storage.encryption_support.to_owned()),
    })
}

fn ebs(it: &InstanceType) -> ec2::EbsInfo {
    let ebs = &it.ebs;
    let optimized = |performance: EbsPerformance| ec2::EbsOptimizedInfo {
        baseline_bandwidth_in_mbps: number(performance.baseline_mbps),
        baseline_throughput_in_m_bps: Some(performance.baseline_megabytes_per_s),
        baseline_iops: number(performance.baseline_iops),
        maximum_bandwidth_in_mbps: number(performance.maximum_mbps),
        maximum_throughput_in_m_bps: Some(performance.maximum_megabytes_per_s),
        maximum_iops: number(performance.maximum_iops),
    };
    let card = |(index, performance): (i32, EbsPerformance)| ec2::EbsCardInfo {
        ebs_card_index: Some(index),
        baseline_bandwidth_in_mbps: number(performance.baseline_mbps),
        baseline_throughput_in_m_bps: Some(performance.baseline_megabytes_per_s),
        baseline_iops: number(performance.baseline_iops),
        maximum_bandwidth_in_mbps: number(performance.maximum_mbps),
        maximum_throughput_in_m_bps: Some(performance.maximum_megabytes_per_s),
        maximum_iops: number(performance.maximum_iops),
    };
    ec2::EbsInfo {
        ebs_optimized_support: Some(ebs.optimized_support.to_owned()),
        encryption_support: Some(ebs.encryption_support.to_owned()),
        ebs_optimized_info: ebs.performance.map(optimized),
        nvme_support: Some(ebs.nvme_support.to_owned()),
        maximum_ebs_attachments: ebs.maximum_attachments.and_then(number),
        attachment_limit_type: ebs.attachment_limit_type.map(str::to_owned),
        maximum_ebs_cards: ebs.maximum_cards.and_then(number),
        ebs_cards: some(ebs.cards).map(|cards| (0..).zip(cards).map(card).collect()),
    }
}

fn network(it: &InstanceType) -> ec2::NetworkInfo {
    let network = &it.network;
    let tracking = |times: instance_types::ConnectionTracking| ec2::DefaultConnectionTrackingConfiguration {
        default_tcp_established_timeout: number(times.tcp_established_s),
        default_udp_timeout: number(times.udp_s),
        default_udp_stream_timeout: number(times.udp_stream_s),
    };
    ec2::NetworkInfo {
        network_performance: Some(network.performance.to_owned()),
        maximum_network_interfaces: number(network.maximum_interfaces),
        maximum_network_cards: i32::try_from(network.cards.len()).ok(),
        default_network_card_index: number(network.default_card_index),
        network_cards: Some((0..).zip(network.cards).map(card).collect()),
        ipv4_addresses_per_interface: number(network.ipv4_per_interface),
        ipv6_addresses_per_interface: number(network.ipv6_per_interface),
        ipv6_supported: Some(network.has_ipv6),
        ena_support: Some(network.ena_support.to_owned()),
        efa_supported: Some(network.maximum_efa_interfaces.is_some()),
        efa_info: network
            .maximum_efa_interfaces
            .map(|most| ec2::EfaInfo { maximum_efa_interfaces: number(most) }),
        encryption_in_transit_supported: Some(network.encrypts_in_transit),
        ena_srd_supported: Some(network.has_ena_srd),
        bandwidth_weightings: some(network.bandwidth_weightings).map(words),
        flexible_ena_queues_support: network.flexible_ena_queues_support.map(str::to_owned),
        connection_tracking_configuration: network.connection_tracking.map(tracking),
        secondary_network_supported: network.has_secondary_networks,
        maximum_secondary_network_interfaces: None,
        ipv4_addresses_per_secondary_interface: network.ipv4_per_secondary_interface.and_then(number),
    }
}

fn card((index, card): (i32, NetworkCard)) -> ec2::NetworkCardInfo {
    ec2::NetworkCardInfo {
        network_card_index: Some(index),
        network_performance: Some(card.performance.to_owned()),
        maximum_network_interfaces: number(card.maximum_interfaces),
        additional_flexible_network_interfaces: card.additional_flexible_interfaces.and_then(number),
        baseline_bandwidth_in_gbps: card.baseline_gbps,
        peak_bandwidth_in_gbps: card.peak_gbps,
        default_ena_queue_count_per_interface: card.default_ena_queues.and_then(number),
        maximum_ena_queue_count: card.maximum_ena_queues.and_then(number),
        maximum_ena_queue_count_per_interface: card.maximum_ena_queues_per_interface.and_then(number),
        interface_types: some(card.interface_types).map(words),
    }
}

fn gpus(it: &InstanceType) -> Option<ec2::GpuInfo> {
    let gpu = |gpu: Gpu| ec2::GpuDeviceInfo {
        name: Some(gpu.name.to_owned()),
        manufacturer: Some(gpu.manufacturer.to_owned()),
        count: number(gpu.count),
        logical_gpu_count: gpu.logical_count.and_then(number),
        gpu_partition_size: gpu.partition_size,
        workloads: some(gpu.workloads).map(words),
        memory_info: Some(ec2::GpuDeviceMemoryInfo { size_in_mi_b: number(gpu.memory_mib) }),
    };
    some(it.gpus).map(|gpus| ec2::GpuInfo {
        gpus: Some(gpus.iter().map(gpu).collect()),
        total_gpu_memory_in_mi_b: it.total_gpu_memory_mib.and_then(number),
    })
}

fn fpgas(it: &InstanceType) -> Option<ec2::FpgaInfo> {
    let fpga = |fpga: Accelerator| ec2::FpgaDeviceInfo {
        name: Some(fpga.name.to_owned()),
        manufacturer: Some(fpga.manufacturer.to_owned()),
        count: number(fpga.count),
        memory_info: Some(ec2::FpgaDeviceMemoryInfo { size_in_mi_b: number(fpga.memory_mib) }),
    };
    some(it.fpgas).map(|fpgas| ec2::FpgaInfo {
        fpgas: Some(fpgas.iter().map(fpga).collect()),
        total_fpga_memory_in_mi_b: it.total_fpga_memory_mib.and_then(number),
    })
}

fn inference(it: &InstanceType) -> Option<ec2::InferenceAcceleratorInfo> {
    let device = |device: Accelerator| ec2::InferenceDeviceInfo {
        count: number(device.count),
        name: Some(device.name.to_owned()),
        manufacturer: Some(device.manufacturer.to_owned()),
        memory_info: Some(ec2::InferenceDeviceMemoryInfo { size_in_mi_b: number(device.memory_mib) }),
    };
    some(it.inference_accelerators).map(|devices| ec2::InferenceAcceleratorInfo {
        accelerators: Some(devices.iter().map(device).collect()),
        total_inference_memory_in_mi_b: it.total_inference_memory_mib.and_then(number),
    })
}

fn media(it: &InstanceType) -> Option<ec2::MediaAcceleratorInfo> {
    let device = |device: Accelerator| ec2::MediaDeviceInfo {
        count: number(device.count),
        name: Some(device.name.to_owned()),
        manufacturer: Some(device.manufacturer.to_owned()),
        memory_info: Some(ec2::MediaDeviceMemoryInfo { size_in_mi_b: number(device.memory_mib) }),
    };
    some(it.media_accelerators).map(|devices| ec2::MediaAcceleratorInfo {
        accelerators: Some(devices.iter().map(device).collect()),
        total_media_memory_in_mi_b: it.total_media_memory_mib.and_then(number),
    })
}

fn neuron(it: &InstanceType) -> Option<ec2::NeuronInfo> {
    let device = |device: NeuronDevice| ec2::NeuronDeviceInfo {
        count: number(device.count),
        name: Some(device.name.to_owned()),
        core_info: Some(ec2::NeuronDeviceCoreInfo {
            count: number(device.cores),
            version: number(device.core_version),
        }),
        memory_info: Some(ec2::NeuronDeviceMemoryInfo { size_in_mi_b: number(device.memory_mib) }),
    };
    some(it.neuron_devices).map(|devices| ec2::NeuronInfo {
        neuron_devices: Some(devices.iter().map(device).collect()),
        total_neuron_device_memory_in_mi_b: it.total_neuron_memory_mib.and_then(number),
    })
}

/// A list that is not empty; AWS leaves the others out.
fn some<T: Item + Copy>(list: List<T>) -> Option<List<T>> {
    (!list.is_empty()).then_some(list)
}

fn words(list: List<&'static str>) -> Vec<String> {
    list.iter().map(str::to_owned).collect()
}

fn number(value: u32) -> Option<i32> {
    i32::try_from(value).ok()
}
