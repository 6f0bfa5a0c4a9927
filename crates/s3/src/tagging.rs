//! Tags: their rules, which differ a little between buckets and objects, and the header that carries them.
//!
//! Source: Amazon S3 User Guide, "Categorizing your storage using tags"; sentences as recorded from AWS.

use crate::error::{Argument, Error, TagFault};
use percent_encoding::percent_decode_str;
use shapes_s3::Tag;
use std::collections::BTreeSet;

/// Tags in the order they were given.
pub(crate) type TagSet = Vec<(String, String)>;

/// What is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A bucket, by PutBucketTagging.
    Bucket,
    /// A bucket, by CreateBucket or by S3 Control's TagResource, which have sentences of their own.
    NewBucket,
    /// An object.
    Object,
}

/// Reads the tags of a document.
pub(crate) fn parse(tags: Vec<Tag>, place: Place) -> Result<TagSet, Error> {
    let pairs = tags.into_iter().map(|tag| match (tag.key, tag.value) {
        (Some(key), Some(value)) => Ok((key, value)),
        _ => Err(Error::MalformedXml),
    });
    let pairs = pairs.collect::<Result<TagSet, Error>>()?;
    check(&pairs, place)?;
    Ok(pairs)
}

/// Reads `x-amz-tagging`: `a=1&b=2`, percent-encoded.
pub(crate) fn parse_header(text: Option<&str>) -> Result<TagSet, Error> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(TagSet::new()) };
    let malformed = || Error::InvalidArgument(Argument::TaggingHeader(text.to_owned()));
    let decode = |part: &str| {
        let plain = part.replace('+', " ");
        percent_decode_str(&plain).decode_utf8().map(Into::into).map_err(|_| malformed())
    };
    let mut pairs = TagSet::new();
    for pair in text.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key: String = decode(key)?;
        if key.is_empty() || pairs.iter().any(|(earlier, _)| *earlier == key) {
            return Err(malformed());
        }
        pairs.push((key, decode(value)?));
    }
    check(&pairs, Place::Object)?;
    Ok(pairs)
}

/// Whether these may be the tags of the place.
pub(crate) fn check(pairs: &TagSet, place: Place) -> Result<(), Error> {
    let (most, sentence) = match place {
        Place::Bucket | Place::NewBucket => (50, "Bucket tag count cannot be greater than 50"),
        Place::Object => (10, "Object tags cannot be greater than 10"),
    };
    if pairs.len() > most {
        return Err(Error::TooManyTags(sentence));
    }
    let mut seen = BTreeSet::new();
    for (key, value) in pairs {
        if !seen.insert(key) {
            return Err(Error::InvalidTag(match place {
                Place::NewBucket => TagFault::DuplicateAtCreation,
                Place::Bucket | Place::Object => TagFault::Duplicate(key.clone()),
            }));
        }
        if key.starts_with("aws:") {
            return Err(Error::InvalidTag(match place {
                Place::Bucket => TagFault::SystemOfBucket,
                Place::NewBucket => TagFault::SystemAtCreation,
                Place::Object => TagFault::SystemOfObject,
            }));
        }
        let key_fits = !key.is_empty() && key.chars().count() <= 128 && key.chars().all(is_allowed);
        let value_fits = value.chars().count() <= 256 && value.chars().all(is_allowed);
        if key_fits && value_fits {
            continue;
        }
        return Err(Error::InvalidTag(match place {
            Place::NewBucket => TagFault::TextAtCreation,
            Place::Bucket | Place::Object if key_fits => TagFault::Value(key.clone(), value.clone()),
            Place::Bucket | Place::Object => TagFault::Key(key.clone()),
        }));
    }
    Ok(())
}

fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c)
}

/// Tags as answers show them, in the order they were given.
pub(crate) fn shown(tags: &TagSet) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Place, parse, parse_header};
    use shapes_s3::Tag;
    use wire::AwsError;

    #[test]
    fn the_header_is_a_query_string_without_duplicates() {
        for (text, want) in [
            ("a=1&b=2", Ok(vec![("a", "1"), ("b", "2")])),
            ("a%20b=c%2Bd", Ok(vec![("a b", "c+d")])),
            ("a+b=", Ok(vec![("a b", "")])),
            ("a", Ok(vec![("a", "")])),
            ("", Ok(vec![])),
            ("a=1&a=2", Err("InvalidArgument")),
            ("=1", Err("InvalidArgument")),
            ("%FF=1", Err("InvalidArgument")),
            ("aws:a=1", Err("InvalidTag")),
            ("a=<", Err("InvalidTag")),
        ] {
            match (parse_header(Some(text)), want) {
                (Ok(got), Ok(want)) => {
                    let got: Vec<(&str, &str)> = got.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                    assert_eq!(got, want, "{text}");
                }
                (Err(got), Err(want)) => assert_eq!(got.fault().code, want, "{text}"),
                (got, want) => panic!("{text}: {got:?}, wanted {want:?}"),
            }
        }
    }

    #[test]
    fn documents_are_refused_with_the_sentence_of_their_place() {
        let tag = |key: &str, value: &str| Tag { key: Some(key.into()), value: Some(value.into()) };
        let many: Vec<Tag> = (0..51).map(|n| tag(&n.to_string(), "")).collect();
        for (tags, place, code, sentence) in [
            (many.clone(), Place::Bucket, "BadRequest", "Bucket tag count cannot be greater than 50"),
            (many, Place::Object, "BadRequest", "Object tags cannot be greater than 10"),
            (
                vec![tag("a", "1"), tag("a", "2")],
                Place::Bucket,
                "InvalidTag",
                "Cannot provide multiple Tags with the same key",
            ),
            (
                vec![tag("aws:a", "1")],
                Place::Bucket,
                "InvalidTag",
                "System tags cannot be added/updated by requester",
            ),
            (
                vec![tag("aws:a", "1")],
                Place::Object,
                "InvalidTag",
                "Your TagKey cannot be prefixed with aws:",
            ),
            (vec![tag("", "1")], Place::Object, "InvalidTag", "The TagKey you have provided is invalid"),
            (
                vec![tag("a", "\u{1}")],
                Place::Object,
                "InvalidTag",
                "The TagValue you have provided is invalid",
            ),
            (
                vec![Tag { key: Some("a".into()), value: None }],
                Place::Object,
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema",
            ),
        ] {
            let fault = parse(tags, place).unwrap_err().fault();
            assert_eq!((&*fault.code, fault.message.as_deref()), (code, Some(sentence)));
        }
    }
}
