//! What S3 Control refuses of access points.

use wire::{Fault, sender};

/// Why a call about an access point fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessPointFault {
    /// The name breaks the rules.
    InvalidName(String),
    /// The bucket does not exist in this Region.
    NoBucket,
    /// The account has one of this name here.
    Exists,
    /// There is none of this name.
    Missing(String),
    /// It has no policy.
    NoPolicy(String),
    /// The bucket cannot go while it has access points.
    Attached(String),
    /// The page token is another call's.
    Token,
}

impl AccessPointFault {
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::InvalidName(name) => sender(400, "InvalidURI", "Couldn't parse the specified URI.")
                .with("URI", format!("accesspoint/{name}")),
            Self::NoBucket => sender(
                400,
                "InvalidRequest",
                "Amazon S3 AccessPoint can only be created for existing bucket",
            ),
            Self::Exists => sender(
                409,
                "AccessPointAlreadyOwnedByYou",
                "Your previous request to create the named accesspoint succeeded and you already own it.",
            ),
            Self::Missing(name) => {
                sender(404, "NoSuchAccessPoint", "The specified accesspoint does not exist")
                    .with("AccessPointName", name)
            }
            Self::NoPolicy(name) => {
                sender(404, "NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist")
                    .with("AccessPointName", name)
            }
            Self::Attached(bucket) => sender(
                400,
                "BucketHasAccessPointsAttached",
                "The bucket you are attempting to delete has access points attached. Delete your access points \
                 before deleting your bucket.",
            )
            .with("BucketName", bucket),
            Self::Token => {
                sender(400, "InvalidArgument", "The continuation token provided is incorrect")
                    .with("ArgumentName", "nextToken")
            }
        }
    }
}
