"""The AWS CLI's commands for S3: `mb cp sync ls presign mv rm rb`, and a multipart upload by hand; over http and https."""

import importlib.util
import json
import os
import re
import ssl
import subprocess
import unittest
import urllib.request

from tool import KEYS, MIB, SIZES, Tool, files


HAS_CRT = importlib.util.find_spec("awscrt") is not None
#: What the CLI computes with code of its own, and what it computes by `awscrt`.
ALGORITHMS = ["CRC32", "SHA1", "SHA256", "SHA512"]
if HAS_CRT:
    ALGORITHMS += ["CRC32C", "CRC64NVME", "XXHASH64", "XXHASH3", "XXHASH128"]


class Cli(Tool):
    """The CLI with its settings in variables, and a bucket."""

    def setUp(self):
        super().setUp()
        self.trusted = ssl.create_default_context()
        self.environment.update(
            PATH=os.environ["ANGAE_PYTHON_BIN"] + os.pathsep + os.environ["PATH"],
            AWS_ACCESS_KEY_ID=KEYS[0],
            AWS_SECRET_ACCESS_KEY=KEYS[1],
            AWS_DEFAULT_REGION="us-east-1",
            AWS_MAX_ATTEMPTS="1",
            AWS_PAGER="",
        )
        self.lead_here()
        self.s3("mb", "s3://bkt")

    def lead_here(self):
        self.environment["AWS_ENDPOINT_URL"] = self.server.endpoint

    def s3(self, *words, code=0):
        return self.run_in_home("aws", "s3", *words, code=code)

    def api(self, *words, code=0):
        said = self.run_in_home("aws", "s3api", *words, code=code)
        return json.loads(said) if said.startswith("{") else said


class CommandLine(Cli):
    def test_a_tree_is_synced_moved_and_removed(self):
        planted = self.plant()
        self.s3("sync", self.source, "s3://bkt/tree", "--no-progress")
        shown = self.s3("ls", "s3://bkt/tree/", "--recursive", "--summarize")
        for name, size in SIZES.items():
            self.assertRegex(shown, rf" {size} tree/" + re.escape(name) + "\n")
        self.assertIn(f"Total Objects: {len(SIZES)}", shown)
        self.assertEqual(self.s3("sync", self.source, "s3://bkt/tree"), "", "nothing has changed")
        self.write("dir/한글 é.txt", b"other content")
        (self.source / "one byte.txt").unlink()
        told = self.s3("sync", self.source, "s3://bkt/tree", "--delete", "--no-progress").splitlines()
        self.assertEqual(sorted(line.split(":")[0] for line in told), ["delete", "upload"], told)
        self.s3("mv", "s3://bkt/tree/large.bin", "s3://bkt/tree/dir/moved é.bin", "--no-progress")
        self.s3("sync", "s3://bkt/tree", self.home / "back", "--no-progress")
        wanted = files(self.source)
        wanted["dir/moved é.bin"] = wanted.pop("large.bin")
        self.assertTrue(wanted["dir/moved é.bin"] == planted["large.bin"])
        self.assert_same(files(self.home / "back"), wanted)
        self.s3("rm", "s3://bkt/tree/dir", "--recursive")
        self.assertEqual(self.s3("ls", "s3://bkt/tree/").split()[-2:], ["0", "empty"])
        self.s3("rb", "s3://bkt", "--force")
        self.assertEqual(self.s3("ls"), "")

    def test_streams_and_presigned_addresses(self):
        content = os.urandom(9 * MIB)
        command = ["aws", "s3", "cp", "-", "s3://bkt/stream é"]
        sent = subprocess.run(command, input=content, capture_output=True, env=self.environment)
        self.assertEqual(sent.returncode, 0, sent.stderr)
        command[3:] = ["s3://bkt/stream é", "-"]
        shown = subprocess.run(command, capture_output=True, env=self.environment)
        self.assertTrue(shown.stdout == content, "other bytes came back")
        with urllib.request.urlopen(self.s3("presign", "s3://bkt/stream é").strip(), context=self.trusted) as answer:
            self.assertTrue(answer.read() == content, "other bytes came back")

    def test_an_upload_in_parts_by_hand(self):
        pieces = [os.urandom(5 * MIB), os.urandom(100)]
        where = ["--bucket", "bkt", "--key", "k é"]
        upload = self.api("create-multipart-upload", *where, "--checksum-algorithm", "CRC32")["UploadId"]
        where += ["--upload-id", upload]
        parts = []
        for number, piece in enumerate(pieces, 1):
            body = self.write(str(number), piece)
            sent = self.api("upload-part", *where, "--part-number", number, "--body", body)
            parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumCRC32": sent["ChecksumCRC32"]})
        shown = self.api("list-parts", *where)["Parts"]
        self.assertEqual([part["Size"] for part in shown], [len(piece) for piece in pieces])
        made = self.api("complete-multipart-upload", *where, "--multipart-upload", json.dumps({"Parts": parts}))
        self.assertTrue(made["ETag"].endswith('-2"'), made)
        self.s3("cp", "s3://bkt/k é", self.home / "back", "--no-progress")
        self.assertTrue((self.home / "back").read_bytes() == b"".join(pieces), "other bytes came back")
        second = self.api("create-multipart-upload", "--bucket", "bkt", "--key", "gone")["UploadId"]
        self.api("abort-multipart-upload", "--bucket", "bkt", "--key", "gone", "--upload-id", second)
        self.assertNotIn("Uploads", self.api("list-multipart-uploads", "--bucket", "bkt"))

    def test_refusals_are_shown(self):
        self.s3("cp", self.write("a", b"x"), "s3://bkt/a")
        full = self.s3("rb", "s3://bkt", code=1)
        self.assertIn("(BucketNotEmpty) when calling the DeleteBucket operation: The bucket you tried to delete is not empty", full)
        self.assertIn("(NoSuchBucket) when calling the ListObjectsV2 operation", self.s3("ls", "s3://none", code=255))
        self.assertIn("(404) when calling the HeadObject operation", self.s3("cp", "s3://bkt/none", "back", code=1))
        kept = ["--bucket", "bkt", "--key", "a", "--if-none-match", "*", "--body", self.source / "a"]
        self.assertIn("(PreconditionFailed) when calling the PutObject operation", self.api("put-object", *kept, code=255))


