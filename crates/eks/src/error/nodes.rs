//! Refusals of node groups.
//!
//! Recorded: threads of terraform-provider-aws, terraform-aws-eks, eksctl, rancher, pulumi-eks and aws-cdk, and what
//! contributors of moto and of a linter of templates (cdk-preflight: GitHub, badmintoncryer, rules/eks) wrote down from AWS.
//! Where none is known, the sentence says what the API reference says of the member; the README names those.

use super::refusal::{in_use, limit, parameter, request};
use wire::{Fault, receiver};

/// What a name of Kubernetes' has to be.
const QUALIFIED: &str = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character \
     (e.g. 'MyName', or 'my.name', or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/// What is refused of node groups.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Nodes {
    /// The name is another group's: the group, the cluster.
    Exists(String, String),
    /// Too many groups.
    TooMany,
    /// The name is too long.
    NameLong,
    /// No name of a group.
    Name,
    /// The group is changing.
    NotActive,
    /// The group is unwell in a way that an update would not mend.
    Unwell,
    /// The group is being updated.
    Deleting(String),
    /// Groups stand in the cluster.
    Attached,
    /// Groups are too old for the cluster's next version: the groups, the cluster's version.
    Behind(String, String),
    /// Some of the three sizes.
    ScalingIncomplete,
    /// More at least than wanted, of a new group.
    MinAboveDesired,
    /// More at least than wanted, of an update.
    MinimumAboveDesired(i32, i32),
    /// More wanted than at the most, of a new group.
    DesiredAboveMax,
    /// More wanted than at the most, of an update.
    DesiredAboveMaximum(i32, i32),
    /// Too many nodes.
    NodeLimit,
    /// A number and a share of nodes that may be missing.
    UnavailableTwice,
    /// Nothing of how nodes are replaced.
    EmptyUpdateConfig,
    /// More may be missing than there are.
    UnavailableRange,
    /// A number and a share of nodes that are repaired.
    RepairTwice,
    /// A rule of repairs that is not whole.
    RepairRule,
    /// A label of Kubernetes' own.
    ReservedLabel,
    /// No name or value of a label.
    LabelKey(String),
    /// No name of a taint.
    TaintKey(String),
    /// Too many taints.
    TooManyTaints,
    /// Nothing to change.
    NoChange,
    /// Warm pools are not built.
    WarmPool,
    /// Neither the id nor the name of a launch template.
    NoTemplateNamed,
    /// Both of them.
    TemplateTwice,
    /// What EC2 says of a launch template.
    Template(String),
    /// A size of disks beside a launch template.
    DiskWithTemplate,
    /// SSH beside a launch template.
    RemoteWithTemplate,
    /// Types of instances within a launch template and without.
    TypesTwice,
    /// An instance profile within a launch template.
    ProfileInTemplate(String),
    /// A subnet within a launch template.
    SubnetInTemplate,
    /// An image within a launch template, and a kind of images beside it.
    ImageTwice,
    /// An image within a launch template, and a version beside it.
    VersionWithImage,
    /// The same, of an update.
    VersionOfImage,
    /// A kind of images that the user brings, and none.
    NoImage,
    /// Another launch template.
    OtherTemplate,
    /// A launch template, of a group that was made without.
    NoTemplateBefore,
    /// The types do not run images of the kind.
    TypeOfImage(Vec<String>, String),
    /// No such types.
    NoTypes(Vec<String>),
    /// Too many types.
    TooManyTypes,
    /// No images of the kind for the version.
    NoRelease(String),
    /// No such release for the version: the release, the version.
    Release(String, String),
    /// A version that nodes of the cluster cannot have: the cluster's, those that they can have.
    Version(String, Vec<String>),
    /// A version that the nodes cannot go to: theirs, the other.
    VersionStep(String, String),
    /// The role is the cluster's.
    ClusterRole,
    /// No subnet.
    NoSubnets,
    /// Subnets of another VPC than the cluster's.
    SubnetsOutside(String),
}

