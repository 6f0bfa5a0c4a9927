use crate::{get, golden, put, start};

fn document(tags: &[(&str, &str)]) -> Vec<u8> {
    let tags: String = tags
        .iter()
        .map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"))
        .collect();
    format!("<Tagging><TagSet>{tags}</TagSet></Tagging>").into_bytes()
}

#[test]
fn the_life_of_tags() {
    let (_server, s3) = start();
    let mut golden = golden("tagging");
    put(&s3, "/photos/k", b"x").ok();
    for target in ["/photos?tagging", "/photos/k?tagging"] {
        golden.note(&format!("put {target}"), put(&s3, target, &document(&[("b", "1"), ("a", "")]))).ok();
        golden.note(&format!("get {target}"), get(&s3, target)).ok();
        golden.note(&format!("delete {target}"), crate::delete(&s3, target)).ok();
        golden.note(&format!("gone {target}"), get(&s3, target));
    }
    golden.check();
}
