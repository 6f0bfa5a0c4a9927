//! Signatures: who claims to call, and whether the claim holds.
//!
//! [`identify`] reads a claim without judging it; [`verify`] rebuilds what the client signed from exactly the
//! headers it signed. Bodies that are signed in chunks are judged while they stream ([`ChunkDecoder`]). Whose
//! secret it is, and whether unknown keys may pass, is the gateway's business.

mod canonical;
mod chunk;
mod claim;
mod date;
mod form;
mod keys;
mod refusal;
pub mod signer;
#[cfg(test)]
mod tests;
mod v2;

pub use canonical::{Canonical, uri_encode};
pub use chunk::{ChunkDecoder, ChunkSigning, MOST_CHUNK_BYTES};
pub use claim::{Claim, CredentialScope, Payload, Scheme, half_signed, identify, payload};
pub use form::FormClaim;
pub use keys::KeyCache;
pub use refusal::{Unverified, expired, refuse, unknown_key, wrong_region};

use crate::Head;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use shape::Timestamp;
use subtle::ConstantTimeEq;

/// How far a client's clock may be off.
const SKEW_MILLIS: i64 = 15 * 60 * 1000;
/// The longest life of a presigned URL.
const MOST_EXPIRES_SECONDS: i64 = 7 * 24 * 3600;

/// A signature that holds.
pub struct Verified {
    /// What signed chunks begin from.
    pub seed: ChunkSigning,
}

/// Judges a claim with the key's secret. `body_sha256` is the body's own hash in hex, where the body has been
/// read; S3 vouches for its body by the header `x-amz-content-sha256` instead. `now` is the machine's time.
pub fn verify(
    claim: &Claim,
    head: &Head,
    secret: &str,
    body_sha256: Option<&str>,
    now: Timestamp,
    keys: &KeyCache,
) -> Result<Verified, Unverified> {
    match claim.scheme {
        Scheme::V4Header | Scheme::V4Query => v4(claim, head, secret, body_sha256, now, keys),
        Scheme::V2Header | Scheme::V2Query => v2::verify(claim, head, secret, now),
        // SigV4a needs the derived P-256 key; the claim routes, its signature is taken on trust.
        Scheme::V4aHeader => Ok(Verified { seed: ChunkSigning::unsigned() }),
    }
}

fn v4(
    claim: &Claim,
    head: &Head,
    secret: &str,
    body_sha256: Option<&str>,
    now: Timestamp,
    keys: &KeyCache,
) -> Result<Verified, Unverified> {
    let at = claim.at().ok_or(Unverified::NoDate)?;
    if claim.scheme == Scheme::V4Query {
        let expires = claim.expires_seconds.unwrap_or(0);
        if !(1..=MOST_EXPIRES_SECONDS).contains(&expires) {
            return Err(Unverified::BadExpires(expires));
        }
        let end = at.millis + expires * 1000;
        if now.millis > end {
            return Err(Unverified::Expired { expires: Timestamp::from_millis(end), now, seconds: expires });
        }
        if at.millis > now.millis + SKEW_MILLIS {
            return Err(Unverified::NotYet { at, now });
        }
    } else if (now.millis - at.millis).abs() > SKEW_MILLIS {
        return Err(Unverified::Skewed { at, now });
    }
    if !claim.date.starts_with(&claim.scope.date) {
        return Err(Unverified::ScopeDate);
    }
    let left_out = canonical::not_signed(claim, head);
    if !left_out.is_empty() {
        return Err(Unverified::NotSigned(left_out));
    }
    let canonical = Canonical::of(claim, head, body_sha256);
    let key = keys.signing_key(secret, &claim.scope);
    let signs = |canonical: &Canonical| {
        let string_to_sign = canonical.string_to_sign(claim);
        equal(&hex_of(&hmac(&key, string_to_sign.as_bytes())), &claim.signature)
    };
    // A session token may be added to a URL after it was signed.
    let signed = signs(&canonical)
        || claim.scheme == Scheme::V4Query
            && claim.session_token.is_some()
            && signs(&Canonical::without_token(claim, head, body_sha256));
    if !signed {
        let string_to_sign = canonical.string_to_sign(claim);
        return Err(Unverified::Mismatch { canonical: canonical.text, string_to_sign });
    }
    Ok(Verified {
        seed: ChunkSigning {
            key: Some(key),
            date: claim.date.clone(),
            scope: claim.scope.text(),
            previous: claim.signature.clone(),
        },
    })
}

/// Whether two signatures are the same, in a time that does not tell where they differ.
fn equal(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// HMAC-SHA256.
fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// SHA-256 in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex_of(&Sha256::digest(bytes).into())
}

/// A digest in hex. `hex::encode` makes the text character by character, which takes as long as the hash itself.
fn hex_of(digest: &[u8; 32]) -> String {
    let mut text = vec![0; 64];
    hex::encode_to_slice(digest, &mut text).expect("two digits a byte");
    String::from_utf8(text).expect("hex is ASCII")
}
