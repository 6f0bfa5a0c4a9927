//! Modifications: a volume that becomes larger, faster or of another type while it is used.

use super::limits::{Asked, Measures, VolumeType};
use super::model::{State, Volume};
use super::status::rows;
use super::work::{changed, find};
use super::{get, id, nobody, not_available};
use crate::Ebs as Service;
use crate::listing::{Sieve, Wish, refuse_paged_ids, sift};
use base::{Scope, Timestamp};
use ec2_resource::error::{Ebs, Error};
use ec2_resource::filter::moment;
use ec2_resource::id::VolumeId;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Job, JobError, Tx};

/// How long AWS shows a modification as `modifying`, in milliseconds.
const MODIFYING_MILLIS: u32 = 5_000;
/// How long it shows it as `optimizing`.
const OPTIMIZING_MILLIS: u32 = 60_000;
/// Modifications of a volume within a day at the most.
const MOST_OF_DAY: usize = 4;
/// A day.
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// A modification.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Modification {
    pub(crate) stage: Stage,
    original: Measures,
    target: Measures,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// The volume is what it was.
    Modifying,
    /// The volume is what it shall be, and its blocks follow.
    Optimizing,
    /// All is done.
    Completed,
}

impl Stage {
    /// AWS's word.
    fn word(self) -> &'static str {
        match self {
            Self::Modifying => "modifying",
            Self::Optimizing => "optimizing",
            Self::Completed => "completed",
        }
    }

    /// How much is done, in percent.
    fn progress(self) -> i64 {
        match self {
            Self::Modifying => 0,
            Self::Optimizing => 50,
            Self::Completed => 100,
        }
    }
}

