//! Refusals of what a cluster is set to: endpoints, blocks of addresses, Auto Mode, components, encryption, logs. Those
//! of blocks, Auto Mode, encryption and remote networks are answers of AWS of 25 September 2026, kept by the rules of
//! cdk-preflight (GitHub, badmintoncryer, rules/eks); where the words of the others come from stands in `refusal`.

use super::refusal::{parameter, request};
use wire::Fault;

/// What a cluster cannot be set to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Setup {
    /// The version is no longer in standard support.
    StandardSupport(String),
    /// These are no blocks.
    PublicBlocks(Vec<String>),
    /// Too many blocks.
    TooManyPublicBlocks,
    /// Nobody could reach the cluster.
    NoEndpoint,
    /// No block of addresses.
    ServiceBlock(String),
    /// The block of services is not a private one: the block, the cluster.
    ServiceBlockRange(String, String),
    /// The block of services is too big or too small: the block, the cluster.
    ServiceBlockSize(String, String),
    /// The block lies in the VPC.
    ServiceBlockOverlaps(String),
    /// An IPv4 block for a cluster of IPv6.
    ServiceBlockOfIpv6,
    /// There are no clusters of IPv6 in the partition.
    Ipv6Elsewhere,
    /// Hybrid nodes without access entries.
    RemoteAccess,
    /// Hybrid nodes in a cluster of IPv6.
    RemoteOfIpv6,
    /// Remote networks without one of nodes.
    RemoteNodesMissing,
    /// No block of addresses: `node` or `pod`, the block.
    RemoteBlock(&'static str, String),
    /// The block is not a private one: `node` or `pod`, the block.
    RemoteRange(&'static str, String),
    /// Services have addresses of the block: `node` or `pod`, the block, that of services.
    RemoteService(&'static str, String, String),
    /// Another remote network has addresses of the block: `node` or `pod`, the block, the other one.
    RemoteOverlap(&'static str, String, String),
    /// The VPC has addresses of the block: `node` or `pod`, the block, that of the VPC.
    RemoteVpc(&'static str, String, String),
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
    /// A role without node pools.
    NodePoolsMissing,
    /// The role of nodes does not change.
    NodeRoleStays,
    /// The version's components cannot be set.
    NoComponents(String),
    /// A component does not take the value.
    Component(String),
    /// Nothing to wrap secrets with.
    EncryptionMissing,
    /// Something else than secrets.
    EncryptedResources,
    /// A key of another Region.
    KeyRegion,
    /// No ARN of a key.
    KeyArn(String),
    /// Secrets are wrapped already.
    Encrypted,
    /// The endpoint is so already.
    SameEndpoint(bool, bool, Vec<String>),
    /// Logs are so already.
    SameLogging,
    /// There is no way back.
    EgressStays,
    /// Not the next step.
    AuthenticationMode(String, String),
}

impl Setup {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::StandardSupport(one) => parameter(format!(
                "The upgrade policy STANDARD is not supported for Kubernetes version {one}, which is not in standard support."
            )),
            Self::PublicBlocks(one) => parameter(format!(
                "The following CIDRs are invalid in publicAccessCidrs: [{}]",
                one.join(", ")
            )),
            Self::TooManyPublicBlocks => {
                parameter("The number of CIDRs in publicAccessCidrs exceeds the limit of 40.")
            }
            Self::NoEndpoint => parameter("Private and public endpoint access cannot be false"),
            Self::ServiceBlock(one) => parameter(format!("serviceIpv4Cidr {one} is not a valid CIDR block")),
            Self::ServiceBlockRange(one, two) => parameter(format!(
                "Invalid Cluster Service Ipv4 CIDR {one} for the cluster {two}, must be within RFC1918 range"
            )),
            Self::ServiceBlockSize(one, two) => parameter(format!(
                "Invalid Cluster Service Ipv4 CIDR {one} for the cluster {two}, must have netmask size between /12 and /24 inclusive"
            )),
            Self::ServiceBlockOverlaps(one) => {
                parameter(format!("serviceIpv4Cidr {one} overlaps with a CIDR block of the VPC"))
            }
            Self::ServiceBlockOfIpv6 => {
                parameter("serviceIpv4Cidr cannot be specified when creating an \"ipv6\" cluster")
            }
            Self::Ipv6Elsewhere => parameter("ipFamily ipv6 is not supported in this Region"),
            Self::RemoteAccess => parameter(
                "AccessConfig AuthMode must be API_AND_CONFIG_MAP or API when remoteNetworkConfig is specified",
            ),
            Self::RemoteOfIpv6 => {
                parameter("remoteNetworkConfig cannot be specified for a cluster with ipFamily ipv6")
            }
            Self::RemoteNodesMissing => {
                parameter("remoteNodeNetworks are required when specifying remoteNetworkConfig.")
            }
            Self::RemoteBlock(kind, one) => remote(kind, one, "is not a valid CIDR block"),
            Self::RemoteRange(kind, one) => remote(kind, one, "is not part of RFC 1918 or CGNAT"),
            Self::RemoteService(kind, one, two) => {
                remote(kind, one, &format!("overlaps with service CIDR {two}"))
            }
            Self::RemoteOverlap(kind, one, two) => {
                remote(kind, one, &format!("overlaps with already existing CIDR {two}"))
            }
            Self::RemoteVpc(kind, one, two) => remote(kind, one, &format!("overlaps with VPC CIDR {two}")),
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
            Self::AutoModeAccess => parameter(
                "When EKS Auto Mode is enabled, you must use an EKS access config authentication mode of API_AND_CONFIG_MAP or API",
            ),
            Self::NotAutoMode => request(
                "Cannot modify EKS Auto Mode configuration. Auto Mode is not enabled on this cluster.",
            ),
            Self::NodePool(one) => parameter(format!(
                "The node pool {one} is not supported; supported node pools are general-purpose and system"
            )),
            Self::NodeRoleMissing => parameter(
                "When Compute Config nodeRoleArn is null or empty, nodePool list cannot be populated.",
            ),
            Self::NodePoolsMissing => parameter(
                "When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.",
            ),
            Self::NodeRoleStays => parameter("nodeRoleArn cannot be changed after EKS Auto Mode is enabled"),
            Self::NoComponents(one) => parameter(format!(
                "Control plane component configuration is not supported for Kubernetes version {one}"
            )),
            Self::Component(one) => parameter(format!("The value of {one} is outside the supported range")),
            Self::EncryptionMissing => parameter("encryptionConfig must specify resources and a key"),
            Self::EncryptedResources => parameter("Invalid k8s resource for encryption"),
            Self::KeyRegion => parameter("The keyArn for encryptionConfig is scoped to invalid aws region."),
            Self::KeyArn(one) => parameter(format!("Invalid key ARN: {one}")),
            Self::Encrypted => parameter("Encryption is already enabled on the cluster"),
            Self::SameEndpoint(one, two, three) => parameter(format!(
                "Cluster is already at the desired configuration with endpointPrivateAccess: {one} , endpointPublicAccess: {two}, and Public Endpoint Restrictions: [{}]",
                three.join(", ")
            )),
            Self::SameLogging => parameter("No changes needed for the logging config provided"),
            Self::EgressStays => parameter("controlPlaneEgressMode cannot be changed to AWS_MANAGED"),
            Self::AuthenticationMode(one, two) => {
                parameter(format!("Unsupported authentication mode update from {one} to {two}"))
            }
        }
    }
}

/// What is wrong with a block of a remote network.
fn remote(kind: &str, block: &str, why: &str) -> Fault {
    parameter(format!("Invalid remote {kind} network: CIDR {block} {why}"))
}
