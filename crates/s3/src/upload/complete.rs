//! CompleteMultipartUpload: the parts that are named become the object, the others go.

use super::find;
use super::record::{self, PartRow, UploadRow};
use crate::S3;
use crate::bucket;
use crate::checksum::{Algorithm, Checksum, Coverage, PartSum, answer, combine, sent};
use crate::error::{Error, Refusal};
use crate::event::Event;
use crate::object::record::{Body, Object, Piece};
use crate::object::share::{self, ManifestRow, PartEntry};
use crate::object::{condition, key, quoted, version};
use md5::{Digest, Md5};
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;
use store::Tx;

/// Bytes of every part but the last at the least: 5 MiB.
const LEAST_BYTES: u64 = 5 * 1024 * 1024;

/// `CompleteMultipartUpload`.
pub(crate) async fn complete(
    cx: Cx,
    svc: Arc<S3>,
    input: api::CompleteMultipartUploadRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::CompleteMultipartUploadOutput>, Error> {
    let bucket = bucket::resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.clone())?;
    let upload_id = input.upload_id.clone().unwrap_or_default();
    let named = input.multipart_upload.clone().and_then(|upload| upload.parts).unwrap_or_default();
    if named.is_empty() {
        return Err(Error::InvalidRequest(Refusal::NoParts));
    }
    let numbers: Vec<i32> = named.iter().map(|part| part.part_number.unwrap_or(0)).collect();
    if !numbers.is_sorted_by(|a, b| a < b) {
        return Err(Error::InvalidPartOrder(upload_id));
    }
    let mode = input.checksum_type.as_deref().map(Coverage::parse).transpose()?;
    let manifest_id = hex::encode(cx.ids().bytes::<12>());
    let (row, object, freed) = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let upload = find(tx, &bucket, &key, &upload_id)?;
        check_mode(&upload, mode)?;
        let parts = chosen(tx, &upload, &named)?;
        let object = assemble(&upload, &parts, &manifest_id);
        check_whole(&input, &object, parts.len())?;
        if let Some(claimed) = input.mpu_object_size
            && u64::try_from(claimed).ok() != Some(object.size)
        {
            return Err(Error::InvalidRequest(Refusal::ObjectSize(claimed, object.size)));
        }
        condition::check_write(tx, &bucket, &key, input.if_match.as_deref(), input.if_none_match.as_deref())?;
        let mut freed = Vec::new();
        for (text, part) in
            tx.paged::<PartRow>().range(&record::parts(&bucket.id, &upload_id), None, record::MOST_PARTS)?
        {
            if !numbers.contains(&part.number) {
                share::give_up(tx, &part.pieces, &mut freed)?;
            }
            tx.paged::<PartRow>().delete(&*text);
        }
        tx.paged::<UploadRow>().delete(&record::text(&bucket.id, &key, &upload_id));
        tx.paged::<ManifestRow>().put(manifest(&parts, &manifest_id, upload.algorithm.is_some()));
        let (row, replaced) = version::write(tx, &bucket, &key, Some(object.clone()))?;
        freed.extend(replaced);
        tx.emit(&Event::ObjectCreated {
            bucket: bucket.name.clone(),
            key: key.clone(),
            version_id: row.version_id.clone(),
            size: object.size,
            e_tag: object.e_tag.clone(),
            by: "CompleteMultipartUpload",
        });
        Ok::<_, Error>((row, object, freed))
    })?;
    svc.release(&cx, freed).await?;
    let mut output = api::CompleteMultipartUploadOutput {
        location: Some(format!("http://{}/{}/{key}", cx.head().host, bucket.name)),
        bucket: Some(bucket.name.clone()),
        key: Some(key),
        e_tag: Some(quoted(&object.e_tag)),
        version_id: row.version_id,
        server_side_encryption: Some("AES256".to_owned()),
        checksum_type: Some(object.checksum.coverage.name().to_owned()),
        ..api::CompleteMultipartUploadOutput::default()
    };
    let value = match object.checksum.coverage {
        Coverage::Composite => format!("{}-{}", object.checksum.value, numbers.len()),
        Coverage::FullObject => object.checksum.value,
    };
    answer!(output, object.checksum.algorithm, value);
    Ok(StreamAnswer::plain(output))
}

