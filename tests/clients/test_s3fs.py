"""s3fs: a bucket mounted through FUSE, used as a folder by whoever knows nothing of S3."""

import os
import shutil
import unittest

from tool import KEYS, MIB, Tool, files


class S3fs(Tool):
    def setUp(self):
        super().setUp()
        self.environment.update(AWSACCESSKEYID=KEYS[0], AWSSECRETACCESSKEY=KEYS[1])
        self.make_bucket("bkt")
        self.mounted = self.home / "mounted"
        self.mounted.mkdir()
        self.addCleanup(lambda: os.path.ismount(self.mounted) and self.unmount())

    def settings(self):
        return f"url={self.server.endpoint},use_path_request_style,endpoint=us-east-1,multipart_size=5"

    def mount(self):
        """Returns once the folder is mounted; s3fs goes on in the background until it is unmounted."""
        self.run_in_home("s3fs", "bkt", self.mounted, "-o", self.settings())
        self.assertTrue(os.path.ismount(self.mounted))

    def unmount(self):
        self.run_in_home("fusermount", "-u", self.mounted)

    def test_a_folder_is_filled_changed_and_found_again(self):
        planted = self.plant()
        self.mount()
        shutil.copytree(self.source, self.mounted / "tree")
        self.unmount()
        self.mount()
        self.assert_same(files(self.mounted / "tree"), planted)
        tree = self.mounted / "tree"
        os.rename(tree / "large.bin", tree / "dir/moved é.bin")
        with open(tree / "one byte.txt", "ab") as file:
            file.write(b"and more")
        with open(tree / "dir/moved é.bin", "r+b") as file:
            file.seek(7 * MIB)
            file.write(b"in the middle")
        (tree / "dir/deeper/a+b & c%41.bin").write_bytes(b"short")
        os.symlink("one byte.txt", tree / "link")
        os.chmod(tree / "empty", 0o600)
        (tree / "dir/한글 é.txt").unlink()
        self.unmount()
        # Of the large file only the part in the middle is sent again: s3fs has the server copy the others.
        large = bytearray(planted.pop("large.bin"))
        large[7 * MIB : 7 * MIB + 13] = b"in the middle"
        planted["dir/moved é.bin"] = bytes(large)
        planted["one byte.txt"] += b"and more"
        planted["dir/deeper/a+b & c%41.bin"] = b"short"
        planted["link"] = planted["one byte.txt"]
        del planted["dir/한글 é.txt"]
        self.mount()
        self.assert_same(files(tree), planted)
        self.assertEqual(os.readlink(tree / "link"), "one byte.txt")
        self.assertEqual(os.stat(tree / "empty").st_mode & 0o777, 0o600)
        shutil.rmtree(tree)
        self.assertEqual(os.listdir(self.mounted), [])

    def test_refusals_are_shown(self):
        self.mount()
        with self.assertRaises(FileNotFoundError):
            (self.mounted / "none").read_bytes()
        (self.mounted / "full").mkdir()
        (self.mounted / "full/a").write_bytes(b"x")
        with self.assertRaisesRegex(OSError, "Directory not empty"):
            (self.mounted / "full").rmdir()
        self.unmount()
        said = self.run_in_home("s3fs", "none", self.mounted, "-f", "-o", self.settings())
        self.assertIn("bucket or key not found", said)


if __name__ == "__main__":
    unittest.main()
