//! Code, status and sentence of every refusal.
//!
//! Most sentences were recorded from AWS in threads of terraform-provider-aws, eksctl, rancher, aws-cdk and others, and by
//! the contributors of moto; where none is known, the sentence says what the API reference says of the error. The README
//! names those.

use super::access::Access;
use super::beside::Beside;
use super::nodes::Nodes;
use super::setup::Setup;
use super::within::Within;
use store::StoreError;
use wire::{Fault, receiver, sender};

pub(super) const NOT_FOUND: &str = "ResourceNotFoundException";
pub(super) const PARAMETER: &str = "InvalidParameterException";
pub(super) const REQUEST: &str = "InvalidRequestException";
pub(super) const IN_USE: &str = "ResourceInUseException";
pub(super) const LIMIT: &str = "ResourceLimitExceededException";
const DENIED: &str = "AccessDeniedException";
pub(super) const ZONE: &str = "UnsupportedAvailabilityZoneException";

pub(super) fn missing(sentence: impl Into<String>) -> Fault {
    sender(404, NOT_FOUND, sentence)
}

pub(super) fn parameter(sentence: impl Into<String>) -> Fault {
    sender(400, PARAMETER, sentence)
}

pub(super) fn request(sentence: impl Into<String>) -> Fault {
    sender(400, REQUEST, sentence)
}

pub(super) fn in_use(sentence: impl Into<String>) -> Fault {
    sender(409, IN_USE, sentence)
}

pub(super) fn limit(sentence: impl Into<String>) -> Fault {
    sender(400, LIMIT, sentence)
}

