//! Refused by the IAM Toolbox. No answer of the preview is on record; the sentences are those its model has.

use wire::{Fault, sender};

/// Refused by the IAM Toolbox.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ToolboxRefusal {
    /// No denial of that id in the Region, or none that the caller's account may see.
    NoDetails,
    /// The same, or the denial has no such policy.
    NoPolicy,
    /// A page token is none of ours.
    Malformed,
}

impl ToolboxRefusal {
    pub(super) fn fault(self) -> Fault {
        match self {
            Self::NoDetails => sender(
                404,
                "ResourceNotFoundException",
                "The requested authorization details do not exist in this region or have expired.",
            ),
            Self::NoPolicy => sender(
                404,
                "ResourceNotFoundException",
                "The requested policy or authorization details do not exist in this region or have expired.",
            ),
            Self::Malformed => sender(
                400,
                "ValidationException",
                "The request is malformed or is missing one or more required parameters.",
            ),
        }
    }
}
