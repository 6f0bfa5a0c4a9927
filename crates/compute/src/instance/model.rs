//! What an instance is, and what it is doing.

pub(crate) use super::ties::{Ties, TiesOf};
use crate::error::Kind;
use crate::id::{InstanceId, ReservationId};
use crate::resource::{self, Resource};
use crate::shared::{Shared, share};
use base::{Scope, Tags, Timestamp, Zone};
use ec2_resource::neighbour::InstanceState;
use serde::{Deserialize, Serialize};
use store::{Index, Record};

/// An instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) scope: Scope,
    pub(crate) id: InstanceId,
    pub(crate) reservation: ReservationId,
    /// Its place among the instances of its call.
    pub(crate) launch_index: i32,
    /// Who made the call, where that was a service: an account's number.
    pub(crate) requester: Option<String>,
    pub(crate) client_token: String,
    pub(crate) created_at: Timestamp,
    /// When it began to run the last time.
    pub(crate) launched_at: Timestamp,
    pub(crate) state: InstanceState,
    /// Code and sentence of why it is in that state.
    pub(crate) state_reason: Option<(String, String)>,
    /// How it came to that state: `User initiated (2025-01-31 12:00:00 GMT)`.
    pub(crate) transition: String,
    pub(crate) image: Shared<Image>,
    pub(crate) instance_type: String,
    pub(crate) key_name: Option<String>,
    /// The key itself, as `authorized_keys` spells it: the pair may go, the instance keeps what it was born with.
    #[serde(default)]
    pub(crate) public_key: Option<Shared<KeyLine>>,
    pub(crate) zone: Zone,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) placement: Shared<Placement>,
    pub(crate) options: Shared<Options>,
    pub(crate) metadata: Shared<MetadataOptions>,
    pub(crate) names: Shared<Names>,
    pub(crate) profile: Option<Profile>,
    /// What it is bound to, where it is more than an instance on demand.
    #[serde(default)]
    pub(crate) ties: Ties,
    /// Base64, as it was given.
    pub(crate) user_data: Option<String>,
    pub(crate) tags: Tags,
}

/// What it was made from: images go, what they were stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Image {
    pub(crate) id: String,
    pub(crate) architecture: String,
    pub(crate) root_device: String,
    /// `windows`, or nothing.
    pub(crate) platform: Option<String>,
    pub(crate) platform_details: String,
    pub(crate) usage_operation: String,
    pub(crate) boot_mode: Option<String>,
    /// Whether it begins with NitroTPM 2.0.
    #[serde(default)]
    pub(crate) has_tpm: bool,
    pub(crate) ena: bool,
    pub(crate) kernel: Option<String>,
    pub(crate) ramdisk: Option<String>,
}

impl Image {
    /// AWS's word for the version of NitroTPM, if there is one. Source: EC2 user guide, "Enable NitroTPM".
    pub(crate) fn tpm_support(&self) -> Option<&'static str> {
        self.has_tpm.then_some("v2.0")
    }
}

/// Where it stands among others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placement {
    pub(crate) tenancy: String,
    pub(crate) group: Option<PlacementGroup>,
    pub(crate) partition: Option<i32>,
    pub(crate) affinity: Option<String>,
    pub(crate) host: Option<String>,
}

/// A public key, as a line of `authorized_keys`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyLine(pub(crate) String);

/// A placement group that an instance is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlacementGroup {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What is switched on and off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Options {
    pub(crate) monitoring: bool,
    pub(crate) ebs_optimized: bool,
    pub(crate) hibernation: bool,
    pub(crate) enclave: bool,
    pub(crate) disable_api_termination: bool,
    pub(crate) disable_api_stop: bool,
    /// `stop` or `terminate`.
    pub(crate) shutdown_behavior: String,
    /// `standard` or `unlimited`, of burstable types.
    pub(crate) credits: Option<String>,
    pub(crate) cores: i32,
    pub(crate) threads_per_core: i32,
    pub(crate) amd_sev_snp: Option<String>,
    pub(crate) auto_recovery: String,
    pub(crate) reboot_migration: String,
    /// `default`, `vpc-1` or `ebs-1`.
    pub(crate) bandwidth_weighting: String,
    /// `open`, `none` or `capacity-reservations-only`.
    pub(crate) capacity_preference: String,
    /// `spot`, or nothing.
    pub(crate) lifecycle: Option<String>,
}

/// Who is answered by the instance's metadata service, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MetadataOptions {
    /// `optional` or `required`.
    pub(crate) tokens: String,
    pub(crate) hop_limit: i32,
    pub(crate) endpoint: bool,
    pub(crate) ipv6: bool,
    pub(crate) tags: bool,
    /// They have not reached the instance yet.
    pub(crate) is_pending: bool,
}

