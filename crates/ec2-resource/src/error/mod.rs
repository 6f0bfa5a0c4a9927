//! What is refused, and how AWS says it. Sentences follow answers of AWS quoted in public issue threads and recorded
//! answers, where there are any; the reference of each stands in the project's notes on EC2.

mod absent;
mod addresses;
mod attach;
mod capacity;
mod connect;
mod ebs;
mod elastic;
mod endpoint;
mod flow_log;
mod image;
mod ipam;
mod ipv6;
mod key_pair;
mod kind;
mod launch;
mod mirror;
mod nat;
mod noun;
mod placement;
mod prefix_list;
mod public_access;
mod template;

pub use absent::Absent;
pub use addresses::Addresses;
pub use attach::Attach;
pub use capacity::{Capacity, ItemKept};
pub use connect::Connect;
pub use ebs::Ebs;
pub use elastic::Elastic;
pub use endpoint::{Endpoint, Part};
pub use flow_log::FlowLogRefusal;
pub use image::Image;
pub use ipam::IpamRefusal;
pub use ipv6::Ipv6;
pub use key_pair::KeyPair;
pub use kind::Kind;
pub use launch::Launch;
pub use mirror::Mirror;
pub use nat::NatFailure;
pub use noun::Noun;
pub use placement::Placement;
pub use prefix_list::{ListFailure, PrefixList};
pub use public_access::PublicAccess;
pub use template::{Template, VersionKept};

use crate::filter::BadFilter;
use kind::{malformed, not_found};
use ports::{DENY_ID, Denied, unauthorized};
use store::{BadPageToken, StoreError, TokenMismatch};
use wire::{AwsError, Fault, receiver, sender};

