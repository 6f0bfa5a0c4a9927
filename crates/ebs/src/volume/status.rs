//! Whether volumes serve, and their attributes.

use super::model::{State, Volume};
use super::{get, id, nobody};
use crate::Ebs as Service;
use crate::listing::{Sieve, Wish, refuse_paged_ids, sift};
use ec2_resource::error::{Ebs, Error};
use ec2_resource::id::VolumeId;
use ec2_resource::resource::{Resource, key, prefix};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::View;

/// How the I/O of a volume is said to be: nothing measures it.
const IO_PERFORMANCE: &str = "not-applicable";

/// The checks of a volume, by name. Volumes of angae serve as long as they are there.
fn checks(volume: &Volume) -> [(&'static str, &'static str); 2] {
    let enabled = match volume.state {
        State::Creating | State::Deleting => "not-applicable",
        State::Available => "passed",
    };
    [("io-enabled", enabled), ("io-performance", IO_PERFORMANCE)]
}

fn status(volume: &Volume) -> &'static str {
    match volume.state {
        State::Creating | State::Deleting => "insufficient-data",
        State::Available => "ok",
    }
}

fn values(volume: &Arc<Volume>, name: &str) -> Vec<String> {
    let texts = |pick: fn(&(&'static str, &'static str)) -> &'static str| {
        checks(volume).iter().map(|own| pick(own).to_owned()).collect()
    };
    match name {
        "attachment-status.instance-id" => {
            volume.attachments.iter().map(|own| own.instance.to_string()).collect()
        }
        "attachment-status.io-performance" => {
            volume.attachments.iter().map(|_| IO_PERFORMANCE.to_owned()).collect()
        }
        "availability-zone" => vec![volume.zone.name.clone()],
        "volume-status.details-name" => texts(|own| own.0),
        "volume-status.details-status" => texts(|own| own.1),
        "volume-status.status" => vec![status(volume).to_owned()],
        // Nothing is planned for volumes, and nothing is to be done.
        _ => Vec::new(),
    }
}

static STATUS: Sieve<Arc<Volume>> = Sieve {
    operation: "DescribeVolumeStatus",
    filters: &[
        "action.code",
        "action.description",
        "action.event-id",
        "attachment-status.instance-id",
        "attachment-status.io-performance",
        "availability-zone",
        "event.description",
        "event.event-id",
        "event.event-type",
        "event.not-after",
        "event.not-before",
        "volume-status.details-name",
        "volume-status.details-status",
        "volume-status.status",
    ],
    page: (5, 1000),
    key: |own| own.id.to_string(),
    tags: None,
    values,
};

/// The volumes of these ids, or all of them.
pub(super) fn rows(view: &View, cx: &Cx, ids: Option<&[String]>) -> Result<Vec<Arc<Volume>>, Error> {
    let Some(ids) = ids.filter(|ids| !ids.is_empty()) else {
        return Ok(view.range::<Volume>(&prefix(cx.scope())).cloned().collect());
    };
    let mut rows = Vec::new();
    let mut missing = Vec::new();
    let mut wanted: Vec<&String> = ids.iter().collect();
    wanted.sort();
    wanted.dedup();
    for id in wanted {
        VolumeId::parse(id).map_err(|error| Error::Malformed(Volume::KIND, error.given, error.prefix))?;
        match view.get::<Volume>(&key(cx.scope(), id)) {
            Some(row) => rows.push(row),
            None => missing.push(id.clone()),
        }
    }
    if missing.is_empty() { Ok(rows) } else { Err(Error::NotFound(Volume::KIND, missing)) }
}

/// `DescribeVolumeStatus`.
pub(crate) fn describe_status(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVolumeStatusRequest,
) -> Result<ec2::DescribeVolumeStatusResult, Error> {
    let wish = Wish {
        ids: input.volume_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    refuse_paged_ids(&wish, "volumeSet")?;
    let page = sift(cx, &STATUS, &wish, |view| rows(view, cx, wish.ids.as_deref()))?;
    let items = page.items.iter().map(|own| item(own)).collect();
    Ok(ec2::DescribeVolumeStatusResult { volume_statuses: Some(items), next_token: page.next_token })
}

fn item(volume: &Volume) -> ec2::VolumeStatusItem {
    let detail = |(name, status): (&str, &str)| ec2::VolumeStatusDetails {
        name: Some(name.to_owned()),
        status: Some(status.to_owned()),
    };
    let attached = volume.attachments.iter().map(|own| ec2::VolumeStatusAttachmentStatus {
        instance_id: Some(own.instance.to_string()),
        io_performance: Some(IO_PERFORMANCE.to_owned()),
    });
    ec2::VolumeStatusItem {
        volume_id: Some(volume.id.to_string()),
        availability_zone: Some(volume.zone.name.clone()),
        availability_zone_id: Some(volume.zone.id.clone()),
        actions: Some(Vec::new()),
        events: Some(Vec::new()),
        attachment_statuses: Some(attached.collect()),
        operator: Some(nobody()),
        volume_status: Some(ec2::VolumeStatusInfo {
            status: Some(status(volume).to_owned()),
            details: Some(checks(volume).into_iter().map(detail).collect()),
        }),
        ..ec2::VolumeStatusItem::default()
    }
}

/// `DescribeVolumeAttribute`.
pub(crate) fn describe_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVolumeAttributeRequest,
) -> Result<ec2::DescribeVolumeAttributeResult, Error> {
    let id = id(input.volume_id)?;
    let attribute = input.attribute.filter(|word| !word.is_empty()).ok_or_else(no_attribute)?;
    let rows = cx.read(|view| rows(view, cx, Some(&[id.to_string()])))?;
    let auto = rows.first().is_some_and(|own| own.auto_enable_io);
    let mut answer =
        ec2::DescribeVolumeAttributeResult { volume_id: Some(id.to_string()), ..Default::default() };
    match attribute.as_str() {
        "autoEnableIO" => answer.auto_enable_io = Some(ec2::AttributeBooleanValue { value: Some(auto) }),
        "productCodes" => answer.product_codes = Some(Vec::new()),
        _ => return Err(Error::Value("attribute", attribute, "Unknown attribute.".to_owned())),
    }
    Ok(answer)
}

fn no_attribute() -> Error {
    Error::Combination("No attributes specified.".to_owned())
}

/// `ModifyVolumeAttribute`.
pub(crate) fn modify_attribute(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVolumeAttributeRequest,
) -> Result<Empty, Error> {
    let id = id(input.volume_id)?;
    let auto = input.auto_enable_io.and_then(|own| own.value).ok_or_else(no_attribute)?;
    cx.write(|tx| {
        let mut volume = get(tx, cx.scope(), &id)?;
        volume.auto_enable_io = auto;
        tx.put(volume);
        Ok(Empty {})
    })
}

/// `EnableVolumeIO`: for volumes that do not serve, which none of angae is.
pub(crate) fn enable_io(cx: &Cx, _svc: &Service, input: ec2::EnableVolumeIORequest) -> Result<Empty, Error> {
    let id = id(input.volume_id)?;
    cx.read(|view| rows(view, cx, Some(&[id.to_string()])))?;
    Err(Ebs::State(format!("Volume {id} already has IO enabled.")).into())
}
