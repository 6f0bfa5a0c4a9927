"""Starts the built binary for one test: own port, own folder, waits for `Ready.`."""

import os
import signal
import socket
import subprocess
import tempfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BINARY = os.environ["ANGAE_BIN"]

# S3 Control puts the account before any host, even an address: a wildcard name is what a user would set up.
_resolve = socket.getaddrinfo


def _wildcard(host, *arguments, **named):
    return _resolve("127.0.0.1" if str(host).endswith((".127.0.0.1", ".localhost")) else host, *arguments, **named)


socket.getaddrinfo = _wildcard
CONFIG = Config(retries={"max_attempts": 1, "mode": "standard"}, parameter_validation=True)


class Server:
    """One angae on a free port. `kill` is `kill -9`; `start` opens the same folder again."""

    def __init__(self, *flags):
        self.folder = tempfile.TemporaryDirectory(prefix="angae-test-")
        self.flags = flags
        self.start()

    def start(self):
        arguments = [BINARY, "--port", "0", "--data-dir", self.folder.name, "--log", "warn", *self.flags]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
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

    def client(self, service, key="test", secret="test", token=None, region="us-east-1", config=None):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=CONFIG.merge(config) if config else CONFIG,
        )


def refusal(call):
    """Status, code and sentence of the refusal of `call`; an assertion where it succeeds."""
    try:
        answer = call()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status, error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    raise AssertionError(f"it was not refused: {answer}")
