//! Users.

use crate::access_key::AccessKey;
use crate::document::encoded;
use crate::entity::{self, Home, Permissions, path, tag_set};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::page;
use crate::{Iam, key_id, owner};
use base::{Tags, Timestamp};
use ports::{CallerKind, Cx};
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use store::{Record, Tx};

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
}

impl User {
    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("user{}{}", self.path, self.name))
    }

    /// Path and name, as callers carry them.
    pub(crate) fn path_and_name(&self) -> String {
        format!("{}{}", self.path, self.name)
    }
}

impl Record for User {
    const TABLE: &'static str = "iam_user";
    type Key = String;

    fn key(&self) -> String {
        self.home.key(&self.name)
    }
}

/// The user of that name, to change.
pub(crate) fn take(tx: &Tx, home: &Home, name: &str) -> Result<User, Error> {
    let found = tx.get::<User>(&home.key(name));
    found.map(|user| (*user).clone()).ok_or_else(|| Error::NoUser(name.to_owned()))
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

/// Changes one user in a transaction.
fn change<T>(
    cx: &Cx,
    name: Option<String>,
    change: impl Fn(&mut Tx, &mut User) -> Result<T, Error>,
) -> Result<T, Error> {
    let home = Home::of(cx);
    let name = name.unwrap_or_default();
    cx.write(|tx| {
        let mut user = take(tx, &home, &name)?;
        let value = change(tx, &mut user)?;
        tx.emit(&Changed { kind: "UserChanged", resource: user.arn() });
        tx.put(user);
        Ok(value)
    })
}

/// Reads one user.
fn read(cx: &Cx, name: Option<String>) -> Result<User, Error> {
    let home = Home::of(cx);
    let name = name.unwrap_or_default();
    let found = cx.read(|view| view.get::<User>(&home.key(&name)));
    found.map(|user| (*user).clone()).ok_or(Error::NoUser(name))
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
    let user = cx.write(|tx| {
        if tx.get::<User>(&home.key(&name)).is_some() {
            return Err(Error::Exists("User", name.clone()));
        }
        let user = User {
            home: home.clone(),
            name: name.clone(),
            path: path.clone(),
            id: key_id::unique("AIDA", cx.ids()),
            created_at: cx.now().whole_seconds(),
            permissions: Permissions {
                boundary: input.permissions_boundary.clone(),
                ..Permissions::default()
            },
            tags: tags.clone(),
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
    let user = read(cx, Some(name))?;
    Ok(api::GetUserResponse { user: Some(shape(&user)) })
}

/// `ListUsers`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListUsersRequest,
) -> Result<api::ListUsersResponse, Error> {
    let prefix = input.path_prefix.unwrap_or_else(|| "/".to_owned());
    let home = Home::of(cx);
    cx.read(|view| {
        let users = home.prefix();
        let users = view.range::<User>(&users).filter(|user| user.path.starts_with(&prefix));
        let name = |user: &&std::sync::Arc<User>| user.name.to_lowercase();
        let page = page(cx, &["ListUsers", &prefix], users, name, input.marker.as_deref(), input.max_items)?;
        let is_truncated = page.truncated();
        let users = page.items.iter().map(|user| listed_shape(user)).collect();
        Ok(api::ListUsersResponse { users: Some(users), is_truncated, marker: page.marker })
    })
}

/// `UpdateUser`: another name, another path.
pub(crate) fn update(cx: &Cx, _svc: &Iam, input: api::UpdateUserRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let old = input.user_name.unwrap_or_default();
    cx.write(|tx| {
        let mut user = take(tx, &home, &old)?;
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
        tx.emit(&Changed { kind: "UserChanged", resource: user.arn() });
        tx.put(user);
        Ok(Empty {})
    })
}

/// `DeleteUser`: once its keys and policies are gone.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteUserRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    cx.write(|tx| {
        let user = take(tx, &home, &name)?;
        if tx.by(&AccessKey::USER, &home.key(&name)).any(|key| key.is_there()) {
            return Err(Error::Conflict("Cannot delete entity, must delete access keys first."));
        }
        owner::refuse_owner(tx, &home, &user)?;
        refuse_policies(&user.permissions)?;
        tx.delete::<User>(&home.key(&name));
        tx.emit(&Changed { kind: "UserDeleted", resource: user.arn() });
        Ok(Empty {})
    })
}

/// An identity with policies is not deleted.
pub(crate) fn refuse_policies(permissions: &Permissions) -> Result<(), Error> {
    if !permissions.attached.is_empty() {
        return Err(Error::Conflict("Cannot delete entity, must detach all policies first."));
    }
    if !permissions.inline.is_empty() {
        return Err(Error::Conflict("Cannot delete entity, must delete policies first."));
    }
    Ok(())
}

/// `TagUser`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagUserRequest) -> Result<Empty, Error> {
    change(cx, input.user_name, |_, user| entity::merge(&mut user.tags, input.tags.clone()))?;
    Ok(Empty {})
}

