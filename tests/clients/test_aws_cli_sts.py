"""The AWS CLI with profiles that name a role."""

import base64
import hashlib
import hmac
import json
import os
import struct
import subprocess
import tempfile
import time
import unittest

from issuer import Issuer
from server import Server

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})


def code(seed, at):
    """What a virtual device shows (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", int(at) // 30), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


class Profiles(unittest.TestCase):
    def setUp(self):
        self.issuer = Issuer()
        self.addCleanup(self.issuer.stop)
        self.server = Server("--issuers", self.issuer.flag)
        self.addCleanup(self.server.stop)
        home = tempfile.TemporaryDirectory(prefix="angae-home-")
        self.addCleanup(home.cleanup)
        self.home = home.name
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment = {
            **own,
            "HOME": self.home,
            "PATH": os.environ["ANGAE_PYTHON_BIN"] + os.pathsep + os.environ["PATH"],
            "AWS_CONFIG_FILE": os.path.join(self.home, "config"),
            "AWS_SHARED_CREDENTIALS_FILE": os.path.join(self.home, "credentials"),
            "AWS_ENDPOINT_URL": self.server.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }
        self.write("credentials", "[base]\naws_access_key_id=test\naws_secret_access_key=test\n")
        self.write("config", "")
        self.role = self.aws("iam", "create-role", "--role-name", "builder", "--assume-role-policy-document", TRUST)["Role"]["Arn"]

    def write(self, name, text):
        with open(os.path.join(self.home, name), "w", encoding="utf-8") as file:
            file.write(text)
        return file.name

    def run_cli(self, *arguments, profile="base", typed=""):
        # In a session of its own the CLI has no terminal: it reads what it asks for from its input.
        command = ["aws", "--profile", profile, *arguments, "--output", "json"]
        return subprocess.run(command, capture_output=True, text=True, env=self.environment, input=typed, start_new_session=True)

    def aws(self, *arguments, **named):
        ended = self.run_cli(*arguments, **named)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return json.loads(ended.stdout) if ended.stdout.strip() else None

    def test_source_profile_and_external_id(self):
        self.write("config", f"[profile work]\nrole_arn={self.role}\nsource_profile=base\nexternal_id=c-17\nrole_session_name=me\n")
        who = self.aws("sts", "get-caller-identity", profile="work")
        self.assertEqual(who["Arn"], "arn:aws:sts::000000000000:assumed-role/builder/me")

    def test_a_device(self):
        self.aws("iam", "create-user", "--user-name", "anna")
        key = self.aws("iam", "create-access-key", "--user-name", "anna")["AccessKey"]
        seed = os.path.join(self.home, "seed")
        make = ("iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "phone")
        serial = self.aws(*make, "--outfile", seed, "--bootstrap-method", "Base32StringSeed")["VirtualMFADevice"]["SerialNumber"]
        with open(seed, encoding="utf-8") as file:
            seed = file.read().strip()
        now = time.time()
        codes = ("--authentication-code1", code(seed, now - 30), "--authentication-code2", code(seed, now))
        self.aws("iam", "enable-mfa-device", "--user-name", "anna", "--serial-number", serial, *codes)
        self.write("credentials", f"[anna]\naws_access_key_id={key['AccessKeyId']}\naws_secret_access_key={key['SecretAccessKey']}\n")
        self.write("config", f"[profile work]\nrole_arn={self.role}\nsource_profile=anna\nmfa_serial={serial}\nrole_session_name=me\n")
        wrong = self.run_cli("sts", "get-caller-identity", profile="work", typed="000000\n")
        self.assertIn("MultiFactorAuthentication failed with invalid MFA one time pass code", wrong.stderr)
        who = self.aws("sts", "get-caller-identity", profile="work", typed=code(seed, now + 30) + "\n")
        self.assertEqual(who["Arn"], "arn:aws:sts::000000000000:assumed-role/builder/me")

    def test_a_token_file(self):
        create = ("iam", "create-open-id-connect-provider", "--url", self.issuer.url, "--client-id-list", "sts.amazonaws.com")
        self.aws(*create)
        token = self.write("token", self.issuer.token())
        self.write("config", f"[profile pod]\nrole_arn={self.role}\nweb_identity_token_file={token}\nrole_session_name=pod\n")
        who = self.aws("sts", "get-caller-identity", profile="pod")
        self.assertEqual(who["Arn"], "arn:aws:sts::000000000000:assumed-role/builder/pod")


if __name__ == "__main__":
    unittest.main()
