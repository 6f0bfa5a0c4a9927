//! The segment logs: records are appended one at a time, and everybody reads.
//!
//! An append ends in the system's memory, where it survives the death of the process. [`Segments::sync`] forces what was
//! appended so far to the disk; whoever keeps references does so before they are kept.

use crate::error::BlobError;
use crate::format::{FILE_HEADER, RECORD_HEADER, RecordHeader, crc32};
use crate::ledger::Ledger;
use crate::reference::BlobRef;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The outcome of reading everything back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Records that hold.
    pub records: u64,
    /// What does not.
    pub damaged: Vec<BlobError>,
}

/// All segments of a folder.
pub(crate) struct Segments {
    folder: PathBuf,
    open: RwLock<BTreeMap<u32, Arc<File>>>,
    log: Mutex<Log>,
    /// Held while the newest segment is forced to the disk, so that nobody takes it for done before it is.
    syncing: Mutex<()>,
    /// The segment that is appended to; it is never deleted.
    newest: AtomicU32,
    segment_bytes: u64,
    is_synced: bool,
    ledger: Arc<Mutex<Ledger>>,
}

/// Where the next record goes.
struct Log {
    number: u32,
    file: Arc<File>,
    end: u64,
    /// How far the file reaches: past its end it holds zeros that were written ahead.
    reach: u64,
    /// Something was appended that was not forced to the disk yet.
    is_unsynced: bool,
}

impl Segments {
    /// Opens the folder and cuts a torn tail off the newest segment. Answers what was cut.
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
        let (number, end, reach) = match files.last_key_value() {
            Some((number, file)) => {
                let path = path(folder, *number);
                let Tail { end, length, is_torn } = tail(&path, file)?;
                if is_torn {
                    cut = length - end;
                    file.set_len(end).map_err(|error| BlobError::io(&path, &error))?;
                }
                (*number, end, if is_torn { end } else { length })
            }
            None => (1, 0, 0),
        };
        let file = match files.get(&number) {
            Some(file) if end > 0 => file.clone(),
            _ => begin(folder, number, sync)?,
        };
        files.insert(number, file.clone());
        let segments = Self {
            folder: folder.to_path_buf(),
            open: RwLock::new(files),
            log: Mutex::new(Log {
                number,
                file,
                end: end.max(HEADER_BYTES),
                reach: reach.max(HEADER_BYTES),
                is_unsynced: false,
            }),
            syncing: Mutex::new(()),
            newest: AtomicU32::new(number),
            segment_bytes,
            is_synced: sync,
            ledger,
        };
        Ok((segments, cut))
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends a record. It is durable once [`Segments::sync`] has returned. What a failed write left behind is
    /// overwritten by the next.
    pub(crate) fn append(&self, payload: &[u8], crc: u32) -> Result<BlobRef, BlobError> {
        let length = u32::try_from(payload.len()).map_err(|_| BlobError::Closed)?;
        let mut record = [&RecordHeader { length, crc }.to_bytes(), payload].concat();
        let taken = record.len() as u64;
        let mut log = self.log();
        if log.end >= self.segment_bytes {
            self.roll(&mut log)?;
        }
        let (number, offset) = (log.number, log.end);
        if self.is_synced && payload.len() <= AHEAD_BYTES / 16 && offset + taken > log.reach {
            record.resize(record.len() + AHEAD_BYTES, 0);
        }
        let written = log.file.write_all_at(&record, offset);
        written.map_err(|error| BlobError::io(&self.path(number), &error))?;
        log.end = offset + taken;
        log.reach = log.reach.max(offset + record.len() as u64);
        log.is_unsynced = self.is_synced;
        let reference = BlobRef::Record { segment: number, offset, length, crc };
        // In the account before a next segment is begun: a closed one in which nothing lives may go at once.
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.account(&reference).add(reference.len());
        Ok(reference)
    }

    /// Forces everything that was appended so far to the disk.
    pub(crate) fn sync(&self) -> Result<(), BlobError> {
        let _syncing = self.syncing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut log = self.log();
        if !std::mem::take(&mut log.is_unsynced) {
            return Ok(());
        }
        let (number, file) = (log.number, log.file.clone());
        drop(log);
        file.sync_data().map_err(|error| BlobError::io(&self.path(number), &error))
    }

