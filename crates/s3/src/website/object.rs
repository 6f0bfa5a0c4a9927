//! Objects as pages: what the API's own reads answer, conditions and ranges included.

use super::{plain, to_location};
use crate::S3;
use crate::error::Error;
use crate::object;
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
    let (bucket, key) = (Some(bucket.to_owned()), Some(key.to_owned()));
    if cx.head().method == Method::HEAD {
        let asked = read::<api::HeadObject>(cx, conditional)?;
        let input = api::HeadObjectRequest { bucket, key, ..asked };
        let answer = object::get::head(cx.clone(), svc.clone(), input, BodyIn::empty()).await?;
        let redirect = answer.output.website_redirect_location.clone();
        return Ok(page::<api::HeadObject>(cx, answer, redirect));
    }
    let asked = read::<api::GetObject>(cx, conditional)?;
    let input = api::GetObjectRequest { bucket, key, ..asked };
    let answer = object::get::get(cx.clone(), svc.clone(), input, BodyIn::empty()).await?;
    let redirect = answer.output.website_redirect_location.clone();
    Ok(page::<api::GetObject>(cx, answer, redirect))
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

fn page<O: Operation>(cx: &Cx, answer: StreamAnswer<O::Output>, redirect: Option<String>) -> Page {
    if let Some(location) = redirect {
        return to_location(301, &location);
    }
    let StreamAnswer { output, body, status } = answer;
    let output: &dyn Shape = &output;
    let written = codec::encode(&Route::new(&api::API, O::META), output, cx.request_id());
    let kept_back = |name: &HeaderName| KEPT_BACK.contains(&name.as_str());
    let headers = written.headers.into_iter().filter(|(name, _)| !kept_back(name)).collect();
    let body = if cx.head().method == Method::HEAD { BodyOut::EMPTY } else { body };
    Page { body, ..plain(status.unwrap_or(written.status), headers) }
}
