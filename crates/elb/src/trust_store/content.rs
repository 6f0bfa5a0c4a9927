//! What a trust store is made of, handed out: an answer tells an address, and the bytes lie there for ten minutes.
//!
//! AWS's addresses lie in a bucket of its own. Here they lie at the endpoint that the client speaks to; the token in them
//! says until when it is good and what it leads to, and proves that this world made it.

use super::{TrustStore, find};
use crate::Elb;
use crate::error::{Error, Trust};
use ports::{Cx, Handed, HandedOut, World};
use serde::{Deserialize, Serialize};
use shapes_elbv2 as api;
use store::{Record, Tx};

/// How long an address is good. Source: ELB API reference, GetTrustStoreCaCertificatesBundle.
const LIFE_MILLIS: i64 = 10 * 60 * 1000;
/// What tokens of these addresses are sealed for.
const SEAL: [&str; 1] = ["elb:handed-out"];
/// The type that S3 tells of objects of which nobody said any.
const TYPE: &str = "binary/octet-stream";

/// A list of revocations, byte for byte. It is large and seldom read: its table stays on the disk.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Content {
    key: String,
    kept: Kept,
}

#[derive(Clone, Serialize, Deserialize)]
enum Kept {
    /// PEM.
    Text(String),
    /// DER, in hexadecimal digits.
    Hex(String),
}

impl Record for Content {
    const TABLE: &'static str = "elb_revocation_content";
    type Key = String;

    fn key(&self) -> String {
        self.key.clone()
    }
}

impl Content {
    fn new(key: String, bytes: &[u8]) -> Self {
        let kept = match std::str::from_utf8(bytes) {
            Ok(text) => Kept::Text(text.to_owned()),
            Err(_) => Kept::Hex(hex::encode(bytes)),
        };
        Self { key, kept }
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        match &self.kept {
            Kept::Text(text) => Some(text.clone().into_bytes()),
            Kept::Hex(digits) => hex::decode(digits).ok(),
        }
    }
}

fn key_of(own: &TrustStore, id: i64) -> String {
    format!("{}/{id}", own.key())
}

/// Keeps the bytes of a list.
pub(super) fn keep(tx: &mut Tx, own: &TrustStore, id: i64, bytes: &[u8]) {
    tx.paged::<Content>().put(Content::new(key_of(own, id), bytes));
}

/// Forgets them.
pub(super) fn forget(tx: &mut Tx, own: &TrustStore, id: i64) {
    tx.paged::<Content>().delete(&key_of(own, id));
}

/// What an address leads to.
#[derive(Clone, Copy)]
enum What {
    Bundle,
    Revocation,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Revocation => "revocation",
        }
    }
}

/// An address at the endpoint that the client speaks to.
fn location(cx: &Cx, what: What, key: &str) -> String {
    let until = cx.now().plus_millis(LIFE_MILLIS).millis;
    let token = cx.world().store.pages(&SEAL).token(&format!("{until} {} {key}", what.word()));
    let scheme = if cx.head().secure { "https" } else { "http" };
    format!("{scheme}://{}/_angae/handed-out/{}/{token}", cx.head().host, cx.world().name)
}

/// `GetTrustStoreCaCertificatesBundle`.
pub(crate) fn bundle(
    cx: &Cx,
    _svc: &Elb,
    input: api::GetTrustStoreCaCertificatesBundleInput,
) -> Result<api::GetTrustStoreCaCertificatesBundleOutput, Error> {
    let text = input.trust_store_arn.unwrap_or_default();
    let own = cx.read(|view| find(view, cx.scope(), &text))?;
    let location = location(cx, What::Bundle, &own.key());
    Ok(api::GetTrustStoreCaCertificatesBundleOutput { location: Some(location) })
}

/// `GetTrustStoreRevocationContent`.
pub(crate) fn revocation(
    cx: &Cx,
    _svc: &Elb,
    input: api::GetTrustStoreRevocationContentInput,
) -> Result<api::GetTrustStoreRevocationContentOutput, Error> {
    let text = input.trust_store_arn.unwrap_or_default();
    let id = input.revocation_id.unwrap_or_default();
    let own = cx.read(|view| find(view, cx.scope(), &text))?;
    if !own.revocations.iter().any(|revocation| revocation.id == id) {
        return Err(Trust::NoRevocation.into());
    }
    let location = location(cx, What::Revocation, &key_of(&own, id));
    Ok(api::GetTrustStoreRevocationContentOutput { location: Some(location) })
}

/// What was handed out of trust stores.
pub(crate) struct OfTrustStores;

impl HandedOut for OfTrustStores {
    fn open(&self, world: &World, token: &str) -> Option<Handed> {
        let said = world.store.pages(&SEAL).after(token).ok()?;
        let (until, place) = said.split_once(' ')?;
        if world.clock.now().millis > until.parse::<i64>().ok()? {
            return None;
        }
        let (what, key) = place.split_once(' ')?;
        let view = world.store.view();
        let bytes = if what == What::Bundle.word() {
            view.get::<TrustStore>(key)?.bundle.clone().into_bytes()
        } else {
            view.paged::<Content>().get(key).ok()??.bytes()?
        };
        Some(Handed { content_type: TYPE, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn every_byte_is_kept() {
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [&all[..], b"-----BEGIN X509 CRL-----", b"", &[0xff]] {
            assert_eq!(Content::new("a/1".to_owned(), bytes).bytes().as_deref(), Some(bytes));
        }
    }
}