    /// Closes the newest segment, where it holds anything, and begins another.
    pub(crate) fn seal(&self) -> Result<(), BlobError> {
        let mut log = self.log();
        if log.end > HEADER_BYTES { self.roll(&mut log) } else { Ok(()) }
    }

    /// Gives back what was written ahead.
    pub(crate) fn trim(&self) -> Result<(), BlobError> {
        self.cut(&mut self.log())
    }

    fn cut(&self, log: &mut Log) -> Result<(), BlobError> {
        if log.reach > log.end {
            log.file.set_len(log.end).map_err(|error| BlobError::io(&self.path(log.number), &error))?;
            log.reach = log.end;
        }
        Ok(())
    }

    /// Begins the next segment. Only the newest may have a torn end, so the one before is forced to the disk first.
    fn roll(&self, log: &mut Log) -> Result<(), BlobError> {
        self.cut(log)?;
        if log.is_unsynced {
            log.file.sync_data().map_err(|error| BlobError::io(&self.path(log.number), &error))?;
        }
        let number = log.number + 1;
        let file = begin(&self.folder, number, self.is_synced)?;
        self.open.write().unwrap_or_else(PoisonError::into_inner).insert(number, file.clone());
        self.newest.store(number, Ordering::Release);
        *log = Log { number, file, end: HEADER_BYTES, reach: HEADER_BYTES, is_unsynced: false };
        Ok(())
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
        if self.newest() <= segment {
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
        self.newest.load(Ordering::Acquire)
    }

    /// Bytes of a segment; none where it is gone by now. What was written ahead is not counted.
    pub(crate) fn length(&self, segment: u32) -> Result<u64, BlobError> {
        let log = self.log();
        if log.number == segment {
            return Ok(log.end);
        }
        drop(log);
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
            let length = usize::try_from(self.length(number)?).unwrap_or(usize::MAX);
            let mut bytes = std::fs::read(&path).map_err(|error| BlobError::io(&path, &error))?;
            bytes.truncate(length);
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
}

fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}.log"))
}

/// Bytes of a segment before its first record.
const HEADER_BYTES: u64 = FILE_HEADER.len() as u64;
/// Zeros written behind a small record where the file ends: the records after it lie in blocks the file has already, so that
/// forcing them to the disk writes them and no metadata. Measured: a quarter of what an fdatasync costs.
const AHEAD_BYTES: usize = 1024 * 1024;
/// Bytes of a segment read at once while its end is looked for: it may be a million small records away.
const LOOK_BYTES: usize = 256 * 1024;

/// How a file ends.
struct Tail {
    /// Where its last whole record ends.
    end: u64,
    length: u64,
    /// What follows is more than zeros that were written ahead.
    is_torn: bool,
}

fn tail(path: &Path, file: &File) -> Result<Tail, BlobError> {
    let fail = |error: std::io::Error| BlobError::io(path, &error);
    let length = file.metadata().map_err(fail)?.len();
    if length < 16 {
        // The header is written first: a file without one holds nothing.
        return Ok(Tail { end: 0, length, is_torn: length > 0 });
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
    Ok(Tail { end, length, is_torn: !is_zero(file, end, length).map_err(fail)? })
}

/// Whether a file holds nothing but zeros from one offset to another.
fn is_zero(file: &File, from: u64, to: u64) -> std::io::Result<bool> {
    let mut piece = vec![0; LOOK_BYTES];
    let mut at = from;
    while at < to {
        let length = usize::try_from(to - at).unwrap_or(LOOK_BYTES).min(LOOK_BYTES);
        file.read_exact_at(&mut piece[..length], at)?;
        if piece[..length].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        at += length as u64;
    }
    Ok(true)
}

/// Makes a segment that holds its header and nothing else.
fn begin(folder: &Path, number: u32, sync: bool) -> Result<Arc<File>, BlobError> {
    let path = path(folder, number);
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(true).open(&path);
    let mut file = file.map_err(|error| BlobError::io(&path, &error))?;
    file.write_all(&FILE_HEADER).map_err(|error| BlobError::io(&path, &error))?;
    if sync {
        file.sync_all().map_err(|error| BlobError::io(&path, &error))?;
        sync_folder(folder)?;
    }
    Ok(Arc::new(file))
}

/// Makes a new name in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), BlobError> {
    let file = File::open(folder).map_err(|error| BlobError::io(folder, &error))?;
    file.sync_all().map_err(|error| BlobError::io(folder, &error))
}
