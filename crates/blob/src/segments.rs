//! The segment logs: one thread appends, everybody reads.

use crate::error::BlobError;
use crate::format::{FILE_HEADER, RECORD_HEADER, RecordHeader, crc32};
use crate::ledger::Ledger;
use crate::reference::BlobRef;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Appends that may wait; one more blocks its caller.
const QUEUE: usize = 4096;
/// Bytes written and synced at once at the most, roughly.
const GROUP_BYTES: usize = 8 * 1024 * 1024;

/// The outcome of reading everything back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Records that hold.
    pub records: u64,
    /// What does not.
    pub damaged: Vec<BlobError>,
}

/// What the thread is asked for.
enum Work {
    Append(Append),
    /// Begins a new segment.
    Seal(oneshot::Sender<Result<(), BlobError>>),
}

/// One append, on its way.
struct Append {
    payload: Vec<u8>,
    crc: u32,
    done: oneshot::Sender<Result<Appended, BlobError>>,
}

/// A record that was appended and is in the account. Unless somebody takes it, it leaves the account again: its caller
/// went away, and the bytes are dead.
pub(crate) struct Appended {
    reference: Option<BlobRef>,
    ledger: Arc<Mutex<Ledger>>,
}

impl Appended {
    /// What leads to it; from here on whoever has that answers for the record.
    pub(crate) fn take(mut self) -> Option<BlobRef> {
        self.reference.take()
    }
}

impl Drop for Appended {
    fn drop(&mut self) {
        if let Some(reference) = self.reference.take() {
            let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
            ledger.account(&reference).take(reference.len());
        }
    }
}

/// All segments of a folder.
pub(crate) struct Segments {
    folder: PathBuf,
    open: Arc<RwLock<BTreeMap<u32, Arc<File>>>>,
    queue: Mutex<Option<SyncSender<Work>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The segment that is appended to; it is never deleted.
    newest: Arc<Mutex<u32>>,
}

