//! How a start that cannot succeed ends: one sentence and exit code 2.

use std::fmt;

/// One clear sentence for the person who started angae.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// The sentence.
    pub(crate) fn new(sentence: impl fmt::Display) -> Self {
        Self(sentence.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
