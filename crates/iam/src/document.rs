//! Policy documents, as text: checked as far as syntax goes. What they mean is the policy engine's business.

use crate::error::Error;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Refuses what is no JSON object with a statement.
pub(crate) fn check(text: &str) -> Result<(), Error> {
    let value: Value =
        serde_json::from_str(text).map_err(|_| Error::Malformed("Syntax errors in policy."))?;
    match value.get("Statement") {
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => Ok(()),
        Some(Value::Object(_)) => Ok(()),
        _ => Err(Error::Malformed("Syntax errors in policy.")),
    }
}

/// The same for a trust policy, whose refusal has another sentence.
pub(crate) fn check_trust(text: &str) -> Result<(), Error> {
    check(text).map_err(|_| Error::Malformed("This policy contains invalid Json"))
}

/// Its characters, as quotas count them: white space is free.
pub(crate) fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// As IAM answers documents: percent-encoded.
pub(crate) fn encoded(text: &str) -> Option<String> {
    Some(utf8_percent_encode(text, ENCODED).to_string())
}
