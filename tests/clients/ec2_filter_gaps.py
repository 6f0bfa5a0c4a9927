"""What the filters of EC2 cannot be shown by in one world: each by its name, with its reason."""

from ec2_world_compute import IMAGE

#: Names that are not in the documentation, by operation.
UNDOCUMENTED = {
    "DescribeAddresses": "domain",
    "DescribeAvailabilityZones": "network-border-group parentZoneId",
    "DescribeCapacityReservations": "availability-zone-id",
    "DescribeHosts": "availability-zone-id",
    "DescribeImages": "tag-value",
    "DescribeInstanceImageMetadata": "availability-zone-id",
    "DescribeInstanceStatus": "attached-ebs-status.reachability",
    "DescribeInstances": "iam-instance-profile.name tag-value",
    "DescribeIpamPools": "address-family auto-import description ipam-arn ipam-pool-arn ipam-pool-id ipam-region "
    "ipam-scope-arn ipam-scope-type locale owner-id pool-depth source-ipam-pool-id state",
    "DescribeIpamScopes": "description ipam-arn ipam-region ipam-scope-arn ipam-scope-id ipam-scope-type is-default "
    "owner-id state",
    "DescribeIpams": "description ipam-arn ipam-id ipam-region owner-id private-default-scope-id "
    "public-default-scope-id state tier",
    "DescribeNetworkInsightsAnalyses": "path-found status",
    "DescribeNetworkInsightsPaths": "destination protocol source "
    + " ".join(
        f"filter-at-{end}.{what}"
        for end in ("source", "destination")
        for what in ("source-address", "source-port-range", "destination-address", "destination-port-range")
    ),
    "DescribeNetworkInterfaces": "attachment.nat-gateway-id attachment.network-card-index group-name "
    "ipv4-prefix.ipv4-prefix ipv6-prefix.ipv6-prefix tag-value",
    "DescribeSubnets": "availabilityZone availabilityZoneId cidr cidrBlock defaultForAz",
    "DescribeVpcs": "cidr-block isDefault",
    "GetIpamPoolAllocations": "cidr description ipam-pool-allocation-id resource-id resource-owner resource-region "
    "resource-type",
    "GetIpamPoolCidrs": "cidr ipam-pool-cidr-id netmask-length state",
    "GetIpamResourceCidrs": "compliance-status management-state overlap-status resource-cidr resource-id "
    "resource-region resource-type",
    "SearchTransitGatewayRoutes": "attachment.transit-gateway-attachment-id",
}

#: Operations that are asked of something of which there can be none here, with the reason.
UNREACHABLE = {
    "GetCoipPoolUsage": "pools of customers' addresses are of Outposts",
}

#: Lists that tell tags of others: those of DescribeTags have a test of their own, GetIpamResourceCidrs has a parameter.
OF_OTHERS = {"DescribeTags", "GetIpamResourceCidrs"}

#: Whose documentation has the word `tag` for something else.
UNTAGGED = {"DescribeBundleTasks"}

#: Operations that list nothing, with the reason.
EMPTY = {
    "DescribeBundleTasks": "instances with volumes are not bundled",
    "DescribeClassicLinkInstances": "there is no EC2-Classic",
    "DescribeClientVpnEndpoints": "client VPN is not built",
    "DescribeCoipPools": "there are no Outposts",
    "DescribeExportImageTasks": "images are not exported",
    "DescribeExportTasks": "instances are not exported",
    "DescribeImportImageTasks": "images are not imported",
    "DescribeImportSnapshotTasks": "snapshots are not imported",
    "DescribeInstanceTopology": "no instance is of a type that tells it",
    "DescribeIpv6Pools": "addresses of one's own are not brought",
    "DescribeLocalGateways": "there are no Outposts",
    "DescribeMovingAddresses": "there is no EC2-Classic",
    "DescribePublicIpv4Pools": "addresses of one's own are not brought",
    "DescribeReservedInstances": "none can be bought",
    "DescribeReservedInstancesOfferings": "none can be bought",
    "DescribeTransitGatewayConnects": "they are not built",
    "DescribeTransitGatewayMulticastDomains": "they are not built",
    "DescribeVpcEndpointAssociations": "VPC Lattice is not built",
}

