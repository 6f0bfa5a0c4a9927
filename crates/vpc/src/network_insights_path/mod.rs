//! Paths of Reachability Analyzer.

mod model;

pub(crate) use model::{End, NetworkInsightsPath};

use crate::error::{Error, Kind};
use crate::event::Changed;
use crate::id::NetworkInsightsPathId;
use crate::listing::{self, Wish};
use crate::network_insights_analysis::NetworkInsightsAnalysis;
use crate::resource::{self, Resource, required, tag_set, take};
use crate::token::{self, Once, once};
use crate::{Vpc as Service, home, tag};
use base::{Arn, Scope};
use model::Filter;
use ports::Cx;
use shapes_ec2 as ec2;
use std::net::Ipv4Addr;

/// What may be an end of a path: what its ids begin with, the longer ones first, and the word in its ARN.
const ENDS: [(&str, &str); 9] = [
    ("i-", "instance"),
    ("eni-", "network-interface"),
    ("igw-", "internet-gateway"),
    ("tgw-attach-", "transit-gateway-attachment"),
    ("tgw-", "transit-gateway"),
    ("vpce-svc-", "vpc-endpoint-service"),
    ("vpce-", "vpc-endpoint"),
    ("pcx-", "vpc-peering-connection"),
    ("vgw-", "vpn-gateway"),
];

/// `CreateNetworkInsightsPath`: whether the ends are there is seen when the path is analysed. The same client token
/// gives the same path.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateNetworkInsightsPathRequest,
) -> Result<ec2::CreateNetworkInsightsPathResult, Error> {
    let digest = token::digest(&input);
    let call = Once {
        operation: "CreateNetworkInsightsPath",
        token: input.client_token.as_deref(),
        digest: &digest,
    };
    let tags = tag::of_specifications(input.tag_specifications, NetworkInsightsPath::TYPE)?;
    let source = end("source", &required(input.source, "source")?, cx.scope())?;
    let destination = input.destination.filter(|text| !text.is_empty());
    let destination = destination.map(|text| end("destination", &text, cx.scope())).transpose()?;
    let at_source = input.filter_at_source.map(|own| filter("filterAtSource", own)).transpose()?;
    let at_destination =
        input.filter_at_destination.map(|own| filter("filterAtDestination", own)).transpose()?;
    if destination.is_none() && at_source.is_none_or(|own| own.destination.is_none()) {
        // Told so in hashicorp/terraform-provider-aws, issue 38132.
        return Err(Error::MissingOneOf(
            "The request must include either the Destination parameter or the FilterAtSource.DestinationAddress parameter. Add the required parameter and retry the request.",
        ));
    }
    let given = required(input.protocol, "protocol")?;
    let protocol = given.to_ascii_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp") {
        return Err(Error::Value("protocol", given, "Valid values are tcp and udp.".to_owned()));
    }
    let destination_port = input.destination_port.map(|own| port("destinationPort", own)).transpose()?;
    let source_ip = input.source_ip.map(|text| address("sourceIp", text)).transpose()?;
    let destination_ip = input.destination_ip.map(|text| address("destinationIp", text)).transpose()?;
    let path = home::write(cx, |tx| {
        once(tx, cx.scope(), &call, |tx| {
            let path = NetworkInsightsPath {
                scope: cx.scope().clone(),
                id: NetworkInsightsPathId::new(cx.ids()),
                created_at: cx.now(),
                source: source.clone(),
                destination: destination.clone(),
                source_ip,
                destination_ip,
                protocol: protocol.clone(),
                destination_port,
                at_source,
                at_destination,
                tags: tags.clone(),
            };
            tx.emit(&Changed { kind: "NetworkInsightsPathCreated", resource: path.arn() });
            tx.put(path.clone());
            Ok(path)
        })
    })?;
    Ok(ec2::CreateNetworkInsightsPathResult { network_insights_path: Some(shape(&path)) })
}

/// An end by its id or its ARN.
fn end(name: &'static str, given: &str, scope: &Scope) -> Result<End, Error> {
    let unknown = || Error::Value(name, given.to_owned(), "The resource type is not supported.".to_owned());
    let by_arn = given.starts_with("arn:");
    let id = match by_arn {
        true => {
            let arn: Arn = given.parse().map_err(|_| unknown())?;
            arn.resource.split_once('/').map(|(_, id)| id.to_owned()).ok_or_else(unknown)?
        }
        false => given.to_owned(),
    };
    let (_, word) = ENDS.iter().find(|(prefix, _)| id.starts_with(prefix)).ok_or_else(unknown)?;
    let arn = if by_arn { given.to_owned() } else { resource::arn(scope, word, &id) };
    Ok(End { id, arn })
}

