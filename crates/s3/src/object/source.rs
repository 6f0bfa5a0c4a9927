//! What a copy is made of: `x-amz-copy-source`, the version it names, and its bytes.

use super::record::{Body, Object, ObjectRow, Piece, Rows};
use super::share::{self, ManifestRow};
use super::version;
use crate::bucket::record::BucketRow;
use crate::checksum::{Algorithm, Hasher};
use crate::encryption::Sealing;
use crate::error::{Argument, Error, Refusal};
use crate::object::condition::ReadConditions;
use crate::object::read::{self, Pieces, Span};
use crate::object::write::{Sink, Written};
use base::Timestamp;
use md5::{Digest, Md5};
use percent_encoding::percent_decode_str;
use ports::Cx;
use std::sync::Arc;
use store::{StoreError, Tx};

/// How often a copy is tried whose source changes under it.
pub(crate) const ATTEMPTS: usize = 5;
/// Bytes read at once while they are hashed or sealed anew.
const CHUNK: u64 = 1024 * 1024;

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
        let path = path.strip_prefix('/').unwrap_or(&path);
        // An access point's ARN holds a slash itself: `arn:…:accesspoint/name/object/key`.
        let separator = if path.starts_with("arn:") { "/object/" } else { "/" };
        let (bucket, key) = path.split_once(separator).ok_or_else(wrong)?;
        if bucket.is_empty() || key.is_empty() {
            return Err(wrong());
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version_id })
    }

    /// The version it names, which can be copied.
    pub(crate) fn find(
        &self,
        rows: &impl Rows<ObjectRow>,
        from: &BucketRow,
    ) -> Result<Arc<ObjectRow>, Error> {
        let row = version::find(rows, from, &self.key, self.version_id.as_deref())?;
        if row.object.is_none() {
            return Err(match self.version_id {
                Some(_) => Error::InvalidRequest(Refusal::CopyOfMarker),
                None => Error::NoSuchKey { key: self.key.clone(), marker: row.version_id.clone() },
            });
        }
        Ok(row)
    }
}

/// The conditions of a copy's source under their own names; nothing is "not modified" here, it is refused.
pub(crate) fn check(
    conditions: &ReadConditions<'_>,
    from: &BucketRow,
    row: &ObjectRow,
    object: &Object,
    now: Timestamp,
) -> Result<(), Error> {
    let by_e_tag = conditions.if_none_match.is_some();
    match conditions.check(from, row, object, now) {
        Err(Error::NotModified { .. }) if by_e_tag => {
            Err(Error::PreconditionFailed("x-amz-copy-source-If-None-Match"))
        }
        Err(Error::NotModified { .. }) => {
            Err(Error::PreconditionFailed("x-amz-copy-source-If-Modified-Since"))
        }
        Err(Error::PreconditionFailed("If-Match")) => {
            Err(Error::PreconditionFailed("x-amz-copy-source-If-Match"))
        }
        Err(Error::PreconditionFailed(_)) => {
            Err(Error::PreconditionFailed("x-amz-copy-source-If-Unmodified-Since"))
        }
        other => other,
    }
}

/// The pieces of an object.
pub(crate) fn pieces(manifests: &impl Rows<ManifestRow>, object: &Object) -> Result<Vec<Piece>, StoreError> {
    match &object.body {
        Body::Inline(pieces) => Ok(pieces.clone()),
        Body::Manifest { id, .. } => {
            let manifest = manifests.row(id)?.ok_or_else(|| share::missing(id))?;
            Ok(manifest.pieces.clone())
        }
    }
}

/// The pieces of a range of them, or all.
pub(crate) fn cut(pieces: &[Piece], range: Option<&str>) -> Result<Vec<Piece>, Error> {
    let size = pieces.iter().map(|piece| piece.length).sum();
    let Some(range) = range else { return Ok(pieces.to_vec()) };
    let malformed = || Error::InvalidArgument(Argument::CopyRangeForm(range.to_owned()));
    let (first, last) =
        range.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(malformed)?;
    let position = |text| read::position(text).ok_or_else(malformed);
    let (first, last) = (position(first)?, position(last)?);
    if first > last {
        return Err(malformed());
    }
    if first >= size {
        return Err(Error::InvalidRequest(Refusal::CopyRange));
    }
    if last >= size {
        return Err(Error::InvalidArgument(Argument::CopyRangeSize(range.to_owned(), size)));
    }
    Ok(read::slice(pieces, &Span { start: first, length: last - first + 1, partial: true }))
}

