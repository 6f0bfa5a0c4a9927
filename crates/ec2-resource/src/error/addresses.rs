//! What is refused of private addresses and of the interfaces that have them.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// Somebody has the address.
    InUse(String),
    /// The text is no address.
    NoAddress(String),
    /// The address lies outside its subnet.
    Outside,
    /// The address is one that AWS keeps.
    Reserved(String),
    /// The subnet has too few free addresses.
    SubnetFull,
    /// The subnet has too few free blocks.
    NoBlocks,
    /// The subnet has too few free blocks for an interface that is to be made.
    NoBlocksAtBirth,
    /// The first address of an interface stays.
    PrimaryStays,
    /// The interface does not have all of these addresses.
    NotAssigned(String),
    /// Too many addresses for one interface.
    PerInterface,
    /// Too many groups for one interface.
    GroupsPerInterface,
    /// A group lies in another network than an interface, or than the group whose rule names it.
    OtherNetwork,
    /// The interface is attached.
    InterfaceInUse(String),
    /// It belongs to a service.
    NotYours,
    /// The attachment belongs to a service.
    ServiceAttachment,
}

impl Addresses {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::InUse(address) => ("InvalidIPAddress.InUse", format!("Address {address} is in use.")),
            Self::NoAddress(text) => {
                ("InvalidParameterValue", format!("invalid value for parameter address: {text}"))
            }
            Self::Outside => (
                "InvalidParameterValue",
                "Address does not fall within the subnet's address range".to_owned(),
            ),
            Self::Reserved(address) => {
                ("InvalidParameterValue", format!("Address {address} is in subnet's reserved address range"))
            }
            Self::SubnetFull => (
                "InsufficientFreeAddressesInSubnet",
                "The specified subnet does not have enough free addresses to satisfy the request.".to_owned(),
            ),
            Self::NoBlocks => (
                "InsufficientCidrBlocks",
                "The specified subnet does not have enough free cidr blocks to satisfy the request."
                    .to_owned(),
            ),
            Self::NoBlocksAtBirth => (
                "InvalidParameterValue",
                "There aren't sufficient free Ipv4 addresses or prefixes".to_owned(),
            ),
            Self::PrimaryStays => {
                ("InvalidParameterValue", "Primary private IP address may not be unassigned".to_owned())
            }
            Self::NotAssigned(id) => (
                "InvalidParameterValue",
                format!("Some of the specified addresses are not assigned to interface {id}"),
            ),
            Self::PerInterface => {
                ("PrivateIpAddressLimitExceeded", "Number of private addresses will exceed limit.".to_owned())
            }
            Self::GroupsPerInterface => (
                "SecurityGroupsPerInterfaceLimitExceeded",
                "The maximum number of security groups per interface has been reached.".to_owned(),
            ),
            // Recorded of rules, boto3 issue 569, and of interfaces, cluster-api-provider-aws issue 3943.
            Self::OtherNetwork => (
                "InvalidGroup.NotFound",
                "You have specified two resources that belong to different networks.".to_owned(),
            ),
            Self::InterfaceInUse(id) => {
                ("InvalidParameterValue", format!("Network interface '{id}' is currently in use."))
            }
            Self::NotYours => {
                ("AuthFailure", "You do not have permission to access the specified resource.".to_owned())
            }
            Self::ServiceAttachment => (
                "OperationNotPermitted",
                "You are not allowed to manage 'ela-attach' attachments.".to_owned(),
            ),
        }
    }
}
