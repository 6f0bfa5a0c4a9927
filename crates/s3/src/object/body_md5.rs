//! The MD5 of a body, which becomes its ETag.
//!
//! MD5 is the slowest step of taking bytes in, and no two cores can share one stream of it. The first bytes of a body,
//! and so all of a small one, are hashed as they come; what follows is hashed in the runtime's pool, beside receiving,
//! checking and writing. No thread waits for a slow sender: a job of the pool hashes what stands in line, and ends.

use crate::error::Error;
use blob::BlobError;
use bytes::Bytes;
use md5::{Digest, Md5};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Bytes that are hashed as they come: handing over gains nothing on a body of few milliseconds.
const FIRST_BYTES: usize = 1024 * 1024;
/// Bytes handed over at once: a third of a millisecond of hashing, many times what handing over costs.
const BATCH_BYTES: usize = 256 * 1024;
/// Batches in line and at work at the most; then the body waits. With the one that is gathered, an upload holds less
/// than 2 MiB.
const MOST_BATCHES: usize = 4;

/// An MD5 on its way.
pub(crate) struct BodyMd5 {
    taken: usize,
    /// Hashes the first bytes, until it goes to the lane.
    first: Md5,
    lane: Option<Lane>,
}

/// The MD5 of what was taken.
pub(crate) type Sum = [u8; 16];

impl BodyMd5 {
    pub(crate) fn new() -> Self {
        Self { taken: 0, first: Md5::new(), lane: None }
    }

    /// Takes bytes, and waits while too many of them are in line.
    pub(crate) async fn take(&mut self, bytes: Bytes) {
        if self.lane.is_none() && self.taken < FIRST_BYTES {
            self.taken += bytes.len();
            self.first.update(&bytes);
            return;
        }
        let first = &mut self.first;
        let lane = self.lane.get_or_insert_with(|| Lane::new(std::mem::take(first)));
        lane.take(bytes).await;
    }

    /// The sum of all that was taken.
    pub(crate) async fn finish(self) -> Result<Sum, Error> {
        match self.lane {
            None => Ok(self.first.finalize().into()),
            // The pool ends with the process, and not before.
            Some(lane) => lane.finish().await.ok_or(Error::Blob(BlobError::Closed)),
        }
    }
}

/// The bytes beside which everything else is done. Dropped before it is finished, it takes them out of the line.
struct Lane {
    shared: Arc<Shared>,
    room: Arc<Semaphore>,
    gathered: Vec<Bytes>,
    gathered_bytes: usize,
}

/// What the lane and the job that hashes share.
struct Shared(Mutex<Line>);

struct Line {
    batches: VecDeque<Batch>,
    /// The sum so far. A job has it while it works, and gives it back once nothing stands in line.
    md5: Option<Md5>,
}

/// Bytes to be hashed, or the wish for their sum.
enum Batch {
    Bytes { pieces: Vec<Bytes>, _room: OwnedSemaphorePermit },
    Sum(oneshot::Sender<Sum>),
}

impl Lane {
    fn new(md5: Md5) -> Self {
        let line = Line { batches: VecDeque::new(), md5: Some(md5) };
        Self {
            shared: Arc::new(Shared(Mutex::new(line))),
            room: Arc::new(Semaphore::new(MOST_BATCHES)),
            gathered: Vec::new(),
            gathered_bytes: 0,
        }
    }

    async fn take(&mut self, bytes: Bytes) {
        self.gathered_bytes += bytes.len();
        self.gathered.push(bytes);
        if self.gathered_bytes >= BATCH_BYTES {
            self.hand_over().await;
        }
    }

    /// Puts what was gathered in line.
    async fn hand_over(&mut self) {
        let room = self.room.clone().acquire_owned().await.expect("the semaphore is never closed");
        let pieces = std::mem::take(&mut self.gathered);
        self.gathered_bytes = 0;
        self.shared.put(Batch::Bytes { pieces, _room: room });
    }

