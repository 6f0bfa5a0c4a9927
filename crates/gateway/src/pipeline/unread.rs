//! What of a request's body was not read when its answer was ready.
//!
//! A refusal may come before the body. What follows on the connection is then either the rest of that body or the
//! next request, and nobody can tell which: the rest is read, within bounds, or the connection is closed.
//!
//! It is closed as well where a client asked for "100 Continue" before a body of no bytes: hyper sends none then, and
//! botocore takes the status line of the next answer on that connection for a header, and waits for its end for ever.

use bytes::Bytes;
use http_body::{Body as _, Frame};
use hyper::body::Incoming;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use wire::Head;

/// Bytes of a refused body that are read for the sake of the connection.
const MOST_BYTES: usize = 1024 * 1024;
/// How long they may take.
const MOST_TIME: Duration = Duration::from_secs(2);

/// A request's body on its way in. Dropped before its end it goes back to its [`Unread`].
pub(super) struct Inbound {
    incoming: Option<Incoming>,
    polled: bool,
    unread: Unread,
}

/// Where an unfinished body goes.
#[derive(Clone)]
pub(super) struct Unread {
    left: Arc<Mutex<Option<(Incoming, bool)>>>,
    /// There was never anything to read.
    empty: bool,
}

impl Inbound {
    /// The body, and where it goes unless it is read.
    pub(super) fn new(incoming: Incoming) -> (Self, Unread) {
        let unread = Unread { left: Arc::default(), empty: incoming.is_end_stream() };
        (Self { incoming: Some(incoming), polled: false, unread: unread.clone() }, unread)
    }

    /// Whether there was never anything to read.
    pub(super) fn is_empty(&self) -> bool {
        self.unread.empty
    }

    /// The next frame; `None` at the end.
    pub(super) fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.polled = true;
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        let polled = Pin::new(incoming).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.incoming = None;
        }
        polled
    }
}

impl Drop for Inbound {
    fn drop(&mut self) {
        if let Some(incoming) = self.incoming.take().filter(|incoming| !incoming.is_end_stream()) {
            *self.unread.left.lock().unwrap_or_else(PoisonError::into_inner) = Some((incoming, self.polled));
        }
    }
}

impl Unread {
    /// Deals with what is left; `false` where the connection must end with this answer.
    pub(super) async fn settle(&self, head: &Head) -> bool {
        let expects = head.headers.contains_key("expect");
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((incoming, polled)) = left else { return !(expects && self.empty) };
        // Who waits for "100 Continue" sends nothing after a refusal.
        let waits = !polled && expects;
        !waits && matches!(tokio::time::timeout(MOST_TIME, drain(incoming)).await, Ok(true))
    }
}

/// Reads to the end; `false` where it does not come within the bound.
async fn drain(mut incoming: Incoming) -> bool {
    let mut read = 0;
    while read <= MOST_BYTES {
        match poll_fn(|context| Pin::new(&mut incoming).poll_frame(context)).await {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
        }
    }
    false
}