class Checksums(Cli):
    def test_each_algorithm_is_checked_both_ways(self):
        small, large = self.write("small", os.urandom(100_000)), self.write("large", os.urandom(11 * MIB))
        back = self.home / "back"
        for algorithm in ALGORITHMS:
            where = ["--bucket", "bkt", "--key", algorithm]
            made = self.api("put-object", *where, "--body", small, "--checksum-algorithm", algorithm)
            kept = self.api("get-object", *where, "--checksum-mode", "ENABLED", back)
            self.assertEqual(made[f"Checksum{algorithm}"], kept[f"Checksum{algorithm}"])
            self.assertTrue(back.read_bytes() == small.read_bytes(), f"{algorithm}: other bytes came back")
            self.s3("cp", large, f"s3://bkt/{algorithm}", "--checksum-algorithm", algorithm, "--no-progress")
            head = self.api("head-object", *where, "--checksum-mode", "ENABLED")
            self.assertIn(f"Checksum{algorithm}", head)
            self.s3("cp", f"s3://bkt/{algorithm}", back, "--checksum-mode", "ENABLED", "--no-progress")
            self.assertTrue(back.read_bytes() == large.read_bytes(), f"{algorithm}: other bytes came back")

    def test_checksums_are_sent_when_supported_and_only_when_required(self):
        large, back = self.write("large", os.urandom(11 * MIB)), self.home / "back"
        for when, algorithm in (("when_supported", "ChecksumCRC32"), ("when_required", "ChecksumCRC64NVME")):
            for setting in ("AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION"):
                self.environment[setting] = when
            # Where none is sent S3 computes one of its own.
            made = self.api("put-object", "--bucket", "bkt", "--key", "k", "--body", self.write("small", b"content"))
            self.assertEqual([name for name in made if name.startswith("ChecksumC")], [algorithm])
            self.s3("cp", large, "s3://bkt/large", "--no-progress")
            self.s3("cp", "s3://bkt/large", back, "--no-progress")
            self.assertTrue(back.read_bytes() == large.read_bytes(), f"{when}: other bytes came back")
            # S3 requires one here whatever the setting.
            self.s3("rm", "s3://bkt/", "--recursive")
            wish = json.dumps({"Objects": [{"Key": "none"}]})
            self.assertEqual(len(self.api("delete-objects", "--bucket", "bkt", "--delete", wish)["Deleted"]), 1)


class Secure:
    """The same over TLS, with nothing trusted but the server's own authority."""

    FLAGS = ("--tls",)

    def lead_here(self):
        self.environment["AWS_ENDPOINT_URL"] = self.server.secure()
        self.environment["AWS_CA_BUNDLE"] = self.server.authority()
        self.trusted = ssl.create_default_context(cafile=self.environment["AWS_CA_BUNDLE"])


class SecureCommandLine(Secure, CommandLine):
    pass


class SecureChecksums(Secure, Checksums):
    pass


if __name__ == "__main__":
    unittest.main()
