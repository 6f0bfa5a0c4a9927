//! A transaction: the state as one change sees and makes it.

use crate::error::StoreError;
use crate::outbox::{Event, EventRow};
use crate::paged::PagedMut;
use crate::record::{Index, Key, Record};
use crate::schedule::{Job, JobError, JobRow, Later};
use crate::sqlite::Reader;
use crate::state::{State, Table};
use crate::tables::{Tables, json};
use crate::token::{Claim, Repeatable, TokenMismatch, TokenRow};
use base::{Pace, Timestamp};
use serde_json::value::to_raw_value;
use std::any::{Any, TypeId};
use std::sync::Arc;

/// One change to one row, on its way to SQLite.
pub(crate) struct Change {
    /// Position of the table.
    pub(crate) table: usize,
    pub(crate) key: Arc<str>,
    /// The row; `None` deletes.
    pub(crate) row: Option<Arc<dyn Document>>,
}

/// A row that can be written down.
pub(crate) trait Document: Send + Sync {
    fn json(&self) -> String;
}

impl<R: Record> Document for R {
    fn json(&self) -> String {
        json(self)
    }
}

/// The state as this transaction sees it, and what it changes. A closure that is given one touches nothing else: it
/// may be run again.
pub struct Tx {
    pub(crate) tables: Arc<Tables>,
    pub(crate) state: State,
    pub(crate) reader: Option<Reader>,
    pub(crate) changes: Vec<Change>,
    pub(crate) events: Vec<EventRow>,
    pub(crate) later: Vec<Later>,
    pub(crate) now: Timestamp,
    pub(crate) pace: Pace,
    /// Rows put into or buried in paged tables.
    pub(crate) paged_changes: usize,
}

impl Tx {
    /// The world's time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// What was given to jobs at start, by its type.
    pub fn given<T: Any + Send + Sync>(&self) -> Arc<T> {
        let found = self.tables.given.get(&TypeId::of::<T>()).cloned();
        let found = found.and_then(|given| given.downcast::<T>().ok());
        found.expect("what jobs need is given where they are registered")
    }

    /// One record.
    pub fn get<R: Record>(&self, key: &(impl Key + ?Sized)) -> Option<Arc<R>> {
        self.table::<R>().get(&key.text()).cloned()
    }

