//! What this crate announces.

use crate::bucket::record::BucketRow;
use crate::object::record::{Object, ObjectRow};
use base::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// Something that happened to a bucket or an object. The names are those of S3's notifications.
#[derive(Clone, Debug, Serialize)]
pub(crate) enum Event {
    /// A bucket was made.
    BucketCreated { bucket: String },
    /// A bucket is gone.
    BucketDeleted { bucket: String },
    /// An object or a version was written.
    ObjectCreated {
        bucket: String,
        key: String,
        version_id: Option<String>,
        size: u64,
        e_tag: String,
        /// How: `Put`, `Copy` or `CompleteMultipartUpload`.
        by: &'static str,
    },
    /// An object or a version is gone.
    ObjectRemoved { bucket: String, key: String, version_id: Option<String> },
    /// An object's ACL was replaced.
    ObjectAclPut { bucket: String, key: String, version_id: Option<String>, e_tag: String },
    /// A delete marker was written.
    DeleteMarkerCreated { bucket: String, key: String, version_id: Option<String> },
    /// An object's tags were replaced.
    ObjectTagsPut { bucket: String, key: String, version_id: Option<String>, e_tag: String },
    /// An object's tags were removed.
    ObjectTagsDeleted { bucket: String, key: String, version_id: Option<String>, e_tag: String },
    /// An annotation was attached to an object, or replaced.
    ObjectAnnotationPut {
        bucket: String,
        key: String,
        version_id: Option<String>,
        /// The object's.
        e_tag: String,
        /// Its name.
        annotation: String,
        annotation_size: u64,
        annotation_e_tag: String,
    },
    /// An annotation was removed.
    ObjectAnnotationDeleted {
        bucket: String,
        key: String,
        version_id: Option<String>,
        /// The object's.
        e_tag: String,
        /// Its name.
        annotation: String,
    },
    /// An archived object was asked back.
    ObjectRestorePosted {
        bucket: String,
        key: String,
        version_id: Option<String>,
        size: u64,
        e_tag: String,
        storage_class: &'static str,
    },
    /// An archived object is readable.
    ObjectRestored {
        bucket: String,
        key: String,
        version_id: Option<String>,
        size: u64,
        e_tag: String,
        storage_class: &'static str,
        /// How long.
        until: Timestamp,
    },
    /// The restored copy of an archived object is gone.
    ObjectRestoreExpired { bucket: String, key: String, version_id: Option<String>, e_tag: String },
    /// An object's retention was set, or taken away.
    ObjectRetentionPut {
        bucket: String,
        key: String,
        version_id: Option<String>,
        size: u64,
        e_tag: String,
        /// Mode and end.
        retention: Option<(&'static str, Timestamp)>,
    },
    /// An object did not reach a destination of a replication.
    ReplicationFailed {
        bucket: String,
        key: String,
        version_id: Option<String>,
        size: u64,
        e_tag: String,
        /// The id of the rule.
        rule: String,
        /// The ARN of the bucket it did not reach.
        destination: String,
        /// When it was written.
        requested_at: Timestamp,
        /// As S3 names it.
        reason: &'static str,
    },
    /// A destination is to be told.
    Notified {
        /// Its ARN.
        destination: String,
        message: Value,
    },
    /// A destination did not take a message, however often it was tried.
    NotificationLost { destination: String, cause: String },
    /// A lifecycle rule removed a version for good.
    LifecycleExpired { bucket: String, key: String, version_id: Option<String> },
    /// A lifecycle rule put a delete marker over the newest version.
    LifecycleMarkerCreated { bucket: String, key: String, version_id: Option<String> },
    /// A lifecycle rule changed a version's storage class.
    LifecycleTransitioned {
        bucket: String,
        key: String,
        version_id: Option<String>,
        size: u64,
        e_tag: String,
        /// The one it has now.
        storage_class: &'static str,
    },
    /// A lifecycle rule gave an unfinished upload up.
    LifecycleAborted { bucket: String, key: String, upload_id: String },
}

impl Event {
    /// The kinds of events by which jobs announce that they may have given bytes up.
    pub(crate) const BY_JOBS: [&str; 3] = ["LifecycleExpired", "LifecycleMarkerCreated", "LifecycleAborted"];

    /// An object or a version was written.
    pub(crate) fn created(bucket: &BucketRow, row: &ObjectRow, object: &Object, by: &'static str) -> Self {
        Self::ObjectCreated {
            bucket: bucket.name.clone(),
            key: row.key.clone(),
            version_id: row.version_id.clone(),
            size: object.size,
            e_tag: object.e_tag.clone(),
            by,
        }
    }
}

impl store::Event for Event {
    const SERVICE: &'static str = "s3";

    fn kind(&self) -> &'static str {
        match self {
            Self::BucketCreated { .. } => "BucketCreated",
            Self::BucketDeleted { .. } => "BucketDeleted",
            Self::ObjectCreated { .. } => "ObjectCreated",
            Self::ObjectRemoved { .. } => "ObjectRemoved",
            Self::ObjectAclPut { .. } => "ObjectAclPut",
            Self::DeleteMarkerCreated { .. } => "DeleteMarkerCreated",
            Self::ObjectTagsPut { .. } => "ObjectTagsPut",
            Self::ObjectTagsDeleted { .. } => "ObjectTagsDeleted",
            Self::ObjectAnnotationPut { .. } => "ObjectAnnotationPut",
            Self::ObjectAnnotationDeleted { .. } => "ObjectAnnotationDeleted",
            Self::ObjectRestorePosted { .. } => "ObjectRestorePosted",
            Self::ObjectRestored { .. } => "ObjectRestored",
            Self::ObjectRestoreExpired { .. } => "ObjectRestoreExpired",
            Self::ObjectRetentionPut { .. } => "ObjectRetentionPut",
            Self::ReplicationFailed { .. } => "ReplicationFailed",
            Self::Notified { .. } => "Notified",
            Self::NotificationLost { .. } => "NotificationLost",
            Self::LifecycleExpired { .. } => "LifecycleExpired",
            Self::LifecycleMarkerCreated { .. } => "LifecycleMarkerCreated",
            Self::LifecycleTransitioned { .. } => "LifecycleTransitioned",
            Self::LifecycleAborted { .. } => "LifecycleAborted",
        }
    }
}
