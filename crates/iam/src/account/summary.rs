//! How much of everything the account has, and may have.

use crate::Iam;
use crate::account_features::{AccountFeatures, TokenVersion};
use crate::entity::Home;
use crate::error::Error;
use crate::group::Group;
use crate::instance_profile::InstanceProfile;
use crate::mfa_device::MfaDevice;
use crate::oidc_provider::OidcProvider;
use crate::policy::Policy;
use crate::role::Role;
use crate::saml_provider::SamlProvider;
use crate::server_certificate::ServerCertificate;
use crate::user::User;
use ports::Cx;
use shape::Empty;
use shapes_iam as api;
use std::collections::BTreeMap;
use store::View;

/// The quotas an account begins with, by the names of the summary (recorded).
const QUOTAS: [(&str, i32); 19] = [
    ("AccessKeysPerUserQuota", 2),
    ("AssumeRolePolicySizeQuota", 2048),
    ("AttachedPoliciesPerGroupQuota", 10),
    ("AttachedPoliciesPerRoleQuota", 10),
    ("AttachedPoliciesPerUserQuota", 10),
    ("GroupPolicySizeQuota", 5120),
    ("GroupsPerUserQuota", 10),
    ("GroupsQuota", 300),
    ("InstanceProfilesQuota", 1000),
    ("PoliciesQuota", 1500),
    ("PolicySizeQuota", 6144),
    ("PolicyVersionsInUseQuota", 10_000),
    ("RolePolicySizeQuota", 10_240),
    ("RolesQuota", 1000),
    ("ServerCertificatesQuota", 20),
    ("SigningCertificatesPerUserQuota", 2),
    ("UserPolicySizeQuota", 2048),
    ("UsersQuota", 5000),
    ("VersionsPerPolicyQuota", 5),
];

/// `GetAccountSummary`.
pub(crate) fn get(cx: &Cx, _svc: &Iam, _input: Empty) -> Result<api::GetAccountSummaryResponse, Error> {
    let home = Home::of(cx);
    let counts = cx.read(|view| counts(view, &home));
    let counts = counts.into_iter().map(|(name, count)| (name, i32::try_from(count).unwrap_or(i32::MAX)));
    let map: BTreeMap<String, i32> =
        QUOTAS.into_iter().chain(counts).map(|(name, number)| (name.to_owned(), number)).collect();
    Ok(api::GetAccountSummaryResponse { summary_map: Some(map) })
}

/// What there is. The root user of an account has neither keys, certificates nor a device here, and signs in nowhere.
fn counts(view: &View, home: &Home) -> [(&'static str, usize); 15] {
    let prefix = home.prefix();
    let policies = home.arn("policy/");
    let devices = home.arn("mfa/");
    let devices: Vec<_> = view.range::<MfaDevice>(&devices).collect();
    let providers = view.range::<OidcProvider>(&prefix).count() + view.range::<SamlProvider>(&prefix).count();
    let token_version = match AccountFeatures::of(view, home).token_version {
        TokenVersion::V1 => 1,
        TokenVersion::V2 => 2,
    };
    let versions = view.range::<Policy>(&policies).map(|policy| policy.versions.len()).sum();
    [
        ("Users", view.range::<User>(&prefix).count()),
        ("Groups", view.range::<Group>(&prefix).count()),
        ("Roles", view.range::<Role>(&prefix).count()),
        ("InstanceProfiles", view.range::<InstanceProfile>(&prefix).count()),
        ("Policies", view.range::<Policy>(&policies).count()),
        ("PolicyVersionsInUse", versions),
        ("Providers", providers),
        ("ServerCertificates", view.range::<ServerCertificate>(&prefix).count()),
        ("MFADevices", devices.len()),
        ("MFADevicesInUse", devices.iter().filter(|device| device.enabled.is_some()).count()),
        ("GlobalEndpointTokenVersion", token_version),
        ("AccountMFAEnabled", 0),
        ("AccountAccessKeysPresent", 0),
        ("AccountPasswordPresent", 0),
        ("AccountSigningCertificatesPresent", 0),
    ]
}
