//! Annotations over the operations: whose they are, what goes along with them, and that every byte comes back.

use crate::error::Configuration;
use crate::notification::DeliveryRow;
use crate::tests::{bucket, code, configure, filled, small_segments};
use base::AccountId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use ports::{Caller, Cx, Request};
use serde_json::{Value, json};
use shapes_s3 as api;
use std::sync::Arc;
use testkit::Local;
use wire::{Fault, Head};

fn root(s3: &Local) -> Cx {
    s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1")
}

/// `{"Bucket": "bkt", "Key": key}` and more.
fn of(key: &str, more: &Value) -> Value {
    let mut input = json!({"Bucket": "bkt", "Key": key});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

fn put_object(s3: &Local, key: &str, more: &Value) -> api::PutObjectOutput {
    let mut input = of(key, more);
    // Locked bytes have to be vouched for.
    input["ContentMD5"] = json!("hBotaJrYa9FhFEdFPCLG/A==");
    s3.stream_with::<api::PutObject>(&root(s3), filled(&input), b"body").unwrap().0.output
}

fn annotate(
    s3: &Local,
    key: &str,
    more: &Value,
    payload: &[u8],
) -> Result<api::PutObjectAnnotationOutput, Fault> {
    annotate_by(s3, &root(s3), key, more, payload)
}

fn annotate_by(
    s3: &Local,
    cx: &Cx,
    key: &str,
    more: &Value,
    payload: &[u8],
) -> Result<api::PutObjectAnnotationOutput, Fault> {
    let stored = s3.stream_with::<api::PutObjectAnnotation>(cx, filled(&of(key, more)), payload);
    stored.map(|(answer, _)| answer.output)
}

fn read(s3: &Local, key: &str, more: &Value) -> Result<Vec<u8>, Fault> {
    let found = s3.stream_with::<api::GetObjectAnnotation>(&root(s3), filled(&of(key, more)), &[]);
    found.map(|(_, bytes)| bytes.to_vec())
}

fn remove(s3: &Local, key: &str, more: &Value) -> Result<api::DeleteObjectAnnotationOutput, Fault> {
    s3.call::<api::DeleteObjectAnnotation>(filled(&of(key, more)))
}

fn names(s3: &Local, key: &str, more: &Value) -> Vec<String> {
    let listed = s3.call::<api::ListObjectAnnotations>(filled(&of(key, more))).unwrap();
    let listed = listed.annotations.unwrap();
    listed.into_iter().map(|annotation| annotation.annotation_name.unwrap()).collect()
}

fn versioning(s3: &Local, status: &str) {
    let input = json!({"Bucket": "bkt", "VersioningConfiguration": {"Status": status}});
    s3.call::<api::PutBucketVersioning>(filled(&input)).unwrap();
}

fn delete_object(s3: &Local, key: &str, more: &Value) -> Option<String> {
    s3.call::<api::DeleteObject>(filled(&of(key, more))).unwrap().version_id
}

fn live_bytes(s3: &Local) -> u64 {
    s3.settle();
    s3.world().blobs.usage().live_bytes
}

#[test]
fn an_annotation_belongs_to_one_version() {
    let s3 = bucket();
    versioning(&s3, "Enabled");
    let first = put_object(&s3, "k", &json!({}));
    let a = json!({"AnnotationName": "a"});
    let stored = annotate(&s3, "k", &a, b"on the first").unwrap();
    assert_eq!(stored.object_version_id, first.version_id);
    let head = s3.call::<api::HeadObject>(filled(&of("k", &json!({})))).unwrap();
    assert_eq!((head.e_tag, head.version_id), (first.e_tag, first.version_id.clone()));

    put_object(&s3, "k", &json!({}));
    assert_eq!(code(read(&s3, "k", &a)), "NoSuchAnnotation");
    annotate(&s3, "k", &a, b"on the second").unwrap();
    let at_first = json!({"AnnotationName": "a", "VersionId": first.version_id.clone().unwrap()});
    assert_eq!(read(&s3, "k", &at_first).unwrap(), b"on the first");
    assert_eq!(read(&s3, "k", &a).unwrap(), b"on the second");

    let marker = delete_object(&s3, "k", &json!({})).unwrap();
    assert_eq!(code(read(&s3, "k", &a)), "NoSuchKey");
    let at_marker = json!({"AnnotationName": "a", "VersionId": marker});
    assert_eq!(code(read(&s3, "k", &at_marker)), "MethodNotAllowed");
    assert_eq!(code(annotate(&s3, "k", &at_marker, b"x")), "MethodNotAllowed");
    delete_object(&s3, "k", &json!({"VersionId": marker}));
    assert_eq!(read(&s3, "k", &a).unwrap(), b"on the second");

    delete_object(&s3, "k", &json!({"VersionId": first.version_id.unwrap()}));
    assert_eq!(code(read(&s3, "k", &at_first)), "NoSuchVersion");
}

/// Whatever ends an annotation gives its bytes back.
#[test]
fn the_bytes_of_annotations_go_with_them() {
    type End = fn(&Local);
    let ends: [(&str, End); 5] = [
        ("it is removed", |s3| {
            remove(s3, "k", &json!({"AnnotationName": "a"})).unwrap();
            delete_object(s3, "k", &json!({}));
        }),
        ("its object is deleted", |s3| {
            delete_object(s3, "k", &json!({}));
        }),
        ("its object is overwritten", |s3| {
            put_object(s3, "k", &json!({}));
            assert_eq!(names(s3, "k", &json!({})), Vec::<String>::new());
            delete_object(s3, "k", &json!({}));
        }),
        ("the null version is replaced", |s3| {
            versioning(s3, "Enabled");
            versioning(s3, "Suspended");
            put_object(s3, "k", &json!({}));
            delete_object(s3, "k", &json!({"VersionId": "null"}));
        }),
        ("it is copied, and both go", |s3| {
            let source = json!({"CopySource": "bkt/k"});
            s3.call::<api::CopyObject>(filled(&of("copy", &source))).unwrap();
            delete_object(s3, "k", &json!({}));
            assert_eq!(read(s3, "copy", &json!({"AnnotationName": "a"})).unwrap(), b"twice");
            delete_object(s3, "copy", &json!({}));
        }),
    ];
    for (what, end) in ends {
        let s3 = bucket();
        put_object(&s3, "k", &json!({}));
        annotate(&s3, "k", &json!({"AnnotationName": "a"}), b"once").unwrap();
        annotate(&s3, "k", &json!({"AnnotationName": "a"}), b"twice").unwrap();
        assert_eq!(live_bytes(&s3), 9, "{what}: what was replaced is gone");
        end(&s3);
        assert_eq!(live_bytes(&s3), 0, "{what}");
    }
}

#[test]
fn a_refused_annotation_leaves_no_bytes() {
    let s3 = bucket();
    put_object(&s3, "k", &json!({}));
    let before = live_bytes(&s3);
    let too_long = vec![b'x'; 1024 * 1024 + 1];
    for (payload, want) in [
        (&b""[..], "InvalidRequest"),
        (&too_long, "InvalidRequest"),
        (&[0xff, 0xfe][..], "UnsupportedMediaType"),
        ("é".as_bytes().split_at(1).0, "UnsupportedMediaType"),
    ] {
        let found = code(annotate(&s3, "k", &json!({"AnnotationName": "a"}), payload));
        assert_eq!(found, want, "{} bytes", payload.len());
    }
    let wrong = json!({"AnnotationName": "a", "ChecksumCRC32": "AAAAAA=="});
    assert_eq!(code(annotate(&s3, "k", &wrong, b"x")), "BadDigest");
    assert_eq!(live_bytes(&s3), before);
    annotate(&s3, "k", &json!({"AnnotationName": "a"}), &too_long[1..]).unwrap();
    assert_eq!(read(&s3, "k", &json!({"AnnotationName": "a"})).unwrap().len(), 1024 * 1024);
}

#[test]
fn a_version_takes_a_thousand_annotations() {
    let s3 = bucket();
    put_object(&s3, "k", &json!({}));
    for number in 0..1000 {
        annotate(&s3, "k", &json!({"AnnotationName": format!("n{number}")}), b"x").unwrap();
    }
    let one_more = json!({"AnnotationName": "more"});
    assert_eq!(code(annotate(&s3, "k", &one_more, b"x")), "AnnotationLimitExceeded");
    annotate(&s3, "k", &json!({"AnnotationName": "n7"}), b"replaced").unwrap();
    remove(&s3, "k", &json!({"AnnotationName": "n8"})).unwrap();
    remove(&s3, "k", &json!({"AnnotationName": "n8"})).unwrap();
    annotate(&s3, "k", &one_more, b"x").unwrap();
    assert_eq!(code(annotate(&s3, "k", &json!({"AnnotationName": "most"}), b"x")), "AnnotationLimitExceeded");
    assert_eq!(names(&s3, "k", &json!({})).len(), 1000);
    delete_object(&s3, "k", &json!({}));
    assert_eq!(live_bytes(&s3), 0);
}

#[test]
fn they_move_with_compaction() {
    let s3 = small_segments();
    let payload = |number: usize| vec![b'a' + u8::try_from(number % 26).unwrap(); 900];
    for number in 0..40 {
        let key = format!("k{number}");
        put_object(&s3, &key, &json!({}));
        annotate(&s3, &key, &json!({"AnnotationName": "a"}), &payload(number)).unwrap();
    }
    s3.call::<api::CopyObject>(filled(&of("twin", &json!({"CopySource": "bkt/k0"})))).unwrap();
    for number in (0..40).filter(|number| number % 4 != 0) {
        delete_object(&s3, &format!("k{number}"), &json!({}));
    }
    let before = s3.world().blobs.usage();
    s3.settle();
    let after = s3.world().blobs.usage();
    assert!(after.segments * 2 < before.segments, "{before:?} {after:?}");
    assert_eq!(after.live_bytes, before.live_bytes);
    let kept: Vec<_> = crate::kept(&s3.world().store.view()).collect::<Result<_, _>>().unwrap();
    assert_eq!(kept.iter().map(|blob| blob.len()).sum::<u64>(), 10 * 904, "each blob is named once");
    for (key, number) in [("k0", 0), ("k36", 36), ("twin", 0)] {
        assert_eq!(read(&s3, key, &json!({"AnnotationName": "a"})).unwrap(), payload(number), "{key}");
    }
}

#[test]
fn copies_take_them_along_unless_told_otherwise() {
    let s3 = bucket();
    put_object(&s3, "k", &json!({}));
    annotate(&s3, "k", &json!({"AnnotationName": "a"}), b"abc").unwrap();
    let copy = |target: &str, more: Value| {
        let mut input = of(target, &more);
        input["CopySource"] = json!("bkt/k");
        s3.call::<api::CopyObject>(filled(&input))
    };
    let algorithm = |target: &str| {
        let listed = s3.call::<api::ListObjectAnnotations>(filled(&of(target, &json!({})))).unwrap();
        listed.annotations.unwrap()[0].checksum_algorithm.clone().unwrap()
    };
    copy("with", json!({})).unwrap();
    copy("said", json!({"AnnotationDirective": "COPY"})).unwrap();
    copy("without", json!({"AnnotationDirective": "EXCLUDE"})).unwrap();
    copy("hashed", json!({"ChecksumAlgorithm": "SHA256"})).unwrap();
    copy("k", json!({"MetadataDirective": "REPLACE"})).unwrap();
    for key in ["with", "said", "hashed", "k"] {
        assert_eq!(read(&s3, key, &json!({"AnnotationName": "a"})).unwrap(), b"abc", "{key}");
    }
    assert_eq!(names(&s3, "without", &json!({})), Vec::<String>::new());
    assert_eq!((algorithm("with"), algorithm("hashed")), (vec!["CRC64NVME".into()], vec!["SHA256".into()]));
    // The copy's are its own.
    remove(&s3, "with", &json!({"AnnotationName": "a"})).unwrap();
    assert_eq!(names(&s3, "k", &json!({})), ["a"]);
}

#[test]
fn replicas_take_along_what_was_attached_before_them() {
    let s3 = bucket();
    versioning(&s3, "Enabled");
    s3.call::<api::CreateBucket>(filled(&json!({"Bucket": "target"}))).unwrap();
    let enabled = json!({"Bucket": "target", "VersioningConfiguration": {"Status": "Enabled"}});
    s3.call::<api::PutBucketVersioning>(filled(&enabled)).unwrap();
    put_object(&s3, "k", &json!({}));
    annotate(&s3, "k", &json!({"AnnotationName": "a"}), b"abc").unwrap();
    let configuration: api::ReplicationConfiguration = filled(&json!({"Role": "r", "Rules": [{"Priority": 1,
        "Filter": {}, "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::target"},
        "DeleteMarkerReplication": {"Status": "Disabled"}}]}));
    configure(&s3, "bkt", Configuration::Replication, &configuration);
    // A copy has its annotations from the beginning.
    s3.call::<api::CopyObject>(filled(&of("copy", &json!({"CopySource": "bkt/k"})))).unwrap();
    let input = json!({"Bucket": "target", "Key": "copy", "AnnotationName": "a"});
    let (_, replica) = s3.stream_with::<api::GetObjectAnnotation>(&root(&s3), filled(&input), &[]).unwrap();
    assert_eq!(&replica[..], b"abc");
}

