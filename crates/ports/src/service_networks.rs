//! The need of services that stand in networks: to know the VPCs, subnets and groups that a call names. Met by `vpc`.

use crate::Cx;
use base::{Ipv4Block, Ipv6Block, Scope, Zone};
use store::Tx;

/// Networks as services see them that put something into them.
pub trait ServiceNetworks: Send + Sync {
    /// The VPC of that id; `None` where the scope has none.
    fn vpc(&self, tx: &Tx, scope: &Scope, id: &str) -> Option<KnownVpc>;
    /// The subnet of that id, which may be one that another account shares.
    fn subnet(&self, tx: &Tx, scope: &Scope, id: &str) -> Option<KnownSubnet>;
    /// The security group of that id.
    fn group(&self, tx: &Tx, scope: &Scope, id: &str) -> Option<KnownGroup>;
    /// The default security group of a VPC.
    fn default_group(&self, tx: &Tx, scope: &Scope, vpc: &str) -> Option<KnownGroup>;
    /// The default VPC, where the Region has one; it is made when nobody has looked there before.
    fn default_vpc(&self, cx: &Cx, tx: &mut Tx) -> Option<KnownVpc>;
}

/// What services may know of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownVpc {
    /// `vpc-0123456789abcdef0`.
    pub id: String,
    /// Its blocks, the primary one first.
    pub blocks: Vec<Ipv4Block>,
    /// Its IPv6 blocks.
    pub ipv6_blocks: Vec<Ipv6Block>,
    /// Whether an internet gateway is attached.
    pub has_internet_gateway: bool,
    /// `default` or `dedicated`.
    pub tenancy: String,
}

/// What services may know of a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSubnet {
    /// `subnet-0123456789abcdef0`.
    pub id: String,
    /// The VPC it lies in.
    pub vpc: String,
    /// Its zone.
    pub zone: Zone,
    /// Its block; that of a subnet of IPv6 alone is `None`.
    pub block: Option<Ipv4Block>,
    /// Its IPv6 block.
    pub ipv6_block: Option<Ipv6Block>,
    /// Addresses that are free.
    pub free_addresses: u32,
    /// Whether its route table leads to an internet gateway.
    pub is_public: bool,
}

/// What services may know of a security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownGroup {
    /// `sg-0123456789abcdef0`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The VPC it belongs to.
    pub vpc: String,
}
