//! Multipart uploads. Parts become an object by reference: nothing is copied at completion.

mod complete;
mod copy;
pub(crate) mod record;

pub(crate) use complete::complete;
pub(crate) use copy::copy_part;

use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::{Algorithm, Coverage, answer, sent};
use crate::error::{Argument, Error, Refusal};
use crate::listing::{self, Spelling};
use crate::object::attributes::{attributes, refuse_unsupported};
use crate::object::record::Piece;
use crate::object::write::{DigestForm, Terms};
use crate::object::{key, quoted, write};
use crate::opaque::{self, Kind};
use crate::owner;
use ports::{BodyIn, Cx, StreamAnswer};
use record::{MOST_PARTS, PartRow, UploadRow};
use shapes_s3 as api;
use std::sync::Arc;
use store::Tx;

/// `CreateMultipartUpload`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &S3,
    mut input: api::CreateMultipartUploadRequest,
) -> Result<api::CreateMultipartUploadOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.take())?;
    refuse_unsupported!(input);
    let (algorithm, coverage) = checksums(&input)?;
    let attributes = attributes!(input);
    let order = u64::from_be_bytes(cx.ids().bytes::<8>());
    let upload_id = opaque::seal(&bucket.secret, Kind::Upload, &key, order);
    cx.write(|tx| {
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
        });
        Ok::<_, Error>(())
    })?;
    Ok(api::CreateMultipartUploadOutput {
        bucket: Some(bucket.name.clone()),
        key: Some(key),
        upload_id: Some(upload_id),
        server_side_encryption: Some("AES256".to_owned()),
        checksum_algorithm: algorithm.map(|algorithm| algorithm.name().to_owned()),
        checksum_type: algorithm.map(|_| coverage.name().to_owned()),
        ..api::CreateMultipartUploadOutput::default()
    })
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

/// `UploadPart`: a part that is sent again takes the place of the one before.
pub(crate) async fn put_part(
    cx: Cx,
    svc: Arc<S3>,
    input: api::UploadPartRequest,
    body: BodyIn,
) -> Result<StreamAnswer<api::UploadPartOutput>, Error> {
    let bucket = bucket::resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.clone())?;
    let upload_id = input.upload_id.clone().unwrap_or_default();
    let number = input.part_number.unwrap_or(0);
    if !(1..=10_000).contains(&number) {
        return Err(Error::InvalidArgument(Argument::PartNumber(number.to_string())));
    }
    let upload =
        cx.read(|view| view.paged::<UploadRow>().get(&record::text(&bucket.id, &key, &upload_id)))?;
    let upload = upload.ok_or_else(|| Error::NoSuchUpload(upload_id.clone()))?;
    let claim = sent!(input).claim(cx.head())?;
    let claim = match (claim, upload.algorithm) {
        (Some(claim), Some(expected)) if claim.algorithm != expected => {
            let (expected, actual) = (expected.lower(), claim.algorithm.lower());
            return Err(Error::InvalidRequest(Refusal::PartAlgorithm { expected, actual }));
        }
        (claim, _) => claim,
    };
    // A part that is sent without a checksum gets one of the upload's algorithm: they are combined at completion.
    let terms = Terms {
        claim,
        algorithm: upload.algorithm.unwrap_or(Algorithm::Crc64Nvme),
        content_md5: input.content_md5.as_deref(),
        shown: DigestForm::AsSent,
    };
    let written = write::receive(&cx, body, terms).await?;
    let outcome = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        find(tx, &bucket, &key, &upload_id)?;
        let mut freed = Vec::new();
        let before = tx.paged::<PartRow>().get(&record::part_text(&bucket.id, &upload_id, number))?;
        if let Some(before) = before {
            crate::object::share::give_up(tx, &before.pieces, &mut freed)?;
        }
        tx.paged::<PartRow>().put(PartRow {
            bucket: bucket.id.clone(),
            upload_id: upload_id.clone(),
            number,
            size: written.size,
            e_tag: written.md5.clone(),
            algorithm: written.checksum.algorithm,
            checksum: written.checksum.value.clone(),
            written_at: cx.now(),
            pieces: written.blob.map(Piece::whole).into_iter().collect(),
        });
        Ok::<_, Error>(freed)
    });
    let freed = match outcome {
        Ok(freed) => freed,
        Err(error) => {
            // The upload ended meanwhile: what was written has no row, and its bytes go back at once.
            if let Some(blob) = written.blob {
                cx.world().blobs.release(&blob)?;
            }
            return Err(error);
        }
    };
    svc.release(&cx, freed).await?;
    let mut output = api::UploadPartOutput {
        e_tag: Some(quoted(&written.md5)),
        server_side_encryption: Some("AES256".to_owned()),
        ..api::UploadPartOutput::default()
    };
    answer!(output, written.checksum.algorithm, written.checksum.value);
    Ok(StreamAnswer::plain(output))
}

