//! The byte store of a world, and its copies.

use crate::error::BlobError;
use crate::files::Files;
use crate::format::Crc;
use crate::hold::Hold;
use crate::reader::Reader;
use crate::reference::BlobRef;
use crate::segments::{Scan, Segments};
use crate::writer::Writer;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Blobs up to this length share segments. Measured: beyond it a file of its own costs less than copying the bytes
/// through the queue.
const SMALL_BYTES: usize = 256 * 1024;
/// Bytes read at once when a blob is verified.
const PIECE_BYTES: u64 = 1024 * 1024;
/// A segment past this length is followed by a new one.
const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

/// Whether bytes are forced to the disk before a reference is given out.
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

/// What a byte store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Bytes that are referred to.
    pub live_bytes: u64,
    /// Segments.
    pub segments: usize,
}

/// The byte store of a world. Cloning gives another handle on the same; [`Blobs::fork`] gives a copy's own.
#[derive(Clone)]
pub struct Blobs(Arc<Space>);

/// One world's share.
struct Space {
    store: Arc<Shared>,
    /// A copy releases only what it wrote itself: the rest belongs to the world it was forked from.
    own: Option<Mutex<BTreeSet<BlobRef>>>,
}

/// What all copies share.
struct Shared {
    segments: Segments,
    files: Files,
    small_bytes: usize,
    segment_bytes: u64,
    ledger: Mutex<Ledger>,
}

/// Who lives where.
#[derive(Default)]
struct Ledger {
    /// Live records and bytes of each segment. Until they are reconciled they count from the opening on, and may be
    /// negative: what earlier processes wrote is not in them.
    live: BTreeMap<u32, Live>,
    /// Whether the live counts cover what earlier processes wrote.
    complete: bool,
    /// Copies that exist: what `main` releases stays until they are gone.
    copies: usize,
    waiting: Vec<BlobRef>,
    /// What is being read.
    holds: BTreeMap<BlobRef, Holds>,
}

/// The holds on one blob.
#[derive(Default)]
struct Holds {
    count: usize,
    /// It was released meanwhile: it goes with the last hold.
    released: bool,
}

/// What of a segment is referred to.
#[derive(Clone, Copy, Default)]
struct Live {
    records: i64,
    bytes: i64,
}

impl Live {
    fn add(&mut self, length: u32) {
        self.records += 1;
        self.bytes += i64::from(length);
    }

    fn take(&mut self, length: u32) {
        self.records -= 1;
        self.bytes -= i64::from(length);
    }
}

impl Blobs {
    /// Opens a byte store; the folder is made if it is not there. One process at a time: the store's lock sees to it.
    pub fn open(options: Options) -> Result<(Self, Recovery), BlobError> {
        let sync = options.sync == Sync::Full;
        let (segments, cut_bytes) =
            Segments::start(&options.folder.join("segments"), options.segment_bytes, sync)?;
        let files = Files::open(&options.folder.join("files"), sync)?;
        let recovery = Recovery { cut_bytes, segments: segments.numbers().len(), files: files.all()?.len() };
        // A folder without records needs no reconciling.
        let fresh = recovery.files == 0 && segments.is_fresh();
        let ledger = Mutex::new(Ledger { complete: fresh, ..Ledger::default() });
        let store = Arc::new(Shared {
            segments,
            files,
            small_bytes: options.small_bytes,
            segment_bytes: options.segment_bytes,
            ledger,
        });
        Ok((Self(Arc::new(Space { store, own: None })), recovery))
    }

