//! Requests that make no sense: `BadRequest`, each with its sentence.

/// What makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    /// A transition of none or several moves, or one twice.
    Transition,
    /// The archive before infrequent access, or without elastic throughput.
    Archive,
    /// An address outside of the subnet.
    AddressOutside,
    /// An address that is none.
    Address,
    /// An address of a family that the mount target has not.
    AddressFamily,
    /// A subnet that has not the families that are asked for.
    SubnetFamily,
    /// No security group at all.
    NoGroups,
    /// A file system by id and by token.
    IdAndToken,
    /// Not exactly one of several.
    OneOf,
    /// A page that is none.
    Marker,
    /// The same, in the newer lists.
    NextToken,
    /// A key for what is not encrypted.
    KeyWithoutEncryption,
    /// Provisioned throughput without a figure.
    NoFigure,
    /// A figure for what is not provisioned.
    Figure,
    /// Neither a mode nor a figure.
    NothingToUpdate,
    /// `maxIO` in one zone, or with elastic throughput.
    MaxIo,
    /// `REPLICATING` is AWS's to set.
    Protection,
    /// Ids were made longer in 2021.
    ShortIds,
    /// Too many tags.
    Tags,
    /// One key twice.
    TagTwice,
    /// Not exactly one destination.
    Destinations,
    /// A Region that there is not.
    Region,
    /// A destination that is both there and to be made.
    Destination,
    /// A destination that is protected.
    Protected,
    /// A file system is copied already.
    Replicated,
    /// A part of a replication within one Region and account.
    LocalOnly,
    /// A destination of another account, without a role.
    NoRole,
    /// A role that EFS cannot assume.
    Role,
    /// Anything networks refuse.
    Network,
}

impl Bad {
    /// What is said of it.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Transition => "One or more LifecyclePolicy objects specified are malformed.",
            Self::Archive => {
                "TransitionToArchive requires elastic throughput, and must be later than TransitionToIA."
            }
            Self::AddressOutside => "Address does not fall within the subnet's address range",
            Self::Address => "The IP address is not valid.",
            Self::AddressFamily => "The IP address does not match the IP address type of the mount target.",
            Self::SubnetFamily => "The subnet does not support the IP address type of the mount target.",
            Self::NoGroups => "At least one security group must be specified.",
            Self::IdAndToken => "Request cannot contain both a file system ID and a creation token.",
            Self::OneOf => "Must specify exactly one mutually exclusive parameter.",
            Self::Marker => "Invalid Marker",
            Self::NextToken => "Invalid NextToken",
            Self::KeyWithoutEncryption => "If KmsKeyId is specified, Encrypted must be true.",
            Self::NoFigure => "ProvisionedThroughputInMibps is required when ThroughputMode is provisioned.",
            Self::Figure => {
                "ProvisionedThroughputInMibps can be specified only when ThroughputMode is provisioned."
            }
            Self::NothingToUpdate => "ThroughputMode or ProvisionedThroughputInMibps must be specified.",
            Self::MaxIo => {
                "The maxIO performance mode is not supported on file systems using One Zone storage classes or elastic throughput."
            }
            Self::Protection => "ReplicationOverwriteProtection must be ENABLED or DISABLED.",
            Self::ShortIds => "SHORT_ID is no longer supported.",
            Self::Tags => "The maximum number of tags per resource is 50.",
            Self::TagTwice => "Tag keys must be unique.",
            Self::Destinations => "Exactly one destination must be specified.",
            Self::Region => "The destination Region is not valid.",
            Self::Destination => {
                "AvailabilityZoneName and KmsKeyId cannot be specified for an existing destination file system."
            }
            Self::Protected => {
                "The replication overwrite protection of the destination file system must be disabled."
            }
            Self::Replicated => "The file system is already part of a replication configuration.",
            Self::LocalOnly => {
                "LOCAL_CONFIGURATION_ONLY is supported only for replications across Regions or accounts."
            }
            // Recorded: terraform-provider-aws issue 42814, with two spaces.
            Self::NoRole => "No RoleArn provided.  RoleArn is required for cross-account replication.",
            Self::Role => "Amazon EFS cannot assume the IAM role that was specified by RoleArn.",
            Self::Network => "The mount target cannot be created in the subnet.",
        }
    }
}
