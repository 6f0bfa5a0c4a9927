//! `InvalidRequest`: the sentences.

use crate::checksum::{Algorithm, Coverage};

/// A request that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A range and a part.
    RangeAndPart,
    /// A copy range that begins past the object.
    CopyRange,
    /// A delete marker as the source of a copy.
    CopyOfMarker,
    /// An object onto itself, unchanged.
    CopyOntoItself,
    /// A source past 5 GiB.
    CopyTooLarge,
    /// Response overrides without a signature.
    OverridesOfAnonymous,
    /// The object opens by a key only.
    CustomerKeyNeeded,
    /// A key for an object that needs none.
    CustomerKeyNotApplicable,
    /// The upload was begun with a key, the part comes without.
    PartKeyMissing,
    /// The part's key is not the upload's.
    PartKeyOther,
    /// The bucket has no object lock.
    NoLockConfiguration,
    /// No part at completion.
    NoParts,
    /// `x-amz-mp-object-size`: claimed, computed.
    ObjectSize(i64, u64),
    /// A document that nobody vouches for, where S3 asks that somebody does.
    DigestMissing,
    /// A locked object's bytes that nobody vouches for.
    LockDigestMissing,
    /// A checksum that is no value of its algorithm.
    ChecksumValue(Algorithm),
    /// `x-amz-checksum-mode` other than `ENABLED`.
    ChecksumShown,
    /// Two checksums.
    ChecksumsSeveral,
    /// An algorithm nobody computes.
    ChecksumUnsupported,
    /// A type without an algorithm.
    ChecksumType,
    /// A type the algorithm cannot cover.
    ChecksumPair {
        /// The type.
        coverage: Coverage,
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// A part's checksum is of another algorithm than the upload's.
    PartAlgorithm {
        /// The upload's.
        expected: &'static str,
        /// The part's.
        actual: &'static str,
    },
    /// Completion lacks a part's checksum.
    PartChecksumMissing(&'static str, i32),
    /// Completion names another type; `None` where the upload named none.
    ChecksumMode(Option<Coverage>),
    /// Nothing to configure.
    NoConfiguration,
    /// A CORS method S3 does not know.
    CorsMethod(String),
    /// Acceleration of a dotted name.
    AccelerateDots,
    /// Two equal keys in a lifecycle filter.
    LifecycleTagsTwice,
    /// An unknown minimum size of transitions.
    TransitionSize(String),
    /// A sub-resource with a required header missing.
    AclSeveral,
    /// More CORS rules than a bucket may have.
    CorsRules,
    /// A CORS pattern with two wildcards: the element, the pattern.
    CorsWildcards(&'static str, String),
    /// A pattern where CORS has none.
    CorsExposed(String),
    /// A lifecycle rule that does nothing.
    LifecycleNoAction,
    /// Days and dates in one lifecycle rule: its prefix.
    LifecycleMixed(String),
    /// A lifecycle rule with a filter and a prefix beside it.
    LifecyclePrefix,
    /// A website's protocol is neither.
    WebsiteProtocol,
    /// A redirect that replaces key and prefix.
    WebsiteReplacesTwice,
    /// A routing rule's condition without a condition.
    WebsiteCondition,
    /// More routing rules than a website may have.
    WebsiteRules,
    /// A routing rule redirects by a status that does not redirect.
    WebsiteRedirectCode(u16),
    /// A routing rule waits for a status that is no refusal.
    WebsiteErrorCode(u16),
    /// Replication out of a bucket without versions.
    ReplicationSource,
    /// Replication into a bucket without versions, or into none.
    ReplicationDestination,
    /// A rule with a filter lacks what such rules must say.
    ReplicationLacks(&'static str),
    /// Tags by an operation that does not write them while the bucket's access is decided by them.
    TagsByAbac,
}

impl Refusal {
    /// The sentence.
    pub(super) fn sentence(&self) -> String {
        let own = |text: &str| text.to_owned();
        match self {
            Self::RangeAndPart => own("Cannot specify both Range header and partNumber query parameter"),
            Self::CopyRange => own("The specified copy range is invalid for the source object size"),
            Self::CopyOfMarker => own(
                "The source of a copy request may not specifically refer to a delete marker by version id.",
            ),
            Self::CustomerKeyNeeded => own(
                "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
            ),
            Self::CustomerKeyNotApplicable => {
                own("The encryption parameters are not applicable to this object.")
            }
            Self::PartKeyMissing => own(
                "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.",
            ),
            Self::PartKeyOther => {
                own("The provided encryption parameters did not match the ones used originally.")
            }
            Self::NoLockConfiguration => own("Bucket is missing Object Lock Configuration"),
            Self::CopyOntoItself => own(
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
            ),
            Self::CopyTooLarge => own(
                "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
            ),
            Self::OverridesOfAnonymous => {
                own("Request specific response headers cannot be used for anonymous GET requests.")
            }
            Self::NoParts => own("You must specify at least one part"),
            Self::ObjectSize(claimed, computed) => format!(
                "The provided 'x-amz-mp-object-size' header value {claimed} does not match what was computed: {computed}"
            ),
            Self::DigestMissing => {
                own("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
            }
            Self::LockDigestMissing => own(
                "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
            ),
            Self::ChecksumValue(algorithm) => {
                format!("Value for x-amz-checksum-{} header is invalid.", algorithm.lower())
            }
            Self::ChecksumShown => own("Value for x-amz-checksum-mode header is invalid."),
            Self::ChecksumsSeveral => {
                own("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
            }
            Self::ChecksumUnsupported => own(
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
            ),
            Self::ChecksumType => own(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            ),
            Self::ChecksumPair { coverage, algorithm } => format!(
                "The {} checksum type cannot be used with the {} checksum algorithm.",
                coverage.name(),
                algorithm.lower()
            ),
            Self::PartAlgorithm { expected, actual } => format!(
                "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}"
            ),
            Self::PartChecksumMissing(name, part) => format!(
                "The upload was created using a {name} checksum. The complete request must include the checksum for each part. It was missing for part {part} in the request."
            ),
            Self::ChecksumMode(coverage) => format!(
                "The upload was created using the {} checksum mode. The complete request must use the same checksum mode.",
                coverage.map_or("null", Coverage::name)
            ),
            Self::NoConfiguration => own("Must specify at least one configuration."),
            Self::CorsMethod(method) => {
                format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}")
            }
            Self::AccelerateDots => {
                own("S3 Transfer Acceleration is not supported for buckets with periods (.) in their names")
            }
            Self::LifecycleTagsTwice => own("Duplicate Tag Keys are not allowed."),
            Self::TransitionSize(value) => {
                format!("Invalid TransitionDefaultMinimumObjectSize found: {value}")
            }
            Self::AclSeveral => own("Specifying both Canned ACLs and Header Grants is not allowed"),
            Self::CorsRules => own("The number of CORS rules should not exceed allowed limit of 100 rules."),
            Self::CorsWildcards(element, pattern) => {
                format!("{element} \"{pattern}\" can not have more than one wildcard.")
            }
            Self::CorsExposed(header) => format!(
                "ExposeHeader \"{header}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
            ),
            Self::LifecycleNoAction => own("At least one action needs to be specified in a rule"),
            Self::LifecycleMixed(prefix) => format!(
                "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for prefix '{prefix}'"
            ),
            Self::LifecyclePrefix => own(
                "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
            ),
            Self::WebsiteProtocol => own(
                "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.",
            ),
            Self::WebsiteReplacesTwice => {
                own("You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
            }
            Self::WebsiteCondition => own(
                "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
            ),
            Self::WebsiteRules => {
                own("The number of routing rules should not exceed allowed limit of 50 rules.")
            }
            Self::WebsiteRedirectCode(code) => format!(
                "The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX except 300."
            ),
            Self::WebsiteErrorCode(code) => {
                format!("The provided HTTP error code ({code}) is not valid. Valid codes are 4XX or 5XX.")
            }
            Self::ReplicationSource => {
                own("Versioning must be 'Enabled' on the bucket to apply a replication configuration")
            }
            Self::ReplicationDestination => own("Destination bucket must have versioning enabled."),
            Self::ReplicationLacks(member) => format!(
                "{member} must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information."
            ),
            Self::TagsByAbac => own(
                "Attribute-based access control is enabled for this bucket. Use TagResource and UntagResource to change its tags.",
            ),
        }
    }
}
