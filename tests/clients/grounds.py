"""What EC2 resources of a test stand on, made in one call each, in an account of its own."""

import itertools

IMAGE = "ami-03c3da4cfa8e8943a"
ZONE = "us-east-1a"
ONCE = {"MaxAttempts": 1}
#: Every ground is another account: nothing of one is seen by the next.
ACCOUNTS = itertools.count(200000000000)


def tagged(kind, **tags):
    """The tags of creation."""
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]


def only(**filters):
    """Filters with one value each; `_` stands for `-`, `__` for `.`."""
    named = {name.replace("__", ".").replace("_", "-"): value for name, value in filters.items()}
    return [{"Name": name, "Values": [value]} for name, value in named.items()]


class Ground:
    """An account with makers of what others need. `end` takes down, last first, what was made."""

    def __init__(self, server):
        self.server = server
        self.account = str(next(ACCOUNTS))
        self.ec2 = self.client("ec2")
        self.undo = []

    def client(self, service, **how):
        client = self.server.client(service, key=self.account, **how)
        client.meta.events.register("after-call", lambda model, **_: self.called(model.name))
        return client

    def called(self, operation):
        """After each call that was answered."""

    def end(self):
        while self.undo:
            self.undo.pop()()

    def after(self, call, **arguments):
        """What is to be called in the end."""
        self.undo.append(lambda: call(**arguments))

    def until(self, waiter, **arguments):
        """A waiter of botocore's that has to be content with its first look."""
        self.ec2.get_waiter(waiter).wait(**arguments, WaiterConfig=ONCE)

    def vpc(self, block="10.0.0.0/16", ipv6=False):
        vpc = self.ec2.create_vpc(CidrBlock=block, AmazonProvidedIpv6CidrBlock=ipv6)["Vpc"]["VpcId"]
        self.after(self.ec2.delete_vpc, VpcId=vpc)
        return vpc

    def subnet(self, vpc=None, block="10.0.1.0/24", zone=ZONE):
        wish = {"VpcId": vpc or self.vpc(), "CidrBlock": block, "AvailabilityZone": zone}
        subnet = self.ec2.create_subnet(**wish)["Subnet"]["SubnetId"]
        self.after(self.ec2.delete_subnet, SubnetId=subnet)
        return subnet

    def gateway(self, vpc=None):
        """An internet gateway, attached where a VPC is given."""
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.after(self.ec2.delete_internet_gateway, InternetGatewayId=gateway)
        if vpc:
            self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
            self.after(self.ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)
        return gateway

    def table(self, vpc):
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        self.after(self.ec2.delete_route_table, RouteTableId=table)
        return table

    def group(self, vpc, name="web"):
        group = self.ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"]
        self.after(self.ec2.delete_security_group, GroupId=group)
        return group

    def address(self):
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        self.after(self.ec2.release_address, AllocationId=address)
        return address

    def interface(self, subnet=None):
        wish = {"SubnetId": subnet or self.subnet()}
        interface = self.ec2.create_network_interface(**wish)["NetworkInterface"]["NetworkInterfaceId"]
        self.after(self.ec2.delete_network_interface, NetworkInterfaceId=interface)
        return interface

    def instance(self, **wish):
        wish = {"ImageId": IMAGE, "InstanceType": "t3.micro", "SubnetId": None, **wish}
        wish["SubnetId"] = wish["SubnetId"] or self.subnet()
        instance = self.ec2.run_instances(**wish, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
        self.after(self.ec2.terminate_instances, InstanceIds=[instance])
        return instance

    def volume(self, size=1):
        volume = self.ec2.create_volume(AvailabilityZone=ZONE, Size=size, VolumeType="gp3")["VolumeId"]
        self.after(self.ec2.delete_volume, VolumeId=volume)
        return volume

    def customer_gateway(self):
        wish = {"Type": "ipsec.1", "BgpAsn": 65000, "IpAddress": "203.0.113.7"}
        gateway = self.ec2.create_customer_gateway(**wish)["CustomerGateway"]["CustomerGatewayId"]
        self.after(self.ec2.delete_customer_gateway, CustomerGatewayId=gateway)
        return gateway

    def virtual_gateway(self):
        gateway = self.ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
        self.after(self.ec2.delete_vpn_gateway, VpnGatewayId=gateway)
        return gateway

    def peering(self):
        """Two VPCs and a peering connection that nobody has accepted."""
        wish = {"VpcId": self.vpc("10.1.0.0/16"), "PeerVpcId": self.vpc("10.2.0.0/16")}
        return self.ec2.create_vpc_peering_connection(**wish)["VpcPeeringConnection"]["VpcPeeringConnectionId"]
