//! Deleting: one object or a thousand.

use super::record::ObjectRow;
use super::{key, version};
use crate::S3;
use crate::bucket;
use crate::bucket::model::Versioning;
use crate::bucket::record::BucketRow;
use crate::error::Error;
use crate::event::Event;
use blob::BlobRef;
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;
use store::Tx;
use wire::AwsError;

/// Objects of one DeleteObjects at the most.
const MOST_OBJECTS: usize = 1000;

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
fn apply(tx: &mut Tx, bucket: &BucketRow, key: &str, version_id: Option<&str>) -> Result<Deleted, Error> {
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
            done.marker = row.object.is_none();
            version::remove(tx, &row, &mut done.freed)?;
            removed(tx, bucket, key, done.version_id.clone());
        }
        None if bucket.versioning == Versioning::Never => {
            let Some(row) = version::current(&tx.paged::<ObjectRow>(), bucket, key)? else { return Ok(done) };
            version::remove(tx, &row, &mut done.freed)?;
            removed(tx, bucket, key, None);
        }
        None => {
            let (row, freed) = version::write(tx, bucket, key, None)?;
            done.freed = freed;
            done.version_id = Some(row.shown_version());
            done.marker = true;
            done.wrote_marker = true;
            let (name, version_id) = (bucket.name.clone(), row.version_id);
            tx.emit(&Event::DeleteMarkerCreated { bucket: name, key: key.to_owned(), version_id });
        }
    }
    Ok(done)
}

fn removed(tx: &mut Tx, bucket: &BucketRow, key: &str, version_id: Option<String>) {
    let bucket = bucket.name.clone();
    tx.emit(&Event::ObjectRemoved { bucket, key: key.to_owned(), version_id });
}

/// `DeleteObject`.
pub(crate) async fn one(
    cx: Cx,
    svc: Arc<S3>,
    input: api::DeleteObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::DeleteObjectOutput>, Error> {
    let bucket = bucket::resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let done = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        super::condition::check_write(tx, &bucket, &key, input.if_match.as_deref(), None)?;
        apply(tx, &bucket, &key, input.version_id.as_deref())
    })?;
    svc.release(&cx, done.freed).await?;
    Ok(StreamAnswer::plain(api::DeleteObjectOutput {
        delete_marker: done.marker.then_some(true),
        version_id: done.version_id,
        request_charged: None,
    }))
}

/// `DeleteObjects`: each for itself; what cannot be deleted is listed.
pub(crate) async fn many(
    cx: Cx,
    svc: Arc<S3>,
    input: api::DeleteObjectsRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::DeleteObjectsOutput>, Error> {
    let bucket = bucket::resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let wish = input.delete.unwrap_or_default();
    let objects = wish.objects.unwrap_or_default();
    if objects.is_empty() || objects.len() > MOST_OBJECTS {
        return Err(Error::MalformedXml);
    }
    let (deleted, errors, freed) = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let (mut deleted, mut errors, mut freed) = (Vec::new(), Vec::new(), Vec::new());
        for object in &objects {
            let key = object.key.clone().unwrap_or_default();
            match apply(tx, &bucket, &key, object.version_id.as_deref()) {
                Ok(done) => {
                    freed.extend(done.freed);
                    deleted.push(api::DeletedObject {
                        key: Some(key),
                        version_id: object.version_id.clone(),
                        delete_marker: done.marker.then_some(true),
                        delete_marker_version_id: done.version_id.filter(|_| done.marker),
                    });
                }
                Err(Error::Store(error)) => return Err(Error::Store(error)),
                Err(error) => {
                    let fault = error.fault();
                    errors.push(api::Error {
                        key: Some(key),
                        version_id: object.version_id.clone(),
                        code: Some(fault.code.into_owned()),
                        message: fault.message,
                    });
                }
            }
        }
        Ok((deleted, errors, freed))
    })?;
    svc.release(&cx, freed).await?;
    let quiet = wish.quiet == Some(true);
    Ok(StreamAnswer::plain(api::DeleteObjectsOutput {
        deleted: (!quiet).then_some(deleted),
        errors: (!errors.is_empty()).then_some(errors),
        request_charged: None,
    }))
}
