//! What is known of a type. Names and order follow DescribeInstanceTypes; units stand in the names.

use crate::list::{Item, List, Value};
use crate::pack::{self, WRITTEN};

/// An instance type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InstanceType {
    /// `t3.micro`.
    pub name: &'static str,
    /// An instance is moved when its host fails.
    pub is_auto_recovered: bool,
    /// Runs without a hypervisor.
    pub is_bare_metal: bool,
    /// Earns and spends CPU credits.
    pub is_burstable: bool,
    /// Of the current generation.
    pub is_current: bool,
    /// Runs on dedicated hosts.
    pub on_dedicated_hosts: bool,
    /// In the free tier.
    pub is_free_tier: bool,
    /// Can hibernate.
    pub hibernates: bool,
    /// `nitro` or `xen`; `None` for bare metal.
    pub hypervisor: Option<&'static str>,
    /// Memory.
    pub memory_mib: u64,
    /// Nitro Enclaves: `supported` or `unsupported`.
    pub nitro_enclaves_support: &'static str,
    /// NitroTPM: `supported` or `unsupported`.
    pub nitro_tpm_support: &'static str,
    /// Versions of it: `2.0`.
    pub nitro_tpm_versions: List<&'static str>,
    /// Precision hardware clock: `supported` or `unsupported`.
    pub phc_support: &'static str,
    /// Of placement groups: `cluster`, `partition`, `spread`.
    pub placement_strategies: List<&'static str>,
    /// `supported` or `unsupported`; unknown of types closed long ago.
    pub reboot_migration_support: Option<&'static str>,
    /// `legacy-bios`, `uefi`.
    pub boot_modes: List<&'static str>,
    /// `ebs`, `instance-store`.
    pub root_device_types: List<&'static str>,
    /// `on-demand`, `spot`, `capacity-block`.
    pub usage_classes: List<&'static str>,
    /// `hvm`, `paravirtual`.
    pub virtualization_types: List<&'static str>,
    /// The processor.
    pub processor: Processor,
    /// Virtual CPUs.
    pub vcpus: Vcpus,
    /// Disks of the host.
    pub storage: Option<Storage>,
    /// EBS.
    pub ebs: Ebs,
    /// The network.
    pub network: Network,
    /// Graphics processors.
    pub gpus: List<Gpu>,
    /// Memory of all of them.
    pub total_gpu_memory_mib: Option<u32>,
    /// Programmable logic.
    pub fpgas: List<Accelerator>,
    /// Memory of all of it.
    pub total_fpga_memory_mib: Option<u32>,
    /// Accelerators of inference.
    pub inference_accelerators: List<Accelerator>,
    /// Memory of all of them.
    pub total_inference_memory_mib: Option<u32>,
    /// Accelerators of video.
    pub media_accelerators: List<Accelerator>,
    /// Memory of all of them.
    pub total_media_memory_mib: Option<u32>,
    /// Inferentia and Trainium chips.
    pub neuron_devices: List<NeuronDevice>,
    /// Memory of all of them.
    pub total_neuron_memory_mib: Option<u32>,
}

/// The processor of a type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Processor {
    /// `x86_64`, `arm64`, `i386`, `arm64_mac`, `x86_64_mac`.
    pub architectures: List<&'static str>,
    /// Sustained clock speed; AWS does not tell it of all.
    pub clock_ghz: Option<f64>,
    /// `amd-sev-snp`, `nested-virtualization`, …
    pub features: List<&'static str>,
    /// `Intel`, `AMD`, `AWS`, `Apple`.
    pub manufacturer: &'static str,
}

/// The virtual CPUs of a type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vcpus {
    /// Virtual CPUs, unless CPU options say otherwise.
    pub default_vcpus: u32,
    /// Cores.
    pub default_cores: u32,
    /// Threads of each core.
    pub default_threads_per_core: u32,
    /// What CPU options may choose; empty where they may not choose.
    pub valid_cores: List<u32>,
    /// As above.
    pub valid_threads_per_core: List<u32>,
}

/// The disks of a type's host.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Storage {
    /// Size of all of them, in GB of 10⁹ bytes.
    pub total_gb: u64,
    /// The disks.
    pub disks: List<Disk>,
    /// `required`, `supported` or `unsupported`.
    pub nvme_support: &'static str,
    /// `required` or `unsupported`.
    pub encryption_support: &'static str,
}

