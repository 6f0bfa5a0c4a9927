"""A network of three zones, and load balancers, kept by Ansible's collections of AWS's: made, kept as they are, and taken
down to nothing."""

import json
import os
import pathlib
import subprocess
import unittest

import leftovers
from server import Server

FOLDER = pathlib.Path(__file__).parent / "ansible"


class Books(unittest.TestCase):
    """A server, and books that are played against it."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)

    def play(self, name):
        """Plays a book, and says which tasks changed something."""
        programs = pathlib.Path(os.environ["ANGAE_PYTHON_BIN"])
        environment = {
            **os.environ,
            "HOME": self.server.folder.name,
            "LC_ALL": "C.UTF-8",
            "AWS_ENDPOINT_URL": self.server.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_PYTHON_INTERPRETER": str(programs / "python"),
        }
        command = [programs / "ansible-playbook", "-i", "localhost,", FOLDER / f"{name}.yml"]
        ended = subprocess.run(command, capture_output=True, text=True, env=environment)
        told = json.loads(ended.stdout[ended.stdout.index("{") :])
        tasks = [task for play in told["plays"] for task in play["tasks"]]
        failed = [task for task in tasks if task["hosts"].get("localhost", {}).get("failed")]
        self.assertEqual(failed, [])
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return [task["task"]["name"] for task in tasks if task["hosts"].get("localhost", {}).get("changed")]

    def everything(self):
        return leftovers.everything(leftovers.client(self.server.endpoint))

    def keep(self, make, take_down, least):
        """Plays a book twice, and once more after `kill -9`; and the one that takes all of it down."""
        before = self.everything()
        self.assertGreater(len(self.play(make)), least)
        self.assertEqual(self.play(make), [])
        self.server.kill()
        self.server.start()
        self.assertEqual(self.play(make), [])
        self.assertGreater(len(self.play(take_down)), 5)
        self.assertEqual(self.play(take_down), [])
        after = self.everything()
        for name, answer in before.items():
            self.assertEqual(after[name], answer, name)


class ThreeZones(Books):
    def test_a_network_is_made_kept_and_taken_down(self):
        self.keep("make", "take_down", least=10)


class LoadBalancers(Books):
    def test_load_balancers_are_made_kept_and_taken_down(self):
        self.keep("balancers", "balancers_gone", least=8)


if __name__ == "__main__":
    unittest.main()
