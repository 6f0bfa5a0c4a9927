"""A network of three zones by the AWS CLI, as its scripts are written: made, looked at, and taken down to nothing."""

import json
import os
import subprocess
import unittest

import leftovers
from server import BINARY, Server

ZONES = ("a", "b", "c")
TIERS = ("public", "private", "database")
ANYWHERE = "0.0.0.0/0"


class ThreeZones(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        port = self.server.endpoint.rsplit(":", 1)[1]
        shown = subprocess.run([BINARY, "--port", port, "env", "--json"], capture_output=True, text=True, check=True)
        path = os.environ["ANGAE_PYTHON_BIN"] + os.pathsep + os.environ["PATH"]
        self.environment = {**os.environ, **json.loads(shown.stdout), "PATH": path, "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"}
        self.environment["AWS_DEFAULT_OUTPUT"] = "text"

    def aws(self, *arguments, code=0):
        ended = subprocess.run(["aws", *arguments], capture_output=True, text=True, env=self.environment)
        self.assertEqual(ended.returncode, code, f"{arguments}: {ended.stdout}{ended.stderr}")
        return (ended.stdout if code == 0 else ended.stderr).strip()

    def ec2(self, command, *arguments, code=0):
        return self.aws("ec2", *command.split(), *arguments, code=code)

    def named(self, kind, name):
        return "--tag-specifications", f"ResourceType={kind},Tags=[{{Key=Name,Value={name}}},{{Key=stack,Value=three}}]"

    def test_a_network_is_made_and_taken_down(self):
        ec2 = leftovers.client(self.server.endpoint)
        before = leftovers.everything(ec2)
        self.assertGreater(len(before), 60)
        made = self.make()
        self.check(made)
        self.assertIn("DependencyViolation", self.ec2("delete-vpc --vpc-id", made["vpc"], code=255))
        self.server.kill()
        self.server.start()
        self.environment["AWS_ENDPOINT_URL"] = self.server.endpoint
        self.check(made)
        self.take_down(made)
        after = leftovers.everything(leftovers.client(self.server.endpoint))
        for name, answer in before.items():
            self.assertEqual(after[name], answer, name)

    def make(self):
        vpc = self.ec2("create-vpc --cidr-block 10.0.0.0/16 --query Vpc.VpcId", *self.named("vpc", "three"))
        self.ec2("wait vpc-available --vpc-ids", vpc)
        self.ec2("modify-vpc-attribute --enable-dns-hostnames --vpc-id", vpc)
        gateway = self.ec2("create-internet-gateway --query InternetGateway.InternetGatewayId", *self.named("internet-gateway", "three"))
        self.ec2("attach-internet-gateway --internet-gateway-id", gateway, "--vpc-id", vpc)
        subnets = {
            (tier, zone): self.ec2(
                "create-subnet --query Subnet.SubnetId --vpc-id",
                vpc,
                "--availability-zone",
                f"us-east-1{zone}",
                "--cidr-block",
                f"10.0.{16 * row + column}.0/24",
                *self.named("subnet", f"{tier}-{zone}"),
            )
            for row, tier in enumerate(TIERS)
            for column, zone in enumerate(ZONES)
        }
        self.ec2("wait subnet-available --subnet-ids", *subnets.values())
        tables = self.tables(vpc, subnets)
        self.ec2("create-route --destination-cidr-block", ANYWHERE, "--route-table-id", tables["public"], "--gateway-id", gateway)
        addresses, nats = {}, {}
        for zone in ZONES:
            self.ec2("modify-subnet-attribute --map-public-ip-on-launch --subnet-id", subnets["public", zone])
            addresses[zone] = self.ec2("allocate-address --domain vpc --query AllocationId")
            nats[zone] = self.ec2(
                "create-nat-gateway --query NatGateway.NatGatewayId --subnet-id",
                subnets["public", zone],
                "--allocation-id",
                addresses[zone],
            )
        self.ec2("wait nat-gateway-available --nat-gateway-ids", *nats.values())
        for zone in ZONES:
            route = ("--destination-cidr-block", ANYWHERE, "--nat-gateway-id", nats[zone])
            self.ec2("create-route --route-table-id", tables["private", zone], *route)
        made = {"vpc": vpc, "gateway": gateway, "subnets": subnets, "tables": tables, "addresses": addresses, "nats": nats}
        return {**made, **self.watched(made), **self.bastion(made)}

    def tables(self, vpc, subnets):
        """One for the public subnets, one for each zone's private one, one for all databases."""
        create = lambda: self.ec2("create-route-table --query RouteTable.RouteTableId --vpc-id", vpc)
        tables = {"public": create(), "database": create(), **{("private", zone): create() for zone in ZONES}}
        for (tier, zone), subnet in subnets.items():
            table = tables.get(tier) or tables[tier, zone]
            self.ec2("associate-route-table --route-table-id", table, "--subnet-id", subnet)
        return tables

    def watched(self, made):
        """Endpoints, so that S3 and STS are reached without the internet, and flow logs into a bucket."""
        private = [made["subnets"]["private", zone] for zone in ZONES]
        to_s3 = self.ec2(
            "create-vpc-endpoint --service-name com.amazonaws.us-east-1.s3 --query VpcEndpoint.VpcEndpointId --vpc-id",
            made["vpc"],
            "--route-table-ids",
            *(made["tables"]["private", zone] for zone in ZONES),
        )
        to_sts = self.ec2(
            "create-vpc-endpoint --vpc-endpoint-type Interface --service-name com.amazonaws.us-east-1.sts",
            *("--query", "VpcEndpoint.VpcEndpointId", "--vpc-id", made["vpc"], "--subnet-ids", *private),
        )
        self.aws("s3", "mb", "s3://three-zones-flow-logs")
        logs = self.ec2(
            "create-flow-logs --resource-type VPC --traffic-type ALL --log-destination-type s3",
            *("--log-destination", "arn:aws:s3:::three-zones-flow-logs", "--resource-ids", made["vpc"]),
            *("--query", "FlowLogIds[0]"),
        )
        return {"endpoints": [to_s3, to_sts], "logs": logs}

    def bastion(self, made):
        """The one machine that is reached from outside."""
        group = self.ec2("create-security-group --group-name bastion --description ssh --query GroupId --vpc-id", made["vpc"])
        self.ec2("authorize-security-group-ingress --protocol tcp --port 22 --cidr 203.0.113.0/24 --group-id", group)
        self.ec2("create-key-pair --key-name bastion --query KeyFingerprint")
        image = self.ec2(
            "describe-images --owners amazon --filters Name=name,Values=al2023-ami-2023* Name=architecture,Values=x86_64",
            *("--query", "sort_by(Images, &CreationDate)[-1].ImageId"),
        )
        instance = self.ec2(
            "run-instances --instance-type t3.micro --key-name bastion --query Instances[0].InstanceId",
            *("--image-id", image, "--security-group-ids", group, "--subnet-id", made["subnets"]["public", "a"]),
            *self.named("instance", "bastion"),
        )
        self.ec2("wait instance-running --instance-ids", instance)
        self.ec2("wait instance-status-ok --instance-ids", instance)
        return {"group": group, "instance": instance}

    def check(self, made):
        """What a person would look up."""
        count = lambda what, query: int(self.ec2(what, "--query", query))
        of = f"--filters Name=vpc-id,Values={made['vpc']}"
        self.assertEqual(count(f"describe-subnets {of}", "length(Subnets)"), 9)
        self.assertEqual(count(f"describe-route-tables {of}", "length(RouteTables)"), 6)
        self.assertEqual(count(f"describe-nat-gateways --filter Name=vpc-id,Values={made['vpc']}", "length(NatGateways)"), 3)
        # Three of NAT gateways, three of the endpoint, the bastion's.
        self.assertEqual(count(f"describe-network-interfaces {of}", "length(NetworkInterfaces)"), 7)
        for zone in ZONES:
            table = made["tables"]["private", zone]
            routes = json.loads(self.ec2("describe-route-tables --output json --query RouteTables[0].Routes --route-table-ids", table))
            targets = [route.get("GatewayId", route.get("NatGatewayId")) for route in routes]
            self.assertCountEqual(targets, ["local", made["nats"][zone], made["endpoints"][0]])
            self.assertEqual({route["State"] for route in routes}, {"active"})
        address = self.ec2("describe-instances --query Reservations[0].Instances[0].PublicIpAddress --instance-ids", made["instance"])
        self.assertRegex(address, r"^\d+\.\d+\.\d+\.\d+$")
        self.assertEqual(self.ec2("describe-flow-logs --query FlowLogs[0].FlowLogStatus --flow-log-ids", made["logs"]), "ACTIVE")

    def take_down(self, made):
        self.ec2("terminate-instances --instance-ids", made["instance"])
        self.ec2("wait instance-terminated --instance-ids", made["instance"])
        self.ec2("delete-key-pair --key-name bastion")
        self.ec2("delete-security-group --group-id", made["group"])
        self.ec2("delete-flow-logs --flow-log-ids", made["logs"])
        self.aws("s3", "rb", "s3://three-zones-flow-logs", "--force")
        self.ec2("delete-vpc-endpoints --vpc-endpoint-ids", *made["endpoints"])
        for zone in ZONES:
            self.ec2("delete-nat-gateway --nat-gateway-id", made["nats"][zone])
        self.ec2("wait nat-gateway-deleted --nat-gateway-ids", *made["nats"].values())
        for address in made["addresses"].values():
            self.ec2("release-address --allocation-id", address)
        for subnet in made["subnets"].values():
            self.ec2("delete-subnet --subnet-id", subnet)
        for table in made["tables"].values():
            self.ec2("delete-route-table --route-table-id", table)
        self.ec2("detach-internet-gateway --internet-gateway-id", made["gateway"], "--vpc-id", made["vpc"])
        self.ec2("delete-internet-gateway --internet-gateway-id", made["gateway"])
        self.ec2("delete-vpc --vpc-id", made["vpc"])


if __name__ == "__main__":
    unittest.main()
