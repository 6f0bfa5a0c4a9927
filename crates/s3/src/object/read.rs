//! Reading bytes: spans of an object, and the pieces they lie in.

use super::record::Piece;
use crate::encryption::customer::{Cipher, SecretKey};
use crate::error::Error;
use blob::{BlobError, Blobs, Hold, Reader, Reading};
use bytes::Bytes;
use futures_core::Stream;
use ports::{BodyOut, Cx};
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Bytes read at once.
const CHUNK: u64 = 256 * 1024;

/// A run of an object's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u64,
    pub(crate) length: u64,
    /// It was asked for, and is answered with 206.
    pub(crate) partial: bool,
}

/// A position in a body: digits, and nothing but digits. One that no number holds lies past every end.
pub(crate) fn position(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

impl Span {
    /// All of it.
    pub(crate) fn whole(size: u64) -> Self {
        Self { start: 0, length: size, partial: false }
    }

    /// A `Range` header. One that is no single range of bytes is ignored, as RFC 9110 allows and S3 does.
    pub(crate) fn of_range(range: &str, size: u64) -> Result<Self, Error> {
        let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
            return Ok(Self::whole(size));
        };
        let number = |text: &str| position(text.trim());
        let unsatisfiable = || Error::InvalidRange { requested: range.to_owned(), size };
        let (start, end) = match (first.trim(), last.trim()) {
            ("", suffix) => match number(suffix) {
                Some(0) => return Err(unsatisfiable()),
                Some(count) if size > 0 => (size.saturating_sub(count), size - 1),
                Some(_) => return Err(unsatisfiable()),
                None => return Ok(Self::whole(size)),
            },
            (first, last) => match (number(first), last.is_empty(), number(last)) {
                (Some(start), true, _) => (start, size.saturating_sub(1)),
                (Some(start), false, Some(end)) if start <= end => (start, end.min(size.saturating_sub(1))),
                _ => return Ok(Self::whole(size)),
            },
        };
        if start >= size {
            return Err(unsatisfiable());
        }
        Ok(Self { start, length: end - start + 1, partial: true })
    }

    /// `bytes 0-9/100`.
    pub(crate) fn content_range(&self, size: u64) -> String {
        format!("bytes {}-{}/{size}", self.start, (self.start + self.length).saturating_sub(1))
    }
}

/// The pieces of a span.
pub(crate) fn slice(pieces: &[Piece], span: &Span) -> Vec<Piece> {
    let mut left = span.length;
    let mut skip = span.start;
    let mut found = Vec::new();
    for piece in pieces {
        if left == 0 {
            break;
        }
        if skip >= piece.length {
            skip -= piece.length;
            continue;
        }
        let length = (piece.length - skip).min(left);
        found.push(Piece { start: piece.start + skip, length, ..*piece });
        left -= length;
        skip = 0;
    }
    found
}

/// The bytes of a span: at once where they are few. `key` opens what the client's key sealed; `reading` was begun
/// before the row was looked up.
pub(crate) fn body(
    cx: &Cx,
    reading: Reading,
    pieces: &[Piece],
    span: &Span,
    key: Option<SecretKey>,
) -> Result<BodyOut, Error> {
    let mut reader = Pieces::new(cx, reading, &slice(pieces, span), key);
    if span.length > CHUNK {
        return Ok(BodyOut::Stream { length_bytes: span.length, stream: Box::pin(reader) });
    }
    let mut bytes = match reader.next_chunk(CHUNK).transpose()? {
        Some(first) => first,
        None => return Ok(BodyOut::EMPTY),
    };
    while let Some(more) = reader.next_chunk(CHUNK).transpose()? {
        bytes.extend_from_slice(&more);
    }
    Ok(BodyOut::Bytes(bytes.into()))
}

/// The bytes of pieces, in order, whatever becomes of their rows meanwhile.
pub(crate) struct Pieces {
    blobs: Blobs,
    _hold: Hold,
    left: VecDeque<Piece>,
    /// The blob that is being read.
    open: Option<Reader>,
    key: Option<SecretKey>,
}

impl Pieces {
    /// All of these pieces. `reading` was begun before the row was looked up that names them; from here on it is for
    /// them alone.
    pub(crate) fn new(cx: &Cx, reading: Reading, pieces: &[Piece], key: Option<SecretKey>) -> Self {
        let _hold = reading.only(pieces.iter().map(|piece| piece.blob).collect());
        let left = pieces.iter().copied().collect();
        Self { blobs: cx.world().blobs.clone(), _hold, left, open: None, key }
    }

    /// At most `most` bytes of the next piece; `None` at the end.
    pub(crate) fn next_chunk(&mut self, most: u64) -> Option<Result<Vec<u8>, BlobError>> {
        let piece = self.left.pop_front()?;
        let now = piece.length.min(most);
        if now < piece.length {
            self.left.push_front(Piece { start: piece.start + now, length: piece.length - now, ..piece });
        }
        let length = usize::try_from(now).unwrap_or(usize::MAX);
        let mut read = self.reader(&piece).and_then(|reader| reader.read(piece.start, length));
        if let (Ok(bytes), Some(nonce), Some(key)) = (&mut read, piece.nonce, &self.key) {
            Cipher::new(key, nonce, piece.start).apply(bytes);
        }
        Some(read)
    }

    fn reader(&mut self, piece: &Piece) -> Result<&Reader, BlobError> {
        let open = self.open.take().filter(|open| *open.reference() == piece.blob);
        let open = match open {
            Some(open) => open,
            None => self.blobs.reader(&piece.blob)?,
        };
        Ok(self.open.insert(open))
    }
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = self.next_chunk(CHUNK);
        Poll::Ready(chunk.map(|read| read.map(Bytes::from).map_err(io::Error::other)))
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn ranges_are_cut_to_the_object() {
        let span = |start, length| Some((start, length, true));
        for (range, size, want) in [
            ("bytes=0-9", 100, span(0, 10)),
            ("bytes=90-200", 100, span(90, 10)),
            ("bytes=90-", 100, span(90, 10)),
            ("bytes=-10", 100, span(90, 10)),
            ("bytes=-200", 100, span(0, 100)),
            ("bytes=5-2", 100, Some((0, 100, false))),
            ("bytes=0-1,3-4", 100, Some((0, 100, false))),
            ("bytes=+1-2", 100, Some((0, 100, false))),
            ("bytes=90-99999999999999999999", 100, span(90, 10)),
            ("items=0-1", 100, Some((0, 100, false))),
            ("bytes=100-", 100, None),
            ("bytes=-0", 100, None),
            ("bytes=0-0", 0, None),
        ] {
            let found = Span::of_range(range, size).ok().map(|span| (span.start, span.length, span.partial));
            assert_eq!(found, want, "{range} of {size}");
        }
    }
}