/// Everything that is refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// No cluster of that name.
    NoCluster(String),
    /// The name is another cluster's.
    ClusterExists(String),
    /// The cluster is being made, changed or deleted.
    ClusterNotActive(String),
    /// The cluster runs elsewhere.
    Connected(String),
    /// The cluster runs here.
    NotRegistered(String),
    /// Too many clusters.
    TooManyClusters,
    /// Too many that run elsewhere.
    TooManyRegistered,
    /// No ARN of a role of this account.
    RoleArn(String),
    /// The role is not there, or does not trust EKS.
    RoleNotAssumable(String),
    /// A role of another account.
    CrossAccount,
    /// The caller may not look at the role that the service needs.
    LinkedRoleUnseen(&'static str),
    /// The caller may not make the role that the service needs.
    ServiceLinkedRole(&'static str),
    /// The role is not there, or does not trust EC2.
    NodeRole(String),
    /// The role is not there, or does not trust Pod Identity.
    PodRole,
    /// No version of Kubernetes that clusters may be of.
    Version(String),
    /// The version is not the next one.
    VersionStep(String, String),
    /// Nodes are given too little or too much time.
    RollbackMinutes,
    /// The version before is in extended support, which the cluster does not take.
    RollbackSupport(String),
    /// No such subnet.
    NoSubnet(String),
    /// Subnets of several VPCs.
    SubnetsApart,
    /// Subnets of another VPC than the cluster's.
    SubnetsOutside(String),
    /// A subnet has no addresses left.
    SubnetFull(String),
    /// All subnets lie in one zone.
    TwoZones,
    /// Subnets lie in other zones than before: those of now, those of before.
    OtherZones(Vec<String>, Vec<String>),
    /// A subnet has no IPv6 block.
    NotDualStack,
    /// No such security group.
    NoGroup(String),
    /// Security groups of another VPC than the subnets': the groups, the VPC.
    GroupsElsewhere(Vec<String>, String),
    /// Too many security groups.
    TooManyGroups,
    /// The network takes no cluster; the words are its own.
    Network(String),
    /// No such Outpost.
    NoOutpost(String),
    /// Several kinds of changes at once.
    OneKind,
    /// No change at all.
    NoKind,
    /// Another update is running.
    Updating(&'static str, String, String),
    /// No such update.
    NoUpdate(String),
    /// The update cannot be called off.
    NotCancellable(String),
    /// The cluster is protected.
    Protected(String),
    /// An update is running.
    DeletingUpdated(String),
    /// It has a Fargate profile.
    DeletingWithProfile(String, String, &'static str),
    /// It has capabilities.
    HasCapabilities,
    /// Nothing that lists include.
    Include(String),
    /// No such node group.
    NoNodegroup(String),
    /// No such certificate authority.
    NoAuthority(String),
    /// There is a successor already.
    TooManyAuthorities,
    /// It cannot sign, or does already.
    AuthorityState(String),
    /// It signs, or is going already.
    AuthorityInUse(String),
    /// The token was used with other parameters.
    TokenMismatch,
    /// No token of this list.
    PageToken,
    /// A tag of AWS's own.
    ReservedTag,
    /// Of node groups.
    Nodes(Nodes),
    /// Of who enters.
    Access(Access),
    /// Of what clusters are set to.
    Setup(Setup),
    /// Of what runs in clusters.
    Within(Within),
    /// Of what stands beside clusters.
    Beside(Beside),
    /// The zone has no room for control planes: the cluster, the zone, and those that have.
    Zone(String, String, Vec<String>),
    /// Something failed that should not; the words are for the log.
    Broken(String),
    /// The store failed; the log says why.
    Store(StoreError),
}

impl Refusal {
    /// Whether it is one of EKS Auth, whose errors have no members.
    pub(super) fn is_of_auth(&self) -> bool {
        matches!(self, Self::Beside(own) if own.is_of_auth())
    }

    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::NoCluster(one) => missing(format!("No cluster found for name: {one}.")),
            Self::ClusterExists(one) => in_use(format!("Cluster already exists with name: {one}")),
            Self::ClusterNotActive(one) => request(format!("Cluster '{one}' is not in ACTIVE status")),
            Self::Connected(one) => request(format!(
                "Cluster {one} is a connected cluster; the operation is not supported for it."
            )),
            Self::NotRegistered(one) => request(format!("Cluster {one} is not a connected cluster.")),
            Self::TooManyClusters => limit("The cluster limit of 100 in this Region has been exceeded."),
            Self::TooManyRegistered => {
                limit("The limit of 10 registered clusters in this Region has been exceeded.")
            }
            Self::RoleArn(one) => parameter(format!("Invalid Role Arn: '{one}'")),
            Self::RoleNotAssumable(one) => parameter(format!(
                "Role with arn: {one}, could not be assumed because it does not exist or the trusted entity is not correct"
            )),
            Self::CrossAccount => sender(403, DENIED, "Cross-account pass role is not allowed."),
            Self::LinkedRoleUnseen(one) => request(format!(
                "Failed to validate if SLR: {one} already exists due to missing permissions for 'iam:GetRole'"
            )),
            Self::ServiceLinkedRole(one) => request(format!(
                "Failed to create service linked role: {one} due to missing permissions for \
                 'iam:CreateServiceLinkedRole'"
            )),
            Self::NodeRole(one) => parameter(format!(
                "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole {one}"
            )),
            Self::PodRole => parameter("Trust policy of the role provided is invalid."),
            Self::Version(one) => parameter(format!("unsupported Kubernetes version {one}")),
            Self::VersionStep(one, two) => {
                parameter(format!("Unsupported Kubernetes minor version update from {one} to {two}"))
            }
            Self::RollbackMinutes => {
                parameter("rollbackConfig.timeoutMinutes must be between 120 and 10080.")
            }
            Self::RollbackSupport(one) => parameter(format!(
                "Rolling back to version {one} requires the EXTENDED upgrade policy because the version is in extended support."
            )),
            Self::NoSubnet(one) => parameter(format!("The subnet ID '{one}' does not exist")),
            Self::SubnetsApart => parameter("Subnets specified must belong to the same VPC"),
            Self::SubnetsOutside(one) => {
                parameter(format!("Specified subnets must belong to cluster's vpc {one}"))
            }
            Self::SubnetFull(one) => {
                parameter(format!("Subnet {one} does not have enough free IP addresses."))
            }
            Self::TwoZones => parameter("Subnets specified must be in at least two different AZs"),
            Self::OtherZones(one, two) => parameter(format!(
                "Provided subnets belong to the AZs '{}'. But they should belong to the exact set of AZs '{}' in which subnets were provided during cluster creation.",
                one.join(","),
                two.join(",")
            )),
            Self::NotDualStack => {
                parameter("Subnets specified must be dual-stack subnets for a cluster with ipFamily ipv6")
            }
            Self::NoGroup(one) => parameter(format!("The security group ID '{one}' does not exist")),
            Self::GroupsElsewhere(one, two) => parameter(format!(
                "Security group(s) [{}] are not (in/associated to) the same VPC as the subnets. Please specify a security group that is associated with the VPC: {two}",
                one.join(", ")
            )),
            Self::TooManyGroups => parameter("The number of security groups exceeds the limit of 4."),
            Self::Network(one) => parameter(one),
            Self::NoOutpost(one) => parameter(format!("The Outpost {one} does not exist")),
            Self::OneKind => parameter("Only one type of update can be allowed."),
            Self::NoKind => parameter("The type for cluster update was not provided."),
            Self::Updating(one, two, three) => {
                in_use(format!("Cannot {one} because cluster {two} currently has update {three} in progress"))
            }
            Self::NoUpdate(one) => missing(format!("No update found for ID: {one}")),
            Self::NotCancellable(one) => request(format!("Update {one} cannot be cancelled")),
            Self::Protected(one) => {
                request(format!("Cluster {one} cannot be deleted because deletion protection is enabled"))
            }
            Self::DeletingUpdated(one) => {
                in_use(format!("Cannot delete because cluster {one} currently has an update in progress"))
            }
            Self::DeletingWithProfile(one, two, three) => in_use(format!(
                "Cannot delete because cluster {one} currently has Fargate profile {two} in status {three}"
            )),
            Self::HasCapabilities => in_use("Cluster has capabilities attached"),
            Self::Include(one) => parameter(format!("Invalid value {one} for include")),
            Self::NoNodegroup(one) => missing(format!("No node group found for name: {one}.")),
            Self::NoAuthority(one) => missing(format!("No certificate authority found for ID: {one}")),
            Self::TooManyAuthorities => {
                limit("The limit of 2 certificate authorities for the cluster has been exceeded.")
            }
            Self::AuthorityState(one) => {
                in_use(format!("Certificate authority {one} cannot be activated in its current state"))
            }
            Self::AuthorityInUse(one) => {
                in_use(format!("Certificate authority {one} cannot be deleted in its current state"))
            }
            Self::TokenMismatch => {
                parameter("The client request token was already used with different parameters.")
            }
            Self::PageToken => parameter("Invalid nextToken"),
            Self::ReservedTag => parameter("Tag keys that start with aws: are reserved for system use"),
            Self::Zone(cluster, zone, valid) => sender(
                400,
                ZONE,
                format!(
                    "Cannot create cluster '{cluster}' because {zone}, the targeted availability zone, does not \
                     currently have sufficient capacity to support the cluster. Retry and choose from these \
                     availability zones: {}",
                    valid.join(", ")
                ),
            ),
            Self::Broken(why) => receiver(500, "ServerException", "Internal server error").because(why),
            Self::Store(error) => {
                receiver(500, "ServerException", "Internal server error").because(format!("{error:?}"))
            }
            Self::Nodes(own) => own.fault(),
            Self::Access(own) => own.fault(),
            Self::Setup(own) => own.fault(),
            Self::Within(own) => own.fault(),
            Self::Beside(own) => own.fault(),
        }
    }
}
