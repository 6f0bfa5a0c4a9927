//! What is packed, held against what AWS publishes.

use crate::pack::PACKED;
use crate::{InstanceType, all, by_name, offered, zones};
use base::Region;

fn get(name: &str) -> InstanceType {
    by_name(name).unwrap_or_else(|| panic!("{name}"))
}

/// Source: AWS, "Amazon EC2 Instance Types Guide", the specifications of each family.
#[test]
fn figures_are_those_aws_publishes() {
    // vCPUs, MiB, interfaces, IPv4 of each, EBS baseline and maximum in Mbit/s, network.
    for (name, vcpus, memory_mib, interfaces, addresses, ebs, network) in [
        ("t2.micro", 1, 1_024, 2, 2, None, "Low to Moderate"),
        ("t3.nano", 2, 512, 2, 2, Some((43, 2_085)), "Up to 5 Gigabit"),
        ("t3.micro", 2, 1_024, 2, 2, Some((87, 2_085)), "Up to 5 Gigabit"),
        ("t3.small", 2, 2_048, 3, 4, Some((174, 2_085)), "Up to 5 Gigabit"),
        ("t3.medium", 2, 4_096, 3, 6, Some((347, 2_085)), "Up to 5 Gigabit"),
        ("t3.large", 2, 8_192, 3, 12, Some((695, 2_780)), "Up to 5 Gigabit"),
        ("t3.2xlarge", 8, 32_768, 4, 15, Some((695, 2_780)), "Up to 5 Gigabit"),
        ("t4g.medium", 2, 4_096, 3, 6, Some((347, 2_085)), "Up to 5 Gigabit"),
        ("m5.large", 2, 8_192, 3, 10, Some((650, 4_750)), "Up to 10 Gigabit"),
        ("m5.4xlarge", 16, 65_536, 8, 30, Some((4_750, 4_750)), "Up to 10 Gigabit"),
        ("m5.12xlarge", 48, 196_608, 8, 30, Some((9_500, 9_500)), "12 Gigabit"),
        ("c5.large", 2, 4_096, 3, 10, Some((650, 4_750)), "Up to 10 Gigabit"),
        ("c5.18xlarge", 72, 147_456, 15, 50, Some((19_000, 19_000)), "25 Gigabit"),
        ("c7g.medium", 1, 2_048, 2, 4, Some((315, 10_000)), "Up to 12.5 Gigabit"),
        ("r5.large", 2, 16_384, 3, 10, Some((650, 4_750)), "Up to 10 Gigabit"),
        ("g4dn.xlarge", 4, 16_384, 3, 10, Some((950, 3_500)), "Up to 25 Gigabit"),
        ("g5.48xlarge", 192, 786_432, 7, 50, Some((19_000, 19_000)), "100 Gigabit"),
        ("p3.2xlarge", 8, 62_464, 4, 15, Some((1_750, 1_750)), "Up to 10 Gigabit"),
        ("p4d.24xlarge", 96, 1_179_648, 60, 50, Some((19_000, 19_000)), "4x 100 Gigabit"),
        ("i3.metal", 72, 524_288, 15, 50, Some((19_000, 19_000)), "25 Gigabit"),
        ("x2iedn.32xlarge", 128, 4_194_304, 15, 50, Some((80_000, 80_000)), "100 Gigabit"),
    ] {
        let it = get(name);
        assert_eq!((it.vcpus.default_vcpus, it.memory_mib), (vcpus, memory_mib), "{name}");
        let net = it.network;
        assert_eq!(
            (net.maximum_interfaces, net.ipv4_per_interface, net.performance),
            (interfaces, addresses, network)
        );
        assert_eq!(it.ebs.performance.map(|ebs| (ebs.baseline_mbps, ebs.maximum_mbps)), ebs, "{name}");
    }
}

