use crate::{delete, get, golden, no_such_key, not_implemented, put, refused, start};

#[test]
fn the_life_of_an_object() {
    let (_server, s3) = start();
    let mut golden = golden("object");
    let write = s3
        .request("PUT", "/photos/a%20b/c%2Bd")
        .header("content-type", "text/plain")
        .header("cache-control", "max-age=60")
        .header("x-amz-meta-colour", "red")
        .header("x-amz-tagging", "a=1&b=2")
        .body("hello world");
    golden.note("PutObject", write.send()).ok();
    golden.note("HeadObject", s3.request("HEAD", "/photos/a%20b/c%2Bd").send()).ok();
    golden.note("GetObject", get(&s3, "/photos/a%20b/c%2Bd")).ok();
    let part = s3.request("GET", "/photos/a%20b/c%2Bd").header("range", "bytes=6-").send();
    golden.note("a range", part).ok();
    let with = s3.request("GET", "/photos/a%20b/c%2Bd").header("x-amz-checksum-mode", "ENABLED").send();
    golden.note("with its checksum", with).ok();
    let renamed =
        get(&s3, "/photos/a%20b/c%2Bd?response-content-type=image%2Fpng&response-content-disposition=inline");
    golden.note("with other headers", renamed).ok();
    golden.note("DeleteObject", delete(&s3, "/photos/a%20b/c%2Bd")).ok();
    golden.note("it is gone", get(&s3, "/photos/a%20b/c%2Bd"));
    golden.note("deleted again", delete(&s3, "/photos/a%20b/c%2Bd")).ok();
    golden.check();
}

#[test]
fn contents_come_back_at_every_size() {
    let (_server, s3) = start();
    // Nothing, one byte, the limit between segment and file (256 KiB) and its neighbours, several megabytes.
    for size in [0, 1, 262_143, 262_144, 262_145, 5_000_000] {
        let content: Vec<u8> = (0..size).map(|n: usize| u8::try_from(n % 251).unwrap()).collect();
        put(&s3, "/photos/k", &content).ok();
        assert!(get(&s3, "/photos/k").ok().body == content, "{size}");
    }
}

#[test]
fn what_reading_refuses() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"0123456789").ok();
    no_such_key(&get(&s3, "/photos/none"), "none");
    assert_eq!(s3.request("HEAD", "/photos/none").send().status, 404);
    let range = |text: &str| s3.request("GET", "/photos/k").header("range", text).send();
    let sentence = "The requested range is not satisfiable";
    for text in ["bytes=10-", "bytes=11-20", "bytes=-0"] {
        let members = [("RangeRequested", text), ("ActualObjectSize", "10")];
        refused(&range(text), 416, "InvalidRange", sentence, &members);
    }
    let both = s3.request("GET", "/photos/k?partNumber=1").header("range", "bytes=0-1").send();
    crate::invalid_request(&both, "Cannot specify both Range header and partNumber query parameter");
    let members = [("PartNumberRequested", "2"), ("ActualPartCount", "1")];
    refused(
        &get(&s3, "/photos/k?partNumber=2"),
        416,
        "InvalidPartNumber",
        "The requested partnumber is not satisfiable",
        &members,
    );
    let sentence = "Part number must be an integer between 1 and 10000, inclusive";
    crate::invalid_argument(&get(&s3, "/photos/k?partNumber=0"), "partNumber", sentence, Some("0"));
    let sentence = "Invalid version id specified";
    crate::invalid_argument(&get(&s3, "/photos/k?versionId=made-up"), "versionId", sentence, Some("made-up"));
}

#[test]
fn conditions_of_reads_and_writes() {
    let (_server, s3) = start();
    let e_tag = put(&s3, "/photos/k", b"x").ok().header("etag").unwrap().to_owned();
    let read = |name: &str, value: &str| s3.request("GET", "/photos/k").header(name, value).send();
    let failed = |answer: &testkit::Answer, condition: &str| {
        let sentence = "At least one of the pre-conditions you specified did not hold";
        refused(answer, 412, "PreconditionFailed", sentence, &[("Condition", condition)]);
    };
    let (before, after) = ("Wed, 31 Dec 2025 00:00:00 GMT", "Fri, 02 Jan 2026 00:00:00 GMT");
    read("if-match", &e_tag).ok();
    failed(&read("if-match", "\"other\""), "If-Match");
    read("if-unmodified-since", after).ok();
    failed(&read("if-unmodified-since", before), "If-Unmodified-Since");
    for (name, value) in [("if-none-match", e_tag.as_str()), ("if-modified-since", after)] {
        let answer = read(name, value);
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{name}");
        assert_eq!(answer.header("etag"), Some(e_tag.as_str()));
    }
    read("if-none-match", "\"other\"").ok();
    read("if-modified-since", before).ok();
    let write = |key: &str, name: &str, value: &str| {
        s3.request("PUT", &format!("/photos/{key}")).header(name, value).body("y").send()
    };
    failed(&write("k", "if-none-match", "*"), "If-None-Match");
    write("new", "if-none-match", "*").ok();
    failed(&write("k", "if-match", "\"other\""), "If-Match");
    write("k", "if-match", &e_tag).ok();
    no_such_key(&write("none", "if-match", "\"other\""), "none");
    for (name, value) in [("If-None-Match", "\"other\""), ("If-Match", "*")] {
        let words = format!("We don't accept the provided value of {name} header for this API");
        let sentence = "A header you provided implies functionality that is not implemented";
        let members = [("Header", name), ("additionalMessage", words.as_str())];
        refused(&write("k", name, value), 501, "NotImplemented", sentence, &members);
    }
    let gone = s3.request("DELETE", "/photos/k").header("if-match", "\"other\"").send();
    failed(&gone, "If-Match");
}

