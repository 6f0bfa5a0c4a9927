//! Storing an object: the bytes first, then the row that makes them visible.

use super::attributes::attributes;
use super::record::{Body, Object};
use super::write::{self, DigestForm, Expected, Written};
use super::{condition, key, quoted, version};
use crate::S3;
use crate::acl::{Access, asked as asked_access};
use crate::bucket;
use crate::checksum::{Algorithm, answer, check_algorithm, sent};
use crate::encryption::{asked, describe_encryption};
use crate::error::{Error, Refusal};
use crate::event::Event;
use crate::lifecycle;
use crate::lock::asked_lock;
use crate::notification::{Origin, announce};
use crate::replication;
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;

/// `PutObject`.
pub(crate) async fn put(
    cx: Cx,
    svc: Arc<S3>,
    input: api::PutObjectRequest,
    body: BodyIn,
) -> Result<StreamAnswer<api::PutObjectOutput>, Error> {
    store(cx, svc, input, body, "Put").await
}

/// Stores an object. `by` is how it came, as events say it.
pub(crate) async fn store(
    cx: Cx,
    svc: Arc<S3>,
    mut input: api::PutObjectRequest,
    body: BodyIn,
    by: &'static str,
) -> Result<StreamAnswer<api::PutObjectOutput>, Error> {
    let bucket = bucket::resolve_paid(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.take())?;
    if input.write_offset_bytes.is_some() {
        return Err(Error::NotImplemented { header: "x-amz-write-offset-bytes", additional: None });
    }
    let (if_match, if_none_match) = (input.if_match.take(), input.if_none_match.take());
    let conditions = condition::WriteConditions::parse(if_match.as_deref(), if_none_match.as_deref())?;
    let lock = cx.read(|view| asked_lock!(input).decide(view, &bucket, cx.now()))?;
    let sealing = asked!(input).decide(&cx, &bucket)?;
    check_algorithm(input.checksum_algorithm.as_deref())?;
    let claim = sent!(input).claim(cx.head())?;
    // A form's sender cannot vouch for its file by a header.
    if by == "Put" && !lock.is_empty() && claim.is_none() && input.content_md5.is_none() {
        return Err(Error::InvalidRequest(Refusal::LockDigestMissing));
    }
    let mut attributes = attributes!(input);
    attributes.access = Access::of_new_object(&cx, &bucket, &asked_access!(input))?;
    // What fails already is told before the body is asked for; it is judged again with the row that is written.
    cx.read(|view| conditions.check(&view.paged(), &bucket, &key))?;
    let content_md5 = input.content_md5.as_deref();
    let algorithm = claim.as_ref().map_or(Algorithm::Crc64Nvme, |claim| claim.algorithm);
    let shown = DigestForm::Hexadecimal;
    let expected = Expected { claim, algorithm, content_md5, shown, sealing: &sealing };
    let written = write::receive(&cx, body, expected).await?;
    let object = Object {
        size: written.size,
        e_tag: written.e_tag.clone(),
        checksum: Some(written.checksum.clone()),
        body: Body::Inline(written.piece.into_iter().collect()),
        attributes,
        encryption: sealing.encryption.clone(),
        lock,
        restore: None,
        replication: None,
        replica_of: None,
        annotations: 0,
    };
    let (origin, salt) = (Origin::of(&cx), version::salt(cx.ids()));
    let outcome = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        conditions.check(&tx.paged(), &bucket, &key)?;
        let (mut row, freed) = version::write(tx, &bucket, &key, Some(object.clone()), salt)?;
        replication::begin(tx, &bucket, &mut row)?;
        announce(tx, &bucket, &origin, &Event::created(&bucket, &row, &object, by))?;
        let expiration = lifecycle::expiration(tx, &row)?;
        Ok::<_, Error>((row, freed, expiration))
    });
    let (row, freed, expiration) = match outcome {
        Ok(done) => done,
        Err(error) => return Err(written.discard(&cx, error)),
    };
    svc.release(&cx, freed).await?;
    let Written { e_tag, checksum, .. } = written;
    let mut output = api::PutObjectOutput {
        e_tag: Some(quoted(&e_tag)),
        version_id: row.version_id,
        expiration,
        checksum_type: Some(checksum.coverage.name().to_owned()),
        ssekms_encryption_context: sealing.encryption.kms().and_then(|kms| kms.context.clone()),
        request_charged: bucket::charged(&cx, &bucket),
        ..api::PutObjectOutput::default()
    };
    describe_encryption!(output, &sealing.encryption);
    answer!(output, checksum.algorithm, checksum.value);
    Ok(StreamAnswer::plain(output))
}