/// Source: as above, and "Amazon EBS-optimized instance types".
#[test]
fn a_burstable_type_is_told_whole() {
    let t3 = get("t3.micro");
    assert!(t3.is_burstable && t3.is_current && t3.is_free_tier && t3.hibernates && !t3.is_bare_metal);
    assert!(t3.is_auto_recovered && t3.on_dedicated_hosts && t3.storage.is_none() && t3.gpus.is_empty());
    assert_eq!(t3.hypervisor, Some("nitro"));
    assert!(t3.processor.architectures.iter().eq(["x86_64"]));
    assert_eq!((t3.processor.clock_ghz, t3.processor.manufacturer), (Some(2.5), "Intel"));
    assert_eq!((t3.vcpus.default_cores, t3.vcpus.default_threads_per_core), (1, 2));
    assert!(t3.vcpus.valid_cores.iter().eq([1]) && t3.vcpus.valid_threads_per_core.iter().eq([1, 2]));
    let ebs = t3.ebs.performance.unwrap();
    assert_eq!((ebs.baseline_iops, ebs.maximum_iops), (500, 11_800));
    assert_eq!((ebs.baseline_megabytes_per_s, ebs.maximum_megabytes_per_s), (10.875, 260.625));
    assert_eq!((t3.ebs.optimized_support, t3.ebs.nvme_support), ("default", "required"));
    assert_eq!((t3.ebs.maximum_attachments, t3.ebs.attachment_limit_type), (Some(27), Some("shared")));
    assert!(t3.placement_strategies.iter().eq(["partition", "spread"]));
    assert!(t3.boot_modes.iter().eq(["legacy-bios", "uefi"]));
    assert!(t3.usage_classes.contains("spot") && t3.root_device_types.iter().eq(["ebs"]));
    let card = t3.network.cards.iter().next().unwrap();
    assert_eq!((card.baseline_gbps, card.peak_gbps, card.maximum_interfaces), (Some(0.064), Some(5.0), 2));
    assert_eq!((t3.network.ena_support, t3.network.has_ipv6), ("required", true));
    assert_eq!(t3.network.connection_tracking.map(|times| times.tcp_established_s), Some(432_000));
}

#[test]
fn disks_and_accelerators_are_counted() {
    for (name, count, size_gb, kind, total_gb) in [
        ("i3.metal", 8, 1_900, "ssd", 15_200),
        ("p4d.24xlarge", 8, 1_000, "ssd", 8_000),
        ("g4dn.xlarge", 1, 125, "ssd", 125),
        ("d3.8xlarge", 24, 1_980, "hdd", 47_520),
    ] {
        let storage = get(name).storage.unwrap();
        let disk = storage.disks.iter().next().unwrap();
        assert_eq!(
            (disk.count, disk.size_gb, disk.kind, storage.total_gb),
            (count, size_gb, kind, total_gb),
            "{name}"
        );
    }
    let p4d = get("p4d.24xlarge");
    let gpu = p4d.gpus.iter().next().unwrap();
    assert_eq!((gpu.count, gpu.name, gpu.manufacturer, gpu.memory_mib), (8, "A100", "NVIDIA", 40_960));
    assert_eq!((p4d.total_gpu_memory_mib, p4d.network.cards.len()), (Some(327_680), 4));
    assert_eq!(p4d.network.maximum_efa_interfaces, Some(4));
    let trn1 = get("trn1.32xlarge");
    let chip = trn1.neuron_devices.iter().next().unwrap();
    assert_eq!((chip.name, chip.count, chip.cores, chip.memory_mib), ("Trainium", 16, 2, 32_768));
    assert_eq!((trn1.network.cards.len(), trn1.total_neuron_memory_mib), (8, Some(524_288)));
    let inf2 = get("inf2.xlarge").inference_accelerators.iter().next().unwrap();
    assert_eq!((inf2.name, inf2.manufacturer, inf2.count), ("Inferentia2", "AWS", 1));
    assert_eq!(get("f2.6xlarge").fpgas.iter().next().unwrap().manufacturer, "Xilinx");
    assert_eq!(get("vt1.3xlarge").media_accelerators.iter().next().unwrap().name, "U30");
}

