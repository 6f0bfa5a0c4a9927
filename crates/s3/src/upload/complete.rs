//! CompleteMultipartUpload: the parts that are named become the object, the others go.

use super::find;
use super::record::{self, PartRow, UploadRow};
use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::{Algorithm, Checksum, Coverage, PartSum, Sent, answer, combine, sent};
use crate::encryption::customer_headers;
use crate::error::{Error, Refusal};
use crate::event::Event;
use crate::lifecycle;
use crate::notification::{Origin, announce};
use crate::object::attributes::Attributes;
use crate::object::condition::WriteConditions;
use crate::object::record::{Body, Object, ObjectRow, Piece};
use crate::object::share::{self, ManifestRow, PartEntry};
use crate::object::{key, quoted, version};
use crate::replication;
use blob::BlobRef;
use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ports::{BodyIn, Cx, StreamAnswer};
use sha2::Sha256;
use shapes_s3 as api;
use std::sync::Arc;
use store::{Claim, Repeatable, Tx};

/// Bytes of every part but the last at the least: 5 MiB.
const LEAST_BYTES: u64 = 5 * 1024 * 1024;
/// What stays as it is in the answer's `Location`.
const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
/// The operation, where its repeats are remembered.
const OPERATION: &str = "CompleteMultipartUpload";

/// `CompleteMultipartUpload`. A repeat of the same call, whose first answer was lost on its way, is answered alike.
pub(crate) async fn complete(
    cx: Cx,
    svc: Arc<S3>,
    input: api::CompleteMultipartUploadRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::CompleteMultipartUploadOutput>, Error> {
    let bucket = bucket::resolve_paid(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.clone())?;
    let upload_id = input.upload_id.clone().unwrap_or_default();
    let conditions = WriteConditions::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
    let named = input.multipart_upload.clone().and_then(|upload| upload.parts).unwrap_or_default();
    let digest = digest(&named);
    let manifest_id = hex::encode(cx.ids().bytes::<12>());
    let (origin, salt) = (Origin::of(&cx), version::salt(cx.ids()));
    let (row, object, freed) = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let upload = match find(tx, &bucket, &key, &upload_id) {
            Ok(upload) => upload,
            Err(missing) => return repeated(tx, &bucket, &key, &upload_id, &digest).ok_or(missing),
        };
        conflict(tx, &bucket, &upload, conditions)?;
        check_order(&named, &upload_id)?;
        let parts = chosen(tx, &upload, &named)?;
        check_key(&upload, &input)?;
        let object = assemble(&upload, &parts, &manifest_id);
        check_object(&upload, &object, &input)?;
        let mut freed = Vec::new();
        for (text, part) in
            tx.paged::<PartRow>().range(&record::parts(&bucket.id, &upload_id), None, record::MOST_PARTS)?
        {
            if !named.iter().any(|named| named.part_number == Some(part.number)) {
                share::give_up(tx, &part.pieces, &mut freed)?;
            }
            tx.paged::<PartRow>().delete(&*text);
        }
        tx.paged::<UploadRow>().delete(&record::text(&bucket.id, &key, &upload_id));
        tx.paged::<ManifestRow>().put(manifest(&parts, &manifest_id, upload.algorithm.is_some()));
        let (mut row, replaced) = version::write(tx, &bucket, &key, Some(object.clone()), salt)?;
        replication::begin(tx, &bucket, &mut row)?;
        freed.extend(replaced);
        tx.remember(&repeatable(&bucket, &upload_id, &digest), &remembered(&row));
        announce(tx, &bucket, &origin, &Event::created(&bucket, &row, &object, OPERATION))?;
        Ok::<_, Error>((row, object, freed))
    })?;
    svc.release(&cx, freed).await?;
    let expiration = cx.read(|view| lifecycle::expiration(view, &row))?;
    let output = shape(&cx, &bucket, &row, &object);
    Ok(StreamAnswer::plain(api::CompleteMultipartUploadOutput { expiration, ..output }))
}

fn shape(
    cx: &Cx,
    bucket: &BucketRow,
    row: &ObjectRow,
    object: &Object,
) -> api::CompleteMultipartUploadOutput {
    let mut output = api::CompleteMultipartUploadOutput {
        location: Some(location(cx, bucket, &row.key)),
        bucket: Some(bucket.name.clone()),
        key: Some(row.key.clone()),
        e_tag: Some(quoted(&object.e_tag)),
        version_id: row.version_id.clone(),
        checksum_type: object.checksum.as_ref().map(|checksum| checksum.coverage.name().to_owned()),
        request_charged: bucket::charged(cx, bucket),
        ..api::CompleteMultipartUploadOutput::default()
    };
    // The answer has no members for SSE-C.
    output.server_side_encryption = object.encryption.algorithm().map(str::to_owned);
    if let Some(kms) = object.encryption.kms() {
        output.ssekms_key_id = Some(kms.key_arn.clone());
        output.bucket_key_enabled = kms.bucket_key.then_some(true);
    }
    if let Some(checksum) = &object.checksum {
        answer!(output, checksum.algorithm, object.shown(checksum));
    }
    output
}

