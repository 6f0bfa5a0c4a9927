//! Bytes that a job's rows gave up. A job does no I/O: it notes them here, and a loop gives them back after the commit.

use blob::BlobRef;
use serde::{Deserialize, Serialize};
use store::{Record, Tx};

/// Blobs nobody refers to any more, of one transaction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReleaseRow {
    /// Never empty.
    pub(crate) blobs: Vec<BlobRef>,
}

impl Record for ReleaseRow {
    const TABLE: &'static str = "s3_release";
    type Key = String;

    /// A blob is given up once, so the first one names them all.
    fn key(&self) -> String {
        self.blobs.first().map(ToString::to_string).unwrap_or_default()
    }
}

/// Notes what is to be given back.
pub(crate) fn later(tx: &mut Tx, blobs: Vec<BlobRef>) {
    if !blobs.is_empty() {
        tx.put(ReleaseRow { blobs });
    }
}
