//! Everything the account's identities are allowed by, in one list.

use crate::Iam;
use crate::document::encoded;
use crate::entity::identity::Identity;
use crate::entity::{Home, Named, Rows, all_tags};
use crate::error::Error;
use crate::group::Group;
use crate::instance_profile::{self, InstanceProfile};
use crate::listing::Asked;
use crate::policy::found::Found;
use crate::policy::{Policy, is_in_use};
use crate::role::{self as roles, Role, trust};
use crate::user::User;
use ports::Cx;
use shapes_iam as api;
use std::sync::Arc;
use store::View;

/// One entry.
enum Entry {
    Group(Arc<Group>),
    Policy(Found),
    Role(Arc<Role>),
    User(Arc<User>),
}

impl Entry {
    /// What the list is ordered by: users, groups, roles, policies, each by name.
    fn order(&self) -> String {
        match self {
            Self::User(user) => format!("1/{}", user.name.to_lowercase()),
            Self::Group(group) => format!("2/{}", group.name.to_lowercase()),
            Self::Role(role) => format!("3/{}", role.name.to_lowercase()),
            Self::Policy(policy) => format!("4/{}", policy.order()),
        }
    }
}

/// `GetAccountAuthorizationDetails`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetAccountAuthorizationDetailsRequest,
) -> Result<api::GetAccountAuthorizationDetailsResponse, Error> {
    let filter = input.filter.unwrap_or_default();
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let home = Home::of(cx);
    cx.read(|view| {
        let entries = entries(view, &home, &filter);
        let call = ["GetAccountAuthorizationDetails".to_owned(), filter.join(" ")];
        let page = asked.page(cx, &[&call[0], &call[1]], entries, Entry::order)?;
        let mut answer = api::GetAccountAuthorizationDetailsResponse {
            is_truncated: page.truncated(),
            marker: page.marker,
            user_detail_list: Some(Vec::new()),
            group_detail_list: Some(Vec::new()),
            role_detail_list: Some(Vec::new()),
            policies: Some(Vec::new()),
        };
        for entry in page.items {
            match entry {
                Entry::User(one) => answer.user_detail_list.get_or_insert_default().push(user(view, &one)),
                Entry::Group(one) => answer.group_detail_list.get_or_insert_default().push(group(&one)),
                Entry::Role(one) => answer.role_detail_list.get_or_insert_default().push(role(view, &one)),
                Entry::Policy(one) => answer.policies.get_or_insert_default().push(policy(view, &home, &one)),
            }
        }
        Ok(answer)
    })
}

/// What is asked for, in the list's order. Without a filter it is everything.
fn entries(view: &View, home: &Home, filter: &[String]) -> Vec<Entry> {
    let wants = |kind: &str| filter.is_empty() || filter.iter().any(|asked| asked == kind);
    let prefix = home.prefix();
    let mut entries = Vec::new();
    if wants("User") {
        entries.extend(view.range::<User>(&prefix).cloned().map(Entry::User));
    }
    if wants("Group") {
        entries.extend(view.range::<Group>(&prefix).cloned().map(Entry::Group));
    }
    if wants("Role") {
        entries.extend(view.range::<Role>(&prefix).cloned().map(Entry::Role));
    }
    if wants("LocalManagedPolicy") {
        let arns = home.arn("policy/");
        entries.extend(view.range::<Policy>(&arns).cloned().map(Found::Own).map(Entry::Policy));
    }
    if wants("AWSManagedPolicy") {
        // Those of AWS that somebody has; the others concern nobody.
        let aws = managed::all().iter().map(Found::Aws);
        entries.extend(aws.filter(|policy| is_in_use(view, home, &policy.arn(home))).map(Entry::Policy));
    }
    entries
}

fn user(view: &View, user: &User) -> api::UserDetail {
    let permissions = user.permissions();
    let inline = permissions.inline_shapes();
    let groups = user.groups.iter().flat_map(|id| view.listed(&Group::ID, id));
    let mut groups: Vec<String> = groups.map(|group| group.name.clone()).collect();
    groups.sort_by_key(|name| name.to_lowercase());
    api::UserDetail {
        path: Some(user.path.clone()),
        user_name: Some(user.name.clone()),
        user_id: Some(user.id.clone()),
        arn: Some(user.arn()),
        create_date: Some(user.created_at.into()),
        // Left out where there is none, unlike the others' (recorded).
        user_policy_list: (!inline.is_empty()).then_some(inline),
        group_list: Some(groups),
        attached_managed_policies: Some(permissions.attached_shapes("/")),
        permissions_boundary: permissions.boundary_shape(),
        tags: Some(all_tags(&user.tags)),
    }
}

fn group(group: &Group) -> api::GroupDetail {
    api::GroupDetail {
        path: Some(group.path.clone()),
        group_name: Some(group.name.clone()),
        group_id: Some(group.id.clone()),
        arn: Some(group.arn()),
        create_date: Some(group.created_at.into()),
        group_policy_list: Some(group.permissions.inline_shapes()),
        attached_managed_policies: Some(group.permissions.attached_shapes("/")),
    }
}

fn role(view: &View, role: &Role) -> api::RoleDetail {
    let profiles = view.listed(&InstanceProfile::ROLE, &role.id);
    let profiles = profiles.iter().map(|profile| instance_profile::shape(view, profile)).collect();
    api::RoleDetail {
        path: Some(role.path.clone()),
        role_name: Some(role.name.clone()),
        role_id: Some(role.id.clone()),
        arn: Some(role.arn()),
        create_date: Some(role.created_at.into()),
        assume_role_policy_document: encoded(&trust::current(view, role)),
        instance_profile_list: Some(profiles),
        role_policy_list: Some(role.permissions.inline_shapes()),
        attached_managed_policies: Some(role.permissions.attached_shapes("/")),
        permissions_boundary: role.permissions.boundary_shape(),
        tags: Some(all_tags(&role.tags)),
        role_last_used: Some(roles::last_used(view, role)),
    }
}

fn policy(view: &View, home: &Home, policy: &Found) -> api::ManagedPolicyDetail {
    let shape = policy.shape(view, home);
    api::ManagedPolicyDetail {
        policy_name: shape.policy_name,
        policy_id: shape.policy_id,
        arn: shape.arn,
        path: shape.path,
        default_version_id: shape.default_version_id,
        attachment_count: shape.attachment_count,
        permissions_boundary_usage_count: shape.permissions_boundary_usage_count,
        is_attachable: shape.is_attachable,
        description: shape.description,
        create_date: shape.create_date,
        update_date: shape.update_date,
        policy_version_list: Some(policy.versions()),
    }
}
