"""Starts the built binary for one test: own port, own folder, waits for `Ready.`. Needs no SDK."""

import os
import signal
import subprocess
import tempfile

BINARY = os.environ["ANGAE_BIN"]


class Server:
    """One angae on a free port. `kill` is `kill -9`; `start` opens the same folder again. Its log goes to `stderr`."""

    def __init__(self, *flags, stderr=None):
        self.folder = tempfile.TemporaryDirectory(prefix="angae-test-")
        self.flags = flags
        self.stderr = stderr
        self.start()

    def start(self):
        arguments = [BINARY, "--port", "0", "--data-dir", self.folder.name, "--log", "warn", *self.flags]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=self.stderr, text=True)
        for line in self.process.stdout:
            words = line.split()
            if words[:1] == ["endpoint"]:
                self.endpoint = words[1]
            if line.strip() == "Ready.":
                return
        raise AssertionError(f"angae ended with {self.process.wait()} before it was ready")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.folder.cleanup()
        return code
