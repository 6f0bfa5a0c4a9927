//! StartSnapshot, and what becomes of a snapshot that nobody goes on with.

use super::error::{Encryption, Error};
use super::{Direct, own, readable, token};
use crate::account::Account;
use crate::block::{self, BLOCK_BYTES, Content};
use crate::snapshot::{self, Birth, NO_VOLUME, Snapshot, State, Writing};
use crate::{encryption, snapshot::fail};
use base::{Scope, Tags};
use ec2_resource::resource::{key, prefix};
use ec2_resource::token::digest;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ebs as api;
use std::sync::Arc;
use store::{Job, JobError, Tx};

/// GiB of a volume at the most.
const MOST_GIB: i64 = 65_536;
/// Tags of a snapshot at the most.
const MOST_TAGS: usize = 50;
/// Minutes after which a snapshot fails that is not gone on with.
const TIMEOUT_MINUTES: i32 = 60;
/// Snapshots that an account writes at once. Source: EBS User Guide, "Quotas": pending snapshots per account.
const MOST_PENDING: usize = 100;

/// `StartSnapshot`. The same client token gives the same snapshot, as long as there is one.
pub(super) fn start(
    cx: &Cx,
    _svc: &Direct,
    input: api::StartSnapshotRequest,
) -> Result<api::StartSnapshotResponse, Error> {
    let digest = digest(&input);
    let size = input.volume_size.unwrap_or_default();
    let size_gib = i32::try_from(size).ok().filter(|_| size <= MOST_GIB).ok_or(Error::VolumeSize)?;
    let tags = tags(input.tags)?;
    let description = input.description.unwrap_or_default();
    let made = cx.write(|tx| {
        if let Some(found) = input.client_token.as_deref().and_then(|token| started(tx, cx.scope(), token)) {
            let is_same = found.writing.as_ref().is_some_and(|writing| writing.digest == digest);
            return if is_same { Ok(found) } else { Err(Error::TokenReused) };
        }
        let parent = input.parent_snapshot_id.as_deref().map(|id| readable(tx, cx, id)).transpose()?;
        if parent.as_ref().is_some_and(|parent| size_gib < parent.size_gib) {
            return Err(Error::VolumeSize);
        }
        let asked = (input.encrypted, input.kms_key_arn.as_deref());
        let key = key_of(&Account::of(tx, cx.scope()), parent.as_deref(), asked)?;
        if pending(tx, cx.scope()) >= MOST_PENDING {
            return Err(Error::TooManyPending);
        }
        let writing = Writing {
            parent: input.parent_snapshot_id.clone(),
            token: input.client_token.clone(),
            digest: digest.clone(),
            timeout_minutes: input.timeout.unwrap_or(TIMEOUT_MINUTES),
            progress: 0,
            is_sealed: false,
        };
        let birth = Birth {
            volume: NO_VOLUME.to_owned(),
            size_gib,
            description: description.clone(),
            key,
            duration_minutes: None,
            content: None,
            line: parent.as_ref().map(|parent| parent.line().to_owned()),
            tags: tags.clone(),
        };
        token::ensure(tx, cx.ids());
        Ok(Arc::new(begin(tx, cx, birth, (writing, parent.as_deref()))))
    })?;
    Ok(shape(&made))
}

/// Keeps a snapshot that is about to be written.
fn begin(tx: &mut Tx, cx: &Cx, birth: Birth, (writing, parent): (Writing, Option<&Snapshot>)) -> Snapshot {
    let minutes = writing.timeout_minutes;
    let mut made = snapshot::draft(cx, birth);
    let beneath = parent.and_then(|parent| parent.content.as_ref());
    block::new_layer(tx, made.id.as_str(), beneath.map(|content| content.layer.clone()));
    made.content = Some(Content { layer: made.id.to_string(), blocks: 0 });
    made.writing = Some(writing);
    snapshot::keep_new(tx, &made);
    let expire = Expire { scope: made.scope.clone(), id: made.id.to_string() };
    tx.at(cx.now().plus_millis(i64::from(minutes) * 60_000), &expire);
    made
}

/// The snapshot that a token began.
fn started(tx: &Tx, scope: &Scope, token: &str) -> Option<Arc<Snapshot>> {
    tx.by(&Snapshot::TOKEN, &key(scope, token)).next().cloned()
}

