//! The bucket's configurations: what S3 answers where one is missing, and what it finds wrong with one beyond its
//! arguments. Terraform compares these codes.

use wire::{Fault, sender};

/// A sub-resource of a bucket that is stored as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Configuration {
    /// `?abac`.
    Abac,
    /// `?accelerate`.
    Accelerate,
    /// `?analytics&id=`.
    Analytics,
    /// `?cors`.
    Cors,
    /// `?encryption`.
    Encryption,
    /// `?intelligent-tiering&id=`.
    IntelligentTiering,
    /// `?inventory&id=`.
    Inventory,
    /// `?lifecycle`.
    Lifecycle,
    /// `?logging`.
    Logging,
    /// `?metrics&id=`.
    Metrics,
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
}

impl Configuration {
    /// Its name in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Abac => "abac",
            Self::Accelerate => "accelerate",
            Self::Analytics => "analytics",
            Self::Cors => "cors",
            Self::Encryption => "encryption",
            Self::IntelligentTiering => "intelligent-tiering",
            Self::Inventory => "inventory",
            Self::Lifecycle => "lifecycle",
            Self::Logging => "logging",
            Self::Metrics => "metrics",
            Self::Notification => "notification",
            Self::ObjectLock => "object-lock",
            Self::OwnershipControls => "ownership-controls",
            Self::Policy => "policy",
            Self::PublicAccessBlock => "public-access-block",
            Self::Replication => "replication",
            Self::RequestPayment => "request-payment",
            Self::Tagging => "tagging",
            Self::Website => "website",
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
            Self::Analytics | Self::IntelligentTiering | Self::Inventory | Self::Metrics => {
                return sender(404, "NoSuchConfiguration", "The specified configuration does not exist.");
            }
            Self::Abac | Self::Accelerate | Self::Logging | Self::Notification | Self::RequestPayment => {
                return sender(404, "NoSuchConfiguration", "The specified configuration does not exist.");
            }
        };
        sender(404, code, sentence).with("BucketName", bucket)
    }
}

/// What is wrong with a configuration, or with a bucket that is to have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigurationFault {
    /// A policy that is public, where the public access block forbids such: who puts it, the bucket's ARN.
    PublicPolicy(String, String),
    /// Logs would go to a bucket that does not exist.
    LoggingTarget(String),
    /// Logs would go to another account's bucket.
    LoggingOwner(String),
    /// Logs would go to a bucket that keeps what is written to it.
    LoggingRetention(String),
    /// Logs would go to another Region.
    LoggingRegion {
        /// Where the logged bucket lies; S3 leaves us-east-1 out.
        source: Option<String>,
        /// Where the target lies.
        target: String,
    },
    /// The id in the document is not the one in the query.
    IdMismatch,
    /// The destination is no bucket's ARN.
    DestinationArn,
    /// More configurations of a kind than a bucket may have.
    TooMany,
    /// Object lock without versions.
    LockWithoutVersions,
    /// No versions, although objects are locked.
    VersionsNeededByLock,
    /// No versions, although they are replicated.
    VersionsNeededByReplication,
    /// The account has no public access block.
    AccountBlock(String),
    /// S3 Control knows no such resource.
    NoSuchResource,
}

impl ConfigurationFault {
    pub(super) fn fault(&self) -> Fault {
        let target = |sentence: &str, bucket: &String| {
            sender(400, "InvalidTargetBucketForLogging", sentence).with("TargetBucket", bucket)
        };
        match self {
            Self::PublicPolicy(caller, bucket) => sender(
                403,
                "AccessDenied",
                format!(
                    "User: {caller} is not authorized to perform: s3:PutBucketPolicy on resource: \"{bucket}\" because public policies are blocked by the BlockPublicPolicy block public access setting."
                ),
            ),
            Self::LoggingTarget(bucket) => target("The target bucket for logging does not exist", bucket),
            Self::LoggingOwner(bucket) => target(
                "The owner for the bucket to be logged and the target bucket must be the same.",
                bucket,
            ),
            Self::LoggingRetention(bucket) => target(
                "The target bucket for logging cannot have a default retention period configuration",
                bucket,
            ),
            Self::LoggingRegion { source, target } => {
                let sentence = "Cross S3 location logging not allowed. ";
                let fault = sender(403, "CrossLocationLoggingProhibitted", sentence)
                    .with("TargetBucketLocation", target);
                match source {
                    Some(source) => fault.with("SourceBucketLocation", source),
                    None => fault,
                }
            }
            Self::IdMismatch => {
                sender(400, "IdMismatch", "Document ID does not match the specified configuration ID.")
            }
            Self::DestinationArn => sender(400, "InvalidS3DestinationBucket", "Invalid bucket ARN."),
            Self::TooMany => sender(
                400,
                "TooManyConfigurations",
                "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.",
            ),
            Self::LockWithoutVersions => sender(
                409,
                "InvalidBucketState",
                "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
            ),
            Self::VersionsNeededByLock => sender(
                409,
                "InvalidBucketState",
                "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
            ),
            Self::VersionsNeededByReplication => sender(
                409,
                "InvalidBucketState",
                "A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.",
            ),
            Self::AccountBlock(account) => sender(
                404,
                "NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found",
            )
            .with("AccountId", account),
            Self::NoSuchResource => sender(404, "NoSuchResource", "The specified resource doesn't exist."),
        }
    }
}
