//! Roles.

pub(crate) mod access;
pub(crate) mod policy;
pub(crate) mod service_linked;
pub(crate) mod trust;

use crate::document::encoded;
use crate::entity::identity::{Identity, attached_keys, boundary_keys};
use crate::entity::{
    self, Case, Home, Named, Permissions, Rows, all_tags, change, find, path, read, tag_set,
};
use crate::error::Error;
use crate::event::Changed;
use crate::instance_profile::InstanceProfile;
use crate::listing::Asked;
use crate::policy as managed_policy;
use crate::quota::{self, Quota};
use crate::usage::{self, Usage};
use crate::{Iam, key_id};
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Index, Record};

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
    /// The trust policy as it was sent. What it says now is told by [`trust::current`].
    pub(crate) trust: String,
    /// The users and roles the trust policy names: the text that does, and the unique id of the one it was then.
    #[serde(default)]
    pub(crate) principals: BTreeMap<String, String>,
    pub(crate) description: Option<String>,
    pub(crate) max_session_seconds: i32,
    pub(crate) permissions: Permissions,
    pub(crate) tags: Tags,
    /// The service a service-linked role belongs to: `autoscaling.amazonaws.com`.
    #[serde(default)]
    pub(crate) service: Option<String>,
}

impl Role {
    /// By its unique id.
    pub(crate) const ID: Index<Self> = Index { name: "id", keys: |role| vec![role.id.clone()] };
    /// Those a policy is the boundary of, by [`Home::own`] of its ARN.
    pub(crate) const BOUNDARY: Index<Self> = Index { name: "boundary", keys: boundary_keys };

    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("role{}{}", self.path, self.name))
    }
}

impl Record for Role {
    const TABLE: &'static str = "iam_role";
    const INDEXES: &'static [Index<Self>] = &[Self::ID, Self::ATTACHED, Self::BOUNDARY];
    type Key = String;

    fn key(&self) -> String {
        self.home.key(&self.name)
    }
}

impl Named for Role {
    const CHANGED: &'static str = "RoleChanged";

    fn missing(name: &str) -> Error {
        Error::NoRole(name.to_owned())
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn arn(&self) -> String {
        self.arn()
    }
}

impl Identity for Role {
    const KIND: &'static str = "role";
    const MOST_ATTACHED: Quota = quota::POLICIES_PER_ROLE;
    const MOST_INLINE: usize = 10_240;
    const ATTACHED: Index<Self> = Index { name: "attached", keys: attached_keys };

    fn home(&self) -> &Home {
        &self.home
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    fn permissions_mut(&mut self) -> &mut Permissions {
        &mut self.permissions
    }

    /// A service-linked role is its service's.
    fn require_own(&self) -> Result<(), Error> {
        if self.service.is_some() {
            return Err(Error::ServiceLinked(self.name.clone()));
        }
        Ok(())
    }
}

/// `CreateRole`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateRoleRequest,
) -> Result<api::CreateRoleResponse, Error> {
    let home = Home::of(cx);
    let name = input.role_name.unwrap_or_default();
    let text = input.assume_role_policy_document.unwrap_or_default();
    trust::check(&text)?;
    let tags = entity::tags(input.tags)?;
    let path = path(input.path);
    let boundary = managed_policy::parse_boundary(input.permissions_boundary)?;
    let role = cx.write(|tx| {
        if tx.get::<Role>(&home.key(&name)).is_some() {
            return Err(Error::Exists("Role", name.clone()));
        }
        if let Some(arn) = &boundary {
            managed_policy::require_boundary(tx, &home, arn)?;
        }
        quota::ROLES.require_room(tx.range::<Role>(&home.prefix()).count())?;
        let role = Role {
            home: home.clone(),
            name: name.clone(),
            path: path.clone(),
            id: key_id::unique("AROA", cx.ids()),
            created_at: cx.now().whole_seconds(),
            principals: trust::resolve(tx, &text)?,
            trust: text.clone(),
            description: input.description.clone(),
            max_session_seconds: input.max_session_duration.unwrap_or(SESSION_SECONDS),
            permissions: Permissions::bounded(boundary.clone()),
            tags: tags.clone(),
            service: None,
        };
        tx.emit(&Changed { kind: "RoleCreated", resource: role.arn() });
        tx.put(role.clone());
        Ok(role)
    })?;
    Ok(api::CreateRoleResponse { role: Some(created(&role)) })
}

/// `GetRole`.
pub(crate) fn get(cx: &Cx, _svc: &Iam, input: api::GetRoleRequest) -> Result<api::GetRoleResponse, Error> {
    let role = read::<Role>(cx, input.role_name.as_deref())?;
    Ok(api::GetRoleResponse { role: Some(cx.read(|view| shape(view, &role))) })
}

/// `ListRoles`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListRolesRequest,
) -> Result<api::ListRolesResponse, Error> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let home = Home::of(cx).prefix();
    cx.read(|view| {
        let roles = view.range::<Role>(&home).filter(|role| role.path.starts_with(prefix));
        let page = asked.page(cx, &["ListRoles", prefix], roles, |role| role.name.to_lowercase())?;
        let is_truncated = page.truncated();
        // Tags, boundary and last use are not part of a list's answer.
        let shape = |role: &&Arc<Role>| api::Role {
            description: role.description.clone(),
            max_session_duration: Some(role.max_session_seconds),
            ..brief(view, role)
        };
        let roles = page.items.iter().map(shape).collect();
        Ok(api::ListRolesResponse { roles: Some(roles), is_truncated, marker: page.marker })
    })
}

