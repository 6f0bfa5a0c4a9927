//! Forms over the operation: what is stored, what the browser is told, what is refused.

use super::multipart::{Form, boundary};
use crate::tests::local;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_core::Stream;
use http::Method;
use ports::BodyIn;
use shapes_s3 as api;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use testkit::Local;
use wire::{Fault, Head};

/// A file's name and bytes; `None` for a form without one.
type Upload<'f> = Option<(&'f str, &'f [u8])>;

/// A form, written as browsers write it.
fn form(fields: &[(&str, &str)], file: Upload<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    if let Some((filename, bytes)) = file {
        let head = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\nContent-Type: text/plain\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    body
}

fn with_bucket() -> Local {
    let s3 = local();
    let bucket = Some("bkt".to_owned());
    s3.call::<api::CreateBucket>(api::CreateBucketRequest { bucket, ..api::CreateBucketRequest::default() })
        .unwrap();
    s3
}

/// Status and output of a form's answer.
fn post(s3: &Local, body: &[u8]) -> Result<(u16, api::PostObjectOutput), Fault> {
    let mut head = Head::new(Method::POST, "/bkt");
    head.headers.insert("content-type", "multipart/form-data; boundary=xyz".parse().unwrap());
    let input = api::PostObjectRequest { bucket: Some("bkt".to_owned()) };
    let (answer, _) = s3.stream_with::<api::PostObject>(&s3.visitor(head), input, body)?;
    Ok((answer.status.unwrap(), answer.output))
}

fn read(s3: &Local, key: &str) -> (api::GetObjectOutput, Vec<u8>) {
    let input = api::GetObjectRequest {
        bucket: Some("bkt".to_owned()),
        key: Some(key.to_owned()),
        ..api::GetObjectRequest::default()
    };
    let cx = s3.visitor(Head::new(Method::GET, "/bkt/key"));
    let (answer, bytes) = s3.stream_with::<api::GetObject>(&cx, input, &[]).unwrap();
    (answer.output, bytes.to_vec())
}

#[test]
fn fields_become_what_a_put_would_say() {
    let s3 = with_bucket();
    let tagging = "<Tagging><TagSet><Tag><Key>a b</Key><Value>1=2</Value></Tag></TagSet></Tagging>";
    let fields = [
        ("key", "up/${filename}"),
        ("Content-Type", "text/plain"),
        ("x-amz-meta-who", "me"),
        ("acl", "bucket-owner-full-control"),
        ("tagging", tagging),
        ("x-ignore-this", "1"),
    ];
    // A file may hold anything but the delimiter itself.
    let bytes = b"first\r\n--xy\r\nsecond\r\n\r\n--";
    let (status, output) = post(&s3, &form(&fields, Some(("a \\\"b\\\".txt", bytes)))).unwrap();
    assert_eq!(status, 204);
    assert_eq!(output.location.as_deref(), Some("http://localhost/bkt/up/a%20%22b%22.txt"));
    let (found, stored) = read(&s3, "up/a \"b\".txt");
    assert_eq!(stored, bytes);
    assert_eq!((found.content_type.as_deref(), found.tag_count), (Some("text/plain"), Some(1)));
    assert_eq!(found.metadata.unwrap()["who"], "me");
    assert_eq!(found.e_tag, output.e_tag);
}

#[test]
fn the_browser_is_told_what_the_form_asks_for() {
    let s3 = with_bucket();
    let told = |field: (&str, &str)| {
        let (status, output) = post(&s3, &form(&[("key", "k"), field], Some(("f", b"x")))).unwrap();
        (status, output.location.unwrap(), output.post_response)
    };
    for (field, want, location) in [
        (("success_action_status", "200"), 200, "http://localhost/bkt/k"),
        (("success_action_status", "418"), 204, "http://localhost/bkt/k"),
        (
            ("success_action_redirect", "http://a.example/done?x=1"),
            303,
            "http://a.example/done?x=1&bucket=bkt&key=k&etag=%229dd4e461268c8034f5c8564e155c67a6%22",
        ),
        (
            ("redirect", "https://a.example"),
            303,
            "https://a.example?bucket=bkt&key=k&etag=%229dd4e461268c8034f5c8564e155c67a6%22",
        ),
        // What stands behind a `#` the other side never sees.
        (
            ("success_action_redirect", "http://a.example/?x=1#part"),
            303,
            "http://a.example/?x=1&bucket=bkt&key=k&etag=%229dd4e461268c8034f5c8564e155c67a6%22#part",
        ),
        (("success_action_redirect", "elsewhere"), 204, "http://localhost/bkt/k"),
    ] {
        let (status, got, document) = told(field);
        assert_eq!((status, got.as_str()), (want, location));
        assert!(document.is_none());
    }
    let (status, _, document) = told(("success_action_status", "201"));
    let document = document.unwrap();
    assert_eq!((status, document.key.as_deref(), document.bucket.as_deref()), (201, Some("k"), Some("bkt")));
}

#[test]
fn the_file_may_be_a_plain_field_and_what_follows_it_is_forgotten() {
    let s3 = with_bucket();
    // Without a name of the file's own there is nothing to put in its place.
    let fields = [("key", "a/${filename}"), ("file", "content"), ("acl", "public-read"), ("file", "other")];
    assert_eq!(post(&s3, &form(&fields, None)).unwrap().0, 204);
    assert_eq!(read(&s3, "a/${filename}").1, b"content");
}

/// A policy, in base64.
fn policy(conditions: &str) -> String {
    STANDARD.encode(format!("{{\"expiration\": \"2999-01-01T00:00:00Z\", \"conditions\": {conditions}}}"))
}

#[test]
fn forms_are_refused_by_what_is_wrong_with_them() {
    let s3 = with_bucket();
    let any = policy(r#"[["starts-with", "$key", ""]]"#);
    let short = policy(r#"[["starts-with", "$key", ""], ["content-length-range", 2, 3]]"#);
    let file = Some(("f", &b"12345"[..]));
    let v2 = |policy: &str| {
        vec![
            ("key", "k".to_owned()),
            ("policy", policy.to_owned()),
            ("AWSAccessKeyId", "a".to_owned()),
            ("signature", "s".to_owned()),
        ]
    };
    let plain = |pairs: &[(&'static str, &str)]| {
        pairs.iter().map(|&(name, value)| (name, value.to_owned())).collect()
    };
    let cases: Vec<(Vec<(&str, String)>, Upload<'_>, &str)> = vec![
        (plain(&[]), file, "400 InvalidArgument ArgumentName=key ArgumentValue="),
        (plain(&[("key", "k")]), None, "400 InvalidArgument ArgumentName=file ArgumentValue=0"),
        (plain(&[("key", "k"), ("policy", &any)]), file, "403 AccessDenied"),
        (
            plain(&[("key", "k"), ("policy", &any), ("signature", "s")]),
            file,
            "400 InvalidArgument ArgumentName=AWSAccessKeyId ArgumentValue=",
        ),
        (
            plain(&[
                ("key", "k"),
                ("policy", &any),
                ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
                ("x-amz-credential", "c"),
                ("x-amz-date", "d"),
            ]),
            file,
            "400 InvalidArgument ArgumentName=X-Amz-Signature ArgumentValue=",
        ),
        (v2(&any), file, "ok"),
        (v2(&short), file, "400 EntityTooLarge ProposedSize=5 MaxSizeAllowed=3"),
        (v2(&short), Some(("f", b"1")), "400 EntityTooSmall ProposedSize=1 MinSizeAllowed=2"),
        (v2(&short), Some(("f", b"123")), "ok"),
        (plain(&[("key", "k"), ("tagging", "no document")]), file, "400 MalformedXML"),
        (
            plain(&[("key", "k"), ("x-amz-storage-class", "NONE")]),
            file,
            "400 InvalidStorageClass StorageClassRequested=NONE",
        ),
        (plain(&[("key", "k"), ("x-amz-checksum-crc32", "AAAAAA==")]), file, "400 BadDigest"),
        (
            plain(&[("key", "k"), ("padding", &"p".repeat(21_000))]),
            file,
            "400 MaxPostPreDataLengthExceededError",
        ),
    ];
    for (fields, file, want) in cases {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let got = match post(&s3, &form(&fields, file)) {
            Ok(_) => "ok".to_owned(),
            Err(fault) => {
                let mut text = format!("{} {}", fault.status, fault.code);
                for (name, value) in &fault.extra {
                    text.push_str(&format!(" {name}={value}"));
                }
                text
            }
        };
        assert_eq!(got, want, "{:?}", &fields[..fields.len().min(3)]);
    }
}

#[test]
fn a_form_that_is_cut_stores_nothing() {
    let s3 = with_bucket();
    let whole = form(&[("key", "cut")], Some(("f", b"0123456789")));
    for length in 0..whole.len() - "--xyz--\r\n".len() {
        assert!(post(&s3, &whole[..length]).is_err(), "{length} bytes");
    }
    let head = s3.call::<api::HeadObject>(api::HeadObjectRequest {
        bucket: Some("bkt".to_owned()),
        key: Some("cut".to_owned()),
        ..api::HeadObjectRequest::default()
    });
    assert_eq!(crate::tests::code(head), "NoSuchKey");
    assert!(post(&s3, &whole).is_ok());
}

/// A body that arrives in pieces of a size.
struct Pieces {
    rest: Vec<u8>,
    size: usize,
}

impl Stream for Pieces {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let size = self.size.min(self.rest.len());
        let piece: Vec<u8> = self.rest.drain(..size).collect();
        Poll::Ready((!piece.is_empty()).then(|| Ok(piece.into())))
    }
}

#[test]
fn a_form_may_be_torn_anywhere() {
    let s3 = local();
    // Much that looks like the delimiter, and is none.
    let file: Vec<u8> = b"\r\n--xy\r\r\n--x-\r\n\r\n--xz--xyz\r".repeat(7);
    let whole = form(&[("key", "k"), ("empty", "")], Some(("f", &file)));
    for size in 1..=whole.len() {
        let pieces = Pieces { rest: whole.clone(), size };
        let body = BodyIn::new(Box::pin(pieces), None, Arc::default());
        let (fields, received) = s3.wait(async {
            let mut form = Form::new(body, "xyz");
            let fields = form.fields().await.unwrap();
            let mut file = form.file(None);
            let mut received = Vec::new();
            while let Some(piece) = file.next().await {
                received.extend_from_slice(&piece.unwrap());
            }
            (fields, received)
        });
        assert_eq!(fields.values.len(), 2, "pieces of {size}");
        assert!(received == file, "pieces of {size}");
    }
}

#[test]
fn only_a_form_has_a_boundary() {
    for (content_type, want) in [
        ("multipart/form-data; boundary=abc", Some("abc")),
        ("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"", Some("a b")),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary=", None),
        ("multipart/mixed; boundary=abc", None),
        ("application/x-www-form-urlencoded", None),
    ] {
        assert_eq!(boundary(content_type).as_deref(), want, "{content_type}");
    }
}
