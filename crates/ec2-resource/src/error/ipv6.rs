//! What is refused of IPv6 blocks and addresses.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ipv6 {
    /// The text is no block, or not one of the lengths that AWS takes.
    NoBlock(String),
    /// The block lies outside its VPC, or does not begin where it says.
    SubnetRange(String),
    /// The block overlaps a sibling.
    SubnetConflict(String),
    /// The subnet has a block already.
    SubnetHasBlock(String),
    /// The VPC has as many blocks as it may have.
    TooManyBlocks(String),
    /// The subnet has no block, so that nothing in it gets an address by itself: the attribute and the subnet.
    NeedsBlock(&'static str, String),
    /// The subnet gives addresses of the block to whatever is made in it.
    BlockAssigns(String),
    /// Interfaces have addresses of the block.
    BlockInUse(String),
    /// Addresses are asked for in a subnet that has no block.
    NoSubnetBlock(String),
    /// A list of addresses and their number.
    CountAndAddresses,
    /// A list of prefixes and their number.
    CountAndPrefixes,
    /// A subnet for IPv6 only is asked to have an IPv4 block.
    NativeWithIpv4,
    /// IPv4 addresses are asked for in a subnet for IPv6 only.
    NativeAddresses(String),
    /// The pool of blocks of one's own does not exist.
    NoPool(String),
    /// The primary address stays.
    PrimaryStays,
    /// The interface has no address that could be the primary one.
    NoPrimary(String),
}

impl Ipv6 {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::NoBlock(text) => {
                ("InvalidParameterValue", format!("invalid value for parameter ipv6-cidr-block: {text}"))
            }
            Self::SubnetRange(block) => {
                ("InvalidSubnet.Range", format!("The IPv6 CIDR '{block}' is invalid."))
            }
            Self::SubnetConflict(block) => {
                ("InvalidSubnet.Conflict", format!("The IPv6 CIDR '{block}' conflicts with another subnet"))
            }
            Self::SubnetHasBlock(subnet) => (
                "CidrLimitExceeded",
                format!("This subnet '{subnet}' has met its maximum number of allowed IPv6 CIDRs: 1"),
            ),
            Self::TooManyBlocks(vpc) => (
                "CidrLimitExceeded",
                format!("This network '{vpc}' has met its maximum number of allowed CIDRs: 5"),
            ),
            Self::NeedsBlock(attribute, subnet) => (
                "InvalidParameterValue",
                format!(
                    "Invalid value 'true' for {attribute}. Cannot set {attribute} to true unless the subnet ({subnet}) has an IPv6 CIDR block associated with it."
                ),
            ),
            Self::BlockAssigns(id) => (
                "InvalidCidrBlock.InUse",
                format!(
                    "The subnet IPv6 CIDR block with association ID {id} may not be disassociated, because its subnet has assign-ipv6-address-on-creation set to true."
                ),
            ),
            Self::BlockInUse(id) => (
                "InvalidCidrBlock.InUse",
                format!(
                    "The subnet IPv6 CIDR block with association ID {id} may not be disassociated, because it contains IPv6 addresses that are in use."
                ),
            ),
            Self::NoSubnetBlock(subnet) => (
                "InvalidParameterValue",
                format!("The subnet '{subnet}' does not have an IPv6 CIDR block associated with it."),
            ),
            Self::CountAndAddresses => (
                "InvalidParameterCombination",
                "IPv6 addresses and IPv6 address count may not be specified on the same request".to_owned(),
            ),
            Self::CountAndPrefixes => (
                "InvalidParameterCombination",
                "IPv6 prefixes and IPv6 prefix count may not be specified on the same request".to_owned(),
            ),
            Self::NativeWithIpv4 => (
                "InvalidParameterCombination",
                "When specifying ipv4 parameters, cidrBlock or ipv4IpamPoolId, you cannot set ipv6Native to true."
                    .to_owned(),
            ),
            Self::NativeAddresses(subnet) => (
                "InvalidParameterCombination",
                format!("IPv4 addresses cannot be assigned in the IPv6-only subnet '{subnet}'."),
            ),
            Self::NoPool(id) => {
                ("InvalidIpv6PoolID.NotFound", format!("The ipv6 pool ID '{id}' does not exist"))
            }
            Self::PrimaryStays => {
                ("InvalidParameterValue", "Primary IPv6 address may not be unassigned".to_owned())
            }
            Self::NoPrimary(id) => (
                "InvalidParameterValue",
                format!("The network interface '{id}' has no IPv6 address that could be the primary one."),
            ),
        }
    }
}
