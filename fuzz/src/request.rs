//! A request out of bytes, as far as an HTTP library would let it through.

use http::{HeaderName, HeaderValue, Method, Uri};
use wire::Head;

/// A head and its body.
pub struct Request<'b> {
    /// What the codecs see of the head.
    pub head: Head,
    /// What follows the empty line.
    pub body: &'b [u8],
}

/// Splits the first line off, without its line end.
pub fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) => (bytes[..at].strip_suffix(b"\r").unwrap_or(&bytes[..at]), &bytes[at + 1..]),
        None => (bytes, &[]),
    }
}

impl<'b> Request<'b> {
    /// Reads a request; `None` for what the HTTP library refuses before angae sees it.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let (first, mut rest) = line(bytes);
        let mut words = first.splitn(2, |byte| *byte == b' ');
        let method = Method::from_bytes(words.next()?).ok()?;
        let uri = Uri::try_from(words.next()?).ok()?;
        let mut head = Head::new(method, "/");
        head.path = uri.path().to_owned();
        head.query = uri.query().map(str::to_owned);
        loop {
            let (header, after) = line(rest);
            rest = after;
            if header.is_empty() {
                break;
            }
            let colon = header.iter().position(|byte| *byte == b':')?;
            let name = HeaderName::from_bytes(&header[..colon]).ok()?;
            let value = HeaderValue::from_bytes(header[colon + 1..].trim_ascii()).ok()?;
            head.headers.append(name, value);
        }
        if let Some(host) = head.header("host").map(str::to_owned) {
            head.host = host;
        }
        Some(Self { head, body: rest })
    }
}
