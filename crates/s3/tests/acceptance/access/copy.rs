//! The sources of copies.

use super::{OWN, Scene, allow, denied, get, not_allowed};
use serde_json::json;
use testkit::{Answer, Client};

fn copy(s3: &Client, source: &str, target: &str) -> Answer {
    s3.request("PUT", target).header("x-amz-copy-source", source).send()
}

#[test]
fn a_source_is_read_by_whom_policies_let() {
    let mut scene = Scene::new();
    scene.put("/target", "");
    scene.put("/target/open", "y");
    let key = scene.user(
        OWN,
        "copier",
        &json!([
            allow("s3:PutObject", "arn:aws:s3:::target/*"),
            allow("s3:GetObject", "arn:aws:s3:::target/*")
        ]),
    );
    let lister = scene.user(OWN, "lister", &allow("s3:*", "*"));
    scene.enforce();
    let s3 = scene.of(&key);
    copy(&s3, "/target/open", "/target/copy").ok();
    let source = not_allowed("copier", "s3:GetObject", "arn:aws:s3:::photos/k", "identity-based");
    denied(&copy(&s3, "/photos/k", "/target/copy"), &source);
    let target = not_allowed("copier", "s3:PutObject", "arn:aws:s3:::photos/k", "identity-based");
    denied(&copy(&s3, "/target/open", "/photos/k"), &target);
    // A source that is not there is told to whom may list.
    let list = not_allowed("copier", "s3:ListBucket", "arn:aws:s3:::target", "identity-based");
    denied(&copy(&s3, "/target/none", "/target/copy"), &list);
    let missing = copy(&scene.of(&lister), "/target/none", "/target/copy");
    assert_eq!(missing.refusal().code, "NoSuchKey");
    assert_eq!(get(&scene.of(&lister), "/photos/k").ok().body_text(), "hello");
}

#[test]
fn tags_go_along_with_whom_policies_let() {
    let mut scene = Scene::new();
    let tagged = scene.s3.request("PUT", "/photos/tagged").header("x-amz-tagging", "a=1");
    tagged.body("x").send().ok();
    let plain = json!({ "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*" });
    let with = json!({ "Effect": "Allow", "Resource": "*",
        "Action": ["s3:GetObject", "s3:PutObject", "s3:GetObjectTagging", "s3:PutObjectTagging"] });
    let (plain, with) = (scene.user(OWN, "plain", &plain), scene.user(OWN, "with", &with));
    scene.enforce();
    let (plain, with) = (scene.of(&plain), scene.of(&with));
    copy(&plain, "/photos/k", "/photos/copy").ok();
    let action = "s3:GetObjectTagging";
    let sentence = not_allowed("plain", action, "arn:aws:s3:::photos/tagged", "identity-based");
    denied(&copy(&plain, "/photos/tagged", "/photos/copy"), &sentence);
    copy(&with, "/photos/tagged", "/photos/copy").ok();
    assert_eq!(get(&with, "/photos/copy?tagging").ok().text("TagSet.Tag.Key"), "a");
}

#[test]
fn a_part_is_copied_by_whom_policies_let() {
    let mut scene = Scene::new();
    scene.put("/target", "");
    let key = scene.user(OWN, "copier", &allow("s3:PutObject", "arn:aws:s3:::target/*"));
    scene.enforce();
    let s3 = scene.of(&key);
    let upload = s3.request("POST", "/target/k?uploads").send().ok().text("UploadId");
    let part = copy(&s3, "/photos/k", &format!("/target/k?partNumber=1&uploadId={upload}"));
    denied(&part, &not_allowed("copier", "s3:GetObject", "arn:aws:s3:::photos/k", "identity-based"));
}
