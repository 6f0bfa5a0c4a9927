//! What a snapshot is.

use super::lock::Lock;
use super::tier::Tier;
use crate::account::{Account, Public};
use crate::block::Content;
use base::{AccountId, Region, Scope, Tags, Timestamp};
use ec2_resource::error::Kind;
use ec2_resource::filter::moment;
use ec2_resource::id::SnapshotId;
use ec2_resource::resource::{self, Resource, truth};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Rows;
use store::{Index, Record};

/// A snapshot.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) scope: Scope,
    pub(crate) id: SnapshotId,
    /// The volume it was made of; `vol-ffffffff` for a copy.
    pub(crate) volume: String,
    pub(crate) size_gib: i32,
    pub(crate) state: State,
    pub(crate) started_at: Timestamp,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) description: String,
    /// The ARN of the key it is encrypted by.
    pub(crate) key: Option<String>,
    /// Of a copy whose time was asked for: in how many minutes it was to be complete.
    pub(crate) duration_minutes: Option<i32>,
    /// Whether everybody may make volumes of it.
    pub(crate) is_public: bool,
    /// Who else may.
    pub(crate) users: BTreeSet<AccountId>,
    pub(crate) tier: Tier,
    pub(crate) lock: Option<Lock>,
    /// What it holds; nothing, where nothing ever was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<Content>,
    /// Whose line it goes on with, where that is not its volume's or its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<String>,
    /// Of one that is written block by block: how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) writing: Option<Writing>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
    pub(crate) tags: Tags,
}

/// How a snapshot is written by the EBS direct APIs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Writing {
    /// The snapshot it goes on from.
    pub(crate) parent: Option<String>,
    /// The client's token.
    pub(crate) token: Option<String>,
    /// What was asked for with it.
    pub(crate) digest: String,
    /// Minutes after which it fails that nothing was written.
    pub(crate) timeout_minutes: i32,
    /// Of a hundred, as the client says.
    pub(crate) progress: i32,
    /// Whether it is written no more.
    pub(crate) is_sealed: bool,
}

/// Whether it holds everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Not yet.
    Pending,
    /// It does.
    Completed,
    /// It never will.
    Failed,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Failed => "error",
        }
    }
}

/// Where a snapshot of that id is found, whoever's it is.
fn place(region: &Region, id: &str) -> String {
    format!("{region}/{id}")
}

impl Snapshot {
    /// The one of an id in a Region.
    const PLACE: Index<Self> =
        Index { name: "place", keys: |own| vec![place(&own.scope.region, own.id.as_str())] };
    /// Those that an account was given, and those that everybody was.
    const SHARED: Index<Self> = Index {
        name: "shared",
        keys: |own| {
            let all = own.is_public.then(|| "all".to_owned());
            let users = own.users.iter().map(ToString::to_string);
            users.chain(all).map(|whom| place(&own.scope.region, &whom)).collect()
        },
    };

    /// The one that a client's token began.
    pub(crate) const TOKEN: Index<Self> = Index {
        name: "token",
        keys: |own| {
            let token = own.writing.as_ref().and_then(|writing| writing.token.as_deref());
            token.map(|token| resource::key(&own.scope, token)).into_iter().collect()
        },
    };

    /// Its key.
    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    /// Whether an account was given it.
    pub(crate) fn is_given_to(&self, account: AccountId) -> bool {
        self.users.contains(&account)
    }

    /// Whether everybody was, and its owner does not block that.
    pub(crate) fn is_given_to_all(&self, look: &impl Rows) -> bool {
        self.is_public && Account::of(look, &self.scope).public != Public::BlockAll
    }

    /// The snapshot of that id in a Region, whoever's it is.
    pub(crate) fn of_place(look: &impl Rows, region: &Region, id: &str) -> Option<Arc<Self>> {
        look.first(&Self::PLACE, &place(region, id))
    }

