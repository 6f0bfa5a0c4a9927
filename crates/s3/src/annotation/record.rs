//! How annotations are stored: a row each, under the text of the version they belong to. They come and go with it.

pub(crate) use super::name::MOST;
use crate::checksum::Checksum;
use crate::error::Error;
use crate::object::record::{Object, ObjectRow, Piece};
use crate::object::share;
use crate::replication;
use base::Timestamp;
use blob::BlobRef;
use serde::{Deserialize, Serialize};
use store::{Record, StoreError, Tx};

/// One annotation of one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AnnotationRow {
    /// The text of the version's row.
    pub(crate) version: String,
    pub(crate) name: String,
    /// Without quotes.
    pub(crate) e_tag: String,
    pub(crate) checksum: Checksum,
    pub(crate) written_at: Timestamp,
    /// The payload; it is never empty.
    pub(crate) piece: Piece,
    /// Where its object is replicated, or is a replica.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replication: Option<replication::Status>,
}

impl AnnotationRow {
    /// Bytes of the payload.
    pub(crate) fn size(&self) -> u64 {
        self.piece.length
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        std::slice::from_ref(&self.piece)
    }
}

impl Record for AnnotationRow {
    const TABLE: &'static str = "s3_annotation";
    type Key = String;

    fn key(&self) -> String {
        text(&self.version, &self.name)
    }
}

/// The text of an annotation's row.
pub(crate) fn text(version: &str, name: &str) -> String {
    of_version(version) + name
}

/// What the texts of a version's annotations begin with. Nothing follows the place of a version in any other text, so
/// that no version's text begins with another's.
pub(crate) fn of_version(version: &str) -> String {
    format!("{version}/")
}

/// Attaches an annotation to its version, in place of one of the same name; what nobody refers to any more is added to
/// `freed`. The version's count is stored with its row.
pub(crate) fn attach(
    tx: &mut Tx,
    row: &ObjectRow,
    annotation: AnnotationRow,
    freed: &mut Vec<BlobRef>,
) -> Result<(), StoreError> {
    match tx.paged::<AnnotationRow>().get(&annotation.key())? {
        Some(before) => share::give_up(tx, before.pieces(), freed)?,
        None => recount(tx, row, |count| count + 1),
    }
    tx.paged::<AnnotationRow>().put(annotation);
    Ok(())
}

/// Removes an annotation of a version; answers whether it was there.
pub(crate) fn detach(
    tx: &mut Tx,
    row: &ObjectRow,
    name: &str,
    freed: &mut Vec<BlobRef>,
) -> Result<bool, StoreError> {
    let text = text(&row.key(), name);
    let Some(before) = tx.paged::<AnnotationRow>().get(&text)? else { return Ok(false) };
    share::give_up(tx, before.pieces(), freed)?;
    tx.paged::<AnnotationRow>().delete(&text);
    recount(tx, row, |count| count.saturating_sub(1));
    Ok(true)
}

fn recount(tx: &mut Tx, row: &ObjectRow, count: impl FnOnce(usize) -> usize) {
    let mut row = row.clone();
    if let Some(object) = &mut row.object {
        object.annotations = count(object.annotations);
    }
    tx.paged::<ObjectRow>().put(row);
}

/// Removes every annotation of a version that is about to go.
pub(crate) fn give_up(
    tx: &mut Tx,
    row: &ObjectRow,
    object: &Object,
    freed: &mut Vec<BlobRef>,
) -> Result<(), StoreError> {
    if object.annotations == 0 {
        return Ok(());
    }
    for (text, annotation) in tx.paged::<AnnotationRow>().range(&of_version(&row.key()), None, MOST)? {
        share::give_up(tx, annotation.pieces(), freed)?;
        tx.paged::<AnnotationRow>().delete(&*text);
    }
    Ok(())
}

/// The annotations of a version, for a copy of it: each payload is counted once more.
pub(crate) fn share_all(tx: &mut Tx, row: &ObjectRow) -> Result<Vec<AnnotationRow>, Error> {
    if row.object.as_ref().is_none_or(|object| object.annotations == 0) {
        return Ok(Vec::new());
    }
    let mut shared = Vec::new();
    for (_, annotation) in tx.paged::<AnnotationRow>().range(&of_version(&row.key()), None, MOST)? {
        let mut annotation = AnnotationRow::clone(&annotation);
        share::share(tx, std::slice::from_mut(&mut annotation.piece))?;
        tx.paged::<AnnotationRow>().put(annotation.clone());
        shared.push(annotation);
    }
    Ok(shared)
}

/// Gives a version that was just written the annotations of what it is a copy of; its row counts them already, and says
/// whether it is a replica.
pub(crate) fn hand_over(tx: &mut Tx, row: &ObjectRow, annotations: Vec<AnnotationRow>) {
    let written_at = tx.now();
    let replication = row.object.as_ref().and_then(|object| object.replication);
    for annotation in annotations {
        let version = row.key();
        tx.paged::<AnnotationRow>().put(AnnotationRow { version, written_at, replication, ..annotation });
    }
}

/// Tells the annotations of a version how far its replication is, theirs with it.
pub(crate) fn tell(tx: &mut Tx, row: &ObjectRow, status: replication::Status) -> Result<(), StoreError> {
    if row.object.as_ref().is_none_or(|object| object.annotations == 0) {
        return Ok(());
    }
    for (_, annotation) in tx.paged::<AnnotationRow>().range(&of_version(&row.key()), None, MOST)? {
        let replication = Some(status);
        tx.paged::<AnnotationRow>().put(AnnotationRow { replication, ..AnnotationRow::clone(&annotation) });
    }
    Ok(())
}
