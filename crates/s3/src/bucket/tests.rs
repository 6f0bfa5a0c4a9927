//! Rules of buckets, over the operations.

use crate::tests::{code, local};
use shapes_s3::{
    CreateBucket, CreateBucketRequest, DeleteBucket, DeleteBucketRequest, HeadBucket, HeadBucketRequest,
};

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
