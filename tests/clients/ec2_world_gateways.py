"""Two of each of what connects networks: gateways, endpoints and their services, peerings, VPN, transit gateways."""

NAMES = ("red", "blue")
ROLE = "arn:aws:iam::000000000000:role/flows"


def tags(kind, name):
    own = [{"Key": "Name", "Value": name}, {"Key": f"is-{name}", "Value": "yes"}]
    return [{"ResourceType": kind, "Tags": own}]


def build(world):
    _gateways(world)
    _addresses(world)
    _endpoints(world)
    _services(world)
    _notifications(world)
    _peerings(world)
    _transit(world)
    _routes(world)
    _vpn(world)
    _flow_logs(world)
    _exclusions(world)


def _gateways(world):
    ec2 = world.ec2
    for number, name in enumerate(NAMES):
        vpc = world[("vpc", "vpc-2")[number]]
        made = ec2.create_internet_gateway(TagSpecifications=tags("internet-gateway", name))
        id = world.keep(f"gateway-{number}", made, "InternetGateway", "InternetGatewayId")
        ec2.attach_internet_gateway(InternetGatewayId=id, VpcId=vpc)
        made = ec2.create_egress_only_internet_gateway(
            VpcId=vpc, TagSpecifications=tags("egress-only-internet-gateway", name)
        )
        world.keep(f"egress-{number}", made, "EgressOnlyInternetGateway", "EgressOnlyInternetGatewayId")
        ec2.create_carrier_gateway(VpcId=vpc, TagSpecifications=tags("carrier-gateway", name))
        ec2.create_instance_connect_endpoint(
            SubnetId=world[("subnet", "subnet-2")[number]], TagSpecifications=tags("instance-connect-endpoint", name)
        )
    ec2.create_internet_gateway()


def _addresses(world):
    ec2 = world.ec2
    for number, name in enumerate(NAMES):
        made = ec2.allocate_address(Domain="vpc", TagSpecifications=tags("elastic-ip", name))
        allocation = world.keep(f"address-{number}", made, "AllocationId")
        own = world[("instance", "instance-2")[number]]
        first = [{"Name": "attachment.instance-id", "Values": [own]}, {"Name": "attachment.device-index", "Values": ["0"]}]
        card = ec2.describe_network_interfaces(Filters=first)["NetworkInterfaces"][0]["NetworkInterfaceId"]
        ec2.associate_address(AllocationId=allocation, NetworkInterfaceId=card)
    made = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=made["AllocationId"], NetworkInterfaceId=world["interface"])
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(
        SubnetId=world["subnet"], AllocationId=allocation, TagSpecifications=tags("natgateway", "red")
    )
    world.keep("nat-0", made, "NatGateway", "NatGatewayId")
    made = ec2.create_nat_gateway(
        SubnetId=world["subnet-2"], ConnectivityType="private", TagSpecifications=tags("natgateway", "blue")
    )
    world.keep("nat-1", made, "NatGateway", "NatGatewayId")
    gone = ec2.create_nat_gateway(SubnetId=world["subnet-2"], ConnectivityType="private")["NatGateway"]
    ec2.delete_nat_gateway(NatGatewayId=gone["NatGatewayId"])
    ec2.allocate_address(Domain="vpc")


def _endpoints(world):
    ec2 = world.ec2
    made = ec2.create_vpc_endpoint(
        VpcId=world["vpc"], ServiceName="com.amazonaws.us-east-1.s3", TagSpecifications=tags("vpc-endpoint", "red")
    )
    world.keep("endpoint-0", made, "VpcEndpoint", "VpcEndpointId")
    made = ec2.create_vpc_endpoint(
        VpcId=world["vpc-2"],
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.us-east-1.ec2",
        SubnetIds=[world["subnet-2"]],
        TagSpecifications=tags("vpc-endpoint", "blue"),
    )
    world.keep("endpoint-1", made, "VpcEndpoint", "VpcEndpointId")