/// What its private names are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Names {
    /// `ip-name` or `resource-name`.
    pub(crate) hostname_type: String,
    pub(crate) a_record: bool,
    pub(crate) aaaa_record: bool,
}

/// The instance profile that hands it a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) association: String,
    pub(crate) arn: String,
    pub(crate) id: String,
    pub(crate) since: Timestamp,
}

share!(Image, KeyLine, MetadataOptions, Names, Options, Placement);

impl Instance {
    /// Shares what it has in common with others, before it is put.
    pub(crate) fn settle(&mut self) {
        self.image.settle();
        self.placement.settle();
        self.options.settle();
        self.metadata.settle();
        self.names.settle();
    }

    /// Those of a call.
    pub(crate) const RESERVATION: Index<Self> =
        Index { name: "reservation", keys: |own| vec![resource::key(&own.scope, own.reservation.as_str())] };
    /// The one of that id, in all accounts and Regions.
    pub(crate) const ID: Index<Self> = Index { name: "id", keys: |own| vec![own.id.to_string()] };
    /// Those in a placement group, by its id.
    pub(crate) const PLACEMENT_GROUP: Index<Self> = Index {
        name: "placement_group",
        keys: |own| own.placement.group.iter().map(|group| resource::key(&own.scope, &group.id)).collect(),
    };
    /// Those that run in a reservation of capacity.
    pub(crate) const CAPACITY: Index<Self> = Index {
        name: "capacity",
        keys: |own| own.ties.reservation.iter().map(|id| resource::key(&own.scope, id)).collect(),
    };
    /// Those of a fleet that have not ended.
    pub(crate) const FLEET: Index<Self> = Index {
        name: "fleet",
        keys: |own| match own.is_terminated() {
            true => Vec::new(),
            false => own.ties.fleet.iter().map(|id| resource::key(&own.scope, id)).collect(),
        },
    };
    /// Those on a dedicated host.
    pub(crate) const HOST: Index<Self> = Index {
        name: "host",
        keys: |own| match own.is_terminated() {
            true => Vec::new(),
            false => own.placement.host.iter().map(|id| resource::key(&own.scope, id)).collect(),
        },
    };
    /// The one with an association of an instance profile.
    pub(crate) const PROFILE: Index<Self> = Index {
        name: "profile",
        keys: |own| own.profile.iter().map(|own_of| resource::key(&own.scope, &own_of.association)).collect(),
    };

    /// Whether it is there to be worked with: for a while it is shown after it has ended.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.state, InstanceState::ShuttingDown | InstanceState::Terminated)
    }

    /// Whether it has ended.
    pub(crate) fn is_terminated(&self) -> bool {
        self.state == InstanceState::Terminated
    }

    /// It begins to run: on a host and in a reservation, or on neither.
    pub(super) fn enter(&mut self, host: Option<String>, reservation: Option<String>) {
        if self.placement.host != host {
            self.placement.host = host;
            self.placement.settle();
        }
        self.ties.set_reservation(reservation);
    }

    /// It stops: it needs its room no more, and its host only where it is to come back to it.
    pub(super) fn leave(&mut self) {
        let host = self.placement.host.clone().filter(|_| self.placement.affinity.as_deref() == Some("host"));
        self.enter(host, None);
    }

    /// How it has started: as its image wants it, and with UEFI where that leaves the choice.
    pub(crate) fn current_boot_mode(&self) -> &str {
        match self.image.boot_mode.as_deref() {
            Some("uefi" | "uefi-preferred") => "uefi",
            _ if self.image.architecture == "arm64" => "uefi",
            _ => "legacy-bios",
        }
    }

    /// AWS's word for how closely it is watched.
    pub(crate) fn monitoring(&self) -> &'static str {
        if self.options.monitoring { "enabled" } else { "disabled" }
    }

    /// Where it stands in lists: by the time it was made, its call and its place in it.
    pub(crate) fn place(&self) -> String {
        format!("{:015}/{}/{:06}", self.created_at.millis, self.reservation, self.launch_index)
    }
}

impl MetadataOptions {
    /// AWS's word.
    pub(crate) fn state(&self) -> &'static str {
        if self.is_pending { "pending" } else { "applied" }
    }
}

impl Profile {
    /// The profile's name.
    pub(crate) fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

impl Record for Instance {
    const TABLE: &'static str = "compute_instance";
    const INDEXES: &'static [Index<Self>] = &[
        Self::ID,
        Self::RESERVATION,
        Self::PLACEMENT_GROUP,
        Self::CAPACITY,
        Self::FLEET,
        Self::HOST,
        Self::PROFILE,
    ];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for Instance {
    const TYPE: &'static str = "instance";
    const PREFIX: &'static str = InstanceId::PREFIX;
    const KIND: Kind = Kind::Instance;
    const FILTERS: &'static [&'static str] = super::filter::FILTERS;

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        super::filter::own(self, name)
    }
}
