//! Keys as issuers publish them (RFC 7517).

use super::jwt::base64url;
use base64::Engine;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A key that verifies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    /// `kid`.
    pub(super) id: Option<String>,
    /// `alg`, where the key is for one only.
    algorithm: Option<String>,
    pub(super) material: Material,
}

/// What a key consists of. Points are uncompressed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    P521(Vec<u8>),
}

impl Key {
    /// Reads one key; `None` for those that are not for verifying, and of kinds that are not known.
    pub(super) fn parse(jwk: &Value) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let number = |name: &str| base64url().decode(text(name)?.trim_end_matches('=')).ok();
        let point = |width: usize| {
            let (x, y) = (number("x")?, number("y")?);
            if x.len() != width || y.len() != width {
                return None;
            }
            Some([&[4], x.as_slice(), y.as_slice()].concat())
        };
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => {
                let stripped = |bytes: Vec<u8>| {
                    bytes.iter().position(|byte| *byte != 0).map(|start| bytes[start..].to_vec())
                };
                Material::Rsa { n: stripped(number("n")?)?, e: stripped(number("e")?)? }
            }
            ("EC", Some("P-256")) => Material::P256(point(32)?),
            ("EC", Some("P-384")) => Material::P384(point(48)?),
            ("EC", Some("P-521")) => Material::P521(point(66)?),
            _ => return None,
        };
        Some(Self { id: text("kid").map(str::to_owned), algorithm: text("alg").map(str::to_owned), material })
    }

    /// Whether signatures of that algorithm can be judged by it.
    pub(super) fn is_for(&self, algorithm: &str) -> bool {
        let fits = match (&self.material, algorithm) {
            (Material::Rsa { .. }, "RS256" | "RS384" | "RS512")
            | (Material::P256(_), "ES256")
            | (Material::P384(_), "ES384")
            | (Material::P521(_), "ES512") => true,
            (Material::Rsa { .. } | Material::P256(_) | Material::P384(_) | Material::P521(_), _) => false,
        };
        fits && self.algorithm.as_deref().is_none_or(|own| own == algorithm)
    }
}

/// A name for a key: a digest of its members in their canonical order (RFC 7638).
pub(in crate::sts) fn thumbprint(members: &[(&str, &str)]) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    base64url().encode(Sha256::digest(format!("{{{}}}", members.join(","))))
}
