//! Policies of an organization, and those of AWS that stand in each.

pub(crate) mod attachment;
mod kind;

pub(crate) use kind::{Full, PolicyKind};

use crate::Organizations;
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::node::Node;
use crate::organization::{LETTERS, Organization, managed, of_member};
use crate::tag;
use base::Tags;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_organizations as api;
use std::sync::Arc;
use store::Record;
use store::Rows;

/// Policies of each kind at the most.
const MOST: usize = 1000;

/// A policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) organization: String,
    /// `p-` and eight characters.
    pub(crate) id: String,
    pub(crate) kind: PolicyKind,
    pub(crate) name: String,
    description: String,
    /// The document as it was sent.
    pub(crate) content: String,
    pub(crate) tags: Tags,
}

impl Record for Policy {
    const TABLE: &'static str = "organizations_policy";
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.organization, &self.id)
    }
}

impl Policy {
    pub(crate) fn key_of(organization: &str, id: &str) -> String {
        format!("{organization}/{id}")
    }

    pub(crate) fn arn(&self, organization: &Organization) -> String {
        organization.own(&format!("policy/{}/{}/{}", organization.id, self.kind.word(), self.id))
    }

    fn all(rows: &impl Rows, organization: &str) -> Vec<Arc<Self>> {
        rows.below(&format!("{organization}/"))
    }
}

/// A policy of an organization or of AWS.
pub(crate) enum Found {
    Own(Arc<Policy>),
    Aws(&'static Full),
}

impl Found {
    pub(crate) fn find(rows: &impl Rows, organization: &Organization, id: &str) -> Option<Self> {
        if let Some(full) = PolicyKind::ALL.into_iter().map(PolicyKind::full).find(|full| full.id == id) {
            return Some(Self::Aws(full));
        }
        rows.row::<Policy>(&Policy::key_of(&organization.id, id)).map(Self::Own)
    }

    pub(crate) fn kind(&self) -> PolicyKind {
        match self {
            Self::Own(policy) => policy.kind,
            Self::Aws(full) => full.kind,
        }
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.id,
            Self::Aws(full) => full.id,
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.name,
            Self::Aws(full) => full.name,
        }
    }

    pub(crate) fn content(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.content,
            Self::Aws(full) => full.content,
        }
    }

    pub(crate) fn arn(&self, organization: &Organization) -> String {
        match self {
            Self::Own(policy) => policy.arn(organization),
            Self::Aws(full) => full.arn(organization.partition),
        }
    }

    fn description(&self) -> &str {
        match self {
            Self::Own(policy) => &policy.description,
            Self::Aws(full) => full.description,
        }
    }

    fn summary(&self, organization: &Organization) -> api::PolicySummary {
        api::PolicySummary {
            id: Some(self.id().to_owned()),
            arn: Some(self.arn(organization)),
            name: Some(self.name().to_owned()),
            description: Some(self.description().to_owned()),
            type_: Some(self.kind().name().to_owned()),
            aws_managed: Some(matches!(self, Self::Aws(_))),
        }
    }

    fn shape(&self, organization: &Organization) -> api::Policy {
        api::Policy {
            policy_summary: Some(self.summary(organization)),
            content: Some(self.content().to_owned()),
        }
    }
}

/// The organization's own policy of that id; those of AWS cannot be changed.
fn own(rows: &impl Rows, organization: &Organization, id: &str) -> Result<Arc<Policy>, Error> {
    match Found::find(rows, organization, id) {
        Some(Found::Own(policy)) => Ok(policy),
        Some(Found::Aws(_)) => Err(Error::ImmutablePolicy),
        None => Err(Error::NoPolicy),
    }
}

/// Whether no other policy of the kind has that name.
fn require_name(rows: &impl Rows, organization: &str, kind: PolicyKind, name: &str) -> Result<(), Error> {
    let is_taken = Policy::all(rows, organization).iter().any(|own| own.kind == kind && own.name == name);
    if is_taken || kind.full().name == name { Err(Error::PolicyExists) } else { Ok(()) }
}