/// Equal disks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disk {
    /// Size of one, in GB of 10⁹ bytes.
    pub size_gb: u64,
    /// How many there are.
    pub count: u32,
    /// `ssd` or `hdd`.
    pub kind: &'static str,
}

/// What a type does with EBS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ebs {
    /// `default`, `supported` or `unsupported`.
    pub optimized_support: &'static str,
    /// `supported`.
    pub encryption_support: &'static str,
    /// `required`, `supported` or `unsupported`.
    pub nvme_support: &'static str,
    /// What an EBS-optimised instance reaches.
    pub performance: Option<EbsPerformance>,
    /// Volumes that can be attached; unknown of types closed long ago.
    pub maximum_attachments: Option<u32>,
    /// `shared` with network interfaces and disks, or `dedicated`.
    pub attachment_limit_type: Option<&'static str>,
    /// EBS cards, where a type has several.
    pub maximum_cards: Option<u32>,
    /// What each of these cards reaches, by index.
    pub cards: List<EbsPerformance>,
}

/// What EBS reaches for long, and for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EbsPerformance {
    /// Bandwidth, in Mbit/s.
    pub baseline_mbps: u32,
    /// Throughput at 128 KiB, in MB/s.
    pub baseline_megabytes_per_s: f64,
    /// Operations a second, at 16 KiB.
    pub baseline_iops: u32,
    /// Bandwidth, in Mbit/s.
    pub maximum_mbps: u32,
    /// Throughput at 128 KiB, in MB/s.
    pub maximum_megabytes_per_s: f64,
    /// Operations a second, at 16 KiB.
    pub maximum_iops: u32,
}

/// The network of a type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Network {
    /// `Up to 5 Gigabit`.
    pub performance: &'static str,
    /// Interfaces of an instance, over all cards.
    pub maximum_interfaces: u32,
    /// The card of the primary interface.
    pub default_card_index: u32,
    /// The cards, by index; never empty.
    pub cards: List<NetworkCard>,
    /// IPv4 addresses of one interface.
    pub ipv4_per_interface: u32,
    /// IPv6 addresses of one interface.
    pub ipv6_per_interface: u32,
    /// Has IPv6.
    pub has_ipv6: bool,
    /// `required`, `supported` or `unsupported`.
    pub ena_support: &'static str,
    /// Elastic Fabric Adapters; `None` where there are none.
    pub maximum_efa_interfaces: Option<u32>,
    /// Traffic between such instances is encrypted.
    pub encrypts_in_transit: bool,
    /// Has ENA Express.
    pub has_ena_srd: bool,
    /// `default`, `vpc-1`, `ebs-1`; empty where bandwidth cannot be weighted.
    pub bandwidth_weightings: List<&'static str>,
    /// `supported` or `unsupported`; unknown of types closed long ago.
    pub flexible_ena_queues_support: Option<&'static str>,
    /// How long connections are tracked; unknown of types closed long ago.
    pub connection_tracking: Option<ConnectionTracking>,
    /// Has secondary networks; unknown of types closed long ago.
    pub has_secondary_networks: Option<bool>,
    /// IPv4 addresses of one interface in a secondary network.
    pub ipv4_per_secondary_interface: Option<u32>,
}

/// A network card.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkCard {
    /// `Up to 5 Gigabit`.
    pub performance: &'static str,
    /// Interfaces on it.
    pub maximum_interfaces: u32,
    /// Interfaces beyond these that share queues.
    pub additional_flexible_interfaces: Option<u32>,
    /// Bandwidth for long, in Gbit/s.
    pub baseline_gbps: Option<f64>,
    /// Bandwidth for a while, in Gbit/s.
    pub peak_gbps: Option<f64>,
    /// ENA queues of an interface, unless asked otherwise.
    pub default_ena_queues: Option<u32>,
    /// ENA queues of the card.
    pub maximum_ena_queues: Option<u32>,
    /// ENA queues of an interface.
    pub maximum_ena_queues_per_interface: Option<u32>,
    /// `interface`, `efa`, `efa-only`; unknown of types closed long ago.
    pub interface_types: List<&'static str>,
}

