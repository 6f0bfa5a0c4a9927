//! Annotations: named texts of up to 1 MiB beside the versions of objects.
//!
//! They are no part of what they are attached to: neither the ETag nor the time of an object changes with them. A new
//! version begins without any, and they go with theirs. Source: Amazon S3 API Reference, PutObjectAnnotation and its
//! like; Amazon S3 User Guide, "Annotating your objects".

mod copy;
mod name;
pub(crate) mod record;
#[cfg(test)]
mod tests;

pub(crate) use copy::Along;

use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::{Algorithm, Coverage, answer, check_algorithm, sent};
use crate::encryption::{Encryption, Sealing};
use crate::error::{AnnotationFault, Argument, Error};
use crate::event::Event;
use crate::notification::{Origin, announce};
use crate::object::get::shows_checksums;
use crate::object::read::{self, Span};
use crate::object::record::{Object, ObjectRow, Piece};
use crate::object::write::{DigestForm, Expected, Intake, Written};
use crate::object::{condition, key, quoted, version};
use crate::replication;
use base::Timestamp;
use blob::BlobRef;
use ports::{BodyIn, Cx, StreamAnswer};
use record::AnnotationRow;
use shapes_s3 as api;
use std::sync::Arc;
use store::Record;

/// Bytes of a payload at the most.
const MOST_BYTES: usize = 1024 * 1024;

/// What a change of annotations depends on.
struct Change<'i> {
    /// The ETag of the object; of annotations there is no condition.
    object_if_match: Option<&'i str>,
    /// Past retentions that may be passed over.
    bypass: bool,
}

impl<'i> Change<'i> {
    fn of(cx: &Cx, object_if_match: Option<&'i str>) -> Self {
        // The model has no member for it, yet the header counts (observed).
        let bypass = cx.head().header("x-amz-bypass-governance-retention");
        let bypass = bypass.is_some_and(|value| value.eq_ignore_ascii_case("true"));
        Self { object_if_match, bypass }
    }

    /// The object whose annotations may be changed.
    fn check<'r>(
        &self,
        row: &'r ObjectRow,
        version_id: Option<&str>,
        method: &str,
        now: Timestamp,
    ) -> Result<&'r Object, Error> {
        let object = version::object(row, version_id, method)?;
        if self.object_if_match.is_some_and(|wanted| !condition::names(wanted, &object.e_tag)) {
            return Err(Error::PreconditionFailed("x-amz-object-if-match"));
        }
        // A hold outranks a retention, and is never passed over.
        match object.lock.check_removal(now, self.bypass) {
            Ok(()) => Ok(object),
            Err(_) if object.lock.legal_hold == Some(true) => Err(AnnotationFault::Held.into()),
            Err(_) => Err(AnnotationFault::Retained.into()),
        }
    }
}

/// The version as answers show it; of a bucket that never had versions nothing is shown.
fn shown_version(bucket: &BucketRow, row: &ObjectRow) -> Option<String> {
    bucket.had_versions().then(|| row.shown_version())
}

/// Takes a payload in: some text, and not too much of it.
async fn receive(cx: &Cx, mut body: BodyIn, expected: Expected<'_>) -> Result<Written, Error> {
    let mut intake = Intake::new(cx, expected)?;
    let mut text = Vec::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|fault| Error::Body(Box::new(fault)))?;
        text.extend_from_slice(&piece);
        if text.len() > MOST_BYTES {
            return Err(AnnotationFault::PayloadSize.into());
        }
        intake.take(piece).await?;
    }
    let written = intake.finish(cx, body).await?;
    // Bytes that were spoiled on their way have failed by their digest already.
    match std::str::from_utf8(&text) {
        Ok(_) => Ok(written),
        Err(_) => Err(written.discard(cx, AnnotationFault::NotText.into())),
    }
}

/// What an annotation is put on.
struct Target<'i> {
    bucket: Arc<BucketRow>,
    key: String,
    version_id: Option<&'i str>,
    name: String,
    change: Change<'i>,
}

impl<'i> Target<'i> {
    fn read(cx: &Cx, input: &'i api::PutObjectAnnotationRequest) -> Result<Self, Error> {
        Ok(Self {
            bucket: bucket::resolve_paid(
                cx,
                input.bucket.as_deref(),
                input.expected_bucket_owner.as_deref(),
            )?,
            key: key(input.key.clone())?,
            name: name::parse(input.annotation_name.as_deref())?,
            version_id: input.version_id.as_deref(),
            change: Change::of(cx, input.object_if_match.as_deref()),
        })
    }

    /// How it is encrypted: as its object is. Refuses where it could not be attached.
    fn encryption(&self, cx: &Cx) -> Result<Encryption, Error> {
        cx.read(|view| {
            let row = version::find(&view.paged::<ObjectRow>(), &self.bucket, &self.key, self.version_id)?;
            takes_annotations(self.change.check(&row, self.version_id, "PUT", cx.now())?).cloned()
        })
    }

