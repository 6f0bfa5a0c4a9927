//! What the operations of route53domains refuse, in AWS's words.

use store::StoreError;
use wire::{AwsError, Fault, receiver, sender};

/// Everything the operations of route53domains refuse.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Error {
    /// The account has no such domain.
    NoDomain {
        /// The name.
        name: String,
        /// The account.
        account: String,
    },
    /// What is wrong with a request, as the sentence says.
    Input(String),
    /// Several things that are wrong with a request.
    Wrong(Vec<String>),
    /// Nothing is registered under that top-level domain.
    UnsupportedTld(String),
    /// The registration is under way; its operation.
    Duplicate(String),
    /// The registry does not let it be done.
    NotOfTld,
    /// More years than the registry gives; how many it does.
    TooManyYears(i32),
    /// The registry publishes no more keys.
    TooManySigners,
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
            Self::NoDomain { name, account } => {
                sender(400, "InvalidInput", format!("Domain {name} not found in {account} account."))
            }
            Self::Input(sentence) => sender(400, "InvalidInput", sentence.clone()),
            Self::Wrong(sentences) => {
                let sentences = sentences.join("\n\t");
                sender(400, "InvalidInput", format!("The requested item is not acceptable.\n\t{sentences}"))
            }
            Self::UnsupportedTld(suffix) => sender(
                400,
                "UnsupportedTLD",
                format!("Amazon Route53 does not support the top-level domain (TLD) `.{suffix}`."),
            ),
            Self::Duplicate(operation) => {
                sender(400, "DuplicateRequest", "The request is already in progress for the domain.")
                    .with("requestId", operation.clone())
            }
            // API reference, TLDRulesViolation.
            Self::NotOfTld => {
                sender(400, "TLDRulesViolation", "The top-level domain does not support this operation.")
            }
            Self::TooManyYears(years) => sender(
                400,
                "TLDRulesViolation",
                format!("A domain can be registered for {years} years at the most"),
            ),
            Self::TooManySigners => sender(
                400,
                "DnssecLimitExceeded",
                "This error is returned if you call AssociateDelegationSignerToDomain when the specified domain has reached the maximum number of DS records. You can't add any additional DS records unless you delete an existing one first.",
            ),
            Self::Store(error) => {
                receiver(500, "InternalFailure", "An internal error has occurred").because(error)
            }
        }
    }
}
