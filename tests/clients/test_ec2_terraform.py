"""EC2 as Terraform's provider asks it, resource by resource: made, read twice alike, changed, taken down, gone."""

import unittest
import unittest.mock

import terraform_gateways  # noqa: F401  these register their resources
import terraform_machines  # noqa: F401
import terraform_network  # noqa: F401
import terraform_traffic  # noqa: F401
from angae import Server
from grounds import Ground
from terraform import REPLAYS, ROWS, replay

#: Seconds after which what a call began is over, but for some.
ENOUGH = 600
LONG = {"ModifySnapshotTier": 24 * 3600}


class AtOnce(unittest.TestCase):
    FLAGS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1", *cls.FLAGS)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()


class InSteppedTime(AtOnce):
    """States take AWS's time, which passes after each call that is more than a look."""

    FLAGS = ("--pace", "real", "--clock", "stepped")

    def setUp(self):
        passing = unittest.mock.patch.object(Ground, "called", lambda _, operation: self.passes(operation))
        passing.start()
        self.addCleanup(passing.stop)

    def passes(self, operation):
        if operation.startswith("Describe"):
            return
        # In two steps: what begins within the first is over after the second.
        for _ in range(2):
            self.server.advance(LONG.get(operation, ENOUGH))


class Table(unittest.TestCase):
    def test_every_row_has_a_replay(self):
        self.assertEqual(sorted(ROWS), sorted({resource.name for resource in REPLAYS}))


def life(resource):
    def test(self):
        replay(self, resource)

    return test


for one in REPLAYS:
    words = [one.name.replace(".", "_"), one.form]
    setattr(AtOnce, "_".join(["test", *filter(None, words), "lives"]), life(one))


if __name__ == "__main__":
    unittest.main()
