//! GetSnapshotBlock: the bytes are held against their checksum before they are sent.

use super::error::Error;
use super::list::block_words;
use super::put::SHA256;
use super::token::Tokens;
use super::{Direct, readable};
use crate::block::{BLOCK_BYTES, BlockRow, Chain};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use ports::{BodyIn, BodyOut, Cx, StreamAnswer};
use sha2::{Digest, Sha256};
use shapes_ebs as api;
use std::sync::Arc;

/// `GetSnapshotBlock`, for whoever has its token.
pub(super) async fn get(
    cx: Cx,
    _svc: Arc<Direct>,
    input: api::GetSnapshotBlockRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::GetSnapshotBlockResponse>, Error> {
    // The bytes stay until they are read, whoever deletes the snapshot meanwhile.
    let _reading = cx.world().blobs.reading();
    let row = find(&cx, &input)?;
    let bytes = match &row.blob {
        Some(blob) => cx.world().blobs.read(blob, 0, BLOCK_BYTES)?,
        None => vec![0; BLOCK_BYTES],
    };
    if BASE64.encode(Sha256::digest(&bytes)) != row.checksum {
        return Err(Error::Damaged(format!("block {} of {} is not what was written", row.index, row.layer)));
    }
    let output = api::GetSnapshotBlockResponse {
        data_length: i32::try_from(BLOCK_BYTES).ok(),
        checksum: Some(row.checksum.clone()),
        checksum_algorithm: Some(SHA256.to_owned()),
    };
    Ok(StreamAnswer { output, body: BodyOut::Bytes(Bytes::from(bytes)), status: None })
}

/// The block of a token. What is not there can have none.
fn find(cx: &Cx, input: &api::GetSnapshotBlockRequest) -> Result<Arc<BlockRow>, Error> {
    let id = input.snapshot_id.as_deref().unwrap_or_default();
    let index = input.block_index.and_then(|index| u32::try_from(index).ok()).unwrap_or_default();
    let token = input.block_token.as_deref().unwrap_or_default();
    cx.read(|view| {
        let own = readable(view, cx, id)?;
        let layer = own.content.as_ref().map(|content| content.layer.as_str());
        let row = Chain::of(view, layer).block(view, index)?.ok_or(Error::BlockToken)?;
        let is_its = Tokens::new(cx, view, &block_words(id)).is_block(token, index, &row.checksum);
        if is_its { Ok(row) } else { Err(Error::BlockToken) }
    })
}
