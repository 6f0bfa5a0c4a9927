"""What pages of EC2's lists are asked with, and what they differ in."""

from datetime import datetime, timezone

LONG_AGO = datetime(2025, 1, 1, tzinfo=timezone.utc)
#: How few and how many results may be asked for where the model does not say it. Source: EC2 API reference.
BOUNDS = {
    "DescribeFleetHistory": (1, 1000),
    "DescribeFleetInstances": (1, 1000),
    "DescribeFleets": (1, 1000),
    "DescribeHosts": (5, 500),
    "DescribeImportImageTasks": (1, 1000),
    "DescribeImportSnapshotTasks": (1, 1000),
    "DescribeLaunchTemplateVersions": (1, 200),
    "DescribeReservedInstancesOfferings": (5, 100),
    "DescribeSpotFleetRequests": (1, 1000),
    "DescribeSpotPriceHistory": (1, 1000),
    "DescribeVolumesModifications": (5, 500),
    "GetInstanceTypesFromInstanceRequirements": (1, 1000),
}
#: More than the most is answered with the most.
AT_MOST = {
    "DescribeInstanceStatus",
    "DescribeInstances",
    "DescribeTags",
    "DescribeVpcEndpointConnectionNotifications",
    "DescribeVpcEndpointConnections",
    "DescribeVpcEndpointServiceConfigurations",
    "DescribeVpcEndpointServicePermissions",
    "DescribeVpcEndpointServices",
    "DescribeVpcEndpoints",
    "ListVolumesInRecycleBin",
}
#: Less than the least is answered too.
AT_LEAST = {"DescribeReservedInstancesOfferings", "DescribeSpotPriceHistory", "ListVolumesInRecycleBin"}
#: Ids that may not stand beside a size, by whose recorded sentence.
BESIDE_IDS = {
    "DescribeImages": ("ImageIds", "ami-03c3da4cfa8e8943a", "imageIdsSet"),
    "DescribeInstanceStatus": ("InstanceIds", "i-00000000000000001", "instancesSet"),
    "DescribeInstances": ("InstanceIds", "i-00000000000000001", "instancesSet"),
    "DescribeSnapshots": ("SnapshotIds", "snap-00000000000000001", "snapshotSet"),
    "DescribeVolumeStatus": ("VolumeIds", "vol-00000000000000001", "volumeSet"),
    "DescribeVolumes": ("VolumeIds", "vol-00000000000000001", "volumeSet"),
}
BESIDE_IDS = {
    name: (member, id, f"The parameter {word} cannot be used with the parameter maxResults")
    for name, (member, id, word) in BESIDE_IDS.items()
}
BESIDE_IDS["DescribeVpcs"] = (
    "VpcIds",
    "vpc-00000000000000001",
    "The parameter VpcIds cannot be used with the parameter MaxResults",
)
#: Lists that are asked of something of which there can be none here, with the reason.
UNREACHABLE = {
    "GetCoipPoolUsage": "pools of customers' addresses are of Outposts",
}
#: Lists that have one page here, by reason.
ONE_PAGE = {
    "they are in `EMPTY` of `ec2_filter_gaps`, or as those are": "DescribeAddressTransfers DescribeByoipCidrs "
    "DescribeClassicLinkInstances DescribeClientVpnEndpoints DescribeCoipPools DescribeExportImageTasks "
    "DescribeImportImageTasks DescribeImportSnapshotTasks DescribeInstanceTopology DescribeIpv6Pools "
    "DescribeLocalGateways DescribeMovingAddresses DescribePublicIpv4Pools DescribeReservedInstancesOfferings "
    "DescribeTransitGatewayConnects DescribeTransitGatewayMulticastDomains DescribeVpcEndpointAssociations "
    "ListImagesInRecycleBin "
    "ListSnapshotsInRecycleBin ListVolumesInRecycleBin",
    "AWS has two lists that gateways lead to": "DescribePrefixLists",
    "it tells of one account": "GetCapacityReservationUsage",
    "no peering has gone": "DescribeStaleSecurityGroups",
    "the smallest page holds a thousand": "GetIpamPoolAllocations",
    "there are no pages after the first with AWS": "SearchTransitGatewayRoutes",
}
ONE_PAGE = {name for names in ONE_PAGE.values() for name in names.split()}
#: The type of every number of what is needed.
ANY = {"VCpuCount": {"Min": 1}, "MemoryMiB": {"Min": 1}}


def arguments(crowd, name, operation):
    """What an operation is asked beside pages."""
    of = {
        "DescribeAddressesAttribute": {"Attribute": "domain-name"},
        "DescribeFleetHistory": {"FleetId": crowd.fleet, "StartTime": LONG_AGO},
        "DescribeFleetInstances": {"FleetId": crowd.fleet},
        "DescribeImages": {"Owners": ["self"]},
        "DescribeLaunchTemplateVersions": {"LaunchTemplateId": crowd.template},
        "DescribeSpotFleetInstances": {"SpotFleetRequestId": crowd.spot_fleet},
        "DescribeSpotFleetRequestHistory": {"SpotFleetRequestId": crowd.spot_fleet, "StartTime": LONG_AGO},
        "DescribeSpotPriceHistory": {"InstanceTypes": ["t3.micro", "m5.large"]},
        "DescribeVpcEndpointServicePermissions": {"ServiceId": crowd.service},
        "GetCapacityReservationUsage": {"CapacityReservationId": crowd.capacity},
        "GetInstanceTypesFromInstanceRequirements": {
            "ArchitectureTypes": ["arm64"],
            "VirtualizationTypes": ["hvm"],
            "InstanceRequirements": ANY,
        },
        "GetIpamPoolAllocations": {"IpamPoolId": crowd.pool},
        "GetIpamPoolCidrs": {"IpamPoolId": crowd.pool},
        "GetIpamResourceCidrs": {"IpamScopeId": crowd.scope},
        "GetManagedPrefixListAssociations": {"PrefixListId": crowd.list},
        "GetManagedPrefixListEntries": {"PrefixListId": crowd.list},
        "GetNetworkInsightsAccessScopeAnalysisFindings": {"NetworkInsightsAccessScopeAnalysisId": crowd.findings},
        "GetSpotPlacementScores": {"TargetCapacity": 1, "InstanceTypes": ["t3.micro", "m5.large", "c5.large"]},
        "GetTransitGatewayAttachmentPropagations": {"TransitGatewayAttachmentId": crowd.attachment},
        "SearchTransitGatewayRoutes": {"Filters": [{"Name": "state", "Values": ["*"]}]},
    }.get(name, {})
    own = {"TransitGatewayRouteTableId": crowd.table, "VpcId": crowd.vpc, "SubnetId": crowd.subnet}
    return {**{member: own[member] for member in operation.required if member in own}, **of}