/// The client's own key seals no annotations.
#[test]
fn objects_of_sse_c_have_none() {
    let s3 = bucket();
    let secret = b"01234567890123456789012345678901";
    let customer = json!({"SSECustomerAlgorithm": "AES256", "SSECustomerKey": BASE64.encode(secret),
        "SSECustomerKeyMD5": BASE64.encode(Md5::digest(secret))});
    put_object(&s3, "sealed", &customer);
    assert_eq!(code(annotate(&s3, "sealed", &json!({"AnnotationName": "a"}), b"x")), "InvalidRequest");
    put_object(&s3, "k", &json!({}));
    annotate(&s3, "k", &json!({"AnnotationName": "a"}), b"x").unwrap();
    let before = live_bytes(&s3);
    let mut into = of("copy", &customer);
    into["CopySource"] = json!("bkt/k");
    assert_eq!(code(s3.call::<api::CopyObject>(filled(&into))), "InvalidRequest");
    assert_eq!(live_bytes(&s3), before);
    into["AnnotationDirective"] = json!("EXCLUDE");
    s3.call::<api::CopyObject>(filled(&into)).unwrap();
}

#[test]
fn they_are_encrypted_as_their_object_is() {
    let s3 = bucket();
    put_object(&s3, "k", &json!({"ServerSideEncryption": "aws:kms"}));
    let stored = annotate(&s3, "k", &json!({"AnnotationName": "a"}), b"abc").unwrap();
    assert_eq!(stored.server_side_encryption.as_deref(), Some("aws:kms"));
    assert_ne!(stored.e_tag.as_deref(), Some("\"900150983cd24fb0d6963f7d28e17f72\""), "it tells nothing");
}

