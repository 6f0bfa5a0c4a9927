//! Multipart uploads. Parts become an object by reference: nothing is copied at completion.

mod complete;
mod copy;
mod list;
mod part;
pub(crate) mod record;

pub(crate) use complete::complete;
pub(crate) use copy::copy_part;
pub(crate) use list::{list, list_parts};
pub(crate) use part::put_part;

use crate::S3;
use crate::acl::{Access, asked as asked_access};
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::{Algorithm, Coverage};
use crate::encryption::{asked, describe_encryption};
use crate::error::{Error, Refusal};
use crate::lifecycle;
use crate::lock::asked_lock;
use crate::object::attributes::attributes;
use crate::object::key;
use crate::opaque::{self, Kind};
use crate::owner;
use base::Timestamp;
use ports::{BodyIn, Cx, StreamAnswer};
use record::UploadRow;
use shapes_s3 as api;
use std::sync::Arc;
use store::Tx;

/// Bits of an upload's order that tell uploads of one millisecond apart.
const RANDOM_BITS: u32 = 20;

/// `CreateMultipartUpload`: metadata, encryption, lock and the kind of checksum are fixed here.
pub(crate) fn create(
    cx: &Cx,
    _svc: &S3,
    mut input: api::CreateMultipartUploadRequest,
) -> Result<api::CreateMultipartUploadOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.take())?;
    let (algorithm, coverage) = checksums(&input)?;
    let lock = cx.read(|view| asked_lock!(input).decide(view, &bucket, cx.now()))?;
    let encryption = asked!(input).decide(cx, &bucket)?.encryption;
    let mut attributes = attributes!(input);
    attributes.access = Access::of_new_object(cx, &bucket, &asked_access!(input))?;
    let upload_id = opaque::seal(&bucket.secret, Kind::Upload, &key, order(cx, cx.now()));
    let abort = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        tx.paged::<UploadRow>().put(UploadRow {
            bucket: bucket.id.clone(),
            key: key.clone(),
            upload_id: upload_id.clone(),
            attributes: attributes.clone(),
            algorithm,
            coverage,
            begun_at: cx.now(),
            initiator: owner::initiator(cx),
            encryption: encryption.clone(),
            lock: lock.clone(),
            deleted: false,
        });
        Ok::<_, Error>(lifecycle::abort(tx, &bucket.id, &key, cx.now())?)
    })?;
    let (abort_at, abort_rule) = abort.unzip();
    let mut output = api::CreateMultipartUploadOutput {
        abort_date: abort_at.map(Into::into),
        abort_rule_id: abort_rule,
        bucket: Some(bucket.name.clone()),
        key: Some(key),
        upload_id: Some(upload_id),
        checksum_algorithm: algorithm.map(|algorithm| algorithm.name().to_owned()),
        checksum_type: algorithm.map(|_| coverage.name().to_owned()),
        ssekms_encryption_context: encryption.kms().and_then(|kms| kms.context.clone()),
        request_charged: bucket::charged(cx, &bucket),
        ..api::CreateMultipartUploadOutput::default()
    };
    describe_encryption!(output, &encryption);
    Ok(output)
}

/// The place of an upload among its key's: by when it was begun.
fn order(cx: &Cx, now: Timestamp) -> u64 {
    let millis = u64::try_from(now.millis).unwrap_or(0);
    (millis << RANDOM_BITS) | cx.ids().below(1 << RANDOM_BITS)
}

/// What the finished object's checksum will be.
fn checksums(input: &api::CreateMultipartUploadRequest) -> Result<(Option<Algorithm>, Coverage), Error> {
    let algorithm = input.checksum_algorithm.as_deref().map(Algorithm::parse).transpose()?;
    let asked = input.checksum_type.as_deref().map(Coverage::parse).transpose()?;
    match (algorithm, asked) {
        (None, Some(_)) => Err(Error::InvalidRequest(Refusal::ChecksumType)),
        (None, None) => Ok((None, Coverage::FullObject)),
        (Some(algorithm), asked) => {
            let coverage = asked.unwrap_or(algorithm.default_coverage());
            algorithm.check(coverage)?;
            Ok((Some(algorithm), coverage))
        }
    }
}

/// The upload of that id, if it is the key's.
fn find(tx: &mut Tx, bucket: &BucketRow, key: &str, upload_id: &str) -> Result<Arc<UploadRow>, Error> {
    let found = tx.paged::<UploadRow>().get(&record::text(&bucket.id, key, upload_id))?;
    found.ok_or_else(|| Error::NoSuchUpload(upload_id.to_owned()))
}

/// `AbortMultipartUpload`.
pub(crate) async fn abort(
    cx: Cx,
    svc: Arc<S3>,
    input: api::AbortMultipartUploadRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::AbortMultipartUploadOutput>, Error> {
    let bucket = bucket::resolve_paid(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let upload_id = input.upload_id.unwrap_or_default();
    if input.if_match_initiated_time.is_some() {
        return Err(Error::NotImplemented { header: "x-amz-if-match-initiated-time", additional: None });
    }
    let freed = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        find(tx, &bucket, &key, &upload_id)?;
        let freed = record::remove_parts(tx, &bucket.id, &upload_id)?;
        tx.paged::<UploadRow>().delete(&record::text(&bucket.id, &key, &upload_id));
        Ok::<_, Error>(freed)
    })?;
    svc.release(&cx, freed).await?;
    let request_charged = bucket::charged(&cx, &bucket);
    Ok(StreamAnswer::plain(api::AbortMultipartUploadOutput {
        request_charged,
        ..api::AbortMultipartUploadOutput::default()
    }))
}
