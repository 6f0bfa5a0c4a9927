//! The two forms of messages: S3's record, and EventBridge's event.

use super::happening::{Bridged, Happening};
use super::origin::{Origin, principal_of};
use crate::bucket::record::BucketRow;
use base::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// What stays as it is of a key; a space becomes `+`.
const KEPT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'/').remove(b' ');

/// What messages are made of.
pub(super) struct Message<'m> {
    pub(super) bucket: &'m BucketRow,
    pub(super) origin: &'m Origin,
    pub(super) happening: &'m Happening<'m>,
    /// Its order within the bucket.
    pub(super) number: u64,
    pub(super) at: Timestamp,
}

/// RFC 3339 with milliseconds, whatever they are.
pub(super) fn millis(at: Timestamp) -> String {
    let seconds = at.whole_seconds().rfc3339();
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), at.millis.rem_euclid(1000))
}

/// The message that only says that messages arrive.
pub(super) fn test(bucket: &BucketRow, at: Timestamp, request_id: &str) -> Value {
    json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": millis(at),
        "Bucket": bucket.name,
        "RequestId": request_id,
        "HostId": wire::s3_host_id(request_id),
    })
}

impl Message<'_> {
    /// Comparable within a key: a later one is greater, as text too.
    fn sequencer(&self) -> Option<String> {
        self.happening.is_sequenced.then(|| format!("{:018X}", self.number))
    }

    /// S3's own form. One record a message.
    pub(super) fn record(&self, configuration: &str) -> Value {
        let Self { bucket, origin, happening, .. } = self;
        let mut object = Map::new();
        let key = utf8_percent_encode(happening.key, KEPT).to_string().replace(' ', "+");
        object.insert("key".to_owned(), key.into());
        insert(&mut object, "size", happening.size);
        insert(&mut object, "eTag", happening.e_tag);
        insert(&mut object, "versionId", happening.version_id);
        insert(&mut object, "sequencer", self.sequencer());
        let mut record = json!({
            "eventVersion": happening.version,
            "eventSource": "aws:s3",
            "awsRegion": bucket.region.to_string(),
            "eventTime": millis(self.at),
            "eventName": happening.name,
            "userIdentity": {"principalId": origin.principal},
            "requestParameters": {"sourceIPAddress": origin.source_ip},
            "responseElements": {
                "x-amz-request-id": origin.request_id,
                "x-amz-id-2": wire::s3_host_id(&origin.request_id),
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": configuration,
                "bucket": {
                    "name": bucket.name,
                    "ownerIdentity": {"principalId": principal_of(bucket.account)},
                    "arn": bucket.arn(),
                },
                "object": object,
            },
        });
        if let Some((name, data)) = &happening.data {
            record[*name] = data.clone();
        }
        json!({ "Records": [record] })
    }

    /// EventBridge's form: the key is written as it is.
    pub(super) fn event_bridge(&self, bridged: &Bridged) -> Value {
        let Self { bucket, origin, happening, .. } = self;
        let mut object = Map::new();
        object.insert("key".to_owned(), happening.key.into());
        insert(&mut object, "size", happening.size);
        insert(&mut object, "etag", happening.e_tag);
        insert(&mut object, "version-id", happening.version_id);
        insert(&mut object, "sequencer", self.sequencer());
        let mut detail = json!({
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": object,
            "request-id": origin.request_id,
            "requester": origin.requester,
            "source-ip-address": origin.source_ip,
        });
        if let Some(reason) = bridged.reason {
            detail["reason"] = reason.into();
        }
        for (name, value) in &bridged.more {
            detail[*name] = value.as_str().into();
        }
        json!({
            "version": "0",
            "id": self.id(),
            "detail-type": bridged.detail_type,
            "source": "aws.s3",
            "account": bucket.account.to_string(),
            "time": self.at.whole_seconds().rfc3339(),
            "region": bucket.region.to_string(),
            "resources": [bucket.arn()],
            "detail": detail,
        })
    }

    /// An id in the form of a UUID: a transaction that runs again makes the same.
    fn id(&self) -> String {
        let hash = hex::encode(Sha256::digest(format!("{}/{}", self.bucket.id, self.number)));
        let parts = [&hash[..8], &hash[8..12], &hash[12..16], &hash[16..20], &hash[20..32]];
        parts.join("-")
    }
}

fn insert(object: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}
