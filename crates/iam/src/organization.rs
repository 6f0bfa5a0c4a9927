//! What IAM does for organizations: central management of the members' root users.

use crate::Iam;
use crate::error::{AccountRefusal, Error};
use crate::event::Changed;
use base::AccountId;
use ports::{Cx, Placement};
use serde::{Deserialize, Serialize};
use shapes_iam as api;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Record, Tx};

/// Whom an organization has to trust with its accounts first.
const SERVICE: &str = "iam.amazonaws.com";

/// What an organization has switched on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OrganizationFeatures {
    organization: String,
    enabled: BTreeSet<Feature>,
}

/// A switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Feature {
    RootCredentialsManagement,
    RootSessions,
}

impl Record for OrganizationFeatures {
    const TABLE: &'static str = "iam_organization_features";
    type Key = String;

    fn key(&self) -> String {
        self.organization.clone()
    }
}

impl Feature {
    fn name(self) -> String {
        match self {
            Self::RootCredentialsManagement => "RootCredentialsManagement".to_owned(),
            Self::RootSessions => "RootSessions".to_owned(),
        }
    }
}

/// The organization that the caller's account manages, with IAM trusted there.
fn managed(cx: &Cx, svc: &Iam, otherwise: AccountRefusal) -> Result<Arc<Placement>, Error> {
    let place = svc.organizations.of(cx.world(), cx.account()).ok_or(AccountRefusal::NoOrganization)?;
    if !place.is_management {
        return Err(otherwise.into());
    }
    if !place.has_all_features {
        return Err(AccountRefusal::NotAllFeatures.into());
    }
    if !place.services.iter().any(|service| service == SERVICE) {
        return Err(AccountRefusal::NotTrusted.into());
    }
    Ok(place)
}

/// `ListOrganizationsFeatures`.
pub(crate) fn list_features(
    cx: &Cx,
    svc: &Iam,
    _input: api::ListOrganizationsFeaturesRequest,
) -> Result<api::ListOrganizationsFeaturesResponse, Error> {
    let place = managed(cx, svc, AccountRefusal::NotDelegated)?;
    let enabled = cx.read(|view| view.get::<OrganizationFeatures>(&place.organization));
    Ok(api::ListOrganizationsFeaturesResponse {
        organization_id: Some(place.organization.clone()),
        enabled_features: Some(enabled.map_or_else(Vec::new, |own| names(&own.enabled))),
    })
}

fn names(enabled: &BTreeSet<Feature>) -> Vec<String> {
    enabled.iter().map(|feature| feature.name()).collect()
}

/// Switches a feature; answers the organization and what is on then.
fn switch(
    cx: &Cx,
    svc: &Iam,
    otherwise: AccountRefusal,
    change: impl Fn(&mut BTreeSet<Feature>),
) -> Result<(Option<String>, Option<Vec<String>>), Error> {
    let place = managed(cx, svc, otherwise)?;
    let organization = &place.organization;
    let enabled = cx.write(|tx: &mut Tx| {
        let own = tx.get::<OrganizationFeatures>(organization);
        let mut enabled = own.map_or_else(BTreeSet::new, |own| own.enabled.clone());
        change(&mut enabled);
        tx.emit(&Changed { kind: "OrganizationFeaturesChanged", resource: organization.clone() });
        tx.put(OrganizationFeatures { organization: organization.clone(), enabled: enabled.clone() });
        Ok::<_, Error>(enabled)
    })?;
    Ok((Some(organization.clone()), Some(names(&enabled))))
}

/// `EnableOrganizationsRootCredentialsManagement`.
pub(crate) fn enable_root_credentials(
    cx: &Cx,
    svc: &Iam,
    _input: api::EnableOrganizationsRootCredentialsManagementRequest,
) -> Result<api::EnableOrganizationsRootCredentialsManagementResponse, Error> {
    let (organization_id, enabled_features) = switch(cx, svc, AccountRefusal::NotManagement, |enabled| {
        enabled.insert(Feature::RootCredentialsManagement);
    })?;
    Ok(api::EnableOrganizationsRootCredentialsManagementResponse { organization_id, enabled_features })
}

/// `DisableOrganizationsRootCredentialsManagement`.
pub(crate) fn disable_root_credentials(
    cx: &Cx,
    svc: &Iam,
    _input: api::DisableOrganizationsRootCredentialsManagementRequest,
) -> Result<api::DisableOrganizationsRootCredentialsManagementResponse, Error> {
    let (organization_id, enabled_features) = switch(cx, svc, AccountRefusal::NotDelegated, |enabled| {
        enabled.remove(&Feature::RootCredentialsManagement);
    })?;
    Ok(api::DisableOrganizationsRootCredentialsManagementResponse { organization_id, enabled_features })
}

/// `EnableOrganizationsRootSessions`.
pub(crate) fn enable_root_sessions(
    cx: &Cx,
    svc: &Iam,
    _input: api::EnableOrganizationsRootSessionsRequest,
) -> Result<api::EnableOrganizationsRootSessionsResponse, Error> {
    let (organization_id, enabled_features) = switch(cx, svc, AccountRefusal::NotManagement, |enabled| {
        enabled.insert(Feature::RootSessions);
    })?;
    Ok(api::EnableOrganizationsRootSessionsResponse { organization_id, enabled_features })
}

/// `DisableOrganizationsRootSessions`.
pub(crate) fn disable_root_sessions(
    cx: &Cx,
    svc: &Iam,
    _input: api::DisableOrganizationsRootSessionsRequest,
) -> Result<api::DisableOrganizationsRootSessionsResponse, Error> {
    let (organization_id, enabled_features) = switch(cx, svc, AccountRefusal::NotDelegated, |enabled| {
        enabled.remove(&Feature::RootSessions);
    })?;
    Ok(api::DisableOrganizationsRootSessionsResponse { organization_id, enabled_features })
}

/// Whether the caller's account may act as root of `account`: a member of the organization it manages, which has root
/// sessions switched on.
pub(crate) fn may_be_root(cx: &Cx, svc: &Iam, account: AccountId) -> bool {
    let Ok(own) = managed(cx, svc, AccountRefusal::NotManagement) else { return false };
    let its = svc.organizations.of(cx.world(), account);
    let is_member = its.is_some_and(|its| its.organization == own.organization && !its.is_management);
    let features = cx.read(|view| view.get::<OrganizationFeatures>(&own.organization));
    is_member && features.is_some_and(|features| features.enabled.contains(&Feature::RootSessions))
}
