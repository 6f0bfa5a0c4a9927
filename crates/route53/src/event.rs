//! What this crate announces.

use serde::Serialize;
use store::Event;

/// Something of Route 53 came, changed or went.
#[derive(Serialize)]
pub(crate) struct Changed {
    /// `HostedZoneCreated`.
    #[serde(skip)]
    pub(crate) kind: &'static str,
    /// Its ARN, or its id where it has none.
    pub(crate) resource: String,
}

impl Event for Changed {
    const SERVICE: &'static str = "route53";

    fn kind(&self) -> &'static str {
        self.kind
    }
}
