//! What annotations are called, and how many an object may have. Source: Amazon S3 User Guide, "Annotating your
//! objects".

use crate::error::{AnnotationFault, Error};

/// Annotations of one version at the most.
pub(crate) const MOST: usize = 1000;
/// Bytes of a name at the most.
const LONGEST: usize = 512;
/// What no name begins with, in any case.
const RESERVED: [&str; 2] = ["aws", "s3"];

/// The name of an annotation that is written.
pub(super) fn parse(name: Option<&str>) -> Result<String, Error> {
    let name = name.unwrap_or_default();
    if name.len() > LONGEST {
        return Err(AnnotationFault::NameTooLong.into());
    }
    let reserved = |word: &&str| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if name.is_empty() || !is_spelled(name) || RESERVED.iter().any(reserved) {
        return Err(AnnotationFault::InvalidName.into());
    }
    Ok(name.to_owned())
}

/// The beginning of the names that are listed.
pub(super) fn check_prefix(prefix: &str) -> Result<(), Error> {
    if prefix.len() > LONGEST || !is_spelled(prefix) {
        return Err(AnnotationFault::InvalidPrefix.into());
    }
    Ok(())
}

/// Letters of any language, digits, `_`, `.` and `-`.
fn is_spelled(text: &str) -> bool {
    text.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::{check_prefix, parse};
    use wire::AwsError;

    #[test]
    fn names_are_letters_digits_and_three_signs() {
        let (longest, longer) = ("n".repeat(512), "é".repeat(257));
        for (name, want) in [
            ("ml.sentiment", None),
            ("données_1.2-3", None),
            ("名前", None),
            ("as3", None),
            ("aw", None),
            (&*longest, None),
            (&*longer, Some("AnnotationNameTooLong")),
            ("", Some("InvalidAnnotationName")),
            ("  ", Some("InvalidAnnotationName")),
            ("a b", Some("InvalidAnnotationName")),
            ("a/b", Some("InvalidAnnotationName")),
            ("a\u{1}", Some("InvalidAnnotationName")),
            ("aws.tag", Some("InvalidAnnotationName")),
            ("AwSome", Some("InvalidAnnotationName")),
            ("S3", Some("InvalidAnnotationName")),
        ] {
            let found = parse(Some(name)).err().map(|error| error.fault().code.into_owned());
            assert_eq!(found.as_deref(), want, "{name}");
        }
        assert!(parse(None).is_err());
    }

    #[test]
    fn a_prefix_is_what_a_name_could_begin_with() {
        for (prefix, fits) in [("", true), ("aws", true), ("ml.", true), ("a/", false), ("a b", false)] {
            assert_eq!(check_prefix(prefix).is_ok(), fits, "{prefix}");
        }
        assert!(check_prefix(&"p".repeat(513)).is_err());
    }
}
