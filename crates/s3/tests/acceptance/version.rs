use crate::{delete, get, golden, put, start, versioning};

#[test]
fn the_life_of_versions() {
    let (_server, s3) = start();
    let mut golden = golden("version");
    put(&s3, "/photos/k", b"null").ok();
    versioning(&s3, "Enabled");
    let second = golden.note("a version", put(&s3, "/photos/k", b"second")).ok();
    let second = second.header("x-amz-version-id").unwrap().to_owned();
    golden.note("a marker", delete(&s3, "/photos/k")).ok();
    golden.note("it is covered", get(&s3, "/photos/k"));
    assert_eq!(get(&s3, &format!("/photos/k?versionId={second}")).ok().body_text(), "second");
    assert_eq!(get(&s3, "/photos/k?versionId=null").ok().body_text(), "null");
    golden.note("ListObjectVersions", get(&s3, "/photos?versions")).ok();
    versioning(&s3, "Suspended");
    golden.note("suspended", put(&s3, "/photos/k", b"null again")).ok();
    golden.note("in place of the null version", get(&s3, "/photos?versions")).ok();
    golden.note("one version goes", delete(&s3, &format!("/photos/k?versionId={second}"))).ok();
    golden.check();
    // A put is silent about the null version it writes; a copy and what was not modified tell it.
    let copy = s3.request("PUT", "/photos/c").header("x-amz-copy-source", "/photos/k").send().ok();
    assert_eq!(copy.header("x-amz-version-id"), Some("null"));
    let known = s3.request("GET", "/photos/c").header("if-none-match", "*").send();
    assert_eq!((known.status, known.header("x-amz-version-id")), (304, Some("null")));
}
