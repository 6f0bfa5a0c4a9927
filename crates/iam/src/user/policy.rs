//! The policies of users: what they do stands in [`crate::entity::identity`].

use super::User;
use crate::Iam;
use crate::entity::identity;
use crate::error::Error;
use crate::listing::Asked;
use ports::Cx;
use shape::Empty;
use shapes_iam as api;

/// `PutUserPolicy`.
pub(crate) fn put(cx: &Cx, _svc: &Iam, input: api::PutUserPolicyRequest) -> Result<Empty, Error> {
    let name = input.user_name.as_deref();
    identity::put_inline::<User>(cx, name, input.policy_name, input.policy_document)?;
    Ok(Empty {})
}

/// `GetUserPolicy`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetUserPolicyRequest,
) -> Result<api::GetUserPolicyResponse, Error> {
    let inline = identity::get_inline::<User>(cx, input.user_name.as_deref(), input.policy_name)?;
    Ok(api::GetUserPolicyResponse {
        user_name: inline.owner,
        policy_name: inline.name,
        policy_document: inline.document,
    })
}

/// `DeleteUserPolicy`.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteUserPolicyRequest) -> Result<Empty, Error> {
    identity::delete_inline::<User>(cx, input.user_name.as_deref(), input.policy_name)?;
    Ok(Empty {})
}

/// `ListUserPolicies`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListUserPoliciesRequest,
) -> Result<api::ListUserPoliciesResponse, Error> {
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let page = identity::list_inline::<User>(cx, "ListUserPolicies", input.user_name.as_deref(), asked)?;
    let is_truncated = page.truncated();
    Ok(api::ListUserPoliciesResponse { policy_names: Some(page.items), is_truncated, marker: page.marker })
}

/// `AttachUserPolicy`.
pub(crate) fn attach(cx: &Cx, _svc: &Iam, input: api::AttachUserPolicyRequest) -> Result<Empty, Error> {
    identity::attach::<User>(cx, input.user_name.as_deref(), input.policy_arn)?;
    Ok(Empty {})
}

/// `DetachUserPolicy`.
pub(crate) fn detach(cx: &Cx, _svc: &Iam, input: api::DetachUserPolicyRequest) -> Result<Empty, Error> {
    identity::detach::<User>(cx, input.user_name.as_deref(), input.policy_arn)?;
    Ok(Empty {})
}

/// `ListAttachedUserPolicies`, by name.
pub(crate) fn list_attached(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListAttachedUserPoliciesRequest,
) -> Result<api::ListAttachedUserPoliciesResponse, Error> {
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let (name, prefix) = (input.user_name.as_deref(), input.path_prefix.as_deref());
    let page = identity::list_attached::<User>(cx, "ListAttachedUserPolicies", name, prefix, asked)?;
    let is_truncated = page.truncated();
    Ok(api::ListAttachedUserPoliciesResponse {
        attached_policies: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}

/// `PutUserPermissionsBoundary`.
pub(crate) fn put_boundary(
    cx: &Cx,
    _svc: &Iam,
    input: api::PutUserPermissionsBoundaryRequest,
) -> Result<Empty, Error> {
    identity::put_boundary::<User>(cx, input.user_name.as_deref(), input.permissions_boundary)?;
    Ok(Empty {})
}

/// `DeleteUserPermissionsBoundary`.
pub(crate) fn delete_boundary(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeleteUserPermissionsBoundaryRequest,
) -> Result<Empty, Error> {
    identity::delete_boundary::<User>(cx, input.user_name.as_deref())?;
    Ok(Empty {})
}
