//! Access key ids and unique ids.
//!
//! An access key id is `AKIA` (long-term) or `ASIA` (temporary) and 16 base32 characters, whose first 48 bits carry
//! the account: shifted left by seven, below a leading bit. Source: published decodings of AWS's own keys.

use base::{AccountId, Ids};
use sha2::{Digest, Sha256};

/// The digits of RFC 4648 base32.
pub(crate) const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new access key id of an account.
pub(crate) fn access_key(prefix: &str, account: AccountId, ids: &Ids) -> String {
    let number: u64 = account.as_str().parse().unwrap_or(0);
    let random = ids.bytes::<5>();
    // 48 bits: a leading one, the account in 40 bits, seven random ones.
    let head = (1_u64 << 47) | (number << 7) | u64::from(random[4] & 0x7f);
    let tail = u64::from(u32::from_be_bytes([random[0], random[1], random[2], random[3]]));
    let bits = (u128::from(head) << 32) | u128::from(tail);
    let digit = |index: u32| {
        let five = (bits >> (75 - 5 * index)) & 31;
        char::from(BASE32[usize::try_from(five).unwrap_or(0)])
    };
    prefix.chars().chain((0..16).map(digit)).collect()
}

/// The account that an access key id carries; `None` where it is no id of this form.
pub(crate) fn account(id: &str) -> Option<AccountId> {
    let digits = id.strip_prefix("AKIA").or_else(|| id.strip_prefix("ASIA"))?;
    if digits.len() != 16 {
        return None;
    }
    let mut bits: u128 = 0;
    for byte in digits.bytes() {
        let value = BASE32.iter().position(|known| *known == byte)?;
        bits = (bits << 5) | u128::try_from(value).ok()?;
    }
    let head = u64::try_from(bits >> 32).ok()?;
    let number = (head & 0x7fff_ffff_ff80) >> 7;
    format!("{number:012}").parse().ok()
}

/// A unique id: `AIDA`, `AROA`, `ANPA` and 17 characters.
pub(crate) fn unique(prefix: &str, ids: &Ids) -> String {
    format!("{prefix}{}", ids.text(BASE32, 17))
}

/// A unique id that is always the same for one text.
pub(crate) fn derived(prefix: &str, text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digits = digest.iter().take(17).map(|byte| char::from(BASE32[usize::from(byte & 31)]));
    prefix.chars().chain(digits).collect()
}

/// A secret access key: 40 characters.
pub(crate) fn secret(ids: &Ids) -> String {
    ids.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40)
}

#[cfg(test)]
mod tests {
    use super::{access_key, account};
    use base::{AccountId, Ids};

    #[test]
    fn a_key_carries_its_account() {
        let ids = Ids::seeded(1, "");
        for digits in ["000000000000", "123456789012", "999999999999"] {
            let own: AccountId = digits.parse().unwrap();
            let id = access_key("AKIA", own, &ids);
            assert_eq!(id.len(), 20);
            assert_eq!(account(&id), Some(own));
        }
        for text in ["", "AKIA", "AKIA0000000000000000", "test"] {
            assert_eq!(account(text), None, "{text}");
        }
    }
}
