//! The file: `angae.db` in the data folder. A person can open it with `sqlite3` and read it.
//!
//! ```text
//! _meta   key TEXT PRIMARY KEY, value TEXT            format, boot count, versions of the tables, secrets, and the
//!                                                     figures of `tally`: `sequence`, `rows:<table>`, `exact`
//! _event  sequence INTEGER PRIMARY KEY, doc TEXT      the event log
//! others  key TEXT PRIMARY KEY, doc TEXT              one table a record type; doc is JSON
//! ```

use crate::error::{OpenError, StoreError};
use crate::state::Slot;
use crate::store::Durability;
use crate::tables::Tables;
use crate::tally::{self, put_meta};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The version of the file's own form.
const FORMAT: u32 = 1;
/// Prepared statements kept by a connection: a few for each table.
const STATEMENTS: usize = 256;
/// Pages the writing connection keeps, in KiB: the part of the trees that is changed again and again. SQLite looks through
/// all of them after a commit that split a page.
const WRITER_CACHE_KIB: u32 = 2 * 1024;
/// Read connections kept open between uses.
const IDLE_READERS: usize = 8;

/// What was found in the file.
pub(crate) struct Loaded {
    pub(crate) connection: Connection,
    pub(crate) slots: Vec<Slot>,
    pub(crate) meta: BTreeMap<String, String>,
    pub(crate) last_event: u64,
    /// Rows by table, in-memory and paged, tables without any left out.
    pub(crate) counts: BTreeMap<&'static str, usize>,
    /// Whether all counts are exact.
    pub(crate) is_exact: bool,
}

/// Opens the file and reads every table that lives in memory.
pub(crate) fn open(file: &Path, durability: Durability, tables: &Tables) -> Result<Loaded, OpenError> {
    let damaged = |error: rusqlite::Error| OpenError::Damaged(file.to_path_buf(), error.to_string());
    let connection = Connection::open(file).map_err(damaged)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let meta = read_meta(&connection).map_err(damaged)?;
    let versions = check_form(file, &connection, &meta, tables)?;
    let synchronous = match durability {
        Durability::Normal => "NORMAL",
        Durability::Full => "FULL",
    };
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA wal_autocheckpoint=4000;
             PRAGMA cache_size=-{WRITER_CACHE_KIB};
             CREATE TABLE IF NOT EXISTS _meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS _event (sequence INTEGER PRIMARY KEY, doc TEXT NOT NULL);"
        ))
        .map_err(damaged)?;
    // One commit for all: each on its own would be written, and the schema read again, once a table.
    let transaction = connection.unchecked_transaction().map_err(damaged)?;
    for kind in &tables.kinds {
        let sql = format!(
            "CREATE TABLE IF NOT EXISTS \"{}\" (key TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID",
            kind.table
        );
        transaction.execute(&sql, []).map_err(damaged)?;
    }
    transaction.commit().map_err(damaged)?;
    upgrade(file, &connection, tables, &versions)?;
    let is_exact = tally::begin(&connection, &meta).map_err(damaged)?;
    let (slots, counts, is_exact) = load(file, &connection, tables, is_exact)?;
    let last_event = connection
        .query_row("SELECT COALESCE(MAX(sequence), 0) FROM _event", [], |row| row.get::<_, i64>(0))
        .map_err(damaged)?;
    Ok(Loaded {
        connection,
        slots,
        meta,
        last_event: u64::try_from(last_event).unwrap_or(0),
        counts,
        is_exact,
    })
}

