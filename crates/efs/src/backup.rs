//! Whether a file system is backed up by itself. AWS Backup is not built: the policy is kept and shown, and nothing is
//! copied anywhere.

use crate::Efs;
use crate::error::{Error, Missing};
use crate::file_system::{FileSystem, changed};
use crate::name;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_efs as api;
use store::{Job, JobError};

/// Milliseconds AWS takes, about.
const MILLIS: u32 = 5_000;

/// A backup policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Backup {
    is_wanted: bool,
    /// What is seen; `None` before anything was.
    is_running: Option<bool>,
}

impl Backup {
    /// That of a file system that is made with one.
    pub(crate) fn on() -> Self {
        Self { is_wanted: true, is_running: Some(true) }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.is_running == Some(true)
    }

    /// AWS's word.
    fn word(&self) -> &'static str {
        match (self.is_wanted, self.is_running == Some(self.is_wanted)) {
            (true, true) => "ENABLED",
            (true, false) => "ENABLING",
            (false, true) => "DISABLED",
            (false, false) => "DISABLING",
        }
    }
}

/// `PutBackupPolicy`. The words of what is in between are states, and no wishes.
pub(crate) fn put(
    cx: &Cx,
    _svc: &Efs,
    input: api::PutBackupPolicyRequest,
) -> Result<api::BackupPolicyDescription, Error> {
    let text = input.file_system_id.unwrap_or_default();
    let status = input.backup_policy.and_then(|policy| policy.status).unwrap_or_default();
    let is_wanted = match status.as_str() {
        "ENABLED" => true,
        "DISABLED" => false,
        _ => return Err(Error::BackupStatus(status)),
    };
    cx.write(|tx| {
        let mut own = FileSystem::available(tx, cx.scope(), &text)?;
        let is_running = own.backup.as_ref().and_then(|backup| backup.is_running);
        own.backup = Some(Backup { is_wanted, is_running });
        tx.after(MILLIS, Settle { key: name::key(&own.scope, &own.id) });
        changed(tx, &own);
        shape(&own)
    })
}

/// `DescribeBackupPolicy`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Efs,
    input: api::DescribeBackupPolicyRequest,
) -> Result<api::BackupPolicyDescription, Error> {
    let text = input.file_system_id.unwrap_or_default();
    cx.read(|view| shape(&*FileSystem::find(view, cx.scope(), &text)?))
}

fn shape(own: &FileSystem) -> Result<api::BackupPolicyDescription, Error> {
    let backup = own.backup.as_ref().ok_or(Missing::Policy)?;
    let policy = api::BackupPolicy { status: Some(backup.word().to_owned()) };
    Ok(api::BackupPolicyDescription { backup_policy: Some(policy) })
}

/// The policy becomes what is wanted.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    key: String,
}

impl Job for Settle {
    const KIND: &'static str = "efs.backup-settle";

    fn run(self, tx: &mut store::Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<FileSystem>(&self.key) else { return Ok(()) };
        if let Some(backup) = own.backup.clone() {
            let backup = Backup { is_running: Some(backup.is_wanted), ..backup };
            changed(tx, &FileSystem { backup: Some(backup), ..(*own).clone() });
        }
        Ok(())
    }
}
