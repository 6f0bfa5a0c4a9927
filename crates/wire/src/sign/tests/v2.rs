//! SigV2, in the header and in URLs.

use super::super::{KeyCache, Unverified, identify, verify};
use crate::Head;
use http::{HeaderName, HeaderValue, Method};
use shape::Timestamp;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn head(method: &str, target: &str, headers: &[(&str, &str)]) -> Head {
    let mut head = Head::new(Method::from_bytes(method.as_bytes()).unwrap(), target);
    for (name, value) in headers {
        if *name == "host" {
            head.host = (*value).to_owned();
        } else {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            head.headers.append(name, HeaderValue::from_str(value).unwrap());
        }
    }
    head
}

fn judge(head: &Head, now_seconds: i64) -> Result<(), Unverified> {
    let claim = identify(head).unwrap().unwrap();
    let now = Timestamp::from_millis(now_seconds * 1000);
    verify(&claim, head, SECRET, None, now, &KeyCache::default()).map(|_| ())
}

/// The examples of the S3 developer guide, "Signing and authenticating REST requests".
#[test]
fn the_guides_examples_hold() {
    let host = ("host", "johnsmith.s3.amazonaws.com");
    for (method, target, date, kind, signature, now) in [
        (
            "GET",
            "/photos/puppy.jpg",
            "Tue, 27 Mar 2007 19:36:42 +0000",
            None,
            "bWq2s1WEIj+Ydj0vQ697zp+IXMU=",
            1_175_024_202,
        ),
        (
            "PUT",
            "/photos/puppy.jpg",
            "Tue, 27 Mar 2007 21:15:45 +0000",
            Some("image/jpeg"),
            "MyyxeRY7whkBe+bq8fHCL/2kKUg=",
            1_175_030_145,
        ),
        (
            "GET",
            "/?acl",
            "Tue, 27 Mar 2007 19:44:46 +0000",
            None,
            "c2WLPFtWHVgbEmeEG93a4cG37dM=",
            1_175_024_686,
        ),
    ] {
        let authorization = format!("AWS AKIAIOSFODNN7EXAMPLE:{signature}");
        let mut headers = vec![host, ("date", date), ("authorization", &authorization)];
        headers.extend(kind.map(|kind| ("content-type", kind)));
        judge(&head(method, target, &headers), now).unwrap();
    }
    let target = "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\
                  &Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";
    judge(&head("GET", target, &[host]), 1_175_139_620).unwrap();
}

/// URLs presigned by botocore 1.43.11 against an endpoint of the user's own, good until 1767268860.
#[test]
fn botocores_urls_hold_until_they_expire() {
    for (method, target) in [
        (
            "GET",
            "/photos/a%20b/%C3%A9%2B.jpg?response-content-type=text%2Fplain%3B%20charset%3Dutf-8&versionId=v1\
             &AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=QTD5bFdocqqJzGCkhNRlgr0vZAw%3D&Expires=1767268860",
        ),
        (
            "PUT",
            "/photos/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=ebDrU38UTMYxVumTIhVBxirbYhk%3D\
             &x-amz-acl=public-read&x-amz-meta-who=anna&Expires=1767268860",
        ),
        (
            "PUT",
            "/photos/k?partNumber=2&uploadId=u&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\
             &Signature=%2FAkZizbKFrBNoxqG5eNqeo%2B84K0%3D&Expires=1767268860",
        ),
        (
            "GET",
            "/photos?acl&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=eokwFqRWBhBqxQ4LI5Mw3hZwNSk%3D\
             &Expires=1767268860",
        ),
        (
            "PUT",
            "/photos/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=Ghkqzx9eOC0WBdT66YXW%2FriPnZE%3D\
             &x-amz-acl=public-read&x-amz-meta-who=anna&x-amz-security-token=TOKEN%2F%2B%3D%3D\
             &Expires=1767268860",
        ),
    ] {
        judge(&head(method, target, &[]), 1_767_268_860).unwrap();
        let late = judge(&head(method, target, &[]), 1_767_268_861);
        assert!(matches!(late, Err(Unverified::Expired { .. })), "{late:?}");
        for (from, to) in [("/photos", "/photo5"), ("1767268860", "1767268869"), ("public-read", "public")] {
            let changed = target.replace(from, to);
            if changed != target {
                let outcome = judge(&head(method, &changed, &[]), 1_767_268_860);
                assert!(matches!(outcome, Err(Unverified::Mismatch { .. })), "{changed}: {outcome:?}");
            }
        }
    }
}
