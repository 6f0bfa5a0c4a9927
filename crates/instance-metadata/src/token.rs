//! The tokens of version 2: each is for one instance and for a time. What they say stands sealed in them, so that nothing
//! has to be kept of them and a restart changes nothing.
//!
//! Form: base64 with `-` and `_` of four bytes that say the version, a nonce (12 bytes) and AES-256-GCM of the token's end in
//! milliseconds (8 bytes) with its tag: 56 characters, as many as AWS's have. The instance stands outside, as associated
//! data. Each world seals with a key of its own, also one that was forked.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use ec2_resource::id::InstanceId;
use ports::Cx;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Record, StoreError};

/// What a token begins with.
const VERSION: [u8; 4] = [1, 0, 0, 0];
const NONCE_BYTES: usize = 12;
/// How long a token may hold. Source: EC2 user guide, "Use the Instance Metadata Service".
pub(crate) const MOST_SECONDS: i64 = 21_600;

/// What a world's tokens are sealed with; made when the first one is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SealKey {
    world: String,
    hex: String,
}

impl Record for SealKey {
    const TABLE: &'static str = "instance_metadata_seal_key";
    type Key = String;

    fn key(&self) -> String {
        self.world.clone()
    }
}

impl SealKey {
    fn cipher(&self) -> Option<Aes256Gcm> {
        Aes256Gcm::new_from_slice(&hex::decode(&self.hex).ok()?).ok()
    }
}

/// A token for an instance.
pub(crate) fn seal(cx: &Cx, instance: &InstanceId, seconds: i64) -> Result<Option<String>, StoreError> {
    let world = &cx.world().name;
    let key = match cx.read(|view| view.get::<SealKey>(world)) {
        Some(key) => key,
        None => cx.write(|tx| {
            if let Some(key) = tx.get::<SealKey>(world) {
                return Ok(key);
            }
            let key = SealKey { world: world.clone(), hex: hex::encode(cx.ids().bytes::<32>()) };
            tx.put(key.clone());
            Ok::<_, StoreError>(Arc::new(key))
        })?,
    };
    let ends_at = cx.now().plus_millis(seconds * 1000).millis.to_be_bytes();
    let nonce = cx.ids().bytes::<NONCE_BYTES>();
    let content = Payload { msg: &ends_at, aad: instance.as_str().as_bytes() };
    let sealed = key.cipher().and_then(|cipher| cipher.encrypt(Nonce::from_slice(&nonce), content).ok());
    Ok(sealed.map(|sealed| URL_SAFE.encode([&VERSION[..], &nonce, &sealed].concat())))
}

/// The seconds that a token still holds for an instance; `None` where it never did or does no more.
pub(crate) fn open(cx: &Cx, instance: &InstanceId, token: &str) -> Option<i64> {
    let bytes = URL_SAFE.decode(token).ok()?;
    let rest = bytes.strip_prefix(&VERSION)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES)?;
    let key = cx.read(|view| view.get::<SealKey>(&cx.world().name))?;
    let content = Payload { msg: sealed, aad: instance.as_str().as_bytes() };
    let ends_at = key.cipher()?.decrypt(Nonce::from_slice(nonce), content).ok()?;
    let ends_at = Timestamp::from_millis(i64::from_be_bytes(ends_at.try_into().ok()?));
    let left_millis = ends_at.millis_since(cx.now());
    (left_millis > 0).then_some((left_millis + 999) / 1000)
}

#[cfg(test)]
mod tests {
    use super::{SealKey, open, seal};
    use base::AccountId;
    use ec2_resource::id::InstanceId;
    use ports::Caller;
    use testkit::Local;

    #[test]
    fn a_token_is_for_one_instance_and_one_time() {
        let local = Local::new(|registry| {
            registry.tables.record::<SealKey>();
        });
        let cx = || local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let id = |text: &str| InstanceId::parse(text).unwrap();
        let (own, other) = (id("i-0123456789abcdef0"), id("i-0123456789abcdef1"));
        let token = seal(&cx(), &own, 60).unwrap().unwrap();
        assert_eq!((token.len(), &token[..4]), (56, "AQAA"));
        assert_eq!(open(&cx(), &own, &token), Some(60));
        assert_eq!(open(&cx(), &other, &token), None);
        local.advance(59_001);
        assert_eq!(open(&cx(), &own, &token), Some(1));
        local.advance(999);
        assert_eq!(open(&cx(), &own, &token), None);
        for broken in ["", "AQAA", "no base64!", &token[..52]] {
            assert_eq!(open(&cx(), &own, broken), None, "{broken}");
        }
    }
}
