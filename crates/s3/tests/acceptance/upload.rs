use crate::{delete, get, golden, invalid_argument, invalid_request, put, refused, start};
use testkit::Client;

/// Bytes of every part but the last at the least.
const LEAST: usize = 5 * 1024 * 1024;

fn begin(s3: &Client) -> String {
    s3.request("POST", "/photos/big?uploads").send().ok().text("UploadId")
}

fn part(s3: &Client, upload: &str, number: i32, content: &[u8]) -> String {
    let answer = put(s3, &format!("/photos/big?partNumber={number}&uploadId={upload}"), content).ok();
    answer.header("etag").expect("a part has an ETag").to_owned()
}

fn complete(s3: &Client, upload: &str, parts: &[(i32, &str)]) -> testkit::Answer {
    let part = |(number, e_tag): &(i32, &str)| {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>{e_tag}</ETag></Part>")
    };
    let parts: String = parts.iter().map(part).collect();
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    s3.request("POST", &format!("/photos/big?uploadId={upload}")).body(body).send()
}

#[test]
fn the_life_of_an_upload() {
    let (_server, s3) = start();
    let mut golden = golden("upload");
    let begun = golden.note("CreateMultipartUpload", s3.request("POST", "/photos/big?uploads").send()).ok();
    let upload = begun.text("UploadId");
    let (first, last) = (vec![b'a'; LEAST], b"end".to_vec());
    let e_tags = [part(&s3, &upload, 2, &first), part(&s3, &upload, 7, &last)];
    part(&s3, &upload, 9, b"not named");
    golden.note("ListParts", get(&s3, &format!("/photos/big?uploadId={upload}"))).ok();
    golden.note("ListMultipartUploads", get(&s3, "/photos?uploads")).ok();
    let completed = complete(&s3, &upload, &[(2, &e_tags[0]), (7, &e_tags[1])]).ok();
    assert!(completed.header("content-type").is_some_and(|kind| kind == "application/xml"));
    assert_eq!(completed.text("ETag"), get(&s3, "/photos/big").header("etag").unwrap());
    assert!(completed.text("ETag").ends_with("-2\""));
    let whole = get(&s3, "/photos/big").ok();
    assert!(whole.body[..LEAST] == first[..] && whole.body[LEAST..] == last[..], "the parts in order");
    let second = get(&s3, "/photos/big?partNumber=7").ok();
    assert_eq!((second.body_text().as_str(), second.header("x-amz-mp-parts-count")), ("end", Some("2")));
    assert_eq!(get(&s3, "/photos?uploads").ok().texts("Upload.Key"), [""; 0]);
    s3.request("POST", "/photos/a%20b?uploads").send().ok();
    let encoded = get(&s3, "/photos?uploads&encoding-type=url").ok();
    assert_eq!(
        (encoded.text("Upload.Key"), encoded.text("EncodingType")),
        ("a%20b".to_owned(), "url".to_owned())
    );
    delete(&s3, &format!("/photos/a%20b?uploadId={}", encoded.text("Upload.UploadId"))).ok();
    let other = begin(&s3);
    part(&s3, &other, 1, b"x");
    golden.note("AbortMultipartUpload", delete(&s3, &format!("/photos/big?uploadId={other}"))).ok();
    golden.note("no upload is left", get(&s3, "/photos?uploads")).ok();
    golden.check();
}

