//! What of the events is worth a notification, and how notifications call it.
//!
//! Source: Amazon S3 User Guide, "Event message structure" and "EventBridge event message structure"; members of each
//! event as recorded; of retentions as the AWS SDK for Java reads them (`ObjectRetentionEventData`), of replications as
//! "Receiving replication failure events with Amazon S3 Event Notifications" shows them.

use crate::event::Event;
use crate::object::EMPTY_E_TAG;
use serde_json::{Value, json};
use std::borrow::Cow;

/// What happened to an object.
pub(crate) struct Happening<'e> {
    /// Without `s3:`.
    pub(super) name: Cow<'static, str>,
    pub(super) version: &'static str,
    pub(super) key: &'e str,
    pub(super) version_id: Option<&'e str>,
    pub(super) size: Option<u64>,
    pub(super) e_tag: Option<&'e str>,
    /// Whether it has a place in the order of the key's events.
    pub(super) is_sequenced: bool,
    /// What some events add to their record.
    pub(super) data: Option<(&'static str, Value)>,
    /// `None` for what EventBridge is not told.
    pub(super) bridged: Option<Bridged>,
}

/// How EventBridge calls it.
#[derive(Clone)]
pub(crate) struct Bridged {
    pub(super) detail_type: &'static str,
    pub(super) reason: Option<&'static str>,
    /// Further members of the detail.
    pub(super) more: Vec<(&'static str, String)>,
}

impl Bridged {
    fn new(detail_type: &'static str, reason: Option<&'static str>) -> Self {
        Self { detail_type, reason, more: Vec::new() }
    }

