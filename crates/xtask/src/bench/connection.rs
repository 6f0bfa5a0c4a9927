//! One kept-alive connection: bytes out, an answer in. As light as a client can be, so that what is measured is the
//! server.

use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Bytes of an answer's head at the most.
const LONGEST_HEAD: usize = 64 * 1024;

/// A connection that is opened when it is needed and kept while the server keeps it.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// An answer whose body has been handed over.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Bytes of the body.
    pub(crate) length: u64,
}

/// How an answer's body ends.
enum Framing {
    Length(u64),
    Chunked,
}

impl Connection {
    /// A connection to `address`, not opened yet.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: vec![0; 256 * 1024] }
    }

    /// Opens the connection unless it is open.
    pub(crate) fn open(&mut self) -> Result<()> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address)
                .with_context(|| format!("nobody answers on {}", self.address))?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        Ok(())
    }

    /// Sends a request and reads the whole answer; `body` is given its bytes as they come.
    pub(crate) fn exchange(&mut self, request: &[u8], mut body: impl FnMut(&[u8])) -> Result<Answer> {
        self.open()?;
        let stream = self.stream.as_mut().context("the connection was just opened")?;
        stream.write_all(request).context("the request could not be sent")?;
        let (head, mut filled) = read_head(stream, &mut self.buffer)?;
        let text = std::str::from_utf8(&self.buffer[..head]).context("the answer's head is no text")?;
        let (status, framing, closes) = parse_head(text)?;
        self.buffer.copy_within(head..filled, 0);
        filled -= head;
        let length = match framing {
            Framing::Length(length) => read_length(stream, &mut self.buffer, filled, length, &mut body)?,
            Framing::Chunked => read_chunks(stream, &mut self.buffer, filled, &mut body)?,
        };
        if closes {
            self.stream = None;
        }
        Ok(Answer { status, length })
    }

    /// Sends a request and collects the answer; a refusal is an error.
    pub(crate) fn call(&mut self, request: &[u8]) -> Result<String> {
        let mut body = Vec::new();
        let answer = self.exchange(request, |piece| body.extend_from_slice(piece))?;
        let text = String::from_utf8_lossy(&body).into_owned();
        if !(200..300).contains(&answer.status) {
            let line = String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned();
            bail!("{line} was answered {}: {text}", answer.status);
        }
        Ok(text)
    }
}

/// Reads until the head is whole; answers where it ends and how much was read.
fn read_head(stream: &mut impl Read, buffer: &mut [u8]) -> Result<(usize, usize)> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).context("the answer could not be read")?;
        if read == 0 {
            bail!("the server closed the connection instead of answering");
        }
        let from = filled.saturating_sub(3);
        filled += read;
        if let Some(at) = buffer[from..filled].windows(4).position(|window| window == b"\r\n\r\n") {
            return Ok((from + at + 4, filled));
        }
        if filled >= LONGEST_HEAD {
            bail!("the answer's head does not end");
        }
    }
}

/// Status, framing, and whether the server closes afterwards.
fn parse_head(text: &str) -> Result<(u16, Framing, bool)> {
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok());
    let status = status.with_context(|| format!("{first:?} is no status line"))?;
    let mut framing = None;
    let mut closes = first.starts_with("HTTP/1.0");
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            framing = Some(Framing::Length(value.parse().context("content-length is no number")?));
        } else if name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked") {
            framing = Some(Framing::Chunked);
        } else if name.eq_ignore_ascii_case("connection") {
            closes = value.eq_ignore_ascii_case("close");
        }
    }
    let bodiless = status == 204 || status == 304;
    let framing = framing.or(bodiless.then_some(Framing::Length(0)));
    Ok((status, framing.context("the answer does not say how long it is")?, closes))
}

fn read_length(
    stream: &mut impl Read,
    buffer: &mut [u8],
    filled: usize,
    length: u64,
    body: &mut impl FnMut(&[u8]),
) -> Result<u64> {
    body(&buffer[..filled]);
    let mut left = length.checked_sub(filled as u64).context("the body is longer than announced")?;
    while left > 0 {
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = stream.read(&mut buffer[..most])?;
        if read == 0 {
            bail!("the body is shorter than announced");
        }
        body(&buffer[..read]);
        left -= read as u64;
    }
    Ok(length)
}

fn read_chunks(
    stream: &mut impl Read,
    buffer: &mut [u8],
    filled: usize,
    body: &mut impl FnMut(&[u8]),
) -> Result<u64> {
    let mut held = buffer[..filled].to_vec();
    let mut length = 0;
    loop {
        while let Some(line) = held.windows(2).position(|window| window == b"\r\n") {
            let size = std::str::from_utf8(&held[..line]).ok().and_then(|size| size.split(';').next());
            let size = size.and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
            let size = size.context("a chunk has no length")?;
            let end = line + 2 + size + 2;
            if held.len() < end {
                break;
            }
            if size == 0 {
                return Ok(length);
            }
            body(&held[line + 2..line + 2 + size]);
            length += size as u64;
            held.drain(..end);
        }
        let read = stream.read(buffer)?;
        if read == 0 {
            bail!("the last chunk is missing");
        }
        held.extend_from_slice(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::Connection;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Serves one connection with prepared answers, one a request.
    #[track_caller]
    fn check(answers: &'static [&'static str], want: &[&str]) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for answer in answers {
                let mut request = [0; 1];
                stream.read_exact(&mut request).unwrap();
                // In two pieces, so that a boundary lies within.
                let (left, right) = answer.split_at(answer.len() / 2);
                stream.write_all(left.as_bytes()).unwrap();
                stream.write_all(right.as_bytes()).unwrap();
            }
        });
        let mut connection = Connection::new(address);
        let got: Vec<String> = want.iter().map(|_| connection.call(b"x").unwrap()).collect();
        assert_eq!(got, want);
        server.join().unwrap();
    }

    #[test]
    fn answers_are_read_to_their_end_and_the_connection_is_kept() {
        check(
            &[
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            ],
            &["hello", "", "abcde"],
        );
    }
}
