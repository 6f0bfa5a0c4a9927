//! What stands around the service in its own tests.

use base::AccountId;
use ports::{
    CertificateUses, Cx, Denial, Denials, Fetch, FetchError, Fetching, Judged, NoSubtree, Organizations,
    Placement, Subtree, World,
};
use std::sync::Arc;
use store::Tx;

/// Nothing is fetched, nothing was denied, no account is in an organization, and nobody uses a certificate.
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

impl CertificateUses for Nowhere {
    fn user(&self, _tx: &Tx, _arn: &str) -> Option<String> {
        None
    }
}

/// All of it.
pub(crate) fn nowhere() -> crate::Neighbours {
    crate::Neighbours {
        fetch: Arc::new(Nowhere),
        denials: Arc::new(Nowhere),
        organizations: Arc::new(Nowhere),
        certificate_uses: Arc::new(Nowhere),
    }
}

impl Organizations for Nowhere {
    fn of(&self, _world: &World, _account: AccountId) -> Option<Arc<Placement>> {
        None
    }

    fn subtree(
        &self,
        _world: &World,
        _account: AccountId,
        _path: &str,
        _policy: Option<&str>,
    ) -> Result<Subtree, NoSubtree> {
        Err(NoSubtree::Entity)
    }
}
