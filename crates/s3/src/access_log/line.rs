//! One line of a log: 26 fields, separated by spaces; `-` for what there is not.
//!
//! Source: Amazon S3 User Guide, "Amazon S3 server access log format".

use crate::bucket::record::BucketRow;
use crate::owner;
use base::Timestamp;
use http::Method;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use ports::{Answered, CallerKind, Cx};
use time::OffsetDateTime;
use wire::Head;

/// What ends a field, or looks as if it did.
const BREAKS: &AsciiSet = &CONTROLS.add(b' ').add(b'"');

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub(super) fn text(cx: &Cx, bucket: &BucketRow, answered: &Answered<'_>) -> String {
    let head = cx.head();
    let query = head.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
    let request = format!("{} {}{query} {:?}", head.method, head.path, answered.version);
    let (signature, authentication) = signature(head);
    let sent = if head.method == Method::HEAD { 0 } else { answered.sent_bytes };
    [
        owner::canonical_id(bucket.account),
        bucket.name.clone(),
        time_text(cx.now()),
        cx.peer().map_or_else(dash, |peer| peer.to_string()),
        requester(cx),
        cx.request_id().to_owned(),
        operation(head, answered),
        answered.key.map_or_else(dash, str::to_owned),
        quoted(Some(&request)),
        answered.status.as_u16().to_string(),
        answered.code.map_or_else(dash, str::to_owned),
        number(sent),
        object_size(head, answered).map_or_else(dash, number),
        answered.took_millis.to_string(),
        turn_around(answered),
        quoted(head.header("referer")),
        quoted(head.header("user-agent")),
        answered
            .headers
            .get("x-amz-version-id")
            .and_then(|id| id.to_str().ok())
            .map_or_else(dash, str::to_owned),
        answered.host_id.to_owned(),
        signature.to_owned(),
        // Which cipher and version of TLS it was, the connection knows alone.
        dash(),
        authentication.to_owned(),
        if head.host.is_empty() { dash() } else { unbroken(&head.host) },
        dash(),
        dash(),
        dash(),
    ]
    .join(" ")
}

fn dash() -> String {
    "-".to_owned()
}

fn number(number: u64) -> String {
    if number == 0 { dash() } else { number.to_string() }
}

/// A field without quotes: what a client sends in it must not look like several.
fn unbroken(text: &str) -> String {
    utf8_percent_encode(text, BREAKS).to_string()
}

fn quoted(text: Option<&str>) -> String {
    format!("\"{}\"", text.map_or_else(dash, |text| text.replace('"', "%22")))
}

/// `[06/Feb/2026:00:00:38 +0000]`.
fn time_text(at: Timestamp) -> String {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(at.millis.div_euclid(1000)) else { return dash() };
    let month = MONTHS[usize::from(u8::from(at.month())) - 1];
    let (hour, minute, second) = at.to_hms();
    format!("[{:02}/{month}/{}:{hour:02}:{minute:02}:{second:02} +0000]", at.day(), at.year())
}

/// The root user by the account's canonical id, others by their ARN.
fn requester(cx: &Cx) -> String {
    let caller = cx.caller();
    match &caller.kind {
        CallerKind::Anonymous => dash(),
        CallerKind::Root => owner::canonical_id(caller.account),
        CallerKind::User { .. }
        | CallerKind::RoleSession { .. }
        | CallerKind::FederatedUser { .. }
        | CallerKind::Service(_) => caller.arn(cx.partition()).unwrap_or_else(|| caller.user_id()),
    }
}

/// How long an object's first byte took, which leaves with the head. Lines of refusals, and of what is no object, are
/// recorded without.
fn turn_around(answered: &Answered<'_>) -> String {
    let is_of_object = answered.key.is_some_and(|key| !key.is_empty());
    match answered.status.is_success() && is_of_object && answered.operation != "Preflight" {
        true => answered.took_millis.to_string(),
        false => dash(),
    }
}

