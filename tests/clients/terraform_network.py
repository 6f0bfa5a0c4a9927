"""VPCs, subnets, route tables and DHCP options, as Terraform lives with them."""

from angae import refusal
from grounds import only, tagged
from terraform import Resource, pairs

ANYWHERE = "0.0.0.0/0"


class Vpc(Resource):
    name = "aws_vpc"
    ATTRIBUTES = ("enableDnsHostnames", "enableDnsSupport", "enableNetworkAddressUsageMetrics")

    def create(self):
        made = self.ec2.create_vpc(
            CidrBlock="10.0.0.0/16",
            InstanceTenancy="default",
            AmazonProvidedIpv6CidrBlock=True,
            TagSpecifications=tagged("vpc", Name="main"),
        )["Vpc"]
        self.id = made["VpcId"]
        self.set(EnableDnsHostnames=True)
        return {
            "vpc": {
                "VpcId": self.id,
                "CidrBlock": "10.0.0.0/16",
                "State": "available",
                "InstanceTenancy": "default",
                "IsDefault": False,
                "CidrBlockAssociationSet": [{"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}}],
                "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlockState": {"State": "associated"}, "Ipv6Pool": "Amazon"}],
                "Tags": pairs(Name="main"),
            },
            "attributes": [True, True, False],
            "defaults": [[{"IsDefault": True}], [{"VpcId": self.id}], [{"GroupName": "default"}]],
        }

    def set(self, **attributes):
        for name, value in attributes.items():
            self.ec2.modify_vpc_attribute(VpcId=self.id, **{name: {"Value": value}})

    def read(self):
        inside = only(vpc_id=self.id)
        attributes = [
            self.ec2.describe_vpc_attribute(VpcId=self.id, Attribute=name)[name[0].upper() + name[1:]]["Value"]
            for name in self.ATTRIBUTES
        ]
        return {
            "vpc": self.ec2.describe_vpcs(VpcIds=[self.id])["Vpcs"][0],
            "attributes": attributes,
            "defaults": [
                self.ec2.describe_network_acls(Filters=[*inside, *only(default="true")])["NetworkAcls"],
                self.ec2.describe_route_tables(Filters=[*inside, *only(association__main="true")])["RouteTables"],
                self.ec2.describe_security_groups(Filters=[*inside, *only(group_name="default")])["SecurityGroups"],
            ],
        }

    def update(self):
        self.set(EnableDnsHostnames=False, EnableDnsSupport=False, EnableNetworkAddressUsageMetrics=True)
        own = self.read()["vpc"]["Ipv6CidrBlockAssociationSet"][0]["AssociationId"]
        self.ec2.disassociate_vpc_cidr_block(AssociationId=own)
        self.tag(self.id, Name="other")
        return {
            "vpc": {"Tags": pairs(Name="other"), "CidrBlockAssociationSet": [{}]},
            "attributes": [False, False, True],
        }

    def delete(self):
        self.ec2.delete_vpc(VpcId=self.id)

    def gone(self):
        sentence = f"The vpc ID '{self.id}' does not exist"
        yield lambda: self.ec2.describe_vpcs(VpcIds=[self.id]), "InvalidVpcID.NotFound", sentence
        yield lambda: self.ec2.delete_vpc(VpcId=self.id), "InvalidVpcID.NotFound", sentence
        wish = {"VpcId": self.id, "Attribute": self.ATTRIBUTES[0]}
        yield lambda: self.ec2.describe_vpc_attribute(**wish), "InvalidVpcID.NotFound", sentence


class DedicatedVpc(Resource):
    name = "aws_vpc"
    form = "dedicated"

    def create(self):
        self.id = self.ec2.create_vpc(CidrBlock="10.0.0.0/16", InstanceTenancy="dedicated")["Vpc"]["VpcId"]
        return {"InstanceTenancy": "dedicated", "CidrBlockAssociationSet": [{}]}

    def read(self):
        return self.ec2.describe_vpcs(VpcIds=[self.id])["Vpcs"][0]

    def update(self):
        self.ec2.modify_vpc_tenancy(VpcId=self.id, InstanceTenancy="default")
        self.ec2.associate_vpc_cidr_block(VpcId=self.id, CidrBlock="10.5.0.0/16")
        self.ec2.associate_vpc_cidr_block(VpcId=self.id, AmazonProvidedIpv6CidrBlock=True)
        joined = {"State": "associated"}
        return {
            "InstanceTenancy": "default",
            "CidrBlockAssociationSet": [{}, {"CidrBlock": "10.5.0.0/16", "CidrBlockState": joined}],
            "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlockState": joined}],
        }

    def delete(self):
        self.association = self.read()["CidrBlockAssociationSet"][1]["AssociationId"]
        self.ec2.disassociate_vpc_cidr_block(AssociationId=self.association)
        self.ec2.delete_vpc(VpcId=self.id)

    def gone(self):
        sentence = f"The vpc CIDR block association ID '{self.association}' does not exist"
        call = lambda: self.ec2.disassociate_vpc_cidr_block(AssociationId=self.association)
        yield call, "InvalidVpcCidrBlockAssociationID.NotFound", sentence


