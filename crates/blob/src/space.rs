//! The byte store of a world, and its copies.

use crate::error::BlobError;
use crate::files::Files;
use crate::format::{Crc, FILE_HEADER, RECORD_HEADER};
use crate::ledger::{Ledger, Live};
use crate::reader::Reader;
use crate::reference::BlobRef;
use crate::segments::{Scan, Segments};
use crate::writer::Writer;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Blobs up to this length share segments. Measured: beyond it a file of its own costs less than copying the bytes
/// through the queue.
const SMALL_BYTES: usize = 256 * 1024;
/// Bytes read at once when a blob is verified.
const PIECE_BYTES: u64 = 1024 * 1024;
/// A segment past this length is followed by a new one.
const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

/// Whether bytes are forced to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// They are.
    Full,
    /// They are not: for folders that go with the process.
    None,
}

/// Where and how a byte store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    folder: PathBuf,
    sync: Sync,
    small_bytes: usize,
    segment_bytes: u64,
}

impl Options {
    /// The byte store in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
            sync: Sync::Full,
            small_bytes: SMALL_BYTES,
            segment_bytes: SEGMENT_BYTES,
        }
    }

    /// With or without forcing bytes to the disk.
    #[must_use]
    pub fn sync(mut self, sync: Sync) -> Self {
        self.sync = sync;
        self
    }

    /// With other limits: for tests.
    #[must_use]
    pub fn limits(mut self, small_bytes: usize, segment_bytes: u64) -> Self {
        self.small_bytes = small_bytes;
        self.segment_bytes = segment_bytes;
        self
    }
}

/// What was found and mended when a byte store was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Recovery {
    /// Bytes of a torn tail that were cut off.
    pub cut_bytes: u64,
    /// Segments.
    pub segments: usize,
    /// Files of their own.
    pub files: usize,
}

/// What a byte store holds, by its own account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Records of segments that are referred to.
    pub live_records: u64,
    /// Their bytes.
    pub live_bytes: u64,
    /// Segments.
    pub segments: usize,
    /// Files of their own that are referred to.
    pub files: u64,
    /// Their bytes.
    pub file_bytes: u64,
}

impl Usage {
    /// Bytes the segments would have if nothing in them were dead: each begins with a header, and so does each record.
    pub fn least_segment_bytes(&self) -> u64 {
        self.segments as u64 * FILE_HEADER.len() as u64 + self.live_records * RECORD_HEADER + self.live_bytes
    }
}

/// The byte store of a world. Cloning gives another handle on the same; [`Blobs::fork`] gives a copy's own.
#[derive(Clone)]
pub struct Blobs(Arc<Space>);

/// One world's share.
struct Space {
    store: Arc<Shared>,
    /// A copy releases only what it wrote itself: the rest belongs to the world it was forked from.
    own: Option<Mutex<BTreeSet<BlobRef>>>,
    /// What it was forked from. It stays as long as this copy does, which reads what it wrote.
    parent: Option<Blobs>,
    copies: Mutex<Copies>,
    /// Given up by calls that ended before their rows were durable.
    given_up: Mutex<Vec<BlobRef>>,
}

/// The copies of a world that exist: what the world releases stays until they are gone.
#[derive(Default)]
struct Copies {
    count: usize,
    waiting: Vec<BlobRef>,
}

impl Space {
    fn new(store: Arc<Shared>, parent: Option<Blobs>) -> Arc<Self> {
        let own = parent.is_some().then(Mutex::default);
        Arc::new(Self { store, own, parent, copies: Mutex::default(), given_up: Mutex::default() })
    }

    fn copies(&self) -> MutexGuard<'_, Copies> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a blob back, where it is this world's to give.
    fn release(&self, reference: &BlobRef) -> Result<(), BlobError> {
        let is_own = self
            .own
            .as_ref()
            .is_none_or(|own| own.lock().unwrap_or_else(PoisonError::into_inner).remove(reference));
        if is_own { self.store.release(reference) } else { Ok(()) }
    }

