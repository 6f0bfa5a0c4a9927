"""s5cmd: many objects at once, by the AWS SDK for Go of the first generation."""

import os
import subprocess
import unittest
import urllib.request

from tool import KEYS, MIB, Tool, files

PROGRAM = os.environ["ANGAE_TOOL_BIN"]


class S5cmd(Tool):
    def setUp(self):
        super().setUp()
        self.environment.update(
            AWS_ACCESS_KEY_ID=KEYS[0],
            AWS_SECRET_ACCESS_KEY=KEYS[1],
            AWS_REGION="us-east-1",
            S3_ENDPOINT_URL=self.server.endpoint,
        )
        self.s5cmd("mb", "s3://bkt")

    def s5cmd(self, *words, code=0):
        return self.run_in_home(PROGRAM, "--retry-count", "0", *words, code=code)

    def names(self, where="s3://bkt/*"):
        return sorted(line.split(maxsplit=3)[3] for line in self.s5cmd("ls", where).splitlines())

    def test_a_tree_goes_up_changes_and_comes_back(self):
        planted = self.plant()
        self.s5cmd("cp", "--part-size", "5", "--concurrency", "4", f"{self.source}/", "s3://bkt/tree/")
        self.assertEqual(self.names("s3://bkt/tree/*"), sorted(planted))
        total = sum(len(content) for content in planted.values())
        self.assertIn(f"{total} bytes in {len(planted)} objects", self.s5cmd("du", "s3://bkt/*"))
        self.write("dir/한글 é.txt", b"other content")
        (self.source / "one byte.txt").unlink()
        told = self.s5cmd("sync", "--delete", f"{self.source}/", "s3://bkt/tree/").splitlines()
        self.assertEqual(sorted(line.split()[0] for line in told), ["cp", "rm"], told)
        self.s5cmd("cp", "s3://bkt/tree/*", f"{self.home}/back/")
        self.assert_same(files(self.home / "back"), files(self.source))
        self.s5cmd("rm", "s3://bkt/*")
        self.s5cmd("rb", "s3://bkt")
        self.assertEqual(self.s5cmd("ls"), "")

    def test_a_batch_makes_and_removes_hundreds(self):
        path = self.write("a", b"content")
        batch = self.home / "batch"
        batch.write_text("".join(f"cp {path} s3://bkt/many/{number:03}\n" for number in range(300)))
        self.s5cmd("run", batch)
        self.assertEqual(self.names("s3://bkt/many/*"), [f"{number:03}" for number in range(300)])
        self.s5cmd("mv", "s3://bkt/many/1*", "s3://bkt/moved/")
        self.assertEqual((len(self.names("s3://bkt/many/*")), len(self.names("s3://bkt/moved/*"))), (200, 100))
        self.s5cmd("rm", "s3://bkt/m*")
        self.assertIn("no object found", self.s5cmd("ls", "s3://bkt/*", code=1))

    def test_a_stream_of_unknown_length_becomes_an_object(self):
        content = os.urandom(12 * MIB)
        piped = subprocess.run(
            [PROGRAM, "pipe", "--part-size", "5", "s3://bkt/stream é"], input=content, capture_output=True, env=self.environment
        )
        self.assertEqual(piped.returncode, 0, piped.stderr)
        shown = subprocess.run([PROGRAM, "cat", "s3://bkt/stream é"], capture_output=True, env=self.environment, check=True)
        self.assertTrue(shown.stdout == content, "other bytes came back")
        with urllib.request.urlopen(self.s5cmd("presign", "s3://bkt/stream é").strip()) as answer:
            self.assertTrue(answer.read() == content, "other bytes came back")

    def test_refusals_are_shown(self):
        self.s5cmd("cp", self.write("a", b"x"), "s3://bkt/a")
        self.assertIn("BucketNotEmpty: The bucket you tried to delete is not empty", self.s5cmd("rb", "s3://bkt", code=1))
        self.assertIn("given object s3://bkt/none not found", self.s5cmd("cat", "s3://bkt/none", code=1))
        self.assertIn("NoSuchBucket: The specified bucket does not exist", self.s5cmd("ls", "s3://none/", code=1))


if __name__ == "__main__":
    unittest.main()
