//! What this crate announces.

use serde::Serialize;
use store::Event;

/// Something of a load balancer came, changed or went.
#[derive(Serialize)]
pub(crate) struct Changed {
    /// `LoadBalancerCreated`.
    #[serde(skip)]
    pub(crate) kind: &'static str,
    /// Its ARN.
    pub(crate) resource: String,
}

impl Event for Changed {
    const SERVICE: &'static str = "elasticloadbalancing";

    fn kind(&self) -> &'static str {
        self.kind
    }
}
