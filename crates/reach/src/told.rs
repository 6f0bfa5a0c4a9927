//! What was judged, told with the ids of everything on the way: for the API, for people, for what is kept.

use crate::flow::Judged;
use crate::network::{Attached, Direction, Network, Peer, Target};
use crate::packet::{ICMP, ICMPV6, Packet, TCP, UDP};
use crate::rules::Traffic;
use crate::verdict::{Arrival, By, Hop, Leg, Place, Service, Verdict, Why};
use serde::{Deserialize, Serialize};

/// A flow that was judged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// Whether its packets arrive, and the answers too.
    pub allowed: bool,
    /// Where they arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrives_at: Option<String>,
    /// The packet that was judged.
    pub packet: Header,
    /// The way there, then the way back.
    pub hops: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// `forward` or `return`.
    pub leg: String,
    /// `network-interface`, `security-group`, `network-acl`, `route-table` and so on; `internet`, or a service.
    pub kind: String,
    /// Its id; none of the internet's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Of groups and ACLs: `ingress` or `egress`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// The interface that the groups are about, or that belongs to the gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// All groups of that interface.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The instance of an interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet: Option<String>,
    /// The VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<String>,
    /// The packet as it comes.
    pub packet: Header,
    /// The packet as it goes on, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub becomes: Option<Header>,
    /// What decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Why it does not pass; none where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Blocked>,
}

/// Why something does not pass.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Blocked {
    /// The explanation code of Reachability Analyzer.
    pub code: String,
    /// Which part of the packet an interface refuses: `source-address` or `destination-address`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// In words.
    pub because: String,
    /// What would let it pass.
    pub remedy: String,
}

/// What of a packet rules look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The source address.
    pub source: String,
    /// The destination address.
    pub destination: String,
    /// The protocol's number.
    pub protocol: u8,
    /// Source and destination port, where the protocol has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<(u16, u16)>,
}

/// A rule that decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Rule {
    /// Of a security group.
    SecurityGroup {
        /// `sgr-…`
        id: String,
        /// The other side: a block, a group or a prefix list.
        peer: String,
        /// `tcp`, `all` and so on.
        protocol: String,
        /// The lowest and the highest port; none where all.
        ports: Option<(u16, u16)>,
    },
    /// The flow is known from the way there.
    Tracked,
    /// Of a network ACL.
    NetworkAcl {
        /// Its number.
        number: i32,
        /// Whether it allows.
        allows: bool,
        /// The other side.
        cidr: String,
        /// `6`, `all` and so on.
        protocol: String,
        /// The lowest and the highest port; none where all.
        ports: Option<(u16, u16)>,
    },
    /// Of a route table.
    RouteTable {
        /// Where to: a block or a prefix list.
        destination: String,
        /// What it leads to: an id or `local`.
        target: String,
        /// Whether that is of use.
        active: bool,
    },
    /// Of a transit gateway's route table.
    TransitGatewayRouteTable {
        /// The table.
        table: String,
        /// Where to.
        destination: String,
        /// The attachment; none of a blackhole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attachment: Option<String>,
        /// Whether it was listed.
        is_static: bool,
    },
}

/// The number of the entry that no ACL lacks. Source: VPC user guide, "Network ACL rules".
const LAST: i32 = 32_767;

/// Tells what was judged.
pub fn told(network: &Network, judged: &Judged) -> Told {
    let arrival = match judged.verdict {
        Verdict::Allowed(arrival) => Some(arrival),
        Verdict::Blocked(_) => None,
    };
    Told {
        allowed: arrival.is_some(),
        arrives_at: arrival.map(|arrival| match arrival {
            Arrival::Interface(own) => network.parts.interfaces[own].id.clone(),
            Arrival::Internet => "internet".to_owned(),
            Arrival::Endpoint(own) => network.parts.endpoints[own].id.clone(),
            Arrival::Service(service) => service_word(service).to_owned(),
            Arrival::Customer(own) => network.parts.customers[own].id.clone(),
        }),
        packet: header(judged.packet),
        hops: judged.hops.iter().map(|hop| step(network, hop, &judged.hops)).collect(),
    }
}

fn header(packet: Packet) -> Header {
    let has_ports = matches!(packet.protocol, TCP | UDP);
    Header {
        source: packet.source.to_string(),
        destination: packet.destination.to_string(),
        protocol: packet.protocol,
        ports: has_ports.then_some((packet.from, packet.to)),
    }
}

