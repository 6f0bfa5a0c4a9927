//! The switches of an account: the form of tokens, whether it issues tokens to others, and its properties.

use crate::Iam;
use crate::entity::Home;
use crate::error::{AccountRefusal, Error};
use crate::event::Changed;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::collections::BTreeMap;
use store::{Record, Tx, View};

/// What an account has switched.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccountFeatures {
    pub(crate) home: Home,
    /// What tokens of STS's global endpoint are: `GlobalEndpointTokenVersion` of the account's summary.
    pub(crate) token_version: TokenVersion,
    /// Whether the account's principals may ask for tokens to show to others.
    pub(crate) is_outbound_enabled: bool,
    /// Who issues those tokens; the same ever after it was switched on for the first time.
    pub(crate) issuer: Option<String>,
    /// By `Namespace/PropertyName`.
    pub(crate) properties: BTreeMap<String, String>,
}

/// The two forms of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TokenVersion {
    V1,
    V2,
}

impl Record for AccountFeatures {
    const TABLE: &'static str = "iam_account_features";
    type Key = String;

    fn key(&self) -> String {
        self.home.prefix()
    }
}

impl AccountFeatures {
    fn new(home: &Home) -> Self {
        Self {
            home: home.clone(),
            token_version: TokenVersion::V1,
            is_outbound_enabled: false,
            issuer: None,
            properties: BTreeMap::new(),
        }
    }

    /// Those of an account; of one that never switched anything, how accounts begin.
    pub(crate) fn of(view: &View, home: &Home) -> Self {
        view.get::<Self>(&home.prefix()).map_or_else(|| Self::new(home), |own| (*own).clone())
    }

    /// The issuer, while tokens may be asked for.
    pub(crate) fn outbound_issuer(&self) -> Option<&str> {
        self.issuer.as_deref().filter(|_| self.is_outbound_enabled)
    }
}

/// Changes the caller's account in a transaction.
fn change<T>(cx: &Cx, change: impl Fn(&Tx, &mut AccountFeatures) -> Result<T, Error>) -> Result<T, Error> {
    let home = Home::of(cx);
    cx.write(|tx| {
        let own = tx.get::<AccountFeatures>(&home.prefix());
        let mut features = own.map_or_else(|| AccountFeatures::new(&home), |own| (*own).clone());
        let value = change(tx, &mut features)?;
        tx.emit(&Changed { kind: "AccountFeaturesChanged", resource: home.account.to_string() });
        tx.put(features);
        Ok(value)
    })
}

/// `SetSecurityTokenServicePreferences`.
pub(crate) fn set_token_version(
    cx: &Cx,
    _svc: &Iam,
    input: api::SetSecurityTokenServicePreferencesRequest,
) -> Result<Empty, Error> {
    let is_second = input.global_endpoint_token_version.as_deref() == Some("v2Token");
    change(cx, |_, features| {
        features.token_version = if is_second { TokenVersion::V2 } else { TokenVersion::V1 };
        Ok(Empty {})
    })
}

/// `EnableOutboundWebIdentityFederation`: names the account's issuer.
pub(crate) fn enable_outbound(
    cx: &Cx,
    _svc: &Iam,
    _input: Empty,
) -> Result<api::EnableOutboundWebIdentityFederationResponse, Error> {
    let new = format!("https://{}.tokens.sts.global.api.aws", cx.ids().uuid());
    let issuer = change(cx, |_, features| {
        if features.is_outbound_enabled {
            return Err(AccountRefusal::OutboundEnabled.into());
        }
        features.is_outbound_enabled = true;
        Ok(features.issuer.get_or_insert_with(|| new.clone()).clone())
    })?;
    Ok(api::EnableOutboundWebIdentityFederationResponse { issuer_identifier: Some(issuer) })
}

/// `DisableOutboundWebIdentityFederation`.
pub(crate) fn disable_outbound(cx: &Cx, _svc: &Iam, _input: Empty) -> Result<Empty, Error> {
    change(cx, |_, features| {
        if !features.is_outbound_enabled {
            return Err(AccountRefusal::OutboundDisabled.into());
        }
        features.is_outbound_enabled = false;
        Ok(Empty {})
    })
}

/// `GetOutboundWebIdentityFederationInfo`: refused where it is off.
pub(crate) fn outbound_info(
    cx: &Cx,
    _svc: &Iam,
    _input: Empty,
) -> Result<api::GetOutboundWebIdentityFederationInfoResponse, Error> {
    let features = cx.read(|view| AccountFeatures::of(view, &Home::of(cx)));
    let issuer = features.outbound_issuer().ok_or(AccountRefusal::OutboundDisabled)?;
    Ok(api::GetOutboundWebIdentityFederationInfoResponse {
        issuer_identifier: Some(issuer.to_owned()),
        jwt_vending_enabled: Some(true),
    })
}

/// `PutAccountProperties`: properties of one namespace; the others stay.
pub(crate) fn put_properties(
    cx: &Cx,
    _svc: &Iam,
    input: api::PutAccountPropertiesRequest,
) -> Result<api::PutAccountPropertiesResponse, Error> {
    let given = input.properties.unwrap_or_default();
    let mut namespaces = Vec::new();
    for key in given.keys() {
        namespaces.push(namespace(key).ok_or_else(|| AccountRefusal::Property(key.clone()))?);
    }
    namespaces.dedup();
    if namespaces.len() > 1 {
        return Err(AccountRefusal::PropertyNamespaces.into());
    }
    change(cx, |_, features| {
        features.properties.extend(given.clone());
        Ok(api::PutAccountPropertiesResponse {})
    })
}

/// The namespace of a property's key, which has exactly one slash, not at an end.
fn namespace(key: &str) -> Option<&str> {
    let (namespace, name) = key.split_once('/')?;
    (!namespace.is_empty() && !name.is_empty() && !name.contains('/')).then_some(namespace)
}

/// `GetAccountProperties`.
pub(crate) fn get_properties(
    cx: &Cx,
    _svc: &Iam,
    _input: api::GetAccountPropertiesRequest,
) -> Result<api::GetAccountPropertiesResponse, Error> {
    let features = cx.read(|view| AccountFeatures::of(view, &Home::of(cx)));
    Ok(api::GetAccountPropertiesResponse { properties: Some(features.properties) })
}

#[cfg(test)]
mod tests {
    use super::namespace;

    #[test]
    fn properties_have_one_namespace() {
        for (key, want) in [
            ("RoleManager/Enabled", Some("RoleManager")),
            ("Enabled", None),
            ("RoleManager/", None),
            ("/Enabled", None),
            ("a/b/c", None),
        ] {
            assert_eq!(namespace(key), want, "{key}");
        }
    }
}
