//! CopyObject: references are copied, bytes are not.

use super::attributes::{attributes, refuse_unsupported};
use super::condition::ReadConditions;
use super::record::{Body, Object, ObjectRow};
use super::share::{self, ManifestRow};
use super::write::MOST_BYTES;
use super::{key, quoted, version};
use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::{Coverage, answer};
use crate::error::{Argument, Error, Refusal};
use crate::event::Event;
use percent_encoding::percent_decode_str;
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;
use store::Tx;

/// What a copy is made of.
pub(crate) struct Source {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version_id: Option<String>,
}

impl Source {
    /// Reads `x-amz-copy-source`: `bucket/key?versionId=…`, percent-encoded, with or without a leading slash.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Error> {
        let wrong = || Error::InvalidArgument(Argument::CopySource);
        let text = text.unwrap_or_default();
        let (path, version_id) = match text.split_once("?versionId=") {
            Some((path, id)) => (path, Some(id.to_owned())),
            None => (text, None),
        };
        let path = percent_decode_str(path).decode_utf8().map_err(|_| wrong())?;
        let (bucket, key) = path.strip_prefix('/').unwrap_or(&path).split_once('/').ok_or_else(wrong)?;
        if bucket.is_empty() || key.is_empty() {
            return Err(wrong());
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version_id })
    }
}

/// `CopyObject`.
pub(crate) async fn copy(
    cx: Cx,
    svc: Arc<S3>,
    mut input: api::CopyObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::CopyObjectOutput>, Error> {
    let bucket = bucket::resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.take())?;
    let source = Source::parse(input.copy_source.as_deref())?;
    let from = bucket::resolve(&cx, Some(&source.bucket), input.expected_source_bucket_owner.as_deref())?;
    refuse_unsupported!(input);
    let replace = input.metadata_directive.as_deref() == Some("REPLACE");
    let replace_tags = input.tagging_directive.as_deref() == Some("REPLACE");
    let class = input.storage_class.clone();
    let redirect = input.website_redirect_location.clone();
    let given = attributes!(input);
    let onto_itself = from.id == bucket.id && source.key == key && source.version_id.is_none();
    if onto_itself && !replace && class.is_none() && redirect.is_none() {
        return Err(Error::InvalidRequest(Refusal::CopyOntoItself));
    }
    let manifest_id = hex::encode(cx.ids().bytes::<12>());
    let conditions = ReadConditions {
        if_match: input.copy_source_if_match.as_deref(),
        if_none_match: input.copy_source_if_none_match.as_deref(),
        if_modified_since: input.copy_source_if_modified_since.map(Into::into),
        if_unmodified_since: input.copy_source_if_unmodified_since.map(Into::into),
    };
    let (row, object, copied, freed) = cx.write(|tx| {
        let (from, bucket) = (bucket::again(tx, &from)?, bucket::again(tx, &bucket)?);
        let original = original(tx, &from, &source, &conditions)?;
        let mut object = original.object.clone().ok_or(Error::InvalidRequest(Refusal::CopyOfMarker))?;
        object.body = shared_body(tx, &original, &manifest_id)?;
        let own = object.attributes.clone();
        if replace {
            object.attributes = given.clone();
            object.attributes.tags = own.tags;
        } else {
            object.attributes.website_redirect_location.clone_from(&given.website_redirect_location);
        }
        object.attributes.storage_class = given.storage_class;
        if replace_tags {
            object.attributes.tags.clone_from(&given.tags);
        }
        super::condition::check_write(
            tx,
            &bucket,
            &key,
            input.if_match.as_deref(),
            input.if_none_match.as_deref(),
        )?;
        let (row, freed) = version::write(tx, &bucket, &key, Some(object.clone()))?;
        tx.emit(&Event::ObjectCreated {
            bucket: bucket.name.clone(),
            key: key.clone(),
            version_id: row.version_id.clone(),
            size: object.size,
            e_tag: object.e_tag.clone(),
            by: "Copy",
        });
        let copied = from.had_versions().then(|| original.shown_version());
        Ok::<_, Error>((row, object, copied, freed))
    })?;
    svc.release(&cx, freed).await?;
    let mut result = api::CopyObjectResult {
        e_tag: Some(quoted(&object.e_tag)),
        last_modified: Some(row.written_at.whole_seconds().into()),
        checksum_type: Some(object.checksum.coverage.name().to_owned()),
        ..api::CopyObjectResult::default()
    };
    if object.checksum.coverage == Coverage::FullObject {
        answer!(result, object.checksum.algorithm, object.checksum.value);
    }
    Ok(StreamAnswer::plain(api::CopyObjectOutput {
        copy_object_result: Some(result),
        copy_source_version_id: copied,
        version_id: row.version_id,
        server_side_encryption: Some("AES256".to_owned()),
        ..api::CopyObjectOutput::default()
    }))
}

