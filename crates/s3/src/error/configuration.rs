//! The bucket's configurations and what S3 answers where one is missing. Terraform compares these codes.

use wire::{Fault, sender};

/// A sub-resource of a bucket that is stored as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Configuration {
    /// `?accelerate`.
    Accelerate,
    /// `?cors`.
    Cors,
    /// `?encryption`.
    Encryption,
    /// `?lifecycle`.
    Lifecycle,
    /// `?logging`.
    Logging,
    /// `?notification`.
    Notification,
    /// `?object-lock`.
    ObjectLock,
    /// `?ownershipControls`.
    OwnershipControls,
    /// `?policy`.
    Policy,
    /// `?publicAccessBlock`.
    PublicAccessBlock,
    /// `?replication`.
    Replication,
    /// `?requestPayment`.
    RequestPayment,
    /// `?tagging`.
    Tagging,
    /// `?website`.
    Website,
    /// `?analytics&id=`, `?inventory&id=`, `?metrics&id=`, `?intelligent-tiering&id=`.
    ById,
}

impl Configuration {
    /// Its name in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Accelerate => "accelerate",
            Self::Cors => "cors",
            Self::Encryption => "encryption",
            Self::Lifecycle => "lifecycle",
            Self::Logging => "logging",
            Self::Notification => "notification",
            Self::ObjectLock => "object-lock",
            Self::OwnershipControls => "ownership-controls",
            Self::Policy => "policy",
            Self::PublicAccessBlock => "public-access-block",
            Self::Replication => "replication",
            Self::RequestPayment => "request-payment",
            Self::Tagging => "tagging",
            Self::Website => "website",
            Self::ById => "by-id",
        }
    }

    /// What a bucket without it answers. Those that answer an empty document instead are told apart by their
    /// handlers and never come here; their row is the general one.
    pub(super) fn missing(self, bucket: &str) -> Fault {
        let (code, sentence) = match self {
            Self::Cors => ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
            Self::Encryption => (
                "ServerSideEncryptionConfigurationNotFoundError",
                "The server side encryption configuration was not found",
            ),
            Self::Lifecycle => ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
            Self::ObjectLock => (
                "ObjectLockConfigurationNotFoundError",
                "Object Lock configuration does not exist for this bucket",
            ),
            Self::OwnershipControls => {
                ("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
            }
            Self::Policy => ("NoSuchBucketPolicy", "The bucket policy does not exist"),
            Self::PublicAccessBlock => (
                "NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found",
            ),
            Self::Replication => {
                ("ReplicationConfigurationNotFoundError", "The replication configuration was not found")
            }
            Self::Tagging => ("NoSuchTagSet", "The TagSet does not exist"),
            Self::Website => {
                ("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")
            }
            Self::ById | Self::Accelerate | Self::Logging | Self::Notification | Self::RequestPayment => {
                return sender(404, "NoSuchConfiguration", "The specified configuration does not exist.");
            }
        };
        sender(404, code, sentence).with("BucketName", bucket)
    }
}
