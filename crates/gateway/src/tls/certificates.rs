//! The certificates the port shows: one for its addresses, and one for each name it is called by.
//!
//! Names are certified one by one, when a client first asks: Node refuses a wildcard right under a top-level name
//! (`*.localhost`), and a wildcard stands for one label, where a bucket's host may have several.

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What the port is called where a client asks for no name, or for one outside [`ZONES`].
const GENERAL: [&str; 4] = ["localhost", "host.docker.internal", "127.0.0.1", "::1"];

/// Any name under these is certified when it is asked for.
const ZONES: [&str; 2] = [".localhost", ".amazonaws.com"];

/// Certified names that are kept. One more and all are forgotten: they are made anew as they are asked for.
const MOST_NAMES: usize = 1_024;

/// Why a certificate could not be made.
pub(super) type Cause = Box<dyn std::error::Error>;

/// The port's own key with its certificates.
pub(super) struct Certificates {
    issuer: Issuer<'static, KeyPair>,
    key: KeyPair,
    signing: Arc<dyn SigningKey>,
    general: Arc<CertifiedKey>,
    by_name: Mutex<BTreeMap<String, Arc<CertifiedKey>>>,
}

impl Certificates {
    /// A new key, certified for the port's addresses.
    pub(super) fn new(issuer: Issuer<'static, KeyPair>) -> Result<Self, Cause> {
        let key = KeyPair::generate()?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signing = rustls::crypto::ring::sign::any_supported_type(&der)?;
        let general = certify(&issuer, &key, &signing, GENERAL.map(str::to_owned).to_vec())?;
        Ok(Self { issuer, key, signing, general, by_name: Mutex::default() })
    }

    /// The certificate for a name, made if it is new.
    fn named(&self, name: &str) -> Result<Arc<CertifiedKey>, Cause> {
        let name = name.to_ascii_lowercase();
        if !ZONES.iter().any(|zone| name.ends_with(zone)) {
            return Ok(Arc::clone(&self.general));
        }
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = by_name.get(&name) {
            return Ok(Arc::clone(known));
        }
        let made = certify(&self.issuer, &self.key, &self.signing, vec![name.clone()])?;
        if by_name.len() == MOST_NAMES {
            by_name.clear();
        }
        by_name.insert(name, Arc::clone(&made));
        Ok(made)
    }
}

fn certify(
    issuer: &Issuer<'static, KeyPair>,
    key: &KeyPair,
    signing: &Arc<dyn SigningKey>,
    names: Vec<String>,
) -> Result<Arc<CertifiedKey>, Cause> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "angae");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.signed_by(key, issuer)?;
    Ok(Arc::new(CertifiedKey::new(vec![certificate.der().clone()], Arc::clone(signing))))
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let Some(name) = hello.server_name() else { return Some(Arc::clone(&self.general)) };
        let made = self.named(name);
        made.inspect_err(|cause| tracing::warn!("{name} cannot be certified: {cause}")).ok()
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive() // it holds the keys
    }
}

#[cfg(test)]
mod tests {
    use super::{Certificates, MOST_NAMES};
    use rcgen::{CertificateParams, Issuer, KeyPair};
    use std::sync::Arc;

    fn certificates() -> Certificates {
        let issuer = Issuer::new(CertificateParams::default(), KeyPair::generate().unwrap());
        Certificates::new(issuer).unwrap()
    }

    /// Whether the name stands in the certificate; DNS names lie there as plain ASCII.
    fn stands_in(certificates: &Certificates, asked: &str, name: &str) -> bool {
        let shown = certificates.named(asked).unwrap();
        shown.cert[0].windows(name.len()).any(|bytes| bytes == name.as_bytes())
    }

    #[test]
    fn each_name_of_a_bucket_is_certified_as_it_stands() {
        let certificates = certificates();
        for (asked, stands) in [
            ("bkt.localhost", "bkt.localhost"),
            ("a.b.s3.localhost", "a.b.s3.localhost"),
            ("BKT.s3.eu-west-1.amazonaws.com", "bkt.s3.eu-west-1.amazonaws.com"),
            ("elsewhere.example", "host.docker.internal"),
        ] {
            assert!(stands_in(&certificates, asked, stands), "{asked}");
        }
        assert!(!stands_in(&certificates, "elsewhere.example", "elsewhere.example"));
    }

    #[test]
    fn a_name_is_certified_once_and_few_are_kept() {
        let certificates = certificates();
        let first = certificates.named("bkt.localhost").unwrap();
        assert!(Arc::ptr_eq(&first, &certificates.named("bkt.localhost").unwrap()));
        for number in 0..=MOST_NAMES {
            certificates.named(&format!("b{number}.localhost")).unwrap();
        }
        assert!(certificates.by_name.lock().unwrap().len() <= MOST_NAMES);
    }
}
