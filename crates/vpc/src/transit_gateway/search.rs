//! Searching the routes of a table.

use super::route::{Leads, routes, shape};
use super::table;
use crate::Vpc as Service;
use crate::error::Error;
use crate::filter::Filters;
use crate::vpc;
use base::{Ipv4Block, Tags};
use ec2_resource::listing::page_size;
use ports::Cx;
use shapes_ec2 as ec2;

/// How many results may be asked for.
const PAGE: (i32, i32) = (5, 1000);
/// Results where nothing is asked for.
const STANDARD: i32 = 1_000;
/// The filters that look at what routes are.
const PLAIN: &[&str] = &[
    "attachment.resource-id",
    "attachment.resource-type",
    "attachment.transit-gateway-attachment-id",
    "prefix-list-id",
    "state",
    "type",
];

/// How a destination is compared with those of a filter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    Exact,
    Longest,
    Subnet,
    Supernet,
}

/// `SearchTransitGatewayRoutes`: at least one filter is needed.
pub(crate) fn search(
    cx: &Cx,
    _svc: &Service,
    input: ec2::SearchTransitGatewayRoutesRequest,
) -> Result<ec2::SearchTransitGatewayRoutesResult, Error> {
    let id = table::id(input.transit_gateway_route_table_id)?;
    let given = input.filters.filter(|list| !list.is_empty()).ok_or(Error::Missing("filters"))?;
    if input.next_token.is_some() {
        return Err(Error::PageToken);
    }
    let limit = page_size(Some(input.max_results.unwrap_or(STANDARD)), PAGE)?;
    let mut plain = Vec::new();
    let mut searches = Vec::new();
    for filter in given {
        match kind(filter.name.as_deref().unwrap_or_default()) {
            None => plain.push(filter),
            Some(kind) => {
                let blocks: Result<Vec<Ipv4Block>, Error> = filter
                    .values
                    .unwrap_or_default()
                    .iter()
                    .map(|text| text.parse().map_err(|_| vpc::not_a_block("filterValue", text)))
                    .collect();
                searches.push((kind, blocks?));
            }
        }
    }
    let plain = Filters::tagless(Some(plain), PLAIN)?;
    let mut found = cx.read(|view| {
        let table = table::seen_table(view, cx.scope(), &id)?;
        Ok::<_, Error>(routes(view, &table))
    })?;
    found.retain(|lead| plain.pass(&Tags::default(), |name| values(lead, name)));
    for (kind, blocks) in searches {
        keep(&mut found, kind, &blocks);
    }
    let has_more = found.len() > limit;
    found.truncate(limit);
    Ok(ec2::SearchTransitGatewayRoutesResult {
        routes: Some(found.iter().map(shape).collect()),
        additional_routes_available: Some(has_more),
        next_token: None,
    })
}

fn kind(name: &str) -> Option<Match> {
    Some(match name {
        "route-search.exact-match" => Match::Exact,
        "route-search.longest-prefix-match" => Match::Longest,
        "route-search.subnet-of-match" => Match::Subnet,
        "route-search.supernet-of-match" => Match::Supernet,
        _ => return None,
    })
}

fn values(lead: &Leads, name: &str) -> Vec<String> {
    let route = shape(lead);
    let by = route.transit_gateway_attachments.into_iter().flatten();
    match name {
        "attachment.resource-id" => by.filter_map(|own| own.resource_id).collect(),
        "attachment.resource-type" => by.filter_map(|own| own.resource_type).collect(),
        "attachment.transit-gateway-attachment-id" => {
            by.filter_map(|own| own.transit_gateway_attachment_id).collect()
        }
        "prefix-list-id" => route.prefix_list_id.into_iter().collect(),
        "state" => route.state.into_iter().collect(),
        "type" => route.type_.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Keeps what matches any of the blocks.
fn keep(found: &mut Vec<Leads>, kind: Match, blocks: &[Ipv4Block]) {
    let longest: Vec<Option<Ipv4Block>> = match kind {
        Match::Longest => blocks.iter().map(|block| longest(found, *block)).collect(),
        Match::Exact | Match::Subnet | Match::Supernet => Vec::new(),
    };
    found.retain(|lead| match kind {
        Match::Exact => blocks.contains(&lead.to),
        Match::Longest => longest.contains(&Some(lead.to)),
        Match::Subnet => blocks.iter().any(|block| block.covers(lead.to)),
        Match::Supernet => blocks.iter().any(|block| lead.to.covers(*block)),
    });
}

/// The longest destination that has all of a block.
fn longest(found: &[Leads], block: Ipv4Block) -> Option<Ipv4Block> {
    let covering = found.iter().map(|lead| lead.to).filter(|to| to.covers(block));
    covering.max_by_key(|to| to.prefix())
}

#[cfg(test)]
mod tests {
    use super::{Leads, Match, keep};

    #[test]
    fn destinations_are_compared_in_four_ways() {
        for (kind, block, want) in [
            (Match::Exact, "10.0.0.0/16", &["10.0.0.0/16"][..]),
            (Match::Exact, "10.0.0.0/17", &[]),
            (Match::Longest, "10.0.1.7/32", &["10.0.1.0/24"]),
            (Match::Longest, "10.0.2.7/32", &["10.0.0.0/16"]),
            (Match::Longest, "11.0.0.0/8", &["0.0.0.0/0"]),
            (Match::Subnet, "10.0.0.0/8", &["10.0.0.0/16", "10.0.1.0/24"]),
            (Match::Supernet, "10.0.1.0/24", &["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24"]),
        ] {
            let lead = |to: &str| Leads {
                to: to.parse().unwrap(),
                by: Vec::new(),
                is_listed: true,
                list: None,
                is_blackhole: true,
            };
            let mut found = ["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24"].map(lead).into();
            keep(&mut found, kind, &[block.parse().unwrap()]);
            let found: Vec<String> = found.iter().map(|lead| lead.to.to_string()).collect();
            assert_eq!(found, want, "{block}");
        }
    }
}
