//! The port through which the gateway answers browsers.

use crate::{S3, bucket, cors, website};
use ports::{Browsers, Cx, Headers, PageFuture};
use std::sync::Arc;
use wire::{AwsError, Fault};

/// The service as browsers meet it.
pub(crate) struct Site(pub(crate) Arc<S3>);

impl Browsers for Site {
    fn cross_origin(&self, cx: &Cx, bucket: &str) -> Headers {
        // A bucket that is not there, or cannot be read, has said so in the answer itself.
        cors::actual(cx, bucket).unwrap_or_default()
    }

    fn region(&self, cx: &Cx, bucket: &str) -> Option<String> {
        Some(bucket::resolve(cx, Some(bucket), None).ok()?.region.to_string())
    }

    fn preflight(&self, cx: &Cx, bucket: &str, is_object: bool) -> Result<Headers, Fault> {
        cors::preflight(cx, bucket, is_object).map_err(|error| error.fault())
    }

    fn website(&self, cx: Cx, bucket: String) -> PageFuture {
        Box::pin(website::serve(cx, self.0.clone(), bucket))
    }
}
