//! Waiting for the disk.

use crate::error::StoreError;
use crate::writer::Line;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use tokio::sync::oneshot;

/// Resolves when everything a call saw and wrote is durable. What nobody waits for becomes durable all the same.
pub struct Ticket(Outcome);

enum Outcome {
    Settled(Result<(), StoreError>),
    Waiting(oneshot::Receiver<Result<(), StoreError>>, Unwaited),
}

/// Has the line seen to, should nobody wait.
struct Unwaited(Option<Arc<Line>>);

impl Drop for Unwaited {
    fn drop(&mut self) {
        if let Some(line) = self.0.take() {
            line.leave_to_thread();
        }
    }
}

impl Ticket {
    /// A ticket that has failed already.
    pub fn failed(error: StoreError) -> Self {
        Self(Outcome::Settled(Err(error)))
    }

    pub(crate) fn settled() -> Self {
        Self(Outcome::Settled(Ok(())))
    }

    pub(crate) fn waiting(done: oneshot::Receiver<Result<(), StoreError>>, line: Arc<Line>) -> Self {
        Self(Outcome::Waiting(done, Unwaited(Some(line))))
    }

    /// Waits. It may commit what is queued itself, which takes below a millisecond on a disk that is not slow;
    /// otherwise it waits without blocking the thread.
    pub async fn wait(self) -> Result<(), StoreError> {
        match self.0 {
            Outcome::Settled(outcome) => outcome,
            Outcome::Waiting(done, mut unwaited) => {
                if let Some(line) = unwaited.0.take() {
                    line.see_to();
                }
                done.await.unwrap_or(Err(StoreError::Closed))
            }
        }
    }

    /// Waits and blocks the thread. It may be called inside a runtime, where the channel's own `blocking_recv` refuses
    /// to.
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
