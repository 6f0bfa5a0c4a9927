"""Captures what a real client sends: a listener on loopback that keeps every request as it came, and refuses it.

For clients in this process, `captured(call)`; for programs of any language, a `Listener` around the run of the
program, whose `endpoint` they are pointed at. Needs no SDK.
"""

import base64
import pathlib
import socket
import ssl
import threading

#: A certificate for localhost and its key. It protects nothing: clients are told not to check it.
CERTIFICATE = pathlib.Path(__file__).with_name("loopback.pem")
#: A client that has connected and pauses longer than this is broken.
MOST_SECONDS = 30
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Listener:
    """Listens on a free port; `requests` are in the order in which they came, in the bridge's form."""

    def __init__(self, secure=False, host="localhost"):
        self.secure = secure
        self.ends = False
        self.requests = []
        self.broken = []
        self.context = None
        if secure:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(CERTIFICATE)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"{'https' if secure else 'http'}://{host}:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._listen)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        # Wakes `accept`, which closing the socket would not.
        self.ends = True
        socket.create_connection(self.socket.getsockname()).close()
        self.thread.join()
        self.socket.close()
        if self.broken:
            raise AssertionError(f"a request could not be read: {self.broken}")

    def _listen(self):
        while True:
            connection, _ = self.socket.accept()
            if self.ends:
                connection.close()
                return
            try:
                self._serve(connection)
            except (OSError, ValueError) as error:
                self.broken.append(repr(error))

    def _serve(self, connection):
        connection.settimeout(MOST_SECONDS)
        with connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                line = stream.readline()
                if not line:
                    return  # a client that only knocked
                method, target, _ = line.decode().split(" ", 2)
                headers = list(_headers(stream))
                named = {name.lower(): value for name, value in headers}
                if named.get("expect", "").lower() == "100-continue":
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = _body(stream, named)
                self.requests.append(
                    {
                        "method": method,
                        "target": target,
                        "host": named.get("host", ""),
                        "secure": self.secure,
                        "headers": headers,
                        "body": base64.b64encode(body).decode(),
                    }
                )
                connection.sendall(REFUSAL)


def captured(call, **listener):
    """The requests of `call`, which is given the endpoint and ends with whatever its client makes of the refusal."""
    with Listener(**listener) as server:
        try:
            call(server.endpoint)
        except Exception as error:
            refused = error
        else:
            refused = None
    if not server.requests:
        raise AssertionError("the client sent nothing") from refused
    return server.requests


def _headers(stream):
    while line := stream.readline().rstrip(b"\r\n"):
        name, value = line.decode().split(":", 1)
        yield name, value.strip()


def _body(stream, headers):
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return stream.read(int(headers.get("content-length", 0)))
    body = b""
    while size := int(stream.readline().split(b";")[0], 16):
        body += stream.read(size)
        stream.readline()
    while stream.readline().strip():
        pass
    return body
