//! The packed form.
//!
//! `types.bin` is the length of a text (`u32`, little-endian), that text, then rows of bytes.
//!
//! The text has one line each for: the names of the types, in order, a space between them; the Regions, as
//! `name:zones`, where `124` are the zones with ids `…-az1`, `…-az2` and `…-az4`; and for each of [`FIELDS`] the values
//! it takes, each once, a tab between them.
//!
//! A row is a type: for each field the position of its value (one byte, or a little-endian `u16` where a field takes
//! more than 256 values), then for each Region one byte, whose bit n says that the type is offered in the nth zone.
//!
//! A value is empty where AWS says nothing, `true` or `false`, a decimal number, or a text. A list has `,` between its
//! values. Structures have `|` between their members and `;` between one and the next.

use std::sync::OnceLock;

/// What every `expect` here rests on.
pub(crate) const WRITTEN: &str = "cargo xtask instance-types wrote the file, and a test reads all of it";

/// The file.
pub(crate) static PACKED: &[u8] = include_bytes!("types.bin");

/// The fields of a row: their paths in an answer of DescribeInstanceTypes, with the members of structures in brackets.
/// `types.rs` reads them in this order. What follows from others is left out: `InstanceStorageSupported`,
/// `EfaSupported`, `MaximumNetworkCards`, the index of each card.
pub const FIELDS: [&str; 66] = [
    "AutoRecoverySupported",
    "BareMetal",
    "BurstablePerformanceSupported",
    "CurrentGeneration",
    "DedicatedHostsSupported",
    "FreeTierEligible",
    "HibernationSupported",
    "Hypervisor",
    "MemoryInfo.SizeInMiB",
    "NitroEnclavesSupport",
    "NitroTpmSupport",
    "NitroTpmInfo.SupportedVersions",
    "PhcSupport",
    "PlacementGroupInfo.SupportedStrategies",
    "RebootMigrationSupport",
    "SupportedBootModes",
    "SupportedRootDeviceTypes",
    "SupportedUsageClasses",
    "SupportedVirtualizationTypes",
    "ProcessorInfo.SupportedArchitectures",
    "ProcessorInfo.SustainedClockSpeedInGhz",
    "ProcessorInfo.SupportedFeatures",
    "ProcessorInfo.Manufacturer",
    "VCpuInfo.DefaultVCpus",
    "VCpuInfo.DefaultCores",
    "VCpuInfo.DefaultThreadsPerCore",
    "VCpuInfo.ValidCores",
    "VCpuInfo.ValidThreadsPerCore",
    "InstanceStorageInfo.TotalSizeInGB",
    "InstanceStorageInfo.Disks[SizeInGB,Count,Type]",
    "InstanceStorageInfo.NvmeSupport",
    "InstanceStorageInfo.EncryptionSupport",
    "EbsInfo.EbsOptimizedSupport",
    "EbsInfo.EncryptionSupport",
    "EbsInfo.NvmeSupport",
    "EbsInfo.EbsOptimizedInfo[BaselineBandwidthInMbps,BaselineThroughputInMBps,BaselineIops,\
        MaximumBandwidthInMbps,MaximumThroughputInMBps,MaximumIops]",
    "EbsInfo.MaximumEbsAttachments",
    "EbsInfo.AttachmentLimitType",
    "EbsInfo.MaximumEbsCards",
    "EbsInfo.EbsCards[BaselineBandwidthInMbps,BaselineThroughputInMBps,BaselineIops,\
        MaximumBandwidthInMbps,MaximumThroughputInMBps,MaximumIops]",
    "NetworkInfo.NetworkPerformance",
    "NetworkInfo.MaximumNetworkInterfaces",
    "NetworkInfo.DefaultNetworkCardIndex",
    "NetworkInfo.NetworkCards[NetworkPerformance,MaximumNetworkInterfaces,AdditionalFlexibleNetworkInterfaces,\
        BaselineBandwidthInGbps,PeakBandwidthInGbps,DefaultEnaQueueCountPerInterface,MaximumEnaQueueCount,\
        MaximumEnaQueueCountPerInterface,InterfaceTypes]",
    "NetworkInfo.Ipv4AddressesPerInterface",
    "NetworkInfo.Ipv6AddressesPerInterface",
    "NetworkInfo.Ipv6Supported",
    "NetworkInfo.EnaSupport",
    "NetworkInfo.EfaInfo.MaximumEfaInterfaces",
    "NetworkInfo.EncryptionInTransitSupported",
    "NetworkInfo.EnaSrdSupported",
    "NetworkInfo.BandwidthWeightings",
    "NetworkInfo.FlexibleEnaQueuesSupport",
    "NetworkInfo.ConnectionTrackingConfiguration[DefaultTcpEstablishedTimeout,DefaultUdpTimeout,\
        DefaultUdpStreamTimeout]",
    "NetworkInfo.SecondaryNetworkSupported",
    "NetworkInfo.Ipv4AddressesPerSecondaryInterface",
    "GpuInfo.Gpus[Name,Manufacturer,Count,MemoryInfo.SizeInMiB,LogicalGpuCount,GpuPartitionSize,Workloads]",
    "GpuInfo.TotalGpuMemoryInMiB",
    "FpgaInfo.Fpgas[Name,Manufacturer,Count,MemoryInfo.SizeInMiB]",
    "FpgaInfo.TotalFpgaMemoryInMiB",
    "InferenceAcceleratorInfo.Accelerators[Name,Manufacturer,Count,MemoryInfo.SizeInMiB]",
    "InferenceAcceleratorInfo.TotalInferenceMemoryInMiB",
    "MediaAcceleratorInfo.Accelerators[Name,Manufacturer,Count,MemoryInfo.SizeInMiB]",
    "MediaAcceleratorInfo.TotalMediaMemoryInMiB",
    "NeuronInfo.NeuronDevices[Name,Count,CoreInfo.Count,CoreInfo.Version,MemoryInfo.SizeInMiB]",
    "NeuronInfo.TotalNeuronDeviceMemoryInMiB",
];

