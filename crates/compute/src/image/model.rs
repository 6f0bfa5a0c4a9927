//! What a machine image of an account is.

use super::protection::Protection;
use base::{AccountId, Region, Scope, Tags, Timestamp};
use ec2_resource::error::Kind;
use ec2_resource::id::ImageId;
use ec2_resource::resource::{self, Resource};
use ports::Placement;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Index, Record, Rows};

/// An image that an account has made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OwnImage {
    pub(crate) scope: Scope,
    pub(crate) id: ImageId,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) state: State,
    pub(crate) created_at: Timestamp,
    pub(crate) machine: MachineKind,
    /// The root first.
    pub(crate) devices: Vec<Device>,
    pub(crate) permissions: Permissions,
    pub(crate) deprecated_at: Option<Timestamp>,
    pub(crate) protection: Protection,
    pub(crate) source: Source,
    /// When an instance was made of it the last time.
    pub(crate) launched_at: Option<Timestamp>,
    pub(crate) tags: Tags,
}

/// What machines it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MachineKind {
    /// `x86_64`.
    pub(crate) architecture: String,
    /// `hvm` or `paravirtual`.
    pub(crate) virtualization: String,
    pub(crate) root_device: String,
    /// `windows`, or nothing.
    pub(crate) platform: Option<String>,
    pub(crate) platform_details: String,
    pub(crate) usage_operation: String,
    pub(crate) boot_mode: Option<String>,
    /// It has a trusted platform module of version 2.0.
    pub(crate) has_tpm: bool,
    /// Its metadata service answers nobody without a token.
    pub(crate) wants_tokens: bool,
    pub(crate) ena: bool,
    pub(crate) sriov: bool,
    pub(crate) kernel: Option<String>,
    pub(crate) ramdisk: Option<String>,
    /// Base64, as it was given.
    pub(crate) uefi_data: Option<String>,
}

/// What it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) instance: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) region: Option<String>,
}

/// A device that instances of it begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Device {
    /// `/dev/xvda`.
    pub(crate) name: String,
    pub(crate) what: What,
}

/// What is under a device name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    /// A disk of the host: `ephemeral0`.
    Disk(String),
    /// A volume.
    Volume(DeviceVolume),
}

/// A volume that instances of it begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeviceVolume {
    /// What it begins as; an empty one where there is none.
    pub(crate) snapshot: Option<String>,
    pub(crate) size_gib: i32,
    /// `gp3`.
    pub(crate) kind: String,
    pub(crate) iops: Option<i32>,
    pub(crate) throughput: Option<i32>,
    pub(crate) encrypted: bool,
    pub(crate) delete_on_termination: bool,
}

/// Who else may make instances of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Permissions {
    /// Everybody.
    pub(crate) all: bool,
    pub(crate) users: BTreeSet<AccountId>,
    /// ARNs of organizations.
    pub(crate) organizations: BTreeSet<String>,
    /// ARNs of organizational units.
    pub(crate) units: BTreeSet<String>,
}

/// What can be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// It comes.
    Pending,
    /// It is there.
    Available,
    /// Its owner has put it away.
    Disabled,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Disabled => "disabled",
        }
    }
}

/// Who looks at images, and where.
#[derive(Clone)]
pub(crate) struct Viewer {
    pub(crate) scope: Scope,
    /// Where the account stands in its organization.
    pub(crate) place: Option<Arc<Placement>>,
}

impl Viewer {
    /// The ids of the organization and of its units that the account is in.
    fn groups(&self) -> Vec<&str> {
        let place = self.place.as_deref().into_iter();
        place.flat_map(|own| own.lineage.iter().chain([&own.organization])).map(String::as_str).collect()
    }

    /// Whether it owns an image.
    pub(crate) fn owns(&self, image: &OwnImage) -> bool {
        image.scope.account == self.scope.account
    }

    /// Whether it may make instances of an image.
    pub(crate) fn may_run(&self, image: &OwnImage) -> bool {
        self.owns(image) || image.permissions.all || self.is_given(image)
    }

    /// Whether an image was given to it by name, or to what it is a part of.
    pub(crate) fn is_given(&self, image: &OwnImage) -> bool {
        let own = &image.permissions;
        let groups = self.groups();
        own.users.contains(&self.scope.account)
            || own.organizations.iter().chain(&own.units).any(|arn| groups.contains(&last(arn)))
    }
}

/// The id at the end of the ARN of an organization or of a unit.
fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn place(region: &Region, what: &str) -> String {
    format!("{region}/{what}")
}

