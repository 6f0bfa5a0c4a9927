//! Certificates and lists of revocations in PEM.

use key_material::pem::blocks;
use x509_parser::{parse_x509_certificate, parse_x509_crl};

/// How many certificates a text is of; `None` where it is of anything else, or of none.
pub(super) fn certificates(text: &str) -> Option<usize> {
    let all = blocks(text)?;
    let is_certificate = |der: &[u8]| parse_x509_certificate(der).is_ok_and(|(rest, _)| rest.is_empty());
    let is_fit = all.iter().all(|block| block.label == "CERTIFICATE" && is_certificate(&block.der));
    (is_fit && !all.is_empty()).then_some(all.len())
}

/// How many certificates a list revokes; `None` where it is none. It comes in PEM or in DER.
pub(super) fn revoked(bytes: &[u8]) -> Option<usize> {
    let in_pem = std::str::from_utf8(bytes).ok().and_then(blocks).and_then(|mut all| {
        let block = all.pop().filter(|block| block.label == "X509 CRL")?;
        all.is_empty().then_some(block.der)
    });
    let der = in_pem.unwrap_or_else(|| bytes.to_vec());
    let (rest, list) = parse_x509_crl(&der).ok()?;
    rest.is_empty().then(|| list.iter_revoked_certificates().count())
}

#[cfg(test)]
mod tests {
    use super::{certificates, revoked};

    #[test]
    fn what_is_no_certificate_is_none() {
        for text in ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(certificates(text), None, "{text}");
            assert_eq!(revoked(text.as_bytes()), None, "{text}");
        }
        let one = include_str!("../../tests/acceptance/data/leaf.pem");
        assert_eq!(certificates(&format!("{one}{one}")), Some(2));
    }
}
