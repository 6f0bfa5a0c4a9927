//! Bodies that are too large to hold.

use bytes::Bytes;
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use wire::Fault;

/// Bytes on their way, in pieces.
pub type BodyStream<E> = Pin<Box<dyn Stream<Item = Result<Bytes, E>> + Send>>;

/// A request's body, already freed of chunk framing and checked against its signature while it is read. A check
/// that fails ends the stream with its fault: what was read until then must not become visible.
pub struct BodyIn {
    stream: BodyStream<Fault>,
    /// The length the client announced for the content itself, framing not counted.
    pub announced_bytes: Option<u64>,
    /// The SHA-256, as hexadecimal digits, that the content is held against when it ends.
    pub claimed_sha256: Option<String>,
    trailers: Arc<Mutex<Vec<(String, String)>>>,
}

impl BodyIn {
    /// A body from a stream; `trailers` is filled by the time the stream ends.
    pub fn new(
        stream: BodyStream<Fault>,
        announced_bytes: Option<u64>,
        trailers: Arc<Mutex<Vec<(String, String)>>>,
    ) -> Self {
        Self { stream, announced_bytes, claimed_sha256: None, trailers }
    }

    /// The same, held against this hash by its stream.
    #[must_use]
    pub fn claiming(self, sha256: String) -> Self {
        Self { claimed_sha256: Some(sha256), ..self }
    }

    /// No body.
    pub fn empty() -> Self {
        Self::new(Box::pin(Nothing), Some(0), Arc::default())
    }

    /// A body that is all there.
    pub fn whole(bytes: Bytes) -> Self {
        let length = bytes.len() as u64;
        Self::new(Box::pin(Whole(Some(bytes))), Some(length), Arc::default())
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, Fault>> {
        poll_fn(|context| self.stream.as_mut().poll_next(context)).await
    }

    /// A trailer, by lower-case name; known only once the body has ended.
    pub fn trailer(&self, name: &str) -> Option<String> {
        let trailers = self.trailers.lock().unwrap_or_else(PoisonError::into_inner);
        trailers.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone())
    }
}

impl Stream for BodyIn {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.as_mut().poll_next(context)
    }
}

/// All of a body in one piece.
struct Whole(Option<Bytes>);

impl Stream for Whole {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

struct Nothing;

impl Stream for Nothing {
    type Item = Result<Bytes, Fault>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}

/// An answer's body.
pub enum BodyOut {
    /// All of it.
    Bytes(Bytes),
    /// Pieces that add up to `length_bytes`. An error ends the connection: the client sees a short body.
    Stream {
        /// The announced length.
        length_bytes: u64,
        /// The pieces.
        stream: BodyStream<std::io::Error>,
    },
}

impl BodyOut {
    /// No body.
    pub const EMPTY: Self = Self::Bytes(Bytes::new());
}
