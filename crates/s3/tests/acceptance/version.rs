use crate::{delete, get, golden, no_such_key, put, refused, start, versioning};

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
}

#[test]
fn what_versions_refuse() {
    let (_server, s3) = start();
    versioning(&s3, "Enabled");
    let version = put(&s3, "/photos/k", b"x").ok().header("x-amz-version-id").unwrap().to_owned();
    let marker = delete(&s3, "/photos/k").ok().header("x-amz-version-id").unwrap().to_owned();
    let covered = get(&s3, "/photos/k");
    no_such_key(&covered, "k");
    assert_eq!(covered.header("x-amz-delete-marker"), Some("true"));
    assert_eq!(covered.header("x-amz-version-id"), Some(marker.as_str()));
    for method in ["GET", "HEAD"] {
        let addressed = s3.request(method, &format!("/photos/k?versionId={marker}")).send();
        assert_eq!((addressed.status, addressed.header("allow")), (405, Some("DELETE")), "{method}");
        assert_eq!(addressed.header("last-modified"), Some("Thu, 01 Jan 2026 12:00:00 GMT"));
    }
    let addressed = get(&s3, &format!("/photos/k?versionId={marker}"));
    let sentence = "The specified method is not allowed against this resource.";
    refused(
        &addressed,
        405,
        "MethodNotAllowed",
        sentence,
        &[("Method", "GET"), ("ResourceType", "DeleteMarker")],
    );
    delete(&s3, &format!("/photos/k?versionId={version}")).ok();
    let gone = get(&s3, &format!("/photos/k?versionId={version}"));
    let sentence = "The specified version does not exist.";
    refused(&gone, 404, "NoSuchVersion", sentence, &[("Key", "k"), ("VersionId", version.as_str())]);
    delete(&s3, &format!("/photos/k?versionId={version}")).ok();
    crate::invalid_argument(
        &delete(&s3, "/photos/k?versionId=made-up"),
        "versionId",
        "Invalid version id specified",
        Some("made-up"),
    );
}
