//! Objects as pages: what the API's own reads answer, conditions and ranges included.

use super::{plain, to_location};
use crate::S3;
use crate::authority;
use crate::bucket;
use crate::error::Error;
use crate::object::record::ObjectRow;
use crate::object::{self, version};
use http::{HeaderName, Method};
use ports::{BodyIn, BodyOut, Cx, Page, StreamAnswer};
use shape::{Operation, Shape};
use shapes_s3 as api;
use std::sync::Arc;
use wire::route::Route;
use wire::{Head, codec};

/// The headers of a visit that concern the object: its parameters do not, a site has none.
const PASSED: [&str; 5] = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "range"];
/// What is said of an object to programs, and not to people.
const KEPT_BACK: [&str; 2] = ["x-amz-website-redirect-location", "x-amz-tagging-count"];

/// Reads an object; `conditional` where the visit's own conditions and range are for it. An object that redirects
/// does so.
pub(super) async fn fetch(
    cx: &Cx,
    svc: &Arc<S3>,
    bucket: &str,
    key: &str,
    conditional: bool,
) -> Result<Page, Error> {
    let found = bucket::resolve(cx, Some(bucket), None)?;
    authority::ask(cx, "s3:GetObject", &format!("{}/{key}", found.arn()))?;
    if let Some(location) = leads_to(cx, bucket, key)? {
        return Ok(to_location(301, &location));
    }
    let (bucket, key) = (Some(bucket.to_owned()), Some(key.to_owned()));
    if cx.head().method == Method::HEAD {
        let asked = read::<api::HeadObject>(cx, conditional)?;
        let input = api::HeadObjectRequest { bucket, key, ..asked };
        let answer = object::get::head(cx.clone(), svc.clone(), input, BodyIn::empty()).await?;
        return Ok(page::<api::HeadObject>(cx, answer));
    }
    let asked = read::<api::GetObject>(cx, conditional)?;
    let input = api::GetObjectRequest { bucket, key, ..asked };
    let answer = object::get::get(cx.clone(), svc.clone(), input, BodyIn::empty()).await?;
    Ok(page::<api::GetObject>(cx, answer))
}

/// Where an object leads instead of being one; then neither a range nor a condition is looked at.
fn leads_to(cx: &Cx, bucket: &str, key: &str) -> Result<Option<String>, Error> {
    let bucket = bucket::resolve(cx, Some(bucket), None)?;
    let found = cx.read(|view| version::current(&view.paged::<ObjectRow>(), &bucket, key))?;
    let object = found.as_ref().and_then(|row| row.object.as_ref());
    Ok(object.and_then(|object| object.attributes.website_redirect_location.clone()))
}

/// The input of a read, from the headers of the visit.
fn read<O: Operation>(cx: &Cx, conditional: bool) -> Result<O::Input, Error> {
    let mut head = Head::new(cx.head().method.clone(), "/");
    for name in PASSED.into_iter().filter(|_| conditional) {
        if let Some(value) = cx.head().headers.get(name) {
            head.headers.insert(HeaderName::from_static(name), value.clone());
        }
    }
    let mut input = O::Input::default();
    let route = Route::new(&api::API, O::META);
    codec::decode_into(&mut input, &route, &head, &[]).map_err(|fault| Error::Body(Box::new(fault)))?;
    Ok(input)
}

fn page<O: Operation>(cx: &Cx, answer: StreamAnswer<O::Output>) -> Page {
    let StreamAnswer { output, body, status } = answer;
    let output: &dyn Shape = &output;
    let written = codec::encode(&Route::new(&api::API, O::META), output, cx.request_id());
    let kept_back = |name: &HeaderName| KEPT_BACK.contains(&name.as_str());
    let headers = written.headers.into_iter().filter(|(name, _)| !kept_back(name)).collect();
    let body = if cx.head().method == Method::HEAD { BodyOut::EMPTY } else { body };
    Page { body, ..plain(status.unwrap_or(written.status), headers) }
}
