//! The identity providers of an account, as STS needs them.

use crate::entity::Home;
use store::View;

/// An OIDC provider.
pub(super) struct Oidc {
    pub(super) arn: String,
    /// Host and path, without a scheme.
    pub(super) issuer: String,
    pub(super) client_ids: Vec<String>,
    pub(super) thumbprints: Vec<String>,
}

/// A SAML provider.
pub(super) struct Saml {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) entity_id: String,
    /// What it signs with, each as DER.
    pub(super) certificates: Vec<Vec<u8>>,
}

/// The account's OIDC provider of that host and path.
pub(super) fn oidc(_view: &View, _home: &Home, _issuer: &str) -> Option<Oidc> {
    None
}

/// The SAML provider of that ARN, if it is the account's.
pub(super) fn saml(_view: &View, _home: &Home, _arn: &str) -> Option<Saml> {
    None
}

/// The URL under which the account issues tokens itself, where it does.
pub(super) fn outbound(_view: &View, _home: &Home) -> Option<String> {
    None
}

/// Whether an account of this world issues tokens under that URL.
pub(super) fn is_outbound_issuer(_view: &View, _url: &str) -> bool {
    false
}
