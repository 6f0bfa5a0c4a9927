//! The store of one world.

use crate::announce::{Announcer, Wakeup};
use crate::commit::{Batch, Before, Work};
use crate::error::{ImportError, OpenError, StoreError};
use crate::lock::FolderLock;
use crate::outbox::{EventRow, KEPT};
use crate::page::Pages;
use crate::record::Record;
use crate::schedule::{JobError, JobRow};
use crate::shared_reader::SharedReader;
use crate::sqlite::{self, Reader, Readers};
use crate::stage::Stage;
use crate::state::{State, View};
use crate::tables::Tables;
use crate::tally::{Tally, put_meta};
use crate::ticket::Ticket;
use crate::tx::Tx;
use crate::writer::Writer;
use arc_swap::ArcSwap;
use base::{Pace, Timestamp};
use hex::FromHex;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{Notify, broadcast, oneshot};

/// What an answered change survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The death of the process.
    Normal,
    /// A power cut too.
    Full,
}

/// Where and how a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    folder: PathBuf,
    durability: Durability,
    secret: [u8; 32],
}

impl Options {
    /// The store in `folder`; `secret` is used for page tokens if the folder is new.
    pub fn new(folder: &Path, secret: [u8; 32]) -> Self {
        Self { folder: folder.to_path_buf(), durability: Durability::Normal, secret }
    }

    /// With this durability.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }
}

/// What was found when a store was opened.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// Rows by table; tables without any are left out.
    pub tables: BTreeMap<&'static str, usize>,
    /// Whether that is exact: after a crash the figure of a large table is off by what the last transactions did.
    pub is_exact: bool,
}

impl Opened {
    /// All rows together.
    pub fn records(&self) -> usize {
        self.tables.values().sum()
    }
}

/// What a write is told of its call.
#[derive(Clone, Copy, Debug)]
pub struct WriteCall {
    /// The world's time.
    pub now: Timestamp,
    /// How long states without real work last.
    pub pace: Pace,
}

/// Paged rows over SQLite beyond which those that are durable are forgotten.
const OVERLAY: usize = 1024;
/// Paged rows over SQLite at the most: beyond them a write waits for the disk.
const MOST_OVERLAY: usize = 64 * 1024;

/// The state of one world.
pub struct Store {
    tables: Arc<Tables>,
    /// The newest state, not yet durable in parts. Held while a transaction runs.
    head: Mutex<Head>,
    /// What readers see.
    durable: Arc<ArcSwap<State>>,
    disk: Option<Disk>,
    failed: Arc<OnceLock<String>>,
    announcer: Arc<Announcer>,
    /// The event log of a store in memory.
    log: Mutex<VecDeque<EventRow>>,
    schedule_changed: Notify,
    secret: [u8; 32],
    boot_count: u64,
    /// The paged rows of the last fork, with the sequence they were read at.
    forked: Mutex<Option<State>>,
}

struct Head {
    state: State,
    last_event: u64,
    overlay: usize,
    reader: SharedReader,
}

impl Head {
    fn new(state: State, last_event: u64) -> Self {
        Self { state, last_event, overlay: 0, reader: SharedReader::default() }
    }
}

struct Disk {
    writer: Writer,
    /// What each commit waits for.
    before: Arc<OnceLock<Before>>,
    readers: Arc<Readers>,
    file: PathBuf,
    _lock: FolderLock,
}

impl Store {
    /// Opens the store in a folder, which is made if it is not there.
    pub fn open(options: Options, tables: Tables) -> Result<(Self, Opened), OpenError> {
        let folder = options.folder;
        let lock = FolderLock::take(&folder)?;
        let file = folder.join("angae.db");
        let loaded = sqlite::open(&file, options.durability, &tables)?;
        let damaged = |cause: String| OpenError::Damaged(file.clone(), cause);
        let number = |name: &str| loaded.meta.get(name).and_then(|text| text.parse::<u64>().ok());
        let boot_count = number("boot").map_or(0, |boot| boot + 1);
        let secret = match loaded.meta.get("secret") {
            Some(text) => <[u8; 32]>::from_hex(text)
                .map_err(|error| damaged(format!("the secret of page tokens: {error}")))?,
            None => options.secret,
        };
        for (key, value) in [("boot", boot_count.to_string()), ("secret", hex::encode(secret))] {
            put_meta(&loaded.connection, key, &value).map_err(|error| damaged(error.to_string()))?;
        }
        let sequence = number("sequence").unwrap_or(0);
        let state = State { slots: Arc::new(loaded.slots), sequence };
        let durable = Arc::new(ArcSwap::from_pointee(state.clone()));
        let announcer = Arc::<Announcer>::default();
        let tables = Arc::new(tables);
        let failed = Arc::new(OnceLock::new());
        let before = Arc::<OnceLock<Before>>::default();
        let writer = Writer::start(Work {
            before: before.clone(),
            tally: RefCell::new(Tally::new(sequence)),
            connection: loaded.connection,
            tables: tables.clone(),
            durable: durable.clone(),
            failed: failed.clone(),
            announcer: announcer.clone(),
        });
        let writer = writer.map_err(|error| OpenError::Folder(folder, error))?;
        let store = Self {
            tables,
            head: Mutex::new(Head::new(state, loaded.last_event)),
            durable,
            disk: Some(Disk { writer, before, readers: Readers::new(file.clone()), file, _lock: lock }),
            failed,
            announcer,
            log: Mutex::default(),
            schedule_changed: Notify::new(),
            secret,
            boot_count,
            forked: Mutex::new(None),
        };
        Ok((store, Opened { tables: loaded.counts, is_exact: loaded.is_exact }))
    }