    /// A copy's share: it reads everything, and what it wrote goes when it is dropped.
    #[must_use]
    pub fn fork(&self) -> Self {
        let store = self.0.store.clone();
        ledger(&store).copies += 1;
        Self(Arc::new(Space { store, own: Some(Mutex::default()) }))
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

    /// Keeps blobs while they are read, even if they are released meanwhile. Whoever holds looks afterwards whether
    /// they were still referred to: what was released before is not kept.
    pub fn hold(&self, references: Vec<BlobRef>) -> Hold {
        Hold::new(self.clone(), references)
    }

    /// Says that a reference is no longer kept. Its bytes go at once, or, while copies exist that may share them,
    /// when the last copy is gone.
    pub fn release(&self, reference: &BlobRef) -> Result<(), BlobError> {
        match &self.0.own {
            Some(own) => {
                let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
                if own.remove(reference) { self.0.store.free(reference) } else { Ok(()) }
            }
            None => {
                let mut ledger = ledger(&self.0.store);
                if ledger.copies > 0 {
                    ledger.waiting.push(*reference);
                    return Ok(());
                }
                drop(ledger);
                self.0.store.free(reference)
            }
        }
    }

    /// Tells, once after an open, which references were kept by then, each once: whatever else lay there is an
    /// orphan of a crash and goes. Writes and releases may have gone on meanwhile; what came since is not told.
    pub fn reconcile<E: From<BlobError>>(
        &self,
        kept: impl IntoIterator<Item = Result<BlobRef, E>>,
    ) -> Result<u64, E> {
        let mut live: BTreeMap<u32, Live> = BTreeMap::new();
        let mut files = BTreeSet::new();
        for reference in kept {
            match reference? {
                BlobRef::Record { segment, length, .. } => live.entry(segment).or_default().add(length),
                BlobRef::File { id, .. } => {
                    files.insert(id);
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
            let entry = ledger.live.entry(segment).or_default();
            entry.records += before.records;
            entry.bytes += before.bytes;
        }
        ledger.complete = true;
        for segment in store.segments.numbers() {
            let is_empty = ledger.live.get(&segment).is_none_or(|live| live.records == 0);
            if is_empty && store.segments.delete(segment)? {
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

    /// What is held.
    pub fn usage(&self) -> Usage {
        let live: i64 = ledger(&self.0.store).live.values().map(|live| live.bytes).sum();
        Usage {
            live_bytes: u64::try_from(live).unwrap_or(0),
            segments: self.0.store.segments.numbers().len(),
        }
    }

    /// Writes what is queued and ends the thread that appends.
    pub fn close(&self) {
        self.0.store.segments.close();
    }

    /// The file a blob lies in.
    pub(crate) fn path(&self, reference: &BlobRef) -> PathBuf {
        match reference {
            BlobRef::Record { segment, .. } => self.0.store.segments.path(*segment),
            BlobRef::File { id, .. } => self.0.store.files.path(*id),
        }
    }

    /// Counts one more hold on each.
    pub(crate) fn held(&self, references: &[BlobRef]) {
        let mut ledger = ledger(&self.0.store);
        for reference in references {
            ledger.holds.entry(*reference).or_default().count += 1;
        }
    }

    /// Ends a hold on each, and gives back what was released meanwhile.
    pub(crate) fn let_go(&self, references: &[BlobRef]) {
        let mut released = Vec::new();
        let mut ledger = ledger(&self.0.store);
        for reference in references {
            let Some(hold) = ledger.holds.get_mut(reference) else { continue };
            hold.count -= 1;
            if hold.count == 0
                && let Some(ended) = ledger.holds.remove(reference)
                && ended.released
            {
                released.push(*reference);
            }
        }
        drop(ledger);
        for reference in &released {
            // What cannot be deleted now is an orphan that the next reconciling finds.
            let _left = self.0.store.free(reference);
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

    /// Notes a blob that was just made.
    pub(crate) fn created(&self, reference: BlobRef) {
        if let BlobRef::Record { segment, length, .. } = reference {
            ledger(&self.0.store).live.entry(segment).or_default().add(length);
        }
        if let Some(own) = &self.0.own {
            own.lock().unwrap_or_else(PoisonError::into_inner).insert(reference);
        }
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        let Some(own) = &mut self.own else { return };
        let own = std::mem::take(own.get_mut().unwrap_or_else(PoisonError::into_inner));
        let mut free: Vec<BlobRef> = own.into_iter().collect();
        let mut ledger = ledger(&self.store);
        ledger.copies -= 1;
        if ledger.copies == 0 {
            free.append(&mut ledger.waiting);
        }
        drop(ledger);
        for reference in free {
            // What cannot be deleted now is an orphan that the next reconciling finds.
            let _left = self.store.free(&reference);
        }
    }
}

fn ledger(store: &Shared) -> MutexGuard<'_, Ledger> {
    store.ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Takes a blob's bytes back, unless somebody still reads them.
    fn free(&self, reference: &BlobRef) -> Result<(), BlobError> {
        if let Some(hold) = ledger(self).holds.get_mut(reference) {
            hold.released = true;
            return Ok(());
        }
        match *reference {
            BlobRef::File { id, .. } => self.files.delete(id),
            BlobRef::Record { segment, length, .. } => {
                let mut ledger = ledger(self);
                let live = ledger.live.entry(segment).or_default();
                live.take(length);
                if live.records == 0 && ledger.complete && self.segments.delete(segment)? {
                    ledger.live.remove(&segment);
                }
                Ok(())
            }
        }
    }
}
