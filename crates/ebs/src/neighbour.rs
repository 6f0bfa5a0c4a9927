//! What instances need of volumes.

use crate::attachment::{begin, require_device};
use crate::block;
use crate::encryption;
use crate::holders::OfVolumes;
use crate::snapshot::{self, Snapshot};
use crate::volume::work::{begin_end, changed};
use crate::volume::{self, Asked, Attachment, Birth, Measures, State, Volume};
use base::Scope;
use ec2_resource::error::{Error, Launch};
use ec2_resource::holders::Holders;
use ec2_resource::id::{InstanceId, VolumeId};
use ec2_resource::neighbour::{AttachedVolume, NewVolume, Row, Volumes};
use ec2_resource::resource::{Resource, key, take};
use ec2_resource::snapshots::{
    CopySource, NewSnapshot, SnapshotCopy, SnapshotFacts, Snapshots, TakenSnapshot,
};
use ports::Cx;
use std::sync::Arc;
use store::Rows;
use store::{Tx, View};

/// The volumes of this crate, for those who run instances.
pub fn volumes() -> Arc<dyn Volumes> {
    Arc::new(Kept)
}

/// What lists of instances ask of volumes.
pub fn holders() -> Arc<dyn Holders> {
    Arc::new(OfVolumes)
}

/// The snapshots of this crate, for those who make images.
pub fn snapshots() -> Arc<dyn Snapshots> {
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
            source: None,
            fast_restored: false,
            initialization_rate: None,
            key,
            content: source.as_ref().and_then(|own| own.content.clone()),
            tags: wish.tags.clone(),
        };
        let mut volume = volume::draft(cx, birth);
        // It is there with its instance, and never to be had alone.
        volume.state = State::Available;
        let mut own = begin(tx, &volume, &wish.instance, &wish.device);
        own.goes = wish.delete_on_termination;
        volume.attachments.push(own);
        let id = volume.id.clone();
        block::hold(tx, volume.content.as_ref());
        volume::keep(tx, volume);
        Ok(id)
    }

    fn replace(&self, cx: &Cx, tx: &mut Tx, wish: &NewVolume, delete_old: bool) -> Result<VolumeId, Error> {
        let rows = tx.listed(&Volume::INSTANCE, &key(cx.scope(), wish.instance.as_str()));
        let here = |own: &Attachment| own.instance == wish.instance && own.device == wish.device;
        let Some(old) = rows.into_iter().find(|own| own.attachments.iter().any(here)) else {
            return Err(Launch::NoDevice(wish.instance.to_string(), wish.device.clone()).into());
        };
        let mut next = NewVolume {
            volume_type: Some(old.measures.kind.word().to_owned()),
            iops: old.measures.iops.filter(|_| old.measures.kind.takes_iops()),
            throughput: old.measures.throughput,
            delete_on_termination: old.attachments.iter().any(|own| here(own) && own.goes),
            ..wish.clone()
        };
        if next.snapshot.is_none() {
            next.snapshot = old.snapshot.clone();
            let row = old.snapshot.as_ref().and_then(|id| Snapshot::of_place(tx, &cx.scope().region, id));
            next.public_snapshot_gib = row.is_none().then_some(old.measures.size_gib);
        }
        // It is as large as the one it replaces, or as what it begins as.
        let least = match (&next.snapshot, next.public_snapshot_gib) {
            (Some(id), None) => snapshot::source(tx, cx.scope(), &snapshot::id(id.clone())?)?.size_gib,
            (_, least) => least.unwrap_or_default(),
        };
        next.size_gib = Some(old.measures.size_gib.max(least));
        let mut gone = (*old).clone();
        gone.attachments.retain(|own| !here(own));
        match delete_old && gone.attachments.is_empty() {
            true => begin_end(tx, gone),
            false => changed(tx, gone),
        }
        self.make(cx, tx, &next)
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
                size_gib: row.measures.size_gib,
                volume_type: row.measures.kind.word(),
                iops: row.measures.iops.filter(|_| row.measures.kind.takes_iops()),
                throughput: row.measures.throughput,
                is_encrypted: row.key.is_some(),
                snapshot: row.snapshot.clone(),
            })
        };
        let mut list: Vec<_> = rows.iter().filter_map(attached).collect();
        list.sort_by(|a, b| a.device.cmp(&b.device));
        list
    }

    fn rows_of_instance(&self, view: &View, scope: &Scope, instance: &InstanceId) -> Vec<Row> {
        let rows = view.by(&Volume::INSTANCE, &key(scope, instance.as_str()));
        rows.cloned().map(|row| -> Row { row }).collect()
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

impl Snapshots for Kept {
    fn take(
        &self,
        cx: &Cx,
        tx: &mut Tx,
        instance: &InstanceId,
        without: &[String],
        wish: &NewSnapshot,
    ) -> Result<Vec<TakenSnapshot>, Error> {
        let mut all = Vec::new();
        for own in tx.listed(&Volume::INSTANCE, &key(cx.scope(), instance.as_str())) {
            let Some(link) = own.attachments.iter().find(|link| link.instance == *instance) else { continue };
            if without.contains(&link.device) {
                continue;
            }
            let birth = snapshot::of_volume(&own, &wish.description, wish.tags.clone())?;
            let taken = snapshot::make(tx, cx, birth);
            let measures = &own.measures;
            all.push(TakenSnapshot {
                device: link.device.to_string(),
                delete_on_termination: link.goes,
                snapshot: facts(&taken),
                volume_type: measures.kind.word().to_owned(),
                iops: measures.iops.filter(|_| measures.kind.takes_iops()),
                throughput: measures.throughput,
            });
        }
        Ok(all)
    }

    fn find(&self, tx: &Tx, scope: &Scope, id: &str) -> Result<SnapshotFacts, Error> {
        Ok(facts(&*snapshot::source(tx, scope, &snapshot::id(id.to_owned())?)?))
    }

    fn copy(
        &self,
        cx: &Cx,
        tx: &mut Tx,
        source: CopySource<'_>,
        wish: &SnapshotCopy,
    ) -> Result<SnapshotFacts, Error> {
        let (size_gib, is_encrypted, content) = match source {
            CopySource::Public(size_gib) => (size_gib, false, None),
            CopySource::Kept(region, id) => {
                let found = Snapshot::of_place(tx, region, id);
                let own = found.ok_or_else(|| Error::NotFound(Snapshot::KIND, vec![id.to_owned()]))?;
                (own.size_gib, own.key.is_some(), own.content.clone())
            }
        };
        let asked = encryption::Asked { encrypted: wish.encrypted, key: wish.kms_key_id.clone() };
        let copy = snapshot::Copy {
            size_gib,
            description: &wish.description,
            key: encryption::of_copy(tx, cx.scope(), &asked, is_encrypted)?,
            duration: wish.duration_minutes,
            content,
            tags: &wish.tags,
        };
        Ok(facts(&snapshot::make_copy(cx, tx, &copy)))
    }

    fn delete(&self, tx: &mut Tx, scope: &Scope, id: &str) -> Result<(), Error> {
        let own: Snapshot = take(tx, scope, id)?;
        snapshot::end(tx, &own)
    }
}

fn facts(own: &Snapshot) -> SnapshotFacts {
    SnapshotFacts {
        id: own.id.to_string(),
        owner: own.scope.account,
        size_gib: own.size_gib,
        is_encrypted: own.key.is_some(),
    }
}
