//! What is refused, and how AWS says it. Sentences follow answers of AWS quoted in public issue threads and recorded
//! answers, where there are any; the reference of each stands in the project's notes on EC2.

use crate::filter::BadFilter;
use store::{BadPageToken, StoreError, TokenMismatch};
use wire::{AwsError, Fault, receiver, sender};

/// The kinds of things that may not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A VPC.
    Vpc,
    /// The association of a VPC with a block.
    CidrAssociation,
    /// A subnet.
    Subnet,
    /// A route table.
    RouteTable,
    /// An association of a route table or a network ACL.
    Association,
    /// An internet gateway.
    InternetGateway,
    /// A gateway as the target of a route.
    RouteGateway,
    /// A NAT gateway.
    NatGateway,
    /// An instance.
    Instance,
    /// A network interface.
    NetworkInterface,
    /// A security group.
    SecurityGroup,
    /// A rule of a security group.
    Rule,
    /// A network ACL.
    NetworkAcl,
    /// A DHCP options set.
    DhcpOptions,
}

/// Everything this crate refuses.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// Ids that name nothing in the caller's account and Region.
    NotFound(Kind, Vec<String>),
    /// A text that is no id of its kind.
    Malformed(Kind, String, &'static str),
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

impl AwsError for Error {
    fn fault(&self) -> Fault {
        let (code, sentence) = match self {
            Self::NotFound(kind, ids) => not_found(*kind, ids),
            Self::Malformed(kind, given, prefix) => {
                (malformed(*kind), format!("Invalid id: \"{given}\" (expecting \"{prefix}...\")"))
            }
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

/// The code of an id that is none of its kind. Some spell `Id` where the same kind's NotFound spells `ID`.
fn malformed(kind: Kind) -> &'static str {
    match kind {
        Kind::Vpc => "InvalidVpcID.Malformed",
        Kind::CidrAssociation => "InvalidVpcCidrBlockAssociationID.Malformed",
        Kind::Subnet => "InvalidSubnetID.Malformed",
        Kind::RouteTable => "InvalidRouteTableId.Malformed",
        Kind::Association => "InvalidAssociationID.Malformed",
        Kind::InternetGateway => "InvalidInternetGatewayId.Malformed",
        Kind::RouteGateway => "InvalidGatewayID.Malformed",
        Kind::NatGateway => "InvalidNatGatewayID.Malformed",
        Kind::Instance => "InvalidInstanceID.Malformed",
        Kind::NetworkInterface => "InvalidNetworkInterfaceId.Malformed",
        Kind::SecurityGroup => "InvalidGroupId.Malformed",
        Kind::Rule => "InvalidSecurityGroupRuleId.Malformed",
        Kind::NetworkAcl => "InvalidNetworkAclId.Malformed",
        Kind::DhcpOptions => "InvalidDhcpOptionsId.Malformed",
    }
}

/// How a kind is called in its sentence: singular and plural.
fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Vpc => ("vpc ID", "vpc IDs"),
        Kind::CidrAssociation => ("vpc CIDR block association ID", "vpc CIDR block association IDs"),
        Kind::Subnet => ("subnet ID", "subnet IDs"),
        Kind::RouteTable => ("routeTable ID", "routeTable IDs"),
        Kind::Association => ("association ID", "association IDs"),
        Kind::InternetGateway => ("internetGateway ID", "internetGateway IDs"),
        Kind::RouteGateway => ("gateway ID", "gateway IDs"),
        Kind::NatGateway => ("natGateway ID", "natGateway IDs"),
        Kind::Instance => ("instance ID", "instance IDs"),
        Kind::NetworkInterface => ("networkInterface ID", "networkInterface IDs"),
        Kind::SecurityGroup => ("security group", "security groups"),
        Kind::Rule => ("security group rule ID", "security group rule IDs"),
        Kind::NetworkAcl => ("networkAcl ID", "networkAcl IDs"),
        Kind::DhcpOptions => ("dhcpOption ID", "dhcpOption IDs"),
    }
}

fn not_found(kind: Kind, ids: &[String]) -> (&'static str, String) {
    let code = match kind {
        Kind::Vpc => "InvalidVpcID.NotFound",
        Kind::CidrAssociation => "InvalidVpcCidrBlockAssociationID.NotFound",
        Kind::Subnet => "InvalidSubnetID.NotFound",
        Kind::RouteTable => "InvalidRouteTableID.NotFound",
        Kind::Association => "InvalidAssociationID.NotFound",
        Kind::InternetGateway => "InvalidInternetGatewayID.NotFound",
        Kind::RouteGateway => "InvalidGatewayID.NotFound",
        Kind::NatGateway => "InvalidNatGatewayID.NotFound",
        Kind::Instance => "InvalidInstanceID.NotFound",
        Kind::NetworkInterface => "InvalidNetworkInterfaceID.NotFound",
        Kind::SecurityGroup => "InvalidGroup.NotFound",
        Kind::Rule => "InvalidSecurityGroupRuleId.NotFound",
        Kind::NetworkAcl => "InvalidNetworkAclID.NotFound",
        Kind::DhcpOptions => "InvalidDhcpOptionID.NotFound",
    };
    let (one, many) = words(kind);
    let sentence = match ids {
        [id] => format!("The {one} '{id}' does not exist"),
        ids => format!("The {many} '{}' do not exist", ids.join(", ")),
    };
    (code, sentence)
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
