//! `InvalidArgument`: which argument, what is wrong, and the value S3 repeats.

use crate::encryption::customer::CustomerKeyFault;
use base::Timestamp;
use time::macros::{format_description, offset};
use wire::{Fault, sender};

/// The header that S3 names whatever is wrong with an encryption.
const SSE: &str = "x-amz-server-side-encryption";

/// An argument that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// No version id S3 could have made, or any id on a bucket that never had versions.
    VersionId(String),
    /// No part number.
    PartNumber(String),
    /// Not `url`.
    EncodingType(String),
    /// A negative count: the argument, the value.
    Count(&'static str, String),
    /// A token of another call, or none at all.
    ContinuationToken,
    /// A version marker without a key marker.
    VersionMarkerAlone(String),
    /// An upload marker of another key.
    UploadIdMarker(String),
    /// No such Region.
    BucketRegion(String),
    /// A copy source without a key.
    CopySource,
    /// A copy range that is not `bytes=first-last`.
    CopyRangeForm(String),
    /// A copy range that ends past the object.
    CopyRangeSize(String, u64),
    /// `x-amz-tagging` is no query string.
    TaggingHeader(String),
    /// A response override that no header can carry.
    ResponseHeader(&'static str, String),
    /// An unknown canned ACL.
    CannedAcl(String),
    /// A grantee that is none: the header, what stands there.
    GrantFormat(&'static str, String),
    /// A canonical id that is none: where it stands, the id.
    GranteeId(&'static str, String),
    /// A group nobody knows: where it stands, the URI.
    GroupUri(&'static str, String),
    /// An unknown object ownership.
    ObjectOwnership(String),
    /// A key id with an encryption that has none.
    KeyIdWithoutKms,
    /// A key id, and no word of KMS.
    KeyIdWithoutAlgorithm,
    /// SSE-C and another encryption at once.
    CustomerKeyWithOther(String),
    /// The headers of SSE-C.
    CustomerKey(CustomerKeyFault),
    /// No lock mode.
    LockMode(String),
    /// A lock's mode or its end alone; the header that is missing.
    LockHalf(&'static str),
    /// A retention that ends before it begins.
    RetainUntilPast(Timestamp),
    /// A bypass where nothing is locked.
    BypassWithoutLock,
}

impl Argument {
    /// The argument's name, the sentence, and the value where S3 repeats it.
    fn row(&self) -> (&'static str, String, Option<String>) {
        let own = |text: &str| text.to_owned();
        match self {
            Self::VersionId(id) => ("versionId", own("Invalid version id specified"), Some(id.clone())),
            Self::PartNumber(value) => (
                "partNumber",
                own("Part number must be an integer between 1 and 10000, inclusive"),
                Some(value.clone()),
            ),
            Self::EncodingType(value) => {
                ("encoding-type", own("Invalid Encoding Method specified in Request"), Some(value.clone()))
            }
            Self::Count(name, value) => (
                name,
                format!("Argument {name} must be an integer between 0 and 2147483647"),
                Some(value.clone()),
            ),
            Self::ContinuationToken => {
                ("continuation-token", own("The continuation token provided is incorrect"), None)
            }
            Self::VersionMarkerAlone(value) => (
                "version-id-marker",
                own("A version-id marker cannot be specified without a key marker."),
                Some(value.clone()),
            ),
            Self::UploadIdMarker(value) => {
                ("upload-id-marker", own("Invalid uploadId marker"), Some(value.clone()))
            }
            Self::BucketRegion(value) => {
                ("bucket-region", format!("Argument value {value} is not a valid AWS Region"), None)
            }
            Self::CopySource => {
                ("x-amz-copy-source", own("Invalid copy source object key"), Some(own("x-amz-copy-source")))
            }
            Self::CopyRangeForm(value) => (
                "x-amz-copy-source-range",
                own(
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
                ),
                Some(value.clone()),
            ),
            Self::CopyRangeSize(value, size) => (
                "x-amz-copy-source-range",
                format!("Range specified is not valid for source object of size: {size}"),
                Some(value.clone()),
            ),
            Self::TaggingHeader(value) => (
                "x-amz-tagging",
                own(
                    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
                ),
                Some(value.clone()),
            ),
            Self::ResponseHeader(name, value) => {
                (name, own("Header value cannot be represented using ISO-8859-1."), Some(value.clone()))
            }
            Self::CannedAcl(value) => ("x-amz-acl", String::new(), Some(value.clone())),
            Self::GrantFormat(name, value) => {
                (name, own("Argument format not recognized"), Some(value.clone()))
            }
            Self::GranteeId(name, value) => (name, own("Invalid id"), Some(value.clone())),
            Self::GroupUri(name, value) => (name, own("Invalid group uri"), Some(value.clone())),
            Self::ObjectOwnership(value) => {
                ("x-amz-object-ownership", format!("Invalid x-amz-object-ownership header: {value}"), None)
            }
            Self::KeyIdWithoutKms => (
                "ApplyServerSideEncryptionByDefault",
                own(
                    "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
                ),
                None,
            ),
            Self::KeyIdWithoutAlgorithm => (
                SSE,
                own(
                    "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
                ),
                None,
            ),
            Self::CustomerKeyWithOther(value) => (
                SSE,
                own(
                    "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
                ),
                Some(value.clone()),
            ),
            Self::LockMode(value) => {
                ("x-amz-object-lock-mode", own("Unknown wormMode directive."), Some(value.clone()))
            }
            Self::LockHalf(missing) => (
                missing,
                own("x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"),
                None,
            ),
            Self::RetainUntilPast(at) => {
                ("RetainUntilDate", own("The retain until date must be in the future!"), Some(seattle(*at)))
            }
            Self::BypassWithoutLock => (
                "x-amz-bypass-governance-retention",
                own("x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets."),
                None,
            ),
            Self::CustomerKey(fault) => (SSE, own(customer_key(*fault)), None),
        }
    }

    pub(super) fn fault(&self) -> Fault {
        let (name, sentence, value) = self.row();
        let mut fault = sender(400, "InvalidArgument", sentence).with("ArgumentName", name);
        if let Some(value) = value {
            fault = fault.with("ArgumentValue", value);
        }
        fault
    }
}

fn customer_key(fault: CustomerKeyFault) -> &'static str {
    match fault {
        CustomerKeyFault::Algorithm => {
            "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm."
        }
        CustomerKeyFault::Key => {
            "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key."
        }
        CustomerKeyFault::Size => "The secret key was invalid for the specified algorithm.",
        CustomerKeyFault::Md5 => {
            "The calculated MD5 hash of the key did not match the hash that was provided."
        }
    }
}

/// A moment as S3's own machines print it: `Tue Dec 31 16:00:00 PST 2019`. Summer time is not accounted for.
fn seattle(at: Timestamp) -> String {
    let form = format_description!(
        "[weekday repr:short] [month repr:short] [day] [hour]:[minute]:[second] PST [year]"
    );
    let moment = time::OffsetDateTime::from_unix_timestamp(at.millis.div_euclid(1000)).ok();
    moment.and_then(|moment| moment.to_offset(offset!(-8)).format(form).ok()).unwrap_or_default()
}
