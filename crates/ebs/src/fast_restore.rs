//! Fast snapshot restores: zones in which a snapshot's volumes are asked to be at their full speed from the beginning.
//! Kept as it is stored; volumes of angae always are.

use crate::Ebs as Service;
use crate::listing::{Sieve, Wish, sift};
use crate::snapshot::{self, Snapshot};
use base::{AccountId, Scope, Timestamp, Zone};
use ec2_resource::error::{Ebs, Error, Kind};
use ec2_resource::id::SnapshotId;
use ec2_resource::resource::{key, prefix};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Rows;
use store::{Index, Job, JobError, Record, Tx};
use wire::AwsError;

/// How long AWS shows one as `enabling`, and as `disabling`, in milliseconds.
const STEP_MILLIS: u32 = 10_000;
/// How long it shows one as `optimizing`.
const OPTIMIZING_MILLIS: u32 = 3_600_000;

/// The fast restore of a snapshot in a zone.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct FastRestore {
    /// Who enabled it.
    scope: Scope,
    snapshot: SnapshotId,
    /// Whose the snapshot is.
    owner: AccountId,
    zone: Zone,
    state: State,
    enabling_at: Timestamp,
    optimizing_at: Option<Timestamp>,
    enabled_at: Option<Timestamp>,
    disabling_at: Option<Timestamp>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// It begins.
    Enabling,
    /// Blocks are prepared.
    Optimizing,
    /// It is there.
    Enabled,
    /// It ends.
    Disabling,
}

impl State {
    /// AWS's word.
    fn word(self) -> &'static str {
        match self {
            Self::Enabling => "enabling",
            Self::Optimizing => "optimizing",
            Self::Enabled => "enabled",
            Self::Disabling => "disabling",
        }
    }
}

fn key_of(scope: &Scope, snapshot: &SnapshotId, zone: &Zone) -> String {
    key(scope, &format!("{snapshot}/{}", zone.id))
}

impl FastRestore {
    /// Those of a snapshot, whoever enabled them.
    const SNAPSHOT: Index<Self> = Index { name: "snapshot", keys: |own| vec![own.snapshot.to_string()] };

    fn filter(&self, name: &str) -> String {
        match name {
            "availability-zone" => self.zone.name.clone(),
            "availability-zone-id" => self.zone.id.clone(),
            "owner-id" => self.owner.to_string(),
            "snapshot-id" => self.snapshot.to_string(),
            _ => self.state.word().to_owned(),
        }
    }

    /// Why it is in its state.
    fn reason(&self) -> String {
        match self.state {
            State::Enabling | State::Disabling => "Client.UserInitiated",
            State::Optimizing | State::Enabled => "Client.UserInitiated - Lifecycle state transition",
        }
        .to_owned()
    }
}

impl Record for FastRestore {
    const TABLE: &'static str = "ebs_fast_restore";
    const INDEXES: &'static [Index<Self>] = &[Self::SNAPSHOT];
    type Key = String;

    fn key(&self) -> String {
        key_of(&self.scope, &self.snapshot, &self.zone)
    }
}

/// Whether volumes of a snapshot are restored fast in a zone.
pub(crate) fn is_enabled(look: &impl Rows, scope: &Scope, snapshot: &Snapshot, zone: &Zone) -> bool {
    let found = look.row::<FastRestore>(&key_of(scope, &snapshot.id, zone));
    found.is_some_and(|own| own.state == State::Enabled)
}

/// Whether anybody has enabled it for a snapshot.
pub(crate) fn has_any(look: &impl Rows, snapshot: &Snapshot) -> bool {
    !look.listed(&FastRestore::SNAPSHOT, snapshot.id.as_str()).is_empty()
}

/// A snapshot goes, and these with it.
pub(crate) fn forget(tx: &mut Tx, snapshot: &Snapshot) {
    for own in tx.listed(&FastRestore::SNAPSHOT, snapshot.id.as_str()) {
        tx.delete::<FastRestore>(&own.key());
    }
}

/// What a call concerns: every snapshot in every zone.
struct Pairs {
    snapshots: Vec<SnapshotId>,
    /// Each zone as it was named, and the zone, if there is one.
    zones: Vec<(String, Option<Zone>)>,
}

