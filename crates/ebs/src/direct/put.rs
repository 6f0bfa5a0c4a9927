//! PutSnapshotBlock: a block is on the disk when it is answered.

use super::Direct;
use super::error::Error;
use super::start::writable;
use crate::block::{self, BLOCK_BYTES, BLOCKS_PER_GIB, BlockRow};
use crate::snapshot::Snapshot;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use blob::{BlobRef, Blobs};
use ports::{BodyIn, Cx, StreamAnswer};
use sha2::{Digest, Sha256};
use shapes_ebs as api;
use std::sync::Arc;

/// The one algorithm.
pub(super) const SHA256: &str = "SHA256";

/// `PutSnapshotBlock`. The last one that is complete wins.
pub(super) async fn put(
    cx: Cx,
    _svc: Arc<Direct>,
    input: api::PutSnapshotBlockRequest,
    body: BodyIn,
) -> Result<StreamAnswer<api::PutSnapshotBlockResponse>, Error> {
    let id = input.snapshot_id.clone().unwrap_or_default();
    let snapshot = cx.read(|view| writable(view, &cx, &id))?;
    let index = index(&snapshot, input.block_index)?;
    let (checksum, digest) = claim(&cx, &input)?;
    // The signature may vouch for the same hash: then the body has been held against it.
    let is_held = body.claimed_sha256.as_deref().is_some_and(|own| hex::decode(own).as_ref() == Ok(&digest));
    let bytes = receive(body).await?;
    if !is_held && Sha256::digest(&bytes)[..] != digest[..] {
        return Err(Error::ChecksumMismatch);
    }
    let blob = keep(&cx, &bytes).await?;
    let outcome = cx.write(|tx| {
        let own = writable(tx, &cx, &id)?;
        if let Some(progress) = input.progress {
            note_progress(tx, &own, progress);
        }
        let row = BlockRow { layer: id.clone(), index, blob, checksum: checksum.clone() };
        Ok::<_, Error>(block::put(tx, row)?)
    });
    let replaced = match outcome {
        Ok(replaced) => replaced,
        Err(error) => {
            if let Some(blob) = blob {
                cx.world().blobs.release(&blob)?;
            }
            return Err(error);
        }
    };
    if let Some(replaced) = replaced {
        let mut freed = Freed { blobs: &cx.world().blobs, blob: Some(replaced) };
        cx.durable().await?;
        freed.release()?;
    }
    Ok(StreamAnswer::plain(api::PutSnapshotBlockResponse {
        checksum: Some(checksum),
        checksum_algorithm: Some(SHA256.to_owned()),
    }))
}

/// A block within the volume.
fn index(snapshot: &Snapshot, index: Option<i32>) -> Result<u32, Error> {
    let index = index.and_then(|index| u32::try_from(index).ok()).ok_or(Error::BlockIndex)?;
    let size_gib = u32::try_from(snapshot.size_gib).unwrap_or_default();
    if index < size_gib * BLOCKS_PER_GIB { Ok(index) } else { Err(Error::BlockIndex) }
}

/// The checksum the client vouches for, as it is written and its bytes; the rest of the head has to fit.
fn claim(cx: &Cx, input: &api::PutSnapshotBlockRequest) -> Result<(String, Vec<u8>), Error> {
    if cx.head().header("content-encoding").is_some_and(|encoding| encoding != "aws-chunked") {
        return Err(Error::ContentEncoding);
    }
    if usize::try_from(input.data_length.unwrap_or_default()) != Ok(BLOCK_BYTES) {
        return Err(Error::DataLength);
    }
    let claimed = input.checksum.clone().unwrap_or_default();
    match BASE64.decode(&claimed) {
        Ok(digest) if digest.len() == Sha256::output_size() => Ok((claimed, digest)),
        Ok(_) | Err(_) => Err(Error::ChecksumForm),
    }
}

/// Takes a block in: as many bytes as it has, and no more.
async fn receive(mut body: BodyIn) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(BLOCK_BYTES);
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|fault| Error::Body(Box::new(fault)))?;
        if bytes.len() + piece.len() > BLOCK_BYTES {
            return Err(Error::BlockData);
        }
        bytes.extend_from_slice(&piece);
    }
    if bytes.len() == BLOCK_BYTES { Ok(bytes) } else { Err(Error::BlockData) }
}

/// Makes the bytes durable. Zeroes need none.
async fn keep(cx: &Cx, bytes: &[u8]) -> Result<Option<BlobRef>, Error> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let mut writer = cx.world().blobs.writer();
    writer.write(bytes)?;
    Ok(Some(writer.finish().await?))
}

/// What the client says of how far it is.
fn note_progress(tx: &mut store::Tx, own: &Snapshot, progress: i32) {
    let mut snapshot = own.clone();
    if let Some(writing) = snapshot.writing.as_mut().filter(|writing| writing.progress != progress) {
        writing.progress = progress;
        tx.put(snapshot);
    }
}

/// Bytes to give back once the row that named them is durably gone. A client that goes away ends its call here: then
/// they are left to the compaction.
struct Freed<'b> {
    blobs: &'b Blobs,
    blob: Option<BlobRef>,
}

impl Freed<'_> {
    fn release(&mut self) -> Result<(), Error> {
        self.blob.take().map_or(Ok(()), |blob| Ok(self.blobs.release(&blob)?))
    }
}

impl Drop for Freed<'_> {
    fn drop(&mut self) {
        if let Some(blob) = self.blob.take() {
            self.blobs.give_up(vec![blob]);
        }
    }
}
