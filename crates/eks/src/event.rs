//! What this crate announces.

use serde::Serialize;
use store::Event;

/// Something of EKS came, changed or went.
#[derive(Serialize)]
pub(crate) struct Changed {
    /// `ClusterCreated`.
    #[serde(skip)]
    pub(crate) kind: &'static str,
    /// Its ARN.
    pub(crate) resource: String,
}

impl Event for Changed {
    const SERVICE: &'static str = "eks";

    fn kind(&self) -> &'static str {
        self.kind
    }
}
