//! Users.

pub(crate) mod policy;

use crate::access_key::AccessKey;
use crate::entity::identity::{Identity, attached_keys, boundary_keys};
use crate::entity::{
    self, Case, Home, Named, Permissions, all_tags, change, find, path, read, tag_set, take,
};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::login_profile::LoginProfile;
use crate::owner;
use crate::policy as managed_policy;
use crate::quota::{self, Quota};
use crate::{Iam, key_id, usage};
use base::{Tags, Timestamp};
use ports::{CallerKind, Cx};
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Index, Record};

/// A user.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) home: Home,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) permissions: Permissions,
    pub(crate) tags: Tags,
    /// The unique ids of its groups.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
}

impl User {
    /// By its unique id.
    pub(crate) const ID: Index<Self> = Index { name: "id", keys: |user| vec![user.id.clone()] };
    /// Those in a group, by the group's unique id.
    pub(crate) const GROUP: Index<Self> = Index { name: "group", keys: |user| user.groups.clone() };
    /// Those a policy is the boundary of, by [`Home::own`] of its ARN.
    pub(crate) const BOUNDARY: Index<Self> = Index { name: "boundary", keys: boundary_keys };

    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("user{}", self.path_and_name()))
    }

    /// Path and name, as callers carry them.
    pub(crate) fn path_and_name(&self) -> String {
        format!("{}{}", self.path, self.name)
    }
}

impl Record for User {
    const TABLE: &'static str = "iam_user";
    const INDEXES: &'static [Index<Self>] = &[Self::ID, Self::GROUP, Self::ATTACHED, Self::BOUNDARY];
    type Key = String;

    fn key(&self) -> String {
        self.home.key(&self.name)
    }
}

impl Named for User {
    const CHANGED: &'static str = "UserChanged";

    fn missing(name: &str) -> Error {
        Error::NoUser(name.to_owned())
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn arn(&self) -> String {
        self.arn()
    }
}

impl Identity for User {
    const KIND: &'static str = "user";
    const MOST_ATTACHED: Quota = quota::POLICIES_PER_USER;
    const MOST_INLINE: usize = 2048;
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
}

/// The user that is named, else the one that calls.
pub(crate) fn named_or_own(cx: &Cx, name: Option<String>) -> Result<String, Error> {
    match (name, &cx.caller().kind) {
        (Some(name), _) => Ok(name),
        (None, CallerKind::User { path_and_name, .. }) => {
            Ok(path_and_name.rsplit('/').next().unwrap_or_default().to_owned())
        }
        (None, _) => Err(Error::NoOwnUser),
    }
}

/// `CreateUser`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateUserRequest,
) -> Result<api::CreateUserResponse, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let tags = entity::tags(input.tags)?;
    let path = path(input.path);
    let boundary = managed_policy::parse_boundary(input.permissions_boundary)?;
    let user = cx.write(|tx| {
        if tx.get::<User>(&home.key(&name)).is_some() {
            return Err(Error::Exists("User", name.clone()));
        }
        if let Some(arn) = &boundary {
            managed_policy::require_boundary(tx, &home, arn)?;
        }
        quota::USERS.require_room(tx.range::<User>(&home.prefix()).count())?;
        let user = User {
            home: home.clone(),
            name: name.clone(),
            path: path.clone(),
            id: key_id::unique("AIDA", cx.ids()),
            created_at: cx.now().whole_seconds(),
            permissions: Permissions::bounded(boundary.clone()),
            tags: tags.clone(),
            groups: Vec::new(),
        };
        tx.emit(&Changed { kind: "UserCreated", resource: user.arn() });
        tx.put(user.clone());
        Ok(user)
    })?;
    Ok(api::CreateUserResponse { user: Some(shape(&user)) })
}

/// `GetUser`: the caller's own where none is named; root sees itself.
pub(crate) fn get(cx: &Cx, _svc: &Iam, input: api::GetUserRequest) -> Result<api::GetUserResponse, Error> {
    if input.user_name.is_none() && cx.caller().kind == CallerKind::Root {
        let user = api::User {
            path: Some("/".to_owned()),
            user_id: Some(cx.account().to_string()),
            arn: Some(Home::of(cx).arn("root")),
            create_date: Some(Timestamp::from_millis(0).into()),
            ..api::User::default()
        };
        return Ok(api::GetUserResponse { user: Some(user) });
    }
    let name = named_or_own(cx, input.user_name)?;
    let user = read::<User>(cx, Some(&name))?;
    Ok(api::GetUserResponse { user: Some(shape(&user)) })
}

