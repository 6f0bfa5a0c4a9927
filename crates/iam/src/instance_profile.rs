//! Instance profiles: what hands a role to an instance.

use crate::entity::identity::Identity;
use crate::entity::{self, Case, Home, Named, Rows, all_tags, change, find, path, read, tag_set};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::quota;
use crate::role::{self, Role};
use crate::{Iam, key_id};
use base::{AccountId, Partition, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_iam as api;
use std::sync::Arc;
use store::{Index, Record, View};

/// An instance profile.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct InstanceProfile {
    pub(crate) home: Home,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    /// The unique id of its role.
    pub(crate) role: Option<String>,
    pub(crate) tags: Tags,
}

impl InstanceProfile {
    /// Those of a role, by its unique id.
    pub(crate) const ROLE: Index<Self> =
        Index { name: "role", keys: |profile| profile.role.iter().cloned().collect() };
}

impl Record for InstanceProfile {
    const TABLE: &'static str = "iam_instance_profile";
    const INDEXES: &'static [Index<Self>] = &[Self::ROLE];
    type Key = String;

    fn key(&self) -> String {
        self.home.key(&self.name)
    }
}

impl Named for InstanceProfile {
    const CHANGED: &'static str = "InstanceProfileChanged";

    fn missing(name: &str) -> Error {
        Error::NoInstanceProfile(name.to_owned())
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn arn(&self) -> String {
        self.home.arn(&format!("instance-profile{}{}", self.path, self.name))
    }
}

/// `CreateInstanceProfile`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Iam,
    input: api::CreateInstanceProfileRequest,
) -> Result<api::CreateInstanceProfileResponse, Error> {
    let home = Home::of(cx);
    let name = input.instance_profile_name.unwrap_or_default();
    let tags = entity::tags_by(Case::Told, input.tags)?;
    let path = path(input.path);
    let profile = cx.write(|tx| {
        if tx.get::<InstanceProfile>(&home.key(&name)).is_some() {
            return Err(Error::InstanceProfileExists(name.clone()));
        }
        quota::INSTANCE_PROFILES.require_room(tx.range::<InstanceProfile>(&home.prefix()).count())?;
        let profile = InstanceProfile {
            home: home.clone(),
            name: name.clone(),
            path: path.clone(),
            id: key_id::unique("AIPA", cx.ids()),
            created_at: cx.now().whole_seconds(),
            role: None,
            tags: tags.clone(),
        };
        tx.emit(&Changed { kind: "InstanceProfileCreated", resource: profile.arn() });
        tx.put(profile.clone());
        Ok(profile)
    })?;
    let tags = tag_set(&profile.tags);
    let shape = cx.read(|view| api::InstanceProfile { tags: tags.clone(), ..shape(view, &profile) });
    Ok(api::CreateInstanceProfileResponse { instance_profile: Some(shape) })
}

/// `GetInstanceProfile`. Its tags are shown even where there are none (recorded).
pub(crate) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: api::GetInstanceProfileRequest,
) -> Result<api::GetInstanceProfileResponse, Error> {
    let profile = read::<InstanceProfile>(cx, input.instance_profile_name.as_deref())?;
    let tags = Some(all_tags(&profile.tags));
    let shape = cx.read(|view| api::InstanceProfile { tags: tags.clone(), ..shape(view, &profile) });
    Ok(api::GetInstanceProfileResponse { instance_profile: Some(shape) })
}

/// `ListInstanceProfiles`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListInstanceProfilesRequest,
) -> Result<api::ListInstanceProfilesResponse, Error> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let home = Home::of(cx).prefix();
    cx.read(|view| {
        let profiles =
            view.range::<InstanceProfile>(&home).filter(|profile| profile.path.starts_with(prefix));
        let call = ["ListInstanceProfiles", prefix];
        let page = asked.page(cx, &call, profiles, |profile| profile.name.to_lowercase())?;
        let is_truncated = page.truncated();
        let profiles = page.items.iter().map(|profile| shape(view, profile)).collect();
        Ok(api::ListInstanceProfilesResponse {
            instance_profiles: Some(profiles),
            is_truncated,
            marker: page.marker,
        })
    })
}

/// `ListInstanceProfilesForRole`, by name.
pub(crate) fn list_of_role(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListInstanceProfilesForRoleRequest,
) -> Result<api::ListInstanceProfilesForRoleResponse, Error> {
    let role = read::<Role>(cx, input.role_name.as_deref())?;
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    cx.read(|view| {
        let profiles = view.by(&InstanceProfile::ROLE, &role.id);
        let call = ["ListInstanceProfilesForRole", role.id.as_str()];
        let page = asked.page(cx, &call, profiles, |profile| profile.name.to_lowercase())?;
        let is_truncated = page.truncated();
        let profiles = page.items.iter().map(|profile| shape(view, profile)).collect();
        Ok(api::ListInstanceProfilesForRoleResponse {
            instance_profiles: Some(profiles),
            is_truncated,
            marker: page.marker,
        })
    })
}

