//! CopyObject: references are copied; bytes are read only where a hash is not known, and written only where the
//! client's own key seals them.

use super::attributes::{Attributes, attributes};
use super::condition::{ReadConditions, WriteConditions};
use super::read::Pieces;
use super::record::{Body, Object, ObjectRow, Piece};
use super::share::ManifestRow;
use super::source::{self, ATTEMPTS, Source};
use super::write::MOST_BYTES;
use super::{key, quoted, version};
use crate::S3;
use crate::acl::{Access, asked as asked_access};
use crate::annotation::Along;
use crate::annotation::record as annotations;
use crate::authority;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::{Algorithm, Checksum, Coverage, answer};
use crate::encryption::customer::{CustomerHeaders, SecretKey};
use crate::encryption::{self, Sealing, asked, describe_encryption};
use crate::error::{Error, Refusal};
use crate::event::Event;
use crate::lifecycle;
use crate::lock::{Lock, asked_lock};
use crate::notification::{Origin, announce};
use crate::replication;
use blob::{BlobRef, Reading};
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;
use store::View;

/// `CopyObject`.
///
/// Metadata and tags follow their directives; storage class, encryption and lock are the request's or the target's
/// defaults. A copy onto itself has to change something. Source: Amazon S3 API Reference, CopyObject; recordings.
pub(crate) async fn copy(
    cx: Cx,
    svc: Arc<S3>,
    input: api::CopyObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::CopyObjectOutput>, Error> {
    let mut outcome = copy_once(&cx, &svc, input.clone()).await;
    for _ in 1..ATTEMPTS {
        // The source was overwritten, or its bytes moved, between its reading and the commit.
        let Err(Error::OperationAborted) = outcome else { break };
        outcome = copy_once(&cx, &svc, input.clone()).await;
    }
    outcome.map(StreamAnswer::plain)
}

async fn copy_once(
    cx: &Cx,
    svc: &S3,
    mut input: api::CopyObjectRequest,
) -> Result<api::CopyObjectOutput, Error> {
    let reading = cx.world().blobs.reading();
    let asked = Asked::read(cx, &mut input)?;
    let original = asked.original(cx)?;
    let secret = original.object.encryption.open(&asked.source_key)?;
    let along = Along::prepare(cx, &original.row, asked.annotations, asked.algorithm).await?;
    let own = original.object.checksum.as_ref().map(|checksum| checksum.algorithm);
    let algorithm = asked.algorithm.or(own).unwrap_or(Algorithm::Crc64Nvme);
    let copied = original.copied(cx, reading, secret, &asked.sealing, algorithm).await?;
    let object = asked.object(&original.object, &copied);
    let made = Made { object, rewritten: copied.rewritten, along };
    let written = match asked.write(cx, &original, &made) {
        Ok(written) => written,
        Err(error) => {
            // The bytes that were sealed anew have no row.
            if let Some(piece) = made.rewritten {
                cx.world().blobs.release(&piece.blob)?;
            }
            return Err(error);
        }
    };
    svc.release(cx, written.freed).await?;
    let output = shape(&written.row, &made.object, written.source_version);
    Ok(api::CopyObjectOutput {
        version_id: written.shown_version,
        expiration: written.expiration,
        request_charged: bucket::charged(cx, &asked.bucket).or_else(|| bucket::charged(cx, &asked.from)),
        ..output
    })
}

/// What a request asks for.
struct Asked<'i> {
    source: Source,
    from: Arc<BucketRow>,
    source_conditions: ReadConditions<'i>,
    /// The client's key of the source.
    source_key: CustomerHeaders<'i>,
    bucket: Arc<BucketRow>,
    /// The target's bucket as it was named.
    target: String,
    key: String,
    conditions: WriteConditions<'i>,
    algorithm: Option<Algorithm>,
    sealing: Sealing,
    lock: Lock,
    /// The attributes of the request; which of them count, the directives say.
    given: Attributes,
    replace: bool,
    replace_tags: bool,
    /// The directive for annotations.
    annotations: Option<&'i str>,
    /// Something is asked for that a copy of an object onto itself may be for.
    changes: bool,
}

