"""The metadata service of instances: botocore's own fetchers, and what the AWS CLI finds by itself."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from unittest import mock

import boto3
import botocore.session
from angae import BINARY, CONFIG, Server, refusal
from botocore.credentials import InstanceMetadataProvider
from botocore.utils import IMDSRegionProvider, InstanceMetadataFetcher

ROOT = "000000000000"
IMAGE = "ami-03c3da4cfa8e8943a"
BEFORE = "AWS_EC2_METADATA_DISABLED AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE".split()


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


class Metadata(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--iam", "enforce", "--bootstrap-key", f"{ROOT}:{ROOT}")
        iam = cls.root("iam")
        trust = document(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")
        iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName="web", PolicyName="s3", PolicyDocument=document(Action="s3:*", Resource="*"))
        iam.create_instance_profile(InstanceProfileName="web")
        iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
        made = cls.root("ec2").run_instances(
            ImageId=IMAGE,
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            IamInstanceProfile={"Name": "web"},
            UserData="#!/bin/sh\necho hello\n",
        )
        cls.id = made["Instances"][0]["InstanceId"]

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @classmethod
    def root(cls, service):
        return cls.server.client(service, key=ROOT, secret=ROOT)

    def endpoint(self, *flags):
        """What `angae instance metadata` prints."""
        port = self.server.endpoint.rsplit(":", 1)[1]
        said = subprocess.run(
            [BINARY, "--port", port, "instance", "metadata", self.id, *flags], check=True, capture_output=True, text=True
        ).stdout
        lines = said.splitlines()
        self.assertEqual(lines[1].split(), ["unset", *BEFORE])
        return lines[0].removeprefix("export AWS_EC2_METADATA_SERVICE_ENDPOINT=")

    def both(self):
        """The service at the instance's own address, and below a path."""
        for flags in [(), ("--path",)]:
            endpoint = self.endpoint(*flags)
            with self.subTest(endpoint=endpoint):
                yield endpoint

    def test_botocore_finds_the_role_and_uses_it(self):
        for endpoint in self.both():
            fetcher = InstanceMetadataFetcher(config={"ec2_metadata_service_endpoint": endpoint})
            credentials = InstanceMetadataProvider(iam_role_fetcher=fetcher).load()
            self.assertEqual(credentials.method, "iam-role")
            session = botocore.session.Session()
            session._credentials = credentials
            session = boto3.Session(botocore_session=session, region_name="us-east-1")
            client = lambda service: session.client(service, endpoint_url=self.server.endpoint, config=CONFIG)
            arn = client("sts").get_caller_identity()["Arn"]
            self.assertEqual(arn, f"arn:aws:sts::000000000000:assumed-role/web/{self.id}")
            bucket = f"photos-{len(endpoint)}"
            client("s3").create_bucket(Bucket=bucket)
            client("s3").put_object(Bucket=bucket, Key="a", Body=b"x")
            self.assertEqual(refusal(client("ec2").describe_vpcs)[:2], (403, "UnauthorizedOperation"))
            region = IMDSRegionProvider(botocore.session.Session(), fetcher=None)
            with mock.patch.dict(os.environ, {"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint}):
                self.assertEqual(region.provide(), "us-east-1")

    def test_the_default_chain_finds_it(self):
        for endpoint in self.both():
            kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
            kept["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = endpoint
            with mock.patch.dict(os.environ, kept, clear=True):
                session = boto3.Session(region_name="us-east-1")
                sts = session.client("sts", endpoint_url=self.server.endpoint, config=CONFIG)
                self.assertIn("assumed-role/web/", sts.get_caller_identity()["Arn"])

    def ask(self, endpoint, path, method="GET", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"{endpoint}/latest/{path}", method=method, headers=names)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def test_signatures_verify_with_openssl(self):
        if not shutil.which("openssl"):
            self.skipTest("there is no openssl")
        endpoint = self.endpoint()
        token = self.ask(endpoint, "api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds="60").decode()
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.ask(endpoint, "meta-data/")
        self.assertEqual(refused.exception.code, 401)
        get = lambda name: self.ask(endpoint, f"dynamic/instance-identity/{name}", X_aws_ec2_metadata_token=token)
        own = get("document")
        self.assertEqual(json.loads(own)["instanceId"], self.id)
        with tempfile.TemporaryDirectory() as folder:
            file = lambda name: os.path.join(folder, name)

            def write(name, content):
                with open(file(name), "wb") as target:
                    target.write(content)

            certificate = urllib.request.urlopen(f"{self.server.endpoint}/_angae/instance-identity/certificate").read()
            write("certificate", certificate)
            for name in ["pkcs7", "rsa2048"]:
                write(name, b"-----BEGIN PKCS7-----\n" + get(name) + b"\n-----END PKCS7-----\n")
                arguments = ["-in", file(name), "-inform", "PEM", "-certfile", file("certificate"), "-noverify"]
                verified = subprocess.run(["openssl", "smime", "-verify", *arguments], capture_output=True)
                self.assertEqual((verified.returncode, verified.stdout), (0, own), verified.stderr)
            write("document", own)
            write("signature", base64.b64decode(get("signature")))
            key = subprocess.run(["openssl", "x509", "-in", file("certificate"), "-noout", "-pubkey"], capture_output=True)
            write("key", key.stdout)
            check = ["openssl", "dgst", "-sha256", "-verify", file("key"), "-signature", file("signature"), file("document")]
            subprocess.run(check, check=True, capture_output=True)


if __name__ == "__main__":
    unittest.main()
