//! What load balancers ask of server certificates.

use super::ServerCertificate;
use crate::certificate::Certificate;
use crate::entity::Home;
use base::{AccountId, Arn};
use ports::{CertificateKey, KnownCertificate, ServerCertificates};
use store::Tx;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;

/// Server certificates as listeners see them.
pub(crate) struct OfListeners;

impl ServerCertificates for OfListeners {
    fn get(&self, tx: &Tx, account: AccountId, text: &str) -> Option<KnownCertificate> {
        let arn = text.parse::<Arn>().ok()?;
        let home = Home::of_arn(&arn).filter(|home| home.account == account)?;
        let name = arn.resource.rsplit('/').next().unwrap_or_default();
        let own = tx.get::<ServerCertificate>(&home.key(name)).filter(|own| own.arn() == text)?;
        known(&own.body)
    }
}

fn known(body: &str) -> Option<KnownCertificate> {
    let certificate = Certificate::read(body)?;
    let (_, parsed) = parse_x509_certificate(certificate.der()).ok()?;
    Some(KnownCertificate { key: key(&parsed), names: names(&parsed) })
}

fn key(own: &X509Certificate<'_>) -> CertificateKey {
    let spki = own.public_key();
    match spki.parsed() {
        Ok(PublicKey::RSA(rsa)) => CertificateKey::Rsa(rsa.key_size()),
        Ok(PublicKey::EC(_)) => {
            let curve = spki.algorithm.parameters.as_ref().and_then(|own| own.as_oid().ok());
            // RFC 5480, section 2.1.1.1.
            match curve.map(|own| own.to_id_string()).as_deref() {
                Some("1.2.840.10045.3.1.7") => CertificateKey::Ecdsa(256),
                Some("1.3.132.0.34") => CertificateKey::Ecdsa(384),
                Some("1.3.132.0.35") => CertificateKey::Ecdsa(521),
                _ => CertificateKey::Other,
            }
        }
        _ => CertificateKey::Other,
    }
}

fn names(own: &X509Certificate<'_>) -> Vec<String> {
    let common = own.subject().iter_common_name().filter_map(|name| name.as_str().ok());
    let alternative = own.subject_alternative_name().ok().flatten();
    let others = alternative.iter().flat_map(|own| &own.value.general_names).filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(*name),
        _ => None,
    });
    common.chain(others).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::known;
    use ports::CertificateKey;

    #[test]
    fn a_certificate_tells_its_key_and_its_names() {
        for (algorithm, want) in [
            (&rcgen::PKCS_ECDSA_P256_SHA256, CertificateKey::Ecdsa(256)),
            (&rcgen::PKCS_ECDSA_P384_SHA384, CertificateKey::Ecdsa(384)),
            (&rcgen::PKCS_ED25519, CertificateKey::Other),
        ] {
            let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
            let mut wish = rcgen::CertificateParams::new(vec!["b.example.com".to_owned()]).unwrap();
            wish.distinguished_name.push(rcgen::DnType::CommonName, "a.example.com");
            let found = known(&wish.self_signed(&key).unwrap().pem()).unwrap();
            assert_eq!(found.key, want);
            assert_eq!(found.names, ["a.example.com", "b.example.com"]);
        }
        assert_eq!(known("x"), None);
    }
}
