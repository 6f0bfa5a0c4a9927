//! Section 8.4: checksums, by header, by trailer and at completion.
//!
//! Never answered: `InvalidRequest` for an `x-amz-sdk-checksum-algorithm` without a value. Recorded answers take such
//! a request and store CRC64NVME, against what is told of it elsewhere. `XAmzContentChecksumMismatch` is other
//! stores' answer, not S3's.

use super::{Ask, CRC32, DIGITS, NO_KEY, Row, ask, begin, check, complete, make, part};
use crate::{get, start};

const UNSUPPORTED: &str = "Checksum algorithm provided is unsupported. Please try again with any of the valid types: \
                           [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]";
const SEVERAL: &str = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
/// The algorithms, the right value of `123456789` (the CRC catalogue, FIPS 180), and a wrong one.
const ALGORITHMS: [(&str, &str, &str); 5] = [
    ("CRC32", CRC32, "AAAAAA=="),
    ("CRC32C", "4waSgw==", "AAAAAA=="),
    ("CRC64NVME", "rosUhgp5mIg=", "AAAAAAAAAAA="),
    ("SHA1", "98O8HYCOBHMq32eZZczDTKeuNEE=", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    (
        "SHA256",
        "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ),
];

fn bad(ask: Ask, name: &str) -> Row {
    ask.refused(400, "BadDigest", &format!("The {name} you specified did not match the calculated checksum."))
}

#[test]
fn values_in_headers() {
    let (_server, s3) = start();
    let upload = begin(&s3, &[]);
    let part = format!("PUT /photos/big?partNumber=1&uploadId={upload}");
    for (name, right, wrong) in ALGORITHMS {
        let header = format!("x-amz-checksum-{}", name.to_lowercase());
        for line in ["PUT /photos/k", &part, "PUT /photos?tagging"] {
            let with = |value: &str| ask(line).header(&header, value).body(DIGITS);
            let invalid = format!("Value for {header} header is invalid.");
            check(
                &s3,
                [
                    with("nonsense").invalid(&invalid),
                    // Base64 of another length.
                    with("AAAA").invalid(&invalid),
                    bad(with(wrong), name),
                ],
            );
        }
        check(&s3, [ask("GET /photos/k").refused(404, "NoSuchKey", NO_KEY).with("Key", "k")]);
        let kept = ask("PUT /photos/k").header(&header, right).body(DIGITS).send(&s3).ok();
        assert_eq!(kept.header(&header), Some(right));
        make(&s3, [ask("DELETE /photos/k")]);
    }
    let two = |line: &str| {
        ask(line)
            .header("x-amz-checksum-crc32", CRC32)
            .header("x-amz-checksum-crc32c", "4waSgw==")
            .body(DIGITS)
    };
    check(
        &s3,
        [
            two("PUT /photos/k").invalid(SEVERAL),
            two("PUT /photos?tagging").invalid(SEVERAL),
            ask("PUT /photos/k")
                .header("x-amz-sdk-checksum-algorithm", "MD4")
                .body(DIGITS)
                .invalid(UNSUPPORTED),
        ],
    );
    let alone =
        ask("PUT /photos/k").header("x-amz-sdk-checksum-algorithm", "CRC32").body(DIGITS).send(&s3).ok();
    assert_eq!(alone.header("x-amz-checksum-crc64nvme"), Some("rosUhgp5mIg="));
}

#[test]
fn values_in_trailers() {
    let (_server, s3) = start();
    // What is announced, what comes: as SDKs send it over TLS.
    let framed = |announced: &str, trailer: &str| {
        ask("PUT /photos/k")
            .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            .header("content-encoding", "aws-chunked")
            .header("x-amz-decoded-content-length", "9")
            .header("x-amz-trailer", announced)
            .body(format!("9\r\n{DIGITS}\r\n0\r\n{trailer}\r\n\r\n"))
    };
    let malformed = "The request contained trailing data that was not well-formed or did not conform to our published \
                     schema.";
    let crc32 = "x-amz-checksum-crc32";
    check(
        &s3,
        [
            bad(framed(crc32, "x-amz-checksum-crc32:AAAAAA=="), "CRC32"),
            framed(crc32, "x-amz-checksum-crc32:nonsense")
                .invalid("Value for x-amz-checksum-crc32 header is invalid."),
            framed(crc32, "x-amz-other:1").refused(400, "MalformedTrailerError", malformed),
            framed(crc32, "nonsense").refused(400, "MalformedTrailerError", malformed),
            framed("x-amz-checksum-md4", "x-amz-checksum-md4:AAAA").invalid(UNSUPPORTED),
            framed(crc32, "x-amz-checksum-crc32:y/Q5Jg==")
                .header("x-amz-checksum-crc32c", "4waSgw==")
                .invalid(SEVERAL),
            ask("GET /photos/k").refused(404, "NoSuchKey", NO_KEY).with("Key", "k"),
        ],
    );
    make(&s3, [framed(crc32, "x-amz-checksum-crc32:y/Q5Jg==")]);
    assert_eq!(get(&s3, "/photos/k").ok().body_text(), DIGITS);
}

#[test]
fn algorithms_and_types_of_uploads() {
    let (_server, s3) = start();
    let begins = |headers: &[(&str, &str)]| {
        let begin = ask("POST /photos/big?uploads");
        headers
            .iter()
            .fold(begin, |begin, (name, value)| begin.header(&format!("x-amz-checksum-{name}"), value))
    };
    let pair = |coverage: &str, algorithm: &str| {
        begins(&[("type", coverage), ("algorithm", algorithm)]).invalid(&format!(
            "The {coverage} checksum type cannot be used with the {} checksum algorithm.",
            algorithm.to_lowercase()
        ))
    };
    let alone = "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
    let upload = begin(&s3, &[("x-amz-checksum-algorithm", "SHA256")]);
    let other =
        "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32";
    check(
        &s3,
        [
            begins(&[("type", "FULL_OBJECT")]).invalid(alone),
            begins(&[("type", "COMPOSITE")]).invalid(alone),
            pair("FULL_OBJECT", "SHA1"),
            pair("FULL_OBJECT", "SHA256"),
            pair("COMPOSITE", "CRC64NVME"),
            begins(&[("algorithm", "MD4")]).invalid(UNSUPPORTED),
            ask(&format!("PUT /photos/big?partNumber=1&uploadId={upload}"))
                .header("x-amz-checksum-crc32", CRC32)
                .body(DIGITS)
                .invalid(other),
        ],
    );
}

#[test]
fn completions() {
    let (_server, s3) = start();
    let right = "<ChecksumCRC32>y/Q5Jg==</ChecksumCRC32>";
    let wrong = "<ChecksumCRC32>AAAAAA==</ChecksumCRC32>";
    // An upload of one part, and its completion with an element and a header.
    let ends = |algorithm: Option<&str>, element: &str, header: Option<(&str, &str)>| {
        let headers: Vec<_> = algorithm.map(|name| ("x-amz-checksum-algorithm", name)).into_iter().collect();
        let upload = begin(&s3, &headers);
        let e_tag = part(&s3, &upload, 1, DIGITS);
        let end = complete(&upload, &[(1, &e_tag, element)]);
        let end = header.into_iter().fold(end, |end, (name, value)| end.header(name, value));
        (end, upload, e_tag)
    };
    let end = |algorithm: Option<&str>, element: &str, header: Option<(&str, &str)>| {
        ends(algorithm, element, header).0
    };
    let other_part = |(end, upload, e_tag): (Ask, String, String)| {
        let message = "One or more of the specified parts could not be found.  The part may not have been uploaded, or \
                       the specified entity tag may not match the part's entity tag.";
        end.refused(400, "InvalidPart", message)
            .with("UploadId", &upload)
            .with("PartNumber", "1")
            .with("ETag", e_tag.trim_matches('"'))
    };
    let missing = "The upload was created using a crc32 checksum. The complete request must include the checksum for \
                   each part. It was missing for part 1 in the request.";
    let mode = |mode: &str| {
        format!(
            "The upload was created using the {mode} checksum mode. The complete request must use the same checksum mode."
        )
    };
    let full = Some(("x-amz-checksum-type", "FULL_OBJECT"));
    let part_of = "The crc32 you specified for part 1 did not match what we received.";
    check(
        &s3,
        [
            end(Some("CRC32"), "", None).invalid(missing),
            end(Some("SHA256"), right, None).refused(400, "BadDigest", part_of),
            other_part(ends(Some("CRC32"), wrong, None)),
            // Without an algorithm at the beginning no part has a checksum that could be named.
            other_part(ends(None, right, None)),
            bad(end(Some("CRC64NVME"), "", Some(("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="))), "crc64nvme"),
            bad(end(Some("CRC32"), right, Some(("x-amz-checksum-crc32", "AAAAAA=="))), "crc32"),
            end(Some("CRC32"), right, full).invalid(&mode("COMPOSITE")),
            end(None, "", full).invalid(&mode("null")),
        ],
    );
    make(
        &s3,
        [
            end(Some("CRC32"), right, None),
            end(None, "", None),
            end(Some("CRC64NVME"), "", Some(("x-amz-checksum-crc64nvme", "rosUhgp5mIg="))),
        ],
    );
}
