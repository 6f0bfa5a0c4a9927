//! Who pays for requests.

use crate::{get, put, refused, start};
use testkit::Answer;

fn charged(answer: &Answer) -> Option<&str> {
    answer.header("x-amz-request-charged")
}

#[test]
fn a_requester_says_that_it_pays_and_is_told_so() {
    let (server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let other = server.client("s3").key("111111111111", "x", None);
    get(&other, "/photos/k").ok();
    let body = b"<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>";
    put(&s3, "/photos?requestPayment", body).ok();
    for target in ["/photos/k", "/photos", "/photos?list-type=2", "/photos?versions", "/photos?uploads"] {
        refused(&get(&other, target), 403, "AccessDenied", "Access Denied", &[]);
        let agreed = other.request("GET", target).header("x-amz-request-payer", "requester").send().ok();
        assert_eq!(charged(&agreed), Some("requester"), "{target}");
        // What else it says is no agreement.
        let owner = other.request("GET", target).header("x-amz-request-payer", "owner").send();
        assert!(owner.status >= 400, "{target}");
        assert_eq!(charged(&get(&s3, target).ok()), None, "{target}");
    }
    refused(&put(&other, "/photos/new", b"y"), 403, "AccessDenied", "Access Denied", &[]);
    let copy = |payer: &str| {
        let request = other.request("PUT", "/theirs/k").header("x-amz-copy-source", "/photos/k");
        if payer.is_empty() { request.send() } else { request.header("x-amz-request-payer", payer).send() }
    };
    put(&other, "/theirs", b"").ok();
    refused(&copy(""), 403, "AccessDenied", "Access Denied", &[]);
    assert_eq!(charged(&copy("requester").ok()), Some("requester"));
    // Nobody can be charged for what nobody signed.
    let nobody = server.client("s3").anonymous();
    let agreed = nobody.request("GET", "/photos/k").header("x-amz-request-payer", "requester").send();
    refused(&agreed, 403, "AccessDenied", "Access Denied", &[]);
    let back = b"<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>";
    put(&s3, "/photos?requestPayment", back).ok();
    assert_eq!(charged(&get(&other, "/photos/k").ok()), None);
}
