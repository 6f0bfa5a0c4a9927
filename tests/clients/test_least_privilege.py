"""Least privilege on real work: what `angae iam audit` writes of one run is enough for the next, and all of it is needed.

The flows are tests of the scripts beside this one, each run by a user of its own: once while policies are only watched,
once under the policy that the audit wrote of it, and, for each action of all those policies, once without that action.
"""

import json
import random
import subprocess
import types
import unittest
import urllib.request
import uuid
from unittest import mock

import test_ec2
import test_ec2_compute
import test_ec2_endpoints
import test_ec2_images
import test_ec2_interfaces
import test_ec2_volumes
import test_s3
import test_s3_checksums
import test_s3_configuration
import test_s3_objects
import test_s3_plane
import test_s3_terraform
import test_s3_transfer
import test_s3_web
from angae import BINARY, Server

ROOT = "test"
MODULES = (
    test_ec2,
    test_ec2_compute,
    test_ec2_endpoints,
    test_ec2_images,
    test_ec2_interfaces,
    test_ec2_volumes,
    test_s3,
    test_s3_checksums,
    test_s3_configuration,
    test_s3_objects,
    test_s3_plane,
    test_s3_terraform,
    test_s3_transfer,
    test_s3_web,
)
APART = {
    # It compares two servers as they begin, and these have begun.
    "test_ec2_compute.Seeds.test_a_seed_makes_the_same_keys_again",
    # It names a snapshot of another Region, which the audit knows by its id alone.
    "test_ec2_volumes.Volumes.test_aws_ebs_snapshot_copy_crosses_regions",
    # They want refusals, and have them whatever is allowed.
    "test_ec2_volumes.Volumes.test_waiters_fail_on_what_is_not_there",
    "test_s3_web.AccessPoints.test_what_cannot_be_is_refused",
    # The access point has another alias in each run, and is written through by it.
    "test_s3_web.AccessPoints.test_an_access_point_from_birth_to_death",
}
#: How the APIs say that a policy does not allow something; the answers to HEAD have no code but their status.
DENIED = {"AccessDenied", "UnauthorizedOperation", "403"}
#: Characters of a managed policy at the most, white space not counted.
MOST_CHARACTERS = 6144


