//! `aws-chunked` bodies: framing, signatures of chunks and trailers.
//!
//! ```text
//! chunk    = hex-size [";chunk-signature=" hex] CRLF data CRLF
//! body     = *chunk last-chunk *(trailer-name ":" value CRLF) [CRLF]
//! ```
//! A signed chunk is held until its signature has been judged; an unsigned one passes at once.

use super::{Payload, equal, hex_of, hmac, sha256_hex};
use crate::{Fault, sender};

/// The largest signed chunk: it is held in memory. SDKs send 64 KiB to 1 MiB.
pub const MOST_CHUNK_BYTES: u64 = 16 * 1024 * 1024;
/// The longest line of framing, and all trailers together.
const MOST_LINE_BYTES: usize = 16 * 1024;

/// What signed chunks begin from: the request's own signature.
#[derive(Clone, Debug)]
pub struct ChunkSigning {
    /// The signing key; none where signatures are not judged.
    pub key: Option<[u8; 32]>,
    /// `x-amz-date`.
    pub date: String,
    /// The scope's text.
    pub scope: String,
    /// The signature before.
    pub previous: String,
}

impl ChunkSigning {
    /// Chunk signatures are read and not judged.
    pub fn unsigned() -> Self {
        Self { key: None, date: String::new(), scope: String::new(), previous: String::new() }
    }
}

enum State {
    /// Reading the line with the size.
    Size,
    /// Reading data.
    Data { left: u64, signature: Option<String> },
    /// Reading the line end after data.
    DataEnd,
    /// Reading trailers.
    Trailer,
    /// After the empty line.
    Done,
}

/// Takes the framing off, piece by piece.
pub struct ChunkDecoder {
    signing: ChunkSigning,
    signed: bool,
    /// A signed trailer was announced, so it must come.
    trailer_due: bool,
    state: State,
    line: Vec<u8>,
    held: Vec<u8>,
    /// Trailers as they came.
    trailers: Vec<(String, String)>,
    decoded: u64,
    announced: Option<u64>,
}

impl ChunkDecoder {
    /// A decoder of a body that is framed as `payload` says; `announced` is `x-amz-decoded-content-length`.
    pub fn new(signing: ChunkSigning, payload: &Payload<'_>, announced: Option<u64>) -> Self {
        Self {
            signing,
            signed: matches!(payload, Payload::SignedChunks { .. }),
            trailer_due: matches!(payload, Payload::SignedChunks { trailer: true }),
            state: State::Size,
            line: Vec::new(),
            held: Vec::new(),
            trailers: Vec::new(),
            decoded: 0,
            announced,
        }
    }

