//! What this crate announces.

use serde::Serialize;
use store::Event;

/// Something of a file system came, changed or went.
#[derive(Serialize)]
pub(crate) struct Changed {
    /// `FileSystemCreated`.
    #[serde(skip)]
    pub(crate) kind: &'static str,
    /// Its ARN, or the id of what has none.
    pub(crate) resource: String,
}

impl Event for Changed {
    const SERVICE: &'static str = "efs";

    fn kind(&self) -> &'static str {
        self.kind
    }
}
