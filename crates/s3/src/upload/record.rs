//! How unfinished uploads and their parts are stored.

use crate::checksum::{Algorithm, Coverage};
use crate::encryption::Encryption;
use crate::lock::Lock;
use crate::object::attributes::Attributes;
use crate::object::record::{self, Piece};
use crate::object::share;
use base::Timestamp;
use blob::BlobRef;
use serde::{Deserialize, Serialize};
use store::{Record, StoreError, Tx};

/// An upload that was begun and not ended. Its text sorts by key, then by id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct UploadRow {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) upload_id: String,
    pub(crate) attributes: Attributes,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) coverage: Coverage,
    pub(crate) begun_at: Timestamp,
    pub(crate) initiator: (String, String),
    #[serde(default, skip_serializing_if = "Encryption::is_s3")]
    pub(crate) encryption: Encryption,
    #[serde(default, skip_serializing_if = "Lock::is_empty")]
    pub(crate) lock: Lock,
    /// The object of its key was deleted since it was begun, without a marker that would tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deleted: bool,
}

impl Record for UploadRow {
    const TABLE: &'static str = "s3_upload";
    type Key = String;

    fn key(&self) -> String {
        text(&self.bucket, &self.key, &self.upload_id)
    }
}

/// The text of an upload's row.
pub(crate) fn text(bucket: &str, key: &str, upload_id: &str) -> String {
    record::versions(bucket, key) + upload_id
}

/// A text no upload of the key comes after, and all later keys' do: ids are made of characters up to `z`, and what
/// stands for U+0000 and U+0001 within a key begins after `{`.
pub(super) fn past(bucket: &str, key: &str) -> String {
    record::versions(bucket, key) + "{"
}

/// A part of an unfinished upload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PartRow {
    pub(crate) bucket: String,
    pub(crate) upload_id: String,
    pub(crate) number: i32,
    pub(crate) size: u64,
    /// Hexadecimal MD5.
    pub(crate) e_tag: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) checksum: String,
    pub(crate) written_at: Timestamp,
    pub(crate) pieces: Vec<Piece>,
}

impl Record for PartRow {
    const TABLE: &'static str = "s3_part";
    type Key = String;

    fn key(&self) -> String {
        part_text(&self.bucket, &self.upload_id, self.number)
    }
}

/// The text of a part's row.
pub(crate) fn part_text(bucket: &str, upload_id: &str, number: i32) -> String {
    format!("{}{number:05}", parts(bucket, upload_id))
}

/// What the texts of an upload's parts begin with.
pub(crate) fn parts(bucket: &str, upload_id: &str) -> String {
    format!("{bucket}/{upload_id}/")
}

/// Parts of one upload at the most.
pub(crate) const MOST_PARTS: usize = 10_000;

/// Removes an upload's parts; what nobody refers to any more is answered.
pub(crate) fn remove_parts(tx: &mut Tx, bucket: &str, upload_id: &str) -> Result<Vec<BlobRef>, StoreError> {
    let mut freed = Vec::new();
    for (text, part) in tx.paged::<PartRow>().range(&parts(bucket, upload_id), None, MOST_PARTS)? {
        share::give_up(tx, &part.pieces, &mut freed)?;
        tx.paged::<PartRow>().delete(&*text);
    }
    Ok(freed)
}

/// Whether any upload of a bucket is open.
pub(crate) fn any(tx: &mut Tx, bucket: &str) -> Result<bool, StoreError> {
    Ok(!tx.paged::<UploadRow>().range(&format!("{bucket}/"), None, 1)?.is_empty())
}

/// Notes in the open uploads of a key that its object is gone: their conditions are about what was there.
pub(crate) fn note_deletion(tx: &mut Tx, bucket: &str, key: &str) -> Result<(), StoreError> {
    for (_, upload) in tx.paged::<UploadRow>().range(&record::versions(bucket, key), None, usize::MAX)? {
        // The texts of a longer key that goes on with U+0000 begin alike.
        if upload.key == key && !upload.deleted {
            tx.paged::<UploadRow>().put(UploadRow { deleted: true, ..UploadRow::clone(&upload) });
        }
    }
    Ok(())
}

/// Removes every upload of a bucket.
pub(crate) fn remove_all(tx: &mut Tx, bucket: &str) -> Result<Vec<BlobRef>, StoreError> {
    let mut freed = Vec::new();
    for (text, upload) in tx.paged::<UploadRow>().range(&format!("{bucket}/"), None, usize::MAX)? {
        freed.extend(remove_parts(tx, bucket, &upload.upload_id)?);
        tx.paged::<UploadRow>().delete(&*text);
    }
    Ok(freed)
}
