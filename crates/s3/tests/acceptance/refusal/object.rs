//! Table 3.3: objects, their versions and their parts.
//!
//! Never answered: `InvalidObjectState` with `AccessTier` (objects of Intelligent-Tiering are never archived);
//! `KMS.DisabledException`, `KMS.KMSInvalidStateException` and a key of KMS that does not exist (there is no KMS yet:
//! ids are held against their form); `EntityTooLarge` by bytes that were not announced, which would take 5 GiB.

use super::{
    Ask, CRC32, DIGITS, LOCKED, NO_KEY, NO_UPLOAD, NOT_ALLOWED, NOT_HELD, Row, ask, begin, check, complete,
    make, part,
};
use crate::{put, start, versioning};
use serde_json::json;
use testkit::{Options, Server};

fn no_key(ask: Ask, key: &str) -> Row {
    ask.refused(404, "NoSuchKey", NO_KEY).with("Key", key)
}

fn not_held(ask: Ask, condition: &str) -> Row {
    ask.refused(412, "PreconditionFailed", NOT_HELD).with("Condition", condition)
}

#[test]
fn keys_that_are_not_there() {
    let (_server, s3) = start();
    let tags = "<Tagging><TagSet/></Tagging>";
    check(
        &s3,
        [
            no_key(ask("GET /photos/none"), "none"),
            no_key(ask("GET /photos/a%20b//c%2Bd"), "a b//c+d"),
            no_key(ask("GET /photos/none?attributes").header("x-amz-object-attributes", "ETag"), "none"),
            no_key(ask("GET /photos/none?acl"), "none"),
            no_key(ask("GET /photos/none?retention"), "none"),
            no_key(ask("GET /photos/none?legal-hold"), "none"),
            // One operation repeats the bucket too.
            no_key(ask("GET /photos/none?tagging"), "photos/none"),
            no_key(ask("PUT /photos/none?tagging").body(tags), "none"),
            no_key(ask("DELETE /photos/none?tagging"), "none"),
            no_key(ask("PUT /photos/c").header("x-amz-copy-source", "/photos/none"), "none"),
            no_key(
                ask("POST /photos/none?restore").body("<RestoreRequest><Days>1</Days></RestoreRequest>"),
                "none",
            ),
            no_key(ask("PUT /photos/none").header("if-match", "\"e\"").body("x"), "none"),
            no_key(ask("DELETE /photos/none").header("if-match", "\"e\""), "none"),
        ],
    );
    assert_eq!(s3.request("HEAD", "/photos/none").send().status, 404);
}