impl OwnImage {
    /// The one of an id in a Region.
    const PLACE: Index<Self> =
        Index { name: "place", keys: |own| vec![place(&own.scope.region, own.id.as_str())] };
    /// Those that an account, an organization, a unit or everybody was given.
    const SHARED: Index<Self> = Index {
        name: "shared",
        keys: |own| {
            let given = &own.permissions;
            let all = given.all.then(|| "all".to_owned());
            let users = given.users.iter().map(ToString::to_string);
            let groups = given.organizations.iter().chain(&given.units).map(|arn| last(arn).to_owned());
            all.into_iter().chain(users).chain(groups).map(|whom| place(&own.scope.region, &whom)).collect()
        },
    };
    /// The one of a name in an account.
    pub(crate) const NAME: Index<Self> =
        Index { name: "name", keys: |own| vec![resource::key(&own.scope, &own.name)] };
    /// Those that are made of a snapshot.
    pub(crate) const SNAPSHOT: Index<Self> = Index {
        name: "snapshot",
        keys: |own| own.snapshots().map(|id| resource::key(&own.scope, id)).collect(),
    };

    /// Its key.
    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    /// Its volumes, with their device names.
    pub(crate) fn volumes(&self) -> impl Iterator<Item = (&str, &DeviceVolume)> {
        self.devices.iter().filter_map(|device| match &device.what {
            What::Disk(_) => None,
            What::Volume(own) => Some((device.name.as_str(), own)),
        })
    }

    /// The snapshots it is made of.
    pub(crate) fn snapshots(&self) -> impl Iterator<Item = &str> {
        self.volumes().filter_map(|(_, own)| own.snapshot.as_deref())
    }

    /// The image of that id in a Region, whoever's it is.
    pub(crate) fn of_id(rows: &impl Rows, region: &Region, id: &str) -> Option<Arc<Self>> {
        rows.first(&Self::PLACE, &place(region, id))
    }

    /// The images of others that a viewer may make instances of.
    pub(crate) fn given(rows: &impl Rows, viewer: &Viewer) -> Vec<Arc<Self>> {
        let account = viewer.scope.account.to_string();
        let whom = viewer.groups().into_iter().chain(["all", account.as_str()]);
        let listed = whom.flat_map(|whom| rows.listed(&Self::SHARED, &place(&viewer.scope.region, whom)));
        let mut images: Vec<_> = listed.filter(|own| !viewer.owns(own)).collect();
        images.sort_by(|a, b| a.id.cmp(&b.id));
        images.dedup_by(|a, b| a.id == b.id);
        images
    }

    /// Whether its time is over.
    pub(crate) fn is_deprecated(&self, now: Timestamp) -> bool {
        self.deprecated_at.is_some_and(|at| at <= now)
    }
}

impl Record for OwnImage {
    const TABLE: &'static str = "compute_image";
    const INDEXES: &'static [Index<Self>] = &[Self::PLACE, Self::SHARED, Self::NAME, Self::SNAPSHOT];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for OwnImage {
    const TYPE: &'static str = "image";
    const PREFIX: &'static str = ImageId::PREFIX;
    const KIND: Kind = Kind::Image;
    const FILTERS: &'static [&'static str] = &super::filter::NAMES;

    ec2_resource::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let shown: ec2::Image = super::own::shape(self);
        super::filter::values(&shown, name)
    }

    /// Its ARN names no account.
    fn arn(&self) -> String {
        format!("arn:{}:ec2:{}::image/{}", self.scope.partition, self.scope.region, self.id)
    }

    /// Source: Service Authorization Reference, Amazon EC2, resource type `image`.
    fn condition_keys(&self) -> Vec<(&'static str, String)> {
        vec![
            ("ImageType", "machine".to_owned()),
            ("Owner", self.scope.account.to_string()),
            ("Public", self.permissions.all.to_string()),
            ("RootDeviceType", "ebs".to_owned()),
        ]
    }
}

/// An image that has gone: its id is remembered, and nothing else.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct GoneImage {
    pub(crate) scope: Scope,
    pub(crate) id: ImageId,
}

impl GoneImage {
    /// The key of an id in an account.
    pub(crate) fn key_of(scope: &Scope, id: &str) -> String {
        resource::key(scope, id)
    }
}

impl Record for GoneImage {
    const TABLE: &'static str = "compute_gone_image";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.scope, self.id.as_str())
    }
}
