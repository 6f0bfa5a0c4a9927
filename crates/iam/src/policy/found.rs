//! A policy wherever it comes from: the account's own, or one of AWS's.

use super::attachment::{attachments, boundaries};
use super::version;
use super::{Policy, own};
use crate::entity::{Home, Rows, all_tags};
use crate::key_id;
use managed::ManagedPolicy;
use policy::compile::{Kind, shared};
use shapes_iam as api;
use std::sync::Arc;

/// What the paths of policies for service-linked roles begin with.
const SERVICE_ROLES: &str = "/aws-service-role/";

/// A policy.
pub(crate) enum Found {
    /// The account's.
    Own(Arc<Policy>),
    /// AWS's.
    Aws(&'static ManagedPolicy),
}

/// AWS's policy of that ARN, in the partition of the account.
pub(crate) fn aws(home: &Home, arn: &str) -> Option<&'static ManagedPolicy> {
    let partition = arn.split(':').nth(1);
    managed::get(arn).filter(|_| partition == Some(home.partition.as_str()))
}

/// The policy of that ARN, as the account sees it.
pub(crate) fn find(rows: &impl Rows, home: &Home, arn: &str) -> Option<Found> {
    let aws = aws(home, arn).map(Found::Aws);
    aws.or_else(|| own(rows, home, arn).map(Found::Own))
}

impl Found {
    /// Whether only services may attach it.
    pub(super) fn is_for_services(&self) -> bool {
        matches!(self, Self::Aws(policy) if policy.path.starts_with(SERVICE_ROLES))
    }

    /// Its ARN.
    pub(crate) fn arn(&self, home: &Home) -> String {
        match self {
            Self::Own(policy) => policy.arn(),
            Self::Aws(policy) => policy.arn(home.partition.as_str()),
        }
    }

    /// Its path.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.path,
            Self::Aws(policy) => &policy.path,
        }
    }

    /// What lists are ordered by: the account's own by ARN, then AWS's by name.
    pub(crate) fn order(&self) -> String {
        match self {
            Self::Own(policy) => format!("1/{}", policy.arn()),
            Self::Aws(policy) => format!("2/{}", policy.name),
        }
    }

    /// The document in force.
    pub(crate) fn document(&self) -> &str {
        match self {
            Self::Own(policy) => policy.document(),
            Self::Aws(policy) => policy.default_version().document(),
        }
    }

    /// The same, made ready.
    pub(crate) fn compiled(&self, kind: Kind) -> Option<Arc<policy::compile::Policy>> {
        match self {
            Self::Own(policy) => shared(policy.in_force()?.document.clone(), kind),
            Self::Aws(policy) => shared(policy.default_version().document(), kind),
        }
    }

    /// Its tags; AWS's policies have none.
    pub(super) fn tags(&self) -> Vec<api::Tag> {
        match self {
            Self::Own(policy) => all_tags(&policy.tags),
            Self::Aws(_) => Vec::new(),
        }
    }

    /// As it is answered, its tags aside. What AWS says of its own policies beside name and history is not part of
    /// what is published: they have no description here, and an id made from the name.
    pub(crate) fn shape(&self, rows: &impl Rows, home: &Home) -> api::Policy {
        let arn = self.arn(home);
        let (name, id, description, created_at, updated_at, version) = match self {
            Self::Own(policy) => (
                policy.name.clone(),
                policy.id.clone(),
                policy.description.clone(),
                policy.created_at,
                policy.updated_at,
                policy.default_version,
            ),
            Self::Aws(policy) => (
                policy.name.clone(),
                key_id::derived("ANPA", &policy.name),
                None,
                policy.created_at,
                policy.default_version().created_at,
                policy.default_version().number,
            ),
        };
        api::Policy {
            policy_name: Some(name),
            policy_id: Some(id),
            path: Some(self.path().to_owned()),
            default_version_id: Some(format!("v{version}")),
            attachment_count: Some(attachments(rows, home, &arn)),
            permissions_boundary_usage_count: Some(boundaries(rows, home, &arn)),
            arn: Some(arn),
            is_attachable: Some(true),
            description,
            create_date: Some(created_at.into()),
            update_date: Some(updated_at.into()),
            tags: None,
        }
    }

    /// All versions with their documents, the newest first.
    pub(crate) fn versions(&self) -> Vec<api::PolicyVersion> {
        match self {
            Self::Own(policy) => version::own(policy),
            Self::Aws(policy) => version::aws(policy),
        }
    }
}
