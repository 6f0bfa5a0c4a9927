"""EC2 prefix lists, VPC endpoints and EC2 Instance Connect endpoints through boto3, as Terraform calls them."""

import json
import unittest

from angae import Server, refusal


class Endpoints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ec2 = cls.server.client("ec2")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]

    def endpoint(self, id):
        return self.ec2.describe_vpc_endpoints(VpcEndpointIds=[id])["VpcEndpoints"][0]

    def test_terraforms_life_of_a_gateway_endpoint(self):
        """aws_vpc_endpoint: the service, create, wait, read with its prefix list, change the tables, delete, gone."""
        filters = [
            {"Name": "service-type", "Values": ["Gateway"]},
            {"Name": "service-name", "Values": ["com.amazonaws.us-east-1.s3"]},
        ]
        found = self.ec2.describe_vpc_endpoint_services(Filters=filters)
        self.assertEqual(found["ServiceNames"], ["com.amazonaws.us-east-1.s3"])
        made = self.ec2.create_vpc_endpoint(VpcId=self.vpc, ServiceName=found["ServiceNames"][0])["VpcEndpoint"]
        id = made["VpcEndpointId"]
        self.assertEqual(self.endpoint(id), self.endpoint(id))
        self.assertEqual(self.endpoint(id)["State"], "available")
        lists = [{"Name": "prefix-list-name", "Values": [made["ServiceName"]]}]
        self.assertEqual(self.ec2.describe_prefix_lists(Filters=lists)["PrefixLists"][0]["PrefixListId"], "pl-63a5400a")
        table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.modify_vpc_endpoint(VpcEndpointId=id, AddRouteTableIds=[table])
        routes = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        self.assertEqual((routes[1]["DestinationPrefixListId"], routes[1]["GatewayId"]), ("pl-63a5400a", id))
        policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}
        self.ec2.modify_vpc_endpoint(VpcEndpointId=id, PolicyDocument=json.dumps(policy))
        self.assertEqual(json.loads(self.endpoint(id)["PolicyDocument"]), policy)
        self.assertEqual(self.ec2.delete_vpc_endpoints(VpcEndpointIds=[id])["Unsuccessful"], [])
        self.assertEqual(
            refusal(lambda: self.endpoint(id)),
            (400, "InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{id}' does not exist"),
        )

    def test_terraforms_life_of_an_interface_endpoint(self):
        """aws_vpc_endpoint: its interfaces are read one by one, and go with it."""
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc,
            VpcEndpointType="Interface",
            ServiceName="com.amazonaws.us-east-1.ssm",
            SubnetIds=[self.subnet],
            PrivateDnsEnabled=True,
        )["VpcEndpoint"]
        self.assertEqual(made["State"], "pending")
        id = made["VpcEndpointId"]
        shown = self.endpoint(id)
        self.assertEqual((shown["State"], shown["PrivateDnsEnabled"]), ("available", True))
        self.assertEqual(shown["DnsEntries"][-1]["DnsName"], "ssm.us-east-1.amazonaws.com")
        cards = self.ec2.describe_network_interfaces(NetworkInterfaceIds=shown["NetworkInterfaceIds"])
        self.assertEqual(cards["NetworkInterfaces"][0]["InterfaceType"], "vpc_endpoint")
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[id])
        left = self.ec2.describe_network_interfaces(Filters=[{"Name": "subnet-id", "Values": [self.subnet]}])
        self.assertEqual(left["NetworkInterfaces"], [])
        self.ec2.delete_subnet(SubnetId=self.subnet)

    def test_terraforms_life_of_a_prefix_list(self):
        """aws_ec2_managed_prefix_list: create, wait, read with entries, change entries, then the maximum, delete, gone."""
        made = self.ec2.create_managed_prefix_list(
            PrefixListName="offices", AddressFamily="IPv4", MaxEntries=2, Entries=[{"Cidr": "192.0.2.0/24"}]
        )["PrefixList"]
        id = made["PrefixListId"]
        shown = lambda: self.ec2.describe_managed_prefix_lists(PrefixListIds=[id])["PrefixLists"][0]
        self.assertEqual((made["State"], shown()["State"]), ("create-in-progress", "create-complete"))
        self.ec2.modify_managed_prefix_list(
            PrefixListId=id, CurrentVersion=1, AddEntries=[{"Cidr": "198.51.100.0/24", "Description": "north"}]
        )
        pages = self.ec2.get_paginator("get_managed_prefix_list_entries").paginate(
            PrefixListId=id, PaginationConfig={"PageSize": 1}
        )
        entries = [entry["Cidr"] for page in pages for entry in page["Entries"]]
        self.assertEqual((entries, shown()["Version"]), (["192.0.2.0/24", "198.51.100.0/24"], 2))
        self.ec2.modify_managed_prefix_list(PrefixListId=id, MaxEntries=9)
        self.assertEqual((shown()["MaxEntries"], shown()["Version"]), (9, 2))
        self.ec2.delete_managed_prefix_list(PrefixListId=id)
        self.assertEqual(
            refusal(shown), (400, "InvalidPrefixListID.NotFound", f"The prefix list ID '{id}' does not exist")
        )

    def test_terraforms_life_of_an_instance_connect_endpoint(self):
        """aws_ec2_instance_connect_endpoint: create, wait, read, delete, gone."""
        made = self.ec2.create_instance_connect_endpoint(SubnetId=self.subnet)["InstanceConnectEndpoint"]
        id = made["InstanceConnectEndpointId"]
        shown = lambda: self.ec2.describe_instance_connect_endpoints(InstanceConnectEndpointIds=[id])
        self.assertEqual(shown()["InstanceConnectEndpoints"][0]["State"], "create-complete")
        self.ec2.delete_instance_connect_endpoint(InstanceConnectEndpointId=id)
        self.assertEqual(refusal(shown)[1], "InvalidInstanceConnectEndpointId.NotFound")
        self.ec2.delete_subnet(SubnetId=self.subnet)


if __name__ == "__main__":
    unittest.main()
