//! Replication: what is written to one bucket is written to others, as its rules say.
//!
//! A replica shares its bytes with the original, so that replicating is a change of rows and nothing else: a job that
//! the write schedules. The original's status tells how far it is. A replica is not replicated further, and what a
//! lifecycle does is not replicated at all. Source: Amazon S3 User Guide, "What does Amazon S3 replicate?".

mod annotation;
mod job;
mod rule;
#[cfg(test)]
mod tests;

pub(crate) use annotation::ReplicateAnnotation;
pub(crate) use job::Replicate;

use crate::bucket::model::Versioning;
use crate::bucket::record::BucketRow;
use crate::configuration::record as configurations;
use crate::error::Configuration;
use crate::object::record::ObjectRow;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shapes_s3 as api;
use store::{Record, StoreError, Tx};

/// How long AWS takes, about.
const DELAY_MILLIS: u32 = 15_000;

/// How far the replication of a version is, as answers show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    /// It has yet to be done.
    #[serde(rename = "PENDING")]
    Pending,
    /// Every destination has its replica.
    #[serde(rename = "COMPLETED")]
    Completed,
    /// A destination is gone, or keeps no versions.
    #[serde(rename = "FAILED")]
    Failed,
    /// It is a replica itself.
    #[serde(rename = "REPLICA")]
    Replica,
}

impl Status {
    /// As the API writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Replica => "REPLICA",
        }
    }
}

/// Sees to it that a version or a delete marker that was just written reaches its destinations.
pub(crate) fn begin(tx: &mut Tx, bucket: &BucketRow, row: &mut ObjectRow) -> Result<(), StoreError> {
    let targets = targets(tx, bucket, row)?;
    if targets.is_empty() {
        return Ok(());
    }
    if let Some(object) = &mut row.object {
        object.replication = Some(Status::Pending);
        tx.paged::<ObjectRow>().put(row.clone());
    }
    tx.after(DELAY_MILLIS, Replicate { bucket: bucket.id.clone(), text: row.key(), targets });
    Ok(())
}

/// Sees to it that an annotation that was just put reaches the replicas of its version. What is on its way itself takes
/// its annotations along. Source: Amazon S3 User Guide, "Replicating annotations".
pub(crate) fn begin_annotation(
    tx: &mut Tx,
    bucket: &BucketRow,
    row: &ObjectRow,
    name: &str,
) -> Result<Option<Status>, StoreError> {
    match row.object.as_ref().and_then(|object| object.replication) {
        None | Some(Status::Replica) => return Ok(None),
        Some(Status::Pending) => return Ok(Some(Status::Pending)),
        Some(Status::Completed | Status::Failed) => {}
    }
    let targets = targets(tx, bucket, row)?;
    if targets.is_empty() {
        return Ok(None);
    }
    let (bucket, text, name) = (bucket.id.clone(), row.key(), name.to_owned());
    tx.after(DELAY_MILLIS, ReplicateAnnotation { bucket, text, name, targets });
    Ok(Some(Status::Pending))
}

/// Where the rules of a bucket want a version of it to be.
fn targets(tx: &mut Tx, bucket: &BucketRow, row: &ObjectRow) -> Result<Vec<rule::Target>, StoreError> {
    if bucket.versioning != Versioning::Enabled {
        return Ok(Vec::new());
    }
    let found: Option<api::ReplicationConfiguration> =
        configurations::stored(tx, &bucket.id, Configuration::Replication)?;
    let rules = found.and_then(|found| found.rules).unwrap_or_default();
    Ok(rule::targets(&rules, row))
}

/// What replicas call the version whose row has this text.
fn name_of(text: &str) -> String {
    let mut name = hex::encode(Sha256::digest(text));
    name.truncate(24);
    name
}
