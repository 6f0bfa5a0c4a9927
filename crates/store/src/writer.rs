//! The line of transactions before the disk, and who brings them there.
//!
//! Whoever waits for its transaction commits what stands in line, itself, unless somebody is at it: handing it to another
//! thread and getting the answer back costs more than the commit. What lines up meanwhile goes to a thread of the store's
//! own, and so does what would hold up the waiting thread: a long line, many rows, a slow disk.

use crate::commit::{Batch, Work};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Transactions that may stand in line; one more blocks its caller.
const MOST_BATCHES: usize = 4096;
/// Transactions committed at once at the most.
const GROUP: usize = 1024;
/// Rows that whoever waits commits itself at the most.
const FEW_ROWS: usize = 64;
/// A commit that takes longer is a slow disk's.
const SLOW: Duration = Duration::from_millis(1);

/// The line, and the thread that sees to it where nobody else does.
pub(crate) struct Writer {
    line: Arc<Line>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) fn start(work: Work) -> std::io::Result<Self> {
        let line = Arc::new(Line {
            queue: Mutex::default(),
            more: Condvar::new(),
            room: Condvar::new(),
            work: Mutex::new(Some(work)),
            is_slow: AtomicBool::new(false),
        });
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let theirs = line.clone();
        let thread = thread.spawn(move || theirs.run())?;
        Ok(Self { line, thread: Mutex::new(Some(thread)) })
    }

    /// Puts a transaction in line. Answers the line, which whoever waits has to see to; `None` when it is closed.
    pub(crate) fn send(&self, batch: Batch) -> Option<Arc<Line>> {
        self.line.push(batch).then(|| self.line.clone())
    }

    /// Commits what stands in line, ends the thread and lets the database go.
    pub(crate) fn stop(&self) {
        self.line.queue().is_closed = true;
        self.line.more.notify_all();
        self.line.room.notify_all();
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A panic of the thread has been reported by itself.
            let _panicked = thread.join();
        }
        let work = self.line.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(work) = work {
            work.close();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Transactions in the order they were accepted in.
pub(crate) struct Line {
    queue: Mutex<Queue>,
    /// The thread waits for it.
    more: Condvar,
    /// Callers wait for it while the line is as long as it may be.
    room: Condvar,
    /// Held while a group is committed; `None` once the database was let go.
    work: Mutex<Option<Work>>,
    /// Whether the last commit took long.
    is_slow: AtomicBool,
}

#[derive(Default)]
struct Queue {
    batches: Vec<Batch>,
    rows: usize,
    is_closed: bool,
}

impl Line {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `false` when the line is closed.
    fn push(&self, batch: Batch) -> bool {
        let mut queue = self.queue();
        while queue.batches.len() >= MOST_BATCHES && !queue.is_closed {
            self.more.notify_one();
            queue = self.room.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.is_closed {
            return false;
        }
        queue.rows += batch.changes.len();
        queue.batches.push(batch);
        true
    }

    /// Takes the next group out of the line.
    fn group(&self) -> Vec<Batch> {
        let mut queue = self.queue();
        let most = queue.batches.len().min(GROUP);
        let was_full = queue.batches.len() >= MOST_BATCHES;
        let group: Vec<Batch> = queue.batches.drain(..most).collect();
        queue.rows = queue.batches.iter().map(|batch| batch.changes.len()).sum();
        drop(queue);
        // Waking costs a system call, also where nobody waits.
        if was_full {
            self.room.notify_all();
        }
        group
    }

    /// Commits what stands in line, or leaves it to whoever is at it or to the thread.
    pub(crate) fn see_to(&self) {
        if self.is_slow.load(Ordering::Relaxed) || self.queue().rows > FEW_ROWS {
            return self.leave_to_thread();
        }
        match self.work.try_lock() {
            Ok(work) => self.commit(&work),
            Err(TryLockError::Poisoned(work)) => self.commit(&work.into_inner()),
            // Whoever has it looks at the line again after letting it go.
            Err(TryLockError::WouldBlock) => return,
        }
        if !self.queue().batches.is_empty() {
            self.leave_to_thread();
        }
    }

    /// Wakes the thread.
    pub(crate) fn leave_to_thread(&self) {
        self.more.notify_one();
    }

    fn commit(&self, work: &Option<Work>) {
        let group = self.group();
        let (Some(work), false) = (work, group.is_empty()) else { return };
        let began = now();
        work.commit(group);
        self.is_slow.store(began.elapsed() > SLOW, Ordering::Relaxed);
    }

    /// The thread: commits what others left in line, until the line is closed and empty.
    fn run(&self) {
        loop {
            let mut queue = self.queue();
            while queue.batches.is_empty() && !queue.is_closed {
                queue = self.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            if queue.batches.is_empty() {
                return;
            }
            drop(queue);
            self.commit(&self.work.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// The machine's monotonic clock.
#[expect(clippy::disallowed_methods, reason = "how long the disk takes is real time")]
fn now() -> Instant {
    Instant::now()
}