    /// A copy is gone; with the last one goes what waited for that.
    fn copy_ended(&self) {
        let mut copies = self.copies();
        copies.count -= 1;
        let waiting = if copies.count == 0 { std::mem::take(&mut copies.waiting) } else { Vec::new() };
        drop(copies);
        for reference in waiting {
            // What cannot be deleted now is an orphan that the next reconciling finds.
            let _left = self.release(&reference);
        }
    }
}

/// What all copies share.
struct Shared {
    segments: Segments,
    files: Files,
    small_bytes: usize,
    segment_bytes: u64,
    ledger: Arc<Mutex<Ledger>>,
    /// Whether the account covers what earlier processes wrote: `None` as long as that is being found out, then why not.
    reconciled: watch::Sender<Option<Result<(), String>>>,
}

/// Keeps what was there when it began: whatever is released meanwhile goes when it ends. Made before a row is looked
/// up, it lets the bytes be read to their end, even where the row is overwritten, deleted or moved.
pub struct Reading {
    store: Arc<Shared>,
    began: u64,
}

impl Drop for Reading {
    fn drop(&mut self) {
        let free = ledger(&self.store).end_reading(self.began);
        self.store.free_all(&free);
    }
}

impl Reading {
    /// From here on only these blobs are read: a reader that takes its time keeps nothing else.
    pub fn only(self, references: Vec<BlobRef>) -> Hold {
        ledger(&self.store).hold(&references);
        Hold { store: self.store.clone(), references }
    }
}

/// Keeps some blobs until it ends, whoever releases them meanwhile.
pub struct Hold {
    store: Arc<Shared>,
    references: Vec<BlobRef>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        let free = ledger(&self.store).let_go(&self.references);
        self.store.free_all(&free);
    }
}

impl Blobs {
    /// Opens a byte store; the folder is made if it is not there. One process at a time: the store's lock sees to it.
    pub fn open(options: Options) -> Result<(Self, Recovery), BlobError> {
        let sync = options.sync == Sync::Full;
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let folder = options.folder.join("segments");
        let (segments, cut_bytes) = Segments::start(&folder, options.segment_bytes, sync, ledger.clone())?;
        let files = Files::open(&options.folder.join("files"), sync)?;
        let recovery = Recovery { cut_bytes, segments: segments.numbers().len(), files: files.all()?.len() };
        // A folder without records needs no reconciling.
        let fresh = recovery.files == 0 && segments.is_fresh();
        ledger.lock().unwrap_or_else(PoisonError::into_inner).complete = fresh;
        let store = Arc::new(Shared {
            segments,
            files,
            small_bytes: options.small_bytes,
            segment_bytes: options.segment_bytes,
            ledger,
            reconciled: watch::Sender::new(fresh.then_some(Ok(()))),
        });
        Ok((Self(Space::new(store, None)), recovery))
    }

    /// A copy's share: it reads everything, and what it wrote goes when it is dropped.
    #[must_use]
    pub fn fork(&self) -> Self {
        self.0.copies().count += 1;
        Self(Space::new(self.0.store.clone(), Some(self.clone())))
    }

    /// Begins a blob.
    pub fn writer(&self) -> Writer {
        Writer::new(self.clone())
    }

    /// Reads `length` bytes from `start`. A record that is read as a whole is held against its checksum.
    pub fn read(&self, reference: &BlobRef, start: u64, length: usize) -> Result<Vec<u8>, BlobError> {
        self.reader(reference)?.read(start, length)
    }

    /// Opens a blob, to read it piece by piece.
    pub fn reader(&self, reference: &BlobRef) -> Result<Reader, BlobError> {
        Reader::open(self, reference)
    }

    /// Says that a reference is no longer kept. Its bytes go at once, or, while copies exist that may share them,
    /// when the last copy is gone.
    pub fn release(&self, reference: &BlobRef) -> Result<(), BlobError> {
        let mut copies = self.0.copies();
        if copies.count > 0 {
            copies.waiting.push(*reference);
            return Ok(());
        }
        drop(copies);
        self.0.release(reference)
    }

