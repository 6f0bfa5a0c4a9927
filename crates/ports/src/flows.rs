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

    /// Whether a flow passes, in few words. What was `carried` is counted: flow logs tell of it.
    ///
    /// # Errors
    /// What is asked names nothing, or makes no flow.
    fn judge(
        &self,
        world: &World,
        scope: &Scope,
        asked: &AskedFlow<'_>,
        carried: Option<&Carried>,
    ) -> Result<serde_json::Value, FlowProblem>;
}

/// What a data plane carried of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The source port; an ephemeral one where none is said.
    pub from_port: Option<u16>,
    /// Packets there.
    pub packets: u64,
    /// Bytes there.
    pub bytes: u64,
    /// Packets back, where the flow passes.
    pub reply_packets: u64,
    /// Bytes back.
    pub reply_bytes: u64,
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
