//! The public machine images of EC2: what DescribeImages answers of them, and the public parameters of Systems Manager
//! that lead to them.
//!
//! The catalogue is a small one: of each family that clients look for, the newest image we know the name of, in every
//! Region. Names, owners and shapes are AWS's. Ids are AWS's too where they were recorded (Amazon Linux and ECS, see
//! `recorded.rs`); the others are made from the Region and the name, so they stay as long as the name does.
//!
//! No image is said to be deprecated: what stands here is the newest of its family, and AWS would have replaced it long
//! before its time comes. Filters, pages and permissions belong to `compute`, the answers of parameters to `ssm`.

mod families;
mod id;
mod linux;
mod nodes;
mod owner;
mod parameter;
mod recorded;
mod template;

#[cfg(test)]
mod tests;

pub use parameter::Parameter;

use base::{Region, Timestamp};
use template::Template;

/// An image in a Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `ami-` and 17 hexadecimal digits.
    pub id: String,
    /// `al2023-ami-2023.12.20260930.0-kernel-6.1-x86_64`.
    pub name: String,
    /// `Amazon Linux 2023 AMI …`; some owners say nothing.
    pub description: Option<String>,
    /// The owner's account.
    pub owner_id: &'static str,
    /// `amazon`, for Amazon's own and those of verified providers.
    pub owner_alias: Option<&'static str>,
    /// `x86_64` or `arm64`.
    pub architecture: &'static str,
    /// When it was made. Of most only the day is known; the time of day is ours then.
    pub created_at: Timestamp,
    /// `/dev/xvda`.
    pub root_device: &'static str,
    /// The volumes an instance begins with, the root first.
    pub volumes: Vec<Volume>,
    /// Names of devices that are disks of the host where the instance type has them: `/dev/sdb` is `ephemeral0`.
    pub ephemeral_devices: &'static [(&'static str, &'static str)],
    /// `uefi-preferred` and the like; `None` where the image says nothing.
    pub boot_mode: Option<&'static str>,
    /// Instances ask tokens of who reads their metadata (`imdsSupport` is `v2.0`).
    pub wants_tokens: bool,
    /// What runs on it.
    pub platform: Platform,
    /// A public parameter that leads to it.
    pub parameter: Option<String>,
}

/// A volume of an image, whose snapshot is public. It is never encrypted and goes when the instance does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// `/dev/xvda`.
    pub device: &'static str,
    /// `snap-` and 17 hexadecimal digits.
    pub snapshot_id: String,
    /// Size.
    pub size_gib: u32,
    /// `gp3`, `gp2` or `standard`.
    pub volume_type: &'static str,
}

impl Volume {
    /// Operations a second an image asks for: 3,000 for `gp3`.
    pub fn iops(&self) -> Option<u32> {
        (self.volume_type == "gp3").then_some(3_000)
    }

    /// MiB a second an image asks for: 125 for `gp3`.
    pub fn throughput_mib_s(&self) -> Option<u32> {
        (self.volume_type == "gp3").then_some(125)
    }
}

/// What an image runs, and so what an instance is billed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Linux without a licence.
    Linux,
    /// Red Hat Enterprise Linux.
    RedHat,
    /// SUSE Linux Enterprise Server.
    Suse,
    /// Windows Server.
    Windows,
}

impl Platform {
    /// `platform`: AWS names only this one.
    pub const fn platform(self) -> Option<&'static str> {
        match self {
            Self::Windows => Some("windows"),
            Self::Linux | Self::RedHat | Self::Suse => None,
        }
    }

    /// `platformDetails`.
    pub const fn details(self) -> &'static str {
        match self {
            Self::Linux => "Linux/UNIX",
            Self::RedHat => "Red Hat Enterprise Linux",
            Self::Suse => "SUSE Linux",
            Self::Windows => "Windows",
        }
    }

    /// `usageOperation`. Source: EC2 user guide, "AMI billing information".
    pub const fn usage_operation(self) -> &'static str {
        match self {
            Self::Linux => "RunInstances",
            Self::RedHat => "RunInstances:0010",
            Self::Suse => "RunInstances:000g",
            Self::Windows => "RunInstances:0002",
        }
    }
}

impl Image {
    /// `amazon/NAME`, or the account where there is no alias.
    pub fn location(&self) -> String {
        format!("{}/{}", self.owner_alias.unwrap_or(self.owner_id), self.name)
    }
}

/// The images of a Region, in no order of meaning; it is always the same.
pub fn all(region: &Region) -> impl Iterator<Item = Image> {
    Template::all().iter().map(|template| template.image(region))
}

/// The image of an id in a Region.
pub fn by_id(region: &Region, id: &str) -> Option<Image> {
    let found = Template::all().iter().find(|template| template.id(region) == id);
    found.map(|template| template.image(region))
}

/// The public parameters of a Region that lead to its images, by name.
pub fn parameters(region: &Region) -> Vec<Parameter> {
    parameter::all(region)
}