fn read_meta(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    // A file that is no database fails here, before anything is written to it.
    let exists: Option<i64> = connection
        .query_row("SELECT 1 FROM sqlite_master WHERE type='table' AND name='_meta'", [], |row| row.get(0))
        .optional()?;
    if exists.is_none() {
        return Ok(BTreeMap::new());
    }
    let mut statement = connection.prepare("SELECT key, value FROM _meta")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// Refuses what this version cannot read, before anything is written. Answers the stored versions of the tables.
fn check_form(
    file: &Path,
    connection: &Connection,
    meta: &BTreeMap<String, String>,
    tables: &Tables,
) -> Result<BTreeMap<String, u16>, OpenError> {
    let newer = |what: String| OpenError::Newer { file: file.to_path_buf(), what };
    let format: u32 = meta.get("format").map_or(Ok(FORMAT), |text| text.parse()).unwrap_or(u32::MAX);
    if format > FORMAT {
        return Err(newer(format!("format {format}, this one knows {FORMAT}")));
    }
    let damaged = |error: rusqlite::Error| OpenError::Damaged(file.to_path_buf(), error.to_string());
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")
        .map_err(damaged)?;
    let names = statement.query_map([], |row| row.get::<_, String>(0)).map_err(damaged)?;
    let mut versions = BTreeMap::new();
    for name in names {
        let name = name.map_err(damaged)?;
        if matches!(name.as_str(), "_meta" | "_event") {
            continue;
        }
        let Some(kind) = tables.kinds.iter().find(|kind| kind.table == name) else {
            return Err(OpenError::UnknownTable(file.to_path_buf(), name));
        };
        let stored = meta.get(&format!("version:{name}")).map_or(Ok(kind.version), |text| text.parse());
        let stored = stored.unwrap_or(u16::MAX);
        if stored > kind.version {
            return Err(newer(format!("{name} version {stored}, this one knows {}", kind.version)));
        }
        versions.insert(name, stored);
    }
    Ok(versions)
}

/// Brings older documents to the present form, all in one transaction.
fn upgrade(
    file: &Path,
    connection: &Connection,
    tables: &Tables,
    versions: &BTreeMap<String, u16>,
) -> Result<(), OpenError> {
    let damaged = |error: rusqlite::Error| OpenError::Damaged(file.to_path_buf(), error.to_string());
    let transaction = connection.unchecked_transaction().map_err(damaged)?;
    for kind in &tables.kinds {
        let stored = versions.get(kind.table).copied().unwrap_or(kind.version);
        for (key, document) in
            if stored < kind.version { all(&transaction, kind.table).map_err(damaged)? } else { Vec::new() }
        {
            let row_error = |cause: String| {
                OpenError::Row(
                    file.to_path_buf(),
                    StoreError::Row { table: kind.table, key: key.clone(), cause },
                )
            };
            let value: Value =
                serde_json::from_str(&document).map_err(|error| row_error(error.to_string()))?;
            let value = kind.present(stored, value).map_err(row_error)?;
            let sql = format!("UPDATE \"{}\" SET doc=?2 WHERE key=?1", kind.table);
            transaction.execute(&sql, params![key, value.to_string()]).map_err(damaged)?;
        }
        put_meta(&transaction, &format!("version:{}", kind.table), &kind.version.to_string())
            .map_err(damaged)?;
    }
    put_meta(&transaction, "format", &FORMAT.to_string()).map_err(damaged)?;
    transaction.commit().map_err(damaged)
}

/// Every row of a table, in key order.
pub(crate) fn all(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(&select_all(table))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

fn select_all(table: &str) -> String {
    format!("SELECT key, doc FROM \"{table}\" ORDER BY key")
}

/// A column's text where it lies.
fn text<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<&'r str> {
    Ok(row.get_ref(column)?.as_str()?)
}

type Counted = (Vec<Slot>, BTreeMap<&'static str, usize>, bool);

fn load(file: &Path, connection: &Connection, tables: &Tables, is_exact: bool) -> Result<Counted, OpenError> {
    let damaged = |error: rusqlite::Error| OpenError::Damaged(file.to_path_buf(), error.to_string());
    let mut slots = tables.empty();
    let (mut counts, mut all_exact) = (BTreeMap::new(), true);
    for (kind, slot) in tables.kinds.iter().zip(&mut slots) {
        if kind.paged {
            let (rows, exact) = tally::rows(connection, kind.table, is_exact).map_err(damaged)?;
            all_exact &= exact;
            counts.insert(kind.table, rows);
            continue;
        }
        // Row by row: the documents of a large table must not all be in memory beside its records.
        let mut statement = connection.prepare(&select_all(kind.table)).map_err(damaged)?;
        let mut rows = statement.query([]).map_err(damaged)?;
        while let Some(row) = rows.next().map_err(damaged)? {
            let (key, document) = (text(row, 0).map_err(damaged)?, text(row, 1).map_err(damaged)?);
            (kind.load)(slot, key, document).map_err(|cause| {
                let row = StoreError::Row { table: kind.table, key: key.to_owned(), cause };
                OpenError::Row(file.to_path_buf(), row)
            })?;
        }
        counts.insert(kind.table, (kind.len)(slot));
    }
    counts.retain(|_, rows| *rows > 0);
    Ok((slots, counts, all_exact))
}

/// Connections that only read, kept for the next view.
pub(crate) struct Readers {
    file: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(file: PathBuf) -> Arc<Self> {
        Arc::new(Self { file, idle: Mutex::new(Vec::new()) })
    }

    fn take(&self) -> Result<Connection, StoreError> {
        if let Some(connection) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }
}

/// One reader: a connection taken at the first read, in one read transaction until it is dropped.
pub(crate) struct Reader {
    readers: Arc<Readers>,
    connection: Cell<Option<Connection>>,
}

impl Reader {
    pub(crate) fn new(readers: Arc<Readers>) -> Self {
        Self { readers, connection: Cell::new(None) }
    }

    fn with<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let connection = self.readers.take()?;
                connection.prepare_cached("BEGIN DEFERRED")?.execute([])?;
                connection
            }
        };
        let outcome = read(&connection);
        self.connection.set(Some(connection));
        Ok(outcome?)
    }

    /// Begins the transaction. It is a deferred one: only a read fixes what it sees.
    pub(crate) fn pin(&self) -> Result<(), StoreError> {
        self.with(|connection| connection.query_row("SELECT count(*) FROM _meta", [], |_| Ok(())))
    }

    pub(crate) fn get(&self, table: &'static str, key: &str) -> Result<Option<String>, StoreError> {
        self.with(|connection| {
            let sql = format!("SELECT doc FROM \"{table}\" WHERE key=?1");
            connection.prepare_cached(&sql)?.query_row([key], |row| row.get(0)).optional()
        })
    }

    pub(crate) fn range(
        &self,
        table: &'static str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.with(|connection| {
            let (operator, start) = match after {
                Some(after) if after >= prefix => (">", after),
                _ => (">=", prefix),
            };
            let sql =
                format!("SELECT key, doc FROM \"{table}\" WHERE key {operator} ?1 ORDER BY key LIMIT ?2");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![start, limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let key: String = row.get(0)?;
                if !key.starts_with(prefix) {
                    break;
                }
                found.push((key, row.get(1)?));
            }
            Ok(found)
        })
    }

    pub(crate) fn all(&self, table: &'static str) -> Result<Vec<(String, String)>, StoreError> {
        self.with(|connection| all(connection, table))
    }

    pub(crate) fn events(&self, since: u64, limit: usize) -> Result<Vec<String>, StoreError> {
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.with(|connection| {
            let sql = "SELECT doc FROM _event WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![since, limit], |row| row.get(0))?;
            rows.collect()
        })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        // A connection whose transaction does not end is not used again.
        let ended = connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        if ended.is_ok() {
            let mut idle = self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE_READERS {
                idle.push(connection);
            }
        }
    }
}