#: Names that are not compared as texts: each has a test of its own.
APART = {
    "DescribeVpnConnections": "customer-gateway-configuration",
    "SearchTransitGatewayRoutes": "route-search.exact-match route-search.longest-prefix-match "
    "route-search.subnet-of-match route-search.supernet-of-match",
}

#: Names that tell nothing apart, by reason and operation.
EXCUSED = {
    "everything that is listed is the caller's own": {
        "DescribeCapacityReservations": "owner-id",
        "DescribeCarrierGateways": "owner-id",
        "DescribeDhcpOptions": "owner-id",
        "DescribeFastSnapshotRestores": "owner-id",
        "DescribeInstanceImageMetadata": "owner-id",
        "DescribeInstances": "owner-id",
        "DescribeInternetGateways": "owner-id",
        "DescribeIpamPools": "owner-id",
        "DescribeIpamScopes": "owner-id",
        "DescribeIpams": "owner-id",
        "DescribeNetworkAcls": "owner-id",
        "DescribeNetworkInterfaces": "owner-id",
        "DescribeRouteTables": "owner-id",
        "DescribeSecurityGroupVpcAssociations": "group-owner-id vpc-owner-id",
        "DescribeSecurityGroups": "owner-id",
        "DescribeSubnets": "owner-id",
        "DescribeTrafficMirrorSessions": "owner-id",
        "DescribeTrafficMirrorTargets": "owner-id",
        "DescribeTransitGatewayAttachments": "transit-gateway-owner-id",
        "DescribeTransitGatewayPeeringAttachments": "local-owner-id",
        "DescribeTransitGateways": "owner-id",
        "DescribeVpcs": "owner-id",
        "GetIpamPoolAllocations": "resource-owner",
        "GetSecurityGroupsForVpc": "owner-id",
        "GetTransitGatewayPrefixListReferences": "prefix-list-owner-id",
    },
    "nothing is on its way where states pass at once": {
        "DescribeCarrierGateways": "state",
        "DescribeFastSnapshotRestores": "state",
        "DescribeFlowLogs": "deliver-log-status",
        "DescribeIamInstanceProfileAssociations": "state",
        "DescribeImages": "state-reason-code state-reason-message",
        "DescribeInstanceConnectEndpoints": "state",
        "DescribeInstances": "metadata-options.state",
        "DescribeIpamPools": "state",
        "DescribeIpamScopes": "state",
        "DescribeIpams": "state",
        "DescribeNetworkInsightsAnalyses": "status",
        "DescribePlacementGroups": "state",
        "DescribeSecurityGroupVpcAssociations": "state",
        "DescribeSnapshots": "progress status",
        "DescribeSpotInstanceRequests": "fault-code fault-message",
        "DescribeSubnets": "state",
        "DescribeVolumeStatus": "volume-status.status",
        "DescribeVolumesModifications": "modification-state",
        "DescribeVpcBlockPublicAccessExclusions": "state",
        "DescribeVpcEndpointConnectionNotifications": "connection-notification-state",
        "DescribeVpcEndpointServiceConfigurations": "service-state",
        "DescribeVpcs": "cidr-block-association.state state",
        "GetIpamPoolCidrs": "state",
        "GetTransitGatewayPrefixListReferences": "state",
    },
    "all have the same": {
        "DescribeAddresses": "network-border-group domain",
        "DescribeAvailabilityZones": "group-long-name group-name opt-in-status region-name state zone-type "
        "network-border-group",
        "DescribeCustomerGateways": "type",
        "DescribeImages": "hypervisor image-type root-device-type virtualization-type",
        "DescribeInstanceTypeOfferings": "location",
        "DescribeInstanceTypes": "ebs-info.encryption-support network-info.flexible-ena-queues-support "
        "network-info.ipv6-supported supported-root-device-type supported-virtualization-type",
        "DescribeInstances": "hypervisor metadata-options.http-protocol-ipv4 root-device-type virtualization-type "
        "network-performance-options.bandwidth-weighting",
        "DescribeIpamPools": "address-family ipam-arn ipam-region ipam-scope-type",
        "DescribeIpamScopes": "ipam-region",
        "DescribeIpams": "ipam-region",
        "DescribeSpotPriceHistory": "timestamp",
        "DescribeVpcClassicLink": "is-classic-link-enabled",
        "DescribeVpcEndpointConnectionNotifications": "connection-notification-type",
        "DescribeVpcEndpointConnections": "ip-address-type vpc-endpoint-region",
        "DescribeVpcEndpointServicePermissions": "permission-type",
        "DescribeVpcEndpointServices": "service-region",
        "DescribeVpcEndpoints": "ip-address-type service-region",
        "DescribeVpnConnections": "type",
        "DescribeVpnGateways": "type",
        "GetIpamResourceCidrs": "resource-region",
        "GetSubnetCidrReservations": "subnet-id",
    },
    "each has every value": {
        "DescribeNetworkAcls": "entry.egress entry.rule-action",
        "DescribeVolumeStatus": "volume-status.details-name volume-status.details-status",
    },
    "there are no Outposts and no other zones than those of the Region": {
        "DescribeAvailabilityZones": "message parent-zone-id parent-zone-name parentZoneId",
        "DescribeCapacityReservations": "outpost-arn",
        "DescribeInstances": "network-interface.addresses.association.carrier-ip network-interface.association.carrier-ip "
        "network-interface.addresses.association.customer-owned-ip network-interface.association.customer-owned-ip "
        "network-interface.outpost-arn outpost-arn",
        "DescribeSubnets": "customer-owned-ipv4-pool enable-lni-at-device-index map-customer-owned-ip-on-launch "
        "outpost-arn",
    },
    "no service of AWS manages anything": {
        "DescribeInstanceStatus": "operator.managed operator.principal",
        "DescribeInstances": "network-interface.operator.principal operator.managed operator.principal",
        "DescribeNetworkInterfacePermissions": "network-interface-permission.aws-service",
        "DescribeNetworkInterfaces": "operator.managed operator.principal",
        "DescribeVolumes": "operator.managed operator.principal",
    },
    "nothing is planned": {
        "DescribeInstanceStatus": "event.code event.description event.instance-event-id event.not-after "
        "event.not-before event.not-before-deadline application-status.status",
        "DescribeVolumeStatus": "action.code action.description action.event-id event.description event.event-id "
        "event.event-type event.not-after event.not-before",
    },
    "it cannot be made here": {
        "DescribeHosts": "host-reservation-id",
        "DescribeImages": "free-tier-eligible product-code product-code.type "
        "image-watermark.source-image-creation-time image-watermark.source-image-id "
        "image-watermark.source-image-region image-watermark.watermark-creation-time image-watermark.watermark-key "
        "instance-type-specification.supported-instance-type instance-type-specification.unsupported-instance-type "
        "scan-result.critical-fix-available-since scan-result.finding-scan-date scan-result.high-fix-available-since "
        "scan-result.highest-finding-severity-label scan-result.informational-fix-available-since "
        "scan-result.low-fix-available-since scan-result.medium-fix-available-since",
        "DescribeInstanceEventWindows": "dedicated-host-id",
        "DescribeInstanceTypes": "network-info.bandwidth-weightings processor-info.supported-features",
        "DescribeInstances": "capacity-reservation-specification.capacity-reservation-target"
        ".capacity-reservation-resource-group-arn network-interface.deny-all-igw-traffic product-code "
        "product-code.type requester-id",
        "DescribeLaunchTemplateVersions": "http-protocol-ipv4",
        "DescribeSnapshots": "owner-alias",
        "DescribeSpotInstanceRequests": "network-interface.network-interface-id",
        "DescribeVpcEndpointConnections": "transit-gateway-attachment-id",
    },
}


