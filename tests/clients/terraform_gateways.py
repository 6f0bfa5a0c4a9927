"""What connects networks, and the addresses at their edges, as Terraform lives with them."""

from grounds import Ground, only, tagged
from terraform import Resource, pairs


class InternetGateway(Resource):
    name = "aws_internet_gateway"

    def stand(self):
        self.vpcs = [self.ground.vpc(), self.ground.vpc("10.1.0.0/16")]

    def create(self):
        wish = {"TagSpecifications": tagged("internet-gateway", Name="gw")}
        self.id = self.ec2.create_internet_gateway(**wish)["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.id, VpcId=self.vpcs[0])
        return {"Attachments": [{"State": "available", "VpcId": self.vpcs[0]}], "Tags": pairs(Name="gw")}

    def read(self):
        return self.ec2.describe_internet_gateways(InternetGatewayIds=[self.id])["InternetGateways"][0]

    def update(self):
        self.ec2.detach_internet_gateway(InternetGatewayId=self.id, VpcId=self.vpcs[0])
        assert self.read()["Attachments"] == []
        self.ec2.attach_internet_gateway(InternetGatewayId=self.id, VpcId=self.vpcs[1])
        return {"Attachments": [{"State": "available", "VpcId": self.vpcs[1]}]}

    def delete(self):
        self.ec2.detach_internet_gateway(InternetGatewayId=self.id, VpcId=self.vpcs[1])
        self.ec2.delete_internet_gateway(InternetGatewayId=self.id)

    def gone(self):
        sentence = f"The internetGateway ID '{self.id}' does not exist"
        calls = (
            self.read,
            lambda: self.ec2.delete_internet_gateway(InternetGatewayId=self.id),
            lambda: self.ec2.detach_internet_gateway(InternetGatewayId=self.id, VpcId=self.vpcs[1]),
        )
        for call in calls:
            yield call, "InvalidInternetGatewayID.NotFound", sentence


class EgressOnlyInternetGateway(Resource):
    name = "aws_egress_only_internet_gateway"

    def stand(self):
        self.vpc = self.ground.vpc()

    def create(self):
        made = self.ec2.create_egress_only_internet_gateway(
            VpcId=self.vpc, TagSpecifications=tagged("egress-only-internet-gateway", Name="out")
        )
        self.id = made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
        return [{"Attachments": [{"State": "attached", "VpcId": self.vpc}], "Tags": pairs(Name="out")}]

    def read(self):
        wish = {"EgressOnlyInternetGatewayIds": [self.id]}
        return self.ec2.describe_egress_only_internet_gateways(**wish)["EgressOnlyInternetGateways"]

    def update(self):
        self.tag(self.id, Name="away")
        return [{"Tags": pairs(Name="away")}]

    def delete(self):
        self.ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=self.id)

    def gone(self):
        sentence = f"The eigw ID '{self.id}' does not exist"
        yield self.delete, "InvalidGatewayID.NotFound", sentence

    def absent(self):
        # AWS leaves ids out that are not there.
        return []


