//! The need of services that are reached within networks: to put interfaces of their own there. Met by `vpc`.
//!
//! Users see such an interface and cannot change it; only the service that made it takes it away. Everything happens in
//! the transaction of the service's own change.

use base::{Ids, Scope, Tags};
use std::net::{Ipv4Addr, Ipv6Addr};
use store::Tx;

/// Interfaces that belong to services.
pub trait ServiceInterfaces: Send + Sync {
    /// Makes one, which is in use from its beginning.
    fn make(
        &self,
        ids: &Ids,
        tx: &mut Tx,
        scope: &Scope,
        wish: &WishedInterface,
    ) -> Result<MadeInterface, NotPlaced>;
    /// Puts one into other groups.
    fn regroup(&self, tx: &mut Tx, scope: &Scope, id: &str, groups: &[String]) -> Result<(), NotPlaced>;
    /// Takes one away; its addresses are free again. One that is gone already stays so.
    fn remove(&self, tx: &mut Tx, scope: &Scope, id: &str);
}

/// What an interface is to be.
#[derive(Clone, Debug)]
pub struct WishedInterface {
    /// In which subnet.
    pub subnet: String,
    /// Its groups by id; none puts it into no group at all.
    pub groups: Vec<String>,
    /// `interface`, `network_load_balancer`, `efs` and so on.
    pub kind: &'static str,
    /// What it says of itself: `ELB app/name/50dc6c495c0c9188`.
    pub description: String,
    /// Who asked for it, as its requester is told: `amazon-elb`, or an account of AWS's.
    pub requester: String,
    /// Who has it, as its attachment tells: `amazon-elb`.
    pub instance_owner: String,
    /// Its address; the lowest free one where none is given.
    pub address: Option<Ipv4Addr>,
    /// Its IPv6 address, where it is to have this one.
    pub ipv6_address: Option<Ipv6Addr>,
    /// Whether it is to have an IPv6 address of any kind.
    pub has_ipv6: bool,
    /// How it is reached from outside.
    pub public: PublicAddress,
    /// Its tags.
    pub tags: Tags,
}

/// How an interface is reached from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PublicAddress {
    /// Not at all.
    #[default]
    None,
    /// By an address that AWS lends it.
    Lent,
    /// By an elastic address, named by its allocation.
    Allocation(String),
}

/// An interface that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeInterface {
    /// `eni-0123456789abcdef0`.
    pub id: String,
    /// Its subnet.
    pub subnet: String,
    /// Its VPC.
    pub vpc: String,
    /// Its address; that of a subnet of IPv6 alone is `None`.
    pub address: Option<Ipv4Addr>,
    /// Its IPv6 address.
    pub ipv6_address: Option<Ipv6Addr>,
    /// The address it is reached by from outside.
    pub public_address: Option<Ipv4Addr>,
    /// Its groups by id.
    pub groups: Vec<String>,
}

/// Why an interface cannot stand where it is wished: whoever wishes says it in the words of its own API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPlaced {
    /// No such subnet.
    NoSubnet(String),
    /// No such group.
    NoGroup(String),
    /// The group belongs to another VPC.
    GroupElsewhere(String),
    /// More groups than an interface may have.
    TooManyGroups,
    /// The subnet has no free address.
    SubnetFull(String),
    /// The address is taken, or reserved.
    AddressInUse(String),
    /// The address lies outside the subnet.
    AddressOutside(String),
    /// The subnet has no IPv6 block, or is of IPv6 alone.
    WrongFamily(String),
    /// No such elastic address.
    NoAllocation(String),
    /// The elastic address leads elsewhere.
    AllocationInUse(String),
    /// Anything else that networks refuse, in their words.
    Other(String),
}
