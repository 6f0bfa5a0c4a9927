//! UploadPartCopy: a part out of another object's bytes, by reference. They are read once, for their hashes.

use super::find;
use super::record::{self, PartRow, UploadRow};
use crate::S3;
use crate::bucket;
use crate::checksum::{Algorithm, Hasher, answer};
use crate::error::{Argument, Error, Refusal};
use crate::object::copy::Source;
use crate::object::record::{Body, ObjectRow, Piece};
use crate::object::share::{self, ManifestRow};
use crate::object::{key, quoted, read, version};
use md5::{Digest, Md5};
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;
use store::Tx;

/// Bytes read at once while they are hashed.
const CHUNK: u64 = 1024 * 1024;

/// `UploadPartCopy`.
pub(crate) async fn copy_part(
    cx: Cx,
    svc: Arc<S3>,
    input: api::UploadPartCopyRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::UploadPartCopyOutput>, Error> {
    let bucket = bucket::resolve(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key.clone())?;
    let upload_id = input.upload_id.clone().unwrap_or_default();
    let number = input.part_number.unwrap_or(0);
    if !(1..=10_000).contains(&number) {
        return Err(Error::InvalidArgument(Argument::PartNumber(number.to_string())));
    }
    let source = Source::parse(input.copy_source.as_deref())?;
    let from = bucket::resolve(&cx, Some(&source.bucket), input.expected_source_bucket_owner.as_deref())?;
    let upload =
        cx.read(|view| view.paged::<UploadRow>().get(&record::text(&bucket.id, &key, &upload_id)))?;
    let upload = upload.ok_or_else(|| Error::NoSuchUpload(upload_id.clone()))?;
    let range = input.copy_source_range.as_deref();
    let algorithm = upload.algorithm.unwrap_or(Algorithm::Crc64Nvme);

    // The hashes belong to exactly these pieces: the transaction takes them only if they are still the object's.
    let pieces = cx.read(|view| {
        let row =
            version::find(&view.paged::<ObjectRow>(), &from, &source.key, source.version_id.as_deref())?;
        let manifest = |id: &str| view.paged::<ManifestRow>().get(id);
        let all = match row.object.as_ref().map(|object| &object.body) {
            None => return Err(Error::InvalidRequest(Refusal::CopyOfMarker)),
            Some(Body::Inline(pieces)) => pieces.clone(),
            Some(Body::Manifest { id, .. }) => {
                manifest(id)?.map(|row| row.pieces.clone()).unwrap_or_default()
            }
        };
        cut(&all, range)
    })?;
    let (md5, checksum, size) = hash(&cx, &pieces, algorithm)?;
    let freed = cx.write(|tx| {
        let (from, bucket) = (bucket::again(tx, &from)?, bucket::again(tx, &bucket)?);
        find(tx, &bucket, &key, &upload_id)?;
        let row = version::find(&tx.paged::<ObjectRow>(), &from, &source.key, source.version_id.as_deref())?;
        let shared = share_source(tx, ObjectRow::clone(&row), range)?;
        let same = |a: &Piece, b: &Piece| (a.blob, a.start, a.length) == (b.blob, b.start, b.length);
        if shared.len() != pieces.len() || !shared.iter().zip(&pieces).all(|(a, b)| same(a, b)) {
            return Err(Error::OperationAborted);
        }
        let mut freed = Vec::new();
        if let Some(before) = tx.paged::<PartRow>().get(&record::part_text(&bucket.id, &upload_id, number))? {
            share::give_up(tx, &before.pieces, &mut freed)?;
        }
        tx.paged::<PartRow>().put(PartRow {
            bucket: bucket.id.clone(),
            upload_id: upload_id.clone(),
            number,
            size,
            e_tag: md5.clone(),
            algorithm,
            checksum: checksum.clone(),
            written_at: cx.now(),
            pieces: shared,
        });
        Ok::<_, Error>(freed)
    })?;
    svc.release(&cx, freed).await?;
    let mut result = api::CopyPartResult {
        e_tag: Some(quoted(&md5)),
        last_modified: Some(cx.now().whole_seconds().into()),
        ..api::CopyPartResult::default()
    };
    if upload.algorithm.is_some() {
        answer!(result, algorithm, checksum);
    }
    Ok(StreamAnswer::plain(api::UploadPartCopyOutput {
        copy_part_result: Some(result),
        copy_source_version_id: source.version_id,
        server_side_encryption: Some("AES256".to_owned()),
        ..api::UploadPartCopyOutput::default()
    }))
}

/// The pieces of a range, or all of them.
fn cut(pieces: &[Piece], range: Option<&str>) -> Result<Vec<Piece>, Error> {
    let size = pieces.iter().map(|piece| piece.length).sum();
    let Some(range) = range else { return Ok(pieces.to_vec()) };
    let malformed = || Error::InvalidArgument(Argument::CopyRangeForm(range.to_owned()));
    let (first, last) =
        range.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(malformed)?;
    let (first, last): (u64, u64) =
        (first.parse().map_err(|_| malformed())?, last.parse().map_err(|_| malformed())?);
    if first > last {
        return Err(malformed());
    }
    if first >= size {
        return Err(Error::InvalidRequest(Refusal::CopyRange));
    }
    if last >= size {
        return Err(Error::InvalidArgument(Argument::CopyRangeSize(range.to_owned(), size)));
    }
    Ok(read::slice(pieces, &read::Span { start: first, length: last - first + 1, partial: true }))
}

/// MD5, checksum and length of the pieces.
fn hash(cx: &Cx, pieces: &[Piece], algorithm: Algorithm) -> Result<(String, String, u64), Error> {
    let (mut md5, mut hasher, mut size) = (Md5::new(), Hasher::new(algorithm), 0);
    for piece in pieces {
        let mut done = 0;
        while done < piece.length {
            let length = (piece.length - done).min(CHUNK);
            let wanted = usize::try_from(length).unwrap_or(usize::MAX);
            let bytes = cx.world().blobs.read(&piece.blob, piece.start + done, wanted)?;
            md5.update(&bytes);
            hasher.update(&bytes);
            done += length;
        }
        size += piece.length;
    }
    Ok((hex::encode(md5.finalize()), hasher.finish(), size))
}

/// Counts one more reference to the pieces of the range and stores the source again, marked.
fn share_source(tx: &mut Tx, mut row: ObjectRow, range: Option<&str>) -> Result<Vec<Piece>, Error> {
    let Some(object) = &mut row.object else { return Err(Error::InvalidRequest(Refusal::CopyOfMarker)) };
    let mut manifest = None;
    let all = match &mut object.body {
        Body::Inline(pieces) => pieces,
        Body::Manifest { id, .. } => {
            let found = tx.paged::<ManifestRow>().get(id.as_str())?.ok_or(Error::OperationAborted)?;
            &mut manifest.insert(ManifestRow::clone(&found)).pieces
        }
    };
    let mut wanted = cut(all, range)?;
    share::share(tx, &mut wanted)?;
    for piece in all.iter_mut() {
        piece.shared |= wanted.iter().any(|own| own.blob == piece.blob);
    }
    match manifest {
        Some(manifest) => tx.paged::<ManifestRow>().put(manifest),
        None => tx.paged::<ObjectRow>().put(row),
    }
    Ok(wanted)
}
