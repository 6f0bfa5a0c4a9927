//! What is refused, in AWS's words. Most sentences were recorded from AWS in bug reports (of terraform-provider-aws, the
//! CSI driver, pulumi and others) or by the contributors of moto; where none is known, the sentence says what the API
//! reference says of the error. The README names those.
//!
//! Every body repeats its code as `ErrorCode`, which the model requires.

mod bad;

pub(crate) use bad::Bad;

use base::Timestamp;
use policy::grammar::Refusal;
use ports::NotPlaced;
use store::{BadPageToken, StoreError};
use wire::{AwsError, Fault, receiver, sender};

/// Everything this crate refuses.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// Something that is named is not there.
    Missing(Missing),
    /// Something is there already, or stands in the way.
    Conflict(Conflict),
    /// More than there may be.
    Limit(Limit),
    /// A request that makes no sense.
    Bad(Bad),
    /// A file system's policy that is none.
    Policy(Refusal),
    /// A policy by which its writer could not write another one.
    Lockout,
    /// Somebody may not do something at the other end of a replication.
    Denied { who: String, action: &'static str },
    /// The caller may not do what EFS does for him in EC2 or IAM.
    Forbidden,
    /// A state of a backup policy that nobody may ask for.
    BackupStatus(String),
    /// The state cannot be read or written.
    Store(StoreError),
}

/// What is not there.
#[derive(Clone, Debug, PartialEq)]
pub enum Missing {
    /// No such file system in the account and Region.
    FileSystem(String),
    /// No such mount target.
    MountTarget(String),
    /// No such access point.
    AccessPoint(String),
    /// No such subnet.
    Subnet(String),
    /// No such security group, or one of another VPC.
    SecurityGroup(String),
    /// The file system has no policy, or no backup policy.
    Policy,
    /// The file system is in no replication.
    Replication(String),
    /// The Region has no such zone.
    Zone(String),
}

/// What stands in the way.
#[derive(Clone, Debug, PartialEq)]
pub enum Conflict {
    /// The creation token is another file system's.
    FileSystem { id: String, token: String },
    /// The client token is another access point's.
    AccessPoint(String),
    /// The file system has mount targets.
    HasMountTargets(String),
    /// The file system is in a replication.
    IsReplicated(String),
    /// The file system is not available.
    State(String),
    /// The mount target is not available.
    MountTargetState(String),
    /// The file system has a mount target in the zone.
    ZoneTaken,
    /// Its mount targets stand in another VPC.
    OtherVpc,
    /// The file system keeps to another zone.
    OtherZone,
    /// The address is taken or reserved.
    Address,
    /// The subnet is full.
    SubnetFull,
    /// The file system is what another one is copied to.
    IsDestination,
    /// What is encrypted would be copied to what is not.
    Unencrypted,
}

/// What there is too much of.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// File systems of an account in a Region.
    FileSystems,
    /// Access points of a file system.
    AccessPoints(usize, String),
    /// Groups of a mount target.
    SecurityGroups,
    /// MiB a second; how many there may be.
    Throughput(f64),
    /// Changes of the throughput within a day; when the next one may be.
    Changes(Timestamp),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BadPageToken> for Error {
    fn from(_: BadPageToken) -> Self {
        Self::Bad(Bad::Marker)
    }
}

impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl From<Limit> for Error {
    fn from(limit: Limit) -> Self {
        Self::Limit(limit)
    }
}

impl From<Bad> for Error {
    fn from(bad: Bad) -> Self {
        Self::Bad(bad)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Policy(refusal)
    }
}

impl From<NotPlaced> for Error {
    fn from(why: NotPlaced) -> Self {
        match why {
            NotPlaced::NoSubnet(id) => Missing::Subnet(id).into(),
            NotPlaced::NoGroup(id) | NotPlaced::GroupElsewhere(id) => Missing::SecurityGroup(id).into(),
            NotPlaced::TooManyGroups => Limit::SecurityGroups.into(),
            NotPlaced::SubnetFull(_) => Conflict::SubnetFull.into(),
            NotPlaced::AddressInUse(_) => Conflict::Address.into(),
            NotPlaced::AddressOutside(_) => Bad::AddressOutside.into(),
            NotPlaced::WrongFamily(_) => Bad::SubnetFamily.into(),
            NotPlaced::NoAllocation(_) | NotPlaced::AllocationInUse(_) | NotPlaced::Other(_) => {
                Bad::Network.into()
            }
        }
    }
}

fn refused(status: u16, code: &'static str, sentence: impl Into<String>) -> Fault {
    sender(status, code, sentence).with("ErrorCode", code)
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Missing(missing) => missing.fault(),
            Self::Conflict(conflict) => conflict.fault(),
            Self::Limit(limit) => limit.fault(),
            Self::Bad(bad) => refused(400, "BadRequest", bad.sentence()),
            Self::Policy(refusal) => refused(400, "InvalidPolicyException", refusal.sentence()),
            Self::Lockout => refused(
                400,
                "InvalidPolicyException",
                "This policy would prevent future FileSystemPolicy updates. Retry the request with the BypassPolicyLockoutSafetyCheck parameter to apply this policy.",
            ),
            // Recorded, of other calls: the CSI driver's issues.
            Self::Denied { who, action } => sender(
                403,
                "AccessDeniedException",
                format!("User: {who} is not authorized to perform: {action} on the specified resource"),
            ),
            // Recorded: terraform-provider-aws issue 1727, aws-parallelcluster issue 1139, eks-workshop-v2 issue 1106.
            Self::Forbidden => sender(
                403,
                "AccessDeniedException",
                "User is not authorized to perform that action on the specified resource",
            ),
            Self::BackupStatus(status) => refused(
                400,
                "ValidationException",
                format!(
                    "1 validation error detected: Value '{status}' at 'backupPolicy.status' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED]"
                ),
            ),
            Self::Store(_) => receiver(500, "InternalServerError", "An internal error has occurred")
                .with("ErrorCode", "InternalServerError"),
        }
    }
}