    async fn finish(mut self) -> Option<Sum> {
        let idle = self.shared.line().md5.take();
        if let Some(mut md5) = idle {
            // Nobody is at work, and nothing stands in line.
            self.gathered.iter().for_each(|piece| md5.update(piece));
            return Some(md5.finalize().into());
        }
        self.hand_over().await;
        let (sender, sum) = oneshot::channel();
        self.shared.put(Batch::Sum(sender));
        sum.await.ok()
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.shared.line().batches.clear();
    }
}

impl Shared {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a batch in line, for the job that is at work or for a new one.
    fn put(self: &Arc<Self>, batch: Batch) {
        let mut line = self.line();
        line.batches.push_back(batch);
        if let Some(md5) = line.md5.take() {
            let shared = self.clone();
            tokio::task::spawn_blocking(move || shared.hash(md5));
        }
    }

    /// Hashes what stands in line until nothing does.
    fn hash(&self, mut md5: Md5) {
        loop {
            let mut line = self.line();
            let Some(batch) = line.batches.pop_front() else {
                line.md5 = Some(md5);
                return;
            };
            drop(line);
            match batch {
                Batch::Bytes { pieces, _room } => pieces.iter().for_each(|piece| md5.update(piece)),
                Batch::Sum(wish) => {
                    // Whoever wished for it may have gone.
                    let _gone = wish.send(md5.finalize_reset().into());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH_BYTES, BodyMd5, FIRST_BYTES, MOST_BATCHES};
    use bytes::Bytes;
    use md5::{Digest, Md5};
    use std::sync::Arc;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    #[test]
    fn the_sum_is_that_of_the_bytes_however_they_come() {
        for (length, piece) in [
            (0, 1),
            (1, 1),
            (FIRST_BYTES, 64 * 1024),
            (FIRST_BYTES + 1, 64 * 1024),
            (FIRST_BYTES + 1, FIRST_BYTES + 1),
            (FIRST_BYTES + BATCH_BYTES, 60_001),
            (FIRST_BYTES + 3 * MOST_BATCHES * BATCH_BYTES + 5, 16 * 1024),
            (FIRST_BYTES + 3 * MOST_BATCHES * BATCH_BYTES, 3 * BATCH_BYTES),
        ] {
            let bytes: Bytes = (0..=250_u8).cycle().take(length).collect();
            let sum = runtime().block_on(async {
                let mut md5 = BodyMd5::new();
                for start in (0..length).step_by(piece) {
                    md5.take(bytes.slice(start..length.min(start + piece))).await;
                }
                md5.finish().await.unwrap()
            });
            assert_eq!(sum, <[u8; 16]>::from(Md5::digest(&bytes)), "{length} by {piece}");
        }
    }

    #[test]
    fn a_body_that_is_given_up_is_let_go() {
        let runtime = runtime();
        let bytes = Arc::new([7; BATCH_BYTES]);
        let piece = || Bytes::from_owner(Owned(bytes.clone()));
        runtime.block_on(async {
            let mut md5 = BodyMd5::new();
            for _ in 0..2 * MOST_BATCHES {
                md5.take(piece()).await;
            }
        });
        // The runtime waits for the job that is at work.
        drop(runtime);
        assert_eq!(Arc::strong_count(&bytes), 1);
    }

    #[test]
    fn no_more_than_the_line_holds_is_taken_while_nothing_is_hashed() {
        // One thread in the pool, which is kept busy.
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        let (open, gate) = std::sync::mpsc::channel::<()>();
        runtime.spawn_blocking(move || gate.recv());
        let mut md5 = BodyMd5::new();
        let mut taken = 0;
        runtime.block_on(async {
            let mut stuck = false;
            while !stuck {
                let piece = Bytes::from(vec![0; BATCH_BYTES]);
                tokio::select! {
                    biased;
                    () = md5.take(piece) => taken += 1,
                    () = tokio::task::yield_now() => stuck = true,
                }
            }
        });
        assert_eq!(taken, FIRST_BYTES / BATCH_BYTES + MOST_BATCHES);
        drop(md5);
        open.send(()).unwrap();
    }

    struct Owned(Arc<[u8; BATCH_BYTES]>);

    impl AsRef<[u8]> for Owned {
        fn as_ref(&self) -> &[u8] {
            &*self.0
        }
    }
}
