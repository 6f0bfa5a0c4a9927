//! A world as one file, rows and the bytes they name, and back.
//!
//! Both ways the file passes by: memory does not grow with it, but for what several rows share, and on the way in for
//! a reference of 32 bytes to every blob, so that a refusal gives all of them back. A file is taken in as a whole: its
//! bytes are written first, beside those that are there, and its rows then take the place of all others in one commit.
//! A crash leaves the old state or the new one; the bytes that neither names go with the next opening.
//!
//! # Form 2, what is written
//!
//! ```text
//! file   = header *(*blob row) end
//! header = {"angae":2,"tables":{"iam_user":1,…}} LF             the versions of the tables' documents
//! blob   = {"blob":"f1.190.9ad3c2f1"} LF, its bytes, LF        number, length and CRC-32 (ISO-HDLC) in hexadecimal
//! row    = {"table":"…","key":"…","doc":{…}} LF                 tables and their keys rise, by bytes
//! end    = {"end":{"rows":9,"blobs":1,"sha256":"…"}} LF         of all lines before it, the blobs' bytes left out
//! ```
//!
//! Blobs are numbered from 1 in the order in which rows name them, and each stands before the first row that does;
//! documents (and keys, where they hold one) name them as their lines do. Where the bytes lay in the byte store is
//! therefore nowhere to be seen: equal worlds give equal files. Which rows name blobs, the services say
//! ([`ports::Naming`]). What only waits to be thrown away is left out.
//!
//! # Form 1, what is still read
//!
//! The header with `"angae":1`, and rows in any order, the last of one key counting. It has no bytes: its documents name
//! those of the byte store, which have to be there.

mod error;
mod input;
mod read;
mod rows_only;
mod write;

#[cfg(test)]
mod tests;

pub use error::{ExportError, ImportError};
pub use read::import;
pub use write::Snapshot;

use blob::BlobRef;
use ports::{Named, Naming};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use store::View;

/// The form that is written.
const FORM: u64 = 2;
/// The form that has rows only.
const ROWS_ONLY: u64 = 1;
/// Rows read at once.
const ROWS: usize = 500;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    angae: u64,
    tables: BTreeMap<String, u16>,
}

/// The line before a blob's bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlobLine {
    blob: BlobRef,
}

/// A row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowLine {
    table: String,
    key: String,
    doc: Value,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndLine {
    end: Summary,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Rows.
    pub rows: u64,
    /// Blobs.
    pub blobs: u64,
    /// SHA-256 of the lines before the last one, in hexadecimal.
    pub sha256: String,
}

impl Summary {
    /// Reads the last line of a file in the form that is written; `None` where it is none.
    pub fn of_end(line: &[u8]) -> Option<Self> {
        serde_json::from_slice::<EndLine>(line).ok().map(|line| line.end)
    }
}

/// Shows every blob the rows of a state name, each once.
fn held(view: &View, naming: &Naming, each: &mut dyn FnMut(BlobRef)) -> Result<(), String> {
    for table in naming.tables() {
        let mut after: Option<String> = None;
        loop {
            let page = view.documents(table, after.as_deref(), ROWS).map_err(|error| error.to_string())?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.to_string());
            for (key, document) in &page {
                naming.rename(table, key, document, &mut |blob, named| {
                    if named != Named::Shared {
                        each(*blob);
                    }
                    Ok(())
                })?;
            }
        }
    }
    Ok(())
}
