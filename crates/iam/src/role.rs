//! Roles.

use crate::document::{self, encoded};
use crate::entity::{self, Home, Permissions, path, tag_set};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::page;
use crate::user::refuse_policies;
use crate::{Iam, key_id};
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use store::{Record, Tx};

/// Seconds a role's sessions last at the most, where nothing else is said.
const SESSION_SECONDS: i32 = 3600;

/// A role.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Role {
    pub(crate) home: Home,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) trust: String,
    pub(crate) description: Option<String>,
    pub(crate) max_session_seconds: i32,
    pub(crate) permissions: Permissions,
    pub(crate) tags: Tags,
}

impl Role {
    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("role{}{}", self.path, self.name))
    }
}

impl Record for Role {
    const TABLE: &'static str = "iam_role";
    type Key = String;

    fn key(&self) -> String {
        self.home.key(&self.name)
    }
}

/// Changes one role in a transaction.
fn change<T>(
    cx: &Cx,
    name: Option<String>,
    change: impl Fn(&mut Tx, &mut Role) -> Result<T, Error>,
) -> Result<T, Error> {
    let home = Home::of(cx);
    let name = name.unwrap_or_default();
    cx.write(|tx| {
        let found = tx.get::<Role>(&home.key(&name));
        let mut role = found.map(|role| (*role).clone()).ok_or_else(|| Error::NoRole(name.clone()))?;
        let value = change(tx, &mut role)?;
        tx.emit(&Changed { kind: "RoleChanged", resource: role.arn() });
        tx.put(role);
        Ok(value)
    })
}

/// Reads one role.
fn read(cx: &Cx, name: Option<String>) -> Result<Role, Error> {
    let home = Home::of(cx);
    let name = name.unwrap_or_default();
    let found = cx.read(|view| view.get::<Role>(&home.key(&name)));
    found.map(|role| (*role).clone()).ok_or(Error::NoRole(name))
}

/// `CreateRole`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateRoleRequest,
) -> Result<api::CreateRoleResponse, Error> {
    let home = Home::of(cx);
    let name = input.role_name.unwrap_or_default();
    let trust = input.assume_role_policy_document.unwrap_or_default();
    document::check_trust(&trust)?;
    let tags = entity::tags(input.tags)?;
    let path = path(input.path);
    let role = cx.write(|tx| {
        if tx.get::<Role>(&home.key(&name)).is_some() {
            return Err(Error::Exists("Role", name.clone()));
        }
        let role = Role {
            home: home.clone(),
            name: name.clone(),
            path: path.clone(),
            id: key_id::unique("AROA", cx.ids()),
            created_at: cx.now().whole_seconds(),
            trust: trust.clone(),
            description: input.description.clone(),
            max_session_seconds: input.max_session_duration.unwrap_or(SESSION_SECONDS),
            permissions: Permissions {
                boundary: input.permissions_boundary.clone(),
                ..Permissions::default()
            },
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "RoleCreated", resource: role.arn() });
        tx.put(role.clone());
        Ok(role)
    })?;
    // The create's answer shows no session length: AWS adds it to later reads only.
    Ok(api::CreateRoleResponse {
        role: Some(api::Role { max_session_duration: None, role_last_used: None, ..shape(&role) }),
    })
}

/// `GetRole`.
pub(crate) fn get(cx: &Cx, _svc: &Iam, input: api::GetRoleRequest) -> Result<api::GetRoleResponse, Error> {
    let role = read(cx, input.role_name)?;
    Ok(api::GetRoleResponse { role: Some(shape(&role)) })
}

