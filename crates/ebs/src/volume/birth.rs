//! How volumes come about.

use super::limits::Measures;
use super::model::{State, Volume};
use super::work::{CREATING_MILLIS, Create};
use crate::block::{self, Content};
use base::{Tags, Zone};
use ec2_resource::event::Changed;
use ec2_resource::id::VolumeId;
use ec2_resource::resource::Resource;
use ports::Cx;
use store::Tx;

/// What a new volume is.
pub(crate) struct Birth {
    pub(crate) zone: Zone,
    pub(crate) measures: Measures,
    pub(crate) snapshot: Option<String>,
    /// The volume it is a copy of.
    pub(crate) source: Option<VolumeId>,
    pub(crate) fast_restored: bool,
    pub(crate) initialization_rate: Option<i32>,
    pub(crate) key: Option<String>,
    /// What it begins with.
    pub(crate) content: Option<Content>,
    pub(crate) tags: Tags,
}

/// Makes a volume, which is creating.
pub(crate) fn make(tx: &mut Tx, cx: &Cx, birth: Birth) -> Volume {
    let volume = draft(cx, birth);
    tx.after(CREATING_MILLIS, Create { scope: volume.scope.clone(), id: volume.id.clone() });
    block::hold(tx, volume.content.as_ref());
    keep(tx, volume.clone());
    volume
}

/// Keeps a volume that is new.
pub(crate) fn keep(tx: &mut Tx, volume: Volume) {
    tx.emit(&Changed { kind: "VolumeCreated", resource: volume.arn() });
    tx.put(volume);
}

/// A volume that is creating, before anybody knows it.
pub(crate) fn draft(cx: &Cx, birth: Birth) -> Volume {
    Volume {
        scope: cx.scope().clone(),
        id: VolumeId::new(cx.ids()),
        zone: birth.zone,
        measures: birth.measures,
        snapshot: birth.snapshot,
        source: birth.source,
        fast_restored: birth.fast_restored,
        initialization_rate: birth.initialization_rate,
        key: birth.key,
        content: birth.content,
        state: State::Creating,
        created_at: cx.now(),
        attachments: Vec::new(),
        auto_enable_io: false,
        modification: None,
        modified_at: Vec::new(),
        tags: birth.tags,
    }
}
