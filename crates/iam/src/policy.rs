//! Managed policies of an account, with their versions.

use crate::document::{self, encoded};
use crate::entity::{self, Home, path, tag_set};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::page;
use crate::{Iam, key_id};
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use store::{Record, Tx};

/// Versions of one policy at the most.
const MOST_VERSIONS: usize = 5;
/// Characters of a document at the most, white space aside.
const LONGEST_DOCUMENT: usize = 6144;

/// A managed policy. Its ARN is its key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) home: Home,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// Identities it is attached to.
    pub(crate) attachments: i32,
    /// The number of the next version.
    pub(crate) next_version: u32,
    pub(crate) default_version: u32,
    pub(crate) versions: Vec<Version>,
    pub(crate) tags: Tags,
}

/// One version.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    number: u32,
    document: String,
    created_at: Timestamp,
}

impl Policy {
    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("policy{}{}", self.path, self.name))
    }
}

impl Record for Policy {
    const TABLE: &'static str = "iam_policy";
    type Key = String;

    fn key(&self) -> String {
        self.arn()
    }
}

/// The policy of that ARN, to change.
pub(crate) fn find(tx: &Tx, arn: &str) -> Result<Policy, Error> {
    tx.get::<Policy>(arn).map(|policy| (*policy).clone()).ok_or_else(|| Error::NoPolicy(arn.to_owned()))
}

fn read(cx: &Cx, arn: Option<String>) -> Result<Policy, Error> {
    let arn = arn.unwrap_or_default();
    let found = cx.read(|view| view.get::<Policy>(&arn));
    let own = found.filter(|policy| policy.home == Home::of(cx));
    own.map(|policy| (*policy).clone()).ok_or(Error::NoPolicy(arn))
}

fn change<T>(
    cx: &Cx,
    arn: Option<String>,
    change: impl Fn(&mut Policy) -> Result<T, Error>,
) -> Result<T, Error> {
    let arn = arn.unwrap_or_default();
    cx.write(|tx| {
        let mut policy = find(tx, &arn)?;
        if policy.home != Home::of(cx) {
            return Err(Error::NoPolicy(arn.clone()));
        }
        let value = change(&mut policy)?;
        tx.emit(&Changed { kind: "PolicyChanged", resource: arn.clone() });
        tx.put(policy);
        Ok(value)
    })
}

fn checked(document: Option<String>) -> Result<String, Error> {
    let document = document.unwrap_or_default();
    document::check(&document)?;
    if document.chars().filter(|c| !c.is_whitespace()).count() > LONGEST_DOCUMENT {
        return Err(Error::Limit("PolicySize", 6144));
    }
    Ok(document)
}

/// `CreatePolicy`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreatePolicyRequest,
) -> Result<api::CreatePolicyResponse, Error> {
    let document = checked(input.policy_document)?;
    let tags = entity::tags(input.tags)?;
    let name = input.policy_name.unwrap_or_default();
    let now = cx.now().whole_seconds();
    let new = Policy {
        home: Home::of(cx),
        name: name.clone(),
        path: path(input.path),
        id: String::new(),
        description: input.description,
        created_at: now,
        updated_at: now,
        attachments: 0,
        next_version: 2,
        default_version: 1,
        versions: vec![Version { number: 1, document, created_at: now }],
        tags,
    };
    let policy = cx.write(|tx| {
        let prefix = new.home.arn("policy/");
        if tx.range::<Policy>(&prefix).any(|other| other.name.eq_ignore_ascii_case(&name)) {
            return Err(Error::PolicyExists(name.clone()));
        }
        let policy = Policy { id: key_id::unique("ANPA", cx.ids()), ..new.clone() };
        tx.emit(&Changed { kind: "PolicyCreated", resource: policy.arn() });
        tx.put(policy.clone());
        Ok(policy)
    })?;
    // The create's answer shows no description.
    Ok(api::CreatePolicyResponse { policy: Some(api::Policy { description: None, ..shape(&policy) }) })
}

/// `GetPolicy`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetPolicyRequest,
) -> Result<api::GetPolicyResponse, Error> {
    Ok(api::GetPolicyResponse { policy: Some(shape(&read(cx, input.policy_arn)?)) })
}

/// `ListPolicies`, by ARN. AWS's own policies come with the policy engine.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListPoliciesRequest,
) -> Result<api::ListPoliciesResponse, Error> {
    let scope = input.scope.unwrap_or_else(|| "All".to_owned());
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    let attached = input.only_attached == Some(true);
    let home = Home::of(cx);
    cx.read(|view| {
        let arns = home.arn("policy/");
        let policies = view.range::<Policy>(&arns).filter(|policy| {
            scope != "AWS" && policy.path.starts_with(&prefix) && (!attached || policy.attachments > 0)
        });
        let arn = |policy: &&std::sync::Arc<Policy>| policy.arn();
        let call = format!("{scope} {prefix} {attached}");
        let page =
            page(cx, &["ListPolicies", &call], policies, arn, input.marker.as_deref(), input.max_items)?;
        let is_truncated = page.truncated();
        let shape =
            |policy: &&std::sync::Arc<Policy>| api::Policy { description: None, tags: None, ..shape(policy) };
        let policies = page.items.iter().map(shape).collect();
        Ok(api::ListPoliciesResponse { policies: Some(policies), is_truncated, marker: page.marker })
    })
}

