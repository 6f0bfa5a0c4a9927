//! Table 13: tags of buckets and objects, and those that CreateBucket and S3 Control bring.

use super::{Ask, Row, ask, check, control, make};
use crate::{MALFORMED_XML, put, start};

const KEY: &str = "The TagKey you have provided is invalid";
const VALUE: &str = "The TagValue you have provided is invalid";

fn tags(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>")).collect()
}

fn document(pairs: &[(&str, &str)]) -> String {
    format!("<Tagging><TagSet>{}</TagSet></Tagging>", tags(pairs))
}

fn invalid(ask: Ask, message: &str) -> Row {
    ask.refused(400, "InvalidTag", message)
}

#[test]
fn tags_of_buckets_and_objects() {
    let (_server, s3) = start();
    put(&s3, "/photos/k", b"x").ok();
    let (long_key, long_value) = ("k".repeat(129), "v".repeat(257));
    for (line, most, count, system) in [
        (
            "PUT /photos?tagging",
            50,
            "Bucket tag count cannot be greater than 50",
            "System tags cannot be added/updated by requester",
        ),
        (
            "PUT /photos/k?tagging",
            10,
            "Object tags cannot be greater than 10",
            "Your TagKey cannot be prefixed with aws:",
        ),
    ] {
        let set = |pairs: &[(&str, &str)]| ask(line).body(document(pairs));
        let keys: Vec<String> = (0..=most).map(|n| format!("k{n}")).collect();
        let many: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "")).collect();
        let malformed = |inner: &str| ask(line).body(inner).refused(400, "MalformedXML", MALFORMED_XML);
        check(
            &s3,
            [
                set(&many).refused(400, "BadRequest", count),
                invalid(set(&[(&long_key, "")]), KEY).with("TagKey", &long_key),
                invalid(set(&[("a!", "")]), KEY).with("TagKey", "a!"),
                invalid(set(&[("", "")]), KEY).with("TagKey", ""),
                invalid(set(&[("a", &long_value)]), VALUE).with("TagKey", "a").with("TagValue", &long_value),
                invalid(set(&[("a", "!")]), VALUE).with("TagKey", "a").with("TagValue", "!"),
                invalid(set(&[("a", "1"), ("a", "2")]), "Cannot provide multiple Tags with the same key")
                    .with("TagKey", "a"),
                invalid(set(&[("aws:x", "")]), system),
                malformed("<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>"),
                malformed("<Tagging><TagSet><Tag><Value>a</Value></Tag></TagSet></Tagging>"),
                malformed("<Tagging>"),
            ],
        );
        make(&s3, [set(&many[1..]), set(&[(&long_key[1..], &long_value[1..])])]);
    }
}

#[test]
fn tags_of_new_buckets_and_by_s3_control() {
    let (_server, s3) = start();
    let reserved = "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \
                    \"aws:\" from your tag keys and try again.";
    let twice = "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.";
    let text = "This request contains a tag key or value that isn't valid. Valid characters include the following: \
                [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 \
                characters.";
    let bucket = |pairs: &[(&str, &str)]| {
        let tags = tags(pairs);
        ask("PUT /other")
            .body(format!("<CreateBucketConfiguration><Tags>{tags}</Tags></CreateBucketConfiguration>"))
    };
    let resource = |pairs: &[(&str, &str)]| {
        let tags = tags(pairs);
        control("POST /v20180820/tags/arn%3Aaws%3As3%3A%3A%3Aphotos")
            .body(format!("<TagResourceRequest><Tags>{tags}</Tags></TagResourceRequest>"))
    };
    let faults: [(&[(&str, &str)], &str); 3] =
        [(&[("aws:a", "1")], reserved), (&[("a", "1"), ("a", "2")], twice), (&[("a!", "1")], text)];
    check(&s3, faults.map(|(pairs, message)| invalid(bucket(pairs), message)));
    check(&s3, faults.map(|(pairs, message)| invalid(resource(pairs), message)));
}
