//! Refusals of trust stores.

use wire::{Fault, sender};

/// What is refused of trust stores. The sentences are those of the API's model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// No such trust store.
    NoStore,
    /// The name is another's.
    Exists,
    /// Too many trust stores.
    TooMany,
    /// Names and ARNs are given.
    NamesAndArns,
    /// It cannot be used yet.
    NotReady(String),
    /// A listener names it.
    InUse,
    /// No such bundle.
    NoBundle,
    /// The bundle is not of certificates.
    Bundle,
    /// No such list.
    NoContent,
    /// The list is none.
    Content,
    /// Too many lists.
    TooManyEntries,
    /// No list of that number.
    NoRevocation,
    /// The association is within the account.
    SameAccount,
    /// No such association.
    NoAssociation,
    /// No policy.
    NoResource,
}

impl Trust {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        let (code, sentence) = match self {
            Self::NoStore => ("TrustStoreNotFound", "The specified trust store does not exist."),
            Self::Exists => {
                ("DuplicateTrustStoreName", "A trust store with the specified name already exists.")
            }
            Self::TooMany => (
                "TooManyTrustStores",
                "You've reached the limit on the number of trust stores for your Amazon Web Services account.",
            ),
            Self::NamesAndArns => (
                "ValidationError",
                "Trust store names and trust store ARNs cannot be specified at the same time",
            ),
            Self::NotReady(arn) => {
                return sender(
                    400,
                    "TrustStoreNotReady",
                    format!("Trust store with ARN '{arn}' is not in ACTIVE state"),
                );
            }
            Self::InUse => ("TrustStoreInUse", "The specified trust store is currently in use."),
            Self::NoBundle => {
                ("CaCertificatesBundleNotFound", "The specified ca certificate bundle does not exist.")
            }
            Self::Bundle => (
                "InvalidCaCertificatesBundle",
                "The specified ca certificate bundle is in an invalid format, or corrupt.",
            ),
            Self::NoContent => ("RevocationContentNotFound", "The specified revocation file does not exist."),
            Self::Content => (
                "InvalidRevocationContent",
                "The provided revocation file is an invalid format, or uses an incorrect algorithm.",
            ),
            Self::TooManyEntries => (
                "TooManyTrustStoreRevocationEntries",
                "The specified trust store has too many revocation entries.",
            ),
            Self::NoRevocation => ("RevocationIdNotFound", "The specified revocation ID does not exist."),
            Self::SameAccount => (
                "DeleteAssociationSameAccount",
                "The specified association can't be within the same account.",
            ),
            Self::NoAssociation => ("AssociationNotFound", "The specified association does not exist."),
            Self::NoResource => ("ResourceNotFound", "The specified resource does not exist."),
        };
        sender(400, code, sentence)
    }
}
