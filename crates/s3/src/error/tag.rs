//! Why tags are refused.

use wire::{Fault, sender};

/// What is wrong with a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagFault {
    /// The key.
    Key(String),
    /// The value.
    Value(String, String),
    /// Two tags of one key.
    Duplicate(String),
    /// The reserved prefix, on a bucket.
    SystemOfBucket,
    /// The reserved prefix, on an object.
    SystemOfObject,
    /// The reserved prefix, at CreateBucket and in S3 Control.
    SystemAtCreation,
    /// Two tags of one key, at CreateBucket and in S3 Control.
    DuplicateAtCreation,
    /// Characters or lengths that tags cannot have, at CreateBucket and in S3 Control.
    TextAtCreation,
}

impl TagFault {
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::Key(key) => {
                sender(400, "InvalidTag", "The TagKey you have provided is invalid").with("TagKey", key)
            }
            Self::Value(key, value) => sender(400, "InvalidTag", "The TagValue you have provided is invalid")
                .with("TagKey", key)
                .with("TagValue", value),
            Self::Duplicate(key) => {
                sender(400, "InvalidTag", "Cannot provide multiple Tags with the same key")
                    .with("TagKey", key)
            }
            Self::SystemOfBucket => {
                sender(400, "InvalidTag", "System tags cannot be added/updated by requester")
            }
            Self::SystemOfObject => sender(400, "InvalidTag", "Your TagKey cannot be prefixed with aws:"),
            Self::SystemAtCreation => sender(
                400,
                "InvalidTag",
                "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \"aws:\" from your tag keys and try again.",
            ),
            Self::DuplicateAtCreation => sender(
                400,
                "InvalidTag",
                "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.",
            ),
            Self::TextAtCreation => sender(
                400,
                "InvalidTag",
                "This request contains a tag key or value that isn't valid. Valid characters include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.",
            ),
        }
    }
}
