//! Whether a certificate, key or credential may be used.

use crate::error::CredentialRefusal;
use serde::{Deserialize, Serialize};

/// What its owner says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Active,
    Inactive,
}

impl Status {
    /// Reads AWS's word. The model knows `Expired` too, which time says and nobody sets.
    pub(crate) fn read(word: Option<&str>) -> Result<Self, CredentialRefusal> {
        match word {
            Some("Active") => Ok(Self::Active),
            Some("Inactive") => Ok(Self::Inactive),
            _ => Err(CredentialRefusal::Status),
        }
    }

    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }
}
