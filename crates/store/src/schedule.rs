//! Jobs: what happens later, durably.

use crate::record::Record;
use crate::tx::Tx;
use base::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Something that happens later, in a transaction of its own. It must be safe to run twice: it looks at the state
/// before it changes it.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// What it is called in the table: `vpc.available`.
    const KIND: &'static str;
    /// Does it.
    fn run(self, tx: &mut Tx) -> Result<(), JobError>;
}

/// Why a job failed; the sentence is for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError(pub String);

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JobError {}

/// A job that runs at the end of the transaction.
pub(crate) type Later = Box<dyn FnOnce(&mut Tx) -> Result<(), JobError> + Send>;

/// Runs a stored job of one kind.
pub(crate) type JobRunner = fn(&mut Tx, Value) -> Result<(), JobError>;

pub(crate) fn runner<J: Job>() -> JobRunner {
    |tx, payload| {
        let job: J = serde_json::from_value(payload).map_err(|error| JobError(error.to_string()))?;
        job.run(tx)
    }
}

/// A stored job. Its key sorts by time.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct JobRow {
    pub(crate) due_at: Timestamp,
    pub(crate) number: u64,
    pub(crate) kind: String,
    pub(crate) payload: Value,
}

impl Record for JobRow {
    const TABLE: &'static str = "_job";
    type Key = String;

    fn key(&self) -> String {
        format!("{:020}/{:020}", self.due_at.millis.max(0), self.number)
    }
}
