//! Why the encryption of an object is not changed. Sentences are those of the API Reference, UpdateObjectEncryption.

use wire::{Fault, sender};

const SOURCE: &str = "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or SSE-C. Only source objects encrypted with SSE-S3 or SSE-KMS are supported.";
const SIGNATURE: &str = "Requests that modify an object encryption configuration require AWS Signature Version 4. Modify the request to use AWS Signature Version 4, and then try again.";
const TYPE: &str = "Requests that modify an object encryption configuration require a valid new encryption type. Valid values are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.";
const NO_KEY: &str = "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name (ARN). Modify the request to specify a KMS key ARN, and then try again.";
const BAD_KEY: &str = "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name (ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try again.";
const OTHER_ACCOUNT: &str = "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to specify a KMS key from the same account, and then try again.";
const LOCKED: &str = "The encryption type for the specified object can\u{2019}t be updated because that object is protected by S3 Object Lock. If the object has a governance-mode retention period or a legal hold, you must first remove the Object Lock status on the object before you issue your UpdateObjectEncryption request. You can't use the UpdateObjectEncryption operation with objects that have an Object Lock compliance mode retention period applied to them.";

/// Why an object's encryption is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncryptionFault {
    /// The object opens by two layers, or by the client's own key.
    Source,
    /// The request is signed by an older version.
    Signature,
    /// No type to change to.
    Type,
    /// No key.
    NoKey,
    /// The key is named by something else than its ARN.
    BadKey,
    /// The key is not of the bucket's account.
    OtherAccount,
    /// The version is retained or held.
    Locked,
}

impl EncryptionFault {
    pub(super) fn fault(self) -> Fault {
        match self {
            Self::Source => sender(400, "InvalidRequest", SOURCE),
            Self::Signature => sender(400, "InvalidRequest", SIGNATURE),
            Self::Type => sender(400, "InvalidRequest", TYPE),
            Self::NoKey => sender(400, "InvalidRequest", NO_KEY),
            Self::BadKey => sender(400, "InvalidRequest", BAD_KEY),
            Self::OtherAccount => sender(403, "AccessDenied", OTHER_ACCOUNT),
            Self::Locked => sender(403, "AccessDenied", LOCKED),
        }
    }
}
