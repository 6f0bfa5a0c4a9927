//! Deleting: one object or a thousand.

use super::record::ObjectRow;
use super::{LONGEST_KEY, condition, key, version};
use crate::S3;
use crate::authority;
use crate::bucket;
use crate::bucket::model::Versioning;
use crate::bucket::record::BucketRow;
use crate::error::{Argument, Error};
use crate::event::Event;
use crate::lock;
use crate::notification::{Origin, announce};
use crate::replication;
use crate::upload::record as uploads;
use blob::BlobRef;
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;
use store::Tx;
use wire::{AwsError, Fault};

/// Objects of one DeleteObjects at the most.
const MOST_OBJECTS: usize = 1000;
/// Conditions of a deletion that only directory buckets know.
const IF_MATCH_TIME: &str = "x-amz-if-match-last-modified-time";
const IF_MATCH_SIZE: &str = "x-amz-if-match-size";

/// How a call deletes.
struct Way {
    /// Past retentions that may be passed over.
    bypass: bool,
    origin: Origin,
    /// For the markers it writes.
    salt: u64,
    /// Uploads are open in the bucket, which have to be told.
    uploads: bool,
    /// Recorded: of several keys also those are announced as removed that were not there.
    is_one_of_many: bool,
}

/// What a deletion came to.
#[derive(Default)]
struct Deleted {
    /// The version that is gone, or the marker that was written.
    version_id: Option<String>,
    /// A marker was written, or one is gone.
    marker: bool,
    /// A marker was written.
    wrote_marker: bool,
    freed: Vec<BlobRef>,
}

/// Deletes one version for good, or puts a marker over the newest. Deleting what is not there succeeds.
fn apply(
    tx: &mut Tx,
    bucket: &BucketRow,
    key: &str,
    version_id: Option<&str>,
    way: &Way,
) -> Result<Deleted, Error> {
    let mut done = Deleted::default();
    match version_id {
        Some(id) => {
            done.version_id = Some(id.to_owned());
            let found = version::find(&tx.paged::<ObjectRow>(), bucket, key, Some(id));
            let row = match found {
                Ok(row) => row,
                Err(Error::NoSuchVersion { .. }) => return Ok(done),
                Err(error) => return Err(error),
            };
            if let Some(object) = &row.object {
                object.lock.check_removal(tx.now(), way.bypass)?;
            }
            done.marker = row.object.is_none();
            let current = version::current(&tx.paged::<ObjectRow>(), bucket, key)?;
            let is_current = current.is_some_and(|current| current.order == row.order);
            version::remove(tx, &row, &mut done.freed)?;
            if way.uploads && is_current && !done.marker {
                uploads::note_deletion(tx, &bucket.id, key)?;
            }
            removed(tx, bucket, way, key, row.version_id.clone())?;
        }
        None if bucket.versioning == Versioning::Never => {
            let Some(row) = version::current(&tx.paged::<ObjectRow>(), bucket, key)? else {
                if way.is_one_of_many {
                    removed(tx, bucket, way, key, None)?;
                }
                return Ok(done);
            };
            version::remove(tx, &row, &mut done.freed)?;
            if way.uploads {
                uploads::note_deletion(tx, &bucket.id, key)?;
            }
            removed(tx, bucket, way, key, None)?;
        }
        None => {
            let (mut row, freed) = version::write(tx, bucket, key, None, way.salt)?;
            replication::begin(tx, bucket, &mut row)?;
            done.freed = freed;
            done.version_id = Some(row.shown_version());
            done.marker = true;
            done.wrote_marker = true;
            let (name, version_id) = (bucket.name.clone(), row.version_id);
            let event = Event::DeleteMarkerCreated { bucket: name, key: key.to_owned(), version_id };
            announce(tx, bucket, &way.origin, &event)?;
        }
    }
    Ok(done)
}

fn removed(
    tx: &mut Tx,
    bucket: &BucketRow,
    way: &Way,
    key: &str,
    version_id: Option<String>,
) -> Result<(), Error> {
    let event = Event::ObjectRemoved { bucket: bucket.name.clone(), key: key.to_owned(), version_id };
    Ok(announce(tx, bucket, &way.origin, &event)?)
}

/// `DeleteObject`.
pub(crate) async fn one(
    cx: Cx,
    svc: Arc<S3>,
    input: api::DeleteObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::DeleteObjectOutput>, Error> {
    let bucket = bucket::resolve_paid(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let conditional = [
        (IF_MATCH_TIME, input.if_match_last_modified_time.is_some()),
        (IF_MATCH_SIZE, input.if_match_size.is_some()),
    ];
    if let Some((header, _)) = conditional.into_iter().find(|(_, is_there)| *is_there) {
        return Err(Error::NotImplemented { header, additional: None });
    }
    let version_id = input.version_id.as_deref();
    let salt = version::salt(cx.ids());
    let done = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let bypass = lock::check_bypass(tx, &bucket, input.bypass_governance_retention)?;
        // Only the current version is conditional: a version by its id is what it is.
        let if_match = input.if_match.as_deref().filter(|_| version_id.is_none());
        condition::check_delete(&tx.paged::<ObjectRow>(), &bucket, &key, if_match)?;
        let uploads = uploads::any(tx, &bucket.id)?;
        let way = Way { bypass, origin: Origin::of(&cx), salt, uploads, is_one_of_many: false };
        apply(tx, &bucket, &key, version_id, &way)
    })?;
    svc.release(&cx, done.freed).await?;
    Ok(StreamAnswer::plain(api::DeleteObjectOutput {
        delete_marker: done.marker.then_some(true),
        version_id: done.version_id,
        request_charged: bucket::charged(&cx, &bucket),
    }))
}