#[test]
fn versions() {
    let (_server, s3) = start();
    put(&s3, "/photos/null", b"x").ok();
    let made_up = |line: &str| {
        let id = line.rsplit_once('=').unwrap().1;
        ask(line).argument("versionId", "Invalid version id specified").value(id)
    };
    check(
        &s3,
        [made_up("GET /photos/null?versionId=made-up"), made_up("DELETE /photos/null?versionId=made-up")],
    );
    versioning(&s3, "Enabled");
    let sent = |line: &str| ask(line).body("x").send(&s3).ok().header("x-amz-version-id").unwrap().to_owned();
    let (version, marker) = (sent("PUT /photos/k"), sent("DELETE /photos/k"));
    let (gone, other) = (sent("PUT /photos/k2"), sent("PUT /photos/other"));
    make(&s3, [ask(&format!("DELETE /photos/k2?versionId={gone}"))]);
    let no_version = |line: &str, key: &str, id: &str| {
        ask(line)
            .refused(404, "NoSuchVersion", "The specified version does not exist.")
            .with("Key", key)
            .with("VersionId", id)
    };
    let marked = |line: &str| {
        ask(line)
            .refused(405, "MethodNotAllowed", NOT_ALLOWED)
            .with("Method", line.split_once(' ').unwrap().0)
            .with("ResourceType", "DeleteMarker")
            .header("allow", "DELETE")
            .header("x-amz-delete-marker", "true")
            .header("x-amz-version-id", &marker)
            .header("last-modified", "Thu, 01 Jan 2026 12:00:00 GMT")
    };
    let covered = |line: &str| {
        no_key(ask(line), "k").header("x-amz-delete-marker", "true").header("x-amz-version-id", &marker)
    };
    check(
        &s3,
        [
            no_version(&format!("GET /photos/k2?versionId={gone}"), "k2", &gone),
            no_version("GET /photos/k?versionId=null", "k", "null"),
            made_up("GET /photos/k?versionId=made-up"),
            made_up("DELETE /photos/k?versionId=made-up"),
            // An id of another key.
            made_up(&format!("GET /photos/k?versionId={other}")),
            covered("GET /photos/k"),
            covered("GET /photos/k?acl"),
            marked(&format!("GET /photos/k?versionId={marker}")),
            marked(&format!("GET /photos/k?acl&versionId={marker}")),
            marked(&format!("GET /photos/k?tagging&versionId={marker}")),
            marked(&format!("DELETE /photos/k?tagging&versionId={marker}")),
            marked(&format!("GET /photos/k?retention&versionId={marker}")),
            no_key(ask("PUT /photos/c").header("x-amz-copy-source", "/photos/k"), "k"),
        ],
    );
    let acl = ask("PUT /photos/k?acl").header("x-amz-acl", "bucket-owner-full-control");
    check(
        &s3,
        [acl.refused(405, "MethodNotAllowed", NOT_ALLOWED)
            .with("Method", "PUT")
            .with("ResourceType", "DeleteMarker")],
    );
    let head = s3.request("HEAD", &format!("/photos/k?versionId={marker}")).send();
    assert_eq!((head.status, head.header("allow")), (405, Some("DELETE")));
    let head = s3.request("HEAD", &format!("/photos/k?versionId={version}")).send();
    assert_eq!(head.status, 200);
}

#[test]
fn sizes() {
    let (_server, s3) = start();
    let long = "k".repeat(1025);
    let umlauts = "%C3%A9".repeat(513);
    let too_long = |key: &str, size: &str| {
        ask(&format!("PUT /photos/{key}"))
            .body("x")
            .refused(400, "KeyTooLongError", "Your key is too long")
            .with("Size", size)
            .with("MaxSizeAllowed", "1024")
    };
    let metadata = "Your metadata headers exceed the maximum allowed metadata size";
    let large = |ask: Ask| {
        ask.refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
            .with("ProposedSize", "5368709121")
            .with("MaxSizeAllowed", "5368709120")
    };
    let framed = |line: &str| {
        ask(line)
            .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            .header("x-amz-decoded-content-length", "5368709121")
            .body("0\r\n\r\n")
    };
    let upload = begin(&s3, &[]);
    check(
        &s3,
        [
            too_long(&long, "1025"),
            too_long(&umlauts, "1026"),
            ask("PUT /photos/k")
                .header("x-amz-meta-a", &"v".repeat(2052))
                .body("x")
                .refused(400, "MetadataTooLarge", metadata)
                .with("Size", "2053")
                .with("MaxSizeAllowed", "2048"),
            large(framed("PUT /photos/k")),
            large(framed(&format!("PUT /photos/big?partNumber=1&uploadId={upload}"))),
        ],
    );
    make(
        &s3,
        [
            ask(&format!("PUT /photos/{}", &long[1..])).body("x"),
            ask("PUT /photos/k").header("x-amz-meta-a", &"v".repeat(2047)).body("x"),
        ],
    );
}

