//! What becomes of objects with time: they expire, change their storage class, and unfinished uploads are given up.
//!
//! A bucket whose lifecycle is configured is evaluated at each midnight, in UTC, of the world's clock. An evaluation
//! is a chain of jobs, each a bounded transaction that begins where the one before ended. What answers say of it
//! before it happens (`x-amz-expiration`, `x-amz-abort-date`) is computed from the same rules.

mod evaluation;
mod rule;
#[cfg(test)]
mod tests;

pub(crate) use evaluation::Evaluation;

use crate::configuration::record::Configurations;
use crate::error::http_date;
use crate::object::record::ObjectRow;
use base::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rule::Rules;
use serde::{Deserialize, Serialize};
use store::{Record, StoreError, Tx};

/// What stays as it is of a rule's id within a header.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A bucket that has an evaluation scheduled. There is one at a time, however often the configuration is put.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ScheduledRow {
    /// The bucket's id.
    bucket: String,
}

impl Record for ScheduledRow {
    const TABLE: &'static str = "s3_lifecycle";
    type Key = String;

    fn key(&self) -> String {
        self.bucket.clone()
    }
}

/// Sees to it that a bucket is evaluated from the next midnight on.
pub(crate) fn schedule(tx: &mut Tx, bucket: &str) {
    if tx.get::<ScheduledRow>(bucket).is_some() {
        return;
    }
    tx.put(ScheduledRow { bucket: bucket.to_owned() });
    tx.at(rule::midnight_after(tx.now()), &Evaluation::of(bucket));
}

/// `x-amz-expiration` of a current version, where a rule says when it expires.
pub(crate) fn expiration(rows: &impl Configurations, row: &ObjectRow) -> Result<Option<String>, StoreError> {
    let Some(rules) = Rules::of(rows, &row.bucket)? else { return Ok(None) };
    Ok(rules.expiration(row).map(|due| {
        let rule = utf8_percent_encode(due.rule, UNRESERVED);
        format!("expiry-date=\"{}\", rule-id=\"{rule}\"", http_date(due.at))
    }))
}

/// When an upload is given up, and by which rule: `x-amz-abort-date` and `x-amz-abort-rule-id`.
pub(crate) fn abort(
    rows: &impl Configurations,
    bucket: &str,
    key: &str,
    begun_at: Timestamp,
) -> Result<Option<(Timestamp, String)>, StoreError> {
    let Some(rules) = Rules::of(rows, bucket)? else { return Ok(None) };
    Ok(rules.abort(key, begun_at).map(|due| (due.at, due.rule.to_owned())))
}
