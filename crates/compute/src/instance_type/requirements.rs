//! Instance types by what they must have, as fleets and Auto Scaling groups ask for them.
//!
//! What is told of a type decides. Its price does not: none is known here, so the limits on prices are taken and leave
//! no type out. Source: EC2 API reference, InstanceRequirementsRequest, for every default.

use ec2_resource::error::Error;
use ec2_resource::filter::glob;
use ec2_resource::token::digest;
use instance_types::InstanceType;
use shapes_ec2 as ec2;

/// What a type must have.
pub(crate) struct Requirements {
    architectures: Vec<String>,
    virtualizations: Vec<String>,
    wish: ec2::InstanceRequirementsRequest,
}

/// Whether one kind of types may be among them, must be, or must not.
#[derive(Clone, Copy, PartialEq)]
enum Share {
    Included,
    Required,
    Excluded,
}

impl Requirements {
    /// Reads them. Refuses lists of allowed and of excluded types beside each other, ranges that hold nothing, and
    /// factors of performance, of which nothing is known here.
    pub(crate) fn parse(
        architectures: Option<Vec<String>>,
        virtualizations: Option<Vec<String>>,
        wish: Option<ec2::InstanceRequirementsRequest>,
    ) -> Result<Self, Error> {
        let wish = wish.ok_or(Error::Missing("InstanceRequirements"))?;
        let is_given = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
        if is_given(&wish.allowed_instance_types) && is_given(&wish.excluded_instance_types) {
            let sentence =
                "The parameter AllowedInstanceTypes cannot be used with the parameter ExcludedInstanceTypes";
            return Err(Error::Combination(sentence.to_owned()));
        }
        if wish.baseline_performance_factors.is_some() {
            let sentence = "BaselinePerformanceFactors: the performance of instance types is not known here";
            return Err(Error::Parameter(sentence.to_owned()));
        }
        let ranges = [
            ("VCpuCount", wish.v_cpu_count.as_ref().map(|range| (range.min, range.max))),
            ("MemoryMiB", wish.memory_mi_b.as_ref().map(|range| (range.min, range.max))),
        ];
        for (name, range) in ranges {
            let (least, most) = range.ok_or(Error::Missing(name))?;
            let least = least.ok_or(Error::Missing(name))?;
            if most.is_some_and(|most| most < least) {
                let reason = format!("The minimum {least} is greater than the maximum.");
                return Err(Error::Value(name, most.unwrap_or_default().to_string(), reason));
            }
        }
        Ok(Self {
            architectures: architectures.unwrap_or_default(),
            virtualizations: virtualizations.unwrap_or_default(),
            wish,
        })
    }

    /// What tells these from others.
    pub(crate) fn digest(&self) -> String {
        format!("{:?}{:?}{}", self.architectures, self.virtualizations, digest(&self.wish))
    }

    /// Whether a type has all of it.
    pub(crate) fn hold(&self, it: &InstanceType) -> bool {
        self.is_named(it)
            && self.has_kind(it)
            && self.has_size(it)
            && self.has_storage(it)
            && self.has_network(it)
            && self.has_accelerators(it)
    }

    fn is_named(&self, it: &InstanceType) -> bool {
        let any = |list: &[String]| list.iter().any(|pattern| glob(pattern, it.name));
        let allowed = self.wish.allowed_instance_types.as_deref().unwrap_or_default();
        let excluded = self.wish.excluded_instance_types.as_deref().unwrap_or_default();
        (allowed.is_empty() || any(allowed)) && !any(excluded)
    }