    /// Takes a reference in that was released once and is named again, by rows that were imported: if its bytes are
    /// still there, they are live from here on. In a copy they are whose they were.
    pub fn take_in(&self, reference: &BlobRef) -> Result<(), BlobError> {
        self.verify(reference)?;
        if self.is_copy() {
            return Ok(());
        }
        // What waits to go, for copies or for readers, is still counted.
        let mut copies = self.0.copies();
        if let Some(at) = copies.waiting.iter().position(|waiting| waiting == reference) {
            copies.waiting.remove(at);
            return Ok(());
        }
        let mut ledger = ledger(&self.0.store);
        if !ledger.call_back(reference) {
            ledger.account(reference).add(reference.len());
        }
        drop(ledger);
        // Between the two looks its segment may have gone: then it is not taken in.
        let outcome = self.verify(reference);
        if outcome.is_err() {
            self::ledger(&self.0.store).account(reference).take(reference.len());
        }
        outcome
    }

    /// Begins to look rows up and to read what they name.
    pub fn reading(&self) -> Reading {
        let began = ledger(&self.0.store).begin_reading();
        Reading { store: self.0.store.clone(), began }
    }

    /// Takes over what a call gave up that ended before its rows were known to be durable.
    pub fn give_up(&self, references: Vec<BlobRef>) {
        self.0.given_up.lock().unwrap_or_else(PoisonError::into_inner).extend(references);
    }

