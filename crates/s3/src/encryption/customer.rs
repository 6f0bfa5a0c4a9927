//! SSE-C: AES-256 in counter mode under a key that every request brings along.
//!
//! Each piece of an object has a nonce of its own; the counter stands at the piece's offset, so that a range is
//! opened without what comes before it. The key is checked against an HMAC under a salt, as S3 does; what is stored
//! neither is the key nor leads to it.

use crate::error::{Argument, Error, Refusal};
use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ctr::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

/// A key on its way through a request. It is never printed or stored.
#[derive(Clone)]
pub(crate) struct SecretKey([u8; 32]);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

/// Where a piece's key stream begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nonce([u8; 16]);

impl Nonce {
    pub(crate) const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = hex::decode(&text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("a nonce is 32 hexadecimal digits"))
    }
}

/// Seals and opens: the same step both ways.
pub(crate) struct Cipher(ctr::Ctr128BE<Aes256>);

impl Cipher {
    /// The cipher of a piece, standing at `offset`.
    pub(crate) fn new(key: &SecretKey, nonce: Nonce, offset: u64) -> Self {
        let mut stream = ctr::Ctr128BE::<Aes256>::new(&key.0.into(), &nonce.0.into());
        stream.seek(offset);
        Self(stream)
    }

    pub(crate) fn apply(&mut self, bytes: &mut [u8]) {
        self.0.apply_keystream(bytes);
    }
}

/// What is kept of a key: enough to know it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CustomerKey {
    /// Base64 of its MD5, which every answer repeats.
    pub(crate) md5: String,
    salt: String,
    proof: String,
}

impl CustomerKey {
    /// The proof of `key` under a new salt.
    pub(crate) fn prove(key: &SecretKey, salt: [u8; 16]) -> Self {
        let salt = hex::encode(salt);
        let proof = hex::encode(mac(&salt, key));
        Self { md5: BASE64.encode(Md5::digest(key.0)), salt, proof }
    }

    /// Whether it is this key.
    pub(crate) fn is(&self, key: &SecretKey) -> bool {
        hex::encode(mac(&self.salt, key)).as_bytes().ct_eq(self.proof.as_bytes()).into()
    }

    /// The key a read sends along, if it is the one.
    pub(crate) fn open(&self, sent: &CustomerHeaders<'_>) -> Result<SecretKey, Error> {
        if !sent.are_there() {
            return Err(Error::InvalidRequest(Refusal::CustomerKeyNeeded));
        }
        if sent.md5.is_none() {
            return Err(Error::WrongCustomerKey);
        }
        let key = sent.key()?;
        if self.is(&key) { Ok(key) } else { Err(Error::WrongCustomerKey) }
    }
}

fn mac(salt: &str, key: &SecretKey) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(&key.0);
    mac.finalize().into_bytes().into()
}

/// The three headers of SSE-C.
#[derive(Clone, Copy)]
pub(crate) struct CustomerHeaders<'i> {
    pub(crate) algorithm: Option<&'i str>,
    pub(crate) key: Option<&'i str>,
    pub(crate) md5: Option<&'i str>,
}

/// What is wrong with the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerKeyFault {
    /// No algorithm, or not AES256.
    Algorithm,
    /// No key.
    Key,
    /// No MD5, or a key of another size.
    Size,
    /// The MD5 is another.
    Md5,
}

impl CustomerHeaders<'_> {
    /// Whether any of them was sent.
    pub(crate) fn are_there(&self) -> bool {
        self.algorithm.is_some() || self.key.is_some() || self.md5.is_some()
    }

    /// The key, checked against its MD5.
    pub(crate) fn key(&self) -> Result<SecretKey, Error> {
        let wrong = |fault| Err(Error::InvalidArgument(Argument::CustomerKey(fault)));
        match self.algorithm {
            None => return wrong(CustomerKeyFault::Algorithm),
            Some("AES256") => {}
            Some(other) => return Err(Error::InvalidEncryption(other.to_owned())),
        }
        let Some(text) = self.key else { return wrong(CustomerKeyFault::Key) };
        let bytes = BASE64.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let (Some(bytes), Some(md5)) = (bytes, self.md5) else { return wrong(CustomerKeyFault::Size) };
        if BASE64.decode(md5).ok().as_deref() != Some(&*Md5::digest(bytes)) {
            return wrong(CustomerKeyFault::Md5);
        }
        Ok(SecretKey(bytes))
    }

    /// An object that is encrypted otherwise has no use for a key.
    pub(crate) fn refuse_on_plain(&self) -> Result<(), Error> {
        if self.are_there() { Err(Error::InvalidRequest(Refusal::CustomerKeyNotApplicable)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cipher, CustomerHeaders, CustomerKey, Nonce, SecretKey};
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD as BASE64;
    use md5::{Digest, Md5};
    use wire::AwsError;

    #[test]
    fn a_range_is_opened_by_itself() {
        let (key, nonce) = (SecretKey([7; 32]), Nonce::new([9; 16]));
        let plain: Vec<u8> = (0..1000).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let mut sealed = plain.clone();
        Cipher::new(&key, nonce, 0).apply(&mut sealed);
        assert_ne!(sealed, plain);
        for (start, end) in [(0, 1000), (0, 1), (15, 17), (16, 32), (333, 999)] {
            let mut part = sealed[start..end].to_vec();
            Cipher::new(&key, nonce, start as u64).apply(&mut part);
            assert_eq!(part, plain[start..end], "{start}..{end}");
        }
    }

    #[test]
    fn headers_are_refused_as_recorded() {
        let (key, short) = (BASE64.encode([1; 32]), BASE64.encode([1; 16]));
        let md5 = BASE64.encode(Md5::digest([1; 32]));
        let other = BASE64.encode(Md5::digest([2; 32]));
        for (algorithm, key, md5, want) in [
            (Some("AES256"), Some(key.as_str()), Some(md5.as_str()), None),
            (None, Some(&key), Some(&md5), Some("valid encryption algorithm")),
            (Some("AES256"), None, Some(&md5), Some("appropriate secret key")),
            (Some("AES256"), Some(&key), None, Some("was invalid for the specified algorithm")),
            (Some("AES256"), Some(&short), Some(&md5), Some("was invalid for the specified algorithm")),
            (Some("AES256"), Some("%"), Some(&md5), Some("was invalid for the specified algorithm")),
            (Some("AES256"), Some(&key), Some(&other), Some("did not match the hash")),
            (Some("DES"), Some(&key), Some(&md5), Some("Supported value: AES256")),
        ] {
            let found = CustomerHeaders { algorithm, key, md5 }.key().err();
            let sentence = found.map(|error| error.fault().message.unwrap_or_default());
            assert_eq!(sentence.is_some(), want.is_some(), "{sentence:?}");
            assert!(sentence.unwrap_or_default().contains(want.unwrap_or_default()), "{want:?}");
        }
    }

    #[test]
    fn a_key_is_known_again_and_no_other() {
        let kept = CustomerKey::prove(&SecretKey([1; 32]), [3; 16]);
        assert!(kept.is(&SecretKey([1; 32])));
        assert!(!kept.is(&SecretKey([2; 32])));
        assert_ne!(kept, CustomerKey::prove(&SecretKey([1; 32]), [4; 16]), "salts differ");
    }
}
