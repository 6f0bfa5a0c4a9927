//! Code, status and sentence of every refusal.
//!
//! Most sentences were recorded from AWS in threads of terraform-provider-aws, eksctl, rancher, aws-cdk and others, and by
//! the contributors of moto; where none is known, the sentence says what the API reference says of the error. The README
//! names those.

use super::beside::Beside;
use super::nodes::Nodes;
use store::StoreError;
use wire::{Fault, receiver, sender};

pub(super) const NOT_FOUND: &str = "ResourceNotFoundException";
pub(super) const PARAMETER: &str = "InvalidParameterException";
pub(super) const REQUEST: &str = "InvalidRequestException";
pub(super) const IN_USE: &str = "ResourceInUseException";
pub(super) const LIMIT: &str = "ResourceLimitExceededException";
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
    /// The caller may not make the role that the service needs.
    ServiceLinkedRole(&'static str),
    /// The role is not there, or does not trust EC2.
    NodeRole(String),
    /// The role is not there, or does not trust Fargate.
    PodExecutionRole,
    /// The role is not there, or does not trust Pod Identity.
    PodRole,
    /// The role is not there, or does not trust capabilities.
    CapabilityRole,
    /// No version of Kubernetes that clusters may be of.
    Version,
    /// The version is not the next one.
    VersionStep(String, String),
    /// Nodes are given too little or too much time.
    RollbackMinutes,
    /// The version before is in extended support, which the cluster does not take.
    RollbackSupport(String),
    /// The version is no longer in standard support.
    StandardSupport(String),
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
    /// Subnets lie in other zones than before.
    OtherZones,
    /// A subnet has no IPv6 block.
    NotDualStack,
    /// No such security group.
    NoGroup(String),
    /// A security group of another VPC.
    GroupElsewhere(String),
    /// Too many security groups.
    TooManyGroups,
    /// The network takes no cluster; the words are its own.
    Network(String),
    /// No such Outpost.
    NoOutpost(String),
    /// These are no blocks.
    PublicBlocks(Vec<String>),
    /// Too many blocks.
    TooManyPublicBlocks,
    /// Nobody could reach the cluster.
    NoEndpoint,
    /// Services cannot have addresses of the block.
    ServiceBlock(String),
    /// The block lies in the VPC.
    ServiceBlockOverlaps(String),
    /// An IPv4 block for a cluster of IPv6.
    ServiceBlockOfIpv6,
    /// The cluster cannot have hybrid nodes.
    RemoteNetworks,
    /// No block that a remote network can have.
    RemoteBlock(String),
    /// Too many blocks.
    TooManyRemoteBlocks,
    /// The config map alone, and nobody in it.
    CreatorNeeded,
    /// Auto Mode is on in part.
    AutoModeSwitches,
    /// Auto Mode beside software that it brings itself.
    AutoModeAddons,
    /// Auto Mode without access entries.
    AutoModeAccess,
    /// Auto Mode is off.
    NotAutoMode,
    /// No node pool of AWS's.
    NodePool(String),
    /// Node pools without a role.
    NodeRoleMissing,
    /// The role of nodes does not change.
    NodeRoleStays,
    /// The version's components cannot be set.
    NoComponents(String),
    /// A component does not take the value.
    Component(String),
    /// Something else than secrets.
    EncryptedResources,
    /// No ARN of a key.
    KeyArn(String),
    /// Secrets are wrapped already.
    Encrypted,
    /// Several kinds of changes at once.
    OneKind,
    /// No change at all.
    NoKind,
    /// The endpoint is so already.
    SameEndpoint(bool, bool, Vec<String>),
    /// Logs are so already.
    SameLogging,
    /// There is no way back.
    EgressStays,
    /// Not the next step.
    AuthenticationMode(String, String),
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
    /// No such add-on.
    UnknownAddon,
    /// No such version for the cluster.
    AddonVersion,
    /// The add-on does not go with the cluster.
    AddonOfVersion(String, String),
    /// It is installed.
    AddonExists,
    /// It is not installed.
    NoAddon(String, String),
    /// It is changing.
    AddonBusy(String, &'static str),
    /// Settings that its schema does not have.
    AddonValues(Vec<String>),
    /// Access entries do not count in the cluster.
    NoAccessEntries,
    /// The principal enters already.
    AccessEntryExists,
    /// The principal has no entry.
    NoAccessEntry,
    /// No such user or role.
    Principal,
    /// A service's own role.
    ServiceLinkedEntry,
    /// Too many entries.
    TooManyAccessEntries,
    /// No kind of entry.
    EntryKind(String),
    /// Name and groups of such an entry are AWS's.
    EntryOfNodes(String),
    /// A name of EKS's own.
    EntryName(String),
    /// A group of EKS's own.
    EntryGroup(String),
    /// No such policy, or not associated.
    NoAccessPolicy,
    /// A policy for services' own roles.
    PolicyOfServices,
    /// Entries of nodes take no policies.
    PolicyOfNodes(String),
    /// A scope without namespaces.
    NamespacesNeeded,
    /// Namespaces in a scope that is the whole cluster.
    NamespacesOfCluster,
    /// The service account has a role.
    AssociationExists(String),
    /// No such association.
    NoAssociation(String),
    /// Too many associations.
    TooManyAssociations,
    /// An add-on owns it.
    AssociationOfAddon(String),
    /// A session policy beside session tags.
    PolicyWithTags,
    /// No policy.
    SessionPolicy,
    /// The name is another config's.
    ProviderExists(String),
    /// No such config.
    ProviderNotAssociated(String),
    /// No such config.
    NoProvider(String, String, String),
    /// Too many configs.
    TooManyProviders,
    /// The cluster's own issuer.
    OwnIssuer,
    /// No URL of an issuer.
    IssuerUrl(String),
    /// Another config has the issuer.
    IssuerTaken(String),
    /// A prefix of Kubernetes' own.
    ProviderPrefix(&'static str),
    /// The name is another profile's.
    ProfileExists,
    /// No such profile.
    NoProfile(String),
    /// No name of a profile.
    ProfileName(String),
    /// Another profile is changing.
    ProfileBusy(String, String, String, &'static str),
    /// Another profile is going.
    ProfileDeletes(String, String, String),
    /// Too many profiles.
    TooManyProfiles,
    /// A profile without selectors.
    NoSelector,
    /// A selector without a namespace.
    NoNamespace,
    /// Too many selectors.
    TooManySelectors,
    /// Too many labels.
    TooManyLabels,
    /// The subnet leads to the internet.
    PublicSubnet(String),
    /// The token was used with other parameters.
    TokenMismatch,
    /// No token of this list.
    PageToken,
    /// A tag of AWS's own.
    ReservedTag,
    /// Too many tags.
    TooManyTags,
    /// Of node groups.
    Nodes(Nodes),
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
            Self::ServiceLinkedRole(one) => request(format!(
                "Failed to create service linked role: {one} due to missing permissions for \
                 'iam:CreateServiceLinkedRole'"
            )),
            Self::NodeRole(one) => parameter(format!(
                "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole {one}"
            )),
            Self::PodExecutionRole => parameter(
                "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal",
            ),
            Self::PodRole => parameter("Trust policy of the role provided is invalid."),
            Self::CapabilityRole => parameter(
                "The trust policy for the provided role is invalid. The policy must include sts:AssumeRole and sts:TagSession actions granting access to the AWS service capabilities.eks.amazonaws.com",
            ),
            Self::Version => parameter("unsupported Kubernetes version"),
            Self::VersionStep(one, two) => {
                parameter(format!("Unsupported Kubernetes minor version update from {one} to {two}"))
            }
            Self::RollbackMinutes => {
                parameter("rollbackConfig.timeoutMinutes must be between 120 and 10080.")
            }
            Self::RollbackSupport(one) => parameter(format!(
                "Rolling back to version {one} requires the EXTENDED upgrade policy because the version is in extended support."
            )),
            Self::StandardSupport(one) => parameter(format!(
                "The upgrade policy STANDARD is not supported for Kubernetes version {one}, which is not in standard support."
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
            Self::OtherZones => parameter(
                "Provided subnets belong to the AZs that do not match the AZs of the cluster's subnets",
            ),
            Self::NotDualStack => {
                parameter("Subnets specified must be dual-stack subnets for a cluster with ipFamily ipv6")
            }
            Self::NoGroup(one) => parameter(format!("The security group ID '{one}' does not exist")),
            Self::GroupElsewhere(one) => {
                parameter(format!("Security group {one} does not belong to the VPC of the cluster's subnets"))
            }
            Self::TooManyGroups => parameter("The number of security groups exceeds the limit of 4."),
            Self::Network(one) => parameter(one),
            Self::NoOutpost(one) => parameter(format!("The Outpost {one} does not exist")),
            Self::PublicBlocks(one) => parameter(format!(
                "The following CIDRs are invalid in publicAccessCidrs: [{}]",
                one.join(", ")
            )),
            Self::TooManyPublicBlocks => {
                parameter("The number of CIDRs in publicAccessCidrs exceeds the limit of 40.")
            }
            Self::NoEndpoint => parameter("Private and public endpoint access cannot be false"),
            Self::ServiceBlock(one) => parameter(format!(
                "serviceIpv4Cidr {one} must be a CIDR block with a size between /24 and /12 within one of the ranges 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"
            )),
            Self::ServiceBlockOverlaps(one) => {
                parameter(format!("serviceIpv4Cidr {one} overlaps with a CIDR block of the VPC"))
            }
            Self::ServiceBlockOfIpv6 => {
                parameter("serviceIpv4Cidr cannot be specified when ipFamily is ipv6")
            }
            Self::RemoteNetworks => parameter(
                "remoteNetworkConfig requires ipFamily ipv4 and an authentication mode of API or API_AND_CONFIG_MAP",
            ),
            Self::RemoteBlock(one) => parameter(format!("The CIDR {one} is invalid in remoteNetworkConfig")),
            Self::TooManyRemoteBlocks => {
                parameter("The number of CIDRs in remoteNetworkConfig exceeds the limit of 15.")
            }
            Self::CreatorNeeded => parameter(
                "bootstrapClusterCreatorAdminPermissions must be true if the authentication mode is CONFIG_MAP",
            ),
            Self::AutoModeSwitches => parameter(
                "For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
            ),
            Self::AutoModeAddons => {
                parameter("When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false.")
            }
            Self::AutoModeAccess => {
                parameter("EKS Auto Mode requires an authentication mode of API or API_AND_CONFIG_MAP.")
            }
            Self::NotAutoMode => request(
                "Cannot modify EKS Auto Mode configuration. Auto Mode is not enabled on this cluster.",
            ),
            Self::NodePool(one) => parameter(format!(
                "The node pool {one} is not supported; supported node pools are general-purpose and system"
            )),
            Self::NodeRoleMissing => {
                parameter("nodeRoleArn is required when nodePools are specified in computeConfig")
            }
            Self::NodeRoleStays => parameter("nodeRoleArn cannot be changed after EKS Auto Mode is enabled"),
            Self::NoComponents(one) => parameter(format!(
                "Control plane component configuration is not supported for Kubernetes version {one}"
            )),
            Self::Component(one) => parameter(format!("The value of {one} is outside the supported range")),
            Self::EncryptedResources => {
                parameter("encryptionConfig must specify the resources [secrets] and a key")
            }
            Self::KeyArn(one) => parameter(format!("Invalid key ARN: {one}")),
            Self::Encrypted => parameter("Encryption is already enabled on the cluster"),
            Self::OneKind => parameter("Only one type of update can be allowed."),
            Self::NoKind => parameter("The type for cluster update was not provided."),
            Self::SameEndpoint(one, two, three) => parameter(format!(
                "Cluster is already at the desired configuration with endpointPrivateAccess: {one} , endpointPublicAccess: {two}, and Public Endpoint Restrictions: [{}]",
                three.join(", ")
            )),
            Self::SameLogging => parameter("No changes needed for the logging config provided"),
            Self::EgressStays => parameter("controlPlaneEgressMode cannot be changed to AWS_MANAGED"),
            Self::AuthenticationMode(one, two) => {
                parameter(format!("Unsupported authentication mode update from {one} to {two}"))
            }
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
            Self::UnknownAddon => parameter("Addon specified is not supported"),
            Self::AddonVersion => parameter("Addon version specified is not supported"),
            Self::AddonOfVersion(one, two) => {
                parameter(format!("Addon {one} specified is not supported in {two} kubernetes version"))
            }
            Self::AddonExists => in_use("Addon already exists."),
            Self::NoAddon(one, two) => missing(format!("No addon: {one} found in cluster: {two}")),
            Self::AddonBusy(one, two) => {
                in_use(format!("Addon {one} cannot be updated as it is currently in {two} state"))
            }
            Self::AddonValues(one) => parameter(format!(
                "ConfigurationValue provided in request is not supported: Json schema validation failed with error: [{}]",
                one.join(", ")
            )),
            Self::NoAccessEntries => request(
                "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
            ),
            Self::AccessEntryExists => {
                in_use("The specified access entry resource is already in use on this cluster.")
            }
            Self::NoAccessEntry => missing(
                "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
            ),
            Self::Principal => parameter("The specified principalArn is invalid: invalid principal."),
            Self::ServiceLinkedEntry => parameter(
                "The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role",
            ),
            Self::TooManyAccessEntries => {
                limit("The access entry limit of 2500 for the cluster has been exceeded.")
            }
            Self::EntryKind(one) => parameter(format!("The specified type is invalid: {one}")),
            Self::EntryOfNodes(one) => parameter(format!(
                "The username and kubernetesGroups of an access entry of type {one} cannot be specified."
            )),
            Self::EntryName(one) => parameter(format!("The specified username is invalid: {one}")),
            Self::EntryGroup(one) => parameter(format!(
                "The kubernetes group name {one} is invalid, it cannot start with [system:, eks:, aws:, amazon:, iam:]"
            )),
            Self::NoAccessPolicy => missing("The specified policyArn could not be found."),
            Self::PolicyOfServices => {
                parameter("The specified policyArn can only be associated with service-linked roles")
            }
            Self::PolicyOfNodes(one) => {
                request(format!("Access policies cannot be associated with an access entry of type {one}."))
            }
            Self::NamespacesNeeded => parameter("The accessScope of type namespace requires namespaces."),
            Self::NamespacesOfCluster => {
                parameter("The accessScope of type cluster does not support namespaces.")
            }
            Self::AssociationExists(one) => in_use(format!("Association already exists: {one}")),
            Self::NoAssociation(one) => missing(format!("No association found for ID: {one}")),
            Self::TooManyAssociations => {
                limit("The pod identity association limit of 1000 for the cluster has been exceeded.")
            }
            Self::AssociationOfAddon(one) => {
                request(format!("The association is owned by {one} and can only be changed through it."))
            }
            Self::PolicyWithTags => {
                parameter("A policy can only be specified when disableSessionTags is true.")
            }
            Self::SessionPolicy => parameter("The specified policy is invalid."),
            Self::ProviderExists(one) => in_use(format!("Identity provider config {one} already exists")),
            Self::ProviderNotAssociated(one) => {
                request(format!("Identity provider config is not associated with cluster {one}"))
            }
            Self::NoProvider(one, two, three) => missing(format!(
                "No config found for cluster: {one}, config type: {two}, config name: {three}"
            )),
            Self::TooManyProviders => {
                limit("The identity provider config limit for the cluster has been exceeded.")
            }
            Self::OwnIssuer => parameter(
                "Incorrect Identity Provider URL configuration. The Identity Provider URL cannot be same as OpenID Connect (OIDC) issuer URL",
            ),
            Self::IssuerUrl(one) => parameter(format!(
                "The issuerUrl {one} is invalid: it must begin with https:// and have no query"
            )),
            Self::IssuerTaken(one) => {
                in_use(format!("The issuerUrl is already used by the identity provider config {one}"))
            }
            Self::ProviderPrefix(one) => parameter(format!("{one} cannot contain system:")),
            Self::ProfileExists => in_use("A Fargate Profile already exists with this name in this cluster."),
            Self::NoProfile(one) => missing(format!("No Fargate Profile found with name: {one}.")),
            Self::ProfileName(one) => parameter(format!("The Fargate Profile name {one} is invalid.")),
            Self::ProfileBusy(one, two, three, four) => in_use(format!(
                "Cannot create Fargate Profile {one} because cluster {two} currently has Fargate profile {three} in status {four}"
            )),
            Self::ProfileDeletes(one, two, three) => in_use(format!(
                "Cannot delete Fargate Profile {one} because cluster {two} currently has Fargate profile {three} in status DELETING"
            )),
            Self::TooManyProfiles => {
                limit("The Fargate profile limit of 10 for the cluster has been exceeded.")
            }
            Self::NoSelector => parameter("Fargate Profile requires at least one selector."),
            Self::NoNamespace => parameter(
                "Fargate Profile must have at least one selector with at least one namespace value.",
            ),
            Self::TooManySelectors => parameter("Request contains more than 5 Selectors"),
            Self::TooManyLabels => parameter("Request contains Selector with more than 5 Label pairs"),
            Self::PublicSubnet(one) => {
                parameter(format!("Subnet {one} provided in Fargate Profile is not a private subnet"))
            }
            Self::TokenMismatch => {
                parameter("The client request token was already used with different parameters.")
            }
            Self::PageToken => parameter("Invalid nextToken"),
            Self::ReservedTag => parameter("Tag keys that start with aws: are reserved for system use"),
            Self::TooManyTags => parameter("The number of tags exceeds the limit of 50."),
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
            Self::Beside(own) => own.fault(),
        }
    }
}