/// `UpdateRole`: what is not given stays as it is (recorded).
pub(crate) fn update(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateRoleRequest,
) -> Result<api::UpdateRoleResponse, Error> {
    change(cx, input.role_name.as_deref(), |_, role: &mut Role| {
        if let Some(seconds) = input.max_session_duration {
            if role.service.is_some() {
                return Err(Error::ServiceLinkedDuration(role.name.clone()));
            }
            role.max_session_seconds = seconds;
        }
        if let Some(description) = &input.description {
            role.description = Some(description.clone());
        }
        Ok(())
    })?;
    Ok(api::UpdateRoleResponse {})
}

/// `UpdateRoleDescription`. Services leave the descriptions of their roles to the account.
pub(crate) fn update_description(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateRoleDescriptionRequest,
) -> Result<api::UpdateRoleDescriptionResponse, Error> {
    let role = change(cx, input.role_name.as_deref(), |_, role: &mut Role| {
        role.description.clone_from(&input.description);
        Ok(role.clone())
    })?;
    let shape = |view: &_| api::Role { description: role.description.clone(), ..brief(view, &role) };
    Ok(api::UpdateRoleDescriptionResponse { role: Some(cx.read(shape)) })
}

/// `UpdateAssumeRolePolicy`.
pub(crate) fn update_trust(
    cx: &Cx,
    _svc: &Iam,
    input: api::UpdateAssumeRolePolicyRequest,
) -> Result<Empty, Error> {
    let text = input.policy_document.unwrap_or_default();
    trust::check(&text)?;
    change(cx, input.role_name.as_deref(), |tx, role: &mut Role| {
        role.require_own()?;
        role.principals = trust::resolve(tx, &text)?;
        role.trust.clone_from(&text);
        Ok(())
    })?;
    Ok(Empty {})
}

/// `DeleteRole`: once its policies and instance profiles are gone.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteRoleRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.role_name.unwrap_or_default();
    cx.write(|tx| {
        let role: Arc<Role> = find(tx, &home, &name)?;
        role.require_own()?;
        if tx.count(&InstanceProfile::ROLE, &role.id) > 0 {
            return Err(Error::Conflict(
                "Cannot delete entity, must remove roles from instance profile first.",
            ));
        }
        role.permissions.require_none()?;
        tx.delete::<Role>(&home.key(&name));
        usage::forget(tx, &role.id);
        tx.emit(&Changed { kind: "RoleDeleted", resource: role.arn() });
        Ok(Empty {})
    })
}

/// `TagRole`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagRoleRequest) -> Result<Empty, Error> {
    change(cx, input.role_name.as_deref(), |_, role: &mut Role| {
        entity::merge(&mut role.tags, input.tags.clone())
    })?;
    Ok(Empty {})
}

/// `UntagRole`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagRoleRequest) -> Result<Empty, Error> {
    change(cx, input.role_name.as_deref(), |_, role: &mut Role| {
        entity::untag(Case::Ignored, &mut role.tags, input.tag_keys.as_deref());
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
    let role = read::<Role>(cx, input.role_name.as_deref())?;
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let page = asked.tags(cx, &["ListRoleTags", &role.id], all_tags(&role.tags))?;
    let is_truncated = page.truncated();
    Ok(api::ListRoleTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}

/// As other resources show it: who it is and whom it trusts.
pub(crate) fn brief(rows: &impl Rows, role: &Role) -> api::Role {
    api::Role {
        path: Some(role.path.clone()),
        role_name: Some(role.name.clone()),
        role_id: Some(role.id.clone()),
        arn: Some(role.arn()),
        create_date: Some(role.created_at.into()),
        assume_role_policy_document: encoded(&trust::current(rows, role)),
        ..api::Role::default()
    }
}

/// When and where it was last used; nothing where it never was.
pub(crate) fn last_used(rows: &impl Rows, role: &Role) -> api::RoleLastUsed {
    let last = Usage::last(rows.listed(&Usage::PRINCIPAL, &role.id));
    last.map_or_else(api::RoleLastUsed::default, |usage| api::RoleLastUsed {
        last_used_date: Some(usage.at.into()),
        region: Some(usage.region.clone()),
    })
}

/// As its creation answers it. The trust policy is shown as it was sent: nobody it names can be gone yet.
fn created(role: &Role) -> api::Role {
    api::Role {
        path: Some(role.path.clone()),
        role_name: Some(role.name.clone()),
        role_id: Some(role.id.clone()),
        arn: Some(role.arn()),
        create_date: Some(role.created_at.into()),
        assume_role_policy_document: encoded(&role.trust),
        permissions_boundary: role.permissions.boundary_shape(),
        tags: tag_set(&role.tags),
        ..api::Role::default()
    }
}

fn shape(rows: &impl Rows, role: &Role) -> api::Role {
    api::Role {
        description: role.description.clone(),
        max_session_duration: Some(role.max_session_seconds),
        permissions_boundary: role.permissions.boundary_shape(),
        tags: tag_set(&role.tags),
        role_last_used: Some(last_used(rows, role)),
        ..brief(rows, role)
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn a_role_stored_before_principals_were_known_trusts_as_it_says() {
        let stored = r#"{"home":{"partition":"aws","account":"000000000000"},"name":"r","path":"/","id":"AROA1",
            "created_at":0,"trust":"{}","description":null,"max_session_seconds":3600,
            "permissions":{"attached":[],"inline":{},"boundary":null},"tags":{}}"#;
        let role: Role = serde_json::from_str(stored).unwrap();
        assert!(role.principals.is_empty() && role.service.is_none());
    }
}