/// Snapshots that an account is writing.
fn pending(tx: &Tx, scope: &Scope) -> usize {
    let is_open = |own: &&Arc<Snapshot>| own.state == State::Pending && own.writing.is_some();
    tx.range::<Snapshot>(&prefix(scope)).filter(is_open).count()
}

fn tags(given: Option<Vec<api::Tag>>) -> Result<Tags, Error> {
    let mut tags = Tags::default();
    for tag in given.unwrap_or_default() {
        let name = tag.key.unwrap_or_default();
        let is_aws = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
        if name.is_empty() || is_aws || tags.0.insert(name, tag.value.unwrap_or_default()).is_some() {
            return Err(Error::Tags);
        }
    }
    if tags.0.len() > MOST_TAGS { Err(Error::Tags) } else { Ok(tags) }
}

/// The ARN of the key it is encrypted by: as its parent is, as is asked for, or as the account always does.
/// Source: EBS User Guide, "Use KMS keys for encryption" of the direct APIs, "Outcomes".
fn key_of(
    account: &Account,
    parent: Option<&Snapshot>,
    (encrypted, key): (Option<bool>, Option<&str>),
) -> Result<Option<String>, Error> {
    let refused = |why| Err(Error::Encryption(why));
    match (parent, encrypted, key) {
        (Some(_), None, Some(_)) | (Some(_), Some(_), _) => refused(Encryption::WithParent),
        (Some(parent), None, None) if parent.key.is_none() && account.encrypts => {
            refused(Encryption::PlainParent)
        }
        (Some(parent), None, None) => Ok(parent.key.clone()),
        (None, Some(true), Some(key)) => Ok(Some(key.to_owned())),
        (None, Some(true), None) => Ok(Some(account.default_key())),
        (None, Some(false) | None, Some(_)) => refused(Encryption::KeyAlone),
        (None, Some(false), None) if account.encrypts => refused(Encryption::ByDefault),
        (None, Some(false), None) => Ok(None),
        (None, None, None) => Ok(account.encrypts.then(|| account.default_key())),
    }
}

fn shape(made: &Snapshot) -> api::StartSnapshotResponse {
    let tag =
        |(key, value): (&str, &str)| api::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
    api::StartSnapshotResponse {
        description: Some(made.description.clone()).filter(|text| !text.is_empty()),
        snapshot_id: Some(made.id.to_string()),
        owner_id: Some(made.scope.account.to_string()),
        status: Some(made.state.word().to_owned()),
        start_time: Some(made.started_at.into()),
        volume_size: Some(i64::from(made.size_gib)),
        block_size: i32::try_from(BLOCK_BYTES).ok(),
        tags: (!made.tags.is_empty()).then(|| made.tags.iter().map(tag).collect()),
        parent_snapshot_id: made.writing.as_ref().and_then(|writing| writing.parent.clone()),
        kms_key_arn: made.key.clone(),
        sse_type: Some(encryption::sse(made.key.is_some())),
    }
}

/// A snapshot fails that nobody wrote to for too long.
#[derive(Serialize, Deserialize)]
pub(crate) struct Expire {
    scope: Scope,
    id: String,
}

impl Job for Expire {
    const KIND: &'static str = "ebs.direct-expire";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(found) = tx.get::<Snapshot>(&key(&self.scope, &self.id)) else { return Ok(()) };
        let open = found.writing.as_ref().filter(|writing| !writing.is_sealed);
        let (State::Pending, Some(writing)) = (found.state, open) else { return Ok(()) };
        let layer = found.content.as_ref().and_then(|content| tx.get::<block::Layer>(&content.layer));
        let last = layer.map_or(found.started_at, |layer| layer.written_at);
        let due_at = last.plus_millis(i64::from(writing.timeout_minutes) * 60_000);
        if due_at > tx.now() {
            tx.at(due_at, &self);
        } else {
            fail(tx, &found, "The snapshot was not completed in time.");
        }
        Ok(())
    }
}

/// The snapshot of a call that writes: the caller's own, begun by this API and still open.
pub(super) fn writable(rows: &impl store::Rows, cx: &Cx, id: &str) -> Result<Arc<Snapshot>, Error> {
    let found = own(rows, cx, id)?;
    match (&found.writing, found.state) {
        (Some(writing), State::Pending) if !writing.is_sealed => Ok(found),
        _ => Err(Error::NotWritable(id.to_owned())),
    }
}
