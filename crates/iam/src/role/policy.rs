//! The policies of roles: what they do stands in [`crate::entity::identity`].

use super::Role;
use crate::Iam;
use crate::entity::identity;
use crate::error::Error;
use crate::listing::Asked;
use ports::Cx;
use shape::Empty;
use shapes_iam as api;

/// `PutRolePolicy`.
pub(crate) fn put(cx: &Cx, _svc: &Iam, input: api::PutRolePolicyRequest) -> Result<Empty, Error> {
    let name = input.role_name.as_deref();
    identity::put_inline::<Role>(cx, name, input.policy_name, input.policy_document)?;
    Ok(Empty {})
}

/// `GetRolePolicy`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetRolePolicyRequest,
) -> Result<api::GetRolePolicyResponse, Error> {
    let inline = identity::get_inline::<Role>(cx, input.role_name.as_deref(), input.policy_name)?;
    Ok(api::GetRolePolicyResponse {
        role_name: inline.owner,
        policy_name: inline.name,
        policy_document: inline.document,
    })
}

/// `DeleteRolePolicy`.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteRolePolicyRequest) -> Result<Empty, Error> {
    identity::delete_inline::<Role>(cx, input.role_name.as_deref(), input.policy_name)?;
    Ok(Empty {})
}

/// `ListRolePolicies`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListRolePoliciesRequest,
) -> Result<api::ListRolePoliciesResponse, Error> {
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let page = identity::list_inline::<Role>(cx, "ListRolePolicies", input.role_name.as_deref(), asked)?;
    let is_truncated = page.truncated();
    Ok(api::ListRolePoliciesResponse { policy_names: Some(page.items), is_truncated, marker: page.marker })
}

/// `AttachRolePolicy`.
pub(crate) fn attach(cx: &Cx, _svc: &Iam, input: api::AttachRolePolicyRequest) -> Result<Empty, Error> {
    identity::attach::<Role>(cx, input.role_name.as_deref(), input.policy_arn)?;
    Ok(Empty {})
}

/// `DetachRolePolicy`.
pub(crate) fn detach(cx: &Cx, _svc: &Iam, input: api::DetachRolePolicyRequest) -> Result<Empty, Error> {
    identity::detach::<Role>(cx, input.role_name.as_deref(), input.policy_arn)?;
    Ok(Empty {})
}

/// `ListAttachedRolePolicies`, by name.
pub(crate) fn list_attached(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListAttachedRolePoliciesRequest,
) -> Result<api::ListAttachedRolePoliciesResponse, Error> {
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let (name, prefix) = (input.role_name.as_deref(), input.path_prefix.as_deref());
    let page = identity::list_attached::<Role>(cx, "ListAttachedRolePolicies", name, prefix, asked)?;
    let is_truncated = page.truncated();
    Ok(api::ListAttachedRolePoliciesResponse {
        attached_policies: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}

/// `PutRolePermissionsBoundary`.
pub(crate) fn put_boundary(
    cx: &Cx,
    _svc: &Iam,
    input: api::PutRolePermissionsBoundaryRequest,
) -> Result<Empty, Error> {
    identity::put_boundary::<Role>(cx, input.role_name.as_deref(), input.permissions_boundary)?;
    Ok(Empty {})
}

/// `DeleteRolePermissionsBoundary`.
pub(crate) fn delete_boundary(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeleteRolePermissionsBoundaryRequest,
) -> Result<Empty, Error> {
    identity::delete_boundary::<Role>(cx, input.role_name.as_deref())?;
    Ok(Empty {})
}
