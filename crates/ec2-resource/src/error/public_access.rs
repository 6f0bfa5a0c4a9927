//! What is refused of the block of public access and of its exclusions.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicAccess {
    /// The VPC or the subnet is excluded already: the exclusion, and the ARN.
    Excluded(String, String),
    /// The exclusion is about to come, to change or to go.
    Turning(String, &'static str),
}

impl PublicAccess {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::Excluded(exclusion, arn) => (
                "InvalidParameterValue",
                format!("The resource {arn} has the VPC Block Public Access exclusion {exclusion} already."),
            ),
            Self::Turning(exclusion, state) => (
                "IncorrectState",
                format!("The VPC Block Public Access exclusion {exclusion} is in the state {state}."),
            ),
        }
    }
}