    /// Attaches what came in; answers the version's id and what nobody refers to any more.
    fn attach(
        &self,
        cx: &Cx,
        written: &Written,
        piece: Piece,
    ) -> Result<(Option<String>, Vec<BlobRef>), Error> {
        cx.write(|tx| {
            let bucket = bucket::again(tx, &self.bucket)?;
            let row = version::find(&tx.paged::<ObjectRow>(), &bucket, &self.key, self.version_id)?;
            let object = self.change.check(&row, self.version_id, "PUT", tx.now())?;
            takes_annotations(object)?;
            let annotation = AnnotationRow {
                version: row.key(),
                name: self.name.clone(),
                e_tag: written.e_tag.clone(),
                checksum: written.checksum.clone(),
                written_at: tx.now(),
                piece,
                replication: replication::begin_annotation(tx, &bucket, &row, &self.name)?,
            };
            let event = put_event(&bucket, &row, object, &annotation);
            let is_new = tx.paged::<AnnotationRow>().get(&annotation.key())?.is_none();
            if is_new && object.annotations >= name::MOST {
                return Err(AnnotationFault::LimitExceeded.into());
            }
            let mut freed = Vec::new();
            record::attach(tx, &row, annotation, &mut freed)?;
            announce(tx, &bucket, &Origin::of(cx), &event)?;
            Ok::<_, Error>((shown_version(&bucket, &row), freed))
        })
    }
}

/// `PutObjectAnnotation`: attaches a text to a version, or replaces it.
pub(crate) async fn put(
    cx: Cx,
    svc: Arc<S3>,
    input: api::PutObjectAnnotationRequest,
    body: BodyIn,
) -> Result<StreamAnswer<api::PutObjectAnnotationOutput>, Error> {
    let target = Target::read(&cx, &input)?;
    check_algorithm(input.checksum_algorithm.as_deref())?;
    let claim = sent!(input).claim(cx.head())?;
    let sealing = Sealing { encryption: target.encryption(&cx)?, key: None };
    let algorithm = claim.as_ref().map_or(Algorithm::Crc64Nvme, |claim| claim.algorithm);
    let content_md5 = input.content_md5.as_deref();
    let shown = DigestForm::Hexadecimal;
    let expected = Expected { claim, algorithm, content_md5, shown, sealing: &sealing };
    let written = receive(&cx, body, expected).await?;
    let Some(piece) = written.piece else { return Err(AnnotationFault::PayloadSize.into()) };
    let (object_version_id, freed) = match target.attach(&cx, &written, piece) {
        Ok(done) => done,
        Err(error) => return Err(written.discard(&cx, error)),
    };
    svc.release(&cx, freed).await?;
    let Written { e_tag, checksum, .. } = written;
    let mut output = api::PutObjectAnnotationOutput {
        key: Some(target.key),
        annotation_name: Some(target.name),
        object_version_id,
        e_tag: Some(quoted(&e_tag)),
        checksum_type: Some(Coverage::FullObject.name().to_owned()),
        server_side_encryption: sealing.encryption.algorithm().map(str::to_owned),
        request_charged: bucket::charged(&cx, &target.bucket),
        ..api::PutObjectAnnotationOutput::default()
    };
    answer!(output, checksum.algorithm, checksum.value);
    Ok(StreamAnswer::plain(output))
}

/// How the annotations of an object are encrypted; whose key is the client's has none.
pub(crate) fn takes_annotations(object: &Object) -> Result<&Encryption, Error> {
    match &object.encryption {
        Encryption::Customer(_) => Err(AnnotationFault::CustomerKey.into()),
        encryption @ (Encryption::S3 | Encryption::Kms(_)) => Ok(encryption),
    }
}

/// What a bucket is told of an annotation that was put.
pub(crate) fn put_event(
    bucket: &BucketRow,
    row: &ObjectRow,
    object: &Object,
    annotation: &AnnotationRow,
) -> Event {
    Event::ObjectAnnotationPut {
        bucket: bucket.name.clone(),
        key: row.key.clone(),
        version_id: row.version_id.clone(),
        e_tag: object.e_tag.clone(),
        annotation: annotation.name.clone(),
        annotation_size: annotation.size(),
        annotation_e_tag: annotation.e_tag.clone(),
    }
}