/// `REST.GET.OBJECT`: the method and what it is asked of.
fn operation(head: &Head, answered: &Answered<'_>) -> String {
    let (method, resource) = match answered.operation {
        "Preflight" => ("OPTIONS", "PREFLIGHT".to_owned()),
        "Website" => return format!("WEBSITE.{}.OBJECT", head.method),
        "CopyObject" => ("COPY", "OBJECT".to_owned()),
        "UploadPartCopy" => ("COPY", "PART".to_owned()),
        "UploadPart" => ("PUT", "PART".to_owned()),
        "CompleteMultipartUpload" => ("POST", "UPLOAD".to_owned()),
        "AbortMultipartUpload" => ("DELETE", "UPLOAD".to_owned()),
        "ListParts" => ("GET", "UPLOAD".to_owned()),
        "DeleteObjects" => ("POST", "MULTI_OBJECT_DELETE".to_owned()),
        _ => (head.method.as_str(), resource(head, answered)),
    };
    format!("REST.{method}.{resource}")
}

/// The sub-resource the query names, else the object or the bucket.
fn resource(head: &Head, answered: &Answered<'_>) -> String {
    let is_object = answered.key.is_some_and(|key| !key.is_empty());
    let parameters = head.query.as_deref().unwrap_or_default().split('&');
    // A sub-resource stands there without a value.
    let named = parameters
        .map(|parameter| parameter.strip_suffix('=').unwrap_or(parameter))
        .find(|name| !name.is_empty() && !name.contains('='));
    match named {
        None if is_object => "OBJECT".to_owned(),
        None => "BUCKET".to_owned(),
        Some("tagging") if is_object => "OBJECT_TAGGING".to_owned(),
        Some("logging") => "LOGGING_STATUS".to_owned(),
        Some("policy") => "BUCKETPOLICY".to_owned(),
        Some("versions") => "BUCKETVERSIONS".to_owned(),
        Some("object-lock") => "OBJECT_LOCK_CONFIGURATION".to_owned(),
        Some(name) => upper_snake(name),
    }
}

/// `publicAccessBlock` as `PUBLIC_ACCESS_BLOCK`.
fn upper_snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(if c == '-' { '_' } else { c.to_ascii_uppercase() });
    }
    text
}

/// The object's whole size: of a read from the answer, of a write from the request.
fn object_size(head: &Head, answered: &Answered<'_>) -> Option<u64> {
    if answered.key.is_none() || !answered.status.is_success() {
        return None;
    }
    let answer = |name: &str| answered.headers.get(name).and_then(|value| value.to_str().ok());
    match answered.operation {
        "GetObject" | "HeadObject" | "Website" => match answer("content-range") {
            Some(range) => range.rsplit('/').next()?.parse().ok(),
            None if head.method == Method::GET => Some(answered.sent_bytes),
            None => answer("content-length")?.parse().ok(),
        },
        "PutObject" | "UploadPart" => {
            head.header("x-amz-decoded-content-length").or(head.header("content-length"))?.parse().ok()
        }
        _ => None,
    }
}

/// How the request was signed: version, and where the signature stood.
pub(crate) fn signature(head: &Head) -> (&'static str, &'static str) {
    let query = head.query.as_deref().unwrap_or_default();
    match head.header("authorization") {
        Some(header) if header.starts_with("AWS4") => ("SigV4", "AuthHeader"),
        Some(_) => ("SigV2", "AuthHeader"),
        None if query.contains("X-Amz-Signature=") => ("SigV4", "QueryString"),
        None if query.contains("Signature=") => ("SigV2", "QueryString"),
        None => ("-", "-"),
    }
}

#[cfg(test)]
mod tests {
    use super::{time_text, upper_snake};
    use base::Timestamp;

    #[test]
    fn times_and_sub_resources_are_written_as_aws_does() {
        assert_eq!(time_text(Timestamp::from_millis(1_767_268_800_999)), "[01/Jan/2026:12:00:00 +0000]");
        for (name, want) in [
            ("acl", "ACL"),
            ("publicAccessBlock", "PUBLIC_ACCESS_BLOCK"),
            ("intelligent-tiering", "INTELLIGENT_TIERING"),
        ] {
            assert_eq!(upper_snake(name), want);
        }
    }
}