/// MD5 (hexadecimal) and checksum of the bytes. Others get their turn between chunks.
pub(crate) async fn hash(mut bytes: Pieces, algorithm: Algorithm) -> Result<(String, String), Error> {
    let (mut md5, mut hasher) = (Md5::new(), Hasher::new(algorithm));
    while let Some(chunk) = bytes.next_chunk(CHUNK).transpose()? {
        md5.update(&chunk);
        hasher.update(&chunk);
        tokio::task::yield_now().await;
    }
    Ok((hex::encode(md5.finalize()), hasher.finish()))
}

/// Writes the bytes anew, sealed as `sealing` says. Others get their turn between chunks.
pub(crate) async fn seal_anew(
    cx: &Cx,
    mut bytes: Pieces,
    algorithm: Algorithm,
    sealing: &Sealing,
) -> Result<Written, Error> {
    let mut sink = Sink::new(cx, algorithm, sealing);
    while let Some(chunk) = bytes.next_chunk(CHUNK).transpose()? {
        sink.take(chunk.into()).await?;
        tokio::task::yield_now().await;
    }
    let (md5, value) = sink.digests().await?;
    sink.finish(cx, md5, value).await
}

/// Counts one more reference to the pieces of a range, and stores the source again, marked. The hashes that were
/// taken belong to `expected`: another writer may have come in between.
pub(crate) fn share_pieces(
    tx: &mut Tx,
    row: &ObjectRow,
    range: Option<&str>,
    expected: &[Piece],
) -> Result<Vec<Piece>, Error> {
    let mut row = row.clone();
    let Some(object) = &mut row.object else { return Err(Error::OperationAborted) };
    let mut manifest = None;
    let all = match &mut object.body {
        Body::Inline(pieces) => pieces,
        Body::Manifest { id, .. } => {
            let found = tx.paged::<ManifestRow>().get(id.as_str())?.ok_or(Error::OperationAborted)?;
            &mut manifest.insert(ManifestRow::clone(&found)).pieces
        }
    };
    let mut wanted = cut(all, range)?;
    let same = |a: &Piece, b: &Piece| (a.blob, a.start, a.length) == (b.blob, b.start, b.length);
    if wanted.len() != expected.len() || !wanted.iter().zip(expected).all(|(a, b)| same(a, b)) {
        return Err(Error::OperationAborted);
    }
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

#[cfg(test)]
mod tests {
    use super::{Source, cut};
    use crate::object::record::Piece;
    use blob::BlobRef;
    use wire::AwsError;

    #[test]
    fn sources_are_read_as_clients_write_them() {
        for (text, want) in [
            ("bkt/key", Some(("bkt", "key", None))),
            ("/bkt/a/b", Some(("bkt", "a/b", None))),
            ("bkt/a%20b?versionId=v1", Some(("bkt", "a b", Some("v1")))),
            ("bkt/a+b", Some(("bkt", "a+b", None))),
            ("bkt/a%2Fb", Some(("bkt", "a/b", None))),
            (
                "arn:aws:s3:us-east-1:1:accesspoint/p/object/a/b",
                Some(("arn:aws:s3:us-east-1:1:accesspoint/p", "a/b", None)),
            ),
            ("bkt", None),
            ("bkt/", None),
            ("", None),
        ] {
            let found = Source::parse(Some(text)).ok();
            let found = found.as_ref().map(|s| (s.bucket.as_str(), s.key.as_str(), s.version_id.as_deref()));
            assert_eq!(found, want, "{text}");
        }
    }

    #[test]
    fn copy_ranges_name_both_ends_within_the_source() {
        let blob = BlobRef::File { id: 1, length: 10, crc: 0 };
        let pieces = [Piece::whole(blob, None)];
        for (range, want) in [
            ("bytes=0-9", Ok((0, 10))),
            ("bytes=3-3", Ok((3, 1))),
            ("bytes=1-", Err("InvalidArgument")),
            ("bytes=-2", Err("InvalidArgument")),
            ("0-8", Err("InvalidArgument")),
            ("bytes=1-0", Err("InvalidArgument")),
            ("bytes=0-1,3-4", Err("InvalidArgument")),
            ("bytes=0-10", Err("InvalidArgument")),
            ("bytes=10-20", Err("InvalidRequest")),
        ] {
            let found = cut(&pieces, Some(range));
            let found = found.map(|pieces| (pieces[0].start, pieces[0].length));
            assert_eq!(found.map_err(|error| error.fault().code.into_owned()), want.map_err(str::to_owned));
        }
    }
}
