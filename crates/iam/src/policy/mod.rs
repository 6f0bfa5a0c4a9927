//! Managed policies of an account.

mod attachment;
pub(crate) mod entities;
pub(crate) mod found;
pub(crate) mod version;

use attachment::addressed;
pub(crate) use attachment::{is_in_use, parse_arn, parse_boundary, require_attachable, require_boundary};

use crate::document;
use crate::entity::{self, Case, Home, Rows, path, tag_set};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::quota;
use crate::{Iam, key_id};
use base::{Tags, Timestamp};
use found::Found;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Index, Record, Tx};
use version::Version;

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
    /// The number of the next version.
    pub(crate) next_version: u32,
    pub(crate) default_version: u32,
    pub(crate) versions: Vec<Version>,
    pub(crate) tags: Tags,
}

impl Policy {
    /// By name, which ignores case and paths: by [`Home::key`] of it.
    pub(crate) const NAME: Index<Self> =
        Index { name: "name", keys: |policy| vec![policy.home.key(&policy.name)] };

    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("policy{}{}", self.path, self.name))
    }

    /// The version in force.
    fn in_force(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == self.default_version)
    }

    /// The document in force.
    pub(crate) fn document(&self) -> &str {
        self.in_force().map_or("", |version| &version.document)
    }
}

impl Record for Policy {
    const TABLE: &'static str = "iam_policy";
    const INDEXES: &'static [Index<Self>] = &[Self::NAME];
    type Key = String;

    fn key(&self) -> String {
        self.arn()
    }
}

/// The account's policy of that ARN.
pub(crate) fn own(rows: &impl Rows, home: &Home, arn: &str) -> Option<Arc<Policy>> {
    rows.row::<Policy>(arn).filter(|policy| policy.home == *home)
}

/// Refuses an action on a policy of AWS's: nobody may, whatever they are allowed.
fn require_own(cx: &Cx, action: &'static str, arn: &str) -> Result<(), Error> {
    if found::aws(&Home::of(cx), arn).is_none() {
        return Ok(());
    }
    let caller = cx.caller().arn(cx.partition()).unwrap_or_default();
    Err(Error::Denied(caller, action, format!("policy {arn}")))
}

/// Changes a policy of the account in a transaction.
fn change<T>(
    cx: &Cx,
    action: &'static str,
    arn: Option<String>,
    missing: impl Fn(&str) -> Error,
    change: impl Fn(&mut Tx, &mut Policy) -> Result<T, Error>,
) -> Result<T, Error> {
    let arn = &addressed(arn)?;
    require_own(cx, action, arn)?;
    cx.write(|tx| {
        let found = own(tx, &Home::of(cx), arn).ok_or_else(|| missing(arn))?;
        let mut policy = (*found).clone();
        let value = change(tx, &mut policy)?;
        tx.emit(&Changed { kind: "PolicyChanged", resource: arn.to_owned() });
        tx.put(policy);
        Ok(value)
    })
}

fn not_found(arn: &str) -> Error {
    Error::NoPolicy(arn.to_owned())
}

/// Refuses what is no policy, or too long for one.
fn checked(document: Option<String>) -> Result<Arc<str>, Error> {
    let document = document.unwrap_or_default();
    document::check(&document)?;
    quota::POLICY_SIZE.require_size(document::size(&document))?;
    Ok(document.into())
}

/// `CreatePolicy`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreatePolicyRequest,
) -> Result<api::CreatePolicyResponse, Error> {
    let document = checked(input.policy_document)?;
    let tags = entity::tags_by(Case::Told, input.tags)?;
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
        next_version: 2,
        default_version: 1,
        versions: vec![Version { number: 1, document, created_at: now }],
        tags,
    };
    let policy = cx.write(|tx| {
        if tx.count(&Policy::NAME, &new.home.key(&name)) > 0 {
            return Err(Error::PolicyExists(name.clone()));
        }
        let prefix = new.home.arn("policy/");
        quota::POLICIES.require_room(tx.range::<Policy>(&prefix).count())?;
        let policy = Policy { id: key_id::unique("ANPA", cx.ids()), ..new.clone() };
        tx.emit(&Changed { kind: "PolicyCreated", resource: policy.arn() });
        tx.put(policy.clone());
        Ok(policy)
    })?;
    // The create's answer shows no description.
    let tags = tag_set(&policy.tags);
    let policy = Found::Own(Arc::new(policy));
    let shape = cx.read(|view| policy.shape(view, &Home::of(cx)));
    Ok(api::CreatePolicyResponse { policy: Some(api::Policy { description: None, tags, ..shape }) })
}

