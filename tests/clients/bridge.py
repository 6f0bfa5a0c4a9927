"""Talks to the bridge: the codecs and the router without a server (see crates/testkit/src/bin/bridge)."""

import base64
import json
import os
import subprocess
from urllib.parse import urlsplit

PROGRAM = os.environ["ANGAE_BRIDGE"]


class Bridge:
    """One bridge process."""

    def __init__(self):
        self.process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def decode(self, sent, twin=None):
        """What a request is: `api`, `operation`, `input` and, where it streams, `stream`; or `fault`."""
        reply = self._ask({"decode": {**sent, "as": twin}})
        if reply.get("stream") is not None:
            reply["stream"] = base64.b64decode(reply["stream"])
        return reply

    def encode(self, api, operation, output, protocol=None):
        """An answer's status, headers and body."""
        question = {"api": api, "operation": operation, "output": output, "protocol": protocol}
        return self._answer({"encode": question})

    def fault(self, api, message, protocol=None, **what):
        """A refusal's status, headers and body: of a modelled `error` with its `members`, or of a bare `code`."""
        return self._answer({"fault": {"api": api, "message": message, "protocol": protocol, **what}})

    def apis(self):
        """Every API and the names of its operations."""
        return self._ask({"apis": None})

    def _answer(self, question):
        reply = self._ask(question)
        return reply["status"], reply["headers"], base64.b64decode(reply["body"])

    def _ask(self, question):
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the bridge ended with {self.process.wait()} at {question}")
        reply = json.loads(line)
        if "broken" in reply:
            raise ValueError(f"{reply['broken']}: {question}")
        return reply

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def sent(request):
    """A request that botocore has prepared, as the bridge reads it. The target is what follows the host, untouched."""
    url = urlsplit(request.url)
    target = request.url.split(url.netloc, 1)[1]
    body = request.body
    if hasattr(body, "read"):
        body.seek(0)
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    return {
        "method": request.method,
        "target": target if target.startswith("/") else f"/{target}",
        "host": url.netloc,
        "secure": url.scheme == "https",
        "headers": [(name, text(value)) for name, value in request.headers.items()],
        "body": base64.b64encode(body or b"").decode(),
    }


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)
