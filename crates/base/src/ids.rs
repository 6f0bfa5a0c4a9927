//! Everything random: ids, secrets, tokens.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};

/// A world's source of random bits.
///
/// Without a seed it starts from the operating system's entropy, so secrets made from it cannot be guessed. With
/// one (`--seed`), the same calls in the same order give the same ids; the number of earlier starts is part of the
/// stream's name, so that a restart does not repeat what the data folder already holds.
#[derive(Debug)]
pub struct Ids {
    rng: Mutex<ChaCha20Rng>,
    seed: [u8; 32],
}

impl Ids {
    /// A source nobody can predict.
    pub fn from_entropy() -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the operating system has random bits");
        Self::from_bytes(seed)
    }

    /// The stream `name` of `seed`; equal arguments give equal streams.
    pub fn seeded(seed: u64, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_be_bytes());
        hash.update(name.as_bytes());
        Self::from_bytes(hash.finalize().into())
    }

    fn from_bytes(seed: [u8; 32]) -> Self {
        Self { rng: Mutex::new(ChaCha20Rng::from_seed(seed)), seed }
    }

    /// A stream of its own for `name`, the same whenever it is asked for: what is made on first sight of an
    /// account or Region must not depend on who looked first.
    #[must_use]
    pub fn stream(&self, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(name.as_bytes());
        Self::from_bytes(hash.finalize().into())
    }

    /// Goes on differently from here, by `text`: the world has taken in what another may have drawn from an equal
    /// stream.
    pub fn stir(&self, text: &str) {
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        let mut drawn = [0; 32];
        rng.fill_bytes(&mut drawn);
        let mut hash = Sha256::new();
        hash.update(drawn);
        hash.update(text.as_bytes());
        *rng = ChaCha20Rng::from_seed(hash.finalize().into());
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number below `bound` (0 gives 0). The bias of the remainder is below 2⁻³² for the bounds used here.
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_be_bytes(self.bytes::<8>()) % bound.max(1)
    }

    /// `length` characters drawn from `alphabet`.
    pub fn text(&self, alphabet: &[u8], length: usize) -> String {
        let bound = alphabet.len() as u64;
        let draw = |_| usize::try_from(self.below(bound)).map_or('0', |index| char::from(alphabet[index]));
        (0..length).map(draw).collect()
    }

    /// `prefix` and 17 hexadecimal digits, the first of them `0`, as EC2 draws its ids.
    pub fn hex_id(&self, prefix: &str) -> String {
        let mut digits = [0; 16];
        hex::encode_to_slice(self.bytes::<8>(), &mut digits).expect("two digits a byte");
        [prefix, "0", std::str::from_utf8(&digits).expect("hex is ASCII")].concat()
    }

    /// A UUID of version 4 in its usual form.
    pub fn uuid(&self) -> String {
        let mut bytes = self.bytes::<16>();
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let mut digits = [0; 32];
        hex::encode_to_slice(bytes, &mut digits).expect("two digits a byte");
        let digits = std::str::from_utf8(&digits).expect("hex is ASCII");
        [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn equal_seeds_give_equal_streams() {
        let draw = |ids: &Ids| (ids.hex_id("vpc-"), ids.uuid(), ids.text(b"AB", 9));
        assert_eq!(draw(&Ids::seeded(7, "main")), draw(&Ids::seeded(7, "main")));
        assert_ne!(draw(&Ids::seeded(7, "main")), draw(&Ids::seeded(7, "other")));
        assert_ne!(draw(&Ids::from_entropy()), draw(&Ids::from_entropy()));
        let stirred = |text: &str| {
            let ids = Ids::seeded(7, "main");
            ids.stir(text);
            ids.uuid()
        };
        assert_eq!(stirred("a"), stirred("a"));
        assert!(![stirred("b"), Ids::seeded(7, "main").uuid()].contains(&stirred("a")));
        let ids = Ids::seeded(7, "main");
        let first = ids.stream("a").uuid();
        ids.uuid();
        assert_eq!(ids.stream("a").uuid(), first);
    }

    #[test]
    fn ids_have_their_form() {
        let ids = Ids::seeded(1, "");
        let id = ids.hex_id("i-");
        assert_eq!(id.len(), 19);
        assert!(id.starts_with("i-0"));
        let uuid = ids.uuid();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
    }
}