#[test]
fn what_uploads_refuse() {
    let (_server, s3) = start();
    let upload = begin(&s3);
    let small = part(&s3, &upload, 1, b"small");
    let last = part(&s3, &upload, 2, b"last");
    let none = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
                or completed.";
    for (method, target) in [
        ("PUT", "/photos/big?partNumber=1&uploadId=none"),
        ("GET", "/photos/big?uploadId=none"),
        ("DELETE", "/photos/big?uploadId=none"),
    ] {
        refused(&s3.request(method, target).send(), 404, "NoSuchUpload", none, &[("UploadId", "none")]);
    }
    refused(&complete(&s3, "none", &[(1, "e")]), 404, "NoSuchUpload", none, &[("UploadId", "none")]);
    let sentence = "Part number must be an integer between 1 and 10000, inclusive";
    for number in ["0", "10001"] {
        let answer = put(&s3, &format!("/photos/big?partNumber={number}&uploadId={upload}"), b"x");
        invalid_argument(&answer, "partNumber", sentence, Some(number));
    }
    let missing = "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                   specified entity tag may not match the part's entity tag.";
    let members = [("UploadId", upload.as_str()), ("PartNumber", "3"), ("ETag", "e")];
    refused(&complete(&s3, &upload, &[(3, "\"e\"")]), 400, "InvalidPart", missing, &members);
    let members = [("UploadId", upload.as_str()), ("PartNumber", "1"), ("ETag", "other")];
    refused(&complete(&s3, &upload, &[(1, "other")]), 400, "InvalidPart", missing, &members);
    let order = "The list of parts was not in ascending order. Parts must be ordered by part number.";
    for parts in [[(2, last.as_str()), (1, small.as_str())], [(1, small.as_str()), (1, small.as_str())]] {
        refused(
            &complete(&s3, &upload, &parts),
            400,
            "InvalidPartOrder",
            order,
            &[("UploadId", upload.as_str())],
        );
    }
    let members = [
        ("ProposedSize", "5"),
        ("MinSizeAllowed", "5242880"),
        ("PartNumber", "1"),
        ("ETag", small.trim_matches('"')),
    ];
    let sentence = "Your proposed upload is smaller than the minimum allowed size";
    refused(&complete(&s3, &upload, &[(1, &small), (2, &last)]), 400, "EntityTooSmall", sentence, &members);
    let body = "<CompleteMultipartUpload></CompleteMultipartUpload>";
    let empty = s3.request("POST", &format!("/photos/big?uploadId={upload}")).body(body).send();
    invalid_request(&empty, "You must specify at least one part");
    let body = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{small}</ETag></Part></CompleteMultipartUpload>"
    );
    let sized =
        s3.request("POST", &format!("/photos/big?uploadId={upload}")).header("x-amz-mp-object-size", "6");
    invalid_request(
        &sized.body(body).send(),
        "The provided 'x-amz-mp-object-size' header value 6 does not match what was computed: 5",
    );
    let sentence = "Argument maxParts must be an integer between 0 and 2147483647";
    invalid_argument(
        &get(&s3, &format!("/photos/big?uploadId={upload}&max-parts=-1")),
        "maxParts",
        sentence,
        Some("-1"),
    );
    let first = complete(&s3, &upload, &[(1, &small)]).ok();
    // A client that lost the answer asks again; with other parts it is another call.
    assert_eq!(complete(&s3, &upload, &[(1, &small)]).ok().text("ETag"), first.text("ETag"));
    refused(
        &complete(&s3, &upload, &[(2, &last)]),
        404,
        "NoSuchUpload",
        none,
        &[("UploadId", upload.as_str())],
    );
}

#[test]
fn what_checksums_of_uploads_refuse() {
    let (_server, s3) = start();
    let begin = |headers: &[(&str, &str)]| {
        let request = s3.request("POST", "/photos/big?uploads");
        headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
    };
    let kind = ("x-amz-checksum-type", "FULL_OBJECT");
    invalid_request(
        &begin(&[kind]),
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
    invalid_request(
        &begin(&[kind, ("x-amz-checksum-algorithm", "SHA1")]),
        "The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.",
    );
    invalid_request(
        &begin(&[("x-amz-checksum-type", "COMPOSITE"), ("x-amz-checksum-algorithm", "CRC64NVME")]),
        "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.",
    );
    invalid_request(
        &begin(&[("x-amz-checksum-algorithm", "MD4")]),
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, \
         CRC64NVME, SHA1, SHA256]",
    );
    let upload = begin(&[("x-amz-checksum-algorithm", "SHA256")]).ok().text("UploadId");
    let part = s3
        .request("PUT", &format!("/photos/big?partNumber=1&uploadId={upload}"))
        .header("x-amz-checksum-crc32", "y/Q5Jg==")
        .body("123456789")
        .send();
    invalid_request(
        &part,
        "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
    );
}

