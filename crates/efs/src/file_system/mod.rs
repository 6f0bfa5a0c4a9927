//! File systems.

mod model;
mod throughput;

pub(crate) use model::{FileSystem, Performance, Protection, State, StoredPolicy};
pub(crate) use throughput::Throughput;

use crate::access_point::AccessPoint;
use crate::backup::Backup;
use crate::error::{Bad, Conflict, Error, Limit, Missing};
use crate::event::Changed;
use crate::listing::Asked;
use crate::meter::Metered;
use crate::mount_target::MountTarget;
use crate::replication::Replication;
use crate::{Efs, encryption, name, tag};
use base::{Scope, Tags, Zone};
use ports::{Cx, World};
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_efs as api;
use store::{Job, JobError, Rows, Tx};

/// Milliseconds AWS takes, about: less than clients wait before they look.
const CREATING_MILLIS: u32 = 1_000;
const UPDATING_MILLIS: u32 = 5_000;
const DELETING_MILLIS: u32 = 2_000;
/// File systems of an account in a Region. Source: Amazon EFS User Guide, "Quotas".
const MOST: usize = 1_000;

/// What a new file system is to be.
pub(crate) struct Birth {
    pub(crate) scope: Scope,
    pub(crate) token: String,
    pub(crate) performance: Performance,
    pub(crate) key: Option<String>,
    pub(crate) zone: Option<Zone>,
    pub(crate) throughput: Throughput,
    pub(crate) protection: Protection,
    pub(crate) is_backed_up: bool,
    pub(crate) tags: Tags,
}

/// Makes a file system, which is creating.
pub(crate) fn make(tx: &mut Tx, cx: &Cx, birth: Birth) -> Result<FileSystem, Error> {
    if tx.range::<FileSystem>(&name::prefix(&birth.scope)).count() >= MOST {
        return Err(Limit::FileSystems.into());
    }
    let made = FileSystem {
        scope: birth.scope,
        id: cx.ids().hex_id("fs-"),
        token: birth.token,
        created_at: cx.now(),
        performance: birth.performance,
        key: birth.key,
        zone: birth.zone,
        is_wanted: true,
        wanted: birth.throughput,
        running: None,
        changed_at: None,
        protection: birth.protection,
        transitions: Vec::new(),
        backup: birth.is_backed_up.then(Backup::on),
        policy: None,
        tags: birth.tags,
    };
    settle(tx, CREATING_MILLIS, &made);
    tx.emit(&Changed { kind: "FileSystemCreated", resource: made.arn() });
    tx.put(made.clone());
    Ok(made)
}

/// `CreateFileSystem`. A token is good for one file system as long as that lives, whatever else is asked for.
pub(crate) fn create(
    cx: &Cx,
    svc: &Efs,
    input: api::CreateFileSystemRequest,
) -> Result<api::FileSystemDescription, Error> {
    let token = input.creation_token.unwrap_or_default();
    let zone = input.availability_zone_name.map(|name| zone(cx.scope(), name)).transpose()?;
    let performance = match input.performance_mode.as_deref() {
        Some("maxIO") if zone.is_some() => return Err(Bad::MaxIo.into()),
        Some("maxIO") => Performance::MaxIo,
        Some(_) | None => Performance::GeneralPurpose,
    };
    let mode = input.throughput_mode.as_deref().unwrap_or("bursting");
    let throughput = Throughput::asked(mode, input.provisioned_throughput_in_mibps)?;
    throughput.require(performance)?;
    let key = encryption::asked(cx.scope(), input.encrypted, input.kms_key_id.as_deref())?;
    let is_backed_up = input.backup.unwrap_or(zone.is_some());
    let tags = tag::read(input.tags)?;
    let made = cx.write(|tx| {
        if let Some(own) = tx.first(&FileSystem::TOKEN, &name::key(cx.scope(), &token)) {
            return Err(Conflict::FileSystem { id: own.id.clone(), token: token.clone() }.into());
        }
        let birth = Birth {
            scope: cx.scope().clone(),
            token: token.clone(),
            performance,
            key: key.clone(),
            zone: zone.clone(),
            throughput,
            protection: Protection::Enabled,
            is_backed_up,
            tags: tags.clone(),
        };
        make(tx, cx, birth)
    })?;
    Ok(shape(svc, cx.world(), &made, 0))
}