/// `GetObjectAnnotation`. Its bytes stay until they are read, whoever replaces or moves them meanwhile.
pub(crate) async fn get(
    cx: Cx,
    _svc: Arc<S3>,
    input: api::GetObjectAnnotationRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::GetObjectAnnotationOutput>, Error> {
    let cx = &cx;
    let reading = cx.world().blobs.reading();
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.clone())?;
    let name = input.annotation_name.as_deref().unwrap_or_default();
    let version_id = input.version_id.as_deref();
    let (row, encryption, annotation) = cx.read(|view| {
        let row = version::find(&view.paged::<ObjectRow>(), &bucket, &key, version_id)?;
        let encryption = version::object(&row, version_id, "GET")?.encryption.algorithm();
        let annotation = view.paged::<AnnotationRow>().get(&record::text(&row.key(), name))?;
        Ok::<_, Error>((row, encryption, annotation.ok_or(AnnotationFault::Missing)?))
    })?;
    let mut output = api::GetObjectAnnotationOutput {
        object_version_id: shown_version(&bucket, &row),
        last_modified: Some(annotation.written_at.whole_seconds().into()),
        content_length: i64::try_from(annotation.size()).ok(),
        e_tag: Some(quoted(&annotation.e_tag)),
        server_side_encryption: encryption.map(str::to_owned),
        request_charged: bucket::charged(cx, &bucket),
        ..api::GetObjectAnnotationOutput::default()
    };
    if shows_checksums(input.checksum_mode.as_deref())? {
        output.checksum_type = Some(annotation.checksum.coverage.name().to_owned());
        answer!(output, annotation.checksum.algorithm, annotation.checksum.value.clone());
    }
    let body = read::body(cx, reading, annotation.pieces(), &Span::whole(annotation.size()), None)?;
    Ok(StreamAnswer { output, body, status: None })
}

/// `ListObjectAnnotations`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListObjectAnnotationsRequest,
) -> Result<api::ListObjectAnnotationsOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let version_id = input.version_id.as_deref();
    let prefix = input.annotation_prefix.as_deref().unwrap_or_default();
    name::check_prefix(prefix)?;
    let row = cx.read(|view| version::find(&view.paged::<ObjectRow>(), &bucket, &key, version_id))?;
    version::object(&row, version_id, "GET")?;
    let version = row.key();
    let shown_limit = input.max_annotation_results.unwrap_or(1000);
    let limit = usize::try_from(shown_limit).unwrap_or(0).min(name::MOST);
    let pages = cx.world().store.pages(&["ListObjectAnnotations", &version, prefix]);
    let after = match input.continuation_token.as_deref() {
        None => None,
        Some(token) => {
            let name = pages.after(token).map_err(|_| Error::InvalidArgument(Argument::ContinuationToken))?;
            Some(record::text(&version, &name))
        }
    };
    let beginning = record::text(&version, prefix);
    let mut found =
        cx.read(|view| view.paged::<AnnotationRow>().range(&beginning, after.as_deref(), limit + 1))?;
    let is_truncated = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| is_truncated).map(|(_, last)| pages.token(&last.name));
    Ok(api::ListObjectAnnotationsOutput {
        annotation_count: i32::try_from(found.len()).ok(),
        annotations: Some(found.iter().map(|(_, annotation)| entry(annotation)).collect()),
        bucket: Some(bucket.name.clone()),
        key: Some(key),
        object_version_id: shown_version(&bucket, &row),
        annotation_prefix: input.annotation_prefix,
        max_annotation_results: Some(shown_limit),
        continuation_token: input.continuation_token,
        next_continuation_token: last,
        request_charged: bucket::charged(cx, &bucket),
    })
}

fn entry(annotation: &AnnotationRow) -> api::AnnotationEntry {
    api::AnnotationEntry {
        annotation_name: Some(annotation.name.clone()),
        last_modified: Some(annotation.written_at.whole_seconds().into()),
        e_tag: Some(quoted(&annotation.e_tag)),
        checksum_algorithm: Some(vec![annotation.checksum.algorithm.name().to_owned()]),
        size: i64::try_from(annotation.size()).ok(),
        replication_status: annotation.replication.map(|status| status.name().to_owned()),
    }
}

/// `DeleteObjectAnnotation`: also where there is none of that name.
pub(crate) async fn delete(
    cx: Cx,
    svc: Arc<S3>,
    input: api::DeleteObjectAnnotationRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::DeleteObjectAnnotationOutput>, Error> {
    let bucket = bucket::resolve_paid(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.clone())?;
    let name = input.annotation_name.as_deref().unwrap_or_default();
    let version_id = input.version_id.as_deref();
    let change = Change::of(&cx, input.object_if_match.as_deref());
    let (object_version_id, freed) = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let row = version::find(&tx.paged::<ObjectRow>(), &bucket, &key, version_id)?;
        let object = change.check(&row, version_id, "DELETE", tx.now())?;
        let mut freed = Vec::new();
        if record::detach(tx, &row, name, &mut freed)? {
            let event = Event::ObjectAnnotationDeleted {
                bucket: bucket.name.clone(),
                key: row.key.clone(),
                version_id: row.version_id.clone(),
                e_tag: object.e_tag.clone(),
                annotation: name.to_owned(),
            };
            announce(tx, &bucket, &Origin::of(&cx), &event)?;
        }
        Ok::<_, Error>((shown_version(&bucket, &row), freed))
    })?;
    svc.release(&cx, freed).await?;
    let request_charged = bucket::charged(&cx, &bucket);
    Ok(StreamAnswer::plain(api::DeleteObjectAnnotationOutput { object_version_id, request_charged }))
}
