//! Versions of managed policies: five at the most, numbered on for ever.

use super::{Policy, addressed, change, checked, found, not_found};
use crate::Iam;
use crate::document::encoded;
use crate::entity::Home;
use crate::error::Error;
use crate::listing::Asked;
use base::Timestamp;
use managed::ManagedPolicy;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;

/// Versions of one policy at the most.
const MOST_VERSIONS: usize = 5;

/// One version.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(super) number: u32,
    pub(super) document: Arc<str>,
    pub(super) created_at: Timestamp,
}

/// `CreatePolicyVersion`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreatePolicyVersionRequest,
) -> Result<api::CreatePolicyVersionResponse, Error> {
    let document = checked(input.policy_document)?;
    let now = cx.now().whole_seconds();
    let is_default = input.set_as_default == Some(true);
    let version = change(cx, "iam:CreatePolicyVersion", input.policy_arn, not_found, |_, policy| {
        if policy.versions.len() >= MOST_VERSIONS {
            return Err(Error::VersionLimit);
        }
        let version = Version { number: policy.next_version, document: document.clone(), created_at: now };
        policy.next_version += 1;
        policy.versions.push(version.clone());
        policy.updated_at = now;
        if is_default {
            policy.default_version = version.number;
        }
        Ok(version)
    })?;
    Ok(api::CreatePolicyVersionResponse {
        policy_version: Some(api::PolicyVersion { document: None, ..shape(&version, is_default) }),
    })
}

/// The version `v3` of a policy.
fn find<'p>(policy: &'p Policy, id: &str) -> Result<&'p Version, Error> {
    let number: Option<u32> = id.strip_prefix('v').and_then(|digits| digits.parse().ok());
    let found = policy.versions.iter().find(|version| Some(version.number) == number);
    found.ok_or_else(|| Error::NoVersion(policy.arn(), id.to_owned()))
}

/// `GetPolicyVersion`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetPolicyVersionRequest,
) -> Result<api::GetPolicyVersionResponse, Error> {
    let (arn, id) = (addressed(input.policy_arn)?, input.version_id.unwrap_or_default());
    let policy = cx.read(|view| found::find(view, &Home::of(cx), &arn));
    let versions = policy.map(|policy| policy.versions()).unwrap_or_default();
    let found = versions.into_iter().find(|version| version.version_id.as_ref() == Some(&id));
    let version = found.ok_or(Error::NoVersion(arn, id))?;
    Ok(api::GetPolicyVersionResponse { policy_version: Some(version) })
}

/// `ListPolicyVersions`, the newest first.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListPolicyVersionsRequest,
) -> Result<api::ListPolicyVersionsResponse, Error> {
    let arn = addressed(input.policy_arn)?;
    let policy = cx.read(|view| found::find(view, &Home::of(cx), &arn)).ok_or_else(|| not_found(&arn))?;
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let versions = policy.versions().into_iter().enumerate();
    let page = asked.page(cx, &["ListPolicyVersions", &arn], versions, |(place, _)| format!("{place:05}"))?;
    let is_truncated = page.truncated();
    let brief = |(_, version)| api::PolicyVersion { document: None, ..version };
    let versions = page.items.into_iter().map(brief).collect();
    Ok(api::ListPolicyVersionsResponse { versions: Some(versions), is_truncated, marker: page.marker })
}

/// `SetDefaultPolicyVersion`.
pub(crate) fn set_default(
    cx: &Cx,
    _svc: &Iam,
    input: api::SetDefaultPolicyVersionRequest,
) -> Result<Empty, Error> {
    let id = input.version_id.unwrap_or_default();
    let missing = |arn: &str| Error::NoVersion(arn.to_owned(), id.clone());
    let now = cx.now().whole_seconds();
    change(cx, "iam:SetDefaultPolicyVersion", input.policy_arn, missing, |_, policy| {
        policy.default_version = find(policy, &id)?.number;
        policy.updated_at = now;
        Ok(())
    })?;
    Ok(Empty {})
}

/// `DeletePolicyVersion`: not the default one.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeletePolicyVersionRequest) -> Result<Empty, Error> {
    let id = input.version_id.unwrap_or_default();
    let missing = |arn: &str| Error::NoVersion(arn.to_owned(), id.clone());
    change(cx, "iam:DeletePolicyVersion", input.policy_arn, missing, |_, policy| {
        let number = find(policy, &id)?.number;
        if number == policy.default_version {
            return Err(Error::Conflict("Cannot delete the default version of a policy."));
        }
        policy.versions.retain(|version| version.number != number);
        Ok(())
    })?;
    Ok(Empty {})
}

/// All versions of a policy of the account with their documents, the newest first.
pub(super) fn own(policy: &Policy) -> Vec<api::PolicyVersion> {
    let shape = |version: &Version| shape(version, version.number == policy.default_version);
    policy.versions.iter().rev().map(shape).collect()
}

/// The same of a policy of AWS's.
pub(super) fn aws(policy: &ManagedPolicy) -> Vec<api::PolicyVersion> {
    let default = policy.default_version().number;
    let shape = |version: &managed::Version| api::PolicyVersion {
        document: encoded(version.document()),
        version_id: Some(format!("v{}", version.number)),
        is_default_version: Some(version.number == default),
        create_date: Some(version.created_at.into()),
    };
    policy.versions.iter().map(shape).collect()
}

fn shape(version: &Version, is_default: bool) -> api::PolicyVersion {
    api::PolicyVersion {
        document: encoded(&version.document),
        version_id: Some(format!("v{}", version.number)),
        is_default_version: Some(is_default),
        create_date: Some(version.created_at.into()),
    }
}
