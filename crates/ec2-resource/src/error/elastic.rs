//! What is refused of public addresses and of what translates to them.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elastic {
    /// No elastic address is that one.
    NoPublicAddress(String),
    /// Too many elastic addresses.
    TooMany,
    /// No elastic address is left in the pool.
    PoolEmpty,
    /// The elastic address has a name.
    PtrSet(String),
    /// The elastic address is associated: allocation and association.
    Associated(String, String),
    /// The network has no internet gateway.
    NoInternetGateway(String),
    /// The network has public addresses.
    Mapped(String),
    /// A NAT gateway is asked to stand in no subnet.
    NatSubnet(String),
    /// Too many NAT gateways in a zone.
    NatLimit,
    /// The NAT gateway is not available: its id and its state.
    NatState(String, &'static str),
    /// The primary address of a NAT gateway stays.
    NatPrimary(String),
}

impl Elastic {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::NoPublicAddress(address) => {
                ("InvalidAddress.NotFound", format!("Address '{address}' not found."))
            }
            Self::TooMany => {
                ("AddressLimitExceeded", "The maximum number of addresses has been reached.".to_owned())
            }
            Self::PtrSet(id) => (
                "InvalidAddress.PtrSet",
                format!(
                    "The address with allocation id [{id}] cannot be released because it has a PTR record set."
                ),
            ),
            Self::Associated(allocation, association) => (
                "Resource.AlreadyAssociated",
                format!("resource {allocation} is already associated with associate-id {association}"),
            ),
            Self::NoInternetGateway(vpc) => {
                ("Gateway.NotAttached", format!("Network {vpc} is not attached to any internet gateway"))
            }
            Self::Mapped(vpc) => (
                "DependencyViolation",
                format!(
                    "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
                ),
            ),
            Self::NatSubnet(subnet) => ("InvalidSubnet", format!("Subnet {subnet} was not found")),
            Self::NatLimit => (
                "NatGatewayLimitExceeded",
                "Performing this operation would exceed the limit of 5 NAT gateways".to_owned(),
            ),
            Self::NatState(id, state) => (
                "IncorrectState",
                format!("The NAT gateway {id} is in the state {state}; it must be available."),
            ),
            Self::NatPrimary(id) => (
                "InvalidParameterValue",
                format!(
                    "The primary address of the NAT gateway {id} can be neither disassociated nor unassigned."
                ),
            ),
            Self::PoolEmpty => (
                "InsufficientAddressCapacity",
                "There are no more addresses in the pool of public addresses.".to_owned(),
            ),
        }
    }
}
