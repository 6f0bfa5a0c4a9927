//! Objects: put, get, head.

pub(crate) mod attributes;
pub(crate) mod condition;
pub(crate) mod copy;
pub(crate) mod delete;
pub(crate) mod metadata;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod share;
pub(crate) mod tags;
pub(crate) mod version;
pub(crate) mod write;

use crate::S3;
use crate::bucket;
use crate::checksum::{Algorithm, Coverage, answer, sent};
use crate::error::{Argument, Error, Refusal};
use crate::event::Event;
use attributes::{attributes, refuse_unsupported};
use condition::ReadConditions;
use ports::{BodyIn, BodyOut, Cx, StreamAnswer};
use read::Span;
use record::{Body, Object, ObjectRow, Piece};
use shapes_s3 as api;
use share::ManifestRow;
use std::sync::Arc;
use store::StoreError;
use write::{DigestForm, Terms};

/// Bytes of a key at the most.
pub(crate) const LONGEST_KEY: usize = 1024;

/// The key of a call.
pub(crate) fn key(key: Option<String>) -> Result<String, Error> {
    let key = key.unwrap_or_default();
    if key.len() > LONGEST_KEY { Err(Error::KeyTooLong(key.len())) } else { Ok(key) }
}

/// `PutObject`: the bytes first, then the row that makes them visible.
pub(crate) async fn put(
    cx: Cx,
    svc: Arc<S3>,
    mut input: api::PutObjectRequest,
    body: BodyIn,
) -> Result<StreamAnswer<api::PutObjectOutput>, Error> {
    let bucket = bucket::resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.take())?;
    if input.write_offset_bytes.is_some() {
        return Err(Error::NotImplemented { header: "x-amz-write-offset-bytes", additional: None });
    }
    refuse_unsupported!(input);
    let claim = sent!(input).claim(cx.head())?;
    let attributes = attributes!(input);
    let terms = Terms {
        claim,
        algorithm: Algorithm::Crc64Nvme,
        content_md5: input.content_md5.as_deref(),
        shown: DigestForm::Hexadecimal,
    };
    let written = write::receive(&cx, body, terms).await?;
    let object = Object {
        size: written.size,
        e_tag: written.md5.clone(),
        checksum: written.checksum.clone(),
        body: Body::Inline(written.blob.map(Piece::whole).into_iter().collect()),
        attributes,
    };
    let (if_match, if_none_match) = (input.if_match.take(), input.if_none_match.take());
    let outcome = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        condition::check_write(tx, &bucket, &key, if_match.as_deref(), if_none_match.as_deref())?;
        let (row, freed) = version::write(tx, &bucket, &key, Some(object.clone()))?;
        tx.emit(&Event::ObjectCreated {
            bucket: bucket.name.clone(),
            key: key.clone(),
            version_id: row.version_id.clone(),
            size: object.size,
            e_tag: object.e_tag.clone(),
            by: "Put",
        });
        Ok::<_, Error>((row, freed))
    });
    let (row, freed) = match outcome {
        Ok(done) => done,
        Err(error) => {
            // What was written has no row: its bytes go back at once.
            if let Some(blob) = written.blob {
                cx.world().blobs.release(&blob)?;
            }
            return Err(error);
        }
    };
    svc.release(&cx, freed).await?;
    let mut output = api::PutObjectOutput {
        e_tag: Some(quoted(&written.md5)),
        version_id: row.version_id,
        server_side_encryption: Some("AES256".to_owned()),
        checksum_type: Some(written.checksum.coverage.name().to_owned()),
        ..api::PutObjectOutput::default()
    };
    answer!(output, written.checksum.algorithm, written.checksum.value);
    Ok(StreamAnswer::plain(output))
}

/// An ETag as it is answered.
pub(crate) fn quoted(e_tag: &str) -> String {
    format!("\"{e_tag}\"")
}

/// What GET and HEAD find.
struct Found {
    row: Arc<ObjectRow>,
    object: Object,
    versioned: bool,
    pieces: Vec<Piece>,
    parts: Vec<share::PartEntry>,
}

fn find(
    cx: &Cx,
    bucket: Option<&str>,
    owner: Option<&str>,
    key: &str,
    version_id: Option<&str>,
    method: &str,
) -> Result<Found, Error> {
    let bucket = bucket::resolve(cx, bucket, owner)?;
    cx.read(|view| {
        let row = version::find(&view.paged::<ObjectRow>(), &bucket, key, version_id)?;
        let Some(object) = row.object.clone() else {
            return Err(match version_id {
                Some(_) => Error::MethodNotAllowed {
                    method: method.to_owned(),
                    at: row.written_at,
                    version_id: row.shown_version(),
                },
                None => Error::NoSuchKey { key: key.to_owned(), marker: Some(row.shown_version()) },
            });
        };
        let (pieces, parts) = match &object.body {
            Body::Inline(pieces) => (pieces.clone(), Vec::new()),
            Body::Manifest { id, .. } => {
                let manifest = view.paged::<ManifestRow>().get(id)?;
                let manifest = manifest.ok_or_else(|| StoreError::Row {
                    table: "s3_manifest",
                    key: id.clone(),
                    cause: "the manifest of an object is missing".to_owned(),
                })?;
                (manifest.pieces.clone(), manifest.parts.clone())
            }
        };
        Ok(Found { versioned: bucket.had_versions(), row, object, pieces, parts })
    })
}

