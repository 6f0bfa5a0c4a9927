//! Replication between buckets, over the operations.

use crate::error::Configuration;
use crate::tests::{code, configure, filled, local};
use base::AccountId;
use ports::Caller;
use serde_json::{Value, json};
use shapes_s3 as api;
use testkit::Local;

fn rule(target: &str, more: &Value) -> Value {
    let mut rule = json!({"ID": target, "Priority": 1, "Filter": {}, "Status": "Enabled",
        "Destination": {"Bucket": format!("arn:aws:s3:::{target}")},
        "DeleteMarkerReplication": {"Status": "Disabled"}});
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule
}

/// A world with the versioned buckets `from`, `one` and `two`, and these rules.
fn replicating(rules: &[Value]) -> Local {
    let s3 = local();
    for name in ["from", "one", "two"] {
        s3.call::<api::CreateBucket>(filled(&json!({"Bucket": name}))).unwrap();
        versioning(&s3, name, "Enabled");
    }
    let configuration: api::ReplicationConfiguration = filled(&json!({"Role": "r", "Rules": rules}));
    configure(&s3, "from", Configuration::Replication, &configuration);
    s3
}

fn versioning(s3: &Local, name: &str, status: &str) {
    let input = json!({"Bucket": name, "VersioningConfiguration": {"Status": status}});
    s3.call::<api::PutBucketVersioning>(filled(&input)).unwrap();
}

fn put(s3: &Local, key: &str, body: &[u8], more: &Value) {
    let mut input = json!({"Bucket": "from", "Key": key});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    s3.stream_with::<api::PutObject>(&cx, filled(&input), body).unwrap();
}

fn head(s3: &Local, bucket: &str, key: &str) -> Result<api::HeadObjectOutput, wire::Fault> {
    s3.call::<api::HeadObject>(filled(&json!({"Bucket": bucket, "Key": key})))
}

fn bytes(s3: &Local, bucket: &str, key: &str) -> Vec<u8> {
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let input = filled(&json!({"Bucket": bucket, "Key": key}));
    s3.stream_with::<api::GetObject>(&cx, input, &[]).unwrap().1.to_vec()
}

fn status(s3: &Local, bucket: &str, key: &str) -> String {
    head(s3, bucket, key).unwrap().replication_status.unwrap_or_else(|| "-".to_owned())
}

#[test]
fn an_object_reaches_every_destination_and_says_so() {
    let colder = json!({"Destination": {"Bucket": "arn:aws:s3:::two", "StorageClass": "STANDARD_IA"}});
    let s3 = replicating(&[rule("one", &json!({})), rule("two", &colder)]);
    put(&s3, "k", b"abc", &json!({"Metadata": {"a": "b"}, "Tagging": "t=1"}));
    assert_eq!(status(&s3, "from", "k"), "COMPLETED");
    for (bucket, class) in [("one", None), ("two", Some("STANDARD_IA"))] {
        let replica = head(&s3, bucket, "k").unwrap();
        assert_eq!(replica.replication_status.as_deref(), Some("REPLICA"));
        assert_eq!(replica.storage_class.as_deref(), class);
        assert_eq!(replica.e_tag, head(&s3, "from", "k").unwrap().e_tag);
        assert_eq!(replica.metadata.unwrap()["a"], "b");
        assert_eq!(replica.tag_count, Some(1));
        assert_eq!(bytes(&s3, bucket, "k"), b"abc");
    }
}

#[test]
fn replicas_outlive_the_original_and_its_bytes_go_with_the_last_one() {
    let s3 = replicating(&[rule("one", &json!({}))]);
    let before = s3.world().blobs.usage();
    put(&s3, "k", b"abc", &json!({}));
    for bucket in ["from", "one"] {
        let version = head(&s3, bucket, "k").unwrap().version_id.unwrap();
        let input = json!({"Bucket": bucket, "Key": "k", "VersionId": version});
        s3.call::<api::DeleteObject>(filled(&input)).unwrap();
        if bucket == "from" {
            assert_eq!(bytes(&s3, "one", "k"), b"abc");
        }
    }
    s3.settle();
    assert_eq!(s3.world().blobs.usage(), before);
}

