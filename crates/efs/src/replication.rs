//! Replications: one file system copied to another, in any Region and of any account. Nothing can be written yet, so
//! that there is nothing to copy: no time of a last copy is told.

use crate::Efs;
use crate::error::{Bad, Conflict, Error, Missing};
use crate::event::Changed;
use crate::file_system::{Birth, FileSystem, Performance, Protection, Throughput, changed, make, zone};
use crate::foreign::{self, Agent};
use crate::listing::Asked;
use crate::{encryption, name, permission};
use base::{Arn, Region, Scope, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_efs as api;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Milliseconds AWS takes, about.
const ENABLING_MILLIS: u32 = 60_000;
const DELETING_MILLIS: u32 = 30_000;

/// One end of a replication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    scope: Scope,
    id: String,
    /// Whether the replication is to be known there.
    is_wanted: bool,
}

impl End {
    fn of(own: &FileSystem) -> Self {
        Self { scope: own.scope.clone(), id: own.id.clone(), is_wanted: true }
    }

    fn key(&self) -> String {
        name::key(&self.scope, &self.id)
    }

    fn arn(&self) -> String {
        name::arn(&self.scope, "file-system", &self.id)
    }
}

/// A replication.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Replication {
    source: End,
    destination: End,
    created_at: Timestamp,
    role: Option<String>,
    /// Whether it is seen to run.
    is_running: bool,
    /// Whether one or both ends are about to forget it.
    is_ending: bool,
}

impl Record for Replication {
    const TABLE: &'static str = "efs_replication";
    const INDEXES: &'static [Index<Self>] = &[Self::FILE_SYSTEM, Self::SCOPE];
    type Key = String;

    fn key(&self) -> String {
        self.source.key()
    }
}

impl Replication {
    /// The one that a file system is in, from whichever end.
    const FILE_SYSTEM: Index<Self> =
        Index { name: "file-system", keys: |own| own.known().map(End::key).collect() };
    /// Those known in an account and Region.
    const SCOPE: Index<Self> = Index {
        name: "scope",
        keys: |own| {
            let mut scopes: Vec<String> = own.known().map(|end| end.scope.to_string()).collect();
            scopes.dedup();
            scopes
        },
    };

    /// The one that the file system of a key is in.
    pub(crate) fn of(rows: &impl Rows, key: &str) -> Option<Arc<Self>> {
        rows.first(&Self::FILE_SYSTEM, key)
    }

    /// The ends at which it is known.
    fn known(&self) -> impl Iterator<Item = &End> {
        [&self.source, &self.destination].into_iter().filter(|end| end.is_wanted || self.is_ending)
    }

    fn word(&self) -> &'static str {
        match (self.is_ending, self.is_running) {
            (true, _) => "DELETING",
            (false, false) => "ENABLING",
            (false, true) => "ENABLED",
        }
    }

    fn place(&self) -> String {
        format!("{:020}/{}", self.created_at.millis.max(0), self.source.id)
    }
}

/// `CreateReplicationConfiguration`: to a file system that is there, or to one that is made for it. One of another account
/// is named by its ARN, and written by a role.
pub(crate) fn create(
    cx: &Cx,
    svc: &Efs,
    input: api::CreateReplicationConfigurationRequest,
) -> Result<api::ReplicationConfigurationDescription, Error> {
    let named = input.source_file_system_id.unwrap_or_default();
    let wished = match input.destinations.unwrap_or_default().as_slice() {
        [one] => one.clone(),
        _ => return Err(Bad::Destinations.into()),
    };
    let there = scope(cx, &wished)?;
    let agent = if there.account == cx.account() { None } else { Some(agent_for(cx, svc, &named, &wished)?) };
    cx.read(|view| FileSystem::available(view, cx.scope(), &named))?;
    permission::ensure_role(cx, svc)?;
    let made = cx.write(|tx| {
        let source = FileSystem::available(tx, cx.scope(), &named)?;
        if Replication::of(tx, &source.key()).is_some() {
            return Err(Bad::Replicated.into());
        }
        let destination = match &wished.file_system_id {
            Some(text) => {
                if let Some(agent) = &agent {
                    agent.require_admitted(FileSystem::find(tx, &there, text).ok().as_deref())?;
                }
                take(tx, &source, &there, (text, &wished))?
            }
            None => make_destination(tx, cx, &source, (&there, &wished))?,
        };
        let made = Replication {
            source: End::of(&source),
            destination: End::of(&destination),
            created_at: cx.now(),
            role: wished.role_arn.clone(),
            is_running: false,
            is_ending: false,
        };
        tx.after(ENABLING_MILLIS, Settle { key: made.key() });
        tx.emit(&Changed { kind: "ReplicationCreated", resource: source.arn() });
        tx.put(made.clone());
        Ok::<_, Error>(made)
    })?;
    Ok(shape(&made))
}

