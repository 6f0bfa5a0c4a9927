//! `?tagging`: the bucket's tags. S3 Control reads and writes the same ones.

use super::record::{self, Configurations};
use super::{abac, read};
use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::error::{Configuration, Error, Refusal};
use crate::tagging::{self, Place, TagSet};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::{StoreError, Tx};

/// A bucket's tags, in the order they were given.
pub(crate) fn of(rows: &impl Configurations, bucket: &str) -> Result<Vec<api::Tag>, StoreError> {
    let tagging: Option<api::Tagging> = record::stored(rows, bucket, Configuration::Tagging)?;
    Ok(tagging.and_then(|tagging| tagging.tag_set).unwrap_or_default())
}

/// Stores a bucket's tags; none at all are as if there had never been any.
pub(crate) fn put_tags(tx: &mut Tx, bucket: &str, tags: &TagSet) {
    if tags.is_empty() {
        return record::remove(tx, bucket, Configuration::Tagging);
    }
    record::put(tx, bucket, Configuration::Tagging, &api::Tagging { tag_set: Some(tagging::shown(tags)) });
}

/// `GetBucketTagging`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketTaggingRequest,
) -> Result<api::GetBucketTaggingOutput, Error> {
    let owner = input.expected_bucket_owner.as_deref();
    let tagging: api::Tagging = read(cx, input.bucket.as_deref(), owner, Configuration::Tagging)?;
    Ok(api::GetBucketTaggingOutput { tag_set: tagging.tag_set })
}

/// `PutBucketTagging`: all tags at once.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketTaggingRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let tags = input.tagging.and_then(|tagging| tagging.tag_set).unwrap_or_default();
    let tags = tagging::parse(tags, Place::Bucket)?;
    replace(cx, &bucket, &tags)
}

/// `DeleteBucketTagging`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteBucketTaggingRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    replace(cx, &bucket, &TagSet::new())
}

/// Replaces the tags, unless access to the bucket is decided by them: then only S3 Control changes them.
fn replace(cx: &Cx, bucket: &BucketRow, tags: &TagSet) -> Result<Empty, Error> {
    cx.write(|tx| {
        let bucket = bucket::again(tx, bucket)?;
        if abac::is_enabled(tx, &bucket.id)? {
            return Err(Error::InvalidRequest(Refusal::TagsByAbac));
        }
        put_tags(tx, &bucket.id, tags);
        Ok(Empty {})
    })
}
