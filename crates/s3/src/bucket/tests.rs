//! Rules of buckets, over the operations.

use crate::tests::{answer, bucket, called_by, code, local};
use http::Method;
use ports::{Caller, Cx, Request};
use serde_json::{Value, json};
use shape::Operation;
use shapes_s3 as api;
use shapes_s3::{
    CreateBucket, CreateBucketRequest, DeleteBucket, DeleteBucketRequest, HeadBucket, HeadBucketRequest,
};
use std::sync::Arc;
use testkit::Local;
use wire::{Fault, Head};

#[test]
fn a_bucket_is_made_once_and_gone_after_its_deletion() {
    let s3 = local();
    let bucket = || Some("photos".to_owned());
    let create = || {
        s3.call::<CreateBucket>(CreateBucketRequest { bucket: bucket(), ..CreateBucketRequest::default() })
    };
    assert_eq!(create().unwrap().location.as_deref(), Some("/photos"));
    // us-east-1 repeats the success.
    assert!(create().is_ok());
    let head =
        || s3.call::<HeadBucket>(HeadBucketRequest { bucket: bucket(), ..HeadBucketRequest::default() });
    assert_eq!(head().unwrap().bucket_region.as_deref(), Some("us-east-1"));
    s3.call::<DeleteBucket>(DeleteBucketRequest { bucket: bucket(), ..DeleteBucketRequest::default() })
        .unwrap();
    assert_eq!(code(head()), "NoSuchBucket");
}

#[test]
fn names_against_the_rules_are_refused() {
    let s3 = local();
    for name in ["ab", "Photos", "192.168.0.1", "a..b"] {
        let input = CreateBucketRequest { bucket: Some(name.to_owned()), ..CreateBucketRequest::default() };
        assert_eq!(code(s3.call::<CreateBucket>(input)), "InvalidBucketName", "{name}");
    }
}

/// A call of another account, or of nobody, that agrees to pay: by a header, or in a link.
fn paying<O: Operation>(
    s3: &Local,
    caller: Caller,
    target: &str,
    by_header: bool,
    input: &Value,
) -> Result<O::Output, Fault> {
    let own = s3.cx(caller, "us-east-1");
    let mut head = Head::new(Method::GET, target);
    if by_header {
        head.headers.insert("x-amz-request-payer", "requester".parse().unwrap());
    }
    let (caller, scope) = (own.caller().clone(), own.scope().clone());
    let (id, peer) = (own.request_id().to_owned(), own.peer());
    let cx: Cx = own.within(Request { caller, scope, now: own.now(), id, peer, head: Arc::new(head) });
    s3.call_with::<O>(&cx, crate::tests::filled(input))
}

#[test]
fn whoever_else_asks_for_data_has_to_say_that_it_pays() {
    let s3 = bucket();
    let (k, all) = (json!({"Bucket": "bkt", "Key": "k"}), json!({"Bucket": "bkt"}));
    answer::<api::PutObject>(&s3, k.clone());
    let other = || Caller::root("111111111111".parse().unwrap(), None);
    assert!(called_by::<api::GetObject>(&s3, "111111111111", k.clone()).is_ok());
    let charged = |outcome: Result<api::HeadObjectOutput, Fault>| outcome.unwrap().request_charged;
    // Agreeing where nobody asks costs nothing.
    assert_eq!(charged(paying::<api::HeadObject>(&s3, other(), "/bkt/k", true, &k)), None);
    let payment = json!({"Bucket": "bkt", "RequestPaymentConfiguration": {"Payer": "Requester"}});
    answer::<api::PutBucketRequestPayment>(&s3, payment);
    for outcome in [
        called_by::<api::GetObject>(&s3, "111111111111", k.clone()),
        called_by::<api::HeadObject>(&s3, "111111111111", k.clone()),
        called_by::<api::PutObject>(&s3, "111111111111", k.clone()),
        called_by::<api::DeleteObject>(&s3, "111111111111", k.clone()),
        called_by::<api::ListObjectsV2>(&s3, "111111111111", all.clone()),
        called_by::<api::CreateMultipartUpload>(&s3, "111111111111", k.clone()),
        called_by::<api::GetObjectTagging>(&s3, "111111111111", k.clone()),
    ] {
        let fault = outcome.unwrap_err();
        let told = (fault.status, &*fault.code, fault.message.as_deref());
        assert_eq!(told, (403, "AccessDenied", Some("Access Denied")));
    }
    // The owner need not agree, and what a bucket is configured to is free.
    assert_eq!(answer::<api::HeadObject>(&s3, k.clone())["RequestCharged"], Value::Null);
    assert!(called_by::<api::GetBucketVersioning>(&s3, "111111111111", all.clone()).is_ok());
    let requester = Some("requester".to_owned());
    assert_eq!(charged(paying::<api::HeadObject>(&s3, other(), "/bkt/k", true, &k)), requester);
    let link = "/bkt/k?X-Amz-Expires=60&x-amz-request-payer=requester";
    assert_eq!(charged(paying::<api::HeadObject>(&s3, other(), link, false, &k)), requester);
    let listed = paying::<api::ListObjectsV2>(&s3, other(), "/bkt", true, &all).unwrap();
    assert_eq!(listed.request_charged, requester);
    // Nobody can be charged for what nobody signed.
    let unsigned = paying::<api::HeadObject>(&s3, Caller::anonymous(), "/bkt/k", true, &k);
    assert_eq!(code(unsigned), "AccessDenied");
}
