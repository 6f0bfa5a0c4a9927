//! Which rows name blobs: for what writes a world down with its bytes and reads it again elsewhere, where the same
//! bytes get other references.
//!
//! A service says so for each of its records, with [`crate::Registrar::names`]; whoever asks knows tables and
//! documents, and no service.

use blob::BlobRef;
use std::collections::BTreeMap;
use store::{Key, Record};

/// How a row names a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// No other row does, and this one once.
    Alone,
    /// Others may do too; then one row counts them.
    Shared,
    /// It counts those that share it.
    Counted,
}

/// A record that names blobs.
pub trait NamesBlobs: Record {
    /// Whether its key names them too.
    const IN_KEY: bool = false;
    /// Whether it only says what is about to be thrown away: what is written down leaves it out.
    const PASSING: bool = false;

    /// Shows each reference, which may be changed. The first failure ends it.
    fn blobs(&mut self, each: &mut Each<'_>) -> Result<(), String>;
}

/// What is shown a row's references.
pub type Each<'e> = dyn FnMut(&mut BlobRef, Named) -> Result<(), String> + 'e;

/// The tables whose rows name blobs.
#[derive(Clone, Debug, Default)]
pub struct Naming(BTreeMap<&'static str, Table>);

/// One of them, its record type forgotten.
#[derive(Clone, Copy, Debug)]
struct Table {
    in_key: bool,
    passing: bool,
    rename: fn(&str, &mut Each<'_>) -> Result<(String, String), String>,
}

impl Naming {
    /// Adds a record's table.
    pub fn add<R: NamesBlobs>(&mut self) {
        let rename = |document: &str, each: &mut Each<'_>| {
            let mut row: R = serde_json::from_str(document).map_err(|error| error.to_string())?;
            row.blobs(each)?;
            let renamed = serde_json::to_string(&row).expect("records hold nothing that JSON cannot");
            Ok((row.key().text(), renamed))
        };
        self.0.insert(R::TABLE, Table { in_key: R::IN_KEY, passing: R::PASSING, rename });
    }

    /// The tables, by name.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// Whether the rows of a table name blobs.
    pub fn concerns(&self, table: &str) -> bool {
        self.0.contains_key(table)
    }

    /// Whether the keys of a table's rows name blobs too.
    pub fn is_in_key(&self, table: &str) -> bool {
        self.0.get(table).is_some_and(|table| table.in_key)
    }

    /// Whether a table only says what is about to be thrown away.
    pub fn is_passing(&self, table: &str) -> bool {
        self.0.get(table).is_some_and(|table| table.passing)
    }

    /// Shows the references of a row's document to `each`, which may change them. Answers what has become of the key
    /// and of the document.
    pub fn rename(
        &self,
        table: &str,
        key: &str,
        document: &str,
        each: &mut Each<'_>,
    ) -> Result<(String, String), String> {
        let Some(table) = self.0.get(table) else { return Ok((key.to_owned(), document.to_owned())) };
        let (own, document) = (table.rename)(document, each)?;
        Ok((if table.in_key { own } else { key.to_owned() }, document))
    }
}
