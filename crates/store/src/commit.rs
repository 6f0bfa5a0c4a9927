//! Groups of transactions on their way into SQLite: one commit each, then all readers see them.

use crate::announce::Announcer;
use crate::error::StoreError;
use crate::outbox::{EventRow, KEPT};
use crate::stage::Aside;
use crate::state::State;
use crate::tables::{Kind, Tables};
use crate::tally::Tally;
use crate::tx::{Change, Document};
use arc_swap::ArcSwap;
use rusqlite::{CachedStatement, Connection, params};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use tokio::sync::oneshot;

/// An accepted transaction on its way to the disk.
pub(crate) struct Batch {
    pub(crate) changes: Vec<Change>,
    pub(crate) events: Vec<EventRow>,
    /// Rows that take the place of all others, before the changes.
    pub(crate) replaced: Option<Aside>,
    /// The state with it in.
    pub(crate) state: State,
    pub(crate) done: oneshot::Sender<Result<(), StoreError>>,
}

/// What must be on the disk before rows that may name it are.
pub(crate) type Before = Box<dyn Fn() -> Result<(), String> + Send + Sync>;

/// What commits.
pub(crate) struct Work {
    pub(crate) connection: Connection,
    pub(crate) tables: Arc<Tables>,
    pub(crate) durable: Arc<ArcSwap<State>>,
    pub(crate) failed: Arc<OnceLock<String>>,
    pub(crate) announcer: Arc<Announcer>,
    pub(crate) before: Arc<OnceLock<Before>>,
    pub(crate) tally: RefCell<Tally>,
}

impl Work {
    /// Makes a group durable, shows it to readers, and tells each of its transactions.
    pub(crate) fn commit(&self, mut group: Vec<Batch>) {
        let outcome = match self.failed.get() {
            Some(cause) => Err(StoreError::ReadOnly(cause.clone())),
            None => self.attempt(&group).map_err(|cause| {
                if group.iter().any(|batch| batch.replaced.is_some()) {
                    // It comes alone, and the head waits for it.
                    return StoreError::Sqlite(cause);
                }
                // The head holds what the disk does not: from here on nothing new is accepted.
                StoreError::ReadOnly(self.failed.get_or_init(|| cause).clone())
            }),
        };
        if outcome.is_ok()
            && let Some(last) = group.last()
        {
            self.durable.store(Arc::new(last.state.clone()));
        }
        for batch in group.drain(..) {
            if outcome.is_ok() {
                for event in batch.events {
                    self.announcer.announce(event);
                }
            }
            // A caller that went away needs no answer.
            let _gone = batch.done.send(outcome.clone());
        }
    }

    fn attempt(&self, group: &[Batch]) -> Result<(), String> {
        let attempt = AssertUnwindSafe(|| {
            self.before.get().map_or(Ok(()), |before| before())?;
            self.write(group).map_err(|error| error.to_string())
        });
        catch_unwind(attempt).unwrap_or_else(|_| Err("writing it panicked".to_owned()))
    }

    fn write(&self, group: &[Batch]) -> rusqlite::Result<()> {
        let changed = group
            .iter()
            .any(|batch| !batch.changes.is_empty() || !batch.events.is_empty() || batch.replaced.is_some());
        if !changed {
            return Ok(());
        }
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let tally = self.tally.borrow().clone();
        let outcome = self.write_rows(group);
        if outcome.is_err() {
            self.tally.replace(tally);
        }
        let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.connection.prepare_cached(end)?.execute([]).map(|_| ());
        outcome.and(ended)
    }

    fn write_rows(&self, group: &[Batch]) -> rusqlite::Result<()> {
        for replaced in group.iter().filter_map(|batch| batch.replaced.as_ref()) {
            replaced.write(&self.connection, &self.tables)?;
            self.tally.borrow_mut().forget();
        }
        for (table, rows) in last_changes(group) {
            let Kind { table, paged, .. } = &self.tables.kinds[table];
            if *paged {
                let more = self.write_counted(table, &rows)?;
                self.tally.borrow_mut().count(table, more);
            } else {
                self.write_table(table, &rows)?;
            }
        }
        self.write_events(group)?;
        let Some(last) = group.last() else { return Ok(()) };
        self.tally.borrow_mut().note(&self.connection, last.state.sequence)
    }

    /// Lets the database go.
    pub(crate) fn close(self) {
        if self.failed.get().is_none() {
            // What cannot be noted now is found out at the next start.
            let _noted = self.tally.borrow_mut().close(&self.connection, self.durable.load().sequence);
        }
    }

    fn write_table(&self, table: &str, rows: &Rows<'_>) -> rusqlite::Result<()> {
        let put = format!(
            "INSERT INTO \"{table}\" (key, doc) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET doc=?2"
        );
        let (mut put, mut delete) = (self.connection.prepare_cached(&put)?, self.delete(table)?);
        for (key, row) in rows {
            match row {
                Some(row) => put.execute(params![key, row.json()])?,
                None => delete.execute([key])?,
            };
        }
        Ok(())
    }

    /// The same, and says how many rows there are more by it: a million cannot be counted at each start.
    fn write_counted(&self, table: &str, rows: &Rows<'_>) -> rusqlite::Result<i64> {
        let insert = format!("INSERT OR IGNORE INTO \"{table}\" (key, doc) VALUES (?1, ?2)");
        let mut insert = self.connection.prepare_cached(&insert)?;
        let (mut update, mut delete) = (self.update(table)?, self.delete(table)?);
        let mut more = 0;
        for (key, row) in rows {
            match row {
                Some(row) => {
                    let document = row.json();
                    match insert.execute(params![key, document])? {
                        0 => update.execute(params![key, document]).map(drop)?,
                        _ => more += 1,
                    }
                }
                None if delete.execute([key])? > 0 => more -= 1,
                None => {}
            }
        }
        Ok(more)
    }

    fn update(&self, table: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(&format!("UPDATE \"{table}\" SET doc=?2 WHERE key=?1"))
    }

    fn delete(&self, table: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(&format!("DELETE FROM \"{table}\" WHERE key=?1"))
    }

    fn write_events(&self, group: &[Batch]) -> rusqlite::Result<()> {
        let sql = "INSERT OR REPLACE INTO _event (sequence, doc) VALUES (?1, ?2)";
        let mut insert = self.connection.prepare_cached(sql)?;
        for event in group.iter().flat_map(|batch| &batch.events) {
            let document = serde_json::to_string(event).expect("an event was made from JSON");
            let number = i64::try_from(event.sequence).unwrap_or(i64::MAX);
            insert.execute(params![number, document])?;
            // Old ones go in strides, so that the log costs no delete an event.
            if event.sequence % 1000 == 0 {
                let oldest = i64::try_from(event.sequence.saturating_sub(KEPT)).unwrap_or(0);
                self.connection
                    .prepare_cached("DELETE FROM _event WHERE sequence < ?1")?
                    .execute([oldest])?;
            }
        }
        Ok(())
    }
}

/// The rows of one table, in key order; `None` is deleted.
type Rows<'g> = BTreeMap<&'g str, Option<&'g dyn Document>>;

/// What a group comes to, by table. Its transactions become durable together, so a row that several of them
/// changed, or one of them twice, is written once, as the last of them left it.
fn last_changes(group: &[Batch]) -> BTreeMap<usize, Rows<'_>> {
    let mut tables: BTreeMap<usize, Rows<'_>> = BTreeMap::new();
    for Change { table, key, row } in group.iter().flat_map(|batch| &batch.changes) {
        tables.entry(*table).or_default().insert(&**key, row.as_deref());
    }
    tables
}
