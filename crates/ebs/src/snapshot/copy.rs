//! Copies of snapshots: within a Region and from another one, of one's own and of what others gave.

use super::model::NO_VOLUME;
use super::{Birth, Snapshot, State, description, id, make, source};
use crate::block::Content;
use crate::{Ebs as Service, encryption};
use base::{Region, Scope, Tags};
use ec2_resource::error::{Ebs, Error};
use ec2_resource::resource::{Resource, prefix, required, tag_set};
use ec2_resource::tag;
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Tx;

/// Minutes in which a copy may be asked to be complete: a quarter of an hour to two days, by quarters.
const DURATIONS: std::ops::RangeInclusive<i32> = 15..=2_880;

/// Copies into a Region that an account has under way at once, which nobody has raised.
/// Source: EBS user guide, "Quotas for Amazon EBS": concurrent snapshot copies per destination Region.
const MOST_COPIES: usize = 20;

/// `CopySnapshot`: into the Region that is called.
pub(crate) fn copy(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CopySnapshotRequest,
) -> Result<ec2::CopySnapshotResult, Error> {
    let text = required(input.source_region, "sourceRegion")?;
    let known = Region::parse(&text).filter(|region| region.facts().is_some());
    let Some(from) = known.filter(|region| region.partition() == cx.partition()) else {
        return Err(Error::Value("sourceRegion", text, "It is no Region.".to_owned()));
    };
    let id = id(required(input.source_snapshot_id, "sourceSnapshotId")?)?;
    if let Some(region) = input.destination_region.filter(|region| region != cx.region().as_str()) {
        let reason = "It must be the Region that is called.".to_owned();
        return Err(Error::Value("destinationRegion", region, reason));
    }
    if input.destination_outpost_arn.is_some() || input.destination_availability_zone.is_some() {
        let sentence = "Snapshots outside of the Region are not built";
        return Err(Ebs::Unsupported(sentence.to_owned()).into());
    }
    let duration = input.completion_duration_minutes;
    if let Some(minutes) = duration.filter(|minutes| !DURATIONS.contains(minutes) || minutes % 15 != 0) {
        let reason = "It must be a multiple of 15 from 15 to 2880.".to_owned();
        return Err(Error::Value("completionDurationMinutes", minutes.to_string(), reason));
    }
    let tags = tag::of_specifications(input.tag_specifications, Snapshot::TYPE)?;
    let description = description(input.description)?;
    let wish = encryption::Asked { encrypted: input.encrypted, key: input.kms_key_id };
    let there = Scope::new(cx.account(), from);
    let copied = cx.write(|tx| {
        let source = source(tx, &there, &id)?;
        if under_way(tx, cx.scope()) >= MOST_COPIES {
            return Err(Ebs::CopyLimit(MOST_COPIES).into());
        }
        let key = encryption::of_copy(tx, cx.scope(), &wish, source.key.is_some())?;
        let copy = Copy {
            size_gib: source.size_gib,
            description: &description,
            key,
            duration,
            content: source.content.clone(),
            tags: &tags,
        };
        Ok::<_, Error>(made(cx, tx, &copy))
    })?;
    Ok(ec2::CopySnapshotResult { snapshot_id: Some(copied.id.to_string()), tags: tag_set(&copied.tags) })
}

/// Copies of an account that are not complete yet.
fn under_way(tx: &Tx, scope: &Scope) -> usize {
    let is_pending = |own: &&Arc<Snapshot>| own.state == State::Pending && own.transfer().is_some();
    tx.range::<Snapshot>(&prefix(scope)).filter(is_pending).count()
}

/// What a copy is to be.
pub(crate) struct Copy<'a> {
    pub(crate) size_gib: i32,
    pub(crate) description: &'a str,
    pub(crate) key: Option<String>,
    pub(crate) duration: Option<i32>,
    /// What its source holds.
    pub(crate) content: Option<Content>,
    pub(crate) tags: &'a Tags,
}

/// Makes a copy of a snapshot, which is pending.
pub(crate) fn made(cx: &Cx, tx: &mut Tx, copy: &Copy<'_>) -> Snapshot {
    let birth = Birth {
        volume: NO_VOLUME.to_owned(),
        size_gib: copy.size_gib,
        description: copy.description.to_owned(),
        key: copy.key.clone(),
        duration_minutes: copy.duration,
        content: copy.content.clone(),
        // A copy begins a line of its own.
        line: None,
        tags: copy.tags.clone(),
    };
    make(tx, cx, birth)
}
