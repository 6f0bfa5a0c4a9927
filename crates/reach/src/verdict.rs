//! What is decided, and the trace of how.

use crate::network::Direction;
use crate::packet::Packet;

/// What becomes of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its packets arrive, and so do the answers.
    Allowed(Arrival),
    /// Its packets or the answers do not.
    Blocked(Obstacle),
}

/// Where a packet arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// At an interface.
    Interface(usize),
    /// On the internet.
    Internet,
    /// At the service behind a gateway endpoint.
    Endpoint(usize),
    /// At what answers in every subnet.
    Service(Service),
    /// In a customer's network.
    Customer(usize),
}

/// What answers in every subnet. Source: VPC user guide, "Control traffic to subnets using network ACLs": neither ACLs
/// nor groups see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Amazon's DNS.
    Dns,
    /// Instance metadata.
    Metadata,
    /// The clock.
    Time,
    /// Credentials of containers.
    Credentials,
    /// Licences of Windows.
    Licence,
}

/// Where from a packet comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// An interface sends it.
    Interface(usize),
    /// It comes from the internet.
    Internet,
    /// It comes from a customer's network.
    Customer(usize),
    /// It comes from the service behind a gateway endpoint.
    Endpoint(usize),
}

/// Of a flow, the way there or the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// There.
    Forward,
    /// Back.
    Return,
}

/// Why, and where, a flow is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// On which way.
    pub leg: Leg,
    /// What blocks it.
    pub place: Place,
    /// Why.
    pub why: Why,
    /// By which rule, where one decided.
    pub by: Option<By>,
}

/// A thing on the way, by its position among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An interface, by itself.
    Interface(usize),
    /// The groups of an interface.
    Groups(usize, Direction),
    /// The ACL of a subnet.
    Acl(usize, Direction),
    /// The route table of a subnet.
    Table(usize),
    /// The route table of a gateway: the table itself, and the VPC.
    Edge(usize, usize),
    /// An internet gateway.
    InternetGateway(usize),
    /// An egress-only internet gateway.
    EgressOnly(usize),
    /// A NAT gateway.
    Nat(usize),
    /// A gateway endpoint.
    Endpoint(usize),
    /// A Gateway Load Balancer endpoint.
    Middlebox(usize),
    /// A VPC, where it has nothing that the packet could pass.
    Vpc(usize),
    /// The internet.
    Internet,
    /// What answers in a subnet.
    Service(Service),
    /// A peering connection.
    Peering(usize),
    /// A transit gateway, come to by an attachment.
    Transit(usize),
    /// The gateway to a customer.
    Customer(usize),
}

/// The rule that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Of a security group: the group and the position of the rule.
    Rule(usize, usize),
    /// None: the flow is known from the way there.
    Tracked,
    /// Of a network ACL: the ACL and the position of the entry; without one the last, which denies.
    Entry(usize, Option<usize>),
    /// Of a route table: the table and the position of the route.
    Route(usize, usize),
    /// Of a transit gateway's table: the table and the position of the route.
    Transit(usize, usize),
}

/// Why a packet does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is not from the interface that sends it, which checks that.
    NotFromInterface,
    /// It is not for the interface that it comes to, which checks that.
    NotForInterface,
    /// No rule of the interface's groups is about it.
    NoRule,
    /// The subnet's ACL denies it.
    AclDenies,
    /// No route leads there.
    NoRoute,
    /// The route leads to something that is gone or of no use.
    Blackhole,
    /// Nobody has the address.
    NoSuchAddress,
    /// Addresses like this one are never routed.
    NeverRouted,
    /// The sender's address is not paired with a public one.
    NoPublicAddress,
    /// Gateways to the internet take nothing for private addresses (RFC 1918).
    PrivateDestination,
    /// Nor for shared ones (RFC 6598).
    SharedDestination,
    /// Nor from private addresses.
    PrivateSource,
    /// Nor from shared ones.
    SharedSource,
    /// The public address leads to no interface.
    NotAPublicAddress,
    /// The VPC has no internet gateway.
    NoInternetGateway,
    /// The gateway's own table leads to an interface without a public address.
    NotPublic,
    /// What is for the sender is led elsewhere by the gateway's own table: it does not leave directly.
    Redirected,
    /// The account blocks public access.
    PublicAccessBlocked,
    /// The gateway is for IPv6 only, or for IPv4 only.
    Family,
    /// The gateway does not carry the protocol.
    Protocol,
    /// The gateway begins no flows into the VPC.
    OutwardOnly,
    /// The gateway takes only what is from its VPC.
    SourceOutsideVpc,
    /// The gateway is not available.
    NotAvailable,
    /// The gateway has not seen the way there.
    UnknownFlow,
    /// What the route leads to is not judged.
    Unsupported,
    /// The network across the peering connection does not have the address.
    OutsidePeer,
    /// What is from elsewhere does not pass a peering connection.
    ForeignToPeer,
    /// Only what interfaces of the VPC send goes to a customer.
    ForeignToCustomer,
    /// No interface of the VPC has the address that the customer asks for.
    UnknownToCustomer,
    /// The gateway has no connection.
    NotConnected,
    /// The VPC is attached to the transit gateway, but not in the sender's zone.
    ZoneNotAttached,
    /// The attachment has no table.
    NoTransitTable,
    /// No route of the transit gateway leads there.
    NoTransitRoute,
    /// The transit gateway's route drops, or leads to something that is gone.
    TransitBlackhole,
    /// It goes in circles.
    Circles,
    /// The answer arrives, but not where the flow began.
    Astray,
}

/// One step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// On which way.
    pub leg: Leg,
    /// What is passed.
    pub place: Place,
    /// The packet as it comes there.
    pub before: Packet,
    /// The packet as it goes on.
    pub after: Packet,
    /// The rule that decided.
    pub by: Option<By>,
    /// Why it does not pass; `None` where it does.
    pub why: Option<Why>,
}

/// Who looks on.
pub trait Tracer {
    /// Whether the walk goes on behind a rule that blocks, to see what else would. The verdict is that of the first.
    const WHOLE: bool;
    /// Another step.
    fn note(&mut self, hop: Hop);
}

/// Nobody: the verdict alone counts.
impl Tracer for () {
    const WHOLE: bool = false;

    fn note(&mut self, _hop: Hop) {}
}

/// All steps, and everything that blocks.
impl Tracer for Vec<Hop> {
    const WHOLE: bool = true;

    fn note(&mut self, hop: Hop) {
        self.push(hop);
    }
}
