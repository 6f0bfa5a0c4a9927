//! Signing, for our own clients and for presigned URLs.

use super::canonical::{Canonical, uri_encode};
use super::claim::{Claim, CredentialScope, Scheme};
use super::{KeyCache, hmac};
use crate::Head;
use http::{HeaderName, HeaderValue};

/// Who signs, for what, and when.
pub struct Signer<'a> {
    /// The access key id.
    pub access_key_id: &'a str,
    /// Its secret.
    pub secret: &'a str,
    /// The session token of a temporary key.
    pub session_token: Option<&'a str>,
    /// The Region.
    pub region: &'a str,
    /// The service's signing name.
    pub service: &'a str,
    /// `20150830T123600Z`.
    pub date: &'a str,
}

impl Signer<'_> {
    fn claim(&self, scheme: Scheme, signed_headers: Vec<String>) -> Claim {
        Claim {
            scheme,
            access_key_id: self.access_key_id.to_owned(),
            scope: CredentialScope {
                date: self.date.get(..8).unwrap_or(self.date).to_owned(),
                region: Some(self.region.to_owned()),
                service: self.service.to_owned(),
            },
            signed_headers,
            signature: String::new(),
            session_token: None,
            date: self.date.to_owned(),
            expires_seconds: None,
        }
    }

    /// Signs a request by header. All its headers are signed, and so is the body's hash.
    pub fn sign(&self, head: &mut Head, body_sha256: &str) {
        insert(head, "x-amz-date", self.date);
        if let Some(token) = self.session_token {
            insert(head, "x-amz-security-token", token);
        }
        if self.service == "s3" && !head.headers.contains_key("x-amz-content-sha256") {
            insert(head, "x-amz-content-sha256", body_sha256);
        }
        let mut names: Vec<String> = head.headers.keys().map(|name| name.as_str().to_owned()).collect();
        names.retain(|name| name != "authorization" && name != "host");
        names.push("host".to_owned());
        names.sort();
        names.dedup();
        let claim = self.claim(Scheme::V4Header, names);
        let signature = self.signature(&claim, head, body_sha256);
        let value = format!(
            "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={signature}",
            self.access_key_id,
            claim.scope.text(),
            claim.signed_headers.join(";"),
        );
        insert(head, "authorization", &value);
    }

    /// Signs a request by query, good for `expires_seconds`. Only the host is signed.
    pub fn presign(&self, head: &mut Head, expires_seconds: u32) {
        let claim = self.claim(Scheme::V4Query, vec!["host".to_owned()]);
        let credential = uri_encode(&format!("{}/{}", self.access_key_id, claim.scope.text()), false);
        let mut query = head.query.clone().map(|query| query + "&").unwrap_or_default();
        query.push_str(&format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={}\
             &X-Amz-Expires={expires_seconds}&X-Amz-SignedHeaders=host",
            self.date
        ));
        if let Some(token) = self.session_token {
            query.push_str(&format!("&X-Amz-Security-Token={}", uri_encode(token, false)));
        }
        head.query = Some(query.clone());
        let signature = self.signature(&claim, head, &super::sha256_hex(b""));
        head.query = Some(format!("{query}&X-Amz-Signature={signature}"));
    }

    fn signature(&self, claim: &Claim, head: &Head, body_sha256: &str) -> String {
        let canonical = Canonical::of(claim, head, Some(body_sha256));
        let key = KeyCache::default().signing_key(self.secret, &claim.scope);
        hex::encode(hmac(&key, canonical.string_to_sign(claim).as_bytes()))
    }
}

fn insert(head: &mut Head, name: &'static str, value: &str) {
    let value = HeaderValue::from_bytes(value.as_bytes()).expect("dates, hashes and tokens are printable");
    head.headers.insert(HeaderName::from_static(name), value);
}
