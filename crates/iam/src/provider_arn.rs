//! ARNs of identity providers, as calls name them.

use crate::error::{Error, ProviderRefusal};
use base::Arn;
use ports::Cx;

/// The kinds of providers, as their ARNs spell them.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Oidc,
    Saml,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Oidc => "oidc-provider",
            Self::Saml => "saml-provider",
        }
    }
}

/// The name of a provider of the caller's account out of its ARN: host and path, or the given name. Another account's
/// is denied, whether it exists or not.
pub(crate) fn name(cx: &Cx, kind: Kind, text: &str, action: &'static str) -> Result<String, Error> {
    let no_arn = || ProviderRefusal::NoArn(text.to_owned());
    let arn: Arn = text.parse().map_err(|_| no_arn())?;
    if arn.service != "iam" || !arn.region.is_empty() {
        return Err(no_arn().into());
    }
    let (word, name) = arn.resource.split_once('/').ok_or_else(no_arn)?;
    if word != kind.word() {
        return Err(ProviderRefusal::ArnKind.into());
    }
    if name.is_empty() {
        return Err(no_arn().into());
    }
    if arn.account != cx.account().to_string() || arn.partition != cx.partition().as_str() {
        let caller = cx.caller().arn(cx.partition()).unwrap_or_default();
        return Err(Error::Denied(caller, action, text.to_owned()));
    }
    Ok(name.to_owned())
}