class Subnet(Resource):
    name = "aws_subnet"

    def stand(self):
        self.vpc = self.ground.vpc(ipv6=True)
        block = self.ec2.describe_vpcs(VpcIds=[self.vpc])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]
        self.block = block["Ipv6CidrBlock"].replace("/56", "/64")

    def create(self):
        self.id = self.ec2.create_subnet(
            VpcId=self.vpc,
            CidrBlock="10.0.1.0/24",
            AvailabilityZone="us-east-1b",
            Ipv6CidrBlock=self.block,
            TagSpecifications=tagged("subnet", Name="public"),
        )["Subnet"]["SubnetId"]
        self.set(AssignIpv6AddressOnCreation=True)
        self.set(EnableResourceNameDnsARecordOnLaunch=True)
        self.set(MapPublicIpOnLaunch=True)
        return {
            "State": "available",
            "AvailableIpAddressCount": 251,
            "AvailabilityZone": "us-east-1b",
            "AssignIpv6AddressOnCreation": True,
            "MapPublicIpOnLaunch": True,
            "EnableDns64": False,
            "Ipv6Native": False,
            "PrivateDnsNameOptionsOnLaunch": {"HostnameType": "ip-name", "EnableResourceNameDnsARecord": True},
            "Ipv6CidrBlockAssociationSet": [
                {"Ipv6CidrBlock": self.block, "Ipv6CidrBlockState": {"State": "associated"}}
            ],
            "Tags": pairs(Name="public"),
        }

    def set(self, **attribute):
        """One attribute a call."""
        for name, value in attribute.items():
            value = value if isinstance(value, str) else {"Value": value}
            self.ec2.modify_subnet_attribute(SubnetId=self.id, **{name: value})

    def read(self):
        return self.ec2.describe_subnets(SubnetIds=[self.id])["Subnets"][0]

    def update(self):
        self.set(EnableDns64=True)
        self.set(EnableResourceNameDnsAAAARecordOnLaunch=True)
        self.set(MapPublicIpOnLaunch=False)
        self.set(PrivateDnsHostnameTypeOnLaunch="resource-name")
        # The block is taken away only when nothing is given an address of it any more.
        self.set(AssignIpv6AddressOnCreation=False)
        self.set(EnableDns64=False)
        own = self.read()["Ipv6CidrBlockAssociationSet"][0]["AssociationId"]
        self.ec2.disassociate_subnet_cidr_block(AssociationId=own)
        again = self.block.replace("00::/64", "01::/64")
        self.ec2.associate_subnet_cidr_block(SubnetId=self.id, Ipv6CidrBlock=again)
        self.tag(self.id, Name="private")
        there = [own for own in self.read()["Ipv6CidrBlockAssociationSet"] if own["Ipv6CidrBlock"] == again]
        assert [own["Ipv6CidrBlockState"]["State"] for own in there] == ["associated"], there
        return {
            "MapPublicIpOnLaunch": False,
            "AssignIpv6AddressOnCreation": False,
            "PrivateDnsNameOptionsOnLaunch": {
                "HostnameType": "resource-name",
                "EnableResourceNameDnsARecord": True,
                "EnableResourceNameDnsAAAARecord": True,
            },
            "Tags": pairs(Name="private"),
        }

    def delete(self):
        left = self.ec2.describe_network_interfaces(Filters=only(subnet_id=self.id))["NetworkInterfaces"]
        assert left == [], left
        self.ec2.delete_subnet(SubnetId=self.id)

    def gone(self):
        sentence = f"The subnet ID '{self.id}' does not exist"
        yield self.read, "InvalidSubnetID.NotFound", sentence
        yield lambda: self.ec2.delete_subnet(SubnetId=self.id), "InvalidSubnetID.NotFound", sentence


