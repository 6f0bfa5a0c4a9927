//! Kubernetes versions, as `DescribeClusterVersions` lists them.

mod calendar;

pub(crate) use calendar::{Support, VERSIONS, Version, default, find};

use crate::Eks;
use crate::cluster::components;
use crate::document;
use crate::error::Error;
use crate::listing::Asked;
use base::Timestamp;
use ports::Cx;
use serde_json::json;
use shapes_eks as api;

/// From which minor version on the components of a control plane may be set.
pub(crate) const FIRST_WITH_COMPONENTS: u32 = 31;

/// `DescribeClusterVersions`: those that are supported, or all of them, the newest first.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeClusterVersionsRequest,
) -> Result<api::DescribeClusterVersionsResponse, Error> {
    let now = cx.now();
    let usual = default(now).name;
    let names = input.cluster_versions.unwrap_or_default();
    let kind = input.cluster_type.filter(|kind| kind != "eks");
    // The deprecated filter has the same names in other letters.
    let old = input.status.map(|status| status.to_uppercase().replace('-', "_"));
    let status = input.version_status.or_else(|| old.map(|old| with_support(&old)));
    let everything = input.include_all == Some(true) || !names.is_empty() || status.is_some();
    let wanted = |version: &&Version| {
        version.support(now) != Support::Future
            && kind.is_none()
            && (everything || version.is_supported(now))
            && (names.is_empty() || names.iter().any(|name| name == version.name))
            && (input.default_only != Some(true) || version.name == usual)
            && status.as_ref().is_none_or(|status| status == version.support(now).name())
    };
    let found = VERSIONS.iter().filter(wanted);
    let call = ["DescribeClusterVersions", &names.join(","), status.as_deref().unwrap_or_default()]
        .map(str::to_owned);
    let call: Vec<&str> = call.iter().map(String::as_str).collect();
    let asked = Asked { token: input.next_token, most: input.max_results };
    // Newest first: their keys fall.
    let key = |version: &&Version| format!("{:03}", 999_u32.saturating_sub(version.minor));
    let (page, next_token) = asked.page(cx, &call, found, key)?;
    let cluster_versions = page.into_iter().map(|version| shape(version, now, usual)).collect();
    Ok(api::DescribeClusterVersionsResponse { cluster_versions: Some(cluster_versions), next_token })
}

fn with_support(status: &str) -> String {
    if status.ends_with("SUPPORT") || status == "UNSUPPORTED" {
        status.to_owned()
    } else {
        format!("{status}_SUPPORT")
    }
}

/// Source of the tiers: EKS user guide, "Configure advanced Kubernetes control plane parameters".
fn shape(version: &Version, now: Timestamp, usual: &str) -> api::ClusterVersionInformation {
    let [released, standard_ends, extended_ends] = version.dates();
    let status = version.support(now).name();
    let tier = |name: &str, requests: u32, pods: u32| {
        json!({ "tierName": name, "apiRequestConcurrency": requests, "podSchedulingRatePerSecond": pods,
            "clusterDatabaseSizeGb": 16 })
    };
    let mut told = json!({
        "clusterVersion": version.name,
        "clusterType": "eks",
        "defaultPlatformVersion": version.platform(),
        "defaultVersion": version.name == usual,
        "releaseDate": released,
        "endOfStandardSupportDate": standard_ends,
        "endOfExtendedSupportDate": extended_ends,
        "kubernetesPatchVersion": version.patch,
        "status": status,
        "versionStatus": status,
    });
    if version.minor >= FIRST_WITH_COMPONENTS {
        told["controlPlaneComponentConfig"] = components::constraints();
        told["controlPlaneScalingTiers"] = json!([
            tier("tier-xl", 2000, 167),
            tier("tier-2xl", 4000, 283),
            tier("tier-4xl", 8000, 400),
            tier("tier-8xl", 16000, 400),
        ]);
    }
    document::shape(&told)
}