    /// What such calls gave up. Whoever takes it waits until what was written before is durable, and releases it.
    pub fn take_given_up(&self) -> Vec<BlobRef> {
        std::mem::take(&mut self.0.given_up.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether copies exist, which may share what is released here.
    pub fn has_copies(&self) -> bool {
        self.0.copies().count > 0
    }

    /// Whether this is a copy itself: most of what it reads is another's.
    pub fn is_copy(&self) -> bool {
        self.0.own.is_some()
    }

    /// Waits until the account covers what earlier processes wrote; the error says why it never will.
    pub async fn reconciled(&self) -> Result<(), String> {
        let mut reconciled = self.0.store.reconciled.subscribe();
        match reconciled.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or(Ok(())),
            Err(_) => Err("the byte store is closed".to_owned()),
        }
    }

    /// Tells those who wait for [`Blobs::reconcile`] that it has failed.
    pub fn not_reconciled(&self, cause: String) {
        self.0.store.reconciled.send_replace(Some(Err(cause)));
    }

    /// Tells, once after an open, which references were kept by then, each once: whatever else lay there is an
    /// orphan of a crash and goes. Writes and releases may have gone on meanwhile; what came since is not told.
    pub fn reconcile<E: From<BlobError>>(
        &self,
        kept: impl IntoIterator<Item = Result<BlobRef, E>>,
    ) -> Result<u64, E> {
        let mut live: BTreeMap<u32, Live> = BTreeMap::new();
        let (mut files, mut in_files) = (BTreeSet::new(), Live::default());
        for reference in kept {
            match reference? {
                BlobRef::Record { segment, length, .. } => {
                    live.entry(segment).or_default().add(u64::from(length));
                }
                BlobRef::File { id, length, .. } => {
                    files.insert(id);
                    in_files.add(length);
                }
            }
        }
        let store = &self.0.store;
        let mut freed = 0;
        for id in store.files.before_the_opening()?.into_iter().filter(|id| !files.contains(id)) {
            store.files.delete(id)?;
            freed += 1;
        }
        let mut ledger = ledger(store);
        for (segment, before) in live {
            ledger.live.entry(segment).or_default().join(before);
        }
        ledger.files.join(in_files);
        ledger.complete = true;
        drop(ledger);
        freed += self.sweep()?;
        store.reconciled.send_replace(Some(Ok(())));
        Ok(freed)
    }

    /// Deletes the segments in which nothing lives. The newest, which is still being filled, stays; one that was the
    /// newest when its last record went is found here.
    pub fn sweep(&self) -> Result<u64, BlobError> {
        let store = &self.0.store;
        let mut ledger = ledger(store);
        let mut freed = 0;
        for segment in store.segments.numbers() {
            let is_empty = ledger.live.get(&segment).is_none_or(|live| live.blobs == 0);
            if ledger.complete && is_empty && store.segments.delete(segment)? {
                ledger.live.remove(&segment);
                freed += 1;
            }
        }
        Ok(freed)
    }

    /// Segments in which less than `share` of a full segment is live: their records are worth copying elsewhere. The
    /// newest, which is still being filled, is none of them.
    pub fn sparse_segments(&self, share: f64) -> Vec<u32> {
        let store = &self.0.store;
        let newest = store.segments.newest();
        let ledger = ledger(store);
        if !ledger.complete {
            return Vec::new();
        }
        #[expect(clippy::cast_precision_loss, reason = "a share needs no exact bytes")]
        let sparse = |live: &Live| (live.bytes as f64) < share * store.segment_bytes as f64;
        let found = ledger.live.iter().filter(|(segment, live)| **segment < newest && sparse(live));
        found.map(|(segment, _)| *segment).collect()
    }

    /// Segments in which anything is dead. Where the newest is one, it is closed, and a new one is begun.
    pub fn wasteful_segments(&self) -> Result<Vec<u32>, BlobError> {
        let store = &self.0.store;
        let newest = store.segments.newest();
        if self.is_wasteful(newest)? {
            store.segments.seal()?;
        }
        let mut found = Vec::new();
        for segment in store.segments.numbers() {
            if segment < store.segments.newest() && self.is_wasteful(segment)? {
                found.push(segment);
            }
        }
        Ok(found)
    }

    fn is_wasteful(&self, segment: u32) -> Result<bool, BlobError> {
        let length = self.0.store.segments.length(segment)?;
        let ledger = ledger(&self.0.store);
        let live = ledger.live.get(&segment).copied().unwrap_or_default();
        let usage = Usage {
            live_records: u64::try_from(live.blobs).unwrap_or(0),
            live_bytes: u64::try_from(live.bytes).unwrap_or(0),
            segments: 1,
            ..Usage::default()
        };
        Ok(ledger.complete && length > usage.least_segment_bytes())
    }

    /// Copies a record to the end of the log. The owner records the new reference durably, then releases the old.
    pub async fn copy(&self, reference: &BlobRef) -> Result<BlobRef, BlobError> {
        let mut writer = self.writer();
        let length = usize::try_from(reference.len()).map_err(|_| BlobError::Closed)?;
        writer.write(&self.read(reference, 0, length)?)?;
        writer.finish().await
    }

    /// Reads a blob back in pieces and holds it against its checksum.
    pub fn verify(&self, reference: &BlobRef) -> Result<(), BlobError> {
        let (mut crc, mut done) = (Crc::default(), 0);
        while done < reference.len() {
            let length = (reference.len() - done).min(PIECE_BYTES);
            let wanted = usize::try_from(length).map_err(|_| BlobError::Closed)?;
            crc.update(&self.read(reference, done, wanted)?);
            done += length;
        }
        if crc.finish() == reference.crc() {
            return Ok(());
        }
        let offset = match reference {
            BlobRef::Record { offset, .. } => *offset,
            BlobRef::File { .. } => 0,
        };
        Err(BlobError::Damaged { path: self.path(reference), offset, cause: "the checksum is another" })
    }

    /// Reads everything back.
    pub fn scan(&self) -> Result<Scan, BlobError> {
        self.0.store.segments.scan()
    }

    /// What is held, by the store's own account.
    pub fn usage(&self) -> Usage {
        let ledger = ledger(&self.0.store);
        let mut records = Live::default();
        for live in ledger.live.values() {
            records.join(*live);
        }
        let shown = |number: i64| u64::try_from(number).unwrap_or(0);
        Usage {
            live_records: shown(records.blobs),
            live_bytes: shown(records.bytes),
            segments: self.0.store.segments.numbers().len(),
            files: shown(ledger.files.blobs),
            file_bytes: shown(ledger.files.bytes),
        }
    }

    /// Gives back room that was taken ahead for records to come.
    pub fn trim(&self) -> Result<(), BlobError> {
        self.0.store.segments.trim()
    }

    /// Bytes of all segments, dead ones included.
    pub fn segment_bytes(&self) -> Result<u64, BlobError> {
        let segments = &self.0.store.segments;
        segments.numbers().into_iter().map(|segment| segments.length(segment)).sum()
    }

    /// The numbers of the files that are on the disk.
    pub fn files_on_disk(&self) -> Result<Vec<u64>, BlobError> {
        self.0.store.files.all()
    }

    /// Forces every blob that was finished so far to the disk. It stands before each commit of rows that may name them.
    pub fn sync(&self) -> Result<(), BlobError> {
        self.0.store.segments.sync()
    }

    /// The file a blob lies in.
    pub(crate) fn path(&self, reference: &BlobRef) -> PathBuf {
        match reference {
            BlobRef::Record { segment, .. } => self.0.store.segments.path(*segment),
            BlobRef::File { id, .. } => self.0.store.files.path(*id),
        }
    }

    pub(crate) fn small_bytes(&self) -> usize {
        self.0.store.small_bytes
    }

    pub(crate) fn segments(&self) -> &Segments {
        &self.0.store.segments
    }

    pub(crate) fn files(&self) -> &Files {
        &self.0.store.files
    }

    /// Notes a file that was just made.
    pub(crate) fn note_file(&self, length: u64) {
        ledger(&self.0.store).files.add(length);
    }

    /// Takes back what nobody was told of.
    pub(crate) fn take_back(&self, reference: &BlobRef) -> Result<(), BlobError> {
        self.0.store.free(reference)
    }

    /// Notes a blob that is given out.
    pub(crate) fn given_out(&self, reference: BlobRef) {
        if let Some(own) = &self.0.own {
            own.lock().unwrap_or_else(PoisonError::into_inner).insert(reference);
        }
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        let own = self.own.take().map(|own| own.into_inner().unwrap_or_else(PoisonError::into_inner));
        for reference in own.into_iter().flatten() {
            // What cannot be deleted now is an orphan that the next reconciling finds.
            let _left = self.store.release(&reference);
        }
        if let Some(parent) = &self.parent {
            parent.0.copy_ended();
        }
    }
}

fn ledger(store: &Shared) -> MutexGuard<'_, Ledger> {
    store.ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Takes a blob's bytes back, once nobody reads who may have found its row.
    fn release(&self, reference: &BlobRef) -> Result<(), BlobError> {
        if ledger(self).waits_for_readers(reference) {
            return Ok(());
        }
        self.free(reference)
    }

    fn free_all(&self, references: &[BlobRef]) {
        for reference in references {
            // What cannot be deleted now is an orphan that the next reconciling finds.
            let _left = self.free(reference);
        }
    }

    /// Takes a blob's bytes back, unless somebody reads it: then with the last who does.
    fn free(&self, reference: &BlobRef) -> Result<(), BlobError> {
        let mut ledger = ledger(self);
        if ledger.is_held(reference) {
            return Ok(());
        }
        let live = ledger.account(reference);
        live.take(reference.len());
        let is_empty = live.blobs == 0;
        match *reference {
            BlobRef::File { id, .. } => {
                drop(ledger);
                self.files.delete(id)
            }
            BlobRef::Record { segment, .. } => {
                if is_empty && ledger.complete && self.segments.delete(segment)? {
                    ledger.live.remove(&segment);
                }
                Ok(())
            }
        }
    }
}
