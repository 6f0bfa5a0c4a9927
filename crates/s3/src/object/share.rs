//! Bytes that several objects refer to, and the manifests of objects in many pieces.
//!
//! A copy copies references. Blobs that are referred to more than once are counted here, and only those: an
//! unshared piece, which nearly every piece is, costs no look-up.

use crate::object::record::{Body, ObjectRow, Piece};
use blob::BlobRef;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Record, StoreError, Tx, View};

/// How many pieces refer to one blob.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ShareRow {
    blob: BlobRef,
    pieces: u64,
}

impl Record for ShareRow {
    const TABLE: &'static str = "s3_share";
    type Key = String;

    fn key(&self) -> String {
        self.blob.to_string()
    }
}

/// The pieces of one object, and its parts where it was uploaded in parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ManifestRow {
    pub(crate) id: String,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) parts: Vec<PartEntry>,
}

/// A part of a finished multipart object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PartEntry {
    pub(crate) number: i32,
    pub(crate) size: u64,
    /// Base64, where the upload was begun with an algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) checksum: Option<String>,
}

impl Record for ManifestRow {
    const TABLE: &'static str = "s3_manifest";
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

/// A manifest that an object names and nobody finds.
pub(crate) fn missing(id: &str) -> StoreError {
    StoreError::Row {
        table: ManifestRow::TABLE,
        key: id.to_owned(),
        cause: "the manifest of an object is missing".to_owned(),
    }
}

/// Counts one more reference to each piece and marks it as shared. Whoever holds the pieces stores them again, and
/// the copy holds what they have become.
pub(crate) fn share(tx: &mut Tx, pieces: &mut [Piece]) -> Result<(), StoreError> {
    for piece in pieces {
        let mut shares = tx.paged::<ShareRow>();
        let counted = shares.get(&piece.blob.to_string())?.map_or(1, |row| row.pieces);
        shares.put(ShareRow { blob: piece.blob, pieces: counted + 1 });
        piece.shared = true;
    }
    Ok(())
}

/// Gives the pieces up; what nobody refers to any more is added to `freed`.
pub(crate) fn give_up(tx: &mut Tx, pieces: &[Piece], freed: &mut Vec<BlobRef>) -> Result<(), StoreError> {
    for piece in pieces {
        if !piece.shared {
            freed.push(piece.blob);
            continue;
        }
        let name = piece.blob.to_string();
        let mut shares = tx.paged::<ShareRow>();
        match shares.get(&name)?.map_or(1, |row| row.pieces) {
            0 | 1 => {
                shares.delete(&name);
                freed.push(piece.blob);
            }
            pieces => shares.put(ShareRow { blob: piece.blob, pieces: pieces - 1 }),
        }
    }
    Ok(())
}

/// Gives up what a body refers to.
pub(crate) fn give_up_body(tx: &mut Tx, body: &Body, freed: &mut Vec<BlobRef>) -> Result<(), StoreError> {
    match body {
        Body::Inline(pieces) => give_up(tx, pieces, freed),
        Body::Manifest { id, .. } => {
            let Some(manifest) = tx.paged::<ManifestRow>().get(id)? else { return Ok(()) };
            tx.paged::<ManifestRow>().delete(id);
            give_up(tx, &manifest.pieces, freed)
        }
    }
}

/// Every blob an object or a part of an upload refers to, each once: what [`blob::Blobs::reconcile`] keeps.
pub(crate) fn kept(view: &View) -> Result<BTreeSet<BlobRef>, StoreError> {
    let mut kept = BTreeSet::new();
    each::<ObjectRow>(view, |row| {
        if let Some(Body::Inline(pieces)) = row.object.as_ref().map(|object| &object.body) {
            kept.extend(pieces.iter().map(|piece| piece.blob));
        }
    })?;
    each::<ManifestRow>(view, |row| kept.extend(row.pieces.iter().map(|piece| piece.blob)))?;
    each::<crate::upload::record::PartRow>(view, |row| {
        kept.extend(row.pieces.iter().map(|piece| piece.blob))
    })?;
    Ok(kept)
}

/// Walks a whole table in pages, so that memory stays flat.
fn each<R: Record>(view: &View, mut visit: impl FnMut(&R)) -> Result<(), StoreError> {
    let table = view.paged::<R>();
    let mut after: Option<String> = None;
    loop {
        let rows = table.range("", after.as_deref(), 1000)?;
        for (_, row) in &rows {
            visit(row);
        }
        match rows.last() {
            Some((text, _)) => after = Some(text.to_string()),
            None => return Ok(()),
        }
    }
}