impl Nodes {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::Exists(one, two) => {
                in_use(format!("NodeGroup already exists with name {one} and cluster name {two}"))
            }
            Self::TooMany => limit("The limit of 30 managed node groups for the cluster has been exceeded."),
            Self::NameLong => parameter("nodeGroupName can't be longer than 63 characters!"),
            Self::Name => parameter(
                "The nodegroup name parameter contains invalid characters. It should conform to the regular expression \"^[0-9A-Za-z][A-Za-z0-9-_]*\"In other words, it should start with a number or letter, and can contain numbers, letters, dashes, and underscores.",
            ),
            Self::NotActive => in_use("Nodegroup cannot be updated as it is currently not in Active State"),
            Self::Unwell => request(
                "Nodegroup health has issues other than [ AsgInstanceLaunchFailures, InstanceLimitExceeded, InsufficientFreeAddresses, ClusterUnreachable ]",
            ),
            Self::Deleting(one) => {
                in_use(format!("Nodegroup {one} cannot be deleted as it currently has an update in progress"))
            }
            Self::Attached => in_use("Cluster has nodegroups attached"),
            Self::Behind(one, two) => parameter(format!(
                "Nodegroups {one} must be updated to match cluster version {two} before updating cluster version"
            )),
            Self::ScalingIncomplete => parameter("scalingConfig requires minSize, maxSize and desiredSize"),
            Self::MinAboveDesired => parameter("minSize can't be greater than desiredSize"),
            Self::MinimumAboveDesired(one, two) => {
                parameter(format!("Minimum capacity {one} can't be greater than desired size {two}"))
            }
            Self::DesiredAboveMax => parameter("desiredSize can't be greater than maxSize"),
            Self::DesiredAboveMaximum(one, two) => {
                parameter(format!("desired capacity {one} can't be greater than max size {two}"))
            }
            Self::NodeLimit => limit("The limit of 450 nodes for the managed node group has been exceeded."),
            Self::UnavailableTwice => {
                parameter("Either provide max-unavailable or max-unavailable-percentage in the request.")
            }
            Self::EmptyUpdateConfig => parameter("UpdateConfig cannot be empty if set in the request."),
            Self::UnavailableRange => {
                parameter("max-unavailable must be within the range 1 and max size of the node group")
            }
            Self::RepairTwice => {
                parameter("Either provide max parallel nodes to repair count or percentage in the request.")
            }
            Self::RepairRule => parameter(
                "nodeRepairConfigOverrides must specify nodeMonitoringCondition, nodeUnhealthyReason, minRepairWaitTimeMins and repairAction",
            ),
            Self::ReservedLabel => parameter(
                "Label cannot start with reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]",
            ),
            Self::LabelKey(one) => {
                parameter(format!("Invalid value: {one} : field must consist of {QUALIFIED}"))
            }
            Self::TaintKey(one) => {
                parameter(format!("invalid taint spec: {one} , a qualified name must consist of {QUALIFIED}"))
            }
            Self::TooManyTaints => parameter("The number of taints exceeds the limit of 50."),
            Self::NoChange => parameter("No changes were provided for the nodegroup."),
            Self::WarmPool => receiver(
                501,
                "NotImplemented",
                "eks: warm pools of node groups are not built yet; leave warmPoolConfig out or disabled",
            ),
            Self::NoTemplateNamed => parameter(
                "Either a launch template ID or a launch template name must be specified in the request.",
            ),
            Self::TemplateTwice => {
                parameter("Either provide launch template ID or launch template name in the request.")
            }
            Self::Template(one) => parameter(one),
            Self::DiskWithTemplate => parameter("Disk size must be specified within the launch template."),
            Self::RemoteWithTemplate => {
                parameter("Remote access configuration cannot be specified with a launch template.")
            }
            Self::TypesTwice => request("Cannot specify instance types in launch template and API request"),
            Self::ProfileInTemplate(one) => parameter(format!(
                "Launch template {one} should not specify an instance profile. The noderole in your request will be used to construct an instance profile."
            )),
            Self::SubnetInTemplate => parameter(
                "You must not specify a subnet in your launch template. All subnets must be specified in the API.",
            ),
            Self::ImageTwice => parameter(
                "You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.",
            ),
            Self::VersionWithImage => parameter(
                "You cannot specify a kubernetes version to use when specifying an image id to use within the launch template.",
            ),
            Self::VersionOfImage => {
                parameter("You cannot specify the field kubernetesVersion when using custom AMIs")
            }
            Self::NoImage => {
                parameter("Launch template details can't be null for Custom ami type node group")
            }
            Self::OtherTemplate => parameter(
                "The launch template must have the same ID or name as the one that the node group was created with",
            ),
            Self::NoTemplateBefore => parameter(
                "You cannot specify a launch template for a node group that was created without one",
            ),
            Self::TypeOfImage(one, two) => parameter(format!(
                "[{}] is not a valid instance type for requested amiType {two}",
                one.join(", ")
            )),
            Self::NoTypes(one) => {
                parameter(format!("The following supplied instance types do not exist: [{}]", one.join(", ")))
            }
            Self::TooManyTypes => parameter("The number of instance types exceeds the limit of 20."),
            Self::NoRelease(one) => {
                parameter(format!("Requested AMI for this version {one} is not supported"))
            }
            Self::Release(one, two) => parameter(format!(
                "Requested release version {one} is not valid for kubernetes version {two}."
            )),
            Self::Version(one, two) => parameter(format!(
                "Cluster Kubernetes version {one} supports the following Nodegroup Kubernetes versions: [{}]",
                two.join(", ")
            )),
            Self::VersionStep(one, two) => {
                parameter(format!("Unsupported nodegroup version update from {one} to {two}"))
            }
            Self::ClusterRole => {
                parameter("The nodeRole cannot be the same role that is used to create the cluster")
            }
            Self::NoSubnets => parameter("subnets can not be empty"),
            Self::SubnetsOutside(one) => {
                parameter(format!("Subnets specified must belong to the VPC: {one}"))
            }
        }
    }
}
