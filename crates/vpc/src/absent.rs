//! Networks and addresses that nobody has here: EC2-Classic, Outposts, pools of addresses of one's own, Client VPN.
//! Their Describes read what they are asked, refuse what AWS refuses, and find nothing.

use crate::Vpc as Service;
use crate::address::Address;
use crate::error::{Absent, Error};
use crate::filter::Filters;
use crate::listing::{self, Wish};
use crate::resource::{Resource, required, tag_set, truth};
use crate::vpc::Vpc;
use ec2_resource::absent::{Asked, refuse};
use ports::Cx;
use shapes_ec2 as ec2;

/// `DescribeVpcClassicLink`: no VPC is linked to EC2-Classic, which has ended.
pub(crate) fn classic_link(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcClassicLinkRequest,
) -> Result<ec2::DescribeVpcClassicLinkResult, Error> {
    let filters = Filters::parse(input.filters, &["is-classic-link-enabled"])?;
    let wish = Wish { ids: input.vpc_ids, ..Wish::default() };
    let page = listing::list(cx, "DescribeVpcClassicLink", wish, |_, own: &Vpc| own.clone())?;
    let passing = page.items.iter().filter(|own| filters.pass(own.tags(), |_| truth(false)));
    let shape = |own: &Vpc| ec2::VpcClassicLink {
        classic_link_enabled: Some(false),
        tags: tag_set(own.tags()),
        vpc_id: Some(own.id().to_owned()),
    };
    Ok(ec2::DescribeVpcClassicLinkResult { vpcs: Some(passing.map(shape).collect()) })
}

/// `DescribeVpcClassicLinkDnsSupport`.
pub(crate) fn classic_link_dns_support(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcClassicLinkDnsSupportRequest,
) -> Result<ec2::DescribeVpcClassicLinkDnsSupportResult, Error> {
    ec2_resource::listing::page_size(input.max_results, (5, 255))?;
    let wish = Wish {
        ids: input.vpc_ids,
        max_results: input.max_results,
        next_token: input.next_token,
        ..Wish::default()
    };
    let page = listing::list(cx, "DescribeVpcClassicLinkDnsSupport", wish, |_, own: &Vpc| {
        ec2::ClassicLinkDnsSupport {
            classic_link_dns_supported: Some(false),
            vpc_id: Some(own.id().to_owned()),
        }
    })?;
    Ok(ec2::DescribeVpcClassicLinkDnsSupportResult { next_token: page.next_token, vpcs: Some(page.items) })
}

/// `DescribeMovingAddresses`.
pub(crate) fn moving_addresses(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeMovingAddressesRequest,
) -> Result<ec2::DescribeMovingAddressesResult, Error> {
    let asked = Asked {
        operation: "DescribeMovingAddresses",
        ids: Some((Absent::MovingAddress, input.public_ips)),
        filters: input.filters,
        known: &["moving-status"],
        is_tagless: true,
        max_results: Some((input.max_results, (5, 1000))),
        next_token: input.next_token,
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeMovingAddressesResult { moving_address_statuses: Some(Vec::new()), next_token: None })
}

