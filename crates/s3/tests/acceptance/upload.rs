use crate::{delete, get, golden, put, start};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
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
        ("a+b".to_owned(), "url".to_owned())
    );
    delete(&s3, &format!("/photos/a%20b?uploadId={}", encoded.text("Upload.UploadId"))).ok();
    let other = begin(&s3);
    part(&s3, &other, 1, b"x");
    golden.note("AbortMultipartUpload", delete(&s3, &format!("/photos/big?uploadId={other}"))).ok();
    golden.note("no upload is left", get(&s3, "/photos?uploads")).ok();
    golden.check();
}

#[test]
fn a_completion_whose_answer_was_lost_is_answered_again() {
    let (_server, s3) = start();
    let upload = begin(&s3);
    let e_tag = part(&s3, &upload, 1, b"x");
    let first = complete(&s3, &upload, &[(1, &e_tag)]).ok();
    assert_eq!(complete(&s3, &upload, &[(1, &e_tag)]).ok().text("ETag"), first.text("ETag"));
    // Also once the key holds something else, or nothing.
    put(&s3, "/photos/big", b"later").ok();
    assert_eq!(complete(&s3, &upload, &[(1, &e_tag)]).ok().text("ETag"), first.text("ETag"));
    assert_eq!(get(&s3, "/photos/big").ok().body_text(), "later");
    delete(&s3, "/photos/big").ok();
    assert_eq!(complete(&s3, &upload, &[(1, &e_tag)]).ok().text("ETag"), first.text("ETag"));
    assert_eq!(get(&s3, "/photos/big").status, 404);
    // What is not the same call is none.
    assert_eq!(complete(&s3, &upload, &[(1, "\"00\"")]).status, 404);
    let body = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{e_tag}</ETag></Part></CompleteMultipartUpload>"
    );
    let other = s3.request("POST", &format!("/photos/other?uploadId={upload}")).body(body).send();
    assert_eq!(other.status, 404);
}

/// A recorded answer of AWS: whoever deletes while others upload has the last word.
#[test]
fn an_upload_that_must_not_overwrite_fails_after_a_delete() {
    let (_server, s3) = start();
    let only_new = |s3: &Client, key: &str, deletes: &dyn Fn(&Client)| {
        let begun = s3.request("POST", &format!("/photos/{key}?uploads")).send().ok().text("UploadId");
        let place = format!("/photos/{key}?uploadId={begun}");
        let e_tag = put(s3, &format!("{place}&partNumber=1"), b"x").ok().header("etag").unwrap().to_owned();
        deletes(s3);
        let body = format!(
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{e_tag}</ETag></Part></CompleteMultipartUpload>"
        );
        s3.request("POST", &place).header("if-none-match", "*").body(body).send()
    };
    let conflict = (409, "ConditionalRequestConflict");
    for key in ["big", "big-too"] {
        let path = format!("/photos/{key}");
        put(&s3, &path, b"before").ok();
        let answer = only_new(&s3, key, &|s3| {
            delete(s3, &path).ok();
        });
        assert_eq!((answer.status, answer.text("Code").as_str()), conflict, "{key}");
        // By many at once, too.
        put(&s3, &path, b"before").ok();
        let answer = only_new(&s3, key, &|s3| {
            let body = format!("<Delete><Object><Key>{key}</Key></Object></Delete>");
            let md5 = BASE64.encode(Md5::digest(body.as_bytes()));
            s3.request("POST", "/photos?delete").header("content-md5", &md5).body(body).send().ok();
        });
        assert_eq!((answer.status, answer.text("Code").as_str()), conflict, "{key}");
        // One that begins after that is none of these.
        assert_eq!(only_new(&s3, key, &|_| {}).status, 200, "{key}");
    }
    // The deletion of another key is nobody's business, nor is that of nothing.
    let answer = only_new(&s3, "new", &|s3| {
        delete(s3, "/photos/big").ok();
        delete(s3, "/photos/new").ok();
    });
    assert_eq!(answer.status, 200);
}

#[test]
fn parts_are_copied_from_objects() {
    let (_server, s3) = start();
    put(&s3, "/photos/source", b"0123456789").ok();
    let upload = begin(&s3);
    let copy = s3
        .request("PUT", &format!("/photos/big?partNumber=1&uploadId={upload}"))
        .header("x-amz-copy-source", "/photos/source")
        .header("x-amz-copy-source-range", "bytes=2-5");
    let e_tag = copy.send().ok().text("ETag");
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
