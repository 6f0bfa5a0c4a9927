//! Idempotency tokens: the same token and the same input give the same answer.

use crate::record::{Index, Record};
use base::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a token is remembered. EC2 documents at least an hour and up to a day for its client tokens.
const LIFE_MILLIS: i64 = 24 * 3600 * 1000;

/// A call that a client may repeat.
#[derive(Clone, Copy, Debug)]
pub struct Repeatable<'c> {
    /// What the names of the service's tables begin with; emptied with them, it forgets its tokens.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// Within what the token is unique: the account and Region, a bucket.
    pub scope: &'c str,
    /// The client's token.
    pub token: &'c str,
    /// What was asked for.
    pub digest: &'c str,
}

impl Repeatable<'_> {
    pub(crate) fn key(&self) -> String {
        let Self { service, operation, scope, token, .. } = self;
        format!("{service}_{operation}/{scope}/{token}")
    }
}

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
    /// By the end of its time.
    pub(crate) const EXPIRY: Index<Self> =
        Index { name: "expiry", keys: |row| vec![format!("{:020}", row.expires_at.millis.max(0))] };

    pub(crate) fn new(call: &Repeatable<'_>, result: &str, now: Timestamp) -> Self {
        Self {
            key: call.key(),
            digest: call.digest.to_owned(),
            result: result.to_owned(),
            expires_at: now.plus_millis(LIFE_MILLIS),
        }
    }
}

impl Record for TokenRow {
    const TABLE: &'static str = "_token";
    const INDEXES: &'static [Index<Self>] = &[Self::EXPIRY];
    type Key = String;

    fn key(&self) -> String {
        self.key.clone()
    }
}
