//! Figures that change with every commit and are written with few of them: how far the numbers of transactions have
//! come, and how many rows each paged table has. A page less in each commit is a tenth of what it costs.
//!
//! The numbers of transactions are given out ahead: after a crash they go on where nobody can have come. The rows are
//! noted now and then and at the end: after a crash a small table is counted again, and the figure of a large one is off
//! by what the last few transactions did.

use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// Transactions from one note to the next.
const STRIDE: u64 = 1024;
/// Rows of a paged table that are counted again after a crash: a matter of milliseconds.
const FEW_ROWS: usize = 50_000;

/// What was not noted yet.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Numbers of transactions up to this one are noted.
    noted: u64,
    /// Rows that came and went since, by table.
    more: BTreeMap<&'static str, i64>,
}

impl Tally {
    /// Goes on where the file left off; `noted` is its figure.
    pub(crate) fn new(noted: u64) -> Self {
        Self { noted, more: BTreeMap::new() }
    }

    /// A paged table has so many rows more.
    pub(crate) fn count(&mut self, table: &'static str, more: i64) {
        *self.more.entry(table).or_default() += more;
    }

    /// Notes the figures where it is time to; `sequence` is the transaction that is being written.
    pub(crate) fn note(&mut self, connection: &Connection, sequence: u64) -> rusqlite::Result<()> {
        if sequence <= self.noted {
            return Ok(());
        }
        self.write(connection, sequence + STRIDE)
    }

    /// Notes them for the last time.
    pub(crate) fn close(&mut self, connection: &Connection, sequence: u64) -> rusqlite::Result<()> {
        let transaction = connection.unchecked_transaction()?;
        self.write(&transaction, sequence)?;
        put_meta(&transaction, "exact", "1")?;
        transaction.commit()
    }

    fn write(&mut self, connection: &Connection, sequence: u64) -> rusqlite::Result<()> {
        put_meta(connection, "sequence", &sequence.to_string())?;
        let sql = "UPDATE _meta SET value = CAST(value AS INTEGER) + ?2 WHERE key = 'rows:' || ?1";
        for (table, more) in std::mem::take(&mut self.more) {
            connection.prepare_cached(sql)?.execute(params![table, more])?;
        }
        self.noted = sequence;
        Ok(())
    }
}

/// Whether the figures of the file are those of its rows. From here on they are not, until [`Tally::close`].
pub(crate) fn begin(connection: &Connection, meta: &BTreeMap<String, String>) -> rusqlite::Result<bool> {
    // A file that is new, or older than the mark, kept them with every commit.
    let is_exact = meta.get("exact").is_none_or(|exact| exact == "1");
    put_meta(connection, "exact", "0")?;
    Ok(is_exact)
}

/// How many rows a paged table has, and whether that is exact.
pub(crate) fn rows(connection: &Connection, table: &str, is_exact: bool) -> rusqlite::Result<(usize, bool)> {
    let name = format!("rows:{table}");
    let sql = "SELECT CAST(value AS INTEGER) FROM _meta WHERE key=?1";
    let known: Option<i64> =
        connection.prepare_cached(sql)?.query_row([&name], |row| row.get(0)).optional()?;
    let known = known.map(|rows| usize::try_from(rows).unwrap_or(0));
    match known {
        Some(rows) if is_exact || rows > FEW_ROWS => Ok((rows, is_exact)),
        _ => {
            let sql = format!("SELECT COUNT(*) FROM \"{table}\"");
            let rows: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
            put_meta(connection, &name, &rows.to_string())?;
            Ok((usize::try_from(rows).unwrap_or(0), true))
        }
    }
}

/// Writes one entry of `_meta`.
pub(crate) fn put_meta(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO _meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value=?2";
    connection.prepare_cached(sql)?.execute(params![key, value]).map(|_| ())
}
