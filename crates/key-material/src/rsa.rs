//! RSA keys: in SSH's bytes (RFC 4253, section 6.6), in DER as PKCS #1 (RFC 8017, appendix A.1) and as
//! SubjectPublicKeyInfo (RFC 5280) or PKCS #8 (RFC 5208).

use crate::der::{element, integers, positive};
use crate::pem;
use crate::ppk;
use crate::prime::{self, Numbers};
use crate::ssh::{SshKey, line, string, strings};
use base::Ids;
use num_bigint::BigUint;
use x509_parser::der_parser::der::parse_der;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// SSH's name of the kind.
const KIND: &str = "ssh-rsa";
/// DER of the algorithm `rsaEncryption` without parameters.
const ALGORITHM: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// A public key: both numbers without zeros before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey {
    exponent: Vec<u8>,
    modulus: Vec<u8>,
}

impl RsaPublicKey {
    fn new(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let trimmed = |number: &[u8]| {
            let zeros = number.iter().take_while(|byte| **byte == 0).count();
            number[zeros..].to_vec()
        };
        let key = Self { exponent: trimmed(exponent), modulus: trimmed(modulus) };
        (!key.exponent.is_empty() && !key.modulus.is_empty()).then_some(key)
    }

    /// Reads SSH's bytes.
    pub fn from_ssh(key: &SshKey) -> Option<Self> {
        let (kind, rest) = string(&key.blob)?;
        let (exponent, rest) = string(rest)?;
        let (modulus, rest) = string(rest)?;
        if kind != KIND.as_bytes() || key.kind != KIND || !rest.is_empty() {
            return None;
        }
        Self::new(modulus, exponent)
    }

    /// Reads PEM of one block: SubjectPublicKeyInfo or PKCS #1.
    pub fn from_pem(text: &str) -> Option<Self> {
        let mut blocks = pem::blocks(text)?;
        let block = blocks.pop().filter(|_| blocks.is_empty())?;
        match block.label.as_str() {
            "RSA PUBLIC KEY" => {
                let (_, object) = parse_der(&block.der).ok()?;
                let [modulus, exponent] = object.as_sequence().ok()?.as_slice() else { return None };
                Self::new(modulus.as_slice().ok()?, exponent.as_slice().ok()?)
            }
            "PUBLIC KEY" => Self::from_spki(&block.der),
            _ => None,
        }
    }

    /// Reads SubjectPublicKeyInfo.
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        let (_, info) = SubjectPublicKeyInfo::from_der(der).ok()?;
        match info.parsed() {
            Ok(PublicKey::RSA(key)) => Self::new(key.modulus, key.exponent),
            _ => None,
        }
    }

    /// How long the modulus is.
    pub fn bits(&self) -> u32 {
        let unused = self.modulus.first().map_or(0, |byte| byte.leading_zeros());
        u32::try_from(self.modulus.len() * 8).unwrap_or(u32::MAX) - unused
    }

    /// SSH's bytes.
    pub fn ssh_blob(&self) -> Vec<u8> {
        strings(&[KIND.as_bytes(), &positive(&self.exponent), &positive(&self.modulus)])
    }

    /// SSH's line, without a comment.
    pub fn ssh_line(&self) -> String {
        line(KIND, &self.ssh_blob())
    }

    /// SubjectPublicKeyInfo.
    pub fn spki(&self) -> Vec<u8> {
        let numbers = [element(0x02, &positive(&self.modulus)), element(0x02, &positive(&self.exponent))];
        let mut bits = vec![0];
        bits.extend_from_slice(&element(0x30, &numbers.concat()));
        element(0x30, &[ALGORITHM.to_vec(), element(0x03, &bits)].concat())
    }

    /// A message as only the private key can read it (RFC 8017, RSAES-PKCS1-v1_5); `None` where it is too long. What
    /// fills the rest comes from `ids`.
    pub fn sealed(&self, message: &[u8], ids: &Ids) -> Option<Vec<u8>> {
        let length = self.modulus.len();
        let filled = length.checked_sub(message.len() + 3).filter(|filled| *filled >= 8)?;
        let mut block = vec![0, 2];
        // No byte before the message may be a zero, which is where it begins.
        block.extend(std::iter::repeat_with(|| u8::try_from(ids.below(255)).unwrap_or(0) + 1).take(filled));
        block.push(0);
        block.extend(message);
        let number = |bytes: &[u8]| BigUint::from_bytes_be(bytes);
        let sealed = number(&block).modpow(&number(&self.exponent), &number(&self.modulus)).to_bytes_be();
        let mut padded = vec![0; length - sealed.len()];
        padded.extend(sealed);
        Some(padded)
    }

    /// SubjectPublicKeyInfo in PEM.
    pub fn pem(&self) -> String {
        pem::write("PUBLIC KEY", &self.spki())
    }
}

/// A private key.
pub struct RsaPrivateKey(Numbers);

impl RsaPrivateKey {
    /// A new one of 2048 bits. It takes some tenths of a second.
    pub fn new(ids: &Ids) -> Self {
        Self(prime::numbers(ids))
    }

    /// PKCS #1 `RSAPrivateKey`.
    pub fn pkcs1(&self) -> Vec<u8> {
        integers(&self.0.in_order())
    }

    /// PKCS #8 `PrivateKeyInfo`.
    pub fn pkcs8(&self) -> Vec<u8> {
        let version = element(0x02, &[0]);
        element(0x30, &[version, ALGORITHM.to_vec(), element(0x04, &self.pkcs1())].concat())
    }

    /// PuTTY's file, without encryption. `comment` is one line.
    pub fn ppk(&self, comment: &str) -> String {
        let [_, _, _, d, p, q, _, _, coefficient] = self.0.in_order();
        let numbers = [d, p, q, coefficient].map(|number| positive(&number.to_bytes_be()));
        let private = strings(&[&numbers[0], &numbers[1], &numbers[2], &numbers[3]]);
        ppk::write(KIND, comment, &self.public().ssh_blob(), &private)
    }

    /// Its public half.
    pub fn public(&self) -> RsaPublicKey {
        let [_, modulus, exponent, ..] = self.0.in_order();
        RsaPublicKey { exponent: exponent.to_bytes_be(), modulus: modulus.to_bytes_be() }
    }
}
