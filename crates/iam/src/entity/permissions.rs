//! What an identity is allowed by: attached policies, inline documents, a boundary.

use crate::document;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use shapes_iam as api;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an identity is allowed by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Permissions {
    /// ARNs of managed policies.
    pub(crate) attached: Vec<String>,
    /// Inline documents, by name.
    pub(crate) inline: BTreeMap<String, Arc<str>>,
    /// The boundary's ARN.
    pub(crate) boundary: Option<String>,
}

impl Permissions {
    /// With this boundary.
    pub(crate) fn bounded(boundary: Option<String>) -> Self {
        Self { boundary, ..Self::default() }
    }

    /// Whether that policy is attached.
    pub(crate) fn has(&self, arn: &str) -> bool {
        self.attached.iter().any(|own| own == arn)
    }

    /// Characters of all inline documents, white space aside.
    pub(crate) fn inline_size(&self) -> usize {
        self.inline.values().map(|document| document::size(document)).sum()
    }

    /// An identity with policies is not deleted. The order is AWS's own: managed policies are named first.
    pub(crate) fn require_none(&self) -> Result<(), Error> {
        if !self.attached.is_empty() {
            return Err(Error::Conflict("Cannot delete entity, must detach all policies first."));
        }
        if !self.inline.is_empty() {
            return Err(Error::Conflict("Cannot delete entity, must delete policies first."));
        }
        Ok(())
    }

    /// The attached policies as they are answered, by name.
    pub(crate) fn attached_shapes(&self, path_prefix: &str) -> Vec<api::AttachedPolicy> {
        let mut shapes: Vec<_> = self
            .attached
            .iter()
            .filter(|arn| {
                arn.splitn(6, ':').nth(5).is_some_and(|r| r["policy".len()..].starts_with(path_prefix))
            })
            .map(|arn| api::AttachedPolicy {
                policy_name: arn.rsplit('/').next().map(str::to_owned),
                policy_arn: Some(arn.clone()),
            })
            .collect();
        shapes.sort_by(|a, b| a.policy_name.cmp(&b.policy_name));
        shapes
    }

    /// The inline policies as reports answer them, by name.
    pub(crate) fn inline_shapes(&self) -> Vec<api::PolicyDetail> {
        let shape = |(name, document): (&String, &Arc<str>)| api::PolicyDetail {
            policy_name: Some(name.clone()),
            policy_document: document::encoded(document),
        };
        self.inline.iter().map(shape).collect()
    }

    /// The boundary as it is answered. Its type is recorded so, although the model names another word.
    pub(crate) fn boundary_shape(&self) -> Option<api::AttachedPermissionsBoundary> {
        self.boundary.clone().map(|arn| api::AttachedPermissionsBoundary {
            permissions_boundary_type: Some("Policy".to_owned()),
            permissions_boundary_arn: Some(arn),
        })
    }
}
