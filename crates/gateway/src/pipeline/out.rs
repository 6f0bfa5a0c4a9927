//! An answer's body as hyper sends it.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use ports::BodyStream;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Bytes at once, pieces of a known length, or a page of our own.
pub(crate) enum OutBody {
    /// All of it.
    Full(Full<Bytes>),
    /// Pieces that add up to the announced length.
    Stream {
        /// What is still to come.
        left: u64,
        /// The pieces.
        stream: BodyStream<std::io::Error>,
    },
    /// A page of `/_angae/`.
    Page(axum::body::Body),
}

impl OutBody {
    pub(crate) fn full(bytes: Bytes) -> Self {
        Self::Full(Full::new(bytes))
    }

    pub(crate) fn stream(length_bytes: u64, stream: BodyStream<std::io::Error>) -> Self {
        Self::Stream { left: length_bytes, stream }
    }

    pub(crate) fn from_axum(body: axum::body::Body) -> Self {
        Self::Page(body)
    }
}

type Error = Box<dyn std::error::Error + Send + Sync>;

impl Body for OutBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match self.get_mut() {
            Self::Full(full) => Pin::new(full).poll_frame(context).map_err(|never| match never {}),
            Self::Page(page) => Pin::new(page).poll_frame(context).map_err(Into::into),
            Self::Stream { left, stream } => stream.as_mut().poll_next(context).map(|piece| match piece? {
                Ok(bytes) => {
                    *left = left.saturating_sub(bytes.len() as u64);
                    Some(Ok(Frame::data(bytes)))
                }
                // The connection is cut: the client sees fewer bytes than were announced.
                Err(error) => Some(Err(error.into())),
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Full(full) => full.is_end_stream(),
            Self::Page(page) => page.is_end_stream(),
            Self::Stream { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Full(full) => full.size_hint(),
            Self::Page(page) => page.size_hint(),
            Self::Stream { left, .. } => SizeHint::with_exact(*left),
        }
    }
}
