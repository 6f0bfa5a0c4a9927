//! Rules of reading, copying, deleting and restoring, over the operations.

use crate::tests::{answer, bucket, call, code, filled, refused};
use base::AccountId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use ports::Caller;
use serde_json::{Value, json};
use shapes_s3 as api;
use testkit::Local;

const DAY_MILLIS: u32 = 24 * 60 * 60 * 1000;
/// The second and the third of January 2026, in seconds.
const JANUARY_2: i64 = 1_767_312_000;
const JANUARY_3: i64 = 1_767_398_400;

fn put(s3: &Local, key: &str, more: &Value) {
    let mut input = json!({"Bucket": "bkt", "Key": key});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    answer::<api::PutObject>(s3, input);
}

fn head(s3: &Local, key: &str) -> Value {
    answer::<api::HeadObject>(s3, json!({"Bucket": "bkt", "Key": key}))
}

fn versioning(s3: &Local, status: &str) {
    let input = json!({"Bucket": "bkt", "VersioningConfiguration": {"Status": status}});
    answer::<api::PutBucketVersioning>(s3, input);
}

/// RFC 9110, section 13.1.3, and as recorded.
#[test]
fn a_day_that_has_yet_to_come_is_no_condition() {
    let s3 = bucket();
    put(&s3, "k", &json!({}));
    let read =
        || call::<api::GetObject>(&s3, json!({"Bucket": "bkt", "Key": "k", "IfModifiedSince": JANUARY_2}));
    let copy = || {
        let input = json!({"Bucket": "bkt", "Key": "c", "CopySource": "bkt/k",
            "CopySourceIfModifiedSince": JANUARY_2});
        call::<api::CopyObject>(&s3, input)
    };
    assert!(read().is_ok());
    assert!(copy().is_ok());
    s3.advance(2 * DAY_MILLIS);
    assert_eq!(code(read()), "NotModified");
    assert_eq!(code(copy()), "PreconditionFailed");
}

#[test]
fn a_null_version_is_told_by_a_copy_and_by_what_was_not_modified() {
    let s3 = bucket();
    put(&s3, "k", &json!({}));
    let copy = || answer::<api::CopyObject>(&s3, json!({"Bucket": "bkt", "Key": "c", "CopySource": "bkt/k"}));
    let unmodified = || {
        let input = json!({"Bucket": "bkt", "Key": "k", "IfNoneMatch": "*"});
        let fault = call::<api::GetObject>(&s3, input).unwrap_err();
        fault.headers.into_iter().find(|(name, _)| *name == "x-amz-version-id").map(|(_, id)| id)
    };
    assert_eq!((copy()["VersionId"].as_str(), unmodified()), (None, None));
    versioning(&s3, "Suspended");
    assert_eq!(copy()["VersionId"], "null");
    assert_eq!(unmodified().as_deref(), Some("null"));
    versioning(&s3, "Enabled");
    assert_eq!(copy()["VersionId"].as_str().map(str::len), Some(32));
}

/// As DeleteObject refuses them: who names a condition must not lose what it would have kept.
#[test]
fn of_many_none_is_deleted_on_a_condition_that_is_not_known() {
    let s3 = bucket();
    let mut objects = Vec::new();
    for (key, condition) in
        [("size", json!({"Size": 7})), ("time", json!({"LastModifiedTime": JANUARY_2})), ("plain", json!({}))]
    {
        put(&s3, key, &json!({}));
        let mut object = condition;
        object["Key"] = json!(key);
        objects.push(object);
    }
    let deleted = answer::<api::DeleteObjects>(&s3, json!({"Bucket": "bkt", "Delete": {"Objects": objects}}));
    assert_eq!(deleted["Deleted"], json!([{"Key": "plain"}]));
    let sentence = "A header you provided implies functionality that is not implemented";
    for (place, key) in ["size", "time"].into_iter().enumerate() {
        let error = json!({"Key": key, "Code": "NotImplemented", "Message": sentence});
        assert_eq!(deleted["Errors"][place], error);
        head(&s3, key);
    }
}

