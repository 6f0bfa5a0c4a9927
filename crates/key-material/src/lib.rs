//! Keys as services make and read them: RSA and Ed25519, in DER, PEM and the writings of SSH and PuTTY.
//!
//! Private keys come from a world's own randomness, so that a seed repeats them; none is kept here. Which lengths and
//! writings a service takes, and how it refuses others, is the service's business.

mod der;
mod ed25519;
pub mod pem;
mod ppk;
mod prime;
mod rsa;
mod ssh;
#[cfg(test)]
mod tests;

pub use ed25519::{Ed25519PrivateKey, Ed25519PublicKey};
pub use rsa::{RsaPrivateKey, RsaPublicKey};
pub use ssh::SshKey;

use md5::Md5;
use sha1::{Digest, Sha1};

/// MD5 in pairs of hexadecimal digits.
pub fn md5_pairs(bytes: &[u8]) -> String {
    pairs(&Md5::digest(bytes))
}

/// SHA-1 in pairs of hexadecimal digits.
pub fn sha1_pairs(bytes: &[u8]) -> String {
    pairs(&Sha1::digest(bytes))
}

fn pairs(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}