/// Everything this crate refuses.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// Ids that name nothing in the caller's account and Region.
    NotFound(Kind, Vec<String>),
    /// A text that is no id of its kind.
    Malformed(Kind, String, &'static str),
    /// An id of something of which there is none.
    Absent(Absent, String),
    /// Something about private addresses and their interfaces.
    Addresses(Addresses),
    /// Something about instances and what they are attached to.
    Attach(Attach),
    /// Something about reserved, spare and dedicated capacity.
    Capacity(Capacity),
    /// Something about what connects networks.
    Connect(Connect),
    /// The caller may not do what the call brings with it.
    Denied(Denied),
    /// Something about public addresses.
    Elastic(Elastic),
    /// Something about volumes and snapshots.
    Ebs(Ebs),
    /// Something about flow logs.
    FlowLog(FlowLogRefusal),
    /// Something about machine images.
    Image(Image),
    /// Something about IPAM.
    Ipam(IpamRefusal),
    /// Something about IPv6.
    Ipv6(Ipv6),
    /// Something about VPC endpoints.
    Endpoint(Endpoint),
    /// Something about instances.
    Launch(Launch),
    /// Something about key pairs.
    KeyPair(KeyPair),
    /// Something about mirrored traffic.
    Mirror(Mirror),
    /// Something about placement groups.
    Placement(Placement),
    /// Something about the block of public access.
    PublicAccess(PublicAccess),
    /// Something about prefix lists.
    PrefixList(PrefixList),
    /// Something about launch templates.
    Template(Template),
    /// A parameter is missing.
    Missing(&'static str),
    /// One of several parameters is missing, in a sentence of its own.
    MissingOneOf(&'static str),
    /// A tag specification does not say what it tags.
    TagTypeMissing,
    /// A parameter's value is no good: parameter, value, reason.
    Value(&'static str, String, String),
    /// A parameter is no good, in a sentence of its own.
    Parameter(String),
    /// Parameters that do not go together.
    Combination(String),
    /// The block is not /16 to /28.
    VpcRange(String),
    /// The block lies outside its VPC or is not /16 to /28.
    SubnetRange(String),
    /// The block overlaps a sibling.
    SubnetConflict(String),
    /// A further block of the VPC overlaps.
    CidrConflict(String),
    /// A further block is of a range that does not go with the VPC's first one.
    CidrRestricted(String),
    /// The VPC has as many IPv4 blocks as it may have.
    CidrLimit(String),
    /// The VPC's first block stays.
    PrimaryCidr(String),
    /// Subnets lie in the block.
    CidrInUse(String),
    /// Something still depends on it: word and id.
    Dependency(&'static str, String),
    /// Something still depends on it, in the words of security groups.
    DependentObject(String),
    /// A default VPC exists.
    DefaultVpcExists,
    /// There is no default VPC that something could be made in.
    DefaultVpcMissing,
    /// The zone has a default subnet: subnet and zone.
    DefaultSubnetExists(String, String),
    /// No VPC is named, and there is no default one.
    NoDefaultVpc,
    /// The tenancy is unknown.
    Tenancy(String),
    /// The destination has a route.
    RouteExists(String),
    /// The destination has no route: destination and table.
    RouteMissing(String, String),
    /// It is associated already, in a sentence.
    AlreadyAssociated(String),
    /// The gateway is not attached: gateway and network.
    NotAttached(String, String),
    /// A group of that name exists: name and VPC.
    GroupDuplicate(String, String),
    /// The default group stays.
    DefaultGroup(String),
    /// The rule exists; the text describes it.
    RuleDuplicate(String),
    /// The rule does not exist.
    RuleMissing,
    /// An entry of that number exists.
    EntryExists(i32),
    /// No entry of that number: direction and number.
    EntryMissing(&'static str, i32),
    /// No instance types of these names are offered.
    NoTypes(Vec<String>),
    /// The path has analyses.
    PathAnalysed(String),
    /// The scope has analyses.
    ScopeAnalysed(String),
    /// Too many tags.
    TagLimit,
    /// Too many rules in a group.
    RuleLimit,
    /// An id whose kind is not known.
    UnknownId(String),
    /// The token was used with other arguments.
    TokenMismatch,
    /// The page token is none.
    PageToken,
    /// A filter is no good.
    Filter(BadFilter),
    /// The state failed.
    Store(StoreError),
}

impl Error {
    /// Code and sentence, where they are told beside what was done.
    pub fn words(&self) -> (String, String) {
        let fault = self.fault();
        (fault.code.into_owned(), fault.message.unwrap_or_default())
    }
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        let (code, sentence) = match self {
            Self::NotFound(kind, ids) => not_found(*kind, ids),
            Self::Malformed(kind, given, prefix) => malformed(*kind, given, prefix),
            Self::Absent(kind, id) => kind.said(id),
            Self::Addresses(refusal) => refusal.said(),
            Self::Attach(refusal) => refusal.said(),
            Self::Capacity(refusal) => refusal.said(),
            Self::Connect(refusal) => refusal.said(),
            Self::Denied(denied) => {
                let sentence = unauthorized(&denied.sentence, &denied.encoded);
                return sender(403, "UnauthorizedOperation", sentence).header(DENY_ID, &denied.decision);
            }
            Self::Elastic(refusal) => refusal.said(),
            Self::Ebs(refusal) => refusal.said(),
            Self::FlowLog(refusal) => refusal.said(),
            Self::Image(refusal) => refusal.said(),
            Self::Ipam(refusal) => refusal.said(),
            Self::Ipv6(refusal) => refusal.said(),
            Self::Endpoint(refusal) => refusal.said(),
            Self::Launch(refusal) => refusal.said(),
            Self::KeyPair(refusal) => refusal.said(),
            Self::Mirror(refusal) => refusal.said(),
            Self::Placement(refusal) => refusal.said(),
            Self::PublicAccess(refusal) => refusal.said(),
            Self::PrefixList(refusal) => refusal.said(),
            Self::Template(refusal) => refusal.said(),
            Self::Missing(name) => ("MissingParameter", format!("The request must contain the parameter {name}")),
            Self::MissingOneOf(sentence) => ("MissingParameter", (*sentence).to_owned()),
            Self::TagTypeMissing => {
                ("InvalidParameter", "Tag specification resource type must have a value".to_owned())
            }
            Self::Value(name, value, reason) => {
                ("InvalidParameterValue", format!("Value ({value}) for parameter {name} is invalid. {reason}"))
            }
            Self::Parameter(sentence) => ("InvalidParameterValue", sentence.clone()),
            Self::Combination(sentence) => ("InvalidParameterCombination", sentence.clone()),
            Self::VpcRange(block) => ("InvalidVpc.Range", format!("The CIDR '{block}' is invalid.")),
            Self::SubnetRange(block) => ("InvalidSubnet.Range", format!("The CIDR '{block}' is invalid.")),
            Self::SubnetConflict(block) => {
                ("InvalidSubnet.Conflict", format!("The CIDR '{block}' conflicts with another subnet"))
            }
            Self::CidrConflict(block) => {
                ("CidrConflict", format!("The CIDR '{block}' conflicts with another CIDR of the VPC"))
            }
            Self::CidrRestricted(block) => (
                "InvalidVpc.Range",
                format!("The CIDR '{block}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"),
            ),
            Self::CidrLimit(vpc) => (
                "CidrLimitExceeded",
                format!("This network '{vpc}' has met its maximum number of allowed CIDRs: 5"),
            ),
            Self::PrimaryCidr(id) => (
                "OperationNotPermitted",
                format!("The vpc CIDR block with association ID {id} may not be disassociated. It is the primary IPv4 CIDR block of the VPC"),
            ),
            Self::CidrInUse(id) => (
                "InvalidCidr.InUse",
                format!("The vpc CIDR block with association ID {id} has subnets and cannot be disassociated"),
            ),
            Self::Dependency(word, id) => {
                ("DependencyViolation", format!("The {word} '{id}' has dependencies and cannot be deleted."))
            }
            Self::DependentObject(id) => ("DependencyViolation", format!("resource {id} has a dependent object")),
            Self::DefaultVpcExists => {
                ("DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.".to_owned())
            }
            Self::DefaultVpcMissing => {
                ("DefaultVpcDoesNotExist", "No default VPC exists for this account in this region.".to_owned())
            }
            Self::DefaultSubnetExists(subnet, zone) => (
                "DefaultSubnetAlreadyExistsInAvailabilityZone",
                format!("'{subnet}' is already the default subnet in {zone}."),
            ),
            Self::NoDefaultVpc => ("VPCIdNotSpecified", "No default VPC for this user.".to_owned()),
            Self::Tenancy(tenancy) => ("UnsupportedTenancy", format!("The tenancy value {tenancy} is not supported.")),
            Self::RouteExists(to) => ("RouteAlreadyExists", format!("The route identified by {to} already exists.")),
            Self::RouteMissing(to, table) => (
                "InvalidRoute.NotFound",
                format!("no route with destination-cidr-block {to} in route table {table}"),
            ),
            Self::AlreadyAssociated(sentence) => ("Resource.AlreadyAssociated", sentence.clone()),
            Self::NotAttached(gateway, network) => {
                ("Gateway.NotAttached", format!("resource {gateway} is not attached to network {network}"))
            }
            Self::GroupDuplicate(name, vpc) => (
                "InvalidGroup.Duplicate",
                format!("The security group '{name}' already exists for VPC '{vpc}'"),
            ),
            Self::DefaultGroup(id) => (
                "CannotDelete",
                format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user"),
            ),
            Self::RuleDuplicate(rule) => {
                ("InvalidPermission.Duplicate", format!("the specified rule \"{rule}\" already exists"))
            }
            Self::RuleMissing => (
                "InvalidPermission.NotFound",
                "The specified rule does not exist in this security group.".to_owned(),
            ),
            Self::EntryExists(number) => (
                "NetworkAclEntryAlreadyExists",
                format!("The network acl entry identified by {number} already exists."),
            ),
            Self::EntryMissing(direction, number) => {
                ("InvalidNetworkAclEntry.NotFound", format!("no {direction} entry with number {number}"))
            }
            Self::NoTypes(names) => (
                "InvalidInstanceType",
                format!("The following supplied instance types do not exist: [{}]", names.join(", ")),
            ),
            Self::PathAnalysed(id) => (
                "AnalysisExistsForNetworkInsightsPath",
                format!("The networkInsightsPath '{id}' has analyses and cannot be deleted."),
            ),
            Self::ScopeAnalysed(id) => (
                "AnalysisExistsForNetworkInsightsAccessScope",
                format!("The networkInsightsAccessScope '{id}' has analyses and cannot be deleted."),
            ),
            Self::TagLimit => {
                ("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.".to_owned())
            }
            Self::RuleLimit => (
                "RulesPerSecurityGroupLimitExceeded",
                "The maximum number of rules per security group has been reached.".to_owned(),
            ),
            Self::UnknownId(id) => ("InvalidID", format!("The ID '{id}' is not valid")),
            Self::TokenMismatch => (
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).".to_owned(),
            ),
            Self::PageToken => ("InvalidParameterValue", "Unable to parse pagination token".to_owned()),
            Self::Filter(bad) => (bad.code(), bad.to_string()),
            Self::Store(cause) => {
                return receiver(500, "InternalError", "An internal error has occurred").because(cause);
            }
        };
        sender(400, code, sentence)
    }
}

impl From<Addresses> for Error {
    fn from(refusal: Addresses) -> Self {
        Self::Addresses(refusal)
    }
}

impl From<Attach> for Error {
    fn from(refusal: Attach) -> Self {
        Self::Attach(refusal)
    }
}

impl From<Capacity> for Error {
    fn from(refusal: Capacity) -> Self {
        Self::Capacity(refusal)
    }
}

impl From<Connect> for Error {
    fn from(refusal: Connect) -> Self {
        Self::Connect(refusal)
    }
}

impl From<Elastic> for Error {
    fn from(refusal: Elastic) -> Self {
        Self::Elastic(refusal)
    }
}

impl From<Ebs> for Error {
    fn from(refusal: Ebs) -> Self {
        Self::Ebs(refusal)
    }
}

impl From<FlowLogRefusal> for Error {
    fn from(refusal: FlowLogRefusal) -> Self {
        Self::FlowLog(refusal)
    }
}

impl From<Image> for Error {
    fn from(refusal: Image) -> Self {
        Self::Image(refusal)
    }
}

impl From<IpamRefusal> for Error {
    fn from(refusal: IpamRefusal) -> Self {
        Self::Ipam(refusal)
    }
}

impl From<Mirror> for Error {
    fn from(refusal: Mirror) -> Self {
        Self::Mirror(refusal)
    }
}

impl From<Ipv6> for Error {
    fn from(refusal: Ipv6) -> Self {
        Self::Ipv6(refusal)
    }
}

impl From<Endpoint> for Error {
    fn from(refusal: Endpoint) -> Self {
        Self::Endpoint(refusal)
    }
}

impl From<Launch> for Error {
    fn from(refusal: Launch) -> Self {
        Self::Launch(refusal)
    }
}

impl From<KeyPair> for Error {
    fn from(refusal: KeyPair) -> Self {
        Self::KeyPair(refusal)
    }
}

impl From<Placement> for Error {
    fn from(refusal: Placement) -> Self {
        Self::Placement(refusal)
    }
}

impl From<PublicAccess> for Error {
    fn from(refusal: PublicAccess) -> Self {
        Self::PublicAccess(refusal)
    }
}

impl From<PrefixList> for Error {
    fn from(refusal: PrefixList) -> Self {
        Self::PrefixList(refusal)
    }
}

impl From<Template> for Error {
    fn from(refusal: Template) -> Self {
        Self::Template(refusal)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TokenMismatch> for Error {
    fn from(_: TokenMismatch) -> Self {
        Self::TokenMismatch
    }
}

impl From<BadPageToken> for Error {
    fn from(_: BadPageToken) -> Self {
        Self::PageToken
    }
}

impl From<BadFilter> for Error {
    fn from(bad: BadFilter) -> Self {
        Self::Filter(bad)
    }
}
