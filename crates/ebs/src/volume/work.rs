//! What happens to a volume after its call was answered.

use super::model::{Link, State, Volume};
use crate::block;
use base::{Scope, Timestamp};
use ec2_resource::event::Changed;
use ec2_resource::id::{InstanceId, VolumeId};
use ec2_resource::resource::{self, Resource};
use serde::{Deserialize, Serialize};
use store::{Job, JobError, Tx};

/// How long AWS shows a new volume as `creating`, in milliseconds.
pub(crate) const CREATING_MILLIS: u32 = 2_000;
/// How long it shows one that goes as `deleting`.
pub(crate) const DELETING_MILLIS: u32 = 2_000;
/// How long a volume is `attaching`.
pub(crate) const ATTACHING_MILLIS: u32 = 2_000;
/// How long it is `detaching`.
pub(crate) const DETACHING_MILLIS: u32 = 3_000;

pub(super) fn find(tx: &Tx, scope: &Scope, id: &VolumeId) -> Option<Volume> {
    tx.get::<Volume>(&resource::key(scope, id.as_str())).map(|own| (*own).clone())
}

/// The end of `creating`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Create {
    pub(crate) scope: Scope,
    pub(crate) id: VolumeId,
}

impl Job for Create {
    const KIND: &'static str = "ebs.volume-create";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(mut volume) = find(tx, &self.scope, &self.id).filter(|own| own.state == State::Creating) {
            volume.state = State::Available;
            changed(tx, volume);
        }
        Ok(())
    }
}

/// The end of `deleting`: the volume is no more.
#[derive(Serialize, Deserialize)]
pub(crate) struct Delete {
    pub(crate) scope: Scope,
    pub(crate) id: VolumeId,
}

impl Job for Delete {
    const KIND: &'static str = "ebs.volume-delete";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(volume) = find(tx, &self.scope, &self.id).filter(|own| own.state == State::Deleting) {
            block::let_go(tx, volume.content.as_ref());
            tx.emit(&Changed { kind: "VolumeDeleted", resource: volume.arn() });
            tx.delete::<Volume>(&volume.key_text());
        }
        Ok(())
    }
}

/// The end of `attaching`, or of `detaching`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settle {
    pub(crate) scope: Scope,
    pub(crate) id: VolumeId,
    pub(crate) instance: InstanceId,
    /// When it was attached: it may have been detached and attached again meanwhile.
    pub(crate) attached_at: Timestamp,
    /// Whether it ends `detaching`.
    pub(crate) detaches: bool,
}

impl Job for Settle {
    const KIND: &'static str = "ebs.attachment-settle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(mut volume) = find(tx, &self.scope, &self.id) else { return Ok(()) };
        let from = if self.detaches { Link::Detaching } else { Link::Attaching };
        let found = volume.attachments.iter().position(|own| {
            (&own.instance, own.attached_at, own.state) == (&self.instance, self.attached_at, from)
        });
        let Some(found) = found else { return Ok(()) };
        if self.detaches {
            volume.attachments.remove(found);
        } else {
            volume.attachments[found].state = Link::Attached;
        }
        changed(tx, volume);
        Ok(())
    }
}

/// Begins the end of a volume.
pub(crate) fn begin_end(tx: &mut Tx, mut volume: Volume) {
    volume.state = State::Deleting;
    volume.attachments.clear();
    volume.modification = None;
    tx.after(DELETING_MILLIS, Delete { scope: volume.scope.clone(), id: volume.id.clone() });
    changed(tx, volume);
}

/// Keeps a volume that has changed.
pub(crate) fn changed(tx: &mut Tx, volume: Volume) {
    tx.emit(&Changed { kind: "VolumeChanged", resource: volume.arn() });
    tx.put(volume);
}
