//! Signing keys, derived once a day, Region and service.

use super::claim::CredentialScope;
use super::hmac;
use foldhash::HashMap;
use std::sync::{Mutex, PoisonError};

/// Secrets whose keys are kept; beyond them the cache begins anew.
const MOST_SECRETS: usize = 256;
/// Keys of one secret that are kept; beyond them they begin anew.
const MOST_SCOPES: usize = 32;

/// Derived keys by secret and scope.
#[derive(Default)]
pub struct KeyCache(Mutex<HashMap<String, Vec<(CredentialScope, [u8; 32])>>>);

impl KeyCache {
    /// The key that signs in `scope`.
    pub fn signing_key(&self, secret: &str, scope: &CredentialScope) -> [u8; 32] {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = secrets.get(secret)
            && let Some((_, key)) = keys.iter().find(|(of, _)| of == scope)
        {
            return *key;
        }
        let key = derive(secret, scope);
        if secrets.len() == MOST_SECRETS {
            secrets.clear();
        }
        let keys = secrets.entry(secret.to_owned()).or_default();
        if keys.len() == MOST_SCOPES {
            keys.clear();
        }
        keys.push((scope.clone(), key));
        key
    }
}

/// `HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service), "aws4_request")`.
fn derive(secret: &str, scope: &CredentialScope) -> [u8; 32] {
    let date = hmac(format!("AWS4{secret}").as_bytes(), scope.date.as_bytes());
    let region = hmac(&date, scope.region.as_deref().unwrap_or_default().as_bytes());
    let service = hmac(&region, scope.service.as_bytes());
    hmac(&service, b"aws4_request")
}