impl Segments {
    /// Opens the folder, cuts a torn tail off the newest segment, and starts the thread. Answers what was cut.
    pub(crate) fn start(
        folder: &Path,
        segment_bytes: u64,
        sync: bool,
        ledger: Arc<Mutex<Ledger>>,
    ) -> Result<(Self, u64), BlobError> {
        std::fs::create_dir_all(folder).map_err(|error| BlobError::io(folder, &error))?;
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder).map_err(|error| BlobError::io(folder, &error))? {
            let path = entry.map_err(|error| BlobError::io(folder, &error))?.path();
            let number =
                path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".log"));
            let Some(number) = number.and_then(|digits| digits.parse::<u32>().ok()) else { continue };
            let file = OpenOptions::new().read(true).write(true).open(&path);
            files.insert(number, Arc::new(file.map_err(|error| BlobError::io(&path, &error))?));
        }
        let mut cut = 0;
        let (number, end) = match files.last_key_value() {
            Some((number, file)) => {
                let path = path(folder, *number);
                let (end, length) = tail(&path, file)?;
                cut = length - end;
                if cut > 0 {
                    file.set_len(end).map_err(|error| BlobError::io(&path, &error))?;
                }
                (*number, end)
            }
            None => (1, 0),
        };
        let open = Arc::new(RwLock::new(files));
        let (queue, appends) = sync_channel(QUEUE);
        let newest = Arc::new(Mutex::new(number));
        let mut log = Log {
            folder: folder.to_path_buf(),
            open: open.clone(),
            newest: newest.clone(),
            number,
            end,
            segment_bytes,
            sync,
            ledger,
        };
        log.begin()?;
        let thread = std::thread::Builder::new().name("blob-writer".to_owned());
        let thread =
            thread.spawn(move || log.run(&appends)).map_err(|error| BlobError::io(folder, &error))?;
        let segments = Self {
            folder: folder.to_path_buf(),
            open,
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            newest,
        };
        Ok((segments, cut))
    }

    /// Queues an append.
    pub(crate) fn append(
        &self,
        payload: Vec<u8>,
        crc: u32,
    ) -> oneshot::Receiver<Result<Appended, BlobError>> {
        let (done, waiting) = oneshot::channel();
        self.ask(Work::Append(Append { payload, crc, done }));
        waiting
    }

    /// Closes the newest segment, where it holds anything, and begins another.
    pub(crate) fn seal(&self) -> oneshot::Receiver<Result<(), BlobError>> {
        let (done, waiting) = oneshot::channel();
        self.ask(Work::Seal(done));
        waiting
    }

    fn ask(&self, work: Work) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(queue) = queue {
            // When the thread has ended, `done` is dropped and the waiter learns of it.
            let _ended = queue.send(work);
        }
    }

    /// The file a record lies in, and where its payload begins.
    pub(crate) fn open(&self, reference: &BlobRef) -> Result<(Arc<File>, u64), BlobError> {
        let BlobRef::Record { segment, offset, .. } = *reference else { return Err(BlobError::Closed) };
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner).get(&segment).cloned();
        let missing =
            || BlobError::Damaged { path: path(&self.folder, segment), offset, cause: "the segment is gone" };
        Ok((open.ok_or_else(missing)?, offset + RECORD_HEADER))
    }

    /// Deletes a segment nobody refers to; the newest stays.
    pub(crate) fn delete(&self, segment: u32) -> Result<bool, BlobError> {
        if *self.newest.lock().unwrap_or_else(PoisonError::into_inner) <= segment {
            return Ok(false);
        }
        self.open.write().unwrap_or_else(PoisonError::into_inner).remove(&segment);
        let path = path(&self.folder, segment);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(BlobError::io(&path, &error)),
            _ => Ok(true),
        }
    }

    /// A segment's file.
    pub(crate) fn path(&self, segment: u32) -> PathBuf {
        path(&self.folder, segment)
    }

    /// The number of the segment that is being filled.
    pub(crate) fn newest(&self) -> u32 {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of a segment on the disk; none where it is gone by now.
    pub(crate) fn length(&self, segment: u32) -> Result<u64, BlobError> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner).get(&segment).cloned();
        let Some(file) = open else { return Ok(0) };
        let metadata = file.metadata().map_err(|error| BlobError::io(&self.path(segment), &error))?;
        Ok(metadata.len())
    }

    /// The numbers of all segments.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Whether no record was ever appended.
    pub(crate) fn is_fresh(&self) -> bool {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.len() == 1
            && open.values().all(|file| file.metadata().is_ok_and(|metadata| metadata.len() <= 16))
    }

    /// Reads every record of every segment back.
    pub(crate) fn scan(&self) -> Result<Scan, BlobError> {
        let mut outcome = Scan::default();
        for number in self.numbers() {
            let path = path(&self.folder, number);
            let bytes = std::fs::read(&path).map_err(|error| BlobError::io(&path, &error))?;
            let mut damage = |offset: u64, cause: &'static str| {
                outcome.damaged.push(BlobError::Damaged { path: path.clone(), offset, cause })
            };
            if bytes.get(..16) != Some(&FILE_HEADER) {
                damage(0, "the file's header is another");
                continue;
            }
            let mut at = 16_usize;
            while at < bytes.len() {
                let Some(header) = RecordHeader::parse(&bytes[at..]) else {
                    damage(at as u64, "a record's header does not hold");
                    break;
                };
                let start = at + 16;
                let end = start + header.length as usize;
                match bytes.get(start..end) {
                    Some(payload) if crc32(payload) == header.crc => outcome.records += 1,
                    Some(_) => damage(at as u64, "a record's checksum is another"),
                    None => {
                        damage(at as u64, "a record ends early");
                        break;
                    }
                }
                at = end;
            }
        }
        Ok(outcome)
    }

    /// Writes what is queued and ends the thread.
    pub(crate) fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A panic of the thread has been reported by itself.
            let _panicked = thread.join();
        }
    }
}

impl Drop for Segments {
    fn drop(&mut self) {
        self.close();
    }
}

fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}.log"))
}

/// Bytes of a segment read at once while its end is looked for: it may be a million small records away.
const LOOK_BYTES: usize = 256 * 1024;

/// Where the last whole record of a file ends, and how long the file is.
fn tail(path: &Path, file: &File) -> Result<(u64, u64), BlobError> {
    let fail = |error: std::io::Error| BlobError::io(path, &error);
    let length = file.metadata().map_err(fail)?.len();
    if length < 16 {
        // The header is written first: a file without one holds nothing.
        return Ok((0, length));
    }
    let mut reader = BufReader::with_capacity(LOOK_BYTES, file);
    let mut header = [0; 16];
    reader.read_exact(&mut header).map_err(fail)?;
    if header != FILE_HEADER {
        let (path, cause) = (path.to_path_buf(), "the file's header is another");
        return Err(BlobError::Damaged { path, offset: 0, cause });
    }
    let mut end = 16;
    let mut payload = Vec::new();
    while end + RECORD_HEADER <= length {
        reader.read_exact(&mut header).map_err(fail)?;
        let Some(record) = RecordHeader::parse(&header) else { break };
        let next = end + RECORD_HEADER + u64::from(record.length);
        if next > length {
            break;
        }
        payload.resize(record.length as usize, 0);
        reader.read_exact(&mut payload).map_err(fail)?;
        if crc32(&payload) != record.crc {
            break;
        }
        end = next;
    }
    Ok((end, length))
}

