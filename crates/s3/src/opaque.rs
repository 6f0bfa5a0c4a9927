//! Version ids and upload ids: opaque texts that lead to their row and cannot be made up.
//!
//! Both stand for a position in the order of a key's versions (or uploads). S3 tells an id it once gave, whose
//! version is gone, from one it never gave; the proof inside makes that possible without remembering deleted ones.

use base64::Engine;
use base64::alphabet::Alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const PROOF_BYTES: usize = 16;
const ORDER_BYTES: usize = 8;
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// What an id is for; the two kinds must not be mistaken for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A version of an object.
    Version,
    /// A multipart upload.
    Upload,
}

fn engine() -> GeneralPurpose {
    GeneralPurpose::new(&Alphabet::new(ALPHABET).expect("the alphabet has 64 different characters"), NO_PAD)
}

/// The id of position `order` of `key`: 32 characters.
pub(crate) fn seal(secret: &str, kind: Kind, key: &str, order: u64) -> String {
    let proof = proof(secret, kind, key, order);
    let mut bytes = [0; ORDER_BYTES + PROOF_BYTES];
    bytes[..PROOF_BYTES].copy_from_slice(&proof);
    bytes[PROOF_BYTES..].copy_from_slice(&(order ^ mask(secret, &proof)).to_be_bytes());
    engine().encode(bytes)
}

/// The position an id stands for; `None` if it was never given for this key.
pub(crate) fn open(secret: &str, kind: Kind, key: &str, id: &str) -> Option<u64> {
    let bytes: [u8; ORDER_BYTES + PROOF_BYTES] = engine().decode(id).ok()?.try_into().ok()?;
    let (claimed, order) = bytes.split_at(PROOF_BYTES);
    let order = u64::from_be_bytes(order.try_into().ok()?) ^ mask(secret, claimed);
    let holds: bool = proof(secret, kind, key, order).ct_eq(claimed).into();
    holds.then_some(order)
}

fn mac(secret: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length")
}

fn proof(secret: &str, kind: Kind, key: &str, order: u64) -> [u8; PROOF_BYTES] {
    let mut mac = mac(secret);
    mac.update(match kind {
        Kind::Version => b"version",
        Kind::Upload => b"upload.",
    });
    mac.update(&order.to_be_bytes());
    mac.update(key.as_bytes());
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    std::array::from_fn(|index| full[index])
}

/// Hides the order: neighbouring versions must not have alike ids.
fn mask(secret: &str, proof: &[u8]) -> u64 {
    let mut mac = mac(secret);
    mac.update(b"mask");
    mac.update(proof);
    let full: [u8; 32] = mac.finalize().into_bytes().into();
    u64::from_be_bytes(std::array::from_fn(|index| full[index]))
}

#[cfg(test)]
mod tests {
    use super::{Kind, open, seal};

    #[test]
    fn an_id_opens_for_its_own_key_and_kind_only() {
        let id = seal("secret", Kind::Version, "a/b", 7);
        assert_eq!(id.len(), 32);
        assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_'), "{id}");
        assert_eq!(open("secret", Kind::Version, "a/b", &id), Some(7));
        let changed = format!("{}{}", &id[..31], if id.ends_with('A') { 'B' } else { 'A' });
        for (secret, kind, key, id) in [
            ("other", Kind::Version, "a/b", id.as_str()),
            ("secret", Kind::Upload, "a/b", &id),
            ("secret", Kind::Version, "a/c", &id),
            ("secret", Kind::Version, "a/b", &changed),
            ("secret", Kind::Version, "a/b", "null"),
            ("secret", Kind::Version, "a/b", ""),
        ] {
            assert_eq!(open(secret, kind, key, id), None, "{secret} {key} {id}");
        }
    }
}
