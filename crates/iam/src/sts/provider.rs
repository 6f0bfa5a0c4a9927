//! The identity providers of an account, as STS needs them.

use crate::account_features::AccountFeatures;
use crate::entity::Home;
use crate::oidc_provider::OidcProvider;
use crate::saml_provider::SamlProvider;
use base::{Arn, Timestamp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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
pub(super) fn oidc(view: &View, home: &Home, issuer: &str) -> Option<Oidc> {
    let found = view.get::<OidcProvider>(&OidcProvider::key_of(home, issuer))?;
    Some(Oidc {
        arn: found.arn(),
        issuer: found.name.clone(),
        client_ids: found.client_ids.clone(),
        thumbprints: found.thumbprints.clone(),
    })
}

/// The SAML provider of that ARN, if it is the account's and its document still holds.
pub(super) fn saml(view: &View, home: &Home, arn: &str, now: Timestamp) -> Option<Saml> {
    let parsed: Arn = arn.parse().ok()?;
    let name = parsed.resource.strip_prefix("saml-provider/")?;
    let found = view.get::<SamlProvider>(&SamlProvider::key_of(home, name))?;
    let is_good = found.arn() == arn && found.valid_until > now;
    is_good.then(|| Saml {
        arn: found.arn(),
        name: found.name.clone(),
        entity_id: found.entity_id.clone(),
        certificates: found.certificates.iter().filter_map(|text| STANDARD.decode(text).ok()).collect(),
    })
}

/// The URL under which the account issues tokens itself, where it does.
pub(super) fn outbound(view: &View, home: &Home) -> Option<String> {
    AccountFeatures::of(view, home).outbound_issuer().map(str::to_owned)
}

/// Whether an account of this world issues tokens under that URL.
pub(super) fn is_outbound_issuer(view: &View, url: &str) -> bool {
    view.range::<AccountFeatures>("").any(|features| features.outbound_issuer() == Some(url))
}
