//! The key that a world signs identity documents with, and its certificate.

use key_material::{RsaPrivateKey, pem};
use ports::Cx;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use ring::rand::SystemRandom;
use ring::signature::RSA_PKCS1_SHA256;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Record, StoreError};

/// A key of a world, made when the first signature is asked for. A forked world has one of its own.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SigningKey {
    world: String,
    /// PKCS #1.
    private_hex: String,
    certificate_hex: String,
}

impl Record for SigningKey {
    const TABLE: &'static str = "instance_metadata_signing_key";
    type Key = String;

    fn key(&self) -> String {
        self.world.clone()
    }
}

/// The world's key. An error is for the log.
pub(super) fn own(cx: &Cx) -> Result<Arc<SigningKey>, String> {
    let world = &cx.world().name;
    if let Some(key) = cx.read(|view| view.get::<SigningKey>(world)) {
        return Ok(key);
    }
    let private = RsaPrivateKey::new(cx.ids());
    let certificate = certify(&private).map_err(|error| error.to_string())?;
    let key = SigningKey {
        world: world.clone(),
        private_hex: hex::encode(private.pkcs1()),
        certificate_hex: hex::encode(certificate),
    };
    let kept = cx.write(|tx| {
        Ok::<_, StoreError>(match tx.get::<SigningKey>(world) {
            Some(other) => other,
            None => {
                tx.put(key.clone());
                Arc::new(key.clone())
            }
        })
    });
    kept.map_err(|error| error.to_string())
}

/// A certificate that the key signs itself. It holds as long as X.509 can say: worlds have clocks of their own.
fn certify(private: &RsaPrivateKey) -> Result<Vec<u8>, rcgen::Error> {
    let key = KeyPair::from_pem(&pem::write("PRIVATE KEY", &private.pkcs8()))?;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "angae");
    params.distinguished_name.push(DnType::CommonName, "Instance identity documents");
    Ok(params.self_signed(&key)?.der().to_vec())
}

impl SigningKey {
    /// The certificate in DER. An error is for the log.
    pub(super) fn certificate(&self) -> Result<Vec<u8>, String> {
        hex::decode(&self.certificate_hex).map_err(|error| format!("the kept certificate: {error}"))
    }

    /// An RSA signature over SHA-256. An error is for the log.
    pub(super) fn sign(&self, text: &[u8]) -> Result<Vec<u8>, String> {
        let private = hex::decode(&self.private_hex).map_err(|error| format!("the kept key: {error}"))?;
        let key = ring::rsa::KeyPair::from_der(&private).map_err(|error| format!("the kept key: {error}"))?;
        let mut signature = vec![0; key.public().modulus_len()];
        // PKCS #1 takes no randomness: the generator only blinds.
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
            .map_err(|_| "the document cannot be signed".to_owned())?;
        Ok(signature)
    }
}