#[test]
fn digests() {
    let (_server, s3) = start();
    let upload = begin(&s3, &[]);
    let part = format!("PUT /photos/big?partNumber=1&uploadId={upload}");
    let zeros = "AAAAAAAAAAAAAAAAAAAAAA==";
    let bad = |ask: Ask, expected: &str, calculated: &str| {
        ask.refused(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
            .with("ExpectedDigest", expected)
            .with("CalculatedDigest", calculated)
    };
    let invalid = |line: &str, value: &str| {
        ask(line)
            .header("content-md5", value)
            .body(DIGITS)
            .refused(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
            .with("Content-MD5", value)
    };
    let with = |line: &str| ask(line).header("content-md5", zeros).body(DIGITS);
    check(
        &s3,
        [
            // PutObject repeats it in hexadecimal, all others as it was sent.
            bad(with("PUT /photos/k"), &"0".repeat(32), "JfnnlDI7RTiF9RgfG2JNCw=="),
            bad(with(&part), zeros, "JfnnlDI7RTiF9RgfG2JNCw=="),
            bad(with("PUT /photos?tagging"), zeros, "JfnnlDI7RTiF9RgfG2JNCw=="),
            bad(with("POST /photos?delete"), zeros, "JfnnlDI7RTiF9RgfG2JNCw=="),
            invalid("PUT /photos/k", "nonsense"),
            invalid("PUT /photos/k", "AAAA"),
            invalid(&part, "nonsense"),
            invalid("PUT /photos?cors", "nonsense"),
            no_key(ask("GET /photos/k"), "k"),
        ],
    );
}

#[test]
fn ranges_and_parts() {
    let (_server, s3) = start();
    make(&s3, [ask("PUT /photos/k").body("0123456789"), ask("PUT /photos/empty")]);
    let range = |key: &str, text: &str, size: &str| {
        ask(&format!("GET /photos/{key}"))
            .header("range", text)
            .refused(416, "InvalidRange", "The requested range is not satisfiable")
            .with("RangeRequested", text)
            .with("ActualObjectSize", size)
    };
    let part = |line: &str, requested: &str, count: &str| {
        ask(line)
            .refused(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
            .with("PartNumberRequested", requested)
            .with("ActualPartCount", count)
    };
    let upload = begin(&s3, &[]);
    let e_tag = super::part(&s3, &upload, 1, "x");
    make(&s3, [complete(&upload, &[(1, &e_tag, "")])]);
    check(
        &s3,
        [
            range("k", "bytes=10-", "10"),
            range("k", "bytes=100-200", "10"),
            range("k", "bytes=-0", "10"),
            range("empty", "bytes=0-", "0"),
            part("GET /photos/k?partNumber=2", "2", "1"),
            part("GET /photos/big?partNumber=2", "2", "1"),
        ],
    );
}

#[test]
fn conditions() {
    let (server, s3) = start();
    make(&s3, [ask("PUT /photos/k").body("x")]);
    let e_tag = ask("GET /photos/k").send(&s3).header("etag").unwrap().to_owned();
    let (before, after) = ("Wed, 31 Dec 2025 00:00:00 GMT", "Fri, 02 Jan 2026 00:00:00 GMT");
    let read = |name: &str, value: &str| ask("GET /photos/k").header(name, value);
    let write = |line: &str, name: &str, value: &str| ask(line).header(name, value).body(DIGITS);
    let copy = |name: &str, value: &str| {
        ask("PUT /photos/c").header("x-amz-copy-source", "/photos/k").header(name, value)
    };
    check(
        &s3,
        [
            not_held(read("if-match", "\"other\""), "If-Match"),
            not_held(read("if-unmodified-since", before), "If-Unmodified-Since"),
            not_held(write("PUT /photos/k", "if-none-match", "*"), "If-None-Match"),
            not_held(write("PUT /photos/k", "if-match", "\"other\""), "If-Match"),
            not_held(write("DELETE /photos/k", "if-match", "\"other\""), "If-Match"),
            not_held(copy("x-amz-copy-source-if-match", "\"other\""), "x-amz-copy-source-If-Match"),
            not_held(copy("x-amz-copy-source-if-none-match", &e_tag), "x-amz-copy-source-If-None-Match"),
            not_held(
                copy("x-amz-copy-source-if-unmodified-since", before),
                "x-amz-copy-source-If-Unmodified-Since",
            ),
            not_held(
                ask("POST /photos").header("content-type", "application/x-www-form-urlencoded").body("a=b"),
                "Bucket POST must be of the enclosure-type multipart/form-data",
            ),
        ],
    );
    // A day that has yet to come is no condition.
    make(&s3, [copy("x-amz-copy-source-if-modified-since", after)]);
    server.page("POST", "/_angae/clock", &json!({ "advance": "2d" }));
    check(
        &s3,
        [not_held(copy("x-amz-copy-source-if-modified-since", after), "x-amz-copy-source-If-Modified-Since")],
    );
    // Completions are judged by what happened since the upload was begun.
    let conflicts = |ask: Ask, condition: &str| {
        let message =
            "The conditional request cannot succeed due to a conflicting operation against this resource.";
        ask.refused(409, "ConditionalRequestConflict", message)
            .with("Condition", condition)
            .with("Key", "big")
    };
    versioning(&s3, "Enabled");
    let upload = begin(&s3, &[]);
    let tag = part(&s3, &upload, 1, "x");
    let ends = |name: &str, value: &str| complete(&upload, &[(1, &tag, "")]).header(name, value);
    check(&s3, [no_key(ends("if-match", "\"other\""), "big")]);
    server.page("POST", "/_angae/clock", &json!({ "advance": "1s" }));
    let own = ask("PUT /photos/big").body("x").send(&s3).ok().header("etag").unwrap().to_owned();
    check(
        &s3,
        [
            conflicts(ends("if-match", &own), "If-Match"),
            not_held(ends("if-match", "\"other\""), "If-Match"),
            not_held(ends("if-none-match", "*"), "If-None-Match"),
        ],
    );
    make(&s3, [ask("DELETE /photos/big")]);
    check(
        &s3,
        [conflicts(ends("if-none-match", "*"), "If-None-Match"), no_key(ends("if-match", &own), "big")],
    );
}

#[test]
fn storage_classes() {
    let (_server, s3) = start();
    make(
        &s3,
        [
            ask("PUT /photos/warm").body("x"),
            ask("PUT /photos/cold").header("x-amz-storage-class", "GLACIER").body("x"),
            ask("PUT /photos/deep").header("x-amz-storage-class", "DEEP_ARCHIVE").body("x"),
        ],
    );
    let state = |ask: Ask, message: &str, class: &str| {
        ask.refused(403, "InvalidObjectState", message).with("StorageClass", class)
    };
    let reading = "The operation is not valid for the object's storage class";
    let restoring = "Restore is not allowed for the object's current storage class";
    let inactive = "The source object of the COPY operation is not in the active tier and is only stored in Amazon \
                    Glacier.";
    let days = "<RestoreRequest><Days>1</Days></RestoreRequest>";
    let unknown = ["ATTIC", "OUTPOSTS", "SNOW", "glacier"].map(|class| {
        ask("PUT /photos/k")
            .header("x-amz-storage-class", class)
            .body("x")
            .refused(400, "InvalidStorageClass", "The storage class you specified is not valid")
            .with("StorageClassRequested", class)
    });
    check(&s3, unknown);
    let nowhere = |ask: super::Ask, location: &str| {
        ask.header("x-amz-website-redirect-location", location).refused(
            400,
            "InvalidRedirectLocation",
            "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
        )
    };
    check(
        &s3,
        [
            nowhere(ask("PUT /photos/k").body("x"), "javascript:alert(1)"),
            nowhere(ask("PUT /photos/k").body("x"), "elsewhere"),
            nowhere(ask("POST /photos/k?uploads"), "ftp://elsewhere"),
            nowhere(ask("PUT /photos/c").header("x-amz-copy-source", "/photos/warm"), "elsewhere"),
        ],
    );
    check(
        &s3,
        [
            state(ask("GET /photos/cold"), reading, "GLACIER"),
            state(ask("GET /photos/deep"), reading, "DEEP_ARCHIVE"),
            state(ask("POST /photos/warm?restore").body(days), restoring, "STANDARD"),
            ask("PUT /photos/c").header("x-amz-copy-source", "/photos/cold").refused(
                403,
                "ObjectNotInActiveTierError",
                inactive,
            ),
            ask("POST /photos/cold?restore").body("<RestoreRequest/>").refused(
                400,
                "MalformedXML",
                crate::MALFORMED_XML,
            ),
            ask("POST /photos/deep?restore")
                .body("<RestoreRequest><Days>1</Days><Tier>Expedited</Tier></RestoreRequest>")
                .argument("Tier", "Retrieval option is not supported by this storage class")
                .value("Expedited"),
        ],
    );
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let s3 = server.client("s3");
    make(
        &s3,
        [
            ask("PUT /photos"),
            ask("PUT /photos/cold").header("x-amz-storage-class", "GLACIER").body("x"),
            ask("POST /photos/cold?restore").body(days),
        ],
    );
    let busy = "Object restore is already in progress";
    check(
        &s3,
        [
            ask("POST /photos/cold?restore").body(days).refused(409, "RestoreAlreadyInProgress", busy),
            state(ask("GET /photos/cold"), reading, "GLACIER"),
        ],
    );
}

#[test]
fn uploads() {
    let (_server, s3) = start();
    let upload = begin(&s3, &[]);
    let (small, last) = (part(&s3, &upload, 1, "small"), part(&s3, &upload, 2, "last"));
    let no_upload = |ask: Ask, id: &str| ask.refused(404, "NoSuchUpload", NO_UPLOAD).with("UploadId", id);
    let other_key = |ask: Ask| {
        let Ask { line, headers, body } = ask;
        Ask { line: line.replace("/big?", "/other?"), headers, body }
    };
    let missing = "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                   specified entity tag may not match the part's entity tag.";
    let invalid = |number: i32, e_tag: &str| {
        complete(&upload, &[(number, e_tag, "")])
            .refused(400, "InvalidPart", missing)
            .with("UploadId", &upload)
            .with("PartNumber", &number.to_string())
            .with("ETag", e_tag.trim_matches('"'))
    };
    let order = "The list of parts was not in ascending order. Parts must be ordered by part number.";
    let unordered = |parts: &[(i32, &str, &str)]| {
        complete(&upload, parts).refused(400, "InvalidPartOrder", order).with("UploadId", &upload)
    };
    let size = "Your proposed upload is smaller than the minimum allowed size";
    check(
        &s3,
        [
            no_upload(ask("PUT /photos/big?partNumber=1&uploadId=none"), "none"),
            no_upload(ask("GET /photos/big?uploadId=none"), "none"),
            no_upload(ask("DELETE /photos/big?uploadId=none"), "none"),
            no_upload(complete("none", &[(1, "e", "")]), "none"),
            no_upload(
                ask("PUT /photos/big?partNumber=1&uploadId=none").header("x-amz-copy-source", "/photos/k"),
                "none",
            ),
            // The id of another key's upload.
            no_upload(other_key(ask(&format!("PUT /photos/big?partNumber=1&uploadId={upload}"))), &upload),
            no_upload(other_key(ask(&format!("GET /photos/big?uploadId={upload}"))), &upload),
            no_upload(other_key(ask(&format!("DELETE /photos/big?uploadId={upload}"))), &upload),
            no_upload(other_key(complete(&upload, &[(1, &small, "")])), &upload),
            invalid(3, "\"e\""),
            invalid(1, "other"),
            invalid(1, &last),
            unordered(&[(2, &last, ""), (1, &small, "")]),
            unordered(&[(1, &small, ""), (1, &small, "")]),
            complete(&upload, &[(1, &small, ""), (2, &last, "")])
                .refused(400, "EntityTooSmall", size)
                .with("ProposedSize", "5")
                .with("MinSizeAllowed", "5242880")
                .with("PartNumber", "1")
                .with("ETag", small.trim_matches('"')),
            ask(&format!("POST /photos/big?uploadId={upload}")).body("<CompleteMultipartUpload>").refused(
                400,
                "MalformedXML",
                crate::MALFORMED_XML,
            ),
        ],
    );
    make(&s3, [complete(&upload, &[(1, &small, "")])]);
    let aborted = begin(&s3, &[]);
    make(&s3, [ask(&format!("DELETE /photos/big?uploadId={aborted}"))]);
    check(
        &s3,
        [
            no_upload(ask(&format!("GET /photos/big?uploadId={upload}")), &upload),
            // The same call again would be answered alike; this one names other parts.
            no_upload(complete(&upload, &[(2, &last, "")]), &upload),
            no_upload(ask(&format!("DELETE /photos/big?uploadId={aborted}")), &aborted),
        ],
    );
}

#[test]
fn locks() {
    let (_server, s3) = start();
    make(&s3, [ask("PUT /locked").header("x-amz-bucket-object-lock-enabled", "true")]);
    let lock = |ask: Ask, mode: &str| {
        ask.header("x-amz-object-lock-mode", mode)
            .header("x-amz-object-lock-retain-until-date", "2026-01-03T00:00:00Z")
            .header("x-amz-checksum-crc32", CRC32)
            .body(DIGITS)
    };
    let version = |ask: Ask| ask.send(&s3).ok().header("x-amz-version-id").unwrap().to_owned();
    let governed = version(lock(ask("PUT /locked/g"), "GOVERNANCE"));
    let compliant = version(lock(ask("PUT /locked/c"), "COMPLIANCE"));
    let held = version(ask("PUT /locked/h").body("x"));
    let hold = "<LegalHold><Status>ON</Status></LegalHold>";
    make(&s3, [ask("PUT /locked/h?legal-hold").body(hold).vouched(), ask("PUT /locked/free").body("x")]);
    let denied = |ask: Ask| ask.refused(403, "AccessDenied", LOCKED);
    let bypass = |ask: Ask| ask.header("x-amz-bypass-governance-retention", "true");
    let retain = |key: &str, mode: &str, day: &str| {
        let inner = format!("<Mode>{mode}</Mode><RetainUntilDate>2026-01-{day}T00:00:00Z</RetainUntilDate>");
        ask(&format!("PUT /locked/{key}?retention")).body(format!("<Retention>{inner}</Retention>")).vouched()
    };
    let clear = |key: &str| ask(&format!("PUT /locked/{key}?retention")).body("<Retention/>").vouched();
    let none = "The specified object does not have a ObjectLock configuration";
    let malformed = |line: &str, body: &str| {
        ask(line).body(body).vouched().refused(400, "MalformedXML", crate::MALFORMED_XML)
    };
    check(
        &s3,
        [
            denied(ask(&format!("DELETE /locked/g?versionId={governed}"))),
            denied(ask(&format!("DELETE /locked/c?versionId={compliant}"))),
            denied(bypass(ask(&format!("DELETE /locked/c?versionId={compliant}")))),
            denied(bypass(ask(&format!("DELETE /locked/h?versionId={held}")))),
            denied(retain("g", "GOVERNANCE", "02")),
            denied(retain("g", "COMPLIANCE", "04")),
            denied(clear("g")),
            denied(bypass(retain("c", "COMPLIANCE", "02"))),
            denied(bypass(clear("c"))),
            ask("GET /locked/free?retention").refused(404, "NoSuchObjectLockConfiguration", none),
            ask("GET /locked/free?legal-hold").refused(404, "NoSuchObjectLockConfiguration", none),
            malformed("PUT /locked/free?legal-hold", "<LegalHold/>"),
            malformed("PUT /locked/free?retention", "<Retention><Mode>GOVERNANCE</Mode></Retention>"),
        ],
    );
    make(&s3, [bypass(retain("g", "GOVERNANCE", "02")), retain("c", "COMPLIANCE", "04")]);
}

#[test]
fn encryption() {
    let (_server, s3) = start();
    let write = |headers: &[(&str, &str)]| {
        let write = ask("PUT /photos/k").body("x");
        headers.iter().fold(write, |write, (name, value)| write.header(name, value))
    };
    let (sse, key_id) = ("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id");
    let kms = |key: &str, message: &str| {
        write(&[(sse, "aws:kms"), (key_id, key)]).refused(400, "KMS.NotFoundException", message)
    };
    let unknown = "The Encryption request you specified is not valid. Supported value: AES256.";
    check(
        &s3,
        [
            write(&[(sse, "ROT13")])
                .refused(400, "InvalidEncryptionAlgorithmError", unknown)
                .with("ArgumentName", sse)
                .value("ROT13"),
            kms("nonsense", "Invalid keyId 'nonsense'"),
            kms(
                "arn:aws:kms:eu-west-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "Invalid arn eu-west-1",
            ),
        ],
    );
}
