"""The AWS CLI, as a newcomer uses it."""

import json
import os
import subprocess
import tempfile
import unittest

from server import BINARY, Server


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        port = self.server.endpoint.rsplit(":", 1)[1]
        shown = subprocess.run([BINARY, "--port", port, "env", "--json"], capture_output=True, text=True, check=True)
        path = os.environ["ANGAE_PYTHON_BIN"] + os.pathsep + os.environ["PATH"]
        self.environment = {**os.environ, **json.loads(shown.stdout), "PATH": path, "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"}

    def aws(self, *arguments, code=0):
        ended = subprocess.run(["aws", *arguments], capture_output=True, text=True, env=self.environment)
        self.assertEqual(ended.returncode, code, f"{arguments}: {ended.stdout}{ended.stderr}")
        return ended.stdout if code == 0 else ended.stderr

    def test_the_readme(self):
        self.assertIn("arn:aws:iam::000000000000:root", self.aws("sts", "get-caller-identity"))
        with tempfile.NamedTemporaryFile() as big:
            big.write(os.urandom(20_000_000))
            big.flush()
            self.aws("s3", "mb", "s3://photos")
            self.aws("s3", "cp", big.name, "s3://photos/big.bin", "--no-progress")
            self.assertIn("20000000 big.bin", self.aws("s3", "ls", "s3://photos"))
            self.aws("s3", "cp", "s3://photos/big.bin", "s3://photos/copy.bin", "--no-progress")
            self.server.kill()
            self.server.start()
            self.environment["AWS_ENDPOINT_URL"] = self.server.endpoint
            back = big.name + ".back"
            self.addCleanup(lambda: os.path.exists(back) and os.remove(back))
            self.aws("s3", "cp", "s3://photos/copy.bin", back, "--no-progress")
            with open(back, "rb") as one, open(big.name, "rb") as other:
                self.assertEqual(one.read(), other.read())
        self.assertIn("BucketNotEmpty", self.aws("s3", "rb", "s3://photos", code=1))
        self.aws("s3", "rm", "s3://photos", "--recursive")
        self.aws("s3", "rb", "s3://photos")

    def test_a_network_by_hand(self):
        ask = lambda *arguments: self.aws("ec2", *arguments, "--output", "text").strip()
        vpc = ask("create-vpc", "--cidr-block", "10.0.0.0/16", "--query", "Vpc.VpcId")
        subnet = ask("create-subnet", "--vpc-id", vpc, "--cidr-block", "10.0.1.0/24", "--query", "Subnet.SubnetId")
        ask("wait", "subnet-available", "--subnet-ids", subnet)
        group = ask("create-security-group", "--group-name", "web", "--description", "d", "--vpc-id", vpc, "--query", "GroupId")
        ask("authorize-security-group-ingress", "--group-id", group, "--protocol", "tcp", "--port", "443", "--cidr", "0.0.0.0/0")
        refused = self.aws("ec2", "delete-vpc", "--vpc-id", vpc, code=255)
        self.assertIn("DependencyViolation", refused)
        ask("delete-security-group", "--group-id", group)
        ask("delete-subnet", "--subnet-id", subnet)
        ask("delete-vpc", "--vpc-id", vpc)

    def test_what_is_not_built_says_so(self):
        refused = self.aws("ssm", "describe-ops-items", code=255)
        self.assertIn("(NotImplemented) when calling the DescribeOpsItems operation", refused)


if __name__ == "__main__":
    unittest.main()
