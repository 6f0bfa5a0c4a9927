//! Why a NAT gateway does not come about. It is told by the gateway itself, after its creation was answered.
//! Source: VPC user guide, "Troubleshoot NAT gateways".

use super::Addresses;

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NatFailure {
    /// The subnet has gone.
    NoSubnet(String),
    /// The subnet has too few free addresses.
    SubnetFull,
    /// The network has no internet gateway.
    NoInternetGateway(String),
    /// The elastic address has gone.
    NoAllocation(String),
    /// The elastic address leads elsewhere.
    Associated(String),
    /// The private address cannot be had.
    Address(Addresses),
}

impl NatFailure {
    /// Code and sentence.
    pub fn said(&self) -> (&'static str, String) {
        match self {
            Self::NoSubnet(id) => (
                "InvalidSubnetID.NotFound",
                format!("The specified subnet {id} does not exist or could not be found."),
            ),
            Self::SubnetFull => (
                "InsufficientFreeAddressesInSubnet",
                "Subnet has insufficient free addresses to create this NAT gateway".to_owned(),
            ),
            Self::NoInternetGateway(vpc) => {
                ("Gateway.NotAttached", format!("Network {vpc} has no Internet gateway attached"))
            }
            Self::NoAllocation(id) => (
                "InvalidAllocationID.NotFound",
                format!("Elastic IP address {id} could not be associated with this NAT gateway"),
            ),
            Self::Associated(id) => {
                ("Resource.AlreadyAssociated", format!("Elastic IP address [{id}] is already associated"))
            }
            Self::Address(refusal) => refusal.said(),
        }
    }
}

impl From<Addresses> for NatFailure {
    fn from(refusal: Addresses) -> Self {
        match refusal {
            Addresses::SubnetFull => Self::SubnetFull,
            other => Self::Address(other),
        }
    }
}
