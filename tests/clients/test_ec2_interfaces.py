"""EC2 network interfaces, elastic addresses and NAT gateways through boto3."""

import concurrent.futures
import unittest

from angae import Server, refusal


class Interfaces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ec2 = cls.server.client("ec2")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet = self.make_subnet("10.0.1.0/24")

    def make_subnet(self, block):
        return self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=block)["Subnet"]["SubnetId"]

    def interface(self, **wish):
        wish.setdefault("SubnetId", self.subnet)
        return self.ec2.create_network_interface(**wish)["NetworkInterface"]

    def open(self):
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        return gateway

    def shown(self, id):
        return self.ec2.describe_network_interfaces(NetworkInterfaceIds=[id])["NetworkInterfaces"][0]

    def free(self, subnet):
        return self.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"]

    def test_terraforms_life_of_an_interface(self):
        """aws_network_interface: create, wait, read, change each attribute, read again, delete, gone."""
        made = self.interface(Description="web", PrivateIpAddresses=[{"PrivateIpAddress": "10.0.1.50", "Primary": True}])
        self.assertEqual(made["Status"], "pending")
        id = made["NetworkInterfaceId"]
        self.ec2.get_waiter("network_interface_available").wait(
            NetworkInterfaceIds=[id], WaiterConfig={"MaxAttempts": 1}
        )
        self.assertEqual(self.shown(id), self.shown(id))
        self.assertEqual(self.shown(id)["Groups"][0]["GroupName"], "default")
        group = self.ec2.create_security_group(GroupName="web", Description="d", VpcId=self.vpc)["GroupId"]
        self.ec2.modify_network_interface_attribute(NetworkInterfaceId=id, Groups=[group])
        self.ec2.modify_network_interface_attribute(NetworkInterfaceId=id, SourceDestCheck={"Value": False})
        self.ec2.modify_network_interface_attribute(NetworkInterfaceId=id, Description={"Value": "changed"})
        self.ec2.assign_private_ip_addresses(NetworkInterfaceId=id, SecondaryPrivateIpAddressCount=2)
        shown = self.shown(id)
        self.assertEqual(
            (shown["Groups"][0]["GroupId"], shown["SourceDestCheck"], shown["Description"]), (group, False, "changed")
        )
        addresses = [own["PrivateIpAddress"] for own in shown["PrivateIpAddresses"]]
        self.assertEqual(addresses, ["10.0.1.50", "10.0.1.4", "10.0.1.5"])
        self.ec2.unassign_private_ip_addresses(NetworkInterfaceId=id, PrivateIpAddresses=["10.0.1.4"])
        self.assertEqual(self.free(self.subnet), 249)
        self.ec2.delete_network_interface(NetworkInterfaceId=id)
        self.assertEqual(
            refusal(lambda: self.shown(id)),
            (400, "InvalidNetworkInterfaceID.NotFound", f"The networkInterface ID '{id}' does not exist"),
        )
        self.assertEqual(self.free(self.subnet), 251)

    def test_tags_are_those_of_creation_and_later_ones(self):
        tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "a", "Value": "1"}]}]
        id = self.interface(TagSpecifications=tags)["NetworkInterfaceId"]
        self.ec2.create_tags(Resources=[id], Tags=[{"Key": "b", "Value": "2"}])
        of = [{"Name": "resource-id", "Values": [id]}]
        rows = self.ec2.describe_tags(Filters=of)["Tags"]
        self.assertEqual([(row["Key"], row["Value"]) for row in rows], [("a", "1"), ("b", "2")])
        self.assertEqual({row["ResourceType"] for row in rows}, {"network-interface"})

    def test_pages_hold_each_interface_once(self):
        made = {self.interface()["NetworkInterfaceId"] for _ in range(12)}
        of = [{"Name": "subnet-id", "Values": [self.subnet]}]
        pages = self.ec2.get_paginator("describe_network_interfaces")
        pages = list(pages.paginate(Filters=of, PaginationConfig={"PageSize": 5}))
        self.assertEqual([len(page["NetworkInterfaces"]) for page in pages], [5, 5, 2])
        found = [own["NetworkInterfaceId"] for page in pages for own in page["NetworkInterfaces"]]
        self.assertEqual((set(found), len(found)), (made, 12))

    def test_dry_run_takes_no_address(self):
        self.assertEqual(refusal(lambda: self.interface(DryRun=True))[:2], (412, "DryRunOperation"))
        self.assertEqual(refusal(lambda: self.ec2.allocate_address(DryRun=True))[:2], (412, "DryRunOperation"))
        self.assertEqual(self.free(self.subnet), 251)

    def test_the_last_addresses_are_given_out_once(self):
        subnet = self.make_subnet("10.0.2.0/28")

        def ask(_):
            try:
                return self.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["PrivateIpAddress"]
            except self.ec2.exceptions.ClientError as error:
                return error.response["Error"]["Code"]

        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(ask, range(64)))
        self.assertEqual(answers.count("InsufficientFreeAddressesInSubnet"), 53)
        self.assertEqual(len(set(answers)), 12)

    def test_terraforms_life_of_a_nat_gateway(self):
        """aws_eip, aws_nat_gateway, aws_route: create, waiters, read, destroy in order, gone."""
        self.open()
        eip = self.ec2.allocate_address(Domain="vpc")
        allocation = eip["AllocationId"]
        attribute = self.ec2.describe_addresses_attribute(AllocationIds=[allocation], Attribute="domain-name")
        self.assertEqual(attribute["Addresses"], [{"PublicIp": eip["PublicIp"], "AllocationId": allocation}])
        made = self.ec2.create_nat_gateway(SubnetId=self.subnet, AllocationId=allocation)["NatGateway"]
        self.assertEqual((made["State"], made["NatGatewayAddresses"]), ("pending", [{"AllocationId": allocation}]))
        id = made["NatGatewayId"]
        self.ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[id], WaiterConfig={"MaxAttempts": 1})
        own = self.ec2.describe_nat_gateways(NatGatewayIds=[id])["NatGateways"][0]["NatGatewayAddresses"][0]
        self.assertEqual((own["PublicIp"], own["Status"], own["IsPrimary"]), (eip["PublicIp"], "succeeded", True))
        card = self.shown(own["NetworkInterfaceId"])
        self.assertEqual((card["InterfaceType"], card["RequesterManaged"], card["Status"]), ("nat_gateway", True, "in-use"))
        self.assertEqual(card["Association"]["PublicIp"], eip["PublicIp"])
        table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=id)
        states = lambda: [
            route["State"]
            for route in self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        ]
        self.assertEqual(states(), ["active", "active"])
        self.assertEqual(refusal(lambda: self.ec2.delete_subnet(SubnetId=self.subnet))[1], "DependencyViolation")
        self.assertEqual(refusal(lambda: self.ec2.release_address(AllocationId=allocation))[1], "AuthFailure")
        self.ec2.delete_nat_gateway(NatGatewayId=id)
        self.ec2.get_waiter("nat_gateway_deleted").wait(NatGatewayIds=[id], WaiterConfig={"MaxAttempts": 1})
        self.assertEqual(states(), ["active", "blackhole"])
        self.ec2.release_address(AllocationId=allocation)
        self.assertEqual(
            refusal(lambda: self.ec2.describe_addresses(AllocationIds=[allocation]))[1], "InvalidAllocationID.NotFound"
        )
        self.ec2.delete_subnet(SubnetId=self.subnet)

    def test_a_gateway_that_fails_ends_the_waiter(self):
        allocation = self.ec2.allocate_address()["AllocationId"]
        id = self.ec2.create_nat_gateway(SubnetId=self.subnet, AllocationId=allocation)["NatGateway"]["NatGatewayId"]
        with self.assertRaises(Exception) as raised:
            self.ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[id], WaiterConfig={"MaxAttempts": 1})
        self.assertIn("terminal failure", str(raised.exception))
        shown = self.ec2.describe_nat_gateways(NatGatewayIds=[id])["NatGateways"][0]
        self.assertEqual(shown["FailureCode"], "Gateway.NotAttached")
        self.ec2.release_address(AllocationId=allocation)