/// Who says `bypass`, or not.
fn bypassing(s3: &Local, bypass: bool) -> Cx {
    let cx = root(s3);
    let mut head = Head::new(http::Method::PUT, "/bkt/k");
    if bypass {
        head.headers.insert("x-amz-bypass-governance-retention", "true".parse().unwrap());
    }
    cx.within(Request {
        caller: cx.caller().clone(),
        scope: cx.scope().clone(),
        now: cx.now(),
        id: "id".to_owned(),
        peer: None,
        head: Arc::new(head),
    })
}

#[test]
fn locks_keep_annotations_as_they_are() {
    let retained = |mode: &str| json!({"ObjectLockMode": mode, "ObjectLockRetainUntilDate": 1_893_456_000});
    let held = "Access Denied because object protected by object lock legal hold.";
    let kept = "Access Denied because object protected by object lock retention.";
    for (lock, bypass, refusal) in [
        (json!({}), false, None),
        (retained("GOVERNANCE"), false, Some(kept)),
        (retained("GOVERNANCE"), true, None),
        (retained("COMPLIANCE"), true, Some(kept)),
        (json!({"ObjectLockLegalHoldStatus": "ON"}), true, Some(held)),
    ] {
        let s3 = crate::tests::local();
        let input = json!({"Bucket": "bkt", "ObjectLockEnabledForBucket": true});
        s3.call::<api::CreateBucket>(filled(&input)).unwrap();
        put_object(&s3, "k", &lock);
        let cx = bypassing(&s3, bypass);
        let a = json!({"AnnotationName": "a"});
        let put = annotate_by(&s3, &cx, "k", &a, b"x").err().and_then(|fault| fault.message);
        assert_eq!(put.as_deref(), refusal, "{lock} {bypass}");
        let removed = s3.call_with::<api::DeleteObjectAnnotation>(&cx, filled(&of("k", &a)));
        assert_eq!(removed.err().and_then(|fault| fault.message).as_deref(), refusal, "{lock} {bypass}");
    }
}

