//! The gateway's need: to tell S3 of every request about a bucket it has answered. Met by `s3`.

use crate::Cx;

/// Keeps a log of requests.
pub trait AccessLog: Send + Sync {
    /// Notes a request, if the bucket wants it. Cheap where it does not.
    fn note(&self, cx: &Cx, answered: &Answered<'_>);
}

/// A request that was answered; who made it, when and how, the context says.
pub struct Answered<'a> {
    /// The bucket's name.
    pub bucket: &'a str,
    /// The key, encoded as it was sent.
    pub key: Option<&'a str>,
    /// The operation, as the model calls it, or what a browser wanted.
    pub operation: &'static str,
    /// The version of HTTP.
    pub version: http::Version,
    /// The answer's status and headers.
    pub status: http::StatusCode,
    /// The answer's headers.
    pub headers: &'a http::HeaderMap,
    /// The code of a refusal.
    pub code: Option<&'a str>,
    /// Bytes of the answer's body.
    pub sent_bytes: u64,
    /// From the request's head to the answer's.
    pub took_millis: u64,
    /// S3's second id of the answer.
    pub host_id: &'a str,
}
