//! Bytes that several objects refer to, and the manifests of objects in many pieces.
//!
//! A copy copies references. Blobs that are referred to more than once are counted here, and only those: an
//! unshared piece, which nearly every piece is, costs no look-up.

use crate::annotation::record::AnnotationRow;
use crate::object::record::{Body, ObjectRow, Piece};
use crate::object::release::ReleaseRow;
use crate::upload::record::PartRow;
use blob::BlobRef;
use serde::{Deserialize, Serialize};
use store::{Record, StoreError, Tx, View};

/// How many pieces refer to one blob.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ShareRow {
    pub(super) blob: BlobRef,
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

/// Counts a piece of a blob that took another's place.
pub(crate) fn count(tx: &mut Tx, blob: BlobRef) -> Result<(), StoreError> {
    let mut shares = tx.paged::<ShareRow>();
    let counted = shares.get(&blob.to_string())?.map_or(0, |row| row.pieces);
    shares.put(ShareRow { blob, pieces: counted + 1 });
    Ok(())
}

/// Whether a blob is counted: a shared piece's is, for as long as anybody refers to it.
pub(crate) fn is_counted(tx: &mut Tx, blob: &BlobRef) -> Result<bool, StoreError> {
    Ok(tx.paged::<ShareRow>().get(&blob.to_string())?.is_some())
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

/// Every blob that S3's rows refer to, each once: what [`blob::Blobs::reconcile`] keeps. Read page by page, so that
/// memory stays flat however many objects there are.
pub(crate) struct Kept<'v> {
    view: &'v View,
    tables: Vec<fn(&View, Option<&str>) -> Result<Page, StoreError>>,
    after: Option<String>,
    ready: Vec<BlobRef>,
}

/// Blobs of some rows, and the text of the last row; `None` at the table's end.
type Page = (Vec<BlobRef>, Option<String>);

/// Rows read at once.
const ROWS: usize = 1000;

impl<'v> Kept<'v> {
    pub(crate) fn new(view: &'v View) -> Self {
        // A blob that several pieces refer to has one row of its own; the pieces that do are left out.
        let tables: [fn(&View, Option<&str>) -> Result<Page, StoreError>; 5] = [
            |view, after| page::<ShareRow>(view, after, |row, out| out.push(row.blob)),
            |view, after| page::<PartRow>(view, after, |row, out| unshared(&row.pieces, out)),
            |view, after| page::<AnnotationRow>(view, after, |row, out| unshared(row.pieces(), out)),
            |view, after| page::<ManifestRow>(view, after, |row, out| unshared(&row.pieces, out)),
            |view, after| {
                page::<ObjectRow>(view, after, |row, out| {
                    if let Some(Body::Inline(pieces)) = row.object.as_ref().map(|object| &object.body) {
                        unshared(pieces, out);
                    }
                })
            },
        ];
        // What is yet to be given back counts until it is.
        let ready = view.range::<ReleaseRow>("").flat_map(|row| row.blobs.clone()).collect();
        Self { view, tables: tables.to_vec(), after: None, ready }
    }
}

impl Iterator for Kept<'_> {
    type Item = Result<BlobRef, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(blob) = self.ready.pop() {
                return Some(Ok(blob));
            }
            let read = self.tables.last()?;
            match read(self.view, self.after.as_deref()) {
                Err(error) => {
                    self.tables.clear();
                    return Some(Err(error));
                }
                Ok((blobs, last)) => {
                    self.ready = blobs;
                    self.after = last;
                    if self.after.is_none() {
                        self.tables.pop();
                    }
                }
            }
        }
    }
}

fn unshared(pieces: &[Piece], out: &mut Vec<BlobRef>) {
    out.extend(pieces.iter().filter(|piece| !piece.shared).map(|piece| piece.blob));
}

fn page<R: Record>(
    view: &View,
    after: Option<&str>,
    visit: fn(&R, &mut Vec<BlobRef>),
) -> Result<Page, StoreError> {
    let rows = view.paged::<R>().range("", after, ROWS)?;
    let mut blobs = Vec::new();
    for (_, row) in &rows {
        visit(row, &mut blobs);
    }
    Ok((blobs, rows.last().map(|(text, _)| text.to_string())))
}
