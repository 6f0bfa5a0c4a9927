//! JSON Web Tokens in their compact form (RFC 7515, 7519), with the algorithms that AWS takes: RS256 to RS512 and
//! ES256 to ES512 (RFC 7518). A key is for one algorithm family only, whatever the token's head says.

use super::jwk::{Key, Material};
use crate::error::Refusal;
use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p521::ecdsa::signature::Verifier;
use ring::signature;
use serde_json::{Map, Value};

/// Characters of a token at the most.
const LONGEST: usize = 20_000;
/// How the parts of a token are written.
pub(in crate::sts) const fn base64url() -> GeneralPurpose {
    URL_SAFE_NO_PAD
}

/// A token, taken apart.
pub(super) struct Jwt {
    /// What is signed: head and claims as they were sent.
    signed: String,
    algorithm: String,
    pub(super) key_id: Option<String>,
    pub(super) claims: Map<String, Value>,
    signature: Vec<u8>,
}

impl Jwt {
    /// Takes a token apart; nothing is believed yet.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        Self::parts(text).ok_or_else(|| {
            let sentence =
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
            Refusal::Token(sentence.to_owned())
        })
    }

    fn parts(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        if claims.contains('.') {
            return None;
        }
        let head = object(head)?;
        // What a head demands to be understood is not.
        if head.contains_key("crit") {
            return None;
        }
        Some(Self {
            signed: signed.to_owned(),
            algorithm: head.get("alg")?.as_str()?.to_owned(),
            key_id: head.get("kid").and_then(Value::as_str).map(str::to_owned),
            claims: object(claims)?,
            signature: base64url().decode(signature).ok()?,
        })
    }

    /// Judges the signature by the keys of the issuer.
    pub(super) fn verify(&self, keys: &[Key]) -> Result<(), Refusal> {
        let fits = |key: &&Key| key.is_for(&self.algorithm);
        let named = |key: &&Key| self.key_id.is_none() || key.id == self.key_id;
        let mut fitting = keys.iter().filter(named).filter(fits);
        let no_key = || Refusal::Unreachable(format!("no key {:?} for {}", self.key_id, self.algorithm));
        let key = fitting.next().ok_or_else(no_key)?;
        // A token that names no key is judged only where there is no choice.
        if self.key_id.is_none() && fitting.next().is_some() {
            return Err(no_key());
        }
        if is_signed_by(&self.signed, &self.signature, &self.algorithm, key) {
            Ok(())
        } else {
            Err(Refusal::Token("Token signature invalid".to_owned()))
        }
    }
}

/// Whether that key made the signature.
fn is_signed_by(signed: &str, signature: &[u8], algorithm: &str, key: &Key) -> bool {
    let message = signed.as_bytes();
    match (&key.material, algorithm) {
        (Material::Rsa { n, e }, algorithm) => {
            let parameters = match algorithm {
                "RS256" => &signature::RSA_PKCS1_2048_8192_SHA256,
                "RS384" => &signature::RSA_PKCS1_2048_8192_SHA384,
                "RS512" => &signature::RSA_PKCS1_2048_8192_SHA512,
                _ => return false,
            };
            signature::RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
        }
        (Material::P256(point), "ES256") => {
            let key = signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point);
            key.verify(message, signature).is_ok()
        }
        (Material::P384(point), "ES384") => {
            let key = signature::UnparsedPublicKey::new(&signature::ECDSA_P384_SHA384_FIXED, point);
            key.verify(message, signature).is_ok()
        }
        (Material::P521(point), "ES512") => {
            let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(point);
            let signature = p521::ecdsa::Signature::from_slice(signature);
            matches!((key, signature), (Ok(key), Ok(signature)) if key.verify(message, &signature).is_ok())
        }
        (Material::P256(_) | Material::P384(_) | Material::P521(_), _) => false,
    }
}

/// A part of a token: an object in base64url, without padding. A name that stands there twice is not read.
fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = base64url().decode(part).ok()?;
    let object: Unique = serde_json::from_slice(&bytes).ok()?;
    Some(object.0)
}

/// An object in which no name stands twice: two readers must not see two tokens.
struct Unique(Map<String, Value>);

impl<'de> serde::Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Unique;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut access: A) -> Result<Unique, A::Error> {
                let mut object = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if object.insert(name, value).is_some() {
                        return Err(serde::de::Error::custom("a name stands there twice"));
                    }
                }
                Ok(Unique(object))
            }
        }
        from.deserialize_map(Visitor)
    }
}