/// What the thread works on.
struct Log {
    folder: PathBuf,
    open: Arc<RwLock<BTreeMap<u32, Arc<File>>>>,
    newest: Arc<Mutex<u32>>,
    number: u32,
    end: u64,
    segment_bytes: u64,
    sync: bool,
    ledger: Arc<Mutex<Ledger>>,
}

impl Log {
    /// Makes sure that the segment exists and begins with its header.
    fn begin(&mut self) -> Result<(), BlobError> {
        if self.end > 0 {
            return Ok(());
        }
        let path = path(&self.folder, self.number);
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(true).open(&path);
        let mut file = file.map_err(|error| BlobError::io(&path, &error))?;
        file.write_all(&FILE_HEADER).map_err(|error| BlobError::io(&path, &error))?;
        if self.sync {
            file.sync_all().map_err(|error| BlobError::io(&path, &error))?;
            sync_folder(&self.folder)?;
        }
        self.open.write().unwrap_or_else(PoisonError::into_inner).insert(self.number, Arc::new(file));
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = self.number;
        self.end = 16;
        Ok(())
    }

    fn run(mut self, queue: &Receiver<Work>) {
        while let Ok(first) = queue.recv() {
            let (mut group, mut bytes, mut sealed) = (Vec::new(), 0, None);
            let mut next = Some(first);
            while let Some(work) = next {
                match work {
                    Work::Append(append) => {
                        bytes += append.payload.len();
                        group.push(append);
                    }
                    Work::Seal(done) => sealed = Some(done),
                }
                let is_full = bytes >= GROUP_BYTES || sealed.is_some();
                next = if is_full { None } else { queue.try_recv().ok() };
            }
            if !group.is_empty() {
                self.write(group);
            }
            if let Some(done) = sealed {
                let _gone = done.send(self.seal());
            }
        }
    }

    /// Appends a group with one write and one sync, and answers each.
    fn write(&mut self, group: Vec<Append>) {
        let mut buffer = Vec::new();
        let mut references = Vec::with_capacity(group.len());
        let outcome = self.roll().and_then(|()| {
            for append in &group {
                let length = u32::try_from(append.payload.len()).map_err(|_| BlobError::Closed)?;
                let offset = self.end + buffer.len() as u64;
                references.push(BlobRef::Record { segment: self.number, offset, length, crc: append.crc });
                buffer.extend_from_slice(&RecordHeader { length, crc: append.crc }.to_bytes());
                buffer.extend_from_slice(&append.payload);
            }
            self.flush(&buffer)
        });
        match outcome {
            Ok(()) => {
                self.end += buffer.len() as u64;
                // In the account before a next segment is begun: a closed one in which nothing lives may go at once.
                let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
                for reference in &references {
                    ledger.account(reference).add(reference.len());
                }
                drop(ledger);
                for (append, reference) in group.into_iter().zip(references) {
                    let appended = Appended { reference: Some(reference), ledger: self.ledger.clone() };
                    let _gone = append.done.send(Ok(appended));
                }
            }
            Err(error) => {
                for append in group {
                    let _gone = append.done.send(Err(error.clone()));
                }
            }
        }
    }

    /// Writes at the end and syncs. What a failed write left behind is overwritten by the next.
    fn flush(&self, buffer: &[u8]) -> Result<(), BlobError> {
        let path = path(&self.folder, self.number);
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner).get(&self.number).cloned();
        let file = open.ok_or(BlobError::Closed)?;
        file.write_all_at(buffer, self.end).map_err(|error| BlobError::io(&path, &error))?;
        if self.sync {
            file.sync_data().map_err(|error| BlobError::io(&path, &error))?;
        }
        Ok(())
    }

    fn roll(&mut self) -> Result<(), BlobError> {
        if self.end >= self.segment_bytes {
            self.number += 1;
            self.end = 0;
        }
        self.begin()
    }

    fn seal(&mut self) -> Result<(), BlobError> {
        if self.end > FILE_HEADER.len() as u64 {
            self.number += 1;
            self.end = 0;
        }
        self.begin()
    }
}

/// Makes a new name in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), BlobError> {
    let file = File::open(folder).map_err(|error| BlobError::io(folder, &error))?;
    file.sync_all().map_err(|error| BlobError::io(folder, &error))
}