    /// A store that lives and dies with the process.
    pub fn memory(tables: Tables, secret: [u8; 32]) -> Self {
        let state = State { slots: Arc::new(tables.empty()), sequence: 0 };
        Self::in_memory(Arc::new(tables), state, 0, secret)
    }

    fn in_memory(tables: Arc<Tables>, state: State, last_event: u64, secret: [u8; 32]) -> Self {
        Self {
            tables,
            durable: Arc::new(ArcSwap::from_pointee(state.clone())),
            head: Mutex::new(Head::new(state, last_event)),
            disk: None,
            failed: Arc::default(),
            announcer: Arc::default(),
            log: Mutex::default(),
            schedule_changed: Notify::new(),
            secret,
            boot_count: 0,
            forked: Mutex::new(None),
        }
    }

    /// Has every commit preceded by `before`: it makes durable what rows may name. Asked once, before the first write; a
    /// store in memory commits nothing. Where it fails, the commit has failed.
    pub fn before_commit(&self, before: impl Fn() -> Result<(), String> + Send + Sync + 'static) {
        if let Some(disk) = &self.disk {
            let is_first = disk.before.set(Box::new(before)).is_ok();
            debug_assert!(is_first, "one owner of bytes stands before the commits");
        }
    }

    /// How often the folder was opened before.
    pub fn boot_count(&self) -> u64 {
        self.boot_count
    }

    /// A frozen snapshot of the durable state.
    pub fn view(&self) -> View {
        View { tables: self.tables.clone(), state: State::clone(&self.durable.load()), reader: self.reader() }
    }

    pub(crate) fn reader(&self) -> Option<Reader> {
        self.disk.as_ref().map(|disk| Reader::new(disk.readers.clone()))
    }

    fn head(&self) -> MutexGuard<'_, Head> {
        // A panic in a closure leaves the head as it was: the transaction works on a copy.
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one transaction. It is serializable: no other runs at the same time. A closure that fails or panics
    /// changes nothing. The ticket resolves when everything it saw and wrote is durable, also after a failure: a
    /// refusal may rest on another call's row.
    pub fn write<T, E>(
        &self,
        call: &WriteCall,
        change: impl Fn(&mut Tx) -> Result<T, E>,
    ) -> (Result<T, E>, Ticket)
    where
        E: From<StoreError>,
    {
        let mut head = self.head();
        if let Some(cause) = self.failed.get() {
            let error = StoreError::ReadOnly(cause.clone());
            return (Err(error.clone().into()), Ticket::failed(error));
        }
        self.forget_durable(&mut head);
        let mut tx = self.begin(&mut head, call);
        let outcome = change(&mut tx).and_then(|value| match tx.run_later() {
            Ok(()) => Ok(value),
            Err(error) => Err(E::from(error.into())),
        });
        head.reader.put_back(tx.reader.take());
        match outcome {
            Ok(value) => (Ok(value), self.accept(&mut head, tx)),
            Err(error) => (Err(error), self.barrier(&head)),
        }
    }

    fn begin(&self, head: &mut Head, call: &WriteCall) -> Tx {
        let mut state = head.state.clone();
        state.sequence += 1;
        Tx {
            tables: self.tables.clone(),
            state,
            reader: head.reader.take(|| self.reader()),
            changes: Vec::new(),
            events: Vec::new(),
            later: Vec::new(),
            now: call.now,
            pace: call.pace,
            paged_changes: 0,
        }
    }

