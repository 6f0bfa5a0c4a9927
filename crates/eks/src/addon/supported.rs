//! `DescribeAddonVersions` and `DescribeAddonConfiguration`: what the catalogue has.

use super::catalogue::{self, ADDONS, Addon};
use super::schema;
use crate::Eks;
use crate::document;
use crate::error::{Error, Within};
use crate::listing::Asked;
use ports::Cx;
use serde_json::{Value, json};
use shapes_eks as api;

/// `DescribeAddonVersions`, by name; the newest version first.
pub(crate) fn versions(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeAddonVersionsRequest,
) -> Result<api::DescribeAddonVersionsResponse, Error> {
    let takes = |wanted: &Option<Vec<String>>, own: &str| {
        let wanted = wanted.as_deref().unwrap_or_default();
        wanted.is_empty() || wanted.iter().any(|name| name == own)
    };
    let minor = input.kubernetes_version.as_deref();
    let is_wanted = |addon: &&Addon| {
        input.addon_name.as_ref().is_none_or(|name| name == addon.name)
            && takes(&input.types, addon.kind)
            && takes(&input.publishers, addon.publisher)
            && takes(&input.owners, addon.owner)
            && !told_versions(addon, minor).is_empty()
    };
    let found: Vec<&Addon> = ADDONS.iter().filter(is_wanted).collect();
    let joined = |list: &Option<Vec<String>>| list.as_deref().unwrap_or_default().join(",");
    let call = [
        "DescribeAddonVersions".to_owned(),
        minor.unwrap_or_default().to_owned(),
        joined(&input.types),
        joined(&input.publishers),
        joined(&input.owners),
    ];
    let call: Vec<&str> = call.iter().map(String::as_str).collect();
    let asked = Asked { token: input.next_token.clone(), most: input.max_results };
    let (page, next_token) = asked.page(cx, &call, found, |addon| addon.name.to_owned())?;
    let addons = page.into_iter().map(|addon| shape(addon, minor)).collect();
    Ok(api::DescribeAddonVersionsResponse { addons: Some(addons), next_token })
}

/// The versions that go with a minor version, or all of them.
fn told_versions(addon: &Addon, minor: Option<&str>) -> Vec<Value> {
    let told = |version: &catalogue::Version| {
        let fitting = catalogue::minors(version);
        let fitting = fitting.filter(|(name, _)| minor.is_none_or(|minor| minor == *name));
        let compatibilities: Vec<Value> = fitting
            .map(|(name, number)| {
                json!({
                    "clusterVersion": name,
                    "platformVersions": ["*"],
                    "defaultVersion": version.is_default(number),
                })
            })
            .collect();
        (!compatibilities.is_empty()).then(|| {
            json!({
                "addonVersion": version.name,
                "architecture": ["amd64", "arm64"],
                "computeTypes": addon.compute,
                "compatibilities": compatibilities,
                "requiresConfiguration": false,
                "requiresIamPermissions": !addon.accounts.is_empty(),
            })
        })
    };
    addon.versions.iter().filter_map(told).collect()
}

fn shape(addon: &Addon, minor: Option<&str>) -> api::AddonInfo {
    document::shape(&json!({
        "addonName": addon.name,
        "type": addon.kind,
        "publisher": addon.publisher,
        "owner": addon.owner,
        "defaultNamespace": addon.namespace,
        "addonVersions": told_versions(addon, minor),
    }))
}

/// `DescribeAddonConfiguration`.
pub(crate) fn configuration(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeAddonConfigurationRequest,
) -> Result<api::DescribeAddonConfigurationResponse, Error> {
    let name = input.addon_name.unwrap_or_default();
    let version = input.addon_version.unwrap_or_default();
    let known = catalogue::find(&name).ok_or_else(|| Error::from(Within::UnknownAddon).addon(&name))?;
    if known.version(&version).is_none() {
        return Err(Error::from(Within::AddonVersion).addon(&name));
    }
    let partition = cx.partition().as_str();
    let of_account = |(account, policies): &(&str, &[&str])| {
        let arns: Vec<String> =
            policies.iter().map(|policy| format!("arn:{partition}:iam::aws:policy/{policy}")).collect();
        document::shape(&json!({ "serviceAccount": account, "recommendedManagedPolicies": arns }))
    };
    let pods: Vec<_> = known.accounts.iter().map(of_account).collect();
    Ok(api::DescribeAddonConfigurationResponse {
        addon_name: Some(name.clone()),
        addon_version: Some(version),
        configuration_schema: Some(schema::of(&name).to_string()),
        pod_identity_configuration: (!pods.is_empty()).then_some(pods),
    })
}