/// How long security groups track idle connections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConnectionTracking {
    /// Of established TCP connections.
    pub tcp_established_s: u32,
    /// Of UDP flows that saw packets one way, or one exchange.
    pub udp_s: u32,
    /// Of UDP flows that saw more.
    pub udp_stream_s: u32,
}

/// Equal graphics processors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gpu {
    /// `A10G`.
    pub name: &'static str,
    /// `NVIDIA`, `AMD`, `Habana`.
    pub manufacturer: &'static str,
    /// How many there are; 0 where only a part of one is given.
    pub count: u32,
    /// Memory of one.
    pub memory_mib: u32,
    /// How many a guest sees.
    pub logical_count: Option<u32>,
    /// Which part of one: 0.125 to 1.
    pub partition_size: Option<f64>,
    /// `ml-ai`, `graphics`.
    pub workloads: List<&'static str>,
}

/// Equal accelerators: programmable logic, for inference, for video.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accelerator {
    /// `Inferentia2`.
    pub name: &'static str,
    /// `AWS`, `Xilinx`, `Qualcomm`.
    pub manufacturer: &'static str,
    /// How many there are.
    pub count: u32,
    /// Memory of one.
    pub memory_mib: u32,
}

/// Equal Inferentia or Trainium chips.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeuronDevice {
    /// `Trainium2`.
    pub name: &'static str,
    /// How many there are.
    pub count: u32,
    /// Cores of one.
    pub cores: u32,
    /// Version of these cores.
    pub core_version: u32,
    /// Memory of one.
    pub memory_mib: u32,
}

/// Texts that are read one after another. The fields of a structure are evaluated as they are written, so their order
/// here is that of [`pack::FIELDS`] and of the members named there.
struct Texts<I>(I);

impl<I: Iterator<Item = &'static str>> Texts<I> {
    fn next<T: Value>(&mut self) -> T {
        T::read(self.0.next().expect(WRITTEN))
    }
}