/// A zone of a Region, by its name.
pub(crate) fn zone(scope: &Scope, name: String) -> Result<Zone, Error> {
    let found = scope.region.zones().into_iter().find(|zone| zone.name == name);
    found.ok_or_else(|| Missing::Zone(name).into())
}

/// `DescribeFileSystems`: one by its id, those of a creation token, or all.
///
/// A token that nobody used finds nothing, and is no fault: Ansible's module looks for its file system so before it
/// makes it.
pub(crate) fn describe(
    cx: &Cx,
    svc: &Efs,
    input: api::DescribeFileSystemsRequest,
) -> Result<api::DescribeFileSystemsResponse, Error> {
    let asked = Asked::marked(&input.marker, input.max_items);
    let (page, next_marker) = cx.read(|view| {
        let mut found = match (&input.file_system_id, &input.creation_token) {
            (Some(_), Some(_)) => return Err(Bad::IdAndToken.into()),
            (Some(id), None) => vec![FileSystem::find(view, cx.scope(), id)?],
            (None, Some(token)) => view.listed(&FileSystem::TOKEN, &name::key(cx.scope(), token)),
            (None, None) => view.below(&name::prefix(cx.scope())),
        };
        found.sort_by_key(|own| own.place());
        let (page, next) = asked.page(cx, &["DescribeFileSystems"], found, |own| own.place())?;
        let count =
            |own: &FileSystem| view.by(&MountTarget::FILE_SYSTEM, &name::key(&own.scope, &own.id)).count();
        let page = page.iter().map(|own| shape(svc, cx.world(), own, count(own))).collect();
        Ok::<_, Error>((page, next))
    })?;
    Ok(api::DescribeFileSystemsResponse { marker: input.marker, file_systems: Some(page), next_marker })
}

/// `UpdateFileSystem`: another throughput.
pub(crate) fn update(
    cx: &Cx,
    svc: &Efs,
    input: api::UpdateFileSystemRequest,
) -> Result<api::FileSystemDescription, Error> {
    let text = input.file_system_id.unwrap_or_default();
    let (mode, mibps) = (input.throughput_mode, input.provisioned_throughput_in_mibps);
    let (own, count) = cx.write(|tx| {
        let mut own = FileSystem::available(tx, cx.scope(), &text)?;
        let next = own.wanted.updated(mode.as_deref(), mibps)?;
        next.require(own.performance)?;
        own.changed_at = own.wanted.change(next, own.changed_at, cx.now())?;
        own.wanted = next;
        settle(tx, UPDATING_MILLIS, &own);
        changed(tx, &own);
        let count = tx.count(&MountTarget::FILE_SYSTEM, &name::key(&own.scope, &own.id));
        Ok::<_, Error>((own, count))
    })?;
    Ok(shape(svc, cx.world(), &own, count))
}

/// `DeleteFileSystem`: with its access points, and without mount targets and replications.
pub(crate) fn delete(cx: &Cx, _svc: &Efs, input: api::DeleteFileSystemRequest) -> Result<Empty, Error> {
    let text = input.file_system_id.unwrap_or_default();
    cx.write(|tx| {
        let mut own = (*FileSystem::find(tx, cx.scope(), &text)?).clone();
        let key = name::key(&own.scope, &own.id);
        if tx.count(&MountTarget::FILE_SYSTEM, &key) > 0 {
            return Err(Conflict::HasMountTargets(own.id).into());
        }
        if Replication::of(tx, &key).is_some() {
            return Err(Conflict::IsReplicated(own.id).into());
        }
        own.is_wanted = false;
        settle(tx, DELETING_MILLIS, &own);
        changed(tx, &own);
        Ok(Empty {})
    })
}

