//! X.509 certificates and their keys, as they are uploaded: read, held against each other, never trusted or
//! distrusted. What is done with them is their owners' business.

mod private_key;
#[cfg(test)]
mod tests;

pub(crate) use private_key::read as private_key;

use base::Timestamp;
use key_material::pem;
use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::parse_x509_certificate;

/// A certificate that was read before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Certificate {
    der: Vec<u8>,
}

impl Certificate {
    /// Reads DER.
    pub(crate) fn from_der(der: Vec<u8>) -> Option<Self> {
        let (rest, _) = parse_x509_certificate(&der).ok()?;
        rest.is_empty().then_some(())?;
        Some(Self { der })
    }

    /// Reads a text of one certificate in PEM.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut all = Self::read_all(text)?;
        let only = all.pop()?;
        all.is_empty().then_some(only)
    }

    /// Reads a text of certificates in PEM, at least one.
    pub(crate) fn read_all(text: &str) -> Option<Vec<Self>> {
        let read = |block: pem::Block| match block.label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Self::from_der(block.der),
            _ => None,
        };
        pem::blocks(text)?.into_iter().map(read).collect()
    }

    fn parsed(&self) -> X509Certificate<'_> {
        parse_x509_certificate(&self.der).expect("it was parsed when it was read").1
    }

    /// The bytes it is made of.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// When it ends.
    pub(crate) fn not_after(&self) -> Timestamp {
        seconds(self.parsed().validity().not_after.timestamp())
    }

    /// Whether it is in force.
    pub(crate) fn is_valid_at(&self, now: Timestamp) -> bool {
        let from = seconds(self.parsed().validity().not_before.timestamp());
        from <= now && now <= self.not_after()
    }

    /// Whether `issuer` says by name and signature that it issued this one. Signatures by algorithms that cannot be
    /// computed here are taken by the name.
    fn is_signed_by(&self, issuer: &Self) -> bool {
        let (own, issuer) = (self.parsed(), issuer.parsed());
        own.issuer().as_raw() == issuer.subject().as_raw()
            && matches!(
                own.verify_signature(Some(issuer.public_key())),
                Ok(()) | Err(X509Error::SignatureUnsupportedAlgorithm)
            )
    }
}

fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}

/// Refuses a chain in which one is not signed by the next: the index in the chain of the one whose issuer is missing,
/// -1 for the leaf itself.
pub(crate) fn check_chain(leaf: &Certificate, chain: &[Certificate]) -> Result<(), i64> {
    let mut current = leaf;
    for (index, next) in (-1..).zip(chain) {
        if !current.is_signed_by(next) {
            return Err(index);
        }
        current = next;
    }
    Ok(())
}