def excused(operation):
    """The names of an operation that tell nothing apart."""
    return {name for rows in EXCUSED.values() for name in rows.get(operation, "").split()}


def has_tags(operation):
    """Whether what an operation lists is told with tags, or asked for by tags."""
    if "tag" in operation.members["Filters" if "Filters" in operation.members else "Filter"].documentation:
        return operation.name not in UNTAGGED
    lists = [own for own in operation.output.values() if own.type_name == "list"]
    return any("Tags" in getattr(own.member, "members", ()) for own in lists)


def arguments(world, operation):
    """What an operation is asked beside its filters."""
    public = world.public
    of = {
        "DescribeFleetInstances": {"FleetId": world["fleet-1"]},
        "DescribeAvailabilityZones": {"AllAvailabilityZones": True},
        "DescribeImages": {
            "ImageIds": [IMAGE, public["arm"], public["windows"], world["image-0"], world["image-1"], world["image-2"]],
            "IncludeDisabled": True,
        },
        "DescribeInstanceStatus": {"IncludeAllInstances": True},
        "DescribeInstanceTypes": {
            "InstanceTypes": ["t3.micro", "m5.metal", "c6gd.large", "i3en.24xlarge", "t2.micro", "p4d.24xlarge"]
        },
        "DescribeLaunchTemplateVersions": {"Versions": ["$Latest", "$Default"]},
        "DescribeRegions": {"AllRegions": True},
        "DescribeSpotPriceHistory": {"InstanceTypes": ["t3.micro", "m5.large"]},
        "DescribeVpcEndpointServicePermissions": {"ServiceId": world["service-0"]},
        "GetIpamPoolAllocations": {"IpamPoolId": world["ipam-pool-0"]},
        "GetIpamPoolCidrs": {"IpamPoolId": world["ipam-pool-0"]},
        "GetIpamResourceCidrs": {"IpamScopeId": world["ipam-scope"]},
        "GetSecurityGroupsForVpc": {"VpcId": world["vpc-2"]},
        "GetSubnetCidrReservations": {"SubnetId": world["subnet"]},
        "GetTransitGatewayAttachmentPropagations": {"TransitGatewayAttachmentId": world["attachment-0"]},
        "SearchTransitGatewayRoutes": {"Filters": [{"Name": "state", "Values": ["*"]}]},
    }.get(operation.name, {})
    if "TransitGatewayRouteTableId" in operation.required:
        of = {**of, "TransitGatewayRouteTableId": world["transit-table-0"]}
    return of


