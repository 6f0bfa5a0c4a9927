//! The keys of issuers outside the process: found by OIDC discovery and kept for a while.

use super::jwk::Key;
use crate::error::Refusal;
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

/// Where an issuer is, and what vouches for that.
pub(super) struct Place<'a> {
    pub(super) url: String,
    /// As its tokens name it.
    pub(super) issuer: &'a str,
    pub(super) thumbprints: &'a [String],
}

impl KeySets {
    /// The keys of a registered issuer.
    pub(super) async fn of(
        &self,
        fetch: &dyn Fetch,
        cx: &Cx,
        place: &Place<'_>,
        wanted: Option<&str>,
    ) -> Result<Arc<Vec<Key>>, Refusal> {
        let own = (cx.world().name.clone(), place.url.clone());
        if let Some(kept) = self.kept(&own, place, wanted) {
            return Ok(kept);
        }
        let keys = Arc::new(place.discover(fetch).await?);
        let kept = Kept {
            fetched_at: Clock::machine(),
            thumbprints: place.thumbprints.to_vec(),
            keys: keys.clone(),
        };
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.len() == MOST_ISSUERS && !sets.contains_key(&own) {
            sets.clear();
        }
        sets.insert(own, kept);
        Ok(keys)
    }

    fn kept(&self, own: &(String, String), place: &Place<'_>, wanted: Option<&str>) -> Option<Arc<Vec<Key>>> {
        let sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = sets.get(own).filter(|kept| kept.thumbprints == place.thumbprints)?;
        let age = Clock::machine().millis_since(kept.fetched_at);
        let has = kept.keys.iter().any(|key| wanted.is_none() || key.id.as_deref() == wanted);
        let good = if has { KEPT_MILLIS } else { FRESH_MILLIS };
        (0..good).contains(&age).then(|| kept.keys.clone())
    }
}

impl Place<'_> {
    /// Asks the issuer where its keys are, and fetches them.
    async fn discover(&self, fetch: &dyn Fetch) -> Result<Vec<Key>, Refusal> {
        let nonsense = |what: &str| Refusal::Unreachable(format!("{}: {what}", self.url));
        let configuration = format!("{}/.well-known/openid-configuration", self.url.trim_end_matches('/'));
        let document = self.get(fetch, configuration).await?;
        let document: Value =
            serde_json::from_slice(&document).map_err(|_| nonsense("its configuration is no JSON"))?;
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        if text("issuer") != Some(self.issuer) {
            return Err(nonsense("its configuration names another issuer"));
        }
        let keys = text("jwks_uri").filter(|keys| keys.starts_with("https://"));
        let keys = keys.ok_or_else(|| nonsense("its configuration names no https:// jwks_uri"))?;
        parse(&self.get(fetch, keys.to_owned()).await?)
    }

    async fn get(&self, fetch: &dyn Fetch, url: String) -> Result<Vec<u8>, Refusal> {
        match fetch.fetch(url, self.thumbprints.to_vec()).await {
            Ok(document) => Ok(document),
            Err(FetchError::Unreachable(cause)) => Err(Refusal::Unreachable(cause.to_string())),
            Err(FetchError::Untrusted(_)) => {
                let sentence =
                    "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint";
                Err(Refusal::Token(sentence.to_owned()))
            }
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
