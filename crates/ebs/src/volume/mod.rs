//! Volumes.

mod birth;
mod copy;
mod limits;
mod model;
mod modification;
mod status;
pub(crate) mod work;

pub(crate) use birth::{Birth, draft, keep, make};
pub(crate) use copy::copy;
pub(crate) use limits::{Asked, Measures};
pub(crate) use model::{Attachment, Link, State, Volume};
pub(crate) use modification::{Stage, Step, describe as describe_modifications, modify};
pub(crate) use status::{describe_attribute, describe_status, enable_io, modify_attribute};

use crate::Ebs as Service;
use crate::listing::refuse_paged_ids;
use crate::{encryption, fast_restore, snapshot};
use base::{Scope, Zone};
use ec2_resource::error::{Ebs, Error};
use ec2_resource::id::VolumeId;
use ec2_resource::listing::{self, Wish};
use ec2_resource::resource::{Resource, required, tag_set, take};
use ec2_resource::tag;
use ec2_resource::token::{self, Once, once};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::Tx;

/// MiB a second that the blocks of a volume may be asked to be loaded by.
const INITIALIZATION_RATES: std::ops::RangeInclusive<i32> = 100..=300;

/// `CreateVolume`: answered as creating. The same client token gives the same volume.
pub(crate) fn create(cx: &Cx, _svc: &Service, input: ec2::CreateVolumeRequest) -> Result<ec2::Volume, Error> {
    let digest = token::digest(&input);
    let zone = zone(cx, input.availability_zone, input.availability_zone_id)?;
    if input.outpost_arn.is_some() || input.operator.is_some() {
        let sentence = "Volumes on Outposts and of service providers are not built";
        return Err(Ebs::Unsupported(sentence.to_owned()).into());
    }
    let tags = tag::of_specifications(input.tag_specifications, Volume::TYPE)?;
    let source = input.snapshot_id.filter(|id| !id.is_empty());
    let source = source.map(snapshot::id).transpose()?;
    let rate = initialization_rate(input.volume_initialization_rate, source.is_some())?;
    let asked = Asked {
        kind: input.volume_type,
        size_gib: input.size,
        iops: input.iops,
        throughput: input.throughput,
        multi_attach: input.multi_attach_enabled == Some(true),
    };
    let wish = encryption::Asked { encrypted: input.encrypted, key: input.kms_key_id };
    let call = Once { operation: "CreateVolume", token: input.client_token.as_deref(), digest: &digest };
    let volume = cx.write(|tx| {
        once(tx, cx.scope(), &call, |tx| {
            let source = source.as_ref().map(|id| snapshot::source(tx, cx.scope(), id)).transpose()?;
            let snapshot_gib = source.as_ref().map(|own| own.size_gib);
            let measures = Measures::of(&asked, snapshot_gib)?;
            if let Some(source) = &source {
                require_size(measures.size_gib, source)?;
            }
            let key = encryption::of_volume(tx, cx.scope(), &wish, source.as_deref())?;
            let fast_restored =
                source.as_ref().is_some_and(|own| fast_restore::is_enabled(tx, cx.scope(), own, &zone));
            let birth = Birth {
                zone: zone.clone(),
                measures,
                content: source.as_ref().and_then(|own| own.content.clone()),
                snapshot: source.map(|own| own.id.to_string()),
                source: None,
                fast_restored,
                initialization_rate: rate,
                key,
                tags: tags.clone(),
            };
            Ok(make(tx, cx, birth))
        })
    })?;
    Ok(shape(&volume))
}

/// A volume is not smaller than the snapshot it begins as. The two spaces are AWS's.
fn require_size(size_gib: i32, source: &snapshot::Snapshot) -> Result<(), Error> {
    let (least, id) = (source.size_gib, &source.id);
    if size_gib >= least {
        return Ok(());
    }
    Err(Error::Parameter(format!(
        "Volume of size {size_gib}GB is smaller than  snapshot '{id}', expect size >= {least}GB"
    )))
}

fn initialization_rate(rate: Option<i32>, has_source: bool) -> Result<Option<i32>, Error> {
    match rate {
        Some(_) if !has_source => Err(Error::Combination(
            "You can't specify VolumeInitializationRate for volumes that are not created from a snapshot."
                .to_owned(),
        )),
        Some(rate) if !INITIALIZATION_RATES.contains(&rate) => Err(Error::Parameter(
            "The value specified for VolumeInitializationRate is not in the allowed range.".to_owned(),
        )),
        rate => Ok(rate),
    }
}

