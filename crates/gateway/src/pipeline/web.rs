//! Browsers: preflights, websites, and the headers that let a page of another origin read an answer of S3.

use super::{Call, respond};
use crate::house::House;
use crate::pipeline::OutBody;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use percent_encoding::percent_decode_str;
use ports::{Caller, Cx, Headers, Page};
use wire::route::{Place, Route};
use wire::sign::{self, Claim};
use wire::{Answer, Fault};

/// Says where a bucket lies.
const BUCKET_REGION: &str = "x-amz-bucket-region";

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

/// What access logs say of a request: what it wants of which bucket.
pub(super) struct Subject {
    pub(super) bucket: String,
    /// The key, as it was sent.
    pub(super) key: Option<String>,
    /// The operation, or what a browser wants.
    pub(super) operation: &'static str,
}

impl Subject {
    /// What an operation of S3 is about.
    pub(super) fn of_route(route: &Route) -> Option<Self> {
        let key = route.labels.iter().find(|(name, _)| *name == "Key").map(|(_, raw)| (*raw).to_string());
        Some(Self { bucket: bucket(route)?, key, operation: route.operation.name })
    }

    /// What a browser is about.
    pub(super) fn of_place(place: &Place, operation: &'static str) -> Self {
        Self { bucket: place.bucket.clone(), key: place.key.clone(), operation }
    }
}

/// Answers a browser. Nobody has signed: what a browser opens by itself is open to everybody or not at all.
pub(super) async fn answer(
    house: &House,
    call: &mut Call,
    claim: Option<&Claim>,
    visit: Visit,
) -> Result<Response<OutBody>, Fault> {
    let cx = call.context(Caller::anonymous(), claim).guarded(house.gatekeeper.clone());
    call.cx = Some(cx.clone());
    let mut response = match visit {
        Visit::Preflight(place) => {
            let headers = house.browsers.preflight(&cx, &place.bucket, place.key.is_some())?;
            let mut response = respond(Answer { status: 200, ..Answer::default() }, None);
            add(response.headers_mut(), headers);
            response
        }
        Visit::Website(place) => {
            let page = house.browsers.website(cx.clone(), place.bucket).await;
            let Page { key, code, status, headers, body } = page;
            if let Some(subject) = &mut call.subject {
                subject.key = key.or(subject.key.take());
            }
            call.code = code;
            let answer = Answer { status, headers, ..Answer::default() };
            respond(answer, Some(body))
        }
    };
    cx.durable().await.map_err(|error| super::internal(&shapes_s3::API, error))?;
    for (name, id) in [("x-amz-request-id", call.id()), ("x-amz-id-2", call.request_id.host_id())] {
        if let Ok(id) = HeaderValue::from_str(id) {
            response.headers_mut().insert(name, id);
        }
    }
    Ok(response)
}

/// Adds to an answer about a bucket what lets a page of the request's origin read it, and to whoever may not see the
/// bucket where it lies: clients learn from it which Region to sign for.
pub(super) fn share(house: &House, call: &Call, response: &mut Response<OutBody>) {
    let cx = || -> Cx {
        let claim = sign::identify(&call.head).ok().flatten();
        call.context(Caller::anonymous(), claim.as_ref())
    };
    if let Some(bucket) = call.bucket.as_deref().filter(|_| call.head.headers.contains_key("origin")) {
        add(response.headers_mut(), house.browsers.cross_origin(&cx(), bucket));
    }
    let looks =
        call.operation.is_some_and(|operation| (operation.api, operation.name) == ("s3", "HeadBucket"));
    if let Some(subject) =
        call.subject.as_ref().filter(|_| looks && response.status() == StatusCode::FORBIDDEN)
    {
        let region = house.browsers.region(&cx(), &subject.bucket);
        add(response.headers_mut(), region.map(|region| (BUCKET_REGION, region)).into_iter().collect());
    }
}

fn add(to: &mut HeaderMap, headers: Headers) {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            to.append(HeaderName::from_static(name), value);
        }
    }
}
