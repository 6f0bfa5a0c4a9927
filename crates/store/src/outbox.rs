//! Events: written in the transaction that makes them true, delivered once it is durable.

use base::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventRow {
    /// Its number, rising by one.
    pub sequence: u64,
    /// The world's time.
    pub at: Timestamp,
    /// Who announced it.
    pub service: Cow<'static, str>,
    /// What happened.
    pub kind: Cow<'static, str>,
    /// The event itself, as JSON. Hardly anybody looks into it: it stays the text that it is in the log.
    pub detail: Box<RawValue>,
}
