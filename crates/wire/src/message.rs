//! Requests and answers as the codecs see them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// A request without its body. Path and query are kept exactly as they were sent: decoding, merging slashes or
/// resolving dots would break S3 keys and signatures.
#[derive(Clone, Debug)]
pub struct Head {
    /// The method.
    pub method: Method,
    /// The path, still percent-encoded, without the query.
    pub path: String,
    /// What follows the first `?`; `None` where there is none.
    pub query: Option<String>,
    /// `Host`, or `:authority` in HTTP/2.
    pub host: String,
    /// The host without a world's own label, where there was one: what routing looks at. Signatures look at `host`.
    pub endpoint_host: Option<String>,
    /// The headers, without `:authority`.
    pub headers: HeaderMap,
    /// The connection is TLS.
    pub secure: bool,
}

impl Head {
    /// Builds one for tests and for calls in process.
    pub fn new(method: Method, target: &str) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        Self {
            method,
            path: path.to_owned(),
            query,
            host: "localhost".to_owned(),
            endpoint_host: None,
            headers: HeaderMap::new(),
            secure: false,
        }
    }

    /// The host that routing looks at.
    pub fn routing_host(&self) -> &str {
        self.endpoint_host.as_deref().unwrap_or(&self.host)
    }

    /// A header's value as text; `None` where it is absent or no UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.headers.get(name)?.as_bytes()).ok()
    }
}

/// An answer whose body is complete.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Bytes,
}
