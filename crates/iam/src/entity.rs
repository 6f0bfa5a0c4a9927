//! What users and roles have in common: a path, tags, attached and inline policies.

use crate::document;
use crate::error::Error;
use crate::policy::{self, Policy};
use base::{AccountId, Arn, Partition, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_iam as api;
use std::collections::BTreeMap;
use store::Tx;

/// Managed policies of one identity at the most (the quota's maximum).
const MOST_ATTACHED: usize = 20;
/// Tags of one identity at the most.
const MOST_TAGS: usize = 50;

/// Whose identities: IAM knows no Regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Home {
    pub(crate) partition: Partition,
    pub(crate) account: AccountId,
}

impl Home {
    /// The caller's.
    pub(crate) fn of(cx: &Cx) -> Self {
        Self { partition: cx.partition(), account: cx.account() }
    }

    /// What the keys of its identities begin with.
    pub(crate) fn prefix(&self) -> String {
        format!("{}/{}/", self.partition, self.account)
    }

    /// The key of the identity of that name. Names ignore case.
    pub(crate) fn key(&self, name: &str) -> String {
        format!("{}{}", self.prefix(), name.to_lowercase())
    }

    /// An ARN.
    pub(crate) fn arn(&self, resource: &str) -> String {
        Arn::global(self.partition, "iam", self.account, resource).to_string()
    }
}

/// What an identity is allowed by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Permissions {
    /// ARNs of managed policies.
    pub(crate) attached: Vec<String>,
    /// Inline documents, by name.
    pub(crate) inline: BTreeMap<String, String>,
    /// The boundary's ARN.
    pub(crate) boundary: Option<String>,
}

impl Permissions {
    /// Attaches a managed policy; attaching twice is no error.
    pub(crate) fn attach(&mut self, tx: &mut Tx, arn: &str, quota: &'static str) -> Result<(), Error> {
        if self.attached.iter().any(|own| own == arn) {
            return Ok(());
        }
        if self.attached.len() >= MOST_ATTACHED {
            return Err(Error::Limit(quota, u32::try_from(MOST_ATTACHED).unwrap_or(u32::MAX)));
        }
        let mut policy = policy::find(tx, arn).map_err(|_| Error::NotAttachable(arn.to_owned()))?;
        policy.attachments += 1;
        tx.put(policy);
        self.attached.push(arn.to_owned());
        Ok(())
    }

    /// Detaches a managed policy.
    pub(crate) fn detach(&mut self, tx: &mut Tx, arn: &str) -> Result<(), Error> {
        let before = self.attached.len();
        self.attached.retain(|own| own != arn);
        if self.attached.len() == before {
            return Err(Error::NotAttached(arn.to_owned()));
        }
        if let Some(policy) = tx.get::<Policy>(arn) {
            let attachments = policy.attachments.saturating_sub(1);
            tx.put(Policy { attachments, ..(*policy).clone() });
        }
        Ok(())
    }

    /// Stores an inline document.
    pub(crate) fn put(&mut self, name: String, document: String) -> Result<(), Error> {
        document::check(&document)?;
        self.inline.insert(name, document);
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

    /// The boundary as it is answered.
    pub(crate) fn boundary_shape(&self) -> Option<api::AttachedPermissionsBoundary> {
        self.boundary.clone().map(|arn| api::AttachedPermissionsBoundary {
            permissions_boundary_type: Some("PermissionsBoundaryPolicy".to_owned()),
            permissions_boundary_arn: Some(arn),
        })
    }
}

/// Reads tags; two keys that differ by case only are one.
pub(crate) fn tags(given: Option<Vec<api::Tag>>) -> Result<Tags, Error> {
    let mut tags = Tags::default();
    merge(&mut tags, given)?;
    Ok(tags)
}

/// Adds tags, in place of those with the same key.
pub(crate) fn merge(tags: &mut Tags, given: Option<Vec<api::Tag>>) -> Result<(), Error> {
    let mut seen: Vec<String> = Vec::new();
    for tag in given.unwrap_or_default() {
        let (key, value) = (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        let lower = key.to_lowercase();
        if seen.contains(&lower) {
            let sentence = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Error::Invalid(sentence.to_owned()));
        }
        seen.push(lower);
        tags.0.insert(key, value);
    }
    if tags.0.len() > MOST_TAGS {
        return Err(Error::Limit("TagsPerResource", u32::try_from(MOST_TAGS).unwrap_or(u32::MAX)));
    }
    Ok(())
}

/// Tags as they are answered; none are left out.
pub(crate) fn tag_set(tags: &Tags) -> Option<Vec<api::Tag>> {
    let tag =
        |(key, value): (&str, &str)| api::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
    (!tags.is_empty()).then(|| tags.iter().map(tag).collect())
}

/// A path, `/` where none is given.
pub(crate) fn path(given: Option<String>) -> String {
    given.filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned())
}
