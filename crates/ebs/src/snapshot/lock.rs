//! Locks: snapshots that nobody deletes before their time.
//!
//! Source: EC2 API reference, LockSnapshot, UnlockSnapshot, and EBS user guide, "Amazon EBS snapshot lock".

use super::{Snapshot, changed, days_after, own_id};
use crate::Ebs as Service;
use crate::listing::{Sieve, Wish, refuse_paged_ids, sift};
use base::{Scope, Timestamp};
use ec2_resource::error::{Ebs, Error};
use ec2_resource::id::SnapshotId;
use ec2_resource::resource::{Resource, key, prefix, required, take};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::View;

/// Days of a lock.
const LOCK_DAYS: std::ops::RangeInclusive<i32> = 1..=36_500;
/// A day.
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// A lock.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lock {
    mode: Mode,
    /// When the snapshot was locked.
    created_at: Timestamp,
    days: i32,
    /// Since when the days count.
    counts_from: Timestamp,
    ends_at: Timestamp,
    cool_off_hours: Option<i32>,
}

/// Who may take a lock back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Mode {
    /// Whoever is permitted to.
    Governance,
    /// Nobody, after its first hours.
    Compliance,
}

impl Lock {
    fn cools_until(&self) -> Option<Timestamp> {
        self.cool_off_hours.map(|hours| self.created_at.plus_millis(i64::from(hours) * 3_600_000))
    }

    /// AWS's word for what it is at that time.
    fn word(&self, now: Timestamp) -> &'static str {
        match self.mode {
            _ if now >= self.ends_at => "expired",
            Mode::Governance => "governance",
            Mode::Compliance if self.cools_until().is_some_and(|until| now < until) => "compliance-cooloff",
            Mode::Compliance => "compliance",
        }
    }

    /// Whether the snapshot stays.
    pub(crate) fn holds(&self, now: Timestamp) -> bool {
        now < self.ends_at
    }

    /// Whether it can only become longer.
    fn is_final(&self, now: Timestamp) -> bool {
        self.word(now) == "compliance"
    }
}

/// `LockSnapshot`: locks a snapshot, or changes its lock.
pub(crate) fn lock(
    cx: &Cx,
    _svc: &Service,
    input: ec2::LockSnapshotRequest,
) -> Result<ec2::LockSnapshotResult, Error> {
    let id = own_id(input.snapshot_id.clone())?;
    let mode = match required(input.lock_mode.clone(), "lockMode")?.as_str() {
        "governance" => Mode::Governance,
        "compliance" => Mode::Compliance,
        word => {
            let reason = "Valid values are compliance and governance.".to_owned();
            return Err(Error::Value("lockMode", word.to_owned(), reason));
        }
    };
    let cool_off_hours = cool_off(mode, input.cool_off_period)?;
    cx.write(|tx| {
        let mut snapshot: Snapshot = take(tx, cx.scope(), id.as_str())?;
        let now = tx.now();
        let counts_from = snapshot.completed_at.map_or(now, |at| at.max(now));
        let (days, ends_at) = duration(&input, counts_from)?;
        let before = snapshot.lock.as_ref().filter(|own| own.is_final(now));
        if before
            .is_some_and(|own| mode != Mode::Compliance || ends_at < own.ends_at || cool_off_hours.is_some())
        {
            let sentence =
                format!("The snapshot {id} is locked in compliance mode. The lock can only be extended.");
            return Err(Ebs::NotPermitted(sentence).into());
        }
        let created_at = before.map_or(now, |own| own.created_at);
        let lock = Lock { mode, created_at, days, counts_from, ends_at, cool_off_hours };
        let answer = ec2::LockSnapshotResult {
            snapshot_id: Some(id.to_string()),
            lock_state: Some(lock.word(now).to_owned()),
            lock_duration: Some(days),
            cool_off_period: cool_off_hours,
            cool_off_period_expires_on: lock.cools_until().map(Into::into),
            lock_created_on: Some(created_at.into()),
            lock_expires_on: Some(ends_at.into()),
            lock_duration_start_time: Some(counts_from.into()),
        };
        snapshot.lock = Some(lock);
        changed(tx, snapshot);
        Ok(answer)
    })
}

fn cool_off(mode: Mode, hours: Option<i32>) -> Result<Option<i32>, Error> {
    match hours {
        Some(_) if mode == Mode::Governance => Err(Error::Combination(
            "The parameter CoolOffPeriod cannot be used with the parameter LockMode governance".to_owned(),
        )),
        hours => Ok(hours),
    }
}

