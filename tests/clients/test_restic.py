"""restic: a repository whose server is killed, and which still restores every byte."""

import json
import os
import unittest

from tool import KEYS, MIB, Tool, files


class Restic(Tool):
    def setUp(self):
        super().setUp()
        self.environment.update(
            AWS_ACCESS_KEY_ID=KEYS[0],
            AWS_SECRET_ACCESS_KEY=KEYS[1],
            AWS_DEFAULT_REGION="us-east-1",
            RESTIC_PASSWORD="not a secret",
        )
        self.lead_here()

    def lead_here(self):
        self.environment["RESTIC_REPOSITORY"] = f"s3:{self.server.endpoint}/bkt/dir/repository"

    def restic(self, *words, code=0):
        # Its cache would answer in the server's place.
        return self.run_in_home("restic", "--no-cache", *words, code=code)

    def snapshots(self):
        return [found["short_id"] for found in json.loads(self.restic("snapshots", "--json"))]

    def assert_restores(self, snapshot, wanted):
        back = self.home / f"back-{snapshot}"
        self.restic("restore", snapshot, "--target", back)
        found = files(back / self.source.relative_to("/"))
        self.assert_same(found, wanted)

    def test_a_repository_survives_a_kill_and_is_pruned(self):
        # The bucket is made on the way.
        self.restic("init")
        first = self.plant()
        self.restic("backup", self.source)
        self.restart()
        self.lead_here()
        self.assertIn("no errors were found", self.restic("check", "--read-data"))
        self.write("large.bin", os.urandom(12 * MIB))
        (self.source / "one byte.txt").unlink()
        self.restic("backup", self.source)
        one, two = self.snapshots()
        self.assert_restores(one, first)
        self.assertIn("keep 1 snapshots", self.restic("forget", "--keep-last", "1", "--prune"))
        self.assertEqual(self.snapshots(), [two])
        self.assertIn("no errors were found", self.restic("check", "--read-data"))
        self.assert_restores(two, files(self.source))
        # Nothing of the large file that only the first snapshot had is left in the bucket.
        kept = json.loads(self.restic("stats", "--mode", "raw-data", "--json"))["total_size"]
        self.assertLess(kept, 13 * MIB)

    def test_refusals_are_shown(self):
        self.restic("init")
        self.assertIn("config already initialized", self.restic("init", code=1))
        self.environment["RESTIC_REPOSITORY"] = f"s3:{self.server.endpoint}/none/repository"
        self.assertIn("Stat: The specified key does not exist.", self.restic("snapshots", code=1))


if __name__ == "__main__":
    unittest.main()