fn service_word(service: Service) -> &'static str {
    match service {
        Service::Dns => "dns",
        Service::Metadata => "instance-metadata",
        Service::Time => "time",
        Service::Credentials => "container-credentials",
        Service::Licence => "windows-licence",
    }
}

fn direction_word(direction: Direction) -> String {
    match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }
    .to_owned()
}

fn step(network: &Network, hop: &Hop, hops: &[Hop]) -> Step {
    let leg = match hop.leg {
        Leg::Forward => "forward",
        Leg::Return => "return",
    };
    let empty = Step {
        leg: leg.to_owned(),
        kind: String::new(),
        id: None,
        direction: None,
        interface: None,
        groups: Vec::new(),
        instance: None,
        subnet: None,
        vpc: None,
        packet: header(hop.before),
        becomes: (hop.before != hop.after).then(|| header(hop.after)),
        rule: hop.by.and_then(|by| rule(network, hop, by)),
        blocked: hop.why.map(|why| super::because::blocked(network, hop, why)),
    };
    placed(network, hop, hops, empty)
}

/// The step with where it is.
fn placed(network: &Network, hop: &Hop, hops: &[Hop], step: Step) -> Step {
    let parts = &network.parts;
    let vpc = |position: usize| Some(parts.vpcs[position].id.clone());
    let subnet = |position: usize| {
        let own = &parts.subnets[position];
        (Some(own.id.clone()), vpc(own.vpc))
    };
    let kind = |kind: &str, id: &str| (kind.to_owned(), Some(id.to_owned()));
    match hop.place {
        Place::Interface(own) => {
            let own = &parts.interfaces[own];
            let (kind, id) = kind("network-interface", &own.id);
            let (subnet, vpc) = subnet(own.subnet);
            Step { kind, id, subnet, vpc, instance: own.instance.clone(), ..step }
        }
        Place::Groups(position, direction) => {
            let own = &parts.interfaces[position];
            let groups: Vec<String> =
                own.groups.iter().map(|group| parts.groups[*group].id.clone()).collect();
            let deciding = deciding(hop, hops).map(|group| parts.groups[group].id.clone());
            let id = deciding.or_else(|| groups.first().cloned());
            let (subnet, vpc) = subnet(own.subnet);
            let (kind, direction) = ("security-group".to_owned(), Some(direction_word(direction)));
            Step { kind, id, direction, interface: Some(own.id.clone()), groups, subnet, vpc, ..step }
        }
        Place::Acl(own, direction) => {
            let (kind, id) = kind("network-acl", &parts.acls[parts.subnets[own].acl].id);
            let (subnet, vpc) = subnet(own);
            Step { kind, id, direction: Some(direction_word(direction)), subnet, vpc, ..step }
        }
        Place::Table(own) => {
            let (kind, id) = kind("route-table", &parts.tables[parts.subnets[own].table].id);
            let (subnet, vpc) = subnet(own);
            Step { kind, id, subnet, vpc, ..step }
        }
        Place::Edge(own, of) => {
            let (kind, id) = kind("route-table", &parts.tables[own].id);
            Step { kind, id, vpc: vpc(of), ..step }
        }
        Place::InternetGateway(own) => {
            let (kind, id) = kind("internet-gateway", &parts.internet_gateways[own].id);
            Step { kind, id, vpc: parts.internet_gateways[own].vpc.and_then(vpc), ..step }
        }
        Place::EgressOnly(own) => {
            let (kind, id) = kind("egress-only-internet-gateway", &parts.egress_only[own].id);
            Step { kind, id, vpc: parts.egress_only[own].vpc.and_then(vpc), ..step }
        }
        Place::Nat(own) => {
            let (kind, id) = kind("natgateway", &parts.nats[own].id);
            let card = parts.nats[own].interface.map(|card| &parts.interfaces[card]);
            let (subnet, vpc) = card.map_or((None, None), |card| subnet(card.subnet));
            Step { kind, id, interface: card.map(|card| card.id.clone()), subnet, vpc, ..step }
        }
        Place::Endpoint(own) => {
            let own = &parts.endpoints[own];
            let (kind, id) = kind("vpc-endpoint", &own.id);
            Step { kind, id, vpc: vpc(own.vpc), ..step }
        }
        Place::Middlebox(own) => {
            let own = &parts.middleboxes[own];
            let (kind, id) = kind("vpc-endpoint", &own.id);
            let card = &parts.interfaces[own.interface];
            let (subnet, vpc) = subnet(card.subnet);
            Step { kind, id, interface: Some(card.id.clone()), subnet, vpc, ..step }
        }
        Place::Vpc(own) => {
            let (kind, id) = kind("vpc", &parts.vpcs[own].id);
            Step { kind, id: id.clone(), vpc: id, ..step }
        }
        Place::Internet => Step { kind: "internet".to_owned(), ..step },
        Place::Service(service) => Step { kind: service_word(service).to_owned(), ..step },
        Place::Peering(own) => {
            let (kind, id) = kind("vpc-peering-connection", &parts.peerings[own].id);
            Step { kind, id, ..step }
        }
        Place::Transit(own) => {
            let (kind, id) = kind("transit-gateway-attachment", &parts.attachments[own].id);
            let of_vpc = match parts.attachments[own].what {
                Attached::Vpc { vpc: own, .. } => vpc(own),
                Attached::Gateway(_) | Attached::Customer(_) | Attached::Other => None,
            };
            Step { kind, id, vpc: of_vpc, ..step }
        }
        Place::Customer(own) => {
            let own = &parts.customers[own];
            let word = if own.attachment.is_some() { "vpn-connection" } else { "vpn-gateway" };
            let (kind, id) = kind(word, &own.id);
            Step { kind, id, vpc: own.vpc.and_then(vpc), ..step }
        }
    }
}

