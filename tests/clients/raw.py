"""Requests as bytes: what no SDK would send, and what comes back.

`Connection` writes whatever it is given; `Answer` is what an HTTP client would make of the reply, with the error code
read as a client of that protocol reads it.
"""

import json
import re
import socket
import xml.etree.ElementTree as ElementTree

#: How long an answer may take before the test calls it a hang. The slowest machine answers far sooner.
PATIENCE_SECONDS = 20
#: A signature nobody checks: the key is not one of angae's own, so it stands for an account.
DATE = "20260101"


class NoAnswer(AssertionError):
    """The connection ended before a whole answer came."""


class Answer:
    """One reply."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:500]!r}"

    @property
    def protocol(self):
        """How the reply speaks: ec2, query, s3, json, rest-json, cbor, or nothing at all."""
        kind = self.headers.get("content-type", "")
        if "xml" in kind:
            root = re.sub(r"^\{.*\}", "", self._xml().tag)
            return {"Response": "ec2", "ErrorResponse": "query", "Error": "s3"}.get(root, "xml")
        if "cbor" in kind:
            return "cbor"
        if "x-amz-json" in kind:
            return "json"
        return "rest-json" if "json" in kind else ""

    @property
    def code(self):
        """The error code, where this protocol keeps it."""
        protocol = self.protocol
        if protocol in ("ec2", "query", "s3", "xml"):
            found = [element.text for element in self._xml().iter() if element.tag.rsplit("}", 1)[-1] == "Code"]
            return found[0] if found else ""
        if protocol == "json":
            return json.loads(self.body or b"{}").get("__type", "")
        if protocol == "rest-json":
            return self.headers.get("x-amzn-errortype", "")
        if protocol == "cbor":
            # A text's first byte says that it is one (0x60) and how long; from 24 bytes on the length follows (0x78).
            found = re.search(rb"__type(?:\x78(.)|([\x60-\x77]))", self.body, re.DOTALL)
            length = ord(found[1]) if found[1] else ord(found[2]) - 0x60
            return self.body[found.end() : found.end() + length].decode().rsplit("#", 1)[-1]
        return ""

    def _xml(self):
        return ElementTree.fromstring(self.body)


class Connection:
    """A socket to the server."""

    def __init__(self, endpoint):
        host, port = endpoint.removeprefix("http://").rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        """Sends; a server that has answered and hung up already is no failure of the sender's."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def end(self):
        """Says that nothing more will come, and goes on listening."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _more(self):
        try:
            piece = self.socket.recv(65536)
        except ConnectionResetError:
            piece = b""
        self.buffer += piece
        return bool(piece)

    def _until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                raise NoAnswer(f"the connection ended after {self.buffer!r}")
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def _exactly(self, count):
        while len(self.buffer) < count:
            if not self._more():
                raise NoAnswer(f"the body ended {count - len(self.buffer)} bytes early")
        body, self.buffer = self.buffer[:count], self.buffer[count:]
        return body

    def answer(self, method="GET"):
        """The next final answer; `100 Continue` is passed over."""
        while True:
            lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ")[1])
            if status >= 200:
                break
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        if method == "HEAD" or status in (204, 304):
            return Answer(status, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._exactly(size)
                self._exactly(2)
            self._until(b"\r\n")
            return Answer(status, headers, body)
        return Answer(status, headers, self._exactly(int(headers.get("content-length", 0))))

    def is_closed(self):
        """Whether the server has hung up; waits until it does."""
        if self.buffer:
            return False
        return not self._more()


def authorization(service, region="us-east-1", key="test"):
    """A header that names the service; its signature belongs to no key of angae's."""
    scope = f"{key}/{DATE}/{region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"


def request(method, target, headers=(), body=b"", length=True):
    """A request as bytes. `length` may be a number to announce, or False to announce none."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in dict(headers).items()]
    if length is not False:
        lines.append(f"Content-Length: {len(body) if length is True else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def form(service, body, content_type="application/x-www-form-urlencoded", **more):
    """A request of ec2Query or awsQuery."""
    headers = {"Authorization": authorization(service), "Content-Type": content_type}
    return request("POST", "/", headers, body, **more)


def target(service, prefix, operation, body, content_type="application/x-amz-json-1.1", **more):
    """A request of awsJson1.1."""
    headers = {
        "Authorization": authorization(service),
        "Content-Type": content_type,
        "X-Amz-Target": f"{prefix}.{operation}",
    }
    return request("POST", "/", headers, body, **more)


def rpc(service, prefix, operation, body, content_type="application/cbor", **more):
    """A request of Smithy RPC v2 CBOR."""
    headers = {
        "Authorization": authorization(service),
        "Content-Type": content_type,
        "smithy-protocol": "rpc-v2-cbor",
    }
    return request("POST", f"/service/{prefix}/operation/{operation}", headers, body, **more)


def rest(service, method, path, body=b"", content_type="application/json", headers=(), **more):
    """A request of restJson1, restXml or S3."""
    headers = {"Authorization": authorization(service), "Content-Type": content_type, **dict(headers)}
    if service == "s3":
        headers.setdefault("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    return request(method, path, headers, body, **more)
