//! What this crate announces.

use serde::Serialize;
use store::Event;

/// An identity, a policy or a key came, changed or went.
#[derive(Serialize)]
pub(crate) struct Changed {
    /// `UserCreated`.
    #[serde(skip)]
    pub(crate) kind: &'static str,
    /// The ARN, or the access key's id.
    pub(crate) resource: String,
}

impl Event for Changed {
    const SERVICE: &'static str = "iam";

    fn kind(&self) -> &'static str {
        self.kind
    }
}
