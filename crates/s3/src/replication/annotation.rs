//! Brings one annotation to the replicas of its version.
//!
//! Additions and changes are replicated, each for itself; removals are not: what is removed here stays there.

use super::rule::Target;
use super::{Status, name_of};
use crate::annotation::put_event;
use crate::annotation::record::{self as annotations, AnnotationRow};
use crate::bucket::record::{self as buckets, BucketRow};
use crate::error::Error;
use crate::notification::{Origin, announce};
use crate::object::record::{self as objects, ObjectRow};
use crate::object::{release, share};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Job, JobError, Record, Tx};

/// Versions of a key that are looked at at once.
const VERSIONS: usize = 100;

/// An annotation on its way.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReplicateAnnotation {
    /// The source bucket's id.
    pub(super) bucket: String,
    /// The version's row.
    pub(super) text: String,
    pub(super) name: String,
    pub(super) targets: Vec<Target>,
}

impl Job for ReplicateAnnotation {
    const KIND: &'static str = "s3.replicate-annotation";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        self.replicate(tx).map_err(|error| JobError(format!("{error:?}")))
    }
}

impl ReplicateAnnotation {
    fn replicate(&self, tx: &mut Tx) -> Result<(), Error> {
        let source = tx.by(&BucketRow::ID, &self.bucket).next().cloned();
        let version = tx.paged::<ObjectRow>().get(&self.text)?;
        let (Some(source), Some(version)) = (source, version) else { return Ok(()) };
        let mut status = Status::Completed;
        for target in &self.targets {
            // Nothing is done for one that was removed since, or that another job has brought already.
            let Some(annotation) = self.pending(tx)? else { return Ok(()) };
            let bucket = buckets::in_tx(tx, source.partition, &target.bucket);
            let replica = match &bucket {
                Some(bucket) => replica(tx, bucket, &version)?,
                None => None,
            };
            let brought = match (bucket, replica) {
                (Some(bucket), Some(replica)) => self.bring(tx, &bucket, &replica, &annotation)?,
                (Some(_) | None, _) => false,
            };
            if !brought {
                status = Status::Failed;
            }
        }
        if let Some(annotation) = self.pending(tx)? {
            let replication = Some(status);
            tx.paged::<AnnotationRow>()
                .put(AnnotationRow { replication, ..AnnotationRow::clone(&annotation) });
        }
        Ok(())
    }

    fn pending(&self, tx: &mut Tx) -> Result<Option<Arc<AnnotationRow>>, Error> {
        let found = tx.paged::<AnnotationRow>().get(&annotations::text(&self.text, &self.name))?;
        Ok(found.filter(|annotation| annotation.replication == Some(Status::Pending)))
    }

    /// Attaches it to a replica; answers whether there was room for it.
    fn bring(
        &self,
        tx: &mut Tx,
        bucket: &BucketRow,
        replica: &ObjectRow,
        annotation: &AnnotationRow,
    ) -> Result<bool, Error> {
        let Some(object) = &replica.object else { return Ok(false) };
        let text = annotations::text(&replica.key(), &self.name);
        let is_new = tx.paged::<AnnotationRow>().get(&text)?.is_none();
        if is_new && object.annotations >= annotations::MOST {
            return Ok(false);
        }
        let mut shared = annotation.clone();
        share::share(tx, std::slice::from_mut(&mut shared.piece))?;
        tx.paged::<AnnotationRow>().put(shared.clone());
        let (version, replication) = (replica.key(), Some(Status::Replica));
        let copy = AnnotationRow { version, replication, written_at: tx.now(), ..shared };
        let event = put_event(bucket, replica, object, &copy);
        let mut freed = Vec::new();
        annotations::attach(tx, replica, copy, &mut freed)?;
        release::later(tx, freed);
        announce(tx, bucket, &Origin::itself(&format!("{}/{}", self.text, self.name)), &event)?;
        Ok(true)
    }
}

/// The replica of a version in a bucket, if it is still there.
fn replica(tx: &mut Tx, bucket: &BucketRow, version: &ObjectRow) -> Result<Option<Arc<ObjectRow>>, Error> {
    let name = name_of(&version.key());
    let is_it = |row: &ObjectRow| {
        row.object.as_ref().and_then(|object| object.replica_of.as_ref()).is_some_and(|of| *of == name)
    };
    let prefix = objects::versions(&bucket.id, &version.key);
    let mut after: Option<String> = None;
    loop {
        let rows = tx.paged::<ObjectRow>().range(&prefix, after.as_deref(), VERSIONS)?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        after = Some(last.to_string());
        if let Some((_, row)) = rows.into_iter().find(|(_, row)| is_it(row)) {
            return Ok(Some(row));
        }
    }
}
