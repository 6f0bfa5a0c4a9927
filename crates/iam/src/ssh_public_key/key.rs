//! RSA public keys as SSH writes them (RFC 4253, section 6.6), and in PEM (RFC 5280's SubjectPublicKeyInfo, or
//! PKCS #1).

use crate::certificate::pem;
use crate::error::CredentialRefusal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use x509_parser::der_parser::der::parse_der;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// The name of the one kind of key that is taken.
const NAME: &[u8] = b"ssh-rsa";
/// Bits of a modulus. Source: IAM API reference, UploadSSHPublicKey.
const BITS: std::ops::RangeInclusive<usize> = 2048..=16_384;
/// DER of the algorithm `rsaEncryption` without parameters.
const RSA_ALGORITHM: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// An RSA public key: both numbers without zeros before them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RsaKey {
    exponent: Vec<u8>,
    modulus: Vec<u8>,
}

impl RsaKey {
    /// Reads a key in either encoding. SSH's may carry a comment.
    pub(crate) fn read(text: &str) -> Result<Self, CredentialRefusal> {
        let text = text.trim();
        let key = if text.starts_with("-----BEGIN") {
            Self::from_pem(text).ok_or(CredentialRefusal::SshEncoding)?
        } else {
            let mut words = text.split_ascii_whitespace();
            let (name, base64) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let blob = STANDARD.decode(base64).map_err(|_| CredentialRefusal::SshEncoding)?;
            if blob.is_empty() || !name.starts_with("ssh-") && !name.starts_with("ecdsa-") {
                return Err(CredentialRefusal::SshEncoding);
            }
            Self::from_blob(name, &blob).ok_or(CredentialRefusal::SshKey)?
        };
        let bits =
            key.modulus.len() * 8 - usize_of(key.modulus.first().map_or(0, |byte| byte.leading_zeros()));
        if BITS.contains(&bits) { Ok(key) } else { Err(CredentialRefusal::SshKey) }
    }

    fn from_pem(text: &str) -> Option<Self> {
        let mut blocks = pem::blocks(text)?;
        let block = blocks.pop().filter(|_| blocks.is_empty())?;
        if block.label == "RSA PUBLIC KEY" {
            let (_, object) = parse_der(&block.der).ok()?;
            let [modulus, exponent] = object.as_sequence().ok()?.as_slice() else { return None };
            return Self::new(modulus.as_slice().ok()?, exponent.as_slice().ok()?);
        }
        if block.label != "PUBLIC KEY" {
            return None;
        }
        let (_, spki) = SubjectPublicKeyInfo::from_der(&block.der).ok()?;
        match spki.parsed() {
            Ok(PublicKey::RSA(key)) => Self::new(key.modulus, key.exponent),
            _ => None,
        }
    }

    fn from_blob(name: &str, blob: &[u8]) -> Option<Self> {
        let (kind, rest) = string(blob)?;
        let (exponent, rest) = string(rest)?;
        let (modulus, rest) = string(rest)?;
        if kind != NAME || name.as_bytes() != NAME || !rest.is_empty() {
            return None;
        }
        Self::new(modulus, exponent)
    }

    fn new(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let trimmed = |number: &[u8]| {
            let zeros = number.iter().take_while(|byte| **byte == 0).count();
            number[zeros..].to_vec()
        };
        let key = Self { exponent: trimmed(exponent), modulus: trimmed(modulus) };
        (!key.exponent.is_empty() && !key.modulus.is_empty()).then_some(key)
    }

    /// The bytes that SSH means by the key.
    fn blob(&self) -> Vec<u8> {
        let mut blob = Vec::new();
        for part in [NAME.to_vec(), positive(&self.exponent), positive(&self.modulus)] {
            blob.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            blob.extend_from_slice(&part);
        }
        blob
    }

    /// One line, without a comment.
    pub(crate) fn ssh(&self) -> String {
        format!("ssh-rsa {}", STANDARD.encode(self.blob()))
    }

    /// The same key in PEM.
    pub(crate) fn pem(&self) -> String {
        let numbers = [element(0x02, &positive(&self.modulus)), element(0x02, &positive(&self.exponent))];
        let mut bits = vec![0];
        bits.extend_from_slice(&element(0x30, &numbers.concat()));
        let info = [RSA_ALGORITHM.to_vec(), element(0x03, &bits)].concat();
        pem::write("PUBLIC KEY", &element(0x30, &info))
    }

    /// MD5 of SSH's bytes, in pairs of hexadecimal digits.
    pub(crate) fn fingerprint(&self) -> String {
        let pairs: Vec<String> = Md5::digest(self.blob()).iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(":")
    }
}

fn usize_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A string of SSH and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize_of(u32::from_be_bytes(*length)))
}

/// A number whose first bit would mean a sign gets a zero before it.
fn positive(number: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(number.len() + 1);
    if number.first().is_some_and(|byte| byte & 0x80 != 0) {
        bytes.push(0);
    }
    bytes.extend_from_slice(number);
    bytes
}

/// An element of DER: tag, length, content.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => bytes.push(short),
        _ => {
            let length = content.len().to_be_bytes();
            let zeros = length.iter().take_while(|byte| **byte == 0).count();
            let length = &length[zeros..];
            bytes.push(0x80 | u8::try_from(length.len()).unwrap_or(0));
            bytes.extend_from_slice(length);
        }
    }
    bytes.extend_from_slice(content);
    bytes
}