fn pairs(
    cx: &Cx,
    snapshots: Option<Vec<String>>,
    (names, ids): (Option<Vec<String>>, Option<Vec<String>>),
) -> Result<Pairs, Error> {
    let snapshots = snapshots.filter(|own| !own.is_empty()).ok_or(Error::Missing("sourceSnapshotIdSet"))?;
    let (names, ids) = (names.unwrap_or_default(), ids.unwrap_or_default());
    if names.is_empty() && ids.is_empty() {
        return Err(Error::Missing("availabilityZone"));
    }
    let all = cx.region().zones();
    let by_name = names.into_iter().map(|name| {
        let zone = all.iter().find(|zone| zone.name == name).cloned();
        (name, zone)
    });
    let by_id = ids.into_iter().map(|id| {
        let zone = all.iter().find(|zone| zone.id == id).cloned();
        (id, zone)
    });
    Ok(Pairs {
        zones: by_name.chain(by_id).collect(),
        snapshots: snapshots.into_iter().map(snapshot::id).collect::<Result<_, _>>()?,
    })
}

/// What could not be done: of a snapshot, in each zone.
type Failures = Vec<(SnapshotId, Vec<(String, Error)>)>;

/// Does the same for every pair; a pair that is refused does not hinder the others.
fn each(
    tx: &mut Tx,
    pairs: &Pairs,
    mut act: impl FnMut(&mut Tx, &SnapshotId, &Zone) -> Result<FastRestore, Error>,
) -> (Vec<FastRestore>, Failures) {
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    for snapshot in &pairs.snapshots {
        let mut refused = Vec::new();
        for (name, zone) in &pairs.zones {
            let zone = zone.as_ref().ok_or_else(|| Error::from(Ebs::NoZone(name.clone())));
            match zone.and_then(|zone| act(tx, snapshot, zone)) {
                Ok(own) => done.push(own),
                Err(error) => refused.push((name.clone(), error)),
            }
        }
        if !refused.is_empty() {
            failures.push((snapshot.clone(), refused));
        }
    }
    (done, failures)
}

/// Code and sentence, as a list of failures has them.
fn said(error: &Error) -> (Option<String>, Option<String>) {
    let fault = error.fault();
    (Some(fault.code.to_string()), fault.message)
}

/// `EnableFastSnapshotRestores`.
pub(crate) fn enable(
    cx: &Cx,
    _svc: &Service,
    input: ec2::EnableFastSnapshotRestoresRequest,
) -> Result<ec2::EnableFastSnapshotRestoresResult, Error> {
    let zones = (input.availability_zones, input.availability_zone_ids);
    let pairs = pairs(cx, input.source_snapshot_ids, zones)?;
    let (done, failures) = cx.write(|tx| {
        Ok::<_, Error>(each(tx, &pairs, |tx, id, zone| {
            let missing = || Error::NotFound(Kind::Snapshot, vec![id.to_string()]);
            let source = Snapshot::visible(tx, cx.scope(), id).ok_or_else(missing)?;
            let before = tx.row::<FastRestore>(&key_of(cx.scope(), id, zone));
            if let Some(own) = before.filter(|own| own.state != State::Disabling) {
                return Ok((*own).clone());
            }
            let own = FastRestore {
                scope: cx.scope().clone(),
                snapshot: id.clone(),
                owner: source.scope.account,
                zone: zone.clone(),
                state: State::Enabling,
                enabling_at: tx.now(),
                optimizing_at: None,
                enabled_at: None,
                disabling_at: None,
            };
            tx.put(own.clone());
            tx.after(STEP_MILLIS, Step::of(&own));
            Ok(own)
        }))
    })?;
    let error = |(zone, error): &(String, Error)| {
        let (code, message) = said(error);
        ec2::EnableFastSnapshotRestoreStateErrorItem {
            availability_zone: Some(zone.clone()),
            availability_zone_id: None,
            error: Some(ec2::EnableFastSnapshotRestoreStateError { code, message }),
        }
    };
    let failed = |(id, list): &(SnapshotId, Vec<(String, Error)>)| ec2::EnableFastSnapshotRestoreErrorItem {
        snapshot_id: Some(id.to_string()),
        fast_snapshot_restore_state_errors: Some(list.iter().map(error).collect()),
    };
    Ok(ec2::EnableFastSnapshotRestoresResult {
        successful: Some(done.iter().map(enabled_item).collect()),
        unsuccessful: Some(failures.iter().map(failed).collect()),
    })
}