/// `DeletePolicy`: once it is attached to nobody and has one version.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeletePolicyRequest) -> Result<Empty, Error> {
    let arn = input.policy_arn.unwrap_or_default();
    cx.write(|tx| {
        let policy = find(tx, &arn)?;
        if policy.home != Home::of(cx) {
            return Err(Error::NoPolicy(arn.clone()));
        }
        if policy.attachments > 0 {
            return Err(Error::Conflict("Cannot delete a policy attached to entities."));
        }
        if policy.versions.len() > 1 {
            return Err(Error::Conflict(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's \
                 versions. The default version is deleted with the policy.",
            ));
        }
        tx.delete::<Policy>(&arn);
        tx.emit(&Changed { kind: "PolicyDeleted", resource: arn.clone() });
        Ok(Empty {})
    })
}

/// `CreatePolicyVersion`.
pub(crate) fn create_version(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreatePolicyVersionRequest,
) -> Result<api::CreatePolicyVersionResponse, Error> {
    let document = checked(input.policy_document)?;
    let now = cx.now().whole_seconds();
    let (version, is_default) = change(cx, input.policy_arn, |policy| {
        if policy.versions.len() >= MOST_VERSIONS {
            return Err(Error::VersionLimit);
        }
        let version = Version { number: policy.next_version, document: document.clone(), created_at: now };
        policy.next_version += 1;
        policy.versions.push(version.clone());
        policy.updated_at = now;
        if input.set_as_default == Some(true) {
            policy.default_version = version.number;
        }
        Ok((version.clone(), policy.default_version == version.number))
    })?;
    let version = api::PolicyVersion { document: None, ..shape_version(&version, is_default) };
    Ok(api::CreatePolicyVersionResponse { policy_version: Some(version) })
}

/// The number of `v3`.
fn number(policy: &Policy, version: Option<&str>) -> Result<u32, Error> {
    let text = version.unwrap_or_default();
    let number = text.strip_prefix('v').and_then(|digits| digits.parse().ok());
    let found = number.filter(|number| policy.versions.iter().any(|version| version.number == *number));
    found.ok_or_else(|| Error::NoVersion(policy.arn(), text.to_owned()))
}

/// `GetPolicyVersion`.
pub(crate) fn get_version(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetPolicyVersionRequest,
) -> Result<api::GetPolicyVersionResponse, Error> {
    let policy = read(cx, input.policy_arn)?;
    let number = number(&policy, input.version_id.as_deref())?;
    let version = policy.versions.iter().find(|version| version.number == number);
    let shape = version.map(|version| shape_version(version, number == policy.default_version));
    Ok(api::GetPolicyVersionResponse { policy_version: shape })
}

/// `ListPolicyVersions`, the newest first.
pub(crate) fn list_versions(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListPolicyVersionsRequest,
) -> Result<api::ListPolicyVersionsResponse, Error> {
    let policy = read(cx, input.policy_arn)?;
    let shape = |version: &Version| api::PolicyVersion {
        document: None,
        ..shape_version(version, version.number == policy.default_version)
    };
    let versions = policy.versions.iter().rev().map(shape).collect();
    Ok(api::ListPolicyVersionsResponse { versions: Some(versions), is_truncated: Some(false), marker: None })
}

/// `SetDefaultPolicyVersion`.
pub(crate) fn set_default_version(
    cx: &Cx,
    _svc: &Iam,
    input: api::SetDefaultPolicyVersionRequest,
) -> Result<Empty, Error> {
    change(cx, input.policy_arn, |policy| {
        policy.default_version = number(policy, input.version_id.as_deref())?;
        Ok(())
    })?;
    Ok(Empty {})
}

/// `DeletePolicyVersion`: not the default one.
pub(crate) fn delete_version(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeletePolicyVersionRequest,
) -> Result<Empty, Error> {
    change(cx, input.policy_arn, |policy| {
        let number = number(policy, input.version_id.as_deref())?;
        if number == policy.default_version {
            return Err(Error::Conflict("Cannot delete the default version of a policy."));
        }
        policy.versions.retain(|version| version.number != number);
        Ok(())
    })?;
    Ok(Empty {})
}

/// `ListPolicyTags`, by key.
pub(crate) fn list_tags(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListPolicyTagsRequest,
) -> Result<api::ListPolicyTagsResponse, Error> {
    let policy = read(cx, input.policy_arn)?;
    let tags = tag_set(&policy.tags).unwrap_or_default();
    Ok(api::ListPolicyTagsResponse { tags: Some(tags), is_truncated: Some(false), marker: None })
}

fn shape(policy: &Policy) -> api::Policy {
    api::Policy {
        policy_name: Some(policy.name.clone()),
        policy_id: Some(policy.id.clone()),
        arn: Some(policy.arn()),
        path: Some(policy.path.clone()),
        default_version_id: Some(format!("v{}", policy.default_version)),
        attachment_count: Some(policy.attachments),
        permissions_boundary_usage_count: Some(0),
        is_attachable: Some(true),
        description: policy.description.clone(),
        create_date: Some(policy.created_at.into()),
        update_date: Some(policy.updated_at.into()),
        tags: tag_set(&policy.tags),
    }
}

fn shape_version(version: &Version, is_default: bool) -> api::PolicyVersion {
    api::PolicyVersion {
        document: encoded(&version.document),
        version_id: Some(format!("v{}", version.number)),
        is_default_version: Some(is_default),
        create_date: Some(version.created_at.into()),
    }
}
