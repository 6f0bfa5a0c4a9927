//! `CopyImage`: within a Region and from another one, of one's own images and of what others gave.

use super::birth::{Birth, birth, name};
use super::model::{Device, DeviceVolume, MachineKind, OwnImage, Source, State, Viewer, What};
use super::protection::Protection;
use crate::Compute;
use base::{Region, Scope, Tags};
use ec2_resource::error::{Ebs, Error, Image, Kind};
use ec2_resource::id::ImageId;
use ec2_resource::resource::{Resource, required};
use ec2_resource::snapshots::{CopySource, SnapshotCopy};
use ec2_resource::tag;
use ec2_resource::token::{self, Once, once};
use ports::Cx;
use shapes_ec2 as ec2;
use store::Tx;

/// `CopyImage`: into the Region that is called. The same client token gives the same image.
pub(crate) fn copy(
    cx: &Cx,
    svc: &Compute,
    input: ec2::CopyImageRequest,
) -> Result<ec2::CopyImageResult, Error> {
    let digest = token::digest(&input);
    let text = required(input.source_region, "sourceRegion")?;
    let known = Region::parse(&text).filter(|region| region.facts().is_some());
    let Some(from) = known.filter(|region| region.partition() == cx.partition()) else {
        return Err(Error::Value("sourceRegion", text, "It is no Region.".to_owned()));
    };
    let elsewhere = [
        &input.destination_outpost_arn,
        &input.destination_availability_zone,
        &input.destination_availability_zone_id,
    ];
    if elsewhere.into_iter().any(Option::is_some) {
        return Err(Ebs::Unsupported("Images outside of the Region are not built".to_owned()).into());
    }
    if input.kms_key_id.is_some() && input.encrypted != Some(true) {
        return Err(Ebs::Needs("KmsKeyId", "Encrypted").into());
    }
    let source_id = super::id_of(input.source_image_id, "sourceImageId")?;
    let name = name(input.name)?;
    let tags = tag::of_each(input.tag_specifications, &[OwnImage::TYPE, "snapshot"])?;
    let tags_of = |kind: &str| tags.get(kind).cloned().unwrap_or_default();
    let minutes = input.snapshot_copy_completion_duration_minutes;
    let minutes = minutes.map(i32::try_from).transpose();
    let minutes = minutes.map_err(|_| Error::Parameter("The duration is out of range".to_owned()))?;
    let viewer = Viewer { scope: Scope::new(cx.account(), from), ..super::viewer(cx, svc) };
    let call = Once { operation: "CopyImage", token: input.client_token.as_deref(), digest: &digest };
    let image = cx.write(|tx| {
        once(tx, cx.scope(), &call, |tx| {
            let source = source(tx, &viewer, &source_id)?;
            let id = ImageId::new(cx.ids());
            let wish = SnapshotCopy {
                description: format!(
                    "Copied for DestinationAmi {id} from SourceAmi {source_id} for SourceSnapshot {{}}"
                ),
                tags: tags_of("snapshot"),
                encrypted: input.encrypted,
                kms_key_id: input.kms_key_id.clone(),
                duration_minutes: minutes,
            };
            let devices = devices(cx, svc, tx, &source, &wish)?;
            let mut tags = tags_of(OwnImage::TYPE);
            if input.copy_image_tags == Some(true) {
                let own = source.tags.0.iter().filter(|(key, _)| !key.starts_with("aws:"));
                for (key, value) in own {
                    tags.0.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            if tags.0.len() > tag::MOST_TAGS {
                return Err(Error::TagLimit);
            }
            let born = Birth {
                id,
                name: name.clone(),
                description: input.description.clone().or(source.description),
                machine: source.machine,
                devices,
                source: Source {
                    image: Some(source_id.to_string()),
                    region: Some(viewer.scope.region.to_string()),
                    instance: None,
                },
                protection: Protection::Off,
                tags,
            };
            birth(cx, tx, born)
        })
    })?;
    Ok(ec2::CopyImageResult { image_id: Some(image.id.to_string()) })
}

/// What is copied.
pub(super) struct Original {
    region: Region,
    description: Option<String>,
    machine: MachineKind,
    devices: Vec<Device>,
    tags: Tags,
    /// What it is made of is nobody's row.
    is_public: bool,
}

fn source(tx: &Tx, viewer: &Viewer, id: &ImageId) -> Result<Original, Error> {
    if let Some(public) = machine_images::by_id(&viewer.scope.region, id.as_str()) {
        return Ok(super::public::original(public, &viewer.scope.region));
    }
    let found = OwnImage::of_id(tx, &viewer.scope.region, id.as_str());
    let missing = || Error::NotFound(Kind::Image, vec![id.to_string()]);
    let own = found.ok_or_else(missing)?;
    if !viewer.may_run(&own) {
        return Err(Image::NotGiven(vec![id.to_string()]).into());
    }
    if own.state != State::Available {
        return Err(Image::NotUsable(id.to_string(), own.state.word()).into());
    }
    // Tags are their owner's.
    let tags = if viewer.owns(&own) { own.tags.clone() } else { Tags::default() };
    Ok(Original {
        region: own.scope.region.clone(),
        description: own.description.clone(),
        machine: own.machine.clone(),
        devices: own.devices.clone(),
        tags,
        is_public: false,
    })
}

impl Original {
    /// A public image, whose snapshots nobody here has.
    pub(super) fn public(
        region: Region,
        description: Option<String>,
        machine: MachineKind,
        devices: Vec<Device>,
    ) -> Self {
        Self { region, description, machine, devices, tags: Tags::default(), is_public: true }
    }
}

fn devices(
    cx: &Cx,
    svc: &Compute,
    tx: &mut Tx,
    source: &Original,
    wish: &SnapshotCopy,
) -> Result<Vec<Device>, Error> {
    let mut devices = Vec::new();
    for device in &source.devices {
        let what = match &device.what {
            What::Disk(disk) => What::Disk(disk.clone()),
            What::Volume(own) => {
                let mut copy = DeviceVolume { ..own.clone() };
                if let Some(snapshot) = &own.snapshot {
                    let wish = SnapshotCopy {
                        description: wish.description.replace("{}", snapshot),
                        ..wish.clone()
                    };
                    let from = match source.is_public {
                        false => CopySource::Kept(&source.region, snapshot),
                        true => CopySource::Public(own.size_gib),
                    };
                    let facts = svc.neighbours.snapshots.copy(cx, tx, from, &wish)?;
                    copy.snapshot = Some(facts.id);
                    copy.encrypted = facts.is_encrypted;
                }
                What::Volume(copy)
            }
        };
        devices.push(Device { name: device.name.clone(), what });
    }
    Ok(devices)
}
