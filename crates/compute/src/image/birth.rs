//! How images come about and how they go.

use super::attribute::{mine, put};
use super::model::{Device, GoneImage, MachineKind, OwnImage, Permissions, Source, State};
use super::protection::Protection;
use crate::Compute;
use base::{Scope, Tags};
use ec2_resource::error::{Ebs, Error, Image};
use ec2_resource::event::Changed;
use ec2_resource::id::ImageId;
use ec2_resource::resource::{Resource, key, required};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_ec2 as ec2;
use store::{Job, JobError, Rows, Tx};

/// How long AWS shows a new image as `pending`, in milliseconds: a little longer than its snapshots.
const PENDING_MILLIS: u32 = 35_000;
/// Characters of a name.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=128;

/// An image's name. Source: EC2 API reference, RegisterImage.
pub(super) fn name(text: Option<String>) -> Result<String, Error> {
    let name = required(text, "name")?;
    let may = |c: u8| c.is_ascii_alphanumeric() || b"()[] ./-'@_".contains(&c);
    if !NAME_LENGTH.contains(&name.len()) || !name.bytes().all(may) {
        return Err(Image::NameMalformed.into());
    }
    Ok(name)
}

/// What a new image is.
pub(super) struct Birth {
    pub(super) id: ImageId,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) machine: MachineKind,
    pub(super) devices: Vec<Device>,
    pub(super) source: Source,
    pub(super) protection: Protection,
    pub(super) tags: Tags,
}

/// Makes an image, which is pending. Names are an account's own.
pub(super) fn birth(cx: &Cx, tx: &mut Tx, birth: Birth) -> Result<OwnImage, Error> {
    if let Some(other) = tx.first(&OwnImage::NAME, &key(cx.scope(), &birth.name)) {
        return Err(Image::NameTaken(birth.name, other.id.to_string()).into());
    }
    let image = OwnImage {
        scope: cx.scope().clone(),
        id: birth.id,
        name: birth.name,
        description: birth.description,
        state: State::Pending,
        created_at: cx.now(),
        machine: birth.machine,
        devices: birth.devices,
        permissions: Permissions::default(),
        deprecated_at: None,
        protection: birth.protection,
        source: birth.source,
        launched_at: None,
        tags: birth.tags,
    };
    tx.after(PENDING_MILLIS, Ready { scope: image.scope.clone(), id: image.id.clone() });
    tx.emit(&Changed { kind: "ImageCreated", resource: image.arn() });
    tx.put(image.clone());
    Ok(image)
}

/// The end of `pending`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ready {
    scope: Scope,
    id: ImageId,
}

impl Job for Ready {
    const KIND: &'static str = "compute.image-ready";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<OwnImage>(&key(&self.scope, self.id.as_str()))
            && own.state == State::Pending
        {
            put(tx, OwnImage { state: State::Available, ..(*own).clone() });
        }
        Ok(())
    }
}

/// `DeregisterImage`: what it is made of stays, but where it is asked to go too.
pub(crate) fn deregister(
    cx: &Cx,
    svc: &Compute,
    input: ec2::DeregisterImageRequest,
) -> Result<ec2::DeregisterImageResult, Error> {
    let id = super::id(input.image_id)?;
    let takes_snapshots = input.delete_associated_snapshots == Some(true);
    cx.write(|tx| {
        let own = mine(cx, tx, &id)?;
        own.protection.require_off(&own, cx.now())?;
        tx.delete::<OwnImage>(&own.key_text());
        tx.put(GoneImage { scope: own.scope.clone(), id: own.id.clone() });
        tx.emit(&Changed { kind: "ImageDeregistered", resource: own.arn() });
        let results = takes_snapshots.then(|| {
            let end = |snapshot: &str| ended(cx, svc, tx, snapshot);
            own.snapshots().map(end).collect()
        });
        Ok(ec2::DeregisterImageResult { return_: Some(true), delete_snapshot_results: results })
    })
}

/// What becomes of a snapshot whose image has gone: one that others are made of stays.
fn ended(cx: &Cx, svc: &Compute, tx: &mut Tx, snapshot: &str) -> ec2::DeleteSnapshotReturnCode {
    let is_used = tx.first(&OwnImage::SNAPSHOT, &key(cx.scope(), snapshot)).is_some();
    let code = match is_used {
        true => "skipped",
        false => match svc.neighbours.snapshots.delete(tx, cx.scope(), snapshot) {
            Ok(()) => "success",
            Err(Error::Ebs(Ebs::NotPermitted(_))) => "client-error",
            Err(_) => "skipped",
        },
    };
    ec2::DeleteSnapshotReturnCode {
        snapshot_id: Some(snapshot.to_owned()),
        return_code: Some(code.to_owned()),
    }
}