/// The parts that are named, each as it was uploaded.
fn chosen(tx: &mut Tx, upload: &UploadRow, named: &[api::CompletedPart]) -> Result<Vec<Arc<PartRow>>, Error> {
    let mut parts = Vec::with_capacity(named.len());
    for (position, wanted) in named.iter().enumerate() {
        let number = wanted.part_number.unwrap_or(0);
        let e_tag = wanted.e_tag.as_deref().unwrap_or_default().trim_matches('"').to_owned();
        let found =
            tx.paged::<PartRow>().get(&record::part_text(&upload.bucket, &upload.upload_id, number))?;
        let part = found.filter(|part| part.e_tag == e_tag);
        let missing =
            || Error::InvalidPart { upload_id: upload.upload_id.clone(), number, e_tag: e_tag.clone() };
        let part = part.ok_or_else(missing)?;
        if !named_sum_holds(upload, wanted, &part)? {
            return Err(missing());
        }
        if position + 1 < named.len() && part.size < LEAST_BYTES {
            return Err(Error::PartTooSmall { proposed: part.size, number, e_tag: part.e_tag.clone() });
        }
        parts.push(part);
    }
    Ok(parts)
}

/// Whether the checksum that is named for a part is the part's. Recorded: an upload that was begun without an
/// algorithm takes none, and a composite one needs each.
fn named_sum_holds(upload: &UploadRow, wanted: &api::CompletedPart, part: &PartRow) -> Result<bool, Error> {
    let named = first_named(sent!(wanted).values);
    let Some(expected) = upload.algorithm else { return Ok(named.is_none()) };
    match named {
        Some((algorithm, _)) if algorithm != expected => {
            Err(Error::BadPartChecksum(algorithm.lower(), part.number))
        }
        Some((_, value)) => Ok(value == part.checksum),
        None if upload.coverage == Coverage::Composite => {
            let missing = Refusal::PartChecksumMissing(expected.lower(), part.number);
            Err(Error::InvalidRequest(missing))
        }
        None => Ok(true),
    }
}

/// Refuses a type of checksum that is not the upload's.
fn check_mode(upload: &UploadRow, asked: Option<Coverage>) -> Result<(), Error> {
    let own = upload.algorithm.map(|_| upload.coverage);
    match asked {
        Some(asked) if own != Some(asked) => Err(Error::InvalidRequest(Refusal::ChecksumMode(own))),
        _ => Ok(()),
    }
}

/// Refuses a checksum of the whole object that is not the one its parts have.
fn check_whole(
    input: &api::CompleteMultipartUploadRequest,
    object: &Object,
    parts: usize,
) -> Result<(), Error> {
    let Some((named, claimed)) = first_named(sent!(input).values) else { return Ok(()) };
    let Checksum { algorithm, coverage, value } = &object.checksum;
    let with_parts = format!("{value}-{parts}");
    // A composite value may be sent with or without the number of parts.
    let same = claimed == value || (*coverage == Coverage::Composite && claimed == with_parts);
    if named == *algorithm && same { Ok(()) } else { Err(Error::BadChecksum(named.lower())) }
}

/// The first checksum among the members of a request.
fn first_named(values: [Option<&str>; 5]) -> Option<(Algorithm, &str)> {
    Algorithm::ALL.into_iter().zip(values).find_map(|(algorithm, value)| Some((algorithm, value?)))
}

/// The object the parts make. Its ETag is the MD5 of their MD5s, and their number.
fn assemble(upload: &UploadRow, parts: &[Arc<PartRow>], manifest_id: &str) -> Object {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(hex::decode(&part.e_tag).expect("a part's ETag is hexadecimal of our own making"));
    }
    let sums: Vec<PartSum<'_>> =
        parts.iter().map(|part| PartSum { value: &part.checksum, size: part.size }).collect();
    let algorithm = upload.algorithm.unwrap_or_else(|| parts[0].algorithm);
    let same = parts.iter().all(|part| part.algorithm == algorithm);
    let checksum = if same {
        let coverage = if algorithm.check(upload.coverage).is_ok() {
            upload.coverage
        } else {
            algorithm.default_coverage()
        };
        combine(algorithm, coverage, &sums)
    } else {
        // Parts of several algorithms have no sum together; the first part's stands for none of them.
        Checksum { algorithm, coverage: Coverage::Composite, value: parts[0].checksum.clone() }
    };
    Object {
        size: parts.iter().map(|part| part.size).sum(),
        e_tag: format!("{}-{}", hex::encode(md5.finalize()), parts.len()),
        checksum,
        body: Body::Manifest { id: manifest_id.to_owned(), parts: parts.len() },
        attributes: upload.attributes.clone(),
    }
}

fn manifest(parts: &[Arc<PartRow>], id: &str, with_checksums: bool) -> ManifestRow {
    let pieces: Vec<Piece> = parts.iter().flat_map(|part| part.pieces.clone()).collect();
    let entry = |part: &Arc<PartRow>| PartEntry {
        number: part.number,
        size: part.size,
        checksum: with_checksums.then(|| part.checksum.clone()),
    };
    ManifestRow { id: id.to_owned(), pieces, parts: parts.iter().map(entry).collect() }
}
