//! What a volume is.

use super::limits::Measures;
use super::modification::Modification;
use crate::block::Content;
use base::{Scope, Tags, Timestamp, Zone};
use ec2_resource::error::Kind;
use ec2_resource::filter::moment;
use ec2_resource::id::{InstanceId, VolumeId};
use ec2_resource::resource::{self, Resource, truth};
use serde::{Deserialize, Serialize};
use store::{Index, Record};

/// A volume.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) scope: Scope,
    pub(crate) id: VolumeId,
    pub(crate) zone: Zone,
    pub(crate) measures: Measures,
    /// The snapshot it began as: a row, or that of a public image.
    pub(crate) snapshot: Option<String>,
    /// The volume it was copied from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<VolumeId>,
    /// Whether that snapshot was restored fast in the volume's zone.
    pub(crate) fast_restored: bool,
    /// MiB a second that its blocks are asked to be loaded by.
    pub(crate) initialization_rate: Option<i32>,
    /// The ARN of the key it is encrypted by.
    pub(crate) key: Option<String>,
    /// What it holds; nothing can be written to it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<Content>,
    pub(crate) state: State,
    pub(crate) created_at: Timestamp,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) auto_enable_io: bool,
    /// The last modification.
    pub(crate) modification: Option<Modification>,
    /// When the modifications of the last day began.
    pub(crate) modified_at: Vec<Timestamp>,
    pub(crate) tags: Tags,
}

/// Whether it is there. What it is attached to tells the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Not yet.
    Creating,
    /// It is.
    Available,
    /// Soon no more.
    Deleting,
}

/// An instance that has the volume.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) instance: InstanceId,
    /// `/dev/sdf`.
    pub(crate) device: String,
    pub(crate) state: Link,
    pub(crate) attached_at: Timestamp,
    /// Whether the volume goes with the instance.
    pub(crate) goes: bool,
}

/// How far an attachment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Link {
    /// It comes.
    Attaching,
    /// It is.
    Attached,
    /// It goes.
    Detaching,
}

impl Link {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Attaching => "attaching",
            Self::Attached => "attached",
            Self::Detaching => "detaching",
        }
    }
}

impl Volume {
    /// The volumes of an instance.
    pub(crate) const INSTANCE: Index<Self> = Index {
        name: "instance",
        keys: |own| {
            own.attachments.iter().map(|link| resource::key(&own.scope, link.instance.as_str())).collect()
        },
    };

    /// Its key.
    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    /// AWS's word for what it is doing.
    pub(crate) fn state_word(&self) -> &'static str {
        match self.state {
            State::Creating => "creating",
            State::Available if self.attachments.is_empty() => "available",
            State::Available => "in-use",
            State::Deleting => "deleting",
        }
    }
}

impl Record for Volume {
    const TABLE: &'static str = "ebs_volume";
    const INDEXES: &'static [Index<Self>] = &[Self::INSTANCE];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Attachment {
    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "attach-time" => moment(self.attached_at),
            "delete-on-termination" => truth(self.goes),
            "device" => vec![self.device.clone()],
            "instance-id" => vec![self.instance.to_string()],
            _ => vec![self.state.word().to_owned()],
        }
    }
}

impl Resource for Volume {
    const TYPE: &'static str = "volume";
    const PREFIX: &'static str = VolumeId::PREFIX;
    const KIND: Kind = Kind::Volume;
    const FILTERS: &'static [&'static str] = &[
        "attachment.attach-time",
        "attachment.delete-on-termination",
        "attachment.device",
        "attachment.instance-id",
        "attachment.status",
        "availability-zone",
        "availability-zone-id",
        "create-time",
        "encrypted",
        "fast-restored",
        "multi-attach-enabled",
        "operator.managed",
        "operator.principal",
        "size",
        "snapshot-id",
        "status",
        "volume-id",
        "volume-type",
    ];

    ec2_resource::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        if let Some(name) = name.strip_prefix("attachment.") {
            return self.attachments.iter().flat_map(|own| own.filter(name)).collect();
        }
        match name {
            "availability-zone" => vec![self.zone.name.clone()],
            "availability-zone-id" => vec![self.zone.id.clone()],
            "create-time" => moment(self.created_at),
            "encrypted" => truth(self.key.is_some()),
            "fast-restored" => truth(self.fast_restored),
            "multi-attach-enabled" => truth(self.measures.multi_attach),
            "operator.managed" => truth(false),
            "size" => vec![self.measures.size_gib.to_string()],
            "snapshot-id" => self.snapshot.iter().cloned().collect(),
            "status" => vec![self.state_word().to_owned()],
            "volume-id" => vec![self.id.to_string()],
            "volume-type" => vec![self.measures.kind.word().to_owned()],
            _ => Vec::new(),
        }
    }

    /// Source: Service Authorization Reference, Amazon EC2, resource type `volume`.
    fn condition_keys(&self) -> Vec<(&'static str, String)> {
        let measures = &self.measures;
        let mut keys = vec![
            ("Encrypted", self.key.is_some().to_string()),
            ("VolumeSize", measures.size_gib.to_string()),
            ("VolumeType", measures.kind.word().to_owned()),
        ];
        keys.extend(measures.iops.map(|iops| ("VolumeIops", iops.to_string())));
        keys.extend(measures.throughput.map(|own| ("VolumeThroughput", own.to_string())));
        if let Some(snapshot) = &self.snapshot {
            let region = &self.scope.region;
            let partition = self.scope.partition;
            keys.push(("ParentSnapshot", format!("arn:{partition}:ec2:{region}::snapshot/{snapshot}")));
        }
        keys
    }
}
