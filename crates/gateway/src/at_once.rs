//! A future that wakes itself while it is polled is polled again at once.
//!
//! A connection does that for each request with a body: its two halves, the one that reads and the one that handles, wake
//! each other within one task. The runtime would queue the task and rouse another worker to take it, which costs more
//! than what is left to do.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Polls in a row at the most; then the other tasks have their turn.
const POLLS: usize = 4;

/// Nobody polls: a wake is passed on.
const IDLE: u8 = 0;
/// It is being polled.
const POLLING: u8 = 1;
/// It was woken while it was polled.
const WOKEN: u8 = 2;

/// See the module.
pub(crate) struct AtOnce<F> {
    future: Pin<Box<F>>,
    signal: Arc<Signal>,
    waker: Waker,
}

struct Signal {
    state: AtomicU8,
    /// The task's.
    outer: Mutex<Waker>,
}

impl<F> AtOnce<F> {
    pub(crate) fn new(future: F) -> Self {
        let signal =
            Arc::new(Signal { state: AtomicU8::new(IDLE), outer: Mutex::new(Waker::noop().clone()) });
        Self { future: Box::pin(future), waker: signal.clone().into(), signal }
    }
}

impl<F: Future> Future for AtOnce<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { future, signal, waker } = &mut *self;
        signal.outer.lock().unwrap_or_else(PoisonError::into_inner).clone_from(context.waker());
        for _ in 0..POLLS {
            signal.state.store(POLLING, Ordering::Release);
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(waker)) {
                return Poll::Ready(output);
            }
            if signal.state.swap(IDLE, Ordering::AcqRel) == POLLING {
                return Poll::Pending;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Woken by whomever while it is polled: the one who polls sees to it. Otherwise the task is woken.
        let seen = self.state.compare_exchange(POLLING, WOKEN, Ordering::AcqRel, Ordering::Acquire);
        if seen == Err(IDLE) {
            self.outer.lock().unwrap_or_else(PoisonError::into_inner).wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AtOnce, POLLS};
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Wake, Waker};

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Wakes itself so many times before it is ready; then hands its waker out and waits.
    struct Restless {
        left: usize,
        kept: Option<Waker>,
        polls: usize,
    }

    impl Future for &mut Restless {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
            self.polls += 1;
            if self.left == 0 {
                self.kept = Some(context.waker().clone());
                return Poll::Pending;
            }
            self.left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }

    fn polled(left: usize) -> (usize, usize, Restless) {
        let count = Arc::new(Count::default());
        let mut restless = Restless { left, kept: None, polls: 0 };
        let waker = count.clone().into();
        let mut at_once = AtOnce::new(&mut restless);
        let pending = Pin::new(&mut at_once).poll(&mut Context::from_waker(&waker)).is_pending();
        assert!(pending);
        drop(at_once);
        (restless.polls, count.0.load(Ordering::SeqCst), restless)
    }

    #[test]
    fn a_wake_within_a_poll_costs_no_turn_and_a_restless_future_yields() {
        for (left, polls, wakes) in
            [(0, 1, 0), (1, 2, 0), (POLLS - 1, POLLS, 0), (POLLS, POLLS, 1), (99, POLLS, 1)]
        {
            let (seen, woken, _) = polled(left);
            assert_eq!((seen, woken), (polls, wakes), "{left}");
        }
    }

    #[test]
    fn a_wake_from_outside_is_passed_on_each_time() {
        let count = Arc::new(Count::default());
        let waker: Waker = count.clone().into();
        let mut restless = Restless { left: 1, kept: None, polls: 0 };
        let mut at_once = AtOnce::new(&mut restless);
        assert!(Pin::new(&mut at_once).poll(&mut Context::from_waker(&waker)).is_pending());
        let kept = at_once.future.kept.clone().expect("it was handed out");
        for wakes in 1..3 {
            kept.wake_by_ref();
            assert_eq!(count.0.load(Ordering::SeqCst), wakes);
        }
    }
}
