//! Statements about paths, as calls have them and as they are told again.

use super::model::{End, Header, Path, Resources};
use crate::error::Error;
use reach::address::{Address, Block};
use shapes_ec2 as ec2;

/// Types of resources that paths begin, end or pass at: Network Access Analyzer guide, "Network Access Scopes". What of
/// them no network here has is never found.
const TYPES: [&str; 13] = [
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::Instance",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkInterface",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::TransitGatewayAttachment",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::EC2::VPNGateway",
];

/// Statements of one call at the most.
const MOST_PATHS: usize = 50;

/// A block; a single address is a block of its own.
pub(crate) fn block(text: &str) -> Option<Block> {
    text.parse().ok().or_else(|| text.parse::<Address>().ok().map(Address::alone))
}

/// `443`, or `1024-65535`.
pub(crate) fn ports(text: &str) -> Option<(u16, u16)> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let (low, high) = (low.parse().ok()?, high.parse().ok()?);
    (low <= high).then_some((low, high))
}

pub(super) fn parse(
    name: &'static str,
    given: Option<Vec<ec2::AccessScopePathRequest>>,
) -> Result<Vec<Path>, Error> {
    let given = given.unwrap_or_default();
    if given.len() > MOST_PATHS {
        return Err(Error::Value(
            name,
            given.len().to_string(),
            format!("At most {MOST_PATHS} can be given."),
        ));
    }
    given.into_iter().map(path).collect()
}

fn path(given: ec2::AccessScopePathRequest) -> Result<Path, Error> {
    let through = given.through_resources.unwrap_or_default();
    let through = through.into_iter().filter_map(|own| own.resource_statement).map(resources);
    let path = Path {
        source: given.source.map(end).transpose()?,
        destination: given.destination.map(end).transpose()?,
        through: through.collect::<Result<_, _>>()?,
    };
    if path.source.is_none() && path.destination.is_none() && path.through.is_empty() {
        let sentence = "A path must have a source, a destination or a through resource";
        return Err(Error::Combination(sentence.to_owned()));
    }
    Ok(path)
}

fn end(given: ec2::PathStatementRequest) -> Result<End, Error> {
    Ok(End {
        header: given.packet_header_statement.map(header).transpose()?,
        resources: given.resource_statement.map(resources).transpose()?,
    })
}

fn resources(given: ec2::ResourceStatementRequest) -> Result<Resources, Error> {
    let (named, types) = (given.resources.unwrap_or_default(), given.resource_types.unwrap_or_default());
    if named.is_empty() == types.is_empty() {
        let sentence = "A resource statement must have either resources or resource types";
        return Err(Error::Combination(sentence.to_owned()));
    }
    if let Some(unknown) = types.iter().find(|own| !TYPES.contains(&own.as_str())) {
        let reason = format!("Valid values are {}.", TYPES.join(", "));
        return Err(Error::Value("resourceType", unknown.clone(), reason));
    }
    Ok(Resources { named, types })
}

fn header(given: ec2::PacketHeaderStatementRequest) -> Result<Header, Error> {
    let lists = [given.source_prefix_lists, given.destination_prefix_lists];
    if lists.iter().flatten().any(|list| !list.is_empty()) {
        let sentence = "Prefix lists of packet header statements are not built yet: give addresses";
        return Err(Error::Parameter(sentence.to_owned()));
    }
    let checked = |name: &'static str, list: Option<Vec<String>>, is_good: fn(&str) -> bool, reason: &str| {
        let list = list.unwrap_or_default();
        match list.iter().find(|own| !is_good(own)) {
            None => Ok(list),
            Some(bad) => Err(Error::Value(name, bad.clone(), reason.to_owned())),
        }
    };
    let (address, port) = ("It is no address and no CIDR block.", "It is no port and no range of ports.");
    let is_protocol = |text: &str| matches!(text, "tcp" | "udp");
    Ok(Header {
        sources: checked("sourceAddress", given.source_addresses, |own| block(own).is_some(), address)?,
        destinations: checked(
            "destinationAddress",
            given.destination_addresses,
            |own| block(own).is_some(),
            address,
        )?,
        source_ports: checked("sourcePort", given.source_ports, |own| ports(own).is_some(), port)?,
        destination_ports: checked(
            "destinationPort",
            given.destination_ports,
            |own| ports(own).is_some(),
            port,
        )?,
        protocols: checked("protocol", given.protocols, is_protocol, "Valid values are tcp, udp.")?,
    })
}

pub(super) fn shape(path: &Path) -> ec2::AccessScopePath {
    let through = path
        .through
        .iter()
        .map(|own| ec2::ThroughResourcesStatement { resource_statement: Some(of_resources(own)) });
    ec2::AccessScopePath {
        source: path.source.as_ref().map(of_end),
        destination: path.destination.as_ref().map(of_end),
        through_resources: Some(through.collect()),
    }
}

fn of_end(end: &End) -> ec2::PathStatement {
    let header = end.header.as_ref().map(|own| ec2::PacketHeaderStatement {
        source_addresses: Some(own.sources.clone()),
        destination_addresses: Some(own.destinations.clone()),
        source_ports: Some(own.source_ports.clone()),
        destination_ports: Some(own.destination_ports.clone()),
        source_prefix_lists: Some(Vec::new()),
        destination_prefix_lists: Some(Vec::new()),
        protocols: Some(own.protocols.clone()),
    });
    ec2::PathStatement {
        packet_header_statement: header,
        resource_statement: end.resources.as_ref().map(of_resources),
    }
}

fn of_resources(own: &Resources) -> ec2::ResourceStatement {
    ec2::ResourceStatement { resources: Some(own.named.clone()), resource_types: Some(own.types.clone()) }
}