#[test]
fn destinations_are_told_of_them() {
    let s3 = bucket();
    let configuration: api::NotificationConfiguration = filled(&json!({"QueueConfigurations": [{"Id": "all",
        "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["s3:ObjectAnnotation:*"]}]}));
    configure(&s3, "bkt", Configuration::Notification, &configuration);
    put_object(&s3, "k", &json!({}));
    annotate(&s3, "k", &json!({"AnnotationName": "a"}), b"abc").unwrap();
    remove(&s3, "k", &json!({"AnnotationName": "a"})).unwrap();
    remove(&s3, "k", &json!({"AnnotationName": "a"})).unwrap();
    let view = s3.world().store.view();
    let told: Vec<Value> =
        view.range::<DeliveryRow>("").map(|row| row.message["Records"][0].clone()).collect();
    let told: Vec<_> =
        told.iter().map(|record| (&record["eventName"], &record["objectAnnotation"])).collect();
    let put = json!([{"name": "a", "size": 3, "eTag": "900150983cd24fb0d6963f7d28e17f72"}]);
    let want =
        [(json!("ObjectAnnotation:Put"), put), (json!("ObjectAnnotation:Delete"), json!([{"name": "a"}]))];
    assert_eq!(told, want.iter().map(|(name, about)| (name, about)).collect::<Vec<_>>());
}
