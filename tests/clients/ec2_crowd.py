"""As many of each kind as fill two pages, and one more or one less whenever a test wants it.

Each maker is given the crowd and a number of its own, and answers what `unmake` is given.
"""

from ec2_world_compute import IMAGE


class Crowd:
    """Where everything stands that the makers need."""

    def __init__(self, server):
        self.ec2 = ec2 = server.client("ec2")
        self.iam = server.client("iam")
        made = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)
        self.vpc = made["Vpc"]["VpcId"]
        self.subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.255.0/24")["Subnet"]["SubnetId"]
        self.group = ec2.create_security_group(GroupName="crowd", Description="d", VpcId=self.vpc)["GroupId"]
        self.volume = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
        self.snapshot = self.new_snapshot()
        made = ec2.create_transit_gateway(Options={"DefaultRouteTableAssociation": "disable"})
        self.transit = made["TransitGateway"]["TransitGatewayId"]
        made = ec2.create_transit_gateway_route_table(TransitGatewayId=self.transit)["TransitGatewayRouteTable"]
        self.table = made["TransitGatewayRouteTableId"]
        far = server.client("ec2", region="eu-west-1")
        self.far = far.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
        made = ec2.create_managed_prefix_list(PrefixListName="crowd", MaxEntries=50, AddressFamily="IPv4")
        self.list = made["PrefixList"]["PrefixListId"]
        made = ec2.create_ipam(OperatingRegions=[{"RegionName": "us-west-2"}])["Ipam"]
        self.ipam, self.scope = made["IpamId"], made["PrivateDefaultScopeId"]
        self.pool = self.new_pool()
        ec2.provision_ipam_pool_cidr(IpamPoolId=self.pool, Cidr="10.200.0.0/16")
        self.card, self.other = self.new_card(), self.new_card()
        made = ec2.create_traffic_mirror_filter()["TrafficMirrorFilter"]
        self.mirror_filter = made["TrafficMirrorFilterId"]
        made = ec2.create_traffic_mirror_target(NetworkInterfaceId=self.other)["TrafficMirrorTarget"]
        self.mirror_target = made["TrafficMirrorTargetId"]
        data = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
        made = ec2.create_launch_template(LaunchTemplateName="crowd", LaunchTemplateData=data)["LaunchTemplate"]
        self.template = made["LaunchTemplateId"]
        self.fleet = self.new_fleet(capacity=8)
        self.spot_fleet = self.new_spot_fleet(capacity=7)
        self.capacity = _capacity(self, 0)
        self.attachment = _attachment(self, 0)
        made = ec2.create_network_insights_path(Source=self.card, Destination=self.other, Protocol="tcp")
        self.path = made["NetworkInsightsPath"]["NetworkInsightsPathId"]
        made = ec2.create_network_insights_access_scope(
            MatchPaths=[{"Source": {"ResourceStatement": {"Resources": [self.vpc]}}}]
        )["NetworkInsightsAccessScope"]
        self.access = made["NetworkInsightsAccessScopeId"]
        self.other_path, self.other_access = _path(self, 0), _access(self, 0)
        self.findings = _access_analysis(self, 0)
        elb = server.client("elbv2")
        made = elb.create_load_balancer(Name="crowd", Type="network", Scheme="internal", Subnets=[self.subnet])
        self.balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
        self.service = _service(self, 0)
        named = ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[self.service])["ServiceConfigurations"]
        self.service_name = named[0]["ServiceName"]

    def new_snapshot(self):
        return self.ec2.create_snapshot(VolumeId=self.volume)["SnapshotId"]

    def new_card(self):
        made = self.ec2.create_network_interface(SubnetId=self.subnet)
        return made["NetworkInterface"]["NetworkInterfaceId"]

    def new_vpc(self, n):
        return self.ec2.create_vpc(CidrBlock=f"10.{n + 1}.0.0/16")["Vpc"]["VpcId"]

    def new_subnet(self, n, vpc=None):
        zone = "us-east-1" + "abc"[n % 3]
        made = self.ec2.create_subnet(VpcId=vpc or self.vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    def lone_subnet(self, n):
        """A subnet in a VPC of its own."""
        return self.new_subnet(n, self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])

    def new_pool(self):
        made = self.ec2.create_ipam_pool(IpamScopeId=self.scope, AddressFamily="ipv4", Locale="us-east-1")
        return made["IpamPool"]["IpamPoolId"]

    def new_fleet(self, capacity=0):
        config = {"LaunchTemplateSpecification": {"LaunchTemplateId": self.template, "Version": "1"}}
        made = self.ec2.create_fleet(
            LaunchTemplateConfigs=[config],
            TargetCapacitySpecification={"DefaultTargetCapacityType": "on-demand", "TotalTargetCapacity": capacity},
        )
        return made["FleetId"]

    def new_spot_fleet(self, capacity=0):
        config = {
            "IamFleetRole": "arn:aws:iam::000000000000:role/fleet",
            "TargetCapacity": capacity,
            "LaunchSpecifications": [{"ImageId": IMAGE, "InstanceType": "t3.micro"}],
        }
        return self.ec2.request_spot_fleet(SpotFleetRequestConfig=config)["SpotFleetRequestId"]

    def new_image(self, n):
        made = self.ec2.register_image(
            Name=f"image-{n}",
            RootDeviceName="/dev/xvda",
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": self.snapshot}}],
        )
        return made["ImageId"]

    def new_instance(self, **more):
        made = self.ec2.run_instances(ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1, **more)
        return made["Instances"][0]["InstanceId"]


