//! `multipart/form-data` as it arrives: the fields before the file are held, the file streams.
//!
//! Source: RFC 7578 and RFC 2046, section 5.1. What comes after the file is read and forgotten, as S3 does.

use crate::error::{Error, PostFault};
use bytes::Bytes;
use futures_core::Stream;
use ports::BodyIn;
use std::pin::Pin;
use std::task::{Context, Poll};
use wire::{AwsError, Fault};

/// Bytes before the file's own at the most, boundaries included: 20 KB by the API reference.
const MOST_BEFORE_FILE: usize = 20 * 1024;

/// The fields of a form, in order, as far as the file.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    pub(crate) values: Vec<(String, String)>,
    /// The name the file has on the user's machine, where it is said.
    pub(crate) filename: Option<String>,
}

impl Fields {
    /// The first field of a name, in any case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The boundary that a `Content-Type` names; `None` where it is no form.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let found = parameter(parameters, "boundary")?;
    (!found.is_empty() && found.len() <= 70).then_some(found)
}

/// A parameter of a header, quoted or not.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once('=')?;
        let name = name.trim().trim_start_matches(';').trim();
        let after = after.trim_start();
        let (value, tail) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = tail.trim_start().trim_start_matches(';');
    }
}

/// Up to the closing quote. Browsers escape the quote alone: a backslash before anything else is one.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) => return Some((value, &text[at + 1..])),
            ('\\', Some((_, '"'))) => {
                value.push('"');
                chars.next();
            }
            (c, _) => value.push(c),
        }
    }
    None
}

/// A form on its way.
pub(crate) struct Form {
    body: BodyIn,
    buffer: Vec<u8>,
    /// `\r\n--boundary`: what ends each part.
    delimiter: Vec<u8>,
    /// Bytes of the form that were taken out of the buffer.
    taken: usize,
}

impl Form {
    pub(crate) fn new(body: BodyIn, boundary: &str) -> Self {
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        // The first boundary has no line before it.
        Self { body, buffer: b"\r\n".to_vec(), delimiter, taken: 0 }
    }

    /// Reads the fields before the file; the file's own bytes come next.
    pub(crate) async fn fields(&mut self) -> Result<Fields, Error> {
        let mut fields = Fields::default();
        let preamble = self.delimiter.clone();
        self.until(&preamble).await?;
        loop {
            // `--` after the boundary ends the form; white space may stand before the end of the line.
            let rest = self.until(b"\r\n").await.map_err(|error| match error {
                Error::Post(PostFault::Malformed) => Error::Post(PostFault::NoFile),
                other => other,
            })?;
            if rest.starts_with(b"--") {
                return Err(Error::Post(PostFault::NoFile));
            }
            let (name, filename) = self.part_head().await?;
            if name.eq_ignore_ascii_case("file") {
                fields.filename = filename;
                return Ok(fields);
            }
            let delimiter = self.delimiter.clone();
            let value = self.until(&delimiter).await?;
            let value = String::from_utf8(value).map_err(|_| Error::Post(PostFault::Malformed))?;
            fields.values.push((name, value));
        }
    }

    /// Reads a part's headers: its name, and the file's.
    async fn part_head(&mut self) -> Result<(String, Option<String>), Error> {
        let mut found = None;
        loop {
            let line = self.until(b"\r\n").await?;
            if line.is_empty() {
                return found.ok_or(Error::Post(PostFault::Malformed));
            }
            let line = String::from_utf8(line).map_err(|_| Error::Post(PostFault::Malformed))?;
            let Some((header, value)) = line.split_once(':') else {
                return Err(Error::Post(PostFault::Malformed));
            };
            if header.trim().eq_ignore_ascii_case("content-disposition") {
                let (_, parameters) = value.split_once(';').ok_or(Error::Post(PostFault::Malformed))?;
                let name = parameter(parameters, "name").ok_or(Error::Post(PostFault::Malformed))?;
                found = Some((name, parameter(parameters, "filename")));
            }
        }
    }