/// The file, taken apart.
pub(crate) struct Pack {
    names: Vec<&'static str>,
    regions: Vec<(&'static str, &'static str)>,
    tables: Vec<Vec<&'static str>>,
    rows: &'static [u8],
}

/// Takes the file apart, once.
pub(crate) fn get() -> &'static Pack {
    static PACK: OnceLock<Pack> = OnceLock::new();
    PACK.get_or_init(|| Pack::of(PACKED))
}

impl Pack {
    fn of(file: &'static [u8]) -> Self {
        let (length, rest) = file.split_first_chunk().expect(WRITTEN);
        let (text, rows) = rest.split_at(usize::try_from(u32::from_le_bytes(*length)).expect(WRITTEN));
        let mut lines = std::str::from_utf8(text).expect(WRITTEN).split('\n');
        let names = lines.next().expect(WRITTEN).split(' ').collect();
        let regions = lines.next().expect(WRITTEN).split(' ');
        let regions = regions.map(|region| region.split_once(':').expect(WRITTEN)).collect();
        Self { names, regions, tables: lines.map(|line| line.split('\t').collect()).collect(), rows }
    }

    /// How many types there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Where a type stands.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.names.binary_search(&name).ok()
    }

    /// The name of the type at a position.
    pub(crate) fn name(&self, position: usize) -> &'static str {
        self.names[position]
    }

    /// The texts of a type's fields, in their order.
    pub(crate) fn fields(&self, position: usize) -> impl Iterator<Item = &'static str> {
        let mut bytes = self.row(position);
        self.tables.iter().map(move |table| {
            let (index, rest) = match table.len() {
                0..=256 => bytes.split_first().map(|(byte, rest)| (usize::from(*byte), rest)).expect(WRITTEN),
                _ => {
                    let (pair, rest) = bytes.split_first_chunk().expect(WRITTEN);
                    (usize::from(u16::from_le_bytes(*pair)), rest)
                }
            };
            bytes = rest;
            table[index]
        })
    }

    /// Where a Region stands, and the digits of its zones' ids.
    pub(crate) fn region(&self, name: &str) -> Option<(usize, &'static str)> {
        let index = self.regions.iter().position(|(region, _)| *region == name)?;
        Some((index, self.regions[index].1))
    }

    /// The zones of a Region a type is offered in, as bits.
    pub(crate) fn places(&self, position: usize, region: usize) -> u8 {
        let row = self.row(position);
        row[row.len() - self.regions.len() + region]
    }

    fn row(&self, position: usize) -> &'static [u8] {
        let width = self.rows.len() / self.names.len();
        &self.rows[position * width..][..width]
    }
}
