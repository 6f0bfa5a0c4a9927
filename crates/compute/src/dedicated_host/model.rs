//! What a dedicated host is, and how much fits on it.

use crate::instance::Instance;
use crate::passing::{Passing, What};
use base::{Scope, Tags, Timestamp, Zone};
use ec2_resource::error::Kind;
use ec2_resource::id::HostId;
use ec2_resource::resource::{self, Resource};
use instance_types::InstanceType;
use serde::{Deserialize, Serialize};
use store::{Index, Record, Rows};

/// A host: a machine that is one account's alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Host {
    pub(crate) scope: Scope,
    pub(crate) id: HostId,
    /// The one type that runs on it; any of its family where there is none.
    pub(crate) instance_type: Option<String>,
    pub(crate) family: String,
    pub(crate) zone: Zone,
    /// Whether instances that name no host come to it.
    pub(crate) auto_placement: bool,
    pub(crate) recovery: bool,
    pub(crate) maintenance: bool,
    pub(crate) allocated_at: Timestamp,
    pub(crate) released_at: Option<Timestamp>,
    pub(crate) client_token: Option<String>,
    pub(crate) tags: Tags,
}

/// What a host of a family is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    pub(crate) sockets: u32,
    pub(crate) cores: u32,
    pub(crate) vcpus: u32,
}

/// A host of burstable types is larger than the largest of them. Source: Amazon EC2 Dedicated Hosts, `t3`.
const BURSTABLE: Machine = Machine { sockets: 2, cores: 48, vcpus: 96 };

/// The family of a type: `m5` of `m5.large`.
pub(crate) fn family(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// The types of a family that run on hosts, by name.
pub(crate) fn types(family: &str) -> Vec<InstanceType> {
    let of = |own: &InstanceType| own.on_dedicated_hosts && self::family(own.name) == family;
    instance_types::all().filter(of).collect()
}

/// A host of a family has the cores of its largest type, which is the whole machine.
pub(crate) fn machine(family: &str) -> Machine {
    let types = types(family);
    if types.iter().any(|own| own.is_burstable) {
        return BURSTABLE;
    }
    let largest = types.iter().max_by_key(|own| own.vcpus.default_vcpus);
    largest.map_or(Machine { sockets: 0, cores: 0, vcpus: 0 }, |own| Machine {
        sockets: if own.processor.manufacturer == "Intel" && own.vcpus.default_cores > 24 { 2 } else { 1 },
        cores: own.vcpus.default_cores,
        vcpus: own.vcpus.default_vcpus,
    })
}

fn vcpus(name: &str) -> u32 {
    instance_types::by_name(name).map_or(0, |own| own.vcpus.default_vcpus)
}

impl Host {
    /// Those that instances come to by themselves, by zone.
    pub(crate) const AUTO: Index<Self> = Index {
        name: "auto",
        keys: |own| match own.auto_placement && own.released_at.is_none() {
            true => vec![resource::key(&own.scope, &own.zone.name)],
            false => Vec::new(),
        },
    };

    /// The instances on it.
    pub(crate) fn instances(&self, rows: &impl Rows) -> Vec<std::sync::Arc<Instance>> {
        rows.listed(&Instance::HOST, &resource::key(&self.scope, self.id.as_str()))
    }

    /// vCPUs that nothing uses.
    pub(crate) fn free_vcpus(&self, rows: &impl Rows) -> u32 {
        let used: u32 = self.instances(rows).iter().map(|own| vcpus(&own.instance_type)).sum();
        if self.released_at.is_some() { 0 } else { machine(&self.family).vcpus.saturating_sub(used) }
    }

    /// Whether instances of a type run on it.
    pub(crate) fn takes(&self, name: &str) -> bool {
        match &self.instance_type {
            Some(own) => own == name,
            None => family(name) == self.family,
        }
    }

    /// Whether there is room for one.
    pub(crate) fn has_room(&self, rows: &impl Rows, name: &str) -> bool {
        self.released_at.is_none() && self.takes(name) && self.free_vcpus(rows) >= vcpus(name)
    }

    /// For each type that runs on it: how many fit when it is empty, and how many more do now.
    pub(crate) fn room(&self, rows: &impl Rows) -> Vec<(String, u32, u32)> {
        let free = self.free_vcpus(rows);
        let whole = machine(&self.family).vcpus;
        let of = |name: &str| {
            let each = vcpus(name).max(1);
            (name.to_owned(), whole / each, free / each)
        };
        match &self.instance_type {
            Some(name) => vec![of(name)],
            None => types(&self.family).iter().map(|own| of(own.name)).collect(),
        }
    }

    /// AWS's word.
    pub(crate) fn state(&self) -> &'static str {
        if self.released_at.is_some() { "released" } else { "available" }
    }
}

impl Record for Host {
    const TABLE: &'static str = "compute_host";
    const INDEXES: &'static [Index<Self>] = &[Self::AUTO];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Passing for Host {
    const WHAT: What = What::Host;

    fn is_over(&self) -> bool {
        self.released_at.is_some()
    }
}

impl Resource for Host {
    const TYPE: &'static str = "dedicated-host";
    const PREFIX: &'static str = HostId::PREFIX;
    const KIND: Kind = Kind::Host;
    const FILTERS: &'static [&'static str] = &[
        "auto-placement",
        "availability-zone",
        "availability-zone-id",
        "client-token",
        "host-reservation-id",
        "instance-type",
        "state",
    ];
    const PAGE: (i32, i32) = (5, 500);

    resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "auto-placement" => vec![switch(self.auto_placement)],
            "availability-zone" => vec![self.zone.name.clone()],
            "availability-zone-id" => vec![self.zone.id.clone()],
            "client-token" => self.client_token.iter().cloned().collect(),
            "instance-type" => self.instance_type.iter().cloned().collect(),
            "state" => vec![self.state().to_owned()],
            _ => Vec::new(),
        }
    }
}

/// AWS's word for what is on or off.
pub(crate) fn switch(is_on: bool) -> String {
    if is_on { "on" } else { "off" }.to_owned()
}
