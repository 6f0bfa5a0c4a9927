//! Requester Pays: whoever else asks for a bucket's data has to say that it pays for the request.
//!
//! Source: Amazon S3 User Guide, "Using Requester Pays general purpose buckets": a request without
//! `x-amz-request-payer` is refused with 403, an anonymous one whatever it says. Nobody is charged here.

use super::record::BucketRow;
use crate::authority;
use crate::configuration::request_payment;
use crate::error::Error;
use ports::Cx;
use std::sync::Arc;
use store::StoreError;

/// The header, and in links the parameter, by which a requester agrees; and how an answer says that it is charged.
const PAYER: &str = "x-amz-request-payer";
const REQUESTER: &str = "requester";

/// The bucket a call is about that reads or writes what is in it, as [`super::resolve`] finds it: somebody pays for the
/// call.
pub(crate) fn resolve_paid(
    cx: &Cx,
    name: Option<&str>,
    expected_owner: Option<&str>,
) -> Result<Arc<BucketRow>, Error> {
    let bucket = super::resolve(cx, name, expected_owner)?;
    let is_own = authority::belongs(cx, bucket.account);
    let agreed = agrees(cx) && !cx.caller().is_anonymous();
    if !is_own && !agreed && requester_pays(cx, &bucket)? {
        return Err(Error::AccessDenied);
    }
    Ok(bucket)
}

/// What an answer says of who is charged: nothing where the requester did not agree to be.
pub(crate) fn charged(cx: &Cx, bucket: &BucketRow) -> Option<String> {
    let is_charged = agrees(cx) && matches!(requester_pays(cx, bucket), Ok(true));
    is_charged.then(|| REQUESTER.to_owned())
}

fn requester_pays(cx: &Cx, bucket: &BucketRow) -> Result<bool, StoreError> {
    Ok(cx.read(|view| request_payment::payer(view, &bucket.id))? == "Requester")
}

fn agrees(cx: &Cx) -> bool {
    let head = cx.head();
    let parameters = head.query.as_deref().unwrap_or_default().split('&');
    let mut in_link = parameters.filter_map(|pair| pair.split_once('='));
    head.header(PAYER) == Some(REQUESTER)
        || in_link.any(|(name, value)| name.eq_ignore_ascii_case(PAYER) && value == REQUESTER)
}
