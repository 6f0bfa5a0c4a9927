use crate::{delete, get, golden, put, start};
use testkit::Server;

#[test]
fn the_life_of_a_bucket() {
    let server = Server::start();
    let s3 = server.client("s3");
    let mut golden = golden("bucket");
    golden.note("CreateBucket", put(&s3, "/photos", b"")).ok();
    golden.note("HeadBucket", s3.request("HEAD", "/photos").send()).ok();
    golden.note("ListBuckets", get(&s3, "/")).ok();
    golden.note("GetBucketLocation", get(&s3, "/photos?location")).ok();
    golden.note("GetBucketVersioning", get(&s3, "/photos?versioning")).ok();
    let on = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    golden.note("PutBucketVersioning", put(&s3, "/photos?versioning", on)).ok();
    golden.note("versioned", get(&s3, "/photos?versioning")).ok();
    golden.note("GetBucketEncryption", get(&s3, "/photos?encryption")).ok();
    golden.note("GetBucketOwnershipControls", get(&s3, "/photos?ownershipControls")).ok();
    golden.note("DeleteBucket", delete(&s3, "/photos")).ok();
    golden.note("it is gone", get(&s3, "/photos?location"));
    golden.check();
}

#[test]
fn buckets_are_listed_by_account_prefix_and_region() {
    let (server, s3) = start();
    let dublin = b"<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    put(&s3, "/dublin", dublin).ok();
    put(&s3, "/papers", b"").ok();
    put(&server.client("s3").key("123456789012", "x", None), "/pictures", b"").ok();
    for (query, want) in [
        ("", vec!["dublin", "papers", "photos"]),
        ("?prefix=p", vec!["papers", "photos"]),
        ("?bucket-region=eu-west-1", vec!["dublin"]),
        ("?prefix=x", vec![]),
    ] {
        assert_eq!(get(&s3, &format!("/{query}")).ok().texts("Buckets.Bucket.Name"), want, "{query}");
    }
    let first = get(&s3, "/?max-buckets=2").ok();
    let token = first.text("ContinuationToken");
    assert_eq!(
        get(&s3, &format!("/?max-buckets=2&continuation-token={token}")).texts("Buckets.Bucket.Name"),
        ["photos"]
    );
}
