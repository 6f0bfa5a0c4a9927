//! Who is in which group.

use super::Group;
use crate::Iam;
use crate::entity::{Home, Named, find, take};
use crate::error::Error;
use crate::event::Changed;
use crate::group;
use crate::listing::Asked;
use crate::quota;
use crate::user::User;
use ports::Cx;
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;

/// `AddUserToGroup`; adding twice is no error.
pub(crate) fn add(cx: &Cx, _svc: &Iam, input: api::AddUserToGroupRequest) -> Result<Empty, Error> {
    set(cx, input.group_name, input.user_name, true)
}

/// `RemoveUserFromGroup`; that the user is no member is no error (recorded).
pub(crate) fn remove(cx: &Cx, _svc: &Iam, input: api::RemoveUserFromGroupRequest) -> Result<Empty, Error> {
    set(cx, input.group_name, input.user_name, false)
}

/// Makes a user a member, or none. The user is looked for before the group (recorded).
fn set(cx: &Cx, group: Option<String>, user: Option<String>, member: bool) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let (group, user) = (group.unwrap_or_default(), user.unwrap_or_default());
    cx.write(|tx| {
        let mut user: User = take(tx, &home, &user)?;
        let group: Arc<Group> = find(tx, &home, &group)?;
        if user.groups.contains(&group.id) == member {
            return Ok(Empty {});
        }
        if member {
            quota::GROUPS_PER_USER.require_room(user.groups.len())?;
            user.groups.push(group.id.clone());
        } else {
            user.groups.retain(|id| *id != group.id);
        }
        tx.emit(&Changed { kind: Group::CHANGED, resource: group.arn() });
        tx.put(user);
        Ok(Empty {})
    })
}

/// `ListGroupsForUser`, by name.
pub(crate) fn list_of_user(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListGroupsForUserRequest,
) -> Result<api::ListGroupsForUserResponse, Error> {
    let home = Home::of(cx);
    let name = input.user_name.unwrap_or_default();
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    cx.read(|view| {
        let user = view.get::<User>(&home.key(&name)).ok_or_else(|| User::missing(&name))?;
        let mut groups: Vec<_> = user.groups.iter().flat_map(|id| view.by(&Group::ID, id)).collect();
        groups.sort_by_key(|group| group.name.to_lowercase());
        let call = ["ListGroupsForUser", user.id.as_str()];
        let page = asked.page(cx, &call, groups, |group| group.name.to_lowercase())?;
        let is_truncated = page.truncated();
        let groups = page.items.iter().map(|group| group::shape(group)).collect();
        Ok(api::ListGroupsForUserResponse { groups: Some(groups), is_truncated, marker: page.marker })
    })
}