def _services(world):
    """Two services behind load balancers of two kinds, with who may connect and who is connected, here and elsewhere."""
    ec2, elb = world.ec2, world.server.client("elbv2")
    kinds = (("network", "subnet", {"Scheme": "internal", "IpAddressType": "dualstack"}), ("gateway", "subnet-2", {}))
    for number, (kind, subnet, more) in enumerate(kinds):
        name = NAMES[number]
        made = elb.create_load_balancer(Name=f"behind-{name}", Type=kind, Subnets=[world[subnet]], **more)
        arn = made["LoadBalancers"][0]["LoadBalancerArn"]
        made = ec2.create_vpc_endpoint_service_configuration(
            AcceptanceRequired=number == 0,
            TagSpecifications=tags("vpc-endpoint-service", name),
            **(
                {"NetworkLoadBalancerArns": [arn], "SupportedIpAddressTypes": ["ipv4", "ipv6"]},
                {"GatewayLoadBalancerArns": [arn]},
            )[number],
        )["ServiceConfiguration"]
        world.keep(f"service-{number}", made, "ServiceId")
        world.made[f"service-name-{number}"] = made["ServiceName"]
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=world["service-0"],
        AddAllowedPrincipals=["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/build", "*"],
    )
    near = world.friend.describe_subnets(Filters=[{"Name": "availability-zone", "Values": ["us-east-1a"]}])
    near = near["Subnets"][0]
    for client, vpc, subnet in (
        (ec2, world["vpc"], world["subnet"]),
        (world.friend, near["VpcId"], near["SubnetId"]),
    ):
        made = client.create_vpc_endpoint(
            VpcId=vpc, VpcEndpointType="Interface", ServiceName=world["service-name-0"], SubnetIds=[subnet]
        )
        world.keep("endpoint-waiting", made, "VpcEndpoint", "VpcEndpointId")
    ec2.reject_vpc_endpoint_connections(ServiceId=world["service-0"], VpcEndpointIds=[world["endpoint-waiting"]])
    ec2.create_vpc_endpoint(
        VpcId=world["vpc-2"],
        VpcEndpointType="GatewayLoadBalancer",
        ServiceName=world["service-name-1"],
        SubnetIds=[world["subnet-2"]],
    )


def _notifications(world):
    """Of endpoints, and of one service."""
    world.ec2.create_vpc_endpoint_connection_notification(
        ConnectionNotificationArn="arn:aws:sns:us-east-1:000000000000:green",
        ConnectionEvents=["Reject"],
        ServiceId=world["service-0"],
    )
    for number, name in enumerate(NAMES):
        world.ec2.create_vpc_endpoint_connection_notification(
            ConnectionNotificationArn=f"arn:aws:sns:us-east-1:000000000000:{name}",
            ConnectionEvents=["Accept"],
            VpcEndpointId=world[f"endpoint-{number}"],
        )


def _peerings(world):
    ec2 = world.ec2
    made = ec2.create_vpc_peering_connection(
        VpcId=world["vpc"], PeerVpcId=world["vpc-2"], TagSpecifications=tags("vpc-peering-connection", "red")
    )
    id = world.keep("peering-0", made, "VpcPeeringConnection", "VpcPeeringConnectionId")
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=id)
    far = world.elsewhere.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_vpc_peering_connection(
        VpcId=world["vpc-2"],
        PeerVpcId=far,
        PeerRegion="eu-west-1",
        TagSpecifications=tags("vpc-peering-connection", "blue"),
    )
    id = world.keep("peering-1", made, "VpcPeeringConnection", "VpcPeeringConnectionId")
    world.elsewhere.accept_vpc_peering_connection(VpcPeeringConnectionId=id)
    near = world.friend.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    ec2.create_vpc_peering_connection(VpcId=world["vpc"], PeerVpcId=near, PeerOwnerId="123456789012")
    made = world.friend.create_vpc_peering_connection(
        VpcId=near, PeerVpcId=world["vpc-2"], PeerOwnerId="000000000000"
    )["VpcPeeringConnection"]
    ec2.reject_vpc_peering_connection(VpcPeeringConnectionId=made["VpcPeeringConnectionId"])


