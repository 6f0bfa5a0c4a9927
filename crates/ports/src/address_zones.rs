//! The need of load balancers: to know in which zone an address of a network lies, and whose it is. Met by `vpc`.

use base::{Scope, Zone};
use std::net::IpAddr;
use store::Tx;

/// Zones of addresses.
pub trait AddressZones: Send + Sync {
    /// The zone of the subnet of that VPC in which the address lies; `None` where it lies in none.
    fn zone_of(&self, tx: &Tx, scope: &Scope, vpc: &str, address: IpAddr) -> Option<Zone>;
    /// The service that has the interface of that VPC which has the address: `amazon-elb`. `None` where none has one.
    fn service_at(&self, tx: &Tx, scope: &Scope, vpc: &str, address: IpAddr) -> Option<String>;
}