#[test]
fn an_object_in_parts_keeps_its_parts() {
    let s3 = replicating(&[rule("one", &json!({}))]);
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let begun =
        s3.call::<api::CreateMultipartUpload>(filled(&json!({"Bucket": "from", "Key": "k"}))).unwrap();
    let mut named = Vec::new();
    for (number, body) in [(1, vec![1; 5 * 1024 * 1024]), (2, vec![2; 3])] {
        let mut part: api::UploadPartRequest =
            filled(&json!({"Bucket": "from", "Key": "k", "PartNumber": number}));
        part.upload_id.clone_from(&begun.upload_id);
        let stored = s3.stream_with::<api::UploadPart>(&cx, part, &body).unwrap().0.output;
        named.push(json!({"PartNumber": number, "ETag": stored.e_tag.unwrap()}));
    }
    let input = json!({"Bucket": "from", "Key": "k", "UploadId": begun.upload_id.unwrap(), "MultipartUpload": {"Parts": named}});
    s3.call::<api::CompleteMultipartUpload>(filled(&input)).unwrap();
    assert_eq!(status(&s3, "from", "k"), "COMPLETED");
    let part = json!({"Bucket": "one", "Key": "k", "PartNumber": 2});
    let part = s3.call::<api::HeadObject>(filled(&part)).unwrap();
    assert_eq!((part.parts_count, part.content_length), (Some(2), Some(3)));
    assert_eq!(bytes(&s3, "one", "k"), bytes(&s3, "from", "k"));
}

