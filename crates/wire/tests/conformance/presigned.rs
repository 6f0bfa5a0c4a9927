//! What a presigned URL of S3 says of its object.

use crate::dynamic::{Structure, leak_api, model};
use http::{HeaderValue, Method};
use serde_json::{Value as Json, json};
use wire::Head;
use wire::codec::{canonical, decode_into};
use wire::route::Route;

fn put(head: &Head) -> Json {
    let api = leak_api(&model("s3", &["PutObject"]));
    let route = Route::new(api, api.operations[0]);
    let mut input = Structure::new(route.operation.input);
    decode_into(&mut input, &route, head, b"").expect("the request can be read");
    canonical::to_json(&input)
}

/// botocore and the JavaScript SDK put the headers they sign into the URL; whoever uses it sends none.
#[test]
fn headers_may_stand_in_a_presigned_url() {
    let query = "x-amz-acl=public-read&X-Amz-Meta-Who=anna%20b&x-amz-meta-a=1&X-Amz-Expires=60";
    for signature in ["&X-Amz-Signature=f00d", "&AWSAccessKeyId=AK&Signature=f00d"] {
        let mut head = Head::new(Method::PUT, &format!("/photos/a.jpg?{query}{signature}"));
        let wanted = json!({"ACL": "public-read", "Metadata": {"a": "1", "who": "anna b"}});
        assert_eq!(put(&head), wanted);
        // A header that is sent counts.
        head.headers.insert("x-amz-acl", HeaderValue::from_static("private"));
        head.headers.insert("x-amz-meta-a", HeaderValue::from_static("2"));
        let wanted = json!({"ACL": "private", "Metadata": {"a": "2", "who": "anna b"}});
        assert_eq!(put(&head), wanted);
    }
}

#[test]
fn a_query_that_is_not_signed_holds_no_headers() {
    let head = Head::new(Method::PUT, "/photos/a.jpg?x-amz-acl=public-read&x-amz-meta-a=1");
    assert_eq!(put(&head), json!({}));
}

/// The AWS SDK for JavaScript presigns with the checksum of no body; S3 judges none that stands in a URL.
#[test]
fn a_presigned_url_holds_no_checksum() {
    let checksums =
        "x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32&X-Amz-Checksum-Sha256=x";
    let mut head = Head::new(Method::PUT, &format!("/photos/a.jpg?{checksums}&X-Amz-Signature=f00d"));
    assert_eq!(put(&head), json!({}));
    head.headers.insert("x-amz-checksum-crc32", HeaderValue::from_static("AAAAAA=="));
    assert_eq!(put(&head), json!({"ChecksumCRC32": "AAAAAA=="}));
}
