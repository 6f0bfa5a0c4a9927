//! Snapshots.

mod attribute;
mod copy;
mod describe;
mod lock;
mod model;
mod recycle_bin;
mod tier;

pub(crate) use attribute::{describe_attribute, modify_attribute, reset_attribute};
pub(crate) use copy::{Copy, copy, made as make_copy};
pub(crate) use describe::describe;
pub(crate) use lock::{describe_locked, lock, unlock};
pub(crate) use model::{NO_VOLUME, Snapshot, State, Writing};
pub(crate) use recycle_bin::{list_snapshots, list_volumes, restore_snapshot, restore_volume};
pub(crate) use tier::{Archived, Expire, Restored, describe_status, modify_tier, restore_tier};

use crate::block::{self, Content};
use crate::volume::{self, Volume};
use crate::{Ebs as Service, encryption, fast_restore};
use base::{Scope, Tags, Timestamp};
use ec2_resource::error::{Ebs, Error, Kind};
use ec2_resource::event::Changed;
use ec2_resource::id::{InstanceId, SnapshotId};
use ec2_resource::resource::{self, Resource, required, tag_set, take};
use ec2_resource::tag::{self, MOST_TAGS};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_ec2 as ec2;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Rows;
use store::{Job, JobError, Tx};

/// How long AWS shows a new snapshot as `pending`, in milliseconds.
const PENDING_MILLIS: u32 = 30_000;
/// Characters of a description at the most.
const LONGEST_DESCRIPTION: usize = 255;

/// A snapshot's id, of a parameter that holds one.
pub(crate) fn id(text: String) -> Result<SnapshotId, Error> {
    SnapshotId::parse(&text).map_err(|_| match text.starts_with(SnapshotId::PREFIX) {
        true => Error::Malformed(Kind::Snapshot, text, SnapshotId::PREFIX),
        false => Error::Value("snapshotId", text, "Expected: 'snap-...'.".to_owned()),
    })
}

/// The id of a required member.
pub(super) fn own_id(text: Option<String>) -> Result<SnapshotId, Error> {
    id(required(text, "snapshotId")?)
}

/// A snapshot that something is made of: the caller's own or one that it was given, complete and at hand.
pub(crate) fn source(look: &impl Rows, scope: &Scope, id: &SnapshotId) -> Result<Arc<Snapshot>, Error> {
    let found = Snapshot::visible(look, scope, id).ok_or(Ebs::NoSource)?;
    let state = match found.state {
        State::Completed if found.tier.is_at_hand() => return Ok(found),
        State::Completed => found.tier.word(),
        State::Pending | State::Failed => found.state.word(),
    };
    Err(Ebs::State(format!("Snapshot is in invalid state - {state}")).into())
}

/// What a new snapshot is.
pub(crate) struct Birth {
    pub(crate) volume: String,
    pub(crate) size_gib: i32,
    pub(crate) description: String,
    pub(crate) key: Option<String>,
    pub(crate) duration_minutes: Option<i32>,
    /// What it holds.
    pub(crate) content: Option<Content>,
    /// The line it goes on with, where that is another's.
    pub(crate) line: Option<String>,
    pub(crate) tags: Tags,
}

/// Makes a snapshot, which is pending.
pub(crate) fn make(tx: &mut Tx, cx: &Cx, birth: Birth) -> Snapshot {
    let snapshot = draft(cx, birth);
    block::hold(tx, snapshot.content.as_ref());
    complete_later(tx, &snapshot);
    keep_new(tx, &snapshot);
    snapshot
}

/// A snapshot that is pending, before anybody knows it.
pub(crate) fn draft(cx: &Cx, birth: Birth) -> Snapshot {
    Snapshot {
        scope: cx.scope().clone(),
        id: SnapshotId::new(cx.ids()),
        volume: birth.volume,
        size_gib: birth.size_gib,
        state: State::Pending,
        started_at: cx.now(),
        completed_at: None,
        description: birth.description,
        key: birth.key,
        duration_minutes: birth.duration_minutes,
        is_public: false,
        users: BTreeSet::new(),
        tier: tier::Tier::default(),
        lock: None,
        content: birth.content,
        line: birth.line,
        writing: None,
        failure: None,
        tags: birth.tags,
    }
}

/// Keeps a snapshot that is new.
pub(crate) fn keep_new(tx: &mut Tx, snapshot: &Snapshot) {
    tx.emit(&Changed { kind: "SnapshotCreated", resource: snapshot.arn() });
    tx.put(snapshot.clone());
}

fn complete_later(tx: &mut Tx, snapshot: &Snapshot) {
    tx.after(PENDING_MILLIS, Complete { scope: snapshot.scope.clone(), id: snapshot.id.clone() });
}