class RouteTable(Resource):
    """With its routes, and with what a virtual private gateway propagates."""

    name = "aws_route_table"

    def stand(self):
        self.vpc = self.ground.vpc()
        self.gateway = self.ground.gateway(self.vpc)
        self.virtual = self.ground.virtual_gateway()
        self.ec2.attach_vpn_gateway(VpnGatewayId=self.virtual, VpcId=self.vpc)
        self.ground.after(self.ec2.detach_vpn_gateway, VpnGatewayId=self.virtual, VpcId=self.vpc)

    def create(self):
        wish = {"VpcId": self.vpc, "TagSpecifications": tagged("route-table", Name="public")}
        self.id = self.ec2.create_route_table(**wish)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=self.id, DestinationCidrBlock=ANYWHERE, GatewayId=self.gateway)
        self.ec2.enable_vgw_route_propagation(RouteTableId=self.id, GatewayId=self.virtual)
        return {
            "VpcId": self.vpc,
            "Associations": [],
            "PropagatingVgws": [{"GatewayId": self.virtual}],
            "Routes": [
                {"GatewayId": "local", "Origin": "CreateRouteTable", "State": "active"},
                {"GatewayId": self.gateway, "DestinationCidrBlock": ANYWHERE, "State": "active"},
            ],
            "Tags": pairs(Name="public"),
        }

    def read(self):
        return self.ec2.describe_route_tables(RouteTableIds=[self.id])["RouteTables"][0]

    def update(self):
        self.ec2.disable_vgw_route_propagation(RouteTableId=self.id, GatewayId=self.virtual)
        self.ec2.delete_route(RouteTableId=self.id, DestinationCidrBlock=ANYWHERE)
        wish = {"RouteTableId": self.id, "DestinationCidrBlock": "192.0.2.0/24"}
        self.ec2.create_route(**wish, GatewayId=self.gateway)
        self.ec2.replace_route(**wish, GatewayId=self.virtual)
        return {
            "PropagatingVgws": [],
            "Routes": [{"GatewayId": "local"}, {"GatewayId": self.virtual, "DestinationCidrBlock": "192.0.2.0/24"}],
        }

    def delete(self):
        self.ec2.delete_route_table(RouteTableId=self.id)

    def gone(self):
        sentence = f"The routeTable ID '{self.id}' does not exist"
        yield self.read, "InvalidRouteTableID.NotFound", sentence
        yield self.delete, "InvalidRouteTableID.NotFound", sentence


class Route(Resource):
    name = "aws_route"

    def stand(self):
        vpc = self.ground.vpc()
        self.table = self.ground.table(vpc)
        self.gateway = self.ground.gateway(vpc)
        self.interface = self.ground.interface(self.ground.subnet(vpc))
        self.where = {"RouteTableId": self.table, "DestinationCidrBlock": ANYWHERE}

    def create(self):
        self.ec2.create_route(**self.where, GatewayId=self.gateway)
        return [{"GatewayId": "local"}, {"GatewayId": self.gateway, "State": "active"}]

    def read(self):
        return self.ec2.describe_route_tables(RouteTableIds=[self.table])["RouteTables"][0]["Routes"]

    def update(self):
        self.ec2.replace_route(**self.where, NetworkInterfaceId=self.interface)
        return [{"GatewayId": "local"}, {"NetworkInterfaceId": self.interface}]

    def delete(self):
        self.ec2.delete_route(**self.where)

    def gone(self):
        sentence = f"no route with destination-cidr-block {ANYWHERE} in route table {self.table}"
        yield self.delete, "InvalidRoute.NotFound", sentence

    def absent(self):
        return [{"GatewayId": "local"}]


class RouteTableAssociation(Resource):
    name = "aws_route_table_association"

    def stand(self):
        vpc = self.ground.vpc()
        self.subnet = self.ground.subnet(vpc)
        self.tables = [self.ground.table(vpc), self.ground.table(vpc)]

    def create(self):
        made = self.ec2.associate_route_table(RouteTableId=self.tables[0], SubnetId=self.subnet)
        self.id = made["AssociationId"]
        return self.told(self.tables[0])

    def told(self, table):
        return [
            {
                "RouteTableId": table,
                "Associations": [
                    {
                        "RouteTableAssociationId": self.id,
                        "SubnetId": self.subnet,
                        "Main": False,
                        "AssociationState": {"State": "associated"},
                    }
                ],
            }
        ]

    def read(self):
        of = only(association__route_table_association_id=self.id)
        return self.ec2.describe_route_tables(Filters=of)["RouteTables"]

    def update(self):
        wish = {"AssociationId": self.id, "RouteTableId": self.tables[1]}
        self.id = self.ec2.replace_route_table_association(**wish)["NewAssociationId"]
        return self.told(self.tables[1])

    def delete(self):
        self.ec2.disassociate_route_table(AssociationId=self.id)

    def gone(self):
        sentence = f"The association ID '{self.id}' does not exist"
        yield self.delete, "InvalidAssociationID.NotFound", sentence

    def absent(self):
        return []


