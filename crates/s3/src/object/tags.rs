//! The tags of an object.

use super::record::ObjectRow;
use super::{key, version};
use crate::S3;
use crate::authority;
use crate::bucket;
use crate::error::Error;
use crate::event::Event;
use crate::notification::{Origin, announce};
use crate::tagging::{self, Place, TagSet};
use ports::Cx;
use shapes_s3 as api;

/// `GetObjectTagging`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetObjectTaggingRequest,
) -> Result<api::GetObjectTaggingOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    // Recorded: this one operation names the bucket before the key that is missing.
    let shown = |error| match error {
        Error::NoSuchKey { marker, .. } => Error::NoSuchKey { key: format!("{}/{key}", bucket.name), marker },
        other => other,
    };
    let version_id = input.version_id.as_deref();
    cx.read(|view| {
        let row = version::find(&view.paged::<ObjectRow>(), &bucket, &key, version_id)?;
        let object = version::object(&row, version_id, "GET")?;
        Ok(api::GetObjectTaggingOutput {
            version_id: bucket.had_versions().then(|| row.shown_version()),
            tag_set: Some(tagging::shown(&object.attributes.tags)),
        })
    })
    .map_err(|error| authority::untold(cx, &bucket, shown(error)))
}

/// `PutObjectTagging`.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutObjectTaggingRequest,
) -> Result<api::PutObjectTaggingOutput, Error> {
    let (bucket, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    bucket::resolve_paid(cx, bucket, owner)?;
    let tags = input.tagging.and_then(|tagging| tagging.tag_set).unwrap_or_default();
    let tags = tagging::parse(tags, Place::Object)?;
    let version_id = replace(cx, bucket, owner, input.key, input.version_id.as_deref(), Some(&tags))?;
    Ok(api::PutObjectTaggingOutput { version_id })
}

/// `DeleteObjectTagging`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &S3,
    input: api::DeleteObjectTaggingRequest,
) -> Result<api::DeleteObjectTaggingOutput, Error> {
    let (bucket, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let version_id = replace(cx, bucket, owner, input.key, input.version_id.as_deref(), None)?;
    Ok(api::DeleteObjectTaggingOutput { version_id })
}

/// Replaces the tags, or removes them.
fn replace(
    cx: &Cx,
    bucket: Option<&str>,
    owner: Option<&str>,
    object_key: Option<String>,
    version_id: Option<&str>,
    tags: Option<&TagSet>,
) -> Result<Option<String>, Error> {
    let bucket = bucket::resolve(cx, bucket, owner)?;
    let key = key(object_key)?;
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let row = version::find(&tx.paged::<ObjectRow>(), &bucket, &key, version_id)?;
        let method = if tags.is_some() { "PUT" } else { "DELETE" };
        let mut object = version::object(&row, version_id, method)?.clone();
        let mut row = ObjectRow::clone(&row);
        let shown = bucket.had_versions().then(|| row.shown_version());
        object.attributes.tags = tags.cloned().unwrap_or_default();
        let e_tag = object.e_tag.clone();
        row.object = Some(object);
        let (name, key, version_id) = (bucket.name.clone(), key.clone(), row.version_id.clone());
        let event = match tags {
            Some(_) => Event::ObjectTagsPut { bucket: name, key, version_id, e_tag },
            None => Event::ObjectTagsDeleted { bucket: name, key, version_id, e_tag },
        };
        announce(tx, &bucket, &Origin::of(cx), &event)?;
        tx.paged::<ObjectRow>().put(row);
        Ok(shown)
    })
}
