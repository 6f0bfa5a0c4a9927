//! Why something is blocked, and what would allow it, in words.

use crate::network::{Direction, Network};
use crate::packet::{ICMP, ICMPV6, Packet, TCP, UDP};
use crate::told::{Blocked, code};
use crate::verdict::{Hop, Place, Why};

/// Why a hop blocks.
pub(crate) fn blocked(network: &Network, hop: &Hop, why: Why) -> Blocked {
    let (because, remedy) = said(network, hop, why);
    let field = match why {
        Why::NotFromInterface => Some("source-address".to_owned()),
        Why::NotForInterface => Some("destination-address".to_owned()),
        _ => None,
    };
    Blocked { code: code(network, hop, why).to_owned(), field, because, remedy }
}

/// Protocol and port of a packet: `tcp port 443`.
fn traffic(packet: Packet) -> String {
    match packet.protocol {
        TCP => format!("tcp port {}", packet.to),
        UDP => format!("udp port {}", packet.to),
        ICMP | ICMPV6 => {
            let [kind, code] = packet.to.to_be_bytes();
            format!("icmp type {kind} code {code}")
        }
        other => format!("protocol {other}"),
    }
}

/// How the other side is met in a direction: `from 10.0.0.1/32`.
fn peer(packet: Packet, direction: Direction) -> String {
    match direction {
        Direction::Ingress => format!("from {}", packet.source.alone()),
        Direction::Egress => format!("to {}", packet.destination.alone()),
    }
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }
}

/// What blocks, and what to change.
fn said(network: &Network, hop: &Hop, why: Why) -> (String, String) {
    let packet = hop.before;
    let (source, destination) = (packet.source, packet.destination);
    match why {
        Why::NotFromInterface => (
            format!("{source} is no address of the interface, which checks whose packets it sends"),
            "switch the source/destination check off, or send from an address of the interface".to_owned(),
        ),
        Why::NotForInterface => (
            format!("{destination} is no address of the interface, which checks whose packets it gets"),
            "switch the source/destination check off, as on every interface that forwards".to_owned(),
        ),
        Why::NoRule | Why::AclDenies => of_rules(network, hop, why),
        Why::NoRoute => (
            format!("no route leads to {destination}"),
            format!("add a route to {destination}, or to a block that has it"),
        ),
        Why::Blackhole => (
            "the route's target is gone, or not attached".to_owned(),
            "replace the route by one whose target is there".to_owned(),
        ),
        Why::NoSuchAddress => (
            format!("no interface of the VPC has {destination}"),
            "ask for an address that is there".to_owned(),
        ),
        Why::NeverRouted => (
            format!("{destination} is loopback, link-local, multicast or broadcast"),
            "ask for an address that is routed".to_owned(),
        ),
        Why::NoPublicAddress => (
            format!("{source} is not paired with a public address"),
            format!("associate an elastic address with {source}, or lead the subnet to a NAT gateway"),
        ),
        Why::PrivateDestination | Why::SharedDestination => (
            format!("{destination} is not an address of the internet"),
            format!("add a route to {destination} that does not lead to the internet"),
        ),
        Why::PrivateSource | Why::SharedSource => {
            (format!("{source} is not an address of the internet"), "ask from a public address".to_owned())
        }
        Why::NotAPublicAddress => (
            format!("{destination} is not the public address of an interface"),
            "associate an elastic address with the interface, and ask for that".to_owned(),
        ),
        Why::NoInternetGateway => (
            "no internet gateway is attached to the VPC".to_owned(),
            "attach an internet gateway, and add a route to it".to_owned(),
        ),
        Why::NotPublic => (
            "the gateway's route table leads to an interface without a public address".to_owned(),
            "associate an elastic address with the interface that the gateway's route table leads to"
                .to_owned(),
        ),
        Why::Redirected => (
            format!("the gateway's route table leads what is for {source} elsewhere first"),
            "lead the subnet to the same appliance as the gateway's route table does".to_owned(),
        ),
        Why::PublicAccessBlocked => (
            "the account blocks public access to its VPCs".to_owned(),
            "exclude the VPC or the subnet from the block of public access, or change its mode".to_owned(),
        ),
        Why::Family => of_family(packet),
        Why::Protocol | Why::SourceOutsideVpc | Why::NotAvailable
            if matches!(hop.place, Place::Endpoint(_) | Place::Middlebox(_)) =>
        {
            of_endpoint(packet, why)
        }
        Why::Protocol => (
            "NAT gateways carry TCP, UDP and ICMP".to_owned(),
            "use one of these, or another way than the NAT gateway".to_owned(),
        ),
        Why::OutwardOnly => (
            "the gateway begins no flows into the VPC".to_owned(),
            "ask by an internet gateway and a public address of the interface".to_owned(),
        ),
        Why::SourceOutsideVpc => (
            format!("{source} is not in the VPC of the NAT gateway"),
            "let a NAT gateway of the sender's own VPC translate".to_owned(),
        ),
        Why::NotAvailable => {
            ("the NAT gateway is not available".to_owned(), "wait for it, or make another one".to_owned())
        }
        Why::UnknownFlow => (
            "the answer comes to a NAT gateway that has not seen the question".to_owned(),
            "lead both ways by the same gateway".to_owned(),
        ),
        Why::Unsupported => (
            "what the route leads to is gone, or not judged here".to_owned(),
            "replace the route by one whose target is judged".to_owned(),
        ),
        Why::OutsidePeer => (
            format!("{destination} is in no block of the VPC across the peering connection"),
            format!("peer with the VPC of {destination} itself: peering connections lead no further"),
        ),
        Why::ForeignToPeer => (
            format!(
                "{source} is in no block of the VPC that sends it, and peering connections are not transitive"
            ),
            "peer with the VPC of the sender itself, or use a transit gateway".to_owned(),
        ),
        Why::ForeignToCustomer => (
            format!("{source} is no address of an interface of the VPC"),
            "send from an interface of the VPC, or use a transit gateway".to_owned(),
        ),
        Why::UnknownToCustomer => (
            format!("no interface of the VPC has {destination}"),
            "ask for an address that is there".to_owned(),
        ),
        Why::NotConnected => (
            "the gateway has no VPN connection that is available".to_owned(),
            "create a VPN connection with the gateway".to_owned(),
        ),
        Why::ZoneNotAttached => (
            "the VPC is attached to the transit gateway, but not in the zone of the sender".to_owned(),
            "add a subnet of that zone to the attachment".to_owned(),
        ),
        Why::NoTransitTable => (
            "the attachment is associated with no route table of the transit gateway".to_owned(),
            "associate the attachment with a route table".to_owned(),
        ),
        Why::NoTransitRoute => (
            format!("no route of the transit gateway's table leads to {destination}"),
            format!("add a route to {destination}, or let the attachment that has it propagate"),
        ),
        Why::TransitBlackhole => (
            "the transit gateway's route drops packets, or its attachment is gone".to_owned(),
            "replace the route by one to an attachment that is there".to_owned(),
        ),
        Why::Circles => (
            "the packet goes in circles".to_owned(),
            "lead the subnets of what forwards to something else than each other".to_owned(),
        ),
        Why::Astray => (
            format!("the answer to {destination} does not arrive where the flow began"),
            "send from an address of the interface itself".to_owned(),
        ),
    }
}

