"""EC2 as Terraform's provider asks it, resource by resource: made, read twice alike, changed, taken down, gone."""

import unittest

import terraform_gateways  # noqa: F401  these register their resources
import terraform_machines  # noqa: F401
import terraform_network  # noqa: F401
import terraform_traffic  # noqa: F401
from angae import Server
from terraform import REPLAYS, ROWS, replay


class Terraform(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_every_row_has_a_replay(self):
        self.assertEqual(sorted(ROWS), sorted({resource.name for resource in REPLAYS}))


def life(resource):
    def test(self):
        replay(self, resource)

    return test


for one in REPLAYS:
    words = [one.name.replace(".", "_"), one.form]
    setattr(Terraform, "_".join(["test", *filter(None, words), "lives"]), life(one))


if __name__ == "__main__":
    unittest.main()