class NatGateway(Resource):
    name = "aws_nat_gateway"

    def stand(self):
        vpc = self.ground.vpc()
        self.subnet = self.ground.subnet(vpc)
        self.ground.gateway(vpc)
        self.addresses = [self.ground.address(), self.ground.address()]

    def create(self):
        made = self.ec2.create_nat_gateway(
            SubnetId=self.subnet,
            AllocationId=self.addresses[0],
            TagSpecifications=tagged("natgateway", Name="nat"),
        )["NatGateway"]
        assert made["State"] == "pending", made
        self.id = made["NatGatewayId"]
        self.ground.until("nat_gateway_available", NatGatewayIds=[self.id])
        return {
            "State": "available",
            "ConnectivityType": "public",
            "SubnetId": self.subnet,
            "NatGatewayAddresses": [{"AllocationId": self.addresses[0], "IsPrimary": True, "Status": "succeeded"}],
            "Tags": pairs(Name="nat"),
        }

    def read(self):
        return self.ec2.describe_nat_gateways(NatGatewayIds=[self.id])["NatGateways"][0]

    def update(self):
        self.ec2.associate_nat_gateway_address(NatGatewayId=self.id, AllocationIds=[self.addresses[1]])
        second = {"AllocationId": self.addresses[1], "IsPrimary": False, "Status": "succeeded"}
        assert [own["Status"] for own in self.read()["NatGatewayAddresses"]] == ["succeeded"] * 2
        self.tag(self.id, Name="more")
        return {"NatGatewayAddresses": [{"IsPrimary": True}, second], "Tags": pairs(Name="more")}

    def delete(self):
        second = self.read()["NatGatewayAddresses"][1]["AssociationId"]
        self.ec2.disassociate_nat_gateway_address(NatGatewayId=self.id, AssociationIds=[second])
        assert len(self.read()["NatGatewayAddresses"]) == 1
        self.ec2.delete_nat_gateway(NatGatewayId=self.id)
        self.ground.until("nat_gateway_deleted", NatGatewayIds=[self.id])
        of = only(subnet_id=self.subnet)
        assert self.ec2.describe_network_interfaces(Filters=of)["NetworkInterfaces"] == []

    def gone(self):
        missing = "nat-00000000000000000"
        call = lambda: self.ec2.describe_nat_gateways(NatGatewayIds=[missing])
        yield call, "NatGatewayNotFound", f"NAT gateway {missing} was not found"

    def absent(self):
        # It is shown for an hour.
        return {"State": "deleted"}


class PrivateNatGateway(NatGateway):
    form = "private"

    def create(self):
        wish = {"SubnetId": self.subnet, "ConnectivityType": "private", "SecondaryPrivateIpAddresses": ["10.0.1.77"]}
        self.id = self.ec2.create_nat_gateway(**wish)["NatGateway"]["NatGatewayId"]
        return {
            "State": "available",
            "ConnectivityType": "private",
            "NatGatewayAddresses": [{"IsPrimary": True}, {"PrivateIp": "10.0.1.77", "Status": "succeeded"}],
        }

    def update(self):
        self.ec2.unassign_private_nat_gateway_address(NatGatewayId=self.id, PrivateIpAddresses=["10.0.1.77"])
        self.ec2.assign_private_nat_gateway_address(NatGatewayId=self.id, PrivateIpAddresses=["10.0.1.88"])
        return {"NatGatewayAddresses": [{"IsPrimary": True}, {"PrivateIp": "10.0.1.88", "Status": "succeeded"}]}

    def delete(self):
        self.ec2.delete_nat_gateway(NatGatewayId=self.id)


class Eip(Resource):
    name = "aws_eip"

    def stand(self):
        subnet = self.ground.subnet()
        vpc = self.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
        self.ground.gateway(vpc)
        self.interfaces = [self.ground.interface(subnet), self.ground.interface(subnet)]

    def create(self):
        made = self.ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", Name="ip"))
        self.id, self.ip = made["AllocationId"], made["PublicIp"]
        assert self.id.startswith("eipalloc-"), self.id
        wish = {"AllocationId": self.id, "NetworkInterfaceId": self.interfaces[0]}
        self.association = self.ec2.associate_address(**wish)["AssociationId"]
        return {
            "address": {
                "PublicIp": self.ip,
                "Domain": "vpc",
                "AssociationId": self.association,
                "NetworkInterfaceId": self.interfaces[0],
                "NetworkBorderGroup": "us-east-1",
                "PublicIpv4Pool": "amazon",
                "Tags": pairs(Name="ip"),
            },
            "names": [{"AllocationId": self.id, "PublicIp": self.ip}],
        }

    def read(self):
        names = self.ec2.describe_addresses_attribute(AllocationIds=[self.id], Attribute="domain-name")
        return {
            "address": self.ec2.describe_addresses(AllocationIds=[self.id])["Addresses"][0],
            "names": names["Addresses"],
        }

    def update(self):
        self.ec2.disassociate_address(AssociationId=self.association)
        assert "AssociationId" not in self.read()["address"]
        wish = {"AllocationId": self.id, "NetworkInterfaceId": self.interfaces[1]}
        self.association = self.ec2.associate_address(**wish)["AssociationId"]
        return {"address": {"NetworkInterfaceId": self.interfaces[1], "AssociationId": self.association}}

    def delete(self):
        self.ec2.disassociate_address(AssociationId=self.association)
        self.ec2.release_address(AllocationId=self.id)

    def gone(self):
        sentence = f"The allocation ID '{self.id}' does not exist"
        for call in (
            lambda: self.ec2.describe_addresses(AllocationIds=[self.id]),
            lambda: self.ec2.release_address(AllocationId=self.id),
        ):
            yield call, "InvalidAllocationID.NotFound", sentence
        sentence = f"The association ID '{self.association}' does not exist"
        call = lambda: self.ec2.disassociate_address(AssociationId=self.association)
        yield call, "InvalidAssociationID.NotFound", sentence