fn of_endpoint(packet: Packet, why: Why) -> (String, String) {
    let (because, remedy) = match why {
        Why::Protocol => (
            "gateway endpoints carry TCP and echo requests".to_owned(),
            "use one of these, or another way than the endpoint",
        ),
        Why::SourceOutsideVpc => (
            format!("{} is not in the VPC of the endpoint", packet.source),
            "make an endpoint in the sender's own VPC",
        ),
        _ => ("the endpoint is not available".to_owned(), "wait for it, or make another one"),
    };
    (because, remedy.to_owned())
}

fn of_family(packet: Packet) -> (String, String) {
    if packet.destination.is_v4() {
        let because = "egress-only internet gateways carry IPv6".to_owned();
        return (because, "lead IPv4 to a NAT gateway or an internet gateway".to_owned());
    }
    let because = "the NAT gateway carries IPv4".to_owned();
    (because, "lead IPv6 to an egress-only internet gateway or an internet gateway".to_owned())
}

fn of_rules(network: &Network, hop: &Hop, why: Why) -> (String, String) {
    let packet = hop.before;
    let traffic = traffic(packet);
    match hop.place {
        Place::Groups(own, direction) => {
            let interface = &network.parts.interfaces[own];
            let groups: Vec<&str> =
                interface.groups.iter().map(|group| network.parts.groups[*group].id.as_str()).collect();
            let (groups, peer) = (groups.join(", "), peer(packet, direction));
            let (word, id) = (word(direction), &interface.id);
            (
                format!("no {word} rule of {groups} ({id}) allows {traffic} {peer}"),
                format!("add an {word} rule to one of {groups}: {traffic} {peer}"),
            )
        }
        Place::Acl(subnet, direction) => {
            let (subnet, peer) = (&network.parts.subnets[subnet].id, peer(packet, direction));
            let word = word(direction);
            (
                format!("the ACL of {subnet} denies {word} of {traffic} {peer}"),
                format!("add an {word} entry with a lower number that allows {traffic} {peer}"),
            )
        }
        _ => (format!("{why:?}"), String::new()),
    }
}
