"""Starts the built binary for one test: own port, own folder, waits for `Ready.`. Needs no SDK."""

import datetime
import json
import os
import signal
import subprocess
import tempfile
import urllib.request

BINARY = os.environ["ANGAE_BIN"]


class Server:
    """One angae on a free port. `kill` is `kill -9`; `start` opens the same folder again. Its log goes to `stderr`,
    `environment` is added to the test's own."""

    def __init__(self, *flags, stderr=None, environment=None):
        self.folder = tempfile.TemporaryDirectory(prefix="angae-test-")
        self.flags = flags
        self.stderr = stderr
        self.environment = {**os.environ, **(environment or {})}
        self.start()

    def start(self):
        arguments = [BINARY, "--port", "0", "--data-dir", self.folder.name, "--log", "warn", *self.flags]
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=self.stderr, text=True, env=self.environment
        )
        for line in self.process.stdout:
            words = line.split()
            if words[:1] == ["endpoint"]:
                self.endpoint = words[1]
            if line.strip() == "Ready.":
                return
        raise AssertionError(f"angae ended with {self.process.wait()} before it was ready")

    def _clock(self, body):
        request = urllib.request.Request(self.endpoint + "/_angae/clock", method="POST" if body else "GET")
        if body:
            request.data = json.dumps(body).encode()
            request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def advance(self, seconds):
        """Moves a stepped clock."""
        self._clock({"advance": f"{seconds}s"})

    def now(self):
        """The world's time."""
        text = self._clock(None)["now"]
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))

    def secure(self):
        """The endpoint over TLS, by the name that its certificate is for."""
        return self.endpoint.replace("http://127.0.0.1", "https://localhost")

    def authority(self):
        """A file with the certificate to trust, as `angae tls ca` prints it."""
        path = os.path.join(self.folder.name, "trusted.pem")
        with open(path, "wb") as file:
            subprocess.run([BINARY, "--data-dir", self.folder.name, "tls", "ca"], stdout=file, check=True)
        return path

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