/// `ListRoles`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListRolesRequest,
) -> Result<api::ListRolesResponse, Error> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    let home = Home::of(cx);
    cx.read(|view| {
        let roles = home.prefix();
        let roles = view.range::<Role>(&roles).filter(|role| role.path.starts_with(&prefix));
        let name = |role: &&std::sync::Arc<Role>| role.name.to_lowercase();
        let page = page(cx, &["ListRoles", &prefix], roles, name, input.marker.as_deref(), input.max_items)?;
        let is_truncated = page.truncated();
        // Tags and last use are not part of a list's answer.
        let shape =
            |role: &&std::sync::Arc<Role>| api::Role { tags: None, role_last_used: None, ..shape(role) };
        let roles = page.items.iter().map(shape).collect();
        Ok(api::ListRolesResponse { roles: Some(roles), is_truncated, marker: page.marker })
    })
}

/// `UpdateRole`.
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateRoleRequest,
) -> Result<api::UpdateRoleResponse, Error> {
    change(cx, input.role_name, |_, role| {
        if let Some(description) = &input.description {
            role.description = Some(description.clone());
        }
        role.max_session_seconds = input.max_session_duration.unwrap_or(SESSION_SECONDS);
        Ok(())
    })?;
    Ok(api::UpdateRoleResponse {})
}

/// `UpdateRoleDescription`.
pub(crate) fn update_description(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateRoleDescriptionRequest,
) -> Result<api::UpdateRoleDescriptionResponse, Error> {
    let role = change(cx, input.role_name, |_, role| {
        role.description.clone_from(&input.description);
        Ok(role.clone())
    })?;
    Ok(api::UpdateRoleDescriptionResponse { role: Some(shape(&role)) })
}

/// `UpdateAssumeRolePolicy`.
pub(crate) fn update_trust(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateAssumeRolePolicyRequest,
) -> Result<Empty, Error> {
    let trust = input.policy_document.unwrap_or_default();
    document::check_trust(&trust)?;
    change(cx, input.role_name, |_, role| {
        role.trust.clone_from(&trust);
        Ok(())
    })?;
    Ok(Empty {})
}

/// `DeleteRole`: once its policies are gone.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteRoleRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.role_name.unwrap_or_default();
    cx.write(|tx| {
        let role = tx.get::<Role>(&home.key(&name)).ok_or_else(|| Error::NoRole(name.clone()))?;
        refuse_policies(&role.permissions)?;
        tx.delete::<Role>(&home.key(&name));
        tx.emit(&Changed { kind: "RoleDeleted", resource: role.arn() });
        Ok(Empty {})
    })
}

/// `TagRole`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagRoleRequest) -> Result<Empty, Error> {
    change(cx, input.role_name, |_, role| entity::merge(&mut role.tags, input.tags.clone()))?;
    Ok(Empty {})
}

/// `UntagRole`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagRoleRequest) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, input.role_name, |_, role| {
        role.tags.0.retain(|key, _| !keys.contains(key));
        Ok(())
    })?;
    Ok(Empty {})
}

