//! The paths of a scope: each two ends of the networks between which packets pass, as statements want it. They are walked
//! by the engine that decides.

use crate::network_insights_access_scope::{
    End as EndStatement, Header, NetworkInsightsAccessScope, Path, Resources, block, ports,
};
use reach::Network;
use reach::address::Address;
use reach::flow::{End, Flow, Judged, judge};
use reach::packet::{Packet, TCP, UDP};
use reach::told::{Step, Told, told};
use reach::verdict::Verdict;

/// Pairs of ends that are tried at the most.
const MOST_PAIRS: usize = 40_000;
/// Findings of an analysis at the most.
const MOST_FINDINGS: usize = 1_000;

/// What was found, or why nothing can be said.
pub(super) fn search(network: &Network, scope: &NetworkInsightsAccessScope) -> Result<Vec<Told>, String> {
    let ends = ends(network);
    if ends.len() * ends.len() > MOST_PAIRS {
        return Err(format!(
            "The analysis would try more than {MOST_PAIRS} pairs of sources and destinations."
        ));
    }
    let mut found: Vec<Told> = Vec::new();
    for path in &scope.matches {
        for from in ends.iter().filter(|end| may_be(network, **end, path.source.as_ref())) {
            for to in ends.iter().filter(|end| may_be(network, **end, path.destination.as_ref())) {
                if from == to {
                    continue;
                }
                for flow in flows(*from, *to, path) {
                    let Some(passing) = passing(network, &flow) else { continue };
                    let is_wanted = fits(network, path, &passing)
                        && !scope.excludes.iter().any(|other| fits(network, other, &passing));
                    if is_wanted && found.iter().all(|own| !is_same(own, &passing.told)) {
                        found.push(passing.told);
                    }
                    if found.len() >= MOST_FINDINGS {
                        return Ok(found);
                    }
                }
            }
        }
    }
    Ok(found)
}

/// Every interface, and the internet where a gateway leads there.
fn ends(network: &Network) -> Vec<End> {
    let interfaces = (0..network.parts.interfaces.len()).map(End::Interface);
    let has_internet = network.parts.internet_gateways.iter().any(|own| own.vpc.is_some());
    interfaces.chain(has_internet.then_some(End::Internet)).collect()
}

/// A path that packets pass.
struct Passing {
    from: End,
    to: End,
    packet: Packet,
    told: Told,
}

fn passing(network: &Network, flow: &Flow) -> Option<Passing> {
    let judged: Judged = judge(network, flow).ok()?;
    match judged.verdict {
        Verdict::Allowed(_) => {
            let told = told(network, &judged);
            Some(Passing { from: flow.from, to: flow.to, packet: judged.packet, told })
        }
        Verdict::Blocked(_) => None,
    }
}

/// Whether two paths pass the same things by the same packet.
fn is_same(one: &Told, other: &Told) -> bool {
    let ids = |own: &Told| own.hops.iter().map(|step| step.id.clone()).collect::<Vec<_>>();
    one.packet == other.packet && ids(one) == ids(other)
}

/// The flows that a statement speaks of between two ends.
fn flows(from: End, to: End, path: &Path) -> Vec<Flow> {
    let of = |end: &Option<EndStatement>| end.as_ref().and_then(|own| own.header.clone()).unwrap_or_default();
    // What is said at either end is said of the same packets.
    let headers = [of(&path.source), of(&path.destination)];
    let all = |part: fn(&Header) -> &Vec<String>| -> Vec<String> {
        headers.iter().flat_map(|own| part(own).iter().cloned()).collect()
    };
    let outside = |end: End, texts: Vec<String>| -> Vec<Option<Address>> {
        let blocks = texts.iter().filter_map(|text| block(text)).map(|own| Some(own.network()));
        match end {
            End::Internet if !texts.is_empty() => blocks.collect(),
            End::Internet | End::Interface(_) | End::Address(_) | End::Customer(_) => vec![None],
        }
    };
    let ranges = |texts: Vec<String>| -> Vec<Option<(u16, u16)>> {
        if texts.is_empty() { vec![None] } else { texts.iter().map(|text| ports(text)).collect() }
    };
    let protocols = all(|own| &own.protocols);
    let mut flows = Vec::new();
    for (word, protocol) in [("tcp", TCP), ("udp", UDP)] {
        if !protocols.is_empty() && !protocols.iter().any(|own| own == word) {
            continue;
        }
        for source in outside(from, all(|own| &own.sources)) {
            for destination in outside(to, all(|own| &own.destinations)) {
                for from_ports in ranges(all(|own| &own.source_ports)) {
                    for to_ports in ranges(all(|own| &own.destination_ports)) {
                        flows.push(Flow { from, to, source, destination, protocol, from_ports, to_ports });
                    }
                }
            }
        }
    }
    flows
}