/// `AbortMultipartUpload`.
pub(crate) async fn abort(
    cx: Cx,
    svc: Arc<S3>,
    input: api::AbortMultipartUploadRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::AbortMultipartUploadOutput>, Error> {
    let bucket = bucket::resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let upload_id = input.upload_id.unwrap_or_default();
    let freed = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        find(tx, &bucket, &key, &upload_id)?;
        let freed = record::remove_parts(tx, &bucket.id, &upload_id)?;
        tx.paged::<UploadRow>().delete(&record::text(&bucket.id, &key, &upload_id));
        Ok::<_, Error>(freed)
    })?;
    svc.release(&cx, freed).await?;
    Ok(StreamAnswer::plain(api::AbortMultipartUploadOutput::default()))
}

/// `ListParts`, by number.
pub(crate) fn list_parts(
    cx: &Cx,
    _svc: &S3,
    input: api::ListPartsRequest,
) -> Result<api::ListPartsOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let upload_id = input.upload_id.unwrap_or_default();
    let marker = input.part_number_marker.unwrap_or(0).max(0);
    let (limit, wanted) = listing::limit(input.max_parts, "maxParts")?;
    cx.read(|view| {
        let upload = view.paged::<UploadRow>().get(&record::text(&bucket.id, &key, &upload_id))?;
        let upload = upload.ok_or_else(|| Error::NoSuchUpload(upload_id.clone()))?;
        let prefix = record::parts(&bucket.id, &upload_id);
        let after = record::part_text(&bucket.id, &upload_id, marker);
        let mut rows = view.paged::<PartRow>().range(&prefix, Some(&after), wanted + 1)?;
        let is_truncated = rows.len() > wanted;
        rows.truncate(wanted);
        let last = rows.last().map_or(0, |(_, part)| part.number);
        Ok(api::ListPartsOutput {
            bucket: Some(bucket.name.clone()),
            key: Some(key.clone()),
            upload_id: Some(upload_id.clone()),
            part_number_marker: Some(marker),
            next_part_number_marker: Some(last),
            max_parts: Some(limit),
            is_truncated: Some(is_truncated),
            parts: Some(rows.iter().map(|(_, part)| shape_part(part, upload.algorithm.is_some())).collect()),
            initiator: Some(owner::shown(&upload.initiator)),
            owner: Some(owner::owner(bucket.account)),
            storage_class: Some(upload.attributes.storage_class.name().to_owned()),
            checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned()),
            checksum_type: upload.algorithm.map(|_| upload.coverage.name().to_owned()),
            ..api::ListPartsOutput::default()
        })
    })
}

fn shape_part(part: &PartRow, with_checksum: bool) -> api::Part {
    let mut shape = api::Part {
        part_number: Some(part.number),
        last_modified: Some(part.written_at.whole_seconds().into()),
        e_tag: Some(quoted(&part.e_tag)),
        size: i64::try_from(part.size).ok(),
        ..api::Part::default()
    };
    if with_checksum {
        answer!(shape, part.algorithm, part.checksum.clone());
    }
    shape
}

/// `ListMultipartUploads`, by key.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListMultipartUploadsRequest,
) -> Result<api::ListMultipartUploadsOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    if input.delimiter.as_deref().is_some_and(|delimiter| !delimiter.is_empty()) {
        return Err(Error::NotImplemented { header: "delimiter", additional: None });
    }
    let prefix = input.prefix.clone().unwrap_or_default();
    let (limit, wanted) = listing::limit(input.max_uploads, "maxUploads")?;
    let spelling = Spelling::parse(input.encoding_type.as_deref())?;
    let marker = input.key_marker.clone().unwrap_or_default();
    let after = match (marker.as_str(), input.upload_id_marker.as_deref()) {
        ("", _) => None,
        (key, Some(id)) if !id.is_empty() => Some(record::text(&bucket.id, key, id)),
        (key, _) => Some(crate::object::record::past_versions(&bucket.id, key)),
    };
    let mut rows = cx.read(|view| {
        let from = crate::object::record::beginning(&bucket.id, &prefix);
        view.paged::<UploadRow>().range(&from, after.as_deref(), wanted.min(MOST_PARTS) + 1)
    })?;
    let is_truncated = rows.len() > wanted;
    rows.truncate(wanted);
    let last = rows.last().filter(|_| is_truncated).map(|(_, upload)| upload.clone());
    let shape = |upload: &UploadRow| api::MultipartUpload {
        upload_id: Some(upload.upload_id.clone()),
        key: spelling.write(&upload.key),
        initiated: Some(upload.begun_at.into()),
        storage_class: Some(upload.attributes.storage_class.name().to_owned()),
        owner: Some(owner::owner(bucket.account)),
        initiator: Some(owner::shown(&upload.initiator)),
        checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned()),
        checksum_type: upload.algorithm.map(|_| upload.coverage.name().to_owned()),
        version_id: None,
    };
    Ok(api::ListMultipartUploadsOutput {
        bucket: Some(bucket.name.clone()),
        key_marker: spelling.write(&marker),
        upload_id_marker: Some(input.upload_id_marker.unwrap_or_default()),
        next_key_marker: last.as_ref().and_then(|upload| spelling.write(&upload.key)),
        next_upload_id_marker: last.map(|upload| upload.upload_id.clone()),
        prefix: spelling.write(&prefix),
        encoding_type: spelling.name(),
        max_uploads: Some(limit),
        is_truncated: Some(is_truncated),
        uploads: Some(rows.iter().map(|(_, upload)| shape(upload)).collect()),
        ..api::ListMultipartUploadsOutput::default()
    })
}