/// `UntagUser`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagUserRequest) -> Result<Empty, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    change(cx, input.user_name, |_, user| {
        user.tags.0.retain(|key, _| !keys.contains(key));
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
    let user = read(cx, input.user_name)?;
    let tags = tag_set(&user.tags).unwrap_or_default();
    let name = |tag: &api::Tag| tag.key.clone().unwrap_or_default();
    let page = page(cx, &["ListUserTags", &user.name], tags, name, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(api::ListUserTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}

/// `PutUserPolicy`.
pub(crate) fn put_policy(cx: &Cx, _svc: &Iam, input: api::PutUserPolicyRequest) -> Result<Empty, Error> {
    let (name, document) = (input.policy_name.unwrap_or_default(), input.policy_document.unwrap_or_default());
    change(cx, input.user_name, |_, user| user.permissions.put(name.clone(), document.clone()))?;
    Ok(Empty {})
}

/// `GetUserPolicy`.
pub(crate) fn get_policy(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetUserPolicyRequest,
) -> Result<api::GetUserPolicyResponse, Error> {
    let user = read(cx, input.user_name)?;
    let name = input.policy_name.unwrap_or_default();
    let document = user.permissions.inline.get(&name);
    let document = document.ok_or_else(|| Error::NoInlinePolicy("user", name.clone()))?;
    Ok(api::GetUserPolicyResponse {
        policy_document: encoded(document),
        user_name: Some(user.name),
        policy_name: Some(name),
    })
}

/// `DeleteUserPolicy`.
pub(crate) fn delete_policy(
    cx: &Cx,
    _svc: &Iam,
    input: api::DeleteUserPolicyRequest,
) -> Result<Empty, Error> {
    let name = input.policy_name.unwrap_or_default();
    change(cx, input.user_name, |_, user| {
        let gone = user.permissions.inline.remove(&name);
        gone.map(|_| ()).ok_or_else(|| Error::NoInlinePolicy("user", name.clone()))
    })?;
    Ok(Empty {})
}

/// `ListUserPolicies`, by name.
pub(crate) fn list_policies(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListUserPoliciesRequest,
) -> Result<api::ListUserPoliciesResponse, Error> {
    let user = read(cx, input.user_name)?;
    let names = user.permissions.inline.into_keys();
    let page = page(
        cx,
        &["ListUserPolicies", &user.name],
        names,
        String::clone,
        input.marker.as_deref(),
        input.max_items,
    )?;
    let is_truncated = page.truncated();
    Ok(api::ListUserPoliciesResponse { policy_names: Some(page.items), is_truncated, marker: page.marker })
}

/// `AttachUserPolicy`.
pub(crate) fn attach_policy(
    cx: &Cx,
    _svc: &Iam,
    input: api::AttachUserPolicyRequest,
) -> Result<Empty, Error> {
    let arn = input.policy_arn.unwrap_or_default();
    change(cx, input.user_name, |tx, user| user.permissions.attach(tx, &arn, "PoliciesPerUser"))?;
    Ok(Empty {})
}

/// `DetachUserPolicy`.
pub(crate) fn detach_policy(
    cx: &Cx,
    _svc: &Iam,
    input: api::DetachUserPolicyRequest,
) -> Result<Empty, Error> {
    let arn = input.policy_arn.unwrap_or_default();
    change(cx, input.user_name, |tx, user| user.permissions.detach(tx, &arn))?;
    Ok(Empty {})
}

/// `ListAttachedUserPolicies`, by name.
pub(crate) fn list_attached_policies(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListAttachedUserPoliciesRequest,
) -> Result<api::ListAttachedUserPoliciesResponse, Error> {
    let user = read(cx, input.user_name)?;
    let attached = user.permissions.attached_shapes(input.path_prefix.as_deref().unwrap_or("/"));
    let name = |policy: &api::AttachedPolicy| policy.policy_name.clone().unwrap_or_default();
    let call = ["ListAttachedUserPolicies", user.name.as_str()];
    let page = page(cx, &call, attached, name, input.marker.as_deref(), input.max_items)?;
    let is_truncated = page.truncated();
    Ok(api::ListAttachedUserPoliciesResponse {
        attached_policies: Some(page.items),
        is_truncated,
        marker: page.marker,
    })
}

/// `ListGroupsForUser`: none, until there are groups.
pub(crate) fn list_groups(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListGroupsForUserRequest,
) -> Result<api::ListGroupsForUserResponse, Error> {
    read(cx, input.user_name)?;
    Ok(api::ListGroupsForUserResponse { groups: Some(Vec::new()), is_truncated: Some(false), marker: None })
}

/// As lists show a user: without tags.
pub(crate) fn listed_shape(user: &User) -> api::User {
    api::User { tags: None, ..shape(user) }
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
