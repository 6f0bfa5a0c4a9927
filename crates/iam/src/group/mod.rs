//! Groups. Who is in one stands with the users: each names its groups by their unique ids, so that renaming either
//! side touches nothing else.

pub(crate) mod membership;
pub(crate) mod policy;

use crate::entity::identity::{Identity, attached_keys};
use crate::entity::{Home, Named, Permissions, find, path, take};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::quota::{self, Quota};
use crate::user::{self, User};
use crate::{Iam, key_id};
use base::Timestamp;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Index, Record};

/// A group.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) home: Home,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) permissions: Permissions,
}

impl Group {
    /// By its unique id.
    pub(crate) const ID: Index<Self> = Index { name: "id", keys: |group| vec![group.id.clone()] };
}

impl Record for Group {
    const TABLE: &'static str = "iam_group";
    const INDEXES: &'static [Index<Self>] = &[Self::ID, Self::ATTACHED];
    type Key = String;

    fn key(&self) -> String {
        self.home.key(&self.name)
    }
}

impl Named for Group {
    const CHANGED: &'static str = "GroupChanged";

    fn missing(name: &str) -> Error {
        Error::NoGroup(name.to_owned())
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn arn(&self) -> String {
        self.home.arn(&format!("group{}{}", self.path, self.name))
    }
}

impl Identity for Group {
    const KIND: &'static str = "group";
    const MOST_ATTACHED: Quota = quota::POLICIES_PER_GROUP;
    const MOST_INLINE: usize = 5120;
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

/// `CreateGroup`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateGroupRequest,
) -> Result<api::CreateGroupResponse, Error> {
    let home = Home::of(cx);
    let name = input.group_name.unwrap_or_default();
    let path = path(input.path);
    let group = cx.write(|tx| {
        if tx.get::<Group>(&home.key(&name)).is_some() {
            return Err(Error::Exists("Group", name.clone()));
        }
        quota::GROUPS.require_room(tx.range::<Group>(&home.prefix()).count())?;
        let group = Group {
            home: home.clone(),
            name: name.clone(),
            path: path.clone(),
            id: key_id::unique("AGPA", cx.ids()),
            created_at: cx.now().whole_seconds(),
            permissions: Permissions::default(),
        };
        tx.emit(&Changed { kind: "GroupCreated", resource: group.arn() });
        tx.put(group.clone());
        Ok(group)
    })?;
    Ok(api::CreateGroupResponse { group: Some(shape(&group)) })
}

/// `GetGroup`: the group, and its users by name in pages.
pub(crate) fn get(cx: &Cx, _svc: &Iam, input: api::GetGroupRequest) -> Result<api::GetGroupResponse, Error> {
    let home = Home::of(cx);
    let name = input.group_name.unwrap_or_default();
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    cx.read(|view| {
        let group = view.get::<Group>(&home.key(&name)).ok_or_else(|| Group::missing(&name))?;
        let users = view.by(&User::GROUP, &group.id);
        let page = asked.page(cx, &["GetGroup", &group.id], users, |user| user.name.to_lowercase())?;
        let is_truncated = page.truncated();
        let users = page.items.iter().map(|user| user::brief(user)).collect();
        Ok(api::GetGroupResponse {
            group: Some(shape(&group)),
            users: Some(users),
            is_truncated,
            marker: page.marker,
        })
    })
}

/// `ListGroups`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListGroupsRequest,
) -> Result<api::ListGroupsResponse, Error> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let home = Home::of(cx).prefix();
    cx.read(|view| {
        let groups = view.range::<Group>(&home).filter(|group| group.path.starts_with(prefix));
        let page = asked.page(cx, &["ListGroups", prefix], groups, |group| group.name.to_lowercase())?;
        let is_truncated = page.truncated();
        let groups = page.items.iter().map(|group| shape(group)).collect();
        Ok(api::ListGroupsResponse { groups: Some(groups), is_truncated, marker: page.marker })
    })
}

/// `UpdateGroup`: another name, another path.
pub(crate) fn update(cx: &Cx, _svc: &Iam, input: api::UpdateGroupRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let old = input.group_name.unwrap_or_default();
    cx.write(|tx| {
        let mut group: Group = take(tx, &home, &old)?;
        if let Some(new) = &input.new_group_name {
            if home.key(new) != home.key(&old) && tx.get::<Group>(&home.key(new)).is_some() {
                return Err(Error::Exists("Group", new.clone()));
            }
            tx.delete::<Group>(&home.key(&old));
            group.name.clone_from(new);
        }
        if let Some(path) = &input.new_path {
            group.path.clone_from(path);
        }
        tx.emit(&Changed { kind: Group::CHANGED, resource: group.arn() });
        tx.put(group);
        Ok(Empty {})
    })
}

/// `DeleteGroup`: once its users and policies are gone.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteGroupRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.group_name.unwrap_or_default();
    cx.write(|tx| {
        let group: Arc<Group> = find(tx, &home, &name)?;
        if tx.by(&User::GROUP, &group.id).next().is_some() {
            return Err(Error::Conflict("Cannot delete entity, must remove users from group first."));
        }
        group.permissions.require_none()?;
        tx.delete::<Group>(&home.key(&name));
        tx.emit(&Changed { kind: "GroupDeleted", resource: group.arn() });
        Ok(Empty {})
    })
}

/// As it is answered.
pub(crate) fn shape(group: &Group) -> api::Group {
    api::Group {
        path: Some(group.path.clone()),
        group_name: Some(group.name.clone()),
        group_id: Some(group.id.clone()),
        arn: Some(group.arn()),
        create_date: Some(group.created_at.into()),
    }
}
