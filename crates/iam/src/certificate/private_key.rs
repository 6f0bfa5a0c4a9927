//! Private keys: PKCS #1 (RFC 8017, appendix A.1.2), SEC 1 (RFC 5915) and PKCS #8 (RFC 5208) around either.

use super::Certificate;
use key_material::pem::{self, Block};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, RsaKeyPair,
};
use x509_parser::der_parser::der::{DerObject, parse_der};
use x509_parser::der_parser::oid;
use x509_parser::public_key::PublicKey;

/// Bytes of the moduli that can be checked for more than their public half.
const CHECKED_RSA: std::ops::RangeInclusive<usize> = 256..=512;

/// A private key, as far as it is needed to tell whose it is.
pub(crate) enum PrivateKey {
    /// The PKCS #1 structure, its modulus and public exponent.
    Rsa { der: Vec<u8>, modulus: Vec<u8>, exponent: Vec<u8> },
    /// The scalar and, where it is told, the point.
    Ec { scalar: Vec<u8>, point: Option<Vec<u8>> },
}

/// Reads a key in PEM. Encrypted ones are not read.
pub(crate) fn read(text: &str) -> Option<PrivateKey> {
    let blocks = pem::blocks(text)?;
    // OpenSSL writes the curve's name in a block before the key.
    let mut keys = blocks.iter().filter(|block| block.label != "EC PARAMETERS");
    let Block { label, der } = keys.next()?;
    if keys.next().is_some() {
        return None;
    }
    match label.as_str() {
        "RSA PRIVATE KEY" => rsa(der),
        "EC PRIVATE KEY" => ec(der),
        "PRIVATE KEY" => pkcs8(der),
        _ => None,
    }
}

fn sequence(der: &[u8]) -> Option<Vec<DerObject<'_>>> {
    let (rest, object) = parse_der(der).ok()?;
    let items = object.as_sequence().ok()?.clone();
    rest.is_empty().then_some(items)
}

fn rsa(der: &[u8]) -> Option<PrivateKey> {
    let items = sequence(der)?;
    // Version, n, e, d, p, q and three numbers for speed.
    if items.len() != 9 {
        return None;
    }
    let number = |index: usize| Some(unsigned(items.get(index)?.as_slice().ok()?).to_vec());
    Some(PrivateKey::Rsa { der: der.to_vec(), modulus: number(1)?, exponent: number(2)? })
}

fn ec(der: &[u8]) -> Option<PrivateKey> {
    let items = sequence(der)?;
    if items.first()?.as_u32().ok()? != 1 {
        return None;
    }
    let scalar = items.get(1)?.as_slice().ok()?.to_vec();
    let point = items.iter().find(|item| item.header.is_contextspecific() && item.tag().0 == 1);
    let point = point.and_then(|item| {
        let (_, bits) = parse_der(item.as_slice().ok()?).ok()?;
        Some(bits.as_bitstring().ok()?.data.to_vec())
    });
    Some(PrivateKey::Ec { scalar, point })
}

fn pkcs8(der: &[u8]) -> Option<PrivateKey> {
    let items = sequence(der)?;
    let algorithm = items.get(1)?.as_sequence().ok()?.first()?.as_oid().ok()?.clone();
    let inner = items.get(2)?.as_slice().ok()?;
    if algorithm == oid!(1.2.840.113549.1.1.1) {
        rsa(inner)
    } else if algorithm == oid!(1.2.840.10045.2.1) {
        ec(inner)
    } else {
        None
    }
}

/// A number without the zeros before it.
fn unsigned(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

impl PrivateKey {
    /// Whether the certificate's public key belongs to this one.
    pub(crate) fn belongs_to(&self, certificate: &Certificate) -> bool {
        let certificate = certificate.parsed();
        let spki = certificate.public_key();
        match (self, spki.parsed()) {
            (Self::Rsa { der, modulus, exponent }, Ok(PublicKey::RSA(public))) => {
                unsigned(public.modulus) == modulus
                    && unsigned(public.exponent) == exponent
                    && (!CHECKED_RSA.contains(&modulus.len()) || RsaKeyPair::from_der(der).is_ok())
            }
            (Self::Ec { scalar, point }, Ok(PublicKey::EC(public))) => {
                let algorithm = match public.data().len() {
                    65 => &ECDSA_P256_SHA256_ASN1_SIGNING,
                    97 => &ECDSA_P384_SHA384_ASN1_SIGNING,
                    // Curves that cannot be computed with here: what the key tells of its own point.
                    _ => return point.as_deref() == Some(public.data()),
                };
                let random = SystemRandom::new();
                EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, public.data(), &random)
                    .is_ok()
            }
            _ => false,
        }
    }
}
