//! Listing snapshots: the caller's own, those it was given, and those that everybody was.

use super::model::Snapshot;
use crate::block::BLOCK_BYTES;
use crate::listing::{Sieve, Wish, refuse_paged_ids, sift};
use crate::{Ebs as Service, encryption};
use base::{AccountId, Scope};
use ec2_resource::error::Error;
use ec2_resource::id::SnapshotId;
use ec2_resource::resource::{Resource, prefix, tag_set};
use ports::Cx;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::Rows;
use store::View;

/// A snapshot and who looks at it.
struct Seen {
    row: Arc<Snapshot>,
    /// The tags it shows: those of others' snapshots are theirs alone.
    tags: base::Tags,
}

static SNAPSHOTS: Sieve<Seen> = Sieve {
    operation: "DescribeSnapshots",
    filters: Snapshot::FILTERS,
    page: (5, 1000),
    key: |own| own.row.id.to_string(),
    tags: Some(|own| &own.tags),
    values: |own, name| own.row.filter(name),
};

/// `DescribeSnapshots`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeSnapshotsRequest,
) -> Result<ec2::DescribeSnapshotsResult, Error> {
    let owners = input.owner_ids.unwrap_or_default();
    let restorers = input.restorable_by_user_ids.unwrap_or_default();
    let ids = input.snapshot_ids.filter(|ids| !ids.is_empty());
    let mut wish = Wish {
        ids: ids.clone(),
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    refuse_paged_ids(&wish, "snapshotSet")?;
    // A page's token is good for the same owners only.
    wish.ids = Some([ids.clone().unwrap_or_default(), owners.clone(), restorers.clone()].concat());
    let page = sift(cx, &SNAPSHOTS, &wish, |view| {
        let mut rows = match &ids {
            Some(ids) => named(view, cx.scope(), ids)?,
            None => {
                let prefix = prefix(cx.scope());
                let own = view.range::<Snapshot>(&prefix).cloned();
                own.chain(Snapshot::given(view, cx.scope())).collect()
            }
        };
        rows.retain(|row| owned(row, cx.scope(), &owners) && restorable(view, row, cx.scope(), &restorers));
        let seen = |row: Arc<Snapshot>| {
            let is_own = row.scope.account == cx.account();
            let tags = if is_own { row.tags.clone() } else { base::Tags::default() };
            Seen { row, tags }
        };
        Ok(rows.into_iter().map(seen).collect())
    })?;
    let items = page.items.iter().map(|own| ec2::Snapshot { tags: tag_set(&own.tags), ..shape(&own.row) });
    Ok(ec2::DescribeSnapshotsResult { snapshots: Some(items.collect()), next_token: page.next_token })
}

fn named(view: &View, scope: &Scope, ids: &[String]) -> Result<Vec<Arc<Snapshot>>, Error> {
    let mut rows = Vec::new();
    let mut missing = Vec::new();
    let mut wanted: Vec<&String> = ids.iter().collect();
    wanted.sort();
    wanted.dedup();
    for text in wanted {
        let malformed = || Error::Malformed(Snapshot::KIND, text.clone(), SnapshotId::PREFIX);
        let id = SnapshotId::parse(text).map_err(|_| malformed())?;
        match Snapshot::visible(view, scope, &id) {
            Some(row) => rows.push(row),
            None => missing.push(text.clone()),
        }
    }
    if missing.is_empty() { Ok(rows) } else { Err(Error::NotFound(Snapshot::KIND, missing)) }
}

/// Whether one of these owns it. Nothing here is `amazon`'s.
fn owned(row: &Snapshot, scope: &Scope, owners: &[String]) -> bool {
    let is = |owner: &String| match owner.as_str() {
        "self" => row.scope.account == scope.account,
        other => row.scope.account.to_string() == other,
    };
    owners.is_empty() || owners.iter().any(is)
}

/// Whether one of these may make volumes of it, as far as the caller may know.
fn restorable(look: &impl Rows, row: &Snapshot, scope: &Scope, whom: &[String]) -> bool {
    let may = |text: &String| {
        let account = match text.as_str() {
            "all" => return row.is_given_to_all(look),
            "self" => Some(scope.account),
            other => other.parse::<AccountId>().ok(),
        };
        let owns = row.scope.account == scope.account;
        account.is_some_and(|account| {
            (owns || account == scope.account) && (row.scope.account == account || row.is_given_to(account))
        })
    };
    whom.is_empty() || whom.iter().any(may)
}

/// A snapshot, as it is answered.
pub(super) fn shape(own: &Snapshot) -> ec2::Snapshot {
    ec2::Snapshot {
        snapshot_id: Some(own.id.to_string()),
        volume_id: Some(own.volume.clone()),
        volume_size: Some(own.size_gib),
        state: Some(own.state.word().to_owned()),
        state_message: own.failure.clone(),
        progress: Some(own.progress()),
        start_time: Some(own.started_at.into()),
        completion_time: own.completed_at.map(Into::into),
        owner_id: Some(own.scope.account.to_string()),
        // AWS sends an empty element where there is no description.
        description: Some(own.description.clone()),
        encrypted: Some(own.key.is_some()),
        kms_key_id: own.key.clone(),
        sse_type: Some(encryption::sse(own.key.is_some())),
        storage_tier: Some(own.tier.word().to_owned()),
        restore_expiry_time: own.tier.expires_at().map(Into::into),
        transfer_type: own.transfer().map(str::to_owned),
        completion_duration_minutes: own.duration_minutes,
        full_snapshot_size_in_bytes: own.completed_at.and_then(|_| full_bytes(own)),
        tags: tag_set(&own.tags),
        ..ec2::Snapshot::default()
    }
}

/// Bytes of all blocks that it holds.
fn full_bytes(own: &Snapshot) -> Option<i64> {
    let blocks = own.content.as_ref().map_or(0, |content| content.blocks);
    i64::try_from(blocks * BLOCK_BYTES as u64).ok()
}
