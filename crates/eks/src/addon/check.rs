//! What a call asks of an add-on: its version, its settings and its roles.

use super::catalogue::{self, Addon as Known};
use super::{schema, yaml};
use crate::Eks;
use crate::cluster::Cluster;
use crate::error::{Error, Within};
use crate::{role, version};
use ports::Cx;
use serde_json::Value;
use shapes_eks as api;

/// The add-on and its version that are asked for, where they go with the cluster.
pub(super) fn known(
    cluster: &Cluster,
    name: &str,
    version: Option<&str>,
) -> Result<(&'static Known, &'static str), Error> {
    let known = catalogue::find(name).ok_or(Within::UnknownAddon)?;
    Ok((known, chosen(known, &cluster.config.version, version)?))
}

/// The version that is asked for, or the default one, where it goes with a version of Kubernetes.
fn chosen(known: &'static Known, kubernetes: &str, asked: Option<&str>) -> Result<&'static str, Error> {
    let minor = version::find(kubernetes).map_or(0, |version| version.minor);
    let missing = || Within::AddonOfVersion(known.name.to_owned(), kubernetes.to_owned());
    let fitting = known.default(minor).ok_or_else(missing)?;
    let chosen = match asked {
        None => fitting,
        Some(asked) => {
            known.version(asked).filter(|version| version.fits(minor)).ok_or(Within::AddonVersion)?
        }
    };
    Ok(chosen.name)
}

/// Refuses a text that is neither JSON nor YAML: before the cluster is looked for (measured: cdk-preflight,
/// pf-eks-addon-configuration-values-json).
pub(super) fn require_text(values: Option<&str>) -> Result<(), Error> {
    let Some(values) = values.filter(|values| !values.is_empty()) else { return Ok(()) };
    let is_json = serde_json::from_str::<Value>(values).is_ok();
    if is_json || yaml::is_whole(values) { Ok(()) } else { Err(Within::AddonText.into()) }
}

pub(super) fn require_values(addon: &str, values: Option<&str>) -> Result<(), Error> {
    let Some(values) = values.filter(|values| !values.is_empty()) else { return Ok(()) };
    let breaches = schema::breaches(addon, values);
    if breaches.is_empty() { Ok(()) } else { Err(Within::AddonValues(breaches).into()) }
}

/// The roles that a call names, before the transaction.
pub(super) fn require_roles(
    cx: &Cx,
    svc: &Eks,
    own: Option<&str>,
    pods: Option<&Vec<api::AddonPodIdentityAssociations>>,
) -> Result<(), Error> {
    if let Some(role) = own.filter(|role| !role.is_empty()) {
        role::require_form(cx, role)?;
    }
    for association in pods.into_iter().flatten() {
        role::require(cx, svc, association.role_arn.as_deref().unwrap_or_default(), role::POD)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{catalogue, chosen};
    use crate::error::{Error, Within};

    /// Recorded: threads of eksctl and terraform-aws-eks. No add-on of the catalogue lacks a version that clusters can have.
    #[test]
    fn an_add_on_goes_with_the_version_or_not() {
        let known = catalogue::find("coredns").unwrap();
        let old = Within::AddonOfVersion("coredns".to_owned(), "1.20".to_owned());
        for (kubernetes, asked, want) in [
            ("1.33", None, Ok("v1.12.4-eksbuild.29")),
            ("1.33", Some("v1.12.3-eksbuild.1"), Ok("v1.12.3-eksbuild.1")),
            ("1.33", Some("v1.14.3-eksbuild.3"), Err(Within::AddonVersion)),
            ("1.20", None, Err(old)),
        ] {
            assert_eq!(chosen(known, kubernetes, asked), want.map_err(Error::from), "{kubernetes} {asked:?}");
        }
    }
}
