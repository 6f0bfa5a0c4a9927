//! What a file system is: what is wanted of it, and what it is seen to be.

use super::throughput::Throughput;
use crate::backup::Backup;
use crate::error::{Conflict, Error, Missing};
use crate::lifecycle::Transition;
use crate::name;
use base::{Scope, Tags, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Index, Record, Rows};

/// A file system.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FileSystem {
    pub(crate) scope: Scope,
    /// `fs-0123456789abcdef0`.
    pub(crate) id: String,
    /// The creation token.
    pub(crate) token: String,
    pub(crate) created_at: Timestamp,
    pub(crate) performance: Performance,
    /// The ARN of the key it is encrypted by.
    pub(crate) key: Option<String>,
    /// The zone it keeps to.
    pub(crate) zone: Option<Zone>,
    /// Whether it is to be there.
    pub(crate) is_wanted: bool,
    /// By what it is to run.
    pub(crate) wanted: Throughput,
    /// By what it is seen to run; `None` before it does.
    pub(crate) running: Option<Throughput>,
    /// When the mode was last changed or the figure lowered.
    pub(crate) changed_at: Option<Timestamp>,
    pub(crate) protection: Protection,
    pub(crate) transitions: Vec<Transition>,
    /// `None` where nobody ever asked.
    pub(crate) backup: Option<Backup>,
    pub(crate) policy: Option<StoredPolicy>,
    pub(crate) tags: Tags,
}

/// How it trades latency for operations a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Performance {
    GeneralPurpose,
    MaxIo,
}

impl Performance {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::GeneralPurpose => "generalPurpose",
            Self::MaxIo => "maxIO",
        }
    }
}

/// Whether a replication may write over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Protection {
    /// None may.
    Enabled,
    /// One may.
    Disabled,
    /// One does.
    Replicating,
}

impl Protection {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
            Self::Replicating => "REPLICATING",
        }
    }
}

/// A policy as it was put.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredPolicy {
    pub(crate) text: String,
    /// The unique ids of those it names.
    pub(crate) principals: BTreeMap<String, String>,
}

/// Where it stands between being wanted and being seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Creating,
    Available,
    Updating,
    Deleting,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Available => "available",
            Self::Updating => "updating",
            Self::Deleting => "deleting",
        }
    }
}

impl FileSystem {
    /// Those of a creation token.
    pub(crate) const TOKEN: Index<Self> =
        Index { name: "token", keys: |own| vec![format!("{}/{}", own.scope, own.token)] };

    pub(crate) fn arn(&self) -> String {
        name::arn(&self.scope, "file-system", &self.id)
    }

    pub(crate) fn state(&self) -> State {
        match self.running {
            _ if !self.is_wanted => State::Deleting,
            None => State::Creating,
            Some(running) if running != self.wanted => State::Updating,
            Some(_) => State::Available,
        }
    }

    /// Where it stands in lists: by the time it was made, then by its id.
    pub(crate) fn place(&self) -> String {
        format!("{:020}/{}", self.created_at.millis.max(0), self.id)
    }

    /// The one of an id or an ARN.
    pub(crate) fn find(rows: &impl Rows, scope: &Scope, text: &str) -> Result<Arc<Self>, Error> {
        let id = name::id(scope, text);
        let found = id.and_then(|id| rows.row::<Self>(&name::key(scope, id)));
        found.ok_or_else(|| Missing::FileSystem(id.unwrap_or(text).to_owned()).into())
    }

    /// The same, to change or to use: it has to be available.
    pub(crate) fn available(rows: &impl Rows, scope: &Scope, text: &str) -> Result<Self, Error> {
        let found = Self::find(rows, scope, text)?;
        match found.state() {
            State::Available => Ok((*found).clone()),
            State::Creating | State::Updating | State::Deleting => {
                Err(Conflict::State(found.id.clone()).into())
            }
        }
    }
}

impl Record for FileSystem {
    const TABLE: &'static str = "efs_file_system";
    const INDEXES: &'static [Index<Self>] = &[Self::TOKEN];
    type Key = String;

    fn key(&self) -> String {
        name::key(&self.scope, &self.id)
    }
}
