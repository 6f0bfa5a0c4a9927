//! The keys of issuers outside the process: found by OIDC discovery and kept for a while.

use super::jwk::Key;
use crate::error::Refusal;
use crate::sts::provider::Oidc;
use base::{Clock, Timestamp};
use ports::{Cx, Fetch, FetchError};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Issuers whose keys are kept. One more and all are forgotten.
const MOST_ISSUERS: usize = 256;
/// Keys of an issuer at the most.
const MOST_KEYS: usize = 100;
/// How long keys are good.
const KEPT_MILLIS: i64 = 300_000;
/// How long keys are good where a token names one that is not among them.
const FRESH_MILLIS: i64 = 10_000;

/// Keys that were fetched, by world and issuer.
#[derive(Default)]
pub(crate) struct KeySets(Mutex<HashMap<(String, String), Kept>>);

#[derive(Clone)]
struct Kept {
    fetched_at: Timestamp,
    /// By which certificates their place was trusted.
    thumbprints: Vec<String>,
    keys: Arc<Vec<Key>>,
}

impl KeySets {
    /// The keys of a registered issuer.
    pub(super) async fn of(
        &self,
        fetch: &dyn Fetch,
        cx: &Cx,
        issuer: &str,
        provider: &Oidc,
        wanted: Option<&str>,
    ) -> Result<Arc<Vec<Key>>, Refusal> {
        let place = (cx.world().name.clone(), issuer.to_owned());
        if let Some(kept) = self.kept(&place, provider, wanted) {
            return Ok(kept);
        }
        let keys = Arc::new(discover(fetch, issuer, provider).await?);
        let kept = Kept {
            fetched_at: Clock::machine(),
            thumbprints: provider.thumbprints.clone(),
            keys: keys.clone(),
        };
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.len() == MOST_ISSUERS && !sets.contains_key(&place) {
            sets.clear();
        }
        sets.insert(place, kept);
        Ok(keys)
    }

    fn kept(&self, place: &(String, String), provider: &Oidc, wanted: Option<&str>) -> Option<Arc<Vec<Key>>> {
        let sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = sets.get(place).filter(|kept| kept.thumbprints == provider.thumbprints)?;
        let age = Clock::machine().millis_since(kept.fetched_at);
        let has = kept.keys.iter().any(|key| wanted.is_none() || key.id.as_deref() == wanted);
        let good = if has { KEPT_MILLIS } else { FRESH_MILLIS };
        (0..good).contains(&age).then(|| kept.keys.clone())
    }
}

/// Asks the issuer where its keys are, and fetches them.
async fn discover(fetch: &dyn Fetch, issuer: &str, provider: &Oidc) -> Result<Vec<Key>, Refusal> {
    let nonsense = |what: &str| Refusal::Unreachable(format!("{issuer}: {what}"));
    let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let document = get(fetch, place, provider).await?;
    let document: Value =
        serde_json::from_slice(&document).map_err(|_| nonsense("its configuration is no JSON"))?;
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    if text("issuer") != Some(issuer) {
        return Err(nonsense("its configuration names another issuer"));
    }
    let place = text("jwks_uri").filter(|place| place.starts_with("https://"));
    let place = place.ok_or_else(|| nonsense("its configuration names no https:// jwks_uri"))?;
    parse(&get(fetch, place.to_owned(), provider).await?)
}

async fn get(fetch: &dyn Fetch, place: String, provider: &Oidc) -> Result<Vec<u8>, Refusal> {
    match fetch.fetch(place, provider.thumbprints.clone()).await {
        Ok(document) => Ok(document),
        Err(FetchError::Unreachable(cause)) => Err(Refusal::Unreachable(cause.to_string())),
        Err(FetchError::Untrusted(_)) => {
            let sentence = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint";
            Err(Refusal::Token(sentence.to_owned()))
        }
    }
}

/// The keys of a JWKS document.
pub(super) fn parse(document: &[u8]) -> Result<Vec<Key>, Refusal> {
    let document: Value = serde_json::from_slice(document)
        .map_err(|error| Refusal::Unreachable(format!("the keys are no JSON: {error}")))?;
    let keys = document.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or_else(|| Refusal::Unreachable("there are no keys".to_owned()))?;
    Ok(keys.iter().take(MOST_KEYS).filter_map(Key::parse).collect())
}
