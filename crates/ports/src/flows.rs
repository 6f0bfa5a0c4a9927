//! The gateway's need: what becomes of a flow between two ends of a network, and why. Met by `vpc`.

use crate::World;
use base::Scope;

/// Judges flows.
pub trait Flows: Send + Sync {
    /// What becomes of a flow, every step of it, as what is shown.
    ///
    /// # Errors
    /// What is asked names nothing, or makes no flow.
    fn explain(
        &self,
        world: &World,
        scope: &Scope,
        asked: &AskedFlow<'_>,
    ) -> Result<serde_json::Value, FlowProblem>;
}

/// A flow as people ask for it.
#[derive(Clone, Copy, Debug)]
pub struct AskedFlow<'a> {
    /// Who begins: the id of an interface, an instance or an internet gateway, an address, or `internet`.
    pub from: &'a str,
    /// With whom: likewise.
    pub to: &'a str,
    /// `tcp`, `udp`, `icmp` or a number.
    pub protocol: &'a str,
    /// The destination port; none for any that passes.
    pub port: Option<u16>,
}

/// Why a flow is not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowProblem {
    /// Nothing has that id.
    Unknown(String),
    /// It is no flow; the text says why.
    NoFlow(String),
}