/// `ListUsers`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListUsersRequest,
) -> Result<api::ListUsersResponse, Error> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let home = Home::of(cx).prefix();
    cx.read(|view| {
        let users = view.range::<User>(&home).filter(|user| user.path.starts_with(prefix));
        let page = asked.page(cx, &["ListUsers", prefix], users, |user| user.name.to_lowercase())?;
        let is_truncated = page.truncated();
        let users = page.items.iter().map(|user| brief(user)).collect();
        Ok(api::ListUsersResponse { users: Some(users), is_truncated, marker: page.marker })
    })
}

/// `UpdateUser`: another name, another path.
pub(crate) fn update(cx: &Cx, _svc: &Iam, input: api::UpdateUserRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let old = input.user_name.unwrap_or_default();
    cx.write(|tx| {
        let mut user: User = take(tx, &home, &old)?;
        if let Some(new) = &input.new_user_name {
            if home.key(new) != home.key(&old) && tx.get::<User>(&home.key(new)).is_some() {
                return Err(Error::Exists("User", new.clone()));
            }
            let keys: Vec<_> = tx.by(&AccessKey::USER, &home.key(&old)).cloned().collect();
            tx.delete::<User>(&home.key(&old));
            for key in keys {
                tx.put(AccessKey { user: new.clone(), ..(*key).clone() });
            }
            user.name.clone_from(new);
        }
        if let Some(path) = &input.new_path {
            user.path.clone_from(path);
        }
        tx.emit(&Changed { kind: User::CHANGED, resource: user.arn() });
        tx.put(user);
        Ok(Empty {})
    })
}

/// `DeleteUser`: once everything that is its own is gone.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteUserRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    cx.write(|tx| {
        let user: Arc<User> = find(tx, &home, &name)?;
        if tx.by(&AccessKey::USER, &home.key(&name)).any(|key| key.is_there()) {
            return Err(Error::Conflict("Cannot delete entity, must delete access keys first."));
        }
        if !user.groups.is_empty() {
            return Err(Error::Conflict("Cannot delete entity, must remove users from group first."));
        }
        if tx.get::<LoginProfile>(&user.id).is_some() {
            return Err(Error::Conflict("Cannot delete entity, must delete login profile first."));
        }
        owner::refuse_owner(tx, &home, &user)?;
        user.permissions.require_none()?;
        tx.delete::<User>(&home.key(&name));
        usage::forget(tx, &user.id);
        tx.emit(&Changed { kind: "UserDeleted", resource: user.arn() });
        Ok(Empty {})
    })
}

/// `TagUser`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagUserRequest) -> Result<Empty, Error> {
    change(cx, input.user_name.as_deref(), |_, user: &mut User| {
        entity::merge(&mut user.tags, input.tags.clone())
    })?;
    Ok(Empty {})
}

/// `UntagUser`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagUserRequest) -> Result<Empty, Error> {
    change(cx, input.user_name.as_deref(), |_, user: &mut User| {
        entity::untag(Case::Ignored, &mut user.tags, input.tag_keys.as_deref());
        Ok(())
    })?;
    Ok(Empty {})
}

/// `ListUserTags`, by key.
pub(crate) fn list_tags(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListUserTagsRequest,
) -> Result<api::ListUserTagsResponse, Error> {
    let user = read::<User>(cx, input.user_name.as_deref())?;
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let page = asked.tags(cx, &["ListUserTags", &user.id], all_tags(&user.tags))?;
    let is_truncated = page.truncated();
    Ok(api::ListUserTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}

/// As lists answer it: without tags and boundary.
pub(crate) fn brief(user: &User) -> api::User {
    api::User { tags: None, permissions_boundary: None, ..shape(user) }
}

fn shape(user: &User) -> api::User {
    api::User {
        path: Some(user.path.clone()),
        user_name: Some(user.name.clone()),
        user_id: Some(user.id.clone()),
        arn: Some(user.arn()),
        create_date: Some(user.created_at.into()),
        password_last_used: None,
        permissions_boundary: user.permissions.boundary_shape(),
        tags: tag_set(&user.tags),
    }
}

#[cfg(test)]
mod tests {
    use super::User;

    #[test]
    fn a_user_stored_before_there_were_groups_is_in_none() {
        let stored = r#"{"home":{"partition":"aws","account":"000000000000"},"name":"anna","path":"/","id":"AIDA1",
            "created_at":0,"permissions":{"attached":[],"inline":{},"boundary":null},"tags":{}}"#;
        let user: User = serde_json::from_str(stored).unwrap();
        assert!(user.groups.is_empty());
    }
}
