//! Section 5.2: what a bucket answers of a configuration it never had, or has no more.
//!
//! Never answered: `ServerSideEncryptionConfigurationNotFoundError`, AWS's answer of before 2023: every bucket is
//! encrypted.

use super::{Row, ask, check, make};
use crate::{get, start};

fn missing(configuration: &str, code: &str, message: &str) -> Row {
    ask(&format!("GET /photos?{configuration}")).refused(404, code, message).with("BucketName", "photos")
}

/// The configurations that a new bucket does not have.
fn never_set() -> Vec<Row> {
    [
        ("policy", "NoSuchBucketPolicy", "The bucket policy does not exist"),
        ("policyStatus", "NoSuchBucketPolicy", "The bucket policy does not exist"),
        ("cors", "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
        (
            "website",
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        ),
        ("lifecycle", "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
        ("tagging", "NoSuchTagSet", "The TagSet does not exist"),
        (
            "replication",
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
        ),
        (
            "object-lock",
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        ),
    ]
    .map(|(configuration, code, message)| missing(configuration, code, message))
    .into()
}

/// What is named by an id says no bucket, be it read or deleted.
fn no_such_id() -> Vec<Row> {
    let kinds = ["analytics", "inventory", "metrics", "intelligent-tiering"];
    let lines =
        kinds.iter().flat_map(|kind| ["GET", "DELETE"].map(|method| format!("{method} /photos?{kind}&id=a")));
    lines
        .map(|line| {
            ask(&line).refused(404, "NoSuchConfiguration", "The specified configuration does not exist.")
        })
        .collect()
}

#[test]
fn what_was_never_configured_has_its_own_code() {
    let (_server, s3) = start();
    check(&s3, never_set());
    check(&s3, no_such_id());
}

#[test]
fn what_is_deleted_is_as_if_it_had_never_been() {
    let (_server, s3) = start();
    let metrics = "<MetricsConfiguration><Id>a</Id></MetricsConfiguration>";
    make(&s3, [ask("PUT /photos?metrics&id=a").body(metrics), ask("DELETE /photos?metrics&id=a")]);
    let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>";
    make(
        &s3,
        [
            ask("PUT /photos?tagging").body(tags),
            ask("PUT /photos?tagging").body("<Tagging><TagSet/></Tagging>"),
        ],
    );
    let deletes = ["policy", "cors", "website", "lifecycle", "tagging", "replication"];
    for _ in 0..2 {
        make(&s3, deletes.map(|configuration| ask(&format!("DELETE /photos?{configuration}"))));
    }
    make(&s3, ["ownershipControls", "publicAccessBlock"].map(|kind| ask(&format!("DELETE /photos?{kind}"))));
    check(&s3, never_set());
    check(&s3, no_such_id());
    check(
        &s3,
        [
            missing(
                "publicAccessBlock",
                "NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found",
            ),
            missing(
                "ownershipControls",
                "OwnershipControlsNotFoundError",
                "The bucket ownership controls were not found",
            ),
        ],
    );
}

#[test]
fn what_has_a_default_is_never_missing() {
    let (_server, s3) = start();
    for configuration in ["accelerate", "logging", "notification", "versioning"] {
        let answer = get(&s3, &format!("/photos?{configuration}")).ok();
        assert_eq!(answer.tree(), "", "{configuration} is an empty root");
    }
    for (configuration, path, want) in [
        ("requestPayment", "Payer", "BucketOwner"),
        ("publicAccessBlock", "BlockPublicAcls", "true"),
        ("publicAccessBlock", "RestrictPublicBuckets", "true"),
        ("ownershipControls", "Rule.ObjectOwnership", "BucketOwnerEnforced"),
        ("encryption", "Rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm", "AES256"),
        ("acl", "AccessControlList.Grant.Permission", "FULL_CONTROL"),
        ("abac", "Status", "Disabled"),
    ] {
        assert_eq!(get(&s3, &format!("/photos?{configuration}")).ok().text(path), want, "{configuration}");
    }
}