impl Missing {
    fn fault(&self) -> Fault {
        match self {
            Self::FileSystem(id) => {
                refused(404, "FileSystemNotFound", format!("File system '{id}' does not exist."))
            }
            Self::MountTarget(id) => {
                refused(404, "MountTargetNotFound", format!("Mount target '{id}' does not exist."))
            }
            Self::AccessPoint(id) => {
                refused(404, "AccessPointNotFound", format!("Access Point {id} does not exist."))
            }
            Self::Subnet(id) => {
                refused(400, "SubnetNotFound", format!("The subnet ID '{id}' does not exist"))
            }
            Self::SecurityGroup(id) => {
                refused(400, "SecurityGroupNotFound", format!("The SecurityGroup ID '{id}' does not exist"))
            }
            // Recorded: the message is null.
            Self::Policy => Fault { message: None, ..refused(404, "PolicyNotFound", "") },
            Self::Replication(id) => refused(
                404,
                "ReplicationNotFound",
                format!("File system '{id}' does not have a replication configuration."),
            ),
            Self::Zone(name) => refused(
                400,
                "UnsupportedAvailabilityZone",
                format!("Amazon EFS functionality is not available in the Availability Zone '{name}'."),
            ),
        }
    }
}

impl Conflict {
    fn fault(&self) -> Fault {
        match self {
            Self::FileSystem { id, token } => refused(
                409,
                "FileSystemAlreadyExists",
                format!("File system '{id}' already exists with creation token '{token}'"),
            )
            .with("FileSystemId", id),
            Self::AccessPoint(id) => {
                refused(409, "AccessPointAlreadyExists", format!("Access point already exists: {id}"))
                    .with("AccessPointId", id)
            }
            Self::HasMountTargets(id) => refused(
                409,
                "FileSystemInUse",
                format!(
                    "The file system '{id}' cannot be deleted because it has mount targets. You must delete the mount targets, and then try again."
                ),
            ),
            Self::IsReplicated(id) => refused(
                409,
                "FileSystemInUse",
                format!(
                    "You cannot delete file system '{id}' because it is in a replication configuration. You must delete the replication configuration, and then try again."
                ),
            ),
            Self::State(id) => refused(
                409,
                "IncorrectFileSystemLifeCycleState",
                format!("The lifecycle state of file system '{id}' is not \"available\"."),
            ),
            Self::MountTargetState(id) => refused(
                409,
                "IncorrectMountTargetState",
                format!("Mount target does not have a network interface: {id}"),
            ),
            Self::ZoneTaken => refused(409, "MountTargetConflict", "mount target already exists in this AZ"),
            Self::OtherVpc => refused(
                409,
                "MountTargetConflict",
                "requested subnet for new mount target is not in the same VPC as existing mount targets",
            ),
            Self::OtherZone => refused(
                400,
                "AvailabilityZonesMismatch",
                "The Availability Zone of the mount target is different from the Availability Zone of the file system.",
            ),
            Self::Address => {
                refused(409, "IpAddressInUse", "The specified IP address is already in use in the subnet.")
            }
            Self::SubnetFull => {
                refused(409, "NoFreeAddressesInSubnet", "There are no free IP addresses in the subnet.")
            }
            Self::IsDestination => refused(
                409,
                "ReplicationAlreadyExists",
                "ReplicationOverwriteProtection cannot be changed while the file system is a replication destination.",
            ),
            Self::Unencrypted => refused(
                409,
                "ConflictException",
                "The source file system is encrypted but the destination file system is unencrypted.",
            ),
        }
    }
}

impl Limit {
    fn fault(&self) -> Fault {
        match self {
            Self::FileSystems => refused(
                403,
                "FileSystemLimitExceeded",
                "The Amazon Web Services account has already created the maximum number of file systems allowed per account.",
            ),
            Self::AccessPoints(most, id) => refused(
                403,
                "AccessPointLimitExceeded",
                format!(
                    "You have reached the maximum number of access points ({most}) for your file system {id}. Delete an access point and add a new one."
                ),
            ),
            Self::SecurityGroups => refused(
                400,
                "SecurityGroupLimitExceeded",
                "The maximum number of security groups per interface has been reached.",
            ),
            Self::Throughput(most) => refused(
                400,
                "ThroughputLimitExceeded",
                format!(
                    "The throughput mode or amount of provisioned throughput can't be changed because the throughput limit of {most} MiB/s has been reached."
                ),
            ),
            Self::Changes(at) => {
                let at = at.whole_seconds().rfc3339().replace(".000Z", "Z");
                let sentence = format!(
                    "You have reached the maximum number of throughput mode changes or provisioned throughput value decreases. Wait until {at} UTC and try again."
                );
                refused(429, "TooManyRequests", sentence)
            }
        }
    }
}