/// `UpdateFileSystemProtection`.
pub(crate) fn protect(
    cx: &Cx,
    _svc: &Efs,
    input: api::UpdateFileSystemProtectionRequest,
) -> Result<api::FileSystemProtectionDescription, Error> {
    let text = input.file_system_id.unwrap_or_default();
    let wanted = match input.replication_overwrite_protection.as_deref() {
        Some("ENABLED") => Some(Protection::Enabled),
        Some("DISABLED") => Some(Protection::Disabled),
        Some(_) => return Err(Bad::Protection.into()),
        None => None,
    };
    cx.write(|tx| {
        let mut own = FileSystem::available(tx, cx.scope(), &text)?;
        if own.protection == Protection::Replicating {
            return Err(Conflict::IsDestination.into());
        }
        own.protection = wanted.unwrap_or(own.protection);
        changed(tx, &own);
        Ok(protection(&own))
    })
}

fn protection(own: &FileSystem) -> api::FileSystemProtectionDescription {
    let word = own.protection.word().to_owned();
    api::FileSystemProtectionDescription { replication_overwrite_protection: Some(word) }
}

/// Keeps a file system that has changed.
pub(crate) fn changed(tx: &mut Tx, own: &FileSystem) {
    tx.emit(&Changed { kind: "FileSystemChanged", resource: own.arn() });
    tx.put(own.clone());
}

fn settle(tx: &mut Tx, millis: u32, own: &FileSystem) {
    tx.after(millis, Settle { key: name::key(&own.scope, &own.id) });
}

/// A file system becomes what is wanted of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
}

impl Job for Settle {
    const KIND: &'static str = "efs.file-system-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<FileSystem>(&self.key) else { return Ok(()) };
        match own.state() {
            State::Available => {}
            State::Creating | State::Updating => {
                let running = Some(own.wanted);
                changed(tx, &FileSystem { running, ..(*own).clone() });
            }
            State::Deleting => {
                for point in tx.listed(&AccessPoint::FILE_SYSTEM, &self.key) {
                    tx.emit(&Changed { kind: "AccessPointDeleted", resource: point.arn() });
                    tx.delete::<AccessPoint>(&name::key(&point.scope, &point.id));
                }
                tx.emit(&Changed { kind: "FileSystemDeleted", resource: own.arn() });
                tx.delete::<FileSystem>(&self.key);
            }
        }
        Ok(())
    }
}

/// A file system, as it is answered.
fn shape(svc: &Efs, world: &World, own: &FileSystem, mount_targets: usize) -> api::FileSystemDescription {
    let tags = tag::shown(own);
    api::FileSystemDescription {
        owner_id: Some(own.scope.account.to_string()),
        creation_token: Some(own.token.clone()),
        file_system_id: Some(own.id.clone()),
        file_system_arn: Some(own.arn()),
        creation_time: Some(own.created_at.into()),
        life_cycle_state: Some(own.state().word().to_owned()),
        name: tags.get("Name").map(str::to_owned),
        number_of_mount_targets: i32::try_from(mount_targets).ok(),
        size_in_bytes: Some(size(own.running.map(|_| svc.meter.read(world, &own.id)))),
        performance_mode: Some(own.performance.word().to_owned()),
        encrypted: Some(own.key.is_some()),
        kms_key_id: own.key.clone(),
        throughput_mode: Some(own.wanted.word().to_owned()),
        provisioned_throughput_in_mibps: own.wanted.mibps(),
        availability_zone_name: own.zone.as_ref().map(|zone| zone.name.clone()),
        availability_zone_id: own.zone.as_ref().map(|zone| zone.id.clone()),
        tags: Some(tag::shape(&tags)),
        file_system_protection: Some(protection(own)),
    }
}

/// What it holds; nothing yet while it is being made.
fn size(metered: Option<Metered>) -> api::FileSystemSize {
    let (standard, infrequent, archive) = metered.as_ref().map_or((0, 0, 0), |metered| {
        (metered.standard_bytes, metered.infrequent_bytes, metered.archive_bytes)
    });
    api::FileSystemSize {
        value: Some(standard + infrequent + archive),
        timestamp: metered.map(|metered| metered.at.into()),
        value_in_ia: Some(infrequent),
        value_in_standard: Some(standard),
        value_in_archive: Some(archive),
    }
}
