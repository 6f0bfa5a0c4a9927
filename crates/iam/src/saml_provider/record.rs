//! How SAML providers are stored: under account and name.

use super::SamlProvider;
use crate::entity::Home;
use store::Record;

impl SamlProvider {
    /// The key of the provider of that name.
    pub(crate) fn key_of(home: &Home, name: &str) -> String {
        format!("{}{name}", home.prefix())
    }
}

impl Record for SamlProvider {
    const TABLE: &'static str = "iam_saml_provider";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.home, &self.name)
    }
}
