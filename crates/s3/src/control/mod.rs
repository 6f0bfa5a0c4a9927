//! S3 Control: what is said of a whole account, and of resources by their ARN.

pub(crate) mod public_access_block;
pub(crate) mod tags;

use crate::S3;
use crate::error::Error;
use ports::{Cx, Registrar};
use shapes_s3control as api;

/// The operations.
pub(crate) fn register(ops: &mut Registrar<'_, S3>) {
    ops.answer::<api::GetPublicAccessBlock>(public_access_block::get)
        .answer::<api::PutPublicAccessBlock>(public_access_block::put)
        .answer::<api::DeletePublicAccessBlock>(public_access_block::delete)
        .answer::<api::ListTagsForResource>(tags::list)
        .answer::<api::TagResource>(tags::tag)
        .answer::<api::UntagResource>(tags::untag);
}

/// `x-amz-account-id` has to be the caller's own account.
fn check_account(cx: &Cx, account: Option<&str>) -> Result<(), Error> {
    if account == Some(cx.account().as_str()) { Ok(()) } else { Err(Error::AccessDenied) }
}
