//! Conditional reads and writes.

use super::record::{Object, ObjectRow, Rows};
use super::{quoted, version};
use crate::bucket::record::BucketRow;
use crate::error::Error;
use base::Timestamp;

/// The conditions of a read.
pub(crate) struct ReadConditions<'i> {
    pub(crate) if_match: Option<&'i str>,
    pub(crate) if_none_match: Option<&'i str>,
    pub(crate) if_modified_since: Option<Timestamp>,
    pub(crate) if_unmodified_since: Option<Timestamp>,
}

impl ReadConditions<'_> {
    /// RFC 9110, section 13.2.2: the ETag conditions decide before the dates. Section 13.1.3: nothing was modified
    /// since a day that has yet to come, so that such a date is no condition.
    pub(crate) fn check(
        &self,
        bucket: &BucketRow,
        row: &ObjectRow,
        object: &Object,
        now: Timestamp,
    ) -> Result<(), Error> {
        let at = row.written_at.whole_seconds();
        match (self.if_match, self.if_unmodified_since) {
            (Some(wanted), _) if !names(wanted, &object.e_tag) => {
                return Err(Error::PreconditionFailed("If-Match"));
            }
            (None, Some(since)) if at > since => {
                return Err(Error::PreconditionFailed("If-Unmodified-Since"));
            }
            _ => {}
        }
        let unchanged = match (self.if_none_match, self.if_modified_since) {
            (Some(known), _) => names(known, &object.e_tag),
            (None, Some(since)) => at <= since && since <= now,
            (None, None) => false,
        };
        if unchanged {
            let version_id = bucket.had_versions().then(|| row.shown_version());
            return Err(Error::NotModified { e_tag: quoted(&object.e_tag), at, version_id });
        }
        Ok(())
    }
}

/// Whether a list of ETags, quoted or not, names this one.
pub(crate) fn names(list: &str, e_tag: &str) -> bool {
    list.split(',').map(|one| one.trim().trim_matches('"')).any(|one| one == "*" || one == e_tag)
}

/// The condition of a write: at most one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteConditions<'i> {
    /// There is none.
    Always,
    /// The current version has this ETag.
    Match(&'i str),
    /// There is no current version.
    Absent,
}

impl<'i> WriteConditions<'i> {
    /// Reads the two headers; S3 takes one of them, and of each one form.
    pub(crate) fn parse(if_match: Option<&'i str>, if_none_match: Option<&'i str>) -> Result<Self, Error> {
        let refuse = |header, words| Err(Error::NotImplemented { header, additional: Some(words) });
        match (if_match, if_none_match) {
            (None, None) => Ok(Self::Always),
            (Some(_), Some(_)) => refuse(
                "If-Match,If-None-Match",
                "Multiple conditional request headers present in the request",
            ),
            (Some("*"), None) => {
                refuse("If-Match", "We don't accept the provided value of If-Match header for this API")
            }
            (Some(e_tag), None) => Ok(Self::Match(e_tag)),
            (None, Some("*")) => Ok(Self::Absent),
            (None, Some(_)) => refuse(
                "If-None-Match",
                "We don't accept the provided value of If-None-Match header for this API",
            ),
        }
    }

    /// Judges it. What counts is the transaction that writes; a delete marker counts as nothing.
    pub(crate) fn check(
        self,
        rows: &impl Rows<ObjectRow>,
        bucket: &BucketRow,
        key: &str,
    ) -> Result<(), Error> {
        if self == Self::Always {
            return Ok(());
        }
        let current = version::current(rows, bucket, key)?;
        let object = current.as_ref().and_then(|row| row.object.as_ref());
        match (self, object) {
            (Self::Always, _) | (Self::Absent, None) => Ok(()),
            (Self::Absent, Some(_)) => Err(Error::PreconditionFailed("If-None-Match")),
            (Self::Match(_), None) => Err(Error::NoSuchKey { key: key.to_owned(), marker: None }),
            (Self::Match(wanted), Some(object)) if names(wanted, &object.e_tag) => Ok(()),
            (Self::Match(_), Some(_)) => Err(Error::PreconditionFailed("If-Match")),
        }
    }

    /// The header's name, for what goes wrong later.
    pub(crate) fn header(self) -> Option<&'static str> {
        match self {
            Self::Always => None,
            Self::Match(_) => Some("If-Match"),
            Self::Absent => Some("If-None-Match"),
        }
    }
}

/// The conditions of DeleteObject: an ETag, or `*` for anything that is there.
pub(crate) fn check_delete(
    rows: &impl Rows<ObjectRow>,
    bucket: &BucketRow,
    key: &str,
    if_match: Option<&str>,
) -> Result<(), Error> {
    let Some(wanted) = if_match else { return Ok(()) };
    let current = version::current(rows, bucket, key)?;
    match current.as_ref().map(|row| row.object.as_ref()) {
        None => Err(Error::NoSuchKey { key: key.to_owned(), marker: None }),
        Some(Some(object)) if names(wanted, &object.e_tag) => Ok(()),
        Some(_) => Err(Error::PreconditionFailed("If-Match")),
    }
}

#[cfg(test)]
mod tests {
    use super::{WriteConditions, names};
    use wire::AwsError;

    #[test]
    fn writes_take_one_condition_of_one_form() {
        for (if_match, if_none_match, want) in [
            (None, None, Ok(WriteConditions::Always)),
            (Some("\"a\""), None, Ok(WriteConditions::Match("\"a\""))),
            (None, Some("*"), Ok(WriteConditions::Absent)),
            (Some("*"), None, Err("If-Match")),
            (None, Some("\"a\""), Err("If-None-Match")),
            (Some("a"), Some("*"), Err("If-Match,If-None-Match")),
        ] {
            match (WriteConditions::parse(if_match, if_none_match), want) {
                (Ok(found), Ok(want)) => assert_eq!(found, want),
                (Err(error), Err(header)) => {
                    let fault = error.fault();
                    assert_eq!((fault.status, &*fault.code), (501, "NotImplemented"));
                    assert!(fault.extra.contains(&("Header", header.to_owned())), "{fault:?}");
                }
                (found, want) => panic!("{if_match:?} {if_none_match:?}: {found:?}, not {want:?}"),
            }
        }
    }

    #[test]
    fn lists_of_etags_are_read() {
        for (list, want) in
            [("\"a\"", true), ("a", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false)]
        {
            assert_eq!(names(list, "a"), want, "{list}");
        }
    }
}
