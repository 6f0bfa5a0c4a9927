"""EC2 networking through boto3."""

import unittest

from angae import Server, refusal


class Networks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ec2 = cls.server.client("ec2")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def vpc(self, block="10.0.0.0/16"):
        return self.ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]

    def test_a_vpc_is_pending_then_available_and_comes_with_its_defaults(self):
        created = self.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]
        self.assertEqual(created["State"], "pending")
        vpc = created["VpcId"]
        self.assertEqual(self.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["State"], "available")
        of = [{"Name": "vpc-id", "Values": [vpc]}]
        table = self.ec2.describe_route_tables(Filters=of)["RouteTables"][0]
        self.assertTrue(table["Associations"][0]["Main"])
        self.assertEqual(table["Routes"][0]["GatewayId"], "local")
        acl = self.ec2.describe_network_acls(Filters=of)["NetworkAcls"][0]
        self.assertTrue(acl["IsDefault"])
        self.assertEqual([e["RuleNumber"] for e in acl["Entries"]], [100, 32767, 100, 32767])
        group = self.ec2.describe_security_groups(Filters=of)["SecurityGroups"][0]
        self.assertEqual(group["GroupName"], "default")
        self.ec2.delete_vpc(VpcId=vpc)
        self.assertEqual(self.ec2.describe_security_groups(Filters=of)["SecurityGroups"], [])

    def test_every_region_has_a_default_vpc(self):
        for region, zones in (("us-east-1", 6), ("eu-west-1", 3)):
            ec2 = self.server.client("ec2", region=region)
            vpcs = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
            self.assertEqual([v["CidrBlock"] for v in vpcs], ["172.31.0.0/16"])
            subnets = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
            self.assertEqual(len(subnets), zones)

    def test_subnets_are_refused_outside_their_vpc_and_over_a_sibling(self):
        vpc = self.vpc()
        self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")
        for block, code in (
            ("10.0.1.128/25", "InvalidSubnet.Conflict"),
            ("10.1.0.0/24", "InvalidSubnet.Range"),
            ("10.0.2.0/29", "InvalidSubnet.Range"),
            ("nonsense", "InvalidParameterValue"),
        ):
            self.assertEqual(refusal(lambda: self.ec2.create_subnet(VpcId=vpc, CidrBlock=block))[1], code, block)
        self.assertEqual(
            refusal(lambda: self.ec2.delete_vpc(VpcId=vpc)),
            (400, "DependencyViolation", f"The vpc '{vpc}' has dependencies and cannot be deleted."),
        )

    def test_routes_lead_to_an_attached_gateway_and_turn_black_without_it(self):
        vpc = self.vpc()
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        anywhere = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
        self.assertEqual(refusal(lambda: self.ec2.create_route(GatewayId=gateway, **anywhere))[1], "InvalidParameterValue")
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        self.ec2.create_route(GatewayId=gateway, **anywhere)
        self.assertEqual(refusal(lambda: self.ec2.create_route(GatewayId=gateway, **anywhere))[1], "RouteAlreadyExists")
        self.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        routes = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        self.assertEqual([route["State"] for route in routes], ["active", "blackhole"])

    def test_group_rules_are_objects_and_duplicates_are_refused(self):
        vpc = self.vpc()
        group = self.ec2.create_security_group(GroupName="web", Description="d", VpcId=vpc)["GroupId"]
        http = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        rules = self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[http])["SecurityGroupRules"]
        self.assertTrue(rules[0]["SecurityGroupRuleId"].startswith("sgr-"))
        status, code, sentence = refusal(
            lambda: self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[http])
        )
        self.assertEqual((status, code), (400, "InvalidPermission.Duplicate"))
        self.assertIn("peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW", sentence)
        self.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[http])
        shown = self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        self.assertEqual(shown["IpPermissions"], [])

    def test_tags_filter_and_page(self):
        vpc = self.vpc("10.20.0.0/16")
        for third in range(12):
            self.ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.20.{third}.0/24",
                TagSpecifications=[{"ResourceType": "subnet", "Tags": [{"Key": "env", "Value": f"t{third}"}]}],
            )
        of = [{"Name": "vpc-id", "Values": [vpc]}]
        pages = self.ec2.get_paginator("describe_subnets").paginate(Filters=of, PaginationConfig={"PageSize": 5})
        self.assertEqual([len(page["Subnets"]) for page in pages], [5, 5, 2])
        tagged = self.ec2.describe_subnets(Filters=[*of, {"Name": "tag:env", "Values": ["t1*"]}])["Subnets"]
        self.assertEqual(len(tagged), 3)

    def test_dry_run_ends_before_anything_happens(self):
        before = len(self.ec2.describe_vpcs()["Vpcs"])
        self.assertEqual(refusal(lambda: self.ec2.create_vpc(CidrBlock="10.0.0.0/16", DryRun=True))[:2], (412, "DryRunOperation"))
        self.assertEqual(len(self.ec2.describe_vpcs()["Vpcs"]), before)

    def test_a_client_token_gives_the_same_table_once(self):
        vpc = self.vpc()
        make = lambda of: self.ec2.create_route_table(VpcId=of, ClientToken="once")["RouteTable"]["RouteTableId"]
        self.assertEqual(make(vpc), make(vpc))
        self.assertEqual(refusal(lambda: make(self.vpc()))[1], "IdempotentParameterMismatch")

    def test_accounts_and_regions_do_not_see_each_other(self):
        vpc = self.vpc()
        for other in (
            self.server.client("ec2", key="111111111111"),
            self.server.client("ec2", region="eu-west-1"),
        ):
            self.assertEqual(refusal(lambda: other.describe_vpcs(VpcIds=[vpc]))[1], "InvalidVpcID.NotFound")


if __name__ == "__main__":
    unittest.main()
