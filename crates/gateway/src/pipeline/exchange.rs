//! Requests and answers between hyper and the codecs.

use super::OutBody;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use ports::BodyOut;
use wire::{Answer, Head};

/// The answer as hyper sends it.
pub(super) fn respond(answer: Answer, body: Option<BodyOut>) -> Response<OutBody> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = match body {
        Some(BodyOut::Bytes(bytes)) => OutBody::full(bytes),
        Some(BodyOut::Stream { length_bytes, stream }) => OutBody::stream(length_bytes, stream),
        None => OutBody::full(answer.body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    // Two more are to come: the date, and the length or the end of the connection.
    response.headers_mut().reserve(answer.headers.len() + 2);
    for (name, value) in answer.headers {
        response.headers_mut().append(name, value);
    }
    response
}

/// A plain answer of our own.
pub(crate) fn plain(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<OutBody> {
    let answer = Answer {
        status: status.as_u16(),
        headers: vec![(HeaderName::from_static("content-type"), HeaderValue::from_static(content_type))],
        body: body.into(),
    };
    respond(answer, None)
}

/// The head as the codecs see it, which takes the headers over. Path and query stay as they were sent.
pub(super) fn head_of(parts: &mut http::request::Parts, secure: bool) -> Head {
    let host = parts.uri.authority().map(|authority| authority.as_str().to_owned());
    let host = host.or_else(|| Some(parts.headers.get("host")?.to_str().ok()?.to_owned()));
    Head {
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        host: host.unwrap_or_default(),
        endpoint_host: None,
        headers: std::mem::take(&mut parts.headers),
        secure,
    }
}
