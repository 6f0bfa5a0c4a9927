//! What is wrong with an annotation, or in its way.
//!
//! Sentences follow the API Reference's words for each code; those about locks are as observed.

use wire::{Fault, sender};

/// Why an annotation is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnotationFault {
    /// More than 512 bytes of name.
    NameTooLong,
    /// A name with other characters than names have, or a reserved beginning.
    InvalidName,
    /// No name could begin so.
    InvalidPrefix,
    /// The version has a thousand.
    LimitExceeded,
    /// There is none of that name.
    Missing,
    /// No payload at all, or more than 1 MiB.
    PayloadSize,
    /// The payload is no text.
    NotText,
    /// The object opens by the client's own key.
    CustomerKey,
    /// The version is retained.
    Retained,
    /// The version is held.
    Held,
}

impl AnnotationFault {
    pub(super) fn fault(self) -> Fault {
        match self {
            Self::NameTooLong => {
                sender(400, "AnnotationNameTooLong", "The annotation name exceeds 512 bytes.")
            }
            Self::InvalidName => {
                sender(400, "InvalidAnnotationName", "The annotation name you provided is invalid.")
            }
            Self::InvalidPrefix => {
                sender(400, "InvalidPrefix", "The annotation prefix you provided is invalid.")
            }
            Self::LimitExceeded => sender(
                400,
                "AnnotationLimitExceeded",
                "The request would exceed the maximum number of annotations allowed per object.",
            ),
            Self::Missing => {
                sender(404, "NoSuchAnnotation", "The specified annotation does not exist on this object.")
            }
            Self::PayloadSize => sender(
                400,
                "InvalidRequest",
                "An annotation payload must be between 1 byte and 1 MiB in size.",
            ),
            Self::NotText => {
                sender(415, "UnsupportedMediaType", "The annotation payload is not valid UTF-8 encoded text.")
            }
            Self::CustomerKey => sender(
                400,
                "InvalidRequest",
                "Server-side encryption with customer-provided keys (SSE-C) is not supported for annotations.",
            ),
            Self::Retained => sender(
                403,
                "AccessDenied",
                "Access Denied because object protected by object lock retention.",
            ),
            Self::Held => sender(
                403,
                "AccessDenied",
                "Access Denied because object protected by object lock legal hold.",
            ),
        }
    }
}
