use crate::{get, invalid_request, no_such_key, refused, start};

#[test]
fn digests_and_checksums_are_held_against_the_body() {
    let (_server, s3) = start();
    let with =
        |name: &str, value: &str| s3.request("PUT", "/photos/k").header(name, value).body("123456789").send();
    let members = [
        ("ExpectedDigest", "00000000000000000000000000000000"),
        ("CalculatedDigest", "JfnnlDI7RTiF9RgfG2JNCw=="),
    ];
    let sentence = "The Content-MD5 you specified did not match what we received.";
    refused(&with("content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="), 400, "BadDigest", sentence, &members);
    let sentence = "The Content-MD5 you specified was invalid.";
    refused(&with("content-md5", "nonsense"), 400, "InvalidDigest", sentence, &[("Content-MD5", "nonsense")]);
    no_such_key(&get(&s3, "/photos/k"), "k");
    // The check values of the CRC catalogue and of FIPS 180.
    for (algorithm, right, wrong) in [
        ("CRC32", "y/Q5Jg==", "AAAAAA=="),
        ("CRC32C", "4waSgw==", "AAAAAA=="),
        ("CRC64NVME", "rosUhgp5mIg=", "AAAAAAAAAAA="),
        ("SHA1", "98PGyAo/lTtzf9OjMOjSDaT4kNA=", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (
            "SHA256",
            "FeKw1r5sCUZrlnpgf+L2G9zo7Bj8Rz0jY2dpEfoyLyU=",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ),
    ] {
        let header = format!("x-amz-checksum-{}", algorithm.to_lowercase());
        let sentence = format!("The {algorithm} you specified did not match the calculated checksum.");
        with(&header, wrong).refused(400, "BadDigest", &sentence);
        invalid_request(&with(&header, "nonsense"), &format!("Value for {header} header is invalid."));
        if algorithm.starts_with("CRC") {
            assert_eq!(with(&header, right).ok().header(&header), Some(right));
        }
    }
    let several = s3.request("PUT", "/photos/k").header("x-amz-checksum-crc32", "y/Q5Jg==");
    let several = several.header("x-amz-checksum-crc32c", "4waSgw==").body("123456789").send();
    let sentence = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
    invalid_request(&several, sentence);
}

/// An upload framed in chunks with a trailer, as SDKs send it: content, announced length, trailer.
fn framed(s3: &testkit::Client, content: &str, announced: &str, trailer: &str) -> testkit::Answer {
    let body = format!("{:x}\r\n{content}\r\n0\r\n{trailer}\r\n\r\n", content.len());
    s3.request("PUT", "/photos/k")
        .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
        .header("content-encoding", "aws-chunked")
        .header("x-amz-decoded-content-length", announced)
        .header("x-amz-trailer", "x-amz-checksum-crc32")
        .body(body)
        .send()
}

#[test]
fn trailers_are_held_against_the_body() {
    let (_server, s3) = start();
    framed(&s3, "123456789", "9", "x-amz-checksum-crc32:y/Q5Jg==").ok();
    assert_eq!(get(&s3, "/photos/k").ok().body_text(), "123456789");
    framed(&s3, "123456789", "9", "x-amz-checksum-crc32:AAAAAA==").refused(
        400,
        "BadDigest",
        "The CRC32 you specified did not match the calculated checksum.",
    );
    framed(&s3, "123456789", "9", "x-amz-other:1").refused(
        400,
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    );
    let short = framed(&s3, "123456789", "10", "x-amz-checksum-crc32:y/Q5Jg==");
    short.refused(400, "IncompleteBody", "The request body terminated unexpectedly");
    let members = [("ProposedSize", "5368709121"), ("MaxSizeAllowed", "5368709120")];
    let long = framed(&s3, "123456789", "5368709121", "x-amz-checksum-crc32:y/Q5Jg==");
    refused(&long, 400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", &members);
}

#[test]
fn a_body_is_the_one_that_was_signed() {
    let (_server, s3) = start();
    let zeros = "0".repeat(64);
    let answer = s3.request("PUT", "/photos/k").header("x-amz-content-sha256", &zeros).body("abc").send();
    let computed = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let members = [("ClientComputedContentSHA256", zeros.as_str()), ("S3ComputedContentSHA256", computed)];
    let sentence = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    refused(&answer, 400, "XAmzContentSHA256Mismatch", sentence, &members);
    no_such_key(&get(&s3, "/photos/k"), "k");
}
