"""What the scripts of S3 tools stand on: a server, a home without the user's own settings, and files to carry about.

A tool is run as a person would run it: by its name, with its settings in its own file or variables.
"""

import os
import pathlib
import subprocess
import tempfile
import unittest
import urllib.request

from server import Server

MIB = 1 << 20
#: What a tool must be shown before it believes a call: any pair is accepted.
KEYS = ("test", "test")
#: What of the user's own set-up would steer a tool.
USERS_OWN = ("AWS_", "RCLONE_", "RESTIC_", "S3_", "XDG_")
#: Names and sizes that tools get wrong: nothing in it, other scripts, what an address reserves, and enough for parts.
SIZES = {
    "empty": 0,
    "one byte.txt": 1,
    "dir/한글 é.txt": 4_321,
    "dir/deeper/a+b & c%41.bin": 70_000,
    "dir/deeper/~!*'()=;,@.bin": 8_192,
    "large.bin": 20 * MIB,
}


class Tool(unittest.TestCase):
    """One server, one home and one scratch folder a test."""

    #: What the server is started with.
    FLAGS = ()

    def setUp(self):
        self.server = Server(*self.FLAGS)
        self.addCleanup(self.server.stop)
        home = tempfile.TemporaryDirectory(prefix="angae-home-")
        self.addCleanup(home.cleanup)
        self.home = pathlib.Path(home.name)
        self.source = self.home / "source"
        own = {name: value for name, value in os.environ.items() if not name.startswith(USERS_OWN)}
        self.environment = {**own, "HOME": home.name, "LC_ALL": "C.UTF-8"}

    def restart(self):
        """`kill -9`, and the same folder again under another port."""
        self.server.kill()
        self.server.start()

    def make_bucket(self, name):
        """For the tools that make none: nobody has to sign while identities are not enforced."""
        with urllib.request.urlopen(urllib.request.Request(f"{self.server.endpoint}/{name}", method="PUT")):
            pass

    def run_in_home(self, *command, code=0):
        """Runs a program, asserts how it ends, and returns all that it said."""
        words = [str(word) for word in command]
        ended = subprocess.run(words, capture_output=True, env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL)
        said = (ended.stdout + ended.stderr).decode()
        self.assertEqual(ended.returncode, code, f"{words}: {said}")
        return said

    def write(self, name, content):
        """A file of the source folder."""
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def plant(self):
        """Fills the source folder with random content and says what is there.

        The files are old: S3 counts whole seconds, and a tool would take what was written in this one for newer.
        """
        for name, size in SIZES.items():
            os.utime(self.write(name, os.urandom(size)), (1e9, 1e9))
        return files(self.source)

    def assert_same(self, found, wanted):
        """Compares files by name and content without printing megabytes."""
        self.assertEqual(sorted(found), sorted(wanted))
        for name, content in wanted.items():
            self.assertTrue(found[name] == content, f"{name} came back with other bytes")


def files(folder):
    """Every file below a folder: its name from there, and its content."""
    folder = pathlib.Path(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