    fn has_kind(&self, it: &InstanceType) -> bool {
        let wish = &self.wish;
        let generation = if it.is_current { "current" } else { "previous" };
        let manufacturer = it.processor.manufacturer;
        let manufacturer =
            if manufacturer == "AWS" { "amazon-web-services".to_owned() } else { lower(manufacturer) };
        let runs = |list: &[String], has: instance_types::List<&'static str>| {
            list.is_empty() || has.iter().any(|word| list.iter().any(|wanted| wanted == word))
        };
        runs(&self.architectures, it.processor.architectures)
            && runs(&self.virtualizations, it.virtualization_types)
            && is_among(&wish.instance_generations, generation)
            && is_among(&wish.cpu_manufacturers, &manufacturer)
            && share(wish.bare_metal.as_deref(), Share::Excluded, it.is_bare_metal)
            && share(wish.burstable_performance.as_deref(), Share::Excluded, it.is_burstable)
            && (wish.require_hibernate_support != Some(true) || it.hibernates)
            && (wish.require_encryption_in_transit != Some(true) || it.network.encrypts_in_transit)
    }

    fn has_size(&self, it: &InstanceType) -> bool {
        let wish = &self.wish;
        let vcpus = f64::from(it.vcpus.default_vcpus);
        let memory_mib = u32::try_from(it.memory_mib).map_or(f64::MAX, f64::from);
        let per_vcpu = wish.memory_gi_b_per_v_cpu.as_ref();
        within(wish.v_cpu_count.as_ref().map(|range| whole(range.min, range.max)), vcpus)
            && within(wish.memory_mi_b.as_ref().map(|range| whole(range.min, range.max)), memory_mib)
            && within(per_vcpu.map(|range| (range.min, range.max)), memory_mib / 1_024.0 / vcpus)
    }

    fn has_storage(&self, it: &InstanceType) -> bool {
        let wish = &self.wish;
        let kind_fits = |storage: instance_types::Storage| {
            storage.disks.iter().all(|disk| is_among(&wish.local_storage_types, disk.kind))
        };
        let total =
            it.storage.and_then(|storage| u32::try_from(storage.total_gb).ok()).map_or(0.0, f64::from);
        let range = wish.total_local_storage_gb.as_ref().map(|range| (range.min, range.max));
        share(wish.local_storage.as_deref(), Share::Included, it.storage.is_some())
            && it.storage.is_none_or(kind_fits)
            && within(range, total)
    }

    fn has_network(&self, it: &InstanceType) -> bool {
        let wish = &self.wish;
        let ebs = it.ebs.performance.map_or(0.0, |ebs| f64::from(ebs.baseline_mbps));
        let gbps = it.network.cards.iter().filter_map(|card| card.baseline_gbps).sum();
        let interfaces = wish.network_interface_count.as_ref().map(|range| whole(range.min, range.max));
        within(wish.baseline_ebs_bandwidth_mbps.as_ref().map(|range| whole(range.min, range.max)), ebs)
            && within(wish.network_bandwidth_gbps.as_ref().map(|range| (range.min, range.max)), gbps)
            && within(interfaces, f64::from(it.network.maximum_interfaces))
    }

    fn has_accelerators(&self, it: &InstanceType) -> bool {
        let wish = &self.wish;
        let has = accelerators(it);
        let count = has.iter().map(|one| one.count).sum();
        let memory_mib = has.iter().map(|one| one.memory_mib * one.count).sum();
        let any = |list: &Option<Vec<String>>, of: fn(&Accelerator) -> &str| {
            list.as_ref().is_none_or(Vec::is_empty) || has.iter().any(|one| is_among(list, of(one)))
        };
        any(&wish.accelerator_types, |one| one.kind)
            && any(&wish.accelerator_names, |one| &one.name)
            && any(&wish.accelerator_manufacturers, |one| &one.manufacturer)
            && within(wish.accelerator_count.as_ref().map(|range| whole(range.min, range.max)), count)
            && within(
                wish.accelerator_total_memory_mi_b.as_ref().map(|range| whole(range.min, range.max)),
                memory_mib,
            )
    }
}

/// An accelerator in the words of requirements.
struct Accelerator {
    /// `gpu`, `fpga`, `inference` or `media`.
    kind: &'static str,
    name: String,
    manufacturer: String,
    count: f64,
    /// Of one.
    memory_mib: f64,
}

fn accelerators(it: &InstanceType) -> Vec<Accelerator> {
    let one = |kind, name, manufacturer: &str, count: u32, memory_mib: u32| Accelerator {
        kind,
        name: lower(name),
        manufacturer: if manufacturer == "AWS" {
            "amazon-web-services".to_owned()
        } else {
            lower(manufacturer)
        },
        count: f64::from(count),
        memory_mib: f64::from(memory_mib),
    };
    let of = |kind, list: instance_types::List<instance_types::Accelerator>| {
        list.iter().map(move |it| one(kind, it.name, it.manufacturer, it.count, it.memory_mib))
    };
    let gpus = it.gpus.iter().map(|gpu| one("gpu", gpu.name, gpu.manufacturer, gpu.count, gpu.memory_mib));
    // Trainium is told as a Neuron device only; Inferentia as both.
    let trainium = it.neuron_devices.iter().filter(|_| it.inference_accelerators.is_empty());
    let trainium = trainium.map(|chip| one("inference", chip.name, "AWS", chip.count, chip.memory_mib));
    let all = gpus.chain(of("fpga", it.fpgas)).chain(of("inference", it.inference_accelerators));
    all.chain(of("media", it.media_accelerators)).chain(trainium).collect()
}

/// As requirements spell names: `radeon-pro-v520`, and `vu9p` for `Virtex UltraScale (VU9P)`.
fn lower(name: &str) -> String {
    let name = name.rsplit_once('(').and_then(|(_, short)| short.strip_suffix(')')).unwrap_or(name);
    name.to_ascii_lowercase().replace(' ', "-")
}

/// Whether a word is on a list; an empty list has all.
fn is_among(list: &Option<Vec<String>>, word: &str) -> bool {
    list.as_ref().is_none_or(|list| list.is_empty() || list.iter().any(|wanted| wanted == word))
}

fn share(wish: Option<&str>, otherwise: Share, is: bool) -> bool {
    let share = match wish {
        Some("included") => Share::Included,
        Some("required") => Share::Required,
        Some("excluded") => Share::Excluded,
        _ => otherwise,
    };
    share == Share::Included || (share == Share::Required) == is
}

/// A range of whole numbers.
fn whole(least: Option<i32>, most: Option<i32>) -> (Option<f64>, Option<f64>) {
    (least.map(f64::from), most.map(f64::from))
}

/// Whether a value lies in a range, its ends among it.
fn within(range: Option<(Option<f64>, Option<f64>)>, value: f64) -> bool {
    let (least, most) = range.unwrap_or_default();
    least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most)
}