/// The version that is copied, if its conditions hold.
fn original(
    tx: &mut Tx,
    from: &BucketRow,
    source: &Source,
    conditions: &ReadConditions<'_>,
) -> Result<ObjectRow, Error> {
    let row = version::find(&tx.paged::<ObjectRow>(), from, &source.key, source.version_id.as_deref())?;
    let Some(object) = &row.object else {
        return Err(match source.version_id {
            Some(_) => Error::InvalidRequest(Refusal::CopyOfMarker),
            None => Error::NoSuchKey { key: source.key.clone(), marker: row.version_id.clone() },
        });
    };
    if object.size > MOST_BYTES {
        return Err(Error::InvalidRequest(Refusal::CopyTooLarge));
    }
    if object.attributes.storage_class.is_archived() {
        return Err(Error::SourceNotActive);
    }
    match conditions.check(&row, object) {
        // The source's conditions are named as they were sent; what a read calls not modified is a failure here.
        Err(Error::PreconditionFailed("If-Match")) => {
            Err(Error::PreconditionFailed("x-amz-copy-source-If-Match"))
        }
        Err(Error::PreconditionFailed(_)) => {
            Err(Error::PreconditionFailed("x-amz-copy-source-If-Unmodified-Since"))
        }
        Err(Error::NotModified { .. }) if conditions.if_none_match.is_some() => {
            Err(Error::PreconditionFailed("x-amz-copy-source-If-None-Match"))
        }
        Err(Error::NotModified { .. }) => {
            Err(Error::PreconditionFailed("x-amz-copy-source-If-Modified-Since"))
        }
        other => other.map(|()| ObjectRow::clone(&row)),
    }
}

/// A second body over the same bytes; the original's is stored again, marked as shared.
fn shared_body(tx: &mut Tx, original: &ObjectRow, manifest_id: &str) -> Result<Body, Error> {
    let mut row = original.clone();
    let Some(Object { body, .. }) = &mut row.object else { return Ok(Body::Inline(Vec::new())) };
    match body {
        Body::Inline(pieces) => {
            share::share(tx, pieces)?;
            let copy = Body::Inline(pieces.clone());
            tx.paged::<ObjectRow>().put(row);
            Ok(copy)
        }
        Body::Manifest { id, parts } => {
            let Some(manifest) = tx.paged::<ManifestRow>().get(id.as_str())? else {
                return Ok(Body::Inline(Vec::new()));
            };
            let mut manifest = ManifestRow::clone(&manifest);
            share::share(tx, &mut manifest.pieces)?;
            tx.paged::<ManifestRow>().put(manifest.clone());
            tx.paged::<ManifestRow>().put(ManifestRow { id: manifest_id.to_owned(), ..manifest });
            Ok(Body::Manifest { id: manifest_id.to_owned(), parts: *parts })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn sources_are_read_as_clients_write_them() {
        for (text, want) in [
            ("bkt/key", Some(("bkt", "key", None))),
            ("/bkt/a/b", Some(("bkt", "a/b", None))),
            ("bkt/a%20b?versionId=v1", Some(("bkt", "a b", Some("v1")))),
            ("bkt", None),
            ("bkt/", None),
            ("", None),
        ] {
            let found = Source::parse(Some(text)).ok();
            let found = found.as_ref().map(|s| (s.bucket.as_str(), s.key.as_str(), s.version_id.as_deref()));
            assert_eq!(found, want, "{text}");
        }
    }
}
