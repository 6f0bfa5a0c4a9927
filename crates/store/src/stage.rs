//! A state on its way in, which takes the place of another as a whole.
//!
//! Rows are taken one by one and looked at. What stays in SQLite is laid aside in a file without a name: memory does
//! not grow with it, and nothing is left of it after a crash. Nobody sees any of it before [`Store::replace`].
//!
//! ```text
//! file = *row     row = position of the table u32, bytes of the key u32, bytes of the document u32,
//!                       key, document                                  all numbers little-endian
//! ```

use crate::error::{ImportError, StoreError};
use crate::state::Slot;
use crate::store::Store;
use crate::tables::{Kind, Tables};
use crate::tally;
use rusqlite::{Connection, params};
use serde_json::Value;
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;

/// Bytes read and written at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// Rows that are taken in. Dropped, it leaves nothing behind.
pub struct Stage {
    pub(crate) tables: Arc<Tables>,
    pub(crate) slots: Vec<Slot>,
    /// Every row, for SQLite; `None` where there is none.
    aside: Option<BufWriter<File>>,
}

/// The rows of a whole state, for SQLite.
pub(crate) struct Aside(File);

impl Stage {
    pub(crate) fn new(tables: Arc<Tables>, folder: Option<&Path>) -> Result<Self, StoreError> {
        let aside = folder.map(unnamed).transpose().map_err(|error| failed(&error))?;
        let aside = aside.map(|file| BufWriter::with_capacity(BUFFER_BYTES, file));
        Ok(Self { slots: tables.empty(), tables, aside })
    }

    /// A document of the version `stored` in the present form; `None` stands for the present version.
    pub fn present(&self, table: &str, stored: Option<u16>, document: Value) -> Result<Value, ImportError> {
        let (_, kind) = self.kind(table)?;
        let stored = stored.unwrap_or(kind.version);
        if stored > kind.version {
            return Err(ImportError::Format(format!(
                "{table} is of version {stored}, this angae knows {}",
                kind.version
            )));
        }
        kind.present(stored, document).map_err(ImportError::Format)
    }

    /// Takes a row in its present form. One with a key that was there before takes its place.
    pub fn put(&mut self, table: &str, key: &str, document: &str) -> Result<(), ImportError> {
        let (position, kind) = self.kind(table)?;
        let load = kind.load;
        let outcome = if kind.paged && self.aside.is_some() {
            load(&mut (kind.empty)(), key, document)
        } else {
            load(&mut self.slots[position], key, document)
        };
        outcome.map_err(|cause| {
            ImportError::Format(format!("row {key:?} of table {table} cannot be read: {cause}"))
        })?;
        if let Some(aside) = &mut self.aside {
            lay(aside, position, key, document).map_err(|error| failed(&error))?;
        }
        Ok(())
    }

    fn kind(&self, table: &str) -> Result<(usize, &Kind), ImportError> {
        let position = self.tables.kinds.iter().position(|kind| kind.table == table);
        let position =
            position.ok_or_else(|| ImportError::Format(format!("the table {table} is not known")))?;
        Ok((position, &self.tables.kinds[position]))
    }

    /// The state, and what of it SQLite is to hold.
    pub(crate) fn finish(self) -> Result<(Vec<Slot>, Option<Aside>), StoreError> {
        let aside = self.aside.map(|aside| aside.into_inner().map_err(|error| failed(error.error())));
        Ok((self.slots, aside.transpose()?.map(Aside)))
    }
}

impl Store {
    /// Begins a state that is to take the place of the present one.
    pub fn stage(&self) -> Result<Stage, StoreError> {
        Stage::new(self.tables().clone(), self.folder())
    }
}

/// A file that is gone once it is closed, whatever becomes of the process.
fn unnamed(folder: &Path) -> std::io::Result<File> {
    // A name is needed for a moment; whom a crash meets in it, leaves a file that the next one takes over.
    static NAMES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let number = NAMES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = folder.join(format!("import-{number}.rows"));
    let file = File::options().read(true).write(true).create(true).truncate(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

fn failed(error: &std::io::Error) -> StoreError {
    StoreError::Stage(error.to_string())
}

fn lay(to: &mut impl Write, position: usize, key: &str, document: &str) -> std::io::Result<()> {
    for number in [position, key.len(), document.len()] {
        let number = u32::try_from(number).map_err(std::io::Error::other)?;
        to.write_all(&number.to_le_bytes())?;
    }
    to.write_all(key.as_bytes())?;
    to.write_all(document.as_bytes())
}

impl Aside {
    /// Puts these rows in the place of all that the tables hold, within the transaction that is open.
    pub(crate) fn write(&self, connection: &Connection, tables: &Tables) -> rusqlite::Result<()> {
        for kind in &tables.kinds {
            connection.execute(&format!("DELETE FROM \"{}\"", kind.table), [])?;
        }
        let mut file = &self.0;
        file.rewind().map_err(unreadable)?;
        let mut reader = BufReader::with_capacity(BUFFER_BYTES, file);
        while let Some((position, key, document)) = next(&mut reader).map_err(unreadable)? {
            let sql = format!(
                "INSERT OR REPLACE INTO \"{}\" (key, doc) VALUES (?1, ?2)",
                tables.kinds[position].table
            );
            connection.prepare_cached(&sql)?.execute(params![key, document])?;
        }
        for kind in tables.kinds.iter().filter(|kind| kind.paged) {
            tally::count_anew(connection, kind.table)?;
        }
        Ok(())
    }
}

/// The next row; `None` at the end.
fn next(from: &mut impl Read) -> std::io::Result<Option<(usize, String, String)>> {
    let mut head = [0; 12];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let number =
        |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
    let mut text = |length: usize| {
        let mut bytes = vec![0; length];
        from.read_exact(&mut bytes)?;
        String::from_utf8(bytes).map_err(std::io::Error::other)
    };
    Ok(Some((number(0), text(number(4))?, text(number(8))?)))
}

fn unreadable(error: std::io::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}
