//! The issuer of a cluster: the key that tokens of its service accounts are signed with, and how others verify them.

use crate::cluster::{Cluster, issuer_place};
use base::{Ids, Scope, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use key_material::RsaPrivateKey;
use ports::{Issuer, World};
use ring::rsa::PublicKeyComponents;
use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Index, Record, Rows, Tx};

/// The key of an issuer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IssuerKey {
    /// The cluster's id.
    cluster: String,
    scope: Scope,
    /// `kid` of the tokens.
    kid: String,
    /// PKCS #1.
    private_hex: String,
    created_at: Timestamp,
}

impl Record for IssuerKey {
    const TABLE: &'static str = "eks_issuer_key";
    const INDEXES: &'static [Index<Self>] = &[Self::PLACE];
    type Key = String;

    fn key(&self) -> String {
        self.cluster.clone()
    }
}

impl IssuerKey {
    /// By host and path of the issuer.
    const PLACE: Index<Self> =
        Index { name: "place", keys: |key| vec![issuer_place(&key.scope, &key.cluster)] };

    /// A new one. It takes some tenths of a second: never within a transaction.
    pub(crate) fn new(ids: &Ids, scope: &Scope, cluster: &str, now: Timestamp) -> Self {
        let private = RsaPrivateKey::new(ids);
        Self {
            cluster: cluster.to_owned(),
            scope: scope.clone(),
            kid: hex::encode(ids.bytes::<20>()),
            private_hex: hex::encode(private.pkcs1()),
            created_at: now,
        }
    }

    fn pair(&self) -> Option<ring::rsa::KeyPair> {
        ring::rsa::KeyPair::from_der(&hex::decode(&self.private_hex).ok()?).ok()
    }

    fn jwk(&self) -> Option<Value> {
        let pair = self.pair()?;
        let public: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Some(json!({
            "kty": "RSA", "kid": self.kid, "use": "sig", "alg": "RS256",
            "n": encode(&public.n), "e": encode(&public.e),
        }))
    }

    /// The claims of a token that this key signed; `None` of any other.
    pub(crate) fn claims(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (head, body) = signed.split_once('.')?;
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let head: Value = serde_json::from_slice(&decode(head)?).ok()?;
        if head["alg"] != "RS256" || head["kid"] != self.kid.as_str() {
            return None;
        }
        let pair = self.pair()?;
        let public: PublicKeyComponents<Vec<u8>> = pair.public_key().into();
        public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature)?).ok()?;
        serde_json::from_slice(&decode(body)?).ok()
    }
}

/// The key of a cluster's issuer.
pub(crate) fn of(rows: &impl Rows, cluster: &Cluster) -> Option<Arc<IssuerKey>> {
    rows.row::<IssuerKey>(&cluster.id)
}

/// The issuers of a world's clusters.
pub(crate) struct Hosted;

impl Issuer for Hosted {
    fn key_set(&self, world: &World, url: &str) -> Option<String> {
        let place = url.strip_prefix("https://")?;
        // The dual-stack name of the same issuer.
        let place = match place.strip_prefix("oidc-eks.").and_then(|rest| rest.split_once(".api.aws/")) {
            Some((region, path)) => format!("oidc.eks.{region}.amazonaws.com/{path}"),
            None => place.to_owned(),
        };
        let view = world.store.view();
        let keys = view.listed(&IssuerKey::PLACE, &place);
        let keys: Vec<Value> = keys.iter().filter_map(|key| key.jwk()).collect();
        (!keys.is_empty()).then(|| json!({ "keys": keys }).to_string())
    }
}

/// PEM as clusters hand it out: Base64 around it.
pub(crate) fn wrapped(pem: &str) -> String {
    STANDARD.encode(pem)
}

/// The cluster is gone.
pub(crate) fn forget(tx: &mut Tx, cluster: &Cluster) {
    tx.delete::<IssuerKey>(cluster.id.as_str());
}
