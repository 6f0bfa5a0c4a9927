use crate::{
    delete, get, golden, invalid_argument, invalid_request, no_such_key, put, refused, start, versioning,
};
use testkit::{Answer, Client};

fn at(name: &str) -> String {
    format!("/photos/k?annotation&annotationName={name}")
}

#[test]
fn the_life_of_an_annotation() {
    let (mut server, s3) = start();
    let mut golden = golden("annotation");
    versioning(&s3, "Enabled");
    put(&s3, "/photos/k", b"picture").ok();
    golden.note("PutObjectAnnotation", put(&s3, &at("ml.label"), b"{\"is\":\"a cat\"}")).ok();
    let with = s3.request("PUT", &at("%E5%90%8D")).header("x-amz-sdk-checksum-algorithm", "SHA256");
    let with = with.header("x-amz-checksum-sha256", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    golden.note("with a checksum", with.body("abc").send()).ok();
    golden.note("GetObjectAnnotation", get(&s3, &at("ml.label"))).ok();
    let with = s3.request("GET", &at("%E5%90%8D")).header("x-amz-checksum-mode", "ENABLED").send();
    golden.note("with its checksum", with).ok();
    golden.note("ListObjectAnnotations", get(&s3, "/photos/k?annotation")).ok();
    golden.note("by prefix", get(&s3, "/photos/k?annotation&annotation-prefix=ml.")).ok();
    server.restart();
    let s3 = server.client("s3");
    golden.note("after a restart", get(&s3, &at("ml.label"))).ok();
    golden.note("DeleteObjectAnnotation", delete(&s3, &at("ml.label"))).ok();
    golden.note("deleted again", delete(&s3, &at("ml.label"))).ok();
    golden.note("one is left", get(&s3, "/photos/k?annotation")).ok();
    golden.check();
}

#[test]
fn pages_of_annotations_hold_each_once() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    for number in 0..7 {
        put(&s3, &at(&format!("page.{number}")), b"x").ok();
    }
    put(&s3, &at("other"), b"x").ok();
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = get(
            &s3,
            &format!("/photos/k?annotation&annotation-prefix=page.&max-annotation-results=3{token}"),
        );
        let page = page.ok();
        assert_eq!(page.text("MaxAnnotationResults"), "3");
        let names = page.texts("Annotations.AnnotationEntry.AnnotationName");
        assert_eq!(page.text("AnnotationCount"), names.len().to_string());
        seen.extend(names);
        match page.texts("NextContinuationToken").pop() {
            Some(next) => token = format!("&continuation-token={next}"),
            None => break,
        }
    }
    let want: Vec<String> = (0..7).map(|number| format!("page.{number}")).collect();
    assert_eq!(seen, want);
}

fn named(s3: &Client, name: &str) -> Answer {
    put(s3, &at(name), b"x")
}

#[test]
fn what_annotations_refuse() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    for name in ["", "a%20b", "a%2Fb", "aws.tag", "S3"] {
        let sentence = "The annotation name you provided is invalid.";
        named(&s3, name).refused(400, "InvalidAnnotationName", sentence);
    }
    let sentence = "The annotation name exceeds 512 bytes.";
    named(&s3, &"n".repeat(513)).refused(400, "AnnotationNameTooLong", sentence);
    let sentence = "The specified annotation does not exist on this object.";
    get(&s3, &at("none")).refused(404, "NoSuchAnnotation", sentence);
    let sentence = "The annotation prefix you provided is invalid.";
    get(&s3, "/photos/k?annotation&annotation-prefix=a%2F").refused(400, "InvalidPrefix", sentence);
    let sentence = "The annotation payload is not valid UTF-8 encoded text.";
    put(&s3, &at("a"), &[0xff]).refused(415, "UnsupportedMediaType", sentence);
    let sentence = "An annotation payload must be between 1 byte and 1 MiB in size.";
    invalid_request(&put(&s3, &at("a"), b""), sentence);
    invalid_request(&put(&s3, &at("a"), &vec![b'x'; 1024 * 1024 + 1]), sentence);
    let other = s3.request("PUT", &at("a")).header("x-amz-object-if-match", "\"other\"").body("x").send();
    let sentence = "At least one of the pre-conditions you specified did not hold";
    refused(&other, 412, "PreconditionFailed", sentence, &[("Condition", "x-amz-object-if-match")]);
    let other = s3.request("DELETE", &at("a")).header("x-amz-object-if-match", "\"other\"").send();
    refused(&other, 412, "PreconditionFailed", sentence, &[("Condition", "x-amz-object-if-match")]);
    let e_tag = get(&s3, "/photos/k").header("etag").unwrap().to_owned();
    s3.request("PUT", &at("a")).header("x-amz-object-if-match", &e_tag).body("x").send().ok();
    for method in ["PUT", "GET", "DELETE"] {
        let target = "/photos/none?annotation&annotationName=a";
        no_such_key(&s3.request(method, target).body(if method == "PUT" { "x" } else { "" }).send(), "none");
    }
    no_such_key(&get(&s3, "/photos/none?annotation"), "none");
    let sentence = "The continuation token provided is incorrect";
    invalid_argument(
        &get(&s3, "/photos/k?annotation&continuation-token=made-up"),
        "continuation-token",
        sentence,
    );
}
