//! Policy documents, as text: whether they may be written at all, and how they are answered.

use crate::error::Error;
use ::policy::grammar::{self, Grammar};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Refuses what AWS does not take as a policy of an identity.
pub(crate) fn check(text: &str) -> Result<(), Error> {
    read(&Grammar::Identity, text)
}

/// The same of a trust policy. Whether those it names exist is looked up elsewhere.
pub(crate) fn check_trust(text: &str) -> Result<(), Error> {
    read(&Grammar::Trust, text)
}

fn read(grammar: &Grammar<'_>, text: &str) -> Result<(), Error> {
    match grammar::check(grammar, text) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(Error::Malformed(refusal.sentence())),
    }
}

/// Its characters, as quotas count them: white space is free.
pub(crate) fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// As IAM answers documents: percent-encoded.
pub(crate) fn encoded(text: &str) -> Option<String> {
    Some(utf8_percent_encode(text, ENCODED).to_string())
}
