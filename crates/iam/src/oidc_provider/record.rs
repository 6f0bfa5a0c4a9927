//! How OpenID Connect providers are stored: under account and name.

use super::OidcProvider;
use crate::entity::Home;
use store::Record;

impl OidcProvider {
    /// The key of the provider of an issuer: its URL without `https://`, as a token's `iss` has it.
    pub(crate) fn key_of(home: &Home, issuer: &str) -> String {
        format!("{}{issuer}", home.prefix())
    }
}

impl Record for OidcProvider {
    const TABLE: &'static str = "iam_oidc_provider";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.home, &self.name)
    }
}
