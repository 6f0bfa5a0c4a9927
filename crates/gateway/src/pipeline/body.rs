//! Request bodies: read within limits, freed of chunk framing, checked against what was claimed.

use super::unread::Inbound;
use bytes::Bytes;
use futures_core::Stream;
use ports::BodyIn;
use sha2::{Digest, Sha256};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use wire::sign::{ChunkDecoder, ChunkSigning, Payload, payload, sha256_hex};
use wire::{Fault, Head, sender};

/// Bytes of a body that is held in memory: forms, JSON and XML documents.
const HELD_LIMIT_BYTES: usize = 8 * 1024 * 1024;
/// The hash of no bytes, which most requests without a body claim.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// How long a sender may pause within a body.
const PAUSE: Duration = Duration::from_secs(60);

/// A body that has not been looked at, or has been read as a whole.
pub(super) struct Body {
    incoming: Option<Inbound>,
    read: Option<Bytes>,
}

impl Body {
    pub(super) fn new(incoming: Inbound) -> Self {
        Self { incoming: Some(incoming), read: None }
    }

    /// Reads the whole body as it was sent, once.
    pub(super) async fn read(&mut self, head: &Head) -> Result<&[u8], Fault> {
        if let Some(incoming) = self.incoming.take() {
            refuse_long(head)?;
            let pieces = Pieces { incoming, pause: None };
            let body = BodyIn::new(Box::pin(Raw(pieces)), None, Arc::default());
            self.read = Some(collect(body, too_long).await?);
        }
        Ok(self.read.as_deref().unwrap_or_default())
    }

    /// The hash of a body that was read; `None` where it was not.
    pub(super) fn sha256(&self) -> Option<String> {
        self.read.as_deref().map(sha256_hex)
    }

    /// The body as a handler reads it: framing off, checks on.
    pub(super) fn checked(self, head: &Head, seed: ChunkSigning) -> Result<Checked, Fault> {
        let payload = payload(head);
        let announced = announced_bytes(head, &payload)?;
        let Some(incoming) = self.incoming else {
            return Ok(Checked { body: None, read: self.read.unwrap_or_default() });
        };
        let trailers: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let incoming_is_empty = incoming.is_empty();
        let pieces = Pieces { incoming, pause: None };
        let body = match payload {
            Payload::SignedChunks { .. } | Payload::UnsignedChunks | Payload::Ecdsa => {
                let decoder = Some(ChunkDecoder::new(seed, &payload, announced));
                let stream = Chunked { pieces, decoder, trailers: trailers.clone() };
                BodyIn::new(Box::pin(stream), announced, trailers)
            }
            Payload::Sha256(expected) if incoming_is_empty && expected == EMPTY_SHA256 => BodyIn::empty(),
            Payload::Sha256(expected) => {
                let expected = expected.into_owned();
                let stream = Hashed { pieces, hash: Some(Sha256::new()), expected: expected.clone() };
                BodyIn::new(Box::pin(stream), announced, trailers).claiming(expected)
            }
            Payload::Absent | Payload::Unsigned | Payload::Unknown => {
                BodyIn::new(Box::pin(Raw(pieces)), announced, trailers)
            }
        };
        Ok(Checked { body: Some(body), read: Bytes::new() })
    }
}

/// A body ready for its handler.
pub(super) struct Checked {
    body: Option<BodyIn>,
    read: Bytes,
}

impl Checked {
    /// The whole of it.
    pub(super) async fn collect(self) -> Result<Bytes, Fault> {
        match self.body {
            // Only S3 leaves a document unread until here: its hash may stand in a header.
            Some(body) => collect(body, too_long_for_s3).await,
            None => Ok(self.read),
        }
    }

    /// As a stream.
    pub(super) fn stream(self) -> BodyIn {
        self.body.unwrap_or_else(|| BodyIn::whole(self.read))
    }
}

async fn collect(mut body: BodyIn, too_long: fn() -> Fault) -> Result<Bytes, Fault> {
    let Some(first) = body.next().await.transpose()? else { return Ok(Bytes::new()) };
    let Some(second) = body.next().await.transpose()? else { return Ok(first) };
    let mut all = Vec::with_capacity((first.len() + second.len()).min(HELD_LIMIT_BYTES));
    all.extend_from_slice(&first);
    all.extend_from_slice(&second);
    while let Some(piece) = body.next().await.transpose()? {
        if all.len() + piece.len() > HELD_LIMIT_BYTES {
            return Err(too_long());
        }
        all.extend_from_slice(&piece);
    }
    Ok(all.into())
}

fn refuse_long(head: &Head) -> Result<(), Fault> {
    let length = head.header("content-length").and_then(|text| text.parse::<usize>().ok());
    if length.is_some_and(|length| length > HELD_LIMIT_BYTES) { Err(too_long()) } else { Ok(()) }
}

