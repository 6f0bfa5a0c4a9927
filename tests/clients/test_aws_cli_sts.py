"""The AWS CLI with profiles that name a role, where policies are enforced."""

import base64
import hashlib
import hmac
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from issuer import Issuer
from server import Server

ACCOUNT = "000000000000"
#: The root user's key, id and secret.
ROOT = "test"


def policy(action, resource="*", **more):
    statement = {"Effect": "Allow", "Action": action, **more}
    if "Principal" not in more:
        statement["Resource"] = resource
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal=None, action="sts:AssumeRole", **condition):
    """A trust policy: the account's own users, unless another principal is given."""
    principal = principal or {"AWS": ACCOUNT}
    return policy(action, Principal=principal, **({"Condition": condition} if condition else {}))


def code(seed, at):
    """What a virtual device shows (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", int(at) // 30), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


class Profiles(unittest.TestCase):
    """Anna may assume roles and nothing else; roles may look at networks and nothing else."""

    def setUp(self):
        self.issuer = Issuer()
        self.addCleanup(self.issuer.stop)
        self.server = Server("--issuers", self.issuer.flag, "--iam", "enforce", "--bootstrap-key", f"{ROOT}:{ROOT}")
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
        self.write("config", "")
        root = f"[root]\naws_access_key_id={ROOT}\naws_secret_access_key={ROOT}\n"
        self.write("credentials", root)
        user = ("--user-name", "anna")
        self.aws("iam", "create-user", *user)
        may = policy("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/*")
        self.aws("iam", "put-user-policy", *user, "--policy-name", "assume", "--policy-document", may)
        key = self.aws("iam", "create-access-key", *user)["AccessKey"]
        anna = f"[anna]\naws_access_key_id={key['AccessKeyId']}\naws_secret_access_key={key['SecretAccessKey']}\n"
        self.write("credentials", root + anna)

    def write(self, name, text):
        with open(os.path.join(self.home, name), "w", encoding="utf-8") as file:
            file.write(text)
        return file.name

    def run_cli(self, *arguments, profile="root", typed=""):
        # In a session of its own the CLI has no terminal: it reads what it asks for from its input.
        command = ["aws", "--profile", profile, *arguments, "--output", "json"]
        return subprocess.run(command, capture_output=True, text=True, env=self.environment, input=typed, start_new_session=True)

    def aws(self, *arguments, **named):
        ended = self.run_cli(*arguments, **named)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return json.loads(ended.stdout) if ended.stdout.strip() else None

    def refused(self, *arguments, says, **named):
        ended = self.run_cli(*arguments, **named)
        self.assertNotEqual(ended.returncode, 0, ended.stdout)
        self.assertIn(says, ended.stderr)

    def role(self, document, may="ec2:DescribeVpcs", name="builder"):
        made = self.aws("iam", "create-role", "--role-name", name, "--assume-role-policy-document", document)["Role"]["Arn"]
        self.aws("iam", "put-role-policy", "--role-name", name, "--policy-name", "may", "--policy-document", policy(may))
        return made

    def works(self, profile, session, role="builder", **named):
        """The profile is the role's session, and may what the role may."""
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"
        self.assertEqual(self.aws("sts", "get-caller-identity", profile=profile, **named)["Arn"], arn)

    def test_source_profile_and_external_id(self):
        role = self.role(trust(StringEquals={"sts:ExternalId": "c-17"}))
        named = f"role_arn={role}\nsource_profile=anna\nrole_session_name=me\n"
        self.write("config", f"[profile work]\n{named}external_id=c-17\n[profile other]\n{named}external_id=c-18\n[profile none]\n{named}")
        self.works("work", "me")
        self.aws("ec2", "describe-vpcs", profile="work")
        session = f"User: arn:aws:sts::{ACCOUNT}:assumed-role/builder/me is not authorized to perform: "
        self.refused("iam", "list-users", profile="work", says=f"(AccessDenied) when calling the ListUsers operation: {session}iam:ListUsers")
        self.refused("ec2", "create-vpc", "--cidr-block", "10.0.0.0/16", profile="work", says=f"{session}ec2:CreateVpc")
        anna = f"User: arn:aws:iam::{ACCOUNT}:user/anna is not authorized to perform: sts:AssumeRole on resource: {role}"
        for profile in ("other", "none"):
            self.refused("ec2", "describe-vpcs", profile=profile, says=f"(AccessDenied) when calling the AssumeRole operation: {anna}")
        self.refused("ec2", "describe-vpcs", profile="anna", says="(UnauthorizedOperation)")

    def test_a_profile_whose_source_is_a_role(self):
        first = self.role(trust(), may="sts:AssumeRole")
        second = self.role(trust({"AWS": first}), name="second")
        self.write(
            "config",
            f"[profile first]\nrole_arn={first}\nsource_profile=anna\nrole_session_name=one\n"
            f"[profile second]\nrole_arn={second}\nsource_profile=first\nrole_session_name=two\n"
            f"[profile across]\nrole_arn={second}\nsource_profile=anna\nrole_session_name=other\n",
        )
        self.works("second", "two", role="second")
        self.refused("sts", "get-caller-identity", profile="across", says="is not authorized to perform: sts:AssumeRole")

    def test_a_device(self):
        role = self.role(trust(Bool={"aws:MultiFactorAuthPresent": "true"}))
        seed = os.path.join(self.home, "seed")
        make = ("iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "phone")
        serial = self.aws(*make, "--outfile", seed, "--bootstrap-method", "Base32StringSeed")["VirtualMFADevice"]["SerialNumber"]
        with open(seed, encoding="utf-8") as file:
            seed = file.read().strip()
        now = time.time()
        codes = ("--authentication-code1", code(seed, now - 30), "--authentication-code2", code(seed, now))
        self.aws("iam", "enable-mfa-device", "--user-name", "anna", "--serial-number", serial, *codes)
        named = f"role_arn={role}\nsource_profile=anna\nrole_session_name=me\n"
        self.write("config", f"[profile work]\n{named}mfa_serial={serial}\n[profile none]\n{named}")
        self.refused("sts", "get-caller-identity", profile="none", says="is not authorized to perform: sts:AssumeRole")
        wrong = "MultiFactorAuthentication failed with invalid MFA one time pass code"
        self.refused("sts", "get-caller-identity", profile="work", typed="000000\n", says=wrong)
        self.works("work", "me", typed=code(seed, now + 30) + "\n")
        # The CLI keeps the session: nobody is asked again.
        self.aws("ec2", "describe-vpcs", profile="work")

    def test_a_token_file(self):
        create = ("iam", "create-open-id-connect-provider", "--url", self.issuer.url, "--client-id-list", "sts.amazonaws.com")
        provider = self.aws(*create)["OpenIDConnectProviderArn"]
        name = provider.split("oidc-provider/")[1]
        role = self.role(
            trust({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", StringEquals={f"{name}:sub": "pod", f"{name}:aud": "sts.amazonaws.com"})
        )
        for profile, subject in (("pod", "pod"), ("stranger", "stranger")):
            token = self.write(f"token-{profile}", self.issuer.token(sub=subject))
            with open(os.path.join(self.home, "config"), "a", encoding="utf-8") as file:
                file.write(f"[profile {profile}]\nrole_arn={role}\nweb_identity_token_file={token}\nrole_session_name=pod\n")
        self.works("pod", "pod")
        self.aws("ec2", "describe-vpcs", profile="pod")
        self.refused("iam", "list-users", profile="pod", says="is not authorized to perform: iam:ListUsers")
        says = "(AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity"
        self.refused("sts", "get-caller-identity", profile="stranger", says=says)

    def test_a_process_that_gives_credentials(self):
        role = self.role(trust())
        script = self.write(
            "process.py",
            "import json, subprocess\n"
            f"ask = 'aws sts assume-role --profile anna --role-arn {role} --role-session-name process --output json'.split()\n"
            "given = json.loads(subprocess.run(ask, check=True, capture_output=True).stdout)['Credentials']\n"
            "print(json.dumps({'Version': 1, **given}))\n",
        )
        self.write("config", f"[profile by-process]\ncredential_process={sys.executable} {script}\n[profile anna]\n")
        self.works("by-process", "process")
        self.aws("ec2", "describe-vpcs", profile="by-process")
        self.refused("iam", "list-users", profile="by-process", says="is not authorized to perform: iam:ListUsers")

    def test_the_role_of_an_instance_assumes_another_one(self):
        role = self.role(trust())
        self.role(trust({"Service": "ec2.amazonaws.com"}), may="sts:AssumeRole", name="web")
        profile = ("--instance-profile-name", "web")
        self.aws("iam", "create-instance-profile", *profile)
        self.aws("iam", "add-role-to-instance-profile", *profile, "--role-name", "web")
        run = ("--image-id", "ami-03c3da4cfa8e8943a", "--instance-type", "t3.micro", "--iam-instance-profile", "Name=web")
        made = self.aws("ec2", "run-instances", *run)["Instances"][0]["InstanceId"]
        metadata = f"{self.server.endpoint}/_angae/instances/{made}/metadata"
        self.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata
        named = f"role_arn={role}\nrole_session_name=me\ncredential_source=Ec2InstanceMetadata\n"
        self.write("config", f"[profile machine]\n{named}")
        self.works("machine", "me")

    def test_temporary_keys_of_a_user(self):
        may = policy(["iam:ListUsers", "ec2:DescribeVpcs"])
        self.aws("iam", "put-user-policy", "--user-name", "anna", "--policy-name", "look", "--policy-document", may)
        self.aws("iam", "list-users", profile="anna")
        given = self.aws("sts", "get-session-token", profile="anna")["Credentials"]
        with open(os.path.join(self.home, "credentials"), "a", encoding="utf-8") as file:
            pairs = zip(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), ("AccessKeyId", "SecretAccessKey", "SessionToken"))
            file.write("[session]\n" + "".join(f"{name}={given[member]}\n" for name, member in pairs))
        self.aws("ec2", "describe-vpcs", profile="session")
        says = "(InvalidClientTokenId) when calling the ListUsers operation: The security token included in the request is invalid"
        self.refused("iam", "list-users", profile="session", says=says)
        says = "(AccessDenied) when calling the GetSessionToken operation: Cannot call GetSessionToken with session credentials"
        self.refused("sts", "get-session-token", profile="session", says=says)


if __name__ == "__main__":
    unittest.main()