    fn deleted(reason: &'static str, deletion: &str) -> Self {
        Self {
            more: vec![("deletion-type", deletion.to_owned())],
            ..Self::new("Object Deleted", Some(reason))
        }
    }
}

const PERMANENTLY: &str = "Permanently Deleted";
const BY_MARKER: &str = "Delete Marker Created";

impl<'e> Happening<'e> {
    /// `None` for what nobody can ask to be told.
    pub(super) fn of(event: &'e Event) -> Option<Self> {
        let plain = |name: &'static str, key: &'e str, version_id: &'e Option<String>| Self {
            name: Cow::Borrowed(name),
            version: "2.1",
            key,
            version_id: version_id.as_deref(),
            size: None,
            e_tag: None,
            is_sequenced: true,
            data: None,
            bridged: None,
        };
        let changed = |name, key, version_id, e_tag: &'e str, detail_type| Self {
            version: "2.3",
            e_tag: Some(e_tag),
            is_sequenced: false,
            bridged: Some(Bridged::new(detail_type, None)),
            ..plain(name, key, version_id)
        };
        // EventBridge has no word for them.
        let annotated = |name, key, version_id, e_tag: &'e str, annotation: Value| Self {
            version: "2.3",
            e_tag: Some(e_tag),
            is_sequenced: false,
            data: Some(("objectAnnotation", json!([annotation]))),
            ..plain(name, key, version_id)
        };
        Some(match event {
            Event::BucketCreated { .. }
            | Event::BucketDeleted { .. }
            | Event::LifecycleAborted { .. }
            | Event::Notified { .. }
            | Event::NotificationLost { .. } => return None,
            Event::ObjectCreated { key, version_id, size, e_tag, by, .. } => Self {
                name: Cow::Owned(format!("ObjectCreated:{by}")),
                size: Some(*size),
                e_tag: Some(e_tag),
                bridged: Some(Bridged::new("Object Created", Some(created_by(by)))),
                ..plain("", key, version_id)
            },
            Event::ObjectRemoved { key, version_id, .. } => Self {
                bridged: Some(Bridged::deleted("DeleteObject", PERMANENTLY)),
                ..plain("ObjectRemoved:Delete", key, version_id)
            },
            Event::DeleteMarkerCreated { key, version_id, .. } => Self {
                e_tag: Some(EMPTY_E_TAG),
                bridged: Some(Bridged::deleted("DeleteObject", BY_MARKER)),
                ..plain("ObjectRemoved:DeleteMarkerCreated", key, version_id)
            },
            Event::LifecycleExpired { key, version_id, .. } => Self {
                version: "2.3",
                bridged: Some(Bridged::deleted("Lifecycle Expiration", PERMANENTLY)),
                ..plain("LifecycleExpiration:Delete", key, version_id)
            },
            Event::LifecycleMarkerCreated { key, version_id, .. } => Self {
                version: "2.3",
                e_tag: Some(EMPTY_E_TAG),
                bridged: Some(Bridged::deleted("Lifecycle Expiration", BY_MARKER)),
                ..plain("LifecycleExpiration:DeleteMarkerCreated", key, version_id)
            },
            Event::LifecycleTransitioned { key, version_id, size, e_tag, storage_class, .. } => Self {
                version: "2.3",
                size: Some(*size),
                e_tag: Some(e_tag),
                data: Some((
                    "lifecycleEventData",
                    json!({"transitionEventData": {"destinationStorageClass": storage_class}}),
                )),
                bridged: Some(Bridged {
                    more: vec![("destination-storage-class", (*storage_class).to_owned())],
                    ..Bridged::new("Object Storage Class Changed", None)
                }),
                ..plain("LifecycleTransition", key, version_id)
            },
            Event::ObjectAclPut { key, version_id, e_tag, .. } => {
                changed("ObjectAcl:Put", key, version_id, e_tag, "Object ACL Updated")
            }
            Event::ObjectTagsPut { key, version_id, e_tag, .. } => {
                changed("ObjectTagging:Put", key, version_id, e_tag, "Object Tags Added")
            }
            Event::ObjectTagsDeleted { key, version_id, e_tag, .. } => {
                changed("ObjectTagging:Delete", key, version_id, e_tag, "Object Tags Deleted")
            }
            Event::ObjectAnnotationPut {
                key,
                version_id,
                e_tag,
                annotation,
                annotation_size,
                annotation_e_tag,
                ..
            } => {
                let told = json!({"name": annotation, "size": annotation_size, "eTag": annotation_e_tag});
                annotated("ObjectAnnotation:Put", key, version_id, e_tag, told)
            }
            Event::ObjectAnnotationDeleted { key, version_id, e_tag, annotation, .. } => {
                let told = json!({"name": annotation});
                annotated("ObjectAnnotation:Delete", key, version_id, e_tag, told)
            }
            Event::ObjectRestorePosted { key, version_id, size, e_tag, storage_class, .. } => Self {
                size: Some(*size),
                e_tag: Some(e_tag),
                bridged: Some(Bridged {
                    more: vec![("source-storage-class", (*storage_class).to_owned())],
                    ..Bridged::new("Object Restore Initiated", None)
                }),
                ..plain("ObjectRestore:Post", key, version_id)
            },
            Event::ObjectRestored { key, version_id, size, e_tag, storage_class, until, .. } => Self {
                size: Some(*size),
                e_tag: Some(e_tag),
                data: Some((
                    "glacierEventData",
                    json!({"restoreEventData": {
                        "lifecycleRestorationExpiryTime": super::message::millis(*until),
                        "lifecycleRestoreStorageClass": storage_class,
                    }}),
                )),
                bridged: Some(Bridged {
                    more: vec![
                        ("restore-expiry-time", until.whole_seconds().rfc3339()),
                        ("source-storage-class", (*storage_class).to_owned()),
                    ],
                    ..Bridged::new("Object Restore Completed", None)
                }),
                ..plain("ObjectRestore:Completed", key, version_id)
            },
            Event::ObjectRestoreExpired { key, version_id, e_tag, .. } => {
                changed("ObjectRestore:Delete", key, version_id, e_tag, "Object Restore Expired")
            }
            Event::ObjectRetentionPut { key, version_id, size, e_tag, retention, .. } => Self {
                version: "2.5",
                size: Some(*size),
                e_tag: Some(e_tag),
                data: retention.map(|(mode, until)| {
                    let until = super::message::millis(until);
                    ("objectRetentionEventData", json!({"mode": mode, "retainUntilDate": until}))
                }),
                ..plain("ObjectRetention:Put", key, version_id)
            },
            Event::ReplicationFailed {
                key,
                version_id,
                size,
                e_tag,
                rule,
                destination,
                requested_at,
                reason,
                ..
            } => Self {
                version: "2.2",
                size: Some(*size),
                e_tag: Some(e_tag),
                data: Some((
                    "replicationEventData",
                    json!({
                        "replicationRuleId": rule,
                        "destinationBucket": destination,
                        "s3Operation": "OBJECT_PUT",
                        "requestTime": super::message::millis(*requested_at),
                        "failureReason": reason,
                    }),
                )),
                ..plain("Replication:OperationFailedReplication", key, version_id)
            },
        })
    }
}

/// How an object came, as EventBridge calls it.
fn created_by(by: &'static str) -> &'static str {
    match by {
        "Put" => "PutObject",
        "Post" => "POST Object",
        "Copy" => "CopyObject",
        other => other,
    }
}