fn too_long() -> Fault {
    sender(413, "RequestEntityTooLarge", "The request's body is longer than 8 MiB")
}

/// S3 API reference, error responses.
fn too_long_for_s3() -> Fault {
    sender(400, "MaxMessageLengthExceeded", "Your request was too big.")
}

/// S3 takes no object whose length it was not told. Pieces of HTTP's own are let through: clients of other stores
/// send them.
pub(super) fn require_length(head: &Head) -> Result<(), Fault> {
    let told = head.headers.contains_key("content-length") || head.headers.contains_key("transfer-encoding");
    if told { Ok(()) } else { Err(no_length()) }
}

fn no_length() -> Fault {
    sender(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
}

/// The content's own length: `x-amz-decoded-content-length` where the body is framed.
fn announced_bytes(head: &Head, payload: &Payload<'_>) -> Result<Option<u64>, Fault> {
    let framed = matches!(payload, Payload::SignedChunks { .. } | Payload::UnsignedChunks | Payload::Ecdsa);
    let name = if framed { "x-amz-decoded-content-length" } else { "content-length" };
    match head.header(name) {
        None if framed => Err(no_length()),
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            sender(400, "InvalidArgument", format!("The header {name} is no length"))
                .with("ArgumentName", name)
                .with("ArgumentValue", text)
        }),
    }
}

/// What arrives, with a bound on pauses.
struct Pieces {
    incoming: Inbound,
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Pieces {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Fault>>> {
        loop {
            match self.incoming.poll_frame(context) {
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Ok(frame))) => {
                    self.pause = None;
                    if let Ok(bytes) = frame.into_data()
                        && !bytes.is_empty()
                    {
                        return Poll::Ready(Some(Ok(bytes)));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    let sentence =
                        "You did not provide the number of bytes specified by the Content-Length HTTP header";
                    return Poll::Ready(Some(Err(sender(400, "IncompleteBody", sentence).because(error))));
                }
                Poll::Pending => {
                    #[expect(clippy::disallowed_methods, reason = "how long a sender pauses is real time")]
                    let pause = self.pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(PAUSE)));
                    if pause.as_mut().poll(context).is_pending() {
                        return Poll::Pending;
                    }
                    return Poll::Ready(Some(Err(sender(
                        400,
                        "RequestTimeout",
                        "Your socket connection to the server was not read from or written to within the timeout \
                         period. Idle connections will be closed.",
                    ))));
                }
            }
        }
    }
}

struct Raw(Pieces);

impl Stream for Raw {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(context)
    }
}

/// A body with a claimed hash: the end is its judgement.
struct Hashed {
    pieces: Pieces,
    hash: Option<Sha256>,
    expected: String,
}

impl Stream for Hashed {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        match this.pieces.poll(context) {
            Poll::Ready(Some(Ok(bytes))) => {
                if let Some(hash) = &mut this.hash {
                    hash.update(&bytes);
                }
                Poll::Ready(Some(Ok(bytes)))
            }
            Poll::Ready(None) => {
                let Some(hash) = this.hash.take() else { return Poll::Ready(None) };
                let (computed, mut claimed) = (hash.finalize(), [0; 32]);
                if hex::decode_to_slice(&this.expected, &mut claimed).is_ok() && claimed[..] == computed[..] {
                    return Poll::Ready(None);
                }
                let sentence = "The provided 'x-amz-content-sha256' header does not match what was computed.";
                let fault = sender(400, "XAmzContentSHA256Mismatch", sentence)
                    .with("ClientComputedContentSHA256", this.expected.clone())
                    .with("S3ComputedContentSHA256", hex::encode(computed));
                Poll::Ready(Some(Err(fault)))
            }
            other => other,
        }
    }
}

/// A framed body.
struct Chunked {
    pieces: Pieces,
    decoder: Option<ChunkDecoder>,
    trailers: Arc<Mutex<Vec<(String, String)>>>,
}

impl Stream for Chunked {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Some(decoder) = &mut this.decoder else { return Poll::Ready(None) };
            match this.pieces.poll(context) {
                Poll::Ready(Some(Ok(bytes))) => {
                    let mut out = Vec::new();
                    if let Err(fault) = decoder.push(&bytes, &mut out) {
                        this.decoder = None;
                        return Poll::Ready(Some(Err(fault)));
                    }
                    if !out.is_empty() {
                        return Poll::Ready(Some(Ok(out.into())));
                    }
                }
                Poll::Ready(None) => {
                    let finished = this.decoder.take().map(ChunkDecoder::finish);
                    return match finished {
                        Some(Ok(found)) => {
                            *this.trailers.lock().unwrap_or_else(PoisonError::into_inner) = found;
                            Poll::Ready(None)
                        }
                        Some(Err(fault)) => Poll::Ready(Some(Err(fault))),
                        None => Poll::Ready(None),
                    };
                }
                other => return other,
            }
        }
    }
}