#[test]
fn every_type_is_sane() {
    assert!(all().len() >= 1_400);
    assert!(all().map(|it| it.name).is_sorted());
    for it in all() {
        let name = it.name;
        assert_eq!(by_name(name), Some(it));
        let cpus = it.vcpus;
        assert_eq!(cpus.default_cores * cpus.default_threads_per_core, cpus.default_vcpus, "{name}");
        assert!((1..=1_920).contains(&cpus.default_vcpus), "{name}");
        assert!(cpus.valid_cores.is_empty() || cpus.valid_cores.contains(cpus.default_cores), "{name}");
        assert!(cpus.valid_threads_per_core.iter().all(|threads| threads == 1 || threads == 2), "{name}");
        assert!((512..=33_554_432).contains(&it.memory_mib), "{name}");
        assert!(it.processor.clock_ghz.is_none_or(|ghz| (1.0..=6.0).contains(&ghz)), "{name}");
        assert!(
            it.processor.architectures.iter().all(|arch| arch.contains("64") || arch == "i386"),
            "{name}"
        );
        assert_eq!(it.is_bare_metal, it.hypervisor.is_none(), "{name}");
        assert_eq!(it.is_bare_metal, name.contains("metal"), "{name}");
        assert!(it.usage_classes.contains("on-demand") && it.root_device_types.contains("ebs"), "{name}");
        assert!(it.virtualization_types.contains("hvm") && !it.boot_modes.is_empty(), "{name}");
        network_is_sane(&it);
        for ebs in it.ebs.performance.into_iter().chain(it.ebs.cards) {
            assert!(ebs.baseline_mbps <= ebs.maximum_mbps && ebs.baseline_iops <= ebs.maximum_iops, "{name}");
            assert!(ebs.baseline_megabytes_per_s <= ebs.maximum_megabytes_per_s, "{name}");
        }
        assert_eq!(it.ebs.performance.is_none(), it.ebs.optimized_support == "unsupported", "{name}");
        assert!(it.ebs.maximum_attachments.is_none_or(|most| (1..=128).contains(&most)), "{name}");
        if let Some(storage) = it.storage {
            let sum: u64 = storage.disks.iter().map(|disk| disk.size_gb * u64::from(disk.count)).sum();
            assert_eq!(sum, storage.total_gb, "{name}");
        }
        assert_eq!(it.gpus.is_empty(), it.total_gpu_memory_mib.is_none(), "{name}");
        assert_eq!(it.fpgas.is_empty(), it.total_fpga_memory_mib.is_none(), "{name}");
        assert_eq!(it.neuron_devices.is_empty(), it.total_neuron_memory_mib.is_none(), "{name}");
        assert!(base::regions().iter().any(|facts| !zones(name, &region(facts.name)).is_empty()), "{name}");
    }
}

#[track_caller]
fn network_is_sane(it: &InstanceType) {
    let (name, net) = (it.name, it.network);
    assert!((1..=200).contains(&net.maximum_interfaces), "{name}");
    assert!((2..=64).contains(&net.ipv4_per_interface), "{name}");
    assert_eq!(net.has_ipv6, net.ipv6_per_interface > 0, "{name}");
    assert!((1..=32).contains(&net.cards.len()), "{name}");
    assert!(usize::try_from(net.default_card_index).unwrap() < net.cards.len(), "{name}");
    for card in net.cards {
        assert!(card.maximum_interfaces <= net.maximum_interfaces, "{name}");
        assert!(card.baseline_gbps <= card.peak_gbps, "{name}");
    }
    assert!(!net.encrypts_in_transit || net.ena_support == "required", "{name}");
}

fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

#[test]
fn types_are_offered_where_aws_has_them() {
    let ids = |name: &str, at: &str| -> Vec<String> {
        zones(name, &region(at)).into_iter().map(|zone| zone.id).collect()
    };
    let mut virginia = ids("t3.micro", "us-east-1");
    virginia.sort();
    assert_eq!(virginia, ["use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"]);
    assert_eq!(ids("p4d.24xlarge", "af-south-1"), Vec::<String>::new());
    assert_eq!(ids("no.such", "us-east-1"), Vec::<String>::new());
    assert_eq!(ids("t3.micro", "cn-north-1").len(), 3);
    assert_eq!(ids("t3.micro", "xx-test-9").len(), 3);
    assert_eq!(offered(&region("xx-test-9")).count(), offered(&Region::us_east_1()).count());
    for facts in base::regions() {
        let at = region(facts.name);
        let count =
            offered(&at).inspect(|it| assert!(!zones(it.name, &at).is_empty(), "{} {at}", it.name)).count();
        assert!((250..all().len()).contains(&count), "{at}: {count}");
    }
}

#[test]
fn they_weigh_little() {
    assert!(PACKED.len() <= 300 * 1024, "{} bytes", PACKED.len());
}