class MainRouteTableAssociation(Resource):
    name = "aws_main_route_table_association"

    def stand(self):
        self.vpc = self.ground.vpc()
        self.tables = [self.ground.table(self.vpc), self.ground.table(self.vpc)]
        self.original = self.main()[0]

    def main(self):
        of = only(association__main="true", vpc_id=self.vpc)
        return self.ec2.describe_route_tables(Filters=of)["RouteTables"]

    def move(self, id, table):
        self.id = self.ec2.replace_route_table_association(AssociationId=id, RouteTableId=table)["NewAssociationId"]
        return [{"RouteTableId": table, "Associations": [{"RouteTableAssociationId": self.id, "Main": True}]}]

    def create(self):
        return self.move(self.original["Associations"][0]["RouteTableAssociationId"], self.tables[0])

    def read(self):
        return self.main()

    def update(self):
        return self.move(self.id, self.tables[1])

    def delete(self):
        self.past = self.id
        self.move(self.id, self.original["RouteTableId"])

    def gone(self):
        sentence = f"The association ID '{self.past}' does not exist"
        yield lambda: self.move(self.past, self.tables[0]), "InvalidAssociationID.NotFound", sentence

    def absent(self):
        return [{"RouteTableId": self.original["RouteTableId"]}]


class DhcpOptions(Resource):
    name = "aws_vpc_dhcp_options"

    def create(self):
        wish = [
            {"Key": "domain-name", "Values": ["service.consul"]},
            {"Key": "domain-name-servers", "Values": ["127.0.0.1", "10.0.0.2"]},
            {"Key": "ntp-servers", "Values": ["127.0.0.1"]},
            {"Key": "netbios-node-type", "Values": ["2"]},
        ]
        made = self.ec2.create_dhcp_options(DhcpConfigurations=wish, TagSpecifications=tagged("dhcp-options", Name="d"))
        self.id = made["DhcpOptions"]["DhcpOptionsId"]
        told = [{"Key": one["Key"], "Values": [{"Value": value} for value in one["Values"]]} for one in wish]
        return {"DhcpConfigurations": sorted(told, key=lambda one: one["Key"]), "Tags": pairs(Name="d")}

    def read(self):
        return self.ec2.describe_dhcp_options(DhcpOptionsIds=[self.id])["DhcpOptions"][0]

    def update(self):
        self.ec2.delete_tags(Resources=[self.id], Tags=[{"Key": "Name"}])
        return {"Tags": []}

    def delete(self):
        self.ec2.delete_dhcp_options(DhcpOptionsId=self.id)

    def gone(self):
        sentence = f"The dhcpOption ID '{self.id}' does not exist"
        yield self.read, "InvalidDhcpOptionID.NotFound", sentence
        yield self.delete, "InvalidDhcpOptionID.NotFound", sentence


class DhcpOptionsAssociation(Resource):
    name = "aws_vpc_dhcp_options_association"

    def stand(self):
        self.sets = []
        for name in ("one.example", "two.example"):
            wish = [{"Key": "domain-name", "Values": [name]}]
            self.sets.append(self.ec2.create_dhcp_options(DhcpConfigurations=wish)["DhcpOptions"]["DhcpOptionsId"])
            self.ground.after(self.ec2.delete_dhcp_options, DhcpOptionsId=self.sets[-1])
        self.vpc = self.ground.vpc()

    def associate(self, options):
        self.ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=self.vpc)
        return {"DhcpOptionsId": options}

    def create(self):
        return self.associate(self.sets[0])

    def read(self):
        return self.ec2.describe_vpcs(VpcIds=[self.vpc])["Vpcs"][0]

    def update(self):
        return self.associate(self.sets[1])

    def delete(self):
        said = refusal(lambda: self.ec2.delete_dhcp_options(DhcpOptionsId=self.sets[1]))
        assert said[1] == "DependencyViolation", said
        self.associate("default")

    def gone(self):
        missing = "dopt-00000000000000000"
        sentence = f"The dhcpOption ID '{missing}' does not exist"
        yield lambda: self.associate(missing), "InvalidDhcpOptionID.NotFound", sentence

    def absent(self):
        return {"DhcpOptionsId": "default"}
