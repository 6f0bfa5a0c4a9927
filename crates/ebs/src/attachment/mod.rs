//! Attaching volumes to instances, and detaching them.

mod device;

use crate::Ebs as Service;
use crate::snapshot::instance_id;
use crate::volume::work::{ATTACHING_MILLIS, DETACHING_MILLIS, Settle, changed};
use crate::volume::{self, Attachment, Link, State, Volume, link};
use base::{Scope, Timestamp};
use ec2_resource::error::{Ebs, Error, Kind};
use ec2_resource::id::InstanceId;
use ec2_resource::neighbour::{InstanceFacts, InstanceState};
use ec2_resource::resource::{self, required};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// Instances that may have one volume at once.
const MOST_INSTANCES: usize = 16;

/// `AttachVolume`: answered as attaching.
pub(crate) fn attach(
    cx: &Cx,
    svc: &Service,
    input: ec2::AttachVolumeRequest,
) -> Result<ec2::VolumeAttachment, Error> {
    let id = volume::id(input.volume_id)?;
    let instance = instance_id(required(input.instance_id, "instanceId")?)?;
    let device = required(input.device, "device")?;
    if !device::is_valid(&device) {
        let reason = format!("{device} is not a valid EBS device name.");
        return Err(Error::Value("device", device, reason));
    }
    cx.write(|tx| {
        let mut volume = volume::get(tx, cx.scope(), &id)?;
        let facts = svc.instances.get(tx, cx.scope(), &instance);
        let facts = facts.ok_or_else(|| Error::NotFound(Kind::Instance, vec![instance.to_string()]))?;
        require_free(&volume, &instance)?;
        require_place(tx, &volume, &instance, &facts)?;
        require_device(tx, cx.scope(), &instance, &device)?;
        let own = begin(tx, &volume, &instance, &device);
        volume.attachments.push(own.clone());
        let answer = link(&volume, &own);
        changed(tx, volume);
        Ok(answer)
    })
}

/// The volume can have another instance.
fn require_free(volume: &Volume, instance: &InstanceId) -> Result<(), Error> {
    let id = volume.id.to_string();
    match volume.state {
        State::Creating | State::Deleting => return Err(volume::not_available(&volume.id)),
        State::Available => {}
    }
    let has = volume.attachments.iter().any(|own| own.instance == *instance);
    if has || (!volume.attachments.is_empty() && !volume.measures.multi_attach) {
        return Err(Ebs::AlreadyAttached(id).into());
    }
    if volume.attachments.len() >= MOST_INSTANCES {
        return Err(Ebs::AttachmentLimit(MOST_INSTANCES).into());
    }
    if volume.modification.as_ref().is_some_and(|own| own.stage == volume::Stage::Modifying) {
        let sentence = format!("Cannot attach volume {id} when it is in modification state: MODIFYING");
        return Err(Ebs::NotPermitted(sentence).into());
    }
    Ok(())
}

/// The instance can have another volume, and stands where this one does.
fn require_place(
    tx: &Tx,
    volume: &Volume,
    instance: &InstanceId,
    facts: &InstanceFacts,
) -> Result<(), Error> {
    match facts.state {
        InstanceState::Running | InstanceState::Stopped => {}
        InstanceState::Pending
        | InstanceState::ShuttingDown
        | InstanceState::Terminated
        | InstanceState::Stopping => return Err(Ebs::NotRunning(instance.to_string()).into()),
    }
    if facts.zone.id != volume.zone.id {
        return Err(Ebs::ZoneMismatch(volume.id.to_string(), instance.to_string()).into());
    }
    let key = resource::key(&volume.scope, instance.as_str());
    if tx.by(&Volume::INSTANCE, &key).count() >= facts.most_volumes {
        return Err(Ebs::AttachmentLimit(facts.most_volumes).into());
    }
    Ok(())
}