/// Nothing is written to a snapshot any more, which holds so many blocks.
pub(crate) fn seal(tx: &mut Tx, snapshot: &Snapshot, blocks: u64) {
    let mut own = snapshot.clone();
    if let Some(content) = &mut own.content {
        content.blocks = blocks;
    }
    if let Some(writing) = &mut own.writing {
        writing.is_sealed = true;
    }
    complete_later(tx, &own);
    changed(tx, own);
}

/// A snapshot fails, and what was written to it goes.
pub(crate) fn fail(tx: &mut Tx, snapshot: &Snapshot, why: &str) {
    block::let_go(tx, snapshot.content.as_ref());
    let failure = Some(why.to_owned());
    changed(tx, Snapshot { state: State::Failed, content: None, failure, ..snapshot.clone() });
}

pub(crate) fn of_volume(volume: &Volume, description: &str, tags: Tags) -> Result<Birth, Error> {
    match volume.state {
        volume::State::Available => Ok(Birth {
            volume: volume.id.to_string(),
            size_gib: volume.measures.size_gib,
            description: description.to_owned(),
            key: volume.key.clone(),
            duration_minutes: None,
            content: volume.content.clone(),
            line: None,
            tags,
        }),
        volume::State::Creating | volume::State::Deleting => {
            let sentence = format!("Volume '{}' is not in the 'available' or 'in-use' state.", volume.id);
            Err(Ebs::State(sentence).into())
        }
    }
}

fn description(text: Option<String>) -> Result<String, Error> {
    let text = text.unwrap_or_default();
    if !text.is_ascii() {
        let reason = "Character sets beyond ASCII are not supported.".to_owned();
        return Err(Error::Value("description", text, reason));
    }
    if text.len() > LONGEST_DESCRIPTION {
        let reason = format!("It must not be longer than {LONGEST_DESCRIPTION} characters.");
        return Err(Error::Value("description", text, reason));
    }
    Ok(text)
}

fn refuse_outpost(outpost: bool, location: Option<&str>) -> Result<(), Error> {
    if outpost || location.is_some_and(|word| word != "regional") {
        let sentence = "Snapshots outside of the Region are not built";
        return Err(Ebs::Unsupported(sentence.to_owned()).into());
    }
    Ok(())
}

/// `CreateSnapshot`: answered as pending.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateSnapshotRequest,
) -> Result<ec2::Snapshot, Error> {
    let id = volume::id(input.volume_id)?;
    refuse_outpost(input.outpost_arn.is_some(), input.location.as_deref())?;
    let tags = tag::of_specifications(input.tag_specifications, Snapshot::TYPE)?;
    let description = description(input.description)?;
    let snapshot = cx.write(|tx| {
        let volume = volume::get(tx, cx.scope(), &id)?;
        let birth = of_volume(&volume, &description, tags.clone())?;
        Ok::<_, Error>(make(tx, cx, birth))
    })?;
    // What is created is told without what only a Describe knows.
    Ok(ec2::Snapshot {
        progress: Some(String::new()),
        storage_tier: None,
        kms_key_id: None,
        ..describe::shape(&snapshot)
    })
}

/// `CreateSnapshots`: of every volume of an instance at once.
pub(crate) fn create_many(
    cx: &Cx,
    svc: &Service,
    input: ec2::CreateSnapshotsRequest,
) -> Result<ec2::CreateSnapshotsResult, Error> {
    let specification = input.instance_specification.unwrap_or_default();
    let text = required(specification.instance_id, "instanceSpecification.instanceId")?;
    let instance = instance_id(text)?;
    refuse_outpost(input.outpost_arn.is_some(), input.location.as_deref())?;
    let tags = tag::of_specifications(input.tag_specifications, Snapshot::TYPE)?;
    let description = description(input.description)?;
    let copies = match input.copy_tags_from_source.as_deref() {
        None => false,
        Some("volume") => true,
        Some(word) => {
            let reason = "The only valid value is volume.".to_owned();
            return Err(Error::Value("copyTagsFromSource", word.to_owned(), reason));
        }
    };
    let without = specification.exclude_data_volume_ids.unwrap_or_default();
    let without_boot = specification.exclude_boot_volume == Some(true);
    let snapshots = cx.write(|tx| {
        let facts = svc.instances.get(tx, cx.scope(), &instance);
        let facts = facts.ok_or_else(|| Error::NotFound(Kind::Instance, vec![instance.to_string()]))?;
        let volumes = tx.listed(&Volume::INSTANCE, &resource::key(cx.scope(), instance.as_str()));
        let device = |own: &Volume| {
            own.attachments.iter().find(|link| link.instance == instance).map(|link| link.device.clone())
        };
        if let Some(foreign) = without.iter().find(|id| !volumes.iter().any(|own| own.id.as_str() == **id)) {
            let reason = format!("It is not attached to instance {instance}.");
            return Err(Error::Value("excludeDataVolumeId", foreign.clone(), reason));
        }
        let mut made = Vec::new();
        for own in &volumes {
            let is_boot = device(own).as_deref() == Some(facts.root_device.as_str());
            if (is_boot && without_boot) || without.iter().any(|id| id == own.id.as_str()) {
                continue;
            }
            let mut tags = tags.clone();
            if copies {
                let of_source = own.tags.0.iter().map(|(key, value)| (key.clone(), value.clone()));
                for (key, value) in of_source {
                    tags.0.entry(key).or_insert(value);
                }
            }
            if tags.0.len() > MOST_TAGS {
                return Err(Error::TagLimit);
            }
            let birth = of_volume(own, &description, tags)?;
            made.push(make(tx, cx, birth));
        }
        Ok(made)
    })?;
    Ok(ec2::CreateSnapshotsResult { snapshots: Some(snapshots.iter().map(info).collect()) })
}