/// Where the destination is: in the Region that is named, else in that of its ARN, else here; and in the account of its
/// ARN, else the caller's.
fn scope(cx: &Cx, wished: &api::DestinationToCreate) -> Result<Scope, Error> {
    let of_arn = wished.file_system_id.as_ref().and_then(|text| text.parse::<Arn>().ok());
    let account = of_arn.as_ref().and_then(|arn| arn.account.parse().ok()).unwrap_or(cx.account());
    let Some(text) = wished.region.clone().or(of_arn.map(|arn| arn.region)) else {
        return Ok(cx.scope().clone());
    };
    let known = Region::parse(&text).filter(|region| region.facts().is_some());
    let known = known.filter(|region| region.partition() == cx.partition());
    known.map(|region| Scope::new(account, region)).ok_or_else(|| Bad::Region.into())
}

/// Who goes to another account for the caller: by a role that may, as far as that is decided.
fn agent_for(cx: &Cx, svc: &Efs, source: &str, wished: &api::DestinationToCreate) -> Result<Agent, Error> {
    let agent = Agent::of(cx, svc, wished.role_arn.as_deref())?;
    let source = cx.read(|view| FileSystem::find(view, cx.scope(), source))?;
    agent.require_allowed(&source.arn(), wished.file_system_id.as_deref().unwrap_or_default())?;
    Ok(agent)
}

/// A file system that is there and may be written over.
fn take(
    tx: &mut Tx,
    source: &FileSystem,
    there: &Scope,
    (text, wished): (&str, &api::DestinationToCreate),
) -> Result<FileSystem, Error> {
    if wished.availability_zone_name.is_some() || wished.kms_key_id.is_some() {
        return Err(Bad::Destination.into());
    }
    let mut own = FileSystem::available(tx, there, text)?;
    if Replication::of(tx, &own.key()).is_some() || own.key() == source.key() {
        return Err(Bad::Replicated.into());
    }
    if own.protection != Protection::Disabled {
        return Err(Bad::Protected.into());
    }
    if source.key.is_some() && own.key.is_none() {
        return Err(Conflict::Unencrypted.into());
    }
    own.protection = Protection::Replicating;
    changed(tx, &own);
    Ok(own)
}

/// A file system that is made to be a copy: always encrypted, and backed up.
fn make_destination(
    tx: &mut Tx,
    cx: &Cx,
    source: &FileSystem,
    (there, wished): (&Scope, &api::DestinationToCreate),
) -> Result<FileSystem, Error> {
    let zone = wished.availability_zone_name.clone().map(|name| zone(there, name)).transpose()?;
    let key = encryption::asked(there, Some(true), wished.kms_key_id.as_deref())?;
    let performance = if zone.is_some() { Performance::GeneralPurpose } else { source.performance };
    let birth = Birth {
        scope: there.clone(),
        token: cx.ids().uuid(),
        performance,
        key,
        zone,
        throughput: Throughput::Bursting,
        protection: Protection::Replicating,
        is_backed_up: true,
        tags: Tags::default(),
    };
    make(tx, cx, birth)
}

/// `DescribeReplicationConfigurations`: that of one file system, from either end, or all that are known here.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Efs,
    input: api::DescribeReplicationConfigurationsRequest,
) -> Result<api::DescribeReplicationConfigurationsResponse, Error> {
    let asked = Asked::tokened(&input.next_token, input.max_results);
    let mut found = cx.read(|view| match &input.file_system_id {
        Some(text) => {
            let own = FileSystem::find(view, cx.scope(), text)?;
            let missing = || Error::from(Missing::Replication(own.id.clone()));
            Replication::of(view, &own.key()).map(|found| vec![found]).ok_or_else(missing)
        }
        None => Ok(view.listed(&Replication::SCOPE, &cx.scope().to_string())),
    })?;
    found.sort_by_key(|own| own.place());
    let named = input.file_system_id.unwrap_or_default();
    let call = ["DescribeReplicationConfigurations", &named];
    let (page, next_token) = asked.page(cx, &call, found, |own| own.place())?;
    let replications = Some(page.iter().map(|own| shape(own)).collect());
    Ok(api::DescribeReplicationConfigurationsResponse { replications, next_token })
}

