//! Conditional reads and writes.

use super::record::{Object, ObjectRow};
use super::{quoted, version};
use crate::bucket::record::BucketRow;
use crate::error::Error;
use base::Timestamp;
use store::Tx;

/// The conditions of a read.
pub(crate) struct ReadConditions<'i> {
    pub(crate) if_match: Option<&'i str>,
    pub(crate) if_none_match: Option<&'i str>,
    pub(crate) if_modified_since: Option<Timestamp>,
    pub(crate) if_unmodified_since: Option<Timestamp>,
}

impl ReadConditions<'_> {
    /// RFC 9110, section 13.2.2: the ETag conditions decide before the dates.
    pub(crate) fn check(&self, row: &ObjectRow, object: &Object) -> Result<(), Error> {
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
            (None, Some(since)) => at <= since,
            (None, None) => false,
        };
        if unchanged {
            let version_id = row.version_id.clone();
            return Err(Error::NotModified { e_tag: quoted(&object.e_tag), at, version_id });
        }
        Ok(())
    }
}

/// Whether a list of ETags, quoted or not, names this one.
pub(crate) fn names(list: &str, e_tag: &str) -> bool {
    list.split(',').map(|one| one.trim().trim_matches('"')).any(|one| one == "*" || one == e_tag)
}

/// Conditions of a write, judged in its own transaction.
pub(crate) fn check_write(
    tx: &mut Tx,
    bucket: &BucketRow,
    key: &str,
    if_match: Option<&str>,
    if_none_match: Option<&str>,
) -> Result<(), Error> {
    if if_match.is_none() && if_none_match.is_none() {
        return Ok(());
    }
    let current = version::current(&tx.paged::<ObjectRow>(), bucket, key)?;
    let object = current.as_ref().and_then(|row| row.object.as_ref());
    if let Some(wanted) = if_match {
        let Some(object) = object else { return Err(Error::NoSuchKey { key: key.to_owned(), marker: None }) };
        if !names(wanted, &object.e_tag) {
            return Err(Error::PreconditionFailed("If-Match"));
        }
    }
    match (if_none_match, object) {
        (Some("*"), Some(_)) => Err(Error::PreconditionFailed("If-None-Match")),
        (Some("*") | None, _) => Ok(()),
        (Some(_), _) => Err(Error::NotImplemented { header: "If-None-Match", additional: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn lists_of_etags_are_read() {
        for (list, want) in
            [("\"a\"", true), ("a", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false)]
        {
            assert_eq!(names(list, "a"), want, "{list}");
        }
    }
}