class Site:
    """A server whose policies are watched or enforced, with the flags that a flow wants."""

    def __init__(self, *flags):
        self.server = Server("--iam", "audit", "--bootstrap-key", f"{ROOT}:{ROOT}", *flags)
        self.iam = self.server.client("iam", key=ROOT, secret=ROOT)

    def page(self, target, method="GET", body=None):
        request = urllib.request.Request(self.server.endpoint + target, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def mode(self, mode):
        self.page("/_angae/iam/mode", "PUT", {"mode": mode})

    def clean(self):
        """Takes away what flows have made; users and policies stay."""
        for service in ("compute", "ebs", "s3", "vpc"):
            self.page(f"/_angae/reset?service={service}", "POST")

    def audit(self):
        """By principal, as the command prints it."""
        port = self.server.endpoint.rsplit(":", 1)[1]
        command = [BINARY, "iam", "audit", "--json", "--port", port]
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return {principal["principal"]: principal for principal in told["principals"]}

    def denied(self, caller):
        """The actions that policies denied of late to a caller, by the ids of the denials."""
        told = json.loads(self.page("/_angae/iam/decisions?newest=1000"))["decisions"]
        own = (one for one in told if one["caller"] == caller and one["decision"] != "refusedByService")
        return {decision["id"]: decision["action"] for decision in own}


class Borrowed:
    """The server as a flow sees it: the flow's user signs. What only the owner of a server may do is not offered."""

    def __init__(self, site, flow):
        self.site, self.flow = site, flow
        self.folder = site.server.folder
        self.advance, self.now = site.server.advance, site.server.now

    def client(self, service, key=None, *secret, **more):
        if key is not None or secret:
            raise unittest.SkipTest("its callers are several")
        client = self.site.server.client(service, key=self.flow.key, secret=self.flow.secret, **more)
        client.meta.events.register("after-call", self.flow.hear)
        return client

    def stop(self):
        pass

    def kill(self):
        raise unittest.SkipTest("it ends the server, and with it the audit")

    @property
    def endpoint(self):
        raise unittest.SkipTest("it calls without signing")


class Flow:
    """One test of another script, and the user that runs it."""

    def __init__(self, sites, module, test):
        self.sites, self.module, self.test, self.name = sites, module, test, test.id()
        self.key = self.policy = None
        self.refusals = []

    def hear(self, parsed, **_):
        for error in (parsed.get("Error"), *parsed.get("Errors", ())):
            if error and error.get("Code") in DENIED:
                self.refusals.append(error.get("Message", ""))

    def borrow(self, *flags):
        """In the place of a server of its own, the one with those flags, emptied."""
        if "--iam" in flags:
            raise unittest.SkipTest("it decides itself what is enforced")
        if "--deliver" in flags:
            raise unittest.SkipTest("it delivers to a place that only one run has")
        if flags not in self.sites:
            self.sites[flags] = Site(*flags)
        self.site = self.sites[flags]
        if self.key is None:
            self.make_user()
        self.site.clean()
        return Borrowed(self.site, self)

    def make_user(self):
        iam, user = self.site.iam, self.name.replace("test_", "").replace(".", "-")[-60:]
        self.user = {"UserName": user}
        self.arn = iam.create_user(**self.user)["User"]["Arn"]
        key = iam.create_access_key(**self.user)["AccessKey"]
        self.key, self.secret = key["AccessKeyId"], key["SecretAccessKey"]

    def allow(self, policy):
        """Lets the user do what a policy says, and nothing else."""
        text = json.dumps(policy, separators=(",", ":"))
        if self.policy is None:
            self.policy = self.site.iam.create_policy(PolicyName=self.user["UserName"], PolicyDocument=text)["Policy"]["Arn"]
            self.site.iam.attach_user_policy(PolicyArn=self.policy, **self.user)
            self.version = "v1"
            return
        made = self.site.iam.create_policy_version(PolicyArn=self.policy, PolicyDocument=text, SetAsDefault=True)
        self.site.iam.delete_policy_version(PolicyArn=self.policy, VersionId=self.version)
        self.version = made["PolicyVersion"]["VersionId"]

    def run(self):
        """What came of the test, its class's own preparations included."""
        self.refusals.clear()
        again = type(self.test)(self.test._testMethodName)
        result = unittest.TestResult()
        # What has a name by chance has the same one in each run: policies name it.
        chance = random.Random(self.name)
        unique = types.SimpleNamespace(uuid4=lambda: uuid.UUID(int=chance.getrandbits(128), version=4))
        named = mock.patch.object(self.module, "uuid", unique, create=True)
        with named, mock.patch.object(self.module, "Server", self.borrow):
            unittest.TestSuite([again]).run(result)
        return result


def flows_of(sites, module):
    suites = [unittest.defaultTestLoader.loadTestsFromModule(module)]
    while suites:
        one = suites.pop(0)
        if not isinstance(one, unittest.TestCase):
            suites.extend(one)
        elif one.id() not in APART:
            yield Flow(sites, module, one)


def without(policy, action):
    """The policy without an action; statements that name no other go."""
    left = []
    for statement in policy["Statement"]:
        actions = [one for one in statement["Action"] if one != action]
        if actions:
            left.append({**statement, "Action": actions})
    return {**policy, "Statement": left}


def trouble(result):
    return "\n".join(text for _, text in (*result.errors, *result.failures))


class LeastPrivilege(unittest.TestCase):
    def test_the_audit_of_one_run_is_what_the_next_one_needs(self):
        sites = {}
        self.addCleanup(lambda: [site.server.stop() for site in sites.values()])
        flows = []
        for flow in (flow for module in MODULES for flow in flows_of(sites, module)):
            ran = flow.run()
            self.assertTrue(ran.wasSuccessful(), f"{flow.name}: {trouble(ran)}")
            if not ran.skipped:
                flows.append(flow)
        # A change here that leaves little to look at is to be seen.
        self.assertGreater(len(flows), 75, [flow.name for flow in flows])

        for site in sites.values():
            audited = site.audit()
            for flow in (flow for flow in flows if flow.site is site):
                flow.least = audited[flow.arn]["policy"]
                flow.actions = {action for statement in flow.least["Statement"] for action in statement["Action"]}
            site.mode("enforce")
        for flow in flows:
            size = len("".join(json.dumps(flow.least).split()))
            self.assertLessEqual(size, MOST_CHARACTERS, flow.name)
            with self.subTest(flow=flow.name):
                denied = flow.run()
                self.assertFalse(denied.wasSuccessful(), "nothing is allowed, and it ran")
                flow.allow(flow.least)
                ran = flow.run()
                self.assertTrue(ran.wasSuccessful(), f"{flow.refusals} {trouble(ran)}")

        actions = {action for flow in flows for action in flow.actions}
        self.assertGreater(len(actions), 140)
        for action in sorted(actions):
            with self.subTest(action=action):
                # Those with few other actions get there soonest.
                users = sorted((flow for flow in flows if action in flow.actions), key=lambda flow: len(flow.actions))
                self.assertTrue(any(self.fails_by(flow, action) for flow in users), "every flow ran without it")

    def fails_by(self, flow, action):
        """Whether a flow fails without an action. Either way it has to be refused, by its name."""
        before = flow.site.denied(flow.arn).keys()
        flow.allow(without(flow.least, action))
        ran = flow.run()
        flow.allow(flow.least)
        denied = flow.site.denied(flow.arn)
        self.assertEqual({denied[id] for id in denied.keys() - before}, {action}, trouble(ran))
        if ran.wasSuccessful():
            # boto3 gives parts back on its own account, and goes on where it may not.
            return False
        # What heads answer and what goes by a presigned URL names nothing.
        named = [text for text in flow.refusals if "no identity-based policy" in text]
        self.assertTrue(all(f"perform: {action} on" in text for text in named), named)
        return True


if __name__ == "__main__":
    unittest.main()
