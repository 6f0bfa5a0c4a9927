//! What stands around the service in its own tests.

use base::AccountId;
use ports::{Cx, Denial, Denials, Fetch, FetchError, Fetching, Judged, Organizations, Placement, World};
use std::sync::Arc;

/// Nothing is fetched, nothing was denied, and no account is in an organization.
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

    fn judged(&self, _cx: &Cx, _judged: &Judged<'_>) -> Option<String> {
        None
    }
}

impl Organizations for Nowhere {
    fn of(&self, _world: &World, _account: AccountId) -> Option<Arc<Placement>> {
        None
    }
}
