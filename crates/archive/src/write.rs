//! The way out.

use crate::error::ExportError;
use crate::{BlobLine, EndLine, FORM, Header, ROWS, Summary};
use blob::{BlobRef, Reading};
use ports::{Named, Naming, World};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use store::{StoreError, View};

/// Bytes of a blob in memory at once.
const PIECE_BYTES: usize = 256 * 1024;

/// A world at one moment. What is written or deleted later is not seen, and its bytes stay until this is dropped.
pub struct Snapshot {
    world: Arc<World>,
    view: View,
    _reading: Reading,
}

impl Snapshot {
    /// Everything that was answered before.
    pub fn take(world: &Arc<World>) -> Result<Self, StoreError> {
        // Before the rows: what they name must not go between the two.
        let reading = world.blobs.reading();
        Ok(Self { view: world.store.frozen()?, world: world.clone(), _reading: reading })
    }

    /// The world's name.
    pub fn world(&self) -> &str {
        &self.world.name
    }

    /// Writes the file.
    pub fn write(&self, naming: &Naming, to: &mut impl Write) -> Result<Summary, ExportError> {
        let tables = self.view.tables();
        let is_left_out = |table: &str| naming.is_passing(table);
        let mut file = File {
            snapshot: self,
            naming,
            lines: Lines { to, digest: Sha256::new() },
            shared: BTreeMap::new(),
            summary: Summary::default(),
        };
        let versions = tables.iter().filter(|(table, _)| !is_left_out(table));
        let versions = versions.map(|(table, version)| ((*table).to_owned(), *version)).collect();
        file.lines.line(&Header { angae: FORM, tables: versions })?;
        for table in tables.keys().filter(|table| !is_left_out(table)) {
            file.table(table)?;
        }
        file.end()
    }
}

/// The file on its way.
struct File<'s, W> {
    snapshot: &'s Snapshot,
    naming: &'s Naming,
    lines: Lines<'s, W>,
    /// What blobs that several rows may name are called.
    shared: BTreeMap<BlobRef, BlobRef>,
    summary: Summary,
}

impl<W: Write> File<'_, W> {
    fn table(&mut self, table: &str) -> Result<(), ExportError> {
        let mut after: Option<String> = None;
        // Keys that name blobs get another order with their names. Such a table counts what is shared: it is no
        // larger than what is remembered of that.
        let mut in_order = BTreeMap::new();
        loop {
            let page = self.snapshot.view.documents(table, after.as_deref(), ROWS)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.to_string());
            for (key, document) in &page {
                let Some((key, document)) = self.renamed(table, key, document)? else { continue };
                if self.naming.is_in_key(table) {
                    in_order.insert(key, document);
                } else {
                    self.row(table, &key, &document)?;
                }
            }
        }
        for (key, document) in in_order {
            self.row(table, &key, &document)?;
        }
        Ok(())
    }

    /// A row with the names its blobs have in the file; those it names first are written. `None` for a count of what
    /// nobody names.
    fn renamed(
        &mut self,
        table: &str,
        key: &str,
        document: &str,
    ) -> Result<Option<(String, String)>, ExportError> {
        let (mut first, mut is_idle) = (Vec::new(), false);
        let (count, shared) = (&mut self.summary.blobs, &mut self.shared);
        let mut number = |blob: BlobRef| {
            *count += 1;
            let name = BlobRef::File { id: *count, length: blob.len(), crc: blob.crc() };
            first.push((blob, name));
            name
        };
        let renamed = self.naming.rename(table, key, document, &mut |blob, named| {
            *blob = match (named, shared.get(blob).copied()) {
                (Named::Alone, _) => number(*blob),
                (Named::Shared | Named::Counted, Some(name)) => name,
                (Named::Shared, None) => *shared.entry(*blob).or_insert(number(*blob)),
                (Named::Counted, None) => {
                    is_idle = true;
                    return Ok(());
                }
            };
            Ok(())
        });
        let renamed = renamed.map_err(|cause| {
            ExportError::Row(format!("row {key:?} of table {table} cannot be read: {cause}"))
        })?;
        for (blob, name) in first {
            self.blob(blob, name)?;
        }
        Ok((!is_idle).then_some(renamed))
    }

    fn blob(&mut self, blob: BlobRef, name: BlobRef) -> Result<(), ExportError> {
        self.lines.line(&BlobLine { blob: name })?;
        let to = &mut *self.lines.to;
        let reader = self.snapshot.world.blobs.reader(&blob)?;
        reader.pieces(PIECE_BYTES, |bytes| to.write_all(bytes).map_err(ExportError::Output))?;
        to.write_all(b"\n")?;
        Ok(())
    }

    fn row(&mut self, table: &str, key: &str, document: &str) -> Result<(), ExportError> {
        self.summary.rows += 1;
        let (table, key) = (Value::from(table), Value::from(key));
        self.lines.text(&format!("{{\"table\":{table},\"key\":{key},\"doc\":{document}}}\n"))
    }

    fn end(mut self) -> Result<Summary, ExportError> {
        self.summary.sha256 = hex::encode(self.lines.digest.clone().finalize());
        self.lines.line(&EndLine { end: self.summary.clone() })?;
        self.lines.to.flush()?;
        Ok(self.summary)
    }
}

/// What is written, and the digest of its lines.
struct Lines<'w, W> {
    to: &'w mut W,
    digest: Sha256,
}

impl<W: Write> Lines<'_, W> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), ExportError> {
        let text = serde_json::to_string(line).expect("the lines' own types are plain");
        self.text(&(text + "\n"))
    }

    fn text(&mut self, line: &str) -> Result<(), ExportError> {
        self.digest.update(line.as_bytes());
        self.to.write_all(line.as_bytes())?;
        Ok(())
    }
}
