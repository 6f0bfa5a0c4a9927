//! The Recycle Bin of images. There are no retention rules yet, so that nothing is ever in it.

use crate::Compute;
use ec2_resource::absent::{Asked, refuse};
use ec2_resource::error::{Error, Kind};
use ports::Cx;
use shapes_ec2 as ec2;

/// `ListImagesInRecycleBin`: nothing is in the bin, whatever is asked for by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::ListImagesInRecycleBinRequest,
) -> Result<ec2::ListImagesInRecycleBinResult, Error> {
    let ids = input.image_ids.unwrap_or_default();
    for id in &ids {
        super::id(Some(id.clone()))?;
    }
    if !ids.is_empty() {
        return Err(Error::NotFound(Kind::Image, ids));
    }
    let asked = Asked {
        operation: "ListImagesInRecycleBin",
        max_results: Some((input.max_results, (1, 1_000))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::ListImagesInRecycleBinResult { images: Some(Vec::new()), next_token: None })
}

/// `RestoreImageFromRecycleBin`.
pub(crate) fn restore(
    _cx: &Cx,
    _svc: &Compute,
    input: ec2::RestoreImageFromRecycleBinRequest,
) -> Result<ec2::RestoreImageFromRecycleBinResult, Error> {
    let id = super::id(input.image_id)?;
    Err(Error::NotFound(Kind::Image, vec![id.to_string()]))
}
