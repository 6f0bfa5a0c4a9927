//! The policies of groups: what they do stands in [`crate::entity::identity`].

use super::Group;
use crate::Iam;
use crate::entity::identity;
use crate::error::Error;
use crate::listing::Asked;
use ports::Cx;
use shape::Empty;
use shapes_iam as api;

/// `PutGroupPolicy`.
pub(crate) fn put(cx: &Cx, _svc: &Iam, input: api::PutGroupPolicyRequest) -> Result<Empty, Error> {
    let name = input.group_name.as_deref();
    identity::put_inline::<Group>(cx, name, input.policy_name, input.policy_document)?;
    Ok(Empty {})
}

/// `GetGroupPolicy`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetGroupPolicyRequest,
) -> Result<api::GetGroupPolicyResponse, Error> {
    let inline = identity::get_inline::<Group>(cx, input.group_name.as_deref(), input.policy_name)?;
    Ok(api::GetGroupPolicyResponse {
        group_name: inline.owner,
        policy_name: inline.name,
        policy_document: inline.document,
    })
}

/// `DeleteGroupPolicy`.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteGroupPolicyRequest) -> Result<Empty, Error> {
    identity::delete_inline::<Group>(cx, input.group_name.as_deref(), input.policy_name)?;
    Ok(Empty {})
}

/// `ListGroupPolicies`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListGroupPoliciesRequest,
) -> Result<api::ListGroupPoliciesResponse, Error> {
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let page = identity::list_inline::<Group>(cx, "ListGroupPolicies", input.group_name.as_deref(), asked)?;
    let is_truncated = page.truncated();
    Ok(api::ListGroupPoliciesResponse { policy_names: Some(page.items), is_truncated, marker: page.marker })
}

/// `AttachGroupPolicy`.
pub(crate) fn attach(cx: &Cx, _svc: &Iam, input: api::AttachGroupPolicyRequest) -> Result<Empty, Error> {
    identity::attach::<Group>(cx, input.group_name.as_deref(), input.policy_arn)?;
    Ok(Empty {})
}

/// `DetachGroupPolicy`.
pub(crate) fn detach(cx: &Cx, _svc: &Iam, input: api::DetachGroupPolicyRequest) -> Result<Empty, Error> {
    identity::detach::<Group>(cx, input.group_name.as_deref(), input.policy_arn)?;
    Ok(Empty {})
}

/// `ListAttachedGroupPolicies`, by name.
pub(crate) fn list_attached(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListAttachedGroupPoliciesRequest,
) -> Result<api::ListAttachedGroupPoliciesResponse, Error> {
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let (name, prefix) = (input.group_name.as_deref(), input.path_prefix.as_deref());
    let page = identity::list_attached::<Group>(cx, "ListAttachedGroupPolicies", name, prefix, asked)?;
    let is_truncated = page.truncated();
    Ok(api::ListAttachedGroupPoliciesResponse {
        attached_policies: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}