/// `ModifyVolume`: answered as modifying; the new measures show once it is optimizing.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVolumeRequest,
) -> Result<ec2::ModifyVolumeResult, Error> {
    let id = id(input.volume_id.clone())?;
    let asks = [input.size, input.iops, input.throughput].iter().any(Option::is_some)
        || input.volume_type.is_some()
        || input.multi_attach_enabled.is_some();
    if !asks {
        let sentence =
            "Invalid input: Must specify at least one of size, type, iops, throughput or multi-attach.";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    cx.write(|tx| {
        let mut volume = get(tx, cx.scope(), &id)?;
        if volume.state != State::Available {
            return Err(not_available(&id));
        }
        let target = target(&volume, &input)?;
        require_rest(&volume, tx.now())?;
        let now = tx.now();
        volume.modified_at.retain(|at| now.millis_since(*at) < DAY_MILLIS);
        volume.modified_at.push(now);
        let modification = Modification {
            stage: Stage::Modifying,
            original: volume.measures.clone(),
            target,
            started_at: now,
            ended_at: None,
        };
        let answer = shape(&volume, &modification);
        volume.modification = Some(modification);
        let step = Step { scope: cx.scope().clone(), id: id.clone(), started_at: now };
        tx.after(MODIFYING_MILLIS, step);
        changed(tx, volume);
        Ok(ec2::ModifyVolumeResult { volume_modification: Some(answer) })
    })
}

/// No modification is on its way, and there were not too many.
fn require_rest(volume: &Volume, now: Timestamp) -> Result<(), Ebs> {
    match volume.modification.as_ref().map(|own| own.stage) {
        Some(Stage::Modifying) => return Err(Ebs::Modifying(volume.id.to_string(), "MODIFYING")),
        Some(Stage::Optimizing) => return Err(Ebs::Modifying(volume.id.to_string(), "OPTIMIZING")),
        Some(Stage::Completed) | None => {}
    }
    let of_day: Vec<_> = volume.modified_at.iter().filter(|at| now.millis_since(**at) < DAY_MILLIS).collect();
    match of_day.first() {
        Some(first) if of_day.len() >= MOST_OF_DAY => {
            Err(Ebs::ModificationRate(first.plus_millis(DAY_MILLIS).rfc3339()))
        }
        Some(_) | None => Ok(()),
    }
}

/// What the volume shall be.
fn target(volume: &Volume, input: &ec2::ModifyVolumeRequest) -> Result<Measures, Error> {
    let own = &volume.measures;
    if own.multi_attach && own.kind == VolumeType::Io1 {
        let sentence = "io1 volumes with Multi-Attach enabled do not support modify-volume actions. Please review the EBS technical documentation for information on the Multi-Attach limitations and considerations.";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    if input.size.is_some_and(|size| size < own.size_gib) {
        return Err(Error::Parameter("New size cannot be smaller than existing size".to_owned()));
    }
    let kind = match &input.volume_type {
        Some(word) => VolumeType::parse(word)?,
        None => own.kind,
    };
    let multi_attach = input.multi_attach_enabled.unwrap_or(own.multi_attach);
    if !multi_attach && volume.attachments.len() > 1 {
        let sentence = format!("Volume {} is attached to more than one instance", volume.id);
        return Err(Ebs::NotPermitted(sentence).into());
    }
    let asked = Asked {
        kind: Some(kind.word().to_owned()),
        size_gib: Some(input.size.unwrap_or(own.size_gib)),
        iops: input.iops.or_else(|| kept_iops(own, kind)),
        throughput: input.throughput.or_else(|| kept_throughput(own, kind)),
        multi_attach,
    };
    Measures::of(&asked, None)
}

/// The operations of a volume for which none are asked: those it has, and where its type changes those of the new type,
/// at least as many as a gp2 volume had. Source: EBS user guide, "Modify a volume using Elastic Volumes".
fn kept_iops(own: &Measures, kind: VolumeType) -> Option<i32> {
    let of_gp2 = own.iops.filter(|_| own.kind == VolumeType::Gp2).unwrap_or(0);
    match kind {
        VolumeType::Gp3 | VolumeType::Io1 | VolumeType::Io2 if kind == own.kind => own.iops,
        VolumeType::Gp3 => Some(of_gp2.max(3_000)),
        VolumeType::Io1 | VolumeType::Io2 => Some(3_000),
        VolumeType::Standard | VolumeType::Gp2 | VolumeType::St1 | VolumeType::Sc1 => None,
    }
}

/// The same of throughput. A gp2 volume has 256 KiB for each operation, 250 MiB a second at the most.
fn kept_throughput(own: &Measures, kind: VolumeType) -> Option<i32> {
    if kind != VolumeType::Gp3 {
        return None;
    }
    match own.kind {
        VolumeType::Gp3 => own.throughput,
        VolumeType::Gp2 => own.iops.map(|iops| (iops.saturating_add(3) / 4).clamp(125, 250)),
        VolumeType::Standard | VolumeType::Io1 | VolumeType::Io2 | VolumeType::St1 | VolumeType::Sc1 => None,
    }
}

/// A modification goes a step on.
#[derive(Serialize, Deserialize)]
pub(crate) struct Step {
    scope: Scope,
    id: VolumeId,
    started_at: Timestamp,
}

impl Job for Step {
    const KIND: &'static str = "ebs.modification-step";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(mut volume) = find(tx, &self.scope, &self.id) else { return Ok(()) };
        let now = tx.now();
        let found = volume.modification.as_mut().filter(|own| own.started_at == self.started_at);
        let Some(modification) = found else { return Ok(()) };
        match modification.stage {
            Stage::Modifying => {
                modification.stage = Stage::Optimizing;
                volume.measures = modification.target.clone();
                tx.after(OPTIMIZING_MILLIS, self);
            }
            Stage::Optimizing => {
                modification.stage = Stage::Completed;
                modification.ended_at = Some(now);
            }
            Stage::Completed => return Ok(()),
        }
        changed(tx, volume);
        Ok(())
    }
}

fn values(volume: &Arc<Volume>, name: &str) -> Vec<String> {
    let Some(own) = &volume.modification else { return Vec::new() };
    let of = |name: &str, measures: &Measures| match name {
        "iops" => measures.iops.iter().map(ToString::to_string).collect(),
        "size" => vec![measures.size_gib.to_string()],
        "volume-type" => vec![measures.kind.word().to_owned()],
        _ => Vec::new(),
    };
    match name {
        "modification-state" => vec![own.stage.word().to_owned()],
        "originalMultiAttachEnabled" => vec![own.original.multi_attach.to_string()],
        "targetMultiAttachEnabled" => vec![own.target.multi_attach.to_string()],
        "start-time" => moment(own.started_at),
        "volume-id" => vec![volume.id.to_string()],
        _ => match name.split_once('-') {
            Some(("original", name)) => of(name, &own.original),
            Some(("target", name)) => of(name, &own.target),
            _ => Vec::new(),
        },
    }
}

static MODIFICATIONS: Sieve<Arc<Volume>> = Sieve {
    operation: "DescribeVolumesModifications",
    filters: &[
        "modification-state",
        "original-iops",
        "original-size",
        "original-volume-type",
        "originalMultiAttachEnabled",
        "start-time",
        "target-iops",
        "target-size",
        "target-volume-type",
        "targetMultiAttachEnabled",
        "volume-id",
    ],
    page: (5, 500),
    key: |own| own.id.to_string(),
    tags: None,
    values,
};

/// `DescribeVolumesModifications`: the last one of each volume that has one.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVolumesModificationsRequest,
) -> Result<ec2::DescribeVolumesModificationsResult, Error> {
    let wish = Wish {
        ids: input.volume_ids.filter(|ids| !ids.is_empty()),
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    refuse_paged_ids(&wish, "volumeSet")?;
    let page = sift(cx, &MODIFICATIONS, &wish, |view| {
        let mut rows = rows(view, cx, wish.ids.as_deref())?;
        let never = rows.iter().find(|own| own.modification.is_none());
        if let (Some(_), Some(never)) = (&wish.ids, never) {
            return Err(Ebs::NoModification(never.id.to_string()).into());
        }
        rows.retain(|own| own.modification.is_some());
        Ok(rows)
    })?;
    let items = page.items.iter().filter_map(|own| own.modification.as_ref().map(|last| shape(own, last)));
    Ok(ec2::DescribeVolumesModificationsResult {
        volumes_modifications: Some(items.collect()),
        next_token: page.next_token,
    })
}

fn shape(volume: &Volume, own: &Modification) -> ec2::VolumeModification {
    let (original, target) = (&own.original, &own.target);
    ec2::VolumeModification {
        volume_id: Some(volume.id.to_string()),
        modification_state: Some(own.stage.word().to_owned()),
        original_size: Some(original.size_gib),
        original_iops: original.iops,
        original_volume_type: Some(original.kind.word().to_owned()),
        original_throughput: original.throughput,
        original_multi_attach_enabled: Some(original.multi_attach),
        target_size: Some(target.size_gib),
        target_iops: target.iops,
        target_volume_type: Some(target.kind.word().to_owned()),
        target_throughput: target.throughput,
        target_multi_attach_enabled: Some(target.multi_attach),
        progress: Some(own.stage.progress()),
        start_time: Some(own.started_at.into()),
        end_time: own.ended_at.map(Into::into),
        status_message: None,
        operator: Some(nobody()),
    }
}
