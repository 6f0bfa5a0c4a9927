//! Deletions on a condition.

use super::{OWN, Scene, allow, denied, not_allowed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use serde_json::json;
use testkit::{Answer, Client};

const OBJECTS: &str = "arn:aws:s3:::photos/*";

fn delete(s3: &Client, target: &str, if_match: Option<&str>) -> Answer {
    let request = s3.request("DELETE", target);
    match if_match {
        Some(e_tag) => request.header("if-match", e_tag).send(),
        None => request.send(),
    }
}

/// Deletes `/photos/{key}` as one of many, on the condition of an ETag.
fn delete_listed(s3: &Client, key: &str, e_tag: Option<&str>) -> Answer {
    let e_tag = e_tag.map(|e_tag| format!("<ETag>{e_tag}</ETag>")).unwrap_or_default();
    let body = format!("<Delete><Object><Key>{key}</Key>{e_tag}</Object></Delete>");
    let md5 = BASE64.encode(Md5::digest(&body));
    s3.request("POST", "/photos?delete").header("content-md5", &md5).body(body).send().ok()
}

/// Source: Amazon S3 User Guide, "How to perform conditional deletes".
#[test]
fn whoever_compares_an_etag_must_be_let_read_it() {
    let mut scene = Scene::new();
    let made = scene.s3.request("PUT", "/photos/one").body("x").send().ok();
    let e_tag = made.header("etag").unwrap().to_owned();
    scene.put("/photos/other", "x");
    scene.put("/photos/any", "x");
    let key = scene.user(OWN, "deleter", &allow("s3:DeleteObject", OBJECTS));
    let reader = json!([allow("s3:DeleteObject", OBJECTS), allow("s3:GetObject", OBJECTS)]);
    let reader = scene.user(OWN, "reader", &reader);
    scene.enforce();
    let (deleter, reader) = (scene.of(&key), scene.of(&reader));
    let sentence = |key: &str| {
        let arn = format!("arn:aws:s3:::photos/{key}");
        not_allowed("deleter", "s3:GetObject", &arn, "identity-based")
    };
    denied(&delete(&deleter, "/photos/one", Some(&e_tag)), &sentence("one"));
    let listed = delete_listed(&deleter, "other", Some(&e_tag));
    assert_eq!(
        (listed.text("Error.Code"), listed.text("Error.Message")),
        ("AccessDenied".to_owned(), sentence("other"))
    );
    // Whether anything is there is no ETag.
    delete(&deleter, "/photos/any", Some("*")).ok();
    delete(&reader, "/photos/one", Some(&e_tag)).ok();
    assert_eq!(delete_listed(&reader, "other", Some(&e_tag)).text("Deleted.Key"), "other");
    delete(&deleter, "/photos/k", None).ok();
}

/// Source: Amazon S3 User Guide, "Enforce conditional deletes on Amazon S3 buckets".
#[test]
fn a_policy_may_ask_for_a_condition() {
    let mut scene = Scene::new();
    let made = scene.s3.request("PUT", "/photos/one").body("x").send().ok();
    let e_tag = made.header("etag").unwrap().to_owned();
    scene.put("/photos/other", "x");
    let statements = json!([
        { "Effect": "Allow", "Action": "s3:DeleteObject", "Resource": OBJECTS,
          "Condition": { "Null": { "s3:if-match": "false" } } },
        allow("s3:GetObject", OBJECTS),
    ]);
    let careful = scene.user(OWN, "careful", &statements);
    scene.enforce();
    let careful = scene.of(&careful);
    let sentence = |key: &str| {
        let arn = format!("arn:aws:s3:::photos/{key}");
        not_allowed("careful", "s3:DeleteObject", &arn, "identity-based")
    };
    denied(&delete(&careful, "/photos/one", None), &sentence("one"));
    assert_eq!(delete_listed(&careful, "other", None).text("Error.Message"), sentence("other"));
    delete(&careful, "/photos/one", Some(&e_tag)).ok();
    assert_eq!(delete_listed(&careful, "other", Some(&e_tag)).text("Deleted.Key"), "other");
}
