//! SAML providers: what is true of them in any storage.

use crate::context_provider::ContextProvider;
use crate::entity::Home;
use base::{Tags, Timestamp};
use serde::{Deserialize, Serialize};

/// Private keys of one provider at the most.
pub(crate) const MOST_KEYS: usize = 2;

/// A SAML identity provider that roles may trust.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SamlProvider {
    pub(crate) home: Home,
    pub(crate) name: String,
    /// Its own id, which no later provider of that name has.
    pub(crate) uuid: String,
    /// The document as it was given, byte by byte.
    pub(crate) document: String,
    /// The `Issuer` of its assertions.
    pub(crate) entity_id: String,
    /// Certificates that may sign assertions, DER in base64.
    pub(crate) certificates: Vec<String>,
    /// After this, nobody is let in by it.
    pub(crate) valid_until: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) encryption: Encryption,
    /// Keys to open encrypted assertions with.
    pub(crate) keys: Vec<PrivateKey>,
    pub(crate) context: Option<ContextProvider>,
    pub(crate) tags: Tags,
}

/// Whether assertions have to be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Encryption {
    Allowed,
    Required,
}

impl Encryption {
    /// Reads AWS's word; the model has judged that it is one.
    pub(crate) fn read(word: &str) -> Self {
        if word == "Required" { Self::Required } else { Self::Allowed }
    }

    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Allowed => "Allowed",
            Self::Required => "Required",
        }
    }
}

/// A private key, which no answer shows.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PrivateKey {
    pub(crate) id: String,
    pub(crate) pem: String,
    pub(crate) added_at: Timestamp,
}

impl SamlProvider {
    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("saml-provider/{}", self.name))
    }
}
