//! `application/x-www-form-urlencoded`, as a flat list of pairs.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Pairs of a form at the most; a form of ten thousand tags has twenty thousand.
pub(crate) const MOST_PAIRS: usize = 100_000;

/// A form's pairs, in the order they came.
#[derive(Clone, Debug, Default)]
pub struct Form<'a> {
    /// Names and values, decoded.
    pub pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Why a body is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormError {
    /// Bytes that are no UTF-8.
    Encoding,
    /// More pairs than are read.
    TooMany,
}

impl std::fmt::Display for FormError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Encoding => "The request is not valid UTF-8",
            Self::TooMany => "The request has too many parameters",
        })
    }
}

impl Form<'_> {
    /// The last value given for `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }
}

/// Splits and decodes a form body or a query string.
pub fn parse_form(body: &[u8]) -> Result<Form<'_>, FormError> {
    let text = std::str::from_utf8(body).map_err(|_| FormError::Encoding)?;
    let mut pairs = Vec::with_capacity(16);
    for part in text.trim_end_matches(['\r', '\n']).split('&') {
        if part.is_empty() {
            continue;
        }
        if pairs.len() == MOST_PAIRS {
            return Err(FormError::TooMany);
        }
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        pairs.push((decode(key)?, decode(value)?));
    }
    Ok(Form { pairs })
}

/// Decodes `%XX` and `+`.
fn decode(text: &str) -> Result<Cow<'_, str>, FormError> {
    if !text.bytes().any(|b| b == b'%' || b == b'+') {
        return Ok(Cow::Borrowed(text));
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| FormError::Encoding)?;
    Ok(Cow::Owned(decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::{FormError, parse_form};

    #[test]
    fn pairs_are_decoded_in_order() {
        let form = parse_form(b"Action=Do&A.1=x%26y+z&B=&C&A.1=last").unwrap();
        let pairs: Vec<_> = form.pairs.iter().map(|(k, v)| (&**k, &**v)).collect();
        assert_eq!(pairs, [("Action", "Do"), ("A.1", "x&y z"), ("B", ""), ("C", ""), ("A.1", "last")]);
        assert_eq!(form.get("A.1"), Some("last"));
    }

    #[test]
    fn what_is_no_form_is_refused() {
        assert_eq!(parse_form(b"a=\xff").unwrap_err(), FormError::Encoding);
        assert_eq!(parse_form(b"a=%ff").unwrap_err(), FormError::Encoding);
        assert_eq!(parse_form("a&".repeat(100_001).as_bytes()).unwrap_err(), FormError::TooMany);
        assert_eq!(parse_form(b"&&&").unwrap().pairs.len(), 0);
    }
}
