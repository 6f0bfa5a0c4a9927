//! Events: written in the transaction that makes them true, delivered once it is durable.

use base::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Events that are kept for readers who come later.
pub(crate) const KEPT: u64 = 100_000;
/// Events a slow listener may be behind before it has to read the log instead. Every world holds room for them.
pub(crate) const BEHIND: usize = 256;

/// Something that happened.
pub trait Event: Serialize {
    /// The crate that announces it: `vpc`.
    const SERVICE: &'static str;
    /// What happened: `SubnetCreated`.
    fn kind(&self) -> &'static str;
}

/// An event in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRow {
    /// Its number, rising by one.
    pub sequence: u64,
    /// The world's time.
    pub at: Timestamp,
    /// Who announced it.
    pub service: String,
    /// What happened.
    pub kind: String,
    /// The event itself.
    pub detail: Value,
}