def _lone(method, key, member, **more):
    """A maker that needs nothing."""
    return lambda crowd, n: getattr(crowd.ec2, method)(**more)[key][member]


def _by(method, member):
    """What is unmade by its id alone."""
    return lambda crowd, id: getattr(crowd.ec2, method)(**{member: id})


def _permission(crowd, n):
    made = crowd.ec2.create_network_interface_permission(
        NetworkInterfaceId=crowd.card, AwsAccountId=f"{123456789000 + n}", Permission="INSTANCE-ATTACH"
    )
    return made["InterfacePermission"]["NetworkInterfacePermissionId"]


def _endpoint(crowd, n):
    made = crowd.ec2.create_vpc_endpoint(
        VpcId=crowd.new_vpc(n + 100), ServiceName="com.amazonaws.us-east-1.s3"
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def _service(crowd, n):
    made = crowd.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[crowd.balancer])
    return made["ServiceConfiguration"]["ServiceId"]


def _connection(crowd, n):
    made = crowd.ec2.create_vpc_endpoint(
        VpcId=crowd.vpc, VpcEndpointType="Interface", ServiceName=crowd.service_name, SubnetIds=[crowd.subnet]
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def _principal(crowd, n):
    principal = f"arn:aws:iam::{123456789000 + n}:root"
    crowd.ec2.modify_vpc_endpoint_service_permissions(ServiceId=crowd.service, AddAllowedPrincipals=[principal])
    return principal


def _flow_log(crowd, n):
    made = crowd.ec2.create_flow_logs(
        ResourceIds=[crowd.vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName=f"logs-{n}",
        DeliverLogsPermissionArn="arn:aws:iam::000000000000:role/flows",
    )
    return made["FlowLogIds"][0]


def _peering(crowd, n):
    made = crowd.ec2.create_vpc_peering_connection(VpcId=crowd.vpc, PeerVpcId=crowd.new_vpc(n + 60))
    return made["VpcPeeringConnection"]["VpcPeeringConnectionId"]


def _attachment(crowd, n):
    subnet = crowd.lone_subnet(n)
    vpc = crowd.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    made = crowd.ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=crowd.transit, VpcId=vpc, SubnetIds=[subnet]
    )
    id = made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    pair = {"TransitGatewayRouteTableId": crowd.table, "TransitGatewayAttachmentId": id}
    crowd.ec2.associate_transit_gateway_route_table(**pair)
    crowd.ec2.enable_transit_gateway_route_table_propagation(**pair)
    return id


def _transit_peering(crowd, n):
    made = crowd.ec2.create_transit_gateway_peering_attachment(
        TransitGatewayId=crowd.ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"],
        PeerTransitGatewayId=crowd.far,
        PeerAccountId="000000000000",
        PeerRegion="eu-west-1",
    )
    return made["TransitGatewayPeeringAttachment"]["TransitGatewayAttachmentId"]


def _reference(crowd, n):
    made = crowd.ec2.create_managed_prefix_list(PrefixListName=f"to-{n}", MaxEntries=1, AddressFamily="IPv4")
    id = made["PrefixList"]["PrefixListId"]
    crowd.ec2.create_transit_gateway_prefix_list_reference(
        TransitGatewayRouteTableId=crowd.table, PrefixListId=id, Blackhole=True
    )
    return id


def _referrer(crowd, n):
    group = crowd.ec2.create_security_group(GroupName=f"list-{n}", Description="d", VpcId=crowd.vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "PrefixListIds": [{"PrefixListId": crowd.list}]}
    crowd.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    return group


def _propagation(crowd, n):
    made = crowd.ec2.create_transit_gateway_route_table(TransitGatewayId=crowd.transit)["TransitGatewayRouteTable"]
    pair = {
        "TransitGatewayRouteTableId": made["TransitGatewayRouteTableId"],
        "TransitGatewayAttachmentId": crowd.attachment,
    }
    crowd.ec2.enable_transit_gateway_route_table_propagation(**pair)
    return pair


def _entry(crowd, n):
    version = crowd.ec2.describe_managed_prefix_lists(PrefixListIds=[crowd.list])["PrefixLists"][0]["Version"]
    block = f"192.0.{n}.0/24"
    crowd.ec2.modify_managed_prefix_list(
        PrefixListId=crowd.list, CurrentVersion=version, AddEntries=[{"Cidr": block}]
    )
    return block


def _session(crowd, n):
    made = crowd.ec2.create_traffic_mirror_session(
        NetworkInterfaceId=crowd.ec2.describe_instances(InstanceIds=[crowd.new_instance()])["Reservations"][0][
            "Instances"
        ][0]["NetworkInterfaces"][0]["NetworkInterfaceId"],
        TrafficMirrorTargetId=crowd.mirror_target,
        TrafficMirrorFilterId=crowd.mirror_filter,
        SessionNumber=n + 1,
    )
    return made["TrafficMirrorSession"]["TrafficMirrorSessionId"]


def _mirror_rule(crowd, n):
    made = crowd.ec2.create_traffic_mirror_filter_rule(
        TrafficMirrorFilterId=crowd.mirror_filter,
        TrafficDirection="ingress",
        RuleNumber=n + 1,
        RuleAction="accept",
        SourceCidrBlock="0.0.0.0/0",
        DestinationCidrBlock="0.0.0.0/0",
    )
    return made["TrafficMirrorFilterRule"]["TrafficMirrorFilterRuleId"]


def _analysis(crowd, n):
    made = crowd.ec2.start_network_insights_analysis(NetworkInsightsPathId=crowd.path)
    return made["NetworkInsightsAnalysis"]["NetworkInsightsAnalysisId"]


def _path(crowd, n):
    made = crowd.ec2.create_network_insights_path(Source=crowd.card, Destination=crowd.other, Protocol="tcp")
    return made["NetworkInsightsPath"]["NetworkInsightsPathId"]


def _access(crowd, n):
    made = crowd.ec2.create_network_insights_access_scope(
        MatchPaths=[{"Source": {"ResourceStatement": {"Resources": [crowd.vpc]}}}]
    )
    return made["NetworkInsightsAccessScope"]["NetworkInsightsAccessScopeId"]


def _access_analysis(crowd, n):
    made = crowd.ec2.start_network_insights_access_scope_analysis(NetworkInsightsAccessScopeId=crowd.access)
    return made["NetworkInsightsAccessScopeAnalysis"]["NetworkInsightsAccessScopeAnalysisId"]


def _rule(crowd, n):
    made = crowd.ec2.authorize_security_group_ingress(
        GroupId=crowd.group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": n, "ToPort": n, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}],
    )
    return made["SecurityGroupRules"][0]["SecurityGroupRuleId"]


def _template(crowd, n):
    data = {"ImageId": IMAGE}
    made = crowd.ec2.create_launch_template(LaunchTemplateName=f"crowd-{n}", LaunchTemplateData=data)
    return made["LaunchTemplate"]["LaunchTemplateId"]


def _version(crowd, n):
    made = crowd.ec2.create_launch_template_version(
        LaunchTemplateId=crowd.template, LaunchTemplateData={"ImageId": IMAGE}, VersionDescription=str(n)
    )
    return str(made["LaunchTemplateVersion"]["VersionNumber"])


def _capacity(crowd, n):
    made = crowd.ec2.create_capacity_reservation(
        InstanceType="t3.micro", InstancePlatform="Linux/UNIX", AvailabilityZone="us-east-1a", InstanceCount=1
    )
    return made["CapacityReservation"]["CapacityReservationId"]


def _hosts(crowd, n):
    return crowd.ec2.allocate_hosts(InstanceType="m5.large", AvailabilityZone="us-east-1a", Quantity=1)["HostIds"][0]


def _spot(crowd, n):
    made = crowd.ec2.request_spot_instances(
        SpotPrice="0.0001", LaunchSpecification={"ImageId": IMAGE, "InstanceType": "t3.micro"}
    )
    return made["SpotInstanceRequests"][0]["SpotInstanceRequestId"]


def _window(crowd, n):
    made = crowd.ec2.create_instance_event_window(Name=f"window-{n}", CronExpression="* 0-4 * * *")
    return made["InstanceEventWindow"]["InstanceEventWindowId"]


def _profile(crowd, n):
    crowd.iam.create_instance_profile(InstanceProfileName=f"profile-{n}")
    made = crowd.ec2.associate_iam_instance_profile(
        IamInstanceProfile={"Name": f"profile-{n}"}, InstanceId=crowd.new_instance()
    )
    return made["IamInstanceProfileAssociation"]["AssociationId"]


def _root(crowd, n):
    made = crowd.ec2.create_replace_root_volume_task(InstanceId=crowd.new_instance())
    return made["ReplaceRootVolumeTask"]["ReplaceRootVolumeTaskId"]


def _restore(crowd, n):
    id = crowd.new_snapshot()
    crowd.ec2.enable_fast_snapshot_restores(AvailabilityZones=["us-east-1a"], SourceSnapshotIds=[id])
    return id


def _locked(crowd, n):
    id = crowd.new_snapshot()
    crowd.ec2.lock_snapshot(SnapshotId=id, LockMode="governance", LockDuration=1)
    return id


def _modification(crowd, n):
    id = crowd.ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    crowd.ec2.modify_volume(VolumeId=id, Size=2)
    return id


def _scope(crowd, n):
    return crowd.ec2.create_ipam_scope(IpamId=crowd.ipam)["IpamScope"]["IpamScopeId"]


def _allocation(crowd, n):
    made = crowd.ec2.allocate_ipam_pool_cidr(IpamPoolId=crowd.pool, Cidr=f"10.200.{n}.0/24")["IpamPoolAllocation"]
    return made["IpamPoolAllocationId"], f"10.200.{n}.0/24"


def _pool_block(crowd, n):
    block = f"10.{n + 201}.0.0/16"
    crowd.ec2.provision_ipam_pool_cidr(IpamPoolId=crowd.pool, Cidr=block)
    return block


def _egress(crowd, n):
    made = crowd.ec2.create_egress_only_internet_gateway(VpcId=crowd.vpc)
    return made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]