/// No other volume of the instance has that device name.
pub(crate) fn require_device(
    tx: &Tx,
    scope: &Scope,
    instance: &InstanceId,
    device: &str,
) -> Result<(), Error> {
    let key = resource::key(scope, instance.as_str());
    let taken = tx
        .by(&Volume::INSTANCE, &key)
        .any(|own| own.attachments.iter().any(|link| link.instance == *instance && link.device == device));
    if taken {
        return Err(Error::Parameter(format!(
            "Invalid value '{device}' for unixDevice. Attachment point {device} is already in use"
        )));
    }
    Ok(())
}

/// A new attachment, which is attaching.
pub(crate) fn begin(tx: &mut Tx, volume: &Volume, instance: &InstanceId, device: &str) -> Attachment {
    let attached_at = tx.now();
    settle_later(tx, volume, instance, attached_at, false);
    Attachment {
        instance: instance.clone(),
        device: device.to_owned(),
        state: Link::Attaching,
        attached_at,
        goes: false,
    }
}

fn settle_later(tx: &mut Tx, volume: &Volume, instance: &InstanceId, attached_at: Timestamp, detaches: bool) {
    let (scope, id, instance) = (volume.scope.clone(), volume.id.clone(), instance.clone());
    let millis = if detaches { DETACHING_MILLIS } else { ATTACHING_MILLIS };
    tx.after(millis, Settle { scope, id, instance, attached_at, detaches });
}

/// `DetachVolume`: answered as detaching. With `Force` the volume is free at once.
pub(crate) fn detach(
    cx: &Cx,
    svc: &Service,
    input: ec2::DetachVolumeRequest,
) -> Result<ec2::VolumeAttachment, Error> {
    let id = volume::id(input.volume_id)?;
    let instance = input.instance_id.map(instance_id).transpose()?;
    let (device, force) = (input.device, input.force == Some(true));
    cx.write(|tx| {
        let mut volume = volume::get(tx, cx.scope(), &id)?;
        let found = which(&volume, instance.as_ref(), device.as_deref())?;
        let own = volume.attachments[found].clone();
        require_no_root(svc, tx, cx.scope(), &own)?;
        if own.state != Link::Detaching {
            volume.attachments[found].state = Link::Detaching;
            if !force {
                settle_later(tx, &volume, &own.instance, own.attached_at, true);
            }
        }
        let answer = link(&volume, &volume.attachments[found]);
        if force {
            volume.attachments.remove(found);
        }
        changed(tx, volume);
        Ok(answer)
    })
}

/// The attachment that is meant.
fn which(volume: &Volume, instance: Option<&InstanceId>, device: Option<&str>) -> Result<usize, Error> {
    if volume.attachments.is_empty() {
        let sentence = format!("Volume '{}' is in the '{}' state.", volume.id, volume.state_word());
        return Err(Ebs::State(sentence).into());
    }
    if instance.is_none() && volume.attachments.len() > 1 {
        return Err(Error::Missing("instanceId"));
    }
    let is = |own: &Attachment| {
        instance.is_none_or(|id| own.instance == *id) && device.is_none_or(|name| own.device == name)
    };
    let not = || {
        let shown = instance.or(volume.attachments.first().map(|own| &own.instance));
        let shown = shown.map(ToString::to_string).unwrap_or_default();
        Ebs::NotAttached(volume.id.to_string(), shown, device.map(str::to_owned)).into()
    };
    volume.attachments.iter().position(is).ok_or_else(not)
}

/// An instance that is not off keeps the volume it boots from.
fn require_no_root(svc: &Service, tx: &Tx, scope: &Scope, own: &Attachment) -> Result<(), Error> {
    let Some(facts) = svc.instances.get(tx, scope, &own.instance) else { return Ok(()) };
    let is_off = match facts.state {
        InstanceState::Stopped | InstanceState::Terminated => true,
        InstanceState::Pending
        | InstanceState::Running
        | InstanceState::ShuttingDown
        | InstanceState::Stopping => false,
    };
    if own.device == facts.root_device && !is_off {
        let sentence =
            format!("Unable to detach root volume '{}' from instance '{}'", own.device, own.instance);
        return Err(Ebs::NotPermitted(sentence).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
