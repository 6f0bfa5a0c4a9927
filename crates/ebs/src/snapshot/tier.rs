//! The archive: snapshots that are kept cheaply and are not at hand.
//!
//! Source: EC2 API reference, ModifySnapshotTier, RestoreSnapshotTier, SnapshotTierStatus.

use super::model::{Snapshot, State};
use super::{changed, days_after, find, own_id};
use crate::listing::{Sieve, Wish, sift};
use crate::{Ebs as Service, fast_restore};
use base::{Scope, Timestamp};
use ec2_resource::error::{Ebs, Error};
use ec2_resource::id::SnapshotId;
use ec2_resource::resource::{prefix, tag_set, take};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Job, JobError, Tx};

/// How long AWS takes to archive a snapshot, in milliseconds: up to a day.
const ARCHIVING_MILLIS: u32 = 24 * 3_600_000;
/// How long it takes to restore one: up to three days.
const RESTORING_MILLIS: u32 = 72 * 3_600_000;
/// Days for which a snapshot may be restored.
const RESTORE_DAYS: std::ops::RangeInclusive<i32> = 1..=180;

/// In which tier a snapshot is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tier {
    /// When it was archived; `None` for one in the standard tier.
    archived_at: Option<Timestamp>,
    /// Until when a snapshot of the archive is restored.
    restored_until: Option<Timestamp>,
    /// The last change of tier.
    last: Option<Tiering>,
}

/// A change of tier.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Tiering {
    what: What,
    started_at: Timestamp,
    is_done: bool,
}

/// Where a change of tier leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum What {
    /// Into the archive.
    Archival,
    /// Out of it for some days.
    Temporary(i32),
    /// Out of it.
    Permanent,
}

impl Tiering {
    /// AWS's word.
    fn word(&self) -> String {
        let what = match self.what {
            What::Archival => "archival",
            What::Temporary(_) => "temporary-restore",
            What::Permanent => "permanent-restore",
        };
        format!("{what}-{}", if self.is_done { "completed" } else { "in-progress" })
    }
}

impl Tier {
    /// AWS's word.
    pub(crate) fn word(&self) -> &'static str {
        if self.archived_at.is_some() { "archive" } else { "standard" }
    }

    /// Whether volumes can be made of it.
    pub(crate) fn is_at_hand(&self) -> bool {
        self.archived_at.is_none() || self.restored_until.is_some()
    }

    /// When it goes back to the archive.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        self.restored_until
    }

    /// Whether a change is on its way.
    fn changes(&self) -> bool {
        self.last.as_ref().is_some_and(|own| !own.is_done)
    }

    fn begin(&mut self, what: What, started_at: Timestamp) {
        self.last = Some(Tiering { what, started_at, is_done: false });
    }

    /// Ends the change that began at that time; tells what it was.
    fn end(&mut self, started_at: Timestamp) -> Option<What> {
        let last = self.last.as_mut().filter(|own| own.started_at == started_at && !own.is_done)?;
        last.is_done = true;
        Some(last.what)
    }
}

/// `ModifySnapshotTier`: into the archive.
pub(crate) fn modify_tier(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifySnapshotTierRequest,
) -> Result<ec2::ModifySnapshotTierResult, Error> {
    let id = own_id(input.snapshot_id)?;
    if let Some(word) = input.storage_tier.filter(|word| word != "archive") {
        return Err(Error::Value("storageTier", word, "The only valid value is archive.".to_owned()));
    }
    cx.write(|tx| {
        let mut snapshot: Snapshot = take(tx, cx.scope(), id.as_str())?;
        if snapshot.state != State::Completed || snapshot.tier.changes() || !snapshot.tier.is_standard() {
            return Err(
                Ebs::State(format!("The snapshot {id} is not 'completed' in the standard tier.")).into()
            );
        }
        if fast_restore::has_any(tx, &snapshot) {
            let sentence = format!("The snapshot {id} is enabled for fast snapshot restore.");
            return Err(Ebs::State(sentence).into());
        }
        let started_at = tx.now();
        snapshot.tier.begin(What::Archival, started_at);
        tx.after(ARCHIVING_MILLIS, Archived { scope: cx.scope().clone(), id: id.clone(), started_at });
        changed(tx, snapshot);
        Ok(ec2::ModifySnapshotTierResult {
            snapshot_id: Some(id.to_string()),
            tiering_start_time: Some(started_at.into()),
        })
    })
}

impl Tier {
    fn is_standard(&self) -> bool {
        self.archived_at.is_none()
    }
}

