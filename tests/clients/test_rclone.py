"""rclone: sync and check, versions, and a server that dies in the middle."""

import os
import subprocess
import unittest
import urllib.request

from tool import KEYS, Tool, files


class Rclone(Tool):
    def setUp(self):
        super().setUp()
        settings = {
            "TYPE": "s3",
            # rclone puts the buckets of "AWS" before the host, which no address can have.
            "PROVIDER": "Other",
            "LIST_VERSION": "2",
            "LIST_URL_ENCODE": "true",
            "ACCESS_KEY_ID": KEYS[0],
            "SECRET_ACCESS_KEY": KEYS[1],
            "REGION": "us-east-1",
            "UPLOAD_CUTOFF": "5Mi",
            "CHUNK_SIZE": "5Mi",
        }
        self.environment.update({f"RCLONE_CONFIG_ANGAE_{name}": value for name, value in settings.items()})
        self.environment["RCLONE_CONFIG"] = "/dev/null"
        self.environment["RCLONE_RETRIES"] = "1"
        self.environment["RCLONE_LOW_LEVEL_RETRIES"] = "1"
        self.lead_here()
        self.rclone("mkdir", "angae:bkt")

    def lead_here(self):
        self.environment["RCLONE_CONFIG_ANGAE_ENDPOINT"] = self.server.endpoint

    def rclone(self, *words, code=0):
        return self.run_in_home("rclone", *words, code=code)

    def names(self, *where):
        return sorted(self.rclone("lsf", "-R", "--files-only", *(where or ["angae:bkt"])).splitlines())

    def test_a_tree_is_synced_checked_and_kept_through_a_kill(self):
        planted = self.plant()
        self.rclone("sync", self.source, "angae:bkt/tree")
        self.assertEqual(self.names("angae:bkt/tree"), sorted(planted))
        self.restart()
        self.lead_here()
        self.assertIn("0 differences found", self.rclone("check", "--download", self.source, "angae:bkt/tree"))
        self.write("dir/한글 é.txt", b"other content")
        (self.source / "one byte.txt").unlink()
        self.assertIn("2 differences found", self.rclone("check", self.source, "angae:bkt/tree", code=1))
        self.rclone("sync", self.source, "angae:bkt/tree")
        self.assertIn("0 differences found", self.rclone("check", self.source, "angae:bkt/tree"))
        self.rclone("sync", "angae:bkt/tree", self.home / "back")
        self.assert_same(files(self.home / "back"), files(self.source))

    def test_objects_move_within_the_server(self):
        planted = self.plant()
        self.rclone("mkdir", "angae:other")
        self.rclone("copy", self.source, "angae:bkt")
        self.rclone("sync", "angae:bkt", "angae:other/copy")
        self.rclone("moveto", "angae:other/copy/large.bin", "angae:other/moved é.bin")
        self.assertNotIn("copy/large.bin", self.names("angae:other"))
        self.rclone("copyto", "angae:other/moved é.bin", self.home / "back.bin")
        self.assertTrue((self.home / "back.bin").read_bytes() == planted["large.bin"])
        with urllib.request.urlopen(self.rclone("link", "angae:bkt/dir/한글 é.txt").splitlines()[0]) as answer:
            self.assertEqual(answer.read(), planted["dir/한글 é.txt"])
        for bucket in ("bkt", "other"):
            self.rclone("purge", f"angae:{bucket}")
        self.assertEqual(self.rclone("lsf", "angae:"), "")

    def test_old_versions_are_seen_and_cleaned_up(self):
        self.assertIn("Enabled", self.rclone("backend", "versioning", "angae:bkt", "Enabled"))
        for content in (b"first", b"second"):
            self.rclone("copyto", self.write("a.txt", content), "angae:bkt/a.txt")
        old = [name for name in self.names("--s3-versions", "angae:bkt") if name != "a.txt"]
        self.assertEqual(len(old), 1, old)
        self.assertEqual(self.rclone("cat", "--s3-versions", f"angae:bkt/{old[0]}"), "first")
        self.rclone("deletefile", "angae:bkt/a.txt")
        self.assertEqual(self.names(), [])
        self.assertEqual(len(self.names("--s3-versions", "angae:bkt")), 2)
        self.rclone("backend", "cleanup-hidden", "angae:bkt")
        self.assertEqual(self.names("--s3-versions", "angae:bkt"), [])
        self.rclone("rmdir", "angae:bkt")

    def test_what_was_copied_survives_a_kill_in_the_middle(self):
        for number in range(120):
            self.write(f"{number:03}", os.urandom(20_000))
        slowly = ["--tpslimit", "60", "--checkers", "2", "--transfers", "4"]
        command = ["rclone", "copy", "-v", *slowly, str(self.source), "angae:bkt"]
        running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=self.environment)
        copied = []
        for line in running.stderr:
            if ": Copied (new)" in line:
                copied.append(line.split("INFO  : ", 1)[1].split(":")[0])
            if len(copied) == 20 and self.server.process.poll() is None:
                self.server.kill()
                # It would wait ever longer for the server to come back.
                running.kill()
        running.stderr.close()
        running.wait()
        self.assertGreaterEqual(len(copied), 20)
        self.server.start()
        self.lead_here()
        self.assertLessEqual(set(copied), set(self.names()), "an acknowledged object is lost")
        self.rclone("copy", self.source, "angae:bkt")
        self.assertIn("0 differences found", self.rclone("check", "--download", self.source, "angae:bkt"))

    def test_refusals_are_shown(self):
        self.rclone("copy", self.write("a", b"x").parent, "angae:bkt")
        self.assertIn("BucketNotEmpty: The bucket you tried to delete is not empty", self.rclone("rmdir", "angae:bkt", code=1))
        self.assertIn("directory not found", self.rclone("lsf", "angae:none", code=3))
        self.assertIn("InvalidBucketName", self.rclone("mkdir", "angae:Not_A_Name", code=1))


if __name__ == "__main__":
    unittest.main()
