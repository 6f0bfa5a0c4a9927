//! Signing keys, derived once a day, Region and service.

use super::claim::CredentialScope;
use super::hmac;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Keys that are kept; beyond them the cache begins anew.
const MOST_KEYS: usize = 1024;

/// Derived keys by secret and scope.
#[derive(Default)]
pub struct KeyCache(Mutex<HashMap<(String, String), [u8; 32]>>);

impl KeyCache {
    /// The key that signs in `scope`.
    pub fn signing_key(&self, secret: &str, scope: &CredentialScope) -> [u8; 32] {
        let name = (secret.to_owned(), scope.text());
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = keys.get(&name) {
            return *key;
        }
        let key = derive(secret, scope);
        if keys.len() == MOST_KEYS {
            keys.clear();
        }
        keys.insert(name, key);
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