#[test]
fn what_is_stored_with_an_object_is_checked() {
    let (_server, s3) = start();
    let with = |name: &str, value: &str| s3.request("PUT", "/photos/k").header(name, value).body("x").send();
    let long = "k".repeat(1025);
    let members = [("Size", "1025"), ("MaxSizeAllowed", "1024")];
    refused(
        &put(&s3, &format!("/photos/{long}"), b"x"),
        400,
        "KeyTooLongError",
        "Your key is too long",
        &members,
    );
    put(&s3, &format!("/photos/{}", &long[1..]), b"x").ok();
    let members = [("Size", "2053"), ("MaxSizeAllowed", "2048")];
    let sentence = "Your metadata headers exceed the maximum allowed metadata size";
    refused(&with("x-amz-meta-a", &"v".repeat(2052)), 400, "MetadataTooLarge", sentence, &members);
    let sentence = "The storage class you specified is not valid";
    refused(
        &with("x-amz-storage-class", "ATTIC"),
        400,
        "InvalidStorageClass",
        sentence,
        &[("StorageClassRequested", "ATTIC")],
    );
    let members = [("ArgumentName", "x-amz-server-side-encryption"), ("ArgumentValue", "ROT13")];
    let sentence = "The Encryption request you specified is not valid. Supported value: AES256.";
    refused(
        &with("x-amz-server-side-encryption", "ROT13"),
        400,
        "InvalidEncryptionAlgorithmError",
        sentence,
        &members,
    );
    with("x-amz-acl", "public-read").refused(
        400,
        "AccessControlListNotSupported",
        "The bucket does not allow ACLs",
    );
    with("x-amz-acl", "bucket-owner-full-control").ok();
    not_implemented(&with("x-amz-write-offset-bytes", "1"), "x-amz-write-offset-bytes");
    with("x-amz-server-side-encryption", "aws:kms").ok();
    with("x-amz-object-lock-legal-hold", "ON").refused(
        400,
        "InvalidRequest",
        "Bucket is missing Object Lock Configuration",
    );
    let half = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
    let missing = [("ArgumentName", "x-amz-object-lock-retain-until-date")];
    refused(&with("x-amz-object-lock-mode", "GOVERNANCE"), 400, "InvalidArgument", half, &missing);
    let sentence = "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.";
    let members = [("ArgumentName", "x-amz-server-side-encryption")];
    let algorithm = with("x-amz-server-side-encryption-customer-algorithm", "AES256");
    refused(&algorithm, 400, "InvalidArgument", sentence, &members);
    with("x-amz-storage-class", "GLACIER").ok();
    let sentence = "The operation is not valid for the object's storage class";
    refused(&get(&s3, "/photos/k"), 403, "InvalidObjectState", sentence, &[("StorageClass", "GLACIER")]);
    s3.request("HEAD", "/photos/k").send().ok();
}

#[test]
fn many_are_deleted_each_for_itself() {
    let (_server, s3) = start();
    for key in ["a", "b", "c"] {
        put(&s3, &format!("/photos/{key}"), b"x").ok();
    }
    let many =
        |inner: &str| s3.request("POST", "/photos?delete").body(format!("<Delete>{inner}</Delete>")).send();
    let object = |key: &str| format!("<Object><Key>{key}</Key></Object>");
    let answer = many(&format!("{}{}", object("a"), object("none"))).ok();
    assert_eq!(answer.texts("Deleted.Key"), ["a", "none"]);
    let quiet = many(&format!("<Quiet>true</Quiet>{}", object("b"))).ok();
    assert_eq!(quiet.texts("Deleted.Key"), [""; 0]);
    let bad = many("<Object><Key>c</Key><VersionId>made-up</VersionId></Object>").ok();
    assert_eq!(bad.texts("Error.Code"), ["NoSuchVersion"]);
    assert_eq!(get(&s3, "/photos").ok().texts("Contents.Key"), ["c"]);
    many("").refused(400, "MalformedXML", crate::MALFORMED_XML);
    let all: String = (0..1001).map(|n| object(&n.to_string())).collect();
    many(&all).refused(400, "MalformedXML", crate::MALFORMED_XML);
}
