"""Where the value of a filter stands in the answer, where its name does not say so, and what cannot differ here."""

#: Steps in front of a name's rest, by operation and by what the name begins with.
STEMS = {
    "DescribeImages": {"block-device-mapping.": "BlockDeviceMappings.Ebs."},
    "DescribeInstances": {
        "block-device-mapping.": "BlockDeviceMappings.Ebs.",
        "network-interface.addresses.association.": "NetworkInterfaces.PrivateIpAddresses.Association.",
        "network-interface.addresses.": "NetworkInterfaces.PrivateIpAddresses.",
        "instance.": "SecurityGroups.",
    },
    "DescribeNetworkInterfaces": {
        "addresses.association.": "PrivateIpAddresses.Association.",
        "addresses.": "PrivateIpAddresses.",
    },
    "DescribeNetworkInterfacePermissions": {"network-interface-permission.": ""},
    "DescribeLaunchTemplateVersions": {"": "LaunchTemplateData."},
    "DescribeSpotInstanceRequests": {
        "network-interface.": "LaunchSpecification.NetworkInterfaces.",
        "launch.block-device-mapping.": "LaunchSpecification.BlockDeviceMappings.Ebs.",
        "launch.": "LaunchSpecification.",
    },
    "GetTransitGatewayPrefixListReferences": {"attachment.": "TransitGatewayAttachment."},
    "SearchTransitGatewayRoutes": {"attachment.": "TransitGatewayAttachments."},
    "DescribeVpnGateways": {"attachment.": "VpcAttachments."},
}


def ports(side, which):
    """A range of ports of a path, as its filter spells it."""

    def value(row):
        own = row.get(side, {}).get(which)
        return [f"{own['FromPort']}-{own['ToPort']}"] if own else []

    return value


def permissions(list_name):
    """The paths of the filters on the rules of a security group."""
    paths = {
        "cidr": "IpRanges.CidrIp",
        "from-port": "FromPort",
        "group-id": "UserIdGroupPairs.GroupId",
        "ipv6-cidr": "Ipv6Ranges.CidrIpv6",
        "prefix-list-id": "PrefixListIds.PrefixListId",
        "protocol": "IpProtocol",
        "to-port": "ToPort",
        "user-id": "UserIdGroupPairs.UserId",
    }
    return {name: f"{list_name}.{path}" for name, path in paths.items()}