def _transit(world):
    ec2 = world.ec2
    for number, name in enumerate(NAMES):
        word = ("enable", "disable")[number]
        made = ec2.create_transit_gateway(
            Description=name,
            Options={
                "AmazonSideAsn": 64512 + number,
                "AutoAcceptSharedAttachments": word,
                "DefaultRouteTableAssociation": word,
                "DefaultRouteTablePropagation": word,
                "DnsSupport": word,
                "VpnEcmpSupport": word,
            },
            TagSpecifications=tags("transit-gateway", name),
        )
        id = world.keep(f"transit-{number}", made, "TransitGateway", "TransitGatewayId")
        made = ec2.create_transit_gateway_route_table(
            TransitGatewayId=id, TagSpecifications=tags("transit-gateway-route-table", name)
        )["TransitGatewayRouteTable"]
        world.keep(f"transit-table-{number}", made, "TransitGatewayRouteTableId")
    gone = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    ec2.delete_transit_gateway(TransitGatewayId=gone)
    pairs = ((0, "vpc", "subnet"), (1, "vpc-2", "subnet-2"), (0, "vpc-2", "subnet-2"), (1, "vpc", "subnet-3"))
    for number, (gateway, vpc, subnet) in enumerate(pairs):
        made = ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=world[f"transit-{gateway}"],
            VpcId=world[vpc],
            SubnetIds=[world[subnet]],
            TagSpecifications=tags("transit-gateway-attachment", NAMES[number % 2]),
        )
        world.keep(f"attachment-{number}", made, "TransitGatewayVpcAttachment", "TransitGatewayAttachmentId")
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=world["attachment-3"])
    far = world.elsewhere.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    for number, gateway in enumerate(("transit-0", "transit-1")):
        made = ec2.create_transit_gateway_peering_attachment(
            TransitGatewayId=world[gateway],
            PeerTransitGatewayId=far,
            PeerAccountId="000000000000",
            PeerRegion="eu-west-1",
            TagSpecifications=tags("transit-gateway-attachment", NAMES[number]),
        )
        id = made["TransitGatewayPeeringAttachment"]["TransitGatewayAttachmentId"]
        world.keep(f"transit-peering-{number}", id)
    ids = {"TransitGatewayAttachmentId": world["transit-peering-0"]}
    world.elsewhere.accept_transit_gateway_peering_attachment(**ids)
    near = world.friend.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    ec2.create_transit_gateway_peering_attachment(
        TransitGatewayId=world["transit-0"],
        PeerTransitGatewayId=near,
        PeerAccountId="123456789012",
        PeerRegion="us-east-1",
    )


def _routes(world):
    """One route table that two attachments use, with everything that can stand in it."""
    ec2 = world.ec2
    default = ec2.describe_transit_gateways(TransitGatewayIds=[world["transit-0"]])["TransitGateways"][0]
    default = default["Options"]["AssociationDefaultRouteTableId"]
    table = world["transit-table-0"]
    for attachment in (world["attachment-0"], world["attachment-2"], world["transit-peering-0"]):
        pair = {"TransitGatewayAttachmentId": attachment}
        ec2.disassociate_transit_gateway_route_table(TransitGatewayRouteTableId=default, **pair)
        ec2.associate_transit_gateway_route_table(TransitGatewayRouteTableId=table, **pair)
    for attachment in (world["attachment-0"], world["attachment-2"]):
        ec2.enable_transit_gateway_route_table_propagation(
            TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=attachment
        )
    route = lambda block, **more: ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock=block, **more
    )
    route("10.64.0.0/16", TransitGatewayAttachmentId=world["attachment-0"])
    route("10.64.1.0/24", TransitGatewayAttachmentId=world["transit-peering-0"])
    route("10.65.0.0/16", Blackhole=True)
    for number in range(2):
        ec2.create_transit_gateway_prefix_list_reference(
            TransitGatewayRouteTableId=table,
            PrefixListId=world[f"list-{number}"],
            TransitGatewayAttachmentId=world[("attachment-0", "transit-peering-0")[number]],
        )
    second = ec2.create_managed_prefix_list(PrefixListName="nowhere", MaxEntries=1, AddressFamily="IPv4")
    ec2.create_transit_gateway_prefix_list_reference(
        TransitGatewayRouteTableId=table, PrefixListId=second["PrefixList"]["PrefixListId"], Blackhole=True
    )


