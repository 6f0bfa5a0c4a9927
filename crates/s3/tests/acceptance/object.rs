use crate::{delete, get, golden, put, start};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use serde_json::json;

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
fn conditions_that_hold_let_reads_and_writes_through() {
    let (server, s3) = start();
    let e_tag = put(&s3, "/photos/k", b"x").ok().header("etag").unwrap().to_owned();
    let read = |name: &str, value: &str| s3.request("GET", "/photos/k").header(name, value).send();
    let (before, after) = ("Wed, 31 Dec 2025 00:00:00 GMT", "Fri, 02 Jan 2026 00:00:00 GMT");
    for (name, value) in [
        ("if-match", e_tag.as_str()),
        ("if-unmodified-since", after),
        ("if-none-match", "\"other\""),
        ("if-modified-since", before),
        // A day that has yet to come is no condition.
        ("if-modified-since", after),
    ] {
        read(name, value).ok();
    }
    server.page("POST", "/_angae/clock", &json!({ "advance": "2d" }));
    for (name, value) in [("if-none-match", e_tag.as_str()), ("if-modified-since", after)] {
        let answer = read(name, value);
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{name}");
        assert_eq!(answer.header("etag"), Some(e_tag.as_str()));
    }
    for (key, name, value) in [("new", "if-none-match", "*"), ("k", "if-match", e_tag.as_str())] {
        s3.request("PUT", &format!("/photos/{key}")).header(name, value).body("y").send().ok();
    }
}

#[test]
fn many_are_deleted_each_for_itself() {
    let (_server, s3) = start();
    for key in ["a", "b", "c"] {
        put(&s3, &format!("/photos/{key}"), b"x").ok();
    }
    let many = |inner: &str| {
        let body = format!("<Delete>{inner}</Delete>");
        let md5 = BASE64.encode(Md5::digest(&body));
        s3.request("POST", "/photos?delete").header("content-md5", &md5).body(body).send()
    };
    let object = |key: &str| format!("<Object><Key>{key}</Key></Object>");
    let answer = many(&format!("{}{}", object("a"), object("none"))).ok();
    assert_eq!(answer.texts("Deleted.Key"), ["a", "none"]);
    let quiet = many(&format!("<Quiet>true</Quiet>{}", object("b"))).ok();
    assert_eq!(quiet.texts("Deleted.Key"), [""; 0]);
    let bad = many("<Object><Key>c</Key><VersionId>made-up</VersionId></Object>").ok();
    assert_eq!(bad.texts("Error.Code"), ["NoSuchVersion"]);
    // Conditions that only directory buckets know are not passed over.
    for condition in ["<Size>1</Size>", "<LastModifiedTime>2026-01-01T12:00:00Z</LastModifiedTime>"] {
        let refused = many(&format!("<Object><Key>c</Key>{condition}</Object>")).ok();
        assert_eq!(refused.texts("Error.Code"), ["NotImplemented"], "{condition}");
        let sentence = "A header you provided implies functionality that is not implemented";
        assert_eq!(refused.text("Error.Message"), sentence);
    }
    assert_eq!(get(&s3, "/photos").ok().texts("Contents.Key"), ["c"]);
    let all: String = (0..1001).map(|n| object(&n.to_string())).collect();
    for inner in ["", &all] {
        many(inner).refused(400, "MalformedXML", crate::MALFORMED_XML);
    }
}