#: Paths of names that lead elsewhere.
PATHS = {
    "": {"tag-key": "Tags.Key", "tag-value": "Tags.Value"},
    "DescribeAvailabilityZones": {"message": "Messages.Message", "parentZoneId": "ParentZoneId"},
    "DescribeDhcpOptions": {"key": "DhcpConfigurations.Key", "value": "DhcpConfigurations.Values.Value"},
    "DescribeFlowLogs": {"deliver-log-status": "DeliverLogsStatus"},
    "DescribeHosts": {"instance-type": "HostProperties.InstanceType"},
    "DescribeImages": {
        "block-device-mapping.device-name": "BlockDeviceMappings.DeviceName",
        "instance-type-specification.supported-instance-type": "InstanceTypeSpecification.SupportedInstanceTypes",
        "instance-type-specification.unsupported-instance-type": "InstanceTypeSpecification.UnsupportedInstanceTypes",
        "is-public": "Public",
        "manifest-location": "ImageLocation",
        "owner-alias": "ImageOwnerAlias",
        "product-code": "ProductCodes.ProductCodeId",
        "product-code.type": "ProductCodes.ProductCodeType",
        "state-reason-code": "StateReason.Code",
        "state-reason-message": "StateReason.Message",
    },
    "DescribeInstanceEventWindows": {
        "event-window-name": "Name",
        "instance-id": "AssociationTarget.InstanceIds",
        "dedicated-host-id": "AssociationTarget.DedicatedHostIds",
        "instance-tag": lambda row: [f"{tag['Key']}:{tag['Value']}" for tag in row["AssociationTarget"].get("Tags", [])],
        "instance-tag-key": "AssociationTarget.Tags.Key",
        "instance-tag-value": "AssociationTarget.Tags.Value",
    },
    "DescribeInstanceImageMetadata": {
        "availability-zone-id": "ZoneId",
        "image-allowed": "ImageMetadata.ImageAllowed",
        "instance-state-name": "State.Name",
        "owner-alias": "ImageMetadata.ImageOwnerAlias",
    },
    "DescribeInstanceStatus": {
        "event.code": "Events.Code",
        "instance-state-code": "InstanceState.Code",
        "instance-state-name": "InstanceState.Name",
        "instance-status.reachability": "InstanceStatus.Details.Status",
        "system-status.reachability": "SystemStatus.Details.Status",
        "attached-ebs-status.reachability": "AttachedEbsStatus.Details.Status",
    },
    "DescribeInstances": {
        "affinity": "Placement.Affinity",
        "availability-zone": "Placement.AvailabilityZone",
        "availability-zone-id": "Placement.AvailabilityZoneId",
        "block-device-mapping.device-name": "BlockDeviceMappings.DeviceName",
        "dns-name": "PublicDnsName",
        "host-id": "Placement.HostId",
        "iam-instance-profile.name": lambda row: [
            row["IamInstanceProfile"]["Arn"].rsplit("/", 1)[1]
        ] if "IamInstanceProfile" in row else [],
        "instance-state-code": "State.Code",
        "instance-state-name": "State.Name",
        "ip-address": "PublicIpAddress",
        "ipv6-address": "NetworkInterfaces.Ipv6Addresses.Ipv6Address",
        "kernel-id": "KernelId",
        "launch-index": "AmiLaunchIndex",
        "metadata-options.http-protocol-ipv4": lambda row: ["enabled"],
        "monitoring-state": "Monitoring.State",
        "network-interface.availability-zone": lambda row: [row["Placement"]["AvailabilityZone"]]
        if row["NetworkInterfaces"]
        else [],
        "network-interface.association.allocation-id": lambda row: row["allocations"],
        "network-interface.association.association-id": lambda row: row["associations"],
        "network-interface.addresses.association.allocation-id": lambda row: row["allocations"],
        "network-interface.addresses.association.association-id": lambda row: row["associations"],
        "network-interface.attachment.instance-id": lambda row: [row["InstanceId"]] if row["NetworkInterfaces"] else [],
        "network-interface.attachment.instance-owner-id": lambda row: [row["ReservationOwnerId"]]
        if row["NetworkInterfaces"]
        else [],
        "network-interface.group-id": "NetworkInterfaces.Groups.GroupId",
        "network-interface.group-name": "NetworkInterfaces.Groups.GroupName",
        "network-interface.ipv6-address": "NetworkInterfaces.Ipv6Addresses.Ipv6Address",
        "network-interface.ipv6-native": lambda row: ["PrivateIpAddress" not in card for card in row["NetworkInterfaces"]],
        "network-interface.public-dns-name": "NetworkInterfaces.Association.PublicDnsName",
        "network-interface.requester-id": lambda row: row["requesters"],
        "network-interface.requester-managed": lambda row: ["false"] if row["NetworkInterfaces"] else [],
        "network-interface.tag-key": lambda row: [tag["Key"] for tag in row["cards"]],
        "network-interface.tag-value": lambda row: [tag["Value"] for tag in row["cards"]],
        "owner-id": "ReservationOwnerId",
        "placement-group-name": "Placement.GroupName",
        "placement-partition-number": "Placement.PartitionNumber",
        "platform": "Platform",
        "product-code": "ProductCodes.ProductCodeId",
        "product-code.type": "ProductCodes.ProductCodeType",
        "reason": "StateTransitionReason",
        "requester-id": "ReservationRequesterId",
        "state-reason-code": "StateReason.Code",
        "state-reason-message": "StateReason.Message",
        "tenancy": "Placement.Tenancy",
    },
    "DescribeKeyPairs": {"fingerprint": "KeyFingerprint"},
    "DescribeLaunchTemplateVersions": {
        "create-time": "CreateTime",
        "host-resource-group-arn": "LaunchTemplateData.Placement.HostResourceGroupArn",
        "http-endpoint": "LaunchTemplateData.MetadataOptions.HttpEndpoint",
        "http-protocol-ipv4": lambda row: [],
        "http-tokens": "LaunchTemplateData.MetadataOptions.HttpTokens",
        "iam-instance-profile": "LaunchTemplateData.IamInstanceProfile.Arn",
        "is-default-version": "DefaultVersion",
        "license-configuration-arn": "LaunchTemplateData.LicenseSpecifications.LicenseConfigurationArn",
        "network-card-index": "LaunchTemplateData.NetworkInterfaces.NetworkCardIndex",
    },
    "DescribeNetworkAcls": {
        "association.association-id": "Associations.NetworkAclAssociationId",
        "default": "IsDefault",
        "entry.cidr": "Entries.CidrBlock",
        "entry.egress": "Entries.Egress",
        "entry.icmp.code": "Entries.IcmpTypeCode.Code",
        "entry.icmp.type": "Entries.IcmpTypeCode.Type",
        "entry.ipv6-cidr": "Entries.Ipv6CidrBlock",
        "entry.port-range.from": "Entries.PortRange.From",
        "entry.port-range.to": "Entries.PortRange.To",
        "entry.protocol": "Entries.Protocol",
        "entry.rule-action": "Entries.RuleAction",
        "entry.rule-number": "Entries.RuleNumber",
    },
    "DescribeNetworkInsightsAnalyses": {"path-found": "NetworkPathFound"},
    "DescribeNetworkInsightsPaths": {
        f"filter-at-{end.lower()}.{kind.lower()}-port-range": ports(f"FilterAt{end}", f"{kind}PortRange")
        for end in ("Source", "Destination")
        for kind in ("Source", "Destination")
    },
    "DescribeNetworkInterfacePermissions": {"network-interface-permission.permission": "Permission"},
    "DescribeNetworkInterfaces": {
        "addresses.association.owner-id": "PrivateIpAddresses.Association.IpOwnerId",
        "attachment.nat-gateway-id": lambda row: row["gateways"],
        "group-id": "Groups.GroupId",
        "group-name": "Groups.GroupName",
        "tag-key": "TagSet.Key",
        "tag-value": "TagSet.Value",
    },
    "DescribeSecurityGroups": {
        **{f"ip-permission.{name}": path for name, path in permissions("IpPermissions").items()},
        "ip-permission.group-name": lambda row: row["names"]["IpPermissions"],
        "egress.ip-permission.group-name": lambda row: row["names"]["IpPermissionsEgress"],
        **{f"egress.ip-permission.{name}": path for name, path in permissions("IpPermissionsEgress").items()},
    },
    "DescribeSnapshotTierStatus": {"last-tiering-operation": "LastTieringOperationStatus"},
    "DescribeSnapshots": {"owner-alias": "OwnerAlias", "status": "State"},
    "DescribeSpotInstanceRequests": {
        "network-interface.private-ip-address": "LaunchSpecification.NetworkInterfaces.PrivateIpAddress",
        "network-interface.addresses.primary": "LaunchSpecification.NetworkInterfaces.PrivateIpAddresses.Primary",
        "fault-code": "Fault.Code",
        "fault-message": "Fault.Message",
        "launch.block-device-mapping.device-name": "LaunchSpecification.BlockDeviceMappings.DeviceName",
        "launch.group-id": "LaunchSpecification.SecurityGroups.GroupId",
        "launch.group-name": "LaunchSpecification.SecurityGroups.GroupName",
        "launch.monitoring-enabled": "LaunchSpecification.Monitoring.Enabled",
        "network-interface.group-id": "LaunchSpecification.NetworkInterfaces.Groups",
        "status-code": "Status.Code",
        "status-message": "Status.Message",
    },
    "DescribeSubnets": {
        "availabilityZoneId": "AvailabilityZoneId",
        "cidr": "CidrBlock",
        "ipv6-cidr-block-association.state": "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
    },
    "DescribeTransitGatewayPeeringAttachments": {
        "local-owner-id": "RequesterTgwInfo.OwnerId",
        "remote-owner-id": "AccepterTgwInfo.OwnerId",
        "transit-gateway-id": "RequesterTgwInfo.TransitGatewayId",
    },
    "DescribeVolumeStatus": {
        "volume-status.details-name": "VolumeStatus.Details.Name",
        "volume-status.details-status": "VolumeStatus.Details.Status",
        "attachment-status.instance-id": "AttachmentStatuses.InstanceId",
        "attachment-status.io-performance": "AttachmentStatuses.IoPerformance",
    },
    "DescribeVolumes": {
        "attachment.status": "Attachments.State",
        "fast-restored": lambda row: [row.get("FastRestored", False)],
        "status": "State",
    },
    "DescribeVpcClassicLink": {"is-classic-link-enabled": "ClassicLinkEnabled"},
    "DescribeVpcEndpointServicePermissions": {"permission-type": lambda row: ["vpc-endpoint"]},
    "DescribeVpcEndpointServices": {"service-type": "ServiceType.ServiceType"},
    "DescribeVpcEndpoints": {"vpc-endpoint-state": "State"},
    "DescribeVpcPeeringConnections": {"status-code": "Status.Code", "status-message": "Status.Message"},
    "DescribeVpcs": {
        "cidr": "CidrBlock",
        "cidr-block-association.state": "CidrBlockAssociationSet.CidrBlockState.State",
        "ipv6-cidr-block-association.state": "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
        "isDefault": "IsDefault",
    },
    "DescribeVpnConnections": {"bgp-asn": lambda row: row["asns"]},
    "GetTransitGatewayPrefixListReferences": {"is-blackhole": "Blackhole"},
}


def path(operation, name):
    """The path of a filter."""
    for of in (operation, ""):
        if name in PATHS.get(of, {}):
            return PATHS[of][name]
    for stem, steps in STEMS.get(operation, {}).items():
        if name.startswith(stem):
            return steps + name[len(stem) :]
    return name
