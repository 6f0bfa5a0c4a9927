//! Lifecycles over days of a stepped clock.

use super::rule::DAY_MILLIS;
use crate::configuration::record;
use crate::error::Configuration;
use crate::object::release::ReleaseRow;
use crate::tests::{bucket_id, code, filled, local};
use base::AccountId;
use ports::Caller;
use serde_json::{Value, json};
use shape::Shape;
use shapes_s3 as api;
use store::StoreError;
use testkit::Local;

/// Bytes that are not too small to transition.
const LARGE: usize = 128 * 1024;

fn with_bucket(versioning: Option<&str>) -> Local {
    let s3 = local();
    s3.call::<api::CreateBucket>(filled(&json!({"Bucket": "bkt"}))).unwrap();
    if let Some(status) = versioning {
        let input = json!({"Bucket": "bkt", "VersioningConfiguration": {"Status": status}});
        s3.call::<api::PutBucketVersioning>(filled(&input)).unwrap();
    }
    s3
}

fn store(s3: &Local, kind: Configuration, structure: &dyn Shape) {
    let id = bucket_id(s3, "bkt");
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    cx.write(|tx| {
        record::put(tx, &id, kind, structure);
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

fn configure(s3: &Local, configuration: &Value) {
    let configuration: api::GetBucketLifecycleConfigurationOutput = filled(configuration);
    store(s3, Configuration::Lifecycle, &configuration);
}

/// Configures one rule, `r`, about every object unless it says otherwise.
fn rule(s3: &Local, more: &Value) {
    let mut rule = json!({"ID": "r", "Status": "Enabled", "Filter": {}});
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    configure(s3, &json!({"Rules": [rule]}));
}

fn put(s3: &Local, key: &str, body: &[u8], tagging: Option<&str>) -> api::PutObjectOutput {
    let input = api::PutObjectRequest {
        bucket: Some("bkt".to_owned()),
        key: Some(key.to_owned()),
        tagging: tagging.map(str::to_owned),
        ..api::PutObjectRequest::default()
    };
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    s3.stream_with::<api::PutObject>(&cx, input, body).unwrap().0.output
}

fn head(s3: &Local, key: &str, version_id: Option<&str>) -> Result<api::HeadObjectOutput, wire::Fault> {
    let mut input: api::HeadObjectRequest = filled(&json!({"Bucket": "bkt", "Key": key}));
    input.version_id = version_id.map(str::to_owned);
    s3.call::<api::HeadObject>(input)
}

fn days(s3: &Local, count: u32) {
    for _ in 0..count {
        s3.advance(u32::try_from(DAY_MILLIS).unwrap());
    }
}

/// The versions there are, as `key`, and `key-` for delete markers, newest first.
fn versions(s3: &Local) -> Vec<String> {
    let mut found = Vec::new();
    let mut input: api::ListObjectVersionsRequest = filled(&json!({"Bucket": "bkt"}));
    loop {
        let page = s3.call::<api::ListObjectVersions>(input.clone()).unwrap();
        for entry in page.versions.into_iter().flatten() {
            found.extend(entry.version.map(|version| version.key.unwrap()));
            found.extend(entry.delete_marker.map(|marker| format!("{}-", marker.key.unwrap())));
        }
        if page.is_truncated != Some(true) {
            found.sort();
            return found;
        }
        input.key_marker = page.next_key_marker;
        input.version_id_marker = page.next_version_id_marker;
    }
}

#[test]
fn an_object_expires_at_the_midnight_it_was_told() {
    let s3 = with_bucket(None);
    rule(&s3, &json!({"ID": "a b/é", "Expiration": {"Days": 1}}));
    // Put at noon: a day later is noon, and the midnight after that the third of January's.
    let told = "expiry-date=\"Sat, 03 Jan 2026 00:00:00 GMT\", rule-id=\"a%20b%2F%C3%A9\"";
    assert_eq!(put(&s3, "k", b"abc", None).expiration.as_deref(), Some(told));
    assert_eq!(head(&s3, "k", None).unwrap().expiration.as_deref(), Some(told));
    let copied = json!({"Bucket": "bkt", "Key": "copy", "CopySource": "bkt/k"});
    let copied = s3.call::<api::CopyObject>(filled(&copied)).unwrap();
    assert_eq!(copied.expiration.as_deref(), Some(told));
    assert_eq!(head(&s3, "k", Some("null")).unwrap().expiration, None);
    days(&s3, 1);
    assert_eq!(versions(&s3), ["copy", "k"]);
    s3.advance(12 * 60 * 60 * 1000 - 1);
    assert_eq!(versions(&s3), ["copy", "k"]);
    s3.advance(1);
    assert_eq!(versions(&s3), [""; 0]);
    assert_eq!(code(head(&s3, "k", None)), "NoSuchKey");
}

#[test]
fn bytes_of_what_expired_are_given_back_once() {
    let s3 = with_bucket(None);
    rule(&s3, &json!({"Expiration": {"Days": 1}}));
    let before = s3.world().blobs.usage();
    put(&s3, "k", b"abc", None);
    let copied = json!({"Bucket": "bkt", "Key": "kept/copy", "CopySource": "bkt/k"});
    s3.call::<api::CopyObject>(filled(&copied)).unwrap();
    put(&s3, "large", &vec![7; 4 * 1024 * 1024], None);
    assert_ne!(s3.world().blobs.usage(), before);
    days(&s3, 2);
    assert_eq!(versions(&s3), [""; 0]);
    // The job noted them; the loop gives them back.
    assert!(s3.world().store.view().range::<ReleaseRow>("").next().is_some());
    s3.settle();
    assert!(s3.world().store.view().range::<ReleaseRow>("").next().is_none());
    assert_eq!(s3.world().blobs.usage(), before);
}

#[test]
fn a_rule_is_about_what_its_filter_says() {
    let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
    for (filter, left) in [
        (json!({"Filter": {}}), ""),
        (json!({"Filter": null, "Prefix": ""}), ""),
        (json!({"Filter": null, "Prefix": "a/"}), "b/one b/two"),
        (json!({"Filter": {"Prefix": "a/"}}), "b/one b/two"),
        (json!({"Filter": {"Tag": tag("t", "1")}}), "a/two b/two"),
        (json!({"Filter": {"Tag": tag("t", "2")}}), "a/one a/two b/one b/two"),
        (json!({"Filter": {"ObjectSizeGreaterThan": 3}}), "a/one b/one"),
        (json!({"Filter": {"ObjectSizeLessThan": 4}}), "a/two b/two"),
        (json!({"Filter": {"ObjectSizeLessThan": 3}}), "a/one a/two b/one b/two"),
        (
            json!({"Filter": {"And": {"Prefix": "a/", "Tags": [tag("t", "1"), tag("u", "")]}}}),
            "a/two b/one b/two",
        ),
        (
            json!({"Filter": {"And": {"Prefix": "a/", "Tags": [tag("t", "1"), tag("u", "x")]}}}),
            "a/one a/two b/one b/two",
        ),
        (json!({"Filter": {"And": {"ObjectSizeGreaterThan": 2, "ObjectSizeLessThan": 4}}}), "a/two b/two"),
        (json!({"Filter": {}, "Status": "Disabled"}), "a/one a/two b/one b/two"),
    ] {
        let s3 = with_bucket(None);
        for folder in ["a", "b"] {
            put(&s3, &format!("{folder}/one"), b"123", Some("t=1&u="));
            put(&s3, &format!("{folder}/two"), b"1234", None);
        }
        let mut more = json!({"Expiration": {"Days": 1}});
        more.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
        if more["Filter"].is_null() {
            let rule =
                json!({"ID": "r", "Status": "Enabled", "Prefix": more["Prefix"], "Expiration": {"Days": 1}});
            configure(&s3, &json!({"Rules": [rule]}));
        } else {
            rule(&s3, &more);
        }
        days(&s3, 2);
        assert_eq!(versions(&s3).join(" "), left, "{filter}");
    }
}

#[test]
fn the_soonest_rule_is_told_and_of_equals_the_first() {
    let one =
        |id: &str, more: Value| json!({"ID": id, "Status": "Enabled", "Filter": {}, "Expiration": more});
    let day = |day: i64| 1_767_225_600 + day * 86_400;
    for (rules, told) in [
        (json!([one("a", json!({"Days": 3})), one("b", json!({"Days": 2}))]), Some("b")),
        (json!([one("a", json!({"Days": 2})), one("b", json!({"Days": 2}))]), Some("a")),
        (json!([one("a", json!({"Days": 9})), one("b", json!({"Date": day(5)}))]), Some("b")),
        (json!([one("a", json!({"ExpiredObjectDeleteMarker": true}))]), None),
        (
            json!([{"ID": "a", "Status": "Enabled", "Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]),
            None,
        ),
    ] {
        let s3 = with_bucket(None);
        configure(&s3, &json!({"Rules": rules}));
        let expiration = put(&s3, "k", b"", None).expiration;
        let rule = expiration
            .as_deref()
            .and_then(|text| text.split("rule-id=").nth(1))
            .map(|id| id.trim_matches('"'));
        assert_eq!(rule, told, "{rules}");
    }
}

#[test]
fn a_version_gets_a_marker_and_goes_and_the_marker_after_it() {
    let s3 = with_bucket(Some("Enabled"));
    let marker = json!({"ID": "m", "Status": "Enabled", "Filter": {}, "Expiration": {"ExpiredObjectDeleteMarker": true}});
    let expire = json!({
        "ID": "e", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 2},
    });
    configure(&s3, &json!({"Rules": [expire, marker]}));
    put(&s3, "k", b"1", None);
    for (passed, left) in [
        (1, &["k"][..]),
        // At the midnight of the third the marker is written; the version is noncurrent from then on.
        (1, &["k", "k-"]),
        (2, &["k", "k-"]),
        // Two days later, rounded up: at the midnight of the sixth.
        (1, &["k-"]),
        (1, &[]),
    ] {
        days(&s3, passed);
        assert_eq!(versions(&s3), left);
    }
}

#[test]
fn a_suspended_bucket_gets_a_null_marker() {
    let s3 = with_bucket(Some("Suspended"));
    rule(&s3, &json!({"Expiration": {"Days": 1}}));
    put(&s3, "k", b"123", None);
    days(&s3, 2);
    assert_eq!(versions(&s3), ["k-"]);
    s3.settle();
    // The marker hides nothing: being old, it goes by the same rule.
    days(&s3, 2);
    assert_eq!(versions(&s3), [""; 0]);
}

#[test]
fn the_newest_noncurrent_versions_are_kept_however_many_transactions_it_takes() {
    let s3 = with_bucket(Some("Enabled"));
    rule(&s3, &json!({"NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}}));
    for number in 0..450 {
        put(&s3, "many", &[], None);
        put(&s3, &format!("{number:03}"), &[], None);
    }
    put(&s3, "two", &[], None);
    put(&s3, "two", &[], None);
    days(&s3, 2);
    let left = versions(&s3);
    assert_eq!(left.iter().filter(|key| *key == "many").count(), 3);
    assert_eq!(left.iter().filter(|key| *key == "two").count(), 2);
    assert_eq!(left.len(), 450 + 3 + 2);
}

#[test]
fn a_locked_version_stays_until_it_is_free() {
    let s3 = with_bucket(Some("Enabled"));
    let enabled: api::ObjectLockConfiguration = filled(&json!({"ObjectLockEnabled": "Enabled"}));
    store(&s3, Configuration::ObjectLock, &enabled);
    let version = put(&s3, "k", b"1", None).version_id.unwrap();
    let hold = |status: &str| {
        let input =
            json!({"Bucket": "bkt", "Key": "k", "VersionId": version, "LegalHold": {"Status": status}});
        s3.call::<api::PutObjectLegalHold>(filled(&input)).unwrap();
    };
    hold("ON");
    put(&s3, "k", b"2", None);
    rule(&s3, &json!({"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}));
    days(&s3, 5);
    assert_eq!(versions(&s3), ["k", "k"]);
    hold("OFF");
    days(&s3, 1);
    assert_eq!(versions(&s3), ["k"]);
}

#[test]
fn objects_move_down_the_classes_as_their_sizes_allow() {
    let transitions =
        json!([{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 60, "StorageClass": "GLACIER"}]);
    let varies = Some("varies_by_storage_class");
    for (size, filter, minimum, classes) in [
        (LARGE, json!({}), None, ["STANDARD", "STANDARD_IA", "GLACIER"]),
        (LARGE - 1, json!({}), None, ["STANDARD", "STANDARD", "STANDARD"]),
        (LARGE - 1, json!({}), varies, ["STANDARD", "STANDARD", "GLACIER"]),
        (5, json!({"ObjectSizeGreaterThan": 4}), None, ["STANDARD", "STANDARD_IA", "GLACIER"]),
        (
            5,
            json!({"And": {"Prefix": "k", "ObjectSizeLessThan": 6}}),
            None,
            ["STANDARD", "STANDARD_IA", "GLACIER"],
        ),
    ] {
        let s3 = with_bucket(None);
        put(&s3, "k", &vec![0; size], None);
        let rule = json!({"ID": "r", "Status": "Enabled", "Filter": filter, "Transitions": transitions});
        let mut configuration = json!({"Rules": [rule]});
        if let Some(minimum) = minimum {
            configuration["TransitionDefaultMinimumObjectSize"] = json!(minimum);
        }
        configure(&s3, &configuration);
        let mut seen = Vec::new();
        for passed in [30, 1, 30] {
            days(&s3, passed);
            let class = head(&s3, "k", None).unwrap().storage_class;
            seen.push(class.unwrap_or_else(|| "STANDARD".to_owned()));
        }
        assert_eq!(seen, classes, "{size} {filter} {minimum:?}");
    }
}

#[test]
fn the_cheapest_class_wins_and_none_goes_up() {
    let s3 = with_bucket(Some("Enabled"));
    let version = put(&s3, "old", &vec![0; LARGE], None).version_id;
    put(&s3, "old", b"", None);
    let current =
        json!([{"Days": 0, "StorageClass": "DEEP_ARCHIVE"}, {"Days": 0, "StorageClass": "STANDARD_IA"}]);
    let noncurrent = json!([{"NoncurrentDays": 1, "StorageClass": "GLACIER_IR"}]);
    rule(&s3, &json!({"Transitions": current, "NoncurrentVersionTransitions": noncurrent}));
    put(&s3, "k", &vec![0; LARGE], None);
    days(&s3, 1);
    assert_eq!(head(&s3, "k", None).unwrap().storage_class.as_deref(), Some("DEEP_ARCHIVE"));
    days(&s3, 1);
    assert_eq!(head(&s3, "old", version.as_deref()).unwrap().storage_class.as_deref(), Some("GLACIER_IR"));
    rule(&s3, &json!({"Transitions": [{"Days": 0, "StorageClass": "GLACIER"}]}));
    days(&s3, 1);
    assert_eq!(head(&s3, "k", None).unwrap().storage_class.as_deref(), Some("DEEP_ARCHIVE"));
}

#[test]
fn an_unfinished_upload_is_given_up() {
    let s3 = with_bucket(None);
    let before = s3.world().blobs.usage();
    rule(
        &s3,
        &json!({"Filter": {"Prefix": "a"}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}),
    );
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let begin = |key: &str| {
        s3.call::<api::CreateMultipartUpload>(filled(&json!({"Bucket": "bkt", "Key": key}))).unwrap()
    };
    for number in 0..25 {
        begin(&format!("a{number}"));
    }
    let kept = begin("b");
    assert_eq!((kept.abort_date, kept.abort_rule_id), (None, None));
    let upload = begin("a");
    assert_eq!(upload.abort_rule_id.as_deref(), Some("r"));
    assert_eq!(upload.abort_date.unwrap().millis, 1_767_225_600_000 + 2 * DAY_MILLIS);
    let mut part: api::UploadPartRequest = filled(&json!({"Bucket": "bkt", "Key": "a", "PartNumber": 1}));
    part.upload_id.clone_from(&upload.upload_id);
    s3.stream_with::<api::UploadPart>(&cx, part, b"123").unwrap();
    let list = || {
        let mut input: api::ListPartsRequest = filled(&json!({"Bucket": "bkt", "Key": "a"}));
        input.upload_id.clone_from(&upload.upload_id);
        s3.call::<api::ListParts>(input)
    };
    assert_eq!(list().unwrap().abort_rule_id.as_deref(), Some("r"));
    days(&s3, 2);
    assert_eq!(code(list()), "NoSuchUpload");
    let left =
        s3.call::<api::ListMultipartUploads>(filled(&json!({"Bucket": "bkt"}))).unwrap().uploads.unwrap();
    assert_eq!(left.iter().map(|upload| upload.key.as_deref().unwrap()).collect::<Vec<_>>(), ["b"]);
    s3.settle();
    assert_eq!(s3.world().blobs.usage(), before);
}

#[test]
fn a_bucket_is_evaluated_once_a_day_however_often_it_is_configured() {
    let s3 = with_bucket(None);
    for _ in 0..3 {
        rule(&s3, &json!({"Expiration": {"Days": 1}}));
    }
    let due = |s3: &Local| s3.world().store.next_due();
    let first = due(&s3).unwrap();
    assert_eq!(first.millis, 1_767_225_600_000 + DAY_MILLIS);
    days(&s3, 1);
    assert_eq!(due(&s3).unwrap().millis_since(first), DAY_MILLIS);
    // Without a configuration it ends; a new one begins it again.
    let id = bucket_id(&s3, "bkt");
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    cx.write(|tx| {
        record::remove(tx, &id, Configuration::Lifecycle);
        Ok::<_, StoreError>(())
    })
    .unwrap();
    put(&s3, "k", b"", None);
    days(&s3, 3);
    assert_eq!(due(&s3), None);
    assert_eq!(versions(&s3), ["k"]);
    rule(&s3, &json!({"Expiration": {"Days": 1}}));
    days(&s3, 1);
    assert_eq!(versions(&s3), [""; 0]);
}