/// The group that let a packet pass; on the way back, the one that let the first pass.
fn deciding(hop: &Hop, hops: &[Hop]) -> Option<usize> {
    let of = |by: Option<By>| match by {
        Some(By::Rule(group, _)) => Some(group),
        Some(By::Tracked | By::Entry(..) | By::Route(..) | By::Transit(..)) | None => None,
    };
    let about = |other: &&Hop| match (other.place, hop.place) {
        (Place::Groups(one, _), Place::Groups(two, _)) => one == two,
        _ => false,
    };
    of(hop.by).or_else(|| hops.iter().filter(about).find_map(|other| of(other.by)))
}

/// Protocol and ports as the API spells them: by word in groups, by number in ACLs.
fn spelt(traffic: Traffic, by_word: bool) -> (String, Option<(u16, u16)>) {
    let (protocol, ports) = traffic.parts();
    let word = match (protocol, by_word) {
        (None, _) => "all".to_owned(),
        (Some(TCP), true) => "tcp".to_owned(),
        (Some(UDP), true) => "udp".to_owned(),
        (Some(ICMP), true) => "icmp".to_owned(),
        (Some(ICMPV6), true) => "icmpv6".to_owned(),
        (Some(other), _) => other.to_string(),
    };
    (word, matches!(protocol, Some(TCP | UDP)).then_some(ports))
}

fn rule(network: &Network, hop: &Hop, by: By) -> Option<Rule> {
    let parts = &network.parts;
    Some(match (by, hop.place) {
        (By::Tracked, _) => Rule::Tracked,
        (By::Rule(group, position), Place::Groups(_, direction)) => {
            let own = parts.groups[group].rules(direction).get(position)?;
            let peer = match own.peer {
                Peer::Block(block) => block.to_string(),
                Peer::Group(peer) => parts.groups[peer].id.clone(),
                Peer::List(list) => parts.lists[list].id.clone(),
                Peer::Nobody => return None,
            };
            let (protocol, ports) = spelt(own.traffic, true);
            Rule::SecurityGroup { id: own.id.clone(), peer, protocol, ports }
        }
        (By::Entry(acl, Some(position)), Place::Acl(_, direction)) => {
            let own = parts.acls[acl].entries(direction).get(position)?;
            let (protocol, ports) = spelt(own.traffic, false);
            let (number, allows, cidr) = (own.number, own.allows, own.block.to_string());
            Rule::NetworkAcl { number, allows, cidr, protocol, ports }
        }
        (By::Entry(_, None), _) => {
            let cidr = if hop.before.destination.is_v4() { "0.0.0.0/0" } else { "::/0" };
            let number = if hop.before.destination.is_v4() { LAST } else { LAST + 1 };
            let (protocol, cidr) = ("all".to_owned(), cidr.to_owned());
            Rule::NetworkAcl { number, allows: false, cidr, protocol, ports: None }
        }
        (By::Route(table, position), _) => {
            let own = parts.tables[table].routes.get(position)?;
            let target = target_id(network, &own.target);
            let list = own.list.map(|list| parts.lists[list].id.clone());
            let destination = list.unwrap_or_else(|| own.destination.to_string());
            Rule::RouteTable { destination, target, active: own.leads }
        }
        (By::Transit(table, position), _) => {
            let table = &parts.transit_tables[table];
            let own = table.routes.get(position)?;
            Rule::TransitGatewayRouteTable {
                table: table.id.clone(),
                destination: own.destination.to_string(),
                attachment: own.by.map(|by| parts.attachments[by].id.clone()),
                is_static: own.is_listed,
            }
        }
        (By::Rule(..) | By::Entry(..), _) => return None,
    })
}