class PeeringConnection(Resource):
    name = "aws_vpc_peering_connection"

    def stand(self):
        self.vpcs = [self.ground.vpc("10.1.0.0/16"), self.ground.vpc("10.2.0.0/16")]

    def create(self):
        made = self.ec2.create_vpc_peering_connection(
            VpcId=self.vpcs[0],
            PeerVpcId=self.vpcs[1],
            PeerOwnerId=self.ground.account,
            TagSpecifications=tagged("vpc-peering-connection", Name="pcx"),
        )["VpcPeeringConnection"]
        self.id = made["VpcPeeringConnectionId"]
        return {
            "Status": {"Code": "pending-acceptance"},
            "RequesterVpcInfo": {"VpcId": self.vpcs[0], "CidrBlock": "10.1.0.0/16", "Region": "us-east-1"},
            "AccepterVpcInfo": {"VpcId": self.vpcs[1], "OwnerId": self.ground.account},
            "Tags": pairs(Name="pcx"),
        }

    def read(self):
        wish = {"VpcPeeringConnectionIds": [self.id]}
        return self.ec2.describe_vpc_peering_connections(**wish)["VpcPeeringConnections"][0]

    def update(self):
        """`auto_accept`."""
        self.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=self.id)
        return {"Status": {"Code": "active", "Message": "Active"}, "AccepterVpcInfo": {"CidrBlock": "10.2.0.0/16"}}

    def delete(self):
        self.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=self.id)
        self.ground.until("vpc_peering_connection_deleted", VpcPeeringConnectionIds=[self.id])

    def gone(self):
        missing = "pcx-00000000000000000"
        sentence = f"The vpcPeeringConnection ID '{missing}' does not exist"
        for call in (
            lambda: self.ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[missing]),
            lambda: self.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=missing),
        ):
            yield call, "InvalidVpcPeeringConnectionID.NotFound", sentence

    def absent(self):
        # It is shown for hours.
        return {"Status": {"Code": "deleted", "Message": f"Deleted by {self.ground.account}"}}


class PeeringConnectionAccepter(PeeringConnection):
    """The other side is another account in another Region."""

    name = "aws_vpc_peering_connection_accepter"

    def stand(self):
        self.asker = Ground(self.ground.server)
        self.asker.ec2 = self.asker.client("ec2", region="eu-west-1")
        self.vpcs = [self.asker.vpc("10.1.0.0/16"), self.ground.vpc("10.2.0.0/16")]
        self.ground.undo.append(self.asker.end)

    def create(self):
        wish = {"PeerOwnerId": self.ground.account, "PeerRegion": "us-east-1"}
        made = self.asker.ec2.create_vpc_peering_connection(VpcId=self.vpcs[0], PeerVpcId=self.vpcs[1], **wish)
        self.id = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        self.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=self.id)
        return {
            "Status": {"Code": "active"},
            "RequesterVpcInfo": {"OwnerId": self.asker.account, "Region": "eu-west-1"},
        }

    def update(self):
        self.tag(self.id, Name="theirs")
        return {"Tags": pairs(Name="theirs")}


class PeeringConnectionOptions(PeeringConnection):
    name = "aws_vpc_peering_connection_options"

    def create(self):
        super().create()
        self.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=self.id)
        return self.options(True)

    def options(self, value):
        wish = {"AllowDnsResolutionFromRemoteVpc": value}
        self.ec2.modify_vpc_peering_connection_options(
            VpcPeeringConnectionId=self.id,
            AccepterPeeringConnectionOptions=wish,
            RequesterPeeringConnectionOptions=wish,
        )
        return {"AccepterVpcInfo": {"PeeringOptions": wish}, "RequesterVpcInfo": {"PeeringOptions": wish}}

    def update(self):
        return self.options(False)
