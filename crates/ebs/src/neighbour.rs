//! What instances need of volumes.

use crate::attachment::{begin, require_device};
use crate::encryption;
use crate::snapshot;
use crate::volume::work::{begin_end, changed};
use crate::volume::{self, Asked, Birth, Measures, State, Volume};
use base::Scope;
use ec2_resource::error::{Error, Launch};
use ec2_resource::id::{InstanceId, VolumeId};
use ec2_resource::neighbour::{AttachedVolume, NewVolume, Volumes};
use ec2_resource::resource::key;
use ports::Cx;
use std::sync::Arc;
use store::Rows;
use store::{Tx, View};

/// The volumes of this crate, for those who run instances.
pub fn volumes() -> Arc<dyn Volumes> {
    Arc::new(Kept)
}

struct Kept;

impl Volumes for Kept {
    fn make(&self, cx: &Cx, tx: &mut Tx, wish: &NewVolume) -> Result<VolumeId, Error> {
        require_device(tx, cx.scope(), &wish.instance, &wish.device)?;
        let asked = Asked {
            kind: wish.volume_type.clone(),
            size_gib: wish.size_gib,
            iops: wish.iops,
            throughput: wish.throughput,
            multi_attach: false,
        };
        // The snapshots of public images are nobody's rows; others are looked up.
        let source = match (&wish.snapshot, wish.public_snapshot_gib) {
            (Some(text), None) => Some(snapshot::source(tx, cx.scope(), &snapshot::id(text.clone())?)?),
            (Some(_) | None, _) => None,
        };
        let least = wish.public_snapshot_gib.or(source.as_ref().map(|own| own.size_gib));
        if wish.size_gib.is_none() && least.is_none() {
            return Err(Launch::VolumeWithoutSize.into());
        }
        let measures = Measures::of(&asked, least)?;
        if let Some(least) = least.filter(|least| *least > measures.size_gib) {
            let id = wish.snapshot.clone().unwrap_or_default();
            return Err(Launch::SmallVolume(measures.size_gib, id, least).into());
        }
        let wished = encryption::Asked { encrypted: wish.encrypted, key: wish.kms_key_id.clone() };
        let key = encryption::of_volume(tx, cx.scope(), &wished, source.as_deref())?;
        let birth = Birth {
            zone: wish.zone.clone(),
            measures,
            snapshot: wish.snapshot.clone(),
            fast_restored: false,
            initialization_rate: None,
            key,
            tags: wish.tags.clone(),
        };
        let mut volume = volume::make(tx, cx, birth);
        // It is there with its instance, and never to be had alone.
        volume.state = State::Available;
        let mut own = begin(tx, &volume, &wish.instance, &wish.device);
        own.goes = wish.delete_on_termination;
        volume.attachments.push(own);
        let id = volume.id.clone();
        changed(tx, volume);
        Ok(id)
    }

    fn end(&self, tx: &mut Tx, scope: &Scope, instance: &InstanceId) {
        for row in tx.listed(&Volume::INSTANCE, &key(scope, instance.as_str())) {
            let mut volume = (*row).clone();
            let goes = volume.attachments.iter().any(|own| own.instance == *instance && own.goes);
            volume.attachments.retain(|own| own.instance != *instance);
            // One that others have too stays for them.
            match goes && volume.attachments.is_empty() {
                true => begin_end(tx, volume),
                false => changed(tx, volume),
            }
        }
    }

    fn of_instance(&self, view: &View, scope: &Scope, instance: &InstanceId) -> Vec<AttachedVolume> {
        let rows = view.listed(&Volume::INSTANCE, &key(scope, instance.as_str()));
        let attached = |row: &Arc<Volume>| {
            let own = row.attachments.iter().find(|own| own.instance == *instance)?;
            Some(AttachedVolume {
                id: row.id.clone(),
                device: own.device.clone(),
                status: own.state.word(),
                attached_at: own.attached_at.whole_seconds(),
                delete_on_termination: own.goes,
            })
        };
        let mut list: Vec<_> = rows.iter().filter_map(attached).collect();
        list.sort_by(|a, b| a.device.cmp(&b.device));
        list
    }

    fn go_with(&self, tx: &mut Tx, scope: &Scope, instance: &InstanceId, device: &str, goes: bool) -> bool {
        for row in tx.listed(&Volume::INSTANCE, &key(scope, instance.as_str())) {
            let mut volume = (*row).clone();
            let found =
                volume.attachments.iter_mut().find(|own| own.instance == *instance && own.device == device);
            if let Some(own) = found {
                own.goes = goes;
                changed(tx, volume);
                return true;
            }
        }
        false
    }
}
