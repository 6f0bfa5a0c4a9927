//! Which keys IAM takes: RSA, as SSH writes them or in PEM.

use crate::error::CredentialRefusal;
use key_material::{RsaPublicKey, SshKey};

/// Bits of a modulus. Source: IAM API reference, UploadSSHPublicKey.
const BITS: std::ops::RangeInclusive<u32> = 2048..=16_384;

/// Reads a key in either encoding. SSH's may carry a comment.
pub(super) fn read(text: &str) -> Result<RsaPublicKey, CredentialRefusal> {
    let text = text.trim();
    let key = if text.starts_with("-----BEGIN") {
        RsaPublicKey::from_pem(text).ok_or(CredentialRefusal::SshEncoding)?
    } else {
        let key = SshKey::from_line(text).ok_or(CredentialRefusal::SshEncoding)?;
        if !key.kind.starts_with("ssh-") && !key.kind.starts_with("ecdsa-") {
            return Err(CredentialRefusal::SshEncoding);
        }
        RsaPublicKey::from_ssh(&key).ok_or(CredentialRefusal::SshKey)?
    };
    if BITS.contains(&key.bits()) { Ok(key) } else { Err(CredentialRefusal::SshKey) }
}
