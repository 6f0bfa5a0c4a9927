//! What is wrong with an ACL.

use super::MALFORMED_XML;
use wire::{Fault, sender};

/// What is wrong with an ACL as a whole. Single grantees are arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AclFault {
    /// The document breaks the schema.
    Malformed,
    /// A header and a document at once.
    HeaderAndDocument,
    /// Neither a header nor a document.
    None,
    /// A grant by e-mail address, which ended in October 2025.
    EmailGrantee {
        /// The request's method.
        method: String,
        /// What it was asked of.
        resource: &'static str,
    },
    /// A public ACL at creation: new buckets block public access.
    PublicAtCreation,
}

impl AclFault {
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::Malformed => sender(400, "MalformedACLError", MALFORMED_XML),
            Self::HeaderAndDocument => {
                sender(400, "UnexpectedContent", "This request does not support content")
            }
            Self::None => sender(400, "MissingSecurityHeader", "Your request was missing a required header")
                .with("MissingHeaderName", "x-amz-acl"),
            Self::EmailGrantee { method, resource } => {
                sender(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
                    .with("Method", method)
                    .with("ResourceType", *resource)
            }
            Self::PublicAtCreation => sender(
                400,
                "InvalidBucketAclWithBlockPublicAccessError",
                "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
            ),
        }
    }
}
