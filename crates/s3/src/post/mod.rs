//! Browser uploads: an HTML form puts an object, within a policy its page was given.
//!
//! The form's fields become the headers of a PutObject, so that whatever a put can say a form can say too.
//! Source: Amazon S3 API Reference, "POST Object"; answers as recorded from AWS.

mod multipart;
mod policy;
mod signer;
#[cfg(test)]
mod tests;

use crate::S3;
use crate::authority;
use crate::bucket;
use crate::error::{Error, PostFault};
use crate::object;
use crate::tagging::{self, Place};
use base::Clock;
use http::{HeaderName, HeaderValue, Method};
use multipart::{Fields, Form};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use policy::Policy;
use ports::{BodyIn, Cx, Request, StreamAnswer};
use shape::Operation;
use shapes_s3 as api;
use std::sync::Arc;
use wire::route::Route;
use wire::{Head, codec};

/// Fields that say something of the form, not of the object.
const OF_THE_FORM: [&str; 14] = [
    "awsaccesskeyid",
    "bucket",
    "key",
    "policy",
    "redirect",
    "signature",
    "success_action_redirect",
    "success_action_status",
    "tagging",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
];
/// Conditions of the write, which stand in the request's own head.
const CONDITIONS: [&str; 2] = ["if-match", "if-none-match"];
/// What of a key may stand in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What of a value may stand in a query.
const QUERY: &AsciiSet = &PATH.add(b'/');

/// `PostObject`.
pub(crate) async fn post(
    cx: Cx,
    svc: Arc<S3>,
    input: api::PostObjectRequest,
    body: BodyIn,
) -> Result<StreamAnswer<api::PostObjectOutput>, Error> {
    let name = input.bucket.unwrap_or_default();
    let bucket = bucket::resolve(&cx, Some(&name), None)?;
    let content_type = cx.head().header("content-type").unwrap_or_default();
    let boundary = multipart::boundary(content_type).ok_or(Error::Post(PostFault::Enclosure))?;
    let mut form = Form::new(body, &boundary);
    let fields = form.fields().await?;
    let key = fields.get("key").filter(|key| !key.is_empty());
    let key = key.ok_or_else(|| Error::Post(PostFault::Missing("key".to_owned())))?;
    let (caller, scope) = signer::identify(&cx, &svc, &fields)?;
    let policy = fields.get("policy").map(Policy::parse).transpose()?;
    // Pages are given their policies by real clocks, as requests are signed by them.
    let sizes = policy.map(|policy| policy.check(&fields, &name, Clock::machine())).transpose()?.flatten();
    let key = match &fields.filename {
        Some(filename) => key.replace("${filename}", filename),
        None => key.to_owned(),
    };

    let head = Arc::new(head(&cx, &fields)?);
    let (id, peer) = (cx.request_id().to_owned(), cx.peer());
    let cx = cx.within(Request { caller, scope, now: cx.now(), id, peer, head });
    let mut put = api::PutObjectRequest::default();
    let route = Route::new(&api::API, api::PutObject::META);
    codec::decode_into(&mut put, &route, cx.head(), &[]).map_err(|fault| Error::Body(Box::new(fault)))?;
    put.bucket = Some(name.clone());
    put.key = Some(key.clone());
    put.tagging = fields.get("tagging").map(tags).transpose()?;
    may_put(&cx, &put)?;
    let stored = object::put::store(cx.clone(), svc, put, form.file(sizes), "Post").await?.output;
    Ok(answer(&cx, &fields, &bucket.name, key, stored))
}

/// Refuses a form whose sender may not put what it asks for.
fn may_put(cx: &Cx, put: &api::PutObjectRequest) -> Result<(), Error> {
    let tags = tagging::parse_header(put.tagging.as_deref())?;
    let keys: Vec<String> = tags.iter().map(|(key, _)| format!("s3:RequestObjectTag/{key}")).collect();
    let mut told = vec![("s3:authType", "POST".to_owned())];
    told.extend(keys.iter().zip(&tags).map(|(key, (_, value))| (key.as_str(), value.clone())));
    authority::ask_for::<api::PutObject>(cx, put, &told)
}

