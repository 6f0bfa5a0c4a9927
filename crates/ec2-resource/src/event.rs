//! What is announced of resources.

use serde::Serialize;
use store::Event;

/// A resource came, changed or went.
#[derive(Serialize)]
pub struct Changed {
    /// `VpcCreated`.
    #[serde(skip)]
    pub kind: &'static str,
    /// The resource's ARN.
    pub resource: String,
}

impl Event for Changed {
    const SERVICE: &'static str = "ec2";

    fn kind(&self) -> &'static str {
        self.kind
    }
}