fn address(name: &'static str, text: String) -> Result<Ipv4Addr, Error> {
    text.parse().map_err(|_| Error::Value(name, text, "It is not an IPv4 address.".to_owned()))
}

fn port(name: &'static str, port: i32) -> Result<u16, Error> {
    u16::try_from(port).map_err(|_| Error::Value(name, port.to_string(), "Ports are 0 to 65535.".to_owned()))
}

/// A range of ports; one that is half said is one port.
fn ports(
    name: &'static str,
    range: Option<ec2::RequestFilterPortRange>,
) -> Result<Option<(u16, u16)>, Error> {
    let (from, to) = range.map_or((None, None), |range| (range.from_port, range.to_port));
    let (Some(low), Some(high)) = (from.or(to), to.or(from)) else { return Ok(None) };
    let (low, high) = (port(name, low)?, port(name, high)?);
    if low > high {
        let reason = "The first port must not be above the last.".to_owned();
        return Err(Error::Value(name, format!("{low}-{high}"), reason));
    }
    Ok(Some((low, high)))
}

fn filter(name: &'static str, own: ec2::PathRequestFilter) -> Result<Filter, Error> {
    Ok(Filter {
        source: own.source_address.map(|text| address(name, text)).transpose()?,
        source_ports: ports(name, own.source_port_range)?,
        destination: own.destination_address.map(|text| address(name, text)).transpose()?,
        destination_ports: ports(name, own.destination_port_range)?,
    })
}

/// `DescribeNetworkInsightsPaths`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeNetworkInsightsPathsRequest,
) -> Result<ec2::DescribeNetworkInsightsPathsResult, Error> {
    let wish = Wish {
        ids: input.network_insights_path_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let name = "DescribeNetworkInsightsPaths";
    let page = listing::list(cx, name, wish, |_, row: &NetworkInsightsPath| shape(row))?;
    Ok(ec2::DescribeNetworkInsightsPathsResult {
        network_insights_paths: Some(page.items),
        next_token: page.next_token,
    })
}

/// `DeleteNetworkInsightsPath`: once its analyses are gone.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteNetworkInsightsPathRequest,
) -> Result<ec2::DeleteNetworkInsightsPathResult, Error> {
    let id = id(input.network_insights_path_id)?;
    home::write(cx, |tx| {
        let path: NetworkInsightsPath = take(tx, cx.scope(), id.as_str())?;
        let key = resource::key(cx.scope(), id.as_str());
        if tx.by(&NetworkInsightsAnalysis::PATH, &key).next().is_some() {
            return Err(Error::PathAnalysed(id.to_string()));
        }
        tx.delete::<NetworkInsightsPath>(&key);
        tx.emit(&Changed { kind: "NetworkInsightsPathDeleted", resource: path.arn() });
        Ok(ec2::DeleteNetworkInsightsPathResult { network_insights_path_id: Some(id.to_string()) })
    })
}

/// A path's id.
pub(crate) fn id(text: Option<String>) -> Result<NetworkInsightsPathId, Error> {
    let text = required(text, "networkInsightsPathId")?;
    NetworkInsightsPathId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::NetworkInsightsPath, error.given, error.prefix))
}

fn shape(path: &NetworkInsightsPath) -> ec2::NetworkInsightsPath {
    let text = |address: Option<Ipv4Addr>| address.map(|address| address.to_string());
    let range = |ports: Option<(u16, u16)>| {
        ports
            .map(|(from, to)| ec2::FilterPortRange { from_port: Some(from.into()), to_port: Some(to.into()) })
    };
    let filter = |own: Filter| ec2::PathFilter {
        source_address: text(own.source),
        source_port_range: range(own.source_ports),
        destination_address: text(own.destination),
        destination_port_range: range(own.destination_ports),
    };
    let destination = path.destination.as_ref();
    ec2::NetworkInsightsPath {
        network_insights_path_id: Some(path.id.to_string()),
        network_insights_path_arn: Some(path.arn()),
        created_date: Some(path.created_at.into()),
        source: Some(path.source.id.clone()),
        source_arn: Some(path.source.arn.clone()),
        destination: destination.map(|end| end.id.clone()),
        destination_arn: destination.map(|end| end.arn.clone()),
        source_ip: text(path.source_ip),
        destination_ip: text(path.destination_ip),
        protocol: Some(path.protocol.clone()),
        destination_port: path.destination_port.map(Into::into),
        filter_at_source: path.at_source.map(filter),
        filter_at_destination: path.at_destination.map(filter),
        tags: tag_set(&path.tags),
    }
}
