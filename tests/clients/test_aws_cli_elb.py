"""Load balancers by the AWS CLI, as its guides have them: made, looked at, changed and taken away, in both APIs."""

import json
import os
import pathlib
import subprocess
import unittest
import urllib.request

import leftovers
from server import BINARY, Server

DATA = pathlib.Path(__file__).parents[2] / "crates" / "elb" / "tests" / "acceptance" / "data"


class CommandLine(unittest.TestCase):
    """A network of two zones that is open to the internet."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        port = self.server.endpoint.rsplit(":", 1)[1]
        shown = subprocess.run([BINARY, "--port", port, "env", "--json"], capture_output=True, text=True, check=True)
        path = os.environ["ANGAE_PYTHON_BIN"] + os.pathsep + os.environ["PATH"]
        self.environment = {**os.environ, **json.loads(shown.stdout), "PATH": path, "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"}
        self.environment["AWS_DEFAULT_OUTPUT"] = "text"
        self.vpc = self.aws("ec2 create-vpc --cidr-block 10.0.0.0/16 --query Vpc.VpcId")
        gateway = self.aws("ec2 create-internet-gateway --query InternetGateway.InternetGatewayId")
        self.aws("ec2 attach-internet-gateway --internet-gateway-id", gateway, "--vpc-id", self.vpc)
        self.subnets = [
            self.aws(
                f"ec2 create-subnet --query Subnet.SubnetId --availability-zone us-east-1{zone} --cidr-block 10.0.{row}.0/24",
                *("--vpc-id", self.vpc),
            )
            for row, zone in enumerate("ab")
        ]

    def aws(self, command, *arguments, code=0):
        words = ["aws", *command.split(), *arguments]
        ended = subprocess.run(words, capture_output=True, text=True, env=self.environment)
        self.assertEqual(ended.returncode, code, f"{words}: {ended.stdout}{ended.stderr}")
        return (ended.stdout if code == 0 else ended.stderr).strip()

    def restart(self):
        self.server.kill()
        self.server.start()
        self.environment["AWS_ENDPOINT_URL"] = self.server.endpoint

    def certificate(self, name):
        return self.aws(
            "iam upload-server-certificate --query ServerCertificateMetadata.Arn --server-certificate-name",
            *(name, "--certificate-body", f"file://{DATA / 'leaf.pem'}", "--private-key", f"file://{DATA / 'leaf.key.pem'}"),
        )

    def there(self):
        return leftovers.everything(leftovers.client(self.server.endpoint))

    def test_an_application_load_balancer(self):
        before = self.there()
        arn = self.aws(
            "elbv2 create-load-balancer --name web --query LoadBalancers[0].LoadBalancerArn --tags Key=team,Value=red --subnets",
            *self.subnets,
        )
        self.aws("elbv2 wait load-balancer-available --load-balancer-arns", arn)
        group = self.aws(
            "elbv2 create-target-group --name web --protocol HTTP --port 80 --target-type ip --health-check-path /up",
            *("--query", "TargetGroups[0].TargetGroupArn", "--vpc-id", self.vpc),
        )
        self.aws("elbv2 register-targets --target-group-arn", group, "--targets", "Id=10.0.0.10", "Id=10.0.1.10,Port=8080")
        listener = self.aws(
            "elbv2 create-listener --protocol HTTP --port 80 --query Listeners[0].ListenerArn --load-balancer-arn",
            *(arn, "--default-actions", f"Type=forward,TargetGroupArn={group}"),
        )
        self.aws("elbv2 wait target-in-service --target-group-arn", group)
        rules = [self.rule(listener, priority) for priority in (1, 2)]
        self.aws(
            "elbv2 set-rule-priorities --rule-priorities",
            *(f"RuleArn={rule},Priority={priority}" for rule, priority in zip(rules, (2, 1))),
        )
        order = self.aws("elbv2 describe-rules --query Rules[].RuleArn --listener-arn", listener).split()
        self.assertEqual(order[:2], rules[::-1])
        self.aws("elbv2 modify-load-balancer-attributes --load-balancer-arn", arn, "--attributes", "Key=deletion_protection.enabled,Value=true")
        refused = self.aws("elbv2 delete-load-balancer --load-balancer-arn", arn, code=255)
        self.assertIn("(OperationNotPermitted) when calling the DeleteLoadBalancer operation", refused)
        self.restart()
        tags = self.aws("elbv2 describe-tags --query TagDescriptions[].Tags[].Value --resource-arns", arn)
        self.assertEqual(tags, "red")
        refused = self.aws("elbv2 delete-target-group --target-group-arn", group, code=255)
        self.assertIn("is currently in use by a listener or a rule", refused)
        self.aws("elbv2 modify-load-balancer-attributes --load-balancer-arn", arn, "--attributes", "Key=deletion_protection.enabled,Value=false")
        self.aws("elbv2 delete-load-balancer --load-balancer-arn", arn)
        self.aws("elbv2 wait load-balancers-deleted --load-balancer-arns", arn)
        self.aws("elbv2 deregister-targets --target-group-arn", group, "--targets", "Id=10.0.0.10")
        self.aws("elbv2 delete-target-group --target-group-arn", group)
        after = self.there()
        for name, answer in before.items():
            self.assertEqual(after[name], answer, name)

    def rule(self, listener, priority):
        action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        condition = {"Field": "path-pattern", "Values": [f"/{priority}/*"]}
        return self.aws(
            f"elbv2 create-rule --priority {priority} --query Rules[0].RuleArn --listener-arn",
            *(listener, "--conditions", json.dumps([condition]), "--actions", json.dumps([action])),
        )

    def test_a_network_load_balancer(self):
        address = self.aws("ec2 allocate-address --domain vpc --query AllocationId")
        arn = self.aws(
            "elbv2 create-load-balancer --name net --type network --query LoadBalancers[0].LoadBalancerArn --subnet-mappings",
            f"SubnetId={self.subnets[0]},AllocationId={address}",
        )
        group = self.aws(
            "elbv2 create-target-group --name net --protocol TCP --port 443 --query TargetGroups[0].TargetGroupArn --vpc-id",
            self.vpc,
        )
        certificate = self.certificate("www")
        self.aws(
            "elbv2 create-listener --protocol TLS --port 443 --ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06 --load-balancer-arn",
            *(arn, "--certificates", f"CertificateArn={certificate}", "--default-actions", f"Type=forward,TargetGroupArn={group}"),
        )
        refused = self.aws("iam delete-server-certificate --server-certificate-name www", code=255)
        self.assertIn(f"is currently in use by {arn}. Please remove it first before deleting it from IAM.", refused)
        service = self.aws(
            "ec2 create-vpc-endpoint-service-configuration --query ServiceConfiguration.ServiceId --network-load-balancer-arns",
            arn,
        )
        refused = self.aws("elbv2 delete-load-balancer --load-balancer-arn", arn, code=255)
        self.assertIn("cannot be deleted because it is currently associated with another service", refused)
        self.aws("ec2 delete-vpc-endpoint-service-configurations --service-ids", service)
        self.aws("elbv2 delete-load-balancer --load-balancer-arn", arn)
        self.aws("elbv2 delete-target-group --target-group-arn", group)
        self.aws("iam delete-server-certificate --server-certificate-name www")
        self.aws("ec2 release-address --allocation-id", address)
        self.assertEqual(self.aws("elbv2 describe-load-balancers --query LoadBalancers"), "")

    def test_what_a_trust_store_is_made_of_is_fetched(self):
        self.aws("s3 mb s3://trust")
        for name in ("leaf.pem", "one.crl.der"):
            self.aws("s3 cp --no-progress", str(DATA / name), "s3://trust/")
        arn = self.aws(
            "elbv2 create-trust-store --name clients --query TrustStores[0].TrustStoreArn --ca-certificates-bundle-s3-bucket trust",
            *("--ca-certificates-bundle-s3-key", "leaf.pem"),
        )
        added = self.aws(
            "elbv2 add-trust-store-revocations --query TrustStoreRevocations[0].RevocationId --trust-store-arn",
            *(arn, "--revocation-contents", "S3Bucket=trust,S3Key=one.crl.der"),
        )
        bundle = self.aws("elbv2 get-trust-store-ca-certificates-bundle --query Location --trust-store-arn", arn)
        revoked = self.aws(
            "elbv2 get-trust-store-revocation-content --query Location --trust-store-arn", *(arn, "--revocation-id", added)
        )
        for location, name in ((bundle, "leaf.pem"), (revoked, "one.crl.der")):
            with urllib.request.urlopen(location) as answer:
                self.assertEqual(answer.read(), (DATA / name).read_bytes())

    def test_a_classic_load_balancer(self):
        self.aws(
            "elb create-load-balancer --load-balancer-name old --listeners",
            "Protocol=HTTP,LoadBalancerPort=80,InstanceProtocol=HTTP,InstancePort=80",
            *("--subnets", self.subnets[0]),
        )
        self.aws(
            "elb configure-health-check --load-balancer-name old --health-check",
            "Target=HTTP:80/up,Interval=10,Timeout=5,UnhealthyThreshold=2,HealthyThreshold=2",
        )
        self.aws("elb attach-load-balancer-to-subnets --load-balancer-name old --subnets", self.subnets[1])
        self.aws("elb create-lb-cookie-stickiness-policy --load-balancer-name old --policy-name c --cookie-expiration-period 60")
        self.aws("elb set-load-balancer-policies-of-listener --load-balancer-name old --load-balancer-port 80 --policy-names c")
        attributes = {"ConnectionDraining": {"Enabled": True, "Timeout": 60}}
        self.aws("elb modify-load-balancer-attributes --load-balancer-name old --load-balancer-attributes", json.dumps(attributes))
        shown = json.loads(self.aws("elb describe-load-balancers --load-balancer-names old --output json"))
        one = shown["LoadBalancerDescriptions"][0]
        self.assertEqual(sorted(one["Subnets"]), sorted(self.subnets))
        self.assertEqual(one["HealthCheck"]["Target"], "HTTP:80/up")
        self.assertEqual(one["ListenerDescriptions"][0]["PolicyNames"], ["c"])
        self.aws("elb delete-load-balancer --load-balancer-name old")
        refused = self.aws("elb describe-load-balancers --load-balancer-names old", code=255)
        self.assertIn("There is no ACTIVE Load Balancer named 'old'", refused)


if __name__ == "__main__":
    unittest.main()