/// `DeleteReplicationConfiguration`, from either end's Region and account: at both ends, or at the caller's alone.
pub(crate) fn delete(
    cx: &Cx,
    svc: &Efs,
    input: api::DeleteReplicationConfigurationRequest,
) -> Result<Empty, Error> {
    let text = input.source_file_system_id.unwrap_or_default();
    let is_local = input.deletion_mode.as_deref() == Some("LOCAL_CONFIGURATION_ONLY");
    let agent = if is_local { None } else { ending(cx, svc, &text)? };
    cx.write(|tx| {
        let Some(found) = known(tx, cx, &text) else {
            // Of a file system that is not there that is said, and of others that they are in none.
            let own = FileSystem::find(tx, cx.scope(), &text)?;
            return Err(Missing::Replication(own.id.clone()).into());
        };
        let mut own = (*found).clone();
        if is_local && own.source.scope == own.destination.scope {
            return Err(Bad::LocalOnly.into());
        }
        if !is_local && own.source.scope.account != own.destination.scope.account {
            require_end(tx, cx, &own, agent.as_ref())?;
        }
        for end in [&mut own.source, &mut own.destination] {
            end.is_wanted &= is_local && end.scope != *cx.scope();
        }
        own.is_ending = true;
        tx.after(DELETING_MILLIS, Settle { key: own.key() });
        tx.emit(&Changed { kind: "ReplicationChanged", resource: own.source.id.clone() });
        tx.put(own);
        Ok(Empty {})
    })
}

/// The replication of a source that is known in the caller's account and Region.
fn known(rows: &impl Rows, cx: &Cx, source: &str) -> Option<Arc<Replication>> {
    let id = source.rsplit('/').next().unwrap_or_default();
    let known = rows.listed(&Replication::SCOPE, &cx.scope().to_string());
    known.into_iter().find(|own| own.source.id == id)
}

/// Who ends a replication in the destination's account for the source's; `None` for all others.
fn ending(cx: &Cx, svc: &Efs, source: &str) -> Result<Option<Agent>, Error> {
    let Some(own) = cx.read(|view| known(view, cx, source)) else { return Ok(None) };
    let is_far = own.destination.is_wanted && own.destination.scope.account != cx.account();
    if is_far { Agent::of(cx, svc, own.role.as_deref()).map(Some) } else { Ok(None) }
}

/// The other account lets it be ended, unless it has forgotten it: the destination's policy the role, and the source's
/// policy the caller of the destination's account.
fn require_end(tx: &Tx, cx: &Cx, own: &Replication, agent: Option<&Agent>) -> Result<(), Error> {
    let far = |end: &End| tx.get::<FileSystem>(&end.key());
    match agent {
        Some(agent) => agent.require(far(&own.destination).as_deref(), foreign::DELETE),
        None if own.source.is_wanted && own.source.scope.account != cx.account() => {
            foreign::require_end(cx, far(&own.source).as_deref())
        }
        None => Ok(()),
    }
}

/// A replication becomes what is wanted of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
}

impl Job for Settle {
    const KIND: &'static str = "efs.replication-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(found) = tx.get::<Replication>(&self.key) else { return Ok(()) };
        let mut own = (*found).clone();
        if own.is_ending && !own.destination.is_wanted {
            release(tx, &own.destination);
        }
        if own.source.is_wanted || own.destination.is_wanted {
            own.is_running = true;
            own.is_ending = false;
            tx.emit(&Changed { kind: "ReplicationChanged", resource: own.source.id.clone() });
            tx.put(own);
        } else {
            tx.emit(&Changed { kind: "ReplicationDeleted", resource: own.source.id });
            tx.delete::<Replication>(&self.key);
        }
        Ok(())
    }
}

/// What was copied to may be written again, and is protected.
fn release(tx: &mut Tx, destination: &End) {
    let Some(own) = tx.get::<FileSystem>(&destination.key()) else { return };
    if own.protection == Protection::Replicating {
        changed(tx, &FileSystem { protection: Protection::Enabled, ..(*own).clone() });
    }
}

/// A replication, as it is answered.
fn shape(own: &Replication) -> api::ReplicationConfigurationDescription {
    let arn = own.source.arn();
    let destination = api::Destination {
        status: Some(own.word().to_owned()),
        file_system_id: Some(own.destination.id.clone()),
        region: Some(own.destination.scope.region.to_string()),
        owner_id: Some(own.destination.scope.account.to_string()),
        role_arn: own.role.clone(),
        ..api::Destination::default()
    };
    api::ReplicationConfigurationDescription {
        source_file_system_id: Some(own.source.id.clone()),
        source_file_system_region: Some(own.source.scope.region.to_string()),
        source_file_system_arn: Some(arn.clone()),
        original_source_file_system_arn: Some(arn),
        creation_time: Some(own.created_at.into()),
        destinations: Some(vec![destination]),
        source_file_system_owner_id: Some(own.source.scope.account.to_string()),
    }
}
