//! What this crate announces.

use serde::Serialize;
use store::Event;

/// A resource came, changed or went.
#[derive(Serialize)]
pub(crate) struct Changed {
    /// `VpcCreated`.
    #[serde(skip)]
    pub(crate) kind: &'static str,
    /// The resource's ARN.
    pub(crate) resource: String,
}

impl Event for Changed {
    const SERVICE: &'static str = "vpc";

    fn kind(&self) -> &'static str {
        self.kind
    }
}