/// A key of the client's, and the three members that tell it.
fn customer_key() -> Value {
    let key = [7; 32];
    json!({"SSECustomerAlgorithm": "AES256", "SSECustomerKey": BASE64.encode(key),
        "SSECustomerKeyMD5": BASE64.encode(Md5::digest(key))})
}

fn with(one: Value, more: &Value) -> Value {
    let mut all = one;
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

/// What an upload of one part under a key of the client's comes to.
fn sealed_upload(s3: &Local, algorithm: Option<&str>) -> Value {
    let place = json!({"Bucket": "bkt", "Key": "k"});
    let key = customer_key();
    let begin = with(with(place.clone(), &key), &json!({"ChecksumAlgorithm": algorithm}));
    let upload = answer::<api::CreateMultipartUpload>(s3, begin)["UploadId"].clone();
    let part = json!({"Bucket": "bkt", "Key": "k", "UploadId": upload, "PartNumber": 1});
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let sent = s3.stream_with::<api::UploadPart>(&cx, filled(&with(part, &key)), b"abc").unwrap().0.output;
    let parts = json!([{"PartNumber": 1, "ETag": sent.e_tag, "ChecksumCRC32": sent.checksum_crc32}]);
    let end = with(place, &json!({"UploadId": upload, "MultipartUpload": {"Parts": parts}}));
    answer::<api::CompleteMultipartUpload>(s3, end)
}

/// Recorded: of several parts under the client's key nothing is computed that nobody asked for.
#[test]
fn an_upload_under_the_clients_key_has_the_checksum_it_asked_for_or_none() {
    let s3 = bucket();
    let read = |wanted: &Value| {
        let input = with(with(json!({"Bucket": "bkt", "Key": "k"}), &customer_key()), wanted);
        answer::<api::HeadObject>(&s3, input)
    };
    for (algorithm, has) in [(None, false), (Some("CRC32"), true)] {
        let completed = sealed_upload(&s3, algorithm);
        let shown = read(&json!({"ChecksumMode": "ENABLED"}));
        let listed = answer::<api::ListObjectsV2>(&s3, json!({"Bucket": "bkt"}));
        let versions = answer::<api::ListObjectVersions>(&s3, json!({"Bucket": "bkt"}));
        let input = with(json!({"Bucket": "bkt", "Key": "k"}), &customer_key());
        let asked = with(input, &json!({"ObjectAttributes": ["Checksum", "ObjectSize"]}));
        let attributes = answer::<api::GetObjectAttributes>(&s3, asked);
        for (found, of) in [
            (&completed["ChecksumType"], "CompleteMultipartUpload"),
            (&shown["ChecksumType"], "HeadObject"),
            (&listed["Contents"][0]["ChecksumType"], "ListObjectsV2"),
            (&listed["Contents"][0]["ChecksumAlgorithm"], "ListObjectsV2"),
            (&attributes["Checksum"], "GetObjectAttributes"),
        ] {
            assert_eq!(!found.is_null(), has, "{of}: {found}");
        }
        assert_eq!(versions.to_string().contains("ChecksumType"), has, "{versions}");
        for member in ["ChecksumCRC64NVME", "ChecksumCRC32"] {
            let is_there = has && member == "ChecksumCRC32";
            assert_eq!(!completed[member].is_null(), is_there, "{member}");
        }
        assert_eq!(attributes["ObjectSize"], 3);
    }
}

#[test]
fn a_restored_copy_goes_at_its_end_unless_it_was_put_off() {
    let s3 = bucket();
    for key in ["one", "other"] {
        put(&s3, key, &json!({"StorageClass": "GLACIER"}));
    }
    let restore = |key: &str, days: i32| {
        let input = json!({"Bucket": "bkt", "Key": key, "RestoreRequest": {"Days": days}});
        answer::<api::RestoreObject>(&s3, input);
    };
    let listed = |kind: &str| {
        let input = json!({"Bucket": "bkt", "OptionalObjectAttributes": ["RestoreStatus"]});
        let list = match kind {
            "v1" => answer::<api::ListObjects>(&s3, input)["Contents"].take(),
            "v2" => answer::<api::ListObjectsV2>(&s3, input)["Contents"].take(),
            _ => answer::<api::ListObjectVersions>(&s3, input)["VersionEntries"].take(),
        };
        list.to_string().matches("IsRestoreInProgress").count()
    };
    let plain = answer::<api::ListObjectsV2>(&s3, json!({"Bucket": "bkt"}));
    assert!(!plain.to_string().contains("RestoreStatus"));
    restore("one", 1);
    restore("other", 1);
    restore("other", 3);
    let shown = "ongoing-request=\"false\", expiry-date=\"Sat, 03 Jan 2026 00:00:00 GMT\"";
    assert_eq!(head(&s3, "one")["Restore"], shown);
    let status = answer::<api::ListObjectsV2>(
        &s3,
        json!({"Bucket": "bkt", "OptionalObjectAttributes": ["RestoreStatus"]}),
    );
    let status = &status["Contents"][0]["RestoreStatus"];
    assert_eq!(*status, json!({"IsRestoreInProgress": false, "RestoreExpiryDate": JANUARY_3}));
    assert_eq!(["v1", "v2"].map(listed), [2, 2]);
    s3.advance(2 * DAY_MILLIS);
    assert_eq!(head(&s3, "one")["Restore"], Value::Null);
    assert_eq!(head(&s3, "other")["Restore"], shown.replace("Sat, 03", "Mon, 05"));
    assert_eq!(["v1", "v2"].map(listed), [1, 1]);
    assert_eq!(
        code(call::<api::GetObject>(&s3, json!({"Bucket": "bkt", "Key": "one"}))),
        "InvalidObjectState"
    );
    let log = s3.world().store.events_since(0, 1000).unwrap();
    assert_eq!(log.iter().filter(|event| event.kind == "ObjectRestoreExpired").count(), 1);
}

#[test]
fn the_deep_archive_has_no_short_cut() {
    let s3 = bucket();
    put(&s3, "deep", &json!({"StorageClass": "DEEP_ARCHIVE"}));
    put(&s3, "cold", &json!({"StorageClass": "GLACIER"}));
    let restore = |key: &str, tier: &str| {
        json!({"Bucket": "bkt", "Key": key,
            "RestoreRequest": {"Days": 1, "GlacierJobParameters": {"Tier": tier}}})
    };
    refused::<api::RestoreObject>(
        &s3,
        restore("deep", "Expedited"),
        "InvalidArgument",
        "Retrieval option is not supported by this storage class",
        &[("ArgumentName", "Tier"), ("ArgumentValue", "Expedited")],
    );
    answer::<api::RestoreObject>(&s3, restore("deep", "Bulk"));
    answer::<api::RestoreObject>(&s3, restore("cold", "Expedited"));
}

/// Recorded: the token says where a page begins, and what was said before is not repeated.
#[test]
fn a_page_by_its_token_does_not_repeat_where_the_list_began() {
    let s3 = bucket();
    for key in ["a", "b", "c"] {
        put(&s3, key, &json!({}));
    }
    let list = |more: &Value| {
        answer::<api::ListObjectsV2>(
            &s3,
            with(json!({"Bucket": "bkt", "StartAfter": "a", "MaxKeys": 1}), more),
        )
    };
    let first = list(&json!({}));
    assert_eq!((&first["StartAfter"], &first["Contents"][0]["Key"]), (&json!("a"), &json!("b")));
    let second = list(&json!({"ContinuationToken": first["NextContinuationToken"]}));
    assert_eq!((&second["StartAfter"], &second["Contents"][0]["Key"]), (&Value::Null, &json!("c")));
}