def _exclusion(crowd, n):
    made = crowd.ec2.create_vpc_block_public_access_exclusion(
        InternetGatewayExclusionMode="allow-egress", VpcId=crowd.new_vpc(n + 150)
    )
    return made["VpcBlockPublicAccessExclusion"]["ExclusionId"]


def _association(crowd, n):
    vpc = crowd.new_vpc(n + 200)
    crowd.ec2.associate_security_group_vpc(GroupId=crowd.group, VpcId=vpc)
    return vpc


def _nat(crowd, n):
    made = crowd.ec2.create_nat_gateway(SubnetId=crowd.lone_subnet(n), ConnectivityType="private")
    return made["NatGateway"]["NatGatewayId"]


def _notification(crowd, n):
    made = crowd.ec2.create_vpc_endpoint_connection_notification(
        ConnectionNotificationArn=f"arn:aws:sns:us-east-1:000000000000:topic-{n}",
        ConnectionEvents=["Accept"],
        VpcEndpointId=_endpoint(crowd, n + 20),
    )
    return made["ConnectionNotification"]["ConnectionNotificationId"]


def _tagged(crowd, n):
    crowd.ec2.create_tags(Resources=[crowd.vpc], Tags=[{"Key": f"key-{n}", "Value": "v"}])
    return f"key-{n}"


