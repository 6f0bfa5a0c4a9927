//! What is decided key by key, and what is told of keys that are not there.

use super::{OWN, Scene, allow, denied, get, not_allowed, shut};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use serde_json::json;
use testkit::{Answer, Client};

fn delete_all(s3: &Client, keys: &[&str]) -> Answer {
    let objects: String = keys.iter().map(|key| format!("<Object><Key>{key}</Key></Object>")).collect();
    let body = format!("<Delete>{objects}</Delete>");
    let md5 = BASE64.encode(Md5::digest(&body));
    s3.request("POST", "/photos?delete").header("content-md5", &md5).body(body).send()
}

#[test]
fn many_are_deleted_each_as_policies_allow() {
    let mut scene = Scene::new();
    for key in ["a/1", "a/2", "b/1"] {
        scene.put(&format!("/photos/{key}"), "x");
    }
    let key = scene.user(OWN, "cleaner", &allow("s3:DeleteObject", "arn:aws:s3:::photos/a/*"));
    let admin = scene.user(OWN, "admin", &allow("s3:*", "*"));
    scene.enforce();
    let s3 = scene.of(&key);
    let answer = delete_all(&s3, &["a/1", "b/1", "a/2"]).ok();
    assert_eq!(answer.texts("Deleted.Key"), ["a/1", "a/2"]);
    let sentence = not_allowed("cleaner", "s3:DeleteObject", "arn:aws:s3:::photos/b/1", "identity-based");
    for (member, want) in [("Key", "b/1"), ("Code", "AccessDenied"), ("Message", &sentence)] {
        assert_eq!(answer.text(&format!("Error.{member}")), want);
    }
    assert_eq!(get(&scene.of(&admin), "/photos").ok().texts("Contents.Key"), ["b/1", "k"]);
}

#[test]
fn a_version_is_deleted_by_another_action() {
    let mut scene = Scene::new();
    crate::versioning(&scene.s3, "Enabled");
    let version = scene.s3.request("PUT", "/photos/v").body("x").send().ok();
    let version = version.header("x-amz-version-id").unwrap().to_owned();
    let key = scene.user(OWN, "marker", &allow("s3:DeleteObject", "arn:aws:s3:::photos/*"));
    scene.enforce();
    let object = format!("<Object><Key>v</Key><VersionId>{version}</VersionId></Object>");
    let body = format!("<Delete>{object}<Object><Key>v</Key></Object></Delete>");
    let md5 = BASE64.encode(Md5::digest(&body));
    let s3 = scene.of(&key);
    let answer = s3.request("POST", "/photos?delete").header("content-md5", &md5).body(body).send().ok();
    assert_eq!((answer.text("Error.VersionId"), answer.text("Deleted.Key")), (version, "v".to_owned()));
}

#[test]
fn a_retention_is_passed_over_by_whom_policies_let() {
    let mut scene = Scene::new();
    let locked = scene.s3.request("PUT", "/photos-locked").header("x-amz-bucket-object-lock-enabled", "true");
    locked.send().ok();
    let statement = json!({ "Effect": "Allow", "Resource": "*",
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"] });
    let key = scene.user(OWN, "cleaner", &statement);
    scene.enforce();
    let s3 = scene.of(&key);
    let body = "<Delete><Object><Key>k</Key></Object></Delete>";
    let ask = |bypass: &str| {
        let request = s3.request("POST", "/photos-locked?delete").body(body);
        let request = request.header("content-md5", &BASE64.encode(Md5::digest(body)));
        request.header("x-amz-bypass-governance-retention", bypass).send().ok()
    };
    assert_eq!(ask("false").texts("Deleted.Key"), ["k"]);
    let action = "s3:BypassGovernanceRetention";
    let sentence = not_allowed("cleaner", action, "arn:aws:s3:::photos-locked/k", "identity-based");
    assert_eq!(ask("true").text("Error.Message"), sentence);
}

#[test]
fn only_who_may_list_learns_that_a_key_is_missing() {
    let mut scene = Scene::new();
    let reader = scene.user(OWN, "reader", &allow("s3:GetObject*", "arn:aws:s3:::photos/*"));
    let lister = scene.user(
        OWN,
        "lister",
        &json!([
            allow("s3:GetObject*", "arn:aws:s3:::photos/*"),
            allow("s3:ListBucket", "arn:aws:s3:::photos"),
        ]),
    );
    scene.enforce();
    let (reader, lister) = (scene.of(&reader), scene.of(&lister));
    let sentence = not_allowed("reader", "s3:ListBucket", "arn:aws:s3:::photos", "identity-based");
    for target in ["/photos/none", "/photos/none?tagging", "/photos/none?acl"] {
        denied(&get(&reader, target), &sentence);
        assert_eq!(get(&lister, target).refusal().code, "NoSuchKey", "{target}");
    }
    for (client, status) in [(&reader, 403), (&lister, 404)] {
        assert_eq!(client.request("HEAD", "/photos/none").send().status, status);
    }
    get(&reader, "/photos/k").ok();
}

/// Clients learn from it which Region to sign for.
#[test]
fn where_a_bucket_lies_is_told_to_whom_may_not_see_it() {
    let mut scene = Scene::new();
    let body = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>\
                </CreateBucketConfiguration>";
    scene.put("/dublin", body);
    let none = scene.user(OWN, "none", &json!(null));
    let admin = scene.user(OWN, "admin", &allow("s3:*", "*"));
    scene.enforce();
    let region = |client: &Client, bucket: &str, owner: Option<&str>| {
        let request = client.request("HEAD", &format!("/{bucket}"));
        let answer = match owner {
            Some(owner) => request.header("x-amz-expected-bucket-owner", owner).send(),
            None => request.send(),
        };
        (answer.status, answer.header("x-amz-bucket-region").map(str::to_owned))
    };
    let (dublin, virginia) = (Some("eu-west-1".to_owned()), Some("us-east-1".to_owned()));
    let (none, admin, nobody) = (scene.of(&none), scene.of(&admin), scene.anonymous());
    for (client, status) in [(&none, 403), (&nobody, 403), (&admin, 200)] {
        assert_eq!(region(client, "dublin", None), (status, dublin.clone()));
        assert_eq!(region(client, "photos", None), (status, virginia.clone()));
    }
    assert_eq!(region(&admin, "dublin", Some("111111111111")), (403, dublin));
    assert_eq!(region(&none, "no-such-bucket", None), (403, None));
    assert_eq!(get(&none, "/dublin").header("x-amz-bucket-region"), None);
}

#[test]
fn a_missing_bucket_is_told_to_whoever_did_not_sign() {
    let mut scene = Scene::new();
    let none = scene.user(OWN, "none", &json!(null));
    scene.enforce();
    let anonymous = scene.anonymous();
    let members = [("BucketName", "no-such-bucket")];
    for target in ["/no-such-bucket", "/no-such-bucket/k"] {
        let sentence = "The specified bucket does not exist";
        crate::refused(&get(&anonymous, target), 404, "NoSuchBucket", sentence, &members);
    }
    shut(&anonymous.request("PUT", "/no-such-bucket").send());
    let arn = "arn:aws:s3:::no-such-bucket";
    let sentence = not_allowed("none", "s3:ListBucket", arn, "identity-based");
    denied(&get(&scene.of(&none), "/no-such-bucket"), &sentence);
}
