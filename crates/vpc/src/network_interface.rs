//! Network interfaces: none can exist until instances and gateways make them, and that is what is answered.

use crate::Vpc;
use crate::error::{Error, Kind};
use crate::filter::Filters;
use ports::Cx;
use shapes_ec2 as ec2;

/// The filters the operation has.
const FILTERS: [&str; 40] = [
    "addresses.association.owner-id",
    "addresses.association.public-ip",
    "addresses.primary",
    "addresses.private-ip-address",
    "association.allocation-id",
    "association.association-id",
    "association.ip-owner-id",
    "association.public-dns-name",
    "association.public-ip",
    "attachment.attach-time",
    "attachment.attachment-id",
    "attachment.delete-on-termination",
    "attachment.device-index",
    "attachment.instance-id",
    "attachment.instance-owner-id",
    "attachment.nat-gateway-id",
    "attachment.status",
    "availability-zone",
    "availability-zone-id",
    "description",
    "group-id",
    "group-name",
    "interface-type",
    "ipv6-addresses.ipv6-address",
    "mac-address",
    "network-interface-id",
    "operator.managed",
    "operator.principal",
    "owner-id",
    "private-dns-name",
    "private-ip-address",
    "requester-id",
    "requester-managed",
    "source-dest-check",
    "status",
    "subnet-id",
    "tag-value",
    "vpc-id",
    "ipv4-prefix.ipv4-prefix",
    "ipv6-prefix.ipv6-prefix",
];

/// `DescribeNetworkInterfaces`.
pub(crate) fn describe(
    _cx: &Cx,
    _svc: &Vpc,
    input: ec2::DescribeNetworkInterfacesRequest,
) -> Result<ec2::DescribeNetworkInterfacesResult, Error> {
    Filters::parse(input.filters, &FILTERS)?;
    match input.network_interface_ids {
        Some(ids) if !ids.is_empty() => Err(Error::NotFound(Kind::NetworkInterface, ids)),
        _ => Ok(ec2::DescribeNetworkInterfacesResult {
            network_interfaces: Some(Vec::new()),
            next_token: None,
        }),
    }
}