    /// The snapshot of that id, if the account of a scope may make volumes of it.
    pub(crate) fn visible(look: &impl Rows, scope: &Scope, id: &SnapshotId) -> Option<Arc<Self>> {
        let found = look.listed(&Self::PLACE, &place(&scope.region, id.as_str()));
        found.into_iter().find(|own| {
            own.scope.account == scope.account || own.is_given_to(scope.account) || own.is_given_to_all(look)
        })
    }

    /// Those of others that an account may make volumes of.
    pub(crate) fn given(look: &impl Rows, scope: &Scope) -> Vec<Arc<Self>> {
        let to = |whom: &str| look.listed(&Self::SHARED, &place(&scope.region, whom));
        let mut rows = to(&scope.account.to_string());
        rows.extend(to("all").into_iter().filter(|own| own.is_given_to_all(look)));
        rows.retain(|own| own.scope.account != scope.account);
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        rows.dedup_by(|a, b| a.id == b.id);
        rows
    }
}

impl Record for Snapshot {
    const TABLE: &'static str = "ebs_snapshot";
    const INDEXES: &'static [Index<Self>] = &[Self::PLACE, Self::SHARED, Self::TOKEN];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for Snapshot {
    const TYPE: &'static str = "snapshot";
    const PREFIX: &'static str = SnapshotId::PREFIX;
    const KIND: Kind = Kind::Snapshot;
    const FILTERS: &'static [&'static str] = &[
        "description",
        "encrypted",
        "owner-alias",
        "owner-id",
        "progress",
        "snapshot-id",
        "start-time",
        "status",
        "storage-tier",
        "transfer-type",
        "volume-id",
        "volume-size",
    ];

    ec2_resource::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "description" => vec![self.description.clone()],
            "encrypted" => truth(self.key.is_some()),
            "owner-id" => vec![self.scope.account.to_string()],
            "progress" => vec![self.progress()],
            "snapshot-id" => vec![self.id.to_string()],
            "start-time" => moment(self.started_at),
            "status" => vec![self.state.word().to_owned()],
            "storage-tier" => vec![self.tier.word().to_owned()],
            "transfer-type" => self.transfer().iter().map(|word| (*word).to_owned()).collect(),
            "volume-id" => vec![self.volume.clone()],
            "volume-size" => vec![self.size_gib.to_string()],
            // No account has an alias here.
            _ => Vec::new(),
        }
    }

    /// Its ARN names no account.
    fn arn(&self) -> String {
        format!("arn:{}:ec2:{}::snapshot/{}", self.scope.partition, self.scope.region, self.id)
    }

    /// Source: Service Authorization Reference, Amazon EC2, resource type `snapshot`.
    fn condition_keys(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Encrypted", self.key.is_some().to_string()),
            ("Owner", self.scope.account.to_string()),
            ("ParentVolume", resource::arn(&self.scope, "volume", &self.volume)),
            ("SnapshotTime", self.started_at.rfc3339()),
            ("VolumeSize", self.size_gib.to_string()),
        ]
    }
}

/// The volume that copies name.
pub(crate) const NO_VOLUME: &str = "vol-ffffffff";

impl Snapshot {
    /// How a copy was transferred.
    pub(crate) fn transfer(&self) -> Option<&'static str> {
        let is_copy = self.volume == NO_VOLUME && self.writing.is_none();
        is_copy.then_some(if self.duration_minutes.is_some() { "time-based" } else { "standard" })
    }

    /// How much of it is there.
    pub(crate) fn progress(&self) -> String {
        match self.state {
            State::Completed => "100%".to_owned(),
            State::Pending | State::Failed => {
                format!("{}%", self.writing.as_ref().map_or(0, |writing| writing.progress))
            }
        }
    }

    /// What can be compared has the same: snapshots of one volume, and those that go on from one another.
    pub(crate) fn line(&self) -> &str {
        let own = if self.volume == NO_VOLUME { self.id.as_str() } else { &self.volume };
        self.line.as_deref().unwrap_or(own)
    }
}
