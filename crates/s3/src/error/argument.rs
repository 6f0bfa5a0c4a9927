//! `InvalidArgument`: which argument, what is wrong, and the value S3 repeats.

use crate::configuration::pacific;
use crate::encryption::customer::CustomerKeyFault;
use base::Timestamp;
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
    /// A page of no buckets, or of more than there may be.
    BucketCount(i32),
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
    /// A date of a lifecycle rule with a time of day, as S3 repeats it.
    LifecycleDate(String),
    /// A rule's id is longer than 255 characters.
    IdLong(String),
    /// Two rules of one id.
    RuleIdTwice(String),
    /// A count of days or versions that is none: the member, its action, the value.
    LifecycleCount(&'static str, &'static str, i32),
    /// A transition that comes too early for its storage class.
    LifecycleEarly(String, i32),
    /// An expiration that does not come after the transition: the rule's prefix.
    LifecycleExpiresFirst(String),
    /// A website without an index document.
    IndexDocumentMissing,
    /// A suffix that is empty or holds a slash.
    IndexDocumentSuffix(String),
    /// A redirect of everything, and something besides.
    RedirectAllAndMore,
    /// Neither `prefix` nor `suffix`.
    FilterRuleName(String),
    /// Two rules of one name in a filter.
    FilterRuleTwice(&'static str),
    /// The ARN of a notification's destination is none of its kind: the element, the ARN.
    NotificationArn(&'static str, String),
    /// The destination lies in another Region than the bucket.
    NotificationRegion(&'static str, String),
    /// No event S3 notifies of.
    NotificationEvent(String),
    /// Two notifications of one id.
    NotificationIdTwice(String),
    /// Two notifications without filters share an event.
    NotificationOverlap(String),
    /// Two notifications share an event, and a key may pass the filters of both.
    NotificationAmbiguous(String),
    /// Destinations that cannot take notifications, each with the reason; the first ten are told.
    NotificationDestinations(Vec<(String, &'static str)>),
    /// A retention of no time at all.
    RetentionPeriod(i32),
    /// A tier that the storage class does not have.
    RestoreTier,
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
            Self::BucketCount(value) => (
                "max-buckets",
                own("Argument max-buckets must be an integer between 1 and 10000"),
                Some(value.to_string()),
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
            Self::RetainUntilPast(at) => (
                "RetainUntilDate",
                own("The retain until date must be in the future!"),
                Some(pacific::text(*at)),
            ),
            Self::BypassWithoutLock => (
                "x-amz-bypass-governance-retention",
                own("x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets."),
                None,
            ),
            Self::CustomerKey(fault) => (SSE, own(customer_key(*fault)), None),
            Self::LifecycleDate(value) => {
                ("Date", own("'Date' must be at midnight GMT"), Some(value.clone()))
            }
            Self::IdLong(id) => {
                ("ID", own("ID length should not exceed allowed limit of 255"), Some(id.clone()))
            }
            Self::RuleIdTwice(id) => {
                ("ID", own("Rule ID must be unique. Found same ID for more than one rule"), Some(id.clone()))
            }
            Self::LifecycleCount(member, action, value) => (
                member,
                format!("'{member}' for {action} action must be a positive integer"),
                Some(value.to_string()),
            ),
            Self::LifecycleEarly(class, days) => (
                "Days",
                format!(
                    "'Days' in Transition action must be greater than or equal to 30 for storageClass '{class}'"
                ),
                Some(days.to_string()),
            ),
            Self::LifecycleExpiresFirst(prefix) => (
                "Days",
                format!(
                    "'Days' in the Expiration action for prefix '{prefix}' must be greater than 'Days' in the Transition action"
                ),
                None,
            ),
            Self::IndexDocumentMissing => (
                "IndexDocument",
                own("A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"),
                Some(own("null")),
            ),
            Self::IndexDocumentSuffix(suffix) => {
                ("IndexDocument", own("The IndexDocument Suffix is not well formed"), Some(suffix.clone()))
            }
            Self::RedirectAllAndMore => (
                "RedirectAllRequestsTo",
                own("RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."),
                Some(own("not null")),
            ),
            Self::FilterRuleName(name) => (
                "FilterRule.Name",
                own("filter rule name must be either prefix or suffix"),
                Some(name.clone()),
            ),
            Self::FilterRuleTwice(name) => (
                "FilterRule",
                format!("Cannot specify more than one {name} rule in a filter."),
                Some(name.to_string()),
            ),
            Self::NotificationArn(element, arn) => {
                (element, own("The ARN could not be parsed"), Some(arn.clone()))
            }
            Self::NotificationRegion(element, arn) => (
                element,
                own(
                    "The notification destination service region is not valid for the bucket location constraint",
                ),
                Some(arn.clone()),
            ),
            Self::NotificationEvent(event) => {
                ("Event", own("The event is not supported for notifications"), Some(event.clone()))
            }
            Self::NotificationIdTwice(id) => {
                ("Id", own("Same ID used for multiple configurations. IDs must be unique."), Some(id.clone()))
            }
            Self::NotificationOverlap(events) => (
                "Event",
                own(
                    "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
                ),
                Some(events.clone()),
            ),
            Self::NotificationAmbiguous(events) => (
                "Event",
                own(
                    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
                ),
                Some(events.clone()),
            ),
            Self::NotificationDestinations(_) => {
                ("", own("Unable to validate the following destination configurations"), None)
            }
            Self::RestoreTier => (
                "Tier",
                own("Retrieval option is not supported by this storage class"),
                Some(own("Expedited")),
            ),
            Self::RetentionPeriod(value) => (
                "DefaultRetention",
                own("Default retention period must be a positive integer value."),
                Some(value.to_string()),
            ),
        }
    }

    pub(super) fn fault(&self) -> Fault {
        if let Self::NotificationDestinations(destinations) = self {
            return numbered(&self.row().1, destinations);
        }
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

/// Several arguments at once: their names carry a number.
fn numbered(sentence: &str, destinations: &[(String, &'static str)]) -> Fault {
    const NAMES: [(&str, &str); 10] = [
        ("ArgumentName1", "ArgumentValue1"),
        ("ArgumentName2", "ArgumentValue2"),
        ("ArgumentName3", "ArgumentValue3"),
        ("ArgumentName4", "ArgumentValue4"),
        ("ArgumentName5", "ArgumentValue5"),
        ("ArgumentName6", "ArgumentValue6"),
        ("ArgumentName7", "ArgumentValue7"),
        ("ArgumentName8", "ArgumentValue8"),
        ("ArgumentName9", "ArgumentValue9"),
        ("ArgumentName10", "ArgumentValue10"),
    ];
    let fault = sender(400, "InvalidArgument", sentence);
    destinations
        .iter()
        .zip(NAMES)
        .fold(fault, |fault, ((arn, reason), (name, value))| fault.with(name, arn).with(value, *reason))
}
