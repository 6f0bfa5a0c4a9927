use crate::{MALFORMED_XML, get, invalid_request, no_such_key, put, start, versioning};
use testkit::{Answer, Client};

const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn update(s3: &Client, target: &str, key: &str, more: &str) -> Answer {
    let body =
        format!("<ObjectEncryption><SSE-KMS>{more}<KMSKeyArn>{key}</KMSKeyArn></SSE-KMS></ObjectEncryption>");
    put(s3, &format!("/photos/{target}"), body.as_bytes())
}

#[test]
fn the_key_of_an_object_changes_and_nothing_else() {
    let (_server, s3) = start();
    versioning(&s3, "Enabled");
    let cold = s3.request("PUT", "/photos/k").header("x-amz-storage-class", "GLACIER").body("x").send().ok();
    let version = cold.header("x-amz-version-id").unwrap().to_owned();
    put(&s3, "/photos/k", b"newer").ok();
    update(
        &s3,
        &format!("k?encryption&versionId={version}"),
        KEY,
        "<BucketKeyEnabled>true</BucketKeyEnabled>",
    )
    .ok();
    let head = s3.request("HEAD", &format!("/photos/k?versionId={version}")).send().ok();
    for (name, want) in [
        ("x-amz-server-side-encryption", Some("aws:kms")),
        ("x-amz-server-side-encryption-aws-kms-key-id", Some(KEY)),
        ("x-amz-server-side-encryption-bucket-key-enabled", Some("true")),
        ("x-amz-storage-class", Some("GLACIER")),
        ("etag", cold.header("etag")),
    ] {
        assert_eq!(head.header(name), want, "{name}");
    }
    assert_eq!(get(&s3, "/photos/k").header("x-amz-server-side-encryption"), Some("AES256"));
    let other = KEY.replace("1234abcd", "abcd1234");
    update(&s3, &format!("k?encryption&versionId={version}"), &other, "").ok();
    let head = s3.request("HEAD", &format!("/photos/k?versionId={version}")).send().ok();
    assert_eq!(head.header("x-amz-server-side-encryption-aws-kms-key-id"), Some(other.as_str()));
    assert_eq!(head.header("x-amz-server-side-encryption-bucket-key-enabled"), None);
}

#[test]
fn what_a_change_of_encryption_refuses() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    no_such_key(&update(&s3, "none?encryption", KEY, ""), "none");
    let sentence = "Requests that modify an object encryption configuration require a valid new encryption type. \
        Valid values are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try \
        again.";
    invalid_request(&put(&s3, "/photos/k?encryption", b"<ObjectEncryption/>"), sentence);
    let sentence = "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon \
        Resource Name (ARN). Modify the request to specify a KMS key ARN, and then try again.";
    invalid_request(&update(&s3, "k?encryption", "", ""), sentence);
    let sentence = "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon \
        Resource Name (ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try \
        again.";
    let elsewhere = KEY.replace("arn:aws:", "arn:aws-cn:");
    for key in ["alias/mine", "1234abcd-12ab-34cd-56ef-1234567890ab", &elsewhere] {
        invalid_request(&update(&s3, "k?encryption", key, ""), sentence);
    }
    let sentence = "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the \
        request to specify a KMS key from the same account, and then try again.";
    let others = KEY.replace("000000000000", "111122223333");
    update(&s3, "k?encryption", &others, "").refused(403, "AccessDenied", sentence);
    let answer = update(&s3, "k?encryption", KEY, "<BucketKeyEnabled>maybe</BucketKeyEnabled>");
    answer.refused(400, "MalformedXML", MALFORMED_XML);
    let sentence = "The UpdateObjectEncryption operation doesn't support source objects with the encryption type \
        DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.";
    let twice = s3.request("PUT", "/photos/twice").header("x-amz-server-side-encryption", "aws:kms:dsse");
    twice.body("x").send().ok();
    invalid_request(&update(&s3, "twice?encryption", KEY, ""), sentence);
}

#[test]
fn a_locked_object_keeps_its_encryption() {
    let (_server, s3) = start();
    s3.request("PUT", "/locked").header("x-amz-bucket-object-lock-enabled", "true").send().ok();
    let held = s3.request("PUT", "/locked/k").header("x-amz-object-lock-legal-hold", "ON");
    held.header("x-amz-checksum-crc32", "jNwWgw==").body("x").send().ok();
    let body =
        format!("<ObjectEncryption><SSE-KMS><KMSKeyArn>{KEY}</KMSKeyArn></SSE-KMS></ObjectEncryption>");
    let sentence = "The encryption type for the specified object can\u{2019}t be updated because that object is \
        protected by S3 Object Lock. If the object has a governance-mode retention period or a legal hold, you must \
        first remove the Object Lock status on the object before you issue your UpdateObjectEncryption request. You \
        can't use the UpdateObjectEncryption operation with objects that have an Object Lock compliance mode \
        retention period applied to them.";
    put(&s3, "/locked/k?encryption", body.as_bytes()).refused(403, "AccessDenied", sentence);
}
