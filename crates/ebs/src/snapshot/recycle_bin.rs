//! The recycle bin. What is deleted goes there where a retention rule says so; there is no API for such rules yet, so
//! that none does and the bin is empty.

use super::{Snapshot, own_id};
use crate::Ebs as Service;
use crate::volume::{self, Volume};
use ec2_resource::absent::{Asked, refuse};
use ec2_resource::error::Error;
use ec2_resource::resource::Resource;
use ports::Cx;
use shapes_ec2 as ec2;

/// Nothing is in the bin, whatever is asked for by id.
fn none<R: Resource>(ids: Option<Vec<String>>) -> Result<(), Error> {
    match ids.filter(|ids| !ids.is_empty()) {
        Some(ids) => Err(Error::NotFound(R::KIND, ids)),
        None => Ok(()),
    }
}

/// `ListSnapshotsInRecycleBin`.
pub(crate) fn list_snapshots(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ListSnapshotsInRecycleBinRequest,
) -> Result<ec2::ListSnapshotsInRecycleBinResult, Error> {
    none::<Snapshot>(input.snapshot_ids)?;
    let asked = Asked {
        operation: "ListSnapshotsInRecycleBin",
        max_results: Some((input.max_results, (5, 1_000))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::ListSnapshotsInRecycleBinResult { snapshots: Some(Vec::new()), next_token: None })
}

/// `ListVolumesInRecycleBin`.
pub(crate) fn list_volumes(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ListVolumesInRecycleBinRequest,
) -> Result<ec2::ListVolumesInRecycleBinResult, Error> {
    none::<Volume>(input.volume_ids)?;
    let operation = "ListVolumesInRecycleBin";
    refuse(cx, Asked { operation, next_token: input.next_token, ..Asked::default() })?;
    Ok(ec2::ListVolumesInRecycleBinResult { volumes: Some(Vec::new()), next_token: None })
}

/// `RestoreSnapshotFromRecycleBin`.
pub(crate) fn restore_snapshot(
    _cx: &Cx,
    _svc: &Service,
    input: ec2::RestoreSnapshotFromRecycleBinRequest,
) -> Result<ec2::RestoreSnapshotFromRecycleBinResult, Error> {
    let id = own_id(input.snapshot_id)?;
    Err(Error::NotFound(Snapshot::KIND, vec![id.to_string()]))
}

/// `RestoreVolumeFromRecycleBin`.
pub(crate) fn restore_volume(
    _cx: &Cx,
    _svc: &Service,
    input: ec2::RestoreVolumeFromRecycleBinRequest,
) -> Result<ec2::RestoreVolumeFromRecycleBinResult, Error> {
    let id = volume::id(input.volume_id)?;
    Err(Error::NotFound(Volume::KIND, vec![id.to_string()]))
}