/// The head of the put that the form asks for.
fn head(cx: &Cx, fields: &Fields) -> Result<Head, Error> {
    let mut head = Head { headers: http::HeaderMap::new(), method: Method::PUT, ..cx.head().clone() };
    for name in CONDITIONS {
        if let Some(value) = cx.head().headers.get(name) {
            head.headers.insert(HeaderName::from_static(name), value.clone());
        }
    }
    for (field, value) in &fields.values {
        let lower = field.to_ascii_lowercase();
        if OF_THE_FORM.contains(&lower.as_str()) || lower.starts_with("x-ignore-") {
            continue;
        }
        let name = if lower == "acl" { "x-amz-acl" } else { lower.as_str() };
        // A field that no header could be called is the page's own.
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        let wrong = |_| Error::Post(PostFault::Value(field.clone(), value.clone()));
        head.headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).map_err(wrong)?);
    }
    Ok(head)
}

/// Tags stand in a form as the document of PutObjectTagging, and in a put as a query.
fn tags(document: &str) -> Result<String, Error> {
    let route = Route::new(&api::API, api::PutObjectTagging::META);
    let mut input = api::PutObjectTaggingRequest::default();
    codec::decode_into(&mut input, &route, &Head::new(Method::PUT, "/"), document.as_bytes())
        .map_err(|fault| Error::Body(Box::new(fault)))?;
    let set = input.tagging.and_then(|tagging| tagging.tag_set).ok_or(Error::MalformedXml)?;
    let pairs = tagging::parse(set, Place::Object)?;
    let encoded = pairs.iter().map(|(key, value)| {
        format!("{}={}", utf8_percent_encode(key, QUERY), utf8_percent_encode(value, QUERY))
    });
    Ok(encoded.collect::<Vec<_>>().join("&"))
}

/// What the browser is told: nothing, a document, or where to go next.
fn answer(
    cx: &Cx,
    fields: &Fields,
    bucket: &str,
    key: String,
    stored: api::PutObjectOutput,
) -> StreamAnswer<api::PostObjectOutput> {
    let e_tag = stored.e_tag.unwrap_or_default();
    let location = location(cx, bucket, &key);
    let mut output = api::PostObjectOutput {
        location: Some(location.clone()),
        e_tag: Some(e_tag.clone()),
        version_id: stored.version_id,
        server_side_encryption: stored.server_side_encryption,
        ..api::PostObjectOutput::default()
    };
    let redirect = fields.get("success_action_redirect").or_else(|| fields.get("redirect"));
    if let Some(url) = redirect.filter(|url| is_url(url)) {
        let (url, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
        let separator = if url.contains('?') { '&' } else { '?' };
        let encoded = |text: &str| utf8_percent_encode(text, QUERY).to_string();
        output.location = Some(format!(
            "{url}{separator}bucket={}&key={}&etag={}{fragment}",
            encoded(bucket),
            encoded(&key),
            encoded(&e_tag)
        ));
        return StreamAnswer { status: Some(303), ..StreamAnswer::plain(output) };
    }
    let status = match fields.get("success_action_status") {
        Some("200") => 200,
        Some("201") => {
            output.post_response = Some(api::PostResponse {
                location: Some(location),
                bucket: Some(bucket.to_owned()),
                key: Some(key),
                e_tag: Some(e_tag),
            });
            201
        }
        _ => 204,
    };
    StreamAnswer { status: Some(status), ..StreamAnswer::plain(output) }
}

/// The object's URL at the host the form was sent to.
fn location(cx: &Cx, bucket: &str, key: &str) -> String {
    let head = cx.head();
    let protocol = if head.secure { "https" } else { "http" };
    let key = utf8_percent_encode(key, PATH);
    // In virtual-host style the path names nothing.
    match head.path.as_str() {
        "" | "/" => format!("{protocol}://{}/{key}", head.host),
        _ => format!("{protocol}://{}/{bucket}/{key}", head.host),
    }
}

/// Whether a browser could go there; S3 forgets any other redirect.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let plain = text.bytes().all(|b| b.is_ascii_graphic());
    plain && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}