/// An instance's id, of a parameter that holds one.
pub(crate) fn instance_id(text: String) -> Result<InstanceId, Error> {
    InstanceId::parse(&text).map_err(|error| Error::Malformed(Kind::Instance, error.given, error.prefix))
}

fn info(own: &Snapshot) -> ec2::SnapshotInfo {
    ec2::SnapshotInfo {
        snapshot_id: Some(own.id.to_string()),
        volume_id: Some(own.volume.clone()),
        volume_size: Some(own.size_gib),
        description: Some(own.description.clone()),
        state: Some(own.state.word().to_owned()),
        progress: Some(String::new()),
        start_time: Some(own.started_at.into()),
        owner_id: Some(own.scope.account.to_string()),
        encrypted: Some(own.key.is_some()),
        sse_type: Some(encryption::sse(own.key.is_some())),
        tags: tag_set(&own.tags),
        ..ec2::SnapshotInfo::default()
    }
}

/// `DeleteSnapshot`.
pub(crate) fn delete(cx: &Cx, svc: &Service, input: ec2::DeleteSnapshotRequest) -> Result<Empty, Error> {
    let id = own_id(input.snapshot_id)?;
    cx.write(|tx| {
        let snapshot: Snapshot = take(tx, cx.scope(), id.as_str())?;
        if let Some(image) = svc.images.made_of(tx, cx.scope(), id.as_str()) {
            return Err(Ebs::InUseByImage(id.to_string(), image).into());
        }
        end(tx, &snapshot)?;
        Ok(Empty {})
    })
}

/// Deletes a snapshot that no image is made of.
pub(crate) fn end(tx: &mut Tx, snapshot: &Snapshot) -> Result<(), Error> {
    if snapshot.lock.as_ref().is_some_and(|lock| lock.holds(tx.now())) {
        let sentence = format!("The snapshot {} is locked and cannot be deleted.", snapshot.id);
        return Err(Ebs::NotPermitted(sentence).into());
    }
    fast_restore::forget(tx, snapshot);
    block::let_go(tx, snapshot.content.as_ref());
    tx.emit(&Changed { kind: "SnapshotDeleted", resource: snapshot.arn() });
    tx.delete::<Snapshot>(&snapshot.key_text());
    Ok(())
}

/// The end of `pending`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Complete {
    scope: Scope,
    id: SnapshotId,
}

impl Job for Complete {
    const KIND: &'static str = "ebs.snapshot-complete";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = find(tx, &self.scope, &self.id).filter(|own| own.state == State::Pending);
        if let Some(mut snapshot) = found {
            snapshot.state = State::Completed;
            snapshot.completed_at = Some(tx.now());
            changed(tx, snapshot);
        }
        Ok(())
    }
}

fn find(tx: &Tx, scope: &Scope, id: &SnapshotId) -> Option<Snapshot> {
    tx.get::<Snapshot>(&resource::key(scope, id.as_str())).map(|own| (*own).clone())
}

/// Keeps a snapshot that has changed.
fn changed(tx: &mut Tx, snapshot: Snapshot) {
    tx.emit(&Changed { kind: "SnapshotChanged", resource: snapshot.arn() });
    tx.put(snapshot);
}

/// So many days later.
fn days_after(at: Timestamp, days: i32) -> Timestamp {
    at.plus_millis(i64::from(days) * 24 * 3_600_000)
}