    /// Makes a transaction's state the newest and sends it to the disk.
    fn accept(&self, head: &mut Head, mut tx: Tx) -> Ticket {
        if tx.changes.is_empty() && tx.events.is_empty() {
            return self.barrier(head);
        }
        for event in &mut tx.events {
            head.last_event += 1;
            event.sequence = head.last_event;
        }
        let jobs = self.tables.position::<JobRow>();
        let schedules = tx.changes.iter().any(|change| change.table == jobs);
        head.state = tx.state.clone();
        head.overlay += tx.paged_changes;
        let ticket = match &self.disk {
            None => {
                self.durable.store(Arc::new(tx.state));
                self.keep(tx.events);
                Ticket::settled()
            }
            Some(disk) => {
                let (done, waiting) = oneshot::channel();
                let batch =
                    Batch { changes: tx.changes, events: tx.events, replaced: None, state: tx.state, done };
                Self::send(disk, batch, waiting)
            }
        };
        if schedules {
            self.schedule_changed.notify_waiters();
        }
        ticket
    }

    fn send(disk: &Disk, batch: Batch, waiting: oneshot::Receiver<Result<(), StoreError>>) -> Ticket {
        match disk.writer.send(batch) {
            Some(line) => Ticket::waiting(waiting, line),
            None => Ticket::failed(StoreError::Closed),
        }
    }

    /// A ticket for everything accepted so far.
    fn barrier(&self, head: &Head) -> Ticket {
        match &self.disk {
            Some(disk) if self.durable.load().sequence < head.state.sequence => {
                let (done, waiting) = oneshot::channel();
                let state = head.state.clone();
                let (changes, events) = (Vec::new(), Vec::new());
                Self::send(disk, Batch { changes, events, replaced: None, state, done }, waiting)
            }
            _ => Ticket::settled(),
        }
    }

    /// Lets go of paged rows that SQLite holds as well.
    fn forget_durable(&self, head: &mut Head) {
        if self.disk.is_none() || head.overlay < OVERLAY {
            return;
        }
        if head.overlay >= MOST_OVERLAY {
            // A failure here is met again by the transaction that follows.
            let _failed = self.barrier(head).wait_blocking();
        }
        if self.durable.load().sequence < head.state.sequence {
            return;
        }
        let slots = Arc::make_mut(&mut head.state.slots);
        for (kind, slot) in self.tables.kinds.iter().zip(slots) {
            if kind.paged {
                *slot = (kind.empty)();
            }
        }
        head.overlay = 0;
        head.reader.let_go();
    }