/// `DisableFastSnapshotRestores`.
pub(crate) fn disable(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DisableFastSnapshotRestoresRequest,
) -> Result<ec2::DisableFastSnapshotRestoresResult, Error> {
    let zones = (input.availability_zones, input.availability_zone_ids);
    let pairs = pairs(cx, input.source_snapshot_ids, zones)?;
    let (done, failures) = cx.write(|tx| {
        Ok::<_, Error>(each(tx, &pairs, |tx, id, zone| {
            let found = tx.row::<FastRestore>(&key_of(cx.scope(), id, zone));
            let not = || Ebs::State(format!("Fast snapshot restore is not enabled for {id}."));
            let mut own = (*found.ok_or_else(not)?).clone();
            if own.state != State::Disabling {
                own.state = State::Disabling;
                own.disabling_at = Some(tx.now());
                tx.put(own.clone());
                tx.after(STEP_MILLIS, Step::of(&own));
            }
            Ok(own)
        }))
    })?;
    let error = |(zone, error): &(String, Error)| {
        let (code, message) = said(error);
        ec2::DisableFastSnapshotRestoreStateErrorItem {
            availability_zone: Some(zone.clone()),
            availability_zone_id: None,
            error: Some(ec2::DisableFastSnapshotRestoreStateError { code, message }),
        }
    };
    let failed = |(id, list): &(SnapshotId, Vec<(String, Error)>)| ec2::DisableFastSnapshotRestoreErrorItem {
        snapshot_id: Some(id.to_string()),
        fast_snapshot_restore_state_errors: Some(list.iter().map(error).collect()),
    };
    Ok(ec2::DisableFastSnapshotRestoresResult {
        successful: Some(done.iter().map(disabled_item).collect()),
        unsuccessful: Some(failures.iter().map(failed).collect()),
    })
}

/// A fast restore goes a step on.
#[derive(Serialize, Deserialize)]
pub(crate) struct Step {
    key: String,
    /// What it was in: a later call may have changed that.
    state: State,
    enabling_at: Timestamp,
}

impl Step {
    fn of(own: &FastRestore) -> Self {
        Self { key: own.key(), state: own.state, enabling_at: own.enabling_at }
    }
}

impl Job for Step {
    const KIND: &'static str = "ebs.fast-restore-step";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.row::<FastRestore>(&self.key);
        let found = found.filter(|own| (own.state, own.enabling_at) == (self.state, self.enabling_at));
        let Some(found) = found else { return Ok(()) };
        let mut own = (*found).clone();
        let now = tx.now();
        match own.state {
            State::Enabling => {
                own.state = State::Optimizing;
                own.optimizing_at = Some(now);
                tx.after(OPTIMIZING_MILLIS, Self::of(&own));
            }
            State::Optimizing => {
                own.state = State::Enabled;
                own.enabled_at = Some(now);
            }
            State::Enabled => return Ok(()),
            State::Disabling => {
                tx.delete::<FastRestore>(&self.key);
                return Ok(());
            }
        }
        tx.put(own);
        Ok(())
    }
}

static RESTORES: Sieve<Arc<FastRestore>> = Sieve {
    operation: "DescribeFastSnapshotRestores",
    filters: &["availability-zone", "availability-zone-id", "owner-id", "snapshot-id", "state"],
    page: (0, 200),
    key: |own| own.key(),
    tags: None,
    values: |own, name| vec![own.filter(name)],
};

/// `DescribeFastSnapshotRestores`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeFastSnapshotRestoresRequest,
) -> Result<ec2::DescribeFastSnapshotRestoresResult, Error> {
    let wish = Wish {
        ids: None,
        filters: input.filters,
        // None and 0 both mean as many as there are.
        max_results: input.max_results.filter(|most| *most != 0),
        next_token: input.next_token,
    };
    let page = sift(cx, &RESTORES, &wish, |view| {
        Ok(view.range::<FastRestore>(&prefix(cx.scope())).cloned().collect())
    })?;
    let items = page.items.iter().map(|own| described_item(own)).collect();
    Ok(ec2::DescribeFastSnapshotRestoresResult {
        fast_snapshot_restores: Some(items),
        next_token: page.next_token,
    })
}

/// The three answers hold the same under three names.
macro_rules! item {
    ($name:ident, $shape:ident) => {
        fn $name(own: &FastRestore) -> ec2::$shape {
            ec2::$shape {
                snapshot_id: Some(own.snapshot.to_string()),
                availability_zone: Some(own.zone.name.clone()),
                availability_zone_id: Some(own.zone.id.clone()),
                state: Some(own.state.word().to_owned()),
                state_transition_reason: Some(own.reason()),
                owner_id: Some(own.owner.to_string()),
                enabling_time: Some(own.enabling_at.into()),
                optimizing_time: own.optimizing_at.map(Into::into),
                enabled_time: own.enabled_at.map(Into::into),
                disabling_time: own.disabling_at.map(Into::into),
                ..ec2::$shape::default()
            }
        }
    };
}

item!(enabled_item, EnableFastSnapshotRestoreSuccessItem);
item!(disabled_item, DisableFastSnapshotRestoreSuccessItem);
item!(described_item, DescribeFastSnapshotRestoreSuccessItem);