/// `ListRoleTags`, by key.
pub(crate) fn list_tags(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListRoleTagsRequest,
) -> Result<api::ListRoleTagsResponse, Error> {
    let role = read(cx, input.role_name)?;
    let tags = tag_set(&role.tags).unwrap_or_default();
    let name = |tag: &api::Tag| tag.key.clone().unwrap_or_default();
    let page = page(cx, &["ListRoleTags", &role.name], tags, name, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(api::ListRoleTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}

/// `PutRolePolicy`.
pub(crate) fn put_policy(cx: &Cx, _svc: &Iam, input: api::PutRolePolicyRequest) -> Result<Empty, Error> {
    let (name, document) = (input.policy_name.unwrap_or_default(), input.policy_document.unwrap_or_default());
    change(cx, input.role_name, |_, role| role.permissions.put(name.clone(), document.clone()))?;
    Ok(Empty {})
}

/// `GetRolePolicy`.
pub(crate) fn get_policy(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetRolePolicyRequest,
) -> Result<api::GetRolePolicyResponse, Error> {
    let role = read(cx, input.role_name)?;
    let name = input.policy_name.unwrap_or_default();
    let document = role.permissions.inline.get(&name);
    let document = document.ok_or_else(|| Error::NoInlinePolicy("role", name.clone()))?;
    Ok(api::GetRolePolicyResponse {
        policy_document: encoded(document),
        role_name: Some(role.name),
        policy_name: Some(name),
    })
}

/// `DeleteRolePolicy`.
pub(crate) fn delete_policy(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeleteRolePolicyRequest,
) -> Result<Empty, Error> {
    let name = input.policy_name.unwrap_or_default();
    change(cx, input.role_name, |_, role| {
        let gone = role.permissions.inline.remove(&name);
        gone.map(|_| ()).ok_or_else(|| Error::NoInlinePolicy("role", name.clone()))
    })?;
    Ok(Empty {})
}

/// `ListRolePolicies`, by name.
pub(crate) fn list_policies(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListRolePoliciesRequest,
) -> Result<api::ListRolePoliciesResponse, Error> {
    let role = read(cx, input.role_name)?;
    let names = role.permissions.inline.into_keys();
    let page = page(
        cx,
        &["ListRolePolicies", &role.name],
        names,
        String::clone,
        input.marker.as_deref(),
        input.max_items,
    )?;
    let is_truncated = page.truncated();
    Ok(api::ListRolePoliciesResponse { policy_names: Some(page.items), is_truncated, marker: page.marker })
}

/// `AttachRolePolicy`.
pub(crate) fn attach_policy(
    cx: &Cx,
    _svc: &Iam,
    input: api::AttachRolePolicyRequest,
) -> Result<Empty, Error> {
    let arn = input.policy_arn.unwrap_or_default();
    change(cx, input.role_name, |tx, role| role.permissions.attach(tx, &arn, "PoliciesPerRole"))?;
    Ok(Empty {})
}

/// `DetachRolePolicy`.
pub(crate) fn detach_policy(
    cx: &Cx,
    _svc: &Iam,
    input: api::DetachRolePolicyRequest,
) -> Result<Empty, Error> {
    let arn = input.policy_arn.unwrap_or_default();
    change(cx, input.role_name, |tx, role| role.permissions.detach(tx, &arn))?;
    Ok(Empty {})
}

/// `ListAttachedRolePolicies`, by name.
pub(crate) fn list_attached_policies(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListAttachedRolePoliciesRequest,
) -> Result<api::ListAttachedRolePoliciesResponse, Error> {
    let role = read(cx, input.role_name)?;
    let attached = role.permissions.attached_shapes(input.path_prefix.as_deref().unwrap_or("/"));
    let name = |policy: &api::AttachedPolicy| policy.policy_name.clone().unwrap_or_default();
    let call = ["ListAttachedRolePolicies", role.name.as_str()];
    let page = page(cx, &call, attached, name, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(api::ListAttachedRolePoliciesResponse {
        attached_policies: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}

/// `ListInstanceProfilesForRole`: none, until there are instance profiles.
pub(crate) fn list_instance_profiles(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListInstanceProfilesForRoleRequest,
) -> Result<api::ListInstanceProfilesForRoleResponse, Error> {
    read(cx, input.role_name)?;
    Ok(api::ListInstanceProfilesForRoleResponse {
        instance_profiles: Some(Vec::new()),
        is_truncated: Some(false),
        marker: None,
    })
}

fn shape(role: &Role) -> api::Role {
    api::Role {
        path: Some(role.path.clone()),
        role_name: Some(role.name.clone()),
        role_id: Some(role.id.clone()),
        arn: Some(role.arn()),
        create_date: Some(role.created_at.into()),
        assume_role_policy_document: encoded(&role.trust),
        description: role.description.clone(),
        max_session_duration: Some(role.max_session_seconds),
        permissions_boundary: role.permissions.boundary_shape(),
        tags: tag_set(&role.tags),
        role_last_used: Some(api::RoleLastUsed::default()),
        ..api::Role::default()
    }
}