#[test]
fn only_what_a_rule_is_about_is_replicated() {
    let tagged = json!({"Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "t", "Value": "1"}]}}});
    let kms = json!({"SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}}});
    let by_kms = json!({"ServerSideEncryption": "aws:kms"});
    for (more, key, asked, want) in [
        (json!({}), "k", json!({}), "COMPLETED"),
        (json!({"Status": "Disabled"}), "k", json!({}), "-"),
        (json!({"Filter": {"Prefix": "a/"}}), "b/k", json!({}), "-"),
        (tagged.clone(), "a/k", json!({"Tagging": "t=1"}), "COMPLETED"),
        (tagged, "a/k", json!({"Tagging": "t=2"}), "-"),
        (json!({}), "k", by_kms.clone(), "-"),
        (kms, "k", by_kms, "COMPLETED"),
        (json!({}), "k", json!({"StorageClass": "GLACIER"}), "-"),
    ] {
        let s3 = replicating(&[rule("one", &more)]);
        put(&s3, key, b"", &asked);
        assert_eq!(status(&s3, "from", key), want, "{more} {asked}");
        let replica = head(&s3, "one", key);
        assert_eq!(replica.is_ok(), want == "COMPLETED", "{more} {asked}");
    }
}

#[test]
fn delete_markers_go_along_where_the_rule_says_so() {
    for (markers, is_gone) in [("Enabled", true), ("Disabled", false)] {
        let s3 = replicating(&[rule("one", &json!({"DeleteMarkerReplication": {"Status": markers}}))]);
        put(&s3, "k", b"", &json!({}));
        s3.call::<api::DeleteObject>(filled(&json!({"Bucket": "from", "Key": "k"}))).unwrap();
        assert_eq!(code(head(&s3, "from", "k")), "NoSuchKey");
        assert_eq!(head(&s3, "one", "k").is_err(), is_gone, "{markers}");
    }
}

#[test]
fn a_destination_that_keeps_no_versions_any_more_fails() {
    let s3 = replicating(&[rule("one", &json!({})), rule("two", &json!({}))]);
    versioning(&s3, "two", "Suspended");
    put(&s3, "k", b"abc", &json!({}));
    assert_eq!(status(&s3, "from", "k"), "FAILED");
    assert_eq!(bytes(&s3, "one", "k"), b"abc");
    assert_eq!(code(head(&s3, "two", "k")), "NoSuchKey");
}

fn annotate(s3: &Local, bucket: &str, name: &str, text: &[u8]) {
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let input = filled(&json!({"Bucket": bucket, "Key": "k", "AnnotationName": name}));
    s3.stream_with::<api::PutObjectAnnotation>(&cx, input, text).unwrap();
}

/// Names, statuses and texts of the annotations of `k`.
fn annotations(s3: &Local, bucket: &str) -> Vec<(String, String, String)> {
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    let listed =
        s3.call::<api::ListObjectAnnotations>(filled(&json!({"Bucket": bucket, "Key": "k"}))).unwrap();
    let read = |name: &str| {
        let input = filled(&json!({"Bucket": bucket, "Key": "k", "AnnotationName": name}));
        let bytes = s3.stream_with::<api::GetObjectAnnotation>(&cx, input, &[]).unwrap().1;
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    let entries = listed.annotations.unwrap().into_iter().map(|entry| {
        let name = entry.annotation_name.unwrap();
        let text = read(&name);
        (name, entry.replication_status.unwrap_or_else(|| "-".to_owned()), text)
    });
    entries.collect()
}

#[track_caller]
fn has(s3: &Local, bucket: &str, want: &[(&str, &str, &str)]) {
    let found = annotations(s3, bucket);
    let found: Vec<_> = found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(found, want, "{bucket}");
}

#[test]
fn annotations_that_come_later_reach_the_replicas_and_are_not_taken_from_them() {
    let s3 = replicating(&[rule("one", &json!({})), rule("two", &json!({}))]);
    let before = s3.world().blobs.usage();
    put(&s3, "k", b"abc", &json!({}));
    annotate(&s3, "from", "a", b"first");
    annotate(&s3, "from", "b", b"other");
    annotate(&s3, "from", "a", b"second");
    has(&s3, "from", &[("a", "COMPLETED", "second"), ("b", "COMPLETED", "other")]);
    let gone = json!({"Bucket": "from", "Key": "k", "AnnotationName": "b"});
    s3.call::<api::DeleteObjectAnnotation>(filled(&gone)).unwrap();
    has(&s3, "from", &[("a", "COMPLETED", "second")]);
    for bucket in ["one", "two"] {
        has(&s3, bucket, &[("a", "REPLICA", "second"), ("b", "REPLICA", "other")]);
    }
    // What is put on a replica stays with it.
    annotate(&s3, "one", "c", b"own");
    has(&s3, "one", &[("a", "REPLICA", "second"), ("b", "REPLICA", "other"), ("c", "-", "own")]);
    has(&s3, "from", &[("a", "COMPLETED", "second")]);
    for bucket in ["from", "one", "two"] {
        let version = head(&s3, bucket, "k").unwrap().version_id.unwrap();
        s3.call::<api::DeleteObject>(filled(&json!({"Bucket": bucket, "Key": "k", "VersionId": version})))
            .unwrap();
    }
    s3.settle();
    assert_eq!(s3.world().blobs.usage(), before, "every text was given up as often as it was named");
}

#[test]
fn an_annotation_finds_the_replica_of_its_own_version_or_fails() {
    let s3 = replicating(&[rule("one", &json!({}))]);
    put(&s3, "k", b"old", &json!({}));
    let old = head(&s3, "one", "k").unwrap().version_id.unwrap();
    put(&s3, "k", b"new", &json!({}));
    annotate(&s3, "from", "a", b"text");
    has(&s3, "one", &[("a", "REPLICA", "text")]);
    let at_old = json!({"Bucket": "one", "Key": "k", "VersionId": old});
    let listed = s3.call::<api::ListObjectAnnotations>(filled(&at_old)).unwrap();
    assert_eq!(listed.annotation_count, Some(0));
    let new = head(&s3, "one", "k").unwrap().version_id.unwrap();
    s3.call::<api::DeleteObject>(filled(&json!({"Bucket": "one", "Key": "k", "VersionId": new}))).unwrap();
    annotate(&s3, "from", "a", b"again");
    has(&s3, "from", &[("a", "FAILED", "again")]);
}

/// A folder of before says neither the rule nor whether it has metrics.
#[test]
fn destinations_stored_before_are_read() {
    let old = json!({"bucket": "one", "storage_class": "STANDARD_IA"});
    let target: super::rule::Target = serde_json::from_value(old).unwrap();
    assert_eq!((target.bucket.as_str(), target.rule.as_str(), target.has_metrics), ("one", "", false));
}
