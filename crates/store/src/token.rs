//! Idempotency tokens: the same token and the same input give the same answer.

use crate::record::Record;
use base::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a token is remembered. EC2 documents at least an hour and up to a day for its client tokens.
const LIFE_MILLIS: i64 = 24 * 3600 * 1000;

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It was not used.
    New,
    /// It was used for the same input; this is what was remembered then.
    Replay(String),
}

/// The token was used with another input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenMismatch;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TokenRow {
    key: String,
    pub(crate) digest: String,
    pub(crate) result: String,
    pub(crate) expires_at: Timestamp,
}

impl TokenRow {
    pub(crate) fn new(
        scope: &str,
        operation: &str,
        token: &str,
        digest: &str,
        result: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            key: format!("{scope}/{operation}/{token}"),
            digest: digest.to_owned(),
            result: result.to_owned(),
            expires_at: now.plus_millis(LIFE_MILLIS),
        }
    }
}

impl Record for TokenRow {
    const TABLE: &'static str = "_token";
    type Key = String;

    fn key(&self) -> String {
        self.key.clone()
    }
}
