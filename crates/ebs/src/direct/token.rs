//! Tokens of blocks and pages. Nothing of them is stored but the key they are sealed with: each says until when it is
//! good, and proves that it was made for what it is shown for. They outlive a restart.

use super::error::Error;
use base::{Ids, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use ports::Cx;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use store::{Record, Rows, Tx};

/// How long a block's token is good, and a page's. Source: EBS direct APIs reference, ListSnapshotBlocks.
const BLOCK_MILLIS: i64 = 7 * 24 * 3_600_000;
const PAGE_MILLIS: i64 = 3_600_000;
/// Bytes of the proof.
const PROOF_BYTES: usize = 16;
/// Bytes of an instant.
const INSTANT_BYTES: usize = 8;

/// What tokens of a world are sealed with.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Seal {
    key: [u8; 32],
}

impl Record for Seal {
    const TABLE: &'static str = "ebs_seal";
    type Key = String;

    fn key(&self) -> String {
        String::new()
    }
}

/// Makes a world's seal, should it have none yet.
pub(super) fn ensure(tx: &mut Tx, ids: &Ids) {
    if tx.row::<Seal>("").is_none() {
        tx.put(Seal { key: ids.bytes() });
    }
}

/// Makes and judges the tokens of one call.
pub(super) struct Tokens {
    mac: Hmac<Sha256>,
    now: Timestamp,
}

impl Tokens {
    /// For these words: the call, the snapshots and whatever else a token is bound to.
    pub(super) fn new(cx: &Cx, rows: &impl Rows, words: &[&str]) -> Self {
        // Without a seal nothing was ever written, and so there is nothing to make a token for.
        let key = rows.row::<Seal>("").map_or([0; 32], |seal| seal.key);
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
        let account = cx.account().to_string();
        for word in [&[cx.world().name.as_str(), account.as_str()], words].concat() {
            mac.update(&(word.len() as u64).to_be_bytes());
            mac.update(word.as_bytes());
        }
        Self { mac, now: cx.now() }
    }

    /// Until when the tokens of blocks are good that are made now.
    pub(super) fn blocks_until(&self) -> Timestamp {
        self.now.plus_millis(BLOCK_MILLIS)
    }

    /// The token of a block.
    pub(super) fn block(&self, index: u32, checksum: &str) -> String {
        let until = self.blocks_until().millis.to_be_bytes();
        let proof = self.proof(&[&until, &index.to_be_bytes(), checksum.as_bytes()]);
        BASE64.encode([&until[..], &proof].concat())
    }

    /// Whether a token is that of a block.
    pub(super) fn is_block(&self, token: &str, index: u32, checksum: &str) -> bool {
        let Some((until, [], proof)) = parts::<0>(token) else { return false };
        self.is_proved(&proof, &[&until, &index.to_be_bytes(), checksum.as_bytes()]) && self.is_good(until)
    }

    /// The token of the page that begins at an index.
    pub(super) fn page(&self, from: u32) -> String {
        let until = self.now.plus_millis(PAGE_MILLIS).millis.to_be_bytes();
        let from = from.to_be_bytes();
        let proof = self.proof(&[&until, b"page", &from]);
        BASE64.encode([&until[..], &from, &proof].concat())
    }

    /// Where the page of a token begins.
    pub(super) fn page_from(&self, token: &str) -> Result<u32, Error> {
        let (until, from, proof) = parts::<4>(token).ok_or(Error::PageToken)?;
        if self.is_proved(&proof, &[&until, b"page", &from]) && self.is_good(until) {
            Ok(u32::from_be_bytes(from))
        } else {
            Err(Error::PageToken)
        }
    }

    fn is_good(&self, until: [u8; INSTANT_BYTES]) -> bool {
        self.now.millis <= i64::from_be_bytes(until)
    }

    fn proof(&self, parts: &[&[u8]]) -> [u8; PROOF_BYTES] {
        let full: [u8; 32] = self.mac(parts).finalize().into_bytes().into();
        std::array::from_fn(|index| full[index])
    }

    fn is_proved(&self, proof: &[u8; PROOF_BYTES], parts: &[&[u8]]) -> bool {
        self.mac(parts).verify_truncated_left(proof).is_ok()
    }

    fn mac(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(part);
        }
        mac
    }
}

/// The instant, what else it says, and the proof of a token.
fn parts<const SAID: usize>(token: &str) -> Option<([u8; INSTANT_BYTES], [u8; SAID], [u8; PROOF_BYTES])> {
    let bytes = BASE64.decode(token).ok()?;
    let (until, rest) = bytes.split_first_chunk::<INSTANT_BYTES>()?;
    let (said, rest) = rest.split_first_chunk::<SAID>()?;
    Some((*until, *said, rest.try_into().ok()?))
}
