//! What is refused, in AWS's words.

use store::StoreError;
use wire::{AwsError, Fault, receiver};

/// Everything this crate refuses.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The store failed; the log says why.
    Store(StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Store(_) => receiver(500, "InternalError", "An internal error has occurred"),
        }
    }
}