/// Whether an end may be one that a statement speaks of; what the gateway of the internet is, the way tells.
fn may_be(network: &Network, end: End, statement: Option<&EndStatement>) -> bool {
    let resources = statement.and_then(|own| own.resources.as_ref());
    match (resources, end) {
        (None, _) => true,
        (Some(own), End::Interface(interface)) => is_interface(network, interface, own),
        (Some(own), End::Internet | End::Address(_)) => {
            own.types.iter().any(|word| word == "AWS::EC2::InternetGateway")
                || own.named.iter().any(|text| id(text).starts_with("igw-"))
        }
        (Some(own), End::Customer(customer)) => {
            own.types.iter().any(|word| word == "AWS::EC2::VPNGateway")
                || own.named.iter().any(|text| id(text) == network.parts.customers[customer].id)
        }
    }
}

/// The id in an ARN, or the id itself.
fn id(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

fn is_interface(network: &Network, interface: usize, statement: &Resources) -> bool {
    let parts = &network.parts;
    let own = &parts.interfaces[interface];
    let subnet = &parts.subnets[own.subnet];
    let mut ids = vec![own.id.as_str(), subnet.id.as_str(), parts.vpcs[subnet.vpc].id.as_str()];
    ids.extend(own.instance.as_deref());
    ids.extend(own.groups.iter().map(|group| parts.groups[*group].id.as_str()));
    let is_type = |word: &str| match word {
        "AWS::EC2::NetworkInterface" | "AWS::EC2::Subnet" | "AWS::EC2::VPC" | "AWS::EC2::SecurityGroup" => {
            true
        }
        "AWS::EC2::Instance" => own.instance.is_some(),
        _ => false,
    };
    statement.named.iter().any(|text| ids.contains(&id(text)))
        || statement.types.iter().any(|word| is_type(word))
}

/// Whether a path is one that a statement speaks of.
fn fits(network: &Network, path: &Path, passing: &Passing) -> bool {
    let forward: Vec<&Step> = passing.told.hops.iter().filter(|step| step.leg == "forward").collect();
    let is_end = |statement: &Option<EndStatement>, end: End| {
        let Some(statement) = statement else { return true };
        let resources = statement.resources.as_ref().is_none_or(|own| match end {
            End::Interface(interface) => is_interface(network, interface, own),
            End::Internet | End::Address(_) => {
                forward.iter().any(|step| step.kind == "internet-gateway" && is_step(step, own))
            }
            End::Customer(_) => forward.iter().any(|step| step.kind == "vpn-gateway" && is_step(step, own)),
        });
        resources && statement.header.as_ref().is_none_or(|own| has_header(own, passing.packet))
    };
    is_end(&path.source, passing.from)
        && is_end(&path.destination, passing.to)
        && path.through.iter().all(|own| forward.iter().any(|step| is_step(step, own)))
}

/// Whether a step is at a resource that a statement speaks of.
fn is_step(step: &Step, statement: &Resources) -> bool {
    let ids = [&step.id, &step.instance, &step.subnet, &step.vpc, &step.interface];
    let groups = step.groups.iter().map(String::as_str);
    let ids: Vec<&str> = ids.into_iter().flatten().map(String::as_str).chain(groups).collect();
    let kind = match step.kind.as_str() {
        "egress-only-internet-gateway" => "AWS::EC2::EgressOnlyInternetGateway",
        "internet-gateway" => "AWS::EC2::InternetGateway",
        "natgateway" => "AWS::EC2::NatGateway",
        "network-acl" => "AWS::EC2::NetworkAcl",
        "network-interface" => "AWS::EC2::NetworkInterface",
        "route-table" => "AWS::EC2::RouteTable",
        "security-group" => "AWS::EC2::SecurityGroup",
        "vpc" => "AWS::EC2::VPC",
        _ => "",
    };
    let is_type = |word: &str| match word {
        "AWS::EC2::Instance" => step.instance.is_some(),
        "AWS::EC2::Subnet" => step.subnet.is_some(),
        "AWS::EC2::VPC" => step.vpc.is_some(),
        word => word == kind,
    };
    statement.named.iter().any(|text| ids.contains(&id(text)))
        || statement.types.iter().any(|word| is_type(word))
}

fn has_header(header: &Header, packet: Packet) -> bool {
    let has_address = |texts: &[String], address: Address| {
        texts.is_empty() || texts.iter().filter_map(|text| block(text)).any(|own| own.contains(address))
    };
    let has_port = |texts: &[String], port: u16| {
        texts.is_empty()
            || texts.iter().filter_map(|text| ports(text)).any(|(low, high)| (low..=high).contains(&port))
    };
    let protocol = if packet.protocol == TCP { "tcp" } else { "udp" };
    has_address(&header.sources, packet.source)
        && has_address(&header.destinations, packet.destination)
        && has_port(&header.source_ports, packet.from)
        && has_port(&header.destination_ports, packet.to)
        && (header.protocols.is_empty() || header.protocols.iter().any(|own| own == protocol))
}
