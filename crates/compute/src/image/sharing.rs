//! What is not shared: with everybody, where an account blocks that; and what of snapshots images hold.

use super::model::OwnImage;
use crate::Compute;
use crate::account::{self, Account};
use base::Scope;
use ec2_resource::error::Error;
use ec2_resource::resource::{key, required};
use ec2_resource::snapshots::Images;
use ports::Cx;
use shapes_ec2 as ec2;
use store::{Rows, Tx};

/// The one word of what is blocked, and that of nothing.
const BLOCKED: &str = "block-new-sharing";
const UNBLOCKED: &str = "unblocked";

/// Images, as snapshots see them.
pub(crate) struct OfSnapshots;

impl Images for OfSnapshots {
    fn made_of(&self, tx: &Tx, scope: &Scope, snapshot: &str) -> Option<String> {
        tx.first(&OwnImage::SNAPSHOT, &key(scope, snapshot)).map(|own| own.id.to_string())
    }
}

/// `EnableImageBlockPublicAccess`: those that are public already stay so.
pub(crate) fn block(
    cx: &Cx,
    _svc: &Compute,
    input: ec2::EnableImageBlockPublicAccessRequest,
) -> Result<ec2::EnableImageBlockPublicAccessResult, Error> {
    let word = required(input.image_block_public_access_state, "imageBlockPublicAccessState")?;
    crate::instance::one_of("imageBlockPublicAccessState", &word, &[BLOCKED])?;
    account::change(cx, |own| own.blocks_public_images = true)?;
    Ok(ec2::EnableImageBlockPublicAccessResult { image_block_public_access_state: Some(word) })
}

/// `DisableImageBlockPublicAccess`.
pub(crate) fn unblock(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::DisableImageBlockPublicAccessRequest,
) -> Result<ec2::DisableImageBlockPublicAccessResult, Error> {
    account::change(cx, |own| own.blocks_public_images = false)?;
    Ok(ec2::DisableImageBlockPublicAccessResult {
        image_block_public_access_state: Some(UNBLOCKED.to_owned()),
    })
}

/// `GetImageBlockPublicAccessState`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &Compute,
    _input: ec2::GetImageBlockPublicAccessStateRequest,
) -> Result<ec2::GetImageBlockPublicAccessStateResult, Error> {
    let blocks = cx.read(|view| Account::of(view, cx.scope())).blocks_public_images;
    Ok(ec2::GetImageBlockPublicAccessStateResult {
        image_block_public_access_state: Some(if blocks { BLOCKED } else { UNBLOCKED }.to_owned()),
        managed_by: Some("account".to_owned()),
    })
}