/// `RestoreSnapshotTier`: out of the archive, for some days or for good.
pub(crate) fn restore_tier(
    cx: &Cx,
    _svc: &Service,
    input: ec2::RestoreSnapshotTierRequest,
) -> Result<ec2::RestoreSnapshotTierResult, Error> {
    let id = own_id(input.snapshot_id)?;
    let what = match (input.permanent_restore, input.temporary_restore_days) {
        (Some(true), None) => What::Permanent,
        (None | Some(false), Some(days)) if RESTORE_DAYS.contains(&days) => What::Temporary(days),
        (None | Some(false), Some(days)) => {
            let reason = "It must be from 1 to 180.".to_owned();
            return Err(Error::Value("temporaryRestoreDays", days.to_string(), reason));
        }
        (Some(true), Some(_)) => {
            let sentence =
                "The parameter PermanentRestore cannot be used with the parameter TemporaryRestoreDays";
            return Err(Error::Combination(sentence.to_owned()));
        }
        (None | Some(false), None) => return Err(Error::Missing("permanentRestore/temporaryRestoreDays")),
    };
    cx.write(|tx| {
        let mut snapshot: Snapshot = take(tx, cx.scope(), id.as_str())?;
        if snapshot.tier.is_standard() || snapshot.tier.changes() {
            return Err(Ebs::State(format!("The snapshot {id} is not archived.")).into());
        }
        let started_at = tx.now();
        snapshot.tier.begin(what, started_at);
        let restored = Restored { scope: cx.scope().clone(), id: id.clone(), started_at };
        // What is at hand already needs no time.
        let millis = if snapshot.tier.is_at_hand() { 0 } else { RESTORING_MILLIS };
        tx.after(millis, restored);
        changed(tx, snapshot);
        Ok(ec2::RestoreSnapshotTierResult {
            snapshot_id: Some(id.to_string()),
            restore_start_time: Some(started_at.into()),
            restore_duration: match what {
                What::Temporary(days) => Some(days),
                What::Archival | What::Permanent => None,
            },
            is_permanent_restore: Some(what == What::Permanent),
        })
    })
}

/// A snapshot has come into the archive.
#[derive(Serialize, Deserialize)]
pub(crate) struct Archived {
    scope: Scope,
    id: SnapshotId,
    started_at: Timestamp,
}

impl Job for Archived {
    const KIND: &'static str = "ebs.snapshot-archived";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(mut snapshot) = find(tx, &self.scope, &self.id) else { return Ok(()) };
        if snapshot.tier.end(self.started_at).is_some() {
            snapshot.tier.archived_at = Some(tx.now());
            changed(tx, snapshot);
        }
        Ok(())
    }
}

/// A snapshot has come out of the archive.
#[derive(Serialize, Deserialize)]
pub(crate) struct Restored {
    scope: Scope,
    id: SnapshotId,
    started_at: Timestamp,
}

impl Job for Restored {
    const KIND: &'static str = "ebs.snapshot-restored";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(mut snapshot) = find(tx, &self.scope, &self.id) else { return Ok(()) };
        match snapshot.tier.end(self.started_at) {
            Some(What::Permanent) => {
                snapshot.tier.archived_at = None;
                snapshot.tier.restored_until = None;
            }
            Some(What::Temporary(days)) => {
                let until = days_after(tx.now(), days);
                snapshot.tier.restored_until = Some(until);
                tx.at(until, &Expire { scope: self.scope, id: self.id, until });
            }
            Some(What::Archival) | None => return Ok(()),
        }
        changed(tx, snapshot);
        Ok(())
    }
}

/// The days are over for which a snapshot was restored.
#[derive(Serialize, Deserialize)]
pub(crate) struct Expire {
    scope: Scope,
    id: SnapshotId,
    until: Timestamp,
}

impl Job for Expire {
    const KIND: &'static str = "ebs.snapshot-expire";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = find(tx, &self.scope, &self.id);
        if let Some(mut snapshot) = found.filter(|own| own.tier.restored_until == Some(self.until)) {
            snapshot.tier.restored_until = None;
            changed(tx, snapshot);
        }
        Ok(())
    }
}

static STATUS: Sieve<Arc<Snapshot>> = Sieve {
    operation: "DescribeSnapshotTierStatus",
    filters: &["snapshot-id", "volume-id", "last-tiering-operation"],
    page: (5, 1000),
    key: |own| own.id.to_string(),
    tags: Some(|own| &own.tags),
    values: |own, name| match name {
        "snapshot-id" => vec![own.id.to_string()],
        "volume-id" => vec![own.volume.clone()],
        _ => own.tier.last.iter().map(Tiering::word).collect(),
    },
};

/// `DescribeSnapshotTierStatus`.
pub(crate) fn describe_status(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeSnapshotTierStatusRequest,
) -> Result<ec2::DescribeSnapshotTierStatusResult, Error> {
    let wish = Wish {
        ids: None,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page =
        sift(cx, &STATUS, &wish, |view| Ok(view.range::<Snapshot>(&prefix(cx.scope())).cloned().collect()))?;
    let items = page.items.iter().map(|own| shape(own)).collect();
    Ok(ec2::DescribeSnapshotTierStatusResult {
        snapshot_tier_statuses: Some(items),
        next_token: page.next_token,
    })
}

fn shape(own: &Snapshot) -> ec2::SnapshotTierStatus {
    let last = own.tier.last.as_ref();
    ec2::SnapshotTierStatus {
        snapshot_id: Some(own.id.to_string()),
        volume_id: Some(own.volume.clone()),
        status: Some(own.state.word().to_owned()),
        owner_id: Some(own.scope.account.to_string()),
        storage_tier: Some(own.tier.word().to_owned()),
        last_tiering_start_time: last.map(|own| own.started_at.into()),
        last_tiering_progress: last.map(|own| if own.is_done { 100 } else { 0 }),
        last_tiering_operation_status: last.map(Tiering::word),
        last_tiering_operation_status_detail: None,
        archival_complete_time: own.tier.archived_at.map(Into::into),
        restore_expiry_time: own.tier.restored_until.map(Into::into),
        tags: tag_set(&own.tags),
    }
}
