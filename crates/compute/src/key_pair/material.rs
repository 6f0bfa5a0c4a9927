//! What EC2 makes of keys: which ones it takes, and how it calls them by fingerprints. Source: EC2 user guide, "Verify
//! the fingerprint of your key pair" and "Create a key pair for your Amazon EC2 instance".

use super::model::KeyKind;
use base::Ids;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use key_material::{
    Ed25519PrivateKey, Ed25519PublicKey, RsaPrivateKey, RsaPublicKey, SshKey, md5_pairs, pem, sha1_pairs,
};

/// Bits of an imported RSA key. The user guide names 1024, 2048 and 4096; what ssh-keygen makes unasked has 3072.
const BITS: std::ops::RangeInclusive<u32> = 1024..=4096;

/// A public key with its fingerprint.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Public {
    pub(super) kind: KeyKind,
    pub(super) fingerprint: String,
    /// SSH's line, without a comment.
    pub(super) line: String,
}

/// How a private key is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Format {
    /// For OpenSSH.
    Pem,
    /// For PuTTY.
    Ppk,
}

/// A new pair of that name: the private key as a file, and the public one.
pub(super) fn make(kind: KeyKind, format: Format, name: &str, ids: &Ids) -> (String, Public) {
    match kind {
        KeyKind::Rsa => {
            let key = RsaPrivateKey::new(ids);
            // What EC2 makes itself is called by the private key.
            let fingerprint = sha1_pairs(&key.pkcs8());
            let file = match format {
                Format::Pem => pem::write("RSA PRIVATE KEY", &key.pkcs1()),
                Format::Ppk => key.ppk(name),
            };
            (file, Public { kind, fingerprint, line: key.public().ssh_line() })
        }
        KeyKind::Ed25519 => {
            let key = Ed25519PrivateKey::new(ids);
            let file = match format {
                Format::Pem => key.openssh(""),
                Format::Ppk => key.ppk(name),
            };
            (file, ed25519(key.public()))
        }
    }
}

/// Reads imported material: SSH's line, the file of RFC 4716, or SubjectPublicKeyInfo in base64, with or without the
/// lines of PEM.
pub(super) fn read(material: &[u8]) -> Option<Public> {
    let text = std::str::from_utf8(material).ok()?.trim();
    if let Some(der) = der(text) {
        return match RsaPublicKey::from_spki(&der) {
            Some(key) => rsa(&key),
            None => Ed25519PublicKey::from_spki(&der).map(|key| ed25519(&key)),
        };
    }
    let key = match text.starts_with("---- ") {
        true => SshKey::from_rfc4716(text)?,
        false => SshKey::from_line(text)?,
    };
    match RsaPublicKey::from_ssh(&key) {
        Some(key) => rsa(&key),
        None => Ed25519PublicKey::from_ssh(&key).map(|key| ed25519(&key)),
    }
}

fn der(text: &str) -> Option<Vec<u8>> {
    if text.starts_with("-----BEGIN") {
        let mut blocks = pem::blocks(text)?;
        let block = blocks.pop().filter(|block| block.label == "PUBLIC KEY" && blocks.is_empty())?;
        return Some(block.der);
    }
    let base64: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(base64).ok().filter(|der| !der.is_empty())
}

fn rsa(key: &RsaPublicKey) -> Option<Public> {
    let public = Public { kind: KeyKind::Rsa, fingerprint: md5_pairs(&key.spki()), line: key.ssh_line() };
    BITS.contains(&key.bits()).then_some(public)
}

fn ed25519(key: &Ed25519PublicKey) -> Public {
    Public { kind: KeyKind::Ed25519, fingerprint: key.fingerprint(), line: key.ssh_line() }
}
