"""STS through boto3, where policies are enforced: the credential providers that programs use, as they find their settings."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import struct
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from unittest import mock

import boto3
import botocore.credentials
import botocore.session
from angae import CONFIG, Server, refusal
from botocore.awsrequest import AWSRequest
from botocore.auth import SigV4QueryAuth
from issuer import Issuer, encode

ACCOUNT = "000000000000"
#: The root user's key, id and secret.
ROOT = "test"
CREDENTIALS = "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE".split()
BUILDER = "arn:aws:sts::000000000000:assumed-role/builder/"


def code(seed, at):
    """What a virtual device shows (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", int(at) // 30), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1000000:06}"


def policy(action, resource="*", **more):
    statement = {"Effect": "Allow", "Action": action, **more}
    if "Principal" not in more:
        statement["Resource"] = resource
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal=None, action="sts:AssumeRole", **condition):
    """A trust policy: the account's own users, unless another principal is given."""
    principal = principal or {"AWS": ACCOUNT}
    return policy(action, Principal=principal, **({"Condition": condition} if condition else {}))


class Providers(unittest.TestCase):
    """Anna may assume roles, the role may look at networks, and neither may do anything else."""

    FLAGS = ()

    def setUp(self):
        self.issuer = Issuer()
        self.addCleanup(self.issuer.stop)
        enforce = ("--iam", "enforce", "--bootstrap-key", f"{ROOT}:{ROOT}")
        self.server = Server("--issuers", self.issuer.flag, *enforce, *self.FLAGS)
        self.addCleanup(self.server.stop)
        self.iam = self.server.client("iam")
        self.role = self.iam.create_role(RoleName="builder", AssumeRolePolicyDocument=trust())["Role"]["Arn"]
        self.iam.put_role_policy(RoleName="builder", PolicyName="may", PolicyDocument=policy("ec2:DescribeVpcs"))
        self.iam.create_user(UserName="anna")
        self.iam.put_user_policy(UserName="anna", PolicyName="may", PolicyDocument=policy("sts:AssumeRole", self.role))
        self.key = self.iam.create_access_key(UserName="anna")["AccessKey"]
        folder = tempfile.TemporaryDirectory(prefix="angae-sts-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def own(self, service, given=None):
        """A client of Anna's, or of credentials that STS gave."""
        given = given or self.key
        return self.server.client(service, given["AccessKeyId"], given["SecretAccessKey"], given.get("SessionToken"))

    def trust(self, document):
        self.iam.update_assume_role_policy(RoleName="builder", PolicyDocument=document)

    def path(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def profiles(self, text):
        """A session of botocore with these profiles and nothing of the user's own."""
        variables = {name: value for name, value in os.environ.items() if name not in CREDENTIALS}
        variables["AWS_CONFIG_FILE"] = self.path("config", text)
        pair = f"[anna]\naws_access_key_id={self.key['AccessKeyId']}\naws_secret_access_key={self.key['SecretAccessKey']}\n"
        variables["AWS_SHARED_CREDENTIALS_FILE"] = self.path("credentials", pair)
        variables["AWS_ENDPOINT_URL"] = self.server.endpoint
        variables["AWS_DEFAULT_REGION"] = "us-east-1"
        variables["AWS_EC2_METADATA_DISABLED"] = "true"
        patched = mock.patch.dict(os.environ, variables, clear=True)
        patched.start()
        self.addCleanup(patched.stop)

    def who(self, session):
        return session.client("sts", region_name="us-east-1", config=CONFIG).get_caller_identity()["Arn"]

    def trust_issuer(self):
        """The role is assumed with tokens of this issuer whose subject is `pod`."""
        made = self.iam.create_open_id_connect_provider(Url=self.issuer.url, ClientIDList=["sts.amazonaws.com"])
        name = self.issuer.url.removeprefix("https://")
        principal = {"Federated": made["OpenIDConnectProviderArn"]}
        self.trust(trust(principal, "sts:AssumeRoleWithWebIdentity", StringEquals={f"{name}:sub": "pod"}))

    def may_what_the_role_may(self, session):
        ec2, iam = (session.client(service, region_name="us-east-1", config=CONFIG) for service in ("ec2", "iam"))
        ec2.describe_vpcs()
        self.assertEqual(refusal(iam.list_users)[:2], (403, "AccessDenied"))


class Profiles(Providers):
    def test_a_role_by_its_profile(self):
        self.trust(trust(StringEquals={"sts:ExternalId": "c-17"}))
        named = f"role_arn={self.role}\nsource_profile=anna\nrole_session_name=me\nduration_seconds=900\n"
        self.profiles(f"[profile work]\n{named}external_id=c-17\n[profile other]\n{named}external_id=c-18\n")
        session = boto3.Session(profile_name="work")
        self.assertEqual(self.who(session), BUILDER + "me")
        self.may_what_the_role_may(session)
        said = refusal(lambda: self.who(boto3.Session(profile_name="other")))
        sentence = f"User: arn:aws:iam::{ACCOUNT}:user/anna is not authorized to perform: sts:AssumeRole on resource: {self.role}"
        self.assertEqual((said[:2], said[2][: len(sentence)]), ((403, "AccessDenied"), sentence))

    def test_a_profile_whose_source_is_a_role(self):
        made = self.iam.create_role(RoleName="second", AssumeRolePolicyDocument=trust({"AWS": self.role}))["Role"]["Arn"]
        self.profiles(
            f"[profile work]\nrole_arn={self.role}\nsource_profile=anna\nrole_session_name=me\n"
            f"[profile chained]\nrole_arn={made}\nsource_profile=work\nrole_session_name=again\n"
            f"[profile across]\nrole_arn={made}\nsource_profile=anna\nrole_session_name=again\n"
        )
        self.assertEqual(self.who(boto3.Session(profile_name="chained")), f"arn:aws:sts::{ACCOUNT}:assumed-role/second/again")
        self.assertEqual(refusal(lambda: self.who(boto3.Session(profile_name="across")))[:2], (403, "AccessDenied"))

    def device(self):
        """Anna's, and what it shows some steps of 30 seconds from now."""
        made = self.iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
        seed, now = made["Base32StringSeed"].decode(), time.time()
        shown = lambda steps: code(seed, now + 30 * steps)
        codes = {"AuthenticationCode1": shown(-1), "AuthenticationCode2": shown(0)}
        self.iam.enable_mfa_device(UserName="anna", SerialNumber=made["SerialNumber"], **codes)
        return made["SerialNumber"], shown

    def test_a_device_by_its_profile(self):
        self.trust(trust(Bool={"aws:MultiFactorAuthPresent": "true"}))
        serial, shown = self.device()
        named = f"role_arn={self.role}\nsource_profile=anna\nrole_session_name=me\n"
        self.profiles(f"[profile work]\n{named}mfa_serial={serial}\n[profile none]\n{named}")
        self.assertEqual(refusal(lambda: self.who(boto3.Session(profile_name="none")))[:2], (403, "AccessDenied"))
        for typed, good in (("000000", False), (shown(1), True)):
            session = botocore.session.Session(profile="work")
            provider = session.get_component("credential_provider").get_provider("assume-role")
            provider._prompter = lambda _, typed=typed: typed
            ask = lambda session=session: self.who(boto3.Session(botocore_session=session))
            if good:
                self.assertEqual(ask(), BUILDER + "me")
            else:
                self.assertEqual(refusal(ask)[:2], (403, "AccessDenied"))

    def test_temporary_keys_of_a_user_open_iam_with_a_device_only(self):
        self.iam.put_user_policy(UserName="anna", PolicyName="look", PolicyDocument=policy(["iam:ListUsers", "ec2:DescribeVpcs", "sts:GetFederationToken"]))
        serial, shown = self.device()
        sts = self.own("sts")
        plain = sts.get_session_token()["Credentials"]
        with_device = sts.get_session_token(SerialNumber=serial, TokenCode=shown(1))["Credentials"]
        federated = sts.get_federation_token(Name="bob", Policy=policy("*"))["Credentials"]
        for given, opens in ((self.key, True), (plain, False), (with_device, True), (federated, False)):
            self.own("ec2", given).describe_vpcs()
            self.own("sts", given).get_caller_identity()
            users = self.own("iam", given).list_users
            if opens:
                self.assertEqual([user["UserName"] for user in users()["Users"]], ["anna"])
            else:
                said = (403, "InvalidClientTokenId", "The security token included in the request is invalid")
                self.assertEqual(refusal(users), said)
        assume = {"RoleArn": self.role, "RoleSessionName": "me"}
        role = self.own("sts", plain).assume_role(**assume)["Credentials"]
        for given, operation, arguments in (
            (plain, "GetSessionToken", {}),
            (plain, "GetFederationToken", {"Name": "bob"}),
            (with_device, "GetAccessKeyInfo", {"AccessKeyId": self.key["AccessKeyId"]}),
            (federated, "AssumeRole", assume),
            (federated, "GetSessionToken", {}),
            (role, "GetSessionToken", {}),
            (role, "GetFederationToken", {"Name": "bob"}),
        ):
            call = getattr(self.own("sts", given), botocore.xform_name(operation))
            sentence = f"Cannot call {operation} with session credentials"
            self.assertEqual(refusal(lambda: call(**arguments)), (403, "AccessDenied", sentence))

    def test_a_process_that_gives_credentials(self):
        script = self.path(
            "process.py",
            "import json, boto3\n"
            f"sts = boto3.client('sts', endpoint_url='{self.server.endpoint}', region_name='us-east-1', "
            f"aws_access_key_id='{self.key['AccessKeyId']}', aws_secret_access_key='{self.key['SecretAccessKey']}')\n"
            f"own = sts.assume_role(RoleArn='{self.role}', RoleSessionName='process')['Credentials']\n"
            "own['Expiration'] = own['Expiration'].isoformat()\n"
            "print(json.dumps({'Version': 1, **own}))\n",
        )
        self.profiles(f"[profile work]\ncredential_process={sys.executable} {script}\n")
        session = boto3.Session(profile_name="work")
        self.assertEqual(self.who(session), BUILDER + "process")
        self.may_what_the_role_may(session)


class WebIdentity(Providers):
    def exchange(self, token):
        sts = self.server.client("sts")
        return sts.assume_role_with_web_identity(RoleArn=self.role, RoleSessionName="pod", WebIdentityToken=token)

    def test_a_token_file(self):
        self.trust_issuer()
        token = self.path("token", self.issuer.token())
        self.profiles("")
        variables = {"AWS_ROLE_ARN": self.role, "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_SESSION_NAME": "pod"}
        with mock.patch.dict(os.environ, variables):
            session = boto3.Session()
            self.assertEqual(self.who(session), BUILDER + "pod")
            self.may_what_the_role_may(session)
        said = refusal(lambda: self.exchange(self.issuer.token(sub="stranger")))
        self.assertEqual(said, (403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"))
        # Keys are fetched once and kept.
        self.exchange(self.issuer.token())
        self.assertEqual(self.issuer.asked, ["/.well-known/openid-configuration", "/keys"])

    def test_nothing_is_asked_of_an_issuer_that_is_not_registered(self):
        said = refusal(lambda: self.exchange(self.issuer.token()))
        self.assertEqual(said, (400, "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {self.issuer.url}"))
        self.assertEqual(self.issuer.asked, [])

    def test_forged_tokens(self):
        self.trust_issuer()
        good = self.issuer.token()
        signed, signature = good.rsplit(".", 1)
        cut = encode(base64.urlsafe_b64decode(signature + "==")[:-1])
        no_key = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
        for token, code_, sentence in (
            (self.issuer.token({"alg": "none"}), "InvalidIdentityToken", no_key),
            (self.issuer.token({"kid": "k2"}), "InvalidIdentityToken", no_key),
            (self.issuer.token(aud="else"), "InvalidIdentityToken", "Incorrect token audience"),
            (self.issuer.token(sub=None), "InvalidIdentityToken", "Missing a required claim: sub"),
            (f"{signed}.{cut}", "InvalidIdentityToken", "Token signature invalid"),
            (self.issuer.token(exp=int(time.time()) - 1), "ExpiredTokenException", None),
            (self.issuer.token(nbf=int(time.time()) + 3000), "InvalidIdentityToken", "Token is not valid yet"),
        ):
            said = refusal(lambda: self.exchange(token))
            self.assertEqual(said[:2], (400, code_), said)
            if sentence:
                self.assertEqual(said[2], sentence)
        self.exchange(good)

    def test_an_issuer_that_says_it_is_another(self):
        self.trust_issuer()
        for document in (
            {"issuer": "https://other.test", "jwks_uri": self.issuer.url + "/keys"},
            {"issuer": self.issuer.url, "jwks_uri": "http://issuer.test/team/keys"},
            {"issuer": self.issuer.url},
        ):
            self.issuer.document = document
            self.assertEqual(refusal(lambda: self.exchange(self.issuer.token()))[1], "InvalidIdentityToken", document)

    def test_a_key_that_came_later_is_found(self):
        self.trust_issuer()
        late = self.issuer.keys["keys"].pop()
        self.assertEqual(refusal(lambda: self.exchange(self.issuer.token()))[1], "InvalidIdentityToken")
        self.issuer.keys["keys"].append(late)
        # Whoever changes the provider has its keys fetched anew.
        arn = self.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"][0]["Arn"]
        self.iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["ab" * 20])
        self.exchange(self.issuer.token())


class Kubernetes(Providers):
    def test_a_presigned_request_tells_who_is_calling(self):
        key = self.key
        keys = botocore.credentials.Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        url = self.server.endpoint + "/?Action=GetCallerIdentity&Version=2011-06-15"
        request = AWSRequest(method="GET", url=url, headers={"x-k8s-aws-id": "cluster"})
        SigV4QueryAuth(keys, "sts", "us-east-1", expires=60).add_auth(request)
        headers = {"x-k8s-aws-id": "cluster", "accept": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(request.url, headers=headers)) as answer:
            told = json.load(answer)["GetCallerIdentityResponse"]["GetCallerIdentityResult"]
        self.assertEqual(told["Arn"], "arn:aws:iam::000000000000:user/anna")
        headers["x-k8s-aws-id"] = "another"
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(request.url, headers=headers))
        self.assertEqual(refused.exception.code, 403)
        refused.exception.close()


class Expiry(Providers):
    FLAGS = ("--clock", "stepped")

    def test_a_session_is_refreshed_when_it_ends(self):
        self.profiles(f"[profile work]\nrole_arn={self.role}\nsource_profile=anna\nrole_session_name=me\nduration_seconds=3600\n")
        with mock.patch.object(botocore.credentials, "_local_now", lambda: self.server.now()):
            session = boto3.Session(profile_name="work")
            sts = session.client("sts", region_name="us-east-1", config=CONFIG)
            self.assertEqual(sts.get_caller_identity()["Arn"], BUILDER + "me")
            first = session.get_credentials().get_frozen_credentials()
            old = self.server.client("sts", key=first.access_key, secret=first.secret_key, token=first.token)
            self.server.advance(3599)
            old.get_caller_identity()
            self.server.advance(1)
            self.assertEqual(refusal(old.get_caller_identity)[:2], (403, "ExpiredToken"))
            self.assertEqual(sts.get_caller_identity()["Arn"], BUILDER + "me")
            self.assertNotEqual(session.get_credentials().get_frozen_credentials().access_key, first.access_key)

    def test_what_is_answered_is_when_it_ends(self):
        sts = self.own("sts")
        ends = sts.assume_role(RoleArn=self.role, RoleSessionName="s1", DurationSeconds=900)["Credentials"]["Expiration"]
        self.assertLess(abs(ends - self.server.now() - datetime.timedelta(seconds=900)), datetime.timedelta(seconds=1))


if __name__ == "__main__":
    unittest.main()