/// `DeleteInstanceProfile`: once its role is gone.
pub(crate) fn delete(cx: &Cx, _svc: &Iam, input: api::DeleteInstanceProfileRequest) -> Result<Empty, Error> {
    let home = Home::of(cx);
    let name = input.instance_profile_name.unwrap_or_default();
    cx.write(|tx| {
        let profile: Arc<InstanceProfile> = find(tx, &home, &name)?;
        if profile.role.is_some() {
            return Err(Error::Conflict(
                "Cannot delete entity, must remove roles from instance profile first.",
            ));
        }
        tx.delete::<InstanceProfile>(&home.key(&name));
        tx.emit(&Changed { kind: "InstanceProfileDeleted", resource: profile.arn() });
        Ok(Empty {})
    })
}

/// `AddRoleToInstanceProfile`: there is room for one.
pub(crate) fn add_role(
    cx: &Cx,
    _svc: &Iam,
    input: api::AddRoleToInstanceProfileRequest,
) -> Result<Empty, Error> {
    let role = input.role_name.unwrap_or_default();
    change(cx, input.instance_profile_name.as_deref(), |tx, profile: &mut InstanceProfile| {
        let role: Arc<Role> = find(tx, &profile.home, &role)?;
        role.require_own()?;
        quota::ROLES_PER_PROFILE.require_room(profile.role.iter().len())?;
        profile.role = Some(role.id.clone());
        Ok(())
    })?;
    Ok(Empty {})
}

/// `RemoveRoleFromInstanceProfile`.
pub(crate) fn remove_role(
    cx: &Cx,
    _svc: &Iam,
    input: api::RemoveRoleFromInstanceProfileRequest,
) -> Result<Empty, Error> {
    let role = input.role_name.unwrap_or_default();
    change(cx, input.instance_profile_name.as_deref(), |tx, profile: &mut InstanceProfile| {
        let role: Arc<Role> = find(tx, &profile.home, &role)?;
        role.require_own()?;
        if profile.role.as_deref() != Some(&role.id) {
            return Err(Error::NotInProfile { role: role.name.clone(), profile: profile.name.clone() });
        }
        profile.role = None;
        Ok(())
    })?;
    Ok(Empty {})
}

/// `TagInstanceProfile`.
pub(crate) fn tag(cx: &Cx, _svc: &Iam, input: api::TagInstanceProfileRequest) -> Result<Empty, Error> {
    change(cx, input.instance_profile_name.as_deref(), |_, profile: &mut InstanceProfile| {
        entity::merge_by(Case::Told, &mut profile.tags, input.tags.clone())
    })?;
    Ok(Empty {})
}

/// `UntagInstanceProfile`.
pub(crate) fn untag(cx: &Cx, _svc: &Iam, input: api::UntagInstanceProfileRequest) -> Result<Empty, Error> {
    change(cx, input.instance_profile_name.as_deref(), |_, profile: &mut InstanceProfile| {
        entity::untag(Case::Told, &mut profile.tags, input.tag_keys.as_deref());
        Ok(())
    })?;
    Ok(Empty {})
}

/// `ListInstanceProfileTags`, by key.
pub(crate) fn list_tags(
    cx: &Cx,
    _svc: &Iam,
    input: api::ListInstanceProfileTagsRequest,
) -> Result<api::ListInstanceProfileTagsResponse, Error> {
    let profile = read::<InstanceProfile>(cx, input.instance_profile_name.as_deref())?;
    let asked = Asked { marker: input.marker.as_deref(), max_items: input.max_items };
    let page = asked.tags(cx, &["ListInstanceProfileTags", &profile.id], all_tags(&profile.tags))?;
    let is_truncated = page.truncated();
    Ok(api::ListInstanceProfileTagsResponse { tags: Some(page.items), is_truncated, marker: page.marker })
}

impl ports::InstanceProfiles for Iam {
    fn named(
        &self,
        view: &View,
        partition: Partition,
        account: AccountId,
        name: &str,
    ) -> Option<ports::InstanceProfile> {
        let found = view.get::<InstanceProfile>(&Home { partition, account }.key(name))?;
        let role = found.role.as_ref().and_then(|id| view.by(&Role::ID, id).next());
        Some(ports::InstanceProfile {
            arn: found.arn(),
            id: found.id.clone(),
            role: role.map(|role| role.arn()),
        })
    }
}

/// As it is answered, its tags aside.
pub(crate) fn shape(rows: &impl Rows, profile: &InstanceProfile) -> api::InstanceProfile {
    let roles = profile.role.iter().flat_map(|id| rows.listed(&Role::ID, id));
    api::InstanceProfile {
        path: Some(profile.path.clone()),
        instance_profile_name: Some(profile.name.clone()),
        instance_profile_id: Some(profile.id.clone()),
        arn: Some(profile.arn()),
        create_date: Some(profile.created_at.into()),
        roles: Some(roles.map(|role| role::brief(rows, &role)).collect()),
        tags: None,
    }
}
