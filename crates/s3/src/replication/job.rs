//! Writes the replicas of one version.

use super::rule::Target;
use super::{Status, name_of};
use crate::annotation::record as annotations;
use crate::bucket::model::Versioning;
use crate::bucket::record::{self as buckets, BucketRow};
use crate::error::Error;
use crate::event::Event;
use crate::notification::{Origin, announce};
use crate::object::record::{Body, Object, ObjectRow, Piece};
use crate::object::share::ManifestRow;
use crate::object::{release, source, version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::{Job, JobError, Tx};

/// A version on its way to its destinations.
#[derive(Serialize, Deserialize)]
pub(crate) struct Replicate {
    /// The source bucket's id.
    pub(super) bucket: String,
    /// The version's row.
    pub(super) text: String,
    pub(super) targets: Vec<Target>,
}

impl Job for Replicate {
    const KIND: &'static str = "s3.replicate";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        self.replicate(tx).map_err(|error| JobError(format!("{error:?}")))
    }
}

impl Replicate {
    fn replicate(&self, tx: &mut Tx) -> Result<(), Error> {
        let source = tx.by(&BucketRow::ID, &self.bucket).next().cloned();
        let (Some(source), Some(row)) = (source, self.row(tx)?) else { return Ok(()) };
        let done = |object: &Object| object.replication != Some(Status::Pending);
        if row.object.as_ref().is_some_and(done) {
            return Ok(());
        }
        let mut status = Status::Completed;
        for target in &self.targets {
            let found = buckets::in_tx(tx, source.partition, &target.bucket);
            let reason = match found {
                Some(bucket) if bucket.versioning == Versioning::Enabled && bucket.id != source.id => {
                    self.copy(tx, &bucket, target)?;
                    continue;
                }
                Some(_) => "DstBucketUnversioned",
                None => "DstBucketNotFound",
            };
            status = Status::Failed;
            self.tell(tx, &source, target, &row, reason)?;
        }
        // The pieces are marked as shared by now.
        let Some(row) = self.row(tx)? else { return Ok(()) };
        annotations::tell(tx, &row, status)?;
        if let Some(object) = &row.object {
            let object = Object { replication: Some(status), ..object.clone() };
            tx.paged::<ObjectRow>().put(ObjectRow { object: Some(object), ..ObjectRow::clone(&row) });
        }
        Ok(())
    }

    fn row(&self, tx: &mut Tx) -> Result<Option<Arc<ObjectRow>>, Error> {
        Ok(tx.paged::<ObjectRow>().get(&self.text)?)
    }

    fn copy(&self, tx: &mut Tx, bucket: &BucketRow, target: &Target) -> Result<(), Error> {
        let Some(row) = self.row(tx)? else { return Ok(()) };
        let annotations = annotations::share_all(tx, &row)?;
        let replica = match &row.object {
            None => None,
            Some(object) => {
                let pieces = source::pieces(&tx.paged::<ManifestRow>(), object)?;
                let pieces = source::share_pieces(tx, &row, None, &pieces)?;
                let mut attributes = object.attributes.clone();
                attributes.storage_class = target.storage_class.unwrap_or(attributes.storage_class);
                let body = self.body(tx, bucket, object, pieces)?;
                let (replication, replica_of) = (Some(Status::Replica), Some(name_of(&self.text)));
                Some(Object { body, attributes, replication, replica_of, restore: None, ..object.clone() })
            }
        };
        let (written, freed) = version::write(tx, bucket, &row.key, replica, row.order.unwrap_or(0))?;
        annotations::hand_over(tx, &written, annotations);
        release::later(tx, freed);
        let event = match &written.object {
            Some(object) => Event::created(bucket, &written, object, "Put"),
            None => Event::DeleteMarkerCreated {
                bucket: bucket.name.clone(),
                key: row.key.clone(),
                version_id: written.version_id.clone(),
            },
        };
        Ok(announce(tx, bucket, &Origin::itself(&self.text), &event)?)
    }

    /// Tells that an object did not reach a destination. S3 tells it of rules with metrics; the event log, of all.
    fn tell(
        &self,
        tx: &mut Tx,
        source: &BucketRow,
        target: &Target,
        row: &ObjectRow,
        reason: &'static str,
    ) -> Result<(), Error> {
        let Some(object) = &row.object else { return Ok(()) };
        let event = Event::ReplicationFailed {
            bucket: source.name.clone(),
            key: row.key.clone(),
            version_id: row.version_id.clone(),
            size: object.size,
            e_tag: object.e_tag.clone(),
            rule: target.rule.clone(),
            destination: format!("arn:{}:s3:::{}", source.partition, target.bucket),
            requested_at: row.written_at,
            reason,
        };
        if target.has_metrics {
            return Ok(announce(tx, source, &Origin::itself(&self.text), &event)?);
        }
        tx.emit(&event);
        Ok(())
    }

    fn body(
        &self,
        tx: &mut Tx,
        bucket: &BucketRow,
        object: &Object,
        pieces: Vec<Piece>,
    ) -> Result<Body, Error> {
        let Body::Manifest { id, parts } = &object.body else { return Ok(Body::Inline(pieces)) };
        let original = tx.paged::<ManifestRow>().get(id)?.ok_or(Error::OperationAborted)?;
        // A version reaches a bucket once: the two name its manifest.
        let mut id = hex::encode(Sha256::digest(format!("{}/{}", bucket.id, self.text)));
        id.truncate(24);
        tx.paged::<ManifestRow>().put(ManifestRow { id: id.clone(), pieces, parts: original.parts.clone() });
        Ok(Body::Manifest { id, parts: *parts })
    }
}
