"""A server with boto3 clients, and what refusals say."""

import socket

import boto3
import server
from botocore.config import Config
from botocore.exceptions import ClientError
from server import BINARY  # noqa: F401

# S3 Control puts the account before any host, even an address: a wildcard name is what a user would set up.
_resolve = socket.getaddrinfo


def _wildcard(host, *arguments, **named):
    return _resolve("127.0.0.1" if str(host).endswith((".127.0.0.1", ".localhost")) else host, *arguments, **named)


socket.getaddrinfo = _wildcard
CONFIG = Config(retries={"max_attempts": 1, "mode": "standard"}, parameter_validation=True)


class Server(server.Server):
    """One angae and its clients."""

    def client(self, service, key="test", secret="test", token=None, region="us-east-1", config=None, secure=False):
        return boto3.client(
            service,
            endpoint_url=self.secure() if secure else self.endpoint,
            verify=self.authority() if secure else None,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=CONFIG.merge(config) if config else CONFIG,
        )


def told(error):
    """Status, code and sentence of a refusal."""
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status, error.response["Error"]["Code"], error.response["Error"].get("Message", "")


def refusal(call):
    """Status, code and sentence of the refusal of `call`; an assertion where it succeeds."""
    try:
        answer = call()
    except ClientError as error:
        return told(error)
    raise AssertionError(f"it was not refused: {answer}")