/// How long the lock is, and when it ends: one of both is given.
fn duration(input: &ec2::LockSnapshotRequest, from: Timestamp) -> Result<(i32, Timestamp), Error> {
    match (input.lock_duration, input.expiration_date) {
        (Some(_), Some(_)) => {
            let sentence = "The parameter LockDuration cannot be used with the parameter ExpirationDate";
            Err(Error::Combination(sentence.to_owned()))
        }
        (None, None) => Err(Error::Missing("lockDuration/expirationDate")),
        (Some(days), None) => Ok((days, days_after(from, days))),
        (None, Some(at)) => {
            let at = Timestamp::from(at);
            let millis = at.millis_since(from);
            match i32::try_from(millis.div_euclid(DAY_MILLIS)) {
                Ok(days) if LOCK_DAYS.contains(&days) => Ok((days, at)),
                _ => {
                    let reason = "It must lie a day to 36500 days ahead.".to_owned();
                    Err(Error::Value("expirationDate", at.rfc3339(), reason))
                }
            }
        }
    }
}

/// `UnlockSnapshot`.
pub(crate) fn unlock(
    cx: &Cx,
    _svc: &Service,
    input: ec2::UnlockSnapshotRequest,
) -> Result<ec2::UnlockSnapshotResult, Error> {
    let id = own_id(input.snapshot_id)?;
    cx.write(|tx| {
        let mut snapshot: Snapshot = take(tx, cx.scope(), id.as_str())?;
        let now = tx.now();
        let Some(lock) = &snapshot.lock else {
            return Err(Ebs::State(format!("The snapshot {id} is not locked.")).into());
        };
        if lock.is_final(now) {
            let sentence = format!("The snapshot {id} is locked in compliance mode and cannot be unlocked.");
            return Err(Ebs::NotPermitted(sentence).into());
        }
        snapshot.lock = None;
        changed(tx, snapshot);
        Ok(ec2::UnlockSnapshotResult { snapshot_id: Some(id.to_string()) })
    })
}

/// A locked snapshot and AWS's word for its lock.
struct Locked {
    row: Arc<Snapshot>,
    word: &'static str,
}

static LOCKED: Sieve<Locked> = Sieve {
    operation: "DescribeLockedSnapshots",
    filters: &["lock-state"],
    page: (5, 1000),
    key: |own| own.row.id.to_string(),
    tags: None,
    values: |own, _| vec![own.word.to_owned()],
};

/// `DescribeLockedSnapshots`.
pub(crate) fn describe_locked(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeLockedSnapshotsRequest,
) -> Result<ec2::DescribeLockedSnapshotsResult, Error> {
    let wish = Wish {
        ids: input.snapshot_ids.filter(|ids| !ids.is_empty()),
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    refuse_paged_ids(&wish, "snapshotSet")?;
    let page = sift(cx, &LOCKED, &wish, |view| {
        let rows: Vec<Arc<Snapshot>> = match &wish.ids {
            None => view.range::<Snapshot>(&prefix(cx.scope())).cloned().collect(),
            Some(ids) => named(view, cx.scope(), ids)?,
        };
        let locked = |row: Arc<Snapshot>| {
            let word = row.lock.as_ref()?.word(cx.now());
            Some(Locked { row, word })
        };
        Ok(rows.into_iter().filter_map(locked).collect())
    })?;
    let items = page.items.iter().filter_map(shape).collect();
    Ok(ec2::DescribeLockedSnapshotsResult { snapshots: Some(items), next_token: page.next_token })
}

/// The snapshots of these ids, whether they are locked or not.
fn named(view: &View, scope: &Scope, ids: &[String]) -> Result<Vec<Arc<Snapshot>>, Error> {
    let mut rows = Vec::new();
    let mut missing = Vec::new();
    let wanted: BTreeSet<&String> = ids.iter().collect();
    for text in wanted {
        let parsed = SnapshotId::parse(text);
        let id = parsed.map_err(|error| Error::Malformed(Snapshot::KIND, error.given, error.prefix))?;
        match view.get::<Snapshot>(&key(scope, id.as_str())) {
            Some(row) => rows.push(row),
            None => missing.push(text.clone()),
        }
    }
    if missing.is_empty() { Ok(rows) } else { Err(Error::NotFound(Snapshot::KIND, missing)) }
}

fn shape(own: &Locked) -> Option<ec2::LockedSnapshotsInfo> {
    let lock = own.row.lock.as_ref()?;
    Some(ec2::LockedSnapshotsInfo {
        owner_id: Some(own.row.scope.account.to_string()),
        snapshot_id: Some(own.row.id.to_string()),
        lock_state: Some(own.word.to_owned()),
        lock_duration: Some(lock.days),
        cool_off_period: lock.cool_off_hours,
        cool_off_period_expires_on: lock.cools_until().map(Into::into),
        lock_created_on: Some(lock.created_at.into()),
        lock_duration_start_time: Some(lock.counts_from.into()),
        lock_expires_on: Some(lock.ends_at.into()),
    })
}
