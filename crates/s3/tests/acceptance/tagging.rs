use crate::{get, golden, invalid_argument, put, refused, start};

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

#[test]
fn what_tags_refuse() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let (long_key, long_value) = ("k".repeat(129), "v".repeat(257));
    for (target, most, count, system) in [
        (
            "/photos?tagging",
            50,
            "Bucket tag count cannot be greater than 50",
            "System tags cannot be added/updated by requester",
        ),
        (
            "/photos/k?tagging",
            10,
            "Object tags cannot be greater than 10",
            "Your TagKey cannot be prefixed with aws:",
        ),
    ] {
        let set = |tags: &[(&str, &str)]| put(&s3, target, &document(tags));
        let keys: Vec<String> = (0..=most).map(|n| format!("k{n}")).collect();
        let many: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "")).collect();
        set(&many).refused(400, "BadRequest", count);
        set(&many[1..]).ok();
        let sentence = "The TagKey you have provided is invalid";
        refused(&set(&[(&long_key, "")]), 400, "InvalidTag", sentence, &[("TagKey", &long_key)]);
        refused(&set(&[("a!", "")]), 400, "InvalidTag", sentence, &[("TagKey", "a!")]);
        let members = [("TagKey", "a"), ("TagValue", long_value.as_str())];
        refused(
            &set(&[("a", &long_value)]),
            400,
            "InvalidTag",
            "The TagValue you have provided is invalid",
            &members,
        );
        let sentence = "Cannot provide multiple Tags with the same key";
        refused(&set(&[("a", "1"), ("a", "2")]), 400, "InvalidTag", sentence, &[("TagKey", "a")]);
        set(&[("aws:x", "")]).refused(400, "InvalidTag", system);
        put(&s3, target, b"<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>").refused(
            400,
            "MalformedXML",
            crate::MALFORMED_XML,
        );
    }
    let tagged = b"<CreateBucketConfiguration><Tags><Tag><Key>aws:a</Key><Value>1</Value></Tag></Tags></CreateBucketConfiguration>";
    put(&s3, "/other", tagged).refused(
        400,
        "InvalidTag",
        "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \"aws:\" from \
         your tag keys and try again.",
    );
    let sentence = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without \
                    tag name duplicates.";
    for header in ["a=1&a=2", "=1", "%ff=1"] {
        let answer = s3.request("PUT", "/photos/k").header("x-amz-tagging", header).body("x").send();
        invalid_argument(&answer, "x-amz-tagging", sentence, Some(header));
    }
    let missing = "The specified key does not exist.";
    refused(&get(&s3, "/photos/none?tagging"), 404, "NoSuchKey", missing, &[("Key", "photos/none")]);
    refused(&put(&s3, "/photos/none?tagging", &document(&[])), 404, "NoSuchKey", missing, &[("Key", "none")]);
}
