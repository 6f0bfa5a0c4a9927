//! What leads from one network to others: peering connections, transit gateways, customers' networks, and the services
//! and appliances behind endpoints.

use crate::address::Block;

/// A peering connection that leads.
#[derive(Clone, Debug)]
pub struct Peering {
    /// `pcx-…`
    pub id: String,
    /// Both networks.
    pub vpcs: [usize; 2],
    /// Whether rules of the one may name groups of the other.
    pub refers: bool,
}

/// What is attached to a transit gateway.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// `tgw-attach-…`
    pub id: String,
    /// `tgw-…`
    pub gateway: String,
    /// What it is.
    pub what: Attached,
    /// The table that tells where what comes from it goes.
    pub table: Option<usize>,
}

/// What an attachment leads to.
#[derive(Clone, Debug)]
pub enum Attached {
    /// A VPC, by one interface in each of some zones.
    Vpc {
        /// The VPC.
        vpc: usize,
        /// The zones.
        zones: Vec<Zone>,
        /// Whether rules may name groups of other VPCs that are attached so.
        refers: bool,
    },
    /// Another transit gateway, by its own attachment.
    Gateway(usize),
    /// A customer's network.
    Customer(usize),
    /// Something that the engine does not know.
    Other,
}

/// A zone of a VPC that is attached to a transit gateway.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// The attachment's interface in it.
    pub interface: usize,
    /// The VPC's subnets in it.
    pub subnets: Vec<usize>,
}

/// A route table of a transit gateway.
#[derive(Clone, Debug, Default)]
pub struct TransitTable {
    /// `tgw-rtb-…`
    pub id: String,
    /// Its routes; no two lead to the same block.
    pub routes: Vec<TransitRoute>,
}

/// A route of a transit gateway.
#[derive(Clone, Debug)]
pub struct TransitRoute {
    /// Where to.
    pub destination: Block,
    /// By which attachment; none of a blackhole.
    pub by: Option<usize>,
    /// Whether it was listed, and not told by an attachment.
    pub is_listed: bool,
}

/// A customer's network, and Amazon's gateway to it.
#[derive(Clone, Debug)]
pub struct Customer {
    /// `vgw-…`, or `vpn-…` of what is attached to a transit gateway.
    pub id: String,
    /// The VPC of a virtual private gateway.
    pub vpc: Option<usize>,
    /// The attachment to a transit gateway.
    pub attachment: Option<usize>,
    /// Whether there is a connection.
    pub is_connected: bool,
    /// The route table of a virtual private gateway's own: what comes from the customer goes by it.
    pub table: Option<usize>,
}

/// A gateway endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `vpce-…`
    pub id: String,
    /// Its VPC.
    pub vpc: usize,
    /// Whether it is available.
    pub works: bool,
}

/// A Gateway Load Balancer endpoint: what is led to it comes out of it again, once the appliances behind have seen it.
#[derive(Clone, Debug)]
pub struct Middlebox {
    /// `vpce-…`
    pub id: String,
    /// Its interface, by whose subnet's table packets go on.
    pub interface: usize,
    /// Whether it is available.
    pub works: bool,
}