    /// Delivers and keeps the events of a store in memory.
    fn keep(&self, events: Vec<EventRow>) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            log.push_back(event.clone());
            self.announcer.announce(event);
            if log.len() as u64 > KEPT {
                log.pop_front();
            }
        }
    }

    /// Listens to events as they become durable. A listener that falls behind is told and reads the log instead.
    pub fn subscribe(&self) -> broadcast::Receiver<EventRow> {
        self.announcer.subscribe()
    }

    /// For a loop: wakes it once an event that concerns it has become durable.
    pub fn wakeup(&self, concerns: impl Fn(&EventRow) -> bool + Send + Sync + 'static) -> Wakeup {
        self.announcer.sleeper(Box::new(concerns))
    }

    /// At most `limit` events after the one numbered `since`, oldest first, as far back as they are kept.
    pub fn events_since(&self, since: u64, limit: usize) -> Result<Vec<EventRow>, StoreError> {
        let Some(reader) = self.reader() else {
            let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(log.iter().filter(|event| event.sequence > since).take(limit).cloned().collect());
        };
        let rows = reader.events(since, limit)?;
        rows.iter()
            .map(|document| {
                serde_json::from_str(document).map_err(|error| StoreError::Sqlite(error.to_string()))
            })
            .collect()
    }

    /// The number of the newest event.
    pub fn last_event(&self) -> u64 {
        self.head().last_event
    }

    /// The pages of a list call: `parts` are the operation and every parameter but the page's.
    pub fn pages(&self, parts: &[&str]) -> Pages {
        Pages::new(self.secret, parts)
    }

    /// When the next job is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.view().range::<JobRow>("").next().map(|job| job.due_at)
    }

    /// Resolves when a job has come or gone since the call.
    pub fn schedule_changed(&self) -> impl Future<Output = ()> + '_ {
        self.schedule_changed.notified()
    }

    /// Runs every job that is due, each in a transaction of its own. A job that fails stays and is due again a
    /// minute later; the first failure is answered after all have been tried.
    pub fn run_due(&self, now: Timestamp, pace: Pace) -> Result<Ticket, StoreError> {
        let mut failure = None;
        loop {
            let due = self.head_job().filter(|job| job.due_at <= now);
            let Some(job) = due else { break };
            if let Err(error) = self.run_job(&job, now, pace) {
                failure.get_or_insert(error);
            }
        }
        match failure {
            Some(error) => Err(error),
            None => Ok(self.barrier(&self.head())),
        }
    }

    /// The first job of the newest state.
    fn head_job(&self) -> Option<Arc<JobRow>> {
        let state = self.head().state.clone();
        let view = View { tables: self.tables.clone(), state, reader: None };
        view.range::<JobRow>("").next().cloned()
    }

    fn run_job(&self, job: &JobRow, now: Timestamp, pace: Pace) -> Result<(), StoreError> {
        let call = WriteCall { now, pace };
        let runner = self.tables.jobs.get(job.kind.as_str());
        let (outcome, ticket) = self.write(&call, |tx| {
            tx.delete::<JobRow>(&job.key());
            let runner = runner.ok_or_else(|| JobError(format!("the job {} is not known", job.kind)))?;
            runner(tx, job.payload.clone()).map_err(StoreError::from)
        });
        if let Err(error) = outcome {
            let (retried, ticket) = self.write(&call, |tx| {
                tx.delete::<JobRow>(&job.key());
                tx.put(JobRow { due_at: now.plus_millis(60_000), ..job.clone() });
                Ok::<(), StoreError>(())
            });
            retried?;
            ticket.wait_blocking()?;
            return Err(error);
        }
        ticket.wait_blocking()
    }

    /// A copy that lives in memory. Rows in memory are shared until either side changes them; paged rows are read
    /// once and shared by all copies of the same state.
    pub fn fork(&self) -> Result<Self, StoreError> {
        let head = self.head();
        let state = self.materialised(&head.state)?;
        Ok(Self::in_memory(self.tables.clone(), state, head.last_event, self.secret))
    }

    /// The state with every paged row in memory.
    fn materialised(&self, state: &State) -> Result<State, StoreError> {
        let Some(reader) = self.reader() else { return Ok(state.clone()) };
        let mut kept = self.forked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.sequence == state.sequence) {
            return Ok(kept.clone());
        }
        let mut full = state.clone();
        let slots = Arc::make_mut(&mut full.slots);
        for (position, kind) in self.tables.kinds.iter().enumerate().filter(|(_, kind)| kind.paged) {
            let mut slot = (kind.empty)();
            for (key, document) in reader.all(kind.table)? {
                load_row(kind, &mut slot, &key, &document)?;
            }
            (kind.overlay)(&state.slots[position], &mut slot);
            slots[position] = slot;
        }
        *kept = Some(full.clone());
        Ok(full)
    }

    pub(crate) fn tables(&self) -> &Arc<Tables> {
        &self.tables
    }

    /// Where the files of the store are; `None` in memory.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.disk.as_ref().and_then(|disk| disk.file.parent())
    }

    /// The newest state once it is durable, frozen: unlike a [`Store::view`]'s, its paged rows are of the same moment
    /// as the others.
    pub fn frozen(&self) -> Result<View, StoreError> {
        self.freeze(&self.head())
    }

    fn freeze(&self, head: &Head) -> Result<View, StoreError> {
        self.barrier(head).wait_blocking()?;
        let view = View { tables: self.tables.clone(), state: head.state.clone(), reader: self.reader() };
        view.pin()?;
        Ok(view)
    }

    /// Lets a state take the place of the present one, in one commit: it is durable when this returns, and a failure
    /// or a crash leaves the present one. `accept` sees that before, and may refuse. Answers the state as it was.
    /// Other writes wait until it is done.
    pub fn replace<T>(
        &self,
        stage: Stage,
        accept: impl FnOnce(&View) -> Result<T, String>,
    ) -> Result<(View, T), ImportError> {
        let (slots, replaced) = stage.finish()?;
        let mut head = self.head();
        if let Some(cause) = self.failed.get() {
            return Err(StoreError::ReadOnly(cause.clone()).into());
        }
        let before = self.freeze(&head)?;
        let accepted = accept(&before).map_err(ImportError::Format)?;
        let state = State { slots: Arc::new(slots), sequence: head.state.sequence + 1 };
        match &self.disk {
            None => self.durable.store(Arc::new(state.clone())),
            Some(disk) => {
                let (done, waiting) = oneshot::channel();
                let (changes, events) = (Vec::new(), Vec::new());
                let batch = Batch { changes, events, replaced, state: state.clone(), done };
                Self::send(disk, batch, waiting).wait_blocking()?;
            }
        }
        head.state = state;
        head.overlay = 0;
        head.reader.let_go();
        drop(head);
        self.schedule_changed.notify_waiters();
        Ok((before, accepted))
    }

    /// Commits what is queued and lets the folder go. Later writes are refused.
    pub fn close(&self) {
        if let Some(disk) = &self.disk {
            self.head().reader.let_go();
            disk.writer.stop();
        }
    }
}

fn load_row(
    kind: &crate::tables::Kind,
    slot: &mut crate::state::Slot,
    key: &str,
    document: &str,
) -> Result<(), StoreError> {
    (kind.load)(slot, key, document).map_err(|cause| StoreError::Row {
        table: kind.table,
        key: key.to_owned(),
        cause,
    })
}
