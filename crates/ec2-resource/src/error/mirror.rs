//! What is refused about mirrored traffic. The sentence of a target in use is one that AWS wrote into a client's log
//! (TrafficMirrorTargetInUse); that of a filter is taken to be its like. The codes stand in the EC2 API reference,
//! "Error codes".

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mirror {
    /// A target that a session uses: target and session.
    TargetInUse(String, String),
    /// A filter that a session uses: filter and session.
    FilterInUse(String, String),
    /// The filter has a rule of that number in that direction.
    RuleExists(i32, &'static str),
    /// The interface has as many sessions as it may have.
    SessionLimit(String),
}

impl Mirror {
    /// Code and sentence.
    pub(super) fn said(&self) -> (&'static str, String) {
        match self {
            Self::TargetInUse(id, session) => {
                ("TrafficMirrorTargetInUse", format!("Cannot delete {id}. Target is in use by {session}"))
            }
            Self::FilterInUse(id, session) => {
                ("TrafficMirrorFilterInUse", format!("Cannot delete {id}. Filter is in use by {session}"))
            }
            Self::RuleExists(number, direction) => (
                "TrafficMirrorFilterRuleAlreadyExists",
                format!("The {direction} rule with number {number} already exists."),
            ),
            Self::SessionLimit(id) => (
                "TrafficMirrorSessionsPerInterfaceLimitExceeded",
                format!("The maximum number of Traffic Mirror sessions for {id} has been reached."),
            ),
        }
    }
}
