//! Whom a policy is attached to, and whose boundary it is.

use super::found::find;
use super::{addressed, not_found};
use crate::Iam;
use crate::entity::identity::Identity;
use crate::entity::{Home, Rows};
use crate::error::Error;
use crate::group::Group;
use crate::listing::Asked;
use crate::role::Role;
use crate::user::User;
use ports::Cx;
use shapes_iam as api;
use std::sync::Arc;
use store::{Index, View};

/// Somebody a policy is used by.
enum Entity {
    Group(Arc<Group>),
    Role(Arc<Role>),
    User(Arc<User>),
}

impl Entity {
    /// What the list is ordered by: groups, then roles, then users, each by name.
    fn order(&self) -> String {
        match self {
            Self::Group(group) => format!("group/{}", group.name.to_lowercase()),
            Self::Role(role) => format!("role/{}", role.name.to_lowercase()),
            Self::User(user) => format!("user/{}", user.name.to_lowercase()),
        }
    }
}

/// What is asked for.
struct Filter<'a> {
    kind: Option<&'a str>,
    path_prefix: &'a str,
    usage: Option<&'a str>,
}

impl Filter<'_> {
    /// Those of one kind that use the policy, in either or the asked way, each once, by name.
    fn of<E: Identity>(
        &self,
        view: &View,
        kind: &str,
        boundary: Option<&Index<E>>,
        key: &str,
    ) -> Vec<Arc<E>> {
        if self.kind.is_some_and(|asked| asked != kind) {
            return Vec::new();
        }
        let mut found: Vec<Arc<E>> = Vec::new();
        if self.usage != Some("PermissionsBoundary") {
            found.extend(view.listed(&E::ATTACHED, key));
        }
        if let Some(boundary) = boundary.filter(|_| self.usage != Some("PermissionsPolicy")) {
            found.extend(view.listed(boundary, key));
        }
        found.retain(|entity| entity.path().starts_with(self.path_prefix));
        found.sort_by_key(|entity| entity.name().to_lowercase());
        found.dedup_by_key(|entity| entity.name().to_lowercase());
        found
    }
}

/// `ListEntitiesForPolicy`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListEntitiesForPolicyRequest,
) -> Result<api::ListEntitiesForPolicyResponse, Error> {
    let arn = addressed(input.policy_arn)?;
    let filter = Filter {
        kind: input.entity_filter.as_deref(),
        path_prefix: input.path_prefix.as_deref().unwrap_or("/"),
        usage: input.policy_usage_filter.as_deref(),
    };
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let home = Home::of(cx);
    let key = home.own(&arn);
    cx.read(|view| {
        find(view, &home, &arn).ok_or_else(|| not_found(&arn))?;
        let groups = filter.of::<Group>(view, "Group", None, &key).into_iter().map(Entity::Group);
        let roles =
            filter.of::<Role>(view, "Role", Some(&Role::BOUNDARY), &key).into_iter().map(Entity::Role);
        let users =
            filter.of::<User>(view, "User", Some(&User::BOUNDARY), &key).into_iter().map(Entity::User);
        let call = format!("{:?} {} {:?}", filter.kind, filter.path_prefix, filter.usage);
        let page = asked.page(
            cx,
            &["ListEntitiesForPolicy", &arn, &call],
            groups.chain(roles).chain(users),
            Entity::order,
        )?;
        let mut answer = api::ListEntitiesForPolicyResponse {
            is_truncated: page.truncated(),
            marker: page.marker,
            policy_groups: Some(Vec::new()),
            policy_roles: Some(Vec::new()),
            policy_users: Some(Vec::new()),
        };
        for entity in page.items {
            add(&mut answer, &entity);
        }
        Ok(answer)
    })
}

fn add(answer: &mut api::ListEntitiesForPolicyResponse, entity: &Entity) {
    match entity {
        Entity::Group(group) => answer.policy_groups.get_or_insert_default().push(api::PolicyGroup {
            group_name: Some(group.name.clone()),
            group_id: Some(group.id.clone()),
        }),
        Entity::Role(role) => answer
            .policy_roles
            .get_or_insert_default()
            .push(api::PolicyRole { role_name: Some(role.name.clone()), role_id: Some(role.id.clone()) }),
        Entity::User(user) => answer
            .policy_users
            .get_or_insert_default()
            .push(api::PolicyUser { user_name: Some(user.name.clone()), user_id: Some(user.id.clone()) }),
    }
}
