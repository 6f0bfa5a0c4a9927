//! Who else may make volumes of a snapshot.

use super::{Snapshot, changed, own_id};
use crate::account::{Account, Public};
use crate::{Ebs as Service, encryption};
use base::AccountId;
use ec2_resource::error::{Ebs, Error};
use ec2_resource::resource::{Resource, key, take};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;

/// Permissions of one call at the most.
const MOST_ITEMS: usize = 500;

/// What a call does to the permissions.
struct Change {
    adds: bool,
    all: bool,
    users: Vec<AccountId>,
}

/// `ModifySnapshotAttribute`.
pub(crate) fn modify_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifySnapshotAttributeRequest,
) -> Result<Empty, Error> {
    let id = own_id(input.snapshot_id.clone())?;
    let change = read(input)?;
    cx.write(|tx| {
        let mut snapshot: Snapshot = take(tx, cx.scope(), id.as_str())?;
        if change.adds {
            let account = Account::of(tx, cx.scope());
            require_sharing(&snapshot, &change, &account)?;
        }
        if change.all {
            snapshot.is_public = change.adds;
        }
        for user in &change.users {
            match change.adds {
                // An owner needs no permission.
                true if *user == snapshot.scope.account => {}
                true => {
                    snapshot.users.insert(*user);
                }
                false => {
                    snapshot.users.remove(user);
                }
            }
        }
        changed(tx, snapshot);
        Ok(Empty {})
    })
}

/// What is encrypted is nobody's but by a key that others may use, and never everybody's.
fn require_sharing(snapshot: &Snapshot, change: &Change, account: &Account) -> Result<(), Ebs> {
    let refused = |sentence: &str| Err(Ebs::NotPermitted(sentence.to_owned()));
    let own_key = encryption::managed_key(&snapshot.scope);
    match &snapshot.key {
        Some(_) if change.all => refused("Encrypted snapshots cannot be shared publicly."),
        Some(key) if *key == own_key && !change.users.is_empty() => {
            refused("Encrypted snapshots with EBS default key cannot be shared")
        }
        _ if change.all && account.public != Public::Unblocked => {
            refused("Public sharing of snapshots is blocked for this account.")
        }
        Some(_) | None => Ok(()),
    }
}

/// Reads both forms: lists of what is added and removed, and an operation with names.
fn read(input: ec2::ModifySnapshotAttributeRequest) -> Result<Change, Error> {
    let refused = |sentence: &str| Err(Error::Combination(sentence.to_owned()));
    let lists = input.create_volume_permission.unwrap_or_default();
    let (add, remove) = (lists.add.unwrap_or_default(), lists.remove.unwrap_or_default());
    let (users, groups) = (input.user_ids.unwrap_or_default(), input.group_names.unwrap_or_default());
    let (adds, items) = match (add.is_empty(), remove.is_empty()) {
        (false, false) => {
            return refused("One and only one operation type may be specified for createVolumePermissions");
        }
        (false, true) => (true, add),
        (true, false) => (false, remove),
        (true, true) => {
            let named = input.operation_type.is_some() || !users.is_empty() || !groups.is_empty();
            match input.attribute.as_deref() {
                None if !named => return refused("No attributes specified."),
                None => return Err(Error::Missing("attribute")),
                Some("createVolumePermission") => {}
                Some(_) => return Err(Error::Parameter("Unrecognized attribute.".to_owned())),
            }
            let adds = match input.operation_type.as_deref() {
                Some("add") => true,
                Some("remove") => false,
                _ => return refused("No operation specified for createVolumePermission attribute."),
            };
            let user = |id: String| ec2::CreateVolumePermission { user_id: Some(id), group: None };
            let group = |name: String| ec2::CreateVolumePermission { user_id: None, group: Some(name) };
            (adds, users.into_iter().map(user).chain(groups.into_iter().map(group)).collect())
        }
    };
    if items.len() > MOST_ITEMS {
        return Err(Error::Parameter("Modification size must not be greater than 500.".to_owned()));
    }
    let mut change = Change { adds, all: false, users: Vec::new() };
    for item in items {
        match item.group {
            Some(group) if group != "all" => {
                let sentence = format!("Invalid attribute item value \"{group}\" for UserGroup item type.");
                return Err(Ebs::PermissionItem(sentence).into());
            }
            Some(_) => change.all = true,
            None => {}
        }
        if let Some(user) = item.user_id {
            let sentence = format!("Invalid attribute item value \"{user}\" for userId item type.");
            change.users.push(user.parse().map_err(|_| Ebs::PermissionItem(sentence))?);
        }
    }
    Ok(change)
}

/// `DescribeSnapshotAttribute`.
pub(crate) fn describe_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeSnapshotAttributeRequest,
) -> Result<ec2::DescribeSnapshotAttributeResult, Error> {
    let id = own_id(input.snapshot_id)?;
    let missing = || Error::NotFound(Snapshot::KIND, vec![id.to_string()]);
    let own = cx.read(|view| view.get::<Snapshot>(&key(cx.scope(), id.as_str()))).ok_or_else(missing)?;
    let mut answer =
        ec2::DescribeSnapshotAttributeResult { snapshot_id: Some(id.to_string()), ..Default::default() };
    match input.attribute.as_deref() {
        Some("createVolumePermission") => {
            let all = own
                .is_public
                .then(|| ec2::CreateVolumePermission { group: Some("all".to_owned()), user_id: None });
            let user =
                |id: &AccountId| ec2::CreateVolumePermission { user_id: Some(id.to_string()), group: None };
            let users = own.users.iter().map(user);
            answer.create_volume_permissions = Some(all.into_iter().chain(users).collect());
        }
        Some("productCodes") => answer.product_codes = Some(Vec::new()),
        _ => return Err(Ebs::Request.into()),
    }
    Ok(answer)
}

/// `ResetSnapshotAttribute`: nobody else may make volumes of it.
pub(crate) fn reset_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ResetSnapshotAttributeRequest,
) -> Result<Empty, Error> {
    let id = own_id(input.snapshot_id)?;
    if input.attribute.as_deref() != Some("createVolumePermission") {
        return Err(Ebs::Request.into());
    }
    cx.write(|tx| {
        let mut snapshot: Snapshot = take(tx, cx.scope(), id.as_str())?;
        snapshot.is_public = false;
        snapshot.users.clear();
        changed(tx, snapshot);
        Ok(Empty {})
    })
}