/// The id of what a route leads to, or `local`.
pub fn target_id(network: &Network, target: &Target) -> String {
    let parts = &network.parts;
    match target {
        Target::Local => "local".to_owned(),
        Target::InternetGateway(own) => parts.internet_gateways[*own].id.clone(),
        Target::EgressOnly(own) => parts.egress_only[*own].id.clone(),
        Target::Nat(own) => parts.nats[*own].id.clone(),
        Target::Interface(own) => parts.interfaces[*own].id.clone(),
        Target::Peering(own) => parts.peerings[*own].id.clone(),
        Target::Transit(own) => parts.attachments[*own].gateway.clone(),
        Target::Customer(own) => parts.customers[*own].id.clone(),
        Target::Endpoint(own) => parts.endpoints[*own].id.clone(),
        Target::Middlebox(own) => parts.middleboxes[*own].id.clone(),
        Target::Other(id) => id.clone(),
    }
}

/// The explanation code of Reachability Analyzer. Source: its guide, "Explanation codes".
pub(crate) fn code(network: &Network, hop: &Hop, why: Why) -> &'static str {
    match why {
        Why::NotFromInterface | Why::NotForInterface => "ENI_SOURCE_DEST_CHECK_RESTRICTION",
        Why::NoRule => match hop.place {
            Place::Groups(own, direction) if has_no_rules(network, own, direction) => "SG_HAS_NO_RULES",
            _ => "ENI_SG_RULES_MISMATCH",
        },
        Why::AclDenies => "SUBNET_ACL_RESTRICTION",
        Why::NoRoute => "NO_ROUTE_TO_DESTINATION",
        Why::Blackhole => "BAD_STATE_ROUTE",
        Why::NoSuchAddress | Why::NeverRouted | Why::Circles | Why::Astray => "NO_POSSIBLE_DESTINATION",
        Why::NoPublicAddress => "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
        Why::PrivateDestination => "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
        Why::SharedDestination => "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS",
        Why::PrivateSource => "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS",
        Why::SharedSource => "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS",
        Why::NotAPublicAddress => "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        Why::NoInternetGateway | Why::UnknownFlow | Why::OutwardOnly => "NO_PATH",
        Why::NotPublic => "INGRESS_RTB_NO_PUBLIC_IP",
        Why::Redirected => "INGRESS_RTB_TRAFFIC_REDIRECTION",
        Why::Protocol if matches!(hop.place, Place::Endpoint(_)) => "VPCE_GATEWAY_PROTOCOL_RESTRICTION",
        Why::SourceOutsideVpc if matches!(hop.place, Place::Endpoint(_)) => {
            "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION"
        }
        Why::PublicAccessBlocked => "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
        Why::Family | Why::Protocol => "PROTOCOL_RESTRICTION",
        Why::SourceOutsideVpc => "NGW_REQUIRES_SOURCE_IN_VPC",
        Why::NotAvailable => "BAD_STATE",
        Why::Unsupported => "UNSUPPORTED_COMPONENT",
        Why::OutsidePeer | Why::ForeignToPeer => "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
        Why::ForeignToCustomer => "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS",
        Why::UnknownToCustomer => "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
        Why::NotConnected => match hop.place {
            Place::Customer(own) if network.parts.customers[own].attachment.is_some() => "TGW_BAD_STATE_VPN",
            _ => "BAD_STATE_VPN",
        },
        Why::ZoneNotAttached => "TGW_ATTACH_VPC_AZ_RESTRICTION",
        Why::NoTransitTable => "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION",
        Why::NoTransitRoute => "TGW_RTB_CANNOT_ROUTE",
        Why::TransitBlackhole => "TGW_RTB_BAD_STATE_ROUTE",
    }
}

fn has_no_rules(network: &Network, interface: usize, direction: Direction) -> bool {
    let parts = &network.parts;
    parts.interfaces[interface].groups.iter().all(|group| parts.groups[*group].rules(direction).is_empty())
}