/// Reads the members of a structure.
fn members(text: &'static str) -> Texts<impl Iterator<Item = &'static str>> {
    Texts(text.split('|'))
}

/// Reads the type at a position.
pub(crate) fn read(position: usize) -> InstanceType {
    let pack = pack::get();
    let texts = &mut Texts(pack.fields(position));
    InstanceType {
        name: pack.name(position),
        is_auto_recovered: texts.next(),
        is_bare_metal: texts.next(),
        is_burstable: texts.next(),
        is_current: texts.next(),
        on_dedicated_hosts: texts.next(),
        is_free_tier: texts.next(),
        hibernates: texts.next(),
        hypervisor: texts.next(),
        memory_mib: texts.next(),
        nitro_enclaves_support: texts.next(),
        nitro_tpm_support: texts.next(),
        nitro_tpm_versions: texts.next(),
        phc_support: texts.next(),
        placement_strategies: texts.next(),
        reboot_migration_support: texts.next(),
        boot_modes: texts.next(),
        root_device_types: texts.next(),
        usage_classes: texts.next(),
        virtualization_types: texts.next(),
        processor: processor(texts),
        vcpus: vcpus(texts),
        storage: storage(texts),
        ebs: ebs(texts),
        network: network(texts),
        gpus: texts.next(),
        total_gpu_memory_mib: texts.next(),
        fpgas: texts.next(),
        total_fpga_memory_mib: texts.next(),
        inference_accelerators: texts.next(),
        total_inference_memory_mib: texts.next(),
        media_accelerators: texts.next(),
        total_media_memory_mib: texts.next(),
        neuron_devices: texts.next(),
        total_neuron_memory_mib: texts.next(),
    }
}

fn processor(texts: &mut Texts<impl Iterator<Item = &'static str>>) -> Processor {
    Processor {
        architectures: texts.next(),
        clock_ghz: texts.next(),
        features: texts.next(),
        manufacturer: texts.next(),
    }
}

fn vcpus(texts: &mut Texts<impl Iterator<Item = &'static str>>) -> Vcpus {
    Vcpus {
        default_vcpus: texts.next(),
        default_cores: texts.next(),
        default_threads_per_core: texts.next(),
        valid_cores: texts.next(),
        valid_threads_per_core: texts.next(),
    }
}

fn storage(texts: &mut Texts<impl Iterator<Item = &'static str>>) -> Option<Storage> {
    let total_gb: Option<u64> = texts.next();
    let (disks, nvme_support, encryption_support) = (texts.next(), texts.next(), texts.next());
    Some(Storage { total_gb: total_gb?, disks, nvme_support, encryption_support })
}

fn ebs(texts: &mut Texts<impl Iterator<Item = &'static str>>) -> Ebs {
    Ebs {
        optimized_support: texts.next(),
        encryption_support: texts.next(),
        nvme_support: texts.next(),
        performance: texts.next::<List<EbsPerformance>>().iter().next(),
        maximum_attachments: texts.next(),
        attachment_limit_type: texts.next(),
        maximum_cards: texts.next(),
        cards: texts.next(),
    }
}

fn network(texts: &mut Texts<impl Iterator<Item = &'static str>>) -> Network {
    Network {
        performance: texts.next(),
        maximum_interfaces: texts.next(),
        default_card_index: texts.next(),
        cards: texts.next(),
        ipv4_per_interface: texts.next(),
        ipv6_per_interface: texts.next(),
        has_ipv6: texts.next(),
        ena_support: texts.next(),
        maximum_efa_interfaces: texts.next(),
        encrypts_in_transit: texts.next(),
        has_ena_srd: texts.next(),
        bandwidth_weightings: texts.next(),
        flexible_ena_queues_support: texts.next(),
        connection_tracking: texts.next::<List<ConnectionTracking>>().iter().next(),
        has_secondary_networks: texts.next(),
        ipv4_per_secondary_interface: texts.next(),
    }
}

impl Item for Disk {
    const BETWEEN: char = ';';

    fn read_item(text: &'static str) -> Self {
        let mut texts = members(text);
        Self { size_gb: texts.next(), count: texts.next(), kind: texts.next() }
    }
}

impl Item for EbsPerformance {
    const BETWEEN: char = ';';

    fn read_item(text: &'static str) -> Self {
        let mut texts = members(text);
        Self {
            baseline_mbps: texts.next(),
            baseline_megabytes_per_s: texts.next(),
            baseline_iops: texts.next(),
            maximum_mbps: texts.next(),
            maximum_megabytes_per_s: texts.next(),
            maximum_iops: texts.next(),
        }
    }
}

impl Item for NetworkCard {
    const BETWEEN: char = ';';

    fn read_item(text: &'static str) -> Self {
        let mut texts = members(text);
        Self {
            performance: texts.next(),
            maximum_interfaces: texts.next(),
            additional_flexible_interfaces: texts.next(),
            baseline_gbps: texts.next(),
            peak_gbps: texts.next(),
            default_ena_queues: texts.next(),
            maximum_ena_queues: texts.next(),
            maximum_ena_queues_per_interface: texts.next(),
            interface_types: texts.next(),
        }
    }
}

impl Item for ConnectionTracking {
    const BETWEEN: char = ';';

    fn read_item(text: &'static str) -> Self {
        let mut texts = members(text);
        Self { tcp_established_s: texts.next(), udp_s: texts.next(), udp_stream_s: texts.next() }
    }
}

impl Item for Gpu {
    const BETWEEN: char = ';';

    fn read_item(text: &'static str) -> Self {
        let mut texts = members(text);
        Self {
            name: texts.next(),
            manufacturer: texts.next(),
            count: texts.next(),
            memory_mib: texts.next(),
            logical_count: texts.next(),
            partition_size: texts.next(),
            workloads: texts.next(),
        }
    }
}

impl Item for Accelerator {
    const BETWEEN: char = ';';

    fn read_item(text: &'static str) -> Self {
        let mut texts = members(text);
        Self { name: texts.next(), manufacturer: texts.next(), count: texts.next(), memory_mib: texts.next() }
    }
}

impl Item for NeuronDevice {
    const BETWEEN: char = ';';

    fn read_item(text: &'static str) -> Self {
        let mut texts = members(text);
        Self {
            name: texts.next(),
            count: texts.next(),
            cores: texts.next(),
            core_version: texts.next(),
            memory_mib: texts.next(),
        }
    }
}