#[test]
fn completing_holds_checksums_against_the_parts() {
    let (_server, s3) = start();
    // Begins an upload of one part "123456789" and completes it with these elements and headers.
    let complete = |algorithm: Option<&str>, element: &str, header: Option<(&str, &str)>| {
        let begin = s3.request("POST", "/photos/big?uploads");
        let begin =
            algorithm.into_iter().fold(begin, |begin, name| begin.header("x-amz-checksum-algorithm", name));
        let upload = begin.send().ok().text("UploadId");
        let e_tag = part(&s3, &upload, 1, b"123456789");
        let body = format!(
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{e_tag}</ETag>{element}</Part></CompleteMultipartUpload>"
        );
        let end = s3.request("POST", &format!("/photos/big?uploadId={upload}"));
        header.into_iter().fold(end, |end, (name, value)| end.header(name, value)).body(body).send()
    };
    let right = "<ChecksumCRC32>y/Q5Jg==</ChecksumCRC32>";
    complete(Some("CRC32"), right, None).ok();
    complete(None, "", None).ok();
    complete(Some("CRC64NVME"), "", Some(("x-amz-checksum-crc64nvme", "rosUhgp5mIg="))).ok();
    invalid_request(
        &complete(Some("CRC32"), "", None),
        "The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It \
         was missing for part 1 in the request.",
    );
    complete(Some("SHA256"), right, None).refused(
        400,
        "BadDigest",
        "The crc32 you specified for part 1 did not match what we received.",
    );
    for (algorithm, element) in [(Some("CRC32"), "<ChecksumCRC32>AAAAAA==</ChecksumCRC32>"), (None, right)] {
        assert_eq!(complete(algorithm, element, None).refusal().code, "InvalidPart");
    }
    complete(Some("CRC64NVME"), "", Some(("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="))).refused(
        400,
        "BadDigest",
        "The crc64nvme you specified did not match the calculated checksum.",
    );
    for (algorithm, element, mode) in [(Some("CRC32"), right, "COMPOSITE"), (None, "", "null")] {
        invalid_request(
            &complete(algorithm, element, Some(("x-amz-checksum-type", "FULL_OBJECT"))),
            &format!(
                "The upload was created using the {mode} checksum mode. The complete request must use the same checksum mode."
            ),
        );
    }
}

#[test]
fn parts_are_copied_from_objects() {
    let (_server, s3) = start();
    put(&s3, "/photos/source", b"0123456789").ok();
    let upload = begin(&s3);
    let copy = |range: &str| {
        s3.request("PUT", &format!("/photos/big?partNumber=1&uploadId={upload}"))
            .header("x-amz-copy-source", "/photos/source")
            .header("x-amz-copy-source-range", range)
            .send()
    };
    let form = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
                zero-based offsets of the first and last bytes to copy";
    for range in ["bytes=1-", "bytes=-2", "0-8", "bytes=1-0", "bytes=0-1,3-4"] {
        invalid_argument(&copy(range), "x-amz-copy-source-range", form, Some(range));
    }
    let sentence = "Range specified is not valid for source object of size: 10";
    invalid_argument(&copy("bytes=5-10"), "x-amz-copy-source-range", sentence, Some("bytes=5-10"));
    invalid_request(&copy("bytes=10-20"), "The specified copy range is invalid for the source object size");
    let e_tag = copy("bytes=2-5").ok().text("ETag");
    complete(&s3, &upload, &[(1, &e_tag)]).ok();
    assert_eq!(get(&s3, "/photos/big").ok().body_text(), "2345");
}

#[test]
fn every_upload_is_listed_once_whatever_its_id_begins_with() {
    let (_server, s3) = start();
    let mut begun: Vec<(String, String)> = Vec::new();
    // Ids of 64 letters: some of so many begin with the last one.
    for number in 0..300 {
        let key = ["a", "a%00", "a%01", "b"][number % 4];
        let answer = s3.request("POST", &format!("/photos/{key}?uploads")).send().ok();
        begun.push((key.to_owned(), answer.text("UploadId")));
    }
    let mut listed: Vec<(String, String)> = Vec::new();
    let mut marker = String::new();
    loop {
        let page = get(&s3, &format!("/photos?uploads&encoding-type=url&max-uploads=70{marker}")).ok();
        listed.extend(page.texts("Upload.Key").into_iter().zip(page.texts("Upload.UploadId")));
        if page.text("IsTruncated") == "false" {
            break;
        }
        let (key, id) = (page.text("NextKeyMarker"), page.text("NextUploadIdMarker"));
        marker = format!("&key-marker={key}&upload-id-marker={id}");
    }
    assert!(listed.is_sorted_by(|a, b| a.0 <= b.0), "by key");
    begun.sort();
    listed.sort();
    assert_eq!(listed, begun);
}
