//! Buckets and objects.

use crate::clients::{get, noise, put, read, refused, s3_settings, with_bucket};
use crate::server::Server;
use aws_sdk_s3::Client;
use aws_sdk_s3::types::{
    BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration, Delete, ObjectIdentifier,
    VersioningConfiguration,
};

#[tokio::test]
async fn object_comes_back_with_what_was_said_of_it() {
    let server = Server::start(&[]);
    let s3 = with_bucket(&server).await;
    for key in ["plain", "a//b", "a/../b", "é x", "d+e", "per%cent", "slash/"] {
        let body = key.as_bytes().to_vec().into();
        let request = s3.put_object().bucket("bkt").key(key).body(body);
        request.content_type("text/plain").metadata("who", "me").send().await.unwrap();
        assert_eq!(get(&s3, key).await, key.as_bytes());
        let head = s3.head_object().bucket("bkt").key(key).send().await.unwrap();
        assert_eq!(head.content_type(), Some("text/plain"));
        assert_eq!(head.metadata().unwrap()["who"], "me");
    }
}

#[tokio::test]
async fn ranges_conditions_and_copies() {
    let server = Server::start(&[]);
    let s3 = with_bucket(&server).await;
    put(&s3, "k", b"0123456789").await;
    let part = s3.get_object().bucket("bkt").key("k").range("bytes=2-4").send().await.unwrap();
    assert_eq!(part.content_range(), Some("bytes 2-4/10"));
    assert_eq!(read(part.body).await, b"234");
    let again = s3.put_object().bucket("bkt").key("k").if_none_match("*").send().await;
    refused(again, "PreconditionFailed", 412);
    s3.put_object().bucket("bkt").key("new").if_none_match("*").send().await.unwrap();
    s3.copy_object().bucket("bkt").key("copy").copy_source("bkt/k").send().await.unwrap();
    assert_eq!(get(&s3, "copy").await, b"0123456789");
}

#[tokio::test]
async fn lists_page_and_many_are_deleted_at_once() {
    let server = Server::start(&[]);
    let s3 = with_bucket(&server).await;
    let want: Vec<String> = (0..7).map(|number| format!("many/{number}")).collect();
    for key in &want {
        put(&s3, key, b"").await;
    }
    let mut pages = s3.list_objects_v2().bucket("bkt").prefix("many/").max_keys(3).into_paginator().send();
    let (mut found, mut count) = (Vec::new(), 0);
    while let Some(page) = pages.next().await {
        found.extend(page.unwrap().contents().iter().map(|object| object.key().unwrap().to_owned()));
        count += 1;
    }
    assert_eq!((found, count), (want.clone(), 3));
    let wish = want.iter().map(|key| ObjectIdentifier::builder().key(key).build().unwrap()).collect();
    let wish = Delete::builder().set_objects(Some(wish)).build().unwrap();
    let gone = s3.delete_objects().bucket("bkt").delete(wish).send().await.unwrap();
    assert_eq!(gone.deleted().len(), 7);
    assert_eq!(s3.list_objects_v2().bucket("bkt").send().await.unwrap().key_count(), Some(0));
    s3.delete_bucket().bucket("bkt").send().await.unwrap();
}

#[tokio::test]
async fn versions_are_listed_newest_first() {
    let server = Server::start(&[]);
    let s3 = with_bucket(&server).await;
    let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    s3.put_bucket_versioning().bucket("bkt").versioning_configuration(enabled).send().await.unwrap();
    let mut want = Vec::new();
    for body in ["1", "2", "3"] {
        let body = body.as_bytes().to_vec().into();
        let made = s3.put_object().bucket("bkt").key("k").body(body).send().await.unwrap();
        want.insert(0, made.version_id().unwrap().to_owned());
    }
    let marker = s3.delete_object().bucket("bkt").key("k").send().await.unwrap();
    let shown = s3.list_object_versions().bucket("bkt").send().await.unwrap();
    let found: Vec<_> = shown.versions().iter().map(|version| version.version_id().unwrap()).collect();
    assert_eq!(found, want);
    assert_eq!(shown.delete_markers()[0].version_id(), marker.version_id());
    let old = s3.get_object().bucket("bkt").key("k").version_id(&want[2]).send().await.unwrap();
    assert_eq!(read(old.body).await, b"1");
}

#[tokio::test]
async fn what_is_missing_is_missed_by_its_type() {
    let server = Server::start(&[]);
    let s3 = with_bucket(&server).await;
    let object = s3.get_object().bucket("bkt").key("none").send().await;
    assert!(object.unwrap_err().into_service_error().is_no_such_key());
    let bucket = s3.list_objects_v2().bucket("no-such-bucket").send().await;
    assert!(bucket.unwrap_err().into_service_error().is_no_such_bucket());
    let head = s3.head_object().bucket("bkt").key("none").send().await;
    assert!(head.unwrap_err().into_service_error().is_not_found());
    let elsewhere =
        CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest1).build();
    let again = s3.create_bucket().bucket("bkt").create_bucket_configuration(elsewhere).send().await;
    assert!(again.unwrap_err().into_service_error().is_bucket_already_owned_by_you());
}

#[tokio::test]
async fn objects_survive_a_kill() {
    let mut server = Server::start(&[]);
    let content = noise(300_000);
    put(&with_bucket(&server).await, "kept", &content).await;
    server.kill();
    server.open();
    let s3 = Client::from_conf(s3_settings(server.endpoint()).build());
    assert!(get(&s3, "kept").await == content, "other bytes came back");
}
