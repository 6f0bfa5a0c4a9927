//! The need of whoever judges web identity tokens: the keys of those who issue them.

use crate::{StepError, World};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

/// What hosts OIDC issuers inside the process. Met by `iam` for its own tokens, and by whoever hosts clusters.
pub trait Issuer: Send + Sync {
    /// The JWKS document of an issuer, by its URL; `None` where it is not hosted here.
    fn key_set(&self, world: &World, url: &str) -> Option<String>;
}

/// What fetches documents of issuers outside the process. Only what the user registered is asked for.
pub trait Fetch: Send + Sync {
    /// The document at an `https://` URL. `thumbprints` are the SHA-1 digests, in hex, of certificates that vouch for
    /// the place where no public authority does.
    fn fetch(&self, url: String, thumbprints: Vec<String>) -> Fetching;
}

/// What a document is waited for.
pub type Fetching = Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send>>;

/// Why there is no document.
#[derive(Debug)]
pub enum FetchError {
    /// The place cannot be reached, answers nonsense or takes too long.
    Unreachable(StepError),
    /// Neither a public authority nor a thumbprint vouches for its certificate.
    Untrusted(StepError),
}

/// Every issuer inside the process. Clones are the same list.
#[derive(Clone, Default)]
pub struct Issuers(Arc<RwLock<Vec<Arc<dyn Issuer>>>>);

impl Issuers {
    /// Adds a host of issuers.
    pub fn add(&self, issuer: Arc<dyn Issuer>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(issuer);
    }

    /// The JWKS document of an issuer that somebody here hosts.
    pub fn key_set(&self, world: &World, url: &str) -> Option<String> {
        let hosts = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        hosts.iter().find_map(|host| host.key_set(world, url))
    }
}
