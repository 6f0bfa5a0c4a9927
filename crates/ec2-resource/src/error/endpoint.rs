//! What is refused of VPC endpoints, of the services behind them, and of EC2 Instance Connect endpoints. This family
//! spells `Id` where the rest of EC2 spells `ID`.

use policy::grammar::Refusal;

/// A refusal.
#[derive(Clone, Debug, PartialEq)]
pub enum Endpoint {
    /// A text that is no id.
    Malformed(Part, String),
    /// An id that names nothing.
    Missing(Part, String),
    /// The endpoint to be deleted is not there: told by a code of its own among what was not deleted.
    NoneToDelete(String),
    /// The same of a service.
    NoServiceToDelete(String),
    /// Parameters that do not go together, in a sentence.
    Parameter(String),
    /// No service has that name.
    NoService(String),
    /// The filter is none of the operation.
    Filter(String),
    /// The policy is no policy.
    Policy(Refusal),
    /// The policy is too long.
    PolicyLength,
    /// Two subnets of one zone: the second.
    SameZone(String),
    /// The table leads there already: table and prefix list. Told by a code of its own when an endpoint is made.
    RouteExists(String, String),
    /// The same when an endpoint is changed.
    RouteExistsAlready(String, String),
    /// Routes do not lead to endpoints of this type.
    NoTarget(String),
    /// The endpoint's own routes go with it: destination and table.
    OwnRoute(String, String),
    /// Too many endpoints.
    TooMany,
    /// No load balancer has that ARN.
    NoLoadBalancer(String),
    /// The text is no ARN of a load balancer.
    LoadBalancerArn(String),
    /// The text names nobody.
    Principal(String),
    /// Endpoints are connected to the service.
    Connected(String),
    /// The connection cannot be accepted or rejected: endpoint and state.
    ConnectionState(String, &'static str),
    /// Too many endpoints of EC2 Instance Connect: in the VPC or in the Region.
    InstanceConnectLimit,
    /// The endpoint is about to change: id and state.
    Busy(String, &'static str),
}

/// What an id names that this family spells in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A VPC.
    Vpc,
    /// A subnet.
    Subnet,
    /// A route table.
    RouteTable,
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Self::Vpc => "Vpc",
            Self::Subnet => "Subnet",
            Self::RouteTable => "RouteTable",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Vpc => "vpc-",
            Self::Subnet => "subnet-",
            Self::RouteTable => "rtb-",
        }
    }

    fn malformed(self) -> &'static str {
        match self {
            Self::Vpc => "InvalidVpcId.Malformed",
            Self::Subnet => "InvalidSubnetId.Malformed",
            Self::RouteTable => "InvalidRouteTableId.Malformed",
        }
    }

    fn missing(self) -> &'static str {
        match self {
            Self::Vpc => "InvalidVpcId.NotFound",
            Self::Subnet => "InvalidSubnetId.NotFound",
            Self::RouteTable => "InvalidRouteTableId.NotFound",
        }
    }
}

impl Endpoint {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::Malformed(part, text) => (part.malformed(), unreadable(part.word(), text, part.prefix())),
            Self::Missing(part, id) => {
                (part.missing(), format!("The {} Id {id} does not exist", part.word()))
            }
            Self::Parameter(sentence) => ("InvalidParameter", sentence.clone()),
            Self::NoService(name) => {
                ("InvalidServiceName", format!("The Vpc Endpoint Service '{name}' does not exist"))
            }
            Self::Filter(name) => ("InvalidFilter", format!("The filter '{name}' is invalid")),
            Self::Policy(refusal) => ("InvalidPolicyDocument", refusal.sentence()),
            Self::PolicyLength => {
                let sentence = "The Policy Document is not valid. The document is too large. Maximum size is 20480 characters.";
                ("InvalidPolicyDocument", sentence.to_owned())
            }
            Self::SameZone(subnet) => (
                "DuplicateSubnetsInSameZone",
                format!(
                    "Found another VPC endpoint subnet in the availability zone of {subnet}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service."
                ),
            ),
            Self::RouteExists(table, list) => ("RouteAlreadyExists", route_exists(table, list)),
            Self::RouteExistsAlready(table, list) => ("InvalidParameter", route_exists(table, list)),
            Self::NoTarget(id) => (
                "RouteNotSupported",
                format!(
                    "Route table contains unsupported route target: {id}. VPC Endpoints of this type cannot be used as route targets."
                ),
            ),
            Self::OwnRoute(to, table) => (
                "InvalidParameterValue",
                format!("cannot remove VPC endpoint route {to} in route table {table}"),
            ),
            Self::NoneToDelete(id) => {
                ("InvalidVpcEndpoint.NotFound", format!("The Vpc Endpoint Id '{id}' does not exist"))
            }
            Self::NoServiceToDelete(id) => (
                "InvalidVpcEndpointService.NotFound",
                format!("The VpcEndpointService Id '{id}' does not exist"),
            ),
            Self::TooMany => (
                "VpcEndpointLimitExceeded",
                "The maximum number of VPC endpoints has been reached.".to_owned(),
            ),
            Self::NoLoadBalancer(arn) => (
                "InvalidNetworkLoadBalancerArn.NotFound",
                format!("The Network Load Balancer ARN '{arn}' does not exist"),
            ),
            Self::LoadBalancerArn(arn) => (
                "InvalidNetworkLoadBalancerArn.Malformed",
                format!("The Network Load Balancer ARN '{arn}' is malformed"),
            ),
            Self::Principal(text) => ("InvalidPrincipal", format!("Invalid Principal: '{text}'")),
            Self::Connected(id) => (
                "ExistingVpcEndpointConnections",
                format!("Service {id} has existing active VPC Endpoint connections!"),
            ),
            Self::ConnectionState(id, state) => (
                "InvalidState",
                format!(
                    "The Vpc Endpoint {id} is in the state {state}, in which its connection cannot be changed"
                ),
            ),
            Self::InstanceConnectLimit => (
                "InstanceConnectEndpointLimitExceeded",
                "The maximum number of EC2 Instance Connect Endpoints has been reached.".to_owned(),
            ),
            Self::Busy(id, state) => (
                "IncorrectState",
                format!("The request cannot be completed while {id} is in the current state ({state})."),
            ),
        }
    }
}

fn route_exists(table: &str, list: &str) -> String {
    format!("route table {table} already has a route with destination-prefix-list-id {list}")
}

/// What this family says of a text that is no id.
pub(super) fn unreadable(word: &str, text: &str, prefix: &str) -> String {
    format!(
        "Invalid {word} Id: '{text}' (expecting '{prefix}...; the Id may only contain lowercase alphanumeric characters and a single dash')"
    )
}