/// A zone by its name or its id.
fn zone(cx: &Cx, name: Option<String>, id: Option<String>) -> Result<Zone, Error> {
    let present = |text: Option<String>| text.filter(|text| !text.is_empty());
    let zones = cx.region().zones().into_iter();
    let (found, given) = match (present(name), present(id)) {
        (None, None) => return Err(Error::Missing("zone")),
        (Some(_), Some(_)) => {
            let sentence = "AvailabilityZone and AvailabilityZoneId can't be used together. Specify only one of these parameters.";
            return Err(Error::Combination(sentence.to_owned()));
        }
        (Some(name), None) => (zones.into_iter().find(|zone| zone.name == name), name),
        (None, Some(id)) => (zones.into_iter().find(|zone| zone.id == id), id),
    };
    found.ok_or_else(|| Ebs::NoZone(given).into())
}

/// A volume's id, of a parameter that holds one.
pub(crate) fn id(text: Option<String>) -> Result<VolumeId, Error> {
    let text = required(text, "volumeId")?;
    VolumeId::parse(&text).map_err(|_| Error::Value("volumeId", text, "Expected: 'vol-...'.".to_owned()))
}

/// The volume of that id, to change. One that goes is gone for everybody but those who list.
pub(crate) fn get(tx: &Tx, scope: &Scope, id: &VolumeId) -> Result<Volume, Error> {
    let volume: Volume = take(tx, scope, id.as_str())?;
    match volume.state {
        State::Creating | State::Available => Ok(volume),
        State::Deleting => Err(Error::NotFound(Volume::KIND, vec![id.to_string()])),
    }
}

/// `DescribeVolumes`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVolumesRequest,
) -> Result<ec2::DescribeVolumesResult, Error> {
    let wish = Wish {
        ids: input.volume_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    refuse_paged_ids(&wish, "volumeSet")?;
    let page = listing::list(cx, "DescribeVolumes", wish, |_, row: &Volume| shape(row))?;
    Ok(ec2::DescribeVolumesResult { volumes: Some(page.items), next_token: page.next_token })
}

/// `DeleteVolume`: it is shown as deleting for a moment, and then there is none.
pub(crate) fn delete(cx: &Cx, _svc: &Service, input: ec2::DeleteVolumeRequest) -> Result<Empty, Error> {
    let id = id(input.volume_id)?;
    cx.write(|tx| {
        let volume = get(tx, cx.scope(), &id)?;
        if let Some(own) = volume.attachments.first() {
            return Err(Ebs::InUse(id.to_string(), own.instance.to_string()).into());
        }
        match volume.state {
            State::Creating => return Err(not_available(&id)),
            State::Available | State::Deleting => work::begin_end(tx, volume),
        }
        Ok(Empty {})
    })
}

/// The volume is not yet, or no more, what can be used.
pub(crate) fn not_available(id: &VolumeId) -> Error {
    Ebs::State(format!("The volume '{id}' is not 'available'.")).into()
}

pub(crate) fn shape(volume: &Volume) -> ec2::Volume {
    let measures = &volume.measures;
    ec2::Volume {
        volume_id: Some(volume.id.to_string()),
        volume_arn: Some(volume.arn()),
        owner_id: Some(volume.scope.account.to_string()),
        size: Some(measures.size_gib),
        volume_type: Some(measures.kind.word().to_owned()),
        iops: measures.iops,
        throughput: measures.throughput,
        multi_attach_enabled: Some(measures.multi_attach),
        // AWS sends an empty element where there is no snapshot.
        snapshot_id: Some(volume.snapshot.clone().unwrap_or_default()),
        source_volume_id: volume.source.as_ref().map(ToString::to_string),
        fast_restored: volume.fast_restored.then_some(true),
        volume_initialization_rate: volume.initialization_rate,
        availability_zone: Some(volume.zone.name.clone()),
        availability_zone_id: Some(volume.zone.id.clone()),
        state: Some(volume.state_word().to_owned()),
        create_time: Some(volume.created_at.into()),
        encrypted: Some(volume.key.is_some()),
        kms_key_id: volume.key.clone(),
        sse_type: Some(encryption::sse(volume.key.is_some())),
        attachments: Some(volume.attachments.iter().map(|own| link(volume, own)).collect()),
        operator: Some(nobody()),
        tags: tag_set(&volume.tags),
        ..ec2::Volume::default()
    }
}

/// No service provider runs what angae keeps.
fn nobody() -> ec2::OperatorResponse {
    ec2::OperatorResponse { managed: Some(false), ..ec2::OperatorResponse::default() }
}

/// An attachment, as it is answered.
pub(crate) fn link(volume: &Volume, own: &Attachment) -> ec2::VolumeAttachment {
    ec2::VolumeAttachment {
        volume_id: Some(volume.id.to_string()),
        instance_id: Some(own.instance.to_string()),
        device: Some(own.device.clone()),
        state: Some(own.state.word().to_owned()),
        attach_time: Some(own.attached_at.whole_seconds().into()),
        delete_on_termination: Some(own.goes),
        ..ec2::VolumeAttachment::default()
    }
}