/// `DeleteObjects`: each for itself; what cannot be deleted is listed.
pub(crate) async fn many(
    cx: Cx,
    svc: Arc<S3>,
    input: api::DeleteObjectsRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::DeleteObjectsOutput>, Error> {
    let bucket = bucket::resolve_paid(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let wish = input.delete.unwrap_or_default();
    let objects = wish.objects.unwrap_or_default();
    if objects.is_empty() || objects.len() > MOST_OBJECTS {
        return Err(Error::MalformedXml);
    }
    let salt = version::salt(cx.ids());
    let named = input.bucket.as_deref().unwrap_or_default();
    let bypasses = input.bypass_governance_retention == Some(true);
    let denied: Vec<Option<Fault>> =
        objects.iter().map(|object| denied(&cx, named, &bucket, object, bypasses)).collect();
    let (deleted, errors, freed) = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let bypass = lock::check_bypass(tx, &bucket, input.bypass_governance_retention)?;
        let uploads = uploads::any(tx, &bucket.id)?;
        let way = Way { bypass, origin: Origin::of(&cx), salt, uploads, is_one_of_many: true };
        let (mut deleted, mut errors, mut freed) = (Vec::new(), Vec::new(), Vec::new());
        for (object, denied) in objects.iter().zip(&denied) {
            let key = object.key.clone().unwrap_or_default();
            if let Some(fault) = denied {
                errors.push(entry(object, fault));
                continue;
            }
            match apply_one(tx, &bucket, object, &way) {
                Ok(done) => {
                    freed.extend(done.freed);
                    deleted.push(api::DeletedObject {
                        key: Some(key),
                        version_id: object.version_id.clone().filter(|id| !id.is_empty()),
                        delete_marker: done.marker.then_some(true),
                        delete_marker_version_id: done.version_id.filter(|_| done.marker),
                    });
                }
                Err(Error::Store(error)) => return Err(Error::Store(error)),
                Err(error) => errors.push(entry(object, &listed(error, object).fault())),
            }
        }
        Ok((deleted, errors, freed))
    })?;
    svc.release(&cx, freed).await?;
    let quiet = wish.quiet == Some(true);
    Ok(StreamAnswer::plain(api::DeleteObjectsOutput {
        deleted: (!quiet).then_some(deleted),
        errors: (!errors.is_empty()).then_some(errors),
        request_charged: bucket::charged(&cx, &bucket),
    }))
}

/// Why the caller may not delete one of the objects; `None` where it may.
fn denied(
    cx: &Cx,
    named: &str,
    bucket: &BucketRow,
    object: &api::ObjectIdentifier,
    bypasses: bool,
) -> Option<Fault> {
    let arn = authority::arn_of_object(cx, named, bucket, object.key.as_deref().unwrap_or_default());
    let version_id = object.version_id.as_deref().filter(|id| !id.is_empty());
    let asked = authority::ask_to_delete(cx, &arn, version_id, object.e_tag.as_deref());
    let asked = asked.and_then(|()| match bypasses {
        true => authority::ask(cx, "s3:BypassGovernanceRetention", &arn),
        false => Ok(()),
    });
    asked.err().map(|error| error.fault())
}

/// An object that was not deleted, as it is listed.
fn entry(object: &api::ObjectIdentifier, fault: &Fault) -> api::Error {
    api::Error {
        key: Some(object.key.clone().unwrap_or_default()),
        version_id: object.version_id.clone(),
        code: Some(fault.code.to_string()),
        message: fault.message.clone(),
    }
}

/// One object of DeleteObjects, with the condition it may carry: of the three only the ETag is compared, as of
/// DeleteObject. Who names another must not lose what it would have kept.
fn apply_one(
    tx: &mut Tx,
    bucket: &BucketRow,
    object: &api::ObjectIdentifier,
    way: &Way,
) -> Result<Deleted, Error> {
    let key = object.key.as_deref().unwrap_or_default();
    let version_id = object.version_id.as_deref().filter(|id| !id.is_empty());
    if key.len() > LONGEST_KEY {
        return Err(Error::KeyTooLong(key.len()));
    }
    if object.last_modified_time.is_some() {
        return Err(Error::NotImplemented { header: IF_MATCH_TIME, additional: None });
    }
    if object.size.is_some() {
        return Err(Error::NotImplemented { header: IF_MATCH_SIZE, additional: None });
    }
    let if_match = object.e_tag.as_deref().filter(|_| version_id.is_none());
    condition::check_delete(&tx.paged::<ObjectRow>(), bucket, key, if_match)?;
    apply(tx, bucket, key, version_id, way)
}

/// An error as it is listed: an id that S3 never gave is no bad argument here, but a version that is not there.
fn listed(error: Error, object: &api::ObjectIdentifier) -> Error {
    match error {
        Error::InvalidArgument(Argument::VersionId(version_id)) => {
            Error::NoSuchVersion { key: object.key.clone().unwrap_or_default(), version_id }
        }
        error => error,
    }
}
