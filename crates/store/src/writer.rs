//! The one thread that writes: commits everything queued in one SQLite transaction, then publishes it.

use crate::error::StoreError;
use crate::outbox::{EventRow, KEPT};
use crate::sqlite;
use crate::stage::Aside;
use crate::state::State;
use crate::tables::{Kind, Tables};
use crate::tx::{Change, Document};
use arc_swap::ArcSwap;
use rusqlite::{CachedStatement, Connection, params};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{JoinHandle, Thread};
use tokio::sync::{broadcast, oneshot};

/// Transactions that may wait for the disk; one more blocks its caller.
const QUEUE: usize = 4096;
/// Transactions committed at once at the most.
const GROUP: usize = 1024;

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

/// Resolves when everything a call saw and wrote is durable.
pub struct Ticket(Outcome);

enum Outcome {
    Settled(Result<(), StoreError>),
    Waiting(oneshot::Receiver<Result<(), StoreError>>),
}

impl Ticket {
    /// A ticket that has failed already.
    pub fn failed(error: StoreError) -> Self {
        Self(Outcome::Settled(Err(error)))
    }

    pub(crate) fn settled() -> Self {
        Self(Outcome::Settled(Ok(())))
    }

    pub(crate) fn waiting(done: oneshot::Receiver<Result<(), StoreError>>) -> Self {
        Self(Outcome::Waiting(done))
    }

    /// Waits without blocking the thread.
    pub async fn wait(self) -> Result<(), StoreError> {
        match self.0 {
            Outcome::Settled(outcome) => outcome,
            Outcome::Waiting(done) => done.await.unwrap_or(Err(StoreError::Closed)),
        }
    }

    /// Waits and blocks the thread: a commit takes well below a millisecond. It may be called inside a runtime, where
    /// the channel's own `blocking_recv` refuses to.
    pub fn wait_blocking(self) -> Result<(), StoreError> {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut wait = pin!(self.wait());
        loop {
            match wait.as_mut().poll(&mut context) {
                Poll::Ready(outcome) => return outcome,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

/// Wakes a parked thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The thread and the way to it.
pub(crate) struct Writer {
    queue: Option<SyncSender<Batch>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread works on.
pub(crate) struct Work {
    pub(crate) connection: Connection,
    pub(crate) tables: Arc<Tables>,
    pub(crate) durable: Arc<ArcSwap<State>>,
    pub(crate) failed: Arc<OnceLock<String>>,
    pub(crate) events: broadcast::Sender<EventRow>,
}

impl Writer {
    pub(crate) fn start(work: Work) -> std::io::Result<Self> {
        let (queue, batches) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let thread = thread.spawn(move || work.run(&batches))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Hands a transaction over; `false` when the thread has ended.
    pub(crate) fn send(&self, batch: Batch) -> bool {
        self.queue.as_ref().is_some_and(|queue| queue.send(batch).is_ok())
    }

    /// Commits what is queued and ends the thread.
    pub(crate) fn stop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the writer has been reported by its own thread.
            let _panicked = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Work {
    fn run(self, batches: &Receiver<Batch>) {
        while let Ok(first) = batches.recv() {
            let mut group = vec![first];
            while group.len() < GROUP {
                match batches.try_recv() {
                    Ok(batch) => group.push(batch),
                    Err(_) => break,
                }
            }
            self.commit(group);
        }
    }

    fn commit(&self, mut group: Vec<Batch>) {
        let outcome = match self.failed.get() {
            Some(cause) => Err(StoreError::ReadOnly(cause.clone())),
            None => self.write(&group).map_err(|error| {
                if group.iter().any(|batch| batch.replaced.is_some()) {
                    // It comes alone, and the head waits for it.
                    return StoreError::from(error);
                }
                // The head holds what the disk does not: from here on nothing new is accepted.
                StoreError::ReadOnly(self.failed.get_or_init(|| error.to_string()).clone())
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
                    // Nobody listening is no failure.
                    let _listeners = self.events.send(event);
                }
            }
            // A caller that went away needs no answer.
            let _gone = batch.done.send(outcome.clone());
        }
    }

    fn write(&self, group: &[Batch]) -> rusqlite::Result<()> {
        let changed = group
            .iter()
            .any(|batch| !batch.changes.is_empty() || !batch.events.is_empty() || batch.replaced.is_some());
        if !changed {
            return Ok(());
        }
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let outcome = self.write_rows(group);
        let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.connection.prepare_cached(end)?.execute([]).map(|_| ());
        outcome.and(ended)
    }

    fn write_rows(&self, group: &[Batch]) -> rusqlite::Result<()> {
        for replaced in group.iter().filter_map(|batch| batch.replaced.as_ref()) {
            replaced.write(&self.connection, &self.tables)?;
        }
        for (table, rows) in last_changes(group) {
            let Kind { table, paged, .. } = &self.tables.kinds[table];
            if *paged {
                let more = self.write_counted(table, &rows)?;
                sqlite::count(&self.connection, table, more)?;
            } else {
                self.write_table(table, &rows)?;
            }
        }
        self.write_events(group)?;
        if let Some(last) = group.last() {
            sqlite::put_meta(&self.connection, "sequence", &last.state.sequence.to_string())?;
        }
        Ok(())
    }

    fn write_table(&self, table: &str, rows: &Rows<'_>) -> rusqlite::Result<()> {
        let put = format!(
            "INSERT INTO \"{table}\" (key, doc) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET doc=?2"
        );
        let mut put = self.connection.prepare_cached(&put)?;
        let mut delete = self.delete(table)?;
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
        let mut update =
            self.connection.prepare_cached(&format!("UPDATE \"{table}\" SET doc=?2 WHERE key=?1"))?;
        let mut delete = self.delete(table)?;
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