impl<'i> Asked<'i> {
    fn read(cx: &Cx, input: &'i mut api::CopyObjectRequest) -> Result<Self, Error> {
        let bucket =
            bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
        let key = key(input.key.take())?;
        let source = Source::parse(input.copy_source.as_deref())?;
        let from =
            bucket::resolve_paid(cx, Some(&source.bucket), input.expected_source_bucket_owner.as_deref())?;
        let algorithm = input.checksum_algorithm.as_deref().map(Algorithm::parse).transpose()?;
        let conditions = WriteConditions::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
        let lock = cx.read(|view| asked_lock!(input).decide(view, &bucket, cx.now()))?;
        let encryption = asked!(input);
        let explicit = encryption.is_explicit();
        let sealing = encryption.decide(cx, &bucket)?;
        let replace = input.metadata_directive.as_deref() == Some("REPLACE");
        let changes = replace || explicit || input.storage_class.is_some();
        let mut given = attributes!(input);
        given.access = Access::of_new_object(cx, &bucket, &asked_access!(input))?;
        Ok(Self {
            source,
            from,
            source_conditions: ReadConditions {
                if_match: input.copy_source_if_match.as_deref(),
                if_none_match: input.copy_source_if_none_match.as_deref(),
                if_modified_since: input.copy_source_if_modified_since.map(Into::into),
                if_unmodified_since: input.copy_source_if_unmodified_since.map(Into::into),
            },
            source_key: CustomerHeaders {
                algorithm: input.copy_source_sse_customer_algorithm.as_deref(),
                key: input.copy_source_sse_customer_key.as_deref(),
                md5: input.copy_source_sse_customer_key_md5.as_deref(),
            },
            bucket,
            target: input.bucket.clone().unwrap_or_default(),
            key,
            conditions,
            algorithm,
            sealing,
            lock,
            changes: changes || given.website_redirect_location.is_some(),
            given,
            replace,
            replace_tags: input.tagging_directive.as_deref() == Some("REPLACE"),
            annotations: input.annotation_directive.as_deref(),
        })
    }

    /// Finds the version that is copied, and refuses one that cannot be, or that the caller may not read.
    fn original(&self, cx: &Cx) -> Result<Original, Error> {
        authority::ask_for_source(cx, &self.source, &self.from)?;
        let original = cx.read(|view| {
            let row = self.source.find(&view.paged::<ObjectRow>(), &self.from)?;
            let object = version::object(&row, None, "PUT")?;
            source::check(&self.source_conditions, &self.from, &row, object, cx.now())?;
            if object.size > MOST_BYTES {
                return Err(Error::InvalidRequest(Refusal::CopyTooLarge));
            }
            if !object.is_readable(cx.now()) {
                return Err(Error::SourceNotActive);
            }
            if self.is_idle(view, &row)? {
                return Err(Error::InvalidRequest(Refusal::CopyOntoItself));
            }
            let pieces = source::pieces(&view.paged::<ManifestRow>(), object)?;
            Ok(Original { object: object.clone(), row: row.clone(), pieces })
        });
        let original = original.map_err(|error| authority::untold(cx, &self.from, error))?;
        if !self.replace_tags && !original.object.attributes.tags.is_empty() {
            let target = authority::arn_of_object(cx, &self.target, &self.bucket, &self.key);
            authority::ask_for_tags(cx, &self.source, &self.from, &target)?;
        }
        Ok(original)
    }

    /// Whether it is a copy of the current version onto itself that changes nothing.
    fn is_idle(&self, view: &View, row: &ObjectRow) -> Result<bool, Error> {
        if self.changes || self.from.id != self.bucket.id || self.source.key != self.key {
            return Ok(false);
        }
        let current = version::current(&view.paged::<ObjectRow>(), &self.from, &self.key)?;
        let is_current = current.is_some_and(|current| current.order == row.order);
        Ok(is_current && !encryption::default_of(view, &self.bucket)?.is_explicit)
    }

    /// The copy; its bytes are named when it is written.
    fn object(&self, original: &Object, copied: &Copied) -> Object {
        Object {
            size: original.size,
            e_tag: copied.e_tag.clone(),
            checksum: Some(copied.checksum.clone()),
            body: Body::Inline(Vec::new()),
            attributes: merged(&original.attributes, &self.given, self.replace, self.replace_tags),
            encryption: self.sealing.encryption.clone(),
            lock: self.lock.clone(),
            restore: None,
            replication: None,
            replica_of: None,
            annotations: 0,
        }
    }

