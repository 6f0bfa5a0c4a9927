"""`DryRun` of every answered operation of EC2 that has it: whether it would be allowed, and nothing is done."""

import unittest

import ec2_operations
import leftovers
from angae import Server, refusal
from botocore.config import Config
from ec2_world import World

WOULD = (412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
#: Requests of which the model does not say what they need.
NEEDED = {
    "AssociateInstanceEventWindow": {"AssociationTarget": {"InstanceIds": ["i-00000000000000001"]}},
    "CreateDhcpOptions": {"DhcpConfigurations": [{"Key": "domain-name", "Values": ["a"]}]},
    "CreateFleet": {
        "LaunchTemplateConfigs": [{"LaunchTemplateSpecification": {"LaunchTemplateName": "node", "Version": "1"}}]
    },
    "CreateTags": {"Tags": [{"Key": "dry", "Value": "run"}]},
    "DisassociateInstanceEventWindow": {"AssociationTarget": {"InstanceIds": ["i-00000000000000001"]}},
    "ModifyInstanceCapacityReservationAttributes": {
        "CapacityReservationSpecification": {"CapacityReservationPreference": "none"}
    },
    "ModifyVpnTunnelOptions": {"TunnelOptions": {"DPDTimeoutSeconds": 40}},
    "SearchTransitGatewayRoutes": {"Filters": [{"Name": "state", "Values": ["active"]}]},
}


def known(value, found):
    """An id of each name that some list tells, so that what is asked for is there."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, str) and name.endswith("Id"):
            found[name] = inner
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        known(inner, found)
    return found


class DryRuns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--clock", "stepped:1767268800000")
        World(cls.server)
        cls.ec2 = cls.client(cls.server)
        cls.seen = leftovers.everything(cls.ec2)
        ids = known(cls.seen, {})
        cls.operations = {
            name: {**own.least(ids), **NEEDED.get(name, {}), "DryRun": True}
            for name, own in ec2_operations.answered(cls.server, cls.ec2).items()
            if "DryRun" in own.members
        }

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @staticmethod
    def client(server, **keys):
        return server.client("ec2", config=Config(parameter_validation=False), **keys)

    def said(self, client, name):
        call = ec2_operations.method(client, name)
        return refusal(lambda: call(**self.operations[name]))

    def test_each_says_that_it_would_have_succeeded_and_does_nothing(self):
        for name in self.operations:
            with self.subTest(operation=name):
                self.assertEqual(self.said(self.ec2, name), WOULD)
        seen = leftovers.everything(self.ec2)
        for name, answer in self.seen.items():
            with self.subTest(list=name):
                self.assertEqual(seen[name], answer)
        print(f"{len(self.operations)} operations ran dry")

    def test_each_says_who_may_not(self):
        server = Server("--iam", "enforce", "--bootstrap-key", "test:test")
        self.addCleanup(server.stop)
        iam = server.client("iam")
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        nobody = self.client(server, key=key["AccessKeyId"], secret=key["SecretAccessKey"])
        sentence = "You are not authorized to perform this operation."
        for name in self.operations:
            with self.subTest(operation=name):
                status, code, said = self.said(nobody, name)
                self.assertEqual((status, code, said[: len(sentence)]), (403, "UnauthorizedOperation", sentence))

    def test_what_a_request_lacks_is_said_before(self):
        said = refusal(lambda: self.ec2.create_subnet(CidrBlock="10.0.0.0/24", DryRun=True))
        self.assertEqual(said, (400, "MissingParameter", "The request must contain the parameter vpcId"))


if __name__ == "__main__":
    unittest.main()
