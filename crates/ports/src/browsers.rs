//! The gateway's need: what browsers are answered beside the API's operations. Met by `s3`.

use crate::{BodyOut, Cx};
use http::{HeaderName, HeaderValue};
use std::future::Future;
use std::pin::Pin;
use wire::Fault;

/// Headers of an answer, in order.
pub type Headers = Vec<(&'static str, String)>;
/// What a page of a website is waited for.
pub type PageFuture = Pin<Box<dyn Future<Output = Page> + Send>>;

/// Answers browsers. The request is that of the context.
pub trait Browsers: Send + Sync {
    /// The CORS headers of an answer about a bucket; none where no rule of it matches the request.
    fn cross_origin(&self, cx: &Cx, bucket: &str) -> Headers;

    /// The Region a bucket lies in, told also to whom may not see it; `None` where there is no such bucket.
    fn region(&self, cx: &Cx, bucket: &str) -> Option<String>;

    /// Answers a CORS preflight about a bucket, or about an object in it.
    fn preflight(&self, cx: &Cx, bucket: &str, is_object: bool) -> Result<Headers, Fault>;

    /// Answers a request to the website of a bucket, refusals included: people read them.
    fn website(&self, cx: Cx, bucket: String) -> PageFuture;
}

/// An answer of a website.
pub struct Page {
    /// The key that was looked for, encoded as paths are: that of the index document where a folder was asked for.
    pub key: Option<String>,
    /// The code of a refusal.
    pub code: Option<String>,
    /// The status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: BodyOut,
}
