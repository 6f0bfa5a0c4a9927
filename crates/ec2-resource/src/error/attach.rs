//! What is refused of instances and the interfaces, subnets and groups they are to have.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attach {
    /// The instance neither runs nor is stopped.
    State(String),
    /// Interface and instance stand in different zones.
    OtherZone,
    /// The instance's type has no room for so many interfaces: their number, and the type.
    Full(usize, String),
    /// The instance has an interface at that index.
    IndexTaken(String, u32),
    /// The instance has several interfaces, of which none is named.
    Several(String),
    /// The primary interface stays; the number of its network card.
    Primary(u32),
    /// An interface that an instance is to begin with belongs to another one.
    InUse(String),
    /// A group and a subnet lie in different networks.
    OtherNetwork(String, String),
    /// No group of that name is in the default VPC: name and VPC.
    NoGroup(String, String),
    /// The subnet has too few free addresses for the instances.
    NoRoom(String),
    /// The subnet stands in another zone: the wanted zone, the subnet and its zone.
    SubnetZone(String, String, String),
    /// Neither a subnet is named, nor is there a default VPC.
    NoDefaultVpc,
    /// The zone has no default subnet.
    NoDefaultSubnet(String),
    /// The default VPC has no default subnets.
    NoDefaultSubnets(String),
}

impl Attach {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::State(id) => ("IncorrectState", format!("Instance '{id}' is not 'running'.")),
            Self::OtherZone => (
                "InvalidParameterCombination",
                "You may not attach a network interface to an instance if they are not in the same availability zone"
                    .to_owned(),
            ),
            Self::Full(count, of) => {
                ("AttachmentLimitExceeded", format!("Interface count {count} exceeds the limit for {of}"))
            }
            Self::IndexTaken(id, index) => (
                "InvalidParameterValue",
                format!("Instance '{id}' already has an interface attached at device index '{index}'."),
            ),
            Self::Several(id) => (
                "InvalidInstanceID",
                format!(
                    "There are multiple interfaces attached to instance '{id}'. Please specify an interface ID for the operation instead."
                ),
            ),
            Self::Primary(card) => (
                "OperationNotPermitted",
                format!("The network interface at device index 0 and networkCard index {card} cannot be detached."),
            ),
            Self::InUse(id) => ("InvalidNetworkInterface.InUse", format!("Interface: [{id}] in use.")),
            Self::OtherNetwork(group, subnet) => (
                "InvalidParameter",
                format!("Security group {group} and subnet {subnet} belong to different networks."),
            ),
            Self::NoGroup(name, vpc) => (
                "InvalidGroup.NotFound",
                format!("The security group '{name}' does not exist in default VPC '{vpc}'"),
            ),
            Self::NoRoom(subnet) => (
                "InsufficientFreeAddressesInSubnet",
                format!(
                    "There are not enough free addresses in subnet '{subnet}' to satisfy the requested number of instances."
                ),
            ),
            Self::SubnetZone(wanted, subnet, zone) => (
                "InvalidParameterValue",
                format!("Value ({wanted}) for parameter availabilityZone is invalid. Subnet '{subnet}' is in the availability zone {zone}"),
            ),
            Self::NoDefaultVpc => (
                "VPCIdNotSpecified",
                "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC."
                    .to_owned(),
            ),
            Self::NoDefaultSubnet(zone) => {
                ("InvalidInput", format!("No default subnet for availability zone: '{zone}'."))
            }
            Self::NoDefaultSubnets(vpc) => (
                "MissingInput",
                format!("No subnets found for the default VPC '{vpc}'. Please specify a subnet."),
            ),
        }
    }
}
