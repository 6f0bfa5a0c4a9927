//! Page tokens: opaque, tamper-evident, stable while the list changes.
//!
//! A token carries the last key that was shown; the next page begins after it, whatever came or went in between.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of the code that proves a token ours.
const PROOF_BYTES: usize = 12;

/// The pages of one list call.
#[derive(Clone, Debug)]
pub struct Pages {
    key: [u8; 32],
    /// What the token is good for: the operation and every parameter but the page's.
    call: [u8; 32],
}

/// The token is none of ours, or another call's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPageToken;

impl Pages {
    pub(crate) fn new(key: [u8; 32], parts: &[&str]) -> Self {
        let mut call = Sha256::new();
        for part in parts {
            call.update((part.len() as u64).to_be_bytes());
            call.update(part.as_bytes());
        }
        Self { key, call: call.finalize().into() }
    }

    /// The token of the page after `last`.
    pub fn token(&self, last: &str) -> String {
        let mut bytes = self.proof(last).to_vec();
        bytes.extend_from_slice(last.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The last key of the page before.
    pub fn after(&self, token: &str) -> Result<String, BadPageToken> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| BadPageToken)?;
        let (proof, last) = bytes.split_at_checked(PROOF_BYTES).ok_or(BadPageToken)?;
        let last = std::str::from_utf8(last).map_err(|_| BadPageToken)?;
        let holds: bool = self.proof(last).ct_eq(proof).into();
        if holds { Ok(last.to_owned()) } else { Err(BadPageToken) }
    }

    /// Cuts one page out of `items`, which come in the order of their keys: those after the token, at most `limit`,
    /// and the token of the next page where there is one.
    pub fn cut<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> String,
        token: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<T>, Option<String>), BadPageToken> {
        let after = token.map(|token| self.after(token)).transpose()?;
        let mut rest =
            items.into_iter().skip_while(|item| after.as_ref().is_some_and(|after| key(item) <= *after));
        let page: Vec<T> = rest.by_ref().take(limit).collect();
        let more = rest.next().is_some();
        let next = page.last().filter(|_| more).map(|last| self.token(&key(last)));
        Ok((page, next))
    }

    fn proof(&self, last: &str) -> [u8; PROOF_BYTES] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(&self.call);
        mac.update(last.as_bytes());
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        std::array::from_fn(|index| full[index])
    }
}

#[cfg(test)]
mod tests {
    use super::{BadPageToken, Pages};

    #[test]
    fn pages_follow_each_other_while_the_list_changes() {
        let pages = Pages::new([7; 32], &["DescribeVpcs", "0/us-east-1"]);
        let own = |item: &&str| (*item).to_owned();
        let (page, next) = pages.cut(["a", "b", "c", "d"], own, None, 2).unwrap();
        assert_eq!(page, ["a", "b"]);
        let token = next.unwrap();
        let (page, next) = pages.cut(["a", "aa", "c", "d"], own, Some(&token), 2).unwrap();
        assert_eq!((page, next), (vec!["c", "d"], None));
    }

    #[test]
    fn a_token_is_good_for_its_own_call_only() {
        let pages = Pages::new([7; 32], &["A", "x"]);
        let token = pages.token("k");
        assert_eq!(pages.after(&token).unwrap(), "k");
        for (other, token) in [
            (Pages::new([7; 32], &["A", "y"]), token.clone()),
            (Pages::new([7; 32], &["Ax", ""]), token.clone()),
            (Pages::new([8; 32], &["A", "x"]), token.clone()),
            (pages.clone(), String::new()),
            (pages.clone(), "!".to_owned()),
            (pages.clone(), token.to_lowercase() + "A"),
        ] {
            assert_eq!(other.after(&token), Err(BadPageToken));
        }
    }
}
