"""A world with two or more of each networking kind of EC2, which differ in whatever they can differ in."""

import ec2_world_compute
import ec2_world_gateways


def tags(kind, name, **more):
    """Tags of creation: of one key that all have, and of one that none else has."""
    own = {"Name": name, f"is-{name}": "yes", **more}
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in own.items()]}]


class World:
    """What was made, by names of this file's."""

    def __init__(self, server):
        self.server = server
        self.ec2 = server.client("ec2")
        #: Another account, and another Region.
        self.friend = server.client("ec2", key="123456789012")
        self.elsewhere = server.client("ec2", region="eu-west-1")
        self.made = {}
        self.options()
        self.vpcs()
        self.subnets()
        self.groups()
        self.acls()
        self.interfaces()
        ec2_world_compute.build(self)
        ec2_world_gateways.build(self)
        self.tables()
        self.mirrors()
        self.ipam()
        self.insights()

    def __getitem__(self, name):
        return self.made[name]

    def keep(self, name, answer, *path):
        """Remembers an id out of an answer."""
        for step in path:
            answer = answer[step]
        self.made[name] = answer
        self.server.advance(1)
        return answer

    def options(self):
        for name, domain, server in (("options", "red.example", "10.0.0.2"), ("options-2", "blue.example", "10.1.0.2")):
            made = self.ec2.create_dhcp_options(
                DhcpConfigurations=[
                    {"Key": "domain-name", "Values": [domain]},
                    {"Key": "domain-name-servers", "Values": [server]},
                    *([{"Key": "netbios-node-type", "Values": ["2"]}] if name == "options" else []),
                ],
                TagSpecifications=tags("dhcp-options", name),
            )
            self.keep(name, made, "DhcpOptions", "DhcpOptionsId")

    def vpcs(self):
        ec2 = self.ec2
        made = ec2.create_vpc(
            CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True, TagSpecifications=tags("vpc", "red", team="a")
        )
        red = self.keep("vpc", made, "Vpc", "VpcId")
        made = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=tags("vpc", "blue"))
        blue = self.keep("vpc-2", made, "Vpc", "VpcId")
        ec2.associate_vpc_cidr_block(VpcId=blue, CidrBlock="10.2.0.0/16")
        ec2.associate_vpc_cidr_block(VpcId=blue, AmazonProvidedIpv6CidrBlock=True)
        ec2.associate_dhcp_options(DhcpOptionsId=self["options"], VpcId=red)
        ec2.associate_dhcp_options(DhcpOptionsId=self["options-2"], VpcId=blue)
        shown = ec2.describe_vpcs(VpcIds=[red, blue])["Vpcs"]
        self.block = {vpc["VpcId"]: vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"] for vpc in shown}
        gone = ec2.associate_vpc_cidr_block(VpcId=blue, CidrBlock="10.3.0.0/16")["CidrBlockAssociation"]
        ec2.disassociate_vpc_cidr_block(AssociationId=gone["AssociationId"])
        for vpc in (red, blue):
            ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        near = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
        self.made["vpc-default"] = near
        found = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [near]}])["Subnets"]
        self.default_subnets = {own["AvailabilityZone"]: own["SubnetId"] for own in found}

    def six(self, vpc, number):
        """The nth /64 of a VPC's IPv6 block."""
        return self.block[vpc].replace("00::/56", f"{number:02x}::/64")

    def subnets(self):
        ec2, red, blue = self.ec2, self["vpc"], self["vpc-2"]
        of = lambda name: {"TagSpecifications": tags("subnet", name)}
        one = ec2.create_subnet(
            VpcId=red,
            CidrBlock="10.0.1.0/24",
            Ipv6CidrBlock=self.six(red, 1),
            AvailabilityZone="us-east-1a",
            **of("red-a"),
        )
        one = self.keep("subnet", one, "Subnet", "SubnetId")
        two = ec2.create_subnet(VpcId=blue, CidrBlock="10.1.1.0/25", AvailabilityZone="us-east-1b", **of("blue-b"))
        two = self.keep("subnet-2", two, "Subnet", "SubnetId")
        native = ec2.create_subnet(VpcId=red, Ipv6Native=True, Ipv6CidrBlock=self.six(red, 2), AvailabilityZone="us-east-1c")
        self.keep("subnet-native", native, "Subnet", "SubnetId")
        three = ec2.create_subnet(VpcId=red, CidrBlock="10.0.3.0/24", AvailabilityZone="us-east-1b", **of("red-b"))
        self.keep("subnet-3", three, "Subnet", "SubnetId")
        ec2.modify_subnet_attribute(SubnetId=one, MapPublicIpOnLaunch={"Value": True})
        ec2.modify_subnet_attribute(SubnetId=one, EnableResourceNameDnsARecordOnLaunch={"Value": True})
        ec2.modify_subnet_attribute(SubnetId=one, EnableResourceNameDnsAAAARecordOnLaunch={"Value": True})
        ec2.modify_subnet_attribute(SubnetId=one, EnableDns64={"Value": True})
        ec2.modify_subnet_attribute(SubnetId=two, PrivateDnsHostnameTypeOnLaunch="resource-name")
        blocks = (("10.0.1.128/28", "prefix", "red"), ("10.0.1.144/28", "explicit", "blue"))
        for number, (block, kind, name) in enumerate(blocks):
            made = ec2.create_subnet_cidr_reservation(
                SubnetId=one,
                Cidr=block,
                ReservationType=kind,
                Description=name,
                TagSpecifications=tags("subnet-cidr-reservation", name),
            )
            self.keep(f"reservation-{number}", made, "SubnetCidrReservation", "SubnetCidrReservationId")

    def groups(self):
        ec2 = self.ec2
        for name, vpc in (("web", "vpc"), ("db", "vpc-2"), ("near", "vpc")):
            made = ec2.create_security_group(
                GroupName=name, Description=f"the {name} ones", VpcId=self[vpc], TagSpecifications=tags("security-group", name)
            )
            self.keep(f"group-{name}", made, "GroupId")
        for number, entry in enumerate(("192.0.2.0/24", "198.51.100.0/24")):
            made = ec2.create_managed_prefix_list(
                PrefixListName=f"offices-{number}",
                MaxEntries=2,
                AddressFamily="IPv4",
                Entries=[{"Cidr": entry}],
                TagSpecifications=tags("prefix-list", f"offices-{number}"),
            )
            self.keep(f"list-{number}", made, "PrefixList", "PrefixListId")
        web, db, near = self["group-web"], self["group-db"], self["group-near"]
        rule = lambda low, high, protocol="tcp", **more: {"IpProtocol": protocol, "FromPort": low, "ToPort": high, **more}
        other = rule(22, 22, UserIdGroupPairs=[{"GroupId": near}])
        seen = [
            rule(80, 81, IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": "world"}]),
            rule(443, 444, "udp", Ipv6Ranges=[{"CidrIpv6": "::/0"}]),
            other,
            rule(53, 54, PrefixListIds=[{"PrefixListId": self["list-0"]}]),
        ]
        less = [
            rule(5432, 5433, IpRanges=[{"CidrIp": "10.0.0.0/8"}]),
            rule(-1, -1, "icmp", Ipv6Ranges=[{"CidrIpv6": "fd00::/8"}]),
            rule(25, 26, UserIdGroupPairs=[{"GroupId": db}]),
            rule(110, 111, PrefixListIds=[{"PrefixListId": self["list-1"]}]),
        ]
        more = tags("security-group-rule", "rule")
        for group, rules in ((web, seen), (db, less)):
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules, TagSpecifications=more)
            ec2.authorize_security_group_egress(GroupId=group, IpPermissions=rules)
        for group in (web, near):
            ec2.associate_security_group_vpc(GroupId=group, VpcId=self["vpc-2"])
        ec2.associate_security_group_vpc(GroupId=near, VpcId=self["vpc-default"])

    def acls(self):
        ec2 = self.ec2
        for number, (vpc, subnet) in enumerate((("vpc", "subnet"), ("vpc-2", "subnet-2"))):
            made = ec2.create_network_acl(VpcId=self[vpc], TagSpecifications=tags("network-acl", f"acl-{number}"))
            id = self.keep(f"acl-{number}", made, "NetworkAcl", "NetworkAclId")
            entry = lambda at, out=False, act="allow", **more: ec2.create_network_acl_entry(
                NetworkAclId=id, RuleNumber=at + number, Egress=out, RuleAction=act, **more
            )
            entry(100, CidrBlock=f"10.{number}.0.0/16", Protocol="6", PortRange={"From": 80 + number, "To": 90 + number})
            entry(200, Ipv6CidrBlock=f"fd0{number}::/16", Protocol="17", PortRange={"From": 53 + number, "To": 60 + number})
            code = {"Type": 8 if number else 3, "Code": number}
            entry(300, out=True, act="deny", CidrBlock="192.0.2.0/24", Protocol="1", IcmpTypeCode=code)
            shown = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [self[subnet]]}])
            (own,) = [one for one in shown["NetworkAcls"][0]["Associations"] if one["SubnetId"] == self[subnet]]
            ec2.replace_network_acl_association(AssociationId=own["NetworkAclAssociationId"], NetworkAclId=id)

    def interfaces(self):
        ec2 = self.ec2
        made = ec2.create_network_interface(
            SubnetId=self["subnet"],
            Description="red card",
            Groups=[self["group-web"]],
            SecondaryPrivateIpAddressCount=1,
            Ipv6AddressCount=1,
            TagSpecifications=tags("network-interface", "red", team="a"),
        )
        self.keep("interface", made, "NetworkInterface", "NetworkInterfaceId")
        made = ec2.create_network_interface(
            SubnetId=self["subnet-2"],
            Description="blue card",
            Groups=[self["group-db"]],
            TagSpecifications=tags("network-interface", "blue"),
        )
        self.keep("interface-2", made, "NetworkInterface", "NetworkInterfaceId")
        ec2.modify_network_interface_attribute(NetworkInterfaceId=self["interface-2"], SourceDestCheck={"Value": False})
        made = ec2.create_network_interface(SubnetId=self["subnet"], Ipv4PrefixCount=1, Ipv6PrefixCount=1)
        self.keep("interface-3", made, "NetworkInterface", "NetworkInterfaceId")
        for interface, account, permission in (
            ("interface", "123456789012", "INSTANCE-ATTACH"),
            ("interface-2", "210987654321", "EIP-ASSOCIATE"),
        ):
            ec2.create_network_interface_permission(
                NetworkInterfaceId=self[interface], AwsAccountId=account, Permission=permission
            )

    def tables(self):
        ec2 = self.ec2
        for number, (vpc, subnet) in enumerate((("vpc", "subnet"), ("vpc-2", "subnet-2"))):
            made = ec2.create_route_table(VpcId=self[vpc], TagSpecifications=tags("route-table", f"table-{number}"))
            id = self.keep(f"table-{number}", made, "RouteTable", "RouteTableId")
            ec2.associate_route_table(RouteTableId=id, SubnetId=self[subnet])
            route = lambda **more: ec2.create_route(RouteTableId=id, **more)
            card = self[("interface", "interface-2")[number]]
            route(DestinationPrefixListId=self[f"list-{number}"], NetworkInterfaceId=card)
            route(DestinationIpv6CidrBlock=f"2001:db8:{number}::/48", EgressOnlyInternetGatewayId=self[f"egress-{number}"])
            route(DestinationCidrBlock=f"198.18.{number}.0/24", NatGatewayId=self[f"nat-{number}"])
            route(DestinationCidrBlock=f"198.19.{number}.0/24", TransitGatewayId=self[f"transit-{number}"])
            route(DestinationCidrBlock=f"198.17.{number}.0/24", GatewayId=self[f"gateway-{number}"])
            route(DestinationCidrBlock=f"198.16.{number}.0/24", VpcPeeringConnectionId=self[f"peering-{number}"])
            to = self[("instance-stopped", "instance-2")[number]]
            route(DestinationCidrBlock="198.15.0.0/24", InstanceId=to)
            edge = ec2.create_route_table(VpcId=self[vpc], TagSpecifications=tags("route-table", f"edge-{number}"))
            edge = self.keep(f"edge-{number}", edge, "RouteTable", "RouteTableId")
            ec2.associate_route_table(RouteTableId=edge, GatewayId=self[f"gateway-{number}"])

    def mirrors(self):
        ec2 = self.ec2
        balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/b/0123456789abcdef"
        made = ec2.create_traffic_mirror_target(
            NetworkLoadBalancerArn=balancer, Description="balancer", TagSpecifications=tags("traffic-mirror-target", "b")
        )
        for number in range(2):
            name = ("red", "blue")[number]
            made = ec2.create_traffic_mirror_target(
                NetworkInterfaceId=self[("interface", "interface-2")[number]],
                Description=f"{name} target",
                TagSpecifications=tags("traffic-mirror-target", name),
            )
            target = self.keep(f"mirror-target-{number}", made, "TrafficMirrorTarget", "TrafficMirrorTargetId")
            made = ec2.create_traffic_mirror_filter(
                Description=f"{name} filter", TagSpecifications=tags("traffic-mirror-filter", name)
            )
            filter = self.keep(f"mirror-filter-{number}", made, "TrafficMirrorFilter", "TrafficMirrorFilterId")
            ec2.create_traffic_mirror_filter_rule(
                TrafficMirrorFilterId=filter,
                TrafficDirection=("ingress", "egress")[number],
                RuleNumber=10 + number,
                RuleAction=("accept", "reject")[number],
                Protocol=(6, 17)[number],
                SourceCidrBlock=f"10.{number}.0.0/16",
                DestinationCidrBlock=f"10.{number + 8}.0.0/16",
                Description=f"{name} rule",
                TagSpecifications=tags("traffic-mirror-filter-rule", name),
            )
            made = ec2.create_traffic_mirror_session(
                NetworkInterfaceId=self["cards"][number],
                TrafficMirrorTargetId=target,
                TrafficMirrorFilterId=filter,
                SessionNumber=1 + number,
                PacketLength=100 + number,
                VirtualNetworkId=7 + number,
                Description=f"{name} session",
                TagSpecifications=tags("traffic-mirror-session", name),
            )
            self.keep(f"mirror-session-{number}", made, "TrafficMirrorSession", "TrafficMirrorSessionId")

    def ipam(self):
        ec2 = self.ec2
        for number, name in enumerate(("red", "blue")):
            made = ec2.create_ipam(
                Description=f"{name} plan",
                Tier=("advanced", "free")[number],
                OperatingRegions=[{"RegionName": "us-west-2"}],
                TagSpecifications=tags("ipam", name),
            )["Ipam"]
            self.keep(f"ipam-{number}", made, "IpamId")
            self.made[f"ipam-scopes-{number}"] = made["PrivateDefaultScopeId"]
        made = ec2.create_ipam_scope(
            IpamId=self["ipam-0"], Description="second", TagSpecifications=tags("ipam-scope", "second")
        )
        self.keep("ipam-scope-2", made, "IpamScope", "IpamScopeId")
        self.made["ipam-scope"] = self["ipam-scopes-0"]
        for number, scope in enumerate(("ipam-scope", "ipam-scope-2")):
            made = ec2.create_ipam_pool(
                IpamScopeId=self[scope],
                AddressFamily="ipv4",
                Description=f"pool {number}",
                AllocationDefaultNetmaskLength=26 + number,
                AllocationMinNetmaskLength=24 + number,
                AllocationMaxNetmaskLength=27 + number,
                TagSpecifications=tags("ipam-pool", f"pool-{number}"),
                **({"Locale": "us-east-1", "AutoImport": True}, {})[number],
            )
            pool = self.keep(f"ipam-pool-{number}", made, "IpamPool", "IpamPoolId")
            ec2.provision_ipam_pool_cidr(IpamPoolId=pool, Cidr=f"10.{80 + number}.0.0/16")
            ec2.provision_ipam_pool_cidr(IpamPoolId=pool, Cidr=f"10.{90 + number}.0.0/17")
        ec2.create_ipam_pool(
            IpamScopeId=self["ipam-scope-2"],
            AddressFamily="ipv4",
            SourceIpamPoolId=self["ipam-pool-1"],
            Locale="us-west-2",
        )
        own = {"IpamPoolId": self["ipam-pool-0"]}
        ec2.allocate_ipam_pool_cidr(**own, Cidr="10.80.1.0/24", Description="one")
        ec2.allocate_ipam_pool_cidr(**own, Cidr="10.80.2.0/25", Description="two")
        made = ec2.create_vpc(Ipv4IpamPoolId=self["ipam-pool-0"], Ipv4NetmaskLength=24)
        self.keep("vpc-ipam", made, "Vpc", "VpcId")
        self.keep("vpc-overlap", ec2.create_vpc(CidrBlock="10.1.0.0/16"), "Vpc", "VpcId")

    def insights(self):
        ec2 = self.ec2
        ends = [ec2.create_network_interface(SubnetId=self["subnet-3"]) for _ in range(2)]
        ends = [made["NetworkInterface"]["NetworkInterfaceId"] for made in ends]
        made = ec2.create_network_insights_path(Source=ends[0], Destination=ends[1], Protocol="tcp")
        path = made["NetworkInsightsPath"]["NetworkInsightsPathId"]
        ec2.start_network_insights_analysis(NetworkInsightsPathId=path)
        for number in range(2):
            name = ("red", "blue")[number]
            packets = {
                "SourceAddress": f"10.{number}.1.9",
                "SourcePortRange": {"FromPort": 1024 + number, "ToPort": 2048},
                "DestinationAddress": f"10.{number}.0.8",
                "DestinationPortRange": {"FromPort": 443 + number, "ToPort": 443 + number},
            }
            made = ec2.create_network_insights_path(
                Source=self["cards"][number],
                Destination=self[("interface", "interface-2")[number]],
                Protocol=("tcp", "udp")[number],
                TagSpecifications=tags("network-insights-path", name),
                **{("FilterAtSource", "FilterAtDestination")[number]: packets},
            )
            path = self.keep(f"path-{number}", made, "NetworkInsightsPath", "NetworkInsightsPathId")
            made = ec2.start_network_insights_analysis(
                NetworkInsightsPathId=path, TagSpecifications=tags("network-insights-analysis", name)
            )
            self.keep(f"analysis-{number}", made, "NetworkInsightsAnalysis", "NetworkInsightsAnalysisId")
            made = ec2.create_network_insights_access_scope(
                MatchPaths=[{"Source": {"ResourceStatement": {"Resources": [self[("vpc", "vpc-2")[number]]]}}}],
                TagSpecifications=tags("network-insights-access-scope", name),
            )["NetworkInsightsAccessScope"]
            scope = self.keep(f"access-{number}", made, "NetworkInsightsAccessScopeId")
            ec2.start_network_insights_access_scope_analysis(
                NetworkInsightsAccessScopeId=scope, TagSpecifications=tags("network-insights-access-scope-analysis", name)
            )