def _vpn(world):
    ec2 = world.ec2
    for number, name in enumerate(NAMES):
        made = ec2.create_customer_gateway(
            Type="ipsec.1",
            BgpAsn=65010 + number,
            IpAddress=f"203.0.113.{9 + number}",
            TagSpecifications=tags("customer-gateway", name),
        )
        customer = world.keep(f"customer-{number}", made, "CustomerGateway", "CustomerGatewayId")
        made = ec2.create_vpn_gateway(
            Type="ipsec.1",
            AmazonSideAsn=64600 + number,
            AvailabilityZone=("us-east-1a", "us-east-1b")[number],
            TagSpecifications=tags("vpn-gateway", name),
        )
        gateway = world.keep(f"vpn-gateway-{number}", made, "VpnGateway", "VpnGatewayId")
        ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=world[("vpc", "vpc-2")[number]])
        made = ec2.create_vpn_connection(
            Type="ipsec.1",
            CustomerGatewayId=customer,
            VpnGatewayId=gateway,
            Options={"StaticRoutesOnly": True} if number == 0 else {},
            TagSpecifications=tags("vpn-connection", name),
        )
        world.keep(f"vpn-{number}", made, "VpnConnection", "VpnConnectionId")
    for block in ("192.168.1.0/24", "192.168.2.0/24"):
        ec2.create_vpn_connection_route(VpnConnectionId=world["vpn-0"], DestinationCidrBlock=block)
    ec2.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=world["customer-1"], TransitGatewayId=world["transit-0"]
    )
    wish = [{"Name": "resource-type", "Values": ["vpn"]}]
    (own,) = ec2.describe_transit_gateway_attachments(Filters=wish)["TransitGatewayAttachments"]
    ec2.enable_transit_gateway_route_table_propagation(
        TransitGatewayRouteTableId=world["transit-table-0"],
        TransitGatewayAttachmentId=own["TransitGatewayAttachmentId"],
    )
    ec2.detach_vpn_gateway(VpnGatewayId=world["vpn-gateway-1"], VpcId=world["vpc-2"])
    gone = ec2.create_customer_gateway(Type="ipsec.1", BgpAsn=65020, IpAddress="203.0.113.20")["CustomerGateway"]
    ec2.delete_customer_gateway(CustomerGatewayId=gone["CustomerGatewayId"])
    gone = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]
    ec2.delete_vpn_gateway(VpnGatewayId=gone["VpnGatewayId"])
    gone = ec2.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=world["customer-0"], VpnGatewayId=world["vpn-gateway-1"]
    )["VpnConnection"]
    ec2.delete_vpn_connection(VpnConnectionId=gone["VpnConnectionId"])


def _flow_logs(world):
    world.ec2.create_flow_logs(
        ResourceIds=[world["vpc"]],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="flows",
        DeliverLogsPermissionArn=ROLE,
        TagSpecifications=tags("vpc-flow-log", "red"),
    )
    world.server.client("s3").create_bucket(Bucket="flows")
    world.ec2.create_flow_logs(
        ResourceIds=[world["subnet-2"]],
        ResourceType="Subnet",
        TrafficType="REJECT",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flows",
        TagSpecifications=tags("vpc-flow-log", "blue"),
    )


def _exclusions(world):
    for number, name in enumerate(NAMES):
        world.ec2.create_vpc_block_public_access_exclusion(
            InternetGatewayExclusionMode=("allow-egress", "allow-bidirectional")[number],
            TagSpecifications=tags("vpc-block-public-access-exclusion", name),
            **({"VpcId": world["vpc"]}, {"SubnetId": world["subnet-2"]})[number],
        )
