//! The one thread that writes: commits everything queued in one SQLite transaction, then publishes it.

use crate::error::StoreError;
use crate::outbox::{EventRow, KEPT};
use crate::sqlite;
use crate::state::State;
use crate::tables::Tables;
use crate::tx::Change;
use arc_swap::ArcSwap;
use rusqlite::{Connection, params};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use tokio::sync::{broadcast, oneshot};

/// Transactions that may wait for the disk; one more blocks its caller.
const QUEUE: usize = 4096;
/// Transactions committed at once at the most.
const GROUP: usize = 1024;

/// An accepted transaction on its way to the disk.
pub(crate) struct Batch {
    pub(crate) changes: Vec<Change>,
    pub(crate) events: Vec<EventRow>,
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

    /// Waits and blocks the thread: a commit takes well below a millisecond.
    pub fn wait_blocking(self) -> Result<(), StoreError> {
        match self.0 {
            Outcome::Settled(outcome) => outcome,
            Outcome::Waiting(mut done) => loop {
                // `blocking_recv` refuses to run inside a runtime; this wait is short by design.
                match done.try_recv() {
                    Ok(outcome) => return outcome,
                    Err(oneshot::error::TryRecvError::Empty) => std::thread::yield_now(),
                    Err(oneshot::error::TryRecvError::Closed) => return Err(StoreError::Closed),
                }
            },
        }
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
        let changed = group.iter().any(|batch| !batch.changes.is_empty() || !batch.events.is_empty());
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
        for batch in group {
            for Change { table, key, row } in &batch.changes {
                let table = self.tables.kinds[*table].table;
                match row {
                    Some(row) => {
                        let sql = format!(
                            "INSERT INTO \"{table}\" (key, doc) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET doc=?2"
                        );
                        self.connection.prepare_cached(&sql)?.execute(params![&**key, row.json()])?;
                    }
                    None => {
                        let sql = format!("DELETE FROM \"{table}\" WHERE key=?1");
                        self.connection.prepare_cached(&sql)?.execute([&**key])?;
                    }
                }
            }
            for event in &batch.events {
                let document = serde_json::to_string(event).expect("an event was made from JSON");
                let number = i64::try_from(event.sequence).unwrap_or(i64::MAX);
                let sql = "INSERT OR REPLACE INTO _event (sequence, doc) VALUES (?1, ?2)";
                self.connection.prepare_cached(sql)?.execute(params![number, document])?;
                // Old ones go in strides, so that the log costs no delete an event.
                if event.sequence % 1000 == 0 {
                    let oldest = i64::try_from(event.sequence.saturating_sub(KEPT)).unwrap_or(0);
                    self.connection
                        .prepare_cached("DELETE FROM _event WHERE sequence < ?1")?
                        .execute([oldest])?;
                }
            }
        }
        if let Some(last) = group.last() {
            sqlite::put_meta(&self.connection, "sequence", &last.state.sequence.to_string())?;
        }
        Ok(())
    }
}
