//! Browser forms: what is signed is the policy in them, not the request that carries it.
//!
//! Source: Amazon S3 API Reference, "Authenticating requests in browser-based uploads using POST".

use super::claim::{CredentialScope, form_credential};
use super::refusal::bytes;
use super::{KeyCache, equal, hmac};
use crate::{Fault, sender};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;

/// Who claims to have signed a form's policy.
#[derive(Clone, Debug)]
pub struct FormClaim {
    /// With which key.
    pub access_key_id: String,
    /// For what; `None` in SigV2, which has no scope.
    pub scope: Option<CredentialScope>,
    /// The signature, as sent.
    pub signature: String,
    /// The token of a temporary key.
    pub session_token: Option<String>,
}

impl FormClaim {
    /// The claim of a SigV4 form; `None` where the credential is none.
    pub fn v4(credential: &str, signature: &str, session_token: Option<&str>) -> Option<Self> {
        let (access_key_id, scope) = form_credential(credential)?;
        Some(Self {
            access_key_id,
            scope: Some(scope),
            signature: signature.to_owned(),
            session_token: session_token.map(str::to_owned),
        })
    }

    /// The claim of a SigV2 form.
    pub fn v2(access_key_id: &str, signature: &str, session_token: Option<&str>) -> Self {
        Self {
            access_key_id: access_key_id.to_owned(),
            scope: None,
            signature: signature.to_owned(),
            session_token: session_token.map(str::to_owned),
        }
    }

    /// Judges the claim with the key's secret. What is signed is the policy as it stands in the form: in base64.
    pub fn verify(&self, policy: &str, secret: &str, keys: &KeyCache) -> Result<(), Fault> {
        let signature = match &self.scope {
            Some(scope) => hex::encode(hmac(&keys.signing_key(secret, scope), policy.as_bytes())),
            None => {
                let mut mac =
                    Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
                mac.update(policy.as_bytes());
                STANDARD.encode(mac.finalize().into_bytes())
            }
        };
        if equal(&signature, &self.signature) {
            return Ok(());
        }
        let sentence = "The request signature we calculated does not match the signature you provided. Check your \
                        key and signing method.";
        Err(sender(403, "SignatureDoesNotMatch", sentence)
            .with("AWSAccessKeyId", self.access_key_id.clone())
            .with("StringToSign", policy)
            .with("SignatureProvided", self.signature.clone())
            .with("StringToSignBytes", bytes(policy)))
    }
}

#[cfg(test)]
mod tests {
    use super::{FormClaim, KeyCache};

    #[test]
    fn the_policy_as_it_stands_is_what_is_signed() {
        let policy = "eyJleHBpcmF0aW9uIjogIjIwMzAtMDEtMDFUMDA6MDA6MDBaIn0=";
        let keys = KeyCache::default();
        let credential = "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request";
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        // Computed with Python's hmac module.
        let v4 = "c283834f107e8cd45cc73bf2b58b248ba74fd1517e60dd396ded7170ecbab2d9";
        let v2 = "swZ8iw9e77hwpwpzFDHyMOxQrzM=";
        let claim = |signature: &str| FormClaim::v4(credential, signature, None).unwrap();
        let old = |signature: &str| FormClaim::v2("AKIAIOSFODNN7EXAMPLE", signature, None);
        assert!(claim(v4).verify(policy, secret, &keys).is_ok());
        assert!(old(v2).verify(policy, secret, &keys).is_ok());
        for (claim, policy, secret) in
            [(claim(v4), "e30=", secret), (claim(v2), policy, secret), (old(v2), policy, "other")]
        {
            assert_eq!(claim.verify(policy, secret, &keys).unwrap_err().code, "SignatureDoesNotMatch");
        }
        assert!(FormClaim::v4("AKIA/20151229/s3", v4, None).is_none());
    }
}
