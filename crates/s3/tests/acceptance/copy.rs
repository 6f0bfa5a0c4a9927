use crate::{get, invalid_argument, invalid_request, no_such_key, put, refused, start, versioning};

#[test]
fn copies_have_their_own_life() {
    let (_server, s3) = start();
    put(&s3, "/other", b"").ok();
    s3.request("PUT", "/photos/k")
        .header("x-amz-meta-a", "1")
        .header("x-amz-tagging", "t=1")
        .body("content")
        .send()
        .ok();
    let copy = |target: &str| s3.request("PUT", target).header("x-amz-copy-source", "/photos/k").send();
    copy("/other/c").ok();
    let read = get(&s3, "/other/c").ok();
    assert_eq!((read.body_text().as_str(), read.header("x-amz-meta-a")), ("content", Some("1")));
    assert_eq!(read.header("x-amz-tagging-count"), Some("1"));
    crate::delete(&s3, "/photos/k").ok();
    assert_eq!(get(&s3, "/other/c").ok().body_text(), "content", "the source's end is not the copy's");
}

#[test]
fn what_copies_refuse() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"0123456789").ok();
    s3.request("PUT", "/photos/cold").header("x-amz-storage-class", "GLACIER").body("x").send().ok();
    let copy = |source: &str| s3.request("PUT", "/photos/c").header("x-amz-copy-source", source);
    for source in ["photos", "/photos/", "/"] {
        invalid_argument(
            &copy(source).send(),
            "x-amz-copy-source",
            "Invalid copy source object key",
            Some("x-amz-copy-source"),
        );
    }
    let missing = "The specified bucket does not exist";
    refused(&copy("/nowhere/k").send(), 404, "NoSuchBucket", missing, &[("BucketName", "nowhere")]);
    no_such_key(&copy("/photos/none").send(), "none");
    let itself = s3.request("PUT", "/photos/k").header("x-amz-copy-source", "/photos/k").send();
    invalid_request(
        &itself,
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's \
         metadata, storage class, website redirect location or encryption attributes.",
    );
    copy("/photos/cold").send().refused(
        403,
        "ObjectNotInActiveTierError",
        "The source object of the COPY operation is not in the active tier and is only stored in Amazon Glacier.",
    );
    let sentence = "At least one of the pre-conditions you specified did not hold";
    let e_tag = get(&s3, "/photos/k").header("etag").unwrap().to_owned();
    for (name, value, condition) in [
        ("x-amz-copy-source-if-match", "\"other\"", "x-amz-copy-source-If-Match"),
        ("x-amz-copy-source-if-none-match", e_tag.as_str(), "x-amz-copy-source-If-None-Match"),
        (
            "x-amz-copy-source-if-unmodified-since",
            "Wed, 31 Dec 2025 00:00:00 GMT",
            "x-amz-copy-source-If-Unmodified-Since",
        ),
        (
            "x-amz-copy-source-if-modified-since",
            "Fri, 02 Jan 2026 00:00:00 GMT",
            "x-amz-copy-source-If-Modified-Since",
        ),
    ] {
        let answer = copy("/photos/k").header(name, value).send();
        refused(&answer, 412, "PreconditionFailed", sentence, &[("Condition", condition)]);
    }
    versioning(&s3, "Enabled");
    let marker = crate::delete(&s3, "/photos/k").ok().header("x-amz-version-id").unwrap().to_owned();
    no_such_key(&copy("/photos/k").send(), "k");
    invalid_request(
        &copy(&format!("/photos/k?versionId={marker}")).send(),
        "The source of a copy request may not specifically refer to a delete marker by version id.",
    );
}
