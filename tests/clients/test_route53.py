"""Route 53 through boto3: what Terraform does with its resources, call by call, and the waiter."""

import unittest

from angae import Server, refusal


class Zones(unittest.TestCase):
    """The rows of `aws_route53_zone`, `aws_route53_record` and `aws_route53_health_check`."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        cls.route53 = cls.server.client("route53")

    def zone(self, name, **more):
        made = self.route53.create_hosted_zone(Name=name, CallerReference=self.id() + name, **more)
        self.assertEqual(made["ResponseMetadata"]["HTTPStatusCode"], 201)
        self.wait(made)
        return made["HostedZone"]["Id"].removeprefix("/hostedzone/")

    def wait(self, answer):
        """As Terraform waits: until the change is in sync."""
        self.route53.get_waiter("resource_record_sets_changed").wait(Id=answer["ChangeInfo"]["Id"])

    def change(self, zone, *changes):
        self.wait(
            self.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": list(changes)})
        )

    def record(self, action, name, kind="A", value="192.0.2.1", **more):
        values = {"TTL": 300, "ResourceRecords": [{"Value": value}]}
        return {"Action": action, "ResourceRecordSet": {"Name": name, "Type": kind, **values, **more}}

    def one(self, zone, name, kind, **more):
        """As Terraform reads one set: it asks for the page that begins with it."""
        page = self.route53.list_resource_record_sets(
            HostedZoneId=zone, StartRecordName=name, StartRecordType=kind, MaxItems="1", **more
        )
        return page["ResourceRecordSets"][0]

    def read_twice(self, read):
        """What Terraform reads a second time is what it read before: no drift."""
        first, second = read(), read()
        for answer in (first, second):
            answer.pop("ResponseMetadata", None)
        self.assertEqual(first, second)
        return first

    def test_a_public_zone_lives_and_goes(self):
        zone = self.zone("public.example", HostedZoneConfig={"Comment": "Managed by Terraform"})
        tags = [{"Key": "Name", "Value": "public"}]
        self.route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone, AddTags=tags)
        told = self.read_twice(lambda: self.route53.get_hosted_zone(Id=zone))
        self.assertEqual(told["HostedZone"]["Name"], "public.example.")
        self.assertEqual(told["HostedZone"]["Config"], {"Comment": "Managed by Terraform", "PrivateZone": False})
        self.assertEqual(len(told["DelegationSet"]["NameServers"]), 4)
        listed = self.route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone)
        self.assertEqual(listed["ResourceTagSet"]["Tags"], tags)
        self.route53.update_hosted_zone_comment(Id=zone, Comment="other")
        # force_destroy: everything but NS and SOA goes first, and signing is looked for.
        self.change(zone, *(self.record("CREATE", f"n{number}.public.example") for number in range(5)))
        pages = self.route53.get_paginator("list_resource_record_sets").paginate(
            HostedZoneId=zone, PaginationConfig={"PageSize": 2}
        )
        sets = [own for page in pages for own in page["ResourceRecordSets"]]
        self.assertEqual(len(sets), 7)
        with self.assertRaises(self.route53.exceptions.HostedZoneNotEmpty):
            self.route53.delete_hosted_zone(Id=zone)
        gone = [own for own in sets if own["Type"] not in ("NS", "SOA")]
        self.change(zone, *({"Action": "DELETE", "ResourceRecordSet": own} for own in gone))
        signing = self.route53.get_dnssec(HostedZoneId=zone)
        self.assertEqual((signing["Status"]["ServeSignature"], signing["KeySigningKeys"]), ("NOT_SIGNING", []))
        self.wait(self.route53.delete_hosted_zone(Id=zone))
        with self.assertRaises(self.route53.exceptions.NoSuchHostedZone):
            self.route53.get_hosted_zone(Id=zone)

    def test_a_private_zone_has_its_vpcs(self):
        vpcs = [
            self.server.client("ec2").create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"] for number in (0, 1)
        ]
        of = [{"VPCRegion": "us-east-1", "VPCId": vpc} for vpc in vpcs]
        zone = self.zone("corp.internal", VPC=of[0])
        self.wait(self.route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=of[1]))
        told = self.read_twice(lambda: self.route53.get_hosted_zone(Id=zone))
        self.assertEqual(told["VPCs"], of)
        servers = self.one(zone, "corp.internal", "NS")
        self.assertEqual(servers["ResourceRecords"][0]["Value"], "ns-1536.awsdns-00.co.uk.")
        self.wait(self.route53.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=of[1]))
        with self.assertRaises(self.route53.exceptions.LastVPCAssociation):
            self.route53.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=of[0])
        self.wait(self.route53.delete_hosted_zone(Id=zone))

    def test_a_private_zone_goes_by_force(self):
        """As Terraform with force_destroy: it looks for signing, and goes on where a private zone has none."""
        vpc = self.server.client("ec2").create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
        zone = self.zone("forced.internal", VPC={"VPCRegion": "us-east-1", "VPCId": vpc})
        self.change(zone, self.record("CREATE", "a.forced.internal"))
        sentence = "Operation is unsupported for private hosted zones."
        for name in ("get_dnssec", "enable_hosted_zone_dnssec", "disable_hosted_zone_dnssec"):
            call = getattr(self.route53, name)
            self.assertEqual(refusal(lambda call=call: call(HostedZoneId=zone)), (400, "InvalidArgument", sentence))
        sets = self.route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        gone = [own for own in sets if own["Type"] not in ("NS", "SOA")]
        self.change(zone, *({"Action": "DELETE", "ResourceRecordSet": own} for own in gone))
        self.wait(self.route53.delete_hosted_zone(Id=zone))

    def test_records_come_back_as_they_were_given(self):
        zone = self.zone("records.example")
        wildcard = self.record("CREATE", "*.records.example")
        text = self.record("CREATE", "txt.records.example", "TXT", '"v=spf1 -all"')
        weighted = [
            self.record("CREATE", "w.records.example", SetIdentifier=name, Weight=weight)
            for name, weight in (("blue", 90), ("green", 10))
        ]
        target = {"HostedZoneId": zone, "DNSName": "txt.records.example", "EvaluateTargetHealth": True}
        alias = {
            "Action": "CREATE",
            "ResourceRecordSet": {"Name": "alias.records.example", "Type": "TXT", "AliasTarget": target},
        }
        self.change(zone, wildcard, text, *weighted, alias)
        found = self.read_twice(lambda: self.one(zone, "*.records.example", "A"))
        self.assertEqual(found["Name"], "\\052.records.example.")
        found = self.one(zone, "w.records.example", "A", StartRecordIdentifier="green")
        self.assertEqual((found["SetIdentifier"], found["Weight"]), ("green", 10))
        found = self.one(zone, "alias.records.example", "TXT")
        self.assertEqual(found["AliasTarget"]["DNSName"], "txt.records.example.")
        self.assertNotIn("TTL", found)
        self.change(zone, self.record("UPSERT", "*.records.example", value="192.0.2.2"))
        self.change(zone, {"Action": "DELETE", "ResourceRecordSet": self.one(zone, "*.records.example", "A")})
        sentence = "[Tried to delete resource record set [name='\\052.records.example.', type='A'] but it was not found]"
        gone = self.record("DELETE", "*.records.example")
        self.assertEqual(refusal(lambda: self.change(zone, gone)), (400, "InvalidChangeBatch", sentence))

    def test_a_health_check_lives_and_goes(self):
        config = {
            "Type": "HTTPS",
            "FullyQualifiedDomainName": "www.example.com",
            "ResourcePath": "/health",
            "FailureThreshold": 5,
            "RequestInterval": 10,
        }
        made = self.route53.create_health_check(CallerReference="one", HealthCheckConfig=config)["HealthCheck"]
        tags = [{"Key": "Name", "Value": "check"}]
        self.route53.change_tags_for_resource(ResourceType="healthcheck", ResourceId=made["Id"], AddTags=tags)
        told = self.read_twice(lambda: self.route53.get_health_check(HealthCheckId=made["Id"]))["HealthCheck"]
        self.assertEqual(told["HealthCheckConfig"] | config, told["HealthCheckConfig"])
        self.assertEqual((told["HealthCheckConfig"]["Port"], told["HealthCheckConfig"]["EnableSNI"]), (443, True))
        listed = self.route53.list_tags_for_resource(ResourceType="healthcheck", ResourceId=made["Id"])
        self.assertEqual(listed["ResourceTagSet"]["Tags"], tags)
        updated = self.route53.update_health_check(HealthCheckId=made["Id"], Disabled=True)["HealthCheck"]
        self.assertEqual((updated["HealthCheckVersion"], updated["HealthCheckConfig"]["Disabled"]), (2, True))
        self.route53.delete_health_check(HealthCheckId=made["Id"])
        with self.assertRaises(self.route53.exceptions.NoSuchHealthCheck):
            self.route53.get_health_check(HealthCheckId=made["Id"])

    def test_every_list_is_walked_by_its_paginator(self):
        for number in range(3):
            self.zone(f"p{number}.example")
            config = {"Type": "TCP", "IPAddress": "198.51.100.1", "Port": 80}
            self.route53.create_health_check(CallerReference=f"page {number}", HealthCheckConfig=config)
        for operation, result in (("list_hosted_zones", "HostedZones"), ("list_health_checks", "HealthChecks")):
            walked = self.route53.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1})
            ids = [item["Id"] for page in walked for item in page[result]]
            self.assertGreaterEqual(len(ids), 3)
            self.assertEqual(len(ids), len(set(ids)))


class Resolver(unittest.TestCase):
    """The Resolver and Domains: what their clients read of answers and of refusals."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        cls.resolver = cls.server.client("route53resolver")

    def test_a_rule_forwards_through_an_endpoint(self):
        ec2 = self.server.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"]["SubnetId"] for number in (0, 1)
        ]
        group = ec2.create_security_group(GroupName="dns", Description="dns", VpcId=vpc)["GroupId"]
        made = self.resolver.create_resolver_endpoint(
            CreatorRequestId="one",
            Direction="OUTBOUND",
            SecurityGroupIds=[group],
            IpAddresses=[{"SubnetId": subnet} for subnet in subnets],
        )["ResolverEndpoint"]
        told = self.resolver.get_resolver_endpoint(ResolverEndpointId=made["Id"])["ResolverEndpoint"]
        self.assertEqual((told["Status"], told["IpAddressCount"]), ("OPERATIONAL", 2))
        rule = self.resolver.create_resolver_rule(
            CreatorRequestId="two",
            RuleType="FORWARD",
            DomainName="corp.example",
            ResolverEndpointId=made["Id"],
            TargetIps=[{"Ip": "192.0.2.53"}],
        )["ResolverRule"]
        self.resolver.associate_resolver_rule(ResolverRuleId=rule["Id"], VPCId=vpc)
        pages = self.resolver.get_paginator("list_resolver_rule_associations").paginate(MaxResults=1)
        found = [own for page in pages for own in page["ResolverRuleAssociations"]]
        self.assertEqual([(own["VPCId"], own["Status"]) for own in found], [(vpc, "COMPLETE")])
        with self.assertRaises(self.resolver.exceptions.ResourceInUseException):
            self.resolver.delete_resolver_rule(ResolverRuleId=rule["Id"])
        with self.assertRaises(self.resolver.exceptions.ResourceNotFoundException):
            self.resolver.get_resolver_endpoint(ResolverEndpointId="rslvr-out-none")

    def test_a_domain_is_registered(self):
        domains = self.server.client("route53domains")
        contact = {
            "FirstName": "Ada",
            "LastName": "Byron",
            "ContactType": "PERSON",
            "CountryCode": "GB",
            "Email": "ada@example.com",
        }
        operation = domains.register_domain(
            DomainName="a-domain.net",
            DurationInYears=1,
            AdminContact=contact,
            RegistrantContact=contact,
            TechContact=contact,
        )["OperationId"]
        self.assertEqual(domains.get_operation_detail(OperationId=operation)["Status"], "SUCCESSFUL")
        told = domains.get_domain_detail(DomainName="a-domain.net")
        self.assertEqual(told["RegistrantContact"], contact)
        self.assertEqual(len(told["Nameservers"]), 4)
        with self.assertRaises(domains.exceptions.UnsupportedTLD):
            domains.check_domain_availability(DomainName="a.invalid")
        with self.assertRaises(domains.exceptions.InvalidInput):
            domains.get_domain_detail(DomainName="b-domain.net")


class Pace(unittest.TestCase):
    def test_a_change_takes_its_time(self):
        server = Server("--pace", "real", "--clock", "stepped")
        self.addCleanup(server.stop)
        route53 = server.client("route53")
        made = route53.create_hosted_zone(Name="slow.example", CallerReference="one")
        change = made["ChangeInfo"]["Id"]
        self.assertEqual(route53.get_change(Id=change)["ChangeInfo"]["Status"], "PENDING")
        server.advance(60)
        self.assertEqual(route53.get_change(Id=change)["ChangeInfo"]["Status"], "INSYNC")


if __name__ == "__main__":
    unittest.main()
