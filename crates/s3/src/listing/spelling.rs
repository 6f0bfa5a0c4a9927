//! How keys are written in lists.

use crate::error::{Argument, Error};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What S3 leaves as it is when it encodes keys; a space becomes `+`. Measured at AWS:
/// <https://github.com/brekkylab/backlot/issues/178>.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'*')
    .remove(b' ');

/// Keys as they are answered: encoded where it was asked for.
pub(crate) struct Spelling(bool);

impl Spelling {
    pub(crate) fn parse(kind: Option<&str>) -> Result<Self, Error> {
        match kind {
            None => Ok(Self(false)),
            Some("url") => Ok(Self(true)),
            Some(other) => Err(Error::InvalidArgument(Argument::EncodingType(other.to_owned()))),
        }
    }

    pub(crate) fn write(&self, text: &str) -> Option<String> {
        Some(if self.0 {
            utf8_percent_encode(text, ENCODED).to_string().replace(' ', "+")
        } else {
            text.to_owned()
        })
    }

    /// What was not given is not repeated.
    pub(crate) fn write_given(&self, text: &str) -> Option<String> {
        if text.is_empty() { None } else { self.write(text) }
    }

    pub(crate) fn name(&self) -> Option<String> {
        self.0.then(|| "url".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Spelling;

    #[test]
    fn keys_are_encoded_as_measured() {
        for (key, want) in [
            ("a b.txt", "a+b.txt"),
            ("a+b.txt", "a%2Bb.txt"),
            ("100%.csv", "100%25.csv"),
            ("한글/x.txt", "%ED%95%9C%EA%B8%80/x.txt"),
            ("run books/x.txt", "run+books/x.txt"),
        ] {
            assert_eq!(Spelling::parse(Some("url")).unwrap().write(key).as_deref(), Some(want));
            assert_eq!(Spelling::parse(None).unwrap().write(key).as_deref(), Some(key));
        }
    }
}
