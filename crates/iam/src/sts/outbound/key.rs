//! The keys that a world's outgoing tokens are signed with, and how others verify them.

use crate::error::Error;
use crate::sts::provider;
use crate::sts::web_identity::{base64url, thumbprint};
use base64::Engine;
use key_material::RsaPrivateKey;
use p384::ecdsa::signature::Signer;
use p384::elliptic_curve::sec1::ToEncodedPoint;
use ports::{Cx, Issuer, World};
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Record, StoreError};

/// What tokens are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Algorithm {
    /// RSA of 2048 bits.
    RS256,
    /// P-384.
    ES384,
}

impl Algorithm {
    /// Its name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::RS256),
            "ES384" => Some(Self::ES384),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::ES384 => "ES384",
        }
    }
}

/// A key of a world, made when the first token of its kind is. A forked world has keys of its own.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SigningKey {
    world: String,
    algorithm: Algorithm,
    /// RSA: a PKCS #1 RSAPrivateKey. P-384: the scalar.
    private_hex: String,
}

impl Record for SigningKey {
    const TABLE: &'static str = "iam_signing_key";
    type Key = String;

    fn key(&self) -> String {
        key_of(&self.world, self.algorithm)
    }
}

fn key_of(world: &str, algorithm: Algorithm) -> String {
    format!("{world} {}", algorithm.name())
}

/// The world's key of that kind. A new one is made before the transaction: that may take a while.
pub(super) fn own(cx: &Cx, algorithm: Algorithm) -> Result<Arc<SigningKey>, Error> {
    let world = &cx.world().name;
    if let Some(key) = cx.read(|view| view.get::<SigningKey>(&key_of(world, algorithm))) {
        return Ok(key);
    }
    let private = match algorithm {
        Algorithm::RS256 => RsaPrivateKey::new(cx.ids()).pkcs1(),
        Algorithm::ES384 => scalar(cx),
    };
    let key = SigningKey { world: world.clone(), algorithm, private_hex: hex::encode(private) };
    let key = cx.write(|tx| {
        Ok::<_, StoreError>(match tx.get::<SigningKey>(&key.key()) {
            Some(other) => other,
            None => {
                tx.put(key.clone());
                Arc::new(key.clone())
            }
        })
    })?;
    Ok(key)
}

/// A private key of P-384. Nearly every 48 bytes are one.
fn scalar(cx: &Cx) -> Vec<u8> {
    loop {
        let bytes = cx.ids().bytes::<48>();
        if p384::SecretKey::from_slice(&bytes).is_ok() {
            return bytes.to_vec();
        }
    }
}

impl SigningKey {
    /// A token with these claims.
    pub(super) fn sign(&self, claims: &str) -> Option<String> {
        let jwk = self.jwk()?;
        let head = json!({ "alg": self.algorithm.name(), "kid": jwk["kid"], "typ": "JWT" });
        let encode = |bytes: &[u8]| base64url().encode(bytes);
        let signed = format!("{}.{}", encode(head.to_string().as_bytes()), encode(claims.as_bytes()));
        let private = hex::decode(&self.private_hex).ok()?;
        let signature = match self.algorithm {
            Algorithm::RS256 => {
                let key = KeyPair::from_der(&private).ok()?;
                let mut signature = vec![0; key.public().modulus_len()];
                // PKCS #1 takes no randomness: the generator only blinds.
                let random = ring::rand::SystemRandom::new();
                key.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).ok()?;
                signature
            }
            Algorithm::ES384 => {
                let key = p384::ecdsa::SigningKey::from_slice(&private).ok()?;
                let signature: p384::ecdsa::Signature = key.sign(signed.as_bytes());
                signature.to_bytes().to_vec()
            }
        };
        Some(format!("{signed}.{}", encode(&signature)))
    }

    /// What verifies its signatures.
    fn jwk(&self) -> Option<Value> {
        let private = hex::decode(&self.private_hex).ok()?;
        let encode = |bytes: &[u8]| base64url().encode(bytes);
        let (mut jwk, id) = match self.algorithm {
            Algorithm::RS256 => {
                let key = KeyPair::from_der(&private).ok()?;
                let public: ring::rsa::PublicKeyComponents<Vec<u8>> = key.public().into();
                let (n, e) = (encode(&public.n), encode(&public.e));
                let id = thumbprint(&[("e", &e), ("kty", "RSA"), ("n", &n)]);
                (json!({ "kty": "RSA", "n": n, "e": e }), id)
            }
            Algorithm::ES384 => {
                let point = p384::SecretKey::from_slice(&private).ok()?.public_key().to_encoded_point(false);
                let (x, y) = (encode(point.x()?), encode(point.y()?));
                let id = thumbprint(&[("crv", "P-384"), ("kty", "EC"), ("x", &x), ("y", &y)]);
                (json!({ "kty": "EC", "crv": "P-384", "x": x, "y": y }), id)
            }
        };
        jwk["kid"] = Value::String(id);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.algorithm.name());
        Some(jwk)
    }
}

/// What the URLs of accounts' own issuers end with. None of them is looked for outside.
const OWN: &str = ".tokens.sts.global.api.aws";

/// The issuers of a world's own tokens: one for each account that turned outbound federation on.
pub(crate) struct Hosted;

impl Issuer for Hosted {
    fn key_set(&self, world: &World, url: &str) -> Option<String> {
        if !url.ends_with(OWN) {
            return None;
        }
        let view = world.store.view();
        let is_on = provider::is_outbound_issuer(&view, url);
        let keys: Vec<Value> = [Algorithm::RS256, Algorithm::ES384]
            .into_iter()
            .filter(|_| is_on)
            .filter_map(|algorithm| view.get::<SigningKey>(&key_of(&world.name, algorithm))?.jwk())
            .collect();
        Some(json!({ "keys": keys }).to_string())
    }
}
