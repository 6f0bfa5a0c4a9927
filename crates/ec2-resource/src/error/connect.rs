//! What is refused of what connects networks: peering, VPN and transit gateways.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connect {
    /// Only the other account may do that with the peering connection: account, what, connection.
    NotYours(String, &'static str, String),
    /// The connection is accepted, or rejected, in the Region of its accepter: Region, connection, Region, what.
    WrongRegion(String, String, String, &'static str),
    /// The connection is in no state for that: connection, its state, the one that is wanted.
    Transition(String, &'static str, &'static str),
    /// The connection has no options before it is active.
    NotActive(String),
    /// The virtual private gateway is not attached there: gateway and VPC.
    NoVpnAttachment(String, String),
    /// The virtual private gateway is attached elsewhere.
    VpnAttachmentLimit,
    /// The VPC has a virtual private gateway.
    VpcHasVpnGateway(String),
    /// The virtual private gateway does not serve the table's VPC: gateway and VPC.
    VpnNotAttached(String, String),
    /// The route does not go with the table's association with a gateway.
    EdgeConflict(String),
    /// The virtual private gateway is attached or has connections.
    VpnGatewayInUse(String),
    /// The customer gateway has connections.
    CustomerGatewayInUse,
    /// The connection has no such route: connection and destination.
    NoVpnRoute(String, String),
    /// The transit gateway has attachments: gateway, their kind, their ids.
    HasAttachments(String, &'static str, String),
    /// Attachments are associated with the transit gateway's route table.
    TableInUse(String),
    /// Something is in no state for that: its id.
    State(String),
    /// The VPC is attached already: the gateway.
    SameVpc(String),
    /// Two subnets of one zone.
    SameZone,
    /// The attachment has a route table.
    HasTable(String),
    /// The attachment is not associated with that table: attachment and table.
    NotAssociated(String, String),
    /// The attachment propagates there: attachment and table.
    Propagates(String, String),
    /// It does not: attachment and table.
    NotPropagating(String, String),
    /// The transit gateway's route table has the route.
    TransitRouteExists(String),
    /// It does not have it: destination and table.
    NoTransitRoute(String, String),
    /// The table has a reference to the list: list and table.
    ReferenceExists(String, String),
    /// It has none: list and table.
    NoReference(String, String),
}

impl Connect {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::NotYours(account, what, id) => {
                ("OperationNotPermitted", format!("User ({account}) cannot {what} peering {id}"))
            }
            Self::WrongRegion(asked, id, right, what) => (
                "OperationNotPermitted",
                format!(
                    "Incorrect region ({asked}) specified for this request. VPC peering connection {id} must be {what} in region {right}"
                ),
            ),
            Self::Transition(id, from, to) => (
                "InvalidStateTransition",
                format!("Invalid state transition for {id}, attempted to transition from {from} to {to}"),
            ),
            Self::NotActive(id) => (
                "OperationNotPermitted",
                format!("Peering {id} is not active. Peering options can be added only to active peerings."),
            ),
            Self::NoVpnAttachment(gateway, vpc) => (
                "InvalidVpnGatewayAttachment.NotFound",
                format!("The attachment with vpn gateway ID '{gateway}' and vpc ID '{vpc}' does not exist"),
            ),
            Self::VpnAttachmentLimit => (
                "VpnGatewayAttachmentLimitExceeded",
                "The maximum number of attachments has been reached.".to_owned(),
            ),
            Self::VpcHasVpnGateway(vpc) => (
                "InvalidVpcState",
                format!("VPC {vpc} is currently attached to the Virtual Private Gateway."),
            ),
            Self::VpnNotAttached(gateway, vpc) => {
                ("Gateway.NotAttached", format!("Virtual private gateway {gateway} is not attached to {vpc}"))
            }
            // Recorded in a log of Terraform: CreateRoute in a table that is associated with an internet gateway.
            Self::EdgeConflict(gateway) => (
                "RouteConflict",
                format!("Route table has a conflicting association with the gateway {gateway}"),
            ),
            Self::VpnGatewayInUse(id) => ("IncorrectState", format!("The vpnGateway ID '{id}' is in use")),
            Self::CustomerGatewayInUse => ("IncorrectState", "The customer gateway is in use.".to_owned()),
            Self::NoVpnRoute(id, to) => (
                "InvalidRoute.NotFound",
                format!("The route '{to}' of the vpnConnection '{id}' does not exist"),
            ),
            Self::HasAttachments(id, kind, attachments) => {
                ("IncorrectState", format!("{id} has non-deleted {kind} Attachments: {attachments}."))
            }
            Self::TableInUse(id) => {
                ("IncorrectState", format!("{id} has non-deleted Transit Gateway Attachment associations."))
            }
            Self::State(id) => ("IncorrectState", format!("{id} is in invalid state")),
            Self::SameVpc(id) => (
                "DuplicateTransitGatewayAttachment",
                format!("{id} has non-deleted Transit Gateway Attachments with same VPC ID."),
            ),
            Self::SameZone => ("DuplicateSubnetsInSameZone", "Duplicate Subnets for same AZ".to_owned()),
            Self::HasTable(id) => (
                "Resource.AlreadyAssociated",
                format!("Transit Gateway Attachment {id} is already associated to a route table."),
            ),
            Self::NotAssociated(attachment, table) => (
                "InvalidAssociation.NotFound",
                format!("Transit Gateway Attachment {attachment} is not associated with {table}."),
            ),
            Self::Propagates(attachment, table) => (
                "TransitGatewayRouteTablePropagation.Duplicate",
                format!("Propagation of {attachment} to {table} already exists."),
            ),
            Self::NotPropagating(attachment, table) => (
                "TransitGatewayRouteTablePropagation.NotFound",
                format!("Propagation of {attachment} to {table} does not exist."),
            ),
            Self::TransitRouteExists(to) => ("RouteAlreadyExists", format!("Route for {to} already exists.")),
            Self::NoTransitRoute(to, table) => {
                ("InvalidRoute.NotFound", format!("Route {to} does not exist in {table}."))
            }
            Self::ReferenceExists(list, table) => (
                "InvalidTransitGatewayPrefixListReference.Duplicate",
                format!("Prefix List Reference for {list} already exists in {table}."),
            ),
            Self::NoReference(list, table) => (
                "InvalidPrefixListReference.NotFound",
                format!("Prefix List Reference for {list} does not exist in {table}."),
            ),
        }
    }
}
