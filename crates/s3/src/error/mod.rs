//! What S3 refuses: code, status, sentence and members of each.
//!
//! Codes and sentences are those S3 answers, odd spelling and double spaces included. Sources: recorded answers, and
//! the Amazon S3 API Reference, "Error responses".

mod access_point;
mod acl;
mod annotation;
mod argument;
mod configuration;
mod cors;
mod encryption;
mod post;
mod refusal;
mod tag;

pub(crate) use access_point::AccessPointFault;
pub(crate) use acl::AclFault;
pub(crate) use annotation::AnnotationFault;
pub(crate) use argument::Argument;
pub(crate) use configuration::{Configuration, ConfigurationFault};
pub(crate) use cors::CorsFault;
pub(crate) use encryption::EncryptionFault;
pub(crate) use post::PostFault;
pub(crate) use refusal::Refusal;
pub(crate) use tag::TagFault;

use base::Timestamp;
use blob::BlobError;
use ports::{DENY_ID, Denied};
use store::StoreError;
use wire::codec::timestamp;
use wire::{AwsError, Fault, receiver, sender};

/// Why a call fails.
#[derive(Debug)]
pub enum Error {
    /// The caller may not; within one account AWS explains more, across accounts it does not.
    AccessDenied,
    /// Policies do not allow it to the caller.
    Denied(Denied),
    /// The bucket does not exist.
    NoSuchBucket(String),
    /// The name breaks the rules for new buckets.
    InvalidBucketName(String),
    /// Another account has the name.
    BucketAlreadyExists(String),
    /// The caller's account has the name.
    BucketAlreadyOwnedByYou(String),
    /// There are objects, versions or delete markers in it.
    BucketNotEmpty {
        /// The bucket.
        bucket: String,
        /// It was versioned once.
        versioned: bool,
    },
    /// The account has as many buckets as it may.
    TooManyBuckets,
    /// The bucket would lie in another Region than the endpoint's.
    IllegalLocationConstraint(String),
    /// No such Region.
    InvalidLocationConstraint(String),
    /// The name lacks the suffix of the account's own namespace.
    InvalidNamespaceHeader,
    /// The expected owner is no account id.
    InvalidBucketOwner(String),
    /// PutBucketVersioning without a status.
    VersioningStatusMissing,
    /// The configuration was never made, or was deleted.
    NotConfigured(Configuration, String),
    /// The document breaks the schema.
    MalformedXml,
    /// The policy is no policy.
    MalformedPolicy(policy::grammar::Refusal),
    /// There was no body where one belongs.
    MissingBody,
    /// A configuration does not fit the bucket, or its surroundings.
    Configuration(ConfigurationFault),
    /// ACLs are switched off in this bucket.
    AclNotSupported,
    /// A bucket with ACLs and without them at once.
    AclWithOwnership,
    /// A preflight is refused.
    Cors(CorsFault),
    /// A website is asked for more than GET and HEAD.
    WebsiteMethod(String),
    /// A browser's form is refused.
    Post(PostFault),
    /// An access point is missing, or cannot be.
    AccessPoint(AccessPointFault),
    /// An access point's name where only the bucket's own will do: the method.
    NotThroughAccessPoint(&'static str),
    /// An annotation is refused.
    Annotation(AnnotationFault),
    /// The encryption of an object is not changed.
    Encryption(EncryptionFault),
    /// The ACL is none.
    Acl(AclFault),
    /// Tags break the rules.
    InvalidTag(TagFault),
    /// More tags than a bucket or an object may have.
    TooManyTags(&'static str),
    /// No such object; a delete marker may stand in its place.
    NoSuchKey {
        /// The key as S3 repeats it.
        key: String,
        /// The version id of the delete marker that is the current version.
        marker: Option<String>,
    },
    /// The version is gone.
    NoSuchVersion {
        /// The object.
        key: String,
        /// The version.
        version_id: String,
    },
    /// A delete marker was addressed by its id.
    MethodNotAllowed {
        /// The method.
        method: String,
        /// When the marker was made.
        at: Timestamp,
        /// Its id.
        version_id: String,
    },
    /// The key is longer than 1024 bytes.
    KeyTooLong(usize),
    /// User metadata beyond 2 KiB.
    MetadataTooLarge(usize),
    /// Beyond what one upload may hold.
    EntityTooLarge {
        /// Announced bytes.
        proposed: u64,
        /// Most bytes.
        most: u64,
    },
    /// Below what a form's policy asks for.
    EntityTooSmall {
        /// Bytes that came.
        proposed: u64,
        /// Least bytes.
        least: u64,
    },
    /// A part that is not the last is below 5 MiB.
    PartTooSmall {
        /// Its bytes.
        proposed: u64,
        /// Its number.
        number: i32,
        /// Its ETag, without quotes.
        e_tag: String,
    },
    /// The MD5 is another.
    BadContentMd5 {
        /// As S3 repeats what was claimed.
        expected: String,
        /// Base64 of what came.
        calculated: String,
    },
    /// The checksum is another.
    BadChecksum(&'static str),
    /// The checksum of a part named at completion is of another algorithm.
    BadPartChecksum(&'static str, i32),
    /// `Content-MD5` is no base64 of 16 bytes.
    InvalidDigest(String),
    /// The trailer that was promised is missing or no checksum.
    MalformedTrailer,
    /// The body is shorter or longer than announced.
    IncompleteBody,
    /// The range lies outside the object.
    InvalidRange {
        /// As sent.
        requested: String,
        /// The object's bytes.
        size: u64,
    },
    /// The object has fewer parts.
    InvalidPartNumber {
        /// As sent.
        requested: i32,
        /// How many there are.
        parts: usize,
    },
    /// A condition does not hold; the name of its header.
    PreconditionFailed(&'static str),
    /// The client has the object already.
    NotModified {
        /// The ETag, with quotes.
        e_tag: String,
        /// Last-Modified.
        at: Timestamp,
        /// The version, where there are versions.
        version_id: Option<String>,
    },
    /// Something happened to the key since the upload began.
    ConditionalRequestConflict {
        /// The condition's header.
        condition: &'static str,
        /// The key.
        key: String,
    },
    /// A header asks for what is not there.
    NotImplemented {
        /// The header.
        header: &'static str,
        /// What S3 adds in words.
        additional: Option<&'static str>,
    },
    /// The object is archived.
    InvalidObjectState(&'static str),
    /// The object is not archived: there is nothing to restore.
    NotRestorable(&'static str),
    /// The object is being restored.
    RestoreInProgress,
    /// The source of a copy is archived.
    SourceNotActive,
    /// No such storage class.
    InvalidStorageClass(String),
    /// A website redirect location that leads nowhere a browser goes.
    InvalidRedirectLocation,
    /// No such encryption.
    InvalidEncryption(String),
    /// The key that was sent does not open the object.
    WrongCustomerKey,
    /// KMS has no such key; the sentence.
    KmsNotFound(String),
    /// The version is locked.
    Locked,
    /// The object or version was never locked.
    NoLock,
    /// No such upload for this key.
    NoSuchUpload(String),
    /// A part is missing or another.
    InvalidPart {
        /// The upload.
        upload_id: String,
        /// The part.
        number: i32,
        /// The ETag the client named.
        e_tag: String,
    },
    /// Parts out of order.
    InvalidPartOrder(String),
    /// An argument is wrong.
    InvalidArgument(Argument),
    /// The request makes no sense.
    InvalidRequest(Refusal),
    /// Another call changed the same thing again and again.
    OperationAborted,
    /// The body failed on its way, or did not match its signature.
    Body(Box<Fault>),
    /// The state cannot be read or kept.
    Store(StoreError),
    /// The bytes cannot be read or kept.
    Blob(BlobError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AnnotationFault> for Error {
    fn from(fault: AnnotationFault) -> Self {
        Self::Annotation(fault)
    }
}

impl From<EncryptionFault> for Error {
    fn from(fault: EncryptionFault) -> Self {
        Self::Encryption(fault)
    }
}

impl From<ConfigurationFault> for Error {
    fn from(fault: ConfigurationFault) -> Self {
        Self::Configuration(fault)
    }
}

impl From<policy::grammar::Refusal> for Error {
    fn from(refusal: policy::grammar::Refusal) -> Self {
        Self::MalformedPolicy(refusal)
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        Self::Blob(error)
    }
}

const MALFORMED_XML: &str =
    "The XML you provided was not well-formed or did not validate against our published schema";
const NOT_IMPLEMENTED: &str = "A header you provided implies functionality that is not implemented";
const NAMESPACE: &str = "The requested bucket name did not include the account-regional namespace suffix, but the provided x-amz-bucket-namespace header value is account-regional.";
const NAME_TAKEN: &str = "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.";
const NO_UPLOAD: &str = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
const NO_PART: &str = "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
const BAD_TRAILER: &str = "The request contained trailing data that was not well-formed or did not conform to our published schema.";
const ABORTED: &str =
    "A conflicting conditional operation is currently in progress against this resource. Please try again.";
const CONFLICT: &str =
    "The conditional request cannot succeed due to a conflicting operation against this resource.";
const NOT_ACTIVE: &str =
    "The source object of the COPY operation is not in the active tier and is only stored in Amazon Glacier.";
const WRONG_CUSTOMER_KEY: &str = "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.";
const INTERNAL: &str = "We encountered an internal error. Please try again.";

impl AwsError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::AccessDenied => sender(403, "AccessDenied", "Access Denied"),
            Self::Denied(denied) => {
                sender(403, "AccessDenied", denied.sentence.clone()).header(DENY_ID, &denied.decision)
            }
            Self::NoSuchBucket(name) => {
                sender(404, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", name)
            }
            Self::InvalidBucketName(name) => {
                sender(400, "InvalidBucketName", "The specified bucket is not valid.")
                    .with("BucketName", name)
            }
            Self::BucketAlreadyExists(name) => {
                sender(409, "BucketAlreadyExists", NAME_TAKEN).with("BucketName", name)
            }
            Self::BucketAlreadyOwnedByYou(name) => sender(
                409,
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
            )
            .with("BucketName", name),
            Self::BucketNotEmpty { bucket, versioned: false } => {
                sender(409, "BucketNotEmpty", "The bucket you tried to delete is not empty")
                    .with("BucketName", bucket)
            }
            Self::BucketNotEmpty { bucket, versioned: true } => sender(
                409,
                "BucketNotEmpty",
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
            )
            .with("BucketName", bucket),
            Self::TooManyBuckets => {
                sender(400, "TooManyBuckets", "You have attempted to create more buckets than allowed")
            }
            Self::IllegalLocationConstraint(name) => sender(
                400,
                "IllegalLocationConstraintException",
                format!(
                    "The {name} location constraint is incompatible for the region specific endpoint this request was sent to."
                ),
            ),
            Self::InvalidLocationConstraint(name) => {
                sender(400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
                    .with("LocationConstraint", name)
            }
            Self::InvalidNamespaceHeader => sender(400, "InvalidNamespaceHeader", NAMESPACE),
            Self::InvalidBucketOwner(value) => sender(
                400,
                "InvalidBucketOwnerAWSAccountID",
                format!(
                    "The value of the expected bucket owner parameter must be an AWS Account ID... [{value}]"
                ),
            ),
            Self::VersioningStatusMissing => sender(
                400,
                "IllegalVersioningConfigurationException",
                "The Versioning element must be specified",
            ),
            Self::NotConfigured(configuration, bucket) => configuration.missing(bucket),
            Self::MalformedXml => sender(400, "MalformedXML", MALFORMED_XML),
            Self::MalformedPolicy(refusal) => sender(400, "MalformedPolicy", refusal.sentence()),
            Self::MissingBody => sender(400, "MissingRequestBodyError", "Request Body is empty"),
            Self::Configuration(configuration) => configuration.fault(),
            Self::AclNotSupported => {
                sender(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
            }
            Self::AclWithOwnership => sender(
                400,
                "InvalidBucketAclWithObjectOwnership",
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
            ),
            Self::Cors(fault) => fault.fault(),
            Self::WebsiteMethod(method) => {
                sender(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
                    .with("Method", method)
                    .with("ResourceType", "OBJECT")
                    .header("allow", "GET, HEAD")
            }
            Self::Post(fault) => fault.fault(),
            Self::AccessPoint(fault) => fault.fault(),
            Self::NotThroughAccessPoint(method) => {
                sender(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
                    .with("Method", *method)
                    .with("ResourceType", "ACCESSPOINT")
            }
            Self::Annotation(fault) => fault.fault(),
            Self::Encryption(fault) => fault.fault(),
            Self::Acl(acl) => acl.fault(),
            Self::InvalidTag(tag) => tag.fault(),
            Self::TooManyTags(sentence) => sender(400, "BadRequest", *sentence),
            Self::NoSuchKey { key, marker: None } => {
                sender(404, "NoSuchKey", "The specified key does not exist.").with("Key", key)
            }
            Self::NoSuchKey { key, marker: Some(id) } => {
                sender(404, "NoSuchKey", "The specified key does not exist.")
                    .with("Key", key)
                    .header("x-amz-delete-marker", "true")
                    .header("x-amz-version-id", id)
            }
            Self::NoSuchVersion { key, version_id } => {
                sender(404, "NoSuchVersion", "The specified version does not exist.")
                    .with("Key", key)
                    .with("VersionId", version_id)
            }
            Self::MethodNotAllowed { method, at, version_id } => marker_addressed(method, *at, version_id),
            Self::KeyTooLong(size) => sender(400, "KeyTooLongError", "Your key is too long")
                .with("Size", size.to_string())
                .with("MaxSizeAllowed", "1024"),
            Self::MetadataTooLarge(size) => sender(
                400,
                "MetadataTooLarge",
                "Your metadata headers exceed the maximum allowed metadata size",
            )
            .with("Size", size.to_string())
            .with("MaxSizeAllowed", "2048"),
            Self::EntityTooLarge { proposed, most } => {
                sender(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                    .with("ProposedSize", proposed.to_string())
                    .with("MaxSizeAllowed", most.to_string())
            }
            Self::EntityTooSmall { proposed, least } => {
                sender(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
                    .with("ProposedSize", proposed.to_string())
                    .with("MinSizeAllowed", least.to_string())
            }
            Self::PartTooSmall { proposed, number, e_tag } => {
                sender(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
                    .with("ProposedSize", proposed.to_string())
                    .with("MinSizeAllowed", "5242880")
                    .with("PartNumber", number.to_string())
                    .with("ETag", e_tag)
            }
            Self::BadContentMd5 { expected, calculated } => {
                sender(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
                    .with("ExpectedDigest", expected)
                    .with("CalculatedDigest", calculated)
            }
            Self::BadChecksum(name) => sender(
                400,
                "BadDigest",
                format!("The {name} you specified did not match the calculated checksum."),
            ),
            Self::BadPartChecksum(name, part) => sender(
                400,
                "BadDigest",
                format!("The {name} you specified for part {part} did not match what we received."),
            ),
            Self::InvalidDigest(value) => {
                sender(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
                    .with("Content-MD5", value)
            }
            Self::MalformedTrailer => sender(400, "MalformedTrailerError", BAD_TRAILER),
            Self::IncompleteBody => sender(
                400,
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header",
            ),
            Self::InvalidRange { requested, size } => {
                sender(416, "InvalidRange", "The requested range is not satisfiable")
                    .with("RangeRequested", requested)
                    .with("ActualObjectSize", size.to_string())
            }
            Self::InvalidPartNumber { requested, parts } => {
                sender(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
                    .with("PartNumberRequested", requested.to_string())
                    .with("ActualPartCount", parts.to_string())
            }
            Self::PreconditionFailed(condition) => sender(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            )
            .with("Condition", *condition),
            Self::NotModified { e_tag, at, version_id } => not_modified(e_tag, *at, version_id.as_deref()),
            Self::ConditionalRequestConflict { condition, key } => {
                sender(409, "ConditionalRequestConflict", CONFLICT)
                    .with("Condition", *condition)
                    .with("Key", key)
            }
            Self::NotImplemented { header, additional: None } => {
                receiver(501, "NotImplemented", NOT_IMPLEMENTED).with("Header", *header)
            }
            Self::NotImplemented { header, additional: Some(words) } => {
                receiver(501, "NotImplemented", NOT_IMPLEMENTED)
                    .with("Header", *header)
                    .with("additionalMessage", *words)
            }
            Self::InvalidObjectState(class) => {
                sender(403, "InvalidObjectState", "The operation is not valid for the object's storage class")
                    .with("StorageClass", *class)
            }
            Self::NotRestorable(class) => sender(
                403,
                "InvalidObjectState",
                "Restore is not allowed for the object's current storage class",
            )
            .with("StorageClass", *class),
            Self::RestoreInProgress => {
                sender(409, "RestoreAlreadyInProgress", "Object restore is already in progress")
            }
            Self::SourceNotActive => sender(403, "ObjectNotInActiveTierError", NOT_ACTIVE),
            Self::InvalidRedirectLocation => sender(
                400,
                "InvalidRedirectLocation",
                "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
            ),
            Self::InvalidStorageClass(class) => {
                sender(400, "InvalidStorageClass", "The storage class you specified is not valid")
                    .with("StorageClassRequested", class)
            }
            Self::InvalidEncryption(value) => sender(
                400,
                "InvalidEncryptionAlgorithmError",
                "The Encryption request you specified is not valid. Supported value: AES256.",
            )
            .with("ArgumentName", "x-amz-server-side-encryption")
            .with("ArgumentValue", value),
            Self::WrongCustomerKey => sender(403, "AccessDenied", WRONG_CUSTOMER_KEY),
            Self::KmsNotFound(sentence) => sender(400, "KMS.NotFoundException", sentence.clone()),
            Self::Locked => {
                sender(403, "AccessDenied", "Access Denied because object protected by object lock.")
            }
            Self::NoLock => sender(
                404,
                "NoSuchObjectLockConfiguration",
                "The specified object does not have a ObjectLock configuration",
            ),
            Self::NoSuchUpload(id) => sender(404, "NoSuchUpload", NO_UPLOAD).with("UploadId", id),
            Self::InvalidPart { upload_id, number, e_tag } => sender(400, "InvalidPart", NO_PART)
                .with("UploadId", upload_id)
                .with("PartNumber", number.to_string())
                .with("ETag", e_tag),
            Self::InvalidPartOrder(id) => sender(
                400,
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
            )
            .with("UploadId", id),
            Self::InvalidArgument(argument) => argument.fault(),
            Self::InvalidRequest(refusal) => sender(400, "InvalidRequest", refusal.sentence()),
            Self::OperationAborted => sender(409, "OperationAborted", ABORTED),
            Self::Body(fault) => copy_of(fault),
            Self::Store(error) => receiver(500, "InternalError", INTERNAL).because(error),
            Self::Blob(error) => receiver(500, "InternalError", INTERNAL).because(error),
        }
    }
}

/// A moment as headers carry it.
pub(crate) fn http_date(at: Timestamp) -> String {
    let mut text = String::new();
    timestamp::write(&mut text, at.whole_seconds().into(), shape::TimestampFormat::Rfc822, false);
    text
}

fn marker_addressed(method: &str, at: Timestamp, version_id: &str) -> Fault {
    sender(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with("Method", method)
        .with("ResourceType", "DeleteMarker")
        .header("allow", "DELETE")
        .header("x-amz-delete-marker", "true")
        .header("x-amz-version-id", version_id)
        .header("last-modified", http_date(at))
}

fn not_modified(e_tag: &str, at: Timestamp, version_id: Option<&str>) -> Fault {
    let fault = sender(304, "NotModified", "Not Modified")
        .header("etag", e_tag)
        .header("last-modified", http_date(at));
    match version_id {
        Some(id) => fault.header("x-amz-version-id", id),
        None => fault,
    }
}

/// The stream's own fault, once more: an error is asked for its fault by reference.
fn copy_of(fault: &Fault) -> Fault {
    let mut copy = Fault { side: fault.side, ..sender(fault.status, fault.code.clone(), "") };
    copy.message.clone_from(&fault.message);
    copy.extra.clone_from(&fault.extra);
    copy.headers.clone_from(&fault.headers);
    copy.cause.clone_from(&fault.cause);
    copy
}