/// `DescribeAddressTransfers`: no address is offered to another account.
pub(crate) fn address_transfers(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeAddressTransfersRequest,
) -> Result<ec2::DescribeAddressTransfersResult, Error> {
    let wish = Wish { ids: input.allocation_ids, ..Wish::default() };
    listing::list(cx, "DescribeAddressTransfers", wish, |_, _: &Address| ())?;
    let asked = Asked {
        operation: "DescribeAddressTransfers",
        max_results: Some((input.max_results, (5, 1000))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeAddressTransfersResult { address_transfers: Some(Vec::new()), next_token: None })
}

/// `DescribePublicIpv4Pools`.
pub(crate) fn public_ipv4_pools(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribePublicIpv4PoolsRequest,
) -> Result<ec2::DescribePublicIpv4PoolsResult, Error> {
    let asked = Asked {
        operation: "DescribePublicIpv4Pools",
        ids: Some((Absent::PublicIpv4Pool, input.pool_ids)),
        filters: input.filters,
        max_results: Some((input.max_results, (1, 10))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribePublicIpv4PoolsResult { public_ipv4_pools: Some(Vec::new()), next_token: None })
}

/// `DescribeIpv6Pools`.
pub(crate) fn ipv6_pools(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeIpv6PoolsRequest,
) -> Result<ec2::DescribeIpv6PoolsResult, Error> {
    let asked = Asked {
        operation: "DescribeIpv6Pools",
        ids: Some((Absent::Ipv6Pool, input.pool_ids)),
        filters: input.filters,
        max_results: Some((input.max_results, (1, 1000))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeIpv6PoolsResult { ipv6_pools: Some(Vec::new()), next_token: None })
}

/// `DescribeCoipPools`.
pub(crate) fn coip_pools(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeCoipPoolsRequest,
) -> Result<ec2::DescribeCoipPoolsResult, Error> {
    let asked = Asked {
        operation: "DescribeCoipPools",
        ids: Some((Absent::CoipPool, input.pool_ids)),
        filters: input.filters,
        known: &["coip-pool.local-gateway-route-table-id", "coip-pool.pool-id"],
        max_results: Some((input.max_results, (5, 1000))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeCoipPoolsResult { coip_pools: Some(Vec::new()), next_token: None })
}

/// `GetCoipPoolUsage`: of a pool, and there is none.
pub(crate) fn coip_pool_usage(
    cx: &Cx,
    _svc: &Service,
    input: ec2::GetCoipPoolUsageRequest,
) -> Result<ec2::GetCoipPoolUsageResult, Error> {
    let pool = required(input.pool_id, "PoolId")?;
    let asked = Asked {
        operation: "GetCoipPoolUsage",
        filters: input.filters,
        known: &[
            "coip-address-usage.allocation-id",
            "coip-address-usage.aws-account-id",
            "coip-address-usage.aws-service",
            "coip-address-usage.co-ip",
        ],
        is_tagless: true,
        max_results: Some((input.max_results, (5, 1000))),
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Err(Error::Absent(Absent::CoipPool, pool))
}

/// `DescribeByoipCidrs`: nobody has brought addresses.
pub(crate) fn byoip_cidrs(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeByoipCidrsRequest,
) -> Result<ec2::DescribeByoipCidrsResult, Error> {
    let most = input.max_results.ok_or(Error::Missing("MaxResults"))?;
    let asked = Asked {
        operation: "DescribeByoipCidrs",
        max_results: Some((Some(most), (1, 100))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeByoipCidrsResult { byoip_cidrs: Some(Vec::new()), next_token: None })
}

/// `DescribeLocalGateways`.
pub(crate) fn local_gateways(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeLocalGatewaysRequest,
) -> Result<ec2::DescribeLocalGatewaysResult, Error> {
    let asked = Asked {
        operation: "DescribeLocalGateways",
        ids: Some((Absent::LocalGateway, input.local_gateway_ids)),
        filters: input.filters,
        known: &[
            "local-gateway-id",
            "local-gateway-route-table-id",
            "local-gateway-route-table-virtual-interface-group-association-id",
            "local-gateway-route-table-vpc-association-id",
            "local-gateway-virtual-interface-group-id",
            "outpost-arn",
            "owner-id",
            "state",
        ],
        max_results: Some((input.max_results, (5, 1000))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeLocalGatewaysResult { local_gateways: Some(Vec::new()), next_token: None })
}

/// `DescribeClientVpnEndpoints`.
pub(crate) fn client_vpn_endpoints(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeClientVpnEndpointsRequest,
) -> Result<ec2::DescribeClientVpnEndpointsResult, Error> {
    let asked = Asked {
        operation: "DescribeClientVpnEndpoints",
        ids: Some((Absent::ClientVpnEndpoint, input.client_vpn_endpoint_ids)),
        filters: input.filters,
        known: &["endpoint-id", "transport-protocol"],
        max_results: Some((input.max_results, (5, 1000))),
        next_token: input.next_token,
        ..Asked::default()
    };
    refuse(cx, asked)?;
    Ok(ec2::DescribeClientVpnEndpointsResult { client_vpn_endpoints: Some(Vec::new()), next_token: None })
}

/// The types of resources whose ids once were short. Source: EC2 API reference, DescribeIdFormat.
const ONCE_SHORT: [&str; 31] = [
    "bundle",
    "conversion-task",
    "customer-gateway",
    "dhcp-options",
    "elastic-ip-allocation",
    "elastic-ip-association",
    "export-task",
    "flow-log",
    "image",
    "import-task",
    "instance",
    "internet-gateway",
    "network-acl",
    "network-acl-association",
    "network-interface",
    "network-interface-attachment",
    "prefix-list",
    "reservation",
    "route-table",
    "route-table-association",
    "security-group",
    "snapshot",
    "subnet",
    "subnet-cidr-block-association",
    "volume",
    "vpc",
    "vpc-cidr-block-association",
    "vpc-endpoint",
    "vpc-peering-connection",
    "vpn-connection",
    "vpn-gateway",
];

fn long(kind: &str) -> ec2::IdFormat {
    ec2::IdFormat { deadline: None, resource: Some(kind.to_owned()), use_long_ids: Some(true) }
}

/// `DescribeIdFormat`: every id is long.
pub(crate) fn id_format(
    _cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeIdFormatRequest,
) -> Result<ec2::DescribeIdFormatResult, Error> {
    let kinds = match input.resource.as_deref().filter(|kind| !kind.is_empty()) {
        None => ONCE_SHORT.to_vec(),
        Some(kind) if ONCE_SHORT.contains(&kind) => vec![kind],
        Some(other) => {
            let reason = "Unknown resource type.".to_owned();
            return Err(Error::Value("resource", other.to_owned(), reason));
        }
    };
    Ok(ec2::DescribeIdFormatResult { statuses: Some(kinds.into_iter().map(long).collect()) })
}

/// `DescribeAggregateIdFormat`.
pub(crate) fn aggregate_id_format(
    _cx: &Cx,
    _svc: &Service,
    _input: ec2::DescribeAggregateIdFormatRequest,
) -> Result<ec2::DescribeAggregateIdFormatResult, Error> {
    let statuses = ONCE_SHORT.into_iter().map(long).collect();
    Ok(ec2::DescribeAggregateIdFormatResult { use_long_ids_aggregated: Some(true), statuses: Some(statuses) })
}
