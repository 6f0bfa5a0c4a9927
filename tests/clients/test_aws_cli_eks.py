"""The AWS CLI and a cluster: kubeconfig, token, and what STS says of it."""

import base64
import json
import os
import subprocess
import tempfile
import unittest
import urllib.request

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

    def test_a_cluster_is_entered(self):
        ask = lambda *arguments: self.aws(*arguments, "--output", "text").strip()
        trust = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        role = ask("iam", "create-role", "--role-name", "r", "--assume-role-policy-document", document, "--query", "Role.Arn")
        zones = "Name=availability-zone-id,Values=use1-az1,use1-az2"
        subnets = ask("ec2", "describe-subnets", "--filters", zones, "--query", "Subnets[].SubnetId").split()
        network = "subnetIds=" + ",".join(subnets)
        ask("eks", "create-cluster", "--name", "one", "--role-arn", role, "--resources-vpc-config", network)
        ask("eks", "wait", "cluster-active", "--name", "one")
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "config")
            self.aws("eks", "update-kubeconfig", "--name", "one", "--kubeconfig", file)
            with open(file) as written:
                text = written.read()
        described = json.loads(self.aws("eks", "describe-cluster", "--name", "one", "--output", "json"))["cluster"]
        for part in (described["endpoint"], described["arn"], described["certificateAuthority"]["data"], "get-token"):
            self.assertIn(part, text)
        told = json.loads(self.aws("eks", "get-token", "--cluster-name", "one"))
        self.assertEqual(told["kind"], "ExecCredential")
        token = told["status"]["token"].removeprefix("k8s-aws-v1.")
        url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        self.assertTrue(url.startswith(self.server.endpoint), url)
        with urllib.request.urlopen(urllib.request.Request(url, headers={"x-k8s-aws-id": "one"})) as answer:
            self.assertIn(b"arn:aws:iam::000000000000:root", answer.read())
        refused = self.aws("eks", "update-kubeconfig", "--name", "none", code=255)
        self.assertIn("No cluster found for name: none.", refused)


if __name__ == "__main__":
    unittest.main()
