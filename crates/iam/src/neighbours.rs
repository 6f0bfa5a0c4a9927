//! What stands around the service in its own tests.

use ports::{Cx, Denial, Denials, Fetch, FetchError, Fetching};
use std::sync::Arc;

/// Nothing is fetched, and nothing was denied.
pub(crate) struct Nowhere;

impl Fetch for Nowhere {
    fn fetch(&self, url: String, _thumbprints: Vec<String>) -> Fetching {
        Box::pin(async move { Err(FetchError::Unreachable(url.into())) })
    }
}

impl Denials for Nowhere {
    fn denial(&self, _cx: &Cx, _id: &str) -> Option<Arc<Denial>> {
        None
    }
}