    /// The records an index lists under `text`, in key order.
    pub fn by<'t, R: Record>(
        &'t self,
        index: &Index<R>,
        text: &str,
    ) -> impl Iterator<Item = &'t Arc<R>> + use<'t, R> {
        self.table::<R>().by(index, text)
    }

    /// The records whose keys begin with `prefix`, in key order.
    pub fn range<'t, R: Record>(&'t self, prefix: &'t str) -> impl Iterator<Item = &'t Arc<R>> {
        self.table::<R>().range(prefix, None).map(|(_, row)| row)
    }

    /// Stores a record, in place of one with the same key.
    pub fn put<R: Record>(&mut self, record: R) {
        let key: Arc<str> = record.key().text().into();
        let row = Arc::new(record);
        let table = self.tables.position::<R>();
        self.paged_changes += usize::from(self.tables.kinds[table].paged);
        self.table_mut::<R>(table).put(key.clone(), row.clone());
        self.changes.push(Change { table, key, row: Some(row) });
    }

    /// Removes a record and answers it, if it was there.
    pub fn delete<R: Record>(&mut self, key: &(impl Key + ?Sized)) -> Option<Arc<R>> {
        let table = self.tables.position::<R>();
        let key = key.text();
        let old = self.table_mut::<R>(table).delete(&key)?;
        self.changes.push(Change { table, key: key.into(), row: None });
        Some(old)
    }

    /// A paged table.
    pub fn paged<R: Record>(&mut self) -> PagedMut<'_, R> {
        PagedMut { tx: self, _records: std::marker::PhantomData }
    }

    pub(crate) fn delete_paged<R: Record>(&mut self, key: &str) {
        let table = self.tables.position::<R>();
        let durable = self.reader.is_some();
        let key: Arc<str> = key.into();
        let rows = self.table_mut::<R>(table);
        rows.delete(&key);
        if durable {
            rows.bury(key.clone());
        }
        self.paged_changes += 1;
        self.changes.push(Change { table, key, row: None });
    }

    /// Announces something. It is delivered once the transaction is durable, and never if it fails.
    pub fn emit<E: Event>(&mut self, event: &E) {
        self.events.push(EventRow {
            sequence: 0, // given when the transaction is accepted
            at: self.now,
            service: E::SERVICE.into(),
            kind: event.kind().into(),
            detail: to_raw_value(event).expect("events hold nothing that JSON cannot"),
        });
    }

    /// Runs a job later: `delay_millis` of AWS's time, shortened by the pace. At the pace `immediate` it runs at the
    /// end of this very transaction, after its answer was taken.
    pub fn after<J: Job>(&mut self, delay_millis: u32, job: J) {
        match self.pace {
            Pace::Immediate => self.later.push(Box::new(move |tx: &mut Self| job.run(tx))),
            Pace::Faster(factor) => {
                let due_at = self.now.plus_millis(i64::from(delay_millis / factor.max(1)));
                self.put_job(due_at, &job);
            }
        }
    }

    /// Runs a job at a moment of the world's time, whatever the pace: for deadlines, not for states.
    pub fn at<J: Job>(&mut self, due_at: Timestamp, job: &J) {
        self.put_job(due_at, job);
    }

    fn put_job<J: Job>(&mut self, due_at: Timestamp, job: &J) {
        let number = self.state.sequence * 1000 + (self.changes.len() as u64 % 1000);
        let payload = serde_json::to_value(job).expect("jobs hold nothing that JSON cannot");
        self.put(JobRow { due_at, number, kind: J::KIND.to_owned(), payload });
    }

    /// Asks whether a client's idempotency token was used before, by the same input.
    pub fn claim(&self, call: &Repeatable<'_>) -> Result<Claim, TokenMismatch> {
        match self.get::<TokenRow>(&call.key()) {
            Some(row) if row.expires_at > self.now && row.digest != call.digest => Err(TokenMismatch),
            Some(row) if row.expires_at > self.now => Ok(Claim::Replay(row.result.clone())),
            _ => Ok(Claim::New),
        }
    }

    /// Remembers what a token's first use made, and forgets more tokens that have had their time than it adds.
    pub fn remember(&mut self, call: &Repeatable<'_>, result: &str) {
        for _ in 0..2 {
            let first = self.table::<TokenRow>().first_by(&TokenRow::EXPIRY);
            let Some(over) = first.filter(|row| row.expires_at <= self.now) else { break };
            let key = over.key();
            self.delete::<TokenRow>(key.as_str());
        }
        self.put(TokenRow::new(call, result, self.now));
    }

    /// Runs what was put off to the end of the transaction.
    pub(crate) fn run_later(&mut self) -> Result<(), JobError> {
        // A job may put off another; a chain that does not end is a programming error caught here.
        for _ in 0..1000 {
            let later = std::mem::take(&mut self.later);
            if later.is_empty() {
                return Ok(());
            }
            for job in later {
                job(self)?;
            }
        }
        Err(JobError("jobs put off further jobs without end".to_owned()))
    }

    pub(crate) fn table<R: Record>(&self) -> &Table<R> {
        Table::of(&self.state.slots[self.tables.position::<R>()])
    }

    fn table_mut<R: Record>(&mut self, position: usize) -> &mut Table<R> {
        Table::open(&mut Arc::make_mut(&mut self.state.slots)[position])
    }
}

impl From<JobError> for StoreError {
    fn from(error: JobError) -> Self {
        Self::Sqlite(error.to_string())
    }
}