/// `GetPolicy`. Its tags are shown even where there are none (recorded).
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetPolicyRequest,
) -> Result<api::GetPolicyResponse, Error> {
    let arn = addressed(input.policy_arn)?;
    let home = Home::of(cx);
    cx.read(|view| {
        let policy = found::find(view, &home, &arn).ok_or_else(|| not_found(&arn))?;
        let shape = api::Policy { tags: Some(policy.tags()), ..policy.shape(view, &home) };
        Ok(api::GetPolicyResponse { policy: Some(shape) })
    })
}

/// `ListPolicies`: the account's by ARN, then AWS's by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListPoliciesRequest,
) -> Result<api::ListPoliciesResponse, Error> {
    let scope = input.scope.as_deref().unwrap_or("All");
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let attached = input.only_attached == Some(true);
    let usage = input.policy_usage_filter.as_deref();
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let home = Home::of(cx);
    cx.read(|view| {
        let arns = home.arn("policy/");
        let own = view.range::<Policy>(&arns).cloned().map(Found::Own).filter(|_| scope != "AWS");
        let aws = managed::all().iter().map(Found::Aws).filter(|_| scope != "Local");
        let policies = own.chain(aws).filter(|policy| {
            policy.path().starts_with(prefix)
                && attachment::is_asked_for(view, &home, &policy.arn(&home), attached, usage)
        });
        let call = format!("{scope} {prefix} {attached} {usage:?}");
        let page = asked.page(cx, &["ListPolicies", &call], policies, Found::order)?;
        let is_truncated = page.truncated();
        let shape = |policy: &Found| api::Policy { description: None, ..policy.shape(view, &home) };
        let policies = page.items.iter().map(shape).collect();
        Ok(api::ListPoliciesResponse { policies: Some(policies), is_truncated, marker: page.marker })
    })
}

/// `DeletePolicy`: once it is attached to nobody, is nobody's boundary and has one version.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeletePolicyRequest) -> Result<Empty, Error> {
    let arn = addressed(input.policy_arn)?;
    let home = Home::of(cx);
    require_own(cx, "iam:DeletePolicy", &arn)?;
    cx.write(|tx| {
        let policy = own(tx, &home, &arn).ok_or_else(|| not_found(&arn))?;
        if is_in_use(tx, &home, &arn) {
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

/// `TagPolicy`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagPolicyRequest) -> Result<Empty, Error> {
    change(cx, "iam:TagPolicy", input.policy_arn, not_found, |_, policy| {
        entity::merge_by(Case::Told, &mut policy.tags, input.tags.clone())
    })?;
    Ok(Empty {})
}

/// `UntagPolicy`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagPolicyRequest) -> Result<Empty, Error> {
    change(cx, "iam:UntagPolicy", input.policy_arn, not_found, |_, policy| {
        entity::untag(Case::Told, &mut policy.tags, input.tag_keys.as_deref());
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
    let arn = addressed(input.policy_arn)?;
    let found = cx.read(|view| found::find(view, &Home::of(cx), &arn)).ok_or_else(|| not_found(&arn))?;
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let page = asked.tags(cx, &["ListPolicyTags", &arn], found.tags())?;
    let is_truncated = page.truncated();
    Ok(api::ListPolicyTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn a_policy_stored_with_a_count_of_attachments_is_read() {
        let stored = r#"{"home":{"partition":"aws","account":"000000000000"},"name":"p","path":"/","id":"ANPA1",
            "description":null,"created_at":0,"updated_at":0,"attachments":3,"next_version":2,"default_version":1,
            "versions":[{"number":1,"document":"{}","created_at":0}],"tags":{}}"#;
        let policy: Policy = serde_json::from_str(stored).unwrap();
        assert_eq!(policy.document(), "{}");
    }
}