/// Where the object is, in the style it was asked for.
fn location(cx: &Cx, bucket: &BucketRow, key: &str) -> String {
    let head = cx.head();
    let scheme = if head.secure { "https" } else { "http" };
    let key = utf8_percent_encode(key, UNRESERVED);
    let in_host = head.host.strip_prefix(&*bucket.name).is_some_and(|rest| rest.starts_with('.'));
    match in_host {
        true => format!("{scheme}://{}/{key}", head.host),
        false => format!("{scheme}://{}/{}/{key}", head.host, bucket.name),
    }
}

/// What tells one list of parts from another.
fn digest(named: &[api::CompletedPart]) -> String {
    let mut hash = Sha256::new();
    for part in named {
        hash.update(part.part_number.unwrap_or(0).to_be_bytes());
        hash.update(part.e_tag.as_deref().unwrap_or_default().trim_matches('"'));
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}

fn repeatable<'c>(bucket: &'c BucketRow, upload_id: &'c str, digest: &'c str) -> Repeatable<'c> {
    Repeatable { service: "s3", operation: OPERATION, scope: &bucket.id, token: upload_id, digest }
}

/// What a repeated call is answered from, whatever became of the object: its row, without what no answer shows.
fn remembered(row: &ObjectRow) -> String {
    let mut row = row.clone();
    if let Some(object) = &mut row.object {
        let tags = std::mem::take(&mut object.attributes.tags);
        object.attributes = Attributes { tags, ..Attributes::default() };
    }
    serde_json::to_string(&row).expect("a row is stored as JSON itself")
}

/// The object that the same call made before.
fn repeated(
    tx: &mut Tx,
    bucket: &BucketRow,
    key: &str,
    upload_id: &str,
    digest: &str,
) -> Option<(ObjectRow, Object, Vec<BlobRef>)> {
    let Ok(Claim::Replay(text)) = tx.claim(&repeatable(bucket, upload_id, digest)) else { return None };
    let row: ObjectRow = serde_json::from_str(&text).ok().filter(|row: &ObjectRow| row.key == key)?;
    let object = row.object.clone()?;
    Some((row, object, Vec::new()))
}

/// Judges the condition against what happened since the upload was begun: an answer of 409 means to begin anew.
fn conflict(
    tx: &mut Tx,
    bucket: &BucketRow,
    upload: &UploadRow,
    conditions: WriteConditions<'_>,
) -> Result<(), Error> {
    conditions.check(&tx.paged::<ObjectRow>(), bucket, &upload.key)?;
    let Some(condition) = conditions.header() else { return Ok(()) };
    let current = version::current(&tx.paged::<ObjectRow>(), bucket, &upload.key)?;
    if upload.deleted || current.is_some_and(|row| row.written_at > upload.begun_at) {
        return Err(Error::ConditionalRequestConflict { condition, key: upload.key.clone() });
    }
    Ok(())
}

fn check_order(named: &[api::CompletedPart], upload_id: &str) -> Result<(), Error> {
    if named.is_empty() {
        return Err(Error::InvalidRequest(Refusal::NoParts));
    }
    let number = |part: &api::CompletedPart| part.part_number.unwrap_or(0);
    if !named.is_sorted_by(|a, b| number(a) < number(b)) {
        return Err(Error::InvalidPartOrder(upload_id.to_owned()));
    }
    Ok(())
}

/// The parts that are named, each as it was uploaded.
fn chosen(tx: &mut Tx, upload: &UploadRow, named: &[api::CompletedPart]) -> Result<Vec<Arc<PartRow>>, Error> {
    let mut parts = Vec::with_capacity(named.len());
    for wanted in named {
        let number = wanted.part_number.unwrap_or(0);
        let e_tag = wanted.e_tag.as_deref().unwrap_or_default().trim_matches('"').to_owned();
        let found =
            tx.paged::<PartRow>().get(&record::part_text(&upload.bucket, &upload.upload_id, number))?;
        let part = found.filter(|part| part.e_tag == e_tag);
        let missing =
            || Error::InvalidPart { upload_id: upload.upload_id.clone(), number, e_tag: e_tag.clone() };
        let part = part.ok_or_else(missing)?;
        if !part_checksum_holds(upload, &part, &sent!(wanted), number)? {
            return Err(missing());
        }
        parts.push(part);
    }
    let (_, all_but_last) = parts.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
    match all_but_last.iter().find(|part| part.size < LEAST_BYTES) {
        Some(part) => {
            Err(Error::PartTooSmall { proposed: part.size, number: part.number, e_tag: part.e_tag.clone() })
        }
        None => Ok(parts),
    }
}

