//! What the EBS direct APIs refuse. Of few refusals a recorded sentence is known; the others say what the API reference
//! says of them. The README names those.

use blob::BlobError;
use store::StoreError;
use wire::{AwsError, Fault, receiver, sender};

/// Everything these APIs refuse.
#[derive(Debug)]
pub(crate) enum Error {
    /// No such snapshot.
    NoSnapshot(String),
    /// Another account's, which gave it to nobody.
    Foreign(String),
    /// It cannot be read: pending, archived, or failed.
    NotReadable(String),
    /// It is not written by this API, or no more.
    NotWritable(String),
    /// Not of one line.
    Unrelated(String, String),
    /// More than a volume may have, or less than the parent has.
    VolumeSize,
    /// A tag of AWS's own, one twice, or too many.
    Tags,
    /// What was asked of encryption cannot be.
    Encryption(Encryption),
    /// Beyond the end of the volume.
    BlockIndex,
    /// Not the length of a block.
    DataLength,
    /// No SHA-256 in Base64.
    ChecksumForm,
    /// The bytes are others.
    ChecksumMismatch,
    /// Fewer or more bytes than announced.
    BlockData,
    /// A body that is encoded.
    ContentEncoding,
    /// Not as many blocks as were written.
    ChangedBlocks,
    /// A checksum of the whole without its algorithm or method, or the reverse.
    AggregateParts,
    /// The checksum of the whole is another.
    AggregateMismatch,
    /// A page that is none.
    PageToken,
    /// A token that is none, of another block, or too old.
    BlockToken,
    /// Nothing to compare with.
    NoFirst,
    /// The client's token with another request.
    TokenReused,
    /// Too many snapshots are being written.
    TooManyPending,
    /// What is wrong with the body's signature.
    Body(Box<Fault>),
    /// The state cannot be read or kept.
    Store(StoreError),
    /// The bytes cannot be read or kept.
    Blob(BlobError),
    /// The bytes are not those that were written.
    Damaged(String),
}

/// What cannot be asked of encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// With a parent.
    WithParent,
    /// A key without encryption.
    KeyAlone,
    /// Against the account's default.
    ByDefault,
    /// A plain parent against the account's default.
    PlainParent,
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        Self::Blob(error)
    }
}

fn invalid(reason: &'static str, sentence: impl Into<String>) -> Fault {
    sender(400, "ValidationException", sentence).with("Reason", reason)
}

fn internal(cause: impl std::fmt::Display) -> Fault {
    receiver(500, "InternalServerException", "An internal error has occurred.").because(cause)
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        match self {
            // Recorded: coldsnap issue 43.
            Self::NoSnapshot(id) => {
                sender(404, "ResourceNotFoundException", format!("The snapshot '{id}' does not exist."))
                    .with("Reason", "SNAPSHOT_NOT_FOUND")
            }
            Self::Foreign(id) => sender(
                403,
                "AccessDeniedException",
                format!("Your account is not authorized to access the snapshot '{id}'."),
            )
            .with("Reason", "UNAUTHORIZED_ACCOUNT"),
            Self::TokenReused => sender(
                409,
                "ConflictException",
                "The request uses the same client token as a previous, but non-identical request.",
            ),
            Self::TooManyPending => sender(
                400,
                "ConcurrentLimitExceededException",
                "You have reached the limit for concurrent API requests.",
            ),
            Self::Body(fault) => Fault {
                members: None,
                extra: fault.extra.clone(),
                headers: fault.headers.clone(),
                cause: fault.cause.clone(),
                message: fault.message.clone(),
                ..sender(fault.status, fault.code.clone(), "")
            },
            Self::Store(error) => internal(error),
            Self::Blob(error) => internal(error),
            Self::Damaged(what) => internal(what),
            refused => refused.validation(),
        }
    }
}

impl Error {
    /// The refusals of one code, each with its reason.
    fn validation(&self) -> Fault {
        match self {
            Self::NotReadable(id) => invalid(
                "INVALID_SNAPSHOT_ID",
                format!("The snapshot '{id}' is not in the 'completed' state."),
            ),
            Self::NotWritable(id) => {
                invalid("INVALID_SNAPSHOT_ID", format!("The snapshot '{id}' is not in the 'pending' state."))
            }
            // Recorded: coldsnap issue 466.
            Self::Unrelated(first, second) => {
                invalid("UNRELATED_SNAPSHOTS", format!("{first} and {second} are not related"))
            }
            Self::VolumeSize => invalid("INVALID_VOLUME_SIZE", "The volume size is not valid."),
            Self::Tags => invalid("INVALID_TAG", "The tags are not valid."),
            Self::Encryption(asked) => invalid("INVALID_PARAMETER_VALUE", asked.sentence()),
            Self::BlockIndex => invalid("INVALID_BLOCK", "The block index is not valid."),
            Self::DataLength => invalid("INVALID_PARAMETER_VALUE", "The data length must be 524288."),
            Self::ChecksumForm => {
                invalid("INVALID_PARAMETER_VALUE", "The checksum must be a Base64-encoded SHA256 checksum.")
            }
            Self::ChecksumMismatch => {
                invalid("INVALID_BLOCK", "The checksum does not match the data of the block.")
            }
            // Recorded: nanovms/ops pull request 1268.
            Self::BlockData => invalid("INVALID_PARAMETER_VALUE", "Failed to read block data"),
            Self::ContentEncoding => {
                invalid("INVALID_CONTENT_ENCODING", "The content encoding is not supported.")
            }
            Self::ChangedBlocks => invalid(
                "INVALID_PARAMETER_VALUE",
                "The number of changed blocks does not match the number of blocks that were written to the snapshot.",
            ),
            Self::AggregateParts => invalid(
                "INVALID_PARAMETER_VALUE",
                "The checksum, its algorithm and its aggregation method must be specified together.",
            ),
            Self::AggregateMismatch => {
                invalid("INVALID_PARAMETER_VALUE", "The checksum does not match the blocks of the snapshot.")
            }
            Self::PageToken => invalid("INVALID_PAGE_TOKEN", "The page token is not valid or has expired."),
            Self::BlockToken => {
                invalid("INVALID_BLOCK_TOKEN", "The block token is not valid or has expired.")
            }
            Self::NoFirst => {
                invalid("INVALID_PARAMETER_VALUE", "The ID of the first snapshot must be specified.")
            }
            Self::NoSnapshot(_)
            | Self::Foreign(_)
            | Self::TokenReused
            | Self::TooManyPending
            | Self::Body(_)
            | Self::Store(_)
            | Self::Blob(_)
            | Self::Damaged(_) => internal("no validation"),
        }
    }
}

impl Encryption {
    fn sentence(self) -> &'static str {
        match self {
            Self::WithParent => {
                "Encrypted and KmsKeyArn cannot be specified with ParentSnapshotId: the snapshot is encrypted as its parent is."
            }
            Self::KeyAlone => "Encrypted must be true if KmsKeyArn is specified.",
            Self::ByDefault => "Encrypted cannot be false: encryption by default is enabled for the account.",
            Self::PlainParent => {
                "The parent snapshot is not encrypted, but encryption by default is enabled for the account."
            }
        }
    }
}
