use crate::{get, put, start};

#[test]
fn copies_have_their_own_life() {
    let (_server, s3) = start();
    put(&s3, "/other", b"").ok();
    s3.request("PUT", "/photos/k")
        .header("x-amz-meta-a", "1")
        .header("x-amz-tagging", "t=1")
        .body("content")
        .send()
        .ok();
    let copy = |target: &str| s3.request("PUT", target).header("x-amz-copy-source", "/photos/k").send();
    copy("/other/c").ok();
    let read = get(&s3, "/other/c").ok();
    assert_eq!((read.body_text().as_str(), read.header("x-amz-meta-a")), ("content", Some("1")));
    assert_eq!(read.header("x-amz-tagging-count"), Some("1"));
    crate::delete(&s3, "/photos/k").ok();
    assert_eq!(get(&s3, "/other/c").ok().body_text(), "content", "the source's end is not the copy's");
}