/// `CreatePolicy`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Organizations,
    input: api::CreatePolicyRequest,
) -> Result<api::CreatePolicyResponse, Error> {
    let kind = PolicyKind::of(input.type_.as_deref().unwrap_or_default());
    let (content, name) = (input.content.unwrap_or_default(), input.name.unwrap_or_default());
    let description = input.description.unwrap_or_default();
    let tags = tag::read(input.tags)?;
    let id = format!("p-{}", cx.ids().text(LETTERS, 8));
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let kind = kind.filter(|_| organization.has_all_features).ok_or(Error::KindNotAvailable)?;
        kind.check(&content)?;
        require_name(tx, &organization.id, kind, &name)?;
        if Policy::all(tx, &organization.id).iter().filter(|own| own.kind == kind).count() >= MOST {
            return Err(Error::TooManyPolicies);
        }
        let policy = Policy {
            organization: organization.id.clone(),
            id: id.clone(),
            kind,
            name: name.clone(),
            description: description.clone(),
            content: content.clone(),
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "PolicyCreated", resource: policy.arn(&organization) });
        tx.put(policy.clone());
        let shape = Found::Own(Arc::new(policy)).shape(&organization);
        Ok(api::CreatePolicyResponse { policy: Some(shape) })
    })
}

/// `UpdatePolicy`: what is not given stays as it is.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Organizations,
    input: api::UpdatePolicyRequest,
) -> Result<api::UpdatePolicyResponse, Error> {
    let id = input.policy_id.unwrap_or_default();
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let mut policy = (*own(tx, &organization, &id)?).clone();
        if let Some(content) = &input.content {
            policy.kind.check(content)?;
            policy.content.clone_from(content);
        }
        if let Some(name) = input.name.as_ref().filter(|name| **name != policy.name) {
            require_name(tx, &organization.id, policy.kind, name)?;
            policy.name.clone_from(name);
        }
        if let Some(description) = &input.description {
            policy.description.clone_from(description);
        }
        tx.emit(&Changed { kind: "PolicyChanged", resource: policy.arn(&organization) });
        tx.put(policy.clone());
        let shape = Found::Own(Arc::new(policy)).shape(&organization);
        Ok(api::UpdatePolicyResponse { policy: Some(shape) })
    })
}

/// `DeletePolicy`: of one that is attached to nothing.
pub(crate) fn delete(cx: &Cx, _svc: &Organizations, input: api::DeletePolicyRequest) -> Result<Empty, Error> {
    let id = input.policy_id.unwrap_or_default();
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let policy = own(tx, &organization, &id)?;
        let is_attached = |node: &Node| node.attached().of(policy.kind).contains(&id);
        if Node::all(tx, &organization).iter().any(is_attached) {
            return Err(Error::PolicyInUse);
        }
        tx.delete::<Policy>(&policy.key());
        tx.emit(&Changed { kind: "PolicyDeleted", resource: policy.arn(&organization) });
        Ok(Empty {})
    })
}

/// `DescribePolicy`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DescribePolicyRequest,
) -> Result<api::DescribePolicyResponse, Error> {
    let id = input.policy_id.unwrap_or_default();
    cx.read(|view| {
        let organization = managed(view, cx)?;
        let found = Found::find(view, &organization, &id).ok_or(Error::NoPolicyToSee)?;
        Ok(api::DescribePolicyResponse { policy: Some(found.shape(&organization)) })
    })
}

/// `ListPolicies` of one kind, those of AWS among them, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListPoliciesRequest,
) -> Result<api::ListPoliciesResponse, Error> {
    let filter = input.filter.unwrap_or_default();
    let asked = Asked { token: input.next_token, most: input.max_results };
    cx.read(|view| {
        let organization = managed(view, cx)?;
        let kind = PolicyKind::of(&filter);
        let own = Policy::all(view, &organization.id).into_iter().filter(|own| Some(own.kind) == kind);
        let aws = kind.filter(|_| organization.has_all_features).map(|kind| Found::Aws(kind.full()));
        let mut found: Vec<Found> = aws.into_iter().chain(own.map(Found::Own)).collect();
        found.sort_by(|one, other| one.id().cmp(other.id()));
        let (page, next_token) =
            asked.page(cx, &["ListPolicies", &filter], found, |policy| policy.id().to_owned())?;
        let policies = page.iter().map(|policy| policy.summary(&organization)).collect();
        Ok(api::ListPoliciesResponse { policies: Some(policies), next_token })
    })
}

/// `DescribeEffectivePolicy`. Only of kinds that are inherited by merging, which cannot be enabled here: nothing has
/// one. Of service and resource control policies the model already refuses it.
pub(crate) fn effective(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DescribeEffectivePolicyRequest,
) -> Result<api::DescribeEffectivePolicyResponse, Error> {
    cx.read(|view| {
        let (organization, account) = of_member(view, cx)?;
        if let Some(target) = &input.target_id {
            if *target != *account.id.as_str() && account.id != organization.management {
                return Err(Error::NotManagement);
            }
            Node::find(view, &organization, target).ok_or(Error::NoTarget)?;
        }
        Err(Error::NoEffectivePolicy)
    })
}
