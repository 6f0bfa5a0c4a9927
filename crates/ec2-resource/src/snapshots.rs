//! What machine images need of snapshots, and snapshots of machine images. Whoever meets it changes its own tables
//! within the transaction of the one that asks.

use crate::error::Error;
use crate::id::InstanceId;
use base::{AccountId, Region, Scope, Tags};
use ports::Cx;
use store::Tx;

/// What images need of snapshots. Met by `ebs`.
pub trait Snapshots: Send + Sync {
    /// Takes a snapshot of each volume of an instance, but of those under these device names, and says what the volumes
    /// are.
    fn take(
        &self,
        cx: &Cx,
        tx: &mut Tx,
        instance: &InstanceId,
        without: &[String],
        wish: &NewSnapshot,
    ) -> Result<Vec<TakenSnapshot>, Error>;

    /// The snapshot of an id that the account of a scope may make volumes of.
    fn find(&self, tx: &Tx, scope: &Scope, id: &str) -> Result<SnapshotFacts, Error>;

    /// Copies what an image is made of to where the call goes: who may run the image may do that.
    fn copy(
        &self,
        cx: &Cx,
        tx: &mut Tx,
        source: CopySource<'_>,
        wish: &SnapshotCopy,
    ) -> Result<SnapshotFacts, Error>;

    /// Deletes a snapshot, as a call would.
    fn delete(&self, tx: &mut Tx, scope: &Scope, id: &str) -> Result<(), Error>;
}

/// Where nobody keeps snapshots: instances by themselves.
pub struct NoSnapshots;

impl Snapshots for NoSnapshots {
    fn take(
        &self,
        _cx: &Cx,
        _tx: &mut Tx,
        _instance: &InstanceId,
        _without: &[String],
        _wish: &NewSnapshot,
    ) -> Result<Vec<TakenSnapshot>, Error> {
        Ok(Vec::new())
    }

    fn find(&self, _tx: &Tx, _scope: &Scope, id: &str) -> Result<SnapshotFacts, Error> {
        Err(missing(id))
    }

    fn copy(
        &self,
        _cx: &Cx,
        _tx: &mut Tx,
        source: CopySource<'_>,
        _wish: &SnapshotCopy,
    ) -> Result<SnapshotFacts, Error> {
        match source {
            CopySource::Kept(_, id) => Err(missing(id)),
            CopySource::Public(_) => Err(missing("")),
        }
    }

    fn delete(&self, _tx: &mut Tx, _scope: &Scope, id: &str) -> Result<(), Error> {
        Err(missing(id))
    }
}

fn missing(id: &str) -> Error {
    Error::NotFound(crate::error::Kind::Snapshot, vec![id.to_owned()])
}

/// A snapshot that is to be taken.
#[derive(Clone, Debug)]
pub struct NewSnapshot {
    /// What it is for.
    pub description: String,
    /// Its tags.
    pub tags: Tags,
}

/// What is copied.
#[derive(Clone, Copy, Debug)]
pub enum CopySource<'a> {
    /// The snapshot of an id in a Region, whoever's it is.
    Kept(&'a Region, &'a str),
    /// That of a public image, which is nobody's row, of so many GiB.
    Public(i32),
}

/// A snapshot that is to be copied.
#[derive(Clone, Debug)]
pub struct SnapshotCopy {
    /// What it is for.
    pub description: String,
    /// Its tags.
    pub tags: Tags,
    /// Whether it is asked to be encrypted.
    pub encrypted: Option<bool>,
    /// By which key.
    pub kms_key_id: Option<String>,
    /// In how many minutes it is to be complete.
    pub duration_minutes: Option<i32>,
}

/// What images know of a snapshot.
#[derive(Clone, Debug)]
pub struct SnapshotFacts {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub owner: AccountId,
    /// GiB.
    pub size_gib: i32,
    /// Whether it is encrypted.
    pub is_encrypted: bool,
}

/// A snapshot and the volume it was taken of.
#[derive(Clone, Debug)]
pub struct TakenSnapshot {
    /// Under which name the volume is attached.
    pub device: String,
    /// Whether the volume goes with its instance.
    pub delete_on_termination: bool,
    /// The snapshot.
    pub snapshot: SnapshotFacts,
    /// `gp3`.
    pub volume_type: String,
    /// Operations a second, where the volume was given any.
    pub iops: Option<i32>,
    /// MiB a second, likewise.
    pub throughput: Option<i32>,
}

/// What snapshots need of images. Met by `compute`.
pub trait Images: Send + Sync {
    /// The image of an account that is made of a snapshot; the first of several.
    fn made_of(&self, tx: &Tx, scope: &Scope, snapshot: &str) -> Option<String>;
}

/// Where nobody has images: snapshots by themselves.
pub struct NoImages;

impl Images for NoImages {
    fn made_of(&self, _tx: &Tx, _scope: &Scope, _snapshot: &str) -> Option<String> {
        None
    }
}
