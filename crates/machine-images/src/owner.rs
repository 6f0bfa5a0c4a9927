//! Whose account an image belongs to. Some owners have several, by Region and partition.

use crate::recorded;
use base::{Partition, Region};

/// An owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Always this account.
    Account(&'static str),
    /// Amazon Linux.
    AmazonLinux,
    /// The nodes of ECS.
    Ecs,
    /// The nodes of EKS.
    Eks,
    /// Canonical.
    Canonical,
}

impl Owner {
    /// The account in a Region.
    ///
    /// Sources: recorded answers of DescribeImages; the EKS user guide, "Amazon container image registries", whose
    /// accounts publish the images too; Canonical, "Find Ubuntu images on AWS".
    pub(crate) fn account(self, region: &Region) -> &'static str {
        let partition = region.partition();
        match self {
            Self::Account(account) => account,
            Self::AmazonLinux => recorded::owner("amazon-linux", region).unwrap_or(match partition {
                Partition::Aws => "137112412989",
                Partition::AwsCn => "141808717104",
                Partition::AwsUsGov => "045324592363",
            }),
            Self::Ecs => recorded::owner("ecs", region).unwrap_or("591542846629"),
            Self::Eks => {
                let own = EKS.iter().find(|(at, _)| *at == region.as_str());
                own.map_or("602401143452", |(_, account)| account)
            }
            Self::Canonical => match partition {
                Partition::Aws => "099720109477",
                Partition::AwsCn => "837727238323",
                Partition::AwsUsGov => "513442679011",
            },
        }
    }
}

/// The accounts of EKS where it is not the common one.
const EKS: [(&str, &str); 19] = [
    ("af-south-1", "877085696533"),
    ("ap-east-1", "800184023465"),
    ("ap-east-2", "533267051163"),
    ("ap-south-2", "900889452093"),
    ("ap-southeast-3", "296578399912"),
    ("ap-southeast-4", "491585149902"),
    ("ap-southeast-5", "151610086707"),
    ("ap-southeast-7", "121268973566"),
    ("ca-west-1", "761377655185"),
    ("cn-north-1", "918309763551"),
    ("cn-northwest-1", "961992271922"),
    ("eu-central-2", "900612956339"),
    ("eu-south-1", "590381155156"),
    ("eu-south-2", "455263428931"),
    ("il-central-1", "066635153087"),
    ("me-central-1", "759879836304"),
    ("me-south-1", "558608220178"),
    ("us-gov-east-1", "151742754352"),
    ("us-gov-west-1", "013241004608"),
];