    /// Writes the version, if everything is still as it was seen.
    fn write(&self, cx: &Cx, original: &Original, made: &Made) -> Result<Written, Error> {
        let manifest_id = hex::encode(cx.ids().bytes::<12>());
        let (origin, salt) = (Origin::of(cx), version::salt(cx.ids()));
        cx.write(|tx| {
            let (from, bucket) = (bucket::again(tx, &self.from)?, bucket::again(tx, &self.bucket)?);
            let row = self.source.find(&tx.paged::<ObjectRow>(), &from)?;
            let pieces = match made.rewritten {
                Some(piece) => vec![piece],
                None => source::share_pieces(tx, &row, None, &original.pieces)?,
            };
            self.conditions.check(&tx.paged(), &bucket, &self.key)?;
            let mut object = made.object.clone();
            let annotations = made.along.take(tx, &row, &mut object)?;
            object.body = if pieces.len() > 1 {
                let id = manifest_id.clone();
                tx.paged::<ManifestRow>().put(ManifestRow { id: id.clone(), pieces, parts: Vec::new() });
                Body::Manifest { id, parts: 0 }
            } else {
                Body::Inline(pieces)
            };
            let (mut written, freed) = version::write(tx, &bucket, &self.key, Some(object.clone()), salt)?;
            annotations::hand_over(tx, &written, annotations);
            replication::begin(tx, &bucket, &mut written)?;
            announce(tx, &bucket, &origin, &Event::created(&bucket, &written, &object, "Copy"))?;
            let expiration = lifecycle::expiration(tx, &written)?;
            Ok::<_, Error>(Written {
                // Recorded: unlike a put, a copy says `null` where versioning is suspended.
                shown_version: bucket.had_versions().then(|| written.shown_version()),
                row: written,
                source_version: source_version(&from, &row),
                expiration,
                freed,
            })
        })
    }
}

/// A copy that is ready to be written.
struct Made {
    object: Object,
    /// Its bytes, where they had to be written again.
    rewritten: Option<Piece>,
    along: Along,
}

/// A copy that was written.
struct Written {
    row: ObjectRow,
    shown_version: Option<String>,
    source_version: Option<String>,
    expiration: Option<String>,
    freed: Vec<BlobRef>,
}

fn shape(row: &ObjectRow, object: &Object, source_version: Option<String>) -> api::CopyObjectOutput {
    let mut result = api::CopyObjectResult {
        e_tag: Some(quoted(&object.e_tag)),
        last_modified: Some(row.written_at.whole_seconds().into()),
        ..api::CopyObjectResult::default()
    };
    if let Some(checksum) = &object.checksum {
        result.checksum_type = Some(checksum.coverage.name().to_owned());
        answer!(result, checksum.algorithm, checksum.value.clone());
    }
    let mut output = api::CopyObjectOutput {
        copy_object_result: Some(result),
        copy_source_version_id: source_version,
        ssekms_encryption_context: object.encryption.kms().and_then(|kms| kms.context.clone()),
        ..api::CopyObjectOutput::default()
    };
    describe_encryption!(output, &object.encryption);
    output
}

/// The version that was copied, where it has an id of its own.
fn source_version(from: &BucketRow, row: &ObjectRow) -> Option<String> {
    row.version_id.clone().filter(|_| from.had_versions())
}

/// What a copy has beside its bytes.
fn merged(own: &Attributes, given: &Attributes, replace: bool, replace_tags: bool) -> Attributes {
    let mut merged = if replace { given.clone() } else { own.clone() };
    merged.website_redirect_location.clone_from(&given.website_redirect_location);
    merged.storage_class = given.storage_class;
    merged.access.clone_from(&given.access);
    merged.tags.clone_from(if replace_tags { &given.tags } else { &own.tags });
    merged
}

/// The version that is copied.
struct Original {
    row: Arc<ObjectRow>,
    object: Object,
    pieces: Vec<Piece>,
}

/// What a copy is known by, and its bytes where they had to be written again.
struct Copied {
    e_tag: String,
    checksum: Checksum,
    rewritten: Option<Piece>,
}

impl Original {
    /// Takes what is known of the original, and reads its bytes for what is not.
    async fn copied(
        &self,
        cx: &Cx,
        reading: Reading,
        secret: Option<SecretKey>,
        sealing: &Sealing,
        algorithm: Algorithm,
    ) -> Result<Copied, Error> {
        if secret.is_some() || sealing.key.is_some() {
            let bytes = Pieces::new(cx, reading, &self.pieces, secret);
            let written = source::seal_anew(cx, bytes, algorithm, sealing).await?;
            return Ok(Copied { e_tag: written.e_tag, checksum: written.checksum, rewritten: written.piece });
        }
        let whole = matches!(self.object.body, Body::Inline(_) | Body::Manifest { parts: 0, .. });
        let e_tag_is_md5 = whole && self.object.encryption.is_s3();
        let fits = |sum: &&Checksum| sum.coverage == Coverage::FullObject && sum.algorithm == algorithm;
        let known = self.object.checksum.as_ref().filter(|_| e_tag_is_md5).filter(fits);
        let (md5, checksum) = if let Some(known) = known {
            (self.object.e_tag.clone(), known.clone())
        } else {
            let bytes = Pieces::new(cx, reading, &self.pieces, None);
            let (md5, value) = source::hash(bytes, algorithm).await?;
            (md5, Checksum { algorithm, coverage: Coverage::FullObject, value })
        };
        let e_tag = if sealing.encryption.is_s3() { md5 } else { hex::encode(cx.ids().bytes::<16>()) };
        Ok(Copied { e_tag, checksum, rewritten: None })
    }
}
