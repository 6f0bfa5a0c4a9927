"""Load balancers through boto3: the calls of Terraform's resources with a second read, and every waiter."""

import os
import unittest

from botocore.exceptions import WaiterError

from angae import Server, refusal

IMAGE = "ami-03c3da4cfa8e8943a"
HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "crates", "elb", "tests", "acceptance", "data")
SOON = {"Delay": 1, "MaxAttempts": 3}


def text(name):
    with open(os.path.join(DATA, name), encoding="ascii") as file:
        return file.read()


class Balancers(unittest.TestCase):
    """A network with three subnets that is open to the internet."""

    def setUp(self):
        self.server = Server("--pace", "immediate")
        self.addCleanup(self.server.stop)
        self.v2, self.v1 = self.server.client("elbv2"), self.server.client("elb")
        self.ec2 = self.server.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        self.subnets = [
            self.ec2.create_subnet(
                VpcId=self.vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate("abc")
        ]

    def balancer(self, name="web", kind="application", **more):
        made = self.v2.create_load_balancer(Name=name, Type=kind, Subnets=self.subnets[:2], **more)
        return made["LoadBalancers"][0]

    def group(self, name="web", protocol="HTTP", **more):
        made = self.v2.create_target_group(Name=name, Protocol=protocol, Port=80, VpcId=self.vpc, **more)
        return made["TargetGroups"][0]

    def instance(self):
        run = self.ec2.run_instances(
            ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=self.subnets[0]
        )
        return run["Instances"][0]["InstanceId"]

    def certificate(self):
        made = self.server.client("iam").upload_server_certificate(
            ServerCertificateName="www", CertificateBody=text("leaf.pem"), PrivateKey=text("leaf.key.pem")
        )
        return made["ServerCertificateMetadata"]["Arn"]

    def gone(self, call, code, sentence=None):
        status, found, message = refusal(call)
        self.assertEqual((status, found), (400, code), message)
        if sentence:
            self.assertIn(sentence, message)

    def same_twice(self, read):
        """What a client stores of a first read is what it finds at the second: no drift."""
        first, second = read(), read()
        for answer in (first, second):
            answer.pop("ResponseMetadata")
        self.assertEqual(first, second)
        return first

    def test_terraform_lb(self):
        self.gone(lambda: self.v2.describe_load_balancers(Names=["web"]), "LoadBalancerNotFound")
        made = self.balancer(Tags=[{"Key": "Name", "Value": "web"}])
        arn = made["LoadBalancerArn"]
        self.v2.get_waiter("load_balancer_available").wait(LoadBalancerArns=[arn], WaiterConfig=SOON)
        self.v2.get_waiter("load_balancer_exists").wait(LoadBalancerArns=[arn], WaiterConfig=SOON)
        self.v2.modify_load_balancer_attributes(
            LoadBalancerArn=arn,
            Attributes=[
                {"Key": "idle_timeout.timeout_seconds", "Value": "120"},
                {"Key": "routing.http2.enabled", "Value": "false"},
                {"Key": "deletion_protection.enabled", "Value": "true"},
            ],
        )
        read = self.same_twice(lambda: self.v2.describe_load_balancers(LoadBalancerArns=[arn]))
        self.assertEqual(read["LoadBalancers"][0]["State"], {"Code": "active"})
        attributes = self.same_twice(lambda: self.v2.describe_load_balancer_attributes(LoadBalancerArn=arn))
        values = {own["Key"]: own["Value"] for own in attributes["Attributes"]}
        self.assertEqual(values["idle_timeout.timeout_seconds"], "120")
        self.assertEqual(values["routing.http2.enabled"], "false")
        self.same_twice(lambda: self.v2.describe_capacity_reservation(LoadBalancerArn=arn))
        tags = self.same_twice(lambda: self.v2.describe_tags(ResourceArns=[arn]))
        self.assertEqual(tags["TagDescriptions"][0]["Tags"], [{"Key": "Name", "Value": "web"}])
        # Updates in place.
        group = self.ec2.create_security_group(GroupName="web", Description="web", VpcId=self.vpc)["GroupId"]
        self.v2.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[group])
        self.v2.set_subnets(LoadBalancerArn=arn, Subnets=self.subnets)
        self.v2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType="ipv4")
        self.v2.modify_capacity_reservation(
            LoadBalancerArn=arn, MinimumLoadBalancerCapacity={"CapacityUnits": 100}
        )
        self.v2.add_tags(ResourceArns=[arn], Tags=[{"Key": "a", "Value": "1"}])
        self.v2.remove_tags(ResourceArns=[arn], TagKeys=["Name"])
        read = self.same_twice(lambda: self.v2.describe_load_balancers(LoadBalancerArns=[arn]))
        self.assertEqual(read["LoadBalancers"][0]["SecurityGroups"], [group])
        self.assertEqual(len(read["LoadBalancers"][0]["AvailabilityZones"]), 3)
        status, code, _ = refusal(lambda: self.v2.delete_load_balancer(LoadBalancerArn=arn))
        self.assertEqual((status, code), (400, "OperationNotPermitted"))
        self.v2.modify_load_balancer_attributes(
            LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}]
        )
        self.v2.delete_load_balancer(LoadBalancerArn=arn)
        self.v2.get_waiter("load_balancers_deleted").wait(LoadBalancerArns=[arn], WaiterConfig=SOON)
        filters = [{"Name": "description", "Values": ["ELB app/web/*"]}]
        self.assertEqual(self.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"], [])
        for subnet in self.subnets:
            self.ec2.delete_subnet(SubnetId=subnet)
        self.gone(lambda: self.v2.describe_load_balancers(LoadBalancerArns=[arn]), "LoadBalancerNotFound")

    def test_terraform_listener_and_rules(self):
        arn, group = self.balancer()["LoadBalancerArn"], self.group()["TargetGroupArn"]
        forward = [{"Type": "forward", "TargetGroupArn": group}]
        secure = {
            "LoadBalancerArn": arn, "Protocol": "HTTPS", "Port": 443, "DefaultActions": forward,
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        }
        absent = "arn:aws:iam::000000000000:server-certificate/www"
        # Terraform asks again after this code.
        self.gone(
            lambda: self.v2.create_listener(Certificates=[{"CertificateArn": absent}], **secure),
            "CertificateNotFound",
        )
        certificate = self.certificate()
        made = self.v2.create_listener(Certificates=[{"CertificateArn": certificate}], **secure)["Listeners"][0]
        listener = made["ListenerArn"]
        read = self.same_twice(lambda: self.v2.describe_listeners(ListenerArns=[listener]))
        self.assertEqual(read["Listeners"][0]["Certificates"], [{"CertificateArn": certificate}])
        self.same_twice(lambda: self.v2.describe_tags(ResourceArns=[listener]))
        self.same_twice(lambda: self.v2.describe_listener_attributes(ListenerArn=listener))
        self.same_twice(lambda: self.v2.describe_listener_certificates(ListenerArn=listener))
        self.v2.modify_listener(ListenerArn=listener, Port=8443)
        self.v2.modify_listener_attributes(
            ListenerArn=listener,
            Attributes=[{"Key": "routing.http.response.server.enabled", "Value": "false"}],
        )
        rules = [
            self.v2.create_rule(
                ListenerArn=listener, Priority=priority, Actions=forward,
                Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [f"{priority}.example.com"]}}],
            )["Rules"][0]["RuleArn"]
            for priority in (1, 2)
        ]
        read = self.same_twice(lambda: self.v2.describe_rules(RuleArns=[rules[0]]))
        self.assertEqual(read["Rules"][0]["Conditions"][0]["Values"], ["1.example.com"])
        self.same_twice(lambda: self.v2.describe_tags(ResourceArns=[rules[0]]))
        self.v2.set_rule_priorities(
            RulePriorities=[{"RuleArn": rules[0], "Priority": 2}, {"RuleArn": rules[1], "Priority": 1}]
        )
        pages = self.v2.get_paginator("describe_rules").paginate(ListenerArn=listener, PageSize=1)
        found = [rule["Priority"] for page in pages for rule in page["Rules"]]
        self.assertEqual(found, ["1", "2", "default"])
        self.v2.modify_rule(
            RuleArn=rules[0],
            Actions=[{"Type": "redirect", "RedirectConfig": {"Host": "example.org", "StatusCode": "HTTP_302"}}],
        )
        self.gone(
            lambda: self.v2.create_rule(ListenerArn=listener, Priority=9, Actions=forward, Conditions=[]),
            "ValidationError",
            "A condition must be specified",
        )
        for rule in rules:
            self.v2.delete_rule(RuleArn=rule)
            self.gone(lambda: self.v2.describe_rules(RuleArns=[rule]), "RuleNotFound")
        sentence = "currently in use by a listener or a rule"
        self.gone(lambda: self.v2.delete_target_group(TargetGroupArn=group), "ResourceInUse", sentence)
        self.v2.delete_listener(ListenerArn=listener)
        self.gone(lambda: self.v2.describe_listeners(ListenerArns=[listener]), "ListenerNotFound")
        self.v2.delete_target_group(TargetGroupArn=group)

    def test_terraform_target_group_and_attachment(self):
        self.gone(lambda: self.v2.describe_target_groups(Names=["web"]), "TargetGroupNotFound")
        group = self.group(Tags=[{"Key": "a", "Value": "1"}])["TargetGroupArn"]
        self.v2.modify_target_group_attributes(
            TargetGroupArn=group,
            Attributes=[
                {"Key": "deregistration_delay.timeout_seconds", "Value": "60"},
                {"Key": "stickiness.enabled", "Value": "true"},
                {"Key": "stickiness.type", "Value": "lb_cookie"},
            ],
        )
        self.same_twice(lambda: self.v2.describe_target_groups(TargetGroupArns=[group]))
        self.same_twice(lambda: self.v2.describe_target_group_attributes(TargetGroupArn=group))
        self.same_twice(lambda: self.v2.describe_tags(ResourceArns=[group]))
        self.v2.modify_target_group(TargetGroupArn=group, HealthCheckPath="/up", Matcher={"HttpCode": "200-299"})
        read = self.same_twice(lambda: self.v2.describe_target_groups(TargetGroupArns=[group]))
        self.assertEqual(read["TargetGroups"][0]["HealthCheckPath"], "/up")
        none = "You must specify at least one target"
        self.gone(lambda: self.v2.register_targets(TargetGroupArn=group, Targets=[]), "ValidationError", none)
        target = [{"Id": self.instance(), "Port": 8080}]
        self.v2.register_targets(TargetGroupArn=group, Targets=target)
        arn = self.balancer()["LoadBalancerArn"]
        self.v2.create_listener(
            LoadBalancerArn=arn, Protocol="HTTP", Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        asked = {"TargetGroupArn": group, "Targets": target}
        self.v2.get_waiter("target_in_service").wait(WaiterConfig=SOON, **asked)
        self.same_twice(lambda: self.v2.describe_target_health(**asked))
        self.v2.deregister_targets(**asked)
        self.v2.get_waiter("target_deregistered").wait(WaiterConfig=SOON, **asked)
        health = self.v2.describe_target_health(**asked)["TargetHealthDescriptions"][0]["TargetHealth"]
        self.assertEqual(health["Reason"], "Target.NotRegistered")

    def test_terraform_elb(self):
        made = self.v1.create_load_balancer(
            LoadBalancerName="web", Subnets=self.subnets[:2],
            Listeners=[{"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 80}],
            Tags=[{"Key": "Name", "Value": "web"}],
        )
        self.assertIn("web-", made["DNSName"])
        self.v1.create_load_balancer_listeners(
            LoadBalancerName="web",
            Listeners=[{
                "Protocol": "https", "LoadBalancerPort": 443, "InstanceProtocol": "http", "InstancePort": 80,
                "SSLCertificateId": self.certificate(),
            }],
        )
        for attributes in (
            {"CrossZoneLoadBalancing": {"Enabled": True}, "ConnectionSettings": {"IdleTimeout": 60}},
            {"ConnectionDraining": {"Enabled": True, "Timeout": 300}},
            {"ConnectionDraining": {"Enabled": False}},
        ):
            self.v1.modify_load_balancer_attributes(LoadBalancerName="web", LoadBalancerAttributes=attributes)
        self.v1.configure_health_check(
            LoadBalancerName="web",
            HealthCheck={
                "Target": "HTTP:80/", "Interval": 30, "Timeout": 5,
                "UnhealthyThreshold": 2, "HealthyThreshold": 2,
            },
        )
        self.v1.create_lb_cookie_stickiness_policy(LoadBalancerName="web", PolicyName="lb", CookieExpirationPeriod=60)
        for names in (["lb"], []):
            self.v1.set_load_balancer_policies_of_listener(
                LoadBalancerName="web", LoadBalancerPort=80, PolicyNames=names
            )
        self.v1.delete_load_balancer_policy(LoadBalancerName="web", PolicyName="lb")
        instances = [{"InstanceId": self.instance()}]
        self.v1.register_instances_with_load_balancer(LoadBalancerName="web", Instances=instances)
        asked = {"LoadBalancerName": "web", "Instances": instances}
        self.v1.get_waiter("instance_in_service").wait(WaiterConfig=SOON, **asked)
        self.v1.get_waiter("any_instance_in_service").wait(WaiterConfig=SOON, LoadBalancerName="web")
        read = self.same_twice(lambda: self.v1.describe_load_balancers(LoadBalancerNames=["web"]))
        own = read["LoadBalancerDescriptions"][0]
        self.same_twice(lambda: self.v1.describe_load_balancer_attributes(LoadBalancerName="web"))
        self.same_twice(lambda: self.v1.describe_tags(LoadBalancerNames=["web"]))
        source = own["SourceSecurityGroup"]["GroupName"]
        filters = [{"Name": "group-name", "Values": [source]}, {"Name": "vpc-id", "Values": [self.vpc]}]
        found = self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        self.assertEqual([group["GroupId"] for group in found], own["SecurityGroups"])
        self.v1.deregister_instances_from_load_balancer(LoadBalancerName="web", Instances=instances)
        self.v1.get_waiter("instance_deregistered").wait(WaiterConfig=SOON, **asked)
        self.v1.delete_load_balancer(LoadBalancerName="web")
        self.gone(lambda: self.v1.describe_load_balancers(LoadBalancerNames=["web"]), "LoadBalancerNotFound")
        filters = [{"Name": "description", "Values": ["ELB web"]}]
        self.assertEqual(self.ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"], [])

    def test_nothing_is_in_service_before_its_time(self):
        server = Server("--pace", "real", "--clock", "stepped")
        self.addCleanup(server.stop)
        elb = server.client("elbv2")
        group = elb.create_target_group(Name="fn", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
        with self.assertRaises(WaiterError):
            elb.get_waiter("target_in_service").wait(
                TargetGroupArn=group, Targets=[{"Id": "arn:aws:lambda:us-east-1:000000000000:function:f"}],
                WaiterConfig={"Delay": 1, "MaxAttempts": 1},
            )

    def test_two_accounts_and_two_regions_are_apart(self):
        arn = self.balancer()["LoadBalancerArn"]
        for other in (
            self.server.client("elbv2", key="111122223333", secret="x"),
            self.server.client("elbv2", region="eu-west-1"),
        ):
            self.assertEqual(other.describe_load_balancers()["LoadBalancers"], [])
            self.gone(
                lambda: other.describe_load_balancers(LoadBalancerArns=[arn]),
                "ValidationError",
                "is not a valid load balancer ARN",
            )


if __name__ == "__main__":
    unittest.main()