    /// Takes what stands before `end`, and `end` itself.
    async fn until(&mut self, end: &[u8]) -> Result<Vec<u8>, Error> {
        loop {
            if let Some(at) = position(&self.buffer, end) {
                let rest = self.buffer.split_off(at + end.len());
                let mut before = std::mem::replace(&mut self.buffer, rest);
                self.taken += before.len();
                before.truncate(at);
                if self.taken > MOST_BEFORE_FILE {
                    return Err(Error::Post(PostFault::FieldsTooLong));
                }
                return Ok(before);
            }
            if self.taken + self.buffer.len() > MOST_BEFORE_FILE {
                return Err(Error::Post(PostFault::FieldsTooLong));
            }
            match self.body.next().await {
                Some(Ok(piece)) => self.buffer.extend_from_slice(&piece),
                Some(Err(fault)) => return Err(Error::Body(Box::new(fault))),
                None => return Err(Error::Post(PostFault::Malformed)),
            }
        }
    }

    /// The file, within the sizes a policy allows.
    pub(crate) fn file(self, sizes: Option<(u64, u64)>) -> BodyIn {
        let (least, most) = sizes.unwrap_or((0, u64::MAX));
        let file = File { form: self, least, most, size: 0, state: State::Reading };
        BodyIn::new(Box::pin(file), None, std::sync::Arc::default())
    }
}

/// How far a file is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// The file has ended; what follows is let go.
    Draining,
    Ended,
}

/// A form's file. One beyond its size is counted to its end, so that the refusal can say how long it is.
struct File {
    form: Form,
    least: u64,
    most: u64,
    size: u64,
    state: State,
}

impl File {
    /// Takes out of the buffer what surely belongs to the file.
    fn take(&mut self) -> Option<Bytes> {
        let delimiter = &self.form.delimiter;
        let end = match position(&self.form.buffer, delimiter) {
            Some(at) => {
                self.state = State::Draining;
                at
            }
            // The delimiter may have begun at the end of what is there.
            None => self.form.buffer.len().saturating_sub(delimiter.len() - 1),
        };
        if end == 0 {
            return None;
        }
        let rest = self.form.buffer.split_off(end);
        let taken = std::mem::replace(&mut self.form.buffer, rest);
        self.size += taken.len() as u64;
        (self.size <= self.most).then(|| taken.into())
    }

    /// What is wrong with a file that is read to its end.
    fn judgement(&self) -> Option<Fault> {
        let error = if self.size > self.most {
            Error::EntityTooLarge { proposed: self.size, most: self.most }
        } else if self.size < self.least {
            Error::EntityTooSmall { proposed: self.size, least: self.least }
        } else {
            return None;
        };
        Some(error.fault())
    }
}

impl Stream for File {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.state == State::Ended {
                return Poll::Ready(None);
            }
            if this.state == State::Reading
                && let Some(bytes) = this.take()
            {
                return Poll::Ready(Some(Ok(bytes)));
            }
            if this.state == State::Draining {
                this.form.buffer.clear();
            }
            match Pin::new(&mut this.form.body).poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(piece))) => {
                    if this.state == State::Reading {
                        this.form.buffer.extend_from_slice(&piece);
                    }
                }
                Poll::Ready(Some(Err(fault))) => {
                    this.state = State::Ended;
                    return Poll::Ready(Some(Err(fault)));
                }
                Poll::Ready(None) => {
                    let cut = this.state == State::Reading;
                    this.state = State::Ended;
                    let wrong =
                        if cut { Some(Error::Post(PostFault::Malformed).fault()) } else { this.judgement() };
                    return Poll::Ready(wrong.map(Err));
                }
            }
        }
    }
}

/// Where `wanted` begins. It begins with a carriage return, which files hold few of.
fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|&byte| byte == wanted[0]) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
