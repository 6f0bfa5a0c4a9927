use crate::{get, refused, start};

#[test]
fn what_is_not_configured_has_its_own_code() {
    let (_server, s3) = start();
    for (sub_resource, code, sentence) in [
        ("cors", "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
        ("lifecycle", "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
        (
            "object-lock",
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        ),
        ("policy", "NoSuchBucketPolicy", "The bucket policy does not exist"),
        (
            "replication",
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
        ),
        ("tagging", "NoSuchTagSet", "The TagSet does not exist"),
        (
            "website",
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        ),
    ] {
        let answer = get(&s3, &format!("/photos?{sub_resource}"));
        refused(&answer, 404, code, sentence, &[("BucketName", "photos")]);
    }
}

#[test]
fn what_is_empty_until_it_is_configured() {
    let (_server, s3) = start();
    for sub_resource in ["accelerate", "logging", "notification", "versioning"] {
        let answer = get(&s3, &format!("/photos?{sub_resource}")).ok();
        assert!(!answer.body_text().contains("<Status>"), "{sub_resource}");
    }
    assert_eq!(get(&s3, "/photos?requestPayment").ok().text("Payer"), "BucketOwner");
    assert_eq!(get(&s3, "/photos?publicAccessBlock").ok().text("BlockPublicAcls"), "true");
}