    /// Takes bytes in and appends what they decode to.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        while !bytes.is_empty() {
            match &mut self.state {
                State::Data { left, .. } => {
                    let take = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    let (now, rest) = bytes.split_at(take);
                    *left -= take as u64;
                    let ended = *left == 0;
                    if self.signed {
                        self.held.extend_from_slice(now)
                    } else {
                        out.extend_from_slice(now)
                    }
                    bytes = rest;
                    if ended {
                        self.end_data(out)?;
                    }
                }
                State::Done => return Err(incomplete("bytes follow the last chunk")),
                State::Size | State::DataEnd | State::Trailer => {
                    let end = bytes.iter().position(|&byte| byte == b'\n');
                    let take = end.map_or(bytes.len(), |at| at + 1);
                    if self.line.len() + take > MOST_LINE_BYTES {
                        return Err(incomplete("a line of the framing is too long"));
                    }
                    self.line.extend_from_slice(&bytes[..take]);
                    bytes = &bytes[take..];
                    if end.is_some() {
                        let line = std::mem::take(&mut self.line);
                        self.line_ends(&line)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The body has ended: the trailers, or why it is not whole. Some SDKs leave the last line end out.
    pub fn finish(mut self) -> Result<Vec<(String, String)>, Fault> {
        if matches!(self.state, State::Trailer) && !self.line.is_empty() {
            let line = std::mem::take(&mut self.line);
            self.line_ends(&line)?;
        }
        match self.state {
            State::Trailer => self.verify_trailer()?,
            State::Done => {}
            State::Size | State::Data { .. } | State::DataEnd => {
                return Err(incomplete("the body ends within a chunk"));
            }
        }
        match self.announced {
            Some(announced) if announced != self.decoded => Err(incomplete("the decoded length is another")),
            _ => Ok(self.trailers),
        }
    }

    fn line_ends(&mut self, line: &[u8]) -> Result<(), Fault> {
        if matches!(self.state, State::DataEnd) {
            // A line feed alone would let a chunk that is a byte short pass, with the carriage return as data.
            if line != b"\r\n" {
                return Err(incomplete("a chunk is not as long as its size"));
            }
            self.state = State::Size;
            return Ok(());
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = std::str::from_utf8(line).map_err(|_| incomplete("the framing is no text"))?;
        match self.state {
            State::Size => self.begin_chunk(line),
            State::Trailer if line.is_empty() => {
                self.verify_trailer()?;
                self.state = State::Done;
                Ok(())
            }
            State::Trailer => {
                let (name, value) = line.split_once(':').ok_or_else(malformed_trailer)?;
                let held: usize = self.trailers.iter().map(|(name, value)| name.len() + value.len()).sum();
                if held > MOST_LINE_BYTES {
                    return Err(malformed_trailer());
                }
                self.trailers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                Ok(())
            }
            State::Data { .. } | State::DataEnd | State::Done => Err(incomplete("a line where none belongs")),
        }
    }

    fn begin_chunk(&mut self, line: &str) -> Result<(), Fault> {
        let mut parts = line.split(';');
        let digits = parts.next().unwrap_or_default().trim();
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = u64::from_str_radix(digits, 16).ok().filter(|_| plain);
        let size = size.ok_or_else(|| incomplete("a chunk's size is no hexadecimal number"))?;
        let signature =
            parts.find_map(|part| part.trim().strip_prefix("chunk-signature=")).map(str::to_owned);
        if self.signed {
            if size > MOST_CHUNK_BYTES {
                return Err(sender(400, "InvalidRequest", "A signed chunk is larger than 16 MiB"));
            }
            if signature.is_none() {
                return Err(incomplete("a chunk has no signature"));
            }
        }
        self.decoded = self.decoded.saturating_add(size);
        if self.announced.is_some_and(|announced| self.decoded > announced) {
            return Err(incomplete("there is more than x-amz-decoded-content-length says"));
        }
        if size == 0 {
            self.verify_chunk(signature.as_deref())?;
            self.state = State::Trailer;
        } else {
            self.state = State::Data { left: size, signature };
        }
        Ok(())
    }

    fn end_data(&mut self, out: &mut Vec<u8>) -> Result<(), Fault> {
        if let State::Data { signature, .. } = std::mem::replace(&mut self.state, State::DataEnd) {
            self.verify_chunk(signature.as_deref())?;
            out.append(&mut self.held);
        }
        Ok(())
    }

    fn verify_chunk(&mut self, signature: Option<&str>) -> Result<(), Fault> {
        let (Some(key), Some(signature), true) = (&self.signing.key, signature, self.signed) else {
            return Ok(());
        };
        let ChunkSigning { date, scope, previous, .. } = &self.signing;
        let text = format!(
            "AWS4-HMAC-SHA256-PAYLOAD\n{date}\n{scope}\n{previous}\n{}\n{}",
            sha256_hex(b""),
            sha256_hex(&self.held)
        );
        self.judge(hex_of(&hmac(key, text.as_bytes())), signature.to_owned())
    }

    fn verify_trailer(&mut self) -> Result<(), Fault> {
        let due = self.signed && (self.trailer_due || !self.trailers.is_empty());
        let Some(key) = self.signing.key.filter(|_| due) else { return Ok(()) };
        let mut text = String::new();
        let mut signature = None;
        for (name, value) in &self.trailers {
            if name == "x-amz-trailer-signature" {
                signature = Some(value.clone());
            } else {
                text.push_str(&format!("{name}:{value}\n"));
            }
        }
        let signature = signature.ok_or_else(malformed_trailer)?;
        let ChunkSigning { date, scope, previous, .. } = &self.signing;
        let text =
            format!("AWS4-HMAC-SHA256-TRAILER\n{date}\n{scope}\n{previous}\n{}", sha256_hex(text.as_bytes()));
        self.judge(hex_of(&hmac(&key, text.as_bytes())), signature)
    }

    fn judge(&mut self, ours: String, theirs: String) -> Result<(), Fault> {
        if !equal(&ours, &theirs) {
            return Err(sender(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and \
                 signing method.",
            ));
        }
        self.signing.previous = ours;
        Ok(())
    }
}

/// S3's code for a body that is not what was announced.
fn incomplete(cause: &'static str) -> Fault {
    let sentence = "The request body terminated unexpectedly";
    sender(400, "IncompleteBody", sentence).because(cause)
}

fn malformed_trailer() -> Fault {
    sender(
        400,
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    )
}

#[cfg(test)]
mod tests {
    use super::{ChunkDecoder, ChunkSigning, Payload};

    fn decode(body: &[u8]) -> Result<Vec<u8>, String> {
        let mut decoder = ChunkDecoder::new(ChunkSigning::unsigned(), &Payload::UnsignedChunks, None);
        let mut out = Vec::new();
        decoder.push(body, &mut out).map_err(|fault| fault.code.into_owned())?;
        decoder.finish().map_err(|fault| fault.code.into_owned())?;
        Ok(out)
    }

    #[test]
    fn a_chunk_that_is_a_byte_short_is_not_filled_up_with_its_line_end() {
        for (body, want) in [
            (&b"5\r\nhello\r\n0\r\n\r\n"[..], Some("hello")),
            (b"5\r\nhello\r\n0\r\n", Some("hello")),
            (b"6\r\nhello\r\n0\r\n\r\n", None),
            (b"4\r\nhello\r\n0\r\n\r\n", None),
            (b"5\r\nhello\n0\r\n\r\n", None),
        ] {
            let text = String::from_utf8_lossy(body);
            assert_eq!(decode(body).ok().as_deref(), want.map(str::as_bytes), "{text}");
        }
    }
}