#: By operation: what makes one more of what it lists, and what takes one away; `None` where nothing takes it away.
KINDS = {
    "DescribeAddressesAttribute": (
        lambda crowd, n: crowd.ec2.allocate_address()["AllocationId"],
        _by("release_address", "AllocationId"),
    ),
    "DescribeCapacityReservations": (_capacity, None),
    "DescribeCarrierGateways": (
        lambda crowd, n: crowd.ec2.create_carrier_gateway(VpcId=crowd.new_vpc(n + 40))["CarrierGateway"]["CarrierGatewayId"],
        None,
    ),
    "DescribeDhcpOptions": (
        _lone(
            "create_dhcp_options",
            "DhcpOptions",
            "DhcpOptionsId",
            DhcpConfigurations=[{"Key": "domain-name", "Values": ["a"]}],
        ),
        _by("delete_dhcp_options", "DhcpOptionsId"),
    ),
    "DescribeEgressOnlyInternetGateways": (
        _egress,
        _by("delete_egress_only_internet_gateway", "EgressOnlyInternetGatewayId"),
    ),
    "DescribeFastSnapshotRestores": (_restore, None),
    "DescribeFleets": (lambda crowd, n: crowd.new_fleet(), None),
    "DescribeFlowLogs": (_flow_log, lambda crowd, id: crowd.ec2.delete_flow_logs(FlowLogIds=[id])),
    "DescribeHosts": (_hosts, None),
    "DescribeIamInstanceProfileAssociations": (_profile, _by("disassociate_iam_instance_profile", "AssociationId")),
    "DescribeImages": (lambda crowd, n: crowd.new_image(n), _by("deregister_image", "ImageId")),
    "DescribeInstanceConnectEndpoints": (
        lambda crowd, n: crowd.ec2.create_instance_connect_endpoint(SubnetId=crowd.lone_subnet(n))[
            "InstanceConnectEndpoint"
        ]["InstanceConnectEndpointId"],
        _by("delete_instance_connect_endpoint", "InstanceConnectEndpointId"),
    ),
    "DescribeInstanceCreditSpecifications": (lambda crowd, n: crowd.new_instance(), None),
    "DescribeInstanceEventWindows": (_window, _by("delete_instance_event_window", "InstanceEventWindowId")),
    "DescribeInstanceImageMetadata": (lambda crowd, n: crowd.new_instance(), None),
    "DescribeInstanceStatus": (
        lambda crowd, n: crowd.new_instance(),
        lambda crowd, id: crowd.ec2.terminate_instances(InstanceIds=[id]),
    ),
    "DescribeInstances": (lambda crowd, n: crowd.new_instance(), None),
    "DescribeInternetGateways": (
        _lone("create_internet_gateway", "InternetGateway", "InternetGatewayId"),
        _by("delete_internet_gateway", "InternetGatewayId"),
    ),
    "DescribeIpamPools": (lambda crowd, n: crowd.new_pool(), _by("delete_ipam_pool", "IpamPoolId")),
    "DescribeIpams": (_lone("create_ipam", "Ipam", "IpamId"), _by("delete_ipam", "IpamId")),
    "DescribeIpamScopes": (_scope, _by("delete_ipam_scope", "IpamScopeId")),
    "DescribeLaunchTemplateVersions": (
        _version,
        lambda crowd, n: crowd.ec2.delete_launch_template_versions(LaunchTemplateId=crowd.template, Versions=[n]),
    ),
    "DescribeLaunchTemplates": (_template, _by("delete_launch_template", "LaunchTemplateId")),
    "DescribeLockedSnapshots": (_locked, _by("unlock_snapshot", "SnapshotId")),
    "DescribeManagedPrefixLists": (
        lambda crowd, n: crowd.ec2.create_managed_prefix_list(PrefixListName=f"l-{n}", MaxEntries=1, AddressFamily="IPv4")[
            "PrefixList"
        ]["PrefixListId"],
        _by("delete_managed_prefix_list", "PrefixListId"),
    ),
    "DescribeNatGateways": (_nat, None),
    "DescribeNetworkAcls": (
        lambda crowd, n: crowd.ec2.create_network_acl(VpcId=crowd.vpc)["NetworkAcl"]["NetworkAclId"],
        _by("delete_network_acl", "NetworkAclId"),
    ),
    "DescribeNetworkInsightsAccessScopeAnalyses": (
        _access_analysis,
        _by("delete_network_insights_access_scope_analysis", "NetworkInsightsAccessScopeAnalysisId"),
    ),
    "DescribeNetworkInsightsAccessScopes": (
        _access,
        _by("delete_network_insights_access_scope", "NetworkInsightsAccessScopeId"),
    ),
    "DescribeNetworkInsightsAnalyses": (_analysis, _by("delete_network_insights_analysis", "NetworkInsightsAnalysisId")),
    "DescribeNetworkInsightsPaths": (_path, _by("delete_network_insights_path", "NetworkInsightsPathId")),
    "DescribeNetworkInterfacePermissions": (
        _permission,
        _by("delete_network_interface_permission", "NetworkInterfacePermissionId"),
    ),
    "DescribeNetworkInterfaces": (
        lambda crowd, n: crowd.new_card(),
        _by("delete_network_interface", "NetworkInterfaceId"),
    ),
    "DescribeReplaceRootVolumeTasks": (_root, None),
    "DescribeRouteTables": (
        lambda crowd, n: crowd.ec2.create_route_table(VpcId=crowd.vpc)["RouteTable"]["RouteTableId"],
        _by("delete_route_table", "RouteTableId"),
    ),
    "DescribeSecurityGroupRules": (
        _rule,
        lambda crowd, id: crowd.ec2.revoke_security_group_ingress(GroupId=crowd.group, SecurityGroupRuleIds=[id]),
    ),
    "DescribeSecurityGroupVpcAssociations": (
        _association,
        lambda crowd, vpc: crowd.ec2.disassociate_security_group_vpc(GroupId=crowd.group, VpcId=vpc),
    ),
    "DescribeSecurityGroups": (
        lambda crowd, n: crowd.ec2.create_security_group(GroupName=f"g-{n}", Description="d", VpcId=crowd.vpc)["GroupId"],
        _by("delete_security_group", "GroupId"),
    ),
    "DescribeSnapshotTierStatus": (lambda crowd, n: crowd.new_snapshot(), _by("delete_snapshot", "SnapshotId")),
    "DescribeSnapshots": (lambda crowd, n: crowd.new_snapshot(), _by("delete_snapshot", "SnapshotId")),
    "DescribeSpotFleetRequests": (lambda crowd, n: crowd.new_spot_fleet(), None),
    "DescribeSpotInstanceRequests": (_spot, None),
    "DescribeSubnets": (lambda crowd, n: crowd.new_subnet(n), _by("delete_subnet", "SubnetId")),
    "DescribeTags": (
        _tagged,
        lambda crowd, key: crowd.ec2.delete_tags(Resources=[crowd.vpc], Tags=[{"Key": key}]),
    ),
    "DescribeTrafficMirrorFilterRules": (_mirror_rule, _by("delete_traffic_mirror_filter_rule", "TrafficMirrorFilterRuleId")),
    "DescribeTrafficMirrorFilters": (
        _lone("create_traffic_mirror_filter", "TrafficMirrorFilter", "TrafficMirrorFilterId"),
        _by("delete_traffic_mirror_filter", "TrafficMirrorFilterId"),
    ),
    "DescribeTrafficMirrorSessions": (_session, _by("delete_traffic_mirror_session", "TrafficMirrorSessionId")),
    "DescribeTrafficMirrorTargets": (
        lambda crowd, n: crowd.ec2.create_traffic_mirror_target(NetworkInterfaceId=crowd.new_card())[
            "TrafficMirrorTarget"
        ]["TrafficMirrorTargetId"],
        _by("delete_traffic_mirror_target", "TrafficMirrorTargetId"),
    ),
    "DescribeTransitGatewayAttachments": (_attachment, None),
    "DescribeTransitGatewayPeeringAttachments": (_transit_peering, None),
    "DescribeTransitGatewayRouteTables": (
        lambda crowd, n: crowd.ec2.create_transit_gateway_route_table(TransitGatewayId=crowd.transit)[
            "TransitGatewayRouteTable"
        ]["TransitGatewayRouteTableId"],
        None,
    ),
    "DescribeTransitGatewayVpcAttachments": (_attachment, None),
    "DescribeTransitGateways": (
        _lone("create_transit_gateway", "TransitGateway", "TransitGatewayId"),
        None,
    ),
    "DescribeVolumeStatus": (
        lambda crowd, n: crowd.ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"],
        _by("delete_volume", "VolumeId"),
    ),
    "DescribeVolumes": (
        lambda crowd, n: crowd.ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"],
        _by("delete_volume", "VolumeId"),
    ),
    "DescribeVolumesModifications": (_modification, _by("delete_volume", "VolumeId")),
    "DescribeVpcBlockPublicAccessExclusions": (_exclusion, None),
    "DescribeVpcEndpointConnectionNotifications": (
        _notification,
        lambda crowd, id: crowd.ec2.delete_vpc_endpoint_connection_notifications(ConnectionNotificationIds=[id]),
    ),
    "DescribeVpcEndpointConnections": (
        _connection,
        lambda crowd, id: crowd.ec2.delete_vpc_endpoints(VpcEndpointIds=[id]),
    ),
    "DescribeVpcEndpointServiceConfigurations": (
        _service,
        lambda crowd, id: crowd.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[id]),
    ),
    "DescribeVpcEndpointServicePermissions": (
        _principal,
        lambda crowd, principal: crowd.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=crowd.service, RemoveAllowedPrincipals=[principal]
        ),
    ),
    "DescribeVpcEndpoints": (_endpoint, lambda crowd, id: crowd.ec2.delete_vpc_endpoints(VpcEndpointIds=[id])),
    "DescribeVpcPeeringConnections": (_peering, None),
    "DescribeVpcs": (lambda crowd, n: crowd.new_vpc(n), _by("delete_vpc", "VpcId")),
    "GetIpamPoolAllocations": (
        _allocation,
        lambda crowd, own: crowd.ec2.release_ipam_pool_allocation(
            IpamPoolId=crowd.pool, IpamPoolAllocationId=own[0], Cidr=own[1]
        ),
    ),
    "GetIpamPoolCidrs": (
        _pool_block,
        lambda crowd, block: crowd.ec2.deprovision_ipam_pool_cidr(IpamPoolId=crowd.pool, Cidr=block),
    ),
    "GetManagedPrefixListAssociations": (_referrer, _by("delete_security_group", "GroupId")),
    "GetManagedPrefixListEntries": (_entry, None),
    "GetSecurityGroupsForVpc": (
        lambda crowd, n: crowd.ec2.create_security_group(GroupName=f"v-{n}", Description="d", VpcId=crowd.vpc)["GroupId"],
        _by("delete_security_group", "GroupId"),
    ),
    "GetSubnetCidrReservations": (
        lambda crowd, n: crowd.ec2.create_subnet_cidr_reservation(
            SubnetId=crowd.subnet, Cidr=f"10.0.255.{128 + 4 * n}/30", ReservationType="explicit"
        )["SubnetCidrReservation"]["SubnetCidrReservationId"],
        _by("delete_subnet_cidr_reservation", "SubnetCidrReservationId"),
    ),
    "GetTransitGatewayAttachmentPropagations": (
        _propagation,
        lambda crowd, pair: crowd.ec2.disable_transit_gateway_route_table_propagation(**pair),
    ),
    "GetTransitGatewayPrefixListReferences": (
        _reference,
        lambda crowd, id: crowd.ec2.delete_transit_gateway_prefix_list_reference(
            TransitGatewayRouteTableId=crowd.table, PrefixListId=id
        ),
    ),
    "GetTransitGatewayRouteTableAssociations": (_attachment, None),
    "GetTransitGatewayRouteTablePropagations": (_attachment, None),
}
