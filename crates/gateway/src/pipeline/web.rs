//! Browsers: preflights, websites, and the headers that let a page of another origin read an answer of S3.

use super::{Call, respond};
use crate::house::House;
use crate::pipeline::OutBody;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use percent_encoding::percent_decode_str;
use ports::{Caller, Cx, Headers, Page};
use wire::route::{Place, Route};
use wire::sign::{self, Claim};
use wire::{Answer, Fault, receiver};

/// What a browser wants that is no operation.
pub(super) enum Visit {
    /// To ask before it sends a request of another origin.
    Preflight(Place),
    /// A page of a bucket's website.
    Website(Place),
}

/// The bucket an operation of S3 is about.
pub(super) fn bucket(route: &Route) -> Option<String> {
    let (_, raw) =
        route.labels.iter().find(|(name, _)| *name == "Bucket").filter(|_| route.api.id == "s3")?;
    Some(percent_decode_str(raw).decode_utf8_lossy().into_owned())
}

/// The bucket and the key an operation of S3 is about; the key as it was sent.
pub(super) fn place(route: &Route) -> Option<(String, Option<String>)> {
    let key = route.labels.iter().find(|(name, _)| *name == "Key").map(|(_, raw)| (*raw).to_string());
    Some((bucket(route)?, key))
}

/// Answers a browser. Nobody has signed: what a browser opens by itself is open to everybody or not at all.
pub(super) async fn answer(
    house: &House,
    call: &Call,
    claim: Option<&Claim>,
    visit: Visit,
) -> Result<Response<OutBody>, Fault> {
    let cx = call.context(Caller::anonymous(), claim);
    let mut response = match visit {
        Visit::Preflight(place) => {
            let headers = house.browsers.preflight(&cx, &place.bucket, place.is_object)?;
            let mut response = respond(Answer { status: 200, ..Answer::default() }, None);
            add(response.headers_mut(), headers);
            response
        }
        Visit::Website(place) => {
            let Page { status, headers, body } = house.browsers.website(cx.clone(), place.bucket).await;
            let answer = Answer { status, headers, ..Answer::default() };
            respond(answer, Some(body))
        }
    };
    cx.durable().await.map_err(|error| receiver(500, "InternalError", super::INTERNAL).because(error))?;
    for (name, id) in [("x-amz-request-id", call.id()), ("x-amz-id-2", call.request_id.host_id())] {
        if let Ok(id) = HeaderValue::from_str(id) {
            response.headers_mut().insert(name, id);
        }
    }
    Ok(response)
}

/// Adds to an answer about a bucket what lets a page of the request's origin read it.
pub(super) fn share(house: &House, call: &Call, response: &mut Response<OutBody>) {
    let Some(bucket) = call.bucket.as_deref().filter(|_| call.head.headers.contains_key("origin")) else {
        return;
    };
    let claim = sign::identify(&call.head).ok().flatten();
    let cx: Cx = call.context(Caller::anonymous(), claim.as_ref());
    add(response.headers_mut(), house.browsers.cross_origin(&cx, bucket));
}

fn add(to: &mut HeaderMap, headers: Headers) {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            to.append(HeaderName::from_static(name), value);
        }
    }
}
