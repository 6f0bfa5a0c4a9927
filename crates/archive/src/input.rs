//! The file as it arrives: lines and runs of bytes, whatever pieces it comes in.

use crate::error::ImportError;
use bytes::Bytes;
use ports::BodyStream;
use std::future::poll_fn;

/// Bytes of a line at the most: a row with the manifest of a very large object is far below.
pub(crate) const MOST_LINE_BYTES: usize = 64 * 1024 * 1024;

pub(crate) struct Input<'s> {
    stream: &'s mut BodyStream<std::io::Error>,
    piece: Bytes,
    /// Lines read so far.
    pub(crate) lines: u64,
}

impl<'s> Input<'s> {
    pub(crate) fn new(stream: &'s mut BodyStream<std::io::Error>) -> Self {
        Self { stream, piece: Bytes::new(), lines: 0 }
    }

    /// Makes sure that there are bytes; `false` at the end.
    async fn fill(&mut self) -> Result<bool, ImportError> {
        while self.piece.is_empty() {
            match poll_fn(|context| self.stream.as_mut().poll_next(context)).await {
                Some(piece) => self.piece = piece.map_err(ImportError::Input)?,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// The next line without its end; `None` after the last.
    pub(crate) async fn line(&mut self, most: usize) -> Result<Option<Vec<u8>>, ImportError> {
        let mut line = Vec::new();
        while self.fill().await? {
            let end = self.piece.iter().position(|byte| *byte == b'\n');
            let length = end.unwrap_or(self.piece.len());
            if line.len() + length > most {
                return Err(self.wrong(&format!("it is longer than {most} bytes")));
            }
            line.extend_from_slice(&self.piece.split_to(length));
            if end.is_some() {
                let _line_end = self.piece.split_to(1);
                self.lines += 1;
                return Ok(Some(line));
            }
        }
        self.lines += 1;
        Ok((!line.is_empty()).then_some(line))
    }

    /// Some of the next `most` bytes, which have to come.
    pub(crate) async fn bytes(&mut self, most: u64) -> Result<Bytes, ImportError> {
        if !self.fill().await? {
            return Err(early());
        }
        let length = usize::try_from(most).map_or(self.piece.len(), |most| most.min(self.piece.len()));
        Ok(self.piece.split_to(length))
    }

    /// Whether nothing follows.
    pub(crate) async fn is_at_end(&mut self) -> Result<bool, ImportError> {
        Ok(!self.fill().await?)
    }

    /// A fault of the line that was read last.
    pub(crate) fn wrong(&self, cause: &str) -> ImportError {
        ImportError::Format(format!("line {}: {cause}", self.lines.max(1)))
    }
}

/// The file was cut off.
pub(crate) fn early() -> ImportError {
    ImportError::Format("it ends before its last line: it was cut off".to_owned())
}