class Beside:
    """What other lists tell of a resource that its own does not."""

    def __init__(self, ec2):
        self.cards = ec2.describe_network_interfaces()["NetworkInterfaces"]
        self.groups = {own["GroupId"]: own["GroupName"] for own in ec2.describe_security_groups()["SecurityGroups"]}
        gateways = ec2.describe_customer_gateways()["CustomerGateways"]
        self.asns = {own["CustomerGatewayId"]: own["BgpAsn"] for own in gateways}
        self.gateways = {}
        for gateway in ec2.describe_nat_gateways()["NatGateways"]:
            for address in gateway["NatGatewayAddresses"]:
                self.gateways[address.get("NetworkInterfaceId")] = gateway["NatGatewayId"]

    def of(self, operation, row):
        """The row with that."""
        if operation == "DescribeInstances":
            own = [card for card in self.cards if card.get("Attachment", {}).get("InstanceId") == row["InstanceId"]]
            lent = [one.get("Association", {}) for card in own for one in card["PrivateIpAddresses"]]
            return {
                **row,
                "allocations": [one.get("AllocationId") for one in lent],
                "associations": [one.get("AssociationId") for one in lent],
                "requesters": [card.get("RequesterId") for card in own],
                "cards": [tag for card in own for tag in card["TagSet"]],
            }
        if operation == "DescribeSecurityGroups":
            return {**row, "names": {way: self.named(row[way]) for way in ("IpPermissions", "IpPermissionsEgress")}}
        if operation == "DescribeNetworkInterfaces":
            return {**row, "gateways": [self.gateways.get(row["NetworkInterfaceId"])]}
        if operation == "DescribeVpnConnections":
            return {**row, "asns": [self.asns[row["CustomerGatewayId"]]]}
        return row

    def named(self, permissions):
        """The names of the groups that permissions refer to."""
        return [self.groups[pair["GroupId"]] for rule in permissions for pair in rule["UserIdGroupPairs"]]
