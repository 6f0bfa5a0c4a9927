//! Ed25519 keys (RFC 8032), in SSH's bytes (RFC 8709), as SubjectPublicKeyInfo (RFC 8410), and private ones in the
//! file of OpenSSH (its `PROTOCOL.key`).

use crate::pem;
use crate::ppk;
use crate::ssh::{SshKey, line, string, strings};
use base::Ids;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};

/// SSH's name of the kind.
const KIND: &str = "ssh-ed25519";
/// SubjectPublicKeyInfo before the key's own bytes.
pub(crate) const SPKI_HEAD: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What the private part of an OpenSSH file without encryption is filled up to.
const BLOCK_BYTES: usize = 8;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ed25519PublicKey([u8; 32]);

impl Ed25519PublicKey {
    /// Reads SSH's bytes.
    pub fn from_ssh(key: &SshKey) -> Option<Self> {
        let (kind, rest) = string(&key.blob)?;
        let (point, rest) = string(rest)?;
        if kind != KIND.as_bytes() || key.kind != KIND || !rest.is_empty() {
            return None;
        }
        point.try_into().ok().map(Self)
    }

    /// Reads SubjectPublicKeyInfo.
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        der.strip_prefix(&SPKI_HEAD)?.try_into().ok().map(Self)
    }

    /// SSH's bytes.
    pub fn ssh_blob(&self) -> Vec<u8> {
        strings(&[KIND.as_bytes(), &self.0])
    }

    /// SSH's line, without a comment.
    pub fn ssh_line(&self) -> String {
        line(KIND, &self.ssh_blob())
    }

    /// SHA-256 of SSH's bytes in base64, with its `=`.
    pub fn fingerprint(&self) -> String {
        STANDARD.encode(Sha256::digest(self.ssh_blob()))
    }
}

/// A private key.
pub struct Ed25519PrivateKey {
    seed: [u8; 32],
    public: Ed25519PublicKey,
    /// Stands twice in the file, to tell a wrong passphrase.
    check: [u8; 4],
}

impl Ed25519PrivateKey {
    /// A new one.
    pub fn new(ids: &Ids) -> Self {
        let seed = ids.bytes::<32>();
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("every 32 bytes are a seed");
        let mut public = [0; 32];
        public.copy_from_slice(pair.public_key().as_ref());
        Self { seed, public: Ed25519PublicKey(public), check: ids.bytes::<4>() }
    }

    /// Its public half.
    pub fn public(&self) -> &Ed25519PublicKey {
        &self.public
    }

    /// PuTTY's file, without encryption. `comment` is one line.
    pub fn ppk(&self, comment: &str) -> String {
        ppk::write(KIND, comment, &self.public.ssh_blob(), &strings(&[&self.seed]))
    }

    /// OpenSSH's file, without encryption.
    pub fn openssh(&self, comment: &str) -> String {
        let mut private = [self.check, self.check].concat();
        let both = [self.seed, self.public.0].concat();
        private.extend(strings(&[KIND.as_bytes(), &self.public.0, &both, comment.as_bytes()]));
        // 1, 2, 3 … up to a whole block.
        private.extend((1_u8..).take(private.len().wrapping_neg() % BLOCK_BYTES));
        let mut file = b"openssh-key-v1\0".to_vec();
        file.extend(strings(&[b"none", b"none", b""]));
        file.extend(1_u32.to_be_bytes());
        file.extend(strings(&[&self.public.ssh_blob(), &private]));
        pem::write("OPENSSH PRIVATE KEY", &file)
    }
}