class Survival(unittest.TestCase):
    def test_everything_is_there_after_kill_9(self):
        server = Server("--seed", "1")
        self.addCleanup(server.stop)
        ec2 = server.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/28")["Subnet"]["SubnetId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        egress = ec2.create_egress_only_internet_gateway(VpcId=vpc)["EgressOnlyInternetGateway"]
        options = ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "domain-name", "Values": ["example.com"]}])
        options = options["DhcpOptions"]["DhcpOptionsId"]
        ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=vpc)
        allocation = ec2.allocate_address()["AllocationId"]
        nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=allocation)["NatGateway"]["NatGatewayId"]
        ec2.create_network_interface(SubnetId=subnet, SecondaryPrivateIpAddressCount=3)

        def state(ec2):
            return [
                ec2.describe_network_interfaces()["NetworkInterfaces"],
                ec2.describe_addresses()["Addresses"],
                ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"],
                ec2.describe_egress_only_internet_gateways()["EgressOnlyInternetGateways"],
                ec2.describe_dhcp_options(DhcpOptionsIds=[options])["DhcpOptions"],
                ec2.describe_subnets(SubnetIds=[subnet])["Subnets"],
                ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"],
            ]

        before = state(ec2)
        self.assertEqual(before[3][0]["EgressOnlyInternetGatewayId"], egress["EgressOnlyInternetGatewayId"])
        server.kill()
        server.start()
        ec2 = server.client("ec2")
        self.assertEqual(state(ec2), before)
        # The addresses that were given out stay given out: six are left, and no seventh.
        for _ in range(6):
            ec2.create_network_interface(SubnetId=subnet)
        full = refusal(lambda: ec2.create_network_interface(SubnetId=subnet))
        self.assertEqual(full[1], "InsufficientFreeAddressesInSubnet")


if __name__ == "__main__":
    unittest.main()