/// Whether what is said of a part's checksum is so. Uploads over composite checksums must say it of every part.
fn part_checksum_holds(
    upload: &UploadRow,
    part: &PartRow,
    sent: &Sent<'_>,
    number: i32,
) -> Result<bool, Error> {
    let claimed =
        Algorithm::ALL.into_iter().zip(sent.values).find_map(|(algorithm, v)| Some((algorithm, v?)));
    match (upload.algorithm, claimed) {
        (None, None) => Ok(true),
        // Without an algorithm at the beginning no part has a checksum that could be named.
        (None, Some(_)) => Ok(false),
        (Some(algorithm), None) if upload.coverage == Coverage::Composite => {
            Err(Error::InvalidRequest(Refusal::PartChecksumMissing(algorithm.lower(), number)))
        }
        (Some(_), None) => Ok(true),
        (Some(algorithm), Some((other, _))) if other != algorithm => {
            Err(Error::BadPartChecksum(other.lower(), number))
        }
        (Some(_), Some((_, value))) => Ok(value == part.checksum),
    }
}

/// An upload under the client's key is completed under it too, where the key is sent at all.
fn check_key(upload: &UploadRow, input: &api::CompleteMultipartUploadRequest) -> Result<(), Error> {
    let sent = customer_headers!(input);
    match upload.encryption.customer() {
        Some(kept) if sent.are_there() && !kept.is(&sent.key()?) => {
            Err(Error::InvalidRequest(Refusal::PartKeyOther))
        }
        Some(_) => Ok(()),
        None => sent.refuse_on_plain(),
    }
}

/// What is said of the whole object: its kind of checksum, its checksum, its size.
fn check_object(
    upload: &UploadRow,
    object: &Object,
    input: &api::CompleteMultipartUploadRequest,
) -> Result<(), Error> {
    if let Some(asked) = input.checksum_type.as_deref().map(Coverage::parse).transpose()? {
        let begun_with = upload.algorithm.map(|_| upload.coverage);
        if begun_with != Some(asked) {
            return Err(Error::InvalidRequest(Refusal::ChecksumMode(begun_with)));
        }
    }
    let sent = sent!(input);
    let claimed =
        Algorithm::ALL.into_iter().zip(sent.values).find_map(|(algorithm, v)| Some((algorithm, v?)));
    if let Some((algorithm, value)) = claimed {
        let value = value.split_once('-').map_or(value, |(value, _)| value);
        let holds = |known: &Checksum| algorithm == known.algorithm && value == known.value;
        if !object.checksum.as_ref().is_some_and(holds) {
            return Err(Error::BadChecksum(algorithm.lower()));
        }
    }
    match input.mpu_object_size {
        Some(claimed) if u64::try_from(claimed).ok() != Some(object.size) => {
            Err(Error::InvalidRequest(Refusal::ObjectSize(claimed, object.size)))
        }
        _ => Ok(()),
    }
}

/// The object the parts make. Its ETag is the MD5 of their ETags, and their number.
fn assemble(upload: &UploadRow, parts: &[Arc<PartRow>], manifest_id: &str) -> Object {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(hex::decode(&part.e_tag).expect("a part's ETag is hexadecimal of our own making"));
    }
    let sums: Vec<PartSum<'_>> =
        parts.iter().map(|part| PartSum { value: &part.checksum, size: part.size }).collect();
    // Every part's stored checksum is the upload's; without one, CRC64NVME. Recorded: under the client's own key there
    // is none that was not asked for.
    let has_checksum = upload.algorithm.is_some() || upload.encryption.customer().is_none();
    let algorithm = upload.algorithm.unwrap_or(Algorithm::Crc64Nvme);
    let checksum = has_checksum.then(|| combine(algorithm, upload.coverage, &sums));
    Object {
        size: parts.iter().map(|part| part.size).sum(),
        e_tag: format!("{}-{}", hex::encode(md5.finalize()), parts.len()),
        checksum,
        body: Body::Manifest { id: manifest_id.to_owned(), parts: parts.len() },
        attributes: upload.attributes.clone(),
        encryption: upload.encryption.clone(),
        lock: upload.lock.clone(),
        restore: None,
        replication: None,
        replica_of: None,
        annotations: 0,
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