impl Found {
    /// The bytes that are asked for: a range, a part, or all.
    fn span(&self, range: Option<&str>, part: Option<i32>) -> Result<Span, Error> {
        match (range, part) {
            (Some(_), Some(_)) => Err(Error::InvalidRequest(Refusal::RangeAndPart)),
            (Some(range), None) => Span::of_range(range, self.object.size),
            (None, Some(number)) => self.part(number),
            (None, None) => Ok(Span::whole(self.object.size)),
        }
    }

    fn part(&self, number: i32) -> Result<Span, Error> {
        if !(1..=10_000).contains(&number) {
            return Err(Error::InvalidArgument(Argument::PartNumber(number.to_string())));
        }
        if self.parts.is_empty() {
            // An object in one piece has one part.
            return match number {
                1 => Ok(Span { partial: true, ..Span::whole(self.object.size) }),
                requested => Err(Error::InvalidPartNumber { requested, parts: 1 }),
            };
        }
        let mut start = 0;
        for part in &self.parts {
            if part.number == number {
                return Ok(Span { start, length: part.size, partial: true });
            }
            start += part.size;
        }
        Err(Error::InvalidPartNumber { requested: number, parts: self.parts.len() })
    }

    fn shown_version(&self) -> Option<String> {
        self.versioned.then(|| self.row.shown_version())
    }
}

/// Writes the members that GET and HEAD share.
macro_rules! describe {
    ($output:ident, $found:expr, $span:expr, $input:expr) => {{
        let found: &Found = $found;
        let span: &Span = $span;
        let attributes = &found.object.attributes;
        $output.accept_ranges = Some("bytes".to_owned());
        $output.last_modified = Some(found.row.written_at.whole_seconds().into());
        $output.content_length = i64::try_from(span.length).ok();
        $output.content_range = span.partial.then(|| span.content_range(found.object.size));
        $output.e_tag = Some(quoted(&found.object.e_tag));
        $output.version_id = found.shown_version();
        $output.cache_control = attributes.cache_control.clone();
        $output.content_disposition = attributes.content_disposition.clone();
        $output.content_encoding = attributes.content_encoding.clone();
        $output.content_language = attributes.content_language.clone();
        $output.content_type =
            Some(attributes.content_type.clone().unwrap_or_else(|| "binary/octet-stream".to_owned()));
        $output.expires = attributes.expires.clone();
        $output.website_redirect_location = attributes.website_redirect_location.clone();
        $output.server_side_encryption = Some("AES256".to_owned());
        $output.storage_class = attributes.storage_class.shown();
        let metadata = attributes.metadata.iter();
        $output.metadata =
            Some(metadata.map(|(name, value)| (name.clone(), metadata::encode(value))).collect());
        $output.tag_count =
            (!attributes.tags.is_empty()).then(|| i32::try_from(attributes.tags.len()).unwrap_or(i32::MAX));
        if $input.part_number.is_some() && !found.parts.is_empty() {
            $output.parts_count = i32::try_from(found.parts.len()).ok();
        }
        if $input.checksum_mode.as_deref() == Some("ENABLED") && !span.partial {
            let checksum = &found.object.checksum;
            $output.checksum_type = Some(checksum.coverage.name().to_owned());
            let value = match checksum.coverage {
                Coverage::Composite => format!("{}-{}", checksum.value, found.parts.len()),
                Coverage::FullObject => checksum.value.clone(),
            };
            answer!($output, checksum.algorithm, value);
        }
        if let Some(value) = &$input.response_cache_control {
            $output.cache_control = Some(value.clone());
        }
        if let Some(value) = &$input.response_content_disposition {
            $output.content_disposition = Some(value.clone());
        }
        if let Some(value) = &$input.response_content_encoding {
            $output.content_encoding = Some(value.clone());
        }
        if let Some(value) = &$input.response_content_language {
            $output.content_language = Some(value.clone());
        }
        if let Some(value) = &$input.response_content_type {
            $output.content_type = Some(value.clone());
        }
    }};
}

/// `GetObject`.
pub(crate) async fn get(
    cx: Cx,
    _svc: Arc<S3>,
    input: api::GetObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::GetObjectOutput>, Error> {
    let key = key(input.key.clone())?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = find(&cx, input.bucket.as_deref(), owner, &key, input.version_id.as_deref(), "GET")?;
    ReadConditions {
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        if_modified_since: input.if_modified_since.map(Into::into),
        if_unmodified_since: input.if_unmodified_since.map(Into::into),
    }
    .check(&found.row, &found.object)?;
    if found.object.attributes.storage_class.is_archived() {
        return Err(Error::InvalidObjectState(found.object.attributes.storage_class.name()));
    }
    let span = found.span(input.range.as_deref(), input.part_number)?;
    let mut output = api::GetObjectOutput::default();
    describe!(output, &found, &span, input);
    let body = read::body(&cx, &found.pieces, &span)?;
    Ok(StreamAnswer { output, body, status: span.partial.then_some(206) })
}

/// `HeadObject`: what GET would answer, without the bytes.
pub(crate) async fn head(
    cx: Cx,
    _svc: Arc<S3>,
    input: api::HeadObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::HeadObjectOutput>, Error> {
    let key = key(input.key.clone())?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = find(&cx, input.bucket.as_deref(), owner, &key, input.version_id.as_deref(), "HEAD")?;
    ReadConditions {
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        if_modified_since: input.if_modified_since.map(Into::into),
        if_unmodified_since: input.if_unmodified_since.map(Into::into),
    }
    .check(&found.row, &found.object)?;
    let span = found.span(input.range.as_deref(), input.part_number)?;
    let mut output = api::HeadObjectOutput::default();
    describe!(output, &found, &span, input);
    let status = span.partial.then_some(206);
    Ok(StreamAnswer { output, body: BodyOut::EMPTY, status })
}
