//! STS: who is calling, and temporary credentials. One file an operation, or what several of them share.

mod assume_role;
mod delegated;
mod federation_token;
mod identity;
mod instance;
mod message;
mod mfa;
mod outbound;
mod pod;
mod principal;
mod provider;
mod root;
mod saml;
mod scoped;
mod service_role;
mod session_policy;
mod session_tags;
mod session_token;
mod target;
#[cfg(test)]
mod tests;
mod trust;
mod vend;
mod vouched;
mod web_identity;

pub use message::encode as encode_authorization_message;
pub(crate) use outbound::{Hosted, SigningKey};
pub(crate) use principal::gathered;
pub(crate) use saml::UsedAssertion;
pub(crate) use web_identity::KeySets;

use crate::Iam;
use ports::Registrar;
use shapes_sts as sts;

/// Registers the operations.
pub(crate) fn register(ops: &mut Registrar<'_, Iam>) {
    ops.tables().record::<UsedAssertion>().record::<SigningKey>();
    ops.answer::<sts::GetCallerIdentity>(identity::caller)
        .answer::<sts::GetAccessKeyInfo>(identity::access_key_info)
        .answer::<sts::GetSessionToken>(session_token::get)
        .answer::<sts::AssumeRole>(assume_role::assume)
        .answer::<sts::AssumeRoleWithSAML>(saml::assume)
        .stream::<sts::AssumeRoleWithWebIdentity, _>(web_identity::assume)
        .answer::<sts::AssumeRoot>(root::assume)
        .answer::<sts::GetFederationToken>(federation_token::get)
        .answer::<sts::GetScopedCredentials>(scoped::get)
        .answer::<sts::DecodeAuthorizationMessage>(message::decode)
        .answer::<sts::GetWebIdentityToken>(outbound::get)
        .answer::<sts::GetDelegatedAccessToken>(delegated::get);
}
